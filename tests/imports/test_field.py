"""Other municipalities' shapes of plan: each file as the command reads it into an empty database.

``field/expected.json`` says for each file its right rows and what must be told.
"""

import json
from decimal import Decimal, InvalidOperation
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from activities.models import Activity, ActivityUnit, Objective, Plan, Role
from activities.names import fold
from indicators.achievement import Kind
from indicators.models import Indicator, Realization, Target

FIELD = Path(__file__).parent / "field"
EXPECTED = json.loads((FIELD / "expected.json").read_text())
REFUSED = {"F21_eylem_kartlari.doc", "F33_kontrol.pdf"}
READ = sorted(set(EXPECTED) - REFUSED)
LEAST_RIGHT = 80
pytestmark = pytest.mark.django_db


def run(name, *options, capsys=None):
    """Return the exit code and the report of the command."""
    code = 0
    year = str(EXPECTED[name]["year"])
    try:
        call_command("import_plan", FIELD / name, "--year", year, "--format", "json", *options)
    except SystemExit as exit_:
        code = exit_.code
    return code, json.loads(capsys.readouterr().out)


def apply(name, capsys, *options):
    return run(name, "--apply", "--municipality", "Örnek", *options, capsys=capsys)


def question(report, words):
    """Return the one question that holds these words, in either language of the page."""
    [found] = [each for each in report["questions"] if words in each["about"]]
    return found


def unread(report):
    return {column["heading"]: column["looks_like"] for column in report["unread_columns"]}


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


# --- what is stored, as expected.json writes it ---------------------------------------------------


def stored_rows():
    rows = []
    for activity in Activity.objects.select_related("department__parent"):
        unit = activity.department
        of_activity = {
            "department": (unit.parent or unit).name,
            "branch": unit.name if unit.parent else None,
            "code": activity.code,
            "activity": activity.title,
        }
        indicators = list(activity.indicators.order_by("position"))
        rows += [{**of_activity, **values(indicator)} for indicator in indicators]
    return rows


def values(indicator):
    return {
        "indicator": indicator.name,
        "baseline": said(indicator.baseline, indicator.baseline_text),
        "targets": {str(one.year): said(one.value, one.text) for one in indicator.targets.all()},
        "realizations": {
            str(one.year): said(one.value, one.text) for one in indicator.realizations.all()
        },
        "unit": "%" if indicator.measure == Indicator.Measure.PERCENT else indicator.unit,
    }


def said(value, text):
    """Return a number, a text, or None for what is a dash or empty."""
    if value is not None:
        return value
    return text if text not in ("", "-") else None


def is_same(one, other):
    """Whether two cells say the same, numbers as numbers."""
    if isinstance(one, str) and isinstance(other, str):
        return fold(one) == fold(other)
    try:
        return (None if one is None else Decimal(str(one))) == (
            None if other is None else Decimal(str(other))
        )
    except InvalidOperation:
        return False


def differences(row, expected):
    """Return in which fields a stored row is not the expected one."""
    found = []
    if fold(row["department"]) != fold(expected["department"]):
        found.append("department")
    if fold(row["branch"] or "") != fold(expected["branch"] or ""):
        found.append("branch")
    if expected["code"] is not None and row["code"] != expected["code"]:
        found.append("code")
    if not fold(row["activity"]).startswith(fold(expected["activity"])):
        found.append("activity")
    # An activity without an indicator is measured by one that is named like it.
    indicator = expected["indicator"] or expected["activity"]
    if fold(row["indicator"]) != fold(indicator):
        found.append("indicator")
    if not is_same(row["baseline"], expected["baseline"]):
        found.append("baseline")
    for name in ("targets", "realizations"):
        years = {*row[name], *expected[name]}
        if not all(is_same(row[name].get(year), expected[name].get(year)) for year in years):
            found.append(name)
    if (row["unit"] == "%") != (expected["unit"] == "%"):
        found.append("percent")
    return found


def compared(name):
    """Return for each expected row how the stored one differs; None where there is none."""
    rows = stored_rows()
    result = []
    for expected in EXPECTED[name]["rows"]:
        alike = [
            row
            for row in rows
            if fold(row["indicator"]) == fold(expected["indicator"] or expected["activity"])
            and fold(row["activity"]).startswith(fold(expected["activity"]))
        ]
        found = min((differences(row, expected) for row in alike), key=len, default=None)
        result.append(found)
    return result, len(rows)


# --- every file -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", READ)
def test_every_row_of_a_file_is_right_without_help(name, capsys):
    options = ["--ignore-columns"] if name.startswith("F07") else []
    code, report = apply(name, capsys, *options)

    assert (code, report["errors"], report["applied"]) == (0, [], True)
    found, count = compared(name)
    assert found == [[]] * len(EXPECTED[name]["rows"])
    assert count == len(EXPECTED[name]["rows"])


def test_at_least_eighty_of_the_rows_are_right():
    of_read = sum(len(EXPECTED[name]["rows"]) for name in READ)
    assert of_read >= LEAST_RIGHT


@pytest.mark.parametrize("name", READ)
def test_a_file_twice_changes_nothing(name, capsys):
    apply(name, capsys, "--ignore-columns")
    code, report = run(name, "--apply", "--ignore-columns", capsys=capsys)

    assert code == 0
    assert (report["new"], report["changed"], report["missing"]) == (0, 0, 0)
    assert Plan.objects.count() == 1


# --- what must be told ----------------------------------------------------------------------------


def test_f01_codes_are_proposed_terms_told_and_two_indicators_parted(capsys):
    _code, report = apply("F01_kadin_dostu_kent_kodsuz.xlsx", capsys)

    assert question(report, "no codes")["proposal"]
    assert unread(report) == {"Süre": "term"}
    assert question(report, "several indicators")["count"] == 1
    assert list(Activity.objects.values_list("code", "objective__title"))[::3] == [
        ("1.1.1", "Kamusal alanların kadınlar için güvenli hale getirilmesi"),
        ("2.1.1", "Şiddete uğrayan kadınlara sunulan hizmetlerin güçlendirilmesi"),
    ]
    assert list(Objective.objects.filter(parent=None).values_list("code", "title")) == [
        ("1", "KENTSEL HİZMETLER"),
        ("2", "KADINA YÖNELİK ŞİDDET"),
    ]


def test_f03_weights_and_reasons_are_kept_and_typed_percents_compared(capsys):
    _code, report = apply("F03_stratejik_plan_izleme_ABC.xlsx", capsys)

    weights = Indicator.objects.order_by("activity__code").values_list("weight", flat=True)
    assert list(weights) == [40, 35, 25, 60, 40]
    values = Realization.objects.values_list("deviation_reason", "measure_to_take")
    assert all(reason.startswith("Personel") and measure for reason, measure in values)
    checks = {check["about"]: (check["equal"], check["of"]) for check in report["checks"]}
    assert checks == {"typed percents": (5, 5), "sums of weights": (2, 2)}
    goals = Objective.objects.exclude(parent=None).values_list("code", "parent__code", "title")
    assert next(iter(goals)) == (
        "H3.1",
        "A3",
        "Kadınların ekonomik ve sosyal yaşama katılımını artırmak",
    )


def test_f05_words_stay_and_what_is_no_number_is_asked(capsys):
    _code, report = apply("F05_mudurluk_cizelgesi.csv", capsys)

    target = Target.objects.get(value=12)
    assert target.text == "en az 12"
    assert question(report, "a change, not a number")["cells"][0]["value"] == "%10 artış"
    assert question(report, "Yes or no")["count"] == 3
    assert Plan.objects.get().first_year == 2023
    units = set(Indicator.objects.values_list("unit", flat=True))
    assert units >= {"kişi", "adet", "evet/hayır"}


def test_f07_semesters_are_not_the_year_and_hold_the_import_back(capsys):
    code, report = apply("F07_yariyil_gerceklesme.xlsx", capsys)

    assert (code, report["applied"], Plan.objects.count()) == (1, False, 0)
    assert set(unread(report).values()) == {"realization"}
    assert report["unread_columns"][0]["examples"] == ["260", "70", "%35"]


def test_f09_activities_without_an_indicator_are_one_deliverable_each(capsys):
    _code, report = apply("F09_durum_renkli.xlsx", capsys)

    assert question(report, "no indicator")["count"] == 5
    assert set(Indicator.objects.values_list("kind", flat=True)) == {Kind.DELIVERABLE}
    units = ActivityUnit.objects.filter(activity__code="1.3", role=Role.RESPONSIBLE)
    assert [(unit.department or unit.institution).name for unit in units] == [
        "Strateji Geliştirme Müdürlüğü",
        "İnsan Kaynakları ve Eğitim Müdürlüğü",
    ]


def test_f11_english_numbers_and_a_falling_target_are_asked(capsys):
    _code, report = apply("F11_charter_action_plan.csv", capsys)

    style = question(report, "look English")
    assert [cell["value"] for cell in style["cells"]] == ["1,200", "1,500", "1,085"]
    assert question(report, "Is less better")["cells"][0]["value"].startswith("Average days")
    assert Objective.objects.get(code="14").title == "Education"


def test_f13_every_column_can_be_said_otherwise(capsys, tmp_path):
    name, file = "F13_plan_action_fr.xlsx", tmp_path / "layout.json"
    run(name, "--write-layout", str(file), capsys=capsys)
    told = json.loads(file.read_text())
    assert set(told["heads"][0]["columns"]) == set("ABCDEFGHI")
    told["heads"][0]["columns"].update(H="target 2025", I="unread", E="responsible")
    file.write_text(json.dumps(told))

    _code, report = apply(name, capsys, "--layout", str(file), "--ignore-columns")

    assert report["targets"] == {"2025": 3}
    assert unread(report) == {"Réalisé 2024": ""}


def test_f15_codes_are_proposed(capsys):
    _code, report = apply("F15_piano_it.csv", capsys)
    assert question(report, "no codes")


def test_f19_a_total_is_no_row_and_reasons_are_kept(capsys):
    _code, report = apply("F19_harfli_kodlar_dipnotlar.xlsx", capsys)

    told = {row["where"]: row["reason"] for row in report["ignored"]}
    assert "sums up" in told["Eylem Tablosu:8"]
    assert [(check["equal"], check["of"]) for check in report["checks"]] == [(3, 3)]
    reasons = Realization.objects.exclude(deviation_reason="")
    assert sorted(reasons.values_list("value", "deviation_reason")) == [
        (31, "Talep yüksek oldu."),
        (312, "Yaz döneminde eğitim yapılamadı."),
    ]
    assert Plan.objects.values_list("first_year", "last_year").get() == (2024, 2027)
    assert list(Objective.objects.values_list("code", flat=True)) == ["A", "A.1", "B", "B.2"]


def test_f23_ticks_are_asked_about_once(capsys):
    _code, report = apply("F23_isaretli_takvim.xlsx", capsys)
    ticks = question(report, "Ticks")
    assert (ticks["count"], ticks["columns"]) == (6, ["2024", "2025", "2026"])


def test_f31_women_and_men_have_their_places(capsys):
    _code, report = apply("F31_kadin_erkek_toplam.xlsx", capsys)

    values = Realization.objects.order_by("value").values_list("value", "women", "men", "others")
    assert list(values) == [(275, 180, 95, 0), (1100, 860, 240, 0)]
    assert [(check["equal"], check["of"]) for check in report["checks"]] == [(2, 2)]


def test_f35_what_is_missing_is_one_sentence(capsys):
    _code, report = apply("F35_hedef_basliklari_donem.docx", capsys)
    assert "Dönem" in question(report, "No column holds targets")["about"]
    assert unread(report) == {"Dönem": "term", "Takipçi": "follower"}


def test_f39_sheets_without_a_table_are_told(capsys):
    _code, report = apply("F39_mudurluk_sayfalari.xlsx", capsys)
    assert [row["where"] for row in report["ignored"]] == ["Kapak", "Açıklamalar", "Özet"]


def test_f41_one_question_for_the_file(capsys):
    _code, report = apply("F41_english_numbers.csv", capsys)
    assert [each for each in report["questions"] if "English" in each["about"]]
    assert not report["warnings"]


def test_f33_fractions_of_old_excel_are_asked_about(capsys):
    _code, report = apply("F33_kontrol.xls", capsys)
    assert question(report, "fractions are percentages")["count"] == 4


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_a_refused_file_is_told_why(name, capsys):
    with pytest.raises(CommandError, match=name) as refused:
        apply(name, capsys)
    assert refused.value.returncode == 2
    assert Plan.objects.count() == 0
