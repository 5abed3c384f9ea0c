"""The first page of a coordinator: her open year, what waits in it, and one way on."""

import datetime
import html
import re
from types import SimpleNamespace

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import memberships
from activities.models import Municipality, Period
from indicators.models import FindingAnswer, Realization
from indicators.progress import Stage, Standing, stages
from tests import factories

pytestmark = pytest.mark.django_db

HOME = reverse("home")
YEAR = factories.YEAR


@pytest.fixture
def desk():
    """Hold a unit "9" with an open year, whose last day is in twelve days."""
    plan = factories.make_plan(slug="plan")
    today = timezone.localdate()
    period = factories.make_period(
        plan,
        opens_on=today - datetime.timedelta(days=8),
        closes_on=today + datetime.timedelta(days=12),
    )
    unit = factories.make_department(plan, "9", name="Sağlık İşleri")
    activity = factories.make_activity(plan, unit, "4.1.5")
    person = factories.make_user(departments=[unit])
    made = SimpleNamespace(plan=plan, period=period, unit=unit, activity=activity, person=person)
    made.row = lambda **given: factories.make_indicator(activity, **{"target": 100, **given})
    made.url = reverse("entry", args=[plan.slug, YEAR, "9"])
    return made


def give_back(indicator, note, by=None):
    values = Realization.objects.filter(indicator=indicator)
    now = timezone.now()
    values.update(state="returned", note=note, decided_at=now, decided_by=by, entered_at=now - HOUR)


HOUR = datetime.timedelta(hours=1)


def headings(page):
    return [" ".join(h.text.split()) for h in page.one("main").all("h2")]


def test_her_open_year_tells_how_much_is_said_and_how_long_there_is(desk, read):
    desk.row(realization=90)
    desk.row(realization=80, state="draft")
    desk.row()

    page = read(HOME, who=desk.person)

    job = page.one("section", "headline job")
    assert job.one("h2").text == f"{YEAR} · 9. Sağlık İşleri"
    assert job.one("p", "big").text == "2/3 satır girildi"
    assert "12 gün kaldı" in job.text
    key = [" ".join(li.text.split()) for li in job.one("ul", "stage-key").all("li")]
    assert key == ["0 doğrulandı", "1 incelemede", "0 iade edildi", "1 taslakta", "1 girilmedi"]


def test_what_came_back_stands_first_with_its_note_and_the_button_leads_there(desk, read):
    reviewer = factories.make_user("reviewer", first_name="Ayşe", last_name="Yılmaz")
    empty, back = desk.row(), desk.row(realization=98, name="Kurs sayısı")
    give_back(back, "İki kez mi sayıldı?", reviewer)

    page = read(HOME, who=desk.person)

    button = page.one("a", "btn primary")
    assert (button.text, button["href"]) == ("Girişi sürdür", f"{desk.url}#v{back.pk}")
    assert headings(page)[1:3] == ["İade edilen satırlar 1", "Boş satırlar 1"]
    told = page.one("ul", "todo")
    assert "İki kez mi sayıldı?" in told.text and "Ayşe Yılmaz" in told.text
    assert "98" in told.text
    assert page.one("ul", "rows pairs").one("a")["href"] == f"{desk.url}#v{empty.pk}"
    assert page.one("title").text.startswith("Bugün: 2 iş bekliyor")
    menu = [" ".join(a.text.split()) for a in page.one("nav", "nav").all("a")]
    assert menu[:3] == ["Bugün 2 iş bekliyor", "Veri girişi 2 iş bekliyor", "Plan"]


def test_what_came_back_and_was_written_anew_waits_to_be_sent_only(desk, read):
    back = desk.row(realization=98)
    give_back(back, "Bir daha bakın.")
    Realization.objects.filter(indicator=back).update(entered_at=timezone.now() + HOUR)

    page = read(HOME, who=desk.person)

    assert "İade edilen satırlar" not in page.text
    assert page.one("a", "btn primary")["href"] == f"{desk.url}send/"


def test_a_question_stands_before_the_empty_rows(desk, read):
    desk.row()
    asked = desk.row(baseline=427, target=432, realization=5, state="draft")

    page = read(HOME, who=desk.person)

    assert headings(page)[1:3] == ["Yanıtınızı bekleyen sorular 1", "Boş satırlar 1"]
    assert page.one("a", "btn primary")["href"] == f"{desk.url}#v{asked.pk}"
    assert page.one("ul", "todo").one("a", "btn small")["href"] == f"{desk.url}#r{asked.pk}"


def test_once_all_is_verified_no_review_is_awaited(desk, read):
    desk.row(realization=99, state="approved")

    page = read(HOME, who=desk.person)

    assert "Hepsi doğrulandı" in page.text
    assert "İnceleme sonuçlanana kadar" not in page.text


def test_a_year_without_anything_said_is_begun(desk, read):
    first, _second = desk.row(), desk.row()

    button = read(HOME, who=desk.person).one("a", "btn primary")

    assert (button.text, button["href"]) == ("Girişe başla", f"{desk.url}#v{first.pk}")


def test_once_all_is_sent_nothing_is_asked_of_her(desk, read):
    desk.row(realization=99)

    page = read(HOME, who=desk.person)

    assert page.one("title").text.startswith("Bugün ·")
    assert not page.all("a", "btn primary")
    assert "Hepsi gönderildi" in page.text


def test_of_several_units_only_the_first_has_the_main_button(desk, read):
    desk.row()
    other = factories.make_department(desk.plan, "10", name="Kültür İşleri")
    factories.make_indicator(factories.make_activity(desk.plan, other, "5.1.1"), target=3)
    factories.give_units(desk.person, other)

    page = read(HOME, who=desk.person)

    assert len(page.all("section", "headline job")) == 2
    assert len(page.all("a", "btn primary")) == 1


def test_a_closed_year_asks_for_its_reasons_and_offers_no_number(desk, read):
    row = desk.row(realization=9)
    desk.row()
    Period.objects.update(state=Period.State.CLOSED)
    Realization.objects.filter(indicator=row).update(reason_asked_at=timezone.now())

    page = read(HOME, who=desk.person)

    assert headings(page) == [f"{YEAR} için istenen nedenler 1", "Plan"]
    assert page.all("ul", "rows")[0].one("a")["href"] == f"{desk.url}#r{row.pk}"


def test_a_reviewer_with_a_unit_of_her_own_sees_no_other_units_rows(desk, read):
    desk.row(name="Kendi satırı")
    other = factories.make_department(desk.plan, "10")
    factories.make_indicator(
        factories.make_activity(desk.plan, other, "5.1.1"), target=3, name="Başkasının satırı"
    )
    both = factories.make_user("reviewer", departments=[desk.unit])

    page = read(HOME, who=both)

    assert "Kendi satırı" in page.text
    assert "Başkasının satırı" not in page.text


def test_nothing_of_another_municipality_is_told(desk, read):
    elsewhere = Municipality.objects.create(name="Zeytin Belediyesi")
    plan = factories.make_plan(slug="oteki", municipality=elsewhere)
    factories.make_period(plan)
    factories.make_period(plan, YEAR + 1, Period.State.CLOSED)
    unit = factories.make_department(plan, "9", name="Sağlık İşleri")
    activity = factories.make_activity(plan, unit, "4.1.5")
    factories.make_indicator(activity, target=7, name="Yabancı satır")
    asked = factories.make_indicator(activity, target=7, realization=1, year=YEAR + 1)
    Realization.objects.filter(indicator=asked).update(reason_asked_at=timezone.now())
    desk.row()
    memberships.put(desk.person, elsewhere, role="reader", units=[unit])

    page = read(HOME, who=desk.person)

    assert "oteki" not in "".join(a["href"] for a in page.one("main").all("a"))
    assert "Yabancı satır" not in page.text
    assert page.one("title").text.startswith("Bugün: 1 iş bekliyor")


@pytest.mark.parametrize("many", [2, 20])
def test_her_page_costs_as_much_for_twenty_rows_as_for_two(
    desk, signed_in, django_assert_num_queries, many
):
    for _each in range(many):
        desk.row(realization=98, state="draft")
    client = signed_in(desk.person)

    # session; user; the municipality and what she is there; plans; their latest years; where she
    # can write: extensions, periods, places; her plan and those beside it; its units; its calendar;
    # reasons that reviewers ask for; her indicators with their units; answers to questions;
    # targets; values, with whether a reviewer has begun; what else is known of the
    # indicators; editions; her visit, noted: looked up, and stored between two savepoints
    with django_assert_num_queries(23):
        response = client.get(HOME)

    assert response.status_code == 200


@pytest.mark.parametrize(
    ("given", "stage"),
    [
        ({}, Stage.MISSING),
        ({"state": "returned"}, Stage.MISSING),
        ({"value": 1, "state": "draft"}, Stage.DRAFT),
        ({"value": 1, "state": "returned"}, Stage.RETURNED),
        ({"absence": "no_service", "state": "submitted"}, Stage.SENT),
        ({"value": 1, "state": "approved"}, Stage.VERIFIED),
    ],
)
def test_every_row_that_is_due_is_in_one_stage(given, stage):
    row = Standing(id=1, unit=1, department=1, code="1", is_due=True, **given)

    assert [name for name, count in stages([row]).items() if count] == [stage]


def test_a_question_is_answered_where_it_is_listed(desk):
    row = desk.row(baseline=427, target=432, realization=5, state="draft")
    client = Client()
    client.force_login(desk.person)
    page = client.get(HOME).text
    [key] = set(re.findall(r'name="finding" value="([^"]+)"', page))
    [digest] = set(re.findall(r'name="digest" value="([^"]+)"', page))
    codes = re.findall(r'name="answer" value="([^"]+)"', page)
    assert codes
    sent = {"finding": html.unescape(key), "digest": digest, "back": "today"}
    address = f"{desk.url}questions/"

    # What it changes is shown first, and who leaves it comes back to where she was.
    asked = client.post(address, sent | {"answer": codes[0]})
    assert asked.status_code == 200
    assert 'name="back" value="today"' in asked.text
    assert f'href="{HOME}"' in asked.text
    assert not FindingAnswer.objects.exists()

    given = client.post(address, sent | {"answer": codes[0], "confirm": "1"})
    assert given.url == HOME
    assert FindingAnswer.objects.get().indicators.get() == row
    assert 'name="finding"' not in client.get(HOME).text


def test_a_question_whose_number_changed_meanwhile_leads_back_and_says_so(desk):
    row = desk.row(baseline=427, target=432, realization=5, state="draft")
    client = Client()
    client.force_login(desk.person)
    page = client.get(HOME).text
    [key] = set(re.findall(r'name="finding" value="([^"]+)"', page))
    Realization.objects.filter(indicator=row).update(value=431)

    sent = {"finding": html.unescape(key), "answer": "total", "digest": "x", "back": "today"}
    response = client.post(f"{desk.url}questions/", sent, follow=True)

    assert response.redirect_chain == [(HOME, 302)]
    assert "Sayılar bu arada değişti" in response.text
    assert not FindingAnswer.objects.exists()
