"""The list of a municipality's people: narrowed by task and by words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts import people
from accounts.models import Membership, User
from accounts.people import Task
from activities import names
from setup.frame import SettingsPage
from setup.person_words import PersonLine, UnitNames, line, newest_invitations, with_second_step

PER_PAGE = 50
Pair = tuple[User, Membership | None]


@dataclass(frozen=True, slots=True)
class Narrowing:
    """A link that narrows the list to a task, with how many people it leaves."""

    label: str
    count: int
    url: str
    current: bool


def _is(task: Task) -> Callable[[Pair], bool]:
    def fits(pair: Pair) -> bool:
        person, membership = pair
        return membership is not None and person.is_active and people.task_of(membership) is task

    return fits


def _is_unplaced(pair: Pair) -> bool:
    person, membership = pair
    if membership is None or not person.is_active:
        return False
    return people.task_of(membership) is Task.COORDINATOR and not membership.units.all()


def _is_closed(pair: Pair) -> bool:
    person, membership = pair
    return membership is not None and not person.is_active


CHOICES: dict[str, tuple[Callable[[], str], Callable[[Pair], bool]]] = {
    "": (lambda: pgettext("people", "All"), lambda pair: pair[1] is not None),
    "coordinator": (lambda: str(Task.COORDINATOR.label), _is(Task.COORDINATOR)),
    "unplaced": (lambda: _("Coordinator without a unit"), _is_unplaced),
    "reviewer": (lambda: str(Task.REVIEWER.label), _is(Task.REVIEWER)),
    "administrator": (lambda: str(Task.ADMINISTRATOR.label), _is(Task.ADMINISTRATOR)),
    "reader": (lambda: str(Task.READER.label), _is(Task.READER)),
    "closed": (lambda: pgettext("accounts", "Closed"), _is_closed),
    "left": (lambda: pgettext("people", "Left"), lambda pair: pair[1] is None),
}


class PeopleList:
    """The people of a municipality as a request narrows them; eight queries, however many."""

    def __init__(self, here: SettingsPage, *, task: str, words: str, page: str | None) -> None:
        self.here = here
        self.task = task if task in CHOICES else ""
        self.words = words.strip()
        self.wanted = page

    @cached_property
    def everybody(self) -> list[Pair]:
        """Return the members by name, then who left."""
        rows = self.here.municipality.memberships.select_related("person").prefetch_related("units")
        found: list[Pair] = [(row.person, row) for row in rows]
        found += [(person, None) for person in people.left(self.here.municipality)]
        return sorted(
            found, key=lambda pair: (pair[1] is None, names.sort_key(_called(pair[0])), pair[0].pk)
        )

    @cached_property
    def count(self) -> int:
        return sum(pair[1] is not None for pair in self.everybody)

    @property
    def narrowings(self) -> list[Narrowing]:
        """Return the tasks that somebody has, each with how many of all people have it."""
        counts = {key: sum(map(fits, self.everybody)) for key, (_label, fits) in CHOICES.items()}
        return [
            Narrowing(label(), counts[key], self._url(task=key), key == self.task)
            for key, (label, _fits) in CHOICES.items()
            if counts[key] or key in ("", self.task)
        ]

    @cached_property
    def page(self) -> Page[Pair]:
        words = names.fold(self.words).split()
        fits = CHOICES[self.task][1]
        found = [pair for pair in self.everybody if fits(pair) and _says(pair[0], words)]
        return Paginator(found, PER_PAGE).get_page(self.wanted)

    @cached_property
    def units(self) -> UnitNames:
        return UnitNames(self.here.municipality)

    @cached_property
    def lines(self) -> list[PersonLine]:
        shown = [person.pk for person, _membership in self.page]
        stepped = with_second_step(shown)
        newest = newest_invitations(shown, self.here.municipality)
        return [
            line(
                person,
                membership,
                by=self.here.person,
                units=self.units,
                second_step=person.pk in stepped,
                newest=newest.get(person.pk),
            )
            for person, membership in self.page
        ]

    @property
    def previous(self) -> str:
        return self._url(page=self.page.previous_page_number()) if self.page.has_previous() else ""

    @property
    def next(self) -> str:
        return self._url(page=self.page.next_page_number()) if self.page.has_next() else ""

    def _url(self, **changed: object) -> str:
        given = {"task": self.task, "q": self.words, **changed}
        return "?" + urlencode({key: value for key, value in given.items() if value})


def _called(person: User) -> str:
    return person.get_full_name() or person.get_username()


def _says(person: User, words: list[str]) -> bool:
    texts = (person.username, person.first_name, person.last_name, person.email)
    text = names.fold(" ".join(texts))
    return all(word in text for word in words)
