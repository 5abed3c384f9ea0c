"""The form that takes a plan file, and keeps it while something else of the form is mended."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

from django import forms
from django.conf import settings
from django.core import signing
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from activities.administration.forms import TurkishSelect
from activities.models import LONGEST_PLAN, Municipality, Plan
from imports import kept
from imports.plans import address_of

ABOUT = ("name", "municipality", "first_year", "last_year")


def _year(label: Any, help_text: Any = "") -> forms.IntegerField:
    return forms.IntegerField(
        label=label, required=False, min_value=1990, max_value=2100, help_text=help_text
    )


class UploadForm(forms.Form):
    """A plan file, the plan it is for, and what a new plan is called.

    A form that is refused keeps its file: ``kept`` names it by a signature that holds for the
    same person only, so that it need not be chosen again.
    """

    file = forms.FileField(label=gettext_lazy("File"), allow_empty_file=True, required=False)
    kept = forms.CharField(required=False, widget=forms.HiddenInput)
    plan = forms.ModelChoiceField(
        Plan.objects.none(),  # the municipality's: see __init__
        label=gettext_lazy("Plan"),
        required=False,
        empty_label=gettext_lazy("a new plan"),
        widget=TurkishSelect,
    )
    name = forms.CharField(
        label=gettext_lazy("Name of the new plan"), required=False, max_length=200
    )
    municipality = forms.CharField(
        label=gettext_lazy("Municipality"), required=False, max_length=200
    )
    first_year = _year(gettext_lazy("First year"))
    last_year = _year(
        gettext_lazy("Last year"), gettext_lazy("Left empty, the years of the file's columns.")
    )
    new_plan = forms.CharField(
        label=gettext_lazy("Short address of the new plan"),
        required=False,
        max_length=80,
        help_text=gettext_lazy("Left empty, it is made of the name, such as mersin-2027-2029."),
    )
    year = _year(
        gettext_lazy("Year of the realizations"),
        gettext_lazy("Only where the file's column names no year."),
    )

    def __init__(self, *args: Any, person: User, municipality: Municipality, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person
        cast(forms.ModelChoiceField, self.fields["plan"]).queryset = municipality.plans.all()
        if municipality.name:
            del self.fields["municipality"]
        if self.is_bound:
            # What is kept is shown anew with each answer, so what was sent must not stand.
            self.data: Any = cast(Any, self.data).copy()

    @property
    def about_plan(self) -> list[Any]:
        """Return the fields that only a new plan needs."""
        return [self[name] for name in (*ABOUT, "new_plan") if name in self.fields]

    @property
    def kept_name(self) -> str:
        """Return the name of the file that need not be chosen again, "" for none."""
        told = self._opened(str(self.data.get("kept", ""))) if self.is_bound else None
        return told["name"] if told else ""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        self._clean_file(cleaned)
        if cleaned.get("plan") is None and not cleaned.get("name"):
            self.add_error("name", _("Choose a plan above, or give the new one a name."))
        elif cleaned.get("plan") is None and Plan.objects.filter(slug=self._new_slug).exists():
            self.add_error("new_plan", _("A plan has this address already: write another one."))
        first, last = cleaned.get("first_year"), cleaned.get("last_year")
        if first and last and not first <= last < first + LONGEST_PLAN:
            told = _("A plan runs from its first year on, for at most %(years)s years.")
            self.add_error("last_year", told % {"years": LONGEST_PLAN})
        if self.errors and "file" not in self.errors and cleaned.get("file") is not None:
            self._keep(cleaned["file"])
        return cleaned

    def _clean_file(self, cleaned: dict[str, Any]) -> None:
        file = cleaned.get("file") or self._read_kept(cleaned.get("kept", ""))
        limit = settings.IMPORT_LIMITS.file_bytes
        if file is None:
            self.add_error("file", _("Choose the file."))
        elif (file.size or 0) > limit:
            told = _(
                "%(file)s is larger than %(limit)s MB. Split it, or use the command import_plan."
            )
            self.add_error("file", told % {"file": file.name, "limit": limit // 1_048_576})
        cleaned["file"] = file

    # A file between two answers of the form

    def _keep(self, file: UploadedFile) -> None:
        """Put the file aside and let the page that is shown name it."""
        self.drop_kept()
        file.seek(0)
        path = kept.put(file.read())
        told = {"path": path, "name": Path(file.name or "plan").name[:200]}
        self.data["kept"] = signing.dumps(told, salt=self._salt)

    def _read_kept(self, token: str) -> UploadedFile | None:
        told = self._opened(token)
        if told is None:
            return None
        with default_storage.open(told["path"]) as stored:
            return SimpleUploadedFile(told["name"], stored.read())

    def _opened(self, token: str) -> dict[str, str] | None:
        """Return what a signature of this person names, None where it is not there any more."""
        try:
            told: dict[str, str] = signing.loads(token, salt=self._salt, max_age=kept.KEPT_FOR)
        except signing.BadSignature:
            return None
        return told if default_storage.exists(told["path"]) else None

    def drop_kept(self) -> None:
        """Take away what was put aside, once it has been read or replaced."""
        if told := self._opened(str(self.data.get("kept", ""))):
            default_storage.delete(told["path"])

    @property
    def _salt(self) -> str:
        return f"imports.kept.{self.person.pk}"

    @property
    def plan_slug(self) -> str:
        plan = self.cleaned_data["plan"]
        if plan is not None:
            return str(plan.slug)
        return self._new_slug

    @property
    def _new_slug(self) -> str:
        wanted = self.cleaned_data.get("new_plan") or self.cleaned_data["name"]
        return address_of(wanted)

    @property
    def about(self) -> dict[str, Any]:
        """Return what was said of a new plan; nothing for one that is there."""
        if self.cleaned_data["plan"] is not None:
            return {}
        return {name: value for name in ABOUT if (value := self.cleaned_data.get(name))}
