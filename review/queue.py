"""A unit's values as a reviewer judges them: what was sent, what speaks for and against it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from operator import attrgetter
from typing import TYPE_CHECKING

from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404

from activities.sentences import Sentence
from activities.wording import say
from findings.cards import FindingCard, card_of
from findings.checks.finding import Severity
from findings.plan_year import PlanYear
from findings.year import OpenQuestions, RaisedFinding, is_asked_of_unit, open_among
from indicators import steps
from indicators.achievement import Badge, badges, needs_reason
from indicators.corrected import Correction, corrections, reason_words
from indicators.figures import Figure
from indicators.models import Comment, Evidence, Realization
from indicators.progress import is_text, standing_of

if TYPE_CHECKING:
    from accounts.models import User

State = Realization.State


@dataclass(slots=True)
class ReviewRow:
    """One indicator in a unit's queue; ``seen`` is what the reviewer last saw, if it changed.

    ``questions`` are open and hold nothing up; ``why_not`` says what keeps a value that waits
    from being approved by this person. ``note`` is what she typed at the row, ``refused`` why it
    was not taken.
    """

    figure: Figure
    value: Realization | None
    last: Realization | None = None
    evidence: list[Evidence] = field(default_factory=list)
    cards: list[FindingCard] = field(default_factory=list)
    remarks: list[FindingCard] = field(default_factory=list)
    elsewhere: list[RaisedFinding] = field(default_factory=list)
    blocking: list[RaisedFinding] = field(default_factory=list)
    questions: list[RaisedFinding] = field(default_factory=list)
    why_not: Sentence | None = None
    is_selected: bool = False
    seen: Realization | None = None
    note: str = ""
    refused: str = ""
    correction: Correction | None = None

    @property
    def token(self) -> str:
        """Return what a form sends to name the value and the version that was seen."""
        assert self.value is not None
        return f"{self.value.pk}:{self.value.version}"

    @property
    def is_sent(self) -> bool:
        return self.value is not None and self.value.state == State.SUBMITTED

    @property
    def waits(self) -> bool:
        """Whether the value was sent and says something, so that somebody must judge it."""
        return standing_of(self.figure, self.value).awaits_verdict

    @property
    def waits_besides(self) -> bool:
        """Whether it waits and is not among what the unit's counts call sent."""
        return standing_of(self.figure, self.value).awaits_besides

    @property
    def is_approved(self) -> bool:
        return self.value is not None and self.value.state == State.APPROVED

    @property
    def is_own(self) -> bool:
        """Whether who entered the value verified it."""
        return self.value is not None and self.value.is_own_approval

    @property
    def is_corrected(self) -> bool:
        """Whether it was written over after it was verified."""
        return self.value is not None and self.value.is_corrected_since

    @property
    def reason_words(self) -> str:
        """Return for which other number the reason was written; "" where it is this one."""
        achievement = self.figure.achievement.value
        return reason_words(
            self.correction,
            is_asked=achievement is not None and needs_reason(achievement),
            is_percent=self.figure.is_percent,
        )

    @property
    def can_be_given_back(self) -> bool:
        return self.is_sent or self.is_approved

    @property
    def badges(self) -> tuple[Badge, ...]:
        return badges(self.figure.measurement, self.figure.achievement)

    @property
    def lacks_reason(self) -> bool:
        """Whether the deviation's reason is asked for and not there."""
        return self.value is not None and steps.lacks_reason(
            self.value, self.figure.achievement.value
        )

    @property
    def is_unexplained(self) -> bool:
        """Whether it was sent without the reason it needs, and nobody waived that."""
        return self.value is not None and steps.is_unexplained(
            self.value, self.figure.achievement.value
        )

    @property
    def lacks_number(self) -> bool:
        """Whether a number is due and neither it nor a reason why there is none is there."""
        if self.value is None or self.value.value is not None or self.value.absence:
            return False
        return self.figure.measurement.target is not None or is_text(self.value.text)

    @property
    def may_be_approved(self) -> bool:
        """Whether this person can approve it now, whatever its percent."""
        return self.waits and self.why_not is None

    @property
    def is_asked_of_unit(self) -> bool:
        """Whether a question that holds nothing up is open, and its unit is asked it, too."""
        return any(is_asked_of_unit(one) for one in self.questions)

    @property
    def is_for_another(self) -> bool:
        """Whether it waits for somebody else's verdict, because this person entered it."""
        return self.waits and self.why_not == Sentence(steps.OWN_VALUE)

    @property
    def has_more(self) -> bool:
        """Whether anything stands under the row."""
        value = self.value
        said = value is not None and (
            value.deviation_reason or value.measure_to_take or value.note or self.comments
        )
        return bool(
            said
            or self.correction
            or self.evidence
            or self.cards
            or self.remarks
            or self.elsewhere
            or self.seen
        )

    @property
    def comments(self) -> int:
        return int(getattr(self.value, "comment_count", 0))

    def mark_open(self, raised: Iterable[RaisedFinding]) -> None:
        """Note which open questions hold the value up, and which only ask."""
        for finding in raised:
            if finding.blocks:
                self.blocking.append(finding)
            elif self.waits and finding.is_open and finding.severity is Severity.QUESTION:
                self.questions.append(finding)


def grounds_of(here: PlanYear) -> steps.Grounds:
    """Return what approving any value of the year looks at."""
    findings = here.findings
    return steps.Grounds(
        findings.blocked,
        {row.id: row.achievement.value for row in findings.figures.rows},
        allows_own=here.plan.allows_own_approval,
    )


class Queue:
    """The rows of a unit, those of its branches included, in printed order."""

    def __init__(self, here: PlanYear, number: str, person: User) -> None:
        unit = here.units_by_number.get(number)
        if unit is None:
            raise Http404
        self.here, self.unit, self.person = here, unit, person
        # What was sent is judged as it was reported, whatever the page's reading.
        self.figures = here.findings.figures
        self.figures_here = [
            row for row in self.figures.rows if number in (row.unit.number, row.department.number)
        ]
        if not self.figures_here:
            raise Http404

    @cached_property
    def rows(self) -> list[ReviewRow]:
        """Return a row for each indicator; two queries besides those of figures and findings.

        One more where a sent number was written over.
        """
        values, last = self._values()
        evidence = self._evidence(values.values())
        shown: set[str] = set()
        grounds = grounds_of(self.here)
        corrected = corrections(values.values())
        rows = []
        for figure in self.figures_here:
            value = values.get(figure.id)
            row = ReviewRow(figure, value, last.get(figure.id))
            row.evidence = evidence.get(value.pk, []) if value is not None else []
            row.correction = corrected.get(value.pk) if value is not None else None
            self._ask(row, shown)
            if value is not None and row.waits:
                row.why_not = steps.why_not_approve(value, self.person, grounds)
            rows.append(row)
        return rows

    @cached_property
    def open(self) -> OpenQuestions:
        """Return what is open about the unit's rows, in the words of the page that sent them."""
        about = self.here.findings.by_indicator
        return open_among(one for row in self.figures_here for one in about.get(row.id, ()))

    def _ask(self, row: ReviewRow, shown: set[str]) -> None:
        """Give a row its findings; one that concerns several rows is asked at the first."""
        raised = self.here.findings.by_indicator.get(row.figure.id, ())
        row.mark_open(raised)
        for finding in raised:
            is_question = finding.is_open and finding.severity is Severity.QUESTION
            if not row.waits and not finding.blocks:
                continue
            if finding.key in shown:
                row.elsewhere.append(finding)
                continue
            shown.add(finding.key)
            is_asked = finding.severity is Severity.BLOCKING or is_question
            place = row.cards if is_asked else row.remarks
            place.append(card_of(self.here.findings, finding, self.person))

    def _values(self) -> tuple[dict[int, Realization], dict[int, Realization]]:
        year = self.here.year
        ids = [figure.id for figure in self.figures_here]
        comments = Comment.objects.filter(realization=OuterRef("pk")).order_by()
        counted = comments.values("realization").annotate(n=Count("pk")).values("n")
        found = (
            Realization.objects.filter(indicator__in=ids, year__in=(year - 1, year))
            .select_related("submitted_by", "decided_by", "entered_by")
            .annotate(comment_count=Coalesce(Subquery(counted), 0))
        )
        values: dict[int, Realization] = {}
        last: dict[int, Realization] = {}
        for value in found:
            (values if value.year == year else last)[value.indicator_id] = value
        return values, last

    def _evidence(self, values: Iterable[Realization]) -> Mapping[int, list[Evidence]]:
        found: defaultdict[int, list[Evidence]] = defaultdict(list)
        for each in Evidence.objects.filter(realization__in=[value.pk for value in values]):
            found[each.realization_id].append(each)
        return found

    @cached_property
    def by_value(self) -> dict[int, ReviewRow]:
        """Return the rows that hold a value, by the value's id."""
        return {row.value.pk: row for row in self.rows if row.value is not None}

    @property
    def sent(self) -> list[ReviewRow]:
        return [row for row in self.rows if row.waits]

    @property
    def besides(self) -> int:
        """Return how many of the waiting rows are not among what the unit's counts call sent."""
        return sum(row.waits_besides for row in self.sent)

    @property
    def verified(self) -> list[ReviewRow]:
        return [row for row in self.rows if row.is_approved]

    @property
    def own(self) -> list[ReviewRow]:
        """Return the rows that were verified by who entered them."""
        return [row for row in self.rows if row.is_own]

    @property
    def corrected(self) -> list[ReviewRow]:
        """Return the rows that were written over after they were verified."""
        return [row for row in self.rows if row.is_corrected]

    @property
    def others(self) -> list[ReviewRow]:
        return [row for row in self.rows if not row.waits and not row.is_approved]

    @property
    def approvable(self) -> list[ReviewRow]:
        return [row for row in self.sent if row.may_be_approved]

    @property
    def asked(self) -> list[ReviewRow]:
        """Return those that can be approved though a question that their unit is asked is open.

        They are open questions in the words of every page (``findings.year.open_among``).
        """
        return [row for row in self.approvable if row.is_asked_of_unit]

    @property
    def asked_in_review(self) -> list[ReviewRow]:
        """Return those that can be approved of which something is asked in review alone."""
        return [row for row in self.approvable if row.questions and not row.is_asked_of_unit]

    @property
    def held(self) -> list[ReviewRow]:
        """Return the waiting rows that this reviewer entered herself."""
        return [row for row in self.sent if row.is_for_another]

    @property
    def blocked(self) -> list[ReviewRow]:
        """Return the waiting rows that a question keeps from being approved."""
        return [row for row in self.sent if row.blocking]

    @property
    def unexplained(self) -> list[ReviewRow]:
        """Return the waiting rows whose deviation has no reason, those under a question too."""
        return [row for row in self.sent if row.lacks_reason]

    @property
    def only_unexplained(self) -> list[ReviewRow]:
        """Return those of them that only the reason keeps back."""
        return [row for row in self.unexplained if not row.blocking]

    @property
    def last_sent(self) -> Realization | None:
        """Return the value that was sent last."""
        sent = [row.value for row in self.sent if row.value and row.value.submitted_at]
        return max(sent, key=attrgetter("submitted_at"), default=None)

    @property
    def selected(self) -> list[ReviewRow]:
        return [row for row in self.rows if row.is_selected]

    def select(self, rows: Iterable[ReviewRow]) -> None:
        """Tick these rows and no others."""
        chosen = {id(row) for row in rows}
        for row in self.rows:
            row.is_selected = id(row) in chosen

    def questions_note(self) -> str:
        """Return the open blocking questions of the sent rows, as a note to their unit."""
        lines: dict[str, str] = {}
        for row in self.blocked:
            for finding in row.blocking:
                codes = dict.fromkeys(figure.code for figure in finding.figures)
                said = f"{', '.join(codes)}: {say(finding.sentence)}"
                lines.setdefault(finding.key, said)
        return "\n".join(lines.values())
