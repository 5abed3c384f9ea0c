"""The forms of every page: names in any spelling, and the reason of a change."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities.fields import KeyField
from activities.models import Municipality


def _keys(model: type[models.Model]) -> dict[str, KeyField]:
    return {f.attname: f for f in model._meta.concrete_fields if isinstance(f, KeyField)}


def unique_keys(model: type[models.Model]) -> Iterator[tuple[models.UniqueConstraint, KeyField]]:
    """Return the constraints that hold a derived key unique, each with the key."""
    keys = _keys(model)
    for constraint in model._meta.constraints:
        if isinstance(constraint, models.UniqueConstraint):
            for name in keys.keys() & set(constraint.fields):
                yield constraint, keys[name]


def taken(text: object) -> str:
    return _("“%(text)s” is already there.") % {"text": text}


def key_clashes(instance: models.Model, failed: Collection[str] = ()) -> dict[str, str]:
    """Return a sentence for each column whose key is taken or empty; one query for each.

    Forms cannot see the keys, so without this a second "FEN İŞLERİ" beside "Fen İşleri" would
    be refused by the database only. Columns that ``failed`` already are not looked at again.
    """
    clashes = {}
    for constraint, key in unique_keys(type(instance)):
        if key.source in failed or set(constraint.fields) & set(failed):
            continue
        if not key.pre_save(instance, add=False):
            clashes[key.source] = _("Write at least one letter or digit.")
        elif _is_violated(constraint, instance):
            clashes[key.source] = taken(getattr(instance, key.source))
    return clashes


def _is_violated(constraint: models.UniqueConstraint, instance: models.Model) -> bool:
    try:
        constraint.validate(type(instance), instance)
    except ValidationError:
        return True
    return False


class TurkishSelect(forms.Select):
    """A choice of what has a Turkish name, on every page; the empty choice is in the page's own."""

    def create_option(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option: dict[str, Any] = super().create_option(*args, **kwargs)
        if option["value"]:
            option["attrs"]["lang"] = "tr"
        return option


class KeyedForm(forms.ModelForm):
    """A form that says when a name is taken under another spelling, in the same municipality."""

    # Set by the page, for each request; None where the record says itself whose it is.
    municipality: Municipality | None = None

    def _post_clean(self) -> None:
        is_without = getattr(self.instance, "municipality_id", 0) is None
        if self.municipality is not None and is_without:
            self.instance.municipality = self.municipality
        super()._post_clean()  # type: ignore[misc]
        for source, sentence in key_clashes(self.instance, self.errors.keys()).items():
            self.add_error(source if source in self.fields else None, sentence)
        for constraint in self._left_out():
            if _is_violated(constraint, self.instance):
                self.add_error(None, constraint.get_violation_error_message())

    def _left_out(self) -> Iterator[models.UniqueConstraint]:
        """Return what Django does not check, as the page shows a column and does not ask for it."""
        keys = _keys(type(self.instance))
        for constraint in self.instance._meta.constraints:
            if isinstance(constraint, models.UniqueConstraint) and self.instance.pk:
                columns = set(constraint.fields)
                if columns - self.fields.keys() and not columns & (
                    keys.keys() | self.errors.keys()
                ):
                    yield constraint

    def really_changed(self) -> set[str]:
        """Return the changed fields that are the record's own."""
        return set(self.changed_data) - {"reason", "seen"}

    def stamp(self, user: Any) -> None:
        """Note on the row, just before it is saved, who changes it and why."""


class RecordForm(KeyedForm):
    """A form that takes the reason of a change into the history."""

    reason = forms.CharField(
        label=gettext_lazy("reason of the change"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2, "cols": 60}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.declared_fields.keys() & self.fields.keys():
            label = self.fields[name].label
            self.fields[name].label = capfirst(label) if label else label

    def stamp(self, user: Any) -> None:
        super().stamp(user)
        if reason := self.cleaned_data.get("reason"):
            self.instance._change_reason = reason


class KeyedFormSet(forms.BaseInlineFormSet):
    """Rows of which no two may have one name; the database's rows are each form's matter."""

    is_table = False

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        if self.is_table:
            _label_cells(form, index)

    def clean(self) -> None:
        super().clean()
        assert self.model is not None
        refuse_twins(self.kept_forms(), self.model)

    def kept_forms(self) -> list[Any]:
        """Return the forms that are filled in, without errors and not to be deleted."""
        return [
            form
            for form in self.forms
            if form not in self.deleted_forms
            and getattr(form, "cleaned_data", None)
            and (form.has_changed() or form.instance.pk)
        ]


def refuse_twins(rows: Iterable[Any], model: type[models.Model]) -> None:
    """Say at each of valid forms that an earlier one already has its name."""
    rows = list(rows)
    for _constraint, key in unique_keys(model):
        seen: set[str] = set()
        for form in rows:
            text = form.cleaned_data.get(key.source) or ""
            if text and key.make(text) in seen:
                form.add_error(key.source, taken(text))
            seen.add(key.make(text))


def _label_cells(form: Any, index: int | None) -> None:
    """Name each control for those who cannot see the head of its column."""
    for field in form.fields.values():
        widget = getattr(field.widget, "widget", field.widget)
        place = "" if index is None else f" {index + 1}"
        widget.attrs.setdefault("aria-label", f"{capfirst(field.label or '')}{place}")


def field_with_choices(field: Any, choices: Iterable[tuple[Any, str]]) -> None:
    """Give a foreign key's form field its choices once, instead of one query for each row."""
    if field is not None:
        field.choices = [("", "---------"), *choices]
