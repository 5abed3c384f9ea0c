"""Where a line's value stands, in the words and signs beside it."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from entry.actions import Result
from entry.moments import moment
from indicators.models import Realization
from indicators.progress import Standing

State = Realization.State


@dataclass(frozen=True, slots=True)
class RowState:
    """The state of one line; ``open_questions`` counts those about this line alone."""

    value: Realization | None
    standing: Standing
    result: Result | None
    open_questions: int

    @property
    def css(self) -> str:
        if self.result is not None and not self.result.is_kept:
            return "unsaved"
        if self.open_questions:
            return "asked"
        if self.waits_at_desk:
            return "returned"
        return "saved" if self.standing.is_said else ""

    @property
    def words(self) -> tuple[str, str]:
        """Return the icon and the words of what became of the value; empty for none."""
        if self.result is not None and not self.result.is_kept:
            return "x", _("Not saved")
        value = self.value
        if value is None or not self.standing.is_said:
            return "", ""
        if self.standing.is_looked_at:
            return "eye", _("Being looked at")
        if value.state == State.SUBMITTED:
            return "mail", _("Sent %(when)s") % {"when": moment(value.submitted_at)}
        if value.state == State.APPROVED:
            return "met", self._verified
        if self.waits_at_desk:
            return "back", _("Returned")
        return "check", _("Saved %(when)s") % {"when": moment(value.entered_at)}

    @property
    def _verified(self) -> str:
        if self.standing.is_corrected:
            return _("Verified, corrected since")
        return _("Verified by who entered it") if self.standing.is_own else _("Verified")

    @property
    def waits_at_desk(self) -> bool:
        """Whether the value was returned and nobody has written on it since."""
        value = self.value
        if value is None or value.state != State.RETURNED:
            return False
        return value.decided_at is None or value.entered_at <= value.decided_at

    @property
    def returned_note(self) -> str:
        value = self.value
        return value.note if value is not None and value.state == State.RETURNED else ""

    @property
    def returned_by(self) -> str:
        value = self.value
        if value is None or value.decided_by is None:
            return ""
        name = value.decided_by.get_full_name() or value.decided_by.get_username()
        return f"{name}, {moment(value.decided_at)}"
