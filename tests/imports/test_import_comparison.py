"""A file's rows beside the stored plan: which row is meant, what differs, and who is told what."""

from decimal import Decimal as D

import pytest
from django.utils import timezone

from activities.models import (
    Activity,
    Alias,
    Department,
    Institution,
    Municipality,
    Objective,
    Period,
    Plan,
    Role,
)
from activities.sentences import Sentence
from imports import actions, layouts
from imports.comparison import compare
from imports.comparison.fields import same_value
from imports.comparison.matching import closest
from imports.difference import CHANGED, MISSING, NEW, ImportChoices
from imports.models import ImportBatch
from imports.plans import NEW_PLAN_NAME, Source
from imports.readers import FileLine
from indicators.achievement import Kind
from indicators.cells import parse_cell
from indicators.models import Indicator, Realization, Target
from tests.factories import (
    YEAR,
    make_user,
)

pytestmark = pytest.mark.django_db

HEADING = "6. MALİ HİZMETLER DAİRESİ BAŞKANLIĞI"
HEADER = "Faaliyet|Sorumlu Birim|Destekçi|Gösterge|Mevcut|2024|2025|Gerçekleşme"
ROW = "3.1.8. Bütçe yapmak|Mali Hizmetler|Paydaşlar|Rapor sayısı|1|2|3|4"
SECOND = "|||Toplantı sayısı|6|7|8|9"


def table(*rows):
    """Return what rows state whose cells stand between "|"."""
    lines = [FileLine(number, tuple(row.split("|"))) for number, row in enumerate(rows, start=1)]
    return layouts.parse(lines)


def plan():
    """Return the plan, unsaved if there is none yet."""
    return Plan.objects.first() or Plan(
        name=NEW_PLAN_NAME,
        slug="plan",
        first_year=YEAR,
        last_year=YEAR,
        municipality=Municipality.objects.the_only(),
    )


def difference(*rows, year=YEAR, **choices):
    """Return what the rows would change."""
    return compare(table(*rows), plan(), year, choices=ImportChoices(**choices))


def put(*rows, **choices):
    """Apply the rows and return what that changed."""
    found = difference(*rows, **choices)
    assert [problem.message for problem in found.errors] == []
    actions.apply(found, Source("plan.txt", "", "text", found.table), user=None)
    return found


def told(found):
    """Return the changes as indicator, field, old and new value."""
    return [(one.indicator, one.field, one.before, one.after) for one in found.changes]


def errors(found):
    return [(one.where, one.column, one.value) for one in found.errors]


# --- What a cell says beside what is stored ------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "value", "text", "same"),
    [
        pytest.param("50,0", D(50), "50", True, id="another spelling"),
        pytest.param("50", D(50), "", True, id="typed in a form"),
        pytest.param("0", None, "-", False, id="0 over a dash"),
        pytest.param("-", D(0), "0", False, id="a dash over 0"),
        pytest.param("-", D(0), "-", False, id="a dash over a number written so"),
        pytest.param("-", None, "-", True, id="a dash"),
        pytest.param("-", None, "yok", False, id="a dash over a text"),
        pytest.param("", None, "-", False, id="empty over a dash"),
    ],
)
def test_a_number_is_compared_as_a_number_and_all_else_as_written(cell, value, text, same):
    assert same_value(parse_cell(cell), value, text) is same


# --- Which activity is meant ---------------------------------------------------------------------


def test_an_activity_with_another_code_is_found_by_its_title():
    put(HEADING, HEADER, ROW)

    found = put(HEADING, HEADER, ROW.replace("3.1.8. Bütçe", "3.2.1. BÜTÇE"))

    assert told(found) == [
        (None, "code", "3.1.8", "3.2.1"),
        (None, "title", "Bütçe yapmak", "BÜTÇE yapmak"),
    ]
    assert {change.code for change in found.changes} == {"3.2.1"}
    assert (found.new, found.changed, found.unchanged, found.missing) == (0, 1, 0, 0)
    activity = Activity.objects.get()
    assert (activity.code, activity.title, activity.objective.code) == (
        "3.2.1",
        "BÜTÇE yapmak",
        "3.2",
    )


def test_a_long_title_is_found_too():
    title = "Bütçe yapmak ve " * 50  # its search key is cut at 600 letters
    put(HEADING, HEADER, ROW.replace("Bütçe yapmak", title))

    found = difference(HEADING, HEADER, ROW.replace("8. Bütçe yapmak", f"9. {title}"))

    assert told(found) == [(None, "code", "3.1.8", "3.1.9")]


def test_an_activity_whose_code_the_file_still_has_was_not_recoded():
    put(HEADING, HEADER, ROW)

    found = difference(
        *(HEADING, HEADER, ROW.replace("Bütçe yapmak", "Denetlemek"), ROW.replace("3.1.8", "3.1.9"))
    )

    assert told(found) == [
        (None, "title", "Bütçe yapmak", "Denetlemek"),
        ("Rapor sayısı", None, None, None),
    ]
    assert (found.new, found.changed, found.missing) == (1, 1, 0)


def test_of_two_stored_activities_of_a_title_none_is_taken_for_recoded():
    put(HEADING, HEADER, ROW, ROW.replace("3.1.8", "3.1.9"))

    found = difference(HEADING, HEADER, ROW.replace("3.1.8", "3.2.1"))

    assert [change.kind for change in found.changes] == [NEW, MISSING, MISSING]


def test_two_rows_of_a_title_do_not_share_a_stored_activity():
    put(HEADING, HEADER, ROW)

    found = put(HEADING, HEADER, ROW.replace("3.1.8", "3.2.1"), ROW.replace("3.1.8", "3.2.2"))

    assert [change.kind for change in found.changes] == [NEW, NEW, MISSING]
    assert list(Activity.objects.values_list("code", flat=True)) == ["3.1.8", "3.2.1", "3.2.2"]


def test_a_title_stands_for_an_activity_of_its_own_unit_only():
    put(HEADING, HEADER, ROW, "7. ULAŞIM DAİRESİ BAŞKANLIĞI", HEADER, ROW)

    found = difference("7. ULAŞIM DAİRESİ BAŞKANLIĞI", HEADER, ROW.replace("3.1.8", "3.1.9"))

    assert [(one.department, one.field, one.before) for one in found.changes] == [
        ("7", "code", "3.1.8")
    ]


# --- Which indicator is meant --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "is_meant"),
    [
        # difflib's ratio is twice the letters in common by all letters: 14 of 20, 12 of 20.
        pytest.param("abcdefgxyz", True, id="seven of ten letters"),
        pytest.param("abcdefwxyz", False, id="six of ten letters"),
        pytest.param("ABÇDEFĞHIJ", True, id="Turkish letters are no difference"),
    ],
)
def test_a_corrected_name_shares_seven_tenths_of_its_letters(name, is_meant):
    stored = Indicator(name="abcdefghij", name_key="abcdefghij")
    assert closest(name, [stored]) is (stored if is_meant else None)


def test_the_closest_of_several_names_is_meant():
    near, nearer = (Indicator(name_key=key) for key in ("rapor sayi", "rapor sayisi"))
    assert closest("Rapor sayısı", [near, nearer]) is nearer
    assert closest("Rapor sayısı", []) is None


def test_a_renamed_indicator_keeps_its_values():
    put(HEADING, HEADER, ROW, SECOND)

    found = put(HEADING, HEADER, ROW.replace("Rapor sayısı", "Raporların sayısı"), SECOND)

    assert told(found) == [("Raporların sayısı", "name", "Rapor sayısı", "Raporların sayısı")]
    assert (found.new, found.changed, found.unchanged, found.missing) == (0, 1, 1, 0)
    indicator = Indicator.objects.get(name="Raporların sayısı")
    assert (indicator.position, indicator.realizations.get().value) == (1, 4)
    assert indicator.name_key == "raporlarin sayisi"


def test_an_indicator_that_a_row_has_by_name_is_no_old_name_of_another():
    put(HEADING, HEADER, ROW)

    found = put(HEADING, HEADER, ROW.replace("Rapor", "Raporu"), "|||Rapor sayısı|1|2|3|4")

    assert told(found) == [("Raporu sayısı", None, None, None)]
    assert list(Indicator.objects.values_list("position", "name")) == [
        (1, "Rapor sayısı"),
        (2, "Raporu sayısı"),
    ]


def test_each_old_name_is_given_to_one_row():
    put(HEADING, HEADER, ROW)

    found = difference(
        *(HEADING, HEADER, ROW.replace("sayısı", "sayıları")),
        "|||Rapor sayısının toplamı|1|2|3|4",
    )

    assert told(found) == [
        ("Rapor sayıları", "name", "Rapor sayısı", "Rapor sayıları"),
        ("Rapor sayısının toplamı", None, None, None),
    ]


# --- New rows ------------------------------------------------------------------------------------


def test_a_new_row_has_everything_that_its_cells_say():
    put(HEADING, HEADER, ROW, "|Gelir Müdürlüğü||Gelirin oranı|%6|-||%9,5")

    one, two = Indicator.objects.all()
    assert (one.position, one.baseline, one.baseline_text) == (1, 1, "1")
    assert (one.measure, one.kind, one.own_responsible_text) == ("count", Kind.COUNT, "")
    assert (two.position, two.baseline, two.baseline_text) == (2, 6, "%6")
    assert (two.measure, two.kind, two.own_supporting_text) == ("percent", Kind.RATIO, "")
    assert two.own_responsible_text == "Gelir Müdürlüğü"
    assert [str(role) for role in two.unit_roles.all()] == ["Gelir Müdürlüğü"]
    assert not one.unit_roles.exists()
    # "-" is a target that says there is none, an empty cell is none.
    assert list(two.targets.values_list("year", "value", "text")) == [(2024, None, "-")]
    value = two.realizations.get()
    assert (value.year, value.value, value.text, value.state) == (
        2024,
        D("9.5"),
        "%9,5",
        "submitted",
    )


def test_new_activities_and_indicators_stand_below_the_last_ones():
    put(HEADING, HEADER, ROW, ROW.replace("3.1.8", "3.1.9"))
    Activity.objects.filter(code="3.1.8").update(position=7)
    Indicator.objects.filter(activity__code="3.1.8").update(position=4)

    new = ROW.replace("3.1.8. Bütçe", "3.2.1. Hesap")
    put(HEADING, HEADER, ROW, SECOND, "|||Gider sayısı|1|1|1|1", new)

    assert dict(Activity.objects.values_list("code", "position")) == {
        "3.1.8": 7,
        "3.1.9": 2,
        "3.2.1": 8,
    }
    found = Indicator.objects.order_by("activity__code", "position")
    assert [(one.activity.code, one.position, one.name) for one in found] == [
        ("3.1.8", 4, "Rapor sayısı"),
        ("3.1.8", 5, "Toplantı sayısı"),
        ("3.1.8", 6, "Gider sayısı"),
        ("3.1.9", 1, "Rapor sayısı"),
        ("3.2.1", 1, "Rapor sayısı"),
    ]


def test_goals_are_made_once_with_their_objective():
    first = put(HEADING, HEADER, ROW, ROW.replace("3.1.8", "3.1.9"), ROW.replace("3.1.8", "3.2"))
    assert [(one.code, one.parent and one.parent.code) for one in first.new_objectives] == [
        ("3", None),
        ("3.1", "3"),
        ("3.2", "3"),
    ]

    again = put(HEADING, HEADER, ROW.replace("3.1.8", "3.3.1"))

    assert [one.code for one in again.new_objectives] == ["3.3"]
    assert Objective.objects.get(code="3.3").parent.code == "3"


def test_a_change_of_an_activity_is_told_with_a_new_first_indicator():
    put(HEADING, HEADER, ROW)

    found = difference(
        *(
            HEADING,
            HEADER,
            ROW.replace("Bütçe yapmak|", "Bütçeyi yapmak|").replace(
                "Rapor sayısı|1|2|3|4", "Katılımcı|9|9|9|9"
            ),
        ),
        "|||Rapor sayısı|1|2|3|4",
    )

    assert told(found) == [
        ("Katılımcı", None, None, None),
        (None, "title", "Bütçe yapmak", "Bütçeyi yapmak"),
    ]
    assert (found.new, found.changed, found.unchanged) == (1, 0, 1)
    assert dict(found.unchanged_by) == {"6": 1}


# --- What an indicator's row changes -------------------------------------------------------------


def test_every_field_of_a_row_can_change():
    put(HEADING, HEADER, ROW)

    row = "3.1.8. Bütçe yapmak|Mali Hizmetler|Barolar|Rapor sayısı|-|5||7"
    found = put(HEADING, HEADER, row, overwrite_reason="Tutanak")

    assert told(found) == [
        (None, "supporting", "Paydaşlar", "Barolar"),
        ("Rapor sayısı", "baseline", "1", "-"),
        ("Rapor sayısı", "target 2024", "2", "5"),
        ("Rapor sayısı", "target 2025", "3", ""),
        ("Rapor sayısı", "realization 2024", "4", "7"),
    ]
    assert (found.changed, found.unchanged, dict(found.unchanged_by)) == (1, 0, {})
    row = Indicator.objects.get()
    assert (row.baseline, row.baseline_text) == (None, "-")
    assert list(row.targets.values_list("value", "text")) == [(5, "5"), (None, "")]
    value = row.realizations.get()
    assert (value.value, value.text, value.state, value.version) == (7, "7", "submitted", 2)


@pytest.mark.parametrize("state", ["draft", "returned", "submitted", "approved"])
def test_a_sent_number_of_an_open_year_changes_with_a_reason_too(state):
    put(HEADING, HEADER, ROW)
    Realization.objects.update(state=state)
    changed = HEADING, HEADER, ROW.replace("|3|4", "|3|5")
    is_sent = state in ("submitted", "approved")

    found = difference(*changed)
    assert errors(found) == ([("3", "realization", "5")] if is_sent else [])
    assert (found.settled, bool(found.changed_realizations)) == (is_sent, not is_sent)

    put(*changed, overwrite_reason="Tutanak")
    assert Realization.objects.get().value == 5


def test_a_returned_value_that_a_file_replaces_is_sent_again():
    put(HEADING, HEADER, ROW)
    Realization.objects.update(state=Realization.State.RETURNED)

    put(HEADING, HEADER, ROW.replace("|3|4", "|3|5"))

    assert Realization.objects.get().state == Realization.State.SUBMITTED


def test_a_target_and_a_realization_that_were_not_there_are_told_from_nothing():
    put(HEADING, HEADER, ROW.replace("|1|2|3|4", "|1|||"))

    found = put(HEADING, HEADER, ROW)

    assert told(found) == [
        ("Rapor sayısı", "target 2024", "", "2"),
        ("Rapor sayısı", "target 2025", "", "3"),
        ("Rapor sayısı", "realization 2024", "", "4"),
    ]
    assert list(Target.objects.values_list("year", "value")) == [(2024, 2), (2025, 3)]
    assert Realization.objects.get().value == 4


def test_a_rows_own_unit_cell_replaces_its_own_units_alone():
    put(HEADING, HEADER, ROW, SECOND.replace("|||T", "|Gelir Müdürlüğü|Barolar|T"))
    roles = set(Activity.objects.get().unit_roles.values_list("pk", flat=True))

    found = put(HEADING, HEADER, ROW, SECOND.replace("|||T", "|Gelir Müdürlüğü|Odalar|T"))

    assert told(found) == [("Toplantı sayısı", "supporting", "Barolar", "Odalar")]
    own = Indicator.objects.get(name="Toplantı sayısı").unit_roles
    assert [(role.role, role.position, str(role)) for role in own.order_by("role")] == [
        (Role.RESPONSIBLE, 0, "Gelir Müdürlüğü"),
        (Role.SUPPORTING, 0, "Odalar"),
    ]
    assert set(Activity.objects.get().unit_roles.values_list("pk", flat=True)) == roles


def test_a_changed_baseline_leaves_the_units_alone():
    put(HEADING, HEADER, ROW, SECOND.replace("|||T", "|Gelir Müdürlüğü||T"))

    found = difference(
        HEADING, HEADER, ROW.replace("|1|2", "|9|2"), SECOND.replace("|||T", "|Gelir Müdürlüğü||T")
    )

    assert told(found) == [("Rapor sayısı", "baseline", "1", "9")]
    assert (found.replaced_roles, found.replaced_own_roles, found.new_own_roles) == ([], [], [])
    assert len(found.changed_indicators) == 1


def test_a_retired_indicator_that_the_file_has_is_back_in_use():
    put(HEADING, HEADER, ROW)
    Indicator.objects.update(retired_on="2025-03-01")

    found = put(HEADING, HEADER, ROW)

    assert told(found) == [("Rapor sayısı", "retired", "2025-03-01", "")]
    assert Indicator.objects.get().retired_on is None


# --- Years ---------------------------------------------------------------------------------------

YEARLY = HEADER.replace("|Gerçekleşme", "|2024 Gerçekleşme|2025 Gerçekleşme")


def test_realizations_of_named_years_are_those_of_their_years():
    put(HEADING, HEADER, ROW)

    found = put(HEADING, YEARLY, ROW.replace("|3|4", "|3|5|6"), overwrite_reason="Tutanak")

    assert told(found) == [
        ("Rapor sayısı", "realization 2024", "4", "5"),
        ("Rapor sayısı", "realization 2025", "", "6"),
    ]
    assert dict(Realization.objects.values_list("year", "value")) == {2024: 5, 2025: 6}


@pytest.mark.parametrize(
    ("header", "row", "states"),
    [
        pytest.param(HEADER, ROW, {2024: "open", 2025: "planned"}, id="reported"),
        pytest.param(
            HEADER.removesuffix("|Gerçekleşme"),
            ROW.removesuffix("|4"),
            {2024: "planned", 2025: "planned"},
            id="targets alone",
        ),
    ],
)
def test_the_reported_year_of_a_new_plan_is_open(header, row, states):
    put(HEADING, header, row)

    assert dict(Period.objects.values_list("year", "state")) == states
    assert (Plan.objects.get().first_year, Plan.objects.get().last_year) == (2024, 2025)
    assert difference(HEADING, header, row).new_periods == []


def test_a_stored_plan_keeps_its_years():
    put(HEADING, HEADER, ROW)

    found = difference(HEADING, HEADER.replace("2025", "2026"), ROW, year=2027)

    assert errors(found) == [("1", "2026", "2026"), ("1", "2027", "2027")]
    assert (plan().first_year, plan().last_year) == (2024, 2025)


def test_a_file_without_rows_is_not_also_told_that_it_has_no_year():
    [problem] = difference("Bir yazı", year=0).errors
    assert problem.message == "The file holds no plan table with a header row."


# --- What is settled -----------------------------------------------------------------------------


def test_a_closed_year_takes_no_changed_target_and_no_realization():
    put(HEADING, HEADER, ROW)
    put(HEADING, HEADER, ROW.replace("Rapor sayısı|1|2|3|4", "Gider sayısı|1|2|3|"), SECOND)
    Period.objects.filter(year=2024).update(state=Period.State.CLOSED)

    found = difference(
        HEADING, HEADER, ROW.replace("Rapor sayısı|1|2|3|4", "Gider sayısı|1|8|8|8"), SECOND
    )

    # Planned 2025 takes its target.
    assert errors(found) == [("3", "2024", "8"), ("3", "realization", "8")]
    assert found.settled == 2
    assert told(found)[:1] == [("Gider sayısı", "target 2025", "3", "8")]


@pytest.mark.parametrize("state", [Period.State.CLOSED, Period.State.PUBLISHED])
def test_a_year_that_is_over_can_be_left_out_and_all_else_is_applied(state):
    put(HEADING, HEADER, ROW)
    Period.objects.filter(year=2024).update(state=state)
    Indicator.objects.update(kind="level")
    # Another baseline, target and realization of 2024, on which its result rests; 2025 is planned.
    rows = HEADING, HEADER, ROW.replace("|1|2|3|4", "|0|8|9|8"), SECOND.replace("|8|9", "|8|9")

    assert dict(difference(*rows).settled_in) == {"2024": 5}
    found = put(*rows, leave_out=frozenset({"2024"}))

    assert (found.errors, found.settled, dict(found.left_out)) == ([], 0, {"2024": 5})
    assert (found.published, found.corrected) == (set(), 0)
    assert [(field, after) for _name, field, _before, after in told(found) if field] == [
        ("target 2025", "9")
    ]
    one, two = Indicator.objects.order_by("position")
    assert one.baseline == 1
    assert dict(one.targets.values_list("year", "value")) == {2024: 2, 2025: 9}
    assert dict(two.targets.values_list("year", "value")) == {2025: 8}
    assert Realization.objects.get().value == 4


def test_what_was_sent_can_be_left_out_of_an_open_year():
    put(HEADING, HEADER, ROW, SECOND)
    Realization.objects.filter(value=9).update(state=Realization.State.APPROVED)
    changed = HEADING, HEADER, ROW.replace("|3|4", "|7|8"), SECOND.replace("|8|9", "|8|10")

    found = put(*changed, leave_out=frozenset({"sent"}))

    assert dict(found.left_out) == {"sent": 2}
    assert sorted(Realization.objects.values_list("value", flat=True)) == [4, 9]
    assert Target.objects.get(indicator__name="Rapor sayısı", year=2025).value == 7


def test_a_group_that_is_left_out_opens_no_other():
    put(HEADING, HEADER, ROW)
    Period.objects.filter(year=2024).update(state=Period.State.CLOSED)
    changed = HEADING, HEADER, ROW.replace("|3|4", "|3|5")

    assert difference(*changed, leave_out=frozenset({"sent", "2025"})).settled == 1


def test_what_a_person_asks_to_be_retired_is_not_left_out():
    put(HEADING, HEADER, ROW, SECOND)
    Period.objects.filter(year=2024).update(state=Period.State.CLOSED)
    lost = Indicator.objects.get(name="Toplantı sayısı")

    found = difference(
        HEADING, HEADER, ROW, retire=frozenset({lost.pk}), leave_out=frozenset({"2024"})
    )
    assert errors(found) == [("", "retired", "Toplantı sayısı")]


def test_a_new_indicator_brings_no_target_into_a_closed_year_without_a_reason():
    put(HEADING, HEADER, ROW)
    Period.objects.filter(year=2024).update(state=Period.State.CLOSED)
    rows = HEADING, HEADER, ROW, SECOND.replace("|8|9", "|8|")

    found = difference(*rows)
    assert errors(found) == [("4", "2024", "7")]
    assert found.settled == 1
    assert [target.year for target in found.new_targets] == [2025]

    put(*rows, overwrite_reason="Baskıda unutulmuş.")
    assert Target.objects.filter(year=2024).count() == 2


def test_a_closed_year_gets_no_target_that_it_did_not_have():
    put(HEADING, HEADER, ROW.replace("|2|3|", "||3|"))
    Period.objects.filter(year=2024).update(state=Period.State.CLOSED)

    found = difference(HEADING, HEADER, ROW)
    assert errors(found) == [("3", "2024", "2")]
    assert (found.settled, found.new_targets) == (1, [])

    put(HEADING, HEADER, ROW, overwrite_reason="Baskıda unutulmuş.")
    assert Target.objects.get(year=2024).value == 2


@pytest.mark.parametrize("what", ["closed", "published", "approved"])
def test_an_indicator_leaves_and_comes_back_into_settled_years_with_a_reason(what):
    put(HEADING, HEADER, ROW, SECOND)
    lost = Indicator.objects.get(name="Toplantı sayısı")
    if what == "approved":
        Realization.objects.filter(indicator=lost).update(state=Realization.State.APPROVED)
    else:
        Period.objects.filter(year=2024).update(state=what)
    retire = frozenset({lost.pk})

    found = difference(HEADING, HEADER, ROW, retire=retire)
    assert errors(found) == [("", "retired", "Toplantı sayısı")]
    assert "2024" in found.errors[0].message
    assert (found.settled, found.changed_indicators) == (1, [])
    assert found.published == ({2024} if what == "published" else set())
    put(HEADING, HEADER, ROW, retire=retire, overwrite_reason="Meclis kararı.")
    lost.refresh_from_db()
    assert lost.retired_on is not None

    found = difference(HEADING, HEADER, ROW, SECOND)
    assert errors(found) == [("4", "retired", "Toplantı sayısı")]
    put(HEADING, HEADER, ROW, SECOND, overwrite_reason="Yanlışlıkla kaldırılmış.")
    lost.refresh_from_db()
    assert lost.retired_on is None


def test_a_realization_of_another_closed_year_is_named_with_its_year():
    put(HEADING, HEADER, ROW)
    Period.objects.filter(year=2025).update(state=Period.State.CLOSED)

    found = difference(HEADING, YEARLY, ROW.replace("|3|4", "|3|4|6"))

    assert errors(found) == [("3", "realization 2025", "6")]
    assert "closed" in found.errors[0].message


def test_with_a_reason_approved_values_and_closed_years_are_written():
    put(HEADING, HEADER, ROW)
    Period.objects.update(state=Period.State.CLOSED)
    Realization.objects.update(state=Realization.State.APPROVED)

    found = put(
        HEADING, HEADER, ROW.replace("|2|3|4", "|5|3|6"), overwrite_reason="Birim düzeltti."
    )

    assert told(found) == [
        ("Rapor sayısı", "target 2024", "2", "5"),
        ("Rapor sayısı", "realization 2024", "4", "6"),
    ]
    assert found.settled == 0
    value = Realization.objects.get()
    assert (value.value, value.state) == (6, Realization.State.APPROVED)
    assert (found.corrected, found.published) == (1, set())


@pytest.mark.parametrize("state", ["open", "closed", "published"])
@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("draft", "submitted"),
        ("returned", "submitted"),
        ("submitted", "submitted"),
        ("approved", "approved"),
    ],
)
def test_a_file_verifies_nothing_and_takes_nothing_verified_back(state, before, after):
    put(HEADING, HEADER, ROW)
    Period.objects.update(state=state)
    Realization.objects.update(state=before, decided_at=timezone.now())

    put(HEADING, HEADER, ROW.replace("|3|4", "|3|6"), overwrite_reason="Birim düzeltti.")

    value = Realization.objects.get()
    assert (value.value, value.state) == (6, after)
    assert (value.decided_at is not None) == (after == "approved")


def test_a_published_year_is_an_administrators_to_correct():
    put(HEADING, HEADER, ROW)
    Period.objects.update(state=Period.State.PUBLISHED)
    Realization.objects.update(state=Realization.State.APPROVED)
    found = difference(
        HEADING, HEADER, ROW.replace("|3|4", "|3|6"), overwrite_reason="Birim düzeltti."
    )
    source = Source("plan.txt", "", "text", found.table)
    batch = ImportBatch(year=YEAR, choices={"overwrite_reason": "Birim düzeltti."})

    with pytest.raises(Sentence, match="administrator"):
        actions.apply(found, source, user=make_user("reviewer"), batch=batch)
    assert Realization.objects.get().value == 4
    actions.apply(found, source, user=make_user("administrator"), batch=batch)
    assert Realization.objects.get().value == 6
    assert found.published == {YEAR}


@pytest.mark.parametrize(
    ("state", "kind", "asks"),
    [
        ("open", "level", False),
        ("closed", "count", False),  # 4 of 2 does not rest on it
        ("closed", "level", True),
        ("published", "count", True),  # the edition prints it
    ],
)
def test_a_baseline_that_settled_years_rest_on_changes_with_a_reason(state, kind, asks):
    put(HEADING, HEADER, ROW)
    Period.objects.filter(year=YEAR).update(state=state)
    Indicator.objects.update(kind=kind)
    rows = HEADING, HEADER, ROW.replace("|1|2|3|4", "|0|2|3|4")

    found = difference(*rows)

    assert errors(found) == ([("3", "baseline", "0")] if asks else [])
    assert found.settled == asks
    put(*rows, overwrite_reason="Birim düzeltti.")
    assert Indicator.objects.get().baseline == 0


def test_an_approved_value_is_named_as_approved():
    put(HEADING, HEADER, ROW)
    Realization.objects.update(state=Realization.State.APPROVED)

    found = difference(HEADING, HEADER, ROW.replace("|3|4", "|3|5"))

    assert errors(found) == [("3", "realization", "5")]
    assert "verified" in found.errors[0].message
    assert (found.settled, found.changed_realizations) == (1, [])


# --- What the file lacks -------------------------------------------------------------------------


def test_what_the_file_lacks_is_retired_only_where_a_person_said_so():
    put(HEADING, HEADER, ROW, SECOND, "|||Gider sayısı|1|1|1|1")
    lost, kept = (Indicator.objects.get(name=name) for name in ("Toplantı sayısı", "Gider sayısı"))

    found = put(HEADING, HEADER, ROW, retire=frozenset({lost.pk}))

    today = timezone.localdate()
    assert [
        (one.kind, *change) for one, change in zip(found.changes, told(found), strict=True)
    ] == [
        (CHANGED, "Toplantı sayısı", "retired", "", today.isoformat()),
        (MISSING, "Gider sayısı", None, None, None),
    ]
    assert found.missing == 2
    assert [(row.pk, change.kind, change.code) for row, change in found.missing_rows] == [
        (lost.pk, MISSING, "3.1.8"),
        (kept.pk, MISSING, "3.1.8"),
    ]
    lost.refresh_from_db()
    kept.refresh_from_db()
    assert (lost.retired_on, kept.retired_on) == (today, None)
    # Retired already, it is missed no more.
    assert [row.pk for row, _change in difference(HEADING, HEADER, ROW).missing_rows] == [kept.pk]


# --- Headings ------------------------------------------------------------------------------------

BRANCHES = (
    *("6. MALİ HİZMETLER DAİRESİ BAŞKANLIĞI", "6.1. Gelir ve Tahakkuk Şube Müdürlüğü", HEADER, ROW),
)


def test_a_department_is_renamed_by_its_number_and_a_similar_name():
    put(HEADING, HEADER, ROW)

    found = put("6. MALİ VE İDARİ HİZMETLER DAİRESİ BAŞKANLIĞI", HEADER, ROW)

    [change] = found.changes
    assert (change.kind, change.department, change.branch, change.code) == (CHANGED, "6", None, "")
    assert told(found) == [
        (
            None,
            "name",
            "Mali Hizmetler Dairesi Başkanlığı",
            "Mali ve İdari Hizmetler Dairesi Başkanlığı",
        )
    ]
    department = Department.objects.get()
    assert department.name == "Mali ve İdari Hizmetler Dairesi Başkanlığı"
    assert department.name_key == "mali ve idari hizmetler dairesi baskanligi"
    [alias] = department.aliases.all()
    assert alias.text == "Mali Hizmetler Dairesi Başkanlığı"
    # Both names lead to it now.
    assert put(HEADING, HEADER, ROW).changes == []


@pytest.mark.parametrize(
    "heading",
    [
        pytest.param("7. MALİ VE İDARİ HİZMETLER DAİRESİ BAŞKANLIĞI", id="another number"),
        pytest.param("MALİ VE İDARİ HİZMETLER DAİRESİ BAŞKANLIĞI", id="no number"),
        pytest.param("6. FEN İŞLERİ DAİRESİ BAŞKANLIĞI", id="another name"),
    ],
)
def test_a_department_is_not_renamed_without_both(heading):
    put(HEADING, HEADER, ROW)

    found = difference(heading, HEADER, ROW)

    assert [(where, column) for where, column, _value in errors(found)] == [("3", "department")]
    [name] = found.unmatched
    assert (name.where, name.is_heading) == ("3", True)
    similar = "İDARİ" in heading
    assert [guess.name for guess in name.guesses] == (
        ["Mali Hizmetler Dairesi Başkanlığı"] if similar else []
    )


def test_the_one_of_two_similar_departments_is_renamed_that_has_the_number():
    put(HEADING, HEADER, ROW, "7. MALİ DENETİM DAİRESİ BAŞKANLIĞI", HEADER, ROW)

    found = difference("7. MALİ İŞLEM DAİRESİ BAŞKANLIĞI", HEADER, ROW)

    assert told(found) == [
        (None, "name", "Mali Denetim Dairesi Başkanlığı", "Mali İşlem Dairesi Başkanlığı")
    ]


def test_a_branch_is_renamed_below_its_department():
    put(*BRANCHES)

    found = put(BRANCHES[0], "6.1. Gelir ve Gider Şube Müdürlüğü", HEADER, ROW)

    [change] = found.changes
    assert (change.department, change.branch, change.after) == (
        "6",
        "6.1",
        "Gelir ve Gider Şube Müdürlüğü",
    )
    assert Department.objects.get(parent__isnull=False).name == "Gelir ve Gider Şube Müdürlüğü"


@pytest.mark.parametrize("length", [200, 201])
def test_a_name_may_fill_its_column(length):
    name = "X" * length

    found = difference(HEADING, HEADER, ROW.replace("Paydaşlar", name))

    assert errors(found) == ([] if length == 200 else [("3", "", name)])
    if length == 201:
        assert "X" * 40 + "…" in found.errors[0].message
        assert "X" * 41 not in found.errors[0].message


def test_a_branch_belongs_to_the_department_above_it():
    put(*BRANCHES, "7. ULAŞIM DAİRESİ BAŞKANLIĞI", HEADER, ROW)

    found = difference(
        *("7. ULAŞIM DAİRESİ BAŞKANLIĞI", "7.1. Gelir ve Tahakkuk Şube Müdürlüğü", HEADER, ROW),
        create_departments=True,
    )

    [department] = found.new_departments
    assert department.parent.name == "Ulaşım Dairesi Başkanlığı"
    assert [place.number for place in found.new_places] == ["7.1"]


def test_rows_below_a_branch_heading_are_the_branchs():
    put(*BRANCHES)

    found = difference(*BRANCHES[:3], ROW.replace("|3|4", "|5|4"))

    assert [(one.department, one.branch) for one in found.changes] == [("6", "6.1")]


@pytest.mark.parametrize(
    ("headings", "numbers"),
    [
        pytest.param(("6. MALİ İŞLEM", "6. ULAŞIM"), ["6", "1"], id="taken"),
        pytest.param(("MALİ İŞLEM", "1. ULAŞIM"), ["1", "2"], id="taken by the order"),
        pytest.param(("2. MALİ İŞLEM", "ULAŞIM", "PARK"), ["2", "1", "3"], id="none printed"),
    ],
)
def test_a_department_whose_number_is_taken_gets_the_next_free_one(headings, numbers):
    rows = [
        line
        for number, heading in enumerate(headings)
        for line in (heading + " DAİRESİ", HEADER, ROW.replace("3.1.8", f"3.1.{number}"))
    ]

    assert [place.number for place in difference(*rows).new_places] == numbers


def test_a_branch_whose_number_is_taken_gets_the_next_free_one_of_its_department():
    put(*BRANCHES)

    found = difference(
        *(BRANCHES[0], "6.1. Bütçe Şube Müdürlüğü", HEADER, ROW), create_departments=True
    )

    assert [place.number for place in found.new_places] == ["6.2"]


# --- Names in cells ------------------------------------------------------------------------------


def units(role=Role.SUPPORTING):
    return [str(one) for one in Activity.objects.first().unit_roles.filter(role=role)]


def test_a_unit_that_a_cell_names_twice_stands_once():
    put(HEADING, HEADER, ROW.replace("Paydaşlar", "Barolar, Odalar / BAROLAR"))

    assert units() == ["Barolar", "Odalar"]
    assert Institution.objects.count() == 2


@pytest.mark.parametrize(
    ("cell", "is_department"),
    [
        pytest.param("Kariyer Merkezi Daire Başkanlığı", True, id="a department's full name"),
        pytest.param("Kariyer Merkezi", True, id="its name"),
        pytest.param("Gönüllüler Daire Başkanlığı", False, id="a branch is no department"),
        pytest.param("Gönüllüler", True, id="a branch's name"),
    ],
)
def test_cells_may_name_what_the_file_itself_brings(cell, is_department):
    put(
        *("1. KARİYER MERKEZİ", "1.1. GÖNÜLLÜLER", HEADER, ROW.replace("Paydaşlar", cell)),
    )

    role = Activity.objects.get().unit_roles.get(role=Role.SUPPORTING)
    assert (role.department is not None) is is_department


@pytest.mark.parametrize("kind", ["department", "institution"])
def test_a_chosen_unit_is_meant_at_once_and_becomes_an_alias(kind):
    put(HEADING, HEADER, ROW)
    unit = {"department": Department, "institution": Institution}[kind].objects.get(
        **({"name": "Paydaşlar"} if kind == "institution" else {})
    )

    found = put(
        *(HEADING, HEADER, ROW.replace("Paydaşlar", "Oda ve Borsalar")),
        aliases={"Oda ve Borsalar": (kind, unit.pk)},
    )

    assert found.unmatched == []
    [alias] = Alias.objects.all()
    assert (alias.text, getattr(alias, kind)) == ("Oda ve Borsalar", unit)
    assert units() == [str(unit)]


def test_a_choice_for_a_heading_needs_no_new_department():
    put(HEADING, HEADER, ROW)
    department = Department.objects.get()

    found = difference(
        *("6. PARA İŞLERİ BAŞKANLIĞI", HEADER, ROW),
        aliases={"PARA İŞLERİ BAŞKANLIĞI": ("department", department.pk)},
    )

    assert (found.errors, found.changes) == ([], [])
    assert [alias.text for alias in found.new_aliases] == ["PARA İŞLERİ BAŞKANLIĞI"]


def test_a_stored_branch_may_be_named_in_a_cell():
    put(*BRANCHES)

    put(*BRANCHES[:3], ROW.replace("Paydaşlar", "Gelir ve Tahakkuk Şb. Md."))

    assert units() == ["Gelir ve Tahakkuk Şube Müdürlüğü"]


# --- The whole -----------------------------------------------------------------------------------


def test_what_only_the_plan_has_is_nothing_to_write():
    put(HEADING, HEADER, ROW, SECOND)

    assert not difference(HEADING, HEADER, ROW).writes_anything
    assert difference(HEADING, HEADER, ROW.replace("|3|4", "|5|4")).writes_anything


def test_problems_of_the_file_stand_before_those_of_the_plan():
    put(HEADING, HEADER, ROW)

    found = difference(
        *("7. YENİ DAİRE BAŞKANLIĞI", HEADER, ROW.replace("|3|4", "|3|1.234")),
        SECOND.replace("|6|7", "|6|½"),
    )

    assert [column for _where, column, _value in errors(found)] == ["2024", "department"]
    assert [(one.where, one.column) for one in found.warnings] == [("3", "realization")]


def test_comparing_costs_the_same_for_any_number_of_rows(django_assert_num_queries):
    put(HEADING, HEADER, ROW)
    rows = [ROW.replace("3.1.8", f"3.1.{number}") for number in range(9, 40)]

    # the municipality; revision; activities, indicators, targets, realizations, objectives,
    # periods;
    # departments and institutions with their aliases, places; aliases of the choices
    with django_assert_num_queries(14):
        difference(HEADING, HEADER, ROW, *rows)
