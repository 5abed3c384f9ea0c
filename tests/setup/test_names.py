"""Names that files brought and nobody knew: shown where they stand, decided, not asked again."""

import pytest
from django.test import Client

from activities.models import (
    Activity,
    ActivityUnit,
    Alias,
    Department,
    Institution,
    Municipality,
    Plan,
)
from imports.models import ImportBatch
from indicators.models import IndicatorUnit
from setup import hanging, names
from setup.names import MOVED, Decision, decide, to_check
from tests import factories
from tests.factories import REAL_PLAN, YEAR

pytestmark = pytest.mark.django_db

NAMES = "/settings/names/"


@pytest.fixture
def plan():
    return factories.make_plan(slug="p")


@pytest.fixture
def unit(plan):
    return factories.make_department(plan, "9", name="Sağlık İşleri Dairesi Başkanlığı")


@pytest.fixture
def name(plan):
    return Institution.objects.create(
        name="Sağlık Hizmetleri Dairesi Başkanlığı", to_check=True, municipality=plan.municipality
    )


@pytest.fixture
def client(plan):
    administrator = Client()
    administrator.force_login(factories.make_user("administrator"))
    return administrator


def sent(name, means="", **given):
    return {f"name{name.pk}-name": given.pop("called", name.name), f"name{name.pk}-means": means}


def test_everything_that_points_at_an_institution_is_moved():
    """A new column that points at one is moved by setup/names.py, or nothing is decided."""
    assert set(MOVED) == set(hanging.relations(Institution))


# --- What is shown ---


def test_a_name_is_told_with_its_activities_and_whom_it_resembles(client, plan, unit, name):
    first, second = (factories.make_activity(plan, unit, code) for code in ("1.10.1", "1.5.1"))
    row = factories.make_indicator(second)
    ActivityUnit.objects.create(activity=first, role="responsible", institution=name)
    ActivityUnit.objects.create(activity=second, role="responsible", institution=name)
    IndicatorUnit.objects.create(indicator=row, role="supporting", institution=name)

    [line] = to_check(plan.municipality)

    assert line.responsible == ["1.5.1", "1.10.1"] and line.supporting == ["1.5.1"]
    assert line.first_code == "1.5.1"
    assert f"department:{unit.pk}" in line.guesses
    page = client.get(NAMES).text
    assert "2 faaliyette sorumlu, 1 faaliyette destekçi (1.5.1)" in page


def test_what_is_not_certain_is_chosen_for_nobody(client, plan):
    """Two units it could be: both are offered, neither is taken by pressing the button."""
    for word in ("Kadın", "Sosyal"):
        factories.make_department(name=f"{word} Hizmetleri Şube Müdürlüğü")
    Institution.objects.create(name="Hizmetleri Şube", to_check=True)
    page = client.get(NAMES)
    assert [row["means"].initial for row in page.context["rows"]] == [""]
    client.post(NAMES, sent(Institution.objects.get()))
    assert Institution.objects.get().to_check


def test_what_the_next_file_would_take_is_chosen_already(client, unit, name):
    Alias.objects.create(department=unit, text="SAĞLIK HİZMETLERİ DAİRESİ BAŞKANLIĞI")
    [row] = client.get(NAMES).context["rows"]
    assert row["means"].initial == f"department:{unit.pk}"


def test_the_page_costs_as_much_with_many_names(client, plan, unit, django_assert_max_num_queries):
    for number in range(20):
        body = Institution.objects.create(name=f"Kurum {number}", to_check=True)
        activity = factories.make_activity(plan, unit, f"1.1.{number + 1}")
        ActivityUnit.objects.create(activity=activity, role="supporting", institution=body)
    client.get(NAMES)
    # Session, person, standing, municipality (2); plans, start year; names, both roles, the plan;
    # units with aliases, institutions with aliases, numbers; the choices (2).
    with django_assert_max_num_queries(18):
        client.get(NAMES)


# --- Deciding ---


def test_a_name_that_is_a_unit_becomes_its_spelling_and_its_parts_move(client, plan, unit, name):
    activity = factories.make_activity(plan, unit, "1.5.1")
    row = factories.make_indicator(activity)
    ActivityUnit.objects.create(activity=activity, role="responsible", institution=name)
    IndicatorUnit.objects.create(indicator=row, role="supporting", institution=name)
    Alias.objects.create(institution=name, text="Sağlık Hiz.")

    assert client.post(NAMES, sent(name, f"department:{unit.pk}")).url == NAMES

    assert not Institution.objects.exists()
    assert set(unit.aliases.values_list("text", flat=True)) == {name.name, "Sağlık Hiz."}
    for role in (ActivityUnit.objects.get(), IndicatorUnit.objects.get()):
        assert (role.department, role.institution) == (unit, None)
        kept = role.history.first()
        assert kept.history_user is not None and unit.name in kept.history_change_reason


def test_a_part_that_the_unit_has_already_stands_once(client, plan, unit, name):
    activity = factories.make_activity(plan, unit)
    for owner in ({"institution": name}, {"department": unit}):
        ActivityUnit.objects.create(activity=activity, role="responsible", **owner)
    client.post(NAMES, sent(name, f"department:{unit.pk}"))
    assert ActivityUnit.objects.get().department == unit


def test_a_name_can_be_another_institution(client, name):
    known = Institution.objects.create(name="İl Sağlık Müdürlüğü")
    client.post(NAMES, sent(name, f"institution:{known.pk}"))
    assert Institution.objects.get() == known
    assert known.aliases.get().text == name.name


def test_an_institution_of_its_own_is_not_asked_again(client, name):
    client.post(NAMES, sent(name, "own"))
    name.refresh_from_db()
    assert not name.to_check and not Alias.objects.exists()
    assert not client.get(NAMES).context["rows"]


def test_renamed_it_keeps_the_printed_name_as_a_spelling(client, name):
    client.post(NAMES, sent(name, called="İl Sağlık Müdürlüğü"))
    name.refresh_from_db()
    assert (name.name, name.to_check) == ("İl Sağlık Müdürlüğü", False)
    assert name.aliases.get().text == "Sağlık Hizmetleri Dairesi Başkanlığı"


def test_all_the_rest_stays_with_one_tick(client, unit, name):
    other = Institution.objects.create(name="MEÜSEM", to_check=True)
    client.post(NAMES, {**sent(name, f"department:{unit.pk}"), **sent(other), "rest": "1"})
    assert not Institution.objects.get(pk=other.pk).to_check
    assert not Institution.objects.filter(pk=name.pk).exists()


def test_one_wrong_name_and_nothing_of_the_page_is_saved(client, unit, name):
    Institution.objects.create(name="Baro")
    other = Institution.objects.create(name="Mersin Barosu", to_check=True)
    posted = {**sent(name, f"department:{unit.pk}"), **sent(other, "own", called="BARO")}
    response = client.post(NAMES, posted)
    assert "“BARO” zaten var." in response.text
    assert Institution.objects.filter(to_check=True).count() == 2
    assert not Alias.objects.exists()


def test_two_cannot_be_given_one_name(client, name):
    other = Institution.objects.create(name="MEÜSEM", to_check=True)
    posted = {**sent(name, "own", called="Yeni ad"), **sent(other, "own", called="YENİ AD")}
    assert "“Yeni ad” zaten var." in client.post(NAMES, posted).text
    assert Institution.objects.filter(to_check=True).count() == 2


def test_what_was_decided_meanwhile_stays_decided(client, unit, name):
    posted = sent(name, f"department:{unit.pk}")
    name.to_check = False
    name.save()
    client.post(NAMES, posted)
    name.refresh_from_db()
    assert not name.to_check and not Alias.objects.exists()


def test_a_waiting_preview_means_the_unit(plan, unit, name):
    batch = ImportBatch.objects.create(
        plan=plan, year=YEAR, file_name="x.csv", state="preview",
        choices={"aliases": {"Sağ. Hiz.": ["institution", name.pk]}},
    )  # fmt: skip
    person = factories.make_user("administrator")
    decide(plan.municipality, [Decision(name.pk, unit)], person=person)
    batch.refresh_from_db()
    assert batch.choices["aliases"] == {"Sağ. Hiz.": ["department", unit.pk]}


def test_another_municipalitys_names_and_units_are_neither_shown_nor_taken(client, plan, name):
    there = Municipality.objects.create(name="Adana")
    foreign = factories.make_department(name="Yabancı birim", municipality=there)
    theirs = Institution.objects.create(name="Yabancı ad", to_check=True, municipality=there)

    page = client.get(NAMES).text
    assert "Yabancı" not in page
    client.post(NAMES, sent(theirs, "own"))
    assert client.post(NAMES, sent(name, f"department:{foreign.pk}")).status_code == 200
    theirs.refresh_from_db()
    name.refresh_from_db()
    assert theirs.to_check and name.to_check
    assert names.unit_of(plan.municipality, f"department:{foreign.pk}") is None


# --- The next file ---


def test_a_name_once_decided_is_not_asked_by_the_next_file():
    """The real plan, read twice: a name said to be a unit is that unit in the second plan."""
    report = factories.import_plan(REAL_PLAN, plan="gercek", year=YEAR, apply=True)
    asked = {each["text"] for each in report["unmatched"]}
    plan = Plan.objects.get()
    unknown = {each.institution.name: each for each in to_check(plan.municipality)}
    assert unknown.keys() == asked
    person = factories.make_user("administrator")
    unit = Department.objects.get(name__startswith="Sağlık")
    merged = sorted(unknown)[0]
    renamed = sorted(unknown)[1]
    decisions = [
        Decision(unknown[merged].institution.pk, unit),
        Decision(unknown[renamed].institution.pk, None, "Bambaşka Bir Ad"),
        *(Decision(unknown[text].institution.pk, None) for text in sorted(unknown)[2:]),
    ]
    assert decide(plan.municipality, decisions, person=person) == len(asked)
    before = Institution.objects.count()

    second = factories.import_plan(REAL_PLAN, plan="ikinci", year=YEAR, apply=True)

    assert second["unmatched"] == []
    assert Institution.objects.count() == before
    assert not Institution.objects.filter(to_check=True).exists()
    for text, owner in (
        (merged, {"department": unit}),
        (renamed, {"institution__name": "Bambaşka Bir Ad"}),
    ):
        line = unknown[text]
        codes = {*line.responsible, *line.supporting}
        again = Activity.objects.filter(plan__slug="ikinci", code__in=codes)
        assert (
            again.filter(pk__in=ActivityUnit.objects.filter(**owner).values("activity")).exists()
            or IndicatorUnit.objects.filter(indicator__activity__in=again, **owner).exists()
        ), text


def test_the_same_file_again_changes_nothing_after_deciding():
    factories.import_plan(REAL_PLAN, plan="gercek", year=YEAR, apply=True)
    plan = Plan.objects.get()
    unit = Department.objects.get(name__startswith="Sağlık")
    decisions = [Decision(each.institution.pk, unit) for each in to_check(plan.municipality)[:5]]
    decide(plan.municipality, decisions, person=factories.make_user("administrator"))

    again = factories.import_plan(REAL_PLAN, plan="gercek", year=YEAR)

    assert (again["new"], again["changed"], again["missing"], again["errors"]) == (0, 0, 0, [])
