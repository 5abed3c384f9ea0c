"""The forms of a plan: what it is called, its years, and how its achievement is worked out."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities.administration.forms import KeyedForm
from activities.administration.plans import PlanForm
from activities.models import Municipality, Period, Plan
from imports.plans import NEW_PLAN_NAME, address_of


def _year(label: Any) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        min_value=1990,
        max_value=2100,
        widget=forms.TextInput({"inputmode": "numeric", "maxlength": "4"}),
    )


class NewPlanForm(KeyedForm):
    """A plan to be written by hand: its name and years; an address is proposed."""

    slug = forms.CharField(
        label=gettext_lazy("Short address of the new plan"),
        required=False,
        max_length=80,
        help_text=gettext_lazy("Left empty, it is made of the municipality's name and the years."),
    )
    first_year = _year(gettext_lazy("First year"))
    last_year = _year(gettext_lazy("Last year"))

    class Meta:
        model = Plan
        fields = ("name", "first_year", "last_year", "slug")

    def __init__(self, *args: Any, municipality: Municipality, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"name": NEW_PLAN_NAME})
        super().__init__(*args, **kwargs)
        self.municipality = municipality

    def clean_slug(self) -> str:
        given = self.cleaned_data
        wanted = given.get("slug") or (
            f"{self.municipality.short if self.municipality else ''} "
            f"{given.get('first_year', '')} {given.get('last_year', '')}"
        )
        slug = address_of(wanted)
        if Plan.objects.filter(slug=slug).exists():
            raise forms.ValidationError(
                _("A plan has the address “%(slug)s” already: write another one.") % {"slug": slug}
            )
        return slug

    def save(self, commit: bool = True) -> Plan:
        """Store the plan with its years, none of them started."""
        plan: Plan = super().save(commit)
        plan.keep_periods()
        return plan


class PlanSettingsForm(PlanForm):
    """What can be changed of a plan. A year that was published keeps the plan's address."""

    first_year = _year(gettext_lazy("First year"))
    last_year = _year(gettext_lazy("Last year"))

    class Meta(PlanForm.Meta):
        model = Plan
        fields = (
            "name",
            "short_name",
            "slug",
            "first_year",
            "last_year",
            "is_public",
            "allows_own_approval",
            "method",
            "unreported",
            "band_achieved",
            "band_mostly",
            "band_partly",
            "reason",
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["is_public"].help_text = _(
            "Whether the public sees the years that were published. Publishing a year sets it."
        )
        if self.instance.periods.filter(state=Period.State.PUBLISHED).exists():
            self.fields["slug"].disabled = True
            self.fields["slug"].help_text = _(
                "A published year has this address in reports and links, so it stays."
            )

    @property
    def about(self) -> list[Any]:
        return [self[name] for name in ("name", "short_name", "slug", "first_year", "last_year")]

    @property
    def rules(self) -> list[Any]:
        return [self[name] for name in ("method", "unreported")]

    @property
    def bands(self) -> list[Any]:
        return [self[name] for name in ("band_achieved", "band_mostly", "band_partly")]

    def save(self, commit: bool = True) -> Plan:
        plan: Plan = super().save(commit)
        plan.keep_periods()
        return plan
