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
