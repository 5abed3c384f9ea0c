"""The annual report as an Excel workbook to work on: summary with charts, departments, all rows.

The department sheets are laid out as the plan's own workbook is (reports.exports.sheets); openpyxl
writes them here, because only it knows charts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import IO, Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from openpyxl import Workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.chart.layout import Layout, ManualLayout
from openpyxl.drawing.fill import ColorChoice, PatternFillProperties

from indicators.achievement import EMPTY_SUMMARY, summarise
from indicators.labels import STATUS_LABELS
from reports.annual.contents import Fact, Report, ScoreLine, Share, published_columns
from reports.annual.sheet_writer import SheetWriter
from reports.errata import ErratumLine, no_changes, no_errata
from reports.exports import columns, sheets
from reports.exports.columns import Column
from reports.exports.rows import Value, clean, with_units
from reports.exports.sheets import HEADING, NOTE, TEXT, PartSheet, header_row, title_row
from reports.exports.workbook import (
    Cell,
    Sheet,
    SheetRow,
    Style,
    letters,
    sheet_names,
)
from reports.tables import TableRow

COUNT = Style(number_format="#,##0", align="right", indent=1, is_wrapped=False)

# Pattern, its colour and the ground: as in print, every status differs without its colour.
FILLS = {
    "achieved": ("solid", "2A7F59", "2A7F59"),
    "mostly": ("wdUpDiag", "FFFFFF", "2F7BAB"),
    "partly": ("pct30", "FFFFFF", "B27410"),
    "low": ("smGrid", "FFFFFF", "BF4034"),
    "unverified": ("ltUpDiag", "595160", "FFFFFF"),
    "not_reported": ("pct5", "595160", "FFFFFF"),
    "unanswered": ("pct40", "5B2A8A", "FFFFFF"),
    "unplanned": ("ltHorz", "595160", "DDD7CE"),
    "no_target": ("solid", "DDD7CE", "DDD7CE"),
}
BAR_COLOR = "6F5F86"


def write(report: Report, target: IO[bytes]) -> None:
    summary = _Summary(report)
    made = [
        summary.sheet(),
        *(_part_sheets(report)),
        _flat(report),
        *([_findings(report)] if report.has_findings else []),
        *_corrections(report),
        _method(report),
    ]
    book = Workbook()
    book.remove(book.active)
    book.properties.title = clean(f"{report.full_title} · {report.plan_name}")
    book.properties.creator = clean(report.municipality) or "YEAP İzleme"
    book.properties.language = report.language
    writer = SheetWriter()
    for name, sheet in zip(sheet_names(made), made, strict=True):
        writer.write(book.create_sheet(name), sheet)
    summary.add_charts(book.worksheets[0])
    flat = book.worksheets[1 + len(report.parts)]
    last = letters(len(_flat_columns(report)))
    flat.auto_filter.ref = f"A2:{last}{flat.max_row}"
    book.save(target)


def _reported(report: Report) -> str:
    """Return what the counts of numbers are called: an edition holds the verified."""
    if report.counts_verified:
        return pgettext("count", "Verified")
    return pgettext("count", "Reported")


def _share_cell(share: Share) -> Cell:
    """Return a share as a number; "—" stands where there is none, which is not 0."""
    if share.value is None:
        return Cell(share.text, sheets.WRITTEN)
    return sheets.ratio_cell(share.value)


# --- the sheets ---------------------------------------------------------------------------------


class _Summary:
    """The first sheet: headline figures, sentences, departments, objectives, two charts."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.statuses = [
            key for key in STATUS_LABELS if key in {one.status for one in report.statuses}
        ]
        # The charts show departments; branches are parts of them.
        self.departments = [line for line in report.departments if not line.is_branch]
        self.departments = self.departments or list(report.departments)
        self.first = 0

    def columns(self) -> list[Column]:
        return [
            Column(pgettext("number", "No"), 7),
            Column(_("Department"), 38),
            Column(self.report.score_header, 11, is_number=True),
            Column(_reported(self.report), 11, is_number=True),
            Column(pgettext("count", "With a target"), 11, is_number=True),
            *(Column(str(STATUS_LABELS[key]), 12, is_number=True) for key in self.statuses),
            *(
                []
                if self.report.is_official
                else [Column(_("Blocking questions"), 12, is_number=True)]
            ),
        ]

    def sheet(self) -> Sheet:
        rows = list(self._rows())
        return Sheet(
            _("Summary"),
            [column.width for column in self.columns()],
            rows,
            0,
            self.report.full_title,
        )

    def _rows(self) -> Iterator[SheetRow]:
        report = self.report
        yield title_row(report.full_title)
        yield _note(f"{report.state} · {report.notice}" if report.is_official else report.notice)
        yield _note(f"{report.municipality} · {report.plan_name}".strip(" ·"))
        for fact in report.cover:
            yield _note(f"{fact.label}: {fact.value}")
        yield SheetRow([])
        for sentence in report.sentences:
            yield _note(sentence)
        yield SheetRow([])
        self.first = 6 + len(report.cover) + len(report.sentences)
        yield header_row(self.columns())
        for line in self.departments:
            yield self._line(line)
        yield self._line(report.total)
        branches = [line for line in report.departments if line not in self.departments]
        if branches:
            yield SheetRow([])
            yield self._heading(_("Branches"))
            yield from (self._line(line) for line in branches)
        if report.objectives:
            yield SheetRow([])
            yield self._heading(_("Strategic objectives"))
            yield from (self._line(line) for line in report.objectives)
        yield SheetRow([])

    def _heading(self, text: str) -> SheetRow:
        return SheetRow([Cell(text, HEADING)])

    def _line(self, line: ScoreLine) -> SheetRow:
        counts: dict[str, int] = {one.status: one.count for one in line.statuses}
        return SheetRow(
            [
                Cell(line.number, TEXT),
                Cell(line.name, TEXT),
                _share_cell(line.score),
                *(
                    Cell(count, COUNT)
                    for count in (
                        line.reported,
                        line.due,
                        *(counts.get(key, 0) for key in self.statuses),
                        *([] if self.report.is_official else [line.blocking]),
                    )
                ),
            ]
        )

    def add_charts(self, place: Any) -> None:
        """Add the charts below the tables; they read the cells of the departments' table."""
        top, last = self.first, self.first + len(self.departments)
        names = Reference(place, min_col=2, min_row=top + 1, max_row=last)
        scores = _bar_chart(_("Scores of the departments"), len(self.departments))
        scores.add_data(
            Reference(place, min_col=3, min_row=top, max_row=last), titles_from_data=True
        )
        scores.set_categories(names)
        scores.series[0].graphicalProperties.solidFill = BAR_COLOR
        scores.y_axis.scaling.min, scores.y_axis.scaling.max = 0, 1
        scores.y_axis.number_format = sheets.percent_style(0).number_format
        scores.legend = None
        below = place.max_row + 2
        place.add_chart(scores, f"A{below}")
        if not self.statuses:
            return
        stacked = _bar_chart(_("Statuses of the departments' indicators"), len(self.departments))
        stacked.grouping, stacked.overlap = "stacked", 100
        stacked.add_data(
            Reference(place, min_col=6, max_col=5 + len(self.statuses), min_row=top, max_row=last),
            titles_from_data=True,
        )
        stacked.set_categories(names)
        for series, key in zip(stacked.series, self.statuses, strict=True):
            _fill(series, *FILLS[key])
        stacked.legend.position = "b"
        place.add_chart(stacked, f"F{below}")


def _bar_chart(title: str, bars: int) -> BarChart:
    chart = BarChart()
    chart.type, chart.title, chart.gapWidth = "bar", title, 40
    chart.width, chart.height = 17, 4 + 0.75 * max(bars, 3)
    chart.x_axis.scaling.orientation = "maxMin"  # the first department on top
    # openpyxl leaves the axes out unless told otherwise.
    chart.x_axis.delete = chart.y_axis.delete = False
    chart.layout = Layout(ManualLayout(x=0.38, y=0.12, w=0.58, h=0.7))
    return chart


def _fill(series: Any, pattern: str, color: str, ground: str) -> None:
    if pattern == "solid":
        series.graphicalProperties.solidFill = color
    else:
        series.graphicalProperties.pattFill = PatternFillProperties(
            prst=pattern, fgClr=ColorChoice(srgbClr=color), bgClr=ColorChoice(srgbClr=ground)
        )
    series.graphicalProperties.line.solidFill = "595160"


def _part_sheets(report: Report) -> Iterator[Sheet]:
    """Yield one sheet a department, in the printed form."""
    printed = report.printed
    said = [columns.reason(), columns.measure()] if report.has_reasons else []
    shown = [*published_columns(printed), *said]

    def tail(row: TableRow) -> list[Cell]:
        reasons = printed.said(row)
        return [
            *map(sheets.value_cell, [*printed.planned(row), printed.realized(row.figure)]),
            sheets.ratio_cell(printed.ratio(row)),
            Cell(printed.remarked_status(row), TEXT),
            *(Cell(text, TEXT) for text in (reasons.deviation, reasons.measure) if said),
        ]

    for part in report.parts:
        yield PartSheet(
            part.part, shown, tail, [f"{report.full_title} · {report.plan_name}"]
        ).sheet()


def _flat_columns(report: Report) -> list[Column]:
    printed = report.printed
    return [
        Column(_("Year"), 7),
        Column(_("Department number"), 9),
        Column(_("Department"), 26),
        Column(_("Branch number"), 9),
        Column(_("Branch"), 22),
        Column(_("Strategic objective"), 10),
        Column(_("Goal"), 8),
        Column(_("Activity code"), 9),
        Column(_("Activity"), 34),
        Column(_("Responsible unit"), 20),
        Column(_("Supporting institution"), 20),
        Column(_("Indicator"), 28),
        Column(_("Measured in"), 10),
        Column(_("Baseline"), 10, is_number=True),
        # A pivot's fields have to be called something; a bare year is a number.
        *(
            Column(_("Target %(year)s") % {"year": year}, 9, is_number=True)
            for year in printed.years
        ),
        columns.realization(printed.year),
        Column(_("Achievement ratio"), 12, is_number=True),
        Column(report.score_header, 10, is_number=True),
        Column(_("Weight"), 8, is_number=True),
        Column(_("Achievement status"), 16),
        Column(pgettext("count", "With a target"), 9, is_number=True),
        Column(_reported(report), 9, is_number=True),
        *([columns.reason(), columns.measure()] if report.has_reasons else []),
    ]


def _flat(report: Report) -> Sheet:
    """Return all rows in one table, every cell filled in, for filters and pivots."""
    shown = _flat_columns(report)
    rows = [
        title_row(f"{report.full_title} · {report.plan_name}"),
        header_row(shown),
        *_flat_rows(report),
    ]
    widths = [column.width for column in shown]
    return Sheet(_("All rows"), widths, rows, 2, report.full_title)


def _flat_rows(report: Report) -> Iterator[SheetRow]:
    for part in report.parts:
        for unit in part.part.units:
            for block in unit.blocks:
                for row, responsible, supporting in with_units(block.rows):
                    yield SheetRow(_flat_cells(report, row, responsible, supporting))


def _flat_cells(report: Report, row: TableRow, responsible: str, supporting: str) -> list[Cell]:
    printed, figure, said = report.printed, row.figure, report.printed.said(row)
    branch = figure.branch
    texts = [
        figure.department.number,
        figure.department.name,
        branch.number if branch else "",
        branch.name if branch else "",
        figure.objective_code,
        figure.goal_code,
        figure.code,
        figure.title,
        responsible,
        supporting,
        figure.name,
        _("percent") if figure.is_percent else _("count"),
    ]
    # A value that another row already counts would be summed up twice.
    is_counted = figure.counted_with not in report.counted and not printed.is_hidden(figure)
    summary = summarise([figure]) if is_counted else EMPTY_SUMMARY
    return [
        Cell(report.year, TEXT),
        *(Cell(text, TEXT) for text in texts),
        *map(sheets.value_cell, [*printed.planned(row), printed.realized(figure)]),
        sheets.ratio_cell(printed.ratio(row)),
        Cell(figure.achievement.score if is_counted else None, sheets.percent_style(1)),
        sheets.value_cell(Value(figure.weight)),
        Cell(printed.remarked_status(row), TEXT),
        Cell(summary.due, COUNT),
        Cell(summary.reported, COUNT),
        *(Cell(text, TEXT) for text in (said.deviation, said.measure) if report.has_reasons),
    ]


def _findings(report: Report) -> Sheet:
    shown = [
        Column(_("Check"), 26),
        Column(_("Weight of the question"), 18),
        Column(_("Where"), 46),
        Column(_("Question"), 70),
        Column(_("Answer"), 28),
    ]
    rows = [title_row(_("Questions and answers")), header_row(shown)]
    for group in report.findings:
        for line in group.lines:
            texts = (
                group.label,
                group.severity,
                "\n".join(line.where),
                line.question,
                line.answer,
            )
            rows.append(SheetRow([Cell(text, TEXT) for text in texts]))
    if report.findings_note:
        rows.append(_note(report.findings_note))
    return Sheet(_("Questions"), [column.width for column in shown], rows, 2, report.full_title)


def _corrections(report: Report) -> Iterator[Sheet]:
    """Yield what was corrected since the edition, and what it changed itself."""
    if report.is_official:
        before, after = pgettext("value", "Published"), pgettext("value", "Corrected")
        heads = [_("Indicator"), _("Cell"), before, after, _("When"), _("Reason")]
        yield _corrected(_("Corrections"), heads, report, report.errata, no_errata())
    if report.changes_title:
        heads = [_("Indicator"), _("Cell"), _("Before"), _("Now")]
        yield _corrected(report.changes_title, heads, report, report.changes, no_changes())


def _corrected(
    title: str, heads: list[str], report: Report, lines: Sequence[ErratumLine], nothing: str
) -> Sheet:
    shown = [
        Column(text, width) for text, width in zip(heads, (60, 14, 14, 14, 12, 60), strict=False)
    ]
    rows = [title_row(title), header_row(shown)]
    for line in lines:
        texts = (line.where, line.field, line.before, line.after, line.when, line.reason)
        rows.append(SheetRow([Cell(text, TEXT) for text in texts[: len(heads)]]))
    if not lines:
        rows.append(_note(nothing))
    return Sheet(title, [column.width for column in shown], rows, 2, report.full_title)


def _method(report: Report) -> Sheet:
    def block(title: str, facts: Iterable[Fact]) -> Iterator[SheetRow]:
        yield SheetRow([Cell(title, HEADING), Cell(None, HEADING)])
        for fact in facts:
            value = f"{fact.value} · {fact.note}" if fact.note else fact.value
            yield SheetRow([Cell(fact.label, TEXT), Cell(value, TEXT)])
        yield SheetRow([])

    rows = [
        title_row(_("Method and settings")),
        *block(_("Setting"), report.method),
        *block(_("Statuses and their limits"), report.bands),
        *(block(_("Rules"), report.rules) if report.rules else ()),
        *(_note(text) for text in report.notes),
    ]
    return Sheet(_("Method and settings"), [42, 80], rows, 0, report.full_title)


def _note(text: str) -> SheetRow:
    return SheetRow([Cell(text, NOTE)])
