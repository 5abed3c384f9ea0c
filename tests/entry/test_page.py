"""The entry page: whose it is, what it shows, and that it works without script."""

import pytest
from django.utils import timezone
from django.utils.translation import gettext as _

from activities.models import Extension, Period
from indicators.models import Indicator, Realization
from tests import factories
from tests.entry.conftest import YEAR, field, is_read_only, signed_in, stored, text_of
from tests.entry.test_saving import queries_of

pytestmark = pytest.mark.django_db
State = Realization.State


def post(desk, rows, button="save", value="1", **more):
    """Send the whole form as a browser without script does: every row, and the button."""
    data = {button: value, **more}
    for row, (seen, text) in rows.items():
        data[f"written-{row.pk}"], data[f"seen-{row.pk}"] = text, seen
    return desk.client.post(desk.url(), data)


def test_rows_stand_in_published_order_with_what_helps(desk):
    second = factories.make_activity(desk.plan, desk.unit, "1.5.2", position=5)
    factories.make_indicator(second, name="İkinci", target=1)
    row = desk.row(name="Birinci", baseline=116, target=141)
    factories.make_realization(row, 158, state=State.DRAFT)
    factories.make_realization(row, 201, year=YEAR - 1, state=State.DRAFT)

    seen = text_of(desk.client.get(desk.url()))

    assert seen.index("1.5.1") < seen.index("Birinci") < seen.index("1.5.2") < seen.index("İkinci")
    for number in ("116", "141", "201", "%112,1"):
        assert number in seen


def test_values_not_known_stay_apart_from_zero(desk):
    zero = desk.row(target=10, realization=0, state=State.DRAFT)
    dash = desk.row(target=10, realization="-", state=State.DRAFT)
    text = desk.row(target=10, realization="ogun belli olacak", state=State.DRAFT)
    none = desk.row(target=10)

    page = desk.client.get(desk.url())

    shown = [field(page, row) for row in (zero, dash, text, none)]
    assert shown == ["0", "-", "ogun belli olacak", ""]
    assert page.text.count("<summary>%0,0</summary>") == 1


def test_text_that_was_imported_is_no_error_until_it_is_touched(desk):
    row = desk.row(target=10, realization="ogun belli olacak", state=State.DRAFT)

    assert post(desk, {row: (1, "ogun belli olacak")}).status_code == 302
    assert stored(row).version == 1


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("own", 200),
        ("department", 200),
        ("reviewer", 200),
        ("administrator", 200),
        ("reader", 404),
        ("other", 404),
    ],
)
@pytest.mark.parametrize(
    "name", ["entry", "entry_paste", "entry_send", "entry_cell", "row", "unknown"]
)
def test_whose_page_it_is(desk, who, status, name):
    row = desk.row(target=1)
    branch = factories.make_department(desk.plan, "9.9", parent=desk.unit)
    people = {
        "own": lambda: desk.person,
        "department": lambda: factories.make_user(departments=[desk.unit]),
        "reviewer": lambda: factories.make_user("reviewer"),
        "administrator": lambda: factories.make_user("administrator"),
        "reader": factories.make_user,
        "other": lambda: factories.make_user(departments=[branch]),
    }
    client = signed_in(people[who]())

    if name == "unknown":
        assert client.get(desk.url().replace("/9/", "/99/")).status_code == 404
    elif name == "row":
        fetch = {"X-Requested-With": "fetch"}
        address = desk.url("entry_cell", row.pk) + "?row"
        assert client.get(address, headers=fetch).status_code == status
    else:
        address = desk.url(name, *([row.pk] if name == "entry_cell" else []))
        assert client.get(address).status_code == status
        if name != "entry_cell":
            assert client.post(address).status_code in (
                (404,) if status == 404 else (200, 302, 422)
            )


def test_strangers_are_asked_to_sign_in(desk):
    desk.client.logout()

    assert "login" in desk.client.get(desk.url()).url


def test_a_closed_page_is_read_only_and_says_why(desk):
    row = desk.row(target=100, realization=80, state=State.DRAFT)
    Period.objects.update(state="closed")

    page = desk.client.get(desk.url())

    assert is_read_only(page, row)
    assert "Yıl 2024" in text_of(page) or "2024" in text_of(page)
    assert 'name="send"' not in page.text


def test_an_extension_for_a_branch_opens_its_rows_only(desk):
    branch = factories.make_department(desk.plan, "9.1", parent=desk.unit)
    its = factories.make_indicator(factories.make_activity(desk.plan, branch, "2.1.1"), target=1)
    own = desk.row(target=1)
    Period.objects.update(state="closed")
    Extension.objects.create(period=desk.period, department=branch, until="2999-01-01")

    page = desk.client.get(desk.url())

    assert is_read_only(page, own)
    assert not is_read_only(page, its)


def test_progress_and_deadline_are_told(desk):
    desk.row(target=100, realization=80, state=State.DRAFT)
    desk.row(target=100)
    today = timezone.localdate()
    Period.objects.update(closes_on=today + timezone.timedelta(days=12))

    page = desk.client.get(desk.url())

    assert '<span id="n-entered">1</span>/2' in page.text
    assert "12" in text_of(page)


def test_after_the_deadline_the_days_are_counted_and_saving_goes_on(desk):
    row = desk.row(target=100)
    Period.objects.update(closes_on=timezone.localdate() - timezone.timedelta(days=3))

    assert 'class="late">' in desk.client.get(desk.url()).text
    assert desk.save(row, written="100").status_code == 200


# --- the whole form ---


def test_a_form_without_script_saves_what_changed(desk):
    one, two, three = desk.row(target=10), desk.row(target=10), desk.row(target=10)
    factories.make_realization(two, 7, state=State.DRAFT)

    response = post(desk, {one: (0, "1.000,5"), two: (1, "7"), three: (0, "")})

    assert response.url == desk.url()
    assert str(stored(one).value) == "1000.5000"
    assert stored(two).version == 1
    assert stored(three) is None


def test_what_is_wrong_stands_beside_its_cell_and_the_rest_is_saved(desk):
    good, bad = desk.row(target=10), desk.row(target=10)

    response = post(desk, {good: (0, "9"), bad: (0, "7l2")})

    assert response.status_code == 422
    assert f"<title>{_('Error:')}" in response.text
    assert field(response, bad) == "7l2"
    assert field(response, good) == "9"
    assert stored(good).value == 9
    assert f'href="#v{bad.pk}"' in response.text


def test_a_conflict_is_shown_without_script_and_sending_again_keeps_ones_own(desk):
    row = desk.row(target=10)
    desk.save(row, seen=0, written="9")

    shown = post(desk, {row: (0, "10")})
    assert shown.status_code == 409
    assert field(shown, row) == "10"
    assert field(shown, row, "seen") == "1"
    assert stored(row).value == 9

    post(desk, {row: (1, "10")})
    assert stored(row).value == 10


def test_a_form_left_open_overwrites_nothing_that_was_not_touched(desk):
    mine, other = desk.row(target=10), desk.row(target=10)
    desk.save(other, seen=0, written="8")
    desk.save(other, seen=1, written="9")

    response = post(desk, {mine: (0, "1"), other: (1, "8")})

    assert response.status_code == 302
    assert stored(other).value == 9


def test_a_form_that_comes_after_the_closing_keeps_what_was_typed(desk):
    row = desk.row(target=10)
    Period.objects.update(state="closed")

    response = post(desk, {row: (0, "9")})

    assert response.status_code == 409
    assert field(response, row) == "9"
    assert stored(row) is None


def test_forty_rows_fit_into_one_form(desk):
    rows = {desk.row(target=10): (0, str(at)) for at in range(40)}

    assert post(desk, rows).status_code == 302
    assert Realization.objects.count() == 40


# --- how a number is read ---


def test_the_kind_is_asked_once_with_the_rows_own_numbers(desk):
    row = desk.row(baseline=427, target=432)
    address = desk.url("entry_kind", row.pk)
    assert "427" in text_of(desk.client.get(desk.url()))

    response = desk.client.post(address, {"kind": f"{row.pk}:level"})

    row.refresh_from_db()
    assert response.status_code == 302
    assert (row.kind, row.reported_as, row.kind_confirmed) == ("level", "total", True)
    assert 'class="opt kind"' not in desk.client.get(desk.url()).text
    change = row.history.first()
    assert change.history_user == desk.person
    assert change.history_change_reason


@pytest.mark.parametrize(
    ("choice", "kind", "reported_as"),
    [
        ("count", "count", "total"),
        ("level", "level", "total"),
        ("added", "level", "increment"),
        ("ratio", "ratio", "total"),
        ("deliverable", "deliverable", "total"),
    ],
)
def test_every_kind_can_be_chosen_without_script(desk, choice, kind, reported_as):
    row = desk.row(baseline=427, target=432)

    response = post(desk, {row: (0, "3")}, "kind", f"{row.pk}:{choice}")

    row.refresh_from_db()
    assert response.url == f"{desk.url()}#r{row.pk}"
    assert (row.kind, row.reported_as, row.kind_confirmed) == (kind, reported_as, True)
    assert stored(row).value == 3


def test_the_direction_can_be_changed_along_with_it(desk):
    row = desk.row(baseline=9, target=4)
    address = desk.url("entry_kind", row.pk)

    desk.client.post(address, {"kind": f"{row.pk}:level", f"direction-{row.pk}": "decrease"})

    row.refresh_from_db()
    assert row.direction == "decrease"


def test_nonsense_confirms_nothing(desk):
    row = desk.row(target=1)
    address = desk.url("entry_kind", row.pk)

    assert desk.client.post(address, {"kind": f"{row.pk}:odd"}).status_code == 404
    assert desk.client.post(address, {}).status_code == 404
    assert not Indicator.objects.get(pk=row.pk).kind_confirmed


def test_a_kind_is_not_confirmed_behind_a_closed_door(desk):
    row = desk.row(target=1)
    Period.objects.update(state="closed")

    response = desk.client.post(desk.url("entry_kind", row.pk), {"kind": f"{row.pk}:level"})

    assert response.status_code == 409
    assert not Indicator.objects.get(pk=row.pk).kind_confirmed


# --- where to begin, and what it costs ---


def test_a_coordinator_of_one_unit_is_led_to_its_open_year(desk):
    assert desk.client.get("/entry/").url == desk.url()


def test_several_units_are_listed_with_their_progress(desk):
    other = factories.make_department(desk.plan, "10", name="Zabıta")
    factories.give_units(desk.person, other)
    desk.row(target=1, realization=1, state=State.DRAFT)
    desk.row(target=1)

    seen = text_of(desk.client.get("/entry/"))

    assert "Sağlık İşleri" in seen
    assert "Zabıta" in seen
    assert "1/2" in seen
    assert "0/0" not in seen
    assert "bu yıl hedef yok" in seen


def test_without_an_open_year_the_page_says_so(desk):
    Period.objects.update(state="closed")

    response = desk.client.get("/entry/")

    assert response.status_code == 200
    assert desk.url() not in response.text


@pytest.mark.parametrize("many", [2, 40])
def test_the_page_costs_the_same_queries_with_any_rows(desk, many):
    for at in range(many):
        row = desk.row(baseline=100 + at, target=120 + at)
        factories.make_realization(row, 20, state=State.DRAFT)
    Period.objects.update(state="closed")

    # session; user; plan and revision; units; groups and own units; periods;
    # extensions of a closed year; indicators with their numbers; values of both years with
    # what hangs on them; what the rows are counted in; answers; targets of all years
    found = queries_of(lambda: desk.client.get(desk.url()))
    assert len(found) == 12, "\n".join(found)


def test_the_list_of_units_costs_the_same_for_many(desk):
    for _each in range(6):
        factories.give_units(desk.person, factories.make_department(desk.plan))

    # session; user; municipality; memberships; places of own units; extensions; periods;
    # indicators; values; reasons that reviewers ask for
    found = queries_of(lambda: desk.client.get("/entry/"))
    assert len(found) == 10, "\n".join(found)
