"""No count of progress differs between any two outputs: what is due, said, sent, verified, missing.

The real plan's 2024 opened again, with values in every state, so that the words part: a draft, one
given back, a dash, a text, no figure with its reason, one verified. Every page, mail, command, file
and the API says its counts, and each must be what ``indicators/progress.py`` says.
"""

import datetime
import io
import json
import re
from collections import Counter

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone, translation
from openpyxl import load_workbook

from activities.models import Period, Plan
from findings.plan_year import PlanYear
from indicators import editions
from indicators.achievement import Reading, Status
from indicators.figures import Figures, Level
from indicators.models import Realization
from indicators.progress import NOTHING
from indicators.results import Results, results_of
from mail.outstanding import Outstanding
from pages.public_words import first_sentence
from tests.factories import make_user

pytestmark = pytest.mark.django_db
YEAR = 2024
TAG = re.compile(r"<[^>]+>")
# 1 (of 4) with a text; the others of the four are dashes.
CHANGES = {
    ("9", 0): {"state": "draft"},
    ("9", 1): {"state": "returned"},
    ("9", 2): {"state": "approved"},
    ("9", 3): {"value": None, "text": "", "absence": "not_measured"},
    ("9", 4): {"value": None, "text": "", "absence": "other", "state": "draft"},
    ("11.2", 0): {"state": "draft"},
    ("11.2", 1): {"state": "approved"},
    ("11.1", 0): {"value": None, "text": "‐", "state": "draft"},
    ("7", 0): {"value": None, "text": "sonra belli olacak"},
}


@pytest.fixture
def year(real_plan):
    Period.objects.filter(plan=real_plan, year=YEAR).update(
        state="open", closes_on=timezone.localdate() + datetime.timedelta(days=9)
    )
    rows = {}
    for row in PlanYear(real_plan, YEAR).figures.rows:
        if row.measurement.target is not None and row.measurement.realization is not None:
            rows.setdefault(row.unit.number, []).append(row.id)
    for (number, at), change in CHANGES.items():
        Realization.objects.filter(indicator=rows[number][at], year=YEAR).update(**change)
    # Updates by query are told to nobody; a saved value lets what is kept go.
    Realization.objects.filter(year=YEAR).first().save()
    return PlanYear(type(real_plan).objects.get(pk=real_plan.pk), YEAR)


@pytest.fixture
def counts(year):
    """Return the counts by number, departments with their branches, and "plan"."""
    found = {"plan": year.progress.plan_counts}
    for unit in year.figures.units.values():
        found[unit.number] = year.progress.of(unit.id)
    return found


@pytest.fixture
def reviewer(db):
    client = Client()
    client.force_login(make_user("reviewer"))
    return client


def departments(year):
    return [unit for unit in year.figures.units.values() if unit.parent_id is None]


def of_page(client, address, query=None):
    response = client.get(address, query)
    assert response.status_code == 200, address
    return b"".join(response).decode() if response.streaming else response.content.decode()


def words(html):
    return " ".join(TAG.sub(" ", html).split())


def test_the_words_part_in_this_world(counts):
    plan = counts["plan"]
    assert (plan.due, plan.reported, plan.said, plan.sent) == (136, 125, 130, 126)
    assert (plan.returned, plan.verified, plan.missing, plan.to_send) == (1, 2, 6, 10)


def test_the_entry_list_says_it_by_department(year, counts, reviewer):
    html = of_page(reviewer, "/entry/")
    lines = re.findall(
        r'class="code">([^<]+)</span>.*?· (\d+)</a>.*?class="value">(.*?)<small>', html
    )
    told = [
        (number, *(value.split("/") if value else ("", "")))
        for number, of_year, value in lines
        if of_year == str(YEAR)
    ]
    assert {number: (said and int(said), due and int(due)) for number, said, due in told} == {
        unit.number: (counts[unit.number].said, counts[unit.number].due)
        if counts[unit.number].due
        else ("", "")
        for unit in departments(year)
    }


def test_each_entry_page_says_it(year, counts, reviewer):
    for number, told in counts.items():
        if number == "plan":
            continue
        html = of_page(reviewer, f"/entry/{year.plan.slug}/{YEAR}/{number}/")
        if told.is_all_sent:
            all_rows = "Satır" if told.sent == 1 else f"{told.sent} satırın tümü"
            assert f"{all_rows} gönderildi" in words(html), number
            verified = re.search(r"(\d+) doğrulandı", words(html))
            assert (int(verified[1]) if verified else 0) == told.verified, number
        else:
            said, due = re.search(r'id="n-entered">(\d+)</span>/(\d+)', html).groups()
            assert (int(said), int(due)) == (told.said, told.due), number
            bar = words(html.split('class="sendbar"')[1])
            for label, count in (("Gönderilen", told.sent), (r"Doğrulan\w+", told.verified)):
                found = re.search(rf"{label}: (\d+)", bar)
                assert (int(found[1]) if found else 0) == count, (number, label)
        # What the page's script counts as entered is what the server counts.
        assert html.count('data-entered="1"') == told.said, number
        page = of_page(reviewer, f"/entry/{year.plan.slug}/{YEAR}/{number}/send/")
        assert f"{told.said}/{told.due}" in words(page), number


def test_the_review_says_it_of_each_units_own_rows(year, reviewer):
    html = of_page(reviewer, f"/review/{year.plan.slug}/{YEAR}/")
    told = {}
    for line in re.findall(r"<li>\s*<span class=\"ordinal\">.*?</li>", html, re.DOTALL):
        text = words(line)
        number = text.split()[0]
        found = re.search(r"(\d+)/(\d+) girildi · (\d+) gönderildi", text)
        told[number] = tuple(map(int, found.groups())) if found else None
    by_unit = year.progress.by_unit
    for unit in year.figures.units.values():
        own = by_unit.get(unit.id, NOTHING)
        if unit.number in told:
            expected = (own.said, own.due, own.sent) if own.due else None
            assert told[unit.number] == expected, unit.number
        else:
            assert not own.due, unit.number


def test_the_period_page_says_it(year, counts, reviewer):
    plan = counts["plan"]
    at = f"/review/{year.plan.slug}/{YEAR}/period/"
    found = re.search(r"Bildirilen (\d+) / (\d+) Girilmedi (\d+)", words(of_page(reviewer, at)))
    assert tuple(map(int, found.groups())) == (plan.reported, plan.due, plan.missing)

    Period.objects.filter(plan=year.plan, year=YEAR).update(state="closed")
    text = words(of_page(reviewer, at))
    with translation.override("tr"):
        assert first_sentence(plan, YEAR, year.plan.municipality) in text


def test_reminders_expect_what_is_not_sent(year):
    owed = Outstanding(year.period, timezone.localdate()).units
    by_unit = year.progress.by_unit
    assert {unit: (each.due, each.to_send) for unit, each in owed.items()} == {
        unit: (own.due, own.to_send) for unit, own in by_unit.items() if own.due
    }


def reported(html):
    """Return reported and due of a page's headline."""
    text = words(html)
    found = re.search(r"Bildirim oranı (\d+) ?/ ?(\d+)", text)
    return tuple(map(int, found.groups())) if found else None


def test_dashboard_departments_and_objectives_say_what_was_reported(year, counts, reviewer):
    base = f"/plans/{year.plan.slug}/{YEAR}/"
    plan = counts["plan"]
    assert reported(of_page(reviewer, base)) == (plan.reported, plan.due)
    for unit in year.figures.units.values():
        told = counts[unit.number]
        page = reported(of_page(reviewer, f"{base}departments/{unit.number}/"))
        assert page == ((told.reported, told.due) if told.due else page), unit.number
    for code, told in year.progress.by_objective.items():
        page = reported(of_page(reviewer, f"{base}objectives/{code}/"))
        assert page == ((told.reported, told.due) if told.due else page), code


def test_what_is_due_is_verified_unverified_or_not_reported_everywhere(year, counts, reviewer):
    plan = year.plan
    told = counts["plan"]
    # The three results that are verified or not, by hand: 125 reported, two of them approved.
    assert (told.verified_results, told.unverified, told.not_reported) == (2, 123, 11)
    verified = Figures(plan, YEAR, reading=Reading.APPROVED)
    summaries = {
        "plan": verified.summary,
        **verified.by(Level.DEPARTMENT),
        **verified.by(Level.BRANCH),
    }
    results = {"plan": results_of(verified.rows)}
    for number, summary in summaries.items():
        each = counts[number]
        parts = (each.due, each.verified_results, each.unverified, each.not_reported)
        states = summary.count(Status.UNVERIFIED), summary.count(Status.NOT_REPORTED)
        assert (summary.due, summary.reported, *states) == parts, number
        assert each.verified_results + each.unverified + each.not_reported == each.due
    assert results["plan"] == Results(told.due, told.verified_results, told.unverified)

    items = reviewer.get(
        f"/api/v1/plans/{plan.slug}/indicators", {"year": YEAR, "limit": 200}
    ).json()["items"]
    due = {row.id for row in year.progress.rows if row.is_due}
    standing = Counter(item["standing"] for item in items if item["id"] in due)
    assert standing == {"verified": 2, "reported": 123, "not_reported": 11}

    page = {"reading": "approved", "status": "unverified"}
    html = of_page(reviewer, f"/plans/{plan.slug}/{YEAR}/indicators/", page)
    assert html.count("Bildirildi, doğrulanmadı</span>") == 123


def test_a_published_year_says_it_to_the_public(year, counts):
    told = counts["plan"]
    Plan.objects.filter(pk=year.plan.pk).update(is_public=True)
    Period.objects.filter(plan=year.plan, year=YEAR).update(state="published")
    editions.freeze(year.plan, YEAR, person=None)
    text = words(of_page(Client(), f"/public/{year.plan.slug}/{YEAR}/"))
    with translation.override("tr"):
        assert first_sentence(told, YEAR, year.plan.municipality) in text
    assert (
        "2 sonuç doğrulandı, 123 sonuç bildirildi ama doğrulanmadı, 11 sonuç bildirilmedi" in text
    )


def test_command_and_api_say_it(year, counts, reviewer):
    for level in ("plan", "department", "branch", "objective"):
        out = io.StringIO()
        call_command(
            "achievement", plan=year.plan.slug, year=YEAR, by=level, format="json", stdout=out
        )
        by_command = {
            row["key"]: (row["reported"], row["due"]) for row in json.loads(out.getvalue())
        }
        answer = reviewer.get(
            f"/api/v1/plans/{year.plan.slug}/achievement", {"year": YEAR, "by": level}
        ).json()
        rows = answer["items"] if isinstance(answer, dict) else answer
        by_api = {row["key"]: (row["reported"], row["due"]) for row in rows}
        assert by_api == by_command
        told = year.progress.by_objective if level == "objective" else counts
        for key, found in by_command.items():
            each = told["plan" if level == "plan" else key]
            assert found == (each.reported, each.due), (level, key)


def test_the_reports_workbook_says_it(year, counts, reviewer):
    response = reviewer.get(f"/plans/{year.plan.slug}/{YEAR}/report.xlsx")
    book = load_workbook(io.BytesIO(b"".join(response) if response.streaming else response.content))
    plan = counts["plan"]
    cells = [
        str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row
    ]
    assert any(f"{plan.reported}/{plan.due}" in each for each in cells) or (
        str(plan.reported) in cells and str(plan.due) in cells
    )
