"""No figure differs between any two outputs: pages, files, commands, API, public and open data.

The real plan with every value approved and its year published, so that all of them must agree.
Each output is read back as percents by key ("plan", "7", "11.2", "objective 4") and as ratios of
the 149 indicators, and compared with the roll-up.
"""

import csv
import io
import json
from decimal import Decimal as D

import pytest
from django.core.management import call_command
from django.test import Client
from docx import Document
from openpyxl import load_workbook

from activities import formats
from indicators.achievement import Reading
from indicators.figures import Figures, Level
from indicators.models import Realization
from tests.factories import make_published_year, make_user
from tests.reports.html import parse, score_of

pytestmark = pytest.mark.django_db
YEAR = 2024


@pytest.fixture
def plan(real_plan):
    Realization.objects.filter(indicator__activity__plan=real_plan, year=YEAR).update(
        state="approved"
    )
    real_plan.is_public = True
    real_plan.save()
    make_published_year(real_plan, YEAR, person=make_user("reviewer"))
    return real_plan


@pytest.fixture
def figures(plan):
    return Figures(plan, YEAR, reading=Reading.APPROVED)


def means(figures):
    """Return the unrounded means of plan, departments, branches and objectives."""
    found = {"plan": figures.summary.mean}
    for level in (Level.DEPARTMENT, Level.BRANCH):
        found |= {number: each.mean for number, each in figures.by(level).items()}
    for code, each in figures.by(Level.OBJECTIVE).items():
        found[f"objective {code}"] = each.mean
    return found


def percents(figures):
    limits = figures.bands.limits
    return {key: formats.percent(mean, limits=limits) for key, mean in means(figures).items()}


def ratios(figures):
    """Return the unrounded ratios of the indicators in printed order."""
    return [row.achievement.value for row in figures.rows]


def written(figures):
    limits = figures.bands.limits
    return [formats.percent(value, limits=limits) for value in ratios(figures)]


def page(address, user=None, query=None):
    client = Client()
    if user:
        client.force_login(user)
    response = client.get(address, query)
    assert response.status_code == 200, address
    return b"".join(response) if response.streaming else response.content


def as_decimals(items, prefix=""):
    return {
        f"{prefix}{each['key']}": None if each["mean"] is None else D(each["mean"])
        for each in items
    }


LEVELS = (("plan", ""), ("department", ""), ("branch", ""), ("objective", "objective "))


def by_level(ask, plan):
    found = {}
    for level, prefix in LEVELS:
        found |= as_decimals(ask(level), prefix)
    found["plan"] = found.pop(plan.slug)
    return found


def test_the_command_and_the_api_say_what_the_roll_up_says(plan, figures):
    reviewer = make_user("reviewer")

    def command(level):
        out = io.StringIO()
        call_command(
            "achievement",
            plan=plan.slug,
            year=YEAR,
            by=level,
            reading="approved",
            format="json",
            stdout=out,
        )
        return json.loads(out.getvalue())

    def api(user):
        query = {"year": YEAR, "reading": "approved", "limit": 500}

        def ask(level):
            address = f"/api/v1/plans/{plan.slug}/achievement"
            told = json.loads(page(address, user, {**query, "by": level}))
            return told["items"] if isinstance(told, dict) else told

        return ask

    assert by_level(command, plan) == means(figures)
    assert by_level(api(reviewer), plan) == means(figures)
    assert by_level(api(None), plan) == means(figures)
    for ask in (command, api(reviewer), api(None)):
        told = [each["achievement"] for each in ask("indicator")]
        assert [value and D(value) for value in told] == ratios(figures)


def test_the_pages_say_what_the_roll_up_says(plan, figures):
    reviewer, expected = make_user("reviewer"), percents(figures)
    base = f"/plans/{plan.slug}/{YEAR}/"
    dashboard = parse(page(base, reviewer, {"reading": "approved"}).decode())
    units = dashboard.all("table", "units")[0]
    for unit in figures.units.values():
        [row] = [
            row
            for row in units.all("tr")
            if any(cell.text == unit.number for cell in row.all("td", "ordinal"))
        ]
        assert expected[unit.number] in row.one("td", "score").text
    for key, percent in expected.items():
        path = (
            f"objectives/{key.split()[1]}/"
            if key.startswith("objective")
            else (f"departments/{key}/" if key != "plan" else "")
        )
        own = parse(page(f"{base}{path}", reviewer, {"reading": "approved"}).decode())
        assert score_of(own) == percent, key


def test_the_public_pages_say_what_the_roll_up_says(plan, figures):
    expected = percents(figures)
    base = f"/public/{plan.slug}/{YEAR}/"
    told = parse(page(base).decode())
    assert expected["plan"] in told.text
    for unit in figures.units.values():
        found = [
            part.one("summary").all("b")[0].text
            for part in told.all("details", "cit-dep")
            if part.one("span", "ordinal").text == unit.number
        ]
        # A department whose branches own everything has no rows of its own.
        assert found in ([expected[unit.number]], [])
    for key, percent in expected.items():
        if key == "plan":
            continue
        path = f"objectives/{key.split()[1]}/" if " " in key else f"departments/{key}/"
        own = parse(page(f"{base}{path}").decode())
        if percent == formats.UNKNOWN:
            assert not own.all("p", "big")[0].all("b")
        else:
            assert own.one("p", "big").all("b")[0].text == percent
    rows = [row for row in told.all("tr") if (row["id"] or "").startswith("g")]
    shown = [span.text for row in rows for span in row.all("span", "mute")]
    assert sorted(shown) == sorted(text for text in written(figures) if text != formats.UNKNOWN)


def test_the_tables_hold_the_ratios_of_the_roll_up(plan, figures):
    reviewer = make_user("reviewer")
    base = f"/plans/{plan.slug}/{YEAR}/"
    query = {"reading": "approved"}
    lines = page(f"{base}plan.csv", reviewer, query).decode("utf-8-sig").splitlines()
    column = [line["Gerçekleşme oranı"] for line in csv.DictReader(lines, delimiter=";")]
    assert [text or formats.UNKNOWN for text in column] == written(figures)

    told = json.loads(page(f"{base}plan.json", reviewer, query))
    assert D(told["summary"]["mean"]) == means(figures)["plan"]
    for each in told["departments"]:
        assert (each["mean"] and D(each["mean"])) == means(figures)[each["key"]]

    data = page(f"/public/{plan.slug}/{YEAR}/data/achievement.csv").decode("utf-8-sig")
    rows = list(csv.DictReader(data.splitlines()))
    assert [D(row["achievement"]) if row["achievement"] else None for row in rows] == ratios(
        figures
    )


def test_the_report_says_what_the_roll_up_says(plan, figures):
    import pdfplumber

    reviewer, expected = make_user("reviewer"), percents(figures)
    base = f"/plans/{plan.slug}/{YEAR}/report."
    query = {"reading": "approved"}
    units = [unit.number for unit in figures.units.values()]

    with pdfplumber.open(io.BytesIO(page(f"{base}pdf", reviewer, query))) as pdf:
        in_pdf = {}
        for sheet in pdf.pages:  # the departments stand on the first ones; reading a table is slow
            rows = [row for table in sheet.extract_tables() for row in table if row and row[0]]
            in_pdf |= {row[0]: [cell for cell in row if cell] for row in rows}
            if in_pdf.keys() >= set(units):
                break
    for number in units:
        assert expected[number] in in_pdf[number]

    document = Document(io.BytesIO(page(f"{base}docx", reviewer, query)))
    rows = [[cell.text for cell in row.cells] for table in document.tables for row in table.rows]
    for number in units:
        told = [row for row in rows if row[0] == number]
        assert any(expected[number] in row for row in told), (number, expected[number], told)

    book = load_workbook(io.BytesIO(page(f"{base}xlsx", reviewer, query)))
    rows = [row for row in book.worksheets[0].iter_rows(values_only=True) if row[0] is not None]
    scores = {
        number: [cell for row in rows if str(row[0]) == number for cell in row[1:]]
        for number in units
    }
    for number in units:
        mean = means(figures)[number]
        if mean is not None:
            # Written with the decimal that is shown, so that 99,96 never reads 100,0.
            shown = D(formats.tenths(mean, figures.bands.limits)) / 1000
            told = [D(str(cell)) for cell in scores[number] if isinstance(cell, float | int)]
            assert shown in told, number
