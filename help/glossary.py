"""The words that people meet here, each in a few plain sentences.

Source: docs/domain.md. Limits come from the code (``limits``), labels from where pages take them.
Nothing here knows a municipality, so that everybody may read it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from activities import names
from help.limits import filled
from indicators.achievement import Badge, Direction, Kind, ReportedAs, Status
from indicators.choices import DIRECTIONS, KINDS, REPORTED_AS
from indicators.explanations import RULE_SENTENCES
from indicators.labels import BADGE_LABELS, STATUS_LABELS

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


@dataclass(frozen=True, slots=True)
class Item:
    """One of several things that an entry tells apart; ``key`` makes its anchor, "" none."""

    name: str
    text: str
    key: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """A word and what it means; ``%(…)s`` in its texts are limits.

    ``aside`` holds other words under which it is looked for.
    """

    key: str
    word: _StrPromise
    says: _StrPromise
    aside: _StrPromise | str = ""
    parts: tuple[tuple[_StrPromise | str, _StrPromise | str, str], ...] = field(default=())

    @property
    def term(self) -> str:
        return str(self.word)

    @property
    def also(self) -> str:
        return str(self.aside)

    @property
    def text(self) -> str:
        return filled(self.says)

    @property
    def items(self) -> list[Item]:
        return [Item(str(name), filled(text), key) for name, text, key in self.parts]

    @property
    def anchor(self) -> str:
        return f"word-{self.key}"

    @property
    def url(self) -> str:
        """Return where people who are signed in read it."""
        return f"{reverse('help')}#{self.anchor}"


ENTRIES = (
    Entry(
        "plan",
        _("Plan"),
        _(
            "The Local Equality Action Plan: what the municipality means to do for equality over "
            "several years, by whom, and by which numbers it can be told."
        ),
        _("YEAP, action plan"),
    ),
    Entry(
        "objective",
        _("Strategic objective and goal"),
        _(
            "The plan is ordered by them. The first number of a code is the strategic objective, "
            "the first two are the goal below it: activity 4.4.2 belongs to goal 4.4 of objective "
            "4."
        ),
    ),
    Entry(
        "activity",
        _("Activity"),
        _(
            "What a unit does for the plan. It has a code such as 4.4.2, a unit that answers for "
            "it, often others that support it, and one or several indicators."
        ),
    ),
    Entry(
        "indicator",
        _("Indicator"),
        _(
            "What an activity is measured by: one number a year, with a baseline and a target for "
            "each year."
        ),
    ),
    Entry(
        "baseline",
        _("Baseline"),
        _("The number before the plan began. Formulas call it A."),
        _("starting value, A"),
    ),
    Entry(
        "target",
        _("Target"),
        _(
            "The number that a year is to reach. Formulas call it B. A dash or an empty cell means "
            "that nothing was planned for the year; then the indicator is not scored."
        ),
        _("B"),
    ),
    Entry(
        "realization",
        _("Realization"),
        _(
            "The number that the unit reports for the year. Formulas call it C. 0 is a number; a "
            "dash or an empty cell is no number."
        ),
        _("result, C"),
    ),
    Entry(
        "no-figure",
        _("No figure"),
        _(
            "The unit says that it has no number this year, and why. That is an answer, so nothing "
            "is missing; it is not 0 and counts as not reported."
        ),
    ),
    Entry(
        "achievement",
        _("Achievement ratio"),
        _(
            "How much of the target was reached, as a percent. How it is worked out depends on the "
            "kind of the indicator; the arithmetic stands on the page of each indicator. It is "
            "shown as it is, also above %(cap)s."
        ),
        _("success rate, percent"),
        tuple((rule.value, text, f"rule-{rule.value}") for rule, text in RULE_SENTENCES.items()),
    ),
    Entry(
        "score",
        _("Score"),
        _(
            "The achievement ratio as it counts in means: at least %(none)s, at most %(cap)s. So "
            "an indicator far above its target does not hide one that lags behind. The score of a "
            "unit, an objective or the plan is the mean of the scores that were reported."
        ),
        _("mean, average, cap"),
    ),
    Entry(
        "weight",
        _("Weight"),
        _("How much an indicator counts in a mean. Usually 1: all count the same."),
    ),
    Entry(
        "status",
        _("Status"),
        _("An achievement ratio in a word. A plan can set other limits; usually they are these."),
        _("band, level of achievement"),
        (
            (STATUS_LABELS[Status.ACHIEVED], _("at least %(achieved)s"), ""),
            (STATUS_LABELS[Status.MOSTLY], _("at least %(mostly)s"), ""),
            (STATUS_LABELS[Status.PARTLY], _("at least %(partly)s"), ""),
            (STATUS_LABELS[Status.LOW], _("less than that"), ""),
            (STATUS_LABELS[Status.NOT_REPORTED], _("a target, and no number for it"), ""),
            (
                STATUS_LABELS[Status.UNVERIFIED],
                _("a number that no reviewer has verified, where the verified alone are read"),
                "",
            ),
            (STATUS_LABELS[Status.NO_TARGET], _("nothing was planned for the year"), ""),
            (STATUS_LABELS[Status.UNPLANNED], _("a number, and no target for it"), ""),
            (
                STATUS_LABELS[Status.UNANSWERED],
                _("the target lies below the baseline; a person is asked what is meant"),
                "",
            ),
        ),
    ),
    Entry(
        "badge",
        _("Signs beside a status"),
        _("They draw attention to a result and never change its status."),
        "",
        (
            (BADGE_LABELS[Badge.EXCEEDED], _("the ratio is above %(exceeded)s"), ""),
            (
                BADGE_LABELS[Badge.BEHIND_BASELINE],
                _("the result is worse than before the plan"),
                "",
            ),
            (
                BADGE_LABELS[Badge.DEVIATION],
                _("more than %(points)s points off %(cap)s, either way"),
                "",
            ),
        ),
    ),
    Entry(
        "kind",
        _("Kind of an indicator"),
        _(
            "How its number is counted. It decides how the achievement ratio is worked out, so a "
            "person confirms it. Ask yourself: does it start from zero each January?"
        ),
        _("type"),
        (
            (
                KINDS[Kind.COUNT],
                _("starts from zero each January, such as the courses held in the year"),
                "",
            ),
            (
                KINDS[Kind.LEVEL],
                _(
                    "what is there at the end of the year, earlier years included, such as all "
                    "buses with a ramp"
                ),
                "",
            ),
            (KINDS[Kind.RATIO], _("a percent, measured anew each year"), ""),
            (KINDS[Kind.DELIVERABLE], _("something made once, such as a guide"), ""),
        ),
    ),
    Entry(
        "reported-as",
        _("Reported as"),
        _("What the number of a level says."),
        _("increment, addition"),
        (
            (REPORTED_AS[ReportedAs.TOTAL], _("all there are at the end of the year"), ""),
            (
                REPORTED_AS[ReportedAs.INCREMENT],
                _("only what the year added; the baseline is added before it is compared"),
                "",
            ),
        ),
    ),
    Entry(
        "direction",
        _("Direction"),
        _("Whether the number is to rise, to fall or to stay."),
        "",
        (
            (DIRECTIONS[Direction.INCREASE], _("more is better"), ""),
            (DIRECTIONS[Direction.DECREASE], _("less is better, such as complaints"), ""),
            (DIRECTIONS[Direction.MAINTAIN], _("it is enough that it does not fall"), ""),
        ),
    ),
    Entry(
        "cumulative",
        _("Cumulative"),
        _(
            "The years of the plan so far, read as one. Yearly counts are added up; of levels and "
            "percents the last one holds, for adding them would count the same things twice."
        ),
        _("the years so far, sum"),
    ),
    Entry(
        "coverage",
        _("Coverage"),
        _(
            "How many of the indicators that have a target were reported, and how many of them are "
            "verified. A score of few rows says little, so the coverage stands beside it, and two "
            "scores are compared only from %(enough)s on."
        ),
        _("reporting rate"),
    ),
    Entry(
        "provisional",
        _("Provisional"),
        _(
            "A score that will still change: the year is open, or less than %(enough)s of what is "
            "due was reported."
        ),
    ),
    Entry(
        "range",
        _("Range of doubt"),
        _(
            "Between which two values a score lies, depending on how the open questions that keep "
            "values from being verified are answered."
        ),
    ),
    Entry(
        "draft",
        _("Draft"),
        _(
            "Saved by the unit and not sent. Only the unit and the reviewers see it; it counts "
            "nowhere."
        ),
    ),
    Entry(
        "sent",
        _("Submitted"),
        _(
            "The unit has sent the value to the reviewers. It counts as reported. The unit can "
            "take it back while no reviewer has begun with it."
        ),
        _("sent"),
    ),
    Entry(
        "returned",
        _("Returned"),
        _(
            "A reviewer has given the value back with a note. It counts nowhere until the unit has "
            "mended it and sent it again."
        ),
    ),
    Entry(
        "verified",
        _("Verified"),
        _(
            "A reviewer has looked at the value and found it right. As a rule it is not the person "
            "who entered it. Only verified values are published."
        ),
    ),
    Entry(
        "question",
        _("Question"),
        _(
            "The program has noticed something about a number, such as an addition where a total "
            "is expected. It changes nothing; a person answers. Some questions keep a value from "
            "being verified until they are answered."
        ),
    ),
    Entry(
        "reason",
        _("Deviation reason"),
        _(
            "Why a result is more than %(points)s points off %(cap)s. It is asked both ways: the "
            "Court of Accounts also wants to know why so much more was done than planned. The "
            "public reads it."
        ),
        _("explanation"),
    ),
    Entry(
        "measure",
        _("Measure to take"),
        _("What the unit will do about the deviation. It is written with the reason."),
    ),
    Entry(
        "evidence",
        _("Evidence"),
        _("A file or a link that shows where a number comes from, such as minutes or a list."),
    ),
    Entry(
        "confidence",
        _("Data confidence"),
        _(
            "How many of the reported indicators have evidence, no open question, a verification "
            "and came in time. It says how well the numbers are backed, not how good they are."
        ),
    ),
    Entry(
        "period",
        _("Reporting period"),
        _(
            "A year of the plan: not started, open, closed or published. Units write while it is "
            "open; what comes after the deadline counts as late. A published year is never opened "
            "again."
        ),
        _("deadline, year"),
    ),
    Entry(
        "publishing",
        _("Publishing"),
        _(
            "A closed year is made public once at least %(enough_verified)s of what was reported "
            "is verified and the mean of the verified lies at most %(apart)s points from the mean "
            "of all that was reported. Otherwise an administrator writes a reason, which the "
            "public reads."
        ),
    ),
    Entry(
        "edition",
        _("Edition"),
        _(
            "A published year as it was frozen on that day, with a number and a checksum. What is "
            "official is made from it. Earlier editions stay readable."
        ),
    ),
    Entry(
        "erratum",
        _("Correction"),
        _(
            "A number of a published year that was corrected since. It stands beside the edition "
            "with its reason, until a further edition holds it."
        ),
        _("erratum"),
    ),
    Entry(
        "checksum",
        _("Checksum"),
        _(
            "A row of signs worked out from the edition's file. If a single number in it were "
            "changed, it would be another one; so anybody can check that nothing was."
        ),
        "SHA-256",
    ),
    Entry(
        "working-state",
        _("Working state"),
        _("The records as they are now, beside the edition that the public reads."),
    ),
    Entry(
        "small-numbers",
        _("Hiding small numbers"),
        _(
            "Where a number counts people and is below %(smallest)s, somebody could be recognised. "
            "Such numbers are hidden from the public, and with them what they could be worked out "
            "from. Inside the municipality they are seen."
        ),
        _("privacy, hidden"),
    ),
    Entry(
        "coordinator",
        _("Coordinator"),
        _("Enters and sends the values of her own units, and answers the questions about them."),
    ),
    Entry(
        "reviewer",
        _("Reviewer"),
        _("Sees the values of all units, verifies them or returns them, and runs the year."),
    ),
)
BY_KEY = {entry.key: entry for entry in ENTRIES}


def entries() -> list[Entry]:
    """Return the words in the alphabet of the active language; the Turkish one orders both."""
    return sorted(ENTRIES, key=lambda each: names.sort_key(each.term))
