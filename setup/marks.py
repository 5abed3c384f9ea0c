"""What a form remembers of the rows it shows, so that of two people at once the later is told."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext as _

SILENT = {"reason", "seen", "looked"}


def mark_of(rows: Iterable[models.Model]) -> str:
    """Return a mark of what rows hold; it is another one as soon as any of them was written."""
    held = [
        [str(field.value_from_object(row)) for field in row._meta.concrete_fields] for row in rows
    ]
    return hashlib.sha256(repr(held).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Meeting:
    """A field that another person wrote meanwhile, or that is typed otherwise than stored."""

    label: str
    stored: str
    typed: str


class Seen:
    """For a form with a hidden field ``seen``: the mark of what its page showed."""

    meetings: tuple[Meeting, ...] = ()

    def check_seen(self, mark: str, who: str) -> bool:
        """Say whether nobody wrote meanwhile; else tell who did, and what stands there now."""
        form: Any = self
        if not form.is_bound:
            form.initial["seen"] = mark
            return True
        if form.data.get(form.add_prefix("seen")) == mark:
            return True
        told = _("Meanwhile %(who)s changed this row. Nothing was saved; saved again, yours holds.")
        form.add_error(None, told % {"who": who or _("somebody")})
        self.meetings = tuple(meetings(form))
        # The page shown next has seen what is stored.
        form.data = form.data.copy()
        form.data[form.add_prefix("seen")] = mark
        return False


def meetings(form: forms.BaseForm) -> Iterable[Meeting]:
    """Yield the fields in which what is typed is not what is stored."""
    for name in form.changed_data:
        if name in SILENT:
            continue
        bound = form[name]
        yield Meeting(
            str(bound.label), _words(bound.field, bound.initial), _words(bound.field, bound.data)
        )


def _words(field: forms.Field, value: Any) -> str:
    """Return a value as the page says it: the words of a choice, a tick as yes or no."""
    if isinstance(field, forms.BooleanField):
        return _("yes") if value and value != "False" else _("no")
    if isinstance(value, list | tuple):
        return ", ".join(_words(field, each) for each in value) or "—"
    value = field.prepare_value(value)
    known: dict[str, str] = {}
    for key, label in getattr(field, "choices", ()):
        inner = label if isinstance(label, list | tuple) else [(key, label)]
        known |= {str(each): str(words) for each, words in inner}
    return known.get(str(value), "" if value is None else str(value)) or "—"


def changed_by(*histories: models.QuerySet[Any]) -> str:
    """Return who wrote last, by the histories of rows; "" where nobody was signed in."""
    newest = [found for each in histories if (found := each.order_by("-history_date").first())]
    if not newest:
        return ""
    person = max(newest, key=lambda record: record.history_date).history_user
    return (person.get_full_name() or person.get_username()) if person else ""
