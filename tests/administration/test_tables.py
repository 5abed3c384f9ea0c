"""Lists go out as tables, and small tables come in."""

import io
from decimal import Decimal

import openpyxl
import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from activities.administration import tables
from activities.administration.spreadsheets import SafeCSV, defuse
from activities.models import Department
from indicators.models import Indicator
from tests.administration.pages import export, page
from tests.administration.rows import make_row

pytestmark = pytest.mark.django_db


def test_a_workbook_holds_numbers_as_numbers_and_texts_as_texts(staff, activity):
    Indicator.objects.create(
        activity=activity,
        name="=HYPERLINK(1)",
        position=1,
        baseline=Decimal("1234.5"),
        baseline_text="-",
    )

    sheet = openpyxl.load_workbook(io.BytesIO(export(staff, Indicator))).active
    header, row = list(sheet.iter_rows())
    cells = dict(zip([cell.value for cell in header], row, strict=True))

    assert (cells["indicator"].value, cells["indicator"].data_type) == ("=HYPERLINK(1)", "s")
    assert (cells["baseline"].value, cells["baseline"].data_type) == (1234.5, "n")
    assert (cells["baseline_text"].value, cells["baseline_text"].data_type) == ("-", "s")


def test_a_csv_file_holds_no_formula(staff, activity):
    for number, name in enumerate(("=1+1", "+1a", "@x", "-a"), start=1):
        Indicator.objects.create(
            activity=activity,
            name=name,
            position=number,
            baseline=Decimal("1.234"),
            baseline_text="-",
        )

    text = export(staff, Indicator, file_format="1").decode("utf-8-sig")

    for name in ("=1+1", "+1a", "@x", "-a"):
        assert f",'{name}," in text
    assert '"1,234",-,' in text


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("-", "-"),
        ("-5,5", "-5,5"),
        ("-5+1", "'-5+1"),
        (" =1", "' =1"),
        ("\t=1", "'\t=1"),
        ("a=1", "a=1"),
    ],
)
def test_defuse(text, safe):
    assert defuse(text) == safe


def test_csv_quotes_what_holds_a_separator():
    import tablib

    made = SafeCSV().export_data(tablib.Dataset(["a,b", 'c"d'], headers=["x", "y"]))

    assert made == 'x,y\r\n"a,b","c""d"\r\n'


@pytest.mark.parametrize("model", [m for m in admin.site._registry if m is not Group])
def test_every_table_is_exported_in_a_fixed_number_of_queries(
    staff, model, plan, activity, indicator, django_assert_max_num_queries
):
    for number in range(6):
        make_row(model, number, plan, activity, indicator)
    for table in range(len(admin.site._registry[model].resource_classes)):
        with django_assert_max_num_queries(16):  # one notes who took it away
            export(staff, model, table=table)


def test_an_export_keeps_the_filter(staff, activity, indicator):
    Indicator.objects.create(activity=activity, name="Öteki", position=2)

    response = staff.post(page(Indicator, "export") + "?q=IĞDIR", {"resource": 0, "format": "1"})

    assert "Öteki" not in response.text
    assert "Iğdır" in response.text


def test_passwords_are_in_no_export(staff, administrator):
    assert administrator.password not in export(staff, User, file_format="1").decode()


def upload(staff, text):
    file = io.BytesIO(text.encode())
    file.name = "birimler.csv"
    return staff.post(
        page(Department, "import"), {"import_file": file, "format": "1", "resource": ""}
    )


def test_departments_are_imported_after_a_preview(staff, department):
    row = "Kadın Şubesi,Kadın,IŞIKLAR DAİRESİ BAŞKANLIĞI,Kadın Şb|K.Ş."
    preview = upload(staff, f"name,short_name,parent,aliases\n{row}\n")
    assert not Department.objects.filter(parent=department).exists()

    staff.post(page(Department, "process_import"), preview.context["confirm_form"].initial)

    branch = Department.objects.get(parent=department)
    assert sorted(alias.text for alias in branch.aliases.all()) == ["K.Ş.", "Kadın Şb"]
    assert branch.history.get().history_user.username == "yonetici"


def test_what_cannot_be_imported_is_told_in_a_sentence(staff, department):
    text = "name,short_name,parent,aliases\nX Şubesi,,Yok Dairesi,\nIŞIKLAR dairesi başkanlığı,,,\n"

    response = upload(staff, text)

    assert "Yok Dairesi" in response.text
    assert "Traceback" not in response.text
    assert "UNIQUE" not in response.text
    assert Department.objects.count() == 1


def test_a_previewed_change_has_no_inline_style(staff, department):
    response = upload(staff, f"name,short_name,parent,aliases\n{department.name},<b>Yeni,,\n")

    assert "<ins>&lt;b&gt;Yeni</ins>" in response.text
    assert "style=" not in response.text


def test_a_table_of_more_rows_than_a_page_takes_is_refused(staff, monkeypatch):
    monkeypatch.setattr(tables, "IMPORT_ROWS", 1_000)
    rows = "".join(f"Birim {number},,,\n" for number in range(1_001))

    with CaptureQueriesContext(connection) as queries:
        response = upload(staff, f"name,short_name,parent,aliases\n{rows}")

    assert len(queries) < 50, "its rows are looked at"
    assert "Dosyada satır sayısı 1.000 sınırını aşıyor" in response.text
    assert not Department.objects.exists()


def test_a_file_larger_than_a_page_takes_is_refused(staff, monkeypatch):
    monkeypatch.setattr(tables, "IMPORT_BYTES", 3 * tables.MEGABYTE)
    row = "x" * 3 * tables.MEGABYTE

    response = upload(staff, f"name,short_name,parent,aliases\n{row}")

    assert "Dosya 3 MB’tan büyük" in response.text


def confirm_table(staff, model, text):
    """Upload a flat table and confirm its preview; return the preview."""
    file = io.BytesIO(text.encode())
    file.name = "tablo.csv"
    form = {"import_file": file, "format": "1", "resource": ""}
    preview = staff.post(page(model, "import"), form)
    confirm = preview.context.get("confirm_form")
    if confirm is not None:
        staff.post(page(model, "process_import"), confirm.initial)
    return preview


def test_people_are_imported_with_their_units_and_without_rights(staff, department):
    confirm_table(
        staff,
        User,
        "username,first_name,last_name,email,is_active,departments\n"
        f"ayse,Ayşe,Yılmaz,ayse@example.org,1,{department.name.lower()}\n",
    )

    person = User.objects.get(username="ayse")
    assert list(person.units) == [department]
    assert person.memberships.get().role == "reader"
    assert not person.has_usable_password()
    assert not (person.is_staff or person.is_superuser or person.groups.exists())


def test_a_person_of_an_unknown_unit_is_told_and_not_made(staff, department):
    preview = confirm_table(
        staff,
        User,
        "username,first_name,last_name,email,is_active,departments\nali,Ali,Er,,1,Yok Dairesi\n",
    )

    assert "Yok Dairesi" in preview.text
    assert not User.objects.filter(username="ali").exists()


def test_a_table_does_not_touch_a_superuser(staff):
    User.objects.create_superuser("kok", "kok@example.org", "parola-12345")

    confirm_table(
        staff,
        User,
        "username,first_name,last_name,email,is_active,departments\nkok,X,Y,x@example.org,0,\n",
    )

    assert User.objects.get(username="kok").is_active


INDICATOR_COLUMNS = (
    "plan,department,code,indicator,measure,kind,kind_confirmed,direction,reported_as,weight\n"
)


def place_of(indicator):
    activity = indicator.activity
    return f"{activity.plan.slug},{activity.department.name},{activity.code},{indicator.name}"


def test_indicators_settings_are_imported_after_a_preview(staff, indicator):
    row = f'{place_of(indicator)},count,level,1,increase,increment,"1,5"\n'

    confirm_table(staff, Indicator, INDICATOR_COLUMNS + row)

    indicator.refresh_from_db()
    assert (indicator.kind, indicator.reported_as, indicator.weight) == (
        "level",
        "increment",
        Decimal("1.5"),
    )
    assert indicator.kind_confirmed
    assert indicator.history.first().history_user.username == "yonetici"


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("{place},count,yearly,1,increase,total,1", "yearly"),
        ("{place},count,level,1,increase,total,1e5", "1e5"),
        ("{place} yok,count,level,1,increase,total,1", "yok"),
    ],
)
def test_a_wrong_row_of_indicators_is_told_and_changes_nothing(staff, indicator, row, told):
    before = indicator.history.count()

    text = INDICATOR_COLUMNS + row.format(place=place_of(indicator)) + "\n"
    preview = confirm_table(staff, Indicator, text)

    assert told in preview.text
    assert "Traceback" not in preview.text
    assert indicator.history.count() == before
