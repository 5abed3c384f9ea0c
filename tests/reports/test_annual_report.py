"""The annual report: its page, and its files opened again and compared with the roll-up."""

import io
from decimal import Decimal as D

import pdfplumber
import pypdfium2
import pytest
from django.utils import translation
from docx import Document
from docx.enum.section import WD_ORIENT
from openpyxl import load_workbook

from activities import formats
from findings.year import YearFindings
from indicators.achievement import Reading
from indicators.figures import Figures, Level
from indicators.labels import STATUS_LABELS
from indicators.models import FindingAnswer, Indicator, Realization
from reports import annual
from reports.annual import pdf
from reports.exports import PrintedTable
from reports.official import choose
from tests import factories
from tests.reports.html import parse

pytestmark = pytest.mark.django_db

COLUMNS = 11
both_languages = pytest.mark.parametrize("language", ["tr", "en"])
every_form = pytest.mark.parametrize("form", list(annual.FORMS))


@pytest.fixture
def fetch(at, signed_in):
    """Return what a download answers."""

    def get(form, query=None, *, who="okur", language="tr", **elsewhere):
        return signed_in(who, language).get(at("annual_report_file", form, **elsewhere), query)

    return get


@pytest.fixture
def opened(fetch):
    """Return a downloaded report, opened by the library that reads such files."""
    readers = {"pdf": pdfplumber.open, "docx": Document, "xlsx": load_workbook}

    def get(form, query=None, **options):
        response = fetch(form, query, **options)
        assert response.status_code == 200
        return readers[form](io.BytesIO(b"".join(response)))

    return get


def expected_rows(figures, language):
    """Return the numbers, ratio and status of every row as people read them, in plan order."""
    with translation.override(language):
        return [
            [
                *(cell(value, language) for value in planned(figures, row)),
                amount(row.measurement.realization, row.realization_text, row, language),
                formats.percent(row.achievement.value, language, limits=figures.bands.limits),
                str(STATUS_LABELS[row.achievement.status]),
            ]
            for row in PrintedTable(figures).rows
        ]


def planned(figures, row):
    """Return a row's baseline and targets straight from the database."""
    indicator = Indicator.objects.get(pk=row.id)
    targets = {one.year: one for one in indicator.targets.all()}
    yield row.measurement.baseline, row.baseline_text, row
    for year in figures.plan.years:
        target = targets.get(year)
        yield (target.value, target.text, row) if target else (None, "", row)


def cell(written, language):
    return amount(*written, language)


def amount(value, text, row, language):
    return text if value is None else formats.amount(value, language, percent=row.is_percent)


def pdf_rows(document):
    """Return the cells from the baseline on of every row of the published tables."""
    rows = []
    for page in document.pages:
        if page.width > page.height:
            # The marks of the statuses are small and would be taken for the lines of cells.
            lines = page.filter(lambda one: "text" in one or max(one["width"], one["height"]) > 12)
            for table in lines.extract_tables():
                assert len(table[0]) == COLUMNS
                rows += [line(row[4:]) for row in table[1:]]
    return rows


def docx_rows(document):
    tables = [each for each in document.tables if len(each.columns) == COLUMNS]
    return [line(each.text for each in row.cells[4:]) for table in tables for row in table.rows[1:]]


def line(cells):
    *numbers, status = [" ".join((cell or "").split()) for cell in cells]
    # Badges stand below the status.
    labels = sorted((str(label) for label in STATUS_LABELS.values()), key=len, reverse=True)
    return [*numbers, next((label for label in labels if status.startswith(label)), status)]


def text_of(document):
    """Return the text of a PDF; its tables need pdfplumber, which takes fifty times as long."""
    document.stream.seek(0)
    with pypdfium2.PdfDocument(document.stream.read()) as pages:
        return "\n".join(page.get_textpage().get_text_range() for page in pages).replace("\r", "")


# --- number by number ---------------------------------------------------------------------------


@both_languages
@pytest.mark.parametrize(("form", "rows_of"), [("pdf", pdf_rows), ("docx", docx_rows)])
def test_every_number_is_the_one_of_the_roll_up(real_plan, opened, form, rows_of, language):
    document = opened(form, language=language)

    with translation.override(language):
        rows = rows_of(document)
    assert len(rows) == 149
    assert rows == expected_rows(Figures(real_plan, 2024), language)


@both_languages
def test_the_flat_sheet_holds_every_number_as_a_number(real_plan, opened, language):
    figures = Figures(real_plan, 2024)
    book = opened("xlsx", language=language)
    flat = next(sheet for sheet in book if sheet.auto_filter.ref)

    assert flat.auto_filter.ref == f"A2:Z{flat.max_row}"
    rows = [[cell.value for cell in row] for row in flat.iter_rows(min_row=3)]
    with translation.override(language):
        printed = PrintedTable(figures)
        for row, figure in zip(rows, printed.rows, strict=True):
            scale = 100 if figure.is_percent else 1
            wanted = [
                text if value is None else value / scale
                for value, text, _row in planned(figures, figure)
            ]
            done = figure.measurement.realization
            wanted.append((figure.realization_text or None) if done is None else done / scale)
            assert [D(str(one)) if isinstance(one, int | float) else one for one in row[13:18]] == [
                one if one != "" else None for one in wanted
            ]
            assert row[19] == pytest.approx(
                figure.achievement.score and float(figure.achievement.score)
            )
            assert row[21] == STATUS_LABELS[figure.achievement.status]
    scores = [row[19] for row in rows if row[19] is not None]
    assert sum(scores) / len(scores) == pytest.approx(float(figures.summary.mean))
    assert sum(row[22] for row in rows) == figures.summary.due == 136
    assert sum(row[23] for row in rows) == figures.summary.reported == 132


def test_the_summary_sheet_counts_as_the_roll_up_does(real_plan, opened):
    figures = Figures(real_plan, 2024)
    sheet = opened("xlsx").worksheets[0]
    by_number = {row[0].value: row for row in sheet.iter_rows() if row[2].value is not None}

    for number, summary in {**figures.by(Level.DEPARTMENT), **figures.by(Level.BRANCH)}.items():
        row = by_number[number]
        shown = "—" if summary.mean is None else float(round(summary.mean, 3))
        assert row[2].value == pytest.approx(shown) if summary.due else row[2].value == shown
        assert [row[3].value, row[4].value] == [summary.reported, summary.due]
    head = next(row for row in sheet.iter_rows() if row[1].value == "Birim")
    labels = [cell.value for cell in head[5:-1]]
    department = figures.by(Level.DEPARTMENT)["10"]
    assert [cell.value for cell in by_number["10"][5:-1]] == [
        department.count(status)
        for label in labels
        for status, name in STATUS_LABELS.items()
        if name == label
    ]
    assert by_number["7"][2].number_format == "%#,##0.0"


def test_the_workbook_has_charts_of_its_own_cells(real_plan, opened):
    sheet = opened("xlsx").worksheets[0]
    scores, stacked = sheet._charts

    head = next(row[0].row for row in sheet.iter_rows() if row[1].value == "Birim")
    assert scores.series[0].val.numRef.f.endswith(f"$C${head + 1}:$C${head + 13}")
    assert stacked.grouping == "stacked"
    assert len(stacked.series) == 7


def test_departments_have_sheets_with_merged_cells(real_plan, opened):
    book = opened("xlsx", {"departments": "7"})

    assert book.worksheets[1].title == "7 Ulaşım İşleri"
    assert "A6:A8" in {str(merged) for merged in book.worksheets[1].merged_cells.ranges}


@both_languages
def test_headline_figures_and_departments_stand_in_the_pdf(real_plan, opened, language):
    figures = Figures(real_plan, 2024)
    text = text_of(opened("pdf", {"findings": "no"}, language=language))

    limits = figures.bands.limits
    for summary in (figures.summary, *figures.by(Level.DEPARTMENT).values()):
        assert formats.percent(summary.mean, language, limits=limits) in text
    for fraction in (figures.summary.mean_unreported_zero, figures.summary.reporting_rate):
        assert formats.percent(fraction, language, limits=limits) in text
    assert "132/136" in text


# --- one department, one reading ----------------------------------------------------------------


@every_form
def test_a_department_has_a_report_of_its_own(real_plan, fetch, form):
    response = fetch(form, {"departments": "11"})

    assert response.status_code == 200
    assert f"2024-rapor-taslak-11.{form}" in response["Content-Disposition"]


def test_a_departments_figures_are_those_of_its_rows(real_plan, opened):
    text = text_of(opened("pdf", {"departments": "7"}, language="en"))

    assert "Ulaşım İşleri" in text
    assert "Mali Hizmetler Dairesi" not in text
    assert "55.0%" in text
    assert f"whole plan: {formats.percent(Figures(real_plan, 2024).summary.mean, 'en')}" in text
    assert len(pdf_rows(opened("pdf", {"departments": "7"}, language="en"))) == 10


def test_a_branch_alone_brings_only_its_rows(real_plan, opened):
    figures = Figures(real_plan, 2024)
    document = opened("pdf", {"departments": "11.2", "findings": "no"}, language="en")

    summary = figures.by(Level.BRANCH)["11.2"]
    assert len(pdf_rows(document)) == summary.indicators
    assert formats.percent(summary.mean, "en") in text_of(document)


@every_form
@pytest.mark.parametrize("number", ["99", "11.9", "07", "x y"])
def test_an_unknown_department_is_not_found(real_plan, fetch, signed_in, at, form, number):
    assert fetch(form, {"departments": ["7", number]}).status_code == 404
    page = signed_in().get(at("annual_report"), {"departments": number})
    assert page.status_code == 404


def test_other_forms_years_and_plans_are_not_found(real_plan, fetch):
    assert fetch("csv").status_code == 404
    assert fetch("pdf", year=2023).status_code == 404
    assert fetch("pdf", slug="no-such-plan").status_code == 404


def approve(code, **values):
    rows = Realization.objects.filter(indicator__activity__code=code, year=2024)
    rows.update(state=Realization.State.APPROVED, **values)


@every_form
def test_approved_only_counts_what_was_approved(real_plan, opened, form):
    Realization.objects.filter(year=2024).update(state=Realization.State.SUBMITTED)
    approve("4.4.4")
    figures = Figures(real_plan, 2024, reading=Reading.APPROVED)
    assert figures.summary.reported < 132

    document = opened(form, {"reading": "approved"}, language="en")

    if form == "xlsx":
        flat = next(sheet for sheet in document if sheet.auto_filter.ref)
        done = [row[17].value for row in flat.iter_rows(min_row=3) if row[17].value is not None]
        assert done == [53]
    else:
        rows = (pdf_rows if form == "pdf" else docx_rows)(document)
        with translation.override("en"):
            assert [row[-3] for row in rows] == [
                wanted[-3] for wanted in expected_rows(figures, "en")
            ]


def test_findings_about_unapproved_values_are_left_out(real_plan, opened):
    Realization.objects.filter(year=2024).update(state=Realization.State.SUBMITTED)

    reported = text_of(opened("pdf", {"departments": "7"}, language="en"))
    approved = text_of(opened("pdf", {"departments": "7", "reading": "approved"}, language="en"))

    assert "427" in reported and "5 is written" in reported.replace("\n", " ")
    assert "5 is written" not in approved.replace("\n", " ")
    assert "left out" in approved


@every_form
@pytest.mark.parametrize("state", [Realization.State.DRAFT, Realization.State.RETURNED])
@pytest.mark.parametrize("who", ["okur", "koordinator", "inceleme"])
def test_nobody_finds_a_draft_in_it(real_plan, fetch, form, state, who):
    Realization.objects.filter(indicator__activity__department__places__number="9").update(
        value=987654, text="987654", state=state, deviation_reason="Taslak gerekçe"
    )

    content = b"".join(fetch(form, {"departments": "9"}, who=who))
    words = everything_in(form, content)

    assert "Sağlık İşleri" in words
    for secret in ("987654", "987.654", "Taslak gerekçe"):
        assert secret not in words


def everything_in(form, content):
    file = io.BytesIO(content)
    if form == "pdf":
        return text_of(pdfplumber.open(file))
    if form == "docx":
        return Document(file).element.xml
    cells = (cell for sheet in load_workbook(file) for row in sheet.iter_rows() for cell in row)
    return "\n".join(str(cell.value) for cell in cells)


# --- reasons, findings, texts -------------------------------------------------------------------


@every_form
def test_reasons_and_measures_come_where_they_are_wanted(real_plan, fetch, form):
    Realization.objects.filter(indicator__name="Durak sayısı", year=2024).update(
        deviation_reason="İhale gecikti", measure_to_take="Yeniden ihale"
    )

    with_them = everything_in(form, b"".join(fetch(form, {"departments": "7"})))
    without = everything_in(form, b"".join(fetch(form, {"departments": "7", "reasons": "no"})))

    assert "İhale gecikti" in with_them and "Yeniden ihale" in with_them
    assert "İhale gecikti" not in without and "Yeniden ihale" not in without


@every_form
def test_answers_stand_beside_their_questions(real_plan, fetch, form):
    raised = YearFindings(Figures(real_plan, 2024)).raised
    one = next(each for each in raised if each.figures[0].code == "4.1.2" and each.blocks)
    FindingAnswer.objects.create(
        plan=real_plan,
        year=2024,
        code=one.check,
        finding=one.key,
        asked=one.digest,
        answer=one.answers[0].code,
    )
    label = str(one.answers[0].label)

    query = {"departments": "7"}
    words = everything_in(form, b"".join(fetch(form, query, language="en")))
    without = everything_in(form, b"".join(fetch(form, {**query, "findings": "no"}, language="en")))

    assert " ".join(label.split()[:3]) in " ".join(words.split())
    assert "Questions and answers" in words
    assert "Questions and answers" not in without


@every_form
@pytest.mark.parametrize(
    "reason", ["=1+1", "<b>&amp;</b> #set text(red) $x$ \\", "Sevinç 🎉 漢\x07字"]
)
def test_what_people_typed_stays_text(real_plan, fetch, form, reason):
    Realization.objects.filter(indicator__name="Durak sayısı", year=2024).update(
        deviation_reason=reason
    )

    words = everything_in(form, b"".join(fetch(form, {"departments": "7"})))

    if form == "docx":
        words = words.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    assert reason.split()[0] in words


def test_a_formula_is_stored_as_text(real_plan, opened):
    Realization.objects.filter(indicator__name="Durak sayısı", year=2024).update(
        deviation_reason="=HYPERLINK(A1)"
    )

    book = opened("xlsx", {"departments": "7"})

    found = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    typed = [cell for cell in found if cell.value == "=HYPERLINK(A1)"]
    assert len(typed) == 2
    assert all(cell.quotePrefix for cell in typed)
    assert "f" not in {cell.data_type for cell in found}


def test_a_plan_without_indicators_has_a_report_too(db, at, signed_in):
    plan = factories.make_plan(slug="bos")
    factories.make_department(plan, "1")
    client = signed_in(factories.make_user())

    for form in annual.FORMS:
        response = client.get(at("annual_report_file", form, slug="bos"))
        assert response.status_code == 200
        assert b"".join(response)
    assert client.get(at("annual_report", slug="bos")).status_code == 200


# --- the files as documents ---------------------------------------------------------------------


@both_languages
def test_the_pdf_is_tagged_and_says_so(real_plan, fetch, language):
    content = b"".join(fetch("pdf", language=language))

    for mark in (b"/MarkInfo", b"/StructTreeRoot", b"/DisplayDocTitle true", b"/Alt", b"/TH"):
        assert mark in content
    assert b"<pdfuaid:part>1</pdfuaid:part>" in content
    document = pdfplumber.open(io.BytesIO(content))
    assert document.doc.catalog["Lang"] in (language.encode(), language)
    assert document.metadata["Title"].endswith(str(real_plan))


def test_the_pdf_repeats_headers_and_numbers_its_pages(real_plan, opened):
    document = opened("pdf", {"departments": "11", "findings": "no"}, language="en")

    wide = [page for page in document.pages if page.width > page.height]
    assert len(wide) > 2
    tables = [table for page in wide for table in page.extract_tables()]
    assert all(table[0][0] == "Activity" for table in tables if len(table[0]) == COLUMNS)
    total = len(document.pages)
    for number, page in enumerate(document.pages[1:], start=2):
        assert page.extract_text().splitlines()[-1] == f"{number} / {total}"
    assert "Contents" in document.pages[1].extract_text()


def test_the_word_document_has_headings_contents_and_repeated_headers(real_plan, opened):
    document = opened("docx", language="en")

    heads = [each.text for each in document.paragraphs if each.style.name == "Heading 1"]
    assert heads == [
        "Summary",
        "Departments",
        "Strategic objectives",
        "Table of the plan",
        "Questions and answers",
        "Method and settings",
    ]
    xml = document.element.xml
    assert ' TOC \\o "1-2" ' in xml
    assert xml.count('w:val="restart"') > 20
    tables = [each for each in document.tables if each.cell(0, 0).text == "Activity"]
    assert len(tables) == 15
    assert all("w:tblHeader" in table.rows[0]._tr.xml for table in tables)
    assert [section.orientation for section in document.sections] == [
        WD_ORIENT.PORTRAIT,
        WD_ORIENT.LANDSCAPE,
        WD_ORIENT.PORTRAIT,
    ]
    assert "PAGE" in document.sections[0].footer._element.xml


def test_a_report_that_cannot_be_set_is_a_plain_page(real_plan, fetch, monkeypatch, tmp_path):
    broken = tmp_path / "typeset.py"
    broken.write_text("raise SystemExit('no fonts')")
    monkeypatch.setattr(pdf, "TYPESETTER", broken)

    response = fetch("pdf", {"departments": "7", "reading": "approved"}, language="en")

    assert response.status_code == 503
    assert response["Retry-After"]
    document = parse(response.text)
    assert document.one("h1").text == "The report could not be made"
    assert "no fonts" not in response.text
    back = document.one("a", "btn")["href"]
    assert back.endswith("/report/?departments=7&reading=approved")


def test_typst_may_not_take_for_ever(real_plan, fetch, monkeypatch, tmp_path):
    slow = tmp_path / "typeset.py"
    slow.write_text("import time; time.sleep(60)")
    monkeypatch.setattr(pdf, "TYPESETTER", slow)
    monkeypatch.setattr(pdf, "SECONDS", 0.2)

    assert fetch("pdf").status_code == 503


# --- the page -----------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["okur", "koordinator", "inceleme", "yonetici"])
def test_everybody_with_an_account_may_make_it(real_plan, read, at, who):
    page = read(at("annual_report"), who=who)

    assert "149" in page.text
    assert len([box for box in page.all("input") if box["name"] == "departments"]) == 16
    assert [button["formaction"] for button in page.all("button") if button["formaction"]] == [
        at("annual_report_file", form) for form in ("pdf", "docx", "xlsx")
    ]


def test_the_page_keeps_the_options_of_its_address(real_plan, read, at):
    query = {"departments": ["7", "11.2"], "reading": "approved", "reasons": "no"}

    page = read(at("annual_report"), query)

    chosen = [
        (box["name"], box["value"]) for box in page.all("input") if "checked" in box.attributes
    ]
    assert chosen == [
        ("reading", "approved"),
        ("departments", "7"),
        ("departments", "11.2"),
        ("reasons", "no"),
        ("findings", "yes"),
    ]


def test_the_page_needs_no_inline_style_or_script(real_plan, read, at):
    for element in read(at("annual_report")).all():
        assert element["style"] is None
        assert element.tag not in {"style", "script"} or element["src"]


@pytest.mark.parametrize("reading", list(Reading))
def test_the_page_costs_few_queries(
    real_plan, signed_in, at, django_assert_max_num_queries, reading
):
    client = signed_in()

    # session; user; plan with its revision; the person's groups; the edition, of which there is
    # none; units; rows; for the questions: answers, targets, responsible units, and the rows as
    # reported where that is not the reading; for the headline: the period and its extensions,
    # targets and values of the year, targets of the last year, what moved after sending; the log
    with django_assert_max_num_queries(17):
        client.get(at("annual_report"), {"reading": reading})


@every_form
@pytest.mark.parametrize(("reading", "queries"), [("reported", 21), ("approved", 22)])
def test_a_file_costs_few_queries(
    real_plan, signed_in, at, form, django_assert_num_queries, reading, queries
):
    client = signed_in()

    # As the page, and: objectives; the table's printed units, targets and reasons.
    with django_assert_num_queries(queries):
        b"".join(client.get(at("annual_report_file", form), {"reading": reading}))


@pytest.mark.parametrize("reading", Reading)
def test_the_score_of_an_open_year_is_provisional_wherever_it_stands(reading):
    """Of three targets two are reported and one of these is verified: never "not reported"."""
    plan = factories.make_plan()
    factories.make_period(plan, state="open")
    activity = factories.make_activity(plan)
    for state in ("approved", "submitted"):
        factories.make_indicator(activity, target=10, realization=5, state=state)
    factories.make_indicator(activity, target=10)

    with translation.override("en"):
        report = annual.build(choose(plan, factories.YEAR, reading=reading))

    only_verified = reading is Reading.APPROVED
    assert report.score_header == "Score (provisional)"
    facts = {fact.label: fact.value for fact in report.facts}
    assert facts["Plan score (provisional)"] == facts["Median score (provisional)"] == "50.0%"
    said = "Verified of what is due" if only_verified else "Reporting rate"
    assert facts[said] == ("1/3" if only_verified else "2/3")
    assert not any("count as not reported" in sentence for sentence in report.sentences)
    [part] = report.parts
    assert part.sentence.startswith(
        f"Score (provisional) 50.0%; {'verified 1' if only_verified else 'reported 2'} of 3."
    )
    with translation.override("en"):
        assert report.reported_header == ("Verified/ due" if only_verified else "Reported/ due")


def test_the_score_of_a_year_that_is_over_is_not_provisional():
    plan = factories.make_plan()
    factories.make_period(plan, state="closed")
    factories.make_indicator(factories.make_activity(plan), target=10, realization=5)

    with translation.override("en"):
        report = annual.build(choose(plan, factories.YEAR))

    assert report.score_header == "Score"
