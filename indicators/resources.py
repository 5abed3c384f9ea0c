"""The flat table of what kind of number each indicator is.

It corrects indicators that exist, found by plan, department, code and name. New ones, targets
and realizations come with the plan's own table, through the import pages.
"""

from __future__ import annotations

from copy import copy
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from import_export.fields import Field
from import_export.resources import ModelResource
from import_export.widgets import Widget

from activities import names
from activities.administration.tables import SmallTable
from activities.sentences import Sentence
from activities.wording import say
from indicators import kinds
from indicators.cells import parse_number
from indicators.choices import DIRECTIONS, KINDS, REPORTED_AS
from indicators.forms import told_effects
from indicators.models import Indicator

SETTINGS = ("measure", "kind", "kind_confirmed", "direction", "reported_as", "weight")
PLACE = ("plan", "department", "code", "indicator")


class WordWidget(Widget):
    """One of a few words; another one is an error of its cell that names them."""

    def __init__(self, words: Any) -> None:
        super().__init__()
        self.words = [str(word) for word in words]

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str:
        text = str(value or "").strip()
        if text not in self.words:
            known = ", ".join(self.words)
            raise ValueError(
                _("“%(text)s” is none of: %(known)s.") % {"text": text, "known": known}
            )
        return text


class WeightWidget(Widget):
    """A number in the one grammar of cells, written back with a decimal comma."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Decimal:
        try:
            number = parse_number(str(value if value is not None else "")).value
        except Sentence as error:
            raise ValueError(say(error)) from error
        if number is None or number < 0:
            raise ValueError(_("A weight cannot be negative."))
        return number

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return "" if value is None else f"{Decimal(value).normalize():f}".replace(".", ",")


class IndicatorTable(SmallTable, ModelResource):
    plan = Field("activity__plan__slug", "plan", readonly=True)
    department = Field("activity__department__name", "department", readonly=True)
    code = Field("activity__code", "code", readonly=True)
    indicator = Field("name", "indicator", readonly=True)
    measure = Field("measure", "measure", WordWidget(Indicator.Measure.values))
    kind = Field("kind", "kind", WordWidget(KINDS))
    direction = Field("direction", "direction", WordWidget(DIRECTIONS))
    reported_as = Field("reported_as", "reported_as", WordWidget(REPORTED_AS))
    weight = Field("weight", "weight", WeightWidget())
    # As the history keeps it; a file without settled changes does without the column.
    reason = Field("_change_reason", "reason")

    class Meta:
        model = Indicator
        fields = (*PLACE, *SETTINGS, "reason")
        import_id_fields = PLACE
        skip_unchanged = True
        report_skipped = True
        clean_model_instances = True
        use_transactions = True

    def get_instance(self, instance_loader: Any, row: Any) -> Any:
        """Return the indicator a row means; a row that means none is an error."""
        places = {name: str(row.get(name) or "").strip() for name in PLACE}
        found = Indicator.objects.filter(
            activity__plan__slug=places["plan"],
            activity__department__name_key=names.fold(places["department"]),
            activity__code=places["code"],
            name_key=names.fold(places["indicator"]),
        ).first()
        if found is None:
            raise ValueError(
                _("There is no indicator “%(indicator)s” at %(code)s of this plan and department.")
                % places
            )
        return found

    def import_instance(self, instance: Any, row: Any, **kwargs: Any) -> None:
        """Set what a row says; what changes a settled year's results is an error without reason."""
        before = copy(instance)
        super().import_instance(instance, row, **kwargs)
        plan = before.activity.plan
        effects = kinds.effects_of(before, instance, plan)
        reason = str(row.get("reason") or "")
        why = kinds.why_not_rewrite(before, instance, kwargs["user"], effects, reason)
        if why is not None:
            raise ValidationError({"reason": [say(why), *told_effects(effects, plan)]})

    def skip_row(
        self, instance: Any, original: Any, row: Any, import_validation_errors: Any = None
    ) -> bool:
        """Skip a row that changes nothing, whatever reason it gives."""
        if import_validation_errors:
            return False
        return all(getattr(instance, name) == getattr(original, name) for name in SETTINGS)
