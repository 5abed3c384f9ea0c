"""The log of what people did that changes nothing, as a row and as a line.

Asked after a breach: who signed in, who took what away, from where. Rows hold a shortened address
and go after LOG_DAYS; lines hold the whole one and go with the files of the operator.
"""

from __future__ import annotations

import datetime
import ipaddress
import logging
from typing import Any

from allauth.core import context
from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from accounts.finding import person_called
from accounts.models import Membership, User
from accounts.records import LogEntry

logger = logging.getLogger(__name__)
Act = LogEntry.Act

# What an administrator did about a person; it names her user name.
ABOUT_A_PERSON = (Act.INVITED, Act.WITHDRAWN, Act.UNLOCKED, Act.SIGNED_OUT, Act.LEFT)
# What is taken away by opening an address, by its name.
TAKEN: dict[str, Act] = {
    "plan_export": Act.EXPORTED,
    "annual_report_file": Act.EXPORTED,
    "department_template": Act.EXPORTED,
    "entry_workbook_marked": Act.EXPORTED,
    "evidence_file": Act.EVIDENCE,
}


def record(
    act: Act, person: User | None, about: str = "", *, request: HttpRequest | None = None
) -> None:
    """Note an act; ``request`` is the one under way unless another is given."""
    if person is not None and person.pk is None:
        return  # ``prove`` reads every output as somebody who is stored nowhere
    request = request or context.request
    LogEntry.objects.create(
        act=act,
        person=person,
        municipality_id=getattr(person, "stands_in", None),
        about=about[:200],
        network=shortened(address_of(request)) if request else "",
    )
    logger.info("%s %s", act.value, about, extra={"person_id": person.pk if person else None})


def address_of(request: HttpRequest) -> str:
    from allauth.account.adapter import get_adapter

    return get_adapter().get_client_ip(request)


def shortened(address: str) -> str:
    """Return the network of an address: without the last part of IPv4, the last five of IPv6."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return ""
    bits = 24 if found.version == 4 else 48
    return str(ipaddress.ip_network(f"{found}/{bits}", strict=False).network_address)


def forget_old() -> None:
    """Delete what is older than LOG_DAYS; done at every sign-in, so that no cron is needed."""
    end = timezone.now() - datetime.timedelta(days=settings.LOG_DAYS)
    LogEntry.objects.filter(at__lt=end).delete()


# Receivers of signals


def signed_in(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    forget_old()
    record(Act.SIGNED_IN, user, request=request)


def refused(request: HttpRequest, typed: str) -> None:
    """Note a wrong password. What was typed as a name is not kept: it may be a password, too."""
    record(Act.REFUSED, person_called(typed), request=request)


def password_changed(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    record(Act.PASSWORD_CHANGED, user, request=request)


def second_factor_changed(
    sender: Any, request: HttpRequest, user: User, authenticator: Any, **kwargs: Any
) -> None:
    record(Act.SECOND_FACTOR, user, str(authenticator.type), request=request)


def role_changed(sender: Any, instance: Membership, **kwargs: Any) -> None:
    """Note who gave or took a place in a municipality. Nobody acts where there is no request."""
    if kwargs.get("raw"):
        return
    sign = "=" if "created" in kwargs else "−"
    _noted_role(instance, f"{sign}{instance.task}")


def units_changed(
    sender: Any, instance: Any, action: str, pk_set: set[int] | None, model: Any, **kwargs: Any
) -> None:
    """Note who gave or took units."""
    if action not in ("post_add", "post_remove") or not pk_set:
        return
    if isinstance(instance, Membership):
        sign = "+" if action == "post_add" else "−"
        given = model._default_manager.filter(pk__in=pk_set)
        _noted_role(instance, ", ".join(f"{sign}{one}" for one in given))


def _noted_role(membership: Membership, what: str) -> None:
    request = context.request
    if request is None or not isinstance(request.user, User):
        return
    record(Act.ROLE_CHANGED, request.user, f"{membership.person.get_username()}: {what}")
