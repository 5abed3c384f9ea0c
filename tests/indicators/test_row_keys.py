"""The key that finds a row of a unit's workbook again."""

import pytest

from indicators.row_keys import RowKey, read_key

KEY = RowKey(plan=1, year=2025, unit=9, indicator=412, version=3)


def test_a_key_is_read_back():
    assert read_key(f" {KEY} ") == KEY
    assert str(KEY).startswith("1.2025.9.412.3.")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("1.2025.9.412.3", id="without its check"),
        pytest.param(str(KEY).replace(".412.", ".413."), id="dragged down by a spreadsheet"),
        pytest.param(str(KEY)[:-1] + ("0" if str(KEY)[-1] != "0" else "1"), id="another check"),
        pytest.param(f"{KEY}.{KEY}", id="two keys"),
        pytest.param("9" * 500, id="endless"),
    ],
)
def test_what_does_not_hold_together_is_no_key(text):
    assert read_key(text) is None


def test_another_installations_key_is_none(settings):
    made_here = str(KEY)
    settings.SECRET_KEY = "eine andere"
    assert read_key(made_here) is None
