"""Making one unit of two: everything moves, what both have is settled or refused, editions stay."""

import datetime
import io
import threading
from contextlib import suppress
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from accounts.models import Membership
from activities import revisions
from activities.models import (
    Activity,
    ActivityUnit,
    Alias,
    Department,
    Extension,
    Institution,
    Municipality,
    PlanDepartment,
)
from findings.year import YearFindings
from imports.models import ImportBatch
from imports.undoing import CannotUndo, undo
from indicators.figures import Figures
from indicators.models import Comment, FindingAnswer, IndicatorUnit, Notice, Realization
from setup import hanging
from setup.merging import CannotMerge, look, merge
from setup.merging.ways import WAYS
from tests import factories

pytestmark = pytest.mark.django_db
YEAR = factories.YEAR


@pytest.fixture
def world():
    """Hold a plan in which unit 9, with one row, is to go into unit 10, which has one, too."""
    plan = factories.make_plan(slug="p", name="Plan")
    period = factories.make_period(plan)
    going = factories.make_department(plan, "9", name="Sağlık Dairesi", short_name="Sağlık")
    staying = factories.make_department(plan, "10", name="Sosyal Dairesi")
    activity = factories.make_activity(plan, going, "1.1.1")
    row = factories.make_indicator(activity, target=10, realization=8)
    other = factories.make_activity(plan, staying, "1.1.2")
    factories.make_indicator(other, target=10, realization=5)
    person = factories.make_user("administrator")
    return SimpleNamespace(
        plan=plan, period=period, going=going, staying=staying, activity=activity, row=row,
        other=other, person=person,
    )  # fmt: skip


def merged(world, **given):
    going, staying = given.get("going", world.going), given.get("staying", world.staying)
    merge(going, staying, person=world.person, reason="Tek daire oldular.")


def test_every_relation_to_a_unit_has_its_way():
    """A new column that points at a unit is entered in setup/merging/ways.py, or nothing merges."""
    assert WAYS.keys() == hanging.relations(Department).keys()


def test_without_a_way_nothing_is_merged(world, monkeypatch):
    monkeypatch.delitem(WAYS, "activities.extension.department")
    with pytest.raises(NotImplementedError, match=r"activities\.extension\.department"):
        merged(world)
    assert Department.objects.filter(pk=world.going.pk).exists()


def test_everything_moves_and_nothing_points_at_what_is_gone(world):
    value = Realization.objects.get(indicator=world.row)
    Comment.objects.create(realization=value, text="Bakıldı")
    branch = factories.make_department(parent=world.going, name="Aşı Şube Müdürlüğü")
    Alias.objects.create(department=world.going, text="Sağlık D.B")
    ActivityUnit.objects.create(activity=world.activity, role="responsible", department=world.going)
    IndicatorUnit.objects.create(indicator=world.row, role="supporting", department=world.going)
    extension = factories.make_extension(world.period, world.going)
    coordinator = factories.make_user("", [world.going])
    notice = factories.make_notice(coordinator, world.period, department=world.going)
    gone = world.going.pk

    told = {line.label: line.count for line in look(world.going, world.staying).lines}
    merged(world)

    assert not Department.objects.filter(pk=gone).exists()
    for relation, field in hanging.relations(Department).items():
        assert not hanging.pointing(field, Department(pk=gone)).exists(), relation
    assert told == {
        "faaliyet": 1, "gösterge": 1, "hedef": 1, "bildirilen değer": 1, "yorum": 1,
        "faaliyetteki görev": 1, "tek göstergedeki görev": 1, "koordinatör": 1,
        "plandaki numara": 1, "yazılış": 1, "yıl uzatması": 1, "şube": 1, "kişiye bildirim": 1,
    }  # fmt: skip
    for each in (world.activity, branch, extension, notice):
        each.refresh_from_db()
    assert world.activity.department == branch.parent == extension.department == world.staying
    assert notice.department == world.staying
    assert list(coordinator.memberships.get().units.all()) == [world.staying]
    assert ActivityUnit.objects.get().department == world.staying
    assert IndicatorUnit.objects.get().department == world.staying
    assert Realization.objects.get(pk=value.pk).value == 8
    figures = Figures(world.plan, YEAR)
    assert {row.unit.number for row in figures.rows} == {"10"}


def test_the_old_names_become_spellings(world):
    Alias.objects.create(department=world.going, text="Sağlık D.B")
    merged(world)
    texts = set(world.staying.aliases.values_list("text", flat=True))
    assert texts == {"Sağlık Dairesi", "Sağlık", "Sağlık D.B"}


def test_a_name_that_somebody_else_has_is_not_taken(world):
    body = Institution.objects.create(name="Sağlık", municipality=world.plan.municipality)
    told = look(world.going, world.staying).settled
    merged(world)
    assert any("“Sağlık”" in each and str(body) in each for each in told)
    assert list(world.staying.aliases.values_list("text", flat=True)) == ["Sağlık Dairesi"]


def test_history_says_who_why_and_what_was(world):
    gone = world.going.pk
    merged(world)
    kept = [
        Department.history.filter(id=gone).first(),
        world.activity.history.first(),
        world.staying.history.first(),
        PlanDepartment.history.filter(department_id=gone).first(),
        Alias.history.filter(text="Sağlık Dairesi").first(),
    ]
    for each in kept:
        assert each.history_user == world.person
        assert "Sağlık Dairesi" in each.history_change_reason
        assert "Tek daire oldular." in each.history_change_reason
    assert kept[0].history_type == "-"
    assert world.activity.history.last().department_id == gone


# --- What both have ---


def test_of_two_numbers_in_a_plan_the_remaining_units_stays(world):
    late = factories.make_plan(slug="q", name="Yeni plan")
    PlanDepartment.objects.create(plan=late, department=world.going, number="3")
    told = " ".join(look(world.going, world.staying).settled)
    merged(world)
    numbers = {place.plan.slug: place.number for place in PlanDepartment.objects.all()}
    assert numbers == {"p": "10", "q": "3"}
    assert "10" in told and "9" in told and "Yeni plan" in told


def test_equal_codes_are_refused_by_name_and_nothing_moves(world):
    factories.make_activity(world.plan, world.staying, "1.1.1")
    with pytest.raises(CannotMerge) as refused:
        merged(world)
    [why] = refused.value.why
    assert "1.1.1" in why and "Plan 2024" in why
    assert Activity.objects.filter(department=world.going).count() == 1
    assert not world.staying.aliases.exists()


def test_who_coordinates_both_coordinates_the_one(world):
    both = factories.make_user("", [world.going, world.staying], first_name="Elif")
    told = look(world.going, world.staying).settled
    merged(world)
    assert any("Elif" in each for each in told)
    assert list(both.memberships.get().units.all()) == [world.staying]


def test_both_responsible_for_one_activity_is_one_responsible(world):
    for unit in (world.going, world.staying):
        ActivityUnit.objects.create(activity=world.other, role="responsible", department=unit)
    ActivityUnit.objects.create(activity=world.other, role="supporting", department=world.going)
    told = look(world.going, world.staying).settled
    merged(world)
    roles = ActivityUnit.objects.values_list("role", "department")
    assert sorted(roles) == [("responsible", world.staying.pk), ("supporting", world.staying.pk)]
    assert any("1.1.2" in each for each in told)
    deleted = ActivityUnit.history.filter(history_type="-").get()
    assert "Tek daire" in deleted.history_change_reason


@pytest.mark.parametrize(("longer", "reason"), [("going", "A"), ("staying", "B")])
def test_of_two_extensions_the_longer_one_holds(world, longer, reason):
    days = {longer: 20}
    for unit, why in (("going", "A"), ("staying", "B")):
        day = datetime.date(2099, 1, days.get(unit, 10))
        factories.make_extension(world.period, getattr(world, unit), until=day, reason=why)
    merged(world)
    kept = Extension.objects.get()
    assert (kept.department, kept.until.day, kept.reason) == (world.staying, 20, reason)


def test_a_door_that_was_looked_at_before_is_looked_at_again(world):
    before = world.plan.revision_row.calendar
    merged(world)
    world.plan.revision_row.refresh_from_db()
    assert world.plan.revision_row.calendar == before + 1
    assert revisions.counted(type(world.plan).objects.get(pk=world.plan.pk)) > 1


# --- Departments and branches ---


def test_a_branch_goes_into_its_department(world):
    branch = factories.make_department(world.plan, "10.1", parent=world.staying)
    factories.make_activity(world.plan, branch, "2.1.1")
    merged(world, going=branch)
    assert Activity.objects.get(code="2.1.1").department == world.staying


def test_a_department_does_not_go_into_its_branch(world):
    branch = factories.make_department(world.plan, "9.1", parent=world.going)
    with pytest.raises(CannotMerge):
        merged(world, staying=branch)


def test_a_department_with_branches_does_not_go_into_a_branch(world):
    factories.make_department(parent=world.going)
    with pytest.raises(CannotMerge):
        merged(world, staying=factories.make_department(parent=world.staying))


def test_branches_of_one_name_are_merged_first(world):
    for above in (world.going, world.staying):
        factories.make_department(parent=above, name="Kadın Şube Müdürlüğü")
    with pytest.raises(CannotMerge) as refused:
        merged(world)
    assert "Kadın Şube Müdürlüğü" in refused.value.why[0]


def test_who_answers_through_the_department_above_is_named(world):
    branch = factories.make_department(world.plan, "9.1", parent=world.going)
    factories.make_user("", [world.going], first_name="Elif")
    told = " ".join(look(branch, world.staying).settled)
    assert "Elif" in told


def test_a_unit_of_another_municipality_is_never_merged(world):
    there = factories.make_department(municipality=Municipality.objects.create(name="Adana"))
    with pytest.raises(CannotMerge):
        merged(world, staying=there)
    with pytest.raises(CannotMerge):
        merged(world, staying=world.going)


# --- Questions, imports, editions ---


def test_an_answered_question_stays_answered(world):
    twin = factories.make_indicator(world.activity, baseline=427, target=432, realization=5)
    [found] = [one for one in YearFindings(Figures(world.plan, YEAR)).raised if one.blocks]
    answer = FindingAnswer.objects.create(
        plan=world.plan, year=YEAR, code=found.check, finding=found.key, asked=found.digest,
        answer="correct_as_written",
    )  # fmt: skip
    answer.indicators.add(twin)
    given_at = answer.answered_at

    merged(world)

    [after] = [
        one
        for one in YearFindings(Figures(world.plan, YEAR)).raised
        if one.check == found.check and twin.pk in one.found.rows
    ]
    assert after.key != found.key
    assert after.given is not None and not after.is_open
    answer.refresh_from_db()
    assert (answer.finding, answer.answered_at) == (after.key, given_at)
    assert "Tek daire" in answer.history.first().history_change_reason


def test_a_waiting_preview_means_the_remaining_unit(world):
    batch = ImportBatch.objects.create(
        plan=world.plan, year=YEAR, file_name="x.csv", state="preview",
        choices={"aliases": {"Sağlk": ["department", world.going.pk], "B": ["institution", 1]}},
    )  # fmt: skip
    merged(world)
    batch.refresh_from_db()
    assert batch.choices["aliases"] == {
        "Sağlk": ["department", world.staying.pk],
        "B": ["institution", 1],
    }


def test_an_import_before_is_not_undone_into_a_unit_that_went(world):
    """What undoing would write again names the unit that is no longer there."""
    role = {"activity_id": world.activity.pk, "role": "responsible", "position": 0,
            "department_id": world.going.pk, "institution_id": None}  # fmt: skip
    batch = ImportBatch.objects.create(
        plan=world.plan, year=YEAR, file_name="x.csv", state="applied",
        record={"removed": {"activities.activityunit": [role]}},
    )  # fmt: skip
    merged(world)
    with pytest.raises(CannotUndo, match="gone"):
        undo(batch, user=world.person)
    batch.refresh_from_db()
    assert batch.state == "applied"


def proof(plan, year=YEAR):
    out = io.StringIO()
    with suppress(SystemExit):
        call_command("prove", plan=plan.slug, year=year, stdout=out, stderr=out)
    return [line for line in out.getvalue().splitlines() if not line.startswith("✓")]


def test_a_published_edition_stays_what_it_was_and_is_still_proven(world):
    Realization.objects.update(state="approved")
    # Both percents are public: each unit's one due row is verified.
    edition = factories.make_published_year(world.plan)
    type(world.plan).objects.update(is_public=True)
    before = (edition.content, edition.public_checksum)
    assert proof(world.plan) == []

    merged(world)

    edition.refresh_from_db()
    assert (edition.content, edition.public_checksum) == before
    assert proof(world.plan) == []


def test_the_page_says_which_years_were_published(world):
    assert look(world.going, world.staying).published == []
    factories.make_published_year(world.plan)
    assert look(world.going, world.staying).published == [("Plan", YEAR)]


# --- At once ---


@pytest.mark.django_db(transaction=True)
def test_a_value_saved_meanwhile_is_not_lost(world):
    """One saves a value while the units are merged: it is there, under the remaining unit."""
    value = Realization.objects.get(indicator=world.row)
    held, merging = threading.Event(), threading.Event()

    def save():
        try:
            with transaction.atomic():
                value.value, value.text = 9, "9"
                value.save()
                held.set()
                merging.wait(timeout=10)
        finally:
            connection.close()

    saver = threading.Thread(target=save)
    saver.start()
    held.wait(timeout=10)
    threading.Timer(0.3, merging.set).start()
    merged(world)
    saver.join(timeout=20)

    stored = Realization.objects.select_related("indicator__activity").get(pk=value.pk)
    assert stored.value == 9
    assert stored.indicator.activity.department_id == world.staying.pk


@pytest.mark.django_db(transaction=True)
def test_an_activity_given_to_the_unit_meanwhile_is_not_lost(world):
    """Who gives the unit an activity holds it: merging says so, or moves the activity, too."""
    held, merging = threading.Event(), threading.Event()

    def give():
        try:
            with transaction.atomic():
                factories.make_activity(world.plan, world.going, "3.1.1")
                held.set()
                merging.wait(timeout=10)
        finally:
            connection.close()

    giver = threading.Thread(target=give)
    giver.start()
    held.wait(timeout=10)
    threading.Timer(0.3, merging.set).start()
    try:
        merged(world)
    except CannotMerge:
        giver.join(timeout=20)
        merged(world)
    giver.join(timeout=20)

    assert Activity.objects.get(code="3.1.1").department_id == world.staying.pk
    assert Membership.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_who_merge_at_once_one_is_told(world):
    ready, outcomes = threading.Barrier(2), []

    def work():
        try:
            ready.wait(timeout=10)
            merged(world)
            outcomes.append("merged")
        except CannotMerge as refused:
            outcomes.append(refused.why)
        finally:
            connection.close()

    people = [threading.Thread(target=work) for _each in range(2)]
    for each in people:
        each.start()
    for each in people:
        each.join(timeout=30)

    assert len(outcomes) == 2
    assert outcomes.count("merged") == 1
    assert Activity.objects.filter(department=world.staying).count() == 2
    assert Notice.objects.count() == 0
