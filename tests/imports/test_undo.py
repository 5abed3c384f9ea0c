"""Undoing an import: everything as it was, or a sentence that says why not."""

import io

import pytest
from django.core.management import CommandError, call_command

from activities.models import Activity, ActivityUnit, Alias, Department, Plan
from imports import actions, undoing
from imports.models import ImportBatch
from indicators.models import Indicator, Realization, Target
from tests.factories import REAL_PLAN, YEAR, make_realization

pytestmark = pytest.mark.django_db


@pytest.fixture
def load(tmp_path):
    """Return a function that applies the real plan with some words replaced."""

    def load(*replacements):
        text = REAL_PLAN.read_text("utf-8")
        for old, new in replacements:
            assert old in text
            text = text.replace(old, new)
        path = tmp_path / "plan.txt"
        path.write_text(text, "utf-8")
        call_command(
            "import_plan", str(path), plan="p", year=YEAR, apply=True,
            reason="Tutanak" if replacements else "",
            stdout=io.StringIO(),
        )  # fmt: skip
        return ImportBatch.objects.order_by("id").last()

    return load


def stored():
    """Return everything of the plan that an import writes, but ids."""
    return {
        "plans": list(Plan.objects.values_list("slug", "first_year", "last_year")),
        "departments": sorted(Department.objects.values_list("name", "name_key")),
        "aliases": sorted(Alias.objects.values_list("text", flat=True)),
        "activities": sorted(
            Activity.objects.values_list("code", "title", "objective__code", "supporting_text")
        ),
        "units": sorted(
            map(str, ActivityUnit.objects.values_list("activity__title", "role", "department"))
        ),
        "indicators": sorted(
            map(str, Indicator.objects.values_list("name", "name_key", "baseline", "retired_on"))
        ),
        "targets": sorted(map(str, Target.objects.values_list("indicator__name", "year", "value"))),
        "realizations": sorted(
            map(str, Realization.objects.values_list("indicator__name", "year", "value", "state"))
        ),
    }


BUS = "Erişilebilir otobüs sayısı"
STOP = "4.4.5 Durak sayısını artırmak"
CHANGES = {
    "target": (f"{BUS}\t427\t432", f"{BUS}\t427\t433"),
    "baseline": (f"{BUS}\t427", f"{BUS}\t-"),
    "realization": ("437\t442\t5\n", "437\t442\t432\n"),
    "renamed indicator": ("Tuvalet sayısı\t9", "Tuvalet sayısı (adet)\t9"),
    "recoded activity": ("4.5.2. Kültür", "4.5.9. Kültür"),
    "other unit": (f"{STOP}\tUlaşım", f"{STOP}\tFen İşleri"),
    "other heading": ("13.PARK VE BAHÇELER DAİRESİ", "13.PARK VE BAHÇE DAİRESİ"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_undoing_a_change_restores_what_was(load, change):
    load()
    before = stored()

    batch = load(change)
    if batch.counts["changed"] == 0:  # another spelling of a name that is known anyway
        assert stored() == before
        return
    assert stored() != before
    undoing.undo(batch, user=None)

    assert stored() == before
    batch.refresh_from_db()
    assert batch.state == ImportBatch.State.UNDONE


def test_undoing_the_first_import_leaves_nothing_but_its_history(load):
    before = stored()
    batch = load()

    undoing.undo(batch, user=None)

    assert stored() == before
    reasons = Indicator.history.values_list("history_change_reason", "history_type").distinct()
    assert set(reasons) == {
        (f"import {batch.pk}", "+"),
        (f"undo of import {batch.pk}", "-"),
    }


def test_an_import_can_come_again_after_it_was_undone(load):
    undoing.undo(load(), user=None)

    again = load()

    assert again.counts["new"] == 149


def test_a_later_change_stops_the_undoing(load):
    batch = load()
    indicator = Indicator.objects.first()
    indicator.name = "Değişti"
    indicator.save()

    with pytest.raises(undoing.CannotUndo):
        undoing.undo(batch, user=None)

    batch.refresh_from_db()
    assert batch.state == ImportBatch.State.APPLIED
    assert Indicator.objects.count() == 149


def test_a_value_entered_since_stops_the_undoing(load):
    batch = load()
    make_realization(Indicator.objects.first(), 7, YEAR + 1)

    with pytest.raises(undoing.CannotUndo):
        undoing.undo(batch, user=None)

    assert Realization.objects.filter(year=YEAR + 1).count() == 1


def test_a_later_import_that_was_undone_does_not_stop_the_undoing(load):
    first = load()
    undoing.undo(load(("Tuvalet sayısı\t9", "Tuvalet sayısı\t8")), user=None)

    undoing.undo(first, user=None)

    assert not Plan.objects.exists()


def test_nothing_is_undone_twice(load):
    batch = load()
    undoing.undo(batch, user=None)

    with pytest.raises(undoing.CannotUndo):
        undoing.undo(batch, user=None)


def test_the_command_undoes(load):
    batch = load()

    call_command("undo_import", str(batch.pk), stdout=io.StringIO())

    assert not Plan.objects.exists()


def test_the_command_says_that_there_is_no_such_import():
    with pytest.raises(CommandError, match="12345"):
        call_command("undo_import", "12345")


def test_a_plan_that_changed_since_it_was_compared_is_not_written(load):
    from pathlib import Path

    from imports.comparison import compare
    from imports.plans import read_source

    load()
    plan = Plan.objects.get()
    path = Path(REAL_PLAN)
    source = read_source(path)
    source.table.activities[0].indicators[0].baseline = (
        source.table.activities[1].indicators[0].baseline
    )
    difference = compare(source.table, plan, YEAR)
    assert difference.changed == 1
    Indicator.objects.last().save()  # somebody else, meanwhile

    with pytest.raises(actions.PlanChanged):
        actions.apply(difference, source, user=None)

    assert ImportBatch.objects.count() == 1
