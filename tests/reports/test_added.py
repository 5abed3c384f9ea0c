"""A number that is only what the year added never stands without the total it makes."""

import pytest
from django.utils import translation

from imports.headers import PHRASES, ColumnKind
from indicators.figures import Figures
from tests import factories
from tests.factories import YEAR
from tests.reports.test_export_round_trip import export
from tests.reports.test_exports import document, facts, rows_of, workbook
from tests.reports.test_official import report_file, words_of

pytestmark = pytest.mark.django_db

# 427 buses and 5 of this year: the target of 432 is reached.
SAID = "bu yıl eklenen; toplam 432"


@pytest.fixture
def plan():
    plan = factories.make_plan(slug="p")
    department = factories.make_department(plan, "9", name="Ulaşım Dairesi Başkanlığı")
    activity = factories.make_activity(plan, department, "4.1.2")
    factories.make_indicator(
        activity,
        name="Otobüs",
        baseline=427,
        target=432,
        realization=5,
        kind="level",
        reported_as="increment",
    )
    factories.make_indicator(activity, name="Durak", baseline=1, target=4, realization=2)
    return plan


@pytest.mark.parametrize("form", ["pdf", "docx", "xlsx"])
def test_the_report_says_it(plan, form):
    assert words_of(form, report_file(plan, form)).count(SAID) >= 1


def test_the_plans_own_table_says_it(plan):
    sheet = workbook(plan).worksheets[0]
    told = [cell.value for row in sheet.iter_rows() for cell in row if SAID in str(cell.value)]
    assert told == [f"Gerçekleşti · {SAID}"]
    cells = [cell.text for row in document(plan).tables[0].rows for cell in row.cells]
    assert cells.count(f"Gerçekleşti · {SAID}") == 1
    head, *rows = rows_of(plan)
    at, name = head.index("Mevcutla toplam"), head.index("Gösterge")
    assert {row[name]: row[at] for row in rows} == {"Otobüs": "432", "Durak": ""}
    assert [row["total"] for row in facts(plan)["indicators"]] == ["432", None]


def test_the_page_of_the_indicator_says_it(plan, client):
    client.force_login(factories.make_user())
    pk = Figures(plan, YEAR).rows[0].id
    told = client.get(f"/plans/p/{YEAR}/indicators/{pk}/").text
    assert SAID in told


@pytest.mark.parametrize("language", ["tr", "en"])
def test_the_total_is_not_read_back(plan, tmp_path, language):
    with translation.override(language):
        path = export(plan, tmp_path, "csv")
    report = factories.import_plan(path, plan="p")
    assert (report["unchanged"], report["changes"], report["warnings"]) == (2, [], [])
    assert PHRASES["mevcutla toplam"] is ColumnKind.IGNORED
