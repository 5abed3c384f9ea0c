"""The data dictionary: every table of the open data, its fields and what they mean."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext, override
from django.utils.translation import gettext_noop as _

from indicators.achievement import Direction, Kind, ReportedAs, Result, Rule, Status
from indicators.models import Indicator

LANGUAGES = ("en", "tr")


@dataclass(frozen=True, slots=True)
class Field:
    """A column; ``kind`` is a Frictionless type, ``known`` the values there can be."""

    name: str
    kind: str
    title: str
    description: str = ""
    known: Iterable[str] = ()
    required: bool = False

    def described(self) -> dict[str, object]:
        constraints: dict[str, object] = {}
        if self.required:
            constraints["required"] = True
        if known := list(self.known):
            constraints["enum"] = known
        return {
            "name": self.name,
            "type": self.kind,
            **in_both("title", self.title),
            **(in_both("description", self.description) if self.description else {}),
            **({"constraints": constraints} if constraints else {}),
        }


@dataclass(frozen=True, slots=True)
class Table:
    """One file: its fields in order and what makes a row one of its kind."""

    name: str
    title: str
    fields: tuple[Field, ...]
    primary_key: tuple[str, ...]
    refers_to_plan: bool = True

    def described(self) -> dict[str, object]:
        """Return the table's schema as a Frictionless Table Schema."""
        schema: dict[str, object] = {
            "fields": [field.described() for field in self.fields],
            "missingValues": [""],
            "primaryKey": list(self.primary_key),
        }
        if self.refers_to_plan:
            reference = {"resource": "plan", "fields": ["id"]}
            schema["foreignKeys"] = [{"fields": ["id"], "reference": reference}]
        return schema


def in_both(name: str, text: str) -> dict[str, str]:
    """Return a text in English under ``name`` and in Turkish under ``name_tr``."""
    found = {}
    for language in LANGUAGES:
        with override(language):
            found[name if language == "en" else f"{name}_{language}"] = gettext(text)
    return found


ID = Field(
    "id",
    "integer",
    _("Indicator"),
    _("Number of the indicator; the same in all tables."),
    required=True,
)
KEY = Field("key", "string", _("Key of the row"), _("Unit, activity code and place: “7/4.2.4/1”."))
YEAR = Field("year", "year", _("Year"), required=True)
SUPPRESSED = Field(
    "suppressed",
    "boolean",
    _("Withheld"),
    _("True where a number could identify people; it is left out and counts in no total."),
    required=True,
)
STATUS = Field("status", "string", _("Achievement status"), known=list(Status))

PLAN = Table(
    "plan",
    _("Activities and indicators as planned"),
    (
        ID,
        KEY,
        Field("department_number", "string", _("Department number"), _("As printed in the plan.")),
        Field("department", "string", _("Department")),
        Field("branch_number", "string", _("Branch number"), _("Empty outside a branch.")),
        Field("branch", "string", _("Branch")),
        Field("objective", "string", _("Strategic objective"), _("First number of the code.")),
        Field("goal", "string", _("Goal"), _("First two numbers of the code.")),
        Field("code", "string", _("Activity code"), _("Not unique: two units can use one code.")),
        Field("activity", "string", _("Activity")),
        Field("responsible", "string", _("Responsible unit"), _("As printed in the plan.")),
        Field("indicator", "string", _("Indicator"), required=True),
        Field(
            "measure",
            "string",
            _("Measured in"),
            _("Percentages are given in percentage points."),
            known=Indicator.Measure.values,
        ),
        Field(
            "kind", "string", _("Kind"), _("It decides the rule of the ratio."), known=list(Kind)
        ),
        Field("direction", "string", _("Direction"), known=list(Direction)),
        Field(
            "reported_as",
            "string",
            _("Reported as"),
            _("The total, or what the year added to it."),
            known=list(ReportedAs),
        ),
        Field("weight", "number", _("Weight"), _("Weight of the indicator in a mean.")),
        Field(
            "counted_with",
            "integer",
            _("Counted with"),
            _("Number of the indicator that counts the same value; a mean holds only that one."),
        ),
        Field(
            "baseline",
            "number",
            _("Baseline"),
            _("Empty where no number was written; never 0 then."),
        ),
        Field(
            "baseline_text",
            "string",
            _("Baseline as written"),
            _("“<5” or “…” stands for a number that is withheld, as it could identify people."),
        ),
    ),
    ("id",),
    refers_to_plan=False,
)
TARGETS = Table(
    "targets",
    _("Targets of the year"),
    (
        ID,
        KEY,
        YEAR,
        Field(
            "target", "number", _("Target"), _("Empty where no number was written; never 0 then.")
        ),
        Field("target_text", "string", _("Target as written")),
    ),
    ("id", "year"),
)
REALIZATIONS = Table(
    "realizations",
    _("Verified realizations of the year"),
    (
        ID,
        KEY,
        YEAR,
        Field(
            "standing",
            "string",
            _("Where the number stands"),
            _(
                "Verified, reported and not verified, or not reported; empty where an old edition "
                "did not record it. Only a verified number is given."
            ),
            known=list(Result),
        ),
        Field(
            "realization",
            "number",
            _("Realization"),
            _("Empty where none was verified, or where it is withheld; never 0 then."),
        ),
        Field("realization_text", "string", _("Realization as written")),
        Field("absence", "string", _("Why there is no figure")),
        *(
            Field(name, "number", label, _("Where people are counted and told apart."))
            for name, label in (("women", _("Women")), ("men", _("Men")), ("others", _("Others")))
        ),
        Field("deviation_reason", "string", _("Deviation reason")),
        Field("measure_to_take", "string", _("Measure to take")),
        Field(
            "reason_waived",
            "string",
            _("Why no reason was asked"),
            _("In place of a deviation reason, by who verified the number."),
        ),
        SUPPRESSED,
    ),
    ("id", "year"),
)
ACHIEVEMENT = Table(
    "achievement",
    _("Achievement of every indicator in the year"),
    (
        ID,
        KEY,
        YEAR,
        Field(
            "achievement",
            "number",
            _("Achievement ratio"),
            _("A fraction, unrounded and not capped: 0.8281 is 82.81 percent."),
        ),
        Field(
            "score",
            "number",
            _("Score"),
            _("The ratio held between 0 and 1; only scores are averaged."),
        ),
        STATUS,
        Field(
            "rule", "string", _("Rule"), _("Rule R1–R8 that the ratio follows."), known=list(Rule)
        ),
        SUPPRESSED,
    ),
    ("id", "year"),
)
COUNTS = {
    Status.ACHIEVED: _("Indicators achieved"),
    Status.MOSTLY: _("Indicators mostly achieved"),
    Status.PARTLY: _("Indicators partly achieved"),
    Status.LOW: _("Indicators of low achievement"),
    Status.UNVERIFIED: _("Indicators reported, not verified"),
    Status.NOT_REPORTED: _("Indicators not reported"),
    Status.NO_TARGET: _("Indicators without a target in the year"),
    Status.UNPLANNED: _("Indicators realized without a target"),
    Status.UNANSWERED: _("Indicators whose question awaits an answer"),
}
SUMMARY = Table(
    "summary",
    _("Scores of the plan, its units, objectives and goals"),
    (
        Field(
            "level",
            "string",
            _("Summed up by"),
            known=("plan", "department", "branch", "objective", "goal"),
            required=True,
        ),
        Field(
            "key",
            "string",
            _("Key of the row"),
            _("The plan's address, a unit's number, an objective's code."),
        ),
        Field("name", "string", _("Name of the unit or objective")),
        YEAR,
        Field("indicators", "integer", _("Number of indicators")),
        Field(
            "due",
            "integer",
            _("Indicators due"),
            _(
                "Those with a target in the year, without the withheld: the public page counts "
                "these, too."
            ),
        ),
        Field(
            "reported",
            "integer",
            _("Indicators reported"),
            _(
                "Those of the due with a verified realization, without the withheld: the public "
                "page counts these, too."
            ),
        ),
        Field(
            "mean",
            "number",
            _("Mean score"),
            _("Weighted mean of the scores; empty where too little of what is due is verified."),
        ),
        Field("median", "number", _("Median score")),
        *(Field(status.value, "integer", title) for status, title in COUNTS.items()),
    ),
    ("level", "key", "year"),
    refers_to_plan=False,
)
TABLES = {table.name: table for table in (PLAN, TARGETS, REALIZATIONS, ACHIEVEMENT, SUMMARY)}
"""What an edition holds; it stays as it was published."""

ERRATA = Table(
    "errata",
    _("Corrections since the edition was published"),
    (
        ID,
        KEY,
        Field("indicator", "string", _("Indicator"), required=True),
        Field(
            "field",
            "string",
            _("Corrected cell"),
            known=("baseline", "target", "realization"),
            required=True,
        ),
        Field("before", "number", _("Number as published"), _("As in the edition; empty is none.")),
        Field("before_text", "string", _("Cell as published")),
        Field("after", "number", _("Corrected number"), _("As it stands now; empty is none.")),
        Field("after_text", "string", _("Cell as corrected")),
        Field("corrected_on", "date", _("Day of the correction")),
        Field("reason", "string", _("Reason of the correction")),
    ),
    ("id", "field"),
)
ALL_TABLES = {**TABLES, ERRATA.name: ERRATA}
