"""Pasting a block from a spreadsheet: what goes where, and what is saved of it."""

import pytest

from entry.paste import Place, lines, match
from indicators.models import Realization
from tests import factories
from tests.entry.conftest import FETCH, stored, text_of

State = Realization.State
PLACES = [
    Place(1, "4.1.2", "Durak sayısı"),
    Place(2, "4.1.2", "Tuvalet sayısı"),
    Place(3, "4.1.3", "IŞIK sayısı"),
    Place(4, "4.1.4", "Durak sayısı"),
]


def places(found):
    return [(each.value, each.place.pk if each.place else None) for each in found]


def test_cells_are_read_as_spreadsheets_copy_them():
    assert lines('a\t1\r\n"b\nc"\t"x ""y"""\r\n\r\n') == [["a", "1"], ["b c", 'x "y"']]


def test_a_column_fills_rows_in_order_from_the_one_in_focus():
    assert places(match("5\n\n7", PLACES, 2)) == [("5", 2), ("", 3), ("7", 4)]


def test_lines_beyond_the_last_row_have_no_place():
    assert places(match("5\n6", PLACES, 4)) == [("5", 4), ("6", None)]


def test_names_find_their_rows_in_any_order_and_case():
    assert places(match("ışık SAYISI\t7\nTuvalet sayısı\t5", PLACES)) == [("7", 3), ("5", 2)]


def test_a_name_that_occurs_twice_needs_its_code():
    assert places(match("Durak sayısı\t7\nTuvalet sayısı\t1", PLACES)) == [("7", None), ("1", 2)]
    assert places(match("4.1.4\tDurak sayısı\t7", PLACES)) == [("7", 4)]


def test_a_code_alone_finds_its_only_indicator():
    assert places(match("4.1.3\t9\n4.1.2\t5", PLACES)) == [("9", 3), ("5", None)]


def test_a_name_pasted_twice_fills_its_row_once():
    assert places(match("Tuvalet sayısı\t1\nTuvalet sayısı\t2", PLACES)) == [("1", 2), ("2", None)]


@pytest.mark.parametrize("block", ["", "\n\n", "\x00", '"', "\t" * 50, "x" * 300_000])
def test_nonsense_is_no_fault(block):
    match(block, PLACES, 1)


# --- on the page ---


def preview(desk, block, start=None, headers=FETCH):
    data = {"block": block, "start": start.pk if start else ""}
    return desk.client.post(desk.url("entry_paste"), data, headers=headers)


def apply(desk, values, headers=FETCH):
    data = {"apply": "1"}
    for row, (seen, text) in values.items():
        data[f"written-{row.pk}"], data[f"seen-{row.pk}"] = text, seen
    return desk.client.post(desk.url("entry_paste"), data, headers=headers)


@pytest.mark.django_db
def test_the_preview_says_what_goes_where_and_writes_nothing(desk):
    one, two, three, four = (desk.row(target=10) for _each in range(4))
    factories.make_realization(two, 7, state=State.DRAFT)
    factories.make_realization(four, 3, state=State.SUBMITTED)

    response = preview(desk, "1.234,5\n8\n7l2\n4", start=one)

    seen = text_of(response)
    assert response.status_code == 200
    assert "<html" not in response.text
    assert f'name="written-{one.pk}" value="1.234,5"' in response.text
    assert f'name="written-{two.pk}" value="8"' in response.text
    assert f'name="seen-{two.pk}" value="1"' in response.text
    assert f'name="written-{three.pk}"' not in response.text
    assert "7l2" in seen
    assert f'name="written-{four.pk}"' not in response.text
    assert stored(one) is None


@pytest.mark.django_db
def test_applying_saves_every_value_in_one_go(desk):
    one, two = desk.row(target=10), desk.row(target=10)
    factories.make_realization(two, 7, state=State.DRAFT)

    response = apply(desk, {one: (0, "1.234,5"), two: (1, "8")})

    assert response.status_code == 204
    assert str(stored(one).value) == "1234.5000"
    assert (stored(two).value, stored(two).version) == (8, 2)


@pytest.mark.django_db
def test_what_somebody_changed_meanwhile_is_told_and_not_overwritten(desk):
    one, two = desk.row(target=10), desk.row(target=10)
    desk.save(two, written="7")

    response = apply(desk, {one: (0, "9"), two: (0, "8")})

    assert response.status_code == 409
    assert stored(one).value == 9
    assert stored(two).value == 7
    assert "Ayşe Yılmaz" in response.text


@pytest.mark.django_db
def test_it_works_without_script(desk):
    one = desk.row(target=10)

    page = preview(desk, "9", headers={})
    done = apply(desk, {one: (0, "9")}, headers={})

    assert "<html" in page.text
    assert '<textarea id="block" name="block" rows="8" required>9</textarea>' in page.text
    assert f'name="written-{one.pk}" value="9"' in page.text
    assert done.url == desk.url()
    assert stored(one).value == 9
