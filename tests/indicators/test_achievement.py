import re
import subprocess
import sys
from dataclasses import replace
from decimal import Decimal as D
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from activities.formats import percent
from indicators.achievement import (
    DEFAULT_BANDS,
    DEVIATION_ABOVE,
    EMPTY_SUMMARY,
    EXCEEDED_ABOVE,
    RATED,
    Achievement,
    Badge,
    Bands,
    Direction,
    Formula,
    Kind,
    Measurement,
    Method,
    Rated,
    Reading,
    ReportedAs,
    Rule,
    Status,
    Unreported,
    badges,
    counted_once,
    needs_reason,
    rate,
    roll_up,
    summarise,
    weighted_mean,
)
from indicators.cells import parse_cell
from tests import rulebook

ROOT = Path(__file__).resolve().parents[2]

PURE_MODULES = (
    "activities.names",
    "activities.sentences",
    "imports.published",
    "imports.units",
    "indicators.achievement",
    "indicators.cells",
    "activities.formats",
)


def measure(a=None, b=None, c=None, **settings):
    """Return a measurement from plain numbers: baseline, target, realization."""
    return Measurement(*(None if n is None else D(n) for n in (a, b, c)), **settings)


def is_exactly(value, expected):
    """Whether a decimal is a fraction ("39/35") as far as 28 digits can say."""
    return abs(Fraction(value) - Fraction(expected)) < Fraction(1, 10**26)


LEVEL = {"kind": Kind.LEVEL}
ADDED = {"kind": Kind.LEVEL, "reported_as": ReportedAs.INCREMENT}
RATIO = {"kind": Kind.RATIO}
ONCE = {"kind": Kind.DELIVERABLE}
DOWN = {"direction": Direction.DECREASE}
KEEP = {"direction": Direction.MAINTAIN}


# --- The modules -------------------------------------------------------------------------------


@pytest.mark.parametrize("module", PURE_MODULES)
def test_module_imports_without_django(module):
    script = f"""
import importlib, sys

class NoDjango:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] == "django":
            raise ImportError(name)

sys.meta_path.insert(0, NoDjango())
importlib.import_module({module!r})
assert not any(name.split(".")[0] == "django" for name in sys.modules)
"""
    ran = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr


# --- The tables of docs/domain.md ---------------------------------------------------------------

RULES = "The rules, worked by hand"
METHODS = "The three methods, side by side"
STATUSES = "Statuses and badges"


def as_printed(line):
    """Return the measurement of a line of the document."""
    is_increment = line["kind"] == "increment"
    is_unverified = line["C"].endswith(" unverified")
    cells = [line["A"], line["B"], "-" if is_unverified else line["C"]]
    return Measurement(
        *(parse_cell(cell).value for cell in cells),
        is_unverified=is_unverified,
        kind=Kind.LEVEL if is_increment else Kind(line["kind"]),
        direction=Direction(line["direction"]),
        reported_as=ReportedAs.INCREMENT if is_increment else ReportedAs.TOTAL,
    )


def worked_out(text):
    """Return what a line's arithmetic comes to: "(58 − 50) / (60 − 50)" is 4/5."""
    exact = re.sub(r"[0-9]+(?:,[0-9]+)?", lambda number: f"Fraction('{number[0]}')", text)
    return eval(exact.replace(",", ".").replace("−", "-"), {"Fraction": Fraction})


@pytest.mark.parametrize("line", rulebook.lines(RULES, "rule", "worked", "badges"))
def test_a_line_of_the_rulebook(line):
    measurement = as_printed(line)
    achievement = rate(measurement)

    if line["worked"] == "none":
        assert achievement.value is None
    else:
        assert is_exactly(achievement.value, worked_out(line["worked"]))
    assert {
        **line,
        "rule": achievement.rule.value,
        "achievement": percent(achievement.value),
        "score": percent(achievement.score),
        "status": achievement.status.replace("_", " "),
        "badges": ", ".join(badge.replace("_", " ") for badge in badges(measurement, achievement)),
    } == line


def test_the_rulebook_shows_every_rule_kind_direction_status_and_badge():
    lines = rulebook.table(RULES, "rule", "worked", "badges")

    def shown(column):
        return {word for line in lines for word in line[column].split(", ") if word}

    assert shown("rule") == set(Rule)
    assert shown("kind") == {*Kind, "increment"}
    assert shown("direction") == set(Direction)
    assert shown("status") == {status.replace("_", " ") for status in Status}
    assert shown("badges") == {badge.replace("_", " ") for badge in Badge}
    assert {rate(as_printed(line)).formula for line in lines} == {None, *Formula}


def test_the_rulebook_defines_each_rule_once():
    rules = rulebook.table("Achievement of one indicator in one year", "rule", "when")
    assert [line["rule"] for line in rules] == list(Rule)


@pytest.mark.parametrize("line", rulebook.lines(METHODS, *Method))
def test_a_line_of_the_methods(line):
    measurement = as_printed(line)
    shown = {method: percent(rate(measurement, method=method).value) for method in Method}
    assert shown == {method: line[method] for method in Method}


def test_the_limits_of_bands_and_badges_are_the_rulebooks():
    def points(table, name, column):
        [text] = [line["where"] for line in table if line[column] == name]
        return D(re.search(r"[0-9]+", text)[0]) / 100

    statuses = rulebook.table(STATUSES, "status", "where")
    limits = tuple(points(statuses, name, "status") for name in ("achieved", "mostly", "partly"))
    assert limits == DEFAULT_BANDS.limits
    assert points(statuses, "low", "status") == DEFAULT_BANDS.partly
    assert [line["status"] for line in statuses[:4]] == list(RATED)

    found = rulebook.table(STATUSES, "badge", "where")
    assert points(found, "exceeded", "badge") == EXCEEDED_ABOVE
    assert points(found, "deviation", "badge") == DEVIATION_ABOVE


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (Kind, "count level ratio deliverable"),
        (Direction, "increase decrease maintain"),
        (ReportedAs, "total increment"),
        (Method, "by_kind target_ratio progress"),
        (Reading, "reported approved"),
        (Unreported, "skip zero"),
        (
            Status,
            "achieved mostly partly low unverified not_reported no_target unplanned unanswered",
        ),
        (Badge, "exceeded behind_baseline deviation"),
        (Rule, "R1 R2 R3 R4 R5 R6 R7 R8"),
        (Formula, "C/B (C-A)/(B-A) (A-C)/(A-B) C<=B B/C"),
    ],
)
def test_words_that_databases_addresses_and_editions_hold(words, expected):
    assert " ".join(words) == expected


# --- R1 to R8, worked by hand ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("measurement", "rule", "status"),
    [
        pytest.param(measure(5, None, None), Rule.R1, Status.NO_TARGET, id="R1 nothing planned"),
        pytest.param(measure(5, None, 3), Rule.R1, Status.UNPLANNED, id="R1 done unplanned"),
        pytest.param(measure(5, None, 0), Rule.R1, Status.UNPLANNED, id="R1 a reported 0"),
        pytest.param(measure(5, None, 3, **DOWN), Rule.R1, Status.UNPLANNED, id="R1 decrease"),
        pytest.param(measure(5, 9, None), Rule.R2, Status.NOT_REPORTED, id="R2 count"),
        pytest.param(measure(5, 9, None, **LEVEL), Rule.R2, Status.NOT_REPORTED, id="R2 level"),
        pytest.param(measure(9, 5, None, **LEVEL), Rule.R2, Status.NOT_REPORTED, id="R2 over R7"),
        pytest.param(measure(9, 0, None, **DOWN), Rule.R2, Status.NOT_REPORTED, id="R2 to zero"),
        pytest.param(measure(5, 0, None), Rule.R3, Status.NO_TARGET, id="R3 nothing done"),
        pytest.param(measure(5, 0, 3), Rule.R3, Status.UNPLANNED, id="R3 something done"),
        pytest.param(measure(5, 0, 0), Rule.R3, Status.UNPLANNED, id="R3 a reported 0"),
        pytest.param(measure(5, 0, 3, **LEVEL), Rule.R3, Status.UNPLANNED, id="R3 over R7"),
        pytest.param(measure(0, 0, 0, **KEEP), Rule.R3, Status.UNPLANNED, id="R3 kept at 0"),
        pytest.param(measure(109, 54, 163, **LEVEL), Rule.R7, Status.UNANSWERED, id="R7"),
        pytest.param(measure(109, 54, 5, **ADDED), Rule.R7, Status.UNANSWERED, id="R7 increment"),
    ],
)
def test_rules_that_rate_nothing(measurement, rule, status):
    assert rate(measurement) == Achievement(rule, status)
    assert rate(measurement).score is None


@pytest.mark.parametrize(
    ("measurement", "rule", "formula", "value"),
    [
        pytest.param(measure(25, 35, 39), "R4", "C/B", "39/35", id="R4 count"),
        pytest.param(measure(None, 35, 7), "R4", "C/B", "1/5", id="R4 count without A"),
        pytest.param(measure(7, 7, 7), "R4", "C/B", "1", id="R4 count with B = A"),
        pytest.param(measure(109, 54, 27), "R4", "C/B", "1/2", id="R4 count with B < A"),
        pytest.param(measure(25, 35, 0), "R4", "C/B", "0", id="R4 a reported 0"),
        pytest.param(measure(10, 5, -1), "R4", "C/B", "-1/5", id="R4 a negative C"),
        pytest.param(measure("24.82", 25, "26.29", **RATIO), "R4", "C/B", "2629/2500", id="R4 %"),
        pytest.param(measure(0, 1, 1, **ONCE), "R4", "C/B", "1", id="R4 deliverable"),
        pytest.param(measure(None, 8, 6, **LEVEL), "R4", "C/B", "3/4", id="R4 level without A"),
        pytest.param(measure(None, 8, 6, **ADDED), "R4", "C/B", "3/4", id="R4 added to no A"),
        pytest.param(
            measure(5, 10, 4, reported_as=ReportedAs.INCREMENT),
            "R4",
            "C/B",
            "2/5",
            id="R4 a count starts from 0, so its increment is its total",
        ),
        pytest.param(measure(50, 60, 58, **LEVEL), "R5", "(C-A)/(B-A)", "4/5", id="R5 level"),
        pytest.param(measure(50, 60, 50, **LEVEL), "R5", "(C-A)/(B-A)", "0", id="R5 C = A"),
        pytest.param(measure(50, 60, 60, **LEVEL), "R5", "(C-A)/(B-A)", "1", id="R5 C = B"),
        pytest.param(measure(50, 60, 45, **LEVEL), "R5", "(C-A)/(B-A)", "-1/2", id="R5 C < A"),
        pytest.param(measure(50, 60, 80, **LEVEL), "R5", "(C-A)/(B-A)", "3", id="R5 C > B"),
        pytest.param(measure(0, 60, 45, **LEVEL), "R5", "(C-A)/(B-A)", "3/4", id="R5 A = 0"),
        pytest.param(measure(427, 432, 5, **ADDED), "R5", "(C-A)/(B-A)", "1", id="R5 increment"),
        pytest.param(measure(427, 432, 2, **ADDED), "R5", "(C-A)/(B-A)", "2/5", id="R5 added 2"),
        pytest.param(measure(455, 455, 455, **LEVEL), "R6", "C/B", "1", id="R6 B = A"),
        pytest.param(measure(455, 455, 91, **LEVEL), "R6", "C/B", "1/5", id="R6 fallen"),
        pytest.param(measure(10, 10, 2, **ADDED), "R6", "C/B", "6/5", id="R6 B = A, increment"),
        pytest.param(measure(9, 10, 8, **KEEP), "R6", "C/B", "4/5", id="R6 maintain"),
        pytest.param(
            measure(9, 10, 9, **KEEP, **LEVEL), "R6", "C/B", "9/10", id="R6 maintain, B > A"
        ),
        pytest.param(
            measure(20, 10, 9, **KEEP, **LEVEL), "R6", "C/B", "9/10", id="R6 maintain, B < A"
        ),
        pytest.param(measure(None, 10, 9, **KEEP), "R6", "C/B", "9/10", id="R6 without A"),
        pytest.param(measure(9, 10, 1, **KEEP, **ADDED), "R6", "C/B", "1", id="R6 A + C"),
        pytest.param(measure(40, 30, 35, **DOWN), "R8", "(A-C)/(A-B)", "1/2", id="R8 half way"),
        pytest.param(measure(40, 30, 30, **DOWN), "R8", "(A-C)/(A-B)", "1", id="R8 C = B"),
        pytest.param(measure(40, 30, 20, **DOWN), "R8", "(A-C)/(A-B)", "2", id="R8 beyond"),
        pytest.param(measure(40, 30, 45, **DOWN), "R8", "(A-C)/(A-B)", "-1/2", id="R8 C > A"),
        pytest.param(measure(40, 0, 10, **DOWN), "R8", "(A-C)/(A-B)", "3/4", id="R8 to zero"),
        pytest.param(
            measure(40, 30, -5, **DOWN, **ADDED), "R8", "(A-C)/(A-B)", "1/2", id="R8 5 fewer"
        ),
        pytest.param(measure(None, 30, 30, **DOWN), "R8", "C<=B", "1", id="R8 no A, C = B"),
        pytest.param(measure(None, 30, 10, **DOWN), "R8", "C<=B", "1", id="R8 no A, C < B"),
        pytest.param(measure(None, 30, 40, **DOWN), "R8", "B/C", "3/4", id="R8 no A, C > B"),
        pytest.param(measure(30, 30, 29, **DOWN), "R8", "C<=B", "1", id="R8 A = B, C < B"),
        pytest.param(measure(30, 30, 60, **DOWN), "R8", "B/C", "1/2", id="R8 A = B, C > B"),
        pytest.param(measure(20, 30, 25, **DOWN), "R8", "C<=B", "1", id="R8 A < B, C < B"),
        pytest.param(measure(20, 30, 50, **DOWN), "R8", "B/C", "3/5", id="R8 A < B, C > B"),
        pytest.param(measure(None, 0, 0, **DOWN), "R8", "C<=B", "1", id="R8 zero allowed, kept"),
        pytest.param(measure(None, 0, 4, **DOWN), "R8", "B/C", "0", id="R8 zero allowed, broken"),
    ],
)
def test_rules_worked_by_hand(measurement, rule, formula, value):
    achievement = rate(measurement)

    assert achievement.rule == rule
    assert achievement.formula == formula
    assert is_exactly(achievement.value, value)


def test_a_negative_limit_that_was_not_kept_is_zero_not_a_crash():
    assert rate(measure(None, -5, 0, **DOWN)).value == 0
    assert rate(measure(None, -5, 3, **DOWN)).value == 0


def test_a_limit_below_1_is_a_ratio_like_any_other():
    # Half a case was allowed and 0.8 came: 0.5 ÷ 0.8.
    assert rate(measure(None, "0.5", "0.8", **DOWN)).value == D("0.625")


@pytest.mark.parametrize("method", Method)
@pytest.mark.parametrize(
    ("measurement", "status"),
    [
        pytest.param(measure(5, None, None), Status.NO_TARGET, id="R1"),
        pytest.param(measure(5, None, 1), Status.UNPLANNED, id="R1 done"),
        pytest.param(measure(5, 6, None), Status.NOT_REPORTED, id="R2"),
        pytest.param(measure(5, 0, 1, **LEVEL), Status.UNPLANNED, id="R3"),
    ],
)
def test_r1_to_r3_hold_in_every_method(method, measurement, status):
    assert rate(measurement, method=method) == rate(measurement)
    assert rate(measurement, method=method).status is status


@pytest.mark.parametrize(
    ("measurement", "value"),
    [
        pytest.param(measure(427, 432, 216), "1/2", id="count"),
        pytest.param(measure(427, 432, 216, **LEVEL), "1/2", id="level in spite of A"),
        pytest.param(measure(109, 54, 163, **LEVEL), "163/54", id="level with B < A"),
        pytest.param(measure(427, 432, 5, **ADDED), "1", id="an increment is added first"),
        pytest.param(measure(9, 10, 8, **KEEP), "4/5", id="maintain"),
        pytest.param(measure(40, 30, 25, **DOWN), "1", id="decrease, C < B"),
        pytest.param(measure(40, 30, 30, **DOWN), "1", id="decrease, C = B"),
        pytest.param(measure(40, 30, 40, **DOWN), "3/4", id="decrease, C > B in spite of A"),
        pytest.param(measure(40, 0, 10, **DOWN), "0", id="decrease to zero, broken"),
    ],
)
def test_target_ratio_is_c_over_b_throughout(measurement, value):
    achievement = rate(measurement, method=Method.TARGET_RATIO)
    assert is_exactly(achievement.value, value)


@pytest.mark.parametrize(
    ("measurement", "value"),
    [
        pytest.param(measure(50, 60, 55), "1/2", id="count"),
        pytest.param(measure(20, 30, 26, **RATIO), "3/5", id="ratio"),
        pytest.param(measure(50, 60, 55, **LEVEL), "1/2", id="level"),
        pytest.param(measure(427, 432, 5, **ADDED), "1", id="increment"),
        pytest.param(measure(60, 50, 55, **DOWN), "1/2", id="decrease"),
        pytest.param(measure(109, 54, 163, **LEVEL), "-54/55", id="B < A is not asked about"),
        pytest.param(measure(8, 10, 9, **KEEP), "1/2", id="maintain"),
        pytest.param(measure(None, 60, 30), "1/2", id="falls back without A"),
        pytest.param(measure(60, 60, 30), "1/2", id="falls back for B = A"),
        pytest.param(measure(None, 30, 60, **DOWN), "1/2", id="decrease falls back without A"),
        pytest.param(measure(30, 30, 60, **DOWN), "1/2", id="decrease falls back for B = A"),
        pytest.param(measure(30, 30, 20, **DOWN), "1", id="decrease falls back, within"),
    ],
)
def test_progress_is_the_way_covered_throughout(measurement, value):
    achievement = rate(measurement, method=Method.PROGRESS)
    assert is_exactly(achievement.value, value)


# --- Status, score, badges ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "status"),
    [
        ("3", Status.ACHIEVED),
        ("1", Status.ACHIEVED),
        ("0.9999999999999999999999999999", Status.MOSTLY),
        ("0.8", Status.MOSTLY),
        ("0.7999999999999999999999999999", Status.PARTLY),
        ("0.5", Status.PARTLY),
        ("0.4999999999999999999999999999", Status.LOW),
        ("0", Status.LOW),
        ("-1", Status.LOW),
    ],
)
def test_a_band_begins_on_its_lower_bound(value, status):
    assert Bands().status(D(value)) is status


@pytest.mark.parametrize(
    ("realization", "status"),
    [
        (90, Status.ACHIEVED),
        ("89.99", Status.MOSTLY),
        (60, Status.MOSTLY),
        ("59.99", Status.PARTLY),
        (30, Status.PARTLY),
        ("29.99", Status.LOW),
    ],
)
def test_bands_are_the_plans_own(realization, status):
    bands = Bands(D("0.9"), D("0.6"), D("0.3"))
    assert rate(measure(None, 100, realization), bands=bands).status is status


@pytest.mark.parametrize(
    ("measurement", "score"),
    [
        pytest.param(measure(50, 60, 45, **LEVEL), 0, id="never below 0"),
        pytest.param(measure(None, 35, 39), 1, id="never above 1"),
        pytest.param(measure(None, 8, 6), D("0.75"), id="else the achievement"),
        pytest.param(measure(None, 8, 0), 0, id="a reported 0"),
    ],
)
def test_score_is_the_achievement_within_0_and_1(measurement, score):
    assert rate(measurement).score == score


def badges_of(measurement):
    return set(badges(measurement, rate(measurement)))


@pytest.mark.parametrize(
    ("realization", "found"),
    [
        pytest.param(100, set(), id="on target"),
        pytest.param(110, set(), id="exactly 110 % and 10 points off"),
        pytest.param("110.01", {Badge.EXCEEDED, Badge.DEVIATION}, id="just above 110 %"),
        pytest.param(90, set(), id="exactly 10 points short"),
        pytest.param("89.99", {Badge.DEVIATION}, id="more than 10 points short"),
        pytest.param(None, set(), id="nothing reported"),
    ],
)
def test_badges_on_their_edges(realization, found):
    assert badges_of(measure(None, 100, realization)) == found


@pytest.mark.parametrize(
    ("measurement", "is_behind"),
    [
        pytest.param(measure(50, 60, 49), True, id="C < A < B"),
        pytest.param(measure(50, 50, 49), True, id="C < A = B"),
        pytest.param(measure(50, 60, 50), False, id="C = A"),
        pytest.param(measure(50, 40, 45), False, id="B < A asks something else"),
        pytest.param(measure(427, 432, 5, **ADDED), False, id="an increment is added first"),
        pytest.param(measure(50, 40, 51, **DOWN), True, id="decrease, C > A > B"),
        pytest.param(measure(50, 40, 50, **DOWN), False, id="decrease, C = A"),
        pytest.param(measure(50, 60, 55, **DOWN), False, id="decrease with B > A"),
        pytest.param(measure(None, 60, 5), False, id="no A"),
        pytest.param(measure(50, None, 5), False, id="no B"),
        pytest.param(measure(50, 60, None), False, id="no C"),
    ],
)
def test_behind_the_baseline(measurement, is_behind):
    assert (Badge.BEHIND_BASELINE in badges_of(measurement)) is is_behind


# --- Roll-up -----------------------------------------------------------------------------------


def rated(b, c, weight=1, **settings):
    return Rated(achievement=rate(measure(None, b, c, **settings)), weight=D(weight))


FULL, HALF, NONE = rated(10, 10), rated(10, 5), rated(10, 0)
THRICE, SILENT = rated(10, 30), rated(10, None)
NO_TARGET, UNPLANNED = rated(None, None), rated(None, 4)
OPEN = Rated(achievement=rate(measure(109, 54, 163, **LEVEL)))


def test_mean_is_taken_over_scores():
    summary = summarise([THRICE, HALF])
    assert summary.mean == D("0.75")
    assert summary.mean_uncapped == D("1.75")


def test_mean_is_weighted():
    assert summarise([rated(10, 10, weight=3), rated(10, 5, weight=1)]).mean == D("0.875")


def test_weight_0_stays_out_of_the_mean_and_in_the_counts():
    summary = summarise([FULL, rated(10, 0, weight=0)])
    assert summary.mean == 1
    assert (summary.indicators, summary.due, summary.reported) == (2, 2, 2)


def test_without_any_weight_there_is_no_mean():
    assert summarise([rated(10, 5, weight=0)]).mean is None
    assert weighted_mean([]) is None


def test_median_of_an_odd_and_an_even_number_of_scores():
    assert summarise([THRICE, HALF, NONE]).median == D("0.5")
    assert summarise([THRICE, HALF]).median == D("0.75")


def test_counts_of_a_group():
    summary = summarise([FULL, HALF, NONE, THRICE, SILENT, NO_TARGET, UNPLANNED, OPEN])

    assert (summary.indicators, summary.due, summary.reported) == (8, 6, 5)
    assert {status.value: count for status, count in summary.statuses.items()} == {
        "achieved": 2,
        "mostly": 0,
        "partly": 1,
        "low": 1,
        "unverified": 0,
        "not_reported": 1,
        "no_target": 1,
        "unplanned": 1,
        "unanswered": 1,
    }
    assert (summary.exceeded, summary.deviations) == (1, 3)


def test_what_is_reported_and_not_verified_is_due_not_counted_and_never_0():
    waiting = Rated(achievement=rate(replace(measure(5, 9, None), is_unverified=True)))
    assert waiting.achievement.status is Status.UNVERIFIED
    assert waiting.achievement.value is None

    for unreported, mean in ((Unreported.SKIP, D("0.75")), (Unreported.ZERO, D("0.5"))):
        summary = summarise([FULL, HALF, SILENT, waiting], unreported=unreported)
        assert (summary.due, summary.reported) == (4, 2)
        assert (summary.count(Status.UNVERIFIED), summary.count(Status.NOT_REPORTED)) == (1, 1)
        # 1 and 0,5, and a 0 for what is missing alone.
        assert (summary.mean, summary.mean_unreported_zero) == (mean, D("0.5"))


def test_without_a_target_a_number_that_is_not_verified_is_nothing_yet():
    waiting = rate(replace(measure(5, None, None), is_unverified=True))
    assert (waiting.rule, waiting.status) == (Rule.R1, Status.NO_TARGET)


def test_at_110_percent_a_target_is_not_yet_exceeded():
    summary = summarise([rated(100, 110), rated(100, "110.01"), rated(100, 90)])
    assert (summary.exceeded, summary.deviations) == (1, 1)


def test_an_empty_group_counts_nothing():
    for summary in (EMPTY_SUMMARY, summarise([])):
        counts = (summary.indicators, summary.due, summary.reported)
        assert (*counts, summary.exceeded, summary.deviations) == (0, 0, 0, 0, 0)


def test_reporting_rate_is_reported_over_due():
    assert summarise([FULL, SILENT, SILENT, NONE, NO_TARGET]).reporting_rate == D("0.5")


def test_what_awaits_an_answer_is_reported_and_not_in_the_mean():
    summary = summarise([OPEN, HALF])
    assert (summary.due, summary.reported, summary.mean) == (2, 2, D("0.5"))


def test_the_unreported_stay_out_or_count_as_0():
    group = [FULL, HALF, SILENT]
    skipped, counted = summarise(group), summarise(group, unreported=Unreported.ZERO)

    assert (skipped.mean, skipped.median, skipped.mean_uncapped) == (
        D("0.75"),
        D("0.75"),
        D("0.75"),
    )
    assert (counted.mean, counted.median, counted.mean_uncapped) == (D("0.5"), D("0.5"), D("0.5"))
    assert skipped.mean_unreported_zero == counted.mean_unreported_zero == D("0.5")
    assert skipped.reported == counted.reported == 2


def test_an_unreported_indicator_keeps_its_weight_when_it_counts_as_0():
    group = [rated(10, 10, weight=1), rated(10, None, weight=3)]
    assert summarise(group, unreported=Unreported.ZERO).mean == D("0.25")


def test_what_was_not_due_never_counts_as_0():
    group = [FULL, NO_TARGET, UNPLANNED, OPEN]
    assert summarise(group, unreported=Unreported.ZERO).mean == 1


@pytest.mark.parametrize("unreported", Unreported)
@pytest.mark.parametrize(
    "group",
    [
        pytest.param([], id="empty"),
        pytest.param([NO_TARGET, UNPLANNED], id="nothing due"),
        pytest.param([OPEN], id="nothing rated"),
    ],
)
def test_a_group_without_a_rating_has_no_mean_never_0(group, unreported):
    summary = summarise(group, unreported=unreported)
    assert summary.mean is None
    assert summary.mean_uncapped is None
    assert summary.median is None
    assert summary.mean_unreported_zero is None


def test_nothing_due_has_no_reporting_rate():
    assert summarise([NO_TARGET]).reporting_rate is None
    assert EMPTY_SUMMARY.reporting_rate is None
    assert EMPTY_SUMMARY.mean is None
    assert EMPTY_SUMMARY.count(Status.ACHIEVED) == 0


def test_nothing_reported_of_something_due_is_a_rate_of_0():
    assert summarise([SILENT]).reporting_rate == 0


def test_roll_up_keeps_first_appearance_and_leaves_out_rows_without_a_key():
    keys = {id(FULL): "b", id(HALF): "a", id(NONE): "b", id(THRICE): None}
    summaries = roll_up([FULL, HALF, NONE, THRICE], lambda row: keys[id(row)])

    assert list(summaries) == ["b", "a"]
    assert [summary.mean for summary in summaries.values()] == [D("0.5"), D("0.5")]


def counting(id, counted_with=None, c=10):
    achievement = rate(measure(None, 10, c))
    return Rated(achievement=achievement, id=id, counted_with=counted_with)


def test_a_value_that_two_rows_tell_is_counted_once_where_both_are():
    first, twin, other = counting(1), counting(2, counted_with=1), counting(3, c=5)

    summary = summarise([first, twin, other])

    assert (summary.indicators, summary.mean) == (2, D("0.75"))
    assert counted_once([first, twin, other]) == [first, other]
    assert counted_once([twin, other]) == [twin, other]


# --- What holds for all numbers ----------------------------------------------------------------

amounts = st.decimals(min_value=0, max_value=10**11 - 1, places=4)
any_amounts = st.decimals(min_value=-(10**11) + 1, max_value=10**11 - 1, places=4)


def measurements(numbers=any_amounts, **fixed):
    return st.builds(
        Measurement,
        baseline=fixed.get("baseline", st.none() | numbers),
        target=fixed.get("target", st.none() | numbers),
        realization=fixed.get("realization", st.none() | numbers),
        kind=st.sampled_from(Kind),
        direction=fixed.get("direction", st.sampled_from(Direction)),
        reported_as=st.sampled_from(ReportedAs),
    )


# A machine busy with other things draws slowly; that says nothing about the numbers.
unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
methods = st.sampled_from(Method)
rows = st.builds(
    Rated,
    achievement=st.builds(rate, measurements(), method=methods),
    weight=st.decimals(min_value=0, max_value="9999.99", places=2),
)


@unhurried
@given(measurements(), methods)
def test_every_measurement_has_an_outcome(measurement, method):
    achievement = rate(measurement, method=method)
    assert (achievement.value is None) == (achievement.formula is None)


@unhurried
@given(measurements(amounts, target=amounts, realization=amounts), methods)
def test_a_ratio_of_amounts_is_never_negative(measurement, method):
    achievement = rate(measurement, method=method)
    if achievement.formula in (Formula.RATIO, Formula.OVER_LIMIT):
        assert achievement.value >= 0


@unhurried
@given(measurements(), methods)
def test_a_score_lies_within_0_and_1(measurement, method):
    score = rate(measurement, method=method).score
    assert score is None or 0 <= score <= 1


@unhurried
@given(measurements(realization=st.none()), methods)
def test_a_missing_realization_is_never_read_as_0(measurement, method):
    achievement = rate(measurement, method=method)
    assert achievement.value is None
    assert achievement.status in (Status.NOT_REPORTED, Status.NO_TARGET)


@unhurried
@given(measurements(target=st.none()), methods)
def test_a_missing_target_is_never_read_as_0(measurement, method):
    achievement = rate(measurement, method=method)
    assert (achievement.rule, achievement.value) == (Rule.R1, None)


positive = st.decimals(min_value="0.0001", max_value=10**11 - 1, places=4)


@unhurried
@given(
    measurements(
        amounts,
        direction=st.just(Direction.INCREASE),
        baseline=st.none() | amounts,
        target=positive,
        realization=amounts,
    ),
    amounts,
    st.sampled_from([Method.BY_KIND, Method.TARGET_RATIO]),
)
def test_more_is_never_worse_where_an_increase_is_wanted(measurement, other, method):
    low, high = _two(measurement, other, method)
    assert low <= high


@unhurried
@given(
    measurements(
        amounts,
        direction=st.just(Direction.DECREASE),
        baseline=st.none() | amounts,
        target=amounts,
        realization=amounts,
    ),
    amounts,
    st.sampled_from([Method.BY_KIND, Method.TARGET_RATIO]),
)
def test_more_is_never_better_where_a_decrease_is_wanted(measurement, other, method):
    low, high = _two(measurement, other, method)
    assert low >= high


def _two(measurement, other, method):
    """Return the achievements of the smaller and of the larger realization."""
    values = []
    for realization in sorted((measurement.realization, other)):
        m = Measurement(
            measurement.baseline,
            measurement.target,
            realization,
            measurement.kind,
            measurement.direction,
            measurement.reported_as,
        )
        values.append(rate(m, method=method).value)
    assume(None not in values)
    return values


@unhurried
@given(st.lists(rows, max_size=12).flatmap(lambda g: st.tuples(st.just(g), st.permutations(g))))
def test_means_do_not_depend_on_the_order_of_the_rows(pair):
    one, other = map(summarise, pair)
    assert one == other


@unhurried
@given(st.lists(rows, max_size=12))
def test_every_indicator_has_exactly_one_status(group):
    summary = summarise(group)
    assert sum(summary.statuses.values()) == summary.indicators == len(group)
    assert set(summary.statuses) == set(Status)


@unhurried
@given(st.lists(rows, max_size=12), st.sampled_from(Unreported))
def test_a_mean_of_scores_lies_within_0_and_1(group, unreported):
    summary = summarise(group, unreported=unreported)
    for value in (summary.mean, summary.median, summary.mean_unreported_zero):
        assert value is None or 0 <= value <= 1


@unhurried
@given(st.lists(rows, max_size=12))
def test_counting_the_unreported_as_0_never_raises_the_mean(group):
    summary = summarise(group)
    if summary.mean is not None:
        assert summary.mean_unreported_zero <= summary.mean


@unhurried
@given(any_amounts)
def test_a_reason_is_asked_for_exactly_beyond_ten_points(value):
    assert needs_reason(value) == (value < D("0.9") or value > D("1.1"))
