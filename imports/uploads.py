"""The form that takes a plan file."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities import names
from activities.models import Plan


class PlanSelect(forms.Select):
    """A choice of plans, whose names are Turkish on every page."""

    def create_option(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(*args, **kwargs)
        if option["value"]:
            option["attrs"]["lang"] = "tr"
        return option


class UploadForm(forms.Form):
    file = forms.FileField(label=gettext_lazy("File"), allow_empty_file=True)
    plan = forms.ModelChoiceField(
        Plan.objects.all(),
        label=gettext_lazy("Plan"),
        required=False,
        empty_label=gettext_lazy("a new plan"),
        widget=PlanSelect,
    )
    new_plan = forms.CharField(
        label=gettext_lazy("Short address of the new plan"),
        required=False,
        max_length=80,
        help_text=gettext_lazy("Letters, digits and hyphens, such as mersin-2027-2029."),
    )
    year = forms.IntegerField(
        label=gettext_lazy("Year of the realizations"),
        required=False,
        min_value=1990,
        max_value=2100,
        help_text=gettext_lazy("Only where the file's column names no year."),
    )

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        limit = settings.IMPORT_LIMITS.file_bytes
        if (file.size or 0) > limit:
            raise forms.ValidationError(
                _("%(file)s is larger than %(limit)s MB. Split it, or use the command import_plan.")
                % {"file": file.name, "limit": limit // 1_048_576}
            )
        return file

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("plan") is None and not cleaned.get("new_plan"):
            self.add_error("plan", _("Choose a plan, or give the new one an address."))
        return cleaned

    @property
    def plan_slug(self) -> str:
        plan = self.cleaned_data["plan"]
        return plan.slug if plan else names.slugify(self.cleaned_data["new_plan"]) or "plan"
