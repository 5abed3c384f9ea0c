"""Activities and indicators of a plan in the settings: listed, added, changed, taken out of use."""

import re

import pytest
from django.test import Client

from activities.models import Activity, Institution, Municipality
from indicators.models import FindingAnswer, Indicator, Target
from tests import factories

pytestmark = pytest.mark.django_db
YEAR = factories.YEAR


@pytest.fixture
def plan():
    return factories.make_plan(slug="p")


@pytest.fixture
def unit(plan):
    return factories.make_department(plan, "4", name="Ulaşım Dairesi")


@pytest.fixture
def activity(plan, unit):
    return factories.make_activity(plan, unit, "4.4.2", title="Işıklı durak yapılması")


def signed_in(role):
    client = Client()
    client.force_login(factories.make_user(role))
    return client


@pytest.fixture
def reviewer(plan):
    return signed_in("reviewer")


@pytest.fixture
def administrator(plan):
    return signed_in("administrator")


BASE = "/settings/plans/p/activities/"


def at(row, end=""):
    part = "indicators/" if isinstance(row, Indicator) else ""
    return f"{BASE}{part}{row.pk}/{end}"


def shown(response):
    """Return what a form of a page would send as it stands."""
    text = re.search(r'<form class="sheet pad.*?</form>', response.text, re.S)[0]
    found = {}
    for tag in re.findall(r"<input[^>]*>", text):
        has = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        if has.get("type") != "checkbox" or " checked" in tag:
            usual = "on" if has.get("type") == "checkbox" else ""
            found.setdefault(has["name"], []).append(has.get("value", usual))
    for name, inner in re.findall(r'<select name="(\w+)".*?>(.*?)</select>', text, re.S):
        chosen = re.search(r'value="([^"]*)" selected', inner)
        found[name] = [chosen[1] if chosen else ""]
    for name, inner in re.findall(r'<textarea name="([\w-]+)"[^>]*>(.*?)</textarea>', text, re.S):
        found[name] = [inner.strip()]
    return {name: values if len(values) > 1 else values[0] for name, values in found.items()}


def edit(client, row, **changes):
    """Open a row's page, change what is told and send it; ``None`` takes a tick out."""
    sent = shown(client.get(at(row))) | changes
    return client.post(at(row), {k: v for k, v in sent.items() if v is not None})


# --- The list ------------------------------------------------------------------------------------


def test_the_list_is_found_by_folded_words_and_narrowed_by_unit(plan, unit, activity, reviewer):
    factories.make_indicator(activity, name="Kadınların kullandığı durak")
    other = factories.make_department(plan, "5", name="Sağlık Dairesi")
    factories.make_activity(plan, other, "5.1.1", title="Tarama")

    def found(query):
        return [
            code for code in ("4.4.2", "5.1.1") if f">{code}<" in reviewer.get(BASE + query).text
        ]

    assert found("") == ["4.4.2", "5.1.1"]
    assert found("?q=ISIKLI") == ["4.4.2"]
    assert found("?q=kadin+durak") == ["4.4.2"]
    assert found("?q=saglik") == ["5.1.1"]
    assert found("?q=5.1") == ["5.1.1"]
    assert found("?unit=4") == ["4.4.2"]
    assert found("?unit=4&q=tarama") == []
    assert found("?page=99") == ["4.4.2", "5.1.1"]


def test_a_department_is_listed_with_its_branches(plan, unit, reviewer):
    branch = factories.make_department(plan, "4.1", parent=unit)
    factories.make_department(plan, "41")
    factories.make_activity(plan, branch, "4.1.9")
    factories.make_activity(plan, plan.units.get(number="41").department, "4.1.8")
    text = reviewer.get(f"{BASE}?unit=4").text
    assert ">4.1.9<" in text and ">4.1.8<" not in text


def test_the_list_costs_the_same_however_long(plan, unit, reviewer, django_assert_num_queries):
    def make(number):
        for _each in range(number):
            row = factories.make_indicator(factories.make_activity(plan, unit), target=5)
            factories.make_target(row, 6, year=YEAR + 1)

    make(2)
    reviewer.get(BASE)
    # session; person; the plan with those beside it; her memberships and units; units of the
    # plan; ids of the activities that fit; the municipality's plans and the years with reports
    # (menu); activities with their units and goals; indicators; targets
    for more in (0, 20):
        make(more)
        with django_assert_num_queries(QUERIES_OF_THE_LIST):
            reviewer.get(BASE)


QUERIES_OF_THE_LIST = 11


# --- Activities ----------------------------------------------------------------------------------


def test_an_activity_is_added_with_a_proposed_code_and_its_units(plan, unit, activity, reviewer):
    helper = factories.make_department(plan, "5")
    body = Institution.objects.create(name="Kent Konseyi", municipality=plan.municipality)
    sent = {
        "department": unit.pk,
        "objective": activity.objective_id,
        "title": "Gece seferi",
        "responsible": [f"department:{unit.pk}"],
        "supporting": [f"institution:{body.pk}", f"department:{helper.pk}"],
    }
    response = reviewer.post(f"{BASE}add/", sent)

    made = Activity.objects.get(title="Gece seferi")
    assert response.url == at(made)
    assert (made.code, made.objective, made.position) == ("4.4.3", activity.objective, 2)
    rows = [(each.role, str(each)) for each in made.unit_roles.all()]
    assert set(rows) == {
        ("responsible", "Ulaşım Dairesi"),
        ("supporting", str(body)),
        ("supporting", str(helper)),
    }
    assert made.history.get().history_user is not None


def test_a_goal_that_is_new_is_made_with_its_title(plan, unit, reviewer):
    sent = {
        "department": unit.pk,
        "title": "Gece seferi",
        "new_goal": "9.2",
        "new_goal_title": "Gece hayatı güvenlidir",
    }
    reviewer.post(f"{BASE}add/", sent)

    made = Activity.objects.get(title="Gece seferi")
    assert (made.code, made.objective.code) == ("9.2.1", "9.2")
    assert made.objective.title == "Gece hayatı güvenlidir"
    assert made.objective.parent.code == "9"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"title": ""}, "title"),
        ({"code": "4.4.2"}, "code"),  # the unit has it
        ({"code": "dört"}, "code"),
        ({"objective": ""}, "code"),  # nothing to propose one from
        ({"new_goal": "9.2"}, "new_goal"),  # beside a chosen one
        ({"objective": "", "new_goal": "x"}, "new_goal"),
        ({"supporting": ["institution:999999"]}, "supporting"),
        ({"department": "999999"}, "department"),
    ],
)
def test_a_wrong_activity_is_told_at_its_field_and_nothing_is_lost(
    plan, unit, activity, reviewer, wrong, field
):
    sent = {
        "department": unit.pk,
        "objective": activity.objective_id,
        "title": "Gece seferi",
        "responsible_text": "ULAŞIM D.B",
    }
    response = reviewer.post(f"{BASE}add/", sent | wrong)

    assert response.status_code == 200
    assert set(response.context["form"].errors) == {field}
    assert "ULAŞIM D.B" in response.text
    assert not Activity.objects.filter(title="Gece seferi").exists()
    assert plan.objectives.count() == 2


def test_a_changed_activity_keeps_who_and_why(activity, reviewer):
    response = edit(reviewer, activity, title="Başka ad", reason="Meclis kararı")

    assert response.status_code == 302
    activity.refresh_from_db()
    assert activity.title == "Başka ad"
    newest = activity.history.first()
    assert newest.history_change_reason == "Meclis kararı" and newest.history_user
    assert activity.history.count() == 2


def test_of_two_people_on_one_activity_the_later_is_told(activity, reviewer, administrator):
    sent = shown(reviewer.get(at(activity)))
    edit(administrator, activity, title="Öbürünün adı")

    late = reviewer.post(at(activity), sent | {"title": "Benim adım"})

    assert late.status_code == 200
    assert "Öbürünün adı" in late.text and "Benim adım" in late.text
    activity.refresh_from_db()
    assert activity.title == "Öbürünün adı"
    reviewer.post(at(activity), shown(late))
    activity.refresh_from_db()
    assert activity.title == "Benim adım"


def test_units_are_taken_out_and_the_others_stay_as_they_are(plan, unit, activity, reviewer):
    first, second = (factories.make_department(plan) for _each in range(2))
    for place, each in enumerate((first, second)):
        activity.unit_roles.create(role="supporting", department=each, position=place)
    kept = activity.unit_roles.get(department=second).pk

    edit(reviewer, activity, supporting=[f"department:{second.pk}", f"department:{unit.pk}"])

    rows = list(activity.unit_roles.order_by("position").values_list("pk", "department"))
    assert rows[0] == (kept, second.pk) and rows[1][1] == unit.pk and len(rows) == 2


def test_an_activity_with_nothing_is_deleted_one_with_values_taken_out_of_use(
    plan, unit, activity, reviewer
):
    row = factories.make_indicator(activity, target=10, realization=5)
    empty = factories.make_activity(plan, unit, "4.4.9")
    factories.make_period(plan)

    assert reviewer.post(at(empty, "delete/")).status_code == 302
    assert not Activity.objects.filter(pk=empty.pk).exists()

    told = reviewer.post(at(activity, "delete/"))
    assert told.status_code == 200 and told.context["error"]
    row.refresh_from_db()
    assert row.retired_on is None
    reviewer.post(at(activity, "delete/"), {"reason": "Yapılmayacak"})
    row.refresh_from_db()
    assert row.retired_on and row.history.first().history_change_reason == "Yapılmayacak"
    assert row.realizations.exists()


# --- Indicators ----------------------------------------------------------------------------------


def test_an_indicator_is_added_with_numbers_as_they_are_typed_in_turkey(activity, reviewer):
    sent = {
        "name": "Işıklı durak sayısı", "measure": "count", "kind": "level", "kind_confirmed": "on",
        "direction": "increase", "reported_as": "increment", "weight": "1,5", "written": "1.234,5",
        f"target-{YEAR}-written": "2.000", f"target-{YEAR + 1}-written": "-",
    }  # fmt: skip
    response = reviewer.post(at(activity, "indicators/add/"), sent)

    assert response.status_code == 302
    row = Indicator.objects.get()
    assert (str(row.baseline), row.baseline_text) == ("1234.5000", "1.234,5")
    assert (row.kind, row.kind_confirmed, row.reported_as, row.position) == (
        "level", True, "increment", 1,
    )  # fmt: skip
    assert row.weight == 3 / 2
    targets = {each.year: (each.value, each.text) for each in row.targets.all()}
    assert targets == {YEAR: (2000, "2.000"), YEAR + 1: (None, "-")}


@pytest.mark.parametrize(
    ("wrong", "where"),
    [
        ({"name": ""}, "name"),
        ({"name": "DURAK SAYISI"}, "name"),  # in another spelling it is there
        ({"weight": "-1"}, "weight"),
        ({"weight": "%5"}, "weight"),
        ({"written": "1,234.56"}, "written"),
        ({f"target-{YEAR}-written": "1e5"}, f"target-{YEAR}"),
    ],
)
def test_a_wrong_indicator_is_told_at_its_field_and_nothing_is_lost(
    activity, reviewer, wrong, where
):
    factories.make_indicator(activity, name="Durak sayısı")
    sent = {
        "name": "Yeni gösterge", "measure": "other", "unit": "kilometrekare", "kind": "count",
        "direction": "increase", "reported_as": "total", "weight": "1",
    }  # fmt: skip
    response = reviewer.post(at(activity, "indicators/add/"), sent | wrong)

    assert response.status_code == 200
    sheet = response.context["sheet"]
    found = set(sheet.form.errors) | {each.prefix for each in sheet.targets if each.errors}
    assert found == {where}
    assert "kilometrekare" in response.text
    assert Indicator.objects.count() == 1


@pytest.fixture
def row(plan, activity):
    """58 for a target of 60, from 50 on: as a level (58 − 50) / (60 − 50) = 80 %."""
    return factories.make_indicator(
        activity, name="Durak sayısı", kind="level", kind_confirmed=True,
        baseline=50, target=60, realization=58,
    )  # fmt: skip


def test_a_change_is_shown_with_its_arithmetic_before_it_is_stored(plan, row, reviewer):
    factories.make_period(plan)
    # (58 − 50) / (60 − 50) = 80 %; with a target of 66: 8 / 16 = 50 %
    changes = {f"target-{YEAR}-written": "66", "reason": "Meclis kararı"}
    look = edit(reviewer, row, **changes)

    assert "%80,0 → <b>%50,0</b>" in look.text
    assert "(58 − 50) ÷ (60 − 50) = %80,0" in look.text
    assert "(58 − 50) ÷ (66 − 50) = %50,0" in look.text
    assert row.targets.get().value == 60

    assert reviewer.post(at(row), shown(look)).status_code == 302
    target = row.targets.get()
    assert (target.value, target.text, target.change_reason) == (66, "66", "Meclis kararı")
    assert target.history.first().history_change_reason == "Meclis kararı"


def test_what_was_looked_at_is_stored_and_nothing_else(plan, row, reviewer):
    factories.make_period(plan)
    look = edit(reviewer, row, **{f"target-{YEAR}-written": "66", "reason": "Meclis kararı"})

    # The looked-at form is sent with yet another number.
    again = reviewer.post(at(row), shown(look) | {f"target-{YEAR}-written": "70"})

    assert "%80,0 → <b>%40,0</b>" in again.text  # 8 / 20
    assert row.targets.get().value == 60


@pytest.mark.parametrize("state", ["open", "closed"])
@pytest.mark.parametrize(
    ("change", "after"),
    [
        ({f"target-{YEAR}-written": "62"}, "%66,7"),  # 8 / 12
        ({"written": "54"}, "%66,7"),  # 4 / 6
        ({"kind": "count"}, "%96,7"),  # 58 / 60
        ({"direction": "decrease"}, "%100,0"),  # A ≤ B: 58 ≤ 60
        ({"reported_as": "increment"}, "%580,0"),  # 50 + 58 − 50, by 10
        ({"is_retired": "on"}, None),
        ({"weight": "2"}, None),
    ],
)
def test_in_a_running_year_each_such_change_needs_a_reason(
    plan, row, reviewer, state, change, after
):
    factories.make_period(plan, state=state)

    asked = edit(reviewer, row, **change)
    assert set(asked.context["form"].errors) == {"reason"}
    assert after is None or f"→ <b>{after}</b>" in asked.text
    assert row.history.count() == 1 and row.targets.get().history.count() == 1

    given = reviewer.post(at(row), shown(asked) | {"reason": "Meclis kararı"})
    if given.status_code == 200:  # a year that turns up only now is looked at first
        given = reviewer.post(at(row), shown(given))
    assert given.status_code == 302
    assert row.history.count() + row.targets.get().history.count() == 3


@pytest.mark.parametrize(
    "change", [{f"target-{YEAR}-written": "62"}, {"written": "54"}, {"is_retired": "on"}]
)
def test_a_published_year_is_an_administrators(plan, row, reviewer, administrator, change):
    row.realizations.update(state="approved")
    factories.make_published_year(plan)

    refused = edit(reviewer, row, **change, reason="Meclis kararı")
    assert refused.status_code == 200 and refused.context["sheet"].has_errors
    assert row.history.count() == 1 and row.targets.get().history.count() == 1

    looked = edit(administrator, row, **change, reason="Meclis kararı")
    assert looked.status_code == 200 and not looked.context["sheet"].has_errors
    assert administrator.post(at(row), shown(looked)).status_code == 302


def test_before_its_year_begins_a_row_changes_freely(plan, row, reviewer):
    row.realizations.all().delete()
    assert edit(reviewer, row, **{f"target-{YEAR}-written": "62"}).status_code == 302
    assert row.targets.get().value == 62


def test_a_row_taken_out_of_use_comes_back(plan, row, reviewer):
    factories.make_period(plan)
    looked = edit(reviewer, row, is_retired="on", reason="Yapılmayacak")
    assert "%80,0 → <b>hiçbir yerde sayılmaz</b>" in looked.text
    reviewer.post(at(row), shown(looked))
    row.refresh_from_db()
    assert row.retired_on

    looked = edit(reviewer, row, is_retired=None, reason="Yapılacak")
    assert "hiçbir yerde sayılmaz → <b>%80,0</b>" in looked.text
    reviewer.post(at(row), shown(looked))
    row.refresh_from_db()
    assert row.retired_on is None


def test_of_two_people_on_one_indicator_the_later_is_told(plan, row, reviewer, administrator):
    sent = shown(reviewer.get(at(row)))
    edit(administrator, row, **{f"target-{YEAR + 1}-written": "77"})

    late = reviewer.post(at(row), sent | {"name": "Benim adım"})

    assert late.status_code == 200
    assert late.context["form"].non_field_errors()
    row.refresh_from_db()
    assert row.name == "Durak sayısı"
    # What she sends next is what the page shows: the other's number was never hers to lose.
    reviewer.post(at(row), shown(late))
    row.refresh_from_db()
    assert row.name == "Benim adım"


def test_an_indicator_with_values_or_answers_stays_one_without_is_deleted(plan, row, reviewer):
    assert "Benim" not in reviewer.get(at(row, "delete/")).text
    reviewer.post(at(row, "delete/"))
    assert Indicator.objects.filter(pk=row.pk).exists()

    asked = factories.make_indicator(row.activity, target=5)
    answer = FindingAnswer.objects.create(
        plan=plan, year=YEAR, code="text", finding="x", answer="as_written"
    )
    answer.indicators.add(asked)
    reviewer.post(at(asked, "delete/"))
    assert Indicator.objects.filter(pk=asked.pk).exists()

    free = factories.make_indicator(row.activity, target=5)
    reviewer.post(at(free, "delete/"), {"reason": "İki kez girilmiş"})
    assert not Indicator.objects.filter(pk=free.pk).exists()
    kept = Indicator.history.filter(id=free.pk).first()
    assert (kept.history_type, kept.history_change_reason) == ("-", "İki kez girilmiş")


def test_a_target_of_a_year_that_is_over_keeps_its_indicator(plan, activity, reviewer):
    row = factories.make_indicator(activity, target=5)
    factories.make_period(plan, state="closed")
    reviewer.post(at(row, "delete/"))
    assert Indicator.objects.filter(pk=row.pk).exists()


# --- Who, and whose ------------------------------------------------------------------------------


def test_the_menu_leads_a_reviewer_to_her_sections(plan, reviewer):
    assert 'href="/settings/"' in reviewer.get("/").text
    assert reviewer.get("/settings/", follow=True).status_code == 200
    text = reviewer.get(BASE).text
    assert f'href="{BASE}" aria-current="page"' in text
    assert 'href="/plans/p/kinds/"' in text and "municipality/" not in text


def test_who_sees_the_link_can_open_it_before_there_is_a_plan():
    Municipality.objects.the_only()
    for role in ("reviewer", "administrator", "reader"):
        client = signed_in(role)
        leads = 'href="/settings/"' in client.get("/").text
        assert (client.get("/settings/", follow=True).status_code == 200) is leads
        assert leads is (role != "reader")


def test_nothing_of_another_municipality_is_offered_or_reached(plan, unit, activity, reviewer):
    there = Municipality.objects.create(name="Adana")
    foreign = factories.make_plan(slug="a", municipality=there)
    theirs = factories.make_department(foreign, "4", name="Adananın dairesi")
    body = Institution.objects.create(name="Adananın barosu", municipality=there)
    other = factories.make_activity(foreign, theirs, "4.4.2", title="Adananın faaliyeti")
    row = factories.make_indicator(other, target=5)

    for address in (BASE, f"{BASE}add/", at(activity)):
        assert "Adana" not in reviewer.get(address).text
    for address in (at(other), at(row), at(other, "indicators/add/"), at(row, "delete/")):
        assert reviewer.get(address).status_code == 404
        assert reviewer.post(address, {"title": "x"}).status_code == 404
    assert reviewer.get("/settings/plans/a/activities/").status_code == 404
    for wrong in ({"department": theirs.pk}, {"supporting": [f"institution:{body.pk}"]}):
        sent = {"department": unit.pk, "objective": activity.objective_id, "title": "Sızan"}
        assert reviewer.post(f"{BASE}add/", sent | wrong).status_code == 200
    sent = {"department": unit.pk, "objective": other.objective_id, "title": "Sızan"}
    assert reviewer.post(f"{BASE}add/", sent).status_code == 200
    assert not Activity.objects.filter(title="Sızan").exists()
    assert Target.objects.count() == 1
