"""An installation from before there were municipalities becomes one, and can go back."""

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

BEFORE = [
    ("accounts", "0004_verified_values_by_mail"),
    ("activities", "0005_own_values_may_be_verified"),
    ("imports", "0001_initial"),
]
pytestmark = pytest.mark.django_db(transaction=True)


def migrated(targets):
    """Migrate to some states and return the models as they are there."""
    executor = MigrationExecutor(connection)
    executor.migrate(targets)
    return MigrationExecutor(connection).loader.project_state(targets).apps


def newest():
    return MigrationExecutor(connection).loader.graph.leaf_nodes()


def fill(apps):
    """Fill an installation of old: two plans, a unit, a branch, people of every task, an import."""
    model = apps.get_model
    plans = [
        model("activities", "Plan").objects.create(
            name="Plan", slug=f"p{year}", municipality=text, first_year=year, last_year=year + 2
        )
        for year, text in ((2021, "Mersin Belediyesi"), (2024, "Mersin Büyükşehir Belediyesi"))
    ]
    when = "2025-01-0{}T08:00Z"
    for at, text in enumerate(("", "Mersin Belediyesi", "Mersin Büyükşehir Belediyesi"), start=1):
        model("activities", "HistoricalPlan").objects.create(
            id=plans[0].pk, name="Plan", slug="p2021", municipality=text, first_year=2021,
            last_year=2023, history_date=when.format(at), history_type="~",
        )  # fmt: skip
    Department = model("activities", "Department")
    unit = Department.objects.create(name="Sağlık", name_key="saglik")
    Department.objects.create(name="Şube", name_key="sube", parent=unit)
    model("activities", "Institution").objects.create(name="Baro", name_key="baro")
    model("activities", "Alias").objects.create(text="Sağl.", key="sagl", department=unit)
    model("activities", "Tag").objects.create(scheme="sdg", code="5.1", name="Etiket")
    model("imports", "ImportBatch").objects.create(plan=plans[1], year=2024, file_name="a.txt")
    model("imports", "ImportBatch").objects.create(year=2024, file_name="geri alındı.txt")
    User, Group = model("accounts", "User"), model("auth", "Group")
    for name in ("reviewer", "administrator", "reader", "coordinator", "operator"):
        person = User.objects.create(username=name, is_superuser=name == "operator")
        if name in ("reviewer", "administrator"):
            person.groups.add(Group.objects.get_or_create(name=name)[0])
        if name == "coordinator":
            person.departments.add(unit)
    coordinator = User.objects.get(username="coordinator")
    for at, units in ((1, []), (2, [unit]), (3, [unit])):
        told = model("accounts", "HistoricalUser").objects.create(
            id=coordinator.pk, username="coordinator", date_joined=when.format(1),
            history_date=when.format(at), history_type="~",
        )  # fmt: skip
        for each in units:
            model("accounts", "HistoricalUser_departments").objects.create(
                id=7, history=told, user_id=coordinator.pk, department_id=each.pk
            )


def test_an_installation_of_before_becomes_one_municipality_and_can_go_back():
    """One test, because migrating there and back takes a quarter of a minute."""
    try:
        fill(migrated(BEFORE))
        apps = migrated(newest())
        _everything_is_in_one_and_everybody_is_what_she_was(apps)
        _histories_go_on_in_what_took_their_place(apps)
        _it_can_be_taken_back(migrated(BEFORE))
    finally:
        migrated(newest())


def _everything_is_in_one_and_everybody_is_what_she_was(apps):
    Municipality = apps.get_model("activities", "Municipality")
    [municipality] = Municipality.objects.all()
    assert municipality.name == "Mersin Büyükşehir Belediyesi"
    for app, name in (
        ("activities", "Plan"), ("activities", "Department"), ("activities", "Institution"),
        ("activities", "Alias"), ("activities", "Tag"), ("imports", "ImportBatch"),
    ):  # fmt: skip
        rows = apps.get_model(app, name).objects
        assert rows.filter(municipality=municipality).count() == rows.count() > 0, name
    roles = dict(
        apps.get_model("accounts", "Membership").objects.values_list("person__username", "role")
    )
    assert roles == {
        "reviewer": "reviewer",
        "administrator": "administrator",
        "reader": "reader",
        "coordinator": "reader",
        "operator": "administrator",
    }
    hers = apps.get_model("accounts", "Membership").objects.get(person__username="coordinator")
    assert [unit.name for unit in hers.units.all()] == ["Sağlık"]


def _histories_go_on_in_what_took_their_place(apps):
    told = apps.get_model("activities", "HistoricalMunicipality").objects.order_by("history_date")
    assert list(told.values_list("name", "history_type")) == [
        ("Mersin Belediyesi", "+"),
        ("Mersin Büyükşehir Belediyesi", "~"),
    ]
    history = apps.get_model("accounts", "HistoricalMembership").objects
    hers = history.filter(person__username="coordinator").order_by("history_date")
    units = apps.get_model("accounts", "HistoricalMembership_units").objects
    given = [units.filter(history_id=row.history_id).count() for row in hers]
    assert given == [0, 1], "what did not change is told once"


def _it_can_be_taken_back(apps):
    texts = apps.get_model("activities", "Plan").objects.values_list("municipality", flat=True)
    assert set(texts) == {"Mersin Büyükşehir Belediyesi"}
    User = apps.get_model("accounts", "User")
    assert [g.name for g in User.objects.get(username="reviewer").groups.all()] == ["reviewer"]
    coordinator = User.objects.get(username="coordinator")
    assert [unit.name for unit in coordinator.departments.all()] == ["Sağlık"]
