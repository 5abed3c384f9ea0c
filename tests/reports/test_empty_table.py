"""The empty table that a plan is written in: filled in with a spreadsheet, our reader takes it."""

import datetime
import io

import openpyxl
import pytest
from django.test import Client
from django.utils import translation

from imports.plans import read_source
from tests import factories

pytestmark = pytest.mark.django_db

TABLE = "/imports/table.xlsx"


@pytest.fixture
def client():
    factories.make_plan()
    administrator = Client()
    administrator.force_login(factories.make_user("administrator"))
    return administrator


def opened(response):
    return openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content)))


@pytest.mark.parametrize("language", ["tr", "en"])
def test_what_is_filled_in_is_read(client, tmp_path, language):
    client.cookies["django_language"] = language
    workbook = opened(client.get(TABLE, {"first": "2027", "last": "2029"}))
    sheet = workbook.active
    written = [
        ["9. Sağlık İşleri Dairesi", None, "4.1.1", "Tarama yapmak", "Sağlık İşleri", "Valilik",
         "Taranan kadın sayısı", 12, 20, 30, 40],
        [None, None, None, None, None, None, "Tarama oranı", "-", "%50", "%60", None],
        ["11. Kadın Dairesi", "11.1 Kadın Şubesi", "4.1.2", "Eğitim", None, None,
         "Eğitim sayısı", None, 1, 2, 3],
    ]  # fmt: skip
    for number, row in enumerate(written, start=2):
        for column, value in enumerate(row, start=1):
            sheet.cell(number, column).value = value
    path = tmp_path / "plan.xlsx"
    workbook.save(path)

    table = read_source(path).table

    assert not table.errors
    assert table.years == [2027, 2028, 2029]
    assert [row.title for row in table.activities] == ["Tarama yapmak", "Eğitim"]
    rows = [row for activity in table.activities for row in activity.indicators]
    assert [row.name for row in rows] == [
        "Taranan kadın sayısı", "Tarama oranı", "Eğitim sayısı"
    ]  # fmt: skip


def test_it_is_of_the_next_three_years_unless_told(client):
    sheet = opened(client.get(TABLE)).active
    heads = [cell.value for cell in sheet[1]]

    coming = datetime.date.today().year + 1
    assert heads[-3:] == [coming, coming + 1, coming + 2]
    with translation.override("tr"):
        assert heads[:3] == ["Birim", "Şube", "Faaliyet kodu"]


def test_every_column_says_what_goes_into_it(client):
    sheet = opened(client.get(TABLE)).active
    prompts = {str(each.sqref): each.prompt for each in sheet.data_validations.dataValidation}

    assert len(prompts) == len(list(sheet[1]))
    assert all(prompts.values())


@pytest.mark.parametrize(
    "years", [{"first": "x"}, {"first": "2030", "last": "2027"}, {"last": "1"}]
)
def test_years_that_are_none_have_no_table(client, years):
    assert client.get(TABLE, years).status_code == 404
