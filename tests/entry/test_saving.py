"""Saving one row: what is read, kept, refused, and told to the second of two people."""

import re
from decimal import Decimal as D

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import gettext as _

from activities.models import Extension, Period
from indicators.models import Evidence, FindingAnswer, Realization
from indicators.progress import is_said
from indicators.suppression import PARTS
from tests import factories
from tests.entry.conftest import YEAR, field, is_read_only, signed_in, stored, text_of

pytestmark = pytest.mark.django_db
State = Realization.State


@pytest.mark.parametrize(
    ("typed", "value", "echoed"),
    [
        ("158", D(158), "158"),
        ("1.234", D(1234), "1.234"),
        ("1.234,5", D("1234.5"), "1.234,5"),
        ("1 234,5", D("1234.5"), "1.234,5"),
        ("1\u00a0234", D(1234), "1.234"),
        ("12.5", D("12.5"), "12,5"),
        ("−5", D(-5), "−5"),
        ("0", D(0), "0"),
        (" 7 ", D(7), "7"),
    ],
)
def test_a_number_is_kept_and_echoed(desk, typed, value, echoed):
    row = desk.row(target=100)

    response = desk.save(row, written=typed)

    assert response.status_code == 200
    assert response["Entry-Outcome"] == "saved"
    assert (stored(row).value, stored(row).text) == (value, "")
    assert field(response, row) == echoed


def test_what_is_echoed_can_be_sent_again(desk):
    row = desk.row(target=100)
    first = desk.save(row, written="1.234,5")

    again = desk.save(row, written=field(first, row))

    assert again["Entry-Outcome"] == "unchanged"
    assert stored(row).version == 1


@pytest.mark.parametrize("typed", ["50", "%50", "50%", "% 50"])
def test_a_percent_may_bring_its_sign(desk, typed):
    row = desk.row(target="%80", measure="percent", kind="ratio")

    response = desk.save(row, written=typed)

    assert stored(row).value == D(50)
    assert field(response, row) == "%50"
    assert "%62,5" in text_of(response)


@pytest.mark.parametrize(
    "typed",
    [
        "7l2",
        "-",
        "ogun belli olacak",
        "1,234.56",
        "1e5",
        "1_000",
        "١٢",
        "５",
        "NaN",
        "½",
        "%50",
        "1" * 1000,
        "1,23456",
        "9" * 12,
        "=1+1",
        "<b>1</b>",
        "12 34",
    ],
)
def test_what_is_no_number_is_refused_and_kept_in_the_field(desk, typed):
    row = desk.row(target=100)

    response = desk.save(row, written=typed)

    assert response.status_code == 422
    assert stored(row) is None
    assert field(response, row).replace("&lt;", "<").replace("&gt;", ">") == typed
    assert 'aria-invalid="true"' in response.text
    assert 'class="err"' in response.text


def test_no_database_is_asked_to_keep_a_nul(desk):
    row = desk.row(target=100)

    response = desk.save(row, written="80\x00", deviation_reason="a\x00b")

    assert response.status_code == 200
    assert (stored(row).value, stored(row).deviation_reason) == (D(80), "ab")


def test_emptying_a_field_removes_the_value(desk):
    row = desk.row(target=100)
    desk.save(row, written="5")

    desk.save(row, written="")

    assert stored(row).value is None
    assert stored(row).state == State.DRAFT
    assert not is_said(stored(row).value, stored(row).absence)
    assert [each.value for each in Realization.history.order_by("history_id")] == [D(5), None]


# --- no figure, with a reason ---


def test_a_reason_stands_for_a_figure(desk):
    row = desk.row(target=100)

    response = desk.save(row, written="", absence="not_measured")

    assert response.status_code == 200
    assert (stored(row).value, stored(row).absence) == (None, "not_measured")
    assert is_said(stored(row).value, stored(row).absence)


def test_another_reason_needs_words(desk):
    row = desk.row(target=100)

    refused = desk.save(row, written="", absence="other")
    kept = desk.save(row, written="", absence="other", deviation_reason="Proje ertelendi")

    assert refused.status_code == 422
    assert field(refused, row, "deviation_reason") == ""
    assert kept.status_code == 200
    assert stored(row).deviation_reason == "Proje ertelendi"


def test_a_figure_and_a_reason_for_none_exclude_each_other(desk):
    row = desk.row(target=100)
    desk.save(row, written="5")

    response = desk.save(row, written="5", absence="not_due")

    assert response.status_code == 422
    assert (stored(row).value, stored(row).absence) == (D(5), "")


def test_a_number_typed_over_a_reason_takes_its_place(desk):
    row = desk.row(target=100)
    desk.save(row, written="", absence="not_due")

    desk.save(row, written="5", absence="not_due")

    assert (stored(row).value, stored(row).absence) == (D(5), "")


def test_what_explained_no_figure_is_not_the_reason_of_the_number_that_came(desk):
    row = desk.row(target=100)
    said = {"deviation_reason": "Proje ertelendi", "measure_to_take": ""}
    page = desk.save(row, written="", absence="other", **said)
    assert "Rakam yok, nedeni" in text_of(page) and "Sapma nedeni" not in text_of(page)

    page = desk.save(row, seen=1, written="50", absence="other", **said)

    assert (stored(row).value, stored(row).absence, stored(row).deviation_reason) == (50, "", "")
    assert "Sapma nedeni ve alınacak önlem eksik." in page.text
    # Its answer may get lost; the same once more is no conflict with oneself.
    assert desk.save(row, seen=1, written="50", absence="other", **said).status_code == 200
    assert stored(row).history.count() == 2
    assert stored(row).history.last().deviation_reason == "Proje ertelendi"
    told = {"deviation_reason": "Araç geç geldi", "measure_to_take": "Araç"}
    desk.save(row, written="", absence="other", **said)
    desk.save(row, written="40", absence="other", **told)
    assert stored(row).deviation_reason == "Araç geç geldi"


def test_a_reason_that_there_is_not_is_refused(desk):
    row = desk.row(target=100)

    assert desk.save(row, written="", absence="lazy").status_code == 422
    assert stored(row) is None


# --- women, men, others ---


def test_parts_add_up(desk):
    row = desk.row(target=100, counts_people=True)

    kept = desk.save(row, written="12", women="7", men="5", others="")

    assert kept.status_code == 200
    assert (stored(row).women, stored(row).men, stored(row).others) == (D(7), D(5), D(0))


@pytest.mark.parametrize("written", ["13", ""])
def test_parts_that_do_not_add_up_are_refused(desk, written):
    row = desk.row(target=100, counts_people=True)

    response = desk.save(row, written=written, women="7", men="5", others="")

    assert response.status_code == 422
    assert field(response, row, "women") == "7"
    assert stored(row) is None


def test_parts_of_what_counts_no_people_are_not_taken(desk):
    row = desk.row(target=100)

    desk.save(row, written="12", women="7", men="5", others="0")

    assert stored(row).women is None


# --- at once after saving ---


def test_ratio_status_and_formula_come_with_the_answer(desk):
    row = desk.row(baseline=116, target=141)

    seen = text_of(desk.save(row, written="158"))

    # 158 ÷ 141 = 1,1205…
    assert "158 ÷ 141 = %112,1" in seen
    assert "Gerçekleşti" in seen
    assert "Hedef aşıldı" in seen


@pytest.mark.parametrize(
    ("written", "asks"), [("89", True), ("90", False), ("110", False), ("111", True)]
)
def test_more_than_ten_points_off_asks_why(desk, written, asks):
    row = desk.row(target=100)

    response = desk.save(row, written=written)

    assert (f'<textarea id="n{row.pk}"' in response.text) == asks
    assert (field(response, row, "measure_to_take") is not None) == asks


def test_reason_and_measure_are_saved_alike(desk):
    row = desk.row(target=100)
    desk.save(row, written="50")

    desk.save(row, written="50", deviation_reason="Araç yoktu", measure_to_take="Alınacak")

    assert (stored(row).deviation_reason, stored(row).measure_to_take) == (
        "Araç yoktu",
        "Alınacak",
    )


def test_a_question_comes_with_what_each_answer_would_change(desk):
    row = desk.row(baseline=330, target=430)

    response = desk.save(row, written="100")

    # 100 ÷ 430 = %23,3; as an increment of a level (330 + 100 − 330) ÷ (430 − 330)
    assert "330" in text_of(response)
    assert "%23,3 → %100,0" in response.text
    assert 'data-open="1"' in response.text


# --- who may, and when ---


def test_a_reader_and_another_units_coordinator_find_nothing(desk):
    row = desk.row(target=100)
    other = factories.make_department(desk.plan, "10")
    for person in (factories.make_user(), factories.make_user(departments=[other])):
        response = desk.save(row, signed_in(person), written="5")
        assert response.status_code == 404
    assert stored(row) is None


def test_reviewers_and_administrators_may_write(desk):
    row = desk.row(target=100)
    for role, text in (("reviewer", "5"), ("administrator", "6")):
        assert desk.save(row, signed_in(factories.make_user(role)), written=text).status_code == 200
    assert stored(row).value == 6


def test_a_row_of_another_page_is_not_found(desk):
    other = factories.make_department(desk.plan, "10")
    factories.give_units(desk.person, other)
    row = factories.make_indicator(factories.make_activity(desk.plan, other, "2.1.1"), target=1)

    assert desk.save(row, written="5").status_code == 404


def test_a_departments_page_takes_its_branches_rows(desk):
    branch = factories.make_department(desk.plan, "9.1", parent=desk.unit)
    row = factories.make_indicator(factories.make_activity(desk.plan, branch, "2.1.1"), target=1)

    assert desk.save(row, written="1").status_code == 200


def test_a_lost_session_is_told_to_the_script(desk):
    row = desk.row(target=100)
    desk.client.logout()

    assert desk.save(row, written="5").status_code == 401


@pytest.mark.parametrize("state", ["planned", "closed", "published"])
def test_a_closed_door_refuses_and_keeps_what_was_typed(desk, state):
    row = desk.row(target=100)
    Period.objects.update(state=state)

    response = desk.save(row, written="52")

    assert (response.status_code, response["Entry-Outcome"]) == (409, "closed")
    assert field(response, row) == "52"
    assert is_read_only(response, row)
    assert 'class="err"' in response.text
    assert stored(row) is None


def test_an_extension_opens_a_closed_year_for_its_unit(desk):
    row = desk.row(target=100)
    Period.objects.update(state="closed")
    Extension.objects.create(period=desk.period, department=desk.unit, until="2999-01-01")

    assert desk.save(row, written="5").status_code == 200


@pytest.mark.parametrize("state", [State.SUBMITTED, State.APPROVED])
def test_sent_values_are_read_only(desk, state):
    row = desk.row(target=100, realization=5, state=state)

    response = desk.save(row, written="6")

    assert (response.status_code, response["Entry-Outcome"]) == (409, "sent")
    assert stored(row).value == 5
    assert is_read_only(response, row)


def test_a_returned_value_can_be_written_on_and_shows_why(desk):
    row = desk.row(target=100, realization=5, state=State.RETURNED)
    Realization.objects.update(note="İki kez sayılmış", decided_by=desk.person)

    response = desk.save(row, written="96")

    assert response.status_code == 200
    assert "İki kez sayılmış" in text_of(response)
    assert stored(row).state == State.RETURNED


# --- two people, and one person twice ---


def test_of_two_people_the_second_is_shown_both_values_and_who(desk):
    row = desk.row(target=100)
    other = factories.make_user(departments=[desk.unit], first_name="Mehmet", last_name="Kaya")
    desk.save(row, signed_in(other), seen=0, written="97")

    response = desk.save(row, seen=0, written="98")

    assert (response.status_code, response["Entry-Outcome"]) == (409, "conflict")
    assert stored(row).value == 97
    assert field(response, row) == "98"
    seen = text_of(response)
    assert "98" in seen
    assert "97" in seen
    assert "Mehmet Kaya" in seen
    assert response.text.count('name="keep"') == response.text.count('name="take"') == 1


def test_keeping_ones_own_value_takes_the_version_that_was_shown(desk):
    row = desk.row(target=100)
    desk.save(row, seen=0, written="97")
    desk.save(row, seen=0, written="98")

    kept = desk.save(row, seen=1, written="98")

    assert kept.status_code == 200
    assert (stored(row).value, stored(row).version) == (98, 2)


def test_taking_the_other_value_writes_nothing(desk):
    row = desk.row(target=100)
    desk.save(row, seen=0, written="97")
    address = desk.url("entry_cell", row.pk)

    desk.client.post(address, {"take": row.pk, f"written-{row.pk}": "98", f"seen-{row.pk}": 0})

    assert (stored(row).value, stored(row).version) == (97, 1)


def test_a_retry_after_a_lost_answer_is_a_success_and_writes_nothing(desk):
    row = desk.row(target=100)
    desk.save(row, seen=0, written="97", deviation_reason="x")

    again = desk.save(row, seen=0, written="97", deviation_reason="x")

    assert again.status_code == 200
    assert stored(row).version == 1
    assert Realization.history.count() == 1


def test_what_somebody_else_changed_is_not_put_back_by_who_changed_nothing(desk):
    row = desk.row(target=100)
    desk.save(row, seen=0, written="97")
    desk.save(row, seen=1, written="98")

    response = desk.save(row, seen=1, written="97")

    assert response.status_code == 200
    assert stored(row).value == 98
    assert field(response, row) == "98"


def test_a_row_made_by_a_comment_is_no_conflict(desk):
    row = desk.row(target=100)
    desk.client.post(desk.url("entry_comment", row.pk), {"text": "Ne zaman?"})

    assert stored(row).version == 1
    assert desk.save(row, seen=0, written="5").status_code == 200


# --- what it costs ---

OWN = ("SELECT", "INSERT", "UPDATE", "DELETE")


def queries_of(act):
    with CaptureQueriesContext(connection) as caught:
        act()
    return [each["sql"] for each in caught if each["sql"].lstrip("(").startswith(OWN)]


@pytest.mark.parametrize("role", ["", "reviewer"])
def test_a_save_costs_nine_queries_at_most(desk, role):
    rows = [desk.row(baseline=427, target=432) for _each in range(20)]
    client = signed_in(factories.make_user(role)) if role else desk.client
    desk.save(rows[0], client, written="4")

    # session; user; her roles, with what is asked of them; the indicator with all that its row
    # shows; the value under its lock; the value; its history; the plan's revision
    first = queries_of(lambda: desk.save(rows[0], client, seen=1, written="5"))
    assert len(first) == 8, first

    # and the answers, where the indicator has any
    answer = FindingAnswer.objects.create(plan=desk.plan, year=YEAR, finding="x", answer="y")
    answer.indicators.add(rows[0])
    assert len(queries_of(lambda: desk.save(rows[0], client, seen=2, written="6"))) == 9


def hints_of(response, row):
    return re.findall(rf'<li data-of="{row.pk}">.*?</li>', response.text)


def test_a_save_says_what_is_left_to_do_on_its_row_as_the_page_does(desk):
    row, other = desk.row(target=100), desk.row(target=100)
    desk.save(other, written="50")

    lacking = hints_of(desk.save(row, written="50"), row)

    assert len(lacking) == 1
    assert "Sapma nedeni ve alınacak önlem eksik." in lacking[0]
    page = desk.client.get(desk.url())
    assert hints_of(page, row) == lacking
    assert len(hints_of(page, other)) == 1
    given = desk.save(row, written="50", deviation_reason="Araç yok", measure_to_take="Araç alınır")
    assert hints_of(given, row) == []


def test_a_reason_that_is_written_is_not_asked_for_any_more(desk):
    row = desk.row(target=100)

    saved = desk.save(row, written="50", deviation_reason="Araç yok", measure_to_take="Araç alınır")

    assert "puandan çok uzak" in text_of(saved)
    assert "gönderilemez" not in text_of(saved)


def test_a_measure_that_is_missing_alone_is_not_called_a_reason(desk):
    row = desk.row(target=100)

    saved = desk.save(row, written="50", deviation_reason="Araç yok")

    assert "neden ve önlem yazılmadan satır gönderilemez" in text_of(saved)
    pages = {
        "m": hints_of(saved, row)[0],
        f"{desk.url()}#m": desk.client.get(desk.url("entry_send")).text,
    }
    for link, page in pages.items():
        assert "Alınacak önlem eksik." in page and "Sapma nedeni eksik" not in page
        assert f'{link}{row.pk}"' in page


def test_counts_of_evidence_and_comments_stand_beside_the_row(desk):
    row = desk.row(target=100)
    desk.save(row, written="97")
    for name in ("a", "b"):
        Evidence.objects.create(realization=stored(row), name=name, link="https://example.org")

    response = desk.save(row, written="98")

    assert '<span class="n-evidence">2</span>' in response.text
    assert '<span class="n-comments"></span>' in response.text
    assert _("Evidence") in text_of(response)


# --- no figure, without script ---


def form_of(response, row):
    """Return the row's fields as a browser without script sends them."""
    names = ("written", "absence", "deviation_reason", "measure_to_take", *PARTS)
    found = {name: field(response, row, name) for name in names}
    return {name: text for name, text in found.items() if text is not None}


def test_without_script_another_reason_can_be_written_where_it_is_chosen(desk):
    row = desk.row(target=100)
    page = desk.client.get(desk.url())
    assert form_of(page, row)["deviation_reason"] == ""

    sent = {"absence": "other", "written": "", "deviation_reason": "Proje ertelendi"}
    data = {f"{name}-{row.pk}": text for name, text in sent.items()}
    answer = desk.client.post(desk.url(), {**data, f"seen-{row.pk}": 0, "save": "1"})

    assert answer.status_code == 302
    assert (stored(row).absence, stored(row).deviation_reason) == ("other", "Proje ertelendi")
    # Where the row shows the reason anyway, its field stands once.
    assert desk.client.get(desk.url()).text.count(f'name="deviation_reason-{row.pk}"') == 1


def test_without_script_the_parts_go_with_the_number_that_is_taken_out(desk):
    row = desk.row(target=10, counts_people=True)
    desk.save(row, written="10", women="6", men="4", others="0")
    sent = {**form_of(desk.client.get(desk.url()), row), "written": "", "absence": "not_measured"}

    refused = desk.save(row, **{**sent, "women": "7"})
    kept = desk.save(row, **sent)

    assert (refused.status_code, kept.status_code) == (422, 200)
    assert (stored(row).absence, stored(row).women) == ("not_measured", None)
