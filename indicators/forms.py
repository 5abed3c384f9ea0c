"""Form fields and forms for amounts, read by the one grammar of ``indicators.cells``."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Max
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.rights import Right
from activities import formats
from activities.administration.forms import RecordForm
from activities.models import Period, Plan
from activities.sentences import Sentence
from activities.wording import say
from indicators import kinds
from indicators.cells import Cell, parse_cell, parse_number
from indicators.figures import bands_of
from indicators.kinds import YearEffect
from indicators.models import Indicator, Realization

CELL_LENGTH = 500


PARTS = ("women", "men", "others")


def _told(sentence: Sentence) -> ValidationError:
    return ValidationError(say(sentence))


class AmountField(forms.CharField):
    """A number as people write it here: 1234, 1.234,5. What was typed is shown again as typed.

    Cleans to a Decimal, or None where nothing is typed and nothing is required.
    """

    def __init__(self, *, percent: bool = False, **kwargs: Any) -> None:
        # What the model's DecimalField passes on; the model checks its own digits.
        for name in ("max_digits", "decimal_places", "min_value", "max_value"):
            kwargs.pop(name, None)
        super().__init__(**{"max_length": 60, **kwargs})
        self.percent = percent

    def prepare_value(self, value: Any) -> Any:
        return formats.amount(value) if isinstance(value, Decimal) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)

    def clean(self, value: Any) -> Decimal | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            cell = parse_number(text)
        except Sentence as error:
            raise _told(error) from None
        if cell.is_percent and not self.percent:
            raise ValidationError(_("“%(text)s” is a percentage; write a number.") % {"text": text})
        return cell.value


class CellField(forms.CharField):
    """A value cell of the plan: a number, "-", a text, or nothing. Cleans to a Cell."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"class": "cell", "autocomplete": "off"})
        super().__init__(
            **{"required": False, "max_length": CELL_LENGTH, "widget": widget, **kwargs}
        )

    def clean(self, value: Any) -> Cell:
        try:
            return parse_cell(super().clean(value))
        except Sentence as error:
            raise _told(error) from None


class CellForm(RecordForm):
    """A form with one field, ``written``, for an amount and its text as written.

    The text is what was typed and the value what it means, so that 0, "-", empty and a text stay
    apart. What is not touched stays as it is stored, to the letter.
    """

    value_name, text_name = "value", "text"
    written = CellField(
        label=gettext_lazy("value as written"),
        help_text=gettext_lazy("A number (1.234,5 or %55,5), “-”, a text, or nothing."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        text = getattr(self.instance, self.text_name)
        value = getattr(self.instance, self.value_name)
        self.initial["written"] = text or formats.amount(value)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        cell = cleaned.get("written")
        if cell is not None and "written" in self.changed_data:
            setattr(self.instance, self.value_name, cell.value)
            setattr(self.instance, self.text_name, cell.text)
        return cleaned


def told_effects(effects: Sequence[YearEffect], plan: Plan) -> list[str]:
    """Write what becomes of every year whose result changes: "2024: %113,2 → %258,0"."""
    language, bands = get_language() or "tr", bands_of(plan)
    return [
        f"{each.year}: {formats.percent(each.before.value, language, limits=bands.limits)}"
        f" → {formats.percent(each.after.value, language, limits=bands.limits)}"
        for each in effects
        if each.changes
    ]


class IndicatorForm(CellForm):
    """An indicator's settings; what the results of a settled year rest on changes with a reason.

    Whose page it is sets ``person``.
    """

    RESULTS_REST_ON = {
        "kind", "kind_confirmed", "direction", "reported_as", "weight", "written",
        "measure", "retired_on", "counted_with",
    }  # fmt: skip
    person: User
    effects: Sequence[YearEffect] = ()
    value_name, text_name = "baseline", "baseline_text"
    written = CellField(
        label=gettext_lazy("baseline"),
        help_text=gettext_lazy("A number (1.234,5 or %55,5), “-”, a text, or nothing."),
    )

    class Meta:
        model = Indicator
        exclude = ("baseline", "baseline_text")
        field_classes = {"weight": AmountField}
        widgets = {
            "name": forms.Textarea(attrs={"rows": 2, "cols": 60}),
            "weight": forms.TextInput(attrs={"class": "cell"}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "position" in self.fields:
            self.fields["position"].required = False
            self.fields["position"].help_text = _("Left empty, it comes last.")
            if self.instance.pk is None:
                self.fields["position"].initial = None

    def _post_clean(self) -> None:
        super()._post_clean()
        if self.instance.pk is not None and self.RESULTS_REST_ON & set(self.changed_data):
            self._ask_why()

    def _ask_why(self) -> None:
        """Ask for the reason where the results of a settled year change, with what they become."""
        stored = Indicator.objects.select_for_update().get(pk=self.instance.pk)
        plan = stored.activity.plan
        self.effects = kinds.effects_of(stored, self.instance, plan)
        reason = self.cleaned_data.get("reason", "")
        why = kinds.why_not_rewrite(stored, self.instance, self.person, self.effects, reason)
        if why is not None:
            self.add_error("reason", self.asking(why, plan))

    def asking(self, why: Sentence, plan: Plan) -> list[str]:
        """Return what is said where a reason is missing: why it is asked, and for which effects."""
        return [say(why), *told_effects(self.effects, plan)]

    def save(self, commit: bool = True) -> Any:
        # Here and not earlier: of several new rows each must see the one saved before it.
        if self.instance.position is None or (
            self.instance.pk is None and self.cleaned_data.get("position") is None
        ):
            self.instance.position = _next_position(self.instance.activity_id)
        return super().save(commit)


def _next_position(activity_id: int) -> int:
    last = Indicator.objects.filter(activity_id=activity_id).aggregate(last=Max("position"))
    return (last["last"] or 0) + 1


class YearForm(CellForm):
    """A value of one year of the plan."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # A stored value stays with its indicator and its year.
        for name in ("year", "indicator"):
            if self.instance.pk and name in self.fields:
                self.fields[name].disabled = True

    def has_changed(self) -> bool:
        # A row offered for a year is empty until something beside the year is filled in.
        if self.empty_permitted:
            return bool(self.really_changed() - {"year", "indicator"})
        return super().has_changed()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        indicator = cleaned.get("indicator") or getattr(self.instance, "indicator", None)
        year = cleaned.get("year") or self.instance.year
        if indicator is None or not year:
            return cleaned
        plan = indicator.activity.plan
        if year not in plan.years:
            self.add_error("year", _("%(year)s is not a year of the plan.") % {"year": year})
        elif self.really_changed() and not cleaned.get("reason"):
            self._ask_reason(plan, year)
        return cleaned

    def _ask_reason(self, plan: Plan, year: int) -> None:
        if sentence := self.reason_needed(plan, year):
            self.add_error("reason", sentence)

    def reason_needed(self, plan: Plan, year: int) -> str:
        """Return the sentence that asks for a reason, "" where none is needed."""
        raise NotImplementedError


def period_state(plan: Plan, year: int) -> str:
    found = Period.objects.filter(plan=plan, year=year).values_list("state", flat=True).first()
    return found or Period.State.PLANNED


class TargetForm(YearForm):
    """A year's target; whose page it is sets ``person``, None where administrators alone come."""

    person: User | None = None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        indicator = cleaned.get("indicator") or getattr(self.instance, "indicator", None)
        year = cleaned.get("year") or self.instance.year
        if indicator is None or self.person is None or not self.really_changed():
            return cleaned
        is_published = period_state(indicator.activity.plan, year) == Period.State.PUBLISHED
        if is_published and not self.person.may(Right.CORRECT_PUBLISHED):
            self.add_error("written", say(Sentence(kinds.PUBLISHED, years=str(year))))
        return cleaned

    def reason_needed(self, plan: Plan, year: int) -> str:
        state = period_state(plan, year)
        if self.instance.pk and state != Period.State.PLANNED:
            return _("The year %(year)s has begun: say why its target changes.") % {"year": year}
        if not self.instance.pk and (state in kinds.OVER or self._is_verified(year)):
            told = _("The year %(year)s is closed or verified: say why it gets a target.")
            return told % {"year": year}
        return ""

    def _is_verified(self, year: int) -> bool:
        indicator = self.cleaned_data.get("indicator") or self.instance.indicator
        if indicator.pk is None:
            return False
        return Realization.objects.filter(
            indicator=indicator, year=year, state=Realization.State.APPROVED
        ).exists()

    def stamp(self, user: Any) -> None:
        super().stamp(user)
        if self.really_changed():
            self.instance.change_reason = self.cleaned_data.get("reason", "")
