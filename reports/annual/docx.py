"""The annual report as a Word document: real headings, styles and tables, to be edited.

The cells are those of the plan's table (reports.exports.docx); their XML is written directly,
because python-docx looks through a whole table for every cell.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import IO, Any
from xml.sax.saxutils import escape, quoteattr

from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from docx import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Length, Mm, Pt, RGBColor

from activities import formats
from indicators.labels import STATUS_LABELS
from reports.annual.contents import (
    DepartmentPart,
    Fact,
    PublishedRow,
    Report,
    ScoreLine,
    published_columns,
    written,
)
from reports.errata import ErratumLine, no_changes, no_errata
from reports.exports.docx import (
    CELL_SIZE,
    HEADER_STYLE,
    HEIGHT,
    MAKER,
    MARGIN,
    WIDTH,
    cell_xml,
    column_widths,
    document_language,
    header_xml,
    set_up_styles,
    spanned_xml,
)
from reports.exports.rows import clean

ACCENT = RGBColor(0x5B, 0x2A, 0x8A)
SIDE = Mm(18)
WASH = "F0E8F7"
LIGHT_FILLS = {
    "achieved": "BFE0CE",
    "mostly": "C2DCEF",
    "partly": "F3D9A4",
    "low": "F2BDB5",
    "unverified": "D5D0DA",
    "not_reported": "FFFFFF",
    "unanswered": "E2D4F0",
    "unplanned": "DDD7CE",
    "no_target": "EFEAE2",
}
NARROWEST = Decimal("0.035")
"""Share of the width that the count of a status needs at least."""


def write(report: Report, target: IO[bytes]) -> None:
    writer = _Writer(report)
    writer.cover()
    writer.summary()
    writer.tables()
    writer.findings()
    writer.corrections()
    writer.method()
    writer.fill_contents()
    writer.document.save(target)


class _Writer:
    """Writes the parts of one report in their order."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.document: Any = Document()
        self.headings: list[tuple[int, str]] = []
        self._set_up()

    def count(self, number: int) -> str:
        return formats.amount(Decimal(number), self.report.language)

    def _set_up(self) -> None:
        set_up_styles(self.document)
        for level in range(1, 4):
            self.document.styles[f"Heading {level}"].font.color.rgb = ACCENT
        self.document.styles["Title"].font.color.rgb = ACCENT
        for level in (1, 2):
            style = self.document.styles.add_style(f"toc {level}", 1)
            style.base_style = self.document.styles["Normal"]
            style.paragraph_format.left_indent = Mm(6) * (level - 1)
            style.paragraph_format.space_after = Pt(3)
        section = self.document.sections[0]
        _turn(section, upright=True)
        section.different_first_page_header_footer = True
        self._add_footer(section.footer.paragraphs[0])
        properties = self.document.core_properties
        properties.title = clean(f"{self.report.full_title} · {self.report.plan_name}")[:255]
        properties.author = clean(self.report.municipality)[:255] or MAKER
        properties.comments = ""
        properties.language = document_language()

    def _add_footer(self, paragraph: Any) -> None:
        text = clean(f"{self.report.full_title} · {self.report.plan_name} · ")
        paragraph.add_run(text).font.size = CELL_SIZE
        for field, after in (("PAGE", " / "), ("NUMPAGES", "")):
            paragraph._p.append(
                parse_xml(
                    f'<w:fldSimple {nsdecls("w")} w:instr="{field}"><w:r><w:rPr>'
                    f'<w:sz w:val="{round(CELL_SIZE.pt * 2)}"/></w:rPr><w:t>1</w:t></w:r>'
                    "</w:fldSimple>"
                )
            )
            paragraph.add_run(after).font.size = CELL_SIZE

    # --- pieces ---

    def heading(self, text: str, level: int, *, is_listed: bool = True) -> None:
        paragraph = self.document.add_heading(clean(text), level)
        if level > 2 or not is_listed:
            return
        self.headings.append((level, clean(text)))
        number = len(self.headings)
        start = f'<w:bookmarkStart {nsdecls("w")} w:id="{number}" w:name="_Toc{number}"/>'
        end = f'<w:bookmarkEnd {nsdecls("w")} w:id="{number}"/>'
        paragraph._p.insert(1, parse_xml(start))
        paragraph._p.append(parse_xml(end))

    def paragraphs(self, texts: Iterable[str]) -> None:
        for text in texts:
            self.document.add_paragraph(clean(text))

    def table(
        self, name: str, widths: Sequence[int], rows: Iterable[str], *, has_header: bool = True
    ) -> None:
        """Add a table whose rows are XML; its name is what screen readers call it by."""
        grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
        table = parse_xml(
            f'<w:tbl {nsdecls("w")}><w:tblPr><w:tblStyle w:val="TableGrid"/>'
            f'<w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblLayout w:type="fixed"/>'
            '<w:tblCellMar><w:left w:w="50" w:type="dxa"/><w:right w:w="50" w:type="dxa"/>'
            f'</w:tblCellMar><w:tblLook w:val="0020" w:firstRow="{int(has_header)}" '
            'w:lastRow="0" w:firstColumn="0" w:lastColumn="0" w:noHBand="1" w:noVBand="1"/>'
            f"<w:tblCaption w:val={quoteattr(clean(name))}/></w:tblPr>"
            f"<w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"
        )
        self.document.element.body.insert_element_before(table, "w:sectPr")

    def pairs(self, name: str, heads: tuple[str, str], facts: Sequence[Fact]) -> None:
        widths = _shares((2, 5), upright=True)
        rows = [_heads(heads, widths)]
        for fact in facts:
            value = f"{fact.value} · {fact.note}" if fact.note else fact.value
            rows.append(_row([cell_xml(fact.label, widths[0]), cell_xml(value, widths[1])]))
        self.table(name, widths, rows)

    # --- the parts ---

    def cover(self) -> None:
        report = self.report
        for _line in range(8):
            self.document.add_paragraph()
        if report.municipality:
            self.document.add_paragraph(clean(report.municipality))
        self.document.add_heading(clean(report.title), 0)
        self.document.add_paragraph(clean(report.plan_name)).runs[0].font.size = Pt(16)
        paragraph = self.document.add_paragraph()
        paragraph.add_run(clean(report.state)).bold = True
        paragraph.add_run(clean(f" · {report.notice}"))
        for fact in report.cover:
            paragraph = self.document.add_paragraph()
            paragraph.add_run(f"{fact.label}: ").bold = True
            paragraph.add_run(clean(fact.value))
        self.document.add_page_break()
        paragraph = self.document.add_paragraph(_("Contents"))
        paragraph.runs[0].font.size, paragraph.runs[0].font.color.rgb = Pt(16), ACCENT
        self.contents = paragraph
        self.document.add_page_break()

    def fill_contents(self) -> None:
        """Write the contents: a field that Word fills with page numbers, its links meanwhile."""
        after = self.contents._p
        last = len(self.headings)
        for number, (level, text) in enumerate(self.headings, start=1):
            begin = (
                '<w:r><w:fldChar w:fldCharType="begin" w:dirty="true"/></w:r>'
                '<w:r><w:instrText xml:space="preserve"> TOC \\o "1-2" \\h \\z \\u </w:instrText>'
                '</w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>'
            )
            end = '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
            entry = parse_xml(
                f'<w:p {nsdecls("w")}><w:pPr><w:pStyle w:val="toc{level}"/></w:pPr>'
                f"{begin if number == 1 else ''}"
                f'<w:hyperlink w:anchor="_Toc{number}"><w:r><w:t xml:space="preserve">'
                f"{escape(text)}</w:t></w:r></w:hyperlink>{end if number == last else ''}</w:p>"
            )
            after.addnext(entry)
            after = entry

    def summary(self) -> None:
        report = self.report
        self.heading(_("Summary"), 1)
        self.paragraphs(report.sentences)
        self.pairs(_("Summary"), (_("Figure"), _("Value")), report.facts)
        if report.statuses:
            self.heading(_("Statuses of the indicators"), 2, is_listed=False)
            self._composition()
        self.heading(_("Departments"), 1)
        self._scores(_("Department"), report.departments, has_number=True)
        if report.objectives:
            self.heading(_("Strategic objectives"), 1)
            self._scores(_("Strategic objective"), report.objectives, has_number=False)

    def _composition(self) -> None:
        """Draw the statuses as a table's row, each cell as wide as its count."""
        statuses = self.report.statuses
        total = sum(one.count for one in statuses)
        widths = _shares(
            [float(max(Decimal(one.count) / total, NARROWEST)) for one in statuses], upright=True
        )
        cells = [
            cell_xml(self.count(one.count), width, shading=LIGHT_FILLS[one.status], align="center")
            for one, width in zip(statuses, widths, strict=True)
        ]
        self.table(_("Statuses of the indicators"), widths, [_row(cells)], has_header=False)
        self.paragraphs([" · ".join(f"{one.label} {self.count(one.count)}" for one in statuses)])

    def _scores(self, name: str, lines: Sequence[ScoreLine], *, has_number: bool) -> None:
        has_blocking = has_number and not self.report.is_official
        shown = [
            key for key in STATUS_LABELS if key in {one.status for one in self.report.statuses}
        ]
        heads = [
            *([pgettext("number", "No")] if has_number else []),
            name,
            self.report.score_header,
            self.report.reported_header,
            *(str(STATUS_LABELS[key]) for key in shown),
            *([_("Blocking questions")] if has_blocking else []),
        ]
        number = [4.0] if has_number else []
        widths = _shares([*number, 22, 8, 9, *[8.0] * (len(heads) - len(number) - 3)], upright=True)
        rows = [_heads(heads, widths)]
        for line in [*lines, self.report.total]:
            counts: dict[str, int] = {one.status: one.count for one in line.statuses}
            texts = [
                *([line.number] if has_number else []),
                line.name,
                line.score.text,
                f"{self.count(line.reported)}/{self.count(line.due)}",
                *(self.count(counts.get(key, 0)) for key in shown),
                *([self.count(line.blocking)] if has_blocking else []),
            ]
            is_total = line is self.report.total
            rows.append(
                _row(
                    cell_xml(
                        text,
                        width,
                        align="right" if place > has_number else "",
                        shading=WASH if is_total else "",
                    )
                    for place, (text, width) in enumerate(zip(texts, widths, strict=True))
                )
            )
        self.table(name, widths, rows)

    def tables(self) -> None:
        if not self.report.parts:
            return
        _turn(self._new_section(), upright=False)
        is_official = self.report.is_official
        self.heading(_("Published table") if is_official else _("Table of the plan"), 1)
        shown = published_columns(self.report.printed)
        widths = column_widths(shown)
        for part in self.report.parts:
            self.heading(part.heading, 2)
            self.paragraphs([part.sentence])
            for table in part.tables:
                if table.heading:
                    self.heading(table.heading, 3)
                name = _("Indicators of %(unit)s") % {"unit": table.heading or part.heading}
                rows = (self._published(row, widths) for row in table.rows)
                self.table(name, widths, [header_xml(shown, widths), *rows])
            if self.report.has_reasons:
                self._reasons(part)

    def _published(self, row: PublishedRow, widths: Sequence[int]) -> str:
        spans = (row.activity, row.responsible, row.supporting)
        numbers = [
            *(written(value, self.report.language) for value in (*row.planned, row.realized)),
            row.ratio.text,
        ]
        status = "\n".join([row.status_label, *row.badges])
        return _row(
            [
                *(spanned_xml(span, width) for span, width in zip(spans, widths, strict=False)),
                cell_xml(row.indicator, widths[3]),
                *(
                    cell_xml(text, width, align="right")
                    for text, width in zip(numbers, widths[4:-1], strict=True)
                ),
                cell_xml(status, widths[-1]),
            ]
        )

    def _reasons(self, part: DepartmentPart) -> None:
        self.heading(_("Deviation reasons and measures"), 3)
        if part.reasons:
            heads = [
                _("Code"),
                _("Indicator"),
                _("Target"),
                _("Realization"),
                _("Ratio"),
                _("Deviation reason"),
                _("Measure to take"),
            ]
            widths = _shares((3, 9, 4, 4, 4, 12, 12), upright=False)
            rows = [_heads(heads, widths)]
            for one in part.reasons:
                texts = (
                    one.code,
                    one.indicator,
                    one.target,
                    one.realization,
                    one.ratio,
                    one.deviation,
                    one.measure,
                )
                rows.append(
                    _row(
                        cell_xml(text, width, align="right" if place in (2, 3, 4) else "")
                        for place, (text, width) in enumerate(zip(texts, widths, strict=True))
                    )
                )
            self.table(_("Deviation reasons and measures"), widths, rows)
        else:
            self.paragraphs([_("No reason has been given.")])
        if part.unexplained:
            codes = ", ".join(part.unexplained)
            self.paragraphs([f"{_('A reason is still missing for:')} {codes}"])
        if part.waived:
            self.paragraphs(list(part.waived))

    def findings(self) -> None:
        report = self.report
        if report.parts:
            _turn(self._new_section(), upright=True)
        if not report.has_findings:
            return
        self.heading(_("Questions and answers"), 1)
        self.paragraphs([_("A question marks a value and changes none; a person decides.")])
        self.paragraphs(filter(None, [report.findings_note]))
        if not report.findings:
            self.paragraphs([_("Nothing was found.")])
        widths = _shares((5, 8, 3), upright=True)
        for group in report.findings:
            title = f"{group.label} ({self.count(len(group.lines))})"
            self.heading(title, 2, is_listed=False)
            self.paragraphs([group.severity])
            rows = [_heads([_("Where"), _("Question"), _("Answer")], widths)]
            for line in group.lines:
                texts = ("\n".join(line.where), line.question, line.answer)
                rows.append(
                    _row(cell_xml(text, width) for text, width in zip(texts, widths, strict=True))
                )
            self.table(group.label, widths, rows)

    def corrections(self) -> None:
        """Write what was corrected since the edition, and what it changed itself."""
        report = self.report
        if report.is_official:
            self.heading(_("Corrections since publication"), 1)
            before, after = pgettext("value", "Published"), pgettext("value", "Corrected")
            heads = [_("Indicator"), _("Cell"), before, after, _("When"), _("Reason")]
            self._corrected(heads, report.errata, no_errata())
        if report.changes_title:
            self.heading(report.changes_title, 1)
            heads = [_("Indicator"), _("Cell"), _("Before"), _("Now")]
            self._corrected(heads, report.changes, no_changes())

    def _corrected(self, heads: list[str], lines: Sequence[ErratumLine], nothing: str) -> None:
        if not lines:
            self.paragraphs([nothing])
            return
        widths = _shares((8, 4, 4, 4, 4, 9)[: len(heads)], upright=True)
        rows = [_heads(heads, widths)]
        for line in lines:
            texts = (line.where, line.field, line.before, line.after, line.when, line.reason)
            rows.append(
                _row(cell_xml(text, width) for text, width in zip(texts, widths, strict=False))
            )
        self.table(self.headings[-1][1], widths, rows)

    def method(self) -> None:
        report = self.report
        self.heading(_("Method and settings"), 1)
        self.pairs(_("Method and settings"), (_("Setting"), _("Value")), report.method)
        self.heading(_("Statuses and their limits"), 2)
        self.pairs(_("Statuses and their limits"), (_("Status"), _("Limits")), report.bands)
        if report.rules:
            self.heading(_("Rules"), 2)
            self.pairs(_("Rules"), (_("Rule"), _("Meaning")), report.rules)
        self.heading(_("How to read these numbers"), 2)
        self.paragraphs(report.notes)

    def _new_section(self) -> Any:
        section = self.document.add_section(WD_SECTION.NEW_PAGE)
        section.different_first_page_header_footer = False
        return section


def _turn(section: Any, *, upright: bool) -> None:
    """Make a section A4, upright or on its side."""
    section.orientation = WD_ORIENT.PORTRAIT if upright else WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = (HEIGHT, WIDTH) if upright else (WIDTH, HEIGHT)
    section.left_margin = section.right_margin = SIDE if upright else MARGIN
    section.top_margin, section.bottom_margin = Mm(18), Mm(16)
    section.footer_distance = Mm(7)


def _shares(parts: Sequence[float], *, upright: bool) -> list[int]:
    """Return widths in twentieths of a point; together they fill the page."""
    usable: Length = Length(HEIGHT - 2 * SIDE if upright else WIDTH - 2 * MARGIN)
    total = sum(parts)
    return [int(usable.pt * 20 * part / total) for part in parts]


def _heads(texts: Sequence[str], widths: Sequence[int]) -> str:
    cells = "".join(
        cell_xml(text, width, shading="E9E9E9", style=HEADER_STYLE, align="center")
        for text, width in zip(texts, widths, strict=True)
    )
    return f"<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>{cells}</w:tr>"


def _row(cells: Iterable[str]) -> str:
    return f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{''.join(cells)}</w:tr>"
