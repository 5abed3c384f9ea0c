"""The unit's workbook there and back: downloaded, filled in, given back, saved as drafts."""

import csv
import io
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from indicators.models import Realization
from indicators.row_keys import RowKey
from tests import factories
from tests.entry.conftest import YEAR, signed_in, stored, text_of
from tests.imports import test_readers_other_offices as other_offices

pytestmark = pytest.mark.django_db

State = Realization.State
# The columns of the template of a plan's first year, where people are counted: activity, two of
# units, indicator, baseline, three targets; then what is filled in.
NAME, VALUE, WOMEN, MEN, OTHERS, REASON, MEASURE, KEY = 4, 9, 10, 11, 12, 13, 14, 15
HEADS = ["Gösterge", "Gerçekleşme", "Sapma nedeni"]


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def download(desk, client=None, year=YEAR, number="9"):
    """Return the unit's workbook as openpyxl opens it."""
    address = reverse("department_template", args=[desk.plan.slug, year, number])
    response = (client or desk.client).get(address)
    assert response.status_code == 200
    return load_workbook(io.BytesIO(b"".join(response.streaming_content)))


def line(book, indicator):
    """Return the number of an indicator's row."""
    [found] = [row for row in book.active.iter_rows() if row[NAME - 1].value == indicator.name]
    return found[0].row


def fill(book, indicator, **cells):
    columns = {"value": VALUE, "women": WOMEN, "men": MEN, "others": OTHERS}
    columns |= {"reason": REASON, "measure": MEASURE}
    for name, content in cells.items():
        book.active.cell(line(book, indicator), columns[name]).value = content


def packed(book):
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def table(*rows, heads=HEADS):
    book = Workbook()
    for row in (heads, *rows):
        book.active.append(row)
    return book


def give(desk, book, name="birim.xlsx", client=None):
    """Give a file back and return the page that follows."""
    data = book if isinstance(book, bytes) else packed(book)
    file = SimpleUploadedFile(name, data)
    return (client or desk.client).post(desk.url("entry_workbook"), {"file": file}, follow=True)


def sent(response, **choices):
    """Return what the form of a preview sends: its hidden fields and what was chosen."""
    preview = response.context["preview"]
    data = {"kept": response.context["kept"].digest}
    for each in preview.shown:
        if each.row is not None:
            data[f"seen-{each.row.pk}"] = each.row.seen
    return {**data, **choices}


def apply(desk, response, **choices):
    data = {"apply": "1", **sent(response, **choices)}
    return desk.client.post(desk.url("entry_workbook"), data, follow=True)


def people(desk, **given):
    return desk.row(target=100, counts_people=True, **given)


# --- there and back ---


def test_a_filled_workbook_becomes_drafts(desk):
    counted = people(desk, name="Katılan")
    whole, nothing, none, share = (
        desk.row(name=name, target=target, **more)
        for name, target, more in (
            ("Durak", 10, {}),
            ("Sıfır", 10, {}),
            ("Ölçülmeyen", 10, {}),
            ("Pay", "%50", {"measure": "percent"}),
        )
    )
    untouched = desk.row(name="Boş", target=10)
    book = download(desk)
    fill(book, counted, value=90, women=60, men=30, reason="Geç başladı", measure="Ekim")
    fill(book, whole, value=12.5)
    fill(book, nothing, value=0)
    fill(book, none, value="ÖLÇÜLMEDİ")
    fill(book, share, value=0.485)

    shown = give(desk, book)

    told = text_of(shown)
    assert "Dosyanızdan 6 satır okundu" in told
    assert "Kadın: 60" in told
    assert "%90,0" in told
    assert stored(counted) is None
    after = apply(desk, shown)
    assert after.redirect_chain[-1][0] == desk.url()
    value = stored(counted)
    assert (value.value, value.women, value.men, value.others) == (90, 60, 30, 0)
    assert (value.deviation_reason, value.measure_to_take) == ("Geç başladı", "Ekim")
    assert (value.state, value.entered_by) == (State.DRAFT, desk.person)
    assert stored(whole).value == Decimal("12.5")
    assert stored(nothing).value == 0
    assert (stored(none).value, stored(none).absence) == (None, "not_measured")
    assert stored(share).value == Decimal("48.5")
    assert stored(untouched) is None


def test_what_was_downloaded_comes_back_as_nothing_to_save(desk):
    counted, absent, said = people(desk), desk.row(target=10), desk.row(target=10)
    factories.make_realization(
        counted, "12,5", state=State.DRAFT, women=7, men="5.5", others=0,
        deviation_reason="Bir\nsatır daha", measure_to_take="=Ekim",
    )  # fmt: skip
    factories.make_realization(
        absent, "", state=State.RETURNED, absence="other", deviation_reason="Yol kapalı"
    )
    factories.make_realization(said, "-", state=State.DRAFT)

    shown = give(desk, download(desk))

    preview = shown.context["preview"]
    assert (preview.good, preview.left, len(preview.quiet)) == (0, [], 3)
    assert all(each.is_same or each.content is None for each in preview.quiet)
    assert "kaydedilecek bir şey yok" in text_of(shown)


def test_taken_back_it_is_as_before(desk):
    new, old = desk.row(target=10), desk.row(target=10)
    factories.make_realization(old, 7, state=State.RETURNED, deviation_reason="Yağmur")
    book = download(desk)
    fill_plain(book, new, 9)
    fill_plain(book, old, 8)
    apply(desk, give(desk, book))
    offered = text_of(desk.client.get(desk.url()))
    assert "2 değer birim dosyasından geldi" in offered

    told = text_of(desk.client.post(desk.url("entry_paste_undo"), follow=True))

    assert "2 değer, dosya verilmeden önceki haline döndü" in told
    assert stored(new).value is None
    assert (stored(old).value, stored(old).state) == (7, State.RETURNED)
    reason = stored(old).history.first().history_change_reason
    assert reason == "Birim dosyasından gelen geri alındı"


def fill_plain(book, indicator, value):
    """Fill in a workbook without women and men: all that is open stands in the same column."""
    book.active.cell(line(book, indicator), VALUE).value = value


# --- rows are found again ---


def test_sorted_renamed_and_cut_rows_are_found_by_their_keys(desk):
    first, second, third = (desk.row(target=10, name=name) for name in ("Bir", "İki", "Üç"))
    book = download(desk)
    key = {row: book.active.cell(line(book, row), KEY - 3).value for row in (first, second, third)}
    heads = [cell.value for cell in book.active[4]]
    own = Workbook()
    own.active.append([heads[KEY - 4], "Not", heads[NAME - 1], heads[VALUE - 1]])
    own.active.append([key[third], "x", "Başka bir ad", 3])
    own.active.append([key[first], "y", "Bir", 1])

    shown = give(desk, own)

    assert "Tanınmayan sütunlar: Not" in text_of(shown)
    assert "Sayfadaki 1 satır dosyada yok" in text_of(shown)
    apply(desk, shown)
    assert (stored(third).value, stored(first).value, stored(second)) == (3, 1, None)


def test_without_keys_names_and_codes_find_rows_and_twins_go_by_order(desk):
    twin = desk.row(target=10, name="Durak")
    branch = factories.make_department(desk.plan, "9.1", parent=desk.unit)
    same_code = factories.make_activity(desk.plan, branch, "1.5.1")
    other = factories.make_indicator(same_code, name="Durak", target=10)
    light = desk.row(target=10, name="IŞIK sayısı")
    text = io.StringIO()
    csv.writer(text, delimiter=";").writerows(
        [
            ["Kod", *HEADS],
            ["1.5.1", "ışık SAYISI", "1.250,5", "Çok"],
            ["1.5.1", "Durak", "1", ""],
            ["1.5.1", "Durak", "2", ""],
        ]
    )

    shown = give(desk, text.getvalue().encode("windows-1254"), "satırlar.csv")

    apply(desk, shown)
    assert stored(light).value == Decimal("1250.5")
    assert (stored(twin).value, stored(other).value) == (1, 2)


def test_a_doubtful_row_is_asked_and_goes_where_she_says(desk):
    row, other = desk.row(target=10, name="Açılan kurs sayısı"), desk.row(target=10, name="Yol")
    book = table(["Açılan kursların sayısı", 7], ["Yol", 8])

    shown = give(desk, book)

    [asked] = shown.context["preview"].asked_rows
    assert asked.match.guess.pk == row.pk
    assert "Hangi satır?" in text_of(shown)
    left = apply(desk, shown)
    assert left.status_code == 422
    assert (stored(row), stored(other).value) == (None, 8)
    number = asked.file.number
    done = apply(desk, left, **{f"row-{number}": row.pk})
    assert done.redirect_chain
    assert stored(row).value == 7


def test_rows_of_nobody_and_of_other_units_are_named_and_not_taken(desk):
    own = desk.row(target=10, name="Benim")
    elsewhere = factories.make_department(desk.plan, "4", name="Park")
    foreign = factories.make_indicator(
        factories.make_activity(desk.plan, elsewhere, "7.1.1"), name="Onların", target=5
    )
    key = RowKey(desk.plan.pk, YEAR, elsewhere.pk, foreign.pk, 0)
    mine = RowKey(desk.plan.pk, YEAR, desk.unit.pk, own.pk, 0)
    old = RowKey(desk.plan.pk, YEAR - 1, desk.unit.pk, own.pk, 0)
    book = table(
        [str(mine), "Benim", 1], [str(key), "Onların", 2], [str(old), "Benim", 3],
        [str(mine), "Benim", 4], ["", "TOPLAM", 10],
        heads=["Satır anahtarı", "Gösterge", "Gerçekleşme"],
    )  # fmt: skip

    shown = give(desk, book)

    told = text_of(shown)
    assert "başka bir birimden: 4. Park: " in told
    assert f"başka bir plandan ya da yıldan: {YEAR - 1}" in told
    assert "dosyada ikinci kez geçiyor" in told
    assert "bu sayfanın satırı değil: TOPLAM" in told
    apply(desk, shown)
    assert stored(own).value == 1
    assert stored(foreign) is None


# --- somebody else was quicker ---


def test_anothers_newer_value_wins_unless_she_chooses(desk):
    row = desk.row(target=100)
    factories.make_realization(row, 50, state=State.DRAFT)
    book = download(desk)
    fill_plain(book, row, 60)
    other = signed_in(factories.make_user(departments=[desk.unit], first_name="Zeynep"))
    desk.save(row, client=other, written="70")

    shown = give(desk, book)

    assert "Zeynep" in text_of(shown)
    assert shown.context["preview"].good == 0
    apply(desk, shown)
    assert stored(row).value == 70
    shown = give(desk, book)
    apply(desk, shown, **{f"pick-{row.pk}": "file"})
    assert (stored(row).value, stored(row).version) == (60, 3)


def test_what_she_did_not_touch_is_not_written_back_over_anothers(desk):
    row = desk.row(target=100)
    factories.make_realization(row, 50, state=State.DRAFT)
    book = download(desk)
    untouched = packed(book)
    book.active.cell(line(book, row), VALUE + 1).value = "Yağmur"
    other = signed_in(factories.make_user(departments=[desk.unit]))
    desk.save(row, client=other, written="70")

    assert "yalnız önceki değer duruyor" in text_of(give(desk, untouched))
    shown = give(desk, book)

    # Her reason, the other's number: nothing clashes.
    assert not shown.context["preview"].clashes
    apply(desk, shown)
    assert (stored(row).value, stored(row).deviation_reason) == (70, "Yağmur")


def test_who_writes_between_preview_and_saving_is_not_overwritten(desk):
    row, keyless = desk.row(target=100), desk.row(target=100)
    book = download(desk)
    fill_plain(book, row, 60)
    fill_plain(book, keyless, 60)
    # Without its key nothing but the page knows which version she saw.
    book.active.cell(line(book, keyless), KEY - 3).value = None
    shown = give(desk, book)
    other = signed_in(factories.make_user(departments=[desk.unit]))
    desk.save(row, client=other, written="70")
    desk.save(keyless, client=other, written="80")

    after = apply(desk, shown)

    assert after.status_code == 422
    assert "başkası değiştirdi" in text_of(after)
    assert (stored(row).value, stored(keyless).value) == (70, 80)


# --- what cannot be read ---


def test_what_cannot_be_read_comes_back_marked_and_the_rest_is_saved(desk):
    good, bad, parts, dash = people(desk), desk.row(target=10), people(desk), desk.row(target=10)
    book = download(desk)
    fill(book, good, value=5)
    fill(book, bad, value="7l2", reason="=SUM(A1)")
    fill(book, parts, value=10, women=4, men=5)
    fill(book, dash, value="-")
    book.active.cell(2, 1).value = "Benim notum"

    shown = give(desk, book)

    assert "“7l2” sayı olarak okunamadı" in text_of(shown)
    after = apply(desk, shown)
    assert after.status_code == 422
    assert "1 değer kaydedildi" in text_of(after)
    assert "Dosyadan geleni geri al" in text_of(after)
    assert stored(good).value == 5
    assert [stored(row) for row in (bad, parts, dash)] == [None] * 3
    response = desk.client.get(desk.url("entry_workbook_marked"))
    again = load_workbook(io.BytesIO(response.content))
    sheet = again.active
    assert sheet["A2"].value == "Benim notum"
    marks = {
        cell.coordinate: cell.comment.text for row in sheet.iter_rows() for cell in row
        if cell.comment
    }  # fmt: skip
    unread = {f"I{line(again, row)}" for row in (bad, dash)}
    # The formula in the reason has no result; women and men do not make the figure.
    assert set(marks) == {*unread, f"M{line(again, bad)}", f"J{line(again, parts)}"}
    assert "7l2" in marks[f"I{line(again, bad)}"]
    assert sheet[f"I{line(again, bad)}"].fill.start_color.rgb == "00F4B6B0"
    assert sheet.protection.sheet
    # Mended there and given again: what was saved is the same, the rest is saved now.
    fill(again, bad, value=712, reason="Yağmur")
    fill(again, parts, men=6)
    fill(again, dash, value="Ölçülmedi")
    shown = give(desk, again)
    assert (shown.context["preview"].good, len(shown.context["preview"].clashes)) == (3, 0)
    apply(desk, shown)
    assert (stored(bad).value, stored(parts).women, stored(dash).absence) == (
        712, 4, "not_measured"
    )  # fmt: skip


def test_cells_are_mended_on_the_page_and_stay_mended_while_it_is_looked_at(desk):
    one, two = desk.row(target=10), desk.row(target=10)
    book = download(desk)
    fill_plain(book, one, "5l")
    fill_plain(book, two, "yok")
    shown = give(desk, book)
    choices = {f"written-{one.pk}": "51"}

    looked = desk.client.post(desk.url("entry_workbook"), {"look": "1", **sent(shown, **choices)})

    assert f'name="written-{one.pk}" value="51"' in looked.text
    choices |= {f"absence-{two.pk}": "not_due", f"written-{two.pk}": "yok"}
    done = apply(desk, looked, **choices)
    assert done.redirect_chain
    assert (stored(one).value, stored(two).absence) == (51, "not_due")


def test_a_formula_is_read_by_its_value_or_told(desk):
    row = desk.row(target=10)
    book = download(desk)
    fill_plain(book, row, "=2+3")

    shown = give(desk, book)

    # openpyxl stores no result, a spreadsheet does.
    assert "formülünün sonucu" in text_of(shown)
    assert stored(row) is None


def test_a_table_as_csv_comes_back_marked_as_a_workbook(desk):
    desk.row(target=10, name="Yol")
    give(desk, "Gösterge;Gerçekleşme;Not\nYol;7l2;=1+1\n".encode(), "yol.csv")

    response = desk.client.get(desk.url("entry_workbook_marked"))

    sheet = load_workbook(io.BytesIO(response.content)).active
    assert "7l2" in sheet["B2"].comment.text
    assert sheet["C2"].data_type == "s"
    assert "yol%20" in response["Content-Disposition"]


def test_an_open_document_is_taken_and_comes_back_marked_as_a_workbook(desk, tmp_path):
    good, bad = desk.row(target=10, name="Durak"), desk.row(target=10, name="Yol")
    heads = other_offices.row(*map(other_offices.text, HEADS[:2]))
    filled = (
        other_offices.row(other_offices.text("Durak"), other_offices.number("12.5")),
        other_offices.row(other_offices.text("Yol"), other_offices.text("=7l2")),
    )
    path = other_offices.sheet(tmp_path, "".join((heads, *filled)))

    shown = give(desk, path.read_bytes(), "birim.ods")
    apply(desk, shown)

    assert (stored(good).value, stored(bad)) == (Decimal("12.5"), None)
    response = desk.client.get(desk.url("entry_workbook_marked"))
    cell = load_workbook(io.BytesIO(response.content)).active["B3"]
    assert (cell.value, cell.data_type) == ("=7l2", "s")
    assert "=7l2" in cell.comment.text


# --- what is refused ---


def refused(desk, book, name="birim.xlsx"):
    response = give(desk, book, name)
    assert response.status_code == 422
    assert desk.client.get(desk.url("entry_workbook")).context["kept"] is None
    return text_of(response)


def test_the_workbook_of_another_year_unit_or_plan_is_refused(desk):
    row = desk.row(target=10)
    elsewhere = factories.make_department(desk.plan, "4", name="Park")
    foreign = factories.make_indicator(factories.make_activity(desk.plan, elsewhere), name="A")
    heads = ["Satır anahtarı", "Gösterge", "Gerçekleşme"]

    def of(*key):
        return table([str(RowKey(*key)), "A", 1], heads=heads)

    plan, unit = desk.plan.pk, desk.unit.pk
    told = refused(desk, of(plan, YEAR + 1, unit, row.pk, 0))
    assert f"Dosyadaki yıl: {YEAR + 1}. Bu sayfada girilen yıl: {YEAR}." in told
    told = refused(desk, of(plan, YEAR, elsewhere.pk, foreign.pk, 0))
    assert "Bu, başka bir birimin dosyası: 4. Park" in told
    assert "başka bir planın dosyası" in refused(desk, of(plan + 1, YEAR, unit, row.pk, 0))
    last_year = table(["A", 1], heads=["Gösterge", f"Gerçekleşme {YEAR - 1}"])
    assert f"Dosyadaki yıl: {YEAR - 1}" in refused(desk, last_year)
    assert "hiçbir satırı yok" in refused(desk, table(["Bambaşka", 1]))
    assert "başlık satırı bulunamadı" in refused(desk, table(["A", 1], heads=["x", "y"]))


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.pdf", b"%PDF-1.4 nothing"),
        ("a.xlsx", b"PK\x03\x04broken"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600),
        ("a.csv", b"\0\0\0"),
        ("a.png", b"\x89PNG\r\n"),
        ("a.csv", b"x" * (5 * 1024 * 1024 + 1)),
    ],
)
def test_a_file_of_another_kind_is_refused_by_a_sentence(desk, name, data):
    desk.row(target=10)
    assert refused(desk, data, name).count(name) >= 1


def test_without_a_file_the_field_says_so(desk):
    response = desk.client.post(desk.url("entry_workbook"), {})
    assert response.status_code == 422
    assert "Dosyayı seçin" in text_of(response)


def test_in_a_closed_year_nothing_is_written(desk):
    row = desk.row(target=10)
    book = download(desk)
    fill_plain(book, row, 9)
    shown = give(desk, book)
    desk.period.state = "closed"
    desk.period.save()

    apply(desk, shown)

    assert stored(row) is None
    assert "Bu satır şu anda değiştirilemiyor" in text_of(give(desk, book))


def test_what_was_sent_stays_and_a_reason_that_was_asked_for_comes_in(desk):
    sent_row = desk.row(target=100)
    value = factories.make_realization(sent_row, 50, state=State.SUBMITTED)
    book = download(desk)
    fill_plain(book, sent_row, 60)
    shown = give(desk, book)
    assert shown.context["preview"].good == 0
    apply(desk, shown)
    assert stored(sent_row).value == 50

    value.reason_asked_at = value.entered_at or desk.person.date_joined
    value.save()
    book = download(desk)
    book.active.cell(line(book, sent_row), VALUE + 1).value = "Yağmur"
    apply(desk, give(desk, book))
    assert stored(sent_row).deviation_reason == "Yağmur"
    assert stored(sent_row).state == State.SUBMITTED


def test_a_slipped_column_is_told_before_it_is_saved(desk):
    rows = [desk.row(target=target) for target in (100, 9, 4000, 30, 700)]
    book = download(desk)
    for row, value in zip(rows, (3, 100, 9, 4000, 30), strict=True):
        fill_plain(book, row, value)

    assert "kaymış görünüyor" in text_of(give(desk, book))


def test_the_file_is_found_by_nobody_else_and_goes_when_it_is_left(desk, tmp_path):
    row = desk.row(target=10)
    book = download(desk)
    fill_plain(book, row, 9)
    give(desk, book)
    other = signed_in(factories.make_user(departments=[desk.unit]))
    assert other.get(desk.url("entry_workbook_marked")).status_code == 404
    assert other.get(desk.url("entry_workbook")).context["kept"] is None
    next_year = reverse("entry_workbook", args=[desk.plan.slug, YEAR + 1, "9"])
    assert desk.client.get(next_year).context["kept"] is None
    assert len(list(tmp_path.rglob("kept/*"))) == 1

    desk.client.post(desk.url("entry_workbook"), {"forget": "1"})

    assert list(tmp_path.rglob("kept/*")) == []
    assert desk.client.get(desk.url("entry_workbook_marked")).status_code == 404


def test_a_file_given_in_another_tab_is_not_saved_in_place_of_this_one(desk):
    row = desk.row(target=10)
    book = download(desk)
    fill_plain(book, row, 9)
    shown = give(desk, book)
    fill_plain(book, row, 8)
    give(desk, book)

    assert "Dosya artık burada değil" in text_of(apply(desk, shown))
    assert stored(row) is None


def test_a_preview_costs_the_same_queries_for_any_number_of_rows(desk, django_assert_num_queries):
    for count in (2, 10):
        for _each in range(count):
            row = desk.row(target=10)
            factories.make_realization(row, 5, state=State.DRAFT)
        book = download(desk)
        for value in Realization.objects.all():
            desk.save(value.indicator, written=str(value.version + 40))
        for indicator in desk.activity.indicators.all():
            fill_plain(book, indicator, 7)
        give(desk, book)
        # session; user; memberships; plan; units; periods; indicators with their values; answers;
        # targets with last years; values of two years; units of measure and who counts people;
        # what the rows held when they were downloaded
        with django_assert_num_queries(12):
            desk.client.get(desk.url("entry_workbook"))
