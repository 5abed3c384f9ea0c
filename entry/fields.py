"""What the fields of a line show: what was typed and not kept, else what is stored."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from entry.actions import Outcome, Result
from entry.content import OTHER, PARTS, Content
from entry.desk import Line
from entry.moments import moment
from indicators.models import Realization

PART_LABELS = {
    "women": gettext_lazy("Women"),
    "men": gettext_lazy("Men"),
    "others": gettext_lazy("Others"),
}
FIELD_LABELS = {
    "written": gettext_lazy("Figure"),
    "absence": gettext_lazy("Why there is no figure"),
    "deviation_reason": gettext_lazy("Deviation reason"),
    "measure_to_take": gettext_lazy("Measure to take"),
    **PART_LABELS,
}


@dataclass(frozen=True, slots=True)
class Difference:
    """One field of which two people have written different things."""

    label: str
    mine: str
    stored: str


@dataclass(frozen=True, slots=True)
class RowFields:
    """The fields of one line; ``result`` is what became of what was just sent."""

    line: Line
    content: Content
    result: Result | None

    def text_of(self, name: str) -> str:
        """Return what a field shows: what was typed and not kept, else what is stored."""
        if self.result is not None and not self.result.is_kept and name in self.result.typed:
            return self.result.typed[name]
        return self.content.shown(name, is_percent=self.line.figure.is_percent)

    @property
    def written(self) -> str:
        return self.text_of("written")

    @property
    def absence(self) -> str:
        return self.text_of("absence")

    @property
    def deviation_reason(self) -> str:
        return self.text_of("deviation_reason")

    @property
    def measure_to_take(self) -> str:
        return self.text_of("measure_to_take")

    @property
    def parts(self) -> list[tuple[str, str, str]]:
        """Return name, label and text of women, men and others; none where nobody is counted."""
        if not self.line.counts_people:
            return []
        return [(name, str(PART_LABELS[name]), self.text_of(name)) for name in PARTS]

    @property
    def errors(self) -> dict[str, str]:
        return self.result.errors if self.result else {}

    @property
    def error(self) -> str:
        return " ".join(self.errors.values())

    @property
    def is_invalid(self) -> bool:
        return bool(self.result and self.result.outcome is Outcome.REFUSED)

    @property
    def has_conflict(self) -> bool:
        return bool(self.result and self.result.outcome is Outcome.CONFLICT)

    @property
    def differences(self) -> list[Difference]:
        """Return what this person wrote beside what is stored now, where they differ."""
        if self.result is None or self.result.mine is None:
            return []
        mine, is_percent = self.result.mine, self.line.figure.is_percent
        found = []
        for name, label in FIELD_LABELS.items():
            pair = [
                _absence_label(each.absence)
                if name == "absence"
                else each.shown(name, is_percent=is_percent)
                for each in (mine, self.content)
            ]
            if pair[0] != pair[1]:
                found.append(Difference(str(label), pair[0], pair[1]))
        return found

    @property
    def is_other(self) -> bool:
        return self.absence == OTHER

    @property
    def reason_label(self) -> str:
        """Return what the first text is: why there is no figure, else why it is off its target."""
        return _("No figure, because") if self.absence else _("Deviation reason")

    @property
    def absence_label(self) -> str:
        return _absence_label(self.content.absence)

    @property
    def written_by(self) -> str:
        """Return who wrote what is stored, and when."""
        if self.line.value is None:
            return ""
        person = self.line.value.entered_by
        name = (person.get_full_name() or person.get_username()) if person else ""
        when = moment(self.line.value.entered_at)
        return f"{name}, {when}" if name else when


def _absence_label(code: str) -> str:
    return str(Realization.Absence(code).label) if code in Realization.Absence.values else ""
