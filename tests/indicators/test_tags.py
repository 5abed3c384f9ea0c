"""Indicators gathered by tags: their own, and those of their activities."""

import pytest
from django.utils import translation

from activities import revisions
from activities.models import ActivityTag, Plan, Tag
from activities.tagging import Tagging, retag
from indicators import tags
from indicators.figures import Figures, Level
from indicators.models import IndicatorTag
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def sdg():
    return make_tag("5.1", name_en="Discrimination")


def make_tag(code="5.1", scheme="sdg", **given):
    return Tag.objects.create(scheme=scheme, code=code, name=f"Ad {code}", **given)


@pytest.fixture
def plan(sdg):
    """Hold four indicators: 100 % and 50 % with the tag, 20 % and an unreported one without."""
    plan = factories.make_plan(slug="etiketli")
    first, second = (factories.make_activity(plan, code=code) for code in ("1.1.1", "2.1.1"))
    factories.make_indicator(first, name="a", target=10, realization=10)
    factories.make_indicator(first, name="b", target=10, realization=2)
    factories.make_indicator(second, name="c", target=10, realization=5)
    factories.make_indicator(second, name="d", target=10)
    IndicatorTag.objects.create(indicator=first.indicators.get(name="a"), tag=sdg)
    IndicatorTag.objects.create(indicator=second.indicators.get(name="c"), tag=sdg)
    return plan


def named(figures):
    return [row.name for row in figures.rows]


def test_a_tag_leaves_its_indicators_in_every_roll_up(plan):
    figures = Figures(plan, 2024, tag="sdg:5.1")

    assert named(figures) == ["a", "c"]
    assert str(figures.summary.mean) == "0.75"  # (100 + 50) / 2
    assert (figures.summary.reported, figures.summary.due) == (2, 2)
    by_objective = figures.by(Level.OBJECTIVE)
    assert [str(by_objective[code].mean) for code in ("1", "2")] == ["1", "0.5"]
    assert named(Figures(plan, 2024)) == ["a", "b", "c", "d"]


def test_what_carries_no_tag_can_be_asked_for(plan):
    figures = Figures(plan, 2024, tag=tags.UNTAGGED)

    assert named(figures) == ["b", "d"]
    assert (figures.summary.reported, figures.summary.due) == (1, 2)


def test_an_activitys_tag_is_that_of_all_its_indicators(plan, sdg):
    activity = plan.activities.get(code="1.1.1")
    # The first indicator has the tag already; it still counts once.
    ActivityTag.objects.create(activity=activity, tag=sdg)

    assert named(Figures(plan, 2024, tag="sdg:5.1")) == ["a", "b", "c"]
    found = tags.tags_of(plan)
    assert {each.name: found.get(each.id) for each in Figures(plan, 2024).rows} == {
        "a": {"sdg:5.1"},
        "b": {"sdg:5.1"},
        "c": {"sdg:5.1"},
        "d": None,
    }


def test_the_tag_goes_with_the_figures_to_other_years_and_readings(plan):
    figures = Figures(plan, 2024, tag="sdg:5.1")

    assert named(figures.of_year(2025)) == ["a", "c"]
    assert named(figures.under("approved")) == ["a", "c"]


def test_the_same_code_of_another_scheme_is_another_tag(plan):
    make_tag("5.1", "charter")

    assert named(Figures(plan, 2024, tag="charter:5.1")) == []


def test_tags_of_another_plan_are_not_this_plans(plan, sdg):
    other = factories.make_indicator(target=1, realization=1)
    IndicatorTag.objects.create(indicator=other, tag=sdg)
    make_tag("5.2")

    assert named(Figures(plan, 2024, tag="sdg:5.1")) == ["a", "c"]
    assert {choice.key: choice.is_used for choice in tags.choices(plan)} == {
        "sdg:5.1": True,
        "sdg:5.2": False,
    }
    assert other.pk not in tags.tags_of(plan)


def test_choices_stand_by_scheme_and_code(plan, django_assert_num_queries):
    for code in ("10", "9"):
        make_tag(code, "charter")

    with django_assert_num_queries(
        2
    ):  # the plan's revision; every tag, and whether the plan uses it
        found = tags.choices(plan)

    assert [choice.key for choice in found] == ["charter:9", "charter:10", "sdg:5.1"]


def test_names_follow_the_language(plan, sdg):
    with translation.override("en"):
        assert str(tags.choices(plan)[0]) == "5.1 Discrimination"
    with translation.override("tr"):
        assert str(tags.choices(plan)[0]) == "5.1 Ad 5.1"


# --- Tagging many ---


def test_many_activities_are_tagged_at_once(plan, sdg):
    first, second = plan.activities.order_by("code")
    before = revisions.current(Plan.objects.get(pk=plan.pk))

    assert retag(plan, sdg, add={first.pk, second.pk}, remove=set()) == Tagging(2, 0)
    assert retag(plan, sdg, add={first.pk}, remove={second.pk}) == Tagging(0, 1)

    assert [row.activity_id for row in ActivityTag.objects.all()] == [first.pk]
    written = ActivityTag.history.order_by("history_id").values_list("history_type", flat=True)
    assert list(written) == ["+", "+", "-"]
    assert revisions.current(Plan.objects.get(pk=plan.pk)) > before


def test_activities_of_another_plan_are_left_alone(plan, sdg):
    other = factories.make_activity()
    ActivityTag.objects.create(activity=other, tag=sdg)

    assert retag(plan, sdg, add={other.pk}, remove=set()) == Tagging(0, 0)
    assert retag(plan, sdg, add=set(), remove={other.pk}) == Tagging(0, 0)
    assert ActivityTag.objects.get().activity == other
