"""Excel workbooks: every visible sheet's rows, with percent formats, dates and merged cells."""

from __future__ import annotations

import datetime
import io
import re
import warnings
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from decimal import Decimal

from openpyxl.reader.excel import ExcelReader
from openpyxl.styles.numbers import BUILTIN_FORMATS
from openpyxl.styles.stylesheet import apply_stylesheet
from openpyxl.utils import get_column_letter, range_boundaries
from openpyxl.utils.datetime import from_excel
from openpyxl.xml.constants import SHARED_STRINGS

from activities.sentences import Sentence
from activities.sentences import noop as _
from imports.readers import MERGED, File, FileLine, Raw, RawCell, sheets
from imports.readers.cleaning import too_wide
from imports.readers.sheets import Parsed, RawSheet
from indicators.cells import number_text

# Office writes "_x000D_" where a text holds a character that XML does not.
ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
# What a number format prints as it stands: "…", an escaped or a padding character, [Red].
LITERAL = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')
NO_FORMAT, PER_CENT, PER_CENT_AS_TEXT = 0, 1, 2
FIRST_OWN_FORMAT = 164  # below it stand Excel's built-in ones
DIGITS, LARGEST_EXPONENT = 15, 30
Rows = dict[int, dict[int, RawCell]]


def read(file: File) -> list[FileLine]:
    """Return the rows of every visible sheet that hold anything."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl's, about what it leaves out
        workbook = _Workbook(file)
        lines = [line for sheet in workbook.sheets() for line in sheet]
    if not any(any(line.texts) for line in lines):
        raise file.refused(_("%(file)s is empty: there is no text in it."))
    return lines


class _Workbook:
    """An opened workbook: its texts, its formats and its sheets."""

    def __init__(self, file: File) -> None:
        self.file = file
        self.cells_left = file.limits.cells
        self.cached: dict[Parsed, RawCell] = {}
        self.source = ExcelReader(
            io.BytesIO(file.data), read_only=True, data_only=True, keep_links=False
        )
        self.source.read_manifest()
        self.source.read_workbook()
        apply_stylesheet(self.source.archive, self.source.wb)
        self.percents = self._percents()
        self.strings = self._strings()

    def sheets(self) -> Iterator[list[FileLine]]:
        for sheet, relation in self.source.parser.find_sheets():
            if relation.target not in self.source.valid_files or "worksheet" not in relation.Type:
                continue
            if sheet.state == "visible":
                yield self._read_sheet(sheet.name, relation.target)
            else:
                message = _("The sheet “%(sheet)s” is hidden and was not read.")
                note = Sentence(message, sheet=sheet.name)
                yield [FileLine(1, (), sheet.name, sheet.name, (note,))]

    # --- texts and formats ---

    def _strings(self) -> list[str]:
        part = self.source.package.find(SHARED_STRINGS)
        if part is None:
            return []
        limits = self.file.limits
        try:
            with self.source.archive.open(part.PartName[1:]) as stream:
                return sheets.read_strings(
                    stream, longest=limits.cell_characters, most=limits.cells, clean=_unescaped
                )
        except sheets.TooMuch as error:
            raise self._too_much(str(error), "") from error

    def _percents(self) -> list[int]:
        """Return for every cell style whether it shows numbers as percentages."""
        formats = self.source.wb._number_formats
        return [
            percent_format(
                BUILTIN_FORMATS.get(style.numFmtId, "")
                if style.numFmtId < FIRST_OWN_FORMAT
                else formats[style.numFmtId - FIRST_OWN_FORMAT]
            )
            for style in self.source.wb._cell_styles
        ]

    # --- one sheet ---

    def _read_sheet(self, name: str, target: str) -> list[FileLine]:
        sheet = self._parse(name, target)
        if len(sheet.rows) > self.file.limits.rows:
            raise self._too_many_rows()
        rows = {
            number: {column: self._raw(cell) for column, cell in cells.items()}
            for number, cells in sheet.rows.items()
        }
        self._mark_merged(rows, sheet)
        lines = [FileLine(number, _padded(cells), name, name) for number, cells in rows.items()]
        notes = _notes_of_hidden(sheet)
        return [FileLine(1, (), name, name, notes), *lines] if notes and lines else lines

    def _parse(self, name: str, target: str) -> RawSheet:
        limits = self.file.limits
        try:
            with self.source.archive.open(target) as stream:
                sheet = sheets.read_cells(
                    stream,
                    longest=limits.cell_characters,
                    most=self.cells_left,
                    widest=limits.columns,
                    most_merged=limits.merged_cells,
                )
        except sheets.TooMuch as error:
            raise self._too_much(str(error), name) from error
        self.cells_left -= sum(map(len, sheet.rows.values()))
        return sheet

    def _raw(self, cell: Parsed) -> RawCell:
        """Return a parsed cell; equal ones share theirs, of which a plan has many."""
        if cell.kind == "s" and cell.value:
            return self.strings[int(cell.value)]
        raw = self.cached.get(cell)
        if raw is None:
            raw = self.cached[cell] = self._new_raw(cell)
        return raw

    def _new_raw(self, cell: Parsed) -> RawCell:
        if not cell.value:
            text = f"={cell.formula}"
            message = _(
                "The formula %(text)s has no result yet; open the file in Excel and save it."
            )
        elif cell.kind in ("str", "inlineStr"):
            return _unescaped(cell.value)
        elif cell.kind == "b":
            text = "DOĞRU" if cell.value in ("1", "true") else "YANLIŞ"
            message = _("“%(text)s” is yes or no in Excel; a number or a text belongs here.")
        elif cell.kind == "e":
            text = cell.value
            message = _("Excel shows the error %(text)s here; correct the formula.")
        elif cell.kind == "d" or cell.style in self.source.wb._date_formats:
            text = self._date(cell)
            message = _(
                "Excel turned this cell into the date %(text)s. Set its format to Text and type "
                "the code or number again."
            )
        else:
            return number_cell(cell.value, self.percents[cell.style])
        return Raw(text, problem=Sentence(message, text=text))

    def _date(self, cell: Parsed) -> str:
        """Return a date as Turkey writes it; a time as it stands."""
        if cell.kind == "d":
            return str(cell.value)
        try:
            value = from_excel(float(cell.value or 0), self.source.wb.epoch)
        except (OverflowError, ValueError):
            return str(cell.value)
        return value.strftime("%d.%m.%Y") if isinstance(value, datetime.date) else str(value)

    # --- merged cells ---

    def _mark_merged(self, rows: Rows, sheet: RawSheet) -> None:
        """Mark the cells that a merged range with a text covers, in the rows that hold anything."""
        numbers = list(rows)
        width = max((max(cells) for cells in rows.values()), default=0) + 1
        budget = self.file.limits.merged_cells
        for reference in sheet.merged:
            left, top, right, bottom = range_boundaries(reference)
            if rows.get(top, {}).get(left - 1, "") == "":
                continue
            covered = numbers[bisect_left(numbers, top) : bisect_right(numbers, bottom)]
            columns = range(left - 1, min(right, width))
            budget -= len(covered) * len(columns)
            if budget < 0:
                raise self._too_much("merged", "")
            for number in covered:
                kept = {left - 1} if number == top else set()
                rows[number].update((column, MERGED) for column in columns if column not in kept)

    # --- too much ---

    def _too_much(self, what: str, sheet: str) -> Exception:
        if what == "columns":
            return too_wide(self.file, sheet)
        if what == "text":
            return self.file.refused(
                _("%(file)s: a cell holds far too long a text. Shorten or delete it.")
            )
        return self.file.refused(
            _("%(file)s has more than %(limit)s cells. Split it into several files."),
            limit=self.file.limits.cells,
        )

    def _too_many_rows(self) -> Exception:
        return self.file.refused(
            _("%(file)s has more than %(limit)s rows. Split it into several files."),
            limit=self.file.limits.rows,
        )


def _unescaped(text: str) -> str:
    return (ESCAPED.sub(_unescape, text) if "_x" in text else text).strip()


def _unescape(found: re.Match[str]) -> str:
    return chr(int(found[1], 16))


def percent_format(number_format: str) -> int:
    """Return whether a format multiplies by 100 and shows %, or prints a % as it stands."""
    if "%" not in number_format:
        return NO_FORMAT
    return PER_CENT if "%" in LITERAL.sub("", number_format) else PER_CENT_AS_TEXT


def number_cell(value: str, percent: int) -> Raw:
    """Return the cell of a number; the 15 digits that Excel shows, a percentage in points.

    >>> number_cell("0.55549999999999999", PER_CENT).text
    '%55,55'
    """
    number = Decimal(format(float(value), f".{DIGITS}g"))
    if not number.is_finite() or abs(number.adjusted()) > LARGEST_EXPONENT:
        message = _("“%(text)s” is larger than this application keeps.")
        return Raw(value[:40], problem=Sentence(message, text=value[:40]))
    if percent == PER_CENT:
        number *= 100
    is_percent = percent != NO_FORMAT
    return Raw(number_text(number, is_percent=is_percent), number, is_percent)


def _padded(cells: dict[int, RawCell]) -> tuple[RawCell, ...]:
    return tuple(cells.get(index, "") for index in range(max(cells) + 1))


def _notes_of_hidden(sheet: RawSheet) -> tuple[Sentence, ...]:
    """Return what to tell of hidden rows and columns, which are read like all others."""
    notes = []
    hidden_rows = [str(number) for number in sheet.hidden_rows if number in sheet.rows]
    if hidden_rows:
        message = _("Hidden rows were read too: %(rows)s.")
        notes.append(Sentence(message, rows=_listed(hidden_rows)))
    used = {column for cells in sheet.rows.values() for column in cells}
    hidden_columns = [
        get_column_letter(column + 1)
        for column in sorted(used)
        if any(column in hidden for hidden in sheet.hidden_columns)
    ]
    if hidden_columns:
        message = _("Hidden columns were read too: %(columns)s.")
        notes.append(Sentence(message, columns=_listed(hidden_columns)))
    return tuple(notes)


def _listed(names: list[str]) -> str:
    return ", ".join(names[:12]) + (" …" if len(names) > 12 else "")
