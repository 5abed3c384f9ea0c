"""Signing in again after a form was sent without a session leads to the page it stood on."""

import pytest
from django.test import Client

from tests import factories

pytestmark = pytest.mark.django_db

STEP = "/settings/people/1/close/"
PAGE = "http://testserver/settings/people/1/?task=reader"


def asked(client, address=STEP, **headers):
    return client.post(address, {"x": "1"}, headers=headers).url


def test_who_sent_a_form_comes_back_to_its_page():
    assert asked(Client(), referer=PAGE) == (
        "/accounts/login/?next=/settings/people/1/%3Ftask%3Dreader"
    )


@pytest.mark.parametrize(
    "referer", ["", "https://example.org/settings/", "javascript:alert(1)", "//example.org/x"]
)
def test_another_sites_page_is_none(referer):
    assert asked(Client(), referer=referer) == f"/accounts/login/?next={STEP}"


def test_a_page_that_is_opened_leads_to_itself():
    assert Client().get("/settings/", headers={"referer": PAGE}).url == (
        "/accounts/login/?next=/settings/"
    )


def test_who_is_signed_in_goes_where_the_form_leads():
    client = Client()
    client.force_login(factories.make_user("administrator"))
    answer = client.post("/municipalities/", {}, headers={"referer": PAGE})
    assert answer.status_code == 404
