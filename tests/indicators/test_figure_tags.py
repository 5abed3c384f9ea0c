import re
from decimal import Decimal as D
from enum import StrEnum

import pytest
from django.template import Context, Template
from django.utils import translation

from indicators.achievement import Kind, Measurement, ReportedAs
from indicators.cells import DASHES
from indicators.labels import BADGE_ICONS, BADGE_LABELS, STATUS_ICONS, STATUS_LABELS
from indicators.templatetags.figures import FILLS, cell, heat_class
from tests import rulebook


def render(source, **context):
    return Template("{% load figures %}" + source).render(Context(context))


@pytest.fixture(autouse=True, params=["tr", "en"])
def language(request):
    with translation.override(request.param):
        yield request.param


def test_numbers_follow_the_active_language(language):
    page = "{{ share|percent }} {{ count|amount }} {{ points|amount_of:True }}"

    shown = render(page, share=D("1.0521"), count=D("4961"), points=D("55.55"))

    assert shown == {"tr": "%105,2 4.961 %55,55", "en": "105.2% 4,961 55.55%"}[language]


def test_a_page_without_a_language_is_english():
    with translation.override(None):
        assert render("{{ share|percent }}", share=D("0.5")) == "50.0%"


ADDED = {"tr": "bu yıl eklenen; toplam 4.961", "en": "added this year; 4,961 in all"}


@pytest.mark.parametrize(
    ("kind", "reported_as", "baseline", "realization", "shown"),
    [
        (Kind.LEVEL, ReportedAs.INCREMENT, D(4841), D(120), True),
        (Kind.LEVEL, ReportedAs.INCREMENT, D(4841), None, False),
        (Kind.LEVEL, ReportedAs.INCREMENT, None, D(120), False),
        (Kind.LEVEL, ReportedAs.TOTAL, D(4841), D(120), False),
        (Kind.COUNT, ReportedAs.INCREMENT, D(4841), D(120), False),
    ],
)
def test_what_a_year_added_is_told_apart_from_a_total(
    language, kind, reported_as, baseline, realization, shown
):
    measured = Measurement(baseline, D(4961), realization, kind=kind, reported_as=reported_as)
    told = render("{% added measured %}", measured=measured)
    assert (ADDED[language] in told) is shown
    assert bool(told) is shown


def test_the_five_kinds_of_cell_stay_apart():
    kinds = {
        "number": cell(D(7), "7"),
        "zero": cell(D(0), "0"),
        "dash": cell(None, "-"),
        "empty": cell(None, ""),
        "text": cell(None, "sonra belli olacak"),
    }

    assert len(set(kinds.values())) == 5
    assert kinds["zero"] == "0"
    assert 'class="dash"' in kinds["dash"]
    assert 'class="blank"' in kinds["empty"]
    assert kinds["text"] == '<span class="raw">sonra belli olacak</span>'


@pytest.mark.parametrize("dash", sorted(DASHES))
def test_a_dash_of_any_kind_is_shown_as_the_same_sign(dash):
    assert cell(None, dash, kind="realization") == cell(None, "-", kind="realization")


def test_a_dash_says_what_it_leaves_out():
    words = {cell(None, "-", kind=kind) for kind in ("baseline", "target", "realization")}
    assert len(words) == 3


def test_a_missing_row_is_an_empty_cell():
    assert cell(None, None) == cell(None, "")


def test_text_of_a_cell_is_never_markup():
    assert "<b>" not in render("{% cell None text %}", text="<b>5</b>")


@pytest.mark.parametrize(("code", "labels"), [("status", STATUS_LABELS), ("badge", BADGE_LABELS)])
def test_the_rulebook_calls_statuses_and_badges_what_the_page_does(code, labels):
    lines = rulebook.table("Statuses and badges", code, "on the page")
    with translation.override("tr"):
        shown = {value.replace("_", " "): str(label) for value, label in labels.items()}
    assert {line[code]: line["on the page"] for line in lines} == shown
    assert len(lines) == len(shown)


@pytest.mark.parametrize("value", STATUS_LABELS)
def test_status_shows_icon_and_word(value):
    shown = render("{% status value %}", value=value)

    assert f'<use href="#i-{STATUS_ICONS[value]}"/>' in shown
    assert str(STATUS_LABELS[value]) in shown


def test_status_takes_an_enum_member():
    member = StrEnum("Status", {"LOW": "low"}).LOW
    assert render("{% status value %}", value=member) == render("{% status 'low' %}")


@pytest.mark.parametrize("value", BADGE_LABELS)
def test_badge_shows_icon_and_word(value):
    shown = render("{% badge value %}", value=value)

    assert f'<use href="#i-{BADGE_ICONS[value]}"/>' in shown
    assert str(BADGE_LABELS[value]) in shown


@pytest.mark.parametrize(
    ("fraction", "width"),
    [(D("0.55021"), "55.02"), (D(0), "0"), (D("3.019"), "100"), (D("-0.2"), "0")],
)
def test_bar_keeps_its_dot_and_its_frame(fraction, width):
    shown = render("{% bar fraction %}", fraction=fraction)

    assert f'<rect class="value" width="{width}%"' in shown
    assert re.findall(r'x1="(\S+)%"', shown) == ["50", "80"]


def test_bar_without_a_score_is_dotted():
    assert "stroke-dasharray" in render("{% bar None %}")
    assert "rect" not in render("{% bar None %}")


def test_composition_leaves_out_zero_counts_and_fills_the_bar():
    counts = {"achieved": 1, "mostly": 0, "low": 1, "no_target": 1}

    shown = render("{% composition counts %}", counts=counts)

    assert re.findall(r'x="(\S+)%" width="(\S+)%"', shown) == [
        ("0", "33.33"),
        ("33.33", "33.34"),
        ("66.67", "33.33"),
    ]
    assert f'aria-label="1 {STATUS_LABELS["achieved"]}, ' in shown
    assert str(STATUS_LABELS["mostly"]) not in shown


def test_composition_of_nothing_says_so():
    shown = render("{% composition counts tall=True %}", counts={})
    assert 'class="comp tall"' in shown
    assert 'aria-label=""' not in shown


def test_every_status_is_drawn_differently():
    assert set(FILLS) == set(STATUS_LABELS) == set(STATUS_ICONS)
    assert len(set(FILLS.values())) == len(FILLS)


def test_legend_links_only_when_it_knows_where():
    counts = {"low": 21, "achieved": 0}

    assert "<a " not in render("{% legend counts %}", counts=counts)
    assert 'href="/list/?status=low"' in render("{% legend counts '/list/' %}", counts=counts)
    linked = render("{% legend counts base_url='/list/?year=2024' %}", counts=counts)
    assert 'href="/list/?year=2024&amp;status=low"' in linked


@pytest.mark.parametrize(
    ("fraction", "expected"),
    [
        (D(1), "heat-4"),
        (D("0.9999"), "heat-3"),
        (D("0.8"), "heat-3"),
        (D("0.5"), "heat-2"),
        (D("0.4999"), "heat-1"),
        (D(0), "heat-1"),
        (None, "nil"),
    ],
)
def test_heat_follows_the_bands(fraction, expected):
    assert heat_class(fraction) == expected
