"""Keeping the people of a municipality: who may change what of whom, and every step of it.

The administration and the settings' pages ask here. Nobody takes the administration from herself;
what is a person's everywhere is left alone where she belongs elsewhere, too; an operator is an
operator's; who was ever here is not deleted, as the history names her.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.admin.models import LogEntry as AdministrationEntry
from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, models, transaction
from django.db.models import F, OuterRef, ProtectedError, Q, QuerySet, Subquery
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import invitations, log, memberships, sessions, throttle
from accounts.models import Membership, User
from accounts.records import Invitation, LogEntry
from activities import names, revisions
from activities.models import Department, Municipality, Plan

MOST_LIKE = 100  # people of one user name and a number


class Refused(Exception):
    """Why a step is not taken, in a sentence."""


# What somebody is here for


class Task(models.TextChoices):
    """What a person is here for; a membership's role, and whether she coordinates."""

    COORDINATOR = "coordinator", gettext_lazy("Coordinator")
    REVIEWER = "reviewer", gettext_lazy("Reviewer")
    ADMINISTRATOR = "administrator", gettext_lazy("Administrator")
    READER = "reader", gettext_lazy("Reader")

    @property
    def role(self) -> str:
        """Return the membership's role that the task gives."""
        reads = self in (Task.COORDINATOR, Task.READER)
        return Membership.Role.READER.value if reads else self.value


# What each of them does, in one sentence.
TOLD: Mapping[str, Any] = {
    Task.COORDINATOR: gettext_lazy("enters the values of her own units and sends them"),
    Task.REVIEWER: gettext_lazy("sees every unit, verifies or returns values, closes the year"),
    Task.ADMINISTRATOR: gettext_lazy("sets up plan, units and people; corrects what is published"),
    Task.READER: gettext_lazy("reads everything and changes nothing"),
}


def task_of(membership: Membership) -> Task:
    """Return a person's task in a municipality; a reviewer may have units besides."""
    if membership.role != Membership.Role.READER:
        return Task(membership.role)
    return Task.COORDINATOR if membership.coordinates else Task.READER


# Who may change what of whom


def keeps_administration(
    person: User, by: User, *, role: str, is_active: bool = True, is_superuser: bool | None = None
) -> bool:
    """Whether a change leaves the administration to who makes it, if it is about herself."""
    if person.pk != by.pk:
        return True
    operates = person.is_superuser if is_superuser is None else is_superuser
    return is_active and (operates or role == Membership.Role.ADMINISTRATOR)


def not_from_oneself() -> str:
    return _("You cannot take the administration away from yourself.")


def _not_an_operators() -> str:
    return _("An operator's account is changed by an operator only.")


def may_change(person: User, by: User) -> bool:
    """Whether somebody who administers may change anything of a person here."""
    return by.is_superuser or not person.is_superuser


def may_change_own(person: User, by: User, municipality: Municipality | None) -> bool:
    """Whether she may change, too, what is the person's everywhere: name, address, account.

    One query.
    """
    return by.is_superuser or (
        may_change(person, by) and not memberships.are_elsewhere(person, municipality)
    )


def may_delete(person: User, by: User, municipality: Municipality | None) -> bool:
    """Whether a person may be deleted: who was never here. The others are made inactive."""
    if person.last_login is not None or person.is_superuser:
        return False
    return may_change_own(person, by, municipality)


# Whose page there is


def of(municipality: Municipality) -> QuerySet[User]:
    """Return a municipality's people: who belongs to it, and who left it and belongs nowhere."""
    here = Membership.objects.filter(municipality=municipality).values("person")
    return User.objects.filter(
        Q(pk__in=here) | Q(pk__in=left(municipality).order_by().values("pk"))
    )


def left(municipality: Municipality) -> QuerySet[User]:
    """Return who belonged to a municipality last, and belongs nowhere since."""
    ended = Membership.history.filter(person=OuterRef("pk"), history_type="-")
    newest = ended.order_by("-history_date", "-history_id").values("municipality")
    people = User.objects.filter(memberships=None).annotate(last_place=Subquery(newest[:1]))
    return people.filter(last_place=municipality.pk)


# Bringing somebody in


def known_at(address: str, municipality: Municipality) -> User | None:
    """Return the one whose account an address stands for; None if there is none to be given.

    Somebody of elsewhere is known by an address that she has proven: another municipality could
    write any address beside a name. Of several who share one, nobody says who is meant.
    """
    found = User.objects.filter(email__iexact=address.strip())
    people = [person for person in found if _can_be_given(person, municipality)]
    return people[0] if len(people) == 1 else None


def _can_be_given(person: User, municipality: Municipality) -> bool:
    if not was_elsewhere(person, municipality):
        return True
    is_open = person.is_active or not memberships.are_elsewhere(person, municipality)
    return is_open and person.has_proven_address


def was_elsewhere(person: User, municipality: Municipality) -> bool:
    """Whether a person belongs, or ever belonged, to another municipality; two queries at most."""
    rows = Membership.history.filter(person=person).exclude(municipality=municipality)
    return memberships.are_elsewhere(person, municipality) or rows.exists()


@transaction.atomic
def bring(
    address: str,
    municipality: Municipality,
    *,
    first_name: str,
    last_name: str,
    task: Task,
    units: list[Department],
    by: User,
) -> User:
    """Give the person of an address a place in a municipality; else make her one.

    A known person keeps her name. Whose account was closed here is let in again. Raises Refused
    where she is here already.
    """
    refuse_taken(address, None, municipality)
    person = known_at(address, municipality)
    if person is None:
        person = _made(address, first_name, last_name)
    elif not person.is_active and not memberships.are_elsewhere(person, municipality):
        person.is_active = True
        person.save(update_fields=["is_active"])
    place(person, municipality, task=task, units=units, by=by)
    return person


def place(
    person: User,
    municipality: Municipality,
    *,
    task: Task,
    units: Iterable[Department],
    by: User,
    reason: str = "",
) -> None:
    """Give a person a task and units in a municipality, in place of those she had there."""
    memberships.put(
        person,
        municipality,
        role=task.role,
        units=units,
        coordinates=task is Task.COORDINATOR,
        by=by,
        reason=reason,
    )


def _made(address: str, first_name: str, last_name: str) -> User:
    """Make a person without a password; her user name is what stands before the @, and a number.

    With several municipalities every name gets a number by chance: one that follows from whether
    the name is taken would tell of people elsewhere.
    """
    wanted = ".".join(names.fold(address.partition("@")[0]).split())[:140] or "kisi"
    are_several = len(Municipality.objects.order_by()[:2]) > 1
    for number in range(1, MOST_LIKE):
        username = wanted if number == 1 else f"{wanted}{number}"
        if are_several:
            username = f"{wanted}{100 + secrets.randbelow(900)}"
        if User.objects.filter(username__iexact=username).exists():
            continue
        person = User(username=username, email=address, first_name=first_name, last_name=last_name)
        person.set_unusable_password()
        try:
            with transaction.atomic():
                person.save()
        except IntegrityError:  # made by another process meanwhile
            continue
        return person
    raise Refused(_("No user name is free for this address."))


@transaction.atomic
def change(
    person: User,
    municipality: Municipality,
    *,
    told: Mapping[str, str],
    task: Task,
    units: Iterable[Department],
    by: User,
    reason: str,
) -> None:
    """Change what a person is called and is here; ``told`` has what is hers, changed or not.

    A link that was sent to another address than her new one ends. Raises Refused.
    """
    if not may_change(person, by):
        raise Refused(_not_an_operators())
    changed = {name: value for name, value in told.items() if getattr(person, name) != value}
    if changed:
        _refuse_unless_own(person, municipality, by)
        refuse_taken(changed.get("email", ""), person, municipality)
        for name, value in changed.items():
            setattr(person, name, value)
        person._change_reason = reason or None  # type: ignore[attr-defined]
        person.save(update_fields=list(changed))
    if "email" in changed:
        invitations.withdraw(person, by=by, municipality=municipality)
    place(person, municipality, task=task, units=units, by=by, reason=reason)


def refuse_taken(address: str, person: User | None, municipality: Municipality) -> None:
    """Refuse an address that somebody else of the municipality has; one query at most."""
    others = User.objects.filter(
        email__iexact=address.strip(), memberships__municipality=municipality
    )
    if person is not None:
        others = others.exclude(pk=person.pk)
    if address and others.exists():
        raise Refused(_("Somebody with this address is here already."))


def refuse_name(username: str, address: str) -> None:
    """Refuse a user name that looks like an address and is not the person's own."""
    if "@" in username and username.lower() != address.lower():
        raise Refused(_("A user name with an @ can only be the person's own e-mail address."))


def prove_address(sender: Any, request: Any, user: User, **kwargs: Any) -> None:
    """Note that a link sent to a person's address was opened; a signal's receiver."""
    User.objects.filter(pk=user.pk).update(proven_address=F("email"))


# Steps


def close(person: User, municipality: Municipality, *, by: User, reason: str) -> None:
    """Close a person's account: she cannot sign in any more, and her sessions end."""
    _refuse_unless_own(person, municipality, by)
    if person.pk == by.pk:
        raise Refused(not_from_oneself())
    _keep_active(person, False, reason)
    sessions.end_all(person)


def open_again(person: User, municipality: Municipality, *, by: User, reason: str) -> None:
    """Let a person whose account was closed sign in again."""
    _refuse_unless_own(person, municipality, by)
    if is_nameless(person):
        raise Refused(_("The name was taken off this account: it stays closed."))
    _keep_active(person, True, reason)


def _keep_active(person: User, is_active: bool, reason: str) -> None:
    if person.is_active != is_active:
        person.is_active = is_active
        person._change_reason = reason or None  # type: ignore[attr-defined]
        person.save(update_fields=["is_active"])


def take_out(person: User, municipality: Municipality, *, by: User, reason: str) -> None:
    """Take a person out of a municipality; her account and her other places stay."""
    if not may_change(person, by):
        raise Refused(_not_an_operators())
    if person.pk == by.pk:
        raise Refused(not_from_oneself())
    invitations.withdraw(person, by=by, municipality=municipality)
    memberships.end(person, municipality, by=by, reason=reason)


def unlock(person: User, *, by: User) -> bool:
    """Let a person try again at once who waits after wrong passwords; whether she had to wait."""
    ended = throttle.unlock([person]) > 0
    if ended:
        log.record(log.Act.UNLOCKED, by, person.get_username())
    return ended


def sign_out(person: User, municipality: Municipality, *, by: User) -> int:
    """End all sessions of a person; return how many there were."""
    _refuse_unless_own(person, municipality, by)
    ended = sessions.end_all(person)
    log.record(log.Act.SIGNED_OUT, by, person.get_username())
    return ended


def delete(person: User, municipality: Municipality, *, by: User, reason: str) -> None:
    """Delete somebody who was never here."""
    if not may_delete(person, by, municipality):
        raise Refused(_("Who was ever here, or belongs elsewhere, is not deleted."))
    person._change_reason = reason or None  # type: ignore[attr-defined]
    try:
        with transaction.atomic():
            person.delete()
    except ProtectedError:
        raise Refused(_("Something still names this person.")) from None


def _refuse_unless_own(person: User, municipality: Municipality, by: User) -> None:
    if not may_change(person, by):
        raise Refused(_not_an_operators())
    if not may_change_own(person, by, municipality):
        raise Refused(_("This person belongs to another municipality, too: her account is hers."))


# Taking off the name of who left


def nameless(person: User) -> tuple[str, str]:
    """Return user name and name of a person whose name is taken off; her number tells her apart."""
    with translation.override(settings.LANGUAGE_CODE):
        name = _("Person who left %(number)s") % {"number": person.pk}
    return "-".join(names.fold(name).split()), name


def is_nameless(person: User) -> bool:
    return person.get_username() == nameless(person)[0]


def may_take_name_off(person: User, by: User, municipality: Municipality) -> bool:
    """Whether a person's name may be taken off: of a closed account that is only this place's."""
    return (
        not person.is_active
        and not person.is_superuser
        and person.pk != by.pk
        and not memberships.are_elsewhere(person, municipality)
        and not is_nameless(person)
    )


@transaction.atomic
def take_name_off(person: User, municipality: Municipality, *, by: User, reason: str) -> None:
    """Replace a person's name, user name and address everywhere; she leaves the municipality.

    In the person, her history, her invitations, the log and the administration's own; what proves
    who she is (second step, the municipality's account, sessions) is deleted. What she did stays,
    under the other name. It cannot be undone. Raises Refused where ``may_take_name_off`` says no.
    """
    if not may_take_name_off(person, by, municipality):
        raise Refused(_("This name cannot be taken off."))
    memberships.end(person, municipality, by=by, reason=reason)
    sessions.end_all(person)
    throttle.unlock([person])
    former = set(person.history.values_list("username", flat=True)) | {person.username}
    username, name = nameless(person)
    told = {"username": username, "first_name": name, "last_name": "", "email": ""}
    for field, value in {**told, "proven_address": ""}.items():
        setattr(person, field, value)
    person.set_unusable_password()
    person._change_reason = reason or None  # type: ignore[attr-defined]
    person.save()
    person.history.update(**told)
    Invitation.objects.filter(person=person).update(address="")
    _rename_in_logs(person, former, username)
    for own in (EmailAddress, SocialAccount, Authenticator, UserSession):
        own.objects.filter(user=person).delete()
    log.record(log.Act.LEFT, by, username)
    # Kept pages name who did what.
    revisions.bump(Plan.objects.filter(municipality=municipality))


def _rename_in_logs(person: User, former: set[str], username: str) -> None:
    """Write a person's new user name where a record is about one of her former ones."""
    acts = LogEntry.objects.filter(about__in=former)
    acts.filter(act__in=log.ABOUT_A_PERSON).update(about=username)
    for old in former:
        for entry in LogEntry.objects.filter(
            act=log.Act.ROLE_CHANGED, about__startswith=f"{old}: "
        ):
            entry.about = username + entry.about.removeprefix(old)
            entry.save(update_fields=["about"])
    AdministrationEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(User), object_id=str(person.pk)
    ).update(object_repr=username)
    belonging = ContentType.objects.get_for_model(Membership)
    for old in former:
        AdministrationEntry.objects.filter(
            content_type=belonging, object_repr__startswith=f"{old} · "
        ).update(object_repr=username)
