"""A plan's structure in the next term."""

import io
from decimal import Decimal as D

import pytest
from django.core.management import CommandError, call_command

from activities.models import (
    Activity,
    ActivityTag,
    ActivityUnit,
    Institution,
    Objective,
    Plan,
    PlanDepartment,
    Tag,
)
from activities.sentences import Sentence
from indicators import copying
from indicators.copying import Baseline, NextTerm
from indicators.figures import Figures
from indicators.models import (
    FindingAnswer,
    Indicator,
    IndicatorTag,
    IndicatorUnit,
    Realization,
    Target,
)
from tests import factories

pytestmark = pytest.mark.django_db

TERM = NextTerm(slug="yeni-2027-2029", first_year=2027, last_year=2029)


@pytest.fixture
def plan():
    plan = factories.make_plan(
        slug="eski-2024-2026", method="target_ratio", band_mostly=70, is_public=True,
        municipality="Deneme Belediyesi",
    )  # fmt: skip
    return plan


def copied(plan, **given):
    values = {"slug": TERM.slug, "first_year": 2027, "last_year": 2029, **given}
    return copying.copy(plan, NextTerm(**values), person=None)


def baseline(new, name):
    found = Indicator.objects.of_plan(new).get(name=name)
    return found.baseline, found.baseline_text


# --- What goes with it ---


def test_the_plan_keeps_its_settings_and_begins_unpublished(plan):
    new = copied(plan)

    assert (new.name, new.municipality, new.method) == (
        plan.name,
        plan.municipality,
        "target_ratio",
    )
    assert new.band_mostly == 70
    assert not new.is_public
    periods = new.periods.values_list("year", "state")
    assert list(periods) == [(2027, "planned"), (2028, "planned"), (2029, "planned")]


def test_units_keep_their_numbers_and_activities_their_units(plan):
    department = factories.make_department(plan, "7", name="Ulaşım")
    branch = factories.make_department(plan, "7.1", parent=department, name="Şube")
    activity = factories.make_activity(
        plan, branch, "4.4.2", title="Duraklar", responsible_text="Ulaşım D.B"
    )
    group = Institution.objects.create(name="STK'lar", is_group=True)
    ActivityUnit.objects.create(activity=activity, role="supporting", institution=group)
    indicator = factories.make_indicator(activity)
    IndicatorUnit.objects.create(indicator=indicator, role="responsible", department=department)

    new = copied(plan)

    assert list(new.units.values_list("number", "department")) == [
        ("7", department.pk),
        ("7.1", branch.pk),
    ]
    [made] = new.activities.all()
    assert (made.code, made.title, made.department, made.responsible_text) == (
        "4.4.2",
        "Duraklar",
        branch,
        "Ulaşım D.B",
    )
    assert (made.objective.code, made.objective.plan, made.objective.parent.code) == (
        "4.4",
        new,
        "4",
    )
    assert (made.code_key, made.title_key) == (activity.code_key, activity.title_key)
    assert made.unit_roles.get().institution == group
    assert made.indicators.get().unit_roles.get().department == department
    # The old plan keeps its own.
    assert plan.activities.get() == activity
    assert ActivityUnit.objects.count() == IndicatorUnit.objects.count() == 2


def test_an_indicator_keeps_all_that_says_how_it_is_measured(plan):
    given = {
        "name": "Katılan kadın sayısı",
        "measure": "other",
        "unit": "kişi",
        "kind": "level",
        "kind_confirmed": True,
        "direction": "maintain",
        "reported_as": "increment",
        "weight": D("2.5"),
        "own_responsible_text": "Şube",
        "own_supporting_text": "STK",
        "counts_people": True,
        "hides_small_numbers": True,
    }
    factories.make_indicator(factories.make_activity(plan), position=3, **given)

    made = Indicator.objects.of_plan(copied(plan)).get()

    assert {name: getattr(made, name) for name in given} == given
    assert (made.position, made.name_key) == (3, "katilan kadin sayisi")


def test_every_column_is_copied_or_left_for_a_reason():
    left = {
        Indicator: {"activity", "baseline", "baseline_text", "counted_with", "retired_on"},
        Activity: {"plan", "objective"},
        Plan: {"name", "slug", "first_year", "last_year", "is_public"},
    }
    taken = {
        Indicator: copying.OF_INDICATOR,
        Activity: copying.OF_ACTIVITY,
        Plan: copying.OF_PLAN,
    }
    for model, names in taken.items():
        columns = {field.name for field in model._meta.concrete_fields if not field.primary_key}
        keys = {name for name in columns if name.endswith("_key")}
        copied_names = {name.removesuffix("_id") for name in names}
        assert columns - keys == copied_names | left[model], model


def test_tags_and_what_is_counted_once_lead_to_the_new_rows(plan):
    tag = Tag.objects.create(scheme="sdg", code="5.1", name="Ayrımcılık")
    first, second = factories.make_activity(plan), factories.make_activity(plan)
    counting = factories.make_indicator(second, name="sayan")
    factories.make_indicator(first, name="ortak", counted_with=counting)
    ActivityTag.objects.create(activity=first, tag=tag)
    IndicatorTag.objects.create(indicator=counting, tag=tag)

    new = copied(plan)

    made = {each.name: each for each in Indicator.objects.of_plan(new)}
    assert made["ortak"].counted_with == made["sayan"] != counting
    assert {row.name for row in Figures(new, 2027, tag="sdg:5.1").rows} == {"ortak", "sayan"}
    assert ActivityTag.objects.count() == IndicatorTag.objects.count() == 2


def test_what_was_done_and_what_is_retired_stay_behind(plan):
    activity = factories.make_activity(plan)
    retired = factories.make_indicator(activity, name="eski", retired_on="2025-01-01")
    gone = factories.make_activity(plan, code="9.9.9")
    factories.make_indicator(gone, retired_on="2025-01-01")
    empty = factories.make_activity(plan, code="9.9.8")
    factories.make_indicator(activity, name="kalan", target=10, realization=4, counted_with=retired)
    FindingAnswer.objects.create(plan=plan, year=2024, code="x", finding="y", answer="z")

    new = copied(plan)

    made = Indicator.objects.of_plan(new).get()
    assert (made.name, made.counted_with) == ("kalan", None)
    assert {each.code for each in new.activities.all()} == {activity.code, empty.code}
    assert not Target.objects.filter(indicator=made).exists()
    assert not Realization.objects.filter(indicator=made).exists()
    assert not new.answers.exists()


# --- Where the indicators begin ---


def values_of(plan, name, *cells, **given):
    """Make an indicator with a cell for 2024, 2025, 2026; None is no realization."""
    indicator = factories.make_indicator(
        factories.make_activity(plan), name=name, baseline=100, **given
    )
    for year, cell in zip(plan.years, cells, strict=False):
        if cell is not None:
            factories.make_realization(indicator, cell, year)
    return indicator


@pytest.mark.parametrize(
    ("cells", "given", "expected"),
    [
        pytest.param((5, 7, None), {}, (D(7), "7"), id="the last number"),
        pytest.param((5, 0, None), {}, (D(0), "0"), id="0 is a number"),
        pytest.param((5, "-", None), {}, (D(5), "5"), id="a dash is none"),
        pytest.param((5, "belli olacak", None), {}, (D(5), "5"), id="a text is none"),
        pytest.param(("-", "-", "-"), {}, (None, ""), id="nothing but dashes"),
        pytest.param((), {}, (None, ""), id="nothing at all, not even the old baseline"),
        pytest.param(
            ("%50", "%55,55", None), {"kind": "ratio", "measure": "percent"},
            (D("55.55"), "%55,55"), id="a ratio",
        ),
        pytest.param(
            (5, 8, None), {"kind": "level"}, (D(8), "8"), id="a level is its last total"
        ),
        # 100 + 8, as every page shows the total of 2025.
        pytest.param(
            (5, 8, None), {"kind": "level", "reported_as": "increment"},
            (D(108), "108"), id="an increment is what its year came to",
        ),
    ],
)  # fmt: skip
def test_a_baseline_is_the_last_number_that_counted(plan, cells, given, expected):
    values_of(plan, "x", *cells, **given)

    assert baseline(copied(plan), "x") == expected


def test_drafts_and_years_outside_the_plan_do_not_count(plan):
    indicator = values_of(plan, "x", 5)
    factories.make_realization(indicator, 9, 2025, Realization.State.DRAFT)
    factories.make_realization(indicator, 8, 2026, Realization.State.RETURNED)
    factories.make_realization(indicator, 77, 2031)

    assert baseline(copied(plan), "x") == (D(5), "5")


def test_baselines_can_be_left_empty(plan):
    values_of(plan, "x", 5)

    assert baseline(copied(plan, baseline=Baseline.NONE), "x") == (None, "")


# --- What is refused ---


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"slug": "eski-2024-2026"}, "There already is a plan “eski-2024-2026”."),
        ({"slug": "iki kelime"}, "“iki kelime” is no address"),
        ({"slug": ""}, "“” is no address"),
        ({"first_year": 2029, "last_year": 2027}, "The last year lies before the first."),
        ({"first_year": 2026}, "The next term begins after 2026"),
        ({"first_year": 2021, "last_year": 2023}, "The next term begins after 2026"),
        ({"last_year": 2047}, "at most 20 years"),
        ({"first_year": 2200, "last_year": 2201}, "not beyond 2100"),
    ],
)
def test_nonsense_is_refused_in_a_sentence(plan, given, words):
    before = factories.stored_rows()

    with pytest.raises(Sentence, match=words.replace(".", r"\.")) as refused:
        copied(plan, **given)

    assert str(refused.value)
    assert factories.stored_rows() == before


def test_all_of_it_or_nothing(plan, monkeypatch):
    factories.make_indicator(factories.make_activity(plan))
    before = factories.stored_rows()
    monkeypatch.setattr(copying._Copy, "_tags", lambda *given: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        copied(plan)

    assert factories.stored_rows() == before


# --- The real plan ---


def test_the_real_plan_goes_over_whole(real_plan):
    counts = copying.counts(real_plan)
    assert (counts.units, counts.activities, counts.indicators) == (16, 120, 149)
    # 135 numeric realizations of 2024.
    assert (counts.with_value, counts.retired) == (135, 0)

    new = copied(real_plan)

    assert copying.counts(new) == copying.Counts(16, counts.objectives, 120, 149, 0, 0)
    old_rows, rows = Figures(real_plan, 2024).rows, Figures(new, 2027).rows
    assert [(row.key, row.name, row.responsible) for row in rows] == [
        (row.key, row.name, row.responsible) for row in old_rows
    ]
    assert [row.measurement.baseline for row in rows] == [
        row.measurement.realization for row in old_rows
    ]
    assert [row.baseline_text for row in rows if row.measurement.baseline is not None] == [
        row.realization_text for row in old_rows if row.measurement.realization is not None
    ]
    assert Figures(new, 2027).summary.due == 0
    for model in (Plan, PlanDepartment, Objective, Activity, ActivityUnit, Indicator):
        recorded = model.history.filter(history_change_reason__contains=real_plan.name)
        path = {Plan: "pk", ActivityUnit: "activity__plan", Indicator: "activity__plan"}
        own = model.objects.filter(**{path.get(model, "plan"): new.pk})
        assert recorded.filter(history_type="+").count() == own.count() > 0, model


def test_a_copy_of_any_size_costs_the_same_queries(real_plan, django_assert_max_num_queries):
    # Three statements for each of nine kinds of rows, the two levels of objectives apart, with
    # savepoints; the rows of one statement grow with the plan.
    with django_assert_max_num_queries(120):
        copied(real_plan)


# --- The command ---


def run(*arguments):
    out = io.StringIO()
    call_command("copy_plan", *arguments, stdout=out)
    return out.getvalue()


def test_the_command_copies_and_says_what(plan):
    values_of(plan, "x", 5)
    values_of(plan, "y")
    years = ("--first-year", "2027", "--last-year", "2028")

    told = run(plan.slug, "--to", "yeni", *years, "--name", "Yeni Plan")

    new = Plan.objects.get(slug="yeni")
    assert (str(new), Indicator.objects.of_plan(new).count()) == ("Yeni Plan 2027–2028", 2)
    assert "2" in told and "1" in told

    run(plan.slug, "--to", "bos", *years, "--baseline", "none")
    assert baseline(Plan.objects.get(slug="bos"), "x") == (None, "")


def test_the_command_can_only_look(plan):
    before = factories.stored_rows()

    run(plan.slug, "--to", "yeni", "--first-year", "2027", "--last-year", "2028", "--dry-run")

    assert factories.stored_rows() == before


@pytest.mark.parametrize(
    "arguments",
    [
        ("yok", "--to", "yeni", "--first-year", "2027", "--last-year", "2028"),
        ("eski-2024-2026", "--to", "yeni", "--first-year", "2025", "--last-year", "2028"),
        ("eski-2024-2026", "--to", "yeni", "--first-year", "2025", "--last-year", "2028",
         "--dry-run"),
    ],
)  # fmt: skip
def test_the_command_refuses_in_a_sentence(plan, arguments):
    with pytest.raises(CommandError) as refused:
        run(*arguments)

    assert str(refused.value).endswith(".")


def test_the_term_that_is_proposed_follows_directly():
    plan = Plan(name="Ad", slug="mersin-2024-2026", first_year=2024, last_year=2026)
    term = copying.next_term(plan)
    assert (term.slug, term.first_year, term.last_year) == ("mersin-2027-2029", 2027, 2029)

    plan.slug = "mersin"
    assert copying.next_term(plan).slug == "mersin-2027"
