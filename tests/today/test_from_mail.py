"""A link in an e-mail opens the right form, for who is signed in and who signs in first."""

import re
from urllib.parse import urlsplit

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from mail.queueing import remind
from tests import factories

pytestmark = pytest.mark.django_db


def test_a_link_in_an_e_mail_opens_the_form_after_signing_in(mailoutbox):
    plan = factories.make_plan(slug="plan")
    period = factories.make_period(plan, closes_on=timezone.localdate())
    unit = factories.make_department(plan, "9")
    row = factories.make_indicator(factories.make_activity(plan, unit), target=5)
    person = factories.make_user(departments=[unit], email="ayse@example.org")
    remind(period, [unit], by=factories.make_user("reviewer"))
    call_command("send_reminders", verbosity=0)
    *_opened, message = mailoutbox
    [address] = {urlsplit(a).path for a in re.findall(r"https?://\S+/entry/\S+", message.body)}
    client = Client()

    asked = client.get(address)
    form = client.get(asked.url)
    name = re.search(r'name="next" value="([^"]*)"', form.text)[1]
    answer = client.post(
        urlsplit(asked.url).path,
        {"username": person.username, "password": "parola-12345", "next": name},
        follow=True,
    )

    assert answer.request["PATH_INFO"] == address
    assert f'id="v{row.pk}"' in answer.text


def test_signing_in_leads_to_no_other_site(client):
    person = factories.make_user()
    given = {"username": person.username, "password": "parola-12345"}

    answer = client.post("/accounts/login/", {**given, "next": "https://example.org/"})

    assert answer.url == "/"
