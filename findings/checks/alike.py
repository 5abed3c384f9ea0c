"""Checks over the plan: rows and activities that look alike, and names that are damaged."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence

from activities import names
from activities.sentences import Listed, Sentence
from activities.sentences import noop as _
from findings.checks.finding import (
    CORRECT,
    COUNTED_TWICE,
    TYPO,
    Answer,
    Check,
    CheckedRow,
    Finding,
    amounts_of,
    digest_of,
    finding_of,
    groups_of,
    line_up,
    of_plan,
    shortened,
)
from indicators.cells import Cell


@of_plan
def check_twin_rows(rows: Sequence[CheckedRow]) -> Iterator[Finding]:
    """A, all B and C equal in two rows, with no dash; one finding for all equal rows."""
    for twins in groups_of(rows, _numbers):
        sentence = Sentence(
            _("The same numbers stand in %(places)s: %(cells)s. Is one service counted twice?"),
            places=_places(twins),
            cells=amounts_of(twins[0].cells, " · "),
        )
        answers = (
            Answer(COUNTED_TWICE, Sentence(_("The same service, counted twice"))),
            Answer("coincidence", Sentence(_("Different things with equal numbers"))),
            Answer("shared", Sentence(_("A shared service; each row counts its part"))),
        )
        yield finding_of(Check.TWIN_ROWS, twins, sentence, answers)


def _numbers(row: CheckedRow) -> Hashable | None:
    if row.a is None or row.c is None:
        return None
    values = [cell.value for cell in row.cells]
    return None if None in values else (row.is_percent, *values)


def _places(rows: Iterable[CheckedRow]) -> str:
    """Return where rows stand: "9 (4.1.5, 4.3.8), 12 (4.2.3)"; each activity once."""
    codes: dict[str, dict[str, None]] = defaultdict(dict)
    for row in rows:
        codes[row.unit][row.code] = None
    return ", ".join(f"{unit} ({', '.join(found)})" for unit, found in codes.items())


@of_plan
def check_code_clash(rows: Sequence[CheckedRow]) -> Iterator[Finding]:
    """One code, two titles within a plan."""
    for group in groups_of(rows, lambda row: row.code or None):
        titles = {row.title_key: row.title for row in reversed(group)}
        if len(titles) < 2:
            continue
        sentence = Sentence(
            _("%(code)s is the code of different activities: %(titles)s. Are both codes right?"),
            code=group[0].code,
            titles=" · ".join(f"“{shortened(title)}”" for title in reversed(titles.values())),
        )
        both = Answer("correct_as_written", Sentence(_("Both stay; the unit tells them apart")))
        wrong = Answer("typo", Sentence(_("A code is wrong; it will be corrected")), settles=False)
        yield finding_of(Check.CODE_CLASH, group, sentence, (both, wrong), group[0].code)


@of_plan
def check_shared_activity(rows: Sequence[CheckedRow]) -> Iterator[Finding]:
    """One code and title under two units, with their values side by side."""
    for group in groups_of(rows, lambda row: (row.code, row.title_key) if row.code else None):
        if len({row.unit for row in group}) >= 2:
            yield _shared(group)


def _shared(group: Sequence[CheckedRow]) -> Finding:
    values: dict[str, list[Cell]] = defaultdict(list)
    for row in group:
        values[row.unit].append(row.realization)
    sentence = Sentence(
        # Its English words are part of what answers so far were given to; some may be empty.
        _(
            "%(code)s is reported by several units, %(values)s. Does each count its own, or all "
            "of them the same?"
        ),
        code=group[0].code,
        values=_by_unit(values),
    )
    answers = (
        Answer("each_its_own", Sentence(_("Shared: each unit counts its own part"))),
        Answer(COUNTED_TWICE, Sentence(_("The same is counted more than once"))),
        Answer("different", Sentence(_("They are different activities"))),
    )
    about = f"{group[0].code}/{digest_of(group[0].title_key)}"
    return finding_of(Check.SHARED_ACTIVITY, group, sentence, answers, about)


def _by_unit(values: Mapping[str, Sequence[Cell]]) -> Listed:
    """Return each unit's values: "9 (1.200, —) · 11.2 (40)"."""
    written, parts = [], []
    for unit, cells in values.items():
        written.append(f"{unit}: {line_up(cells, ', ')}")
        parts += [" · ", f"{unit} (", *amounts_of(cells, ", ").parts, ")"]
    return Listed(" · ".join(written), tuple(parts[1:]))


@of_plan
def check_repeated_title(rows: Sequence[CheckedRow]) -> Iterator[Finding]:
    """One title, two codes."""
    for group in groups_of(rows, lambda row: row.title_key or None):
        codes = dict.fromkeys(row.code for row in group)
        if len(codes) < 2:
            continue
        sentence = Sentence(
            _("“%(title)s” stands under several codes: %(codes)s. Is it one activity?"),
            title=shortened(group[0].title),
            codes=", ".join(codes),
        )
        answers = (
            Answer("one_activity", Sentence(_("It is one activity, written twice"))),
            Answer("different", Sentence(_("They are different activities"))),
        )
        about = digest_of(group[0].title_key)
        yield finding_of(Check.REPEATED_TITLE, group, sentence, answers, about)


@of_plan
def check_unit_names(rows: Sequence[CheckedRow]) -> Iterator[Finding]:
    """A responsible unit that is unknown, or is not the section's.

    Who knows and whose section it is, the caller found out. One finding for a name in a unit.
    """
    flagged = [row for row in rows if row.unit_unknown or row.unit_elsewhere]
    for group in groups_of(flagged, _unit_question, smallest=1):
        row = group[0]
        if row.unit_unknown:
            template = _("“%(responsible)s” is no known unit. Which unit is meant?")
        else:
            template = _(
                "“%(responsible)s” is responsible in the section of %(department)s. Is that right?"
            )
        sentence = Sentence(
            template,
            responsible=row.responsible,
            department=row.department or row.unit,
        )
        choose = Answer("choose_unit", Sentence(_("Another unit is meant")), settles=False)
        about = f"{row.unit}/{digest_of(f'{_unit_question(row)}')}"
        yield finding_of(Check.UNIT_NAME, group, sentence, (CORRECT, choose), about)


def _unit_question(row: CheckedRow) -> Hashable:
    return row.unit, names.fold(row.responsible), row.unit_unknown


@of_plan
def check_damaged_letters(rows: Sequence[CheckedRow]) -> Iterator[Finding]:
    """Characters outside Turkish and Latin; one finding for a text, however often it stands."""
    printed = {row.department for row in rows} | {row.responsible for row in rows}
    printed |= {row.title for row in rows} | {row.name for row in rows}
    damaged = {text for text in printed if names.is_damaged(text)}
    places: dict[str, list[CheckedRow]] = defaultdict(list)
    for row in rows if damaged else ():
        for text in damaged & {row.department, row.title, row.name, row.responsible}:
            places[text].append(row)
    for text in sorted(places):
        yield _damaged(text, places[text])


def _damaged(printed: str, group: Sequence[CheckedRow]) -> Finding:
    values = {"text": shortened(printed), "repaired": shortened(names.repair(printed))}
    can_repair = not names.is_damaged(names.repair(printed))
    if can_repair:
        sentence = Sentence(_("“%(text)s” has damaged letters. Is it “%(repaired)s”?"), **values)
        remedy = Answer("repair", Sentence(_("Yes; put it right")))
    else:
        sentence = Sentence(
            _("“%(text)s” has letters that are neither Turkish nor Latin. Is it right?"), **values
        )
        remedy = TYPO
    about = f"{group[0].unit}/{digest_of(printed)}"
    return finding_of(Check.DAMAGED_LETTERS, group, sentence, (remedy, CORRECT), about)
