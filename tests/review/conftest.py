"""A small plan under review: two departments, one of them with a branch."""

import datetime
from types import SimpleNamespace

import pytest
from django.test import Client
from django.urls import reverse

from activities.models import Period
from indicators.models import Realization
from tests.factories import (
    YEAR,
    make_activity,
    make_department,
    make_indicator,
    make_period,
    make_plan,
    make_user,
)
from tests.kept_rows import KeptWorld


def make_world():
    """Make a plan with one unit's clean, blocked, short and plain rows, and its people."""
    plan = make_plan(slug="plan")
    period = make_period(
        plan, opens_on=datetime.date(2025, 1, 6), closes_on=datetime.date(2025, 1, 31)
    )
    unit = make_department(plan, "7", name="Ulaşım Dairesi Başkanlığı", short_name="Ulaşım")
    branch = make_department(plan, "7.1", parent=unit, name="Hat Şube Müdürlüğü")
    other = make_department(plan, "8", name="Eğitim Dairesi Başkanlığı", short_name="Eğitim")
    activity = make_activity(plan, unit, "4.1.1", title="Erişilebilir ulaşım")
    lights = make_indicator(activity, name="Işık sayısı", baseline=3, target=4, realization=4)
    # 427 exist, 432 are the target, 5 are written: added or all?
    buses = make_indicator(activity, name="Otobüs sayısı", baseline=427, target=432, realization=5)
    # Half of the target, and nobody says why.
    stops = make_indicator(activity, name="Durak bildirimi sayısı", target=10, realization=5)
    lines = make_indicator(make_activity(plan, branch, "4.1.2", title="Hatlar"), target=20)
    schools = make_indicator(make_activity(plan, other, "5.1.1", title="Okullar"), target=30)
    return SimpleNamespace(
        plan=plan,
        period=period,
        unit=unit,
        branch=branch,
        other=other,
        lights=lights,
        buses=buses,
        stops=stops,
        lines=lines,
        schools=schools,
        reviewer=make_user("reviewer", first_name="Ayşe", last_name="Yılmaz"),
        administrator=make_user("administrator"),
        coordinator=make_user(departments=[unit], email="k@example.org"),
        reader=make_user(),
    )


kept_world = KeptWorld(make_world)


@pytest.fixture
def world(db):
    """Hold what ``make_world`` makes."""
    return kept_world.put_in()


@pytest.fixture
def at(world):
    def address(name, *args, year=YEAR):
        return reverse(name, args=[world.plan.slug, year, *args])

    return address


@pytest.fixture
def sign_in(db):
    def signed_in(person):
        client = Client()
        client.force_login(person)
        client.cookies["django_language"] = "en"
        return client

    return signed_in


@pytest.fixture
def reviewing(sign_in, world):
    return sign_in(world.reviewer)


@pytest.fixture
def value():
    """Return the stored value of an indicator."""

    def stored(indicator, year=YEAR):
        return Realization.objects.get(indicator=indicator, year=year)

    return stored


@pytest.fixture
def token(value):
    """Return what a page sends for an indicator's value as it is now."""

    def of(indicator):
        found = value(indicator)
        return f"{found.pk}:{found.version}"

    return of


def set_state(period, state):
    Period.objects.filter(pk=period.pk).update(state=state)
