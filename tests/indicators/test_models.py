from decimal import Decimal as D

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile

from activities.models import Institution, Role
from indicators.achievement import Badge, Direction, Kind, Reading, ReportedAs, Status
from indicators.choices import DIRECTIONS, KINDS, REPORTED_AS
from indicators.labels import BADGE_ICONS, BADGE_LABELS, STATUS_ICONS, STATUS_LABELS
from indicators.models import (
    COUNTED_STATES,
    Comment,
    Edition,
    Evidence,
    FindingAnswer,
    Indicator,
    IndicatorTag,
    IndicatorUnit,
    Notice,
    Realization,
    SmallNumberDecision,
    Target,
)
from tests.factories import (
    YEAR,
    constraints_of,
    make_activity,
    make_department,
    make_edition,
    make_indicator,
    make_notice,
    make_period,
    make_plan,
    make_realization,
    make_tag,
    make_target,
    make_user,
    trips,
    with_history,
)

pytestmark = pytest.mark.django_db


# --- Constraints -------------------------------------------------------------------------------


def twice(make, **given):
    for _ in range(2):
        make(**given)


def make_unit(indicator=None, role=Role.SUPPORTING, **unit):
    indicator = indicator or make_indicator()
    return IndicatorUnit.objects.create(indicator=indicator, role=role, **unit)


def make_institution():
    return Institution.objects.create(name="Barolar")


def two_units(**unit):
    indicator = make_indicator()
    twice(make_unit, indicator=indicator, **unit)


def make_evidence(**given):
    realization = make_realization(make_indicator())
    return Evidence.objects.create(realization=realization, name="Tutanak", **given)


def make_answer(**given):
    given.setdefault("plan", make_plan())
    return FindingAnswer.objects.create(
        year=YEAR, code="text", finding="text:7", answer="keep", **given
    )


def make_decision(**given):
    given.setdefault("indicator", make_indicator())
    return SmallNumberDecision.objects.create(
        year=YEAR, is_hidden=False, reason="Kimse tanınamaz", **given
    )


def two_spellings_of_a_name():
    activity = make_activity()
    for name in ("KURS SAYISI", "Kurs sayısı"):
        make_indicator(activity, name=name)


def parts(women, men, others):
    return {"women": women, "men": men, "others": others}


def counted_with_itself():
    indicator = make_indicator()
    Indicator.objects.filter(pk=indicator.pk).update(counted_with=indicator.pk)


def edition_of_a_number_twice():
    edition = make_edition()
    Edition.objects.create(plan=edition.plan, year=edition.year, content="{}", checksum="")


TRIPS = [
    (
        "indicator_position_once",
        lambda: twice(make_indicator, activity=make_activity(), position=1),
    ),
    (
        "indicator_name_once",
        lambda: twice(make_indicator, activity=make_activity(), name="Kurs sayısı"),
    ),
    ("indicator_name_once", two_spellings_of_a_name),
    ("indicator_has_name", lambda: make_indicator() and Indicator.objects.update(name="")),
    ("indicator_weight_not_negative", lambda: make_indicator(weight=D("-0.01"))),
    ("indicator_unit_is_one_unit", make_unit),
    (
        "indicator_unit_is_one_unit",
        lambda: make_unit(department=make_department(), institution=make_institution()),
    ),
    ("indicator_department_once", lambda: two_units(department=make_department())),
    ("indicator_institution_once", lambda: two_units(institution=make_institution())),
    ("target_once_a_year", lambda: twice(make_target, indicator=make_indicator())),
    ("realization_once_a_year", lambda: twice(make_realization, indicator=make_indicator())),
    ("realization_state_is_known", lambda: make_indicator(realization=1, state="lost")),
    ("indicator_is_not_counted_with_itself", counted_with_itself),
    (
        "indicator_tag_once",
        lambda: twice(IndicatorTag.objects.create, indicator=make_indicator(), tag=make_tag()),
    ),
    (
        "realization_is_absent_or_a_number",
        lambda: make_realization(make_indicator(), 0, absence="not_due"),
    ),
    ("realization_parts_fit", lambda: make_realization(make_indicator(), 5, **parts(2, 2, 0))),
    ("edition_number_once", edition_of_a_number_twice),
    (
        "notice_once",
        lambda: twice(make_notice, person=make_user(), period=make_period(make_plan()), key="1"),
    ),
    ("evidence_is_a_file_or_a_link", make_evidence),
    (
        "evidence_is_a_file_or_a_link",
        lambda: make_evidence(file="evidence/a.pdf", link="https://example.org/"),
    ),
    ("finding_one_answer", lambda: twice(make_answer, plan=make_plan())),
    (
        "small_number_decision_once_a_year",
        lambda: twice(make_decision, indicator=make_indicator()),
    ),
]


@pytest.mark.parametrize(("name", "trip"), TRIPS, ids=[name for name, _ in TRIPS])
def test_the_database_keeps_the_constraint(name, trip):
    with trips(constraints_of("indicators")[name]):
        trip()


def test_every_constraint_is_tripped_once():
    assert {name for name, _ in TRIPS} == set(constraints_of("indicators"))


# --- What is allowed beside them ---------------------------------------------------------------


def test_a_weight_may_be_0():
    assert make_indicator(weight=0).pk


def test_two_activities_may_have_indicators_of_one_name():
    twice(make_indicator, name="Kurs sayısı")
    assert Indicator.objects.filter(name="Kurs sayısı").count() == 2


def test_targets_and_realizations_of_several_years_stand_side_by_side():
    indicator = make_indicator()
    for year in indicator.activity.plan.years:
        make_target(indicator, year=year)
        make_realization(indicator, year=year)
    assert (indicator.targets.count(), indicator.realizations.count()) == (3, 3)


@pytest.mark.parametrize("absence", ["not_due", "not_measured", "other"])
def test_why_there_is_no_figure_stands_where_no_figure_is(absence):
    assert make_realization(make_indicator(), "-", absence=absence).pk


def test_a_value_may_be_split_or_not():
    assert make_realization(make_indicator(), 5).pk
    assert make_realization(make_indicator(), 5, **parts(3, 2, 0)).pk


def test_one_key_may_be_told_to_two_people_and_as_two_kinds():
    person, period = make_user(), make_period(make_plan())
    make_notice(person, period, Notice.Kind.REMINDER, key="1")
    make_notice(person, period, Notice.Kind.OVERDUE, key="1")
    make_notice(make_user(), period, Notice.Kind.REMINDER, key="1")
    assert Notice.objects.count() == 3


@pytest.mark.parametrize("given", [{"file": "evidence/a.pdf"}, {"link": "https://example.org/"}])
def test_evidence_is_a_file_or_a_link(given):
    assert make_evidence(**given).pk


def test_a_form_refuses_a_negative_weight():
    indicator = make_indicator()
    indicator.weight = D(-1)
    with pytest.raises(ValidationError) as refused:
        indicator.full_clean()
    assert "weight" in refused.value.message_dict


# --- Numbers -----------------------------------------------------------------------------------


@pytest.mark.parametrize("model", [Target, Realization])
@pytest.mark.parametrize(
    "value", ["0", "-5", "55.55", "0.0001", "99999999999.9999", "-99999999999.9999"]
)
def test_an_amount_comes_back_as_it_went_in(model, value):
    row = model.objects.create(indicator=make_indicator(), year=YEAR, value=D(value))
    assert model.objects.values_list("value", flat=True).get(pk=row.pk) == D(value)


def test_0_dash_empty_text_and_no_row_stay_five_things():
    indicators = {cell: make_indicator(realization=cell) for cell in (0, "-", "", "yok", None)}
    stored = {
        cell: list(indicator.realizations.values_list("value", "text"))
        for cell, indicator in indicators.items()
    }
    assert stored == {
        0: [(D(0), "0")],
        "-": [(None, "-")],
        "": [(None, "")],
        "yok": [(None, "yok")],
        None: [],
    }


# --- Choices -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "words", "values"),
    [
        ("kind", KINDS, Kind),
        ("direction", DIRECTIONS, Direction),
        ("reported_as", REPORTED_AS, ReportedAs),
    ],
)
def test_settings_to_choose_are_those_that_can_be_calculated(field, words, values):
    column = Indicator._meta.get_field(field)
    assert list(words) == list(values)
    assert {value for value, _ in column.choices} == set(values)
    assert column.default in values


def test_every_reading_knows_which_states_count():
    assert set(COUNTED_STATES) == set(Reading)
    assert set(COUNTED_STATES[Reading.APPROVED]) == {"approved"}
    assert set(COUNTED_STATES[Reading.REPORTED]) == {"submitted", "approved"}


@pytest.mark.parametrize(
    ("words", "values"),
    [(STATUS_LABELS, Status), (STATUS_ICONS, Status), (BADGE_LABELS, Badge), (BADGE_ICONS, Badge)],
    ids=["status words", "status signs", "badge words", "badge signs"],
)
def test_every_status_and_badge_has_its_word_and_sign(words, values):
    assert set(words) == {value.value for value in values}
    assert all(words.values())


def test_a_new_indicator_is_an_unconfirmed_yearly_count_of_weight_1():
    indicator = Indicator()
    assert (indicator.kind, indicator.kind_confirmed) == (Kind.COUNT, False)
    assert (indicator.direction, indicator.reported_as) == (Direction.INCREASE, ReportedAs.TOTAL)
    assert indicator.weight == 1


def test_a_new_realization_is_a_draft():
    assert Realization().state == Realization.State.DRAFT


# --- Keys --------------------------------------------------------------------------------------


def test_the_search_key_is_filled_on_save():
    assert make_indicator(name="Iğdır İŞKUR sayısı").name_key == "igdir iskur sayisi"


def test_the_search_key_is_filled_on_bulk_create():
    [row] = Indicator.objects.bulk_create([Indicator(activity=make_activity(), name="Çığ")])
    row.refresh_from_db()
    assert row.name_key == "cig"


def test_the_search_key_follows_a_changed_name():
    row = make_indicator()
    row.name = "Şölen"
    row.save()
    row.refresh_from_db()
    assert row.name_key == "solen"


# --- History -----------------------------------------------------------------------------------

CHANGES = {
    "Indicator": (make_indicator, "weight", D(2)),
    "IndicatorUnit": (lambda: make_unit(department=make_department()), "position", 5),
    "Target": (lambda: make_target(make_indicator()), "value", D(7)),
    "Realization": (lambda: make_realization(make_indicator()), "value", D(7)),
    "Evidence": (lambda: make_evidence(link="https://example.org/"), "name", "Yeni"),
    "Comment": (
        lambda: Comment.objects.create(realization=make_realization(make_indicator()), text="a"),
        "text",
        "b",
    ),
    "FindingAnswer": (make_answer, "answer", "other"),
    "IndicatorTag": (
        lambda: IndicatorTag.objects.create(indicator=make_indicator(), tag=make_tag()),
        "tag_id",
        lambda: make_tag().pk,
    ),
    "SmallNumberDecision": (make_decision, "is_hidden", True),
    "Edition": (make_edition, "checksum", "0" * 64),
}


@pytest.mark.parametrize("model", CHANGES)
def test_a_change_keeps_before_and_after(model):
    make, field, value = CHANGES[model]
    row, value = make(), value() if callable(value) else value
    before = getattr(row, field)
    setattr(row, field, value)
    row.save()

    changed, made = row.history.all()
    assert (made.history_type, getattr(made, field)) == ("+", before)
    assert (changed.history_type, getattr(changed, field)) == ("~", value)


@pytest.mark.parametrize("model", CHANGES)
def test_what_was_deleted_stays_in_the_history(model):
    row = CHANGES[model][0]()
    key, history = row.pk, type(row).history
    row.delete()
    assert history.filter(id=key, history_type="-").count() == 1


def test_every_model_that_people_change_has_its_change_tested():
    assert set(CHANGES) == with_history("indicators")


def test_the_history_of_a_realization_keeps_0_and_nothing_apart():
    row = make_realization(make_indicator(), 0)
    row.value, row.text = None, "-"
    row.save()

    changed, made = row.history.all()
    assert [(made.value, made.text), (changed.value, changed.text)] == [(0, "0"), (None, "-")]


def test_evidence_can_hold_a_file(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    evidence = make_evidence(file=ContentFile(b"%PDF-", name="tutanak.pdf"))
    assert evidence.file.read() == b"%PDF-"
