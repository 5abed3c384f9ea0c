"""The administration: everything is entered and corrected there, and nothing gets by its rules."""

import datetime
import io
import re
from decimal import Decimal

import openpyxl
import pytest
from axes.models import AccessAttempt
from django.contrib import admin
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.rights import ADMINISTRATOR, REVIEWER
from activities import admin_base
from activities.admin_base import SafeCSV, defuse
from activities.admin_base import key_clashes as admin_base_key_clashes
from activities.models import (
    Activity,
    ActivityTag,
    ActivityUnit,
    Alias,
    Department,
    Extension,
    Institution,
    Objective,
    Period,
    Plan,
    PlanDepartment,
    Tag,
)
from imports.models import ColumnMapping, ImportBatch
from indicators.forms import AmountField, CellField
from indicators.models import (
    Edition,
    FindingAnswer,
    Indicator,
    IndicatorTag,
    IndicatorUnit,
    Notice,
    Realization,
    Target,
)
from mail import sending
from tests.factories import make_edition, make_extension, make_indicator, make_notice, make_tag

pytestmark = pytest.mark.django_db
# What nobody makes by hand.
READ_ONLY = ("ImportBatch", "ColumnMapping", "FindingAnswer", "Edition", "Notice")
BACKEND = "django.contrib.auth.backends.ModelBackend"


# --- what the tests stand on ---


@pytest.fixture
def administrator():
    person = User.objects.create_user("yonetici", password="uzun-bir-parola", is_staff=True)
    person.groups.add(Group.objects.get(name=ADMINISTRATOR))
    return person


@pytest.fixture
def staff(client, administrator):
    client.force_login(administrator, backend=BACKEND)
    return client


@pytest.fixture
def department():
    return Department.objects.create(name="Işıklar Dairesi Başkanlığı", short_name="Işıklar")


@pytest.fixture
def plan(department):
    plan = Plan.objects.create(name="Eylem Planı", slug="plan", first_year=2024, last_year=2026)
    for year, state in ((2024, "closed"), (2025, "open"), (2026, "planned")):
        Period.objects.create(plan=plan, year=year, state=state)
    PlanDepartment.objects.create(plan=plan, department=department, number="1")
    return plan


@pytest.fixture
def activity(plan, department):
    objective = Objective.objects.create(plan=plan, code="4")
    goal = Objective.objects.create(plan=plan, code="4.4", parent=objective)
    return Activity.objects.create(
        plan=plan, department=department, objective=goal, code="4.4.2", title="İzmir yolu"
    )


@pytest.fixture
def indicator(activity):
    return Indicator.objects.create(
        activity=activity, name="Iğdır seferi sayısı", baseline=Decimal(5), baseline_text="5"
    )


def page(model, name, *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{name}", args=args)


def form_data(response):
    """Return what a browser would send of a change page on which nothing is touched."""
    forms = [response.context["adminform"].form]
    for formset in response.context["inline_admin_formsets"]:
        forms += [formset.formset.management_form, *formset.formset.forms]
    data = {}
    for form in forms:
        for field in form:
            value = field.value()
            if value is True:
                data[field.html_name] = "on"
            elif value is not None and value is not False:
                data[field.html_name] = value
    return data


def edit(staff, row, /, **changes):
    """Open a change page, fill some fields in, save; return the response and its errors."""
    address = page(type(row), "change", row.pk)
    data = form_data(staff.get(address))
    data.update({name.replace("__", "-"): value for name, value in changes.items()})
    response = staff.post(address, data)
    return response, errors_of(response)


def errors_of(response):
    if response.status_code == 302:
        return ""
    return str(response.context["errors"])


def add_values(indicator, **values):
    return Realization.objects.create(indicator=indicator, year=2024, **values)


# --- who comes in ---


@pytest.mark.parametrize("address", ["/admin/", "/admin/activities/plan/", "/admin/login/"])
def test_a_stranger_is_sent_to_our_login(client, address):
    response = client.get(address, follow=True)

    assert response.redirect_chain[-1][0].startswith("/accounts/login/?next=/admin/")


def test_a_person_who_is_not_staff_gets_our_403_page(client):
    client.force_login(User.objects.create_user("okur"), backend=BACKEND)

    response = client.get("/admin/", follow=True)

    assert response.status_code == 403
    assert 'lang="tr"' in response.text


@pytest.mark.parametrize("model", list(admin.site._registry))
def test_staff_without_permissions_see_and_export_nothing(client, model):
    client.force_login(User.objects.create_user("memur", is_staff=True), backend=BACKEND)

    assert client.get(page(model, "changelist")).status_code == 403
    if model is not Group:
        assert client.post(page(model, "export"), {"format": "1"}).status_code == 403


def test_a_staff_person_at_the_admin_login_is_sent_on(staff):
    assert staff.get("/admin/login/").url == "/admin/"


def test_administrators_do_not_see_groups(staff):
    assert staff.get(page(Group, "changelist")).status_code == 403
    assert staff.get(page(Group, "change", Group.objects.first().pk)).status_code == 403


# --- every page ---


@pytest.mark.parametrize("model", [m for m in admin.site._registry if m is not Group])
def test_every_page_opens_and_has_nothing_inline(staff, model, plan, indicator):
    Institution.objects.create(name="STK'lar", is_group=True)
    Target.objects.create(indicator=indicator, year=2024, value=3, text="3")
    add_values(indicator, value=0, text="0")
    names = ["changelist", "export"]
    make_extension(), make_tag(), make_edition(plan), make_notice()
    row = model.objects.order_by("pk").last()
    addresses = [page(model, name) for name in names]
    if model.__name__ not in READ_ONLY:
        addresses += [page(model, "add"), page(model, "change", row.pk)]
        addresses += [page(model, "history", row.pk)]
        if version := row.history.first():
            addresses.append(page(model, "simple_history", row.pk, version.pk))
    for address in addresses:
        response = staff.get(address)
        assert response.status_code == 200, address
        assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", response.text)


def test_what_imports_and_answers_left_is_read_only(staff, plan, indicator):
    answer = FindingAnswer.objects.create(plan=plan, year=2024, finding="text:1", answer="right")
    answer.indicators.add(indicator)
    batch = ImportBatch.objects.create(
        plan=plan, year=2024, file_name="a.txt", digest="0" * 64, reader="text",
        counts={"new": 1}, changes=[{"kind": "new", "department": "1", "code": "4.4.2"}],
    )  # fmt: skip
    mapping = ColumnMapping.objects.create(shape="a", headers=["Kod"], columns={"Kod": "code"})

    for row in (answer, batch, mapping):
        assert staff.get(page(type(row), "changelist")).status_code == 200
        shown = staff.get(page(type(row), "change", row.pk))
        assert shown.status_code == 200
        assert 'name="_save"' not in shown.text
        assert staff.post(page(type(row), "change", row.pk), {"answer": "x"}).status_code == 403
        assert staff.get(page(type(row), "history", row.pk)).status_code == 200


def test_import_pages_open_and_have_nothing_inline(staff):
    for model in (Department, Institution):
        response = staff.get(page(model, "import"))

        assert response.status_code == 200
        assert not re.search(r"<style|\sstyle=|\son\w+=", response.text)


# session, user, user's permissions, group's permissions, count, rows, and a query for each
# filter whose choices are in the database
LIST_MODELS = [
    Plan,
    Department,
    Institution,
    Objective,
    Activity,
    Indicator,
    Target,
    Realization,
    User,
    Extension,
    Tag,
    Edition,
    Notice,
]


@pytest.mark.parametrize("model", LIST_MODELS)
def test_a_list_costs_the_same_for_two_rows_and_for_twenty(
    staff, model, plan, activity, indicator, django_assert_max_num_queries
):
    def grow(numbers):
        for number in numbers:
            make_row(model, number, plan, activity, indicator)

    grow(range(2))
    staff.get(page(model, "changelist"))
    with django_assert_max_num_queries(12) as few:
        staff.get(page(model, "changelist"))
    grow(range(2, 20))
    with django_assert_max_num_queries(len(few)):
        response = staff.get(page(model, "changelist"))

    assert len(response.context["cl"].result_list) >= 18


def make_row(model, number, plan, activity, indicator):
    if model is Plan:
        Plan.objects.create(name="P", slug=f"p{number}", first_year=2020, last_year=2021)
    elif model is User:
        person = User.objects.create(username=f"kisi{number}")
        person.departments.add(activity.department)
    elif model is Objective:
        Objective.objects.create(plan=plan, code=f"5.{number}", parent=activity.objective)
    elif model in (Department, Institution):
        unit = model.objects.create(name=f"Birim {number}")
        Alias.objects.create(**{model._meta.model_name: unit}, text=f"B{number}")
    elif model is Extension:
        unit = Department.objects.create(name=f"Birim {number}")
        make_extension(plan.periods.first(), unit, granted_by=User.objects.first())
    elif model is Tag:
        make_tag(code=f"5.{number + 10}")
    elif model is Edition:
        make_edition(plan, person=User.objects.first())
    elif model is Notice:
        person = User.objects.create(username=f"kisi{number}")
        make_notice(person, plan.periods.first(), department=activity.department)
    else:
        activity = Activity.objects.create(
            plan=plan, department=activity.department, objective=activity.objective,
            code=f"4.4.{number + 10}", title="Faaliyet", position=number,
        )  # fmt: skip
        ActivityUnit.objects.create(
            activity=activity, role="responsible", department=activity.department
        )
        indicator = Indicator.objects.create(activity=activity, name="Sayı")
        Target.objects.create(indicator=indicator, year=2024, value=number)
        Realization.objects.create(
            indicator=indicator, year=2024, value=number, entered_by=User.objects.first()
        )
        ActivityTag.objects.create(activity=activity, tag=make_tag())
        IndicatorTag.objects.create(indicator=indicator, tag=make_tag())


def test_an_activity_page_costs_the_same_for_more_rows(
    staff, activity, django_assert_max_num_queries
):
    def grow(numbers):
        for number in numbers:
            Indicator.objects.create(activity=activity, name=f"Sayı {number}", position=number + 1)
            body = Institution.objects.create(name=f"Kurum {number}")
            ActivityUnit.objects.create(activity=activity, role="supporting", institution=body)
            ActivityTag.objects.create(activity=activity, tag=make_tag())

    address = page(Activity, "change", activity.pk)
    grow(range(2))
    with django_assert_max_num_queries(15) as few:
        staff.get(address)
    grow(range(2, 12))
    with django_assert_max_num_queries(len(few)):
        staff.get(address)


# --- search ---


@pytest.mark.parametrize(
    "typed", ["IĞDIR", "ığdır", "igdir", "Iğdır sef", "4.4", "İZMİR", "ışıklar"]
)
def test_search_finds_turkish_letters_whatever_the_case(staff, indicator, typed):
    response = staff.get(page(Indicator, "changelist"), {"q": typed})

    assert list(response.context["cl"].result_list) == [indicator]


def test_search_finds_a_unit_by_its_alias_once(staff, department):
    Alias.objects.create(department=department, text="Işık D.B")
    Alias.objects.create(department=department, text="Işık Daire")

    response = staff.get(page(Department, "changelist"), {"q": "IŞIK"})

    assert list(response.context["cl"].result_list) == [department]


def test_people_are_found_by_name(staff):
    person = User.objects.create(username="a", first_name="Işıl", last_name="İnce")

    response = staff.get(page(User, "changelist"), {"q": "İNCE IŞIL"})

    assert list(response.context["cl"].result_list) == [person]


def test_units_are_in_turkish_order(staff):
    for name in ("Zabıta", "Şehir", "Çevre", "Cadde", "İtfaiye", "Isı"):
        Department.objects.create(name=name)

    response = staff.get(page(Department, "changelist"))

    found = [unit.name for unit in response.context["cl"].result_list]
    assert found == ["Cadde", "Çevre", "Isı", "İtfaiye", "Şehir", "Zabıta"]


def test_autocomplete_tells_indicators_of_one_name_apart(staff, indicator):
    response = staff.get(
        "/admin/autocomplete/",
        {
            "app_label": "indicators",
            "model_name": "target",
            "field_name": "indicator",
            "term": "IĞDIR",
        },
    )

    [found] = response.json()["results"]
    assert found["text"] == "Işıklar · 4.4.2 · Iğdır seferi sayısı"


# --- numbers as typed ---


@pytest.mark.parametrize(
    ("typed", "value", "text"),
    [
        ("0", 0, "0"),
        ("-", None, "-"),
        ("", None, ""),
        ("okul belli olacak", None, "okul belli olacak"),
        ("1.234,5", Decimal("1234.5"), "1.234,5"),
        ("1 234,5", Decimal("1234.5"), "1 234,5"),
        ("%55,55", Decimal("55.55"), "%55,55"),
        ("1.234", 1234, "1.234"),
        ("12.5", Decimal("12.5"), "12.5"),
        ("−5", -5, "−5"),
    ],
)
def test_a_value_is_stored_and_shown_as_it_was_typed(staff, indicator, typed, value, text):
    row = add_values(indicator, value=7, text="7")

    _response, errors = edit(staff, row, written=typed)
    assert not errors
    row.refresh_from_db()

    assert (row.value, row.text) == (value, text)
    shown = staff.get(page(Realization, "change", row.pk)).context["adminform"].form
    assert shown["written"].value() == text


@pytest.mark.parametrize("typed", ["1,234.56", "1e5", "1_000", "１２", "½", "9" * 400, "1,23456"])
def test_what_is_no_number_is_refused_with_a_sentence_and_stays_in_the_field(
    staff, indicator, typed
):
    row = add_values(indicator, value=7, text="7")

    response, errors = edit(staff, row, written=typed)

    assert errors
    assert response.context["adminform"].form["written"].value() == typed
    row.refresh_from_db()
    assert row.text == "7"


def test_what_is_not_touched_stays_to_the_letter(staff, indicator):
    row = add_values(indicator, value=Decimal("1234.5"), text="")

    _response, errors = edit(staff, row, note="görüldü")
    row.refresh_from_db()

    assert not errors
    assert (row.value, row.text, row.note) == (Decimal("1234.5"), "", "görüldü")


def test_a_baseline_is_kept_in_step_with_its_text(staff, indicator):
    edit(staff, indicator, written="1.234")
    indicator.refresh_from_db()
    assert (indicator.baseline, indicator.baseline_text) == (1234, "1.234")

    edit(staff, indicator, written="-")
    indicator.refresh_from_db()
    assert (indicator.baseline, indicator.baseline_text) == (None, "-")


def test_an_amount_is_shown_as_it_can_be_typed_again():
    field = AmountField()

    shown = field.prepare_value(Decimal("1234.50"))

    assert shown == "1.234,5"
    assert field.clean(shown) == Decimal("1234.5")
    assert not field.has_changed(Decimal("1234.50"), shown)


def test_a_percent_sign_is_no_plain_number():
    with pytest.raises(Exception, match="50"):
        AmountField().clean("%50")
    assert AmountField(percent=True).clean("%50") == 50


def test_an_empty_cell_is_a_cell():
    assert CellField().clean("").value is None


def test_a_weight_is_typed_with_a_comma(staff, indicator):
    edit(staff, indicator, weight="1,5")
    indicator.refresh_from_db()
    assert indicator.weight == Decimal("1.5")

    _response, errors = edit(staff, indicator, weight="-1")
    assert errors


# --- realizations: states, reasons, versions ---


def test_a_value_entered_on_the_indicators_page_is_submitted_by_who_entered_it(
    staff, administrator, indicator
):
    response = staff.get(page(Indicator, "change", indicator.pk))
    data = form_data(response)
    assert [data[f"realizations-{n}-year"] for n in range(3)] == [2024, 2025, 2026]
    data |= {"realizations-1-written": "12"}
    staff.post(page(Indicator, "change", indicator.pk), data)

    [row] = Realization.objects.all()
    assert (row.year, row.value, row.state, row.version) == (2025, 12, "submitted", 1)
    assert row.entered_by == row.submitted_by == administrator
    assert row.submitted_at is not None and row.decided_at is None
    assert row.history.get().history_user == administrator


def test_rows_offered_for_other_years_are_not_saved(staff, indicator):
    _response, errors = edit(staff, indicator, name="Yeni ad")

    assert not errors
    assert not Realization.objects.exists()
    assert not Target.objects.exists()


def test_approving_notes_who_and_when(staff, administrator, indicator):
    row = add_values(indicator, value=7, text="7", state="submitted")

    edit(staff, row, state="approved")
    row.refresh_from_db()

    assert (row.state, row.decided_by, row.version) == ("approved", administrator, 2)
    assert row.decided_at is not None


def test_an_approved_value_changes_only_with_a_reason(staff, indicator):
    row = add_values(indicator, value=7, text="7", state="approved")

    _response, errors = edit(staff, row, written="8")
    assert errors
    _response, errors = edit(staff, indicator, realizations__0__written="8")
    assert errors
    row.refresh_from_db()
    assert row.value == 7

    _response, errors = edit(staff, row, written="8", reason="Tutanak düzeltildi")
    row.refresh_from_db()
    assert not errors
    assert row.value == 8
    assert row.history.first().history_change_reason == "Tutanak düzeltildi"


def test_a_value_of_a_published_year_changes_only_with_a_reason(staff, plan, indicator):
    plan.periods.filter(year=2024).update(state="published")
    row = add_values(indicator, value=7, text="7", state="submitted")

    _response, errors = edit(staff, row, written="8")

    assert errors


def test_of_two_people_the_second_is_told_and_loses_nothing(staff, indicator):
    row = add_values(indicator, value=7, text="7", state="submitted")
    address = page(Realization, "change", row.pk)
    data = form_data(staff.get(address))
    edit(staff, row, written="8")

    response = staff.post(address, data | {"written": "9"})

    row.refresh_from_db()
    assert row.value == 8
    assert "8" in errors_of(response)
    assert response.context["adminform"].form["written"].value() == "9"
    staff.post(address, form_data(response))
    row.refresh_from_db()
    assert (row.value, row.version) == (9, 3)


def test_saving_an_untouched_page_leaves_no_trace(staff, indicator):
    row = add_values(indicator, value=7, text="7", state="submitted")
    edit(staff, row)
    edit(staff, indicator)
    row.refresh_from_db()

    assert row.version == 1
    assert row.history.count() == 1
    assert indicator.history.count() == 1


def test_an_approved_value_is_not_deleted_with_its_indicator(staff, indicator):
    row = add_values(indicator, value=7, text="7", state="approved")

    for owner in (row, indicator, indicator.activity):
        staff.post(page(type(owner), "delete", owner.pk), {"post": "yes"})
    staff.post(
        page(Indicator, "changelist"),
        {"action": "delete_selected", "_selected_action": indicator.pk, "post": "yes"},
    )

    assert Realization.objects.filter(pk=row.pk).exists()


def test_deleting_takes_a_reason_into_the_history(staff, indicator):
    staff.post(
        page(Indicator, "delete", indicator.pk), {"post": "yes", "reason": "İki kez girilmiş"}
    )

    assert not Indicator.objects.exists()
    assert Indicator.history.first().history_change_reason == "İki kez girilmiş"


def test_a_realization_of_another_year_is_refused(staff, indicator):
    response = staff.post(
        page(Realization, "add"),
        {"indicator": indicator.pk, "year": "2031", "written": "1", "state": "submitted"},
    )

    assert "2031" in errors_of(response)


def test_a_second_realization_of_a_year_is_an_error_of_the_form(staff, indicator):
    add_values(indicator, value=1)

    response = staff.post(
        page(Realization, "add"),
        {"indicator": indicator.pk, "year": "2024", "written": "1", "state": "submitted"},
    )

    assert errors_of(response)


# --- targets ---


def test_a_target_of_a_running_year_changes_only_with_a_reason(staff, indicator):
    row = Target.objects.create(indicator=indicator, year=2025, value=5, text="5")

    _response, errors = edit(staff, row, written="6")
    assert errors

    _response, errors = edit(staff, row, written="6", reason="Meclis kararı")
    row.refresh_from_db()
    assert not errors
    assert (row.value, row.text, row.change_reason) == (6, "6", "Meclis kararı")
    assert row.history.first().history_change_reason == "Meclis kararı"


def test_a_target_of_a_year_to_come_changes_freely(staff, indicator):
    row = Target.objects.create(indicator=indicator, year=2026, value=5, text="5")

    _response, errors = edit(staff, indicator, targets__0__written="6")
    row.refresh_from_db()

    assert not errors
    assert row.value == 6


def test_a_target_of_a_running_year_is_not_deleted_alone_but_with_its_indicator(staff, indicator):
    row = Target.objects.create(indicator=indicator, year=2025, value=5, text="5")

    assert staff.post(page(Target, "delete", row.pk), {"post": "yes"}).status_code == 403
    staff.post(page(Indicator, "delete", indicator.pk), {"post": "yes"})

    assert not Target.objects.exists()


# --- activities ---


def new_activity(staff, plan, department, **data):
    empty = {"TOTAL_FORMS": 0, "INITIAL_FORMS": 0}
    formsets = {
        f"{prefix}-{name}": value
        for prefix in ("unit_roles", "tag_rows", "indicators")
        for name, value in empty.items()
    }
    given = {"plan": plan.pk, "department": department.pk, "code": "5.1.2", "title": "Başlık"}
    return staff.post(page(Activity, "add"), formsets | given | data)


def test_an_activitys_goal_follows_from_its_code(staff, plan, department):
    new_activity(staff, plan, department)

    activity = Activity.objects.get()
    assert activity.objective.code == "5.1"
    assert activity.objective.parent.code == "5"
    assert activity.position == 1


def test_a_new_code_brings_its_goal(staff, activity):
    edit(staff, activity, code="6.2.1")
    activity.refresh_from_db()

    assert activity.objective.code == "6.2"


def test_an_activity_takes_indicators_on_its_page(staff, plan, department):
    new_activity(
        staff, plan, department,
        **{
            "indicators-TOTAL_FORMS": 2,
            **{
                f"indicators-{n}-{name}": value
                for n in range(2)
                for name, value in {
                    "name": f"Sayı {n}", "measure": "count", "kind": "count",
                    "direction": "increase", "reported_as": "total", "weight": "1",
                    "written": "%50",
                }.items()
            },
        },
    )  # fmt: skip

    found = Indicator.objects.values_list("position", "name", "baseline", "baseline_text")
    assert list(found) == [(1, "Sayı 0", 50, "%50"), (2, "Sayı 1", 50, "%50")]


def test_a_department_outside_the_plan_owns_no_activity(staff, plan):
    other = Department.objects.create(name="Fen İşleri")

    response = new_activity(staff, plan, other)

    assert "Fen İşleri" in errors_of(response)


@pytest.mark.parametrize("code", ["5", "x", "5..1", "5.1.", "５.1", "5.1.2 "])
def test_a_code_is_written_as_the_plan_prints_it(staff, plan, department, code):
    response = new_activity(staff, plan, department, code=code)

    assert bool(errors_of(response)) == (code.strip() != "5.1.2")


def test_a_second_activity_of_a_code_is_an_error_of_the_form(staff, plan, department, activity):
    assert errors_of(new_activity(staff, plan, department, code="4.4.2"))


def test_a_goal_of_another_plan_is_refused(staff, plan, department):
    other = Plan.objects.create(name="P", slug="p", first_year=2020, last_year=2021)
    goal = Objective.objects.create(plan=other, code="5.1")

    assert errors_of(new_activity(staff, plan, department, objective=goal.pk))


def test_a_role_names_one_unit_only(staff, activity, department):
    body = Institution.objects.create(name="ASHİM")
    role = {
        "unit_roles__TOTAL_FORMS": 1,
        "unit_roles__0__role": "supporting",
        "unit_roles__0__position": 0,
        "unit_roles__0__department": department.pk,
        "unit_roles__0__institution": body.pk,
    }
    _response, errors = edit(staff, activity, **role)
    assert errors

    _response, errors = edit(staff, activity, **role | {"unit_roles__0__department": ""})
    assert not errors
    assert activity.unit_roles.get().institution == body


def test_one_name_in_two_spellings_is_an_error_of_the_form(staff, activity, indicator):
    second = Indicator.objects.create(activity=activity, name="Başka", position=2)

    _response, errors = edit(staff, second, name="IĞDIR SEFERİ SAYISI")
    assert errors
    _response, errors = edit(staff, second, position=1)
    assert errors


def test_a_name_that_somebody_else_takes_meanwhile_is_an_error_of_the_form(
    staff, activity, indicator, monkeypatch
):
    second = Indicator.objects.create(activity=activity, name="Başka", position=2)
    looks = iter([lambda *args: {}])  # the first look still finds the name free
    monkeypatch.setattr(
        admin_base, "key_clashes", lambda *args: next(looks, admin_base_key_clashes)(*args)
    )

    response, errors = edit(staff, second, name="IĞDIR SEFERİ SAYISI")

    assert errors
    assert response.context["adminform"].form["name"].value() == "IĞDIR SEFERİ SAYISI"


def test_own_units_of_an_indicator_are_entered_on_its_page(staff, indicator, department):
    _response, errors = edit(
        staff, indicator,
        unit_roles__TOTAL_FORMS=1, unit_roles__0__role="responsible",
        unit_roles__0__position=0, unit_roles__0__department=department.pk,
    )  # fmt: skip

    assert not errors
    assert IndicatorUnit.objects.get().department == department


def test_kinds_are_confirmed_together_with_history(staff, administrator, indicator):
    staff.post(
        page(Indicator, "changelist"),
        {"action": "confirm_kind", "_selected_action": indicator.pk},
    )

    indicator.refresh_from_db()
    assert indicator.kind_confirmed
    assert indicator.history.first().history_user == administrator


# --- units and plans ---


def test_one_department_in_two_spellings_is_an_error_of_the_form(staff, department):
    empty = {"aliases-TOTAL_FORMS": 0, "aliases-INITIAL_FORMS": 0}

    response = staff.post(page(Department, "add"), {"name": "IŞIKLAR DAİRESİ BAŞKANLIĞI"} | empty)
    assert errors_of(response)
    response = staff.post(page(Department, "add"), {"name": "?!"} | empty)
    assert errors_of(response)


def test_an_alias_leads_to_one_unit(staff, department):
    other = Institution.objects.create(name="ASHİM")
    Alias.objects.create(institution=other, text="Işık")

    _response, errors = edit(staff, department, aliases__TOTAL_FORMS=1, aliases__0__text="ışık")
    assert errors
    _response, errors = edit(
        staff, department,
        aliases__TOTAL_FORMS=2, aliases__0__text="Nur", aliases__1__text="NUR",
    )  # fmt: skip
    assert errors


def test_a_department_is_no_branch_of_itself_nor_of_a_branch(staff, department):
    branch = Department.objects.create(name="Şube", parent=department)
    other = Department.objects.create(name="Fen İşleri")

    for parent in (department, branch, other):
        _response, errors = edit(staff, department, parent=parent.pk)
        assert errors


def test_a_unit_with_activities_is_not_deleted_and_the_page_says_so(staff, department, activity):
    response = staff.post(page(Department, "delete", department.pk), {"post": "yes"})

    assert response.status_code == 200
    assert response.context["protected"]
    assert Department.objects.filter(pk=department.pk).exists()


def test_a_new_plan_has_a_period_for_each_year(staff):
    response = staff.post(
        page(Plan, "add"),
        {
            "name": "YEEP", "short_name": "YEEP", "slug": "yeep", "first_year": 2027,
            "last_year": 2029, "method": "by_kind", "unreported": "skip", "band_achieved": "100",
            "band_mostly": "82,5", "band_partly": "50",
            "units-TOTAL_FORMS": 0, "units-INITIAL_FORMS": 0,
            "periods-TOTAL_FORMS": 0, "periods-INITIAL_FORMS": 0,
        },
    )  # fmt: skip

    assert not errors_of(response)
    plan = Plan.objects.get(slug="yeep")
    assert plan.band_mostly == Decimal("82.5")
    assert [period.year for period in plan.periods.all()] == [2027, 2028, 2029]


def test_years_with_values_stay_in_the_plan(staff, plan, indicator):
    Target.objects.create(indicator=indicator, year=2026, value=1)

    _response, errors = edit(staff, plan, last_year=2025)

    assert errors


def test_a_band_begins_below_the_one_above(staff, plan):
    _response, errors = edit(staff, plan, band_mostly="100")
    assert errors
    _response, errors = edit(staff, plan, band_mostly="1e1")
    assert errors


def test_a_unit_with_activities_stays_in_the_plan(staff, plan, activity):
    _response, errors = edit(staff, plan, units__0__DELETE="on")
    assert errors
    assert PlanDepartment.objects.filter(plan=plan).exists()


@pytest.mark.parametrize("number", ["7/1", "a", "7.", ""])
def test_a_units_number_is_written_as_printed(staff, plan, number):
    _response, errors = edit(staff, plan, units__0__number=number)

    assert errors


def test_a_period_closes_after_it_opens(staff, plan):
    _response, errors = edit(
        staff, plan, periods__0__opens_on="2025-02-01", periods__0__closes_on="2025-01-01"
    )

    assert errors


def test_an_objectives_place_follows_from_its_code(staff, plan):
    staff.post(page(Objective, "add"), {"plan": plan.pk, "code": "7.2", "title": "Hedef"})

    goal = Objective.objects.get(code="7.2")
    assert goal.parent.code == "7"
    response = staff.post(page(Objective, "add"), {"plan": plan.pk, "code": "7.2"})
    assert errors_of(response)


# --- people ---


def person_data(**data):
    return {
        "username": "kisi",
        "is_active": "on",
        "first_name": "",
        "last_name": "",
        "email": "",
    } | data


def test_an_administrator_makes_a_coordinator(staff, department):
    staff.post(
        page(User, "add"),
        {
            "username": "koordinator", "usable_password": "true", "password1": "uzun-bir-parola",
            "password2": "uzun-bir-parola", "departments": [department.pk],
        },
    )  # fmt: skip

    person = User.objects.get(username="koordinator")
    assert list(person.departments.all()) == [department]
    assert not person.is_staff


def test_the_administrators_group_opens_the_administration(staff):
    person = User.objects.create(username="kisi")
    group = Group.objects.get(name=ADMINISTRATOR)
    address = page(User, "change", person.pk)

    staff.post(address, person_data(groups=[group.pk]))
    person.refresh_from_db()
    assert person.is_staff

    staff.post(address, person_data())
    person.refresh_from_db()
    assert not person.is_staff


def test_an_administrator_makes_nobody_a_superuser(staff):
    person = User.objects.create(username="kisi")
    permission = Permission.objects.get(codename="change_group")

    staff.post(
        page(User, "change", person.pk),
        person_data(is_superuser="on", is_staff="on", user_permissions=[permission.pk]),
    )

    person.refresh_from_db()
    assert not person.is_superuser and not person.is_staff
    assert not person.user_permissions.exists()


def test_an_administrator_does_not_touch_a_superuser(staff):
    chief = User.objects.create_superuser("kok", password="eski-parola-burada")

    staff.post(page(User, "change", chief.pk), person_data(username="alinan"))
    answer = staff.post(
        f"/admin/accounts/user/{chief.pk}/password/",
        {"usable_password": "true", "password1": "yeni-parola-xyz", "password2": "yeni-parola-xyz"},
    )
    staff.post(page(User, "delete", chief.pk), {"post": "yes"})

    assert answer.status_code == 403
    chief.refresh_from_db()
    assert chief.username == "kok"
    assert chief.check_password("eski-parola-burada")


def test_an_administrator_gives_no_group_beyond_the_two(staff):
    person = User.objects.create(username="kisi")
    strong = Group.objects.create(name="guclu")
    reviewers = Group.objects.get(name=REVIEWER)
    address = page(User, "change", person.pk)

    assert errors_of(staff.post(address, person_data(groups=[strong.pk])))
    person.groups.add(strong)
    assert errors_of(staff.post(address, person_data(groups=[reviewers.pk])))
    staff.post(address, person_data(groups=[strong.pk, reviewers.pk]))

    assert person.groups.count() == 2


def test_nobody_locks_herself_out(staff, administrator):
    address = page(User, "change", administrator.pk)

    assert errors_of(staff.post(address, person_data(username="yonetici")))
    group = Group.objects.get(name=ADMINISTRATOR)
    data = person_data(username="yonetici", groups=[group.pk])
    del data["is_active"]
    assert errors_of(staff.post(address, data))


def test_who_has_been_here_is_kept(staff):
    person = User.objects.create(
        username="kisi", last_login=datetime.datetime(2025, 1, 1, tzinfo=datetime.UTC)
    )

    staff.post(page(User, "delete", person.pk), {"post": "yes"})

    assert User.objects.filter(pk=person.pk).exists()


def test_a_locked_person_is_unlocked(staff, settings):
    person = User.objects.create_user("kisi", password="dogru-parola-1")
    visitor = Client()
    for _attempt in range(settings.AXES_FAILURE_LIMIT):
        visitor.post("/accounts/login/", {"username": "kisi", "password": "yanlis"})
    locked = staff.get(page(User, "changelist"), {"locked": "yes"}).context["cl"].result_list
    assert list(locked) == [person]

    staff.post(page(User, "changelist"), {"action": "unlock", "_selected_action": person.pk})

    assert not AccessAttempt.objects.exists()
    answer = visitor.post("/accounts/login/", {"username": "kisi", "password": "dogru-parola-1"})
    assert answer.status_code == 302


# --- extensions, tags, editions and e-mails ---


def test_a_closed_year_is_opened_again_with_a_reason(staff, administrator, plan, department):
    period = plan.periods.get_or_create(year=2025)[0]
    plan.periods.update(state="closed")
    given = {"period": period.pk, "department": department.pk, "until": "2099-01-31"}

    response = staff.post(page(Extension, "add"), given)
    assert "Bu alan zorunludur" in errors_of(response)
    assert not Extension.objects.exists()

    staff.post(page(Extension, "add"), given | {"reason": "Geç geldi."})
    extension = Extension.objects.get()
    assert (extension.reason, extension.granted_by) == ("Geç geldi.", administrator)
    assert extension.history.get().history_change_reason == "Geç geldi."

    edit(staff, extension, until="2099-02-28", reason="Daha da geç.")
    extension.refresh_from_db()
    assert (extension.until, extension.reason) == (datetime.date(2099, 2, 28), "Daha da geç.")
    assert extension.history.first().history_change_reason == "Daha da geç."


@pytest.mark.parametrize("state", ["planned", "open", "published"])
def test_only_a_closed_year_is_opened_again(staff, plan, department, state):
    period = plan.periods.get_or_create(year=2025)[0]
    plan.periods.update(state=state)
    given = {"period": period.pk, "department": department.pk, "until": "2099-01-31"}

    response = staff.post(page(Extension, "add"), given | {"reason": "Geç geldi."})

    assert errors_of(response)
    assert not Extension.objects.exists()


def test_tags_are_found_in_any_letters(staff):
    make_tag("charter", "8", "İşveren rolü")
    make_tag("charter", "9", "Konut")

    listed = staff.get(page(Tag, "changelist"), {"q": "IŞVEREN"}).context["cl"].result_list

    assert [tag.code for tag in listed] == ["8"]


@pytest.mark.parametrize("row", ["activity", "indicator"])
def test_a_row_carries_a_tag_once(staff, request, row):
    row, tag = request.getfixturevalue(row), make_tag()

    for _ in range(2):
        _response, errors = edit(
            staff, row, tag_rows__TOTAL_FORMS=row.tag_rows.count() + 1,
            **{f"tag_rows-{row.tag_rows.count()}-tag": tag.pk},
        )  # fmt: skip

    assert row.tag_rows.get().tag == tag
    assert errors


def test_an_edition_tells_whether_its_content_is_what_was_published(staff, plan, indicator):
    edition = make_edition(plan)
    address = page(Edition, "change", edition.pk)

    shown = staff.get(address).text
    assert "doğru" in shown
    assert "Iğdır seferi" not in shown
    assert "Iğdır seferi" not in export(staff, Edition, file_format="1").decode()

    Edition.objects.update(content=edition.content + " ")
    assert "bozuk" in staff.get(address).text


def test_editions_and_e_mails_are_only_read(staff, plan):
    for row in (make_edition(plan), make_notice()):
        address = page(type(row), "change", row.pk)
        assert staff.get(address).status_code == 200
        assert 'name="_save"' not in staff.get(address).text
        assert staff.post(address, {"number": "7"}).status_code == 403
        assert staff.get(page(type(row), "add")).status_code == 403
        assert staff.post(page(type(row), "delete", row.pk), {"post": "yes"}).status_code == 403
    assert staff.get(page(Edition, "history", Edition.objects.get().pk)).status_code == 200


NOW = datetime.datetime(2026, 2, 1, tzinfo=datetime.UTC)
SENDING = {
    "waiting": {},
    "sent": {"claimed_at": NOW, "sent_at": NOW},
    "uncertain": {"claimed_at": NOW},
    "refused": {"problem": "1. SMTPDataError: hayır"},
    "given_up": {"problem": "\n".join(f"{n}. SMTPDataError: hayır" for n in range(1, 6))},
}


@pytest.mark.parametrize("state", SENDING)
def test_e_mails_are_listed_by_the_state_of_sending(staff, state):
    notices = {name: make_notice(**given) for name, given in SENDING.items()}

    listed = staff.get(page(Notice, "changelist"), {"sending": state}).context["cl"].result_list

    assert list(listed) == [notices[state]]
    assert sending.state_of(notices[state]) == state


def test_an_indicator_is_counted_at_one_of_its_plan_that_counts_for_itself(staff, indicator):
    twin = make_indicator(indicator.activity)
    third = make_indicator(indicator.activity, counted_with=twin)

    for wrong in (make_indicator(), third, indicator):
        _response, errors = edit(staff, indicator, counted_with=wrong.pk)
        assert errors, wrong
    _response, errors = edit(staff, twin, counted_with=indicator.pk)  # third is counted there
    assert errors
    _response, errors = edit(staff, indicator, counted_with=twin.pk)
    assert not errors
    indicator.refresh_from_db()
    assert indicator.counted_with == twin


@pytest.mark.parametrize(
    ("given", "is_fine"),
    [
        ({"women": "3", "men": "2", "others": "0"}, True),
        ({"women": "3", "men": "2"}, True),
        ({"women": "3,5", "men": "1,5"}, True),
        ({"women": "3", "men": "3"}, False),
        ({"written": "-", "women": "0", "men": "0"}, False),
        ({"written": "-", "absence": "not_due"}, True),
        ({"absence": "not_due"}, False),
    ],
)
def test_a_value_and_what_it_is_made_of_fit(staff, indicator, given, is_fine):
    add_values(indicator, value=5, text="5")

    response, errors = edit(staff, Realization.objects.get(), **given)

    assert bool(errors) == (not is_fine)
    assert response.status_code == (302 if is_fine else 200)


def test_whether_a_person_gets_reminders_is_set_on_her_page(staff):
    person = User.objects.create_user("kisi")

    edit(staff, person, wants_reminders="")

    person.refresh_from_db()
    assert person.wants_reminders is False


# --- history ---


def test_history_tells_who_changed_what_and_why(staff, administrator, indicator):
    row = add_values(indicator, value=7, text="7", state="approved")
    edit(staff, row, written="1.234,5", reason="Tutanak düzeltildi")

    told = staff.get(page(Realization, "history", row.pk)).text

    assert "Tutanak düzeltildi" in told
    assert "yonetici" in told
    assert "7 → 1.234,5" in re.sub(r"\s+", " ", told)


def test_history_cannot_be_written(staff, indicator):
    version = indicator.history.get()
    address = page(Indicator, "simple_history", indicator.pk, version.pk)

    answer = staff.post(
        address, form_data(staff.get(page(Indicator, "change", indicator.pk))) | {"name": "X"}
    )

    assert answer.status_code == 403
    indicator.refresh_from_db()
    assert indicator.name == "Iğdır seferi sayısı"
    assert indicator.history.count() == 1


# --- export and import ---


def export(staff, model, *, table=0, file_format="0"):
    response = staff.post(page(model, "export"), {"resource": table, "format": file_format})
    assert response.status_code == 200
    return response.content


def test_a_workbook_holds_numbers_as_numbers_and_texts_as_texts(staff, activity):
    Indicator.objects.create(
        activity=activity,
        name="=HYPERLINK(1)",
        position=1,
        baseline=Decimal("1234.5"),
        baseline_text="-",
    )

    sheet = openpyxl.load_workbook(io.BytesIO(export(staff, Indicator))).active
    header, row = list(sheet.iter_rows())
    cells = dict(zip([cell.value for cell in header], row, strict=True))

    assert (cells["indicator"].value, cells["indicator"].data_type) == ("=HYPERLINK(1)", "s")
    assert (cells["baseline"].value, cells["baseline"].data_type) == (1234.5, "n")
    assert (cells["baseline_text"].value, cells["baseline_text"].data_type) == ("-", "s")


def test_a_csv_file_holds_no_formula(staff, activity):
    for number, name in enumerate(("=1+1", "+1a", "@x", "-a"), start=1):
        Indicator.objects.create(
            activity=activity,
            name=name,
            position=number,
            baseline=Decimal("1.234"),
            baseline_text="-",
        )

    text = export(staff, Indicator, file_format="1").decode("utf-8-sig")

    for name in ("=1+1", "+1a", "@x", "-a"):
        assert f",'{name}," in text
    assert '"1,234",-,' in text


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("-", "-"),
        ("-5,5", "-5,5"),
        ("-5+1", "'-5+1"),
        (" =1", "' =1"),
        ("\t=1", "'\t=1"),
        ("a=1", "a=1"),
    ],
)
def test_defuse(text, safe):
    assert defuse(text) == safe


def test_csv_quotes_what_holds_a_separator():
    import tablib

    made = SafeCSV().export_data(tablib.Dataset(["a,b", 'c"d'], headers=["x", "y"]))

    assert made == 'x,y\r\n"a,b","c""d"\r\n'


@pytest.mark.parametrize("model", [m for m in admin.site._registry if m is not Group])
def test_every_table_is_exported_in_a_fixed_number_of_queries(
    staff, model, plan, activity, indicator, django_assert_max_num_queries
):
    for number in range(6):
        make_row(model, number, plan, activity, indicator)
    for table in range(len(admin.site._registry[model].resource_classes)):
        with django_assert_max_num_queries(12):
            export(staff, model, table=table)


def test_an_export_keeps_the_filter(staff, activity, indicator):
    Indicator.objects.create(activity=activity, name="Öteki", position=2)

    response = staff.post(page(Indicator, "export") + "?q=IĞDIR", {"resource": 0, "format": "1"})

    assert "Öteki" not in response.text
    assert "Iğdır" in response.text


def test_passwords_are_in_no_export(staff, administrator):
    assert administrator.password not in export(staff, User, file_format="1").decode()


def upload(staff, text):
    file = io.BytesIO(text.encode())
    file.name = "birimler.csv"
    return staff.post(
        page(Department, "import"), {"import_file": file, "format": "1", "resource": ""}
    )


def test_departments_are_imported_after_a_preview(staff, department):
    row = "Kadın Şubesi,Kadın,IŞIKLAR DAİRESİ BAŞKANLIĞI,Kadın Şb|K.Ş."
    preview = upload(staff, f"name,short_name,parent,aliases\n{row}\n")
    assert not Department.objects.filter(parent=department).exists()

    staff.post(page(Department, "process_import"), preview.context["confirm_form"].initial)

    branch = Department.objects.get(parent=department)
    assert sorted(alias.text for alias in branch.aliases.all()) == ["K.Ş.", "Kadın Şb"]
    assert branch.history.get().history_user.username == "yonetici"


def test_what_cannot_be_imported_is_told_in_a_sentence(staff, department):
    text = "name,short_name,parent,aliases\nX Şubesi,,Yok Dairesi,\nIŞIKLAR dairesi başkanlığı,,,\n"

    response = upload(staff, text)

    assert "Yok Dairesi" in response.text
    assert "Traceback" not in response.text
    assert "UNIQUE" not in response.text
    assert Department.objects.count() == 1


def test_a_previewed_change_has_no_inline_style(staff, department):
    response = upload(staff, f"name,short_name,parent,aliases\n{department.name},<b>Yeni,,\n")

    assert "<ins>&lt;b&gt;Yeni</ins>" in response.text
    assert "style=" not in response.text


def confirm_table(staff, model, text):
    """Upload a flat table and confirm its preview; return the preview."""
    file = io.BytesIO(text.encode())
    file.name = "tablo.csv"
    form = {"import_file": file, "format": "1", "resource": ""}
    preview = staff.post(page(model, "import"), form)
    confirm = preview.context.get("confirm_form")
    if confirm is not None:
        staff.post(page(model, "process_import"), confirm.initial)
    return preview


def test_people_are_imported_with_their_units_and_without_rights(staff, department):
    confirm_table(
        staff,
        User,
        "username,first_name,last_name,email,is_active,departments\n"
        f"ayse,Ayşe,Yılmaz,ayse@example.org,1,{department.name.lower()}\n",
    )

    person = User.objects.get(username="ayse")
    assert list(person.departments.all()) == [department]
    assert not person.has_usable_password()
    assert not (person.is_staff or person.is_superuser or person.groups.exists())


def test_a_person_of_an_unknown_unit_is_told_and_not_made(staff, department):
    preview = confirm_table(
        staff,
        User,
        "username,first_name,last_name,email,is_active,departments\nali,Ali,Er,,1,Yok Dairesi\n",
    )

    assert "Yok Dairesi" in preview.text
    assert not User.objects.filter(username="ali").exists()


def test_a_table_does_not_touch_a_superuser(staff):
    User.objects.create_superuser("kok", "kok@example.org", "parola-12345")

    confirm_table(
        staff,
        User,
        "username,first_name,last_name,email,is_active,departments\nkok,X,Y,x@example.org,0,\n",
    )

    assert User.objects.get(username="kok").is_active


INDICATOR_COLUMNS = (
    "plan,department,code,indicator,measure,kind,kind_confirmed,direction,reported_as,weight\n"
)


def place_of(indicator):
    activity = indicator.activity
    return f"{activity.plan.slug},{activity.department.name},{activity.code},{indicator.name}"


def test_indicators_settings_are_imported_after_a_preview(staff, indicator):
    row = f'{place_of(indicator)},count,level,1,increase,increment,"1,5"\n'

    confirm_table(staff, Indicator, INDICATOR_COLUMNS + row)

    indicator.refresh_from_db()
    assert (indicator.kind, indicator.reported_as, indicator.weight) == (
        "level",
        "increment",
        Decimal("1.5"),
    )
    assert indicator.kind_confirmed
    assert indicator.history.first().history_user.username == "yonetici"


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("{place},count,yearly,1,increase,total,1", "yearly"),
        ("{place},count,level,1,increase,total,1e5", "1e5"),
        ("{place} yok,count,level,1,increase,total,1", "yok"),
    ],
)
def test_a_wrong_row_of_indicators_is_told_and_changes_nothing(staff, indicator, row, told):
    before = indicator.history.count()

    text = INDICATOR_COLUMNS + row.format(place=place_of(indicator)) + "\n"
    preview = confirm_table(staff, Indicator, text)

    assert told in preview.text
    assert "Traceback" not in preview.text
    assert indicator.history.count() == before
