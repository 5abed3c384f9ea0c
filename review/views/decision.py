"""What a form of the review pages sends: a step, the rows and versions seen, what was typed."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from django.http import Http404, QueryDict

from activities.sentences import Sentence
from pages.plan_page import PlanPage
from review import actions
from review.actions import Notes, Outcome
from review.queue import Queue

if TYPE_CHECKING:
    from accounts.models import User

STEPS = ("approve", "ask", "return", "unapprove")
NOTE_LENGTH, WAIVER_LENGTH = 4000, 1000


class Decision:
    """A step for the ticked rows, or for the one whose button was pressed ("approve:7:2").

    ``seen`` holds versions by the value's id, ``own_notes`` what was typed at rows. Raises
    Http404 for steps and values that the page does not show.
    """

    def __init__(self, post: QueryDict, shown: Collection[int]) -> None:
        self.action, _colon, one = post.get("action", "").partition(":")
        if self.action not in STEPS:
            raise Http404
        ticked = seen_in(post.getlist("rows"), shown)
        self.seen = seen_in([one], shown) if one else ticked
        self.one = next(iter(self.seen)) if one else None
        self.ticked = frozenset(ticked)
        self.note = post.get("note", "")[:NOTE_LENGTH]
        self.waiver = post.get("waiver", "")[:WAIVER_LENGTH]
        typed = {pk: post.get(f"note-{pk}", "")[:NOTE_LENGTH] for pk in shown}
        self.own_notes = {pk: text for pk, text in typed.items() if text.strip()}

    @property
    def notes(self) -> Notes:
        """Return the notes of the step: at a row pressed by itself only its own one counts."""
        return Notes("" if self.one is not None else self.note, self.own_notes)

    @property
    def needs_note(self) -> bool:
        return self.action in ("return", "unapprove")

    @property
    def lacks_note(self) -> bool:
        """Whether a step for several rows needs a note that some of them do not have."""
        has_all = bool(self.note.strip()) or self.own_notes.keys() >= self.seen.keys()
        return self.needs_note and bool(self.seen) and not has_all

    @property
    def has_more(self) -> bool:
        """Whether something was typed that this step did not use up."""
        if self.own_notes.keys() - self.seen.keys():
            return True
        if self.action in ("approve", "ask") and self.own_notes:
            return True
        return self.one is not None and bool(self.note.strip() or self.waiver.strip())

    def take(self, here: PlanPage, person: User) -> Outcome:
        """Take the step; raise Sentence where it cannot be taken at all."""
        if not self.seen:
            raise Sentence(actions.NOTHING_CHOSEN)
        to = here.plan, here.year, self.seen, person
        if self.action == "approve":
            return actions.approve(*to, self.waiver)
        if self.action == "ask":
            return actions.ask_reason(*to)
        if self.action == "return":
            return actions.return_to_unit(*to, self.notes)
        return actions.take_back(*to, self.notes)

    def type_into(self, queue: Queue, *, but: Collection[int] = ()) -> None:
        """Put what was typed at the rows there again, except at those that were decided."""
        for pk, text in self.own_notes.items():
            if pk in queue.by_value and pk not in but:
                queue.by_value[pk].note = text


def seen_in(tokens: list[str], shown: Collection[int]) -> dict[int, int]:
    """Return the versions that a form shows as seen; values of other pages do not exist."""
    seen = {}
    for token in tokens:
        pk, _colon, version = token.partition(":")
        if not (pk.isdecimal() and version.isdecimal() and len(token) < 40):
            raise Http404
        seen[int(pk)] = int(version)
    if not seen.keys() <= set(shown):
        raise Http404
    return seen
