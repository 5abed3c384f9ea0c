"""One unit with an open year, its coordinator, and how rows are read from answers."""

from __future__ import annotations

import re
from types import SimpleNamespace

import pytest
from django.test import Client
from django.urls import reverse

from indicators.models import Realization
from tests import factories
from tests.kept_rows import KeptWorld

YEAR = factories.YEAR
FETCH = {"X-Requested-With": "fetch"}


def make_parts():
    """Make a plan with an open year and a unit "9" of one activity, and its coordinator."""
    plan = factories.make_plan()
    period = factories.make_period(plan)
    unit = factories.make_department(plan, "9", name="Sağlık İşleri")
    activity = factories.make_activity(plan, unit, "1.5.1")
    person = factories.make_user(departments=[unit], first_name="Ayşe", last_name="Yılmaz")
    return plan, period, unit, activity, person


kept_parts = KeptWorld(make_parts)


@pytest.fixture
def desk(db):
    """Hold what ``make_parts`` makes, with the coordinator signed in."""
    return at(*kept_parts.put_in())


def at(plan, period, unit, activity, person):
    here = SimpleNamespace(
        plan=plan, period=period, unit=unit, activity=activity, person=person, year=YEAR
    )
    here.client = signed_in(person)
    here.url = lambda name="entry", *args: reverse(name, args=[plan.slug, YEAR, "9", *args])
    here.row = lambda **given: factories.make_indicator(activity, **given)
    here.save = lambda indicator, client=None, **fields: save(here, indicator, client, **fields)
    return here


def signed_in(person):
    client = Client()
    client.force_login(person)
    return client


def save(here, indicator, client=None, seen=None, **fields):
    """Post one row as the script does; the version seen is the stored one unless given."""
    if seen is None:
        stored = Realization.objects.filter(indicator=indicator, year=YEAR).first()
        seen = stored.version if stored else 0
    data = {f"{name}-{indicator.pk}": text for name, text in fields.items()}
    data[f"seen-{indicator.pk}"] = seen
    url = here.url("entry_cell", indicator.pk)
    return (client or here.client).post(url, data, headers=FETCH)


def stored(indicator):
    return Realization.objects.filter(indicator=indicator, year=YEAR).first()


def text_of(response):
    """Return what a reader sees of an answer, in one line."""
    bare = re.sub(r"<(script|style)\b.*?</\1>", " ", response.text, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", bare).split())


def field(response, indicator, name="written"):
    """Return what a field of an answer shows; None where there is no such field."""
    tag = re.search(rf'<(input|textarea)\b[^>]*name="{name}-{indicator.pk}"[^>]*>', response.text)
    if tag is None:
        return None
    if tag[1] == "textarea":
        return re.search(rf'name="{name}-{indicator.pk}"[^>]*>([^<]*)<', response.text)[1]
    return re.search(r'value="([^"]*)"', tag[0])[1]


def is_read_only(response, indicator):
    found = field(response, indicator)
    return (
        found is None
        or "readonly"
        in re.search(rf'<input\b[^>]*name="written-{indicator.pk}"[^>]*>', response.text)[0]
    )
