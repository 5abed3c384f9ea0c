"""Slowing down attempts to sign in, so that guessing is hopeless and nobody is locked out.

Every attempt is counted before the password is looked at, in three places:

- with a browser in which this person has signed in before: in that browser's own count for her,
  which nobody else can reach;
- with any other browser: in the account's count for strangers, and in the count of the address.

After a few free attempts each further one has to wait, longer each time, up to a limit. An attempt
during the wait is answered without looking at the password and is not counted, so it does not
make the wait longer. Whoever keeps an account's count for strangers full keeps out strangers: its
owner signs in with her own browser, or with a link that is sent to her.

Counts are rows, not a cache's entries, so that all processes and servers share them. Nothing in
them names a person or an address; a count is forgotten after a day without attempts.
"""

from __future__ import annotations

import datetime
import hashlib
import hmac
import ipaddress
from collections.abc import Collection
from dataclasses import dataclass

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import User
from accounts.records import SlowedAttempts
from activities import names

FORGOTTEN_AFTER = datetime.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Pace:
    """How many attempts are free, and how long the waits after them get (seconds)."""

    free: int
    longest: int

    def wait(self, count: int) -> int:
        """Return the seconds to wait after an attempt: 0 while it is free, then 2, 4, 8, …"""
        beyond = count - self.free
        return 0 if beyond < 0 else min(2 ** min(beyond + 1, 20), self.longest)


# A whole town hall may share an address; in her own browser somebody may try for long.
ACCOUNT = Pace(free=5, longest=15 * 60)
ADDRESS = Pace(free=50, longest=5 * 60)
OWN_BROWSER = Pace(free=10, longest=5 * 60)
CODE = Pace(free=5, longest=15 * 60)


@dataclass(frozen=True, slots=True)
class Count:
    key: str
    pace: Pace


class TooFast(Exception):
    """An attempt came too early; ``seconds`` are left to wait."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


def counts_for(typed: str, person: User | None, address: str, browser: str) -> list[Count]:
    """Return where an attempt counts; ``browser`` is empty for one this person never used.

    A name that nobody has is counted like any other, so that waiting betrays nothing.
    """
    whom = str(person.pk) if person else names.fold(typed)
    if person and browser:
        return [Count(_key("browser", whom, browser), OWN_BROWSER)]
    return [
        Count(_key("account", whom), ACCOUNT),
        Count(_key("address", network(address)), ADDRESS),
    ]


def code_count(person: User) -> Count:
    """Return where attempts at a person's second factor count; she has given her password."""
    return Count(_key("code", str(person.pk)), CODE)


def take(counts: Collection[Count]) -> None:
    """Count an attempt everywhere or nowhere; raise TooFast where one has to wait."""
    now = timezone.now()
    with transaction.atomic():
        rows = [_locked(count.key, now) for count in counts]
        left = [row.wait_until - now for row in rows if row.wait_until and row.wait_until > now]
        if left:
            raise TooFast(max(1, round(max(left).total_seconds())))
        for row, count in zip(rows, counts, strict=True):
            row.count += 1
            wait = count.pace.wait(row.count)
            row.wait_until = now + datetime.timedelta(seconds=wait) if wait else None
            row.last_at = now
            row.save()
    _forget_old(now)


def succeeded(counts: Collection[Count]) -> None:
    """Forget the attempts at an account that its owner ended; one fewer for her address.

    The address's count is not cleared: who has an account of her own could clear it for others.
    """
    for count in counts:
        row = SlowedAttempts.objects.filter(key=count.key)
        if count.pace is ADDRESS:
            row.filter(count__gt=0).update(count=F("count") - 1, wait_until=None)
        else:
            row.delete()


def slowed_people() -> set[int]:
    """Return the ids of those whom a stranger's browser has to wait for now; one or two queries."""
    slowed = set(
        SlowedAttempts.objects.filter(wait_until__gt=timezone.now()).values_list("key", flat=True)
    )
    if not slowed:
        return set()
    everybody = User.objects.order_by().values_list("pk", flat=True)
    return {pk for pk in everybody if _key("account", str(pk)) in slowed}


def unlock(people: Collection[User] | None = None) -> int:
    """Forget the attempts at people's accounts, or all attempts; return how many counts ended."""
    rows = SlowedAttempts.objects.all()
    if people is not None:
        rows = rows.filter(
            key__in=[_key(kind, str(one.pk)) for one in people for kind in ("account", "code")]
        )
    return rows.delete()[0]


def network(address: str) -> str:
    """Return what of an address one household or office has: of IPv6 the first 64 bits."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if found.version == 4:
        return str(found)
    return str(ipaddress.ip_network(f"{found}/64", strict=False).network_address)


def _locked(key: str, now: datetime.datetime) -> SlowedAttempts:
    """Return a count's row, locked; it begins anew where nobody has tried for long."""
    rows = SlowedAttempts.objects.select_for_update()
    row = rows.filter(key=key).first()
    if row is None:
        try:
            with transaction.atomic():
                row = SlowedAttempts.objects.create(key=key, last_at=now)
        except IntegrityError:  # made by another process meanwhile
            row = rows.get(key=key)
    if row.last_at < now - FORGOTTEN_AFTER:
        row.count, row.wait_until = 0, None
    return row


def _forget_old(now: datetime.datetime) -> None:
    SlowedAttempts.objects.filter(last_at__lt=now - FORGOTTEN_AFTER).delete()


def _key(*parts: str) -> str:
    text = "\0".join(parts).encode()
    return hmac.new(settings.SECRET_KEY.encode(), text, hashlib.sha256).hexdigest()
