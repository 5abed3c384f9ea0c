"""Two people apply a file at once: one wins, the other is told."""

import threading
from pathlib import Path

import pytest
from django.db import connection

from activities.models import Plan, PlanRevision
from imports import actions
from imports.comparison import compare
from imports.models import ImportBatch
from imports.plans import find_plan, municipality_of, read_source
from indicators.models import Indicator
from tests.factories import REAL_PLAN, YEAR

pytestmark = pytest.mark.django_db(transaction=True)


def apply_at_once(number: int) -> list[str]:
    """Compare in ``number`` threads, then let all of them apply together; return what befell."""
    ready, outcomes = threading.Barrier(number), []

    def work() -> None:
        try:
            source = read_source(Path(REAL_PLAN))
            difference = compare(
                source.table, find_plan("p", source, municipality_of(None, "p")), YEAR
            )
            ready.wait(timeout=60)
            actions.apply(difference, source, user=None)
            outcomes.append("applied")
        except actions.PlanChanged:
            outcomes.append("told")
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _each in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    return sorted(outcomes)


def test_of_two_who_make_a_plan_one_wins():
    assert apply_at_once(2) == ["applied", "told"]
    assert Plan.objects.count() == 1
    assert Indicator.objects.count() == 149
    assert ImportBatch.objects.count() == 1


def test_of_two_who_change_a_plan_one_wins():
    apply_at_once(1)
    Indicator.objects.filter(name="Tuvalet sayısı").update(baseline=1)

    assert apply_at_once(2) == ["applied", "told"]
    assert ImportBatch.objects.count() == 2


def test_without_the_revision_both_would_have_written(monkeypatch):
    """The race is real: with the check off, the same change is applied twice."""
    apply_at_once(1)
    Indicator.objects.filter(name="Tuvalet sayısı").update(baseline=1)
    monkeypatch.setattr(actions, "_claim", lambda difference: None)

    assert apply_at_once(2) == ["applied", "applied"]
    assert PlanRevision.objects.count() == 1
