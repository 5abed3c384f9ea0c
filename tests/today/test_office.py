"""The first page of an administrator and of a reader: what to settle, and what is new."""

import pytest
from django.urls import reverse

from accounts import memberships
from activities.models import Institution, Municipality
from imports.models import ImportBatch
from tests import factories

pytestmark = pytest.mark.django_db

HOME = reverse("home")


@pytest.fixture
def office():
    """Hold a plan with a unit that nobody answers for, a file, a name and a reader."""
    plan = factories.make_plan(slug="plan")
    unit = factories.make_department(plan, "7", name="Ulaşım Dairesi")
    factories.make_indicator(factories.make_activity(plan, unit), target=1)
    ImportBatch.objects.create(
        plan=plan, municipality=plan.municipality, year=2024, file_name="plan.xlsx",
        digest="0", reader="xlsx", state="preview",
    )  # fmt: skip
    Institution.objects.create(name="Bilinmeyen Kurum", to_check=True)
    person = factories.make_user(first_name="Elif", last_name="Kaya")
    memberships.put(person, plan.municipality, coordinates=True)
    factories.make_user(first_name="Salt", last_name="Okur")
    return plan


def test_an_administrator_is_told_what_nobody_has_settled(office, read):
    page = read(HOME, who=factories.make_user("administrator"))

    text = page.one("main").text
    for name in ("Ulaşım Dairesi", "Elif Kaya", "plan.xlsx", "Bilinmeyen Kurum"):
        assert name in text
    assert "Salt Okur" not in text, "a reader is meant to have no unit"
    links = [a["href"] for ul in page.all("ul", "rows links") for a in ul.all("a")]
    assert links == [
        reverse("people_settings"),
        reverse("people_settings") + "?task=unplaced",
        reverse("import_list"),
        reverse("name_settings"),
        reverse("kinds", args=["plan"]),
    ]


@pytest.mark.parametrize("role", ["", "reviewer"])
def test_nobody_else_is_told_of_it(office, read, role):
    page = read(HOME, who=factories.make_user(role))

    assert not page.all("ul", "rows links")


def test_what_is_settled_is_not_told(read):
    factories.make_plan()

    page = read(HOME, who=factories.make_user("administrator"))

    assert not page.all("ul", "rows links")


def test_nothing_of_another_municipality_is_told(office, read):
    elsewhere = Municipality.objects.create(name="Zeytin Belediyesi")
    person = factories.make_user("administrator", municipality=elsewhere)

    page = read(HOME, who=person)

    assert not page.all("ul", "rows links")


def test_a_reader_is_told_what_was_published(office, read):
    office.is_public = True
    office.save()
    factories.make_published_year(office)

    page = read(HOME, who=factories.make_user())

    [link] = page.one("ul", "rows links").all("a")
    assert link["href"] == reverse("public_edition", args=["plan", 2024, 1])


def test_a_plan_that_is_not_public_leads_no_reader_to_its_editions(office, read):
    factories.make_published_year(office)

    assert not read(HOME, who=factories.make_user()).all("ul", "rows links")
