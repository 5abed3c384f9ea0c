"""An export read back by our own readers is the plan it came from, cell by cell."""

import io

import pytest
from django.utils import translation
from openpyxl import load_workbook

from activities.models import Activity
from indicators.figures import Figures
from indicators.models import Indicator, Realization, Target
from reports.exports import FORMS, PrintedTable, template
from tests import factories
from tests.factories import import_plan

pytestmark = pytest.mark.django_db

BACK = ("xlsx", "docx", "csv")
TEXTS = [
    "Sayı <b> & \"tırnak\" 'kesme'",
    "_x000D_ ve ]]>",
    "a;b,c",
    "%50 kadın oranı",
    "12 ay",
    "- tire",
]


def export(plan, tmp_path, form, year=2024):
    path = tmp_path / f"geri.{form}"
    with path.open("wb") as file:
        FORMS[form].write(PrintedTable(Figures(plan, year)), file)
    return path


def counts(report):
    return {name: report[name] for name in ("new", "changed", "unchanged", "missing")}


def same(number):
    return {"new": 0, "changed": 0, "unchanged": number, "missing": 0}


@pytest.mark.parametrize("language", ["tr", "en"])
@pytest.mark.parametrize("form", BACK)
def test_the_real_plan_comes_back_unchanged(real_plan, tmp_path, form, language):
    with translation.override(language):
        path = export(real_plan, tmp_path, form)

    report = import_plan(path, plan=real_plan.slug)

    assert counts(report) == same(149)
    assert (report["changes"], report["errors"]) == ([], [])
    # The one text among the value cells, and nothing about the columns that are appended.
    assert [warning["value"] for warning in report["warnings"]] == [
        "Katılımcı sayısı ogun belli olacak"
    ]


@pytest.mark.parametrize("form", BACK)
def test_another_years_export_is_that_years_realizations(real_plan, tmp_path, form):
    indicator = Indicator.objects.get(name="Durak sayısı", activity__plan=real_plan)
    value = factories.make_realization(indicator, 4961, 2025)
    path = export(real_plan, tmp_path, form, 2025)
    assert counts(import_plan(path, plan=real_plan.slug)) == same(149)

    value.delete()
    report = import_plan(path, plan=real_plan.slug)

    told = [(change["field"], change["to"]) for change in report["changes"]]
    assert told == [("realization 2025", "4961")]


@pytest.mark.parametrize("form", BACK)
def test_a_new_plan_from_an_export_is_the_same_plan(real_plan, tmp_path, form):
    path = export(real_plan, tmp_path, form)

    report = import_plan(path, plan="kopya", apply=True)

    assert (report["new"], report["errors"]) == (149, [])
    assert contents("kopya") == contents(real_plan.slug)


def contents(slug):
    """Return everything a plan states, by department, activity and indicator."""
    activities = Activity.objects.filter(plan__slug=slug)
    places = {
        place.department_id: place.number
        for place in activities.first().plan.units.all()
        if place.department_id
    }
    return [
        (
            places[activity.department_id],
            *(activity.code, activity.title),
            *(activity.responsible_text, activity.supporting_text),
            [indicator_contents(each) for each in activity.indicators.order_by("position")],
        )
        for activity in activities.order_by("position")
    ]


def indicator_contents(indicator):
    targets = Target.objects.filter(indicator=indicator)
    realizations = Realization.objects.filter(indicator=indicator)
    return (
        indicator.name,
        *(indicator.measure, indicator.kind),
        *(indicator.own_responsible_text, indicator.own_supporting_text),
        said(indicator.baseline, indicator.baseline_text),
        {target.year: said(target.value, target.text) for target in targets},
        {each.year: said(each.value, each.text) for each in realizations},
    )


def said(value, text):
    return text if value is None else value


@pytest.mark.parametrize("form", BACK)
def test_difficult_cells_come_back(tmp_path, form):
    plan = difficult_plan()
    path = export(plan, tmp_path, form)

    report = import_plan(path, plan=plan.slug)

    assert (report["changes"], report["errors"]) == ([], [])
    assert counts(report) == same(14)
    assert not [each for each in report["warnings"] if "metin" not in each["message"]]


def difficult_plan():
    plan = factories.make_plan(first_year=2024, last_year=2025, name="3. Eylem Planı")
    whole = factories.make_department(plan, "5", name="Spor Dairesi Başkanlığı")
    branch = factories.make_department(plan, "5.1", name="Yüzme Şube Müdürlüğü", parent=whole)
    cells = ("0", "-5", "-", "", "belli olacak", "1234567,5", "1234,567", "99999999999,9999")
    activity = factories.make_activity(
        plan, whole, "1.1.1", title="3 eğitim", responsible_text="Spor", supporting_text=""
    )
    for number, cell in enumerate(cells):
        factories.make_indicator(
            activity,
            name=f"Sayı {number}",
            baseline=cell,
            target=cell,
            realization=cell,
            # As 3.1.6 of the real plan: one row in the middle has its own unit.
            own_responsible_text="Yüzme" if number == 3 else "",
        )
    activity = factories.make_activity(plan, branch, "8.1", title="İki basamaklı")
    for number, text in enumerate(TEXTS):
        # Commas stand apart from thousands in every percentage.
        factories.make_indicator(
            activity,
            name=text,
            measure="percent",
            kind="ratio",
            baseline="7.88",
            target=f"%{number},5",
            realization="%0,0005",
        )
    Realization.objects.update(deviation_reason='Satır bir; \n"iki"\n')
    return plan


@pytest.mark.parametrize("text", ["=1+1", "+1+1 kişi", "-2+3 kişi", "@TOPLA(A1)"])
@pytest.mark.parametrize("form", BACK)
def test_texts_that_look_like_formulas_come_back(tmp_path, form, text):
    activity = factories.make_activity()
    factories.make_indicator(activity, name=text, target=5, realization=3)

    report = import_plan(export(activity.plan, tmp_path, form), plan=activity.plan.slug)

    assert counts(report) == same(1)


def test_a_filled_in_template_is_the_years_realizations(real_plan, tmp_path):
    file = io.BytesIO()
    template.write(PrintedTable(Figures(real_plan, 2025), "6"), file)
    file.seek(0)
    book = load_workbook(file)
    filled = {"Bütçe ekibindeki kadın oranı": 0.45, "Uygulama Sayısı": "-"}
    for row in book.active.iter_rows(min_row=5):
        if row[3].value in filled:
            row[9].value = filled[row[3].value]
    path = tmp_path / "sablon.xlsx"
    book.save(path)

    report = import_plan(path, plan=real_plan.slug)

    assert [(each["indicator"], each["field"], each["to"]) for each in report["changes"]] == [
        ("Bütçe ekibindeki kadın oranı", "realization 2025", "%45"),
        ("Uygulama Sayısı", "realization 2025", "-"),
    ]
    assert (report["errors"], report["missing"], report["unchanged"]) == ([], 0, 1)


def test_a_template_read_back_blank_changes_nothing(real_plan, tmp_path):
    path = tmp_path / "sablon.xlsx"
    with path.open("wb") as file:
        template.write(PrintedTable(Figures(real_plan, 2025)), file)

    assert counts(import_plan(path, plan=real_plan.slug)) == same(149)
