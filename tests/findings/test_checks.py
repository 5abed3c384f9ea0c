"""The checks of docs/domain.md, "Findings": on the real plan, and at their edges.

The lists of the real plan were worked out by hand from the printed table. A place is
unit / code / number of the indicator within the activity.
"""

from collections import Counter
from dataclasses import replace
from decimal import Decimal as D
from hashlib import sha256
from itertools import pairwise
from math import log
from pathlib import Path

import pytest
from django.utils import translation
from hypothesis import assume, given
from hypothesis import strategies as st

from activities import names
from activities.wording import say
from findings.checks import alike, measured, named, outliers, slips, written
from findings.checks import finding as core
from findings.checks.finding import CHECKS, Check, CheckedRow, Severity, as_cell, digest_of
from findings.checks.run import find
from imports import published, readers
from indicators.achievement import Direction, Kind, Measurement, ReportedAs, rate
from indicators.cells import DASHES, CellKind, parse_cell
from tests import rulebook

PLAN = Path(__file__).parents[2] / "fixtures" / "yeap-2024-2026.txt"


def row(a="-", b="-", c="-", *, later=(), **fields):
    """Return a row of 2024 from its cells as written; ``later`` holds the further targets."""
    cells = [parse_cell(text) for text in (a, b, c, *later)]
    targets = dict(enumerate([cells[1], *cells[3:]], start=2024))
    filled = {
        "unit": "7",
        "code": "1.1.1",
        "position": 1,
        "title": "Erişilebilir ulaşım",
        "name": "Engelli yolcuya açık otobüs sayısı",
        "year": 2024,
        **fields,
    }
    filled.setdefault("id", (filled["unit"], filled["code"], filled["position"]))
    return CheckedRow(baseline=cells[0], targets=targets, realization=cells[2], **filled)


def column(*numbers, **fields):
    """Return rows of one unit from (A, B, C) each, with a code of their own."""
    return [
        row(*map(str, each), code=f"1.{at}", title=f"Faaliyet {at}", **fields)
        for at, each in enumerate(numbers, start=1)
    ]


def checks(rows):
    return {finding.check for finding in find(rows)}


def only(rows, check):
    [finding] = [finding for finding in find(rows) if finding.check is check]
    return finding


def answer(finding, code):
    [found] = [answer for answer in finding.answers if answer.code == code]
    return found


# --- The tables of docs/domain.md ---

EXAMPLES = "Findings, by example"
FIELDS = ("unit", "code", "title", "name", "responsible")


def rows_of(text):
    """Return the rows of an example: "A 5 · B 6 ; A 7 · B 8"."""
    return [
        row_of(dict(part.split(" ", 1) for part in said.strip().split(" · ")), at)
        for at, said in enumerate(text.split(" ; "), start=1)
    ]


def row_of(said, at):
    fields = {"code": f"1.{at}", "title": f"Faaliyet {at}", "position": at}
    fields |= {name: said[name] for name in FIELDS if name in said}
    if said.get("kind") == "increment":
        fields |= {"kind": Kind.LEVEL, "reported_as": ReportedAs.INCREMENT}
    elif "kind" in said:
        fields["kind"] = Kind(said["kind"])
    fields["direction"] = Direction(said.get("direction", "increase"))
    fields["unit_unknown"] = said.get("known") == "no"
    fields["unit_elsewhere"] = said.get("own") == "no"
    if "last" in said:
        fields["last"] = parse_cell(said["last"])
    later = [said["B2025"]] if "B2025" in said else []
    return row(*(said.get(letter, "-") for letter in "ABC"), later=later, **fields)


@pytest.mark.parametrize("line", rulebook.lines(EXAMPLES, "check", "asks", "does not ask"))
def test_a_line_of_the_rulebook(line):
    asked = {check.words for check in checks(rows_of(line["asks"]))}
    not_asked = {check.words for check in checks(rows_of(line["does not ask"]))}

    assert line["check"] in asked
    assert line["check"] not in not_asked


def test_the_rulebook_names_every_check_once_with_its_weight():
    lines = rulebook.table("Findings", "check", "asks where", "weight")

    assert {line["check"]: line["weight"] for line in lines} == {
        check.words: check.severity.value for check in Check
    }
    assert len(lines) == len(Check)


def test_the_rulebook_has_an_example_of_every_check():
    lines = rulebook.table(EXAMPLES, "check", "asks")
    assert {line["check"] for line in lines} == {check.words for check in Check}


def test_every_check_is_one_registered_function_and_every_function_a_check():
    """Some are run by ``find`` itself, as one quiets the other."""
    functions = {
        *CHECKS.of_rows,
        *CHECKS.of_plans,
        measured.check_far_off,
        measured.check_increment,
        slips.check_row_slips,
    }
    told = {function: set() for function in functions}
    for line in rulebook.table(EXAMPLES, "check", "asks"):
        rows = rows_of(line["asks"])
        for function in functions:
            over_plan = function in CHECKS.of_plans or function is slips.check_row_slips
            found = function(rows) if over_plan else filter(None, map(function, rows))
            told[function] |= {finding.check for finding in found}
    by_check = Counter(check for found in told.values() for check in found)

    assert by_check == dict.fromkeys(Check, 1)
    assert all(told.values())
    assert told[measured.check_increment] == set(core.INCREMENTS)


@pytest.mark.parametrize("line", rulebook.lines("Findings", "check", "at the desk"))
def test_what_is_asked_at_the_desk(line):
    examples = rulebook.table(EXAMPLES, "check", "asks")
    found = {
        finding.check.words
        for example in examples
        if example["check"] == line["check"]
        for finding in find(rows_of(example["asks"]), alone=True)
    }
    at_desk = {check.words for check in core.AT_DESK}
    assert (line["check"] in found) is (line["check"] in at_desk) is (line["at the desk"] == "yes")


@pytest.mark.parametrize("line", rulebook.lines("Findings", "check", "2024"))
def test_the_rulebook_counts_the_real_plan(line, found):
    counts = {check.words: len(places) for check, places in found.items()}
    assert counts[line["check"]] == int(line["2024"])


WORDS = [
    word
    for line in rulebook.table("Findings, by example", "what they say", "words")
    for word in line["words"].split(", ")
]


@pytest.mark.parametrize("word", WORDS)
def test_a_word_without_content_does_not_help_a_name(word):
    assert named.check_vague(row(name=f"Kadın {word}"))
    assert named.check_vague(row(name=f"Kadın {names.fold(word).upper()}"))


def test_the_rulebook_names_every_word_without_content():
    assert {names.fold(word) for word in WORDS} == named.EMPTY_WORDS


# --- The real plan, 2024 ---


@pytest.fixture(scope="module")
def plan():
    _reader, lines = readers.read(PLAN)
    table = published.parse(lines)
    assert not table.errors
    return [
        CheckedRow(
            id=number * 1000 + position,
            unit=activity.owner.number,
            code=activity.code,
            position=position,
            title=activity.title,
            name=indicator.name,
            year=2024,
            baseline=indicator.baseline,
            targets=indicator.targets,
            realization=indicator.realization,
            department=activity.owner.name,
            responsible=indicator.responsible,
            kind=Kind.RATIO if indicator.is_percent else Kind.COUNT,
        )
        for number, activity in enumerate(table.activities)
        for position, indicator in enumerate(activity.indicators, start=1)
    ]


@pytest.fixture(scope="module")
def found(plan):
    """Return the places of the rows of every finding, by check."""
    places = {each.id: each.place for each in plan}
    result = {check: [] for check in Check}
    for finding in find(plan):
        result[finding.check].append(" ".join(places[id] for id in finding.rows))
    return result


REAL = {
    Check.TEXT: ["11.2/8.2/1"],
    Check.MISSING: ["11.2/1.1.2/2", "11.2/2.1.8/1", "11.2/2.1.7/1"],
    Check.UNPLANNED: ["11.2/1.3.3/1", "11.3/4.5.1/1", "11.3/4.5.1/2"],
    # 7.88 among percents; "Dijital eğitim sayısı" and "… yararlanan kadın" in percent.
    Check.MIXED_UNITS: ["8/2.1.5/1", "8/7.3.7/1", "10/1.2.4/1"],
    Check.AMBIGUOUS_NUMBER: [],
    Check.TARGET_BELOW_BASELINE: ["4/4.2.8/1", "11.1/4.2.1/2"],
    # 50 → 150; 5 → 20; 2869 → 200 and 200 → 600; 4 → 12.
    Check.TARGET_JUMP: ["8/7.2.1/1", "11.1/3.1.7/1", "11.1/4.2.1/2", "11.3/2.2.1/1"],
    Check.INCREMENT_CERTAIN: [
        "7/4.1.2/1",
        "7/4.4.3/1",
        "7/4.4.5/1",
        "11.2/3.1.2/1",
        "11.2/5.1.4/2",
    ],
    Check.INCREMENT_LIKELY: [
        "7/4.4.3/2",
        "7/4.4.3/3",
        "11.2/3.1.1/1",
        "11.2/3.1.3/1",
        "11.2/3.1.4/1",
        "11.2/5.1.1/1",
        "11.2/5.1.4/1",
        "11.2/6.1.5/1",
        "11.2/7.1.1/1",
        "11.2/7.1.2/1",
        "11.2/7.3.4/1",
        "11.2/8.2/2",
        "11.2/8.3/1",
    ],
    Check.FAR_BEYOND: [],
    # 7 of 1; 15 of 2; 20 of 3; 0 of 2; 4882 of 200; 170 of 25. There is no year before.
    Check.FAR_OFF: [
        "8/7.3.5/1",
        "10/1.1.5/1",
        "11.1/1.1.6/1",
        "11.1/2.1.7/1",
        "11.1/4.2.1/2",
        "12/3.1.9/1",
    ],
    # 129 ratios; median 1,053; C/B below 0,192 or above 5,789; those asked above left out.
    Check.OUTLIER: [
        "7/4.1.2/1",
        "7/4.4.3/2",
        "7/4.4.3/3",
        "7/4.4.5/1",
        "10/4.3.1/1",
        "10/4.3.2/1",
        "10/4.3.3/1",
        "10/4.3.4/2",
        "10/4.3.5/2",
        "10/4.3.6/1",
        "11.2/3.1.2/1",
        "11.2/5.1.1/1",
        "11.2/5.1.4/1",
        "11.2/5.1.4/2",
    ],
    Check.ROW_SLIP: [
        "10/4.3.1/1 10/4.3.2/1 10/4.3.3/1 10/4.3.4/1 10/4.3.4/2 10/4.3.5/1 10/4.3.5/2 10/4.3.6/1"
    ],
    Check.TWIN_ROWS: [
        "7/4.4.2/1 7/4.4.2/2 7/4.4.2/3",
        "8/7.2.4/1 9/7.2.4/1",
        "9/4.1.5/1 9/4.3.8/1",
        "10/1.2.3/1 11.1/3.1.5/1 12/4.2.3/1",
        "11.2/8.1/1 11.2/8.1.2/1",
    ],
    Check.CODE_CLASH: [
        "4/4.2.4/1 12/4.2.4/1",
        "4/4.2.8/1 11.2/4.2.8/1",
        "8/7.2.4/1 9/7.2.4/1",
    ],
    Check.SHARED_ACTIVITY: [
        "9/1.5.2/1 10/1.5.2/1",
        "10/5.1.4/1 10/5.1.4/2 11.2/5.1.4/1 11.2/5.1.4/2",
        "11.1/2.1.7/1 11.2/2.1.7/1",
    ],
    Check.REPEATED_TITLE: ["8/7.2.3/1 8/7.2.4/1"],
    Check.UNIT_NAME: [],
    Check.REGRESSION: [
        "4/4.2.5/1",
        "7/4.1.2/1",
        "7/4.4.3/1",
        "7/4.4.3/2",
        "7/4.4.3/3",
        "7/4.4.5/1",
        "8/2.1.5/1",
        "10/2.1.6/1",
        "10/4.3.2/1",
        "10/4.3.4/1",
        "10/4.3.5/1",
        "10/4.3.5/2",
        "11.2/3.1.1/1",
        "11.2/3.1.2/1",
        "11.2/3.1.3/1",
        "11.2/3.1.4/1",
        "11.2/5.1.1/1",
        "11.2/5.1.4/1",
        "11.2/5.1.4/2",
        "11.2/6.1.5/1",
        "11.2/7.1.1/1",
        "11.2/7.1.2/1",
        "11.2/7.1.3/1",
        "11.2/7.3.4/1",
        "11.2/8.2/2",
        "11.2/8.3/1",
    ],
    Check.OUT_OF_RANGE: [],
    # The parser has put the damaged letters of the headings right.
    Check.DAMAGED_LETTERS: [],
    Check.DOUBLE_BARRELLED: ["7/4.1.1/1", "10/4.5.4/1", "10/4.5.5/1", "11.2/7.3.4/1"],
    Check.VAGUE: [
        "6/3.1.8/1",
        "7/4.4.5/1",
        "10/1.1.5/1",
        "10/1.5.4/2",
        "10/4.3.1/1",
        "10/4.3.3/1",
        "10/4.3.4/2",
        "10/4.3.6/1",
        "11.1/1.1.4/2",
        "11.1/1.1.8/1",
        "11.2/1.1.1/1",
        "11.2/1.1.2/2",
        "11.2/1.3.2/1",
        "11.2/1.3.3/1",
        "11.2/1.5.3/1",
        "11.2/4.2.8/1",
        "11.2/7.1.3/1",
        "11.2/8.1.2/1",
        "11.2/8.2/2",
        "11.2/8.3/1",
        "11.2/8.4/1",
        "11.3/2.2.4/1",
        "13/4.5.2/1",
    ],
}


@pytest.mark.parametrize("check", list(Check))
def test_the_real_plan_raises_exactly_these(check, found):
    assert sorted(found[check]) == sorted(REAL[check])


def test_the_real_plan_has_22_blocking_findings(plan):
    blocking = [each.check for each in find(plan) if each.severity is Severity.BLOCKING]

    assert Counter(blocking) == {
        Check.TEXT: 1,
        Check.TARGET_BELOW_BASELINE: 2,
        Check.INCREMENT_CERTAIN: 5,
        Check.INCREMENT_LIKELY: 13,
        Check.ROW_SLIP: 1,
    }


def test_findings_come_from_top_to_bottom(plan):
    order = {each.id: at for at, each in enumerate(plan)}

    firsts = [order[finding.rows[0]] for finding in find(plan)]

    assert firsts == sorted(firsts)


def test_keys_are_different_and_fit_the_database(plan):
    keys = [finding.key for finding in find(plan)]

    assert len(set(keys)) == len(keys)
    assert max(map(len, keys)) <= 200
    assert "increment_certain:7/4.1.2/1" in keys
    assert "row_slip:10/4.3.1/1-10/4.3.6/1" in keys


def test_the_answers_of_department_7_lead_to_what_its_page_promises(plan):
    """look/department.html: added, each of the five is fully achieved."""
    increments = [
        finding
        for finding in find(plan)
        if finding.check in core.INCREMENTS and finding.key.split(":")[1].startswith("7/")
    ]
    changed = {}
    for finding in increments:
        changed |= answer(finding, "increment").proposal

    scores = [
        rate(changed.get(each.id, each.measurement)).score for each in plan if each.unit == "7"
    ]

    assert len(increments) == 5
    assert scores == [1] * 10


def test_moving_the_slipped_column_makes_its_rows_fit(plan):
    slip = only(plan, Check.ROW_SLIP)

    moved = list(answer(slip, "slipped").proposal.values())

    # The 3 above them fits the target of 5 in its own row (2.1.6), so 4.3.1 keeps its 15.
    assert slip.rows[0] not in answer(slip, "slipped").proposal
    assert [each.realization for each in moved] == [15, 1, 432, 324, 1990, 1178, 4]
    assert [each.target for each in moved] == [7, 1, 500, 150, 1800, 1000, 2]
    assert str(answer(slip, "slipped").label).endswith("the first keeps its own")


def test_a_slip_answered_as_right_lets_its_rows_be_asked_about_increments(plan):
    slip = only(plan, Check.ROW_SLIP)

    before = {finding.key for finding in find(plan)}
    after = {finding.key for finding in find(plan, dismissed={slip.key})}

    far = {f"far_off:10/{place}" for place in ("4.3.1/1", "4.3.3/1", "4.3.4/2", "4.3.6/1")}
    assert after - before == far | {
        "increment_likely:10/4.3.2/1",
        "increment_likely:10/4.3.5/2",
    }
    # Asked for its own sake, a row is no outlier besides.
    assert before - after == {key.replace("far_off", "outlier") for key in far}


# --- What every finding holds to ---


def test_a_finding_applies_nothing_and_survives_new_ids(plan):
    again = [replace(each, id=f"new {each.id}") for each in plan]

    assert [(f.key, f.digest) for f in find(again)] == [(f.key, f.digest) for f in find(plan)]


# Of the keys and digests of each check's findings on the real plan.
ASKED = {
    "code_clash": "b6c6000c5357",
    "double_barrelled": "4a48b0d92b05",
    "increment_certain": "5f4e40a6fa57",
    "increment_likely": "5b69ffd73bc1",
    "missing": "201f8c2c2a50",
    "mixed_units": "674be7dc69a6",
    "outlier": "22d0006bcfcc",
    "regression": "5dc4b5fac340",
    "repeated_title": "79e5c78b9a65",
    "row_slip": "c462b67de33c",
    "shared_activity": "0594a21d33fe",
    "target_below_baseline": "163af77fb877",
    "target_jump": "a5338514fd5c",
    "text": "d315c2ffaaff",
    "twin_rows": "c1cbf75d42ec",
    "unplanned": "1aa3ac626e61",
    "vague": "85f60a9b8821",
}


@pytest.mark.parametrize("check", ASKED)
def test_answers_given_so_far_stay_with_their_questions(check, plan):
    """Another mark would reopen every answer in every installation; say it in other words only."""
    found = sorted((f.key, f.digest) for f in find(plan) if f.check == check)

    assert digest_of(repr(found)) == ASKED[check]


def said(finding, language="tr"):
    with translation.override(language):
        return say(finding.sentence)


def test_numbers_in_a_line_are_said_as_in_tables():
    twins = [row("7848", "10448,5", "-5", name=name) for name in ("Bir", "İki")]
    jump = row("1000", "5000", "5000")

    assert "7.848 · 10.448,5 · −5" in said(only(twins, Check.TWIN_ROWS))
    assert "7,848 · 10,448.5 · −5" in said(only(twins, Check.TWIN_ROWS), "en")
    assert "1.000 → 5.000" in said(only([jump], Check.TARGET_JUMP))


def test_a_0_and_nothing_stay_apart_in_a_line():
    twins = [row("0", "9", "7", name=name) for name in ("Bir", "İki")]
    jump = row("10", "30", "30", later=("",))

    assert "0 · 9 · 7" in said(only(twins, Check.TWIN_ROWS))
    assert "10 → 30 → —: bir" in said(only([jump], Check.TARGET_JUMP))


def test_the_values_of_several_units_do_not_read_like_clock_times():
    rows = [
        row("-", "1", value, unit=unit, title="Durak", position=position)
        for unit, position, value in (("10", 1, "-"), ("10", 2, "1234"), ("11.2", 1, "%5"))
    ]

    told = said(only(rows, Check.SHARED_ACTIVITY))

    assert "bildirilmiş: 10 (-, 1.234) · 11.2 (%5)." in told
    assert ": -" not in told


def test_an_activity_of_three_units_is_asked_about_once():
    rows = [row(unit=unit, title="Durak") for unit in ("8", "9", "10")]
    assert only(rows, Check.SHARED_ACTIVITY).key.startswith("shared_activity:1.1.1/")
    assert [each[0] for each in only(rows, Check.SHARED_ACTIVITY).rows] == ["8", "9", "10"]


def test_a_count_that_cannot_be_is_asked_for_plainly():
    finding = only([row("-", "6", "12,5")], Check.OUT_OF_RANGE)

    assert said(finding) == "Adet 12,5 olamaz. Kaç olacak?"


@pytest.mark.parametrize(
    ("name", "cells", "answers"),
    [
        ("Kurs süresi (saat)", ("-", "6", "12,5"), "not_counted typo!"),
        ("Kurs süresi (saat)", ("-", "6", "-1"), "not_counted typo!"),
        ("Eğitim alan kadın sayısı", ("-", "6", "12,5"), "typo!"),
        ("Eğitim alan kadın sayısı", ("-", "6", "−1"), "typo!"),
        ("Hizmet verilen kişi", ("-", "6,5", "7"), "typo!"),
        ("Kadınların oranı", ("%50", "%60", "%101"), "correct_as_written typo!"),
    ],
)
def test_a_count_that_cannot_be_is_mended_or_is_no_count(name, cells, answers):
    """Nobody says of half a person that it is right as written."""
    finding = only([row(*cells, name=name)], Check.OUT_OF_RANGE)
    given = [f"{each.code}{'' if each.settles else '!'}" for each in finding.answers]
    assert " ".join(given) == answers


def test_the_digest_changes_with_the_numbers_and_the_key_does_not():
    five = only([row("427", "432", "5")], Check.INCREMENT_CERTAIN)
    other = only([row("428", "433", "5")], Check.INCREMENT_CERTAIN)

    assert five.key == other.key
    assert five.digest != other.digest


def test_a_database_and_a_file_ask_the_same():
    as_typed = row("427", "432", "5")
    stored = replace(
        as_typed,
        baseline=as_cell(D("427.0000"), "427"),
        targets={2024: as_cell(D("432.0000"), "432")},
        realization=as_cell(D("5.0000"), "5"),
    )
    one = only([as_typed], Check.INCREMENT_CERTAIN)
    other = only([stored], Check.INCREMENT_CERTAIN)

    assert str(one.sentence) == str(other.sentence)
    assert one.digest == other.digest


@pytest.mark.parametrize(
    ("value", "text", "expected"),
    [
        (None, "", CellKind.EMPTY),
        (None, " ", CellKind.EMPTY),
        (None, "-", CellKind.DASH),
        (None, "–", CellKind.DASH),
        (None, "belli olacak", CellKind.TEXT),
        (D(0), "0", CellKind.NUMBER),
        (D(5), "", CellKind.NUMBER),
    ],
)
def test_a_stored_cell_stays_what_it_was(value, text, expected):
    assert as_cell(value, text).kind is expected


def test_a_stored_cell_knows_its_percent_sign_and_its_doubt():
    assert as_cell(D(40), "%40").is_percent
    assert not as_cell(D("7.88"), "7.88", is_percent=True).is_percent
    assert as_cell(D(40), is_percent=True).is_percent
    assert as_cell(D(1234), "1.234").is_ambiguous
    assert not as_cell(D(1234), "1234").is_ambiguous


# The codes are stored with every answer; "!" marks those that leave the question open until
# somebody has corrected what is written.
ANSWERS = {
    Check.TEXT: "typo! no_number",
    Check.MISSING: "nothing_done to_come! not_measured",
    Check.UNPLANNED: "correct_as_written no_value",
    Check.MIXED_UNITS: "percent number",
    Check.AMBIGUOUS_NUMBER: "thousands decimal",
    Check.TARGET_BELOW_BASELINE: "target_is_increment is_decrease correct_as_written typo!",
    Check.TARGET_JUMP: "correct_as_written typo!",
    Check.INCREMENT_CERTAIN: "increment total",
    Check.INCREMENT_LIKELY: "increment total",
    Check.FAR_BEYOND: "correct_as_written typo!",
    Check.FAR_OFF: "correct_as_written typo!",
    Check.OUTLIER: "correct_as_written typo!",
    Check.ROW_SLIP: "slipped correct_as_written typo!",
    Check.TWIN_ROWS: "counted_twice coincidence shared",
    Check.CODE_CLASH: "correct_as_written typo!",
    Check.SHARED_ACTIVITY: "each_its_own counted_twice different",
    Check.REPEATED_TITLE: "one_activity different",
    Check.UNIT_NAME: "correct_as_written choose_unit!",
    Check.REGRESSION: "correct_as_written typo!",
    Check.OUT_OF_RANGE: "",  # what a percent and a count are asked is below
    Check.DAMAGED_LETTERS: "repair correct_as_written",
    Check.DOUBLE_BARRELLED: "one_thing split!",
    Check.VAGUE: "clear rename!",
}


@pytest.mark.parametrize("line", rulebook.lines(EXAMPLES, "check", "asks"))
def test_what_can_be_answered(line):
    [finding] = [f for f in find(rows_of(line["asks"])) if f.check.words == line["check"]]
    given = [f"{each.code}{'' if each.settles else '!'}" for each in finding.answers]

    if finding.check is not Check.OUT_OF_RANGE:
        assert " ".join(given) == ANSWERS[finding.check]


def test_words_that_answers_and_commands_hold():
    assert " ".join(Check) == (
        "text missing unplanned mixed_units ambiguous_number target_below_baseline target_jump "
        "increment_certain increment_likely far_beyond far_off outlier row_slip twin_rows "
        "code_clash shared_activity repeated_title unit_name regression out_of_range "
        "damaged_letters double_barrelled vague"
    )
    assert " ".join(Severity) == "blocking question information"


@pytest.mark.parametrize(
    ("example", "check", "told"),
    [
        ("B 5 · C ogun", Check.TEXT, "Instead of a realization, “ogun” is written."),
        ("A çok · B ogun", Check.TEXT, "Instead of a baseline, “çok” is written."),
        ("B ogun · B2025 sonra", Check.TEXT, "Instead of a target for 2024, “ogun” is written."),
        ("B 1 · B2025 sonra", Check.TEXT, "Instead of a target for 2025, “sonra” is written."),
        ("B %9", Check.MISSING, "The target is %9 and nothing is reported."),
        ("B 9,50", Check.MISSING, "The target is 9.5 and nothing is reported."),
        ("C 3", Check.UNPLANNED, "There is no target for 2024, but 3 is reported."),
        (
            "A %7,95 · B %8 · C 7.88 · name Kadın oranı",
            Check.MIXED_UNITS,
            "Some numbers of this row have a percent sign, some do not: %7,95 · %8 · 7.88.",
        ),
        (
            "A %5 · B %8 · C - · name Yararlanan kadın",
            Check.MIXED_UNITS,
            "The numbers are percents, but the name does not speak of a ratio: %5 · %8 · -.",
        ),
        (
            "B 8 · C 9 · name Kadın oranı",
            Check.MIXED_UNITS,
            "The name speaks of a ratio, but the numbers have no percent sign: - · 8 · 9.",
        ),
        (
            "B 9 · C 12.000",
            Check.AMBIGUOUS_NUMBER,
            "“12.000” can be read as 12000 or as 12.",
        ),
        (
            "A 109 · B 54 · C 163",
            Check.TARGET_BELOW_BASELINE,
            "109 exist, the target is 54; 163 is written. Is the target what the year is to add "
            "(163 in all)",
        ),
        (
            "A 109 · B 54",
            Check.TARGET_BELOW_BASELINE,
            "109 exist, the target is 54. Is the target what the year is to add (163 in all)",
        ),
        ("A 10 · B 30 · C -", Check.TARGET_JUMP, "Baseline and targets are 10 → 30: from"),
        (
            "B 5 · C 99999999999",
            Check.FAR_BEYOND,
            "The target is 5, 99999999999 is written: more than a thousand times the target.",
        ),
        (
            "B 200 · C 4882",
            Check.FAR_OFF,
            "The target is 200, 4882 is written: five times the target or more.",
        ),
        ("B 10 · C 2", Check.FAR_OFF, "The target is 10, 2 is written: a fifth of the target or"),
        (
            "B 10 · C 2 · last 11",
            Check.FAR_OFF,
            "The target is 10, the year before it was 11, 2 is written.",
        ),
        ("B 10 · C 31", Check.OUTLIER, "The target is 10, 31 is written: far from"),
        (
            "A 5 · B 6 · C 4",
            Check.REGRESSION,
            "4 is less than the baseline of 5, though the target is 6.",
        ),
        (
            "A 5 · B 6 · C −1 · kind increment",
            Check.REGRESSION,
            "4 is less than the baseline of 5, though the target is 6.",
        ),
        ("B %60 · C %101", Check.OUT_OF_RANGE, "%101 is not between 0 and 100 percent."),
        ("B 6 · C 7,5", Check.OUT_OF_RANGE, "A count cannot be 7.5. How many is it?"),
        (
            "A 5 · B 6 · C 7 · code 4.1.5 ; A 5 · B 6 · C 7 · code 4.3.8 ; "
            "A 5 · B 6 · C 7 · code 4.3.8 ; A 5 · B 6 · C 7 · code 4.2.3 · unit 12",
            Check.TWIN_ROWS,
            "The same numbers stand in 7 (4.1.5, 4.3.8), 12 (4.2.3): 5 · 6 · 7. Is one",
        ),
        (
            "code 4.2 · title Spor okulu ; code 4.2 · title SPOR OKULU ; code 4.2 · title Kurs",
            Check.CODE_CLASH,
            "4.2 is the code of different activities: “Spor okulu” · “Kurs”. Are",
        ),
        (
            "unit 9 · code 1.5 · title A ; unit 10 · code 1.5 · title A · C 26",
            Check.SHARED_ACTIVITY,
            "1.5 is reported by several units, 9: - · 10: 26. Does",
        ),
        (
            "code 7.2 · title Durak ; code 7.3 · title Durak ; code 7.2 · title Durak",
            Check.REPEATED_TITLE,
            "“Durak” stands under several codes: 7.2, 7.3. Is",
        ),
        ("responsible Ulaşım · known no", Check.UNIT_NAME, "“Ulaşım” is no known unit."),
        (
            "responsible Ulaşım · own no",
            Check.UNIT_NAME,
            "“Ulaşım” is responsible in the section of 7. Is that right?",
        ),
        (
            "title FEN İŐLERİ",
            Check.DAMAGED_LETTERS,
            "“FEN İŐLERİ” has damaged letters. Is it “FEN İŞLERİ”?",
        ),
        (
            "title Кадын",
            Check.DAMAGED_LETTERS,
            "“Кадын” has letters that are neither Turkish nor Latin. Is it right?",
        ),
        ("name Kurs / sergi sayısı", Check.DOUBLE_BARRELLED, "“Kurs / sergi sayısı” names two"),
        ("name Kurs sayısı", Check.VAGUE, "“Kurs sayısı” hardly says what is counted."),
    ],
)
def test_what_a_question_says(example, check, told):
    assert str(only(rows_of(example), check).sentence).startswith(told)


def test_a_unit_in_anothers_section_names_the_section():
    one = row(responsible="Ulaşım", unit_elsewhere=True, department="Sağlık")
    assert "in the section of Sağlık." in str(only([one], Check.UNIT_NAME).sentence)


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        pytest.param(as_cell(D("5.0000"), "5,0"), "5,0", id="as it was written"),
        pytest.param(as_cell(D("5.5000")), "5,5", id="a number alone"),
        pytest.param(as_cell(D("40.0000"), is_percent=True), "%40", id="a percent alone"),
        pytest.param(as_cell(None, "-"), "-", id="dash"),
        pytest.param(as_cell(None), "—", id="nothing"),
    ],
)
def test_a_cell_is_quoted_as_it_was_written(cell, written):
    assert core.as_written(cell) == written


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        pytest.param(as_cell(D("5.0000"), "5,0"), D(5), id="trimmed"),
        pytest.param(as_cell(D("100.0000")), D(100), id="whole"),
        pytest.param(as_cell(D("7.8800")), D("7.88"), id="decimal"),
        pytest.param(as_cell(D("40.0000"), "%40,0"), "%40,0", id="percent as written"),
        pytest.param(as_cell(D("40.5000"), is_percent=True), "%40.5", id="percent alone"),
        pytest.param(as_cell(None, "ogun"), "ogun", id="text"),
    ],
)
def test_a_number_in_a_sentence(cell, number):
    assert core.number_of(cell) == number
    assert str(core.number_of(cell)) == str(number)


def test_a_title_is_shortened_to_80_letters():
    assert core.shortened("x" * 80) == "x" * 80
    assert core.shortened("x" * 81) == "x" * 79 + "…"
    assert core.shortened("x" * 78 + " yz") == "x" * 78 + "…"


def test_a_key_longer_than_150_letters_ends_in_a_digest():
    """The check and a colon before the place: "vague:7/…/1" is 10 letters beside the code."""

    def key(length):
        return only([row(code="1" * (length - 10), name="Kurs")], Check.VAGUE).key

    assert key(150) == f"vague:7/{'1' * 140}/1"
    assert len(key(151)) == 150 + 1 + 12
    assert key(151).startswith(f"vague:7/{'1' * 141}/:")


def test_the_digest_is_of_the_sentence_and_its_values():
    finding = only([row(name="Kurs")], Check.VAGUE)
    told = f"{finding.sentence.text}[('name', 'Kurs')]"
    assert finding.digest == sha256(told.encode()).hexdigest()[:12]


@pytest.mark.parametrize(
    ("text", "doubtful"),
    [("1.234", True), ("%1.234", True), ("-1.234", True), ("1.234 %", True), ("12,5", False)],
)
def test_a_stored_cell_is_doubted_whatever_its_signs(text, doubtful):
    assert as_cell(D(1), text).is_ambiguous is doubtful


def test_the_total_of_an_increment_without_a_baseline_is_what_was_added():
    added = {"kind": Kind.LEVEL, "reported_as": ReportedAs.INCREMENT}
    assert row("-", "9", "5", **added).total == 5
    assert row("4", "9", "5", **added).total == 9
    assert row("4", "9", "-", **added).total is None
    assert row("4", "9", "5", kind=Kind.LEVEL).total == 5
    assert row("4", "9", "5", reported_as=ReportedAs.INCREMENT).total == 5


def test_findings_of_a_row_come_in_the_order_of_the_checks():
    one = row("109", "10", "ogun", name="Kurs/oran")
    order = list(Check)
    found = [finding.check for finding in find([one])]
    assert len(found) > 2
    assert found == sorted(found, key=order.index)


def test_groups_are_of_two_rows_or_more_and_leave_out_what_has_no_key():
    rows = [row(code=code, position=at) for at, code in enumerate(["a", "b", "a", "", "", "c"])]

    def positions(**given):
        groups = core.groups_of(rows, lambda each: each.code or None, **given)
        return [[each.position for each in group] for group in groups]

    assert positions() == [[0, 2]]
    assert positions(smallest=1) == [[0, 2], [1], [5]]


# --- What is written ---


@pytest.mark.parametrize(
    "cells", [("yok", "5", "5"), ("5", "ogun", "-"), ("5", "5", "belli olacak")]
)
def test_a_text_in_any_value_cell_is_asked_about(cells):
    [finding] = [f for f in find([row(*cells)]) if f.check is Check.TEXT]

    assert finding.severity is Severity.BLOCKING
    assert any(cell in str(finding.sentence) for cell in cells if not cell[0].isdigit())


@pytest.mark.parametrize("dash", sorted(DASHES))
def test_a_dash_of_any_kind_is_nothing_reported_and_no_text(dash):
    stored = replace(row("5", "5", "5"), realization=as_cell(None, dash))

    for one in (row("5", "5", dash), stored):
        assert written.check_text(one) is None
        assert written.check_missing(one)


def test_a_text_in_a_later_target_names_its_year():
    assert "2026" in str(written.check_text(row("5", "5", "5", later=("5", "sonra"))).sentence)


@pytest.mark.parametrize("cell", ["-", "–", "", "0", "%5", "1.234,5"])
def test_numbers_dashes_and_nothing_are_no_text(cell):
    assert written.check_text(row(cell, cell, cell)) is None


@pytest.mark.parametrize(
    ("b", "c", "expected"),
    [
        ("5", "-", Check.MISSING),
        ("5", "", Check.MISSING),
        ("0", "-", Check.MISSING),
        ("5", "0", None),
        ("5", "ogun", None),
        ("-", "-", None),
        ("-", "0", Check.UNPLANNED),
        ("", "5", Check.UNPLANNED),
        ("ogun", "5", Check.UNPLANNED),
    ],
)
def test_missing_and_unplanned(b, c, expected):
    one = row("-", b, c)
    found = written.check_missing(one) or written.check_unplanned(one)

    assert (found.check if found else None) is expected


def test_nothing_done_is_zero_or_no_more_than_there_was():
    [count] = answer(written.check_missing(row("7", "9")), "nothing_done").proposal.values()
    level = row("7", "9", kind=Kind.LEVEL)
    [total] = answer(written.check_missing(level), "nothing_done").proposal.values()
    added = row("7", "9", kind=Kind.LEVEL, reported_as=ReportedAs.INCREMENT)
    [increment] = answer(written.check_missing(added), "nothing_done").proposal.values()

    assert [count.realization, total.realization, increment.realization] == [0, 7, 0]
    assert rate(total).score == rate(increment).score == 0


@pytest.mark.parametrize(
    ("cells", "name", "expected"),
    [
        (("%7,95", "%8", "7.88"), "kadın oranı", True),
        (("%7,95", "%8", "%7,88"), "kadın oranı", False),
        (("%7,95", "%8", "-"), "kadın oranı", False),
        (("%5", "%8", "%9"), "KADIN YÜZDESİ", False),
        (("%5", "%8", "%9"), "kadın sayısı", True),
        (("5", "8", "9"), "kadın sayısı", False),
        (("5", "8", "9"), "kadın oranı", True),
        (("5", "8", "9"), "Kadın Yüzdesi", True),
        (("-", "-", "-"), "kadın oranı", False),
        (("5", "8", "9"), "koordinatör sayısı", False),
    ],
)
def test_mixed_units(cells, name, expected):
    assert bool(written.check_mixed_units(row(*cells, name=name))) is expected


def test_a_confirmed_kind_settles_the_name_but_not_mixed_cells():
    ratio = {"kind": Kind.RATIO, "kind_confirmed": True}

    assert written.check_mixed_units(row("%5", "%8", "%9", name="kadınlar", **ratio)) is None
    assert written.check_mixed_units(row("5", "8", "9", name="oran", kind_confirmed=True)) is None
    assert written.check_mixed_units(row("%5", "%8", "9", name="kadın oranı", **ratio))


@pytest.mark.parametrize(
    ("cell", "whole", "decimal"),
    [("1.234", D(1234), D("1.234")), ("1,234", D(1234), D("1.234")), ("12.000", D(12000), D(12))],
)
def test_an_ambiguous_number_offers_both_readings(cell, whole, decimal):
    finding = written.check_ambiguous_number(row("5", "10", cell))

    [thousands] = answer(finding, "thousands").proposal.values()
    [fraction] = answer(finding, "decimal").proposal.values()

    assert (thousands.realization, fraction.realization) == (whole, decimal)
    assert (thousands.target, fraction.target) == (10, 10)


def test_all_numbers_of_a_row_are_read_with_the_same_mark():
    finding = written.check_ambiguous_number(row("1.234", "2.345", "12"))

    [thousands] = answer(finding, "thousands").proposal.values()
    [fraction] = answer(finding, "decimal").proposal.values()

    assert (thousands.baseline, thousands.target, thousands.realization) == (1234, 2345, 12)
    assert (fraction.baseline, fraction.target) == (D("1.234"), D("2.345"))
    assert fraction.realization == 12


@pytest.mark.parametrize("kind", Kind)
def test_mixed_units_are_settled_by_a_kind(kind):
    finding = written.check_mixed_units(row("%5", "%8", "9", kind=kind))

    [percents] = answer(finding, "percent").proposal.values()
    [numbers] = answer(finding, "number").proposal.values()

    assert percents.kind is Kind.RATIO
    assert numbers.kind is (Kind.COUNT if kind is Kind.RATIO else kind)


@pytest.mark.parametrize("kind", Kind)
def test_a_target_that_is_right_below_its_baseline_starts_from_zero(kind):
    finding = measured.check_target_below_baseline(row("109", "54", "163", kind=kind))

    [anew] = answer(finding, "correct_as_written").proposal.values()

    assert anew.kind is (Kind.COUNT if kind is Kind.LEVEL else kind)


def test_nothing_to_report_takes_the_realization_away():
    finding = written.check_unplanned(row("5", "-", "3"))
    [nothing] = answer(finding, "no_value").proposal.values()
    assert (nothing.baseline, nothing.target, nothing.realization) == (5, None, None)


def test_a_number_with_two_marks_is_clear():
    assert written.check_ambiguous_number(row("1.234,5", "1234", "1.234.567")) is None


# --- Baseline, target and realization ---


@pytest.mark.parametrize(
    ("b", "expected"), [("108", True), ("109", False), ("110", False), ("-", False)]
)
def test_target_below_baseline(b, expected):
    assert bool(measured.check_target_below_baseline(row("109", b, "163"))) is expected


@pytest.mark.parametrize("direction", [Direction.DECREASE, Direction.MAINTAIN])
def test_only_an_increase_cannot_aim_below_its_baseline(direction):
    assert (
        measured.check_target_below_baseline(row("109", "54", "163", direction=direction)) is None
    )


def test_a_target_that_is_an_increment_is_added_to_the_baseline():
    finding = measured.check_target_below_baseline(row("109", "54", "163"))

    [added] = answer(finding, "target_is_increment").proposal.values()
    [fewer] = answer(finding, "is_decrease").proposal.values()

    assert added == Measurement(D(109), D(163), D(163), Kind.LEVEL)
    assert rate(added).value == 1
    assert fewer.direction is Direction.DECREASE
    assert not answer(finding, "typo").settles


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (("10", "30", "30"), True),
        (("10", "29,99", "30"), False),
        (("30", "10", "10"), True),
        (("30", "10,01", "10"), False),
        (("5", "10", "30"), True),
        (("5", "6", "0"), True),
        (("0", "10", "10"), False),
        (("10", "-", "30"), False),
        (("-", "10", "29"), False),
    ],
)
def test_target_jump(path, expected):
    a, b, *later = path
    assert bool(measured.check_target_jump(row(a, b, later=later))) is expected


@pytest.mark.parametrize(
    ("a", "b", "c", "expected"),
    [
        pytest.param("427", "432", "5", Check.INCREMENT_CERTAIN, id="five more"),
        pytest.param("428", "432", "4", Check.INCREMENT_LIKELY, id="four more: not certain"),
        pytest.param("94", "100", "1", Check.INCREMENT_LIKELY, id="0.95 of the target"),
        pytest.param("94", "100", "0,9999", None, id="just below"),
        pytest.param("100", "100", "25", Check.INCREMENT_LIKELY, id="1.25 of the target"),
        pytest.param("100", "100", "25,0001", None, id="just above"),
        pytest.param("50", "100", "50", None, id="as much as there was"),
        pytest.param("51", "100", "49", Check.INCREMENT_CERTAIN, id="just less than there was"),
        pytest.param("101", "100", "5", None, id="target below baseline"),
        pytest.param("%90", "%100", "%10", None, id="percent"),
        pytest.param("-", "100", "10", None, id="no baseline"),
        pytest.param("2", "2", "0", Check.INCREMENT_LIKELY, id="nothing added"),
    ],
)
def test_increments(a, b, c, expected):
    finding = measured.check_increment(row(a, b, c))

    assert (finding.check if finding else None) is expected


@pytest.mark.parametrize(
    ("settings", "asked"),
    [
        ({"kind": Kind.LEVEL}, True),
        ({"kind": Kind.LEVEL, "kind_confirmed": True}, True),
        ({"kind": Kind.LEVEL, "reported_as": ReportedAs.INCREMENT}, False),
        ({"kind": Kind.COUNT, "reported_as": ReportedAs.INCREMENT}, True),
        ({"kind": Kind.COUNT, "kind_confirmed": True}, False),
        ({"kind": Kind.DELIVERABLE, "kind_confirmed": True}, False),
        ({"direction": Direction.DECREASE}, False),
        ({"direction": Direction.MAINTAIN}, True),
    ],
)
def test_what_a_person_has_settled_is_not_asked_again(settings, asked):
    assert bool(measured.check_increment(row("427", "432", "5", **settings))) is asked


def test_the_increment_question_and_what_its_answers_change():
    finding = measured.check_increment(row("427", "432", "5"))

    [added] = answer(finding, "increment").proposal.values()

    assert str(finding.sentence).startswith("427 exist, the target is 432; 5 is written.")
    assert str(answer(finding, "increment").label) == "Added this year: 5"
    assert (added.kind, added.reported_as) == (Kind.LEVEL, ReportedAs.INCREMENT)
    assert rate(added).value == 1
    assert answer(finding, "total").proposal == {}
    assert answer(finding, "total").settles


@pytest.mark.parametrize(
    ("a", "b", "c", "settings", "expected"),
    [
        ("5", "5", "4", {}, True),
        ("5", "5", "5", {}, False),
        ("5", "4", "3", {}, False),
        ("%5", "%6", "%4", {}, True),
        ("5", "6", "4", {"direction": Direction.DECREASE}, False),
        ("5", "6", "4", {"kind": Kind.LEVEL, "reported_as": ReportedAs.INCREMENT}, False),
        ("5", "6", "-", {}, False),
    ],
)
def test_regression(a, b, c, settings, expected):
    assert bool(measured.check_regression(row(a, b, c, **settings))) is expected


@pytest.mark.parametrize(
    ("cells", "settings", "expected"),
    [
        (("%0", "%50", "%100"), {}, False),
        (("%0", "%50", "%100,01"), {}, True),
        (("%0", "%50", "-%1"), {}, True),
        (("%7,95", "%8", "7.88"), {}, False),
        (("5", "6", "7,5"), {}, True),
        (("5", "6", "-1"), {}, True),
        (("5", "6", "0"), {}, False),
        (("5", "6", "7,5"), {"is_count": False}, False),
        (("5", "6", "7,5"), {"kind": Kind.RATIO}, False),
    ],
)
def test_out_of_range(cells, settings, expected):
    assert bool(measured.check_out_of_range(row(*cells, **settings))) is expected


# --- Outliers ---


@pytest.mark.parametrize(
    ("b", "c", "expected"),
    [
        ("10", "30", True),
        ("10", "29", False),
        ("30", "10", True),
        ("30", "11", False),
        ("10", "0", True),
        ("0", "10", False),
        ("10", "-", False),
    ],
)
def test_outliers_of_a_small_plan(b, c, expected):
    assert bool(list(outliers.check_outliers([row("1", b, c)]))) is expected


def spread(count):
    """Return rows whose ln(C/B) lie evenly around 0, so that their deviation is known."""
    return column(*[(1, 1000, 1000 + (-1) ** at * 10 * at) for at in range(count)])


def test_thirty_reported_rows_make_a_large_plan():
    """2.5 times the target is far from the others, which reach 71 to 129 %, but no threefold."""
    far = row("1", "1000", "5000", code="2.1")
    near = row("1", "1000", "2500", code="2.1")

    assert [f.rows for f in outliers.check_outliers([*spread(28), near])] == []
    assert [f.rows for f in outliers.check_outliers([*spread(28), far])] == [(far.id,)]
    assert [f.rows for f in outliers.check_outliers([*spread(29), near])] == [(near.id,)]
    # Small numbers have a ratio, too.
    for b, c in (("1", "2,5"), ("0,4", "1")):
        near = row("1", b, c, code="2.1")
        assert [f.rows for f in outliers.check_outliers([*spread(29), near])] == [(near.id,)]


def test_a_row_at_the_limit_of_the_score_is_no_outlier():
    """Ratios e**−1 … e**1: median 0, median deviation of 0.5; 3.5 · 0.5 / 0.6745 = 2.594."""
    ratios = [each / 50 for each in range(-50, 51)]
    rows = column(*[(1, 10**6, round(10**6 * 2.718281828**each)) for each in ratios])

    def found(ratio):
        extra = row("1", "1000000", str(round(10**6 * 2.718281828**ratio)), code="2.1")
        mirror = row("1", "1000000", str(round(10**6 * 2.718281828**-ratio)), code="2.2")
        return [finding.rows[0] for finding in outliers.check_outliers([*rows, extra, mirror])]

    assert found(2.59) == []
    assert len(found(2.7)) == 2


def test_a_realization_of_zero_has_no_logarithm():
    rows = [*spread(40), row("1", "10", "0", code="2.1")]

    assert list(outliers.check_outliers(rows)) == []


def test_a_plan_where_most_rows_are_alike_falls_back_to_plain_factors():
    rows = column(*[(1, 10, 10)] * 40, (1, 10, 15), (1, 10, 30))

    assert [finding.rows for finding in outliers.check_outliers(rows)] == [(rows[-1].id,)]


# --- Row slip ---


def slipped(targets, *, first=1, last=1, **fields):
    """Return rows where each C is the target of the row below it, so one row too high."""
    realizations = [*targets[1:], last]
    pairs = zip(targets, realizations, strict=True)
    return column((1, first, targets[0]), *[(1, b, c) for b, c in pairs], **fields)


JAGGED = [5, 500, 7, 900, 3, 2000]


def windows(rows):
    return [(slip.start, slip.stop, slip.step) for slip in slips.row_slips(rows)]


def test_a_column_that_slipped_up_is_one_finding():
    rows = slipped(JAGGED)

    finding = only(rows, Check.ROW_SLIP)

    assert windows(rows) == [(1, 7, slips.ABOVE)]
    assert finding.rows == tuple(each.id for each in rows[1:])
    assert [m.realization for m in answer(finding, "slipped").proposal.values()] == JAGGED


def test_a_column_that_slipped_down_takes_from_below():
    up = slipped(JAGGED)
    down = [replace(each, code=f"2.{at}") for at, each in enumerate(reversed(up))]

    assert windows(down) == [(0, 6, slips.BELOW)]


def test_three_rows_are_no_slip_and_four_are():
    assert windows(slipped([5, 500, 7], last=7)) == []
    assert windows(slipped([5, 500, 7, 900])) == [(1, 5, slips.ABOVE)]


def test_a_slip_says_which_way_and_what_each_row_gets():
    up = only(slipped(JAGGED), Check.ROW_SLIP)
    down = [replace(each, code=f"2.{at}") for at, each in enumerate(reversed(slipped(JAGGED)))]
    down = only(down, Check.ROW_SLIP)

    assert str(up.sentence).startswith(
        "1.2 to 1.7, 6 rows: what is written does not fit its own target, but that of the row "
        "below. Has the column slipped up by one row?"
    )
    assert str(answer(up, "slipped").label) == "Yes; each row gets the number above it"
    assert str(down.sentence).startswith(
        "2.0 to 2.5, 6 rows: what is written does not fit its own target, but that of the row "
        "above. Has the column slipped down by one row?"
    )
    assert str(answer(down, "slipped").label) == "Yes; each row gets the number below it"
    assert list(answer(down, "slipped").proposal) == list(down.rows)


def test_a_number_beyond_the_slip_that_fits_its_own_row_is_not_offered_again():
    up = slipped(JAGGED, first=4)  # its own row holds 5
    down = [replace(each, code=f"2.{at}") for at, each in enumerate(reversed(up))]

    for rows, which in ((up, "first"), (down, "last")):
        slip = only(rows, Check.ROW_SLIP)
        yes = answer(slip, "slipped")
        assert str(yes.label).endswith(f"the {which} keeps its own")
        edge = slip.rows[0] if which == "first" else slip.rows[-1]
        assert set(slip.rows) - set(yes.proposal) == {edge}


def test_a_slip_of_more_than_200_rows_is_found_in_pieces():
    rows = slipped([5, 500] * 105)
    found = windows(rows)

    assert max(stop - start for start, stop, _step in found) == 200
    assert sum(stop - start for start, stop, _step in found) == 210
    assert len(found) == 2


def test_a_slip_stays_within_its_unit():
    rows = slipped(JAGGED)

    assert windows([replace(each, unit=str(at // 4)) for at, each in enumerate(rows)]) == []


@pytest.mark.parametrize("cells", [("1", "-", "7"), ("1", "7", "-"), ("1", "%7", "%9")])
def test_a_row_without_numbers_or_with_a_percent_ends_a_slip(cells):
    rows = slipped(JAGGED)
    rows[3] = row(*cells, code="1.4")

    assert windows(rows) == []


def test_the_limits_of_a_slip_are_inside():
    """With a half added, each C is 3 or 1/3 times its own B, and 2 or 1/2 times the next B."""
    numbers = [("0", "0,5"), ("1,5", "5,5"), ("2,5", "8,5"), ("17,5", "53,5"), ("26,5", "80,5")]

    def rows(last):
        return [row("1", b, c, code=f"1.{at}") for at, (b, c) in enumerate([*numbers[:4], last])]

    assert windows(rows(("26,5", "80,5"))) == [(1, 5, slips.ABOVE)]
    assert windows(rows(("26,5", "80,4"))) == []
    assert windows(rows(("26,4", "80,5"))) == []


def test_three_of_four_rows_must_improve():
    """The 8 and the 9 stand right; moved, they are only a little off."""
    three_of_four = column((1, 1, 5), (1, 5, 500), (1, 500, 7), (1, 8, 8), (1, 9, 9000))
    rest = (1, 8, 8), (1, 9, 9), (1, 10, 5000), (1, 5000, 1)
    four_of_six = column((1, 1, 5), (1, 5, 500), (1, 500, 7), *rest)

    assert windows(three_of_four) == [(1, 5, slips.ABOVE)]
    assert windows(four_of_six) == []


def test_both_ends_must_improve():
    first = column((1, 5, 5), (1, 6, 6), (1, 6, 500), (1, 500, 7), (1, 7, 900))
    last = column((1, 1, 5), (1, 5, 500), (1, 500, 7), (1, 7, 8), (1, 9, 9))

    assert windows(first) == []
    assert windows(last) == []


def test_a_percent_above_is_no_number_to_take():
    rows = slipped(JAGGED)
    rows[0] = row("%1", "%1", "%5", code="1.1")

    assert windows(rows) == [(2, 7, slips.ABOVE)]


def test_of_overlapping_windows_the_largest_improvement_wins():
    """Six slipped rows hold windows of 4 and 5 too, and rows that fit badly both ways."""
    rows = [*column((1, 10, 10), (1, 10, 12)), *slipped(JAGGED, last=4)]
    rows = [replace(each, code=f"1.{at}", id=at) for at, each in enumerate(rows)]

    assert windows(rows) == [(3, 9, slips.ABOVE)]


def test_two_slips_in_one_unit_are_two_findings():
    right = column(*[(1, 10, 10), (1, 9000, 9000)] * 3)
    rows = [*right, *slipped(JAGGED), *right, *slipped([*JAGGED[:5], 1000])]
    rows = [replace(each, code=f"1.{at}", id=at) for at, each in enumerate(rows)]

    assert windows(rows) == [(7, 13, slips.ABOVE), (20, 26, slips.ABOVE)]


def test_a_start_whose_best_window_is_taken_keeps_what_room_is_left():
    """Rows 1–4 slipped up, rows 5–9 down; row 1's best window would reach into the second."""
    up = [(5, 20), (20, 5), (5, 1), (1, 100)]
    down = [(100, 500), (500, 100), (1, 500), (20, 1), (100, 20)]
    rows = column(*[(1, b, c) for b, c in [(500, 5), *up, *down, (20, 100)]])

    assert windows(rows) == [(1, 5, slips.ABOVE), (5, 10, slips.BELOW)]


INCREMENTS = [(90, 120, 33), (25, 30, 5), (8, 9, 2), (3, 4, 1)]
"""3.1.1–3.1.4 of branch 11.2: all increments, and each C near the target below it."""


def test_a_run_of_increments_is_no_slip():
    rows = column((50, 60, 100), *INCREMENTS)

    assert windows(rows) == []
    increments = [f.check for f in find(rows) if f.check in core.INCREMENTS]
    assert len(increments) == 4


def test_three_increments_of_four_rows_are_enough_to_explain_them():
    three = column((50, 60, 100), (130, 120, 33), (25, 30, 9), *INCREMENTS[2:])

    assert windows(three) == []


def test_with_fewer_increments_it_is_a_slip_and_asks_nothing_else():
    two = column((50, 60, 100), (130, 120, 33), (2, 30, 9), *INCREMENTS[2:])

    assert windows(two) == [(1, 5, slips.ABOVE)]
    assert not checks(two) & set(core.INCREMENTS)


def test_rows_settled_as_increments_fit_as_they_stand():
    settled = {"kind": Kind.LEVEL, "reported_as": ReportedAs.INCREMENT}

    assert windows(column((50, 60, 100), *INCREMENTS, **settled)) == []


# --- Rows and activities that look alike ---


def test_twin_rows_need_every_number_equal():
    one = row("5", "6", "7", later=("8",), code="1.1")
    same = row("5", "6,0", "7", later=("8",), code="1.2")

    assert [f.rows for f in alike.check_twin_rows([one, same])] == [(one.id, same.id)]
    for cells in [("6", "6", "7"), ("5", "7", "7"), ("5", "6", "8"), ("%5", "%6", "%7")]:
        assert not list(alike.check_twin_rows([one, row(*cells, later=("8",), code="1.3")]))
    assert not list(alike.check_twin_rows([one, row("5", "6", "7", later=("9",), code="1.3")]))


@pytest.mark.parametrize("cells", [("-", "6", "7"), ("5", "-", "7"), ("5", "6", "-")])
def test_rows_with_a_dash_are_no_twins(cells):
    rows = [row(*cells, code="1.1"), row(*cells, code="1.2")]

    assert not list(alike.check_twin_rows(rows))


def test_codes_titles_and_units():
    def places(check, *rows):
        return [finding.rows for finding in check(rows)]

    one = row(id=1, unit="4", code="1.1", title="Kadın sporcuları desteklemek")
    other_title = row(id=2, unit="11", code="1.1", title="Fotoğrafçılık kursu")
    other_unit = row(id=3, unit="11", code="1.1", title="KADIN SPORCULARI  DESTEKLEMEK.")
    other_code = row(id=4, unit="4", code="1.2", title="Kadın sporcuları desteklemek")

    assert places(alike.check_code_clash, one, other_title) == [(1, 2)]
    assert places(alike.check_code_clash, one, other_unit) == []
    assert places(alike.check_shared_activity, one, other_unit) == [(1, 3)]
    assert places(alike.check_shared_activity, one, other_title) == []
    assert places(alike.check_repeated_title, one, other_code) == [(1, 4)]
    assert places(alike.check_repeated_title, one, other_unit) == []


def test_a_shared_activity_shows_its_values_side_by_side():
    rows = [
        row("19", "20", "26", unit="9"),
        row("19", "20", "30", unit="10"),
        row("19", "20", "", unit="10", position=2),
    ]

    [finding] = alike.check_shared_activity(rows)

    assert "9: 26 · 10: 30, —" in str(finding.sentence)


def test_a_unit_name_is_asked_about_once_in_a_unit():
    rows = [
        row(responsible="Kadı ve Aile", unit_unknown=True),
        row(responsible="Kadı ve Aile", unit_unknown=True, position=2),
        row(responsible="Kadı ve Aile", unit_unknown=True, unit="8"),
        row(responsible="Üst Yönetim", unit_elsewhere=True, unit="8", position=2),
        row(responsible="Ulaşım", position=3),
    ]

    found = list(alike.check_unit_names(rows))

    assert [len(finding.rows) for finding in found] == [2, 1, 1]
    assert len({finding.key for finding in found}) == 3


@pytest.mark.parametrize(
    ("field", "printed", "code"),
    [
        ("title", "FEN İŐLERİ", "repair"),
        ("name", "Đşık sayısı", "repair"),
        ("responsible", "Кадын", "typo"),
    ],
)
def test_damaged_letters(field, printed, code):
    [finding] = alike.check_damaged_letters([row(**{field: printed}), row(position=2)])

    assert finding.answers[0].code == code
    assert len(finding.rows) == 1


def test_a_damaged_department_is_asked_about_for_each_of_its_rows():
    rows = [row(department="FEN İŐLERİ"), row(department="FEN İŐLERİ", position=2)]
    [finding] = alike.check_damaged_letters(rows)
    assert finding.rows == (rows[0].id, rows[1].id)


def test_what_stands_in_several_rows_is_quoted_and_named_as_in_the_first():
    """Also where the others write it otherwise, or belong to another unit."""
    twins = [row("5", "6", "7", code="1"), row("5,0", "6,0", "7,0", code="2")]
    titles = [row(title="Durak", code="1"), row(title="DURAK", code="2")]
    units = [
        row(responsible="Ulaşım", unit_unknown=True),
        row(responsible="ULAŞIM", unit_unknown=True, position=2),
    ]
    damaged = [row(title="FEN İŐLERİ", code="1"), row(title="FEN İŐLERİ", code="2", unit="8")]

    assert "5 · 6 · 7." in str(only(twins, Check.TWIN_ROWS).sentence)
    assert str(only(titles, Check.REPEATED_TITLE).sentence).startswith("“Durak”")
    assert str(only(units, Check.UNIT_NAME).sentence).startswith("“Ulaşım”")
    assert only(damaged, Check.DAMAGED_LETTERS).key.startswith("damaged_letters:7/")


def test_a_letter_that_no_encoding_knows_stops_nothing():
    """Half a pair of UTF-16, as broken files hold it."""
    finding = only([row(name="Kurs\ud800")], Check.VAGUE)
    assert len(finding.digest) == 12


def test_a_damaged_title_is_asked_about_once():
    rows = [row(title="FEN İŐLERİ"), row(title="FEN İŐLERİ", position=2)]

    assert [len(finding.rows) for finding in alike.check_damaged_letters(rows)] == [2]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Toplantı Sayısı", True),
        ("Sayısı", True),
        ("STK'lar sayısı", True),
        ("Kurs sayısı 1", True),
        ("Kadın sayısı'nın", True),
        ("Toplam kadın oranı", True),
        ("Planlama toplantısı", False),
        ("Kurs ve atölye sayısı", False),
        ("Kurs/atölye sayısı", False),
    ],
)
def test_vague_names(name, expected):
    assert bool(named.check_vague(row(name=name))) is expected


def test_a_slash_joins_two_things():
    assert named.check_double_barrelled(row(name="Eğitim / toplantı sayısı"))
    assert named.check_double_barrelled(row(name="Eğitim - toplantı sayısı")) is None


# --- Any rows ---

texts = st.sampled_from(["", "-", "ogun", "%5", "5", "1.234", "–", "1,234"])
amounts = st.none() | st.integers(-3, 40).map(D) | st.decimals(-(10**10), 10**10, places=4)
cells = st.builds(as_cell, amounts, texts, is_percent=st.booleans())
words = st.sampled_from(["Kurs sayısı", "oranı", "a/b", "FEN İŐLERİ", "İşlem ışık", ""]) | st.text()
any_row = st.builds(
    CheckedRow,
    id=st.none(),
    unit=st.sampled_from(["1", "2", "11.2"]),
    code=st.sampled_from(["1.1", "1.2", "4.3.1", ""]) | st.text(max_size=300),
    position=st.integers(1, 3),
    title=words,
    name=words,
    year=st.sampled_from([2024, 2025, 2030]),
    baseline=cells,
    targets=st.fixed_dictionaries({2024: cells, 2025: cells}),
    realization=cells,
    department=words,
    responsible=words,
    unit_unknown=st.booleans(),
    unit_elsewhere=st.booleans(),
    kind=st.sampled_from(Kind),
    kind_confirmed=st.booleans(),
    direction=st.sampled_from(Direction),
    reported_as=st.sampled_from(ReportedAs),
    is_count=st.booleans(),
)


def with_ids(rows, ids):
    return [replace(each, id=id) for each, id in zip(rows, ids, strict=True)]


@given(st.lists(any_row, max_size=15))
def test_every_finding_of_any_rows_can_be_shown_and_answered(rows):
    rows = with_ids(rows, range(len(rows)))
    for finding in find(rows):
        assert str(finding.sentence)
        assert len(finding.key) <= 200
        assert finding.digest
        assert set(finding.rows) <= set(range(len(rows)))
        codes = [answer.code for answer in finding.answers]
        assert codes
        assert len(set(codes)) == len(codes)
        for each in finding.answers:
            assert str(each.label)
            assert set(each.proposal) <= set(finding.rows)
            for measurement in each.proposal.values():
                rate(measurement)


@given(st.lists(any_row, max_size=10), st.randoms())
def test_findings_do_not_depend_on_ids(rows, random):
    ids = list(range(len(rows)))
    random.shuffle(ids)
    place = {id: at for at, id in enumerate(ids)}

    plain = find(with_ids(rows, range(len(rows))))
    other = find(with_ids(rows, ids))

    assert [(f.key, f.digest, f.rows) for f in plain] == [
        (f.key, f.digest, tuple(place[id] for id in f.rows)) for f in other
    ]


@st.composite
def columns(draw):
    """Draw rows whose C is their own target, that of a row beside them, or any number."""
    targets = draw(st.lists(st.integers(0, 10**5), min_size=4, max_size=16))
    around = [7, *targets, 7]
    steps = draw(st.lists(st.sampled_from([-1, 0, 1, None]), min_size=16, max_size=16))
    return column(
        *[
            (1, b, draw(st.integers(0, 10**5)) if step is None else around[at + 1 + step])
            for at, (b, step) in enumerate(zip(targets, steps, strict=False))
        ]
    )


@given(columns())
def test_slips_are_those_found_by_trying_every_window(rows):
    """The search skips most windows; trying all of them must come to the same."""
    tried = [
        slips.Slip(start, stop, step)
        for step in (slips.ABOVE, slips.BELOW)
        for start in range(max(0, -step), len(rows))
        for stop in range(start + 4, len(rows) + 1 - max(0, step))
    ]
    found = {slip: improvement(rows, slip) for slip in tried if is_slip(rows, slip)}
    in_order = sorted(found.values())
    assume(all(b - a > 1e-6 for a, b in pairwise(in_order)))

    chosen = []
    for slip in sorted(found, key=found.get, reverse=True):
        if all(slip.stop <= other.start or other.stop <= slip.start for other in chosen):
            chosen.append(slip)

    assert slips.find_slips(rows) == sorted(chosen, key=lambda slip: slip.start)


def misfits(rows, slip):
    """Return the misfits of a window's rows as written and moved."""

    def misfit(at, other):
        return abs(log((rows[other].c + D("0.5")) / (rows[at].b + D("0.5"))))

    window = range(slip.start, slip.stop)
    return [(misfit(at, at), misfit(at, at + slip.step)) for at in window]


def improvement(rows, slip):
    return sum(written - moved for written, moved in misfits(rows, slip))


def is_slip(rows, slip):
    pairs = misfits(rows, slip)
    improves = [written > moved for written, moved in pairs]
    return (
        sum(written for written, _moved in pairs) / len(pairs) >= log(3) - 1e-9
        and sum(moved for _written, moved in pairs) / len(pairs) <= log(2) + 1e-9
        and sum(improves) / len(pairs) >= 0.75
        and improves[0]
        and improves[-1]
    )
