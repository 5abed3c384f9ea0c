"""Data confidence: what speaks for a reported number, counted by hand."""

import datetime
from decimal import Decimal as D

import pytest
from django.utils import timezone

from activities import revisions
from activities.models import Extension, Period
from findings.confidence import (
    Confidence,
    Handling,
    Mark,
    Sent,
    confidence,
    fits,
    marks_of,
    of_year,
    read_periods,
)
from findings.year import YearFindings
from indicators.achievement import Reading
from indicators.cumulative import StoredFigures
from indicators.figures import Figures
from indicators.models import Evidence, Realization
from tests import factories

DAY = datetime.date(2025, 2, 28)
AFTER = DAY + datetime.timedelta(days=1)
E, S, A, T = Mark.EVIDENCE, Mark.SETTLED, Mark.APPROVED, Mark.ON_TIME


@pytest.mark.parametrize(
    ("sent", "deadline", "is_asked", "expected"),
    [
        pytest.param(Sent(DAY, True, True), DAY, False, {E, S, A, T}, id="all four"),
        pytest.param(Sent(AFTER, True, True), DAY, False, {E, S, A}, id="a day late"),
        pytest.param(Sent(None, True, True), DAY, False, {E, S, A}, id="day unknown"),
        pytest.param(Sent(None, True, True), None, False, {E, S, A, T}, id="no deadline"),
        pytest.param(Sent(DAY, True, True), DAY, True, {E, A, T}, id="a question is open"),
        pytest.param(Sent(DAY, False, True), DAY, False, {E, S, T}, id="not approved"),
        pytest.param(Sent(DAY, True, False), DAY, False, {S, A, T}, id="no evidence"),
    ],
)
def test_marks(sent, deadline, is_asked, expected):
    assert marks_of(sent, deadline=deadline, is_asked=is_asked) == expected


def test_shares_are_of_the_reported():
    found = confidence([frozenset({E, S, A, T}), frozenset({E, S}), frozenset({S}), frozenset()])

    assert found == Confidence(4, {E: 2, S: 3, A: 1, T: 1}, 1)
    assert [found.share(mark) for mark in Mark] == [D("0.5"), D("0.75"), D("0.25"), D("0.25")]
    assert found.share() == D("0.25")


def test_nothing_reported_has_no_share():
    assert confidence([]).share() is None
    assert confidence([]).share(E) is None


@pytest.mark.parametrize(
    ("trust", "expected"),
    [("evidence", True), ("-evidence", False), ("approved", False), ("-approved", True),
     ("all", False), ("-all", True)],
)  # fmt: skip
def test_narrowing_by_a_mark(trust, expected):
    assert fits(trust, frozenset({E, S, T})) is expected


# --- From the database ---


@pytest.fixture
def plan(db):
    plan = factories.make_plan()
    factories.make_period(plan, state=Period.State.CLOSED, closes_on=DAY)
    return plan


def report(plan, *, sent=DAY, state=Realization.State.APPROVED, proven=True, **given):
    """Make an indicator of a unit of its own whose 8 of 10 was sent on a day."""
    given = {"target": 10, "realization": 8, "state": state, **given}
    indicator = factories.make_indicator(factories.make_activity(plan), **given)
    value = indicator.realizations.first()
    if value is not None:
        noon = datetime.datetime.combine(sent, datetime.time(12)) if sent else None
        value.submitted_at = timezone.make_aware(noon) if noon else None
        value.save()
        if proven:
            Evidence.objects.create(realization=value, name="Tutanak", link="https://example.org")
    return indicator


def found(plan, reading=Reading.REPORTED, kind=Figures):
    figures = kind(plan, 2024, reading=reading)
    return of_year(figures, YearFindings(Figures(plan, 2024)))


@pytest.mark.django_db
@pytest.mark.parametrize("kind", [Figures, StoredFigures])
def test_a_plans_confidence_by_hand(plan, kind):
    report(plan)  # all four
    report(plan, sent=AFTER)  # late
    report(plan, state=Realization.State.SUBMITTED, proven=False)  # no evidence, not approved
    report(plan, realization="belli değil", proven=False)  # a text: nothing reported
    report(plan, state=Realization.State.DRAFT)  # on its unit's desk
    report(plan, target=None)  # reported without a target: not due

    year = found(plan, kind=kind)

    assert year.plan == Confidence(3, {E: 2, S: 3, A: 2, T: 2}, 1)
    assert year.by_objective["1"] == year.by_objective["1.1"] == year.plan
    assert year.by_unit["2"] == Confidence(1, {E: 1, S: 1, A: 1, T: 0}, 0)
    assert year.sent == ((DAY, 2), (AFTER, 1))
    assert year.undated == 0


@pytest.mark.django_db
def test_approved_values_are_a_reading_of_their_own(plan):
    report(plan)
    report(plan, state=Realization.State.SUBMITTED)

    assert found(plan, Reading.APPROVED).plan == Confidence(1, {E: 1, S: 1, A: 1, T: 1}, 1)


@pytest.mark.django_db
def test_an_extension_moves_the_deadline_of_its_unit(plan):
    late, other = report(plan, sent=AFTER), report(plan, sent=AFTER)
    period = plan.periods.get()
    Extension.objects.create(
        period=period, department=late.activity.department, until=AFTER, reason="Taşınma"
    )

    year = found(plan)

    assert year.by_unit["1"].marks[T] == 1
    assert year.by_unit["2"].marks[T] == 0
    assert other.activity.department != late.activity.department


@pytest.mark.django_db
def test_an_open_question_counts_against_it_and_information_does_not(plan):
    asked = report(plan, baseline=9, target=5, kind="level")  # target below baseline: blocking
    report(plan, realization=8, baseline=9)  # fell behind the baseline: only information

    year = found(plan)

    assert year.by_unit["1"].marks[S] == 0
    assert year.by_unit["2"].marks[S] == 1
    assert asked.activity.department.places.get().number == "1"


@pytest.mark.django_db
def test_a_value_counted_elsewhere_counts_once(plan):
    first = report(plan)
    report(plan, sent=AFTER, counted_with=first)

    year = found(plan)

    assert year.plan.reported == Figures(plan, 2024).summary.reported == 1
    assert year.by_unit["2"].reported == 1
    assert sum(count for _day, count in year.sent) == 1


@pytest.mark.django_db
def test_how_values_came_in_costs_two_queries(plan, django_assert_num_queries):
    for _each in range(3):
        report(plan)
    figures, questions = Figures(plan, 2024), YearFindings(Figures(plan, 2024))
    assert figures.rows and questions.raised  # loaded before

    # realizations with whether they have evidence; periods with their extensions
    with django_assert_num_queries(2):
        assert len(Handling(plan, [2024]).marks(figures, questions)) == 3


@pytest.mark.django_db
def test_periods_stay_one_a_year_with_two_extensions(plan):
    period = plan.periods.get()
    units = [factories.make_department(plan), factories.make_department(plan)]
    for unit in units:
        Extension.objects.create(period=period, department=unit, until=AFTER, reason="Taşınma")

    periods, deadlines = read_periods(plan)

    assert periods == {2024: period}
    assert deadlines[2024].extended == {unit.pk: AFTER for unit in units}


@pytest.mark.django_db
def test_evidence_and_extensions_let_go_of_what_is_kept(plan):
    value = report(plan, proven=False).realizations.get()

    def revision():
        return revisions.counted(type(plan).objects.get(pk=plan.pk))

    before = revision()
    evidence = Evidence.objects.create(
        realization=value, name="Tutanak", link="https://example.org"
    )
    assert revision() == before + 1
    evidence.delete()
    assert revision() == before + 2
    Extension.objects.create(
        period=plan.periods.get(), department=value.indicator.activity.department, until=AFTER
    )
    assert revision() == before + 3
