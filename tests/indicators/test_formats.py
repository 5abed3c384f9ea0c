import re
from decimal import ROUND_HALF_UP
from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activities.formats import BAND_LIMITS, amount, percent


@pytest.mark.parametrize(
    ("fraction", "turkish", "english"),
    [
        pytest.param(D("1.0521"), "%105,2", "105.2%", id="ordinary"),
        pytest.param(D(5) / D(432), "%1,2", "1.2%", id="repeating decimal"),
        pytest.param(D("0.3125"), "%31,3", "31.3%", id="a half rounds up"),
        pytest.param(D(432), "%43.200,0", "43,200.0%", id="thousands"),
        pytest.param(D(0), "%0,0", "0.0%", id="zero is a number"),
        pytest.param(None, "—", "—", id="unknown is not a number"),
        pytest.param(D("-0.125"), "%−12,5", "−12.5%", id="negative"),
        pytest.param(D("-0.0001"), "%0,0", "0.0%", id="no negative zero"),
        pytest.param(D("0.0095"), "%1,0", "1.0%", id="below ten"),
        pytest.param(D("1E+1"), "%1.000,0", "1,000.0%", id="exponent"),
    ],
)
def test_percent_in_both_languages(fraction, turkish, english):
    assert percent(fraction, "tr") == turkish
    assert percent(fraction, "en") == english


@pytest.mark.parametrize(
    ("fraction", "expected"),
    [
        (D("0.9996"), "%99,9"),
        (D("0.99999999999999999999"), "%99,9"),
        (D("0.7995"), "%79,9"),
        (D("0.49999"), "%49,9"),
        (D("0.5"), "%50,0"),
        (D("1"), "%100,0"),
        (D("0.6996"), "%70,0"),
        (D("1.0996"), "%110,0"),
    ],
)
def test_a_limit_is_never_read_before_it_is_reached(fraction, expected):
    assert percent(fraction) == expected


def test_limits_are_the_plans_own():
    assert percent(D("0.6996"), limits=[D("0.7")]) == "%69,9"
    assert percent(D("0.9996"), limits=()) == "%100,0"


def test_limit_between_two_tenths_does_not_lower_what_reached_it():
    assert percent(D("0.8335"), limits=[D("0.8333")]) == "%83,4"
    assert percent(D("0.8332"), limits=[D("0.8333")]) == "%83,3"


@given(
    st.decimals(min_value=-5, max_value=500, places=7),
    st.sampled_from(["tr", "en"]),
)
def test_what_is_written_is_on_the_same_side_of_every_limit(fraction, language):
    shown = _read(percent(fraction, language).replace("%", ""), language) / 100

    assert abs(shown - fraction) < D("0.001")
    for limit in BAND_LIMITS:
        assert (shown >= limit) == (fraction >= limit)


@given(st.decimals(min_value=0, max_value=500, places=7))
def test_without_limits_percent_rounds_half_up(fraction):
    expected = (fraction * 100).quantize(D("0.1"), ROUND_HALF_UP)
    assert _read(percent(fraction, limits=())[1:], "tr") == expected


@pytest.mark.parametrize(
    ("value", "turkish", "english"),
    [
        (D("1234.5"), "1.234,5", "1,234.5"),
        (D("50.00"), "50", "50"),
        (D("55.55"), "55,55", "55.55"),
        (D("7.880"), "7,88", "7.88"),
        (D("1E+2"), "100", "100"),
        (D("0E+2"), "0", "0"),
        (D("0.0000001"), "0,0000001", "0.0000001"),
        (D("-0.00"), "0", "0"),
        (D("-4961"), "−4.961", "−4,961"),
        (D(100), "100", "100"),
        (D("12345678.9"), "12.345.678,9", "12,345,678.9"),
        (None, "", ""),
    ],
)
def test_amount_in_both_languages(value, turkish, english):
    assert amount(value, "tr") == turkish
    assert amount(value, "en") == english


def test_percentage_points_carry_their_sign():
    assert amount(D("55.550"), percent=True) == "%55,55"
    assert amount(D("55.550"), "en", percent=True) == "55.55%"
    assert amount(D("-5"), percent=True) == "%−5"
    assert amount(None, percent=True) == ""


@given(
    st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**15), max_value=10**15),
    st.sampled_from(["tr", "en"]),
)
def test_amount_reads_back_as_the_same_number(value, language):
    written = amount(value, language)
    assert re.fullmatch(r"−?\d{1,3}([.,]\d{3})*([.,]\d+)?", written)
    assert _read(written, language) == value


def _read(written, language):
    thousands, comma = (".", ",") if language == "tr" else (",", ".")
    return D(written.replace(thousands, "").replace(comma, ".").replace("−", "-"))
