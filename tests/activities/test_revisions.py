"""A plan's revision grows with every write of anything of it, and of no other plan."""

import pytest

from activities import revisions
from activities.models import Plan
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def indicator():
    return factories.make_indicator(target=10, realization=5)


def written(row):
    row.save()


def removed(row):
    row.delete()


@pytest.mark.parametrize("how", [written, removed])
@pytest.mark.parametrize(
    "find",
    [
        pytest.param(lambda indicator: indicator.realizations.get(), id="realization"),
        pytest.param(lambda indicator: indicator.targets.get(), id="target"),
        pytest.param(lambda indicator: indicator, id="indicator"),
    ],
)
def test_writing_lets_the_plans_revision_grow(indicator, find, how):
    plan, other = indicator.activity.plan, factories.make_plan()
    before, of_other = revisions.current(plan), revisions.current(other)

    how(find(indicator))

    assert revisions.current(plan) > before
    assert revisions.current(other) == of_other


def test_renaming_a_department_changes_every_plan_it_has_a_place_in(indicator):
    department = indicator.activity.department
    plan = indicator.activity.plan
    before = revisions.current(plan)

    department.name = "Başka Daire"
    department.save()

    assert revisions.current(plan) == before + 1


def test_a_plan_that_is_not_saved_has_revision_zero():
    assert revisions.current(Plan(slug="yeni")) == 0


@pytest.mark.parametrize(
    ("before", "after", "counts"),
    [
        ("draft", "draft", False),
        ("returned", "draft", False),
        ("draft", "submitted", True),
        ("submitted", "returned", True),
        ("submitted", "submitted", True),
        ("approved", "draft", True),
    ],
)
def test_what_lies_on_a_desk_leaves_kept_figures_as_they_are(before, after, counts):
    value = factories.make_realization(factories.make_indicator(), state=before)
    plan = value.indicator.activity.plan
    value = type(value).objects.get(pk=value.pk)
    revision, figures = revisions.current(plan), revisions.counted(plan)

    value.state = after
    value.save()

    assert revisions.current(plan) == revision + 1
    assert revisions.counted(plan) == figures + counts


def test_a_value_that_goes_and_comes_back_counts_each_time():
    value = factories.make_realization(factories.make_indicator(), state="draft")
    plan = value.indicator.activity.plan
    for state in ("submitted", "returned", "submitted"):
        figures = revisions.counted(plan)
        value.state = state
        value.save()
        assert revisions.counted(plan) == figures + 1
