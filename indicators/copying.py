"""Copying a plan's structure into its next term: what was planned, never what was done.

Targets, realizations, answers and retired indicators stay behind. Periods of the new years are
planned. All of it is written in one transaction, with its history.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeVar

from django.core.exceptions import ValidationError
from django.core.validators import validate_slug
from django.db import IntegrityError, models, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as translate
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from activities import formats
from activities.models import (
    LONGEST_PLAN,
    Activity,
    ActivityTag,
    ActivityUnit,
    Objective,
    Period,
    Plan,
    PlanDepartment,
)
from activities.sentences import Sentence
from activities.sentences import noop as _
from indicators.achievement import Kind, Measurement, Reading, ReportedAs
from indicators.models import (
    COUNTED_STATES,
    Indicator,
    IndicatorTag,
    IndicatorUnit,
    Realization,
)

if TYPE_CHECKING:
    from accounts.models import User

BATCH = 1000
LAST_YEAR = 2100

OF_PLAN = (
    "short_name",
    "municipality",
    "method",
    "unreported",
    "allows_own_approval",
    "band_achieved",
    "band_mostly",
    "band_partly",
)
OF_ACTIVITY = (
    "department_id",
    "code",
    "title",
    "position",
    "responsible_text",
    "supporting_text",
)
OF_INDICATOR = (
    "position",
    "name",
    "measure",
    "unit",
    "kind",
    "kind_confirmed",
    "direction",
    "reported_as",
    "weight",
    "own_responsible_text",
    "own_supporting_text",
    "counts_people",
    "hides_small_numbers",
    "people_decided",
)
OF_ROLE = ("role", "position", "department_id", "institution_id")
Row = TypeVar("Row", bound=models.Model)


class Baseline(StrEnum):
    """Where the new plan's indicators begin: at the last value that counted, or unknown."""

    LAST = "last"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class NextTerm:
    """The plan to be made; without a name it is called as the one before."""

    slug: str
    first_year: int
    last_year: int
    name: str = ""
    baseline: Baseline = Baseline.LAST


@dataclass(frozen=True, slots=True)
class Counts:
    """What would be copied; ``with_value`` are the indicators that have a value to begin at."""

    units: int
    objectives: int
    activities: int
    indicators: int
    with_value: int
    retired: int


def counts(plan: Plan) -> Counts:
    """Return how much a copy would hold; six queries."""
    kept = _indicators(plan)
    values = last_values(plan)
    return Counts(
        units=plan.units.count(),
        objectives=plan.objectives.count(),
        activities=_activities(plan).count(),
        indicators=kept.count(),
        with_value=sum(pk in values for pk in kept.values_list("pk", flat=True)),
        retired=Indicator.objects.of_plan(plan).filter(retired_on__isnull=False).count(),
    )


def next_term(plan: Plan) -> NextTerm:
    """Return the term that usually follows: as many years, directly after the last."""
    first, last = plan.last_year + 1, plan.last_year + len(plan.years)
    slug = plan.slug.replace(str(plan.first_year), str(first))
    slug = slug.replace(str(plan.last_year), str(last))
    if slug == plan.slug:
        slug = f"{slug}-{first}"
    return NextTerm(slug=slug, first_year=first, last_year=last, name=plan.name)


def check(plan: Plan, term: NextTerm) -> None:
    """Raise Sentence where the plan cannot be copied into the term."""
    try:
        validate_slug(term.slug)
    except ValidationError as error:
        raise Sentence(
            _("“%(slug)s” is no address: letters, digits and hyphens only."), slug=term.slug
        ) from error
    if Plan.objects.filter(slug=term.slug).exists():
        raise _taken(term)
    if term.last_year < term.first_year:
        raise Sentence(_("The last year lies before the first."))
    if term.first_year <= plan.last_year:
        raise Sentence(
            _("The next term begins after %(year)s, the last year of this plan."),
            year=plan.last_year,
        )
    years = term.last_year - term.first_year + 1
    if years > LONGEST_PLAN or term.last_year > LAST_YEAR:
        raise Sentence(
            _("A plan runs for at most %(most)s years and not beyond %(last)s."),
            most=LONGEST_PLAN,
            last=LAST_YEAR,
        )


def _taken(term: NextTerm) -> Sentence:
    return Sentence(_("There already is a plan “%(slug)s”."), slug=term.slug)


def copy(plan: Plan, term: NextTerm, *, person: User | None) -> Plan:
    """Make the next term's plan; raise Sentence where that cannot be done."""
    check(plan, term)
    try:
        with transaction.atomic():
            return _Copy(plan, term, person).make()
    except IntegrityError as error:
        if Plan.objects.filter(slug=term.slug).exists():  # made by somebody else meanwhile
            raise _taken(term) from error
        raise


def last_values(plan: Plan) -> dict[int, tuple[Decimal, str]]:
    """Return each indicator's last number that counted, with its cell as written; one query.

    A level reported as an increment is the total that its year came to. A dash, a text or a
    reason why there is no figure is no number, so the year before it holds.
    """
    numbers = Realization.objects.filter(
        indicator__activity__plan=plan,
        year__gte=plan.first_year,
        year__lte=plan.last_year,
        state__in=COUNTED_STATES[Reading.REPORTED],
        value__isnull=False,
    ).select_related("indicator")
    return {each.indicator_id: _total(each) for each in numbers.order_by("year")}


def _total(realization: Realization) -> tuple[Decimal, str]:
    indicator, value = realization.indicator, realization.value
    measured = Measurement(
        indicator.baseline,
        None,
        value,
        Kind(indicator.kind),
        reported_as=ReportedAs(indicator.reported_as),
    )
    total = measured.total
    assert total is not None
    if total == value and realization.text:
        return total, realization.text
    return total, formats.amount(total, "tr", percent=indicator.is_percent)


def _indicators(plan: Plan) -> models.QuerySet[Indicator]:
    return Indicator.objects.of_plan(plan).in_use().order_by("pk")


def _activities(plan: Plan) -> models.QuerySet[Activity]:
    """Return the plan's activities but those of which every indicator is retired."""
    own = Indicator.objects.filter(activity=OuterRef("pk"))
    return plan.activities.filter(Q(Exists(own.in_use())) | ~Q(Exists(own))).order_by("pk")


class _Copy:
    """One copy in the making: what was copied, by the old row's id."""

    def __init__(self, plan: Plan, term: NextTerm, person: User | None) -> None:
        self.plan = plan
        self.term = term
        self.person = person
        self.reason = translate("Copied from %(plan)s") % {"plan": plan}

    def make(self) -> Plan:
        self.new = self._plan()
        self._units()
        objectives = self._objectives()
        activities = self._copied_activities(objectives)
        self._roles(ActivityUnit, "activity_id", activities)
        self._tags(ActivityTag, "activity_id", activities)
        indicators = self._copied_indicators(activities)
        self._roles(IndicatorUnit, "indicator_id", indicators)
        self._tags(IndicatorTag, "indicator_id", indicators)
        return self.new

    def _plan(self) -> Plan:
        term = self.term
        new = Plan(
            name=term.name or self.plan.name,
            slug=term.slug,
            first_year=term.first_year,
            last_year=term.last_year,
            **_values(self.plan, OF_PLAN),
        )
        new._history_user = self.person  # type: ignore[attr-defined]
        new._change_reason = self.reason  # type: ignore[attr-defined]
        new.save()
        self._store(Period, [Period(plan=new, year=year) for year in new.years])
        return new

    def _units(self) -> None:
        places = self.plan.units.order_by("pk")
        self._store(
            PlanDepartment,
            [
                PlanDepartment(
                    plan=self.new, department_id=place.department_id, number=place.number
                )
                for place in places
            ],
        )

    def _objectives(self) -> Mapping[int, Objective]:
        made: dict[int, Objective] = {}
        every = list(self.plan.objectives.order_by("pk"))
        # Those above first, so that those below can name them.
        while level := [
            each for each in every
            if each.pk not in made and (each.parent_id is None or each.parent_id in made)
        ]:  # fmt: skip
            rows = [
                Objective(
                    plan=self.new,
                    code=each.code,
                    title=each.title,
                    parent=made[each.parent_id] if each.parent_id else None,
                )
                for each in level
            ]
            made |= self._by_old(level, self._store(Objective, rows))
        return made

    def _copied_activities(self, objectives: Mapping[int, Objective]) -> Mapping[int, Activity]:
        old = list(_activities(self.plan))
        rows = [
            Activity(
                plan=self.new,
                objective=objectives[each.objective_id],
                **_values(each, OF_ACTIVITY),
            )
            for each in old
        ]
        return self._by_old(old, self._store(Activity, rows))

    def _copied_indicators(self, activities: Mapping[int, Activity]) -> Mapping[int, Indicator]:
        old = list(_indicators(self.plan))
        begins = last_values(self.plan) if self.term.baseline is Baseline.LAST else {}
        rows = []
        for each in old:
            baseline, text = begins.get(each.pk, (None, ""))
            rows.append(
                Indicator(
                    activity=activities[each.activity_id],
                    baseline=baseline,
                    baseline_text=text,
                    **_values(each, OF_INDICATOR),
                )
            )
        made = self._by_old(old, self._store(Indicator, rows))
        self._count_with(old, made)
        return made

    def _count_with(self, old: Iterable[Indicator], made: Mapping[int, Indicator]) -> None:
        """Let the new rows be counted at the new ones; one at a retired row counts itself."""
        changed = []
        for each in old:
            other = made.get(each.counted_with_id or 0)
            if other is not None:
                made[each.pk].counted_with = other
                changed.append(made[each.pk])
        if changed:
            bulk_update_with_history(
                changed,
                Indicator,
                ["counted_with"],
                batch_size=BATCH,
                default_user=self.person,
                default_change_reason=self.reason,
            )

    def _roles(self, model: type[Any], owner: str, made: Mapping[int, models.Model]) -> None:
        """Copy the responsible and supporting units of activities or of indicators."""
        self._belonging(model, owner, made, OF_ROLE)

    def _tags(self, model: type[Any], owner: str, made: Mapping[int, models.Model]) -> None:
        self._belonging(model, owner, made, ("tag_id",))

    def _belonging(
        self,
        model: type[Any],
        owner: str,
        made: Mapping[int, models.Model],
        columns: Sequence[str],
    ) -> None:
        path = "activity__plan" if owner == "activity_id" else "indicator__activity__plan"
        rows = model.objects.filter(**{path: self.plan}).order_by("pk")
        self._store(
            model,
            [
                model(**{owner: made[getattr(each, owner)].pk}, **_values(each, columns))
                for each in rows
                if getattr(each, owner) in made
            ],
        )

    def _store(self, model: type[Row], rows: list[Row]) -> list[Row]:
        if not rows:
            return []
        stored: list[Row] = bulk_create_with_history(
            rows,
            model,
            batch_size=BATCH,
            default_user=self.person,
            default_change_reason=self.reason,
        )
        return stored

    @staticmethod
    def _by_old(old: Iterable[models.Model], new: Iterable[Row]) -> dict[int, Row]:
        return {before.pk: after for before, after in zip(old, new, strict=True)}


def _values(row: models.Model, columns: Iterable[str]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in columns}
