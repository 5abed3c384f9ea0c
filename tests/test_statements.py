"""Which tests run on the second database as well."""

import pytest
from django.db import IntegrityError, connection, transaction

from activities.models import Plan
from tests.factories import make_plan
from tests.statements import MADE_BY, Notes, Said, needed, read


def page(*statements, **given):
    return Said(set(statements), True, **given)


def test_what_opens_no_page_or_commits_runs_everywhere():
    said = {f"model {number}": Said({"SELECT"}) for number in range(MADE_BY + 2)}
    said |= {f"race {number}": page("SELECT", commits=True) for number in range(MADE_BY + 2)}

    assert needed(said) == said.keys()


def test_a_page_that_says_nothing_new_does_not():
    said = {f"page {number}": page("SELECT", "UPDATE") for number in range(MADE_BY + 2)}

    assert needed(said) == {f"page {number}" for number in range(MADE_BY)}


def test_what_others_say_is_said():
    said = {f"model {number}": Said({"SELECT"}) for number in range(MADE_BY)}

    assert needed(said | {"page": page("SELECT")}) == said.keys()


def test_each_statement_is_made_by_as_many_as_can_make_it():
    often = {f"page {number}": page("SELECT") for number in range(MADE_BY + 2)}
    rare = {"rare": page("SELECT", "INSERT")}

    kept = needed(often | rare)

    assert "rare" in kept
    assert len(kept & often.keys()) == MADE_BY


@pytest.fixture
def noted(db, tmp_path):
    """Return what is said to the database inside an act, read from what was written down."""

    def of(*acts):
        notes = Notes(tmp_path)
        with connection.execute_wrapper(notes.note):
            for number, act in enumerate(acts):
                notes.begin(f"{number}")
                act()
        notes.write()
        return [one.statements for one in read(tmp_path).values()]

    return of


def test_a_statement_is_one_however_many_values_it_has(noted):
    few, many = noted(
        lambda: list(Plan.objects.filter(pk__in=[1, 2])),
        lambda: list(Plan.objects.filter(pk__in=[1, 2, 3, 4])),
    )
    assert few == many != set()


def test_another_kind_of_value_is_another_statement(noted):
    plan = make_plan()
    number, nothing = noted(
        lambda: Plan.objects.filter(pk=plan.pk).update(first_year=2024),
        lambda: Plan.objects.filter(pk=plan.pk).update(first_year="2024"),
    )
    assert number == nothing  # Django makes them alike
    with connection.cursor() as cursor:
        number, nothing = noted(
            lambda: cursor.execute("SELECT %s", [1]), lambda: cursor.execute("SELECT %s", [None])
        )
    assert not number & nothing


def test_what_is_refused_is_another_statement(noted):
    plan = make_plan()

    def again():
        with pytest.raises(IntegrityError), transaction.atomic():
            make_plan(slug=plan.slug)

    accepted, refused = noted(make_plan, again)
    assert any("UNIQUE" in one or "unique" in one for one in refused - accepted)
