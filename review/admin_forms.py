"""The form of a realization in the administration."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from activities import formats
from activities.models import Period, Plan
from activities.sentences import Sentence
from activities.wording import say
from findings.year import YearFindings
from indicators import steps
from indicators.figures import Figures
from indicators.forms import PARTS, AmountField, YearForm
from indicators.models import Realization


class RealizationForm(YearForm):
    """What an administrator enters is official: a new value starts as submitted.

    ``seen`` is the version that the page showed: of two people on one value the second is told.
    """

    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    SAYS_HOW_MUCH = {"written", "absence", *PARTS}

    class Meta:
        field_classes = dict.fromkeys(PARTS, AmountField)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.stored: Realization | None = None
        if self.instance.pk:
            self.initial["seen"] = self.instance.version
        elif "state" in self.fields:
            self.fields["state"].initial = Realization.State.SUBMITTED

    def clean(self) -> dict[str, Any]:
        if self.instance.pk and self.really_changed():
            rows = Realization.objects.select_for_update()
            self.stored = rows.filter(pk=self.instance.pk).first()
        if self.stored is not None and self.cleaned_data.get("seen") != self.stored.version:
            self._tell_conflict(self.stored)
        cleaned = super().clean()
        if "written" in cleaned:
            self._check_parts(cleaned)
        if "state" in self.changed_data and cleaned.get("state") == Realization.State.APPROVED:
            self._ask_to_approve(cleaned)
        return cleaned

    def _ask_to_approve(self, cleaned: dict[str, Any]) -> None:
        """Keep a value, as it is typed, from approval where a step says why not."""
        indicator = cleaned.get("indicator") or getattr(self.instance, "indicator", None)
        year = cleaned.get("year") or self.instance.year
        if indicator is None or year not in indicator.activity.plan.years or indicator.retired_on:
            return
        findings = YearFindings(Figures(indicator.activity.plan, year))
        row = findings.figures.row(indicator.pk)
        typed = replace(row.measurement, realization=self.instance.value)
        supposed = findings.supposing({row.id: typed}, {row.id: self.instance.text})
        for finding in supposed.by_indicator.get(row.id, ()):
            if finding.blocks:
                told = _("It cannot be verified before this is answered: %(question)s")
                self.add_error("state", told % {"question": say(finding.sentence)})
        after = supposed.figures.row(row.id).achievement.value
        self.instance.deviation_reason = cleaned.get("deviation_reason", "")
        if steps.lacks_reason(self.instance, after) and not cleaned.get("reason_waived"):
            self.add_error("deviation_reason", say(Sentence(steps.REASON_MISSING)))

    def reason_needed(self, plan: Plan, year: int) -> str:
        period = Period.objects.filter(plan=plan, year=year).first()
        states = {self.stored.state} if self.stored is not None else set()
        rewrites = bool(self.SAYS_HOW_MUCH & set(self.changed_data))
        missing = steps.reason_needed(period, states, rewrites=rewrites)
        return say(missing) if missing is not None else ""

    def stamp(self, user: Any) -> None:
        super().stamp(user)
        value, before = self.instance, self.stored
        if before is not None:
            value.version = before.version + 1
        if before is None or "written" in self.changed_data:
            steps.written_by(value, user)
        if before is None or before.state != value.state:
            steps.brought_to(value, value.state, user)

    def _check_parts(self, cleaned: dict[str, Any]) -> None:
        # The page does not ask for the value itself, so Django leaves these constraints out.
        value = self.instance.value
        if cleaned.get("absence") and value is not None:
            self.add_error("absence", _("Either a figure or why there is none, not both."))
        parts = [cleaned[name] for name in PARTS if cleaned.get(name) is not None]
        if parts and sum(parts) != value:
            self.add_error("women", _("Women, men and others do not add up to the value."))
        elif parts:
            # Who names some of them says that there is none of the rest.
            cleaned |= {name: cleaned.get(name) or Decimal(0) for name in PARTS}

    def _tell_conflict(self, stored: Realization) -> None:
        self.add_error(
            None,
            _(
                "Meanwhile somebody changed this value; it is now “%(text)s”. "
                "Save again to replace it."
            )
            % {"text": stored.text or formats.amount(stored.value)},
        )
        # The page shown next has seen the new version.
        data: Any = self.data
        self.data = data = data.copy()
        data[self.add_prefix("seen")] = str(stored.version)
