"""The steps of a value: saved, sent, recalled, approved and unapproved, returned, corrected.

Each rule stands here and nowhere else: who may take a step, from which state, under which
conditions, and what it leaves. Pages, administration, imports, commands and the answers to
findings only ask. What the floors above know (open findings, achievements) is handed in as
plain values. Source of the table: docs/domain.md, "The steps of a value".

Callers run the steps inside a transaction and hold the rows (``locked``) before they look, so
that of two people the second sees what the first did.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils import timezone

from accounts.rights import Right
from activities.models import Period
from activities.sentences import Sentence
from activities.sentences import noop as _
from indicators.achievement import needs_reason
from indicators.models import Realization
from indicators.periods import NOT_OPEN, PUBLISHED, Door
from indicators.progress import is_said, is_text

if TYPE_CHECKING:
    from accounts.models import User

State = Realization.State
# What its unit can still write on.
EDITABLE = (State.DRAFT, State.RETURNED)
# What was handed over, and is the reviewers' to change.
SENT = (State.SUBMITTED, State.APPROVED)
PARTS = ("women", "men", "others")
WORDS = ("deviation_reason", "measure_to_take")

WAITS = _(
    "The value was sent. To change it, take it back where that is offered; else leave a comment "
    "and ask for it to be returned."
)
SENT_ALREADY = _("It was sent already.")
NOTHING_ENTERED = _("Nothing is entered.")
REASON_MISSING = _("The deviation reason is missing.")
MEASURE_MISSING = _("The measure to take is missing.")
BOTH_MISSING = _("The deviation reason and the measure to take are missing.")
NOT_SENT = _("It does not wait to be verified.")
VERIFIED = _("It is verified already; leave a comment if something is wrong.")
NOT_FROM_DESK = _("It was written or read in by the reviewers; leave a comment.")
LOOKED_AT = _("The reviewers have begun with it; leave a comment if something is wrong.")
QUESTION_OPEN = _("An open question keeps it back.")
OWN_VALUE = _("You entered this value yourself; somebody else verifies it.")
NOTE_MISSING = _("Write what the unit should look at.")
NOT_VERIFIED = _("It is not verified.")
TAKEN_BACK_WHY = _("Write why the verification is taken back.")
SHUT_FOR_UNIT = _(
    "The year is closed for the unit, which could not mend it: give it more time first, or ask "
    "only for the reason."
)
REASON_NEEDED = _("The value is verified: say why it changes.")
REASON_NEEDED_SENT = _("The value was sent: say why its number changes.")
REASON_NEEDED_CLOSED = _("The year %(year)s is closed: say why a value of it is written.")
REASON_NEEDED_PUBLISHED = _("The year %(year)s is published: say why its value changes.")
ON_THE_DESK = _("The value is on its unit's desk. It can be corrected once it has been sent.")
REVIEWERS_CHANGE = _("The value was sent; the reviewers change it or return it.")
KEPT_SENT = _("It was sent: it is corrected or returned, not deleted.")
KEPT_YEAR = _("The year %(year)s is closed: what was entered for it stays.")
NOT_YOURS = _("This step is not yours to take.")


def locked(ids: Collection[int]) -> list[Realization]:
    """Return realizations held until the transaction ends, in one order for everybody."""
    rows = Realization.objects.select_for_update().filter(pk__in=ids).order_by("pk")
    return list(rows)


def locked_of(indicators: Collection[int], year: int) -> dict[int, Realization]:
    """Return the year's values by indicator, held until the transaction ends."""
    rows = Realization.objects.select_for_update().filter(indicator_id__in=indicators, year=year)
    return {row.indicator_id: row for row in rows.order_by("pk")}


# --- Writing ---


def why_not_save(door: Door, value: Realization | None) -> Sentence | None:
    """Return why a unit cannot write on a value now; None if it can."""
    if not door.is_open:
        return door.why
    return Sentence(WAITS) if value is not None and value.state in SENT else None


def why_not_explain(door: Door, value: Realization | None) -> Sentence | None:
    """Return why reason and measure cannot be written now; None if they can.

    A reviewer who asked for the reason lets it be written without giving the number back, as
    long as the year is not published: then it is corrected by the administration.
    """
    is_asked = value is not None and value.reason_asked_at is not None and value.state in SENT
    if is_asked and not door.is_published:
        return None
    return why_not_save(door, value)


def replace_number(value: Realization, number: Decimal | None, text: str = "") -> list[str]:
    """Put another number into a value and return the names of what was cleared with it.

    Women, men, others and the reason for no figure were said of the number that goes, and with
    the reason goes what explained it; the history keeps all of it. The same number with another
    spelling clears nothing. Nothing is saved.
    """
    is_same = value.value == number and (number is not None or value.text == text)
    value.value, value.text = number, text
    if is_same:
        return []
    cleared = [name for name in PARTS if getattr(value, name) is not None]
    for name in PARTS:
        setattr(value, name, None)
    if value.absence:
        cleared += ["absence", *(name for name in WORDS if getattr(value, name))]
        for name in ("absence", *WORDS):
            setattr(value, name, "")
    return cleared


def written_by(value: Realization, person: User | None) -> None:
    """Note who wrote what the value holds now; nothing is saved."""
    value.entered_by, value.entered_at = person, timezone.now()


def explained(value: Realization) -> None:
    """Note that what was asked for came, once reason and measure are there; nothing is saved."""
    if value.deviation_reason.strip() and value.measure_to_take.strip():
        value.reason_asked_at = value.reason_asked_by = None


def store(value: Realization, reason: str = "", *, through: Door | None = None) -> None:
    """Save a realization as its next version, with the reason in its history.

    What is written ``through`` a unit's door raises CalendarMoved where somebody opened or
    closed the year since the door was looked at.
    """
    value.calendar_seen = through.calendar if through is not None else None
    value.version += 0 if value._state.adding else 1
    if reason:
        value._change_reason = reason  # type: ignore[attr-defined]
    value.save()


def handed_over(value: Realization, person: User | None) -> None:
    """Let a value count as sent: what an office brings in is not on anybody's desk."""
    value.state = State.SUBMITTED
    value.submitted_at, value.submitted_by = timezone.now(), person
    value.decided_at = value.decided_by = None


def brought_in(value: Realization, person: User | None) -> None:
    """Note who brought a value in with a file; it counts as sent, and nothing is saved.

    What was verified is corrected by it and stays so; a file verifies nothing.
    """
    if value.state != State.APPROVED:
        handed_over(value, person)
    written_by(value, person)


def why_not_delete(value: Realization, period: Period | None) -> Sentence | None:
    """Return why a value cannot be deleted; None for what is still on a desk of an open year."""
    if value.state in SENT:
        return Sentence(KEPT_SENT)
    if period is not None and period.state in (Period.State.CLOSED, Period.State.PUBLISHED):
        return Sentence(KEPT_YEAR, year=value.year)
    return None


# --- Sending ---


def lacks_reason(value: Realization | None, achievement: Decimal | None) -> bool:
    """Whether the reason of a deviation of more than 10 points is asked for and not there.

    ``achievement`` is a fraction, None where the row is not rated.
    """
    deviates = achievement is not None and needs_reason(achievement)
    return deviates and (value is None or not value.deviation_reason.strip())


def lacks_measure(value: Realization | None, achievement: Decimal | None) -> bool:
    """Whether the measure after a deviation of more than 10 points is asked for and missing."""
    deviates = achievement is not None and needs_reason(achievement)
    return deviates and (value is None or not value.measure_to_take.strip())


def lacks_words(value: Realization | None, achievement: Decimal | None) -> Sentence | None:
    """Return what a deviation still asks of its unit: reason, measure, both; None for nothing."""
    no_reason, no_measure = lacks_reason(value, achievement), lacks_measure(value, achievement)
    if no_reason and no_measure:
        return Sentence(BOTH_MISSING)
    if no_reason:
        return Sentence(REASON_MISSING)
    return Sentence(MEASURE_MISSING) if no_measure else None


def why_not_send(
    value: Realization | None, door: Door, achievement: Decimal | None
) -> Sentence | None:
    """Return why a unit cannot send a value now; None if it can."""
    if not door.is_open:
        return door.why
    if value is not None and value.state in SENT:
        return Sentence(SENT_ALREADY)
    if value is None or not is_said(value.value, value.absence):
        return Sentence(NOTHING_ENTERED)
    return lacks_words(value, achievement)


@dataclass(slots=True)
class Taken:
    """What became of a step for several values: those it was taken for, and why not others.

    ``kept`` is by the value's indicator.
    """

    done: list[Realization] = field(default_factory=list)
    kept: dict[int, Sentence] = field(default_factory=dict)


def send(
    values: Iterable[Realization],
    person: User,
    *,
    doors: Mapping[int, Door],
    achievements: Mapping[int, Decimal | None],
) -> Taken:
    """Send what can be sent; doors and achievements are by indicator."""
    taken = Taken()
    for value in values:
        row = value.indicator_id
        why = why_not_send(value, doors[row], achievements.get(row))
        if why is not None:
            taken.kept[row] = why
            continue
        handed_over(value, person)
        store(value, through=doors[row])
        taken.done.append(value)
    return taken


# --- Taking back ---


def why_not_recall(
    value: Realization | None, person: User, unit: int, door: Door, *, is_looked_at: bool
) -> Sentence | None:
    """Return why a person cannot take back what her unit sent; None if she can.

    ``unit`` is the id of the unit that owns the indicator; ``is_looked_at`` is what
    ``progress.looked_at`` says of the value.
    """
    if value is None or value.state in EDITABLE:
        return Sentence(NOT_SENT)
    if not person.may(Right.RECALL, unit):
        return Sentence(NOT_YOURS)
    if not door.is_open:
        return door.why
    if value.state == State.APPROVED:
        return Sentence(VERIFIED)
    # What is sent from a desk was entered before; a correction or an import enters what is sent.
    if value.submitted_at is None or value.entered_at >= value.submitted_at:
        return Sentence(NOT_FROM_DESK)
    return Sentence(LOOKED_AT) if is_looked_at else None


def recall(
    values: Iterable[Realization],
    person: User,
    *,
    units: Mapping[int, int],
    doors: Mapping[int, Door],
    looked_at: Collection[int],
) -> Taken:
    """Take sent values back to their unit's desk, as they were written.

    Units' ids and doors are by indicator; ``looked_at`` holds the indicators whose values a
    reviewer has begun with.
    """
    taken = Taken()
    for value in values:
        row = value.indicator_id
        why = why_not_recall(value, person, units[row], doors[row], is_looked_at=row in looked_at)
        if why is not None:
            taken.kept[row] = why
            continue
        back_to_desk(value)
        store(value, through=doors[row])
        taken.done.append(value)
    return taken


def back_to_desk(value: Realization) -> None:
    """Let a value be a draft again, with all that is written in it; nothing is saved."""
    value.state = State.DRAFT
    value.submitted_at = value.submitted_by = None
    value.decided_at = value.decided_by = None


# --- Judging ---


@dataclass(frozen=True, slots=True)
class Grounds:
    """What approving looks at besides the value itself.

    ``blocked`` holds the indicators that an open blocking finding concerns, ``achievements``
    fractions by indicator. ``waiver`` is the reviewer's word why no reason is asked for;
    ``allows_own`` is the plan's setting.
    """

    blocked: Collection[int]
    achievements: Mapping[int, Decimal | None]
    waiver: str = ""
    allows_own: bool = False


def is_for_another(value: Realization, person: User, *, allows_own: bool) -> bool:
    """Whether somebody else than this person has to verify a value: she entered its number."""
    return not allows_own and value.entered_by_id == person.pk


def why_not_approve(value: Realization, person: User, grounds: Grounds) -> Sentence | None:
    """Return why a person cannot approve a value now; None if she can."""
    if not person.may(Right.REVIEW):
        return Sentence(NOT_YOURS)
    says_something = is_said(value.value, value.absence) or is_text(value.text)
    if value.state != State.SUBMITTED or not says_something:
        return Sentence(NOT_SENT)
    if value.indicator_id in grounds.blocked:
        return Sentence(QUESTION_OPEN)
    if is_for_another(value, person, allows_own=grounds.allows_own):
        return Sentence(OWN_VALUE)
    achievement = grounds.achievements.get(value.indicator_id)
    if lacks_reason(value, achievement) and not grounds.waiver.strip():
        return Sentence(REASON_MISSING)
    return None


def approve(values: Iterable[Realization], person: User, grounds: Grounds) -> Taken:
    """Approve what was sent and nothing keeps back."""
    taken = Taken()
    for value in values:
        why = why_not_approve(value, person, grounds)
        if why is not None:
            taken.kept[value.indicator_id] = why
            continue
        waived = lacks_reason(value, grounds.achievements.get(value.indicator_id))
        decide(value, State.APPROVED, person)
        value.reason_waived = grounds.waiver.strip() if waived else ""
        store(value, value.reason_waived)
        taken.done.append(value)
    return taken


def return_to_unit(
    values: Iterable[Realization], person: User, note: str, *, doors: Mapping[int, Door]
) -> Taken:
    """Return sent or approved values to their unit with a note, which is required.

    Doors are by indicator: what nobody at the desk could write on stays where it is.
    """
    if not person.may(Right.REVIEW):
        raise Sentence(NOT_YOURS)
    if not note.strip():
        raise Sentence(NOTE_MISSING)
    taken = Taken()
    for value in values:
        if value.state not in SENT:
            continue
        if not doors[value.indicator_id].is_open:
            taken.kept[value.indicator_id] = Sentence(SHUT_FOR_UNIT)
            continue
        decide(value, State.RETURNED, person)
        value.note, value.reason_waived = note.strip(), ""
        store(value, note.strip())
        taken.done.append(value)
    return taken


def take_back(
    values: Iterable[Realization], person: User, note: str, *, period: Period | None
) -> Taken:
    """Take back approvals with a note, which is required: the values wait to be judged again.

    Raise Sentence in a year that is published or has not begun. What the waiver said goes with
    the approval; the history keeps both.
    """
    _refuse_judging(person, period)
    if not note.strip():
        raise Sentence(TAKEN_BACK_WHY)
    taken = Taken()
    for value in values:
        if value.state != State.APPROVED:
            taken.kept[value.indicator_id] = Sentence(NOT_VERIFIED)
            continue
        value.state = State.SUBMITTED
        value.decided_at = value.decided_by = None
        value.note, value.reason_waived = note.strip(), ""
        store(value, note.strip())
        taken.done.append(value)
    return taken


def decide(value: Realization, state: str, person: User) -> None:
    """Let a reviewer's verdict stand in a value; nothing is saved."""
    value.state = state
    value.decided_at, value.decided_by = timezone.now(), person
    value.reason_asked_at = value.reason_asked_by = None


def brought_to(value: Realization, state: str, person: User) -> None:
    """Let the administration put a value into any state, with who and when; nothing is saved."""
    if state in (State.RETURNED, State.APPROVED):
        if value.submitted_at is None:
            handed_over(value, person)
        decide(value, state, person)
    elif state == State.SUBMITTED:
        handed_over(value, person)
    else:
        back_to_desk(value)


def ask_reason(
    values: Iterable[Realization],
    person: User,
    period: Period | None,
    achievements: Mapping[int, Decimal | None],
) -> list[Realization]:
    """Ask for the reasons that are missing; the unit may write them, not the number.

    What was asked for already stays asked for since then. Raise Sentence in a year that is
    published or has not begun.
    """
    _refuse_judging(person, period)
    asked = []
    for value in values:
        if is_to_be_asked(value, achievements.get(value.indicator_id)):
            value.reason_asked_at, value.reason_asked_by = timezone.now(), person
            store(value)
            asked.append(value)
    return asked


def is_unexplained(value: Realization, achievement: Decimal | None) -> bool:
    """Whether a value was sent without the reason it needs, and nobody waived it."""
    return (
        value.state in SENT and lacks_reason(value, achievement) and not value.reason_waived.strip()
    )


def is_to_be_asked(value: Realization, achievement: Decimal | None) -> bool:
    """Whether the reason of a sent value is missing and was neither asked for nor waived."""
    return value.reason_asked_at is None and is_unexplained(value, achievement)


def _refuse_judging(person: User, period: Period | None) -> None:
    """Raise Sentence for who does not judge, and in a year that is published or has not begun."""
    if not person.may(Right.REVIEW):
        raise Sentence(NOT_YOURS)
    if period is None or period.state == Period.State.PLANNED:
        raise Sentence(NOT_OPEN, year=period.year if period else "")
    if period.state == Period.State.PUBLISHED:
        raise Sentence(PUBLISHED, year=period.year)


# --- Correcting ---


def reason_needed(
    period: Period | None, states: Collection[str], *, rewrites: bool = False
) -> Sentence | None:
    """Return the sentence that asks why values change, None where nobody has to say.

    ``states`` are those the values have, none for a new one; ``rewrites`` says that a number is
    written by others than the unit, and not only what it means.
    """
    state = period.state if period is not None else Period.State.PLANNED
    year = period.year if period is not None else ""
    if state == Period.State.PUBLISHED:
        return Sentence(REASON_NEEDED_PUBLISHED, year=year)
    if State.APPROVED in states:
        return Sentence(REASON_NEEDED)
    if rewrites and State.SUBMITTED in states:
        return Sentence(REASON_NEEDED_SENT)
    if rewrites and state == Period.State.CLOSED:
        return Sentence(REASON_NEEDED_CLOSED, year=year)
    return None


def why_not_change(
    values: Iterable[Realization],
    person: User,
    period: Period | None,
    year: int,
    reason: str,
    *,
    rewrites: bool = False,
) -> Sentence | None:
    """Return why a person may not change what concerns stored values of a year; None if she may.

    A number that was sent is the reviewers' to rewrite, with a reason, and what an approved one
    means as well; a published year changes by an administrator and with a reason.
    """
    states = {value.state for value in values}
    theirs = set(SENT) if rewrites else {State.APPROVED}
    if states & theirs and not person.may(Right.CORRECT):
        return Sentence(REVIEWERS_CHANGE)
    is_published = period is not None and period.state == Period.State.PUBLISHED
    if is_published and not person.may(Right.CORRECT_PUBLISHED):
        return Sentence(PUBLISHED, year=year)
    missing = reason_needed(period, states, rewrites=rewrites)
    return missing if missing is not None and not reason.strip() else None


def correct(
    value: Realization, number: Decimal | None, person: User, period: Period | None, reason: str
) -> list[str]:
    """Write another number over one that was sent, and return what was cleared with the old one.

    The value keeps its state; in a published year the correction approves it, because an edition
    holds approved values only. Raise Sentence for one that is on its unit's desk, and where
    ``why_not_change`` says so.
    """
    if value.state in EDITABLE:
        raise Sentence(ON_THE_DESK)
    year = value.year
    why = why_not_change([value], person, period, year, reason, rewrites=True)
    if why is not None:
        raise why
    cleared = replace_number(value, number)
    written_by(value, person)
    if is_approved_with(value, period):
        decide(value, State.APPROVED, person)
    store(value, reason.strip())
    return cleared


def rewrite(
    value: Realization, number: Decimal | None, person: User, period: Period | None, reason: str
) -> list[str]:
    """Let an answer write a number: on the desk as its unit would, over a sent one as a correction.

    Return what was cleared with the old number; raise Sentence where it may not be written.
    """
    if value.state in SENT:
        return correct(value, number, person, period, reason)
    why = why_not_change([], person, period, value.year, reason)
    if why is not None:
        raise why
    cleared = replace_number(value, number)
    written_by(value, person)
    store(value, reason.strip())
    return cleared


def is_approved_with(value: Realization, period: Period | None) -> bool:
    """Whether correcting a value also approves it: where its year is published."""
    is_published = period is not None and period.state == Period.State.PUBLISHED
    return is_published and value.state == State.SUBMITTED
