"""The municipality's own page of the settings."""

import pytest
from django.test import Client

from activities.models import Municipality
from setup.first_run import FirstRun
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator():
    factories.make_plan(slug="p")
    client = Client()
    client.force_login(factories.make_user("administrator"))
    return client


@pytest.fixture
def municipality(administrator):
    return Municipality.objects.the_only()


def test_settings_begin_with_the_first_section_once_all_is_set_up(administrator, monkeypatch):
    assert administrator.get("/settings/").url == "/settings/start/"

    monkeypatch.setattr(FirstRun, "is_over", True)
    assert administrator.get("/settings/").url == "/settings/municipality/"


def test_name_and_contact_are_kept_with_who_changed_them(administrator, municipality):
    sent = {"name": "Örnek Belediyesi", "contact_email": "yeap@example.org"}
    administrator.post("/settings/municipality/", sent)

    municipality.refresh_from_db()
    assert municipality.name == "Örnek Belediyesi"
    assert municipality.contact_email == "yeap@example.org"
    assert municipality.history.first().history_user is not None


def test_a_name_is_needed_and_nothing_is_lost(administrator, municipality):
    before = municipality.name
    sent = {"name": "", "contact_name": "Ayşe"}
    response = administrator.post("/settings/municipality/", sent)

    assert response.status_code == 200
    assert 'value="Ayşe"' in response.text
    municipality.refresh_from_db()
    assert municipality.name == before


def test_the_menu_leads_there_whoever_may_open_it():
    factories.make_plan(slug="p")
    for role, leads in (("administrator", True), ("reader", False)):
        client = Client()
        client.force_login(factories.make_user(role))
        assert ('href="/settings/"' in client.get("/").text) is leads
        assert client.get("/settings/").status_code == (302 if leads else 404)
