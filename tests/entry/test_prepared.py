"""What `entry.prepared` takes for granted of Django's SQL compiler, asserted directly.

A release of Django that breaks one of these breaks every save of a cell; see
docs/decisions/0011-prepared-query.md for what to do then. Run on both databases.
"""

from copy import copy

import pytest
from django.db import connection
from django.db.models.sql.compiler import SQLCompiler
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from entry import one_line
from entry.prepared import Prepared
from indicators.models import Indicator, Realization
from tests import factories

pytestmark = pytest.mark.django_db
FIND, WANTED = one_line._FIND, one_line._wanted


@pytest.fixture
def given(desk):
    """Make an indicator with all that its line shows; return what is asked for it."""
    row = desk.row(baseline="1,5", target="12,25", realization=7)
    factories.make_target(row, "-", desk.year + 1)
    factories.make_realization(row, "6,5", desk.year - 1)
    desk.row(target=3)
    return {
        "person": desk.person.pk,
        "slug": desk.plan.slug,
        "year": desk.year,
        "last_year": desk.year - 1,
        "number": "9",
        "pk": row.pk,
    }


def compiled(queryset):
    sql, params = queryset.query.get_compiler(connection=connection).as_sql()
    return sql, tuple(params)


def kept():
    """Return the kept compiler with its SQL and parameters, made if nobody asked before."""
    list(FIND.rows(**FIND.marks))
    return FIND.compilers[connection.vendor]


# --- the query gives what it would give unprepared ---


def test_rows_are_those_of_the_query_itself(given):
    rows = list(FIND.rows(**given))

    assert rows == list(WANTED(**given))
    assert len(rows) == 2  # its two targets
    assert [[type(cell) for cell in row] for row in rows] == [
        [type(cell) for cell in row] for row in WANTED(**given)
    ]


@pytest.mark.parametrize(
    "other",
    [
        {"slug": "?number"},
        {"slug": "a'b\"%s%%"},
        {"number": "?slug"},
        {"number": ""},
        {"year": 1, "last_year": 0},
        {"year": 2024, "last_year": 2024},
        {"year": 32_767},
        {"person": 0},
        {"pk": 9_223_372_036_854_775_807},
    ],
    ids=str,
)
def test_sql_is_the_same_whatever_is_asked_for(given, other):
    _made, sql, params = kept()
    values = {mark: (given | other)[name] for name, mark in FIND.marks.items()}

    assert compiled(WANTED(**given | other)) == (sql, tuple(values.get(p, p) for p in params))
    assert list(FIND.rows(**given | other)) == list(WANTED(**given | other))


def test_every_mark_has_its_own_places():
    _made, sql, params = kept()

    assert set(FIND.marks.values()) <= set(params)
    assert len(set(FIND.marks.values())) == len(FIND.marks)
    assert sql.count("%s") == len(params)


def test_an_argument_without_a_place_is_refused():
    lost = Prepared(lambda *, pk, year: Indicator.objects.filter(pk=pk).values_list("pk"),
                    pk=7_777_777_001, year=31_111)  # fmt: skip

    with pytest.raises(AssertionError, match="no place for \\['year'\\]"):
        list(lost.rows(pk=1, year=2024))


# --- the compiler ---


def simple(pk=7_777_777_001):
    """Return a compiler whose SQL is written, with its SQL and parameters."""
    compiler = (
        Realization.objects.filter(pk=pk)
        .values_list("pk", "value")
        .query.get_compiler(connection=connection)
    )
    return compiler, *compiler.as_sql()


def test_a_select_is_compiled_by_this_class():
    compiler, _sql, params = simple()

    assert isinstance(compiler, SQLCompiler)
    assert type(compiler).__name__ == "SQLCompiler"  # no class of the database's own
    assert tuple(params) == (7_777_777_001,)


def test_a_compiler_runs_what_its_own_as_sql_answers(desk):
    row = desk.row(realization="6,5")
    value = row.realizations.get()
    compiler, sql, _params = simple()
    asked = []

    def answer(*args, **kwargs):
        asked.append((args, kwargs))
        return sql, (value.pk,)

    compiler.as_sql = answer
    with CaptureQueriesContext(connection) as run:
        rows = list(compiler.results_iter(tuple_expected=True))

    assert rows == [(value.pk, value.value)]
    assert asked == [((), {})]
    assert len(run) == 1


def test_running_a_copy_leaves_the_compiler_as_it_was(given):
    made, _sql, _params = kept()
    before = dict(vars(made))
    select = list(made.select)

    list(FIND.rows(**given))

    assert vars(made) == before
    assert made.select == select
    assert "as_sql" not in vars(made)


def test_a_copy_runs_on_the_connection_it_is_given():
    compiler, sql, params = simple()
    compiler.as_sql = lambda *args, **kwargs: (sql, params)
    compiler.connection = None  # whoever made it may be gone

    other = copy(compiler)
    other.connection = connection

    assert list(other.results_iter(tuple_expected=True)) == []
    with pytest.raises(AttributeError):
        list(compiler.results_iter(tuple_expected=True))


# --- what Django knows of a value before it asks the database ---


@pytest.mark.parametrize("number", [40_000, 2**31, 2**63, 10**30])
def test_a_cell_of_an_impossible_number_or_year_does_not_exist(desk, number):
    row = desk.row()
    of_year = reverse("entry_cell", args=[desk.plan.slug, number, "9", row.pk])

    assert list(FIND.rows(**FIND.marks | {"pk": number})) == []
    for address in (desk.url("entry_cell", number), of_year):
        assert desk.client.get(address).status_code == 404
