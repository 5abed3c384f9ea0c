"""An administrator, and a plan with one activity and one indicator."""

from decimal import Decimal

import pytest

from accounts.rights import ADMINISTRATOR
from activities.models import Activity, Department, Objective, Period, Plan, PlanDepartment
from indicators.models import Indicator
from tests.administration.pages import BACKEND
from tests.factories import make_user


@pytest.fixture
def administrator():
    return make_user(ADMINISTRATOR, username="yonetici")


@pytest.fixture
def staff(client, administrator):
    client.force_login(administrator, backend=BACKEND)
    return client


@pytest.fixture
def department():
    return Department.objects.create(name="Işıklar Dairesi Başkanlığı", short_name="Işıklar")


@pytest.fixture
def plan(department):
    plan = Plan.objects.create(name="Eylem Planı", slug="plan", first_year=2024, last_year=2026)
    for year, state in ((2024, "closed"), (2025, "open"), (2026, "planned")):
        Period.objects.create(plan=plan, year=year, state=state)
    PlanDepartment.objects.create(plan=plan, department=department, number="1")
    return plan


@pytest.fixture
def activity(plan, department):
    objective = Objective.objects.create(plan=plan, code="4")
    goal = Objective.objects.create(plan=plan, code="4.4", parent=objective)
    return Activity.objects.create(
        plan=plan, department=department, objective=goal, code="4.4.2", title="İzmir yolu"
    )


@pytest.fixture
def indicator(activity):
    return Indicator.objects.create(
        activity=activity, name="Iğdır seferi sayısı", baseline=Decimal(5), baseline_text="5"
    )
