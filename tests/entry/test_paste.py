"""Pasting a block from a spreadsheet: what goes where, and what is saved of it."""

import re

import pytest

from entry.paste import Place, lines, match, shifted
from indicators.models import Realization
from tests import factories
from tests.entry.conftest import FETCH, signed_in, stored, text_of

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


def test_values_are_moved_by_rows_of_the_page():
    found = match("5\n6\n7\n8\n9", PLACES)  # a line more than there are rows
    up = places(shifted(found, PLACES, -1))
    assert up == [("5", None), ("6", 1), ("7", 2), ("8", 3), ("9", 4)]
    assert places(shifted(found, PLACES, 1))[:2] == [("5", 2), ("6", 3)]
    assert places(shifted(match("5\n6", PLACES, 2), PLACES, -1)) == [("5", 1), ("6", 2)]


def test_from_a_row_on_what_would_move_before_it_has_no_place():
    found = match("5\n6\n7\n8", PLACES)
    assert places(shifted(found, PLACES, -1, 2)) == [("5", 1), ("6", None), ("7", 2), ("8", 3)]
    assert places(shifted(found, PLACES, 1, 3)) == [("5", 1), ("6", 2), ("7", 4), ("8", None)]


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


# --- what would show a mistake, before anything is saved ---

TARGETS = (100, 9, 4000, 30, 700)


def slipped_rows(desk):
    """Make rows whose targets leave no doubt which number belongs where."""
    return [desk.row(target=target) for target in TARGETS]


def values_of(response):
    """Return what a preview would save, by row."""
    return dict(re.findall(r'name="written-(\d+)" value="([^"]*)"', response.text))


@pytest.mark.django_db
def test_target_last_year_and_ratio_stand_beside_each_value(desk):
    row = desk.row(target=40)
    desk.plan.first_year = desk.year - 1
    desk.plan.save()
    factories.make_realization(row, 31, year=desk.year - 1)

    seen = text_of(preview(desk, "30", start=row))

    assert re.search(r"Gösterge \d+ 40 31 — 30 %75,0 kaydedilecek", seen)


@pytest.mark.django_db
def test_the_preview_says_where_a_number_takes_the_place_of_a_reason_for_none(desk):
    row = desk.row(target=40)
    desk.save(row, absence="not_measured")

    assert re.search(r"40 — Rakam yok: Ölçülmedi 30 ", text_of(preview(desk, "30", start=row)))


@pytest.mark.django_db
def test_a_number_far_off_is_asked_before_it_is_saved(desk):
    far, beyond, odd = desk.row(target=10), desk.row(target=5), desk.row(target=10)

    seen = text_of(preview(desk, "50\n5001\n9,5", start=far))

    assert "beş katı" in seen  # 50 is five times 10
    assert "bin kat" in seen and "Yanıtlanana kadar değer doğrulanamaz" in seen
    assert "Adet 9,5 olamaz" in seen
    assert not Realization.objects.filter(indicator__in=[far, beyond, odd]).exists()


@pytest.mark.django_db
def test_a_column_that_slipped_is_told_and_moved_with_one_click(desk):
    rows = slipped_rows(desk)
    block = "\n".join(["3", "100", "9", "4000", "30", "700"])  # a line too many before them

    page = preview(desk, block, start=rows[0])
    assert "Sütun bir satır kaymış görünüyor" in text_of(page)
    [shift] = re.findall(r'name="shifts" value="([^"]+)"', page.text)

    data = {"block": block, "start": rows[0].pk, "shifts": shift}
    moved = desk.client.post(desk.url("entry_paste"), data, headers=FETCH)

    assert "kaymış görünüyor" not in text_of(moved)
    assert list(values_of(moved)) == [str(row.pk) for row in rows]
    assert list(values_of(moved).values()) == ["100", "9", "4.000", "30", "700"]
    assert not Realization.objects.exists()


@pytest.mark.django_db
def test_rows_that_fit_stay_where_only_the_rest_slipped(desk):
    rows = [desk.row(target=50), desk.row(target=8), *slipped_rows(desk)]
    block = "\n".join(["50", "8", "3", "100", "9", "4000", "30", "700"])

    page = preview(desk, block, start=rows[0])
    offers = re.findall(r'name="shifts" value="([^"]+)"', page.text)

    assert offers == [f"-1:{rows[2].pk}", "-1:0"]
    data = {"block": block, "start": rows[0].pk, "shifts": offers[0]}
    moved = values_of(desk.client.post(desk.url("entry_paste"), data, headers=FETCH))
    assert list(moved.values()) == ["50", "8", "100", "9", "4.000", "30", "700"]


@pytest.mark.django_db
@pytest.mark.parametrize("shifts", ["", "x", "2:0", "1:-4", "1:99999999999", "1:0," * 50])
def test_a_move_that_is_none_is_no_fault(desk, shifts):
    row = desk.row(target=10)
    data = {"block": "7", "start": row.pk, "shifts": shifts}
    assert desk.client.post(desk.url("entry_paste"), data, headers=FETCH).status_code == 200


# --- taking it back ---


def undo(desk, client=None):
    return (client or desk.client).post(desk.url("entry_paste_undo"), follow=True)


@pytest.mark.django_db
def test_a_paste_is_taken_back_to_what_stood_there(desk):
    new, old = desk.row(target=10), desk.row(target=10)
    factories.make_realization(old, 7, state=State.RETURNED, deviation_reason="Yağmur")
    apply(desk, {new: (0, "9"), old: (1, "8")})
    offered = text_of(desk.client.get(desk.url()))
    assert re.search(r"2 değer yapıştırıldı \(saat \d\d:\d\d\)", offered)

    told = text_of(undo(desk))

    assert "2 değer yapıştırmadan önceki haline döndü" in told
    assert (stored(new).value, stored(new).state) == (None, "draft")
    assert (stored(old).value, stored(old).state, stored(old).version) == (7, "returned", 3)
    assert stored(old).history.first().history_change_reason == "Yapıştırılan geri alındı"
    assert "yapıştırıldı" not in text_of(desk.client.get(desk.url()))


@pytest.mark.django_db
def test_what_was_changed_or_sent_since_stays_and_is_told(desk):
    kept, changed, sent = (desk.row(target=10, name=name) for name in ("Biri", "Öteki", "Giden"))
    apply(desk, {kept: (0, "9"), changed: (0, "10"), sent: (0, "10")})
    desk.save(changed, written="11")
    Realization.objects.filter(indicator=sent).update(state=State.SUBMITTED)

    told = text_of(undo(desk))

    assert "Öteki" in told.split("olduğu gibi bırakılan")[1]
    assert (stored(kept).value, stored(changed).value, stored(sent).value) == (None, 11, 10)


@pytest.mark.django_db
def test_nobody_takes_back_what_somebody_else_pasted(desk):
    row = desk.row(target=10)
    apply(desk, {row: (0, "9")})
    other = signed_in(factories.make_user(departments=[desk.unit]))

    assert "yapıştırıldı" not in text_of(other.get(desk.url()))
    assert "Geri alınacak bir yapıştırma kalmadı" in text_of(undo(desk, other))
    assert stored(row).value == 9


@pytest.mark.django_db
def test_once_the_year_is_closed_a_paste_stays(desk):
    row = desk.row(target=10)
    apply(desk, {row: (0, "9")})
    desk.period.state = "closed"
    desk.period.save()

    undo(desk)

    assert stored(row).value == 9
