"""Sending what is queued: claim, hand over to the mail server, mark. At most once is the rule.

A notice is claimed by an update that asks for it to be unclaimed, and that is committed before
anything leaves: of two runs at once only one gets it. A run that ends between claim and mark
leaves it claimed, and nobody can know whether the message went out; it is told and not repeated.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import groupby
from smtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException, SMTPSenderRefused

from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from indicators.models import Notice
from mail.messages import Facts, compose, family
from mail.recipients import called, is_reachable

ATTEMPTS = 5
PROBLEM_LENGTH = 300
_ATTEMPT = re.compile(r"^\d+\. ", re.MULTILINE)
# The server answered, and the answer was no: nothing left.
REFUSED = (SMTPRecipientsRefused, SMTPResponseException)

WAITING = Q(sent_at=None, claimed_at=None)
UNCERTAIN = Q(sent_at=None, claimed_at__isnull=False)
GIVEN_UP = WAITING & Q(problem__contains=f"\n{ATTEMPTS}. ")

STATES = {
    "waiting": _("waiting"),
    "sent": _("sent"),
    "uncertain": _("uncertain"),
    "refused": _("refused, will be tried again"),
    "given_up": _("given up"),
}


def in_state(state: str) -> Q:
    """Return the condition on notices of one of the states, of which each has exactly one."""
    return {
        "waiting": WAITING & Q(problem=""),
        "sent": Q(sent_at__isnull=False),
        "uncertain": UNCERTAIN,
        "refused": WAITING & ~Q(problem="") & ~GIVEN_UP,
        "given_up": GIVEN_UP,
    }[state]


def state_of(notice: Notice) -> str:
    """Return a notice's state; the same as ``in_state`` finds."""
    if notice.sent_at is not None:
        return "sent"
    if notice.claimed_at is not None:
        return "uncertain"
    if attempts(notice.problem) >= ATTEMPTS:
        return "given_up"
    return "refused" if notice.problem else "waiting"


@dataclass
class Outcome:
    """What a run did: messages sent, refused or uncertain, notices that had become pointless."""

    sent: int = 0
    refused: list[str] = field(default_factory=list)
    uncertain: list[str] = field(default_factory=list)
    server: str = ""  # why the server could not be reached at all
    stale: int = 0
    skipped: dict[int, User] = field(default_factory=dict)

    @property
    def is_fine(self) -> bool:
        return not (self.refused or self.uncertain or self.server)


class ServerAway(Exception):
    """The mail server takes nothing at the moment, whoever it is for."""


def send_queued(today: datetime.date) -> Outcome:
    """Send every waiting notice, one message a person and family; commit as it goes."""
    outcome, facts = Outcome(), Facts(today)
    connection = get_connection()
    try:
        for person, notices in waiting():
            if not is_reachable(person):
                outcome.skipped[person.pk] = person
                continue
            live = [notice for notice in notices if not facts.is_stale(notice)]
            outcome.stale += _drop(notice for notice in notices if notice not in live)
            if live:
                _send(person, live, facts, connection, outcome)
    except ServerAway as away:
        outcome.server = str(away)
        _note_delay(outcome.server)
    finally:
        _close(connection)
    return outcome


def uncertain() -> QuerySet[Notice]:
    """Return what was claimed and never marked: sent or not, nobody knows."""
    return Notice.objects.filter(UNCERTAIN).select_related("person").order_by("pk")


def given_up() -> QuerySet[Notice]:
    return Notice.objects.filter(GIVEN_UP)


def again(keys: Collection[int]) -> int:
    """Let uncertain notices wait to be sent again, as a person decided; return how many."""
    return uncertain().filter(pk__in=keys).order_by().update(claimed_at=None)


def waiting() -> Iterator[tuple[User, list[Notice]]]:
    found = (
        Notice.objects.filter(WAITING)
        .exclude(GIVEN_UP)
        .select_related("person", "period__plan", "department")
        .order_by("person_id", "pk")
    )
    for person, own in groupby(found, key=lambda notice: notice.person):
        by_family: dict[str, list[Notice]] = {}
        for notice in own:
            by_family.setdefault(family(notice), []).append(notice)
        for notices in by_family.values():
            yield person, notices


def _send(
    person: User,
    notices: Sequence[Notice],
    facts: Facts,
    connection: BaseEmailBackend,
    outcome: Outcome,
) -> None:
    try:
        connection.open()
    except (OSError, SMTPException) as error:
        raise ServerAway(_told(error)) from error
    claimed = _claim(notices)
    if not claimed:
        return
    whom = f"{called(person)} <{person.email}>"
    try:
        message = compose(person, claimed, facts, connection)
        message.message()  # refuses line breaks in headers, before anything leaves
    except Exception as error:
        # Whatever is wrong with one message must not keep the others from going out.
        _release(claimed, error)
        outcome.refused.append(f"{whom}: {_told(error)}")
        return
    try:
        connection.send_messages([message])
    except SMTPSenderRefused as error:
        _release(claimed)
        raise ServerAway(_told(error)) from error
    except REFUSED as error:
        _release(claimed, error)
        outcome.refused.append(f"{whom}: {_told(error)}")
    except Exception as error:
        # Cut off half-way: it may have gone out.
        _note(claimed, error)
        outcome.uncertain.append(f"{whom}: {_told(error)}")
        _close(connection)
    else:
        _mark(claimed)
        outcome.sent += 1


def _claim(notices: Sequence[Notice]) -> list[Notice]:
    """Return those of the notices that this run got; committed when it returns."""
    now = timezone.now()
    with transaction.atomic(durable=True):
        return [
            notice
            for notice in sorted(notices, key=lambda notice: notice.pk)
            if Notice.objects.filter(WAITING, pk=notice.pk).update(claimed_at=now)
        ]


def _mark(notices: Iterable[Notice]) -> None:
    _rows(notices).update(sent_at=timezone.now(), problem="")


def _release(notices: Iterable[Notice], error: Exception | None = None) -> None:
    """Give notices back to the queue, counting the attempt where the message was refused."""
    for notice in notices:
        problem = _attempted(notice.problem, error) if error else notice.problem
        _rows([notice]).update(claimed_at=None, problem=problem)


def _note(notices: Iterable[Notice], error: Exception) -> None:
    for notice in notices:
        _rows([notice]).update(problem=_attempted(notice.problem, error))


def _note_delay(told: str) -> None:
    """Write beside everything that waits why it does; no attempt of its own was made."""
    for notice in Notice.objects.filter(WAITING).exclude(GIVEN_UP).only("problem"):
        lines = [line for line in notice.problem.splitlines() if not line.startswith("… ")]
        problem = "\n".join([*lines, f"… {told}"])
        Notice.objects.filter(WAITING, pk=notice.pk).update(problem=problem)


def _drop(notices: Iterable[Notice]) -> int:
    keys = [notice.pk for notice in notices]
    dropped, _each = Notice.objects.filter(WAITING, pk__in=keys).delete()
    return dropped


def _rows(notices: Iterable[Notice]) -> QuerySet[Notice]:
    return Notice.objects.filter(pk__in=[notice.pk for notice in notices])


def attempts(problem: str) -> int:
    """Return how often a message was refused: each attempt leaves a numbered line."""
    return len(_ATTEMPT.findall(problem))


def _attempted(problem: str, error: Exception) -> str:
    lines = [line for line in problem.splitlines() if _ATTEMPT.match(line)]
    return "\n".join([*lines, f"{len(lines) + 1}. {_told(error)}"])


def _told(error: Exception) -> str:
    """Return an error on one line."""
    told = " ".join(str(error).split())
    return f"{type(error).__name__}: {told}"[:PROBLEM_LENGTH]


def _close(connection: BaseEmailBackend) -> None:
    with suppress(OSError, SMTPException):
        connection.close()
