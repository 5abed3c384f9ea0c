"""A planned indicator with its targets on one page; what is checked is the administration's."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy

from accounts.models import User
from activities.models import Plan
from activities.sentences import Sentence
from activities.wording import say
from indicators import kinds
from indicators.achievement import Achievement, Measurement
from indicators.explanations import Explanation, explain
from indicators.figures import bands_of
from indicators.forms import IndicatorForm, TargetForm
from indicators.kinds import YearEffect
from indicators.models import Indicator, Target
from setup.marks import Seen, changed_by, mark_of

# What can be wrong without leaving in the dark what a change does to the ratio.
BESIDES = {"reason", "name", "position", "unit", NON_FIELD_ERRORS}


class PlannedIndicatorForm(Seen, IndicatorForm):
    """An indicator's settings, its baseline, and whether it is in use."""

    RESULTS_REST_ON = IndicatorForm.RESULTS_REST_ON | {"is_retired"}
    is_retired = forms.BooleanField(
        label=gettext_lazy("no longer in use"),
        required=False,
        help_text=gettext_lazy("It counts nowhere any more; its values stay and can be read."),
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    class Meta(IndicatorForm.Meta):
        exclude = None  # type: ignore[assignment]
        fields = (
            "name", "measure", "unit", "kind", "kind_confirmed", "direction", "reported_as",
            "weight", "position",
        )  # fmt: skip
        widgets = {**IndicatorForm.Meta.widgets, "name": forms.Textarea({"rows": 2, "lang": "tr"})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["is_retired"] = self.instance.retired_on is not None
        if self.instance.pk is None:
            del self.fields["is_retired"], self.fields["position"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if "is_retired" in self.changed_data:
            today = timezone.localdate()
            self.instance.retired_on = today if cleaned["is_retired"] else None
        return cleaned

    def _post_clean(self) -> None:
        super()._post_clean()
        # All that can be wrong with the whole is that another row stands in this place.
        for error in self.errors.pop(NON_FIELD_ERRORS, ()):
            self.add_error("position" if "position" in self.fields else None, error)

    def asking(self, why: Sentence, plan: Plan) -> list[str]:
        # The page shows the effects themselves.
        return [say(why)]


class YearTargetForm(TargetForm):
    """The target of one year on its indicator's page, which asks once why anything changes."""

    reason = None  # type: ignore[assignment]
    given_reason = ""
    asks = ""

    class Meta:
        model = Target
        fields = ()

    def clean(self) -> dict[str, Any]:
        self.cleaned_data["reason"] = self.given_reason
        return super().clean()

    def _ask_reason(self, plan: Plan, year: int) -> None:
        self.asks = self.reason_needed(plan, year)


@dataclass(frozen=True, slots=True)
class YearLook:
    """What a change does to one year's ratio of the row; None for a side that counts nowhere."""

    year: int
    is_published: bool
    before: Achievement | None
    after: Achievement | None
    how_before: Explanation | None
    how_after: Explanation | None


class IndicatorSheet:
    """An indicator of a plan as its page shows, checks and stores it; two queries to show it."""

    def __init__(self, indicator: Indicator, person: User, data: QueryDict | None = None) -> None:
        self.plan: Plan = indicator.activity.plan
        self.person = person
        self.stored = copy(indicator) if indicator.pk is not None else None
        rows = {row.year: row for row in Target.objects.filter(indicator=indicator.pk)}
        self._mark = mark_of([indicator, *rows.values()])
        self.form = PlannedIndicatorForm(data, instance=indicator)
        self.form.person = person
        self.targets = [
            self._target_form(data, rows.get(year) or Target(indicator=indicator, year=year))
            for year in self.plan.years
        ]
        if self.stored is not None and data is None:
            self.form.check_seen(self._mark, "")

    def _target_form(self, data: QueryDict | None, row: Target) -> YearTargetForm:
        form = YearTargetForm(data, instance=row, prefix=f"target-{row.year}")
        form.person = self.person
        form.given_reason = data.get("reason", "").strip() if data is not None else ""
        form.fields["written"].label = str(row.year)
        form.fields["written"].help_text = ""
        return form

    def is_valid(self) -> bool:
        """Check all fields at once, and that nobody wrote the row since it was shown."""
        fits = self.form.is_valid()
        for each in self.targets:
            fits &= each.is_valid()
            if each.asks:
                self.form.add_error("reason", each.asks)
                fits = False
        if self.stored is not None and self.form.data.get("seen") != self._mark:
            self._tell_conflict()
            fits = False
        return fits

    def _tell_conflict(self) -> None:
        assert self.stored is not None
        pk = self.stored.pk
        who = changed_by(Indicator.history.filter(id=pk), Target.history.filter(indicator_id=pk))
        self.form.check_seen(self._mark, who)

    @property
    def has_errors(self) -> bool:
        return bool(self.form.errors) or any(each.errors for each in self.targets)

    def looks(self) -> list[YearLook]:
        """Return each year whose ratio changes; none of a new row, or of fields that are wrong.

        Three queries.
        """
        wrong = set(self.form.errors) - BESIDES
        if self.stored is None or wrong or any(each.errors for each in self.targets):
            return []
        wanted = {
            each.instance.year: each.instance.value for each in self.targets if each.has_changed()
        }
        after = self.form.instance
        found = kinds.effects_of(self.stored, after, self.plan, targets=wanted)
        return list(self._looked_at(self.stored, after, found))

    def _looked_at(
        self, before: Indicator, after: Indicator, found: list[YearEffect]
    ) -> Iterator[YearLook]:
        was_out, is_out = before.retired_on is not None, after.retired_on is not None
        for each in found:
            is_rated = each.before.value is not None or each.after.value is not None
            turns = was_out != is_out
            if not is_rated or (not turns and (not each.changes or is_out)):
                continue
            old = None if was_out else each.before
            new = None if is_out else each.after
            yield YearLook(
                each.year,
                each.is_published,
                old,
                new,
                self._explained(before, each.was, old),
                self._explained(after, each.becomes, new),
            )

    def _explained(
        self, row: Indicator, measured: Measurement, achievement: Achievement | None
    ) -> Explanation | None:
        if achievement is None:
            return None
        return explain(
            measured,
            achievement,
            is_percent=row.is_percent,
            kind_confirmed=row.kind_confirmed,
            limits=bands_of(self.plan).limits,
        )

    def save(self) -> Indicator:
        """Store what was changed, with the reason given; in the caller's transaction."""
        if self.stored is None or self.form.really_changed():
            self.form.stamp(self.person)
            self.form.save()
        for each in self.targets:
            if each.really_changed():
                each.instance.indicator = self.form.instance
                each.stamp(self.person)
                each.save()
        saved: Indicator = self.form.instance
        return saved


def look_of(looks: list[YearLook]) -> str:
    """Return a mark of effects, so that only what was looked at is stored."""
    seen = [
        (each.year, str(each.before and each.before.value), str(each.after and each.after.value))
        for each in looks
    ]
    return hashlib.sha256(repr(seen).encode()).hexdigest()[:16] if seen else ""
