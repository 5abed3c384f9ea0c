"""What people typed though it follows from other cells, compared with what we work out.

A difference is told, never corrected. Nothing here imports Django.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal

from activities.sentences import noop as _
from imports.table import FileTable, Parts, ProofCheck
from indicators.cells import Cell, CellKind

TOTALS, RATIOS, PARTS, WEIGHTS = "total rows", "typed ratios", "women and men", "weights"
NAMES = {
    TOTALS: _("numbers of total rows"),
    RATIOS: _("typed percents"),
    PARTS: _("sums of women and men"),
    WEIGHTS: _("sums of weights"),
}
HUNDRED = Decimal(100)


class Proofs:
    """The checks of a table, each made when it is first needed."""

    def __init__(self, table: FileTable) -> None:
        self._table = table
        self._checks: dict[str, ProofCheck] = {}
        self._weights: dict[tuple[str, ...], list[tuple[str, Decimal]]] = defaultdict(list)

    def check(self, code: str) -> ProofCheck:
        if code not in self._checks:
            self._checks[code] = ProofCheck(code)
            self._table.checks.append(self._checks[code])
        return self._checks[code]

    def ratio(self, where: str, typed: Cell, a: Cell, b: Cell, c: Cell) -> None:
        """Compare a typed achievement with C/B and with (C−A)/(B−A)."""
        if not typed.text:
            return
        check = self.check(RATIOS)
        ours = [] if b.value is None or c.value is None else _ratios(a.value, b.value, c.value)
        if not ours or typed.value is None:
            check.apart.append((where, typed.text))
            return
        if any(_is_rounded(typed, each) for each in ours):
            check.equal += 1
        else:
            check.differ.append((where, typed.text, f"%{round(ours[0], 1):f}".replace(".", ",")))

    def parts(self, where: str, total: Cell, cells: Mapping[str, Cell]) -> Parts | None:
        """Return women, men and others where they add up to the total; others may be the rest."""
        said = {name: cell.value for name, cell in cells.items() if cell.value is not None}
        if total.value is None or "women" not in said or "men" not in said:
            self.check(PARTS).apart += [(where, cell.text) for cell in cells.values() if cell.text]
            return None
        women, men = said["women"], said["men"]
        assert women is not None and men is not None
        others = said.get("others") or Decimal(0)
        check = self.check(PARTS)
        if women + men + others == total.value:
            check.equal += 1
            return Parts(women, men, others)
        typed = " + ".join(cell.text for cell in cells.values() if cell.text)
        check.differ.append((where, f"{total.text} ({typed})", f"{women + men + others:f}"))
        return None

    def weight(self, aim: tuple[str, ...], where: str, weight: Decimal) -> None:
        self._weights[aim].append((where, weight))

    def finish(self) -> None:
        """Compare the weights below each aim with 100."""
        for weights in self._weights.values():
            total = sum((weight for _where, weight in weights), Decimal(0))
            if len(weights) < 2 or total <= len(weights):
                continue
            if total == HUNDRED:
                self.check(WEIGHTS).equal += 1
            else:
                self.check(WEIGHTS).differ.append((weights[0][0], f"{total:f}", "100"))


def _ratios(a: Decimal | None, b: Decimal, c: Decimal) -> list[Decimal]:
    found = []
    if b:
        found.append(c / b * HUNDRED)
    if a is not None and b != a:
        found.append((c - a) / (b - a) * HUNDRED)
    return found


def _is_rounded(typed: Cell, ours: Decimal) -> bool:
    """Whether a typed percent is ours as far as it was written; a fraction is one, too."""
    value = typed.value
    assert value is not None
    if typed.kind is not CellKind.NUMBER:
        return False
    candidates = [value] if typed.is_percent else [value, value * HUNDRED]
    for each in candidates:
        exponent = each.normalize().as_tuple().exponent
        places = max(-exponent, 0) if isinstance(exponent, int) else 0
        step = Decimal(1).scaleb(-places)
        if abs(each - ours) <= step * Decimal("0.51") or abs(each - int(ours)) < Decimal("0.0001"):
            return True
    return False
