import datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F

from activities.models import (
    METHODS,
    UNREPORTED,
    Activity,
    ActivityTag,
    ActivityUnit,
    Alias,
    Department,
    Institution,
    Municipality,
    Objective,
    Period,
    Plan,
    PlanDepartment,
    Role,
    Tag,
)
from indicators.achievement import Method, Unreported
from tests.factories import (
    YEAR,
    constraints_of,
    make_activity,
    make_department,
    make_extension,
    make_period,
    make_plan,
    make_tag,
    trips,
    with_history,
)

pytestmark = pytest.mark.django_db


# --- Constraints -------------------------------------------------------------------------------


def twice(make, **given):
    for _ in range(2):
        make(**given)


def make_institution(name="Barolar"):
    return Institution.objects.create(name=name)


def make_unit(activity=None, role=Role.SUPPORTING, **unit):
    activity = activity or make_activity()
    return ActivityUnit.objects.create(activity=activity, role=role, **unit)


def two_units(**unit):
    activity = make_activity()
    twice(make_unit, activity=activity, **unit)


def move_below_itself():
    department = make_department()
    Department.objects.filter(pk=department.pk).update(parent=F("pk"))


def period_that_closes_first():
    days = {"opens_on": datetime.date(2025, 2, 2), "closes_on": datetime.date(2025, 2, 1)}
    make_period(make_plan(), **days)


def same_code_in_a_department():
    activity = make_activity()
    make_activity(activity.plan, activity.department, activity.code)


def place_twice(*, number, other):
    plan, department = make_plan(), make_department()
    PlanDepartment.objects.create(plan=plan, department=department, number=number)
    department = department if number != other else make_department()
    PlanDepartment.objects.create(plan=plan, department=department, number=other)


def extended_twice():
    extension = make_extension()
    make_extension(extension.period, extension.department)


TRIPS = [
    ("municipality_name_once", lambda: twice(Municipality.objects.create, name="Adana")),
    (
        "municipality_second_step_has_a_day",
        lambda: Municipality.objects.create(name="Adana", second_step_for="everybody"),
    ),
    (
        "municipality_second_step_has_a_day",
        lambda: Municipality.objects.create(name="Adana", second_step_from="2027-02-10"),
    ),
    ("plan_ends_after_it_begins", lambda: make_plan(first_year=2026, last_year=2025)),
    ("plan_bands_descend", lambda: make_plan(band_achieved=80, band_mostly=80)),
    ("plan_bands_descend", lambda: make_plan(band_mostly=50, band_partly=50)),
    ("plan_bands_descend", lambda: make_plan(band_partly=0)),
    ("period_once_a_year", lambda: twice(make_period, plan=make_plan())),
    ("period_closes_after_it_opens", period_that_closes_first),
    ("department_name_once", lambda: twice(make_department, name="Ulaşım")),
    (
        "department_name_once",
        lambda: [make_department(name=name) for name in ("IŞIK", "Işık")],
    ),
    ("branch_name_once", lambda: twice(make_department, name="Ulaşım", parent=make_department())),
    ("department_is_not_its_own_branch", move_below_itself),
    ("plan_number_once", lambda: place_twice(number="7", other="7")),
    ("plan_department_once", lambda: place_twice(number="7", other="8")),
    ("institution_name_once", lambda: twice(make_institution)),
    (
        "alias_leads_to_one_unit",
        lambda: twice(Alias.objects.create, text="Para İşleri", department=make_department()),
    ),
    ("alias_of_one_unit", lambda: Alias.objects.create(text="Para İşleri")),
    (
        "alias_of_one_unit",
        lambda: Alias.objects.create(
            text="Para İşleri", department=make_department(), institution=make_institution()
        ),
    ),
    ("objective_code_once", lambda: twice(Objective.objects.create, plan=make_plan(), code="4")),
    ("activity_code_once_a_department", same_code_in_a_department),
    ("activity_has_code", lambda: make_activity() and Activity.objects.update(code="")),
    ("activity_unit_is_one_unit", make_unit),
    (
        "activity_unit_is_one_unit",
        lambda: make_unit(department=make_department(), institution=make_institution()),
    ),
    ("activity_department_once", lambda: two_units(department=make_department())),
    ("activity_institution_once", lambda: two_units(institution=make_institution())),
    ("extension_once_a_unit", extended_twice),
    ("tag_code_once", lambda: twice(make_tag, scheme="sdg", code="5.1")),
    (
        "activity_tag_once",
        lambda: twice(ActivityTag.objects.create, activity=make_activity(), tag=make_tag()),
    ),
]


@pytest.mark.parametrize(("name", "trip"), TRIPS, ids=[name for name, _ in TRIPS])
def test_the_database_keeps_the_constraint(name, trip):
    with trips(constraints_of("activities")[name]):
        trip()


def test_every_constraint_is_tripped_once():
    assert {name for name, _ in TRIPS} == set(constraints_of("activities"))


def test_an_address_leads_to_one_plan():
    with pytest.raises(IntegrityError), transaction.atomic():
        twice(make_plan, slug="yeap")


# --- What is allowed beside them ---------------------------------------------------------------


def test_one_code_may_stand_in_two_departments():
    plan = make_plan()
    for _ in range(2):
        make_activity(plan, make_department(plan), "4.2.8")
    assert plan.activities.filter(code="4.2.8").count() == 2


def test_two_departments_may_have_branches_of_one_name():
    for _ in range(2):
        make_department(name="İdari İşler", parent=make_department())
    assert Department.objects.filter(name="İdari İşler").count() == 2


def test_a_unit_may_be_responsible_and_support():
    activity, department = make_activity(), make_department()
    for role in Role:
        make_unit(activity, role, department=department)
    assert activity.unit_roles.count() == 2


def test_a_period_may_close_on_the_day_it_opens():
    day = datetime.date(2025, 2, 1)
    assert make_period(make_plan(), opens_on=day, closes_on=day).pk


def test_two_schemes_may_have_a_tag_of_one_code():
    for scheme in ("charter", "group"):
        make_tag(scheme, "5")


# --- What forms refuse -------------------------------------------------------------------------


@pytest.mark.parametrize("year", [YEAR - 1, YEAR + 3])
def test_a_period_lies_within_the_plans_years(year):
    with pytest.raises(ValidationError) as refused:
        Period(plan=make_plan(), year=year).full_clean()
    assert set(refused.value.message_dict) == {"year"}


def test_a_branch_has_no_branches():
    branch = make_department(parent=make_department())
    with pytest.raises(ValidationError) as refused:
        Department(name="Alt birim", parent=branch).full_clean()
    assert set(refused.value.message_dict) == {"parent"}


# --- Choices -----------------------------------------------------------------------------------


def test_methods_to_choose_are_those_that_can_be_calculated():
    assert [value for value, _ in METHODS] == [method.value for method in Method]
    assert Plan._meta.get_field("method").default == Method.BY_KIND


def test_ways_to_treat_the_unreported_are_those_that_can_be_calculated():
    assert [value for value, _ in UNREPORTED] == [way.value for way in Unreported]
    assert Plan._meta.get_field("unreported").default == Unreported.SKIP


# --- Keys --------------------------------------------------------------------------------------

KEYS = [
    pytest.param(
        lambda: Department(name="Işık ve Çevre"), "name_key", "isik ve cevre", id="department"
    ),
    pytest.param(lambda: Institution(name="İŞKUR"), "name_key", "iskur", id="institution"),
    pytest.param(
        lambda: Alias(text="Kadın ve Aile Hiz. D.B.", department=make_department()),
        "key",
        "kadin ve aile hiz d b",
        id="alias",
    ),
    pytest.param(
        lambda: PlanDepartment(plan=make_plan(), department=make_department(), number="11.2"),
        "number_key",
        "0011.0002",
        id="number in the plan",
    ),
    pytest.param(
        lambda: Objective(plan=make_plan(), code="4.10"), "code_key", "0004.0010", id="objective"
    ),
    pytest.param(
        lambda: Tag(scheme="sdg", code="5.10", name="A"), "code_key", "0005.0010", id="tag"
    ),
    pytest.param(lambda: new_activity("4.1.10"), "code_key", "0004.0001.0010", id="code"),
    pytest.param(
        lambda: new_activity(title="Öğrenci İşleri"), "title_key", "ogrenci isleri", id="title"
    ),
]


def new_activity(code="1.1.1", title="Faaliyet"):
    plan = make_plan()
    objective = Objective.objects.create(plan=plan, code="1.1")
    unit = make_department(plan)
    return Activity(plan=plan, department=unit, objective=objective, code=code, title=title)


@pytest.mark.parametrize(("make", "field", "key"), KEYS)
def test_a_key_is_filled_on_save(make, field, key):
    row = make()
    row.save()
    row.refresh_from_db()
    assert getattr(row, field) == key


@pytest.mark.parametrize(("make", "field", "key"), KEYS)
def test_a_key_is_filled_on_bulk_create(make, field, key):
    row = make()
    type(row).objects.bulk_create([row])
    assert type(row).objects.filter(**{field: key}).exists()


def test_keys_follow_a_changed_name():
    department = make_department(name="Ulaşım")
    department.name = "Çevre"
    department.save()
    department.refresh_from_db()
    assert department.name_key == "cevre"


def test_departments_come_in_the_order_of_the_turkish_alphabet():
    names = ["Zabıta", "Şehir", "Cenaze", "Çevre", "İtfaiye", "Işık", "Sağlık"]
    for name in names:
        make_department(name=name)

    own = Department.objects.filter(name__in=names).values_list("name", flat=True)
    assert list(own) == ["Cenaze", "Çevre", "Işık", "İtfaiye", "Sağlık", "Şehir", "Zabıta"]


def test_objectives_come_in_the_order_of_their_numbers():
    plan = make_plan()
    for code in ("4.10", "10", "4", "4.2"):
        Objective.objects.create(plan=plan, code=code)
    codes = plan.objectives.values_list("code", flat=True)
    assert list(codes) == ["4", "4.2", "4.10", "10"]


# --- History -----------------------------------------------------------------------------------

CHANGES = {
    "Municipality": (Municipality.objects.the_only, "name", "Yeni ad"),
    "Plan": (make_plan, "name", "Yeni ad"),
    "Period": (lambda: make_period(make_plan()), "state", "closed"),
    "Department": (make_department, "short_name", "Yeni"),
    "PlanDepartment": (
        lambda: make_department(make_plan()).places.get(),
        "number",
        "99",
    ),
    "Institution": (make_institution, "to_check", True),
    "Alias": (lambda: Alias.objects.create(text="A", department=make_department()), "text", "B"),
    "Objective": (lambda: make_activity().objective, "title", "Yeni ad"),
    "Activity": (make_activity, "title", "Yeni ad"),
    "ActivityUnit": (lambda: make_unit(department=make_department()), "position", 5),
    "Extension": (make_extension, "until", datetime.date(2099, 1, 1)),
    "Tag": (make_tag, "name", "Yeni ad"),
    "ActivityTag": (
        lambda: ActivityTag.objects.create(activity=make_activity(), tag=make_tag(code="5.a")),
        "tag_id",
        lambda: make_tag(code="5.b").pk,
    ),
}


@pytest.mark.parametrize("model", CHANGES)
def test_a_change_keeps_before_and_after(model):
    make, field, value = CHANGES[model]
    row, value = make(), value() if callable(value) else value
    before = getattr(row, field)
    setattr(row, field, value)
    row.save()

    changed, made = row.history.all()
    assert (made.history_type, getattr(made, field)) == ("+", before)
    assert (changed.history_type, getattr(changed, field)) == ("~", value)


@pytest.mark.parametrize("model", CHANGES)
def test_what_was_deleted_stays_in_the_history(model):
    row = CHANGES[model][0]()
    key, history = row.pk, type(row).history
    if model == "Department":
        row.places.all().delete()
    if model == "Objective":
        row.activities.all().delete()
    row.delete()
    assert history.filter(id=key, history_type="-").count() == 1


def test_every_model_that_people_change_has_its_change_tested():
    assert set(CHANGES) == with_history("activities")
