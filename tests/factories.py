"""Rows for tests: each function fills in everything, a test states only what it is about."""

from __future__ import annotations

import datetime
import io
import json
from contextlib import contextmanager
from decimal import Decimal
from itertools import count
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import IntegrityError, connection, models, transaction

from accounts import memberships, rights
from accounts.models import User
from accounts.rights import Role
from accounts.roles import OWN_APPS
from activities import owning, revisions
from activities.formats import amount
from activities.models import (
    Activity,
    Department,
    Extension,
    Municipality,
    Objective,
    Period,
    Plan,
    PlanDepartment,
    Tag,
)
from indicators import editions
from indicators.cells import parse_cell
from indicators.models import Edition, Indicator, Notice, Realization, Target

YEAR = 2024
REAL_PLAN = Path(__file__).resolve().parents[1] / "fixtures" / "yeap-2024-2026.txt"

_numbers = count(1)


def make_plan(**given) -> Plan:
    values = {
        "name": "Yerel Eşitlik Eylem Planı",
        "slug": f"plan-{next(_numbers)}",
        "first_year": YEAR,
        "last_year": YEAR + 2,
    }
    if isinstance(given.get("municipality"), str):
        given["municipality"] = owning.keep(owning.municipality_named(given["municipality"]))
    return Plan.objects.create(**{**values, **given})


def make_period(plan, year=YEAR, state=Period.State.OPEN, **given) -> Period:
    return Period.objects.create(plan=plan, year=year, state=state, **given)


def make_extension(period=None, department=None, **given) -> Extension:
    """Open a closed period again for a unit, for ever unless ``until`` is given."""
    period = period or make_period(make_plan(), state=Period.State.CLOSED)
    given = {"until": datetime.date(2099, 12, 31), "reason": "Geç geldi.", **given}
    return Extension.objects.create(
        period=period, department=department or make_department(period.plan), **given
    )


def make_tag(scheme=Tag.Scheme.SDG, code="", name="Etiket", **given) -> Tag:
    return Tag.objects.create(scheme=scheme, code=code or f"5.{next(_numbers)}", name=name, **given)


def make_department(plan=None, number="", *, parent=None, **given) -> Department:
    """Make a department, or a branch under ``parent``; with a plan it gets a place there."""
    given.setdefault("name", f"Birim {next(_numbers)} {'Müdürlüğü' if parent else 'Dairesi'}")
    if plan is not None:
        given.setdefault("municipality", plan.municipality)
    department = Department.objects.create(parent=parent, **given)
    if plan is not None:
        number = number or str(plan.units.count() + 1)
        PlanDepartment.objects.create(plan=plan, department=department, number=number)
    return department


def make_activity(plan=None, department=None, code="", **given) -> Activity:
    """Make an activity with the goal and the objective that its code names."""
    plan = plan or make_plan()
    department = department or make_department(plan)
    position = plan.activities.count() + 1
    code = code or f"1.1.{position}"
    given = {"title": f"Faaliyet {next(_numbers)}", "position": position, **given}
    given.setdefault("objective", _goal(plan, code))
    return Activity.objects.create(plan=plan, department=department, code=code, **given)


def _goal(plan, code) -> Objective:
    first, second = code.split(".")[:2]
    objective, _ = Objective.objects.get_or_create(plan=plan, code=first)
    goal, _ = Objective.objects.get_or_create(
        plan=plan, code=f"{first}.{second}", defaults={"parent": objective}
    )
    return goal


def make_indicator(
    activity=None,
    *,
    baseline=None,
    target=None,
    realization=None,
    state=Realization.State.SUBMITTED,
    year=YEAR,
    **given,
) -> Indicator:
    """Make an indicator; its cells are numbers, or text as written: "-", "%50".

    None makes no target and no realization at all.
    """
    activity = activity or make_activity()
    given.setdefault("name", f"Gösterge {next(_numbers)}")
    given.setdefault("position", activity.indicators.count() + 1)
    if baseline is not None:
        given["baseline"], given["baseline_text"] = _cell(baseline)
    indicator = Indicator.objects.create(activity=activity, **given)
    if target is not None:
        make_target(indicator, target, year)
    if realization is not None:
        make_realization(indicator, realization, year, state)
    return indicator


def make_target(indicator, cell=100, year=YEAR, **given) -> Target:
    value, text = _cell(cell)
    return Target.objects.create(indicator=indicator, year=year, value=value, text=text, **given)


def make_realization(
    indicator, cell=80, year=YEAR, state=Realization.State.SUBMITTED, **given
) -> Realization:
    value, text = _cell(cell)
    return Realization.objects.create(
        indicator=indicator, year=year, value=value, text=text, state=state, **given
    )


def _cell(written) -> tuple[Decimal | None, str]:
    """Return value and text of a cell given as a number or as written."""
    if isinstance(written, str):
        cell = parse_cell(written)
        return cell.value, cell.text
    value = Decimal(written)
    return value, amount(value)


def make_edition(plan=None, year=YEAR, *, person=None) -> Edition:
    """Publish a plan's year as it stands."""
    plan = plan or make_plan()
    again = "Yeniden yayımlandı" if editions.latest(plan, year) else ""
    return editions.freeze(plan, year, person=person, reason=again)


def make_published_year(plan, year=YEAR, *, person=None) -> Edition:
    """Publish a plan's year as it stands, whatever ``periods.publish`` would ask of it."""
    edition = make_edition(plan, year, person=person)
    Period.objects.get_or_create(plan=plan, year=year)
    plan.periods.filter(year=year).update(state=Period.State.PUBLISHED)
    revisions.bump(Plan.objects.filter(pk=plan.pk))
    return edition


def make_notice(person=None, period=None, kind=Notice.Kind.RETURNED, **given) -> Notice:
    """Queue a notice; its text names one indicator."""
    given = {"key": f"{next(_numbers)}", "text": "• 4.4.2 Kurs sayısı", **given}
    return Notice.objects.create(
        person=person or make_user(email="biri@example.org"),
        period=period or make_period(make_plan()),
        kind=kind,
        **given,
    )


def make_user(role="", departments=(), *, municipality=None, **given) -> User:
    """Make a person of the municipality, the only one if left out, who stands in it.

    ``role`` is that of a membership; empty makes a reader.

    Departments make a coordinator. The password is "parola-12345".
    """
    given.setdefault("username", f"kisi{next(_numbers)}")
    municipality = municipality or Municipality.objects.the_only()
    user = User.objects.create_user(password="parola-12345", **given)
    memberships.put(user, municipality, role=role or Role.READER, units=departments)
    rights.enter(user, municipality)
    return user


def give_units(person, *departments) -> None:
    """Make a person the coordinator of further units of the municipality where she stands."""
    membership = person.memberships.get(municipality=person.stands_in)
    memberships.put(
        person,
        membership.municipality,
        role=membership.role,
        units=[*membership.units.all(), *departments],
    )


def import_plan(path, *, expect=0, **options):
    """Run import_plan and return its report, having seen its exit code."""
    out, code = io.StringIO(), 0
    try:
        call_command("import_plan", str(path), format="json", stdout=out, **options)
    except SystemExit as left:
        code = left.code
    assert code == expect, out.getvalue()
    return json.loads(out.getvalue())


def constraints_of(app: str) -> dict[str, models.BaseConstraint]:
    """Return the database constraints that the models of an app name."""
    return {
        constraint.name: constraint
        for model in apps.get_app_config(app).get_models()
        for constraint in model._meta.constraints
    }


@contextmanager
def trips(constraint: models.BaseConstraint):
    """See that the database refuses what happens inside, and for this constraint."""
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        yield
    told = str(refused.value)
    if connection.vendor == "sqlite" and isinstance(constraint, models.UniqueConstraint):
        # SQLite names the columns instead.
        assert all(f".{field}" in told for field in constraint.fields), told
    else:
        assert constraint.name in told, told


def with_history(app: str) -> set[str]:
    """Return the names of an app's models whose changes are recorded."""
    return {
        model.__name__
        for model in apps.get_app_config(app).get_models()
        if hasattr(model._meta, "simple_history_manager_attribute")
    }


def stored_rows() -> dict[str, int]:
    """Return how many rows every table of ours holds, history included."""
    models = [model for app in OWN_APPS for model in apps.get_app_config(app).get_models()]
    return {model._meta.label: model._default_manager.count() for model in models}


@contextmanager
def real_plan(django_db_blocker):
    """Hold the real plan in the database for the tests of a module, and take it out again.

    The tests' own transactions nest in this one, so it is imported once and none sees another's
    changes. Call it from a module-scoped fixture that also asks for ``django_db_setup``.
    """
    with django_db_blocker.unblock():
        outer = transaction.atomic()
        outer.__enter__()
        import_plan(REAL_PLAN, plan="gercek", year=YEAR, apply=True)
        plan = Plan.objects.get(slug="gercek")
    try:
        yield plan
    finally:
        with django_db_blocker.unblock():
            transaction.set_rollback(True)
            outer.__exit__(None, None, None)
