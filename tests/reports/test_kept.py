"""What the dashboard and the public report keep from one visit to the next, and for how long."""

from decimal import Decimal as D
from io import BytesIO

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from docx import Document

from indicators.models import Realization
from reports.annual import docx
from tests import factories
from tests.reports.html import score_of

# Within a transaction nothing is kept, so these tests commit.
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def indicator():
    cache.clear()
    return factories.make_indicator(target=10, realization=5)


@pytest.fixture
def score(read, at, indicator):
    """Return the plan's score as a reader sees it now."""
    person = factories.make_user()

    def look(query=None):
        page = read(at("dashboard", slug=indicator.activity.plan.slug), query, who=person)
        return score_of(page)

    return look


def test_a_second_visit_reads_no_indicator(score):
    first = score()

    with CaptureQueriesContext(connection) as queries:
        assert score() == first == "%50,0"

    assert not [one for one in queries if 'FROM "indicators_indicator"' in one["sql"]]


def test_every_write_is_seen_at_once(score, indicator):
    value = indicator.realizations.get()
    assert score() == "%50,0"

    value.value = 8
    value.save()
    assert score() == "%80,0"

    indicator.targets.get().delete()
    assert score() == "—"


def test_each_reading_is_kept_for_itself(score, indicator):
    assert score() == "%50,0"
    assert score({"reading": "approved"}) == "—"

    value = indicator.realizations.get()
    value.state = Realization.State.APPROVED
    value.save()
    assert score({"reading": "approved"}) == "%50,0"


def test_the_plans_own_settings_count_too(score, indicator):
    indicator.baseline, indicator.kind = 4, "level"
    indicator.save()
    assert score() == "%16,7"

    plan = indicator.activity.plan
    plan.method = "target_ratio"
    plan.save()
    assert score() == "%50,0"


def test_the_same_row_is_written_once(read, at, indicator):
    from reports.templatetags import reports

    person = factories.make_user()
    address = at("indicator_list", slug=indicator.activity.plan.slug)
    reports._row_html.cache_clear()

    for _each in range(2):
        read(address, who=person)
    assert (reports._row_html.cache_info().misses, reports._row_html.cache_info().hits) == (1, 1)

    page = read(address, who=person, language="en")
    assert page.one("span", "status").text == "Partly achieved"
    indicator.name = "Başka ad"
    indicator.save()
    assert read(address, who=person).one("th", "indicator").text == "Başka ad"


def report_at(address):
    document = Document(BytesIO(Client().get(address).content))
    cells = [cell.text for t in document.tables for row in t.rows for cell in row.cells]
    return "\n".join(cells)


def test_the_public_report_is_made_once_until_something_changes(monkeypatch):
    made = []
    write = docx.write
    monkeypatch.setattr(docx, "write", lambda *given: (made.append(1), write(*given)))
    plan = factories.make_plan(is_public=True)
    factories.make_period(plan, state="closed")
    row = factories.make_indicator(
        factories.make_activity(plan), target=10, realization=5, state="approved"
    )
    factories.make_published_year(plan, factories.YEAR)
    address = f"/public/{plan.slug}/{factories.YEAR}/report.docx"

    for _each in range(2):
        told = report_at(address)
    assert len(made) == 1 and "%50,0" in told

    value = row.realizations.get()
    value.value, value._change_reason = D(8), "Tutanak"
    value.save()
    told = report_at(address)
    assert len(made) == 2
    assert "%50,0" in told and "%80,0" not in told and "Tutanak" in told
