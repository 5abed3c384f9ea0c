import re
import timeit
from contextlib import suppress
from decimal import Decimal as D

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from activities.formats import amount
from activities.sentences import Sentence
from indicators.cells import DASHES, EMPTY, Cell, CellKind, from_number, parse_cell, parse_number
from tests import rulebook


def both(text):
    """Return a cell, having seen that files and forms read it alike."""
    cell = parse_cell(text)
    assert parse_number(text) == cell
    return cell


# --- The table of docs/domain.md ----------------------------------------------------------------


@pytest.mark.parametrize("line", rulebook.lines("What a cell says", "written", "is a", "number"))
def test_a_line_of_the_rulebook(line):
    """A name in brackets tells apart what looks alike; it is not written in the cell."""
    written = re.sub(r" \(.+\)", "", line["written"])
    if line["is a"] == "refused":
        with pytest.raises(Sentence):
            parse_cell(written)
        return
    cell = parse_cell(written)
    kind = "ambiguous number" if cell.is_ambiguous else "percent" if cell.is_percent else cell.kind
    number = amount(cell.value).replace(".", "")
    assert (kind, number) == (line["is a"], line["number"])


def test_the_rulebook_shows_every_kind_of_cell_and_every_dash():
    lines = rulebook.table("What a cell says", "written", "is a", "number")
    assert {*CellKind} <= {line["is a"] for line in lines}
    assert {line["written"][0] for line in lines if line["is a"] == "dash"} == DASHES


# --- Numbers -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "value"),
    [
        pytest.param("0", "0", id="zero"),
        pytest.param("4961", "4961", id="whole"),
        pytest.param("  50 ", "50", id="blanks around"),
        pytest.param("007", "7", id="leading zeros"),
        pytest.param("55,55", "55.55", id="comma"),
        pytest.param("0,5", "0.5", id="comma after zero"),
        pytest.param("1,50000", "1.5", id="zeros beyond the places kept"),
        pytest.param("1.234,56", "1234.56", id="dot for thousands, comma"),
        pytest.param("1.234.567", "1234567", id="two dots for thousands"),
        pytest.param("1.234.567,8901", "1234567.8901", id="all that is kept"),
        pytest.param("1 234,5", "1234.5", id="blank for thousands"),
        pytest.param("1 234 567", "1234567", id="two blanks for thousands"),
        pytest.param("1\u00a0234,5", "1234.5", id="no-break space"),
        pytest.param("1\u202f234,5", "1234.5", id="narrow no-break space"),
        pytest.param("1\u2009234,5", "1234.5", id="thin space"),
        pytest.param("1\u2007234,5", "1234.5", id="figure space"),
        pytest.param("\u00a050\u00a0", "50", id="no-break spaces around"),
        pytest.param("-5", "-5", id="hyphen"),
        pytest.param("−5", "-5", id="minus sign U+2212"),
        pytest.param("− 5", "-5", id="minus sign and a blank"),
        pytest.param("−1.234,5", "-1234.5", id="negative thousands"),
        pytest.param("-0", "0", id="no negative zero"),
        pytest.param("1.234", "1234", id="one dot and three digits are thousands"),
        pytest.param("12.500", "12500", id="also with two digits before"),
        pytest.param("7.88", "7.88", id="a dot and two digits are a decimal"),
        pytest.param("12.5", "12.5", id="12.5 is 12,5 and never 125"),
        pytest.param("0.500", "0.5", id="no thousands after a zero"),
        pytest.param("1234.5", "1234.5", id="dot decimal, four digits before"),
        pytest.param("1234.567", "1234.567", id="four digits are no group"),
        pytest.param("99999999999", "99999999999", id="the largest kept"),
        pytest.param("99.999.999.999,9999", "99999999999.9999", id="the longest kept"),
    ],
)
def test_number_is_read(text, value):
    cell = both(text)
    assert (cell.kind, cell.value, cell.is_percent) == (CellKind.NUMBER, D(value), False)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        pytest.param("%50", "50", id="before"),
        pytest.param("%55,55", "55.55", id="before, comma"),
        pytest.param("% 50", "50", id="before with a blank"),
        pytest.param("50%", "50", id="after"),
        pytest.param("55,55 %", "55.55", id="after with a blank"),
        pytest.param("%\u00a050", "50", id="before with a no-break space"),
        pytest.param("%0", "0", id="zero"),
        pytest.param("%8.2", "8.2", id="dot decimal"),
        pytest.param("%−5", "-5", id="minus inside"),
        pytest.param("−%5", "-5", id="minus outside"),
        pytest.param("−5%", "-5", id="minus, sign after"),
        pytest.param("%1.250,5", "1250.5", id="thousands"),
    ],
)
def test_percent_is_read_in_points(text, value):
    cell = both(text)
    assert (cell.kind, cell.value, cell.is_percent) == (CellKind.NUMBER, D(value), True)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("1,234.56", id="English thousands"),
        pytest.param("1,234,567", id="English thousands twice"),
        pytest.param("1e5", id="exponent"),
        pytest.param("1E5", id="exponent in capitals"),
        pytest.param("1E+1000000", id="exponent that passes is_finite"),
        pytest.param("-1,5e-3", id="exponent with signs"),
        pytest.param("%1e5", id="exponent in percent"),
        pytest.param("1_000", id="underscore"),
        pytest.param("１２", id="full-width digits"),
        pytest.param("１.２３４", id="full-width digits in groups"),
        pytest.param("٣", id="Arabic digit"),
        pytest.param("½", id="fraction sign"),
        pytest.param("1½", id="number and fraction sign"),
        pytest.param("²", id="superscript"),
        pytest.param("Ⅷ", id="Roman numeral sign"),
        pytest.param("NaN", id="NaN"),
        pytest.param("nan", id="nan"),
        pytest.param("-NaN", id="signed NaN"),
        pytest.param("sNaN", id="signalling NaN"),
        pytest.param("inf", id="inf"),
        pytest.param("+inf", id="signed inf"),
        pytest.param("−Infinity", id="minus infinity"),
        pytest.param("1" * 1000, id="a thousand digits"),
        pytest.param("0" * 1000, id="a thousand zeros"),
        pytest.param("0," + "0" * 1000 + "1", id="a thousand decimal places"),
        pytest.param("100000000000", id="more digits than are kept"),
        pytest.param("1,23456", id="more places than are kept"),
        pytest.param("1.23456", id="more places after a dot"),
        pytest.param("1.234,56789", id="more places after groups"),
        pytest.param("1.23.456", id="a group of two"),
        pytest.param("1.2345.678", id="a group of four"),
        pytest.param("1234.567,8", id="four digits before a group"),
        pytest.param("12.345.6", id="a last group of one"),
        pytest.param("0.234.567", id="groups after a zero"),
        pytest.param("01.234", id="a group after a zero and a digit"),
        pytest.param("1.234 567", id="two kinds of groups"),
        pytest.param("1 234.5", id="blank groups and a dot"),
        pytest.param("12 34", id="two numbers side by side"),
        pytest.param("1  234", id="two blanks"),
        pytest.param("1\n234", id="two lines"),
        pytest.param("12\t345", id="two columns"),
        pytest.param("1,2,3", id="two commas"),
        pytest.param("1,", id="nothing after the comma"),
        pytest.param(",5", id="nothing before the comma"),
        pytest.param(".5", id="nothing before the dot"),
        pytest.param("5.", id="nothing after the dot"),
        pytest.param("+5", id="plus"),
        pytest.param("--5", id="two signs"),
        pytest.param("−%−5", id="two signs around percent"),
        pytest.param("%%5", id="two percents"),
        pytest.param("%5%", id="percent on both sides"),
        pytest.param("5−", id="sign behind"),
        pytest.param("(5)", id="accountant's negative"),
        pytest.param("1'234", id="apostrophe"),
        pytest.param("1/2", id="slash"),
        pytest.param("5-6", id="range"),
        pytest.param("~5", id="about"),
        pytest.param("<5", id="less than"),
        pytest.param("₺5", id="currency"),
        pytest.param("2024-01-02", id="date"),
        pytest.param("10:30", id="time"),
        pytest.param("#N/A", id="Excel's missing value"),
        pytest.param("#DIV/0!", id="Excel's division"),
    ],
)
def test_what_looks_like_a_number_and_is_none_is_refused(text):
    for read in (parse_cell, parse_number):
        with pytest.raises(Sentence) as refused:
            read(text)
        assert text[:10].strip() in str(refused.value)
        assert len(str(refused.value)) < 200


def test_refusals_name_what_was_wrong():
    with pytest.raises(Sentence, match="more than 4 decimal places"):
        parse_number("1,23456")
    with pytest.raises(Sentence, match="larger than"):
        parse_number("100000000000")
    with pytest.raises(Sentence, match="too long"):
        parse_number("9" * 1000)
    with pytest.raises(Sentence, match="“1e5” is not a number"):
        parse_number("1e5")


# --- The other kinds of cells ------------------------------------------------------------------


@pytest.mark.parametrize("text", ["", " ", "\t", "\u00a0", "\u202f \u2009", "\n"])
def test_blank_cell_is_empty(text):
    cell = parse_cell(text)
    assert (cell.kind, cell.text, cell.value) == (CellKind.EMPTY, "", None)


# By their numbers: on paper they look alike.
EVERY_DASH = [
    pytest.param("-", id="hyphen-minus"),
    pytest.param("\u2010", id="hyphen"),
    pytest.param("\u2011", id="non-breaking hyphen"),
    pytest.param("\u2012", id="figure dash"),
    pytest.param("\u2013", id="en dash"),
    pytest.param("\u2014", id="em dash"),
    pytest.param("\u2212", id="minus"),
]


@pytest.mark.parametrize("dash", EVERY_DASH)
def test_a_lone_dash_is_a_dash(dash):
    for text in (dash, f" {dash} ", f"\u00a0{dash}"):
        cell = parse_cell(text)
        assert (cell.kind, cell.text, cell.value) == (CellKind.DASH, dash, None)


def test_there_are_no_other_dashes():
    assert {param.values[0] for param in EVERY_DASH} == DASHES


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Katılımcı sayısı ogun belli olacak", id="the plan's own"),
        pytest.param("5 kişi", id="a number in words"),
        pytest.param("yok", id="a word"),
        pytest.param("%", id="a lone percent"),
        pytest.param("…", id="dots"),
        pytest.param("--", id="two dashes"),
        pytest.param("Nan Dağı", id="a name with nan in it"),
    ],
)
def test_words_are_a_text_kept_as_written(text):
    cell = parse_cell(f" {text} ")
    assert (cell.kind, cell.text, cell.value) == (CellKind.TEXT, text, None)


@pytest.mark.parametrize("text", ["", " ", "-", "yok", "5 kişi", "%"])
def test_a_field_for_numbers_takes_no_other_kind(text):
    with pytest.raises(Sentence):
        parse_number(text)


def test_0_is_a_number_unlike_dash_empty_and_text():
    kinds = [parse_cell(text).kind for text in ("0", "-", "", "yok")]
    assert kinds == [CellKind.NUMBER, CellKind.DASH, CellKind.EMPTY, CellKind.TEXT]
    assert [parse_cell(text).value for text in ("0", "-", "", "yok")] == [D(0), None, None, None]


def test_a_number_keeps_what_was_written():
    assert parse_cell(" %55,55 ").text == "%55,55"


# --- Two readings ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["1.234", "12.500", "100.000", "-1.234", "%1.234", "1,234", "12,500"]
)
def test_one_separator_before_three_digits_can_be_read_two_ways(text):
    assert both(text).is_ambiguous


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("1.234.567", id="two groups"),
        pytest.param("1.234,5", id="group and comma"),
        pytest.param("1 234", id="blank"),
        pytest.param("7.88", id="two places"),
        pytest.param("12.5", id="one place"),
        pytest.param("0.500", id="zero before a dot"),
        pytest.param("0,500", id="zero before a comma"),
        pytest.param("1234.567", id="four digits before"),
        pytest.param("1.2345", id="four digits after"),
        pytest.param("4961", id="no separator"),
    ],
)
def test_other_separators_have_one_reading(text):
    assert not both(text).is_ambiguous


# --- Numbers of a workbook -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "text", "value"),
    [
        pytest.param("432", "432", "432", id="whole"),
        pytest.param("432.0000", "432", "432", id="zeros a column adds"),
        pytest.param("100", "100", "100", id="zeros of a whole number stay"),
        pytest.param("55.5500", "55,55", "55.55", id="decimal comma"),
        pytest.param("-5.5", "-5,5", "-5.5", id="negative"),
        pytest.param("0", "0", "0", id="zero"),
        pytest.param("1.23456", "1,2346", "1.2346", id="rounded to the places kept"),
        pytest.param("0.00004", "0", "0", id="rounded to nothing"),
        pytest.param("1E+3", "1000", "1000", id="exponent"),
        pytest.param("99999999999.9999", "99999999999,9999", "99999999999.9999", id="the largest"),
        pytest.param("-99999999999.9999", "-99999999999,9999", "-99999999999.9999", id="smallest"),
    ],
)
def test_a_workbooks_number_is_a_cell_as_the_plan_prints_it(number, text, value):
    assert from_number(D(number), is_percent=False) == Cell(CellKind.NUMBER, text, D(value))
    assert from_number(D(number), is_percent=True) == Cell(
        CellKind.NUMBER, f"%{text}", D(value), is_percent=True
    )


@pytest.mark.parametrize(
    "number",
    [
        "100000000000",
        "-100000000000",
        # Rounded it would need a twelfth digit.
        "99999999999.99996",
        "1E+50",
        "Infinity",
        "-Infinity",
        "NaN",
    ],
)
def test_a_workbooks_number_that_cannot_be_kept_is_refused(number):
    with pytest.raises(Sentence, match="larger than this application keeps"):
        from_number(D(number), is_percent=False)


def test_a_refused_number_of_a_workbook_is_quoted_in_part():
    with pytest.raises(Sentence) as refused:
        from_number(D(f"{'9' * 45}"), is_percent=False)
    assert str(refused.value).startswith(f"“{'9' * 40}” is larger")


def test_only_a_number_has_a_percent_sign_or_a_doubt():
    for cell in (EMPTY, *map(parse_cell, ("-", "yok", "%")), from_number(D(5), is_percent=False)):
        assert not cell.is_percent
        assert not cell.is_ambiguous


@pytest.mark.parametrize(
    ("text", "told"),
    [
        pytest.param("9" * 41, f"“{'9' * 20}…”", id="too long to be looked at"),
        pytest.param("9" * 40, f"“{'9' * 40}” is larger than", id="long, and too large"),
        pytest.param("x" * 61, f"“{'x' * 60}” is not a number", id="no number"),
    ],
)
def test_a_refusal_quotes_what_was_typed_as_far_as_it_helps(text, told):
    with pytest.raises(Sentence) as refused:
        parse_number(text)
    assert told in str(refused.value)


def test_forty_digits_are_looked_at():
    assert parse_number("0" * 40).value == 0
    with pytest.raises(Sentence, match="too long"):
        parse_number("0" * 41)


# --- What holds for every text -----------------------------------------------------------------

# A machine busy with other things draws slowly; that says nothing about the numbers.
unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
numberish = st.text(alphabet="0123456789.,-−%+ eE_\u00a0\u202f½１NaN#/", max_size=60)


@unhurried
@given(st.text() | numberish)
@example("%" * 5000)
@example("1." * 5000)
@example(" " * 5000 + "1")
def test_any_text_is_a_cell_or_is_refused_with_a_sentence(text):
    for read in (parse_cell, parse_number):
        try:
            cell = read(text)
        except Sentence as refused:
            told = str(refused)
        else:
            told = cell.kind
            assert (cell.value is not None) == (cell.kind is CellKind.NUMBER)
        assert told


@unhurried
@given(numberish)
def test_files_and_forms_never_read_two_different_numbers(text):
    try:
        cell = parse_cell(text)
    except Sentence:
        cell = None
    if cell is None or cell.kind is not CellKind.NUMBER:
        with pytest.raises(Sentence):
            parse_number(text)
    else:
        assert parse_number(text) == cell


kept = st.decimals(min_value=-(10**11) + 1, max_value=10**11 - 1, places=4)


@unhurried
@given(kept, st.booleans())
def test_what_is_written_in_turkish_reads_back_as_itself(value, is_percent):
    cell = both(amount(value, "tr", percent=is_percent))
    assert (cell.value, cell.is_percent) == (value, is_percent)


@unhurried
@given(kept)
def test_a_plain_decimal_comma_reads_back_as_itself(value):
    assert both(f"{value:f}".replace(".", ",")).value == value


@unhurried
@given(kept)
def test_every_number_read_fits_its_column(value):
    read = both(amount(value)).value
    assert -read.as_tuple().exponent <= 4
    assert abs(read) < 10**11


@pytest.mark.parametrize(
    "text",
    ["1_" * 16_000, "1_" * 16_000 + "x", "1 " * 16_000, "e" * 32_000, "-" * 32_000, "1e5_" * 8_000],
    ids=["digits", "digits and a letter", "blanks", "letters", "dashes", "scientific"],
)
def test_the_longest_cell_that_excel_allows_costs_at_most_a_millisecond(text):
    best = min(timeit.repeat(lambda: _tried(text), number=1, repeat=5))
    assert best < 0.001


def _tried(text):
    with suppress(Sentence):
        parse_cell(text)


def test_a_long_text_is_read_as_it_was():
    assert parse_cell("a" * 5_000) == Cell(CellKind.TEXT, "a" * 5_000)
    assert parse_cell(" " * 5_000 + "5").value == 5
    with pytest.raises(Sentence, match="too long"):
        parse_cell("1" * 5_000)
