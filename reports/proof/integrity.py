"""Whether a year's editions are what was published, and whether what they hide stays hidden."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from activities.models import Plan
from indicators import editions, suppression
from indicators.editions import EditionBroken, Fault
from indicators.models import Edition
from indicators.small_numbers import PublicNumbers
from indicators.suppression import BASELINE, EVERY_YEAR, PARTS, VALUE, Cell, Withheld
from reports.proof.asking import Asker, NotAnswered
from reports.proof.checks import Checked
from reports.proof.figures import Difference


def of_editions(plan: Plan, year: int, asker: Asker) -> Iterator[Checked]:
    """Yield the checks of every edition of a year; none of a year that was not published."""
    found = list(Edition.objects.filter(plan=plan, year=year).order_by("number"))
    for edition in found:
        told = list(_unfit(plan, edition))
        yield Checked(_("Checksum of edition %(n)s") % {"n": edition.number}, told)
    if found:
        yield Checked(_("Hidden small numbers"), list(_narrowed(plan, asker)))


def _unfit(plan: Plan, edition: Edition) -> Iterator[Difference]:
    """Say why an edition is not what was published, or why it is served to nobody."""
    real = editions.checksum(edition.content)
    if real != edition.checksum:
        yield Difference("SHA-256", real, edition.checksum)
        return
    try:
        figures = editions.PublicFigures(plan, edition)
        told, expected = figures.told, figures.means_told
    except EditionBroken as refused:
        yield from _refused(plan, edition, refused)
        return
    yield from _other(told, expected)


def _refused(plan: Plan, edition: Edition, why: EditionBroken) -> Iterator[Difference]:
    """Yield what of a refused edition differs: nothing of one that fits, if another one does not.

    That other one has a check of its own, which says so.
    """
    unfit = why.of(edition)
    if unfit.fault is Fault.ITSELF:
        yield Difference("SHA-256", str(why), edition.public_checksum)
    elif unfit.fault is Fault.BEFORE:
        before = Edition.objects.filter(plan=plan, year=edition.year, number=unfit.number).first()
        yield Difference(
            unfit.words.rstrip("."), before.public_checksum if before else "", edition.previous
        )


def _other(told: Any, expected: Any, where: str = "") -> Iterator[Difference]:
    """Yield which means of the public document are not those that its numbers give."""
    if not (isinstance(told, dict) and isinstance(expected, dict)):
        if told != expected:
            yield Difference(where, f"{told}", f"{expected}")
        return
    for name in {**told, **expected}:
        path = f"{where}.{name}" if where else name
        yield from _other(told.get(name), expected.get(name), path)


def _narrowed(plan: Plan, asker: Asker) -> Iterator[Difference]:
    """Attack every hidden number with what the public files of all years really show."""
    try:
        public = PublicNumbers(plan)
        shown = set(_shown(plan, asker))
    except (EditionBroken, NotAnswered) as refused:
        # What is served to nobody gives nothing away, and is not proven either.
        yield Difference(str(refused), "", "200")
        return
    hidden = frozenset(cell for state in public.states for cell in state if cell not in shown)
    for cell in suppression.exposed(public.rows, public.states, Withheld(hidden)):
        where = f"{cell.row} {cell.what} {cell.year or ''}".rstrip()
        yield Difference(where, _("can be narrowed"), "0–4")


def _shown(plan: Plan, asker: Asker) -> Iterable[Cell]:
    """Yield the cells of which the public files give a number."""
    years = plan.periods.filter(state="published").values_list("year", flat=True)
    for year in years if plan.is_public else ():
        data = asker.json(f"/public/{plan.slug}/{year}/data/data.json")
        for row in data["plan"]:
            yield from _given(row, {"baseline": Cell(row["id"], BASELINE, EVERY_YEAR)})
        for row in data["realizations"]:
            cells = {name: Cell(row["id"], name, year) for name in PARTS}
            yield from _given(row, {**cells, "realization": Cell(row["id"], VALUE, year)})


def _given(row: dict[str, Any], cells: dict[str, Cell]) -> Iterable[Cell]:
    return (cell for name, cell in cells.items() if _number(row.get(name)) is not None)


def _number(text: str | None) -> Decimal | None:
    return Decimal(text) if text else None
