"""The units' pages of the settings: list, a unit's own page, deleting, merging."""

import pytest
from django.test import Client

from accounts import memberships
from activities.models import Alias, Department, Municipality, PlanDepartment
from tests import factories

pytestmark = pytest.mark.django_db

UNITS = "/settings/units/"


@pytest.fixture
def plan():
    return factories.make_plan(slug="p", name="Plan")


@pytest.fixture
def client(plan):
    administrator = Client()
    administrator.force_login(factories.make_user("administrator"))
    return administrator


def page_of(unit):
    return f"{UNITS}{unit.pk}/"


def sent(unit, plan, **given):
    """Return what the unit's form sends as it stands."""
    place = unit.places.filter(plan=plan).first()
    aliases = [str(alias.pk) for alias in unit.aliases.all()]
    return {
        "name": unit.name,
        "short_name": unit.short_name,
        "parent": unit.parent_id or "",
        f"plan{plan.pk}-number": place.number if place else "",
        "new-text": "",
        "reason": "",
        "shown": aliases,
        "spelling": aliases,
    } | given


# --- The list ---


def test_units_stand_in_the_plans_order_with_branches_below(client, plan):
    ten = factories.make_department(plan, "10", name="Onuncu")
    factories.make_department(plan, "9", name="Dokuzuncu")
    factories.make_department(plan, "10.1", parent=ten, name="Onun şubesi")
    factories.make_department(name="Plansız")

    lines = client.get(UNITS).context["lines"]

    assert [(line.number, line.unit.name) for line in lines] == [
        ("9", "Dokuzuncu"), ("10", "Onuncu"), ("10.1", "Onun şubesi"), ("", "Plansız"),
    ]  # fmt: skip


def test_indicators_in_use_are_counted_with_the_branches(client, plan):
    ten = factories.make_department(plan, "10")
    branch = factories.make_department(plan, "10.1", parent=ten)
    factories.make_indicator(factories.make_activity(plan, branch))
    retired = factories.make_indicator(factories.make_activity(plan, ten))
    type(retired).objects.filter(pk=retired.pk).update(retired_on="2024-01-01")
    other = factories.make_plan(first_year=2020, last_year=2022)
    factories.make_indicator(factories.make_activity(other, ten))

    lines = client.get(UNITS).context["lines"]

    assert [line.indicators for line in lines] == [1, 1]


def test_nobody_is_said_only_where_somebody_should_answer(client, plan):
    alone = factories.make_department(plan, "1", name="Yalnız")
    above = factories.make_department(plan, "2", name="Daire")
    branch = factories.make_department(plan, "2.1", parent=above, name="Şube")
    for unit in (alone, branch):
        factories.make_indicator(factories.make_activity(plan, unit))
    factories.make_user("", [above], first_name="Elif", last_name="Kaya", email="e@example.org")
    factories.make_user("", [alone], first_name="Eski", email="s@example.org", is_active=False)

    lines = {line.unit.name: line for line in client.get(UNITS).context["lines"]}

    assert lines["Yalnız"].is_unanswered and not lines["Yalnız"].people
    assert lines["Daire"].people == ("Elif Kaya",)
    assert not lines["Şube"].is_unanswered and not lines["Şube"].people
    assert f'href="/settings/people/?unit={alone.pk}"' in client.get(UNITS).text


def test_the_list_costs_as_much_with_many_units(client, plan, django_assert_max_num_queries):
    for number in range(12):
        unit = factories.make_department(plan, str(number + 1))
        Alias.objects.create(department=unit, text=f"Yazılış {number}")
        factories.make_user("", [unit])
    client.get(UNITS)
    # Session, person, standing, municipality (2); plans; start year (1); units, aliases, places,
    # who reports and who answers (4), people; choices of the form (1).
    with django_assert_max_num_queries(17):
        client.get(UNITS)


def test_a_unit_is_added_with_its_number(client, plan):
    above = factories.make_department(plan, "11")
    given = {
        "name": "Kadın Şube Müdürlüğü", "short_name": "Kadın", "parent": above.pk,
        f"plan{plan.pk}-number": "11.2", "new-text": "",
    }  # fmt: skip
    assert client.post(UNITS, given).status_code == 302

    place = PlanDepartment.objects.get(number="11.2")
    assert (place.department.name, place.department.parent) == ("Kadın Şube Müdürlüğü", above)
    assert place.department.municipality == plan.municipality
    assert place.department.history.get().history_user.username.startswith("kisi")


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"name": "FEN İŞLERİ"}, "“FEN İŞLERİ” zaten var."),
        ({"name": ""}, "Bu alan zorunludur."),
        ({"name": "Yeni", "number": "7"}, "7 numarası şu birimin: “Fen İşleri”."),
        ({"name": "Yeni", "number": "yedi"}, "Numarayı plandaki gibi yazın: "),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_half_saved(client, plan, given, told):
    factories.make_department(plan, "7", name="Fen İşleri")
    posted = {
        "name": given["name"], "short_name": "Kısa", "parent": "",
        f"plan{plan.pk}-number": given.get("number", "8"), "new-text": "",
    }  # fmt: skip
    response = client.post(UNITS, posted)

    assert response.status_code == 200
    assert told in response.text and 'value="Kısa"' in response.text
    assert Department.objects.count() == PlanDepartment.objects.count() == 1


# --- A unit's page ---


def test_names_number_and_spellings_are_saved_in_one_act(client, plan):
    unit = factories.make_department(plan, "7", name="Fen İşleri")
    kept, forgotten = (
        Alias.objects.create(department=unit, text=text) for text in ("Fen", "FEN İŐ")
    )
    posted = sent(
        unit, plan, name="Fen İşleri Dairesi", spelling=[str(kept.pk)], reason="Yönetmelik",
        **{"new-text": "Fen D.B", f"plan{plan.pk}-number": "8"},
    )  # fmt: skip
    assert client.post(page_of(unit), posted).url == page_of(unit)

    unit.refresh_from_db()
    assert (unit.name, unit.places.get().number) == ("Fen İşleri Dairesi", "8")
    assert set(unit.aliases.values_list("text", flat=True)) == {"Fen", "Fen D.B"}
    reasons = [
        unit.history.first(), unit.places.get().history.first(),
        Alias.history.filter(id=forgotten.pk).first(),
    ]  # fmt: skip
    assert {each.history_change_reason for each in reasons} == {"Yönetmelik"}
    told = client.get(page_of(unit)).text
    for words in ("Fen D.B", "FEN İŐ", "Yönetmelik", "Fen İşleri Dairesi"):
        assert words in told


def test_a_page_saved_as_it_stands_leaves_no_history(client, plan):
    unit = factories.make_department(plan, "7")
    Alias.objects.create(department=unit, text="Fen")
    client.post(page_of(unit), sent(unit, plan))
    assert unit.history.count() == unit.places.get().history.count() == 1
    assert Alias.history.count() == 1


def test_a_spelling_added_meanwhile_is_not_forgotten(client, plan):
    unit = factories.make_department(plan, "7")
    posted = sent(unit, plan)
    Alias.objects.create(department=unit, text="Arada eklendi")
    client.post(page_of(unit), posted)
    assert unit.aliases.get().text == "Arada eklendi"


def test_a_spelling_of_another_unit_is_refused_and_the_name_is_not_saved(client, plan):
    unit = factories.make_department(plan, "7", name="Fen")
    other = factories.make_department(plan, "8")
    Alias.objects.create(department=other, text="Park D.B")
    response = client.post(page_of(unit), sent(unit, plan, name="Yeni", **{"new-text": "PARK d.b"}))
    assert "“PARK d.b” zaten var." in response.text
    unit.refresh_from_db()
    assert unit.name == "Fen" and unit.aliases.count() == 0


def test_a_unit_with_activities_keeps_its_number(client, plan):
    unit = factories.make_department(plan, "7", name="Fen")
    posted = sent(unit, plan, **{f"plan{plan.pk}-number": ""})
    activity = factories.make_activity(plan, unit)
    assert "Fen" in client.post(page_of(unit), posted).text
    assert unit.places.exists()
    activity.delete()
    client.post(page_of(unit), posted)
    assert not unit.places.exists()


def test_a_number_is_asked_for_in_every_plan(client, plan):
    unit = factories.make_department(plan, "7")
    later = factories.make_plan(name="Sonraki", first_year=2027, last_year=2029)
    client.post(page_of(unit), sent(unit, plan, **{f"plan{later.pk}-number": "3"}))
    numbers = dict(unit.places.values_list("plan__name", "number"))
    assert numbers == {"Plan": "7", "Sonraki": "3"}


def test_a_department_with_branches_becomes_no_branch(client, plan):
    unit, other = factories.make_department(plan, "7"), factories.make_department(plan, "8")
    factories.make_department(parent=unit)
    assert client.post(page_of(unit), sent(unit, plan, parent=other.pk)).status_code == 200
    unit.refresh_from_db()
    assert unit.parent is None


# --- Deleting ---


def test_a_unit_that_nothing_hangs_on_is_deleted_with_what_is_its_own(client, plan):
    unit = factories.make_department(plan, "7")
    Alias.objects.create(department=unit, text="Fen")
    assert client.post(f"{page_of(unit)}delete/", {"reason": "Yanlış"}).url == UNITS
    assert not Department.objects.exists() and not Alias.objects.exists()
    assert Department.history.first().history_change_reason == "Yanlış"


def test_what_keeps_a_unit_is_said(client, plan):
    unit = factories.make_department(plan, "7")
    factories.make_activity(plan, unit)
    factories.make_department(parent=unit)
    page = client.get(page_of(unit)).text
    assert "1 faaliyet, 1 şube" in page
    assert client.post(f"{page_of(unit)}delete/", {}).url == page_of(unit)
    assert Department.objects.filter(pk=unit.pk).exists()


# --- Merging ---


@pytest.fixture
def two(plan):
    going, staying = (
        factories.make_department(plan, number, name=name)
        for number, name in (("9", "Sağlık"), ("10", "Sosyal"))
    )
    factories.make_indicator(factories.make_activity(plan, going, "1.1.1"), target=1)
    return going, staying


def test_what_would_move_is_shown_and_nothing_moves(client, two):
    going, staying = two
    page = client.get(f"{page_of(going)}merge/", {"into": staying.pk})
    assert {line.label for line in page.context["prospect"].lines} >= {"faaliyet", "gösterge"}
    assert "“Sağlık”" in page.text and "Sosyal" in page.text
    assert Department.objects.filter(pk=going.pk).exists()


def test_a_reason_is_needed_and_then_one_unit_remains(client, two):
    going, staying = two
    address = f"{page_of(going)}merge/"
    assert "Bu alan zorunludur." in client.post(address, {"into": staying.pk, "reason": " "}).text
    assert Department.objects.filter(pk=going.pk).exists()

    answer = client.post(address, {"into": staying.pk, "reason": "Birleştiler"})

    assert answer.url == page_of(staying)
    assert not Department.objects.filter(pk=going.pk).exists()
    assert "Birleştiler" in client.get(page_of(staying)).text


def test_what_forbids_it_is_said_and_no_button_is_offered(client, plan, two):
    going, staying = two
    factories.make_activity(plan, staying, "1.1.1")
    address = f"{page_of(going)}merge/"
    page = client.get(address, {"into": staying.pk})
    assert "1.1.1" in page.text and 'name="reason"' not in page.text
    refused = client.post(address, {"into": staying.pk, "reason": "Yine de"})
    assert 'role="alert"' in refused.text
    assert Department.objects.filter(pk=going.pk).exists()


# --- Two municipalities ---


def test_another_municipalitys_units_are_neither_shown_nor_offered_nor_changed(client, plan, two):
    going, _staying = two
    there = Municipality.objects.create(name="Adana")
    foreign = factories.make_department(name="Yabancı birim", municipality=there)

    for address in (UNITS, page_of(going), f"{page_of(going)}merge/"):
        assert "Yabancı birim" not in client.get(address).text
    for address in (page_of(foreign), f"{page_of(foreign)}merge/", f"{page_of(foreign)}delete/"):
        assert client.post(address, {"name": "Ele geçti"}).status_code == 404
    for way in (client.get, client.post):
        told = way(f"{page_of(going)}merge/", {"into": foreign.pk, "reason": "x"})
        assert "Yabancı birim" not in told.text
    client.post(page_of(going), sent(going, plan, parent=foreign.pk))
    going.refresh_from_db()
    assert going.parent is None
    foreign.refresh_from_db()
    assert foreign.name == "Yabancı birim"


def test_an_administrator_of_both_stands_in_one(plan, two):
    there = Municipality.objects.create(name="Adana")
    foreign = factories.make_department(name="Yabancı birim", municipality=there)
    person = factories.make_user("administrator", municipality=there)
    memberships.put(person, plan.municipality, role="administrator")
    client = Client()
    client.force_login(person)
    client.get("/plans/p/", follow=True)
    assert client.get(page_of(foreign)).status_code == 404
    assert client.get(page_of(two[0])).status_code == 200
