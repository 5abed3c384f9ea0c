"""A published year: frozen, read back by the same rules, corrected by errata."""

import datetime
import json
from decimal import Decimal as D

import pytest
from django.utils import translation

from activities.models import ActivityTag
from indicators import editions, steps
from indicators.achievement import Reading
from indicators.editions.publishing import would_be
from indicators.editions.sealing import seal_anew
from indicators.figures import Figures, Level
from indicators.models import Edition, IndicatorTag, Realization
from indicators.results import Results
from pages.public_words import first_sentence, means_sentence
from tests.factories import (
    YEAR,
    make_activity,
    make_department,
    make_indicator,
    make_period,
    make_plan,
    make_realization,
    make_tag,
    make_target,
    make_user,
)

pytestmark = pytest.mark.django_db


def published_plan(**given):
    plan = make_plan(is_public=True, **given)
    make_period(plan, state="published")
    return plan


def frozen(plan):
    return editions.FrozenFigures(plan, editions.freeze(plan, YEAR, person=None))


# --- The canonical form ---

# What people have checksums of must not change by an upgrade: a change here needs a new FORMAT.
BYTES = """\
{"format": 3, \
"objectives": [{"code": "1", "title": "Haklar"}, {"code": "1.1", "title": "Ulaşım"}], \
"plan": {"band_achieved": "100.00", "band_mostly": "80.00", "band_partly": "50.00", \
"first_year": 2024, "last_year": 2026, "method": "by_kind", "municipality": "Örnek", \
"name": "Yerel Eşitlik Eylem Planı", "short_name": "YEAP", "slug": "ornek", \
"unreported": "skip"}, \
"rows": [\
{"activity_id": 9200, "baseline": "427", "baseline_text": "427", "code": "1.1.1", \
"counted_with_id": null, "counts_people": true, "direction": "increase", \
"hides_small_numbers": true, "id": 9300, "kind": "level", "kind_confirmed": true, \
"measure": "count", "name": "Yararlanan kadın", "own_responsible_text": "Ulaşım D.B.", \
"position": 1, "realization": {"absence": "", "deviation_reason": "Geç başladı", \
"measure_to_take": "Ek sefer", "men": "2", "others": "0", \
"text": "5,0", "value": "5", \
"women": "3"}, "reported_as": "increment", "responsible_text": "Ulaşım", \
"result": "verified", "supporting_text": "STK'lar", "tags": ["group:kadin", "sdg:5.1"], \
"targets": {"2024": ["432", "432"], "2025": [null, "-"]}, "title": "Durak", "unit": 9101, \
"weight": "1.5"}, \
{"activity_id": 9200, "baseline": null, "baseline_text": "", "code": "1.1.1", \
"counted_with_id": 9300, "counts_people": false, "direction": "decrease", \
"hides_small_numbers": false, "id": 9301, "kind": "ratio", "kind_confirmed": false, \
"measure": "percent", "name": "Şikâyet oranı", "own_responsible_text": "", "position": 2, \
"realization": null, "reported_as": "total", "responsible_text": "Ulaşım", \
"result": "reported", "supporting_text": "STK'lar", "tags": ["sdg:5.1"], \
"targets": {"2024": ["50", "%50"]}, \
"title": "Durak", "unit": 9101, "weight": "1"}], \
"since_sent": {"answers": []}, \
"units": [\
{"id": 9100, "name": "Ulaşım Dairesi", "number": "2", "parent": null, "short": "Ulaşım"}, \
{"id": 9101, "name": "Durak Müdürlüğü", "number": "10.1", "parent": "2", \
"short": "Durak Müdürlüğü"}], \
"unverified": {"count": 0, "mean": null, "weight": "0"}, \
"year": 2024}"""
CHECKSUM = "d6cf94a90824ae4f28baee29d414ed8e896b22aea51a282ec02b91cdb4342baf"


def small_plan():
    """Make the plan whose frozen bytes are written out above, with ids of its own."""
    plan = published_plan(slug="ornek", municipality="Örnek")
    unit = make_department(plan, "2", pk=9100, name="Ulaşım Dairesi", short_name="Ulaşım")
    branch = make_department(plan, "10.1", parent=unit, pk=9101, name="Durak Müdürlüğü")
    activity = make_activity(
        plan,
        branch,
        "1.1.1",
        pk=9200,
        title="Durak",
        responsible_text="Ulaşım",
        supporting_text="STK'lar",
    )
    plan.objectives.filter(code="1").update(title="Haklar")
    plan.objectives.filter(code="1.1").update(title="Ulaşım")
    passengers = make_indicator(
        activity,
        pk=9300,
        baseline=427,
        target="432",
        name="Yararlanan kadın",
        kind="level",
        kind_confirmed=True,
        reported_as="increment",
        weight=D("1.50"),
        counts_people=True,
        hides_small_numbers=True,
        own_responsible_text="Ulaşım D.B.",
    )
    make_target(passengers, "-", 2025)
    make_realization(
        passengers,
        "5,0",
        state="approved",
        women=3,
        men=2,
        others=0,
        deviation_reason="Geç başladı",
        measure_to_take="Ek sefer",
    )
    complaints = make_indicator(
        activity,
        pk=9301,
        target="%50",
        realization="%40",
        name="Şikâyet oranı",
        measure="percent",
        kind="ratio",
        direction="decrease",
        counted_with=passengers,
    )
    make_indicator(activity, pk=9302, target=1, realization=1, retired_on=datetime.date(2024, 5, 1))
    shared = make_tag(code="5.1")
    ActivityTag.objects.create(activity=activity, tag=shared)
    own = make_tag(scheme="group", code="kadin")
    IndicatorTag.objects.create(indicator=passengers, tag=own)
    assert complaints.pk == 9301
    plan.refresh_from_db()
    return plan


def test_the_bytes_of_an_edition_are_these():
    edition = editions.freeze(small_plan(), YEAR, person=None)

    assert edition.content == BYTES
    assert edition.checksum == CHECKSUM


def test_the_checksum_is_the_sha_256_of_the_bytes_in_utf_8():
    """By ``printf 'ş' | sha256sum``."""
    assert (
        editions.checksum("ş") == "ef6e788bf4e810d939be09c13bd226c4e98be8045356acfaf28db8bac285917b"
    )


# --- What is frozen, and read back ---


def test_frozen_figures_equal_the_approved_ones_of_the_real_plan(real_plan):
    # Every fourth value is approved, among them numbers, dashes and a text.
    ids = Realization.objects.filter(indicator__activity__plan=real_plan).values_list(
        "pk", flat=True
    )
    Realization.objects.filter(pk__in=list(ids)[::4]).update(state="approved")
    live = Figures(real_plan, YEAR, reading=Reading.APPROVED)

    read_back = frozen(real_plan)

    assert read_back.rows == live.rows
    assert read_back.units == live.units
    for level in Level:
        assert read_back.by(level) == live.by(level)
        assert {**live.names_of(level), **read_back.names_of(level)} == live.names_of(level)


def partly_verified():
    """Make five rows: two verified (80, 60 %), two not (50 %, and 90 % twice), one missing."""
    plan = published_plan()
    activity = make_activity(plan, make_department(plan, "1"))
    make_indicator(activity, target=100, realization=80, state="approved")
    make_indicator(activity, target=100, realization=60, state="approved")
    make_indicator(activity, target=1000, realization=500, weight=1)
    make_indicator(activity, target=1000, realization=900, weight=2)
    make_indicator(activity, target=100)
    return plan


def public(plan):
    return editions.PublicFigures(plan, editions.freeze(plan, YEAR, person=None))


def test_an_edition_knows_what_was_reported_and_not_verified_and_holds_no_number_of_it():
    read_back = public(partly_verified())

    assert [row.result for row in read_back.rows] == [
        "verified", "verified", "reported", "reported", "not_reported",
    ]  # fmt: skip
    assert [row.achievement.status for row in read_back.rows] == [
        "mostly", "partly", "unverified", "unverified", "not_reported",
    ]  # fmt: skip
    assert read_back.results == Results(due=5, verified_results=2, unverified=2)
    assert "500" not in read_back.edition.content and "900" not in read_back.edition.content


def test_with_what_the_unverified_made_the_mean_of_all_reported_is_worked_out():
    read_back = public(partly_verified())

    # (0,8 + 0,6 + 0,5 + 2 · 0,9) ÷ 5
    assert read_back.reported_mean.mean == D("0.74")
    assert read_back.reported_mean.count == 4


def test_where_nothing_is_unverified_both_means_are_one():
    plan = partly_verified()
    Realization.objects.update(state="approved")
    read_back = public(plan)
    assert read_back.reported_mean.mean == read_back.summary.mean == D("0.74")


@pytest.mark.parametrize(("verified", "mean"), [(3, None), (4, D("0.8"))])
def test_a_percent_is_public_from_80_of_100_verified_on(verified, mean):
    plan = published_plan()
    activity = make_activity(plan, make_department(plan, "1"))
    for place in range(5):
        state = "approved" if place < verified else "submitted"
        make_indicator(activity, target=100, realization=80, state=state)
    read_back = public(plan)
    for level in (Level.PLAN, Level.DEPARTMENT, Level.OBJECTIVE, Level.GOAL, Level.ACTIVITY):
        [summary] = read_back.by(level).values()
        assert (summary.mean, summary.median, summary.mean_uncapped) == (mean, mean, mean)
        assert (summary.due, summary.reported) == (5, verified)


def test_an_edition_of_format_1_says_nothing_of_what_was_not_verified():
    plan = partly_verified()
    edition = would_be(plan, YEAR)
    content = json.loads(edition.content)
    del content["unverified"]
    for row in content["rows"]:
        del row["result"]
        (row["realization"] or {}).pop("is_reason_waived", None)
    edition.content = json.dumps({**content, "format": 1})
    edition.checksum = editions.checksum(edition.content)
    edition.save()
    seal_anew(plan, new=edition)
    read_back = editions.PublicFigures(plan, edition)

    assert read_back.results == Results(due=5, verified_results=2, unverified=None)
    assert [row.achievement.status for row in read_back.rows][2:] == ["not_reported"] * 3
    assert read_back.reported_mean is None
    with translation.override("tr"):
        assert first_sentence(read_back.results, YEAR) == (
            "Belediye 2024 için 5 hedef koydu: 2 sonuç doğrulandı, 3 sonuç bildirilmedi ya da "
            "doğrulanmadı."
        )
        assert "bildirilen" not in means_sentence(read_back).lower()


def test_what_changes_later_leaves_an_edition_as_it_was():
    plan = published_plan()
    unit = make_department(plan, "1")
    indicator = make_indicator(
        make_activity(plan, unit), target=100, realization=80, state="approved"
    )
    read_back = frozen(plan)
    edition = read_back.edition

    indicator.realizations.update(value=10, text="")
    plan.band_mostly = 90
    plan.save()
    unit.name = "Başka Daire"
    unit.save()

    again = editions.FrozenFigures(plan, Edition.objects.get(pk=edition.pk))
    assert again.summary.mean == D("0.8")
    assert again.rows[0].achievement.status == "mostly"
    assert again.units[unit.pk].name != "Başka Daire"
    assert editions.checksum(again.edition.content) == edition.checksum


def test_only_approved_values_are_frozen():
    plan = published_plan()
    activity = make_activity(plan)
    for state in Realization.State.values:
        make_indicator(activity, target=10, realization=5, state=state)
    assert frozen(plan).summary.reported == 1


def test_0_dash_text_and_absence_stay_apart_when_frozen():
    plan = published_plan()
    activity = make_activity(plan)
    for written in (0, "-", "belli olacak"):
        make_indicator(activity, target=10, realization=written, state="approved")
    absent = make_indicator(activity, target=10, realization="", state="approved")
    absent.realizations.update(absence="not_measured")
    told = [
        (row.measurement.realization, row.realization_text, row.absence)
        for row in frozen(plan).rows
    ]
    assert told == [
        (0, "0", ""),
        (None, "-", ""),
        (None, "belli olacak", ""),
        (None, "", "not_measured"),
    ]


def test_a_later_edition_has_the_next_number():
    plan = published_plan()
    assert frozen(plan).edition.number == 1
    assert editions.freeze(plan, YEAR, person=None, reason="Düzeltme").number == 2
    assert editions.latest(plan, YEAR).number == 2


@pytest.mark.parametrize(
    ("is_public", "state", "visible"),
    [
        (True, "published", True),
        (False, "published", False),
        (True, "closed", False),
        (True, "open", False),
    ],
)
def test_the_public_reads_published_years_of_public_plans(is_public, state, visible):
    plan = make_plan(is_public=is_public)
    make_period(plan, state=state)
    editions.freeze(plan, YEAR, person=None)
    assert (editions.published(plan, YEAR) is not None) == visible


def test_a_year_without_an_edition_is_not_published():
    assert editions.published(published_plan(), YEAR) is None


def test_a_later_correction_is_an_erratum_with_its_reason():
    plan = published_plan()
    indicator = make_indicator(make_activity(plan), target=100, realization=80, state="approved")
    untouched = make_indicator(indicator.activity, target=100, realization=70, state="approved")
    read_back = frozen(plan)
    assert editions.errata(read_back) == []

    value = indicator.realizations.get()
    boss = make_user("administrator")
    steps.correct(value, D(90), boss, plan.periods.get(), "Tutanakta 90 yazıyor")

    [erratum] = editions.errata(read_back)
    assert (erratum.figure.id, erratum.field) == (indicator.pk, "realization")
    assert (erratum.before, erratum.after) == (80, 90)
    assert erratum.reason == "Tutanakta 90 yazıyor"
    assert erratum.when == value.history.first().history_date
    assert untouched.pk != erratum.figure.id


def test_a_corrected_target_is_an_erratum_too():
    plan = published_plan()
    indicator = make_indicator(make_activity(plan), target=100, realization=80, state="approved")
    read_back = frozen(plan)
    target = indicator.targets.get()
    target.value = D(120)
    target._change_reason = "Meclis kararı"
    target.save()
    [erratum] = editions.errata(read_back)
    assert (erratum.field, erratum.before, erratum.after) == ("target", 100, 120)
    assert erratum.reason == "Meclis kararı"


def test_reading_an_edition_back_asks_the_database_for_its_seals_alone(django_assert_num_queries):
    plan = published_plan()
    make_indicator(make_activity(plan), target=100, realization=80, state="approved")
    edition = editions.freeze(plan, YEAR, person=make_user("reviewer"))
    with django_assert_num_queries(1):
        read_back = editions.FrozenFigures(plan, edition)
        assert read_back.by(Level.DEPARTMENT)
        assert read_back.names_of(Level.GOAL)


def test_a_text_in_place_of_a_dash_is_an_erratum_and_another_spelling_of_a_number_is_none():
    plan = published_plan()
    activity = make_activity(plan)
    dash = make_indicator(activity, target=100, realization="-", state="approved")
    number = make_indicator(activity, target=100, realization="80", state="approved")
    read_back = frozen(plan)

    dash.realizations.update(text="belli olacak")
    number.realizations.update(text="80,0")

    [erratum] = editions.errata(read_back)
    assert erratum.figure.id == dash.pk
    assert (erratum.before, erratum.before_text) == (None, "-")
    assert (erratum.after, erratum.after_text) == (None, "belli olacak")
    # Written past the history: nobody says when or why.
    assert (erratum.when, erratum.reason) == (None, "")


def test_what_was_retired_since_is_left_and_what_follows_is_looked_at():
    plan = published_plan()
    activity = make_activity(plan)
    first, second = (
        make_indicator(activity, baseline=5, target=100, realization=80, state="approved")
        for _ in range(2)
    )
    read_back = frozen(plan)

    first.retired_on = datetime.date(2025, 1, 1)
    first.save()
    second.baseline = D(6)
    second._change_reason = "Sayım yenilendi"
    second.save()

    [erratum] = editions.errata(read_back)
    assert (erratum.figure.id, erratum.field) == (second.pk, "baseline")
    assert (erratum.before, erratum.after) == (5, 6)
    assert erratum.reason == "Sayım yenilendi"


def test_an_erratum_tells_the_last_change_of_its_own_year():
    plan = published_plan()
    indicator = make_indicator(make_activity(plan), target=100, realization=80, state="approved")
    value = indicator.realizations.get()
    value._change_reason = "Before it was published"
    value.save()
    later = make_realization(indicator, 7, year=YEAR + 1)
    read_back = frozen(plan)

    for number, reason in ((D(85), "One"), (D(90), "Another")):
        value.value, value._change_reason = number, reason
        value.save()
    later.value, later._change_reason = D(8), "Of another year"
    later.save()

    [erratum] = editions.errata(read_back)
    assert (erratum.before, erratum.after, erratum.reason) == (80, 90, "Another")


def test_the_public_reads_the_newest_edition():
    plan = published_plan()
    indicator = make_indicator(make_activity(plan), target=100, realization=80, state="approved")
    editions.freeze(plan, YEAR, person=None)
    indicator.realizations.update(value=90)
    editions.freeze(plan, YEAR, person=None, reason="Düzeltme")

    figures = editions.published(plan, YEAR)

    assert figures.edition.number == 2
    assert figures.summary.mean == D("0.9")


def test_an_edition_knows_no_other_year():
    plan = published_plan()
    indicator = make_indicator(make_activity(plan), target=100, realization=80, state="approved")
    make_target(indicator, 50, YEAR + 1)
    read_back = frozen(plan)
    [row] = read_back.rows
    assert read_back.over_the_years(row) == {YEAR: row}
    assert read_back.reading is Reading.APPROVED


def test_a_unit_that_left_the_plan_has_no_number_in_its_edition():
    plan = published_plan()
    make_indicator(make_activity(plan, make_department()), target=100)
    [row] = frozen(plan).rows
    assert (row.unit.id, row.unit.number, row.unit.name, row.unit.short) == (0, "", "", "")
    assert row.unit.parent_id is None


# --- What the public does not see ---


def public_figures(*indicators):
    """Return an edition of a plan with one activity, whose indicators are given."""
    plan = published_plan()
    activity = make_activity(plan)
    for each in indicators:
        parts = {name: each.pop(name) for name in ("women", "men", "others") if name in each}
        said = {name: each.pop(name) for name in ("deviation_reason",) if name in each}
        cell = each.pop("realization")
        indicator = make_indicator(activity, target=10, **each)
        make_realization(indicator, cell, state="approved", **parts, **said)
    editions.freeze(plan, YEAR, person=None)
    return editions.published(plan, YEAR)


def test_hidden_rows_count_nowhere_and_are_printed():
    figures = public_figures(
        {"realization": 3, "hides_small_numbers": True, "deviation_reason": "Az başvuru"},
        {"realization": 5, "deviation_reason": "Geç başladı"},
    )
    hidden, shown = figures.printed_rows

    assert figures.hidden == {hidden.id}
    assert figures.rows == [shown]
    assert figures.summary.mean == D("0.5")
    assert figures.reasons_of(hidden) == {"deviation_reason": "", "measure_to_take": ""}
    assert figures.reasons_of(shown) == {
        "deviation_reason": "Geç başladı",
        "measure_to_take": "",
    }


def test_what_is_found_to_identify_people_later_is_hidden_as_well():
    figures = public_figures({"realization": 3})
    assert figures.hidden == frozenset()

    indicator = figures.plan.activities.get().indicators.get()
    indicator.hides_small_numbers = True
    indicator.save()

    again = editions.published(figures.plan, YEAR)
    assert again.hidden == {row.id for row in again.printed_rows}


@pytest.mark.parametrize(
    ("parts", "hides", "is_told"),
    [
        pytest.param((20, 10, 0), True, True, id="none is small"),
        pytest.param((26, 4, 0), True, False, id="one is small, so none is told"),
        pytest.param((26, 4, 0), False, True, id="the indicator hides nothing"),
    ],
)
def test_women_men_and_others_are_told_together_or_not_at_all(parts, hides, is_told):
    split = dict(zip(("women", "men", "others"), map(D, parts), strict=True))
    figures = public_figures(
        {"realization": 30, "counts_people": True, "hides_small_numbers": hides, **split}
    )
    [row] = figures.printed_rows
    assert figures.parts_of(row) == (split if is_told else dict.fromkeys(split))


def test_the_parts_of_a_hidden_value_are_hidden_whatever_they_are():
    figures = public_figures(
        {
            "realization": 3,
            "counts_people": True,
            "hides_small_numbers": True,
            "women": 0,
            "men": 0,
            "others": 3,
        }
    )
    [row] = figures.printed_rows
    assert figures.parts_of(row) == {"women": None, "men": None, "others": None}


def test_a_row_without_an_approved_value_has_no_parts_and_no_reasons():
    plan = published_plan()
    make_indicator(make_activity(plan), target=10, realization=3, state="submitted")
    editions.freeze(plan, YEAR, person=None)
    figures = editions.published(plan, YEAR)
    [row] = figures.rows
    assert figures.parts_of(row) == {"women": None, "men": None, "others": None}
    assert figures.reasons_of(row) == {"deviation_reason": "", "measure_to_take": ""}
