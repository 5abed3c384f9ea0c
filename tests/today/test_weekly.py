"""The first page as a weekly e-mail: once a week, only what waits, and turned off by a link."""

import datetime
import re
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client
from django.utils import timezone

from accounts import memberships
from accounts.models import Membership
from activities.models import Municipality
from indicators.models import Realization
from tests import factories
from today import weekly
from today.models import WeeklyLetter

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def backend(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.SITE_URL = "https://yeap.example.org"


@pytest.fixture
def unit():
    plan = factories.make_plan(slug="p")
    factories.make_period(plan)
    unit = factories.make_department(plan, "7", name="Ulaşım Dairesi")
    activity = factories.make_activity(plan, unit)
    factories.make_indicator(activity, target=10)
    factories.make_indicator(activity, target=10, realization=9, state="returned")
    return unit


def sent(*arguments):
    out = StringIO()
    call_command("send_weekly", *arguments, stdout=out)
    return out.getvalue()


def test_a_coordinator_reads_what_waits_and_where(unit, mailoutbox):
    factories.make_user("", [unit], email="k@example.org", first_name="Ayşe")

    sent()

    [letter] = mailoutbox
    assert letter.to == ["k@example.org"]
    assert letter.subject == "YEAP İzleme: bu hafta sizi bekleyenler"
    assert "7. Ulaşım Dairesi · 2024" in letter.body
    assert "iade edildi: 1" in letter.body
    assert "girilmedi: 1" in letter.body
    returned = Realization.objects.get(state="returned").indicator_id
    assert f"https://yeap.example.org/entry/p/2024/7/#v{returned}" in letter.body
    html = letter.alternatives[0].content
    assert f'href="https://yeap.example.org/entry/p/2024/7/#v{returned}"' in html


def test_a_reviewer_reads_of_late_and_waiting_units(unit, mailoutbox):
    Realization.objects.update(state="submitted", submitted_at=timezone.now())
    factories.make_user("reviewer", email="r@example.org")

    sent()

    assert "doğrulama bekleyen birim: 1" in mailoutbox[0].body
    assert "https://yeap.example.org/review/p/2024/" in mailoutbox[0].body


def test_no_event_is_dropped_without_a_word(mailoutbox):
    plan = factories.make_plan(slug="p", municipality="Işıklı Belediyesi")
    factories.make_period(plan)
    now = timezone.now()
    for number in range(1, 11):
        unit = factories.make_department(plan, str(number), name=f"Birim {number}")
        factories.make_indicator(
            factories.make_activity(plan, unit), target=10, realization=9, state="submitted"
        )
    Realization.objects.update(submitted_at=now, submitted_by=factories.make_user())
    factories.make_user("reviewer", email="r@example.org")

    sent()

    body = mailoutbox[-1].body
    assert body.count("gönderilen değer: 1") == 8
    assert "ve 2 tane daha" in body
    assert "Işıklı Belediyesi" in body


def test_nobody_is_written_to_twice_in_a_week(unit, mailoutbox):
    factories.make_user("", [unit], email="k@example.org")

    sent()
    assert "0" in sent()
    assert len(mailoutbox) == 1

    WeeklyLetter.objects.update(week="2024-W01")
    sent()
    assert len(mailoutbox) == 2


def test_who_has_nothing_to_read_gets_nothing(unit, mailoutbox):
    factories.make_user("", email="okur@example.org")
    factories.make_user("", [unit])  # has no address
    factories.make_user("", [unit], email="eski@example.org", is_active=False)
    factories.make_user("", [unit], email="istemez@example.org", wants_weekly=False)

    sent()

    assert mailoutbox == []


def test_the_link_turns_it_off_and_nothing_else(unit, mailoutbox):
    person = factories.make_user("", [unit], email="k@example.org")
    sent()
    [link] = re.findall(r"https://yeap.example.org(/accounts/mail/off/\S+)", mailoutbox[0].body)

    assert "kapatılsın mı" in Client().get(link).text
    person.refresh_from_db()
    assert person.wants_weekly
    Client().post(link)

    person.refresh_from_db()
    assert not person.wants_weekly
    assert person.wants_reminders


def test_each_municipality_is_told_of_by_itself(unit, mailoutbox):
    person = factories.make_user("", [unit], email="k@example.org")
    other = Municipality.objects.create(name="Adana")
    plan = factories.make_plan(slug="adana", municipality=other)
    factories.make_period(plan)
    foreign = factories.make_department(plan, "3", name="Yeşil Alanlar")
    factories.make_indicator(factories.make_activity(plan, foreign), target=1)
    memberships.put(person, other, role=Membership.Role.READER, units=[foreign])

    sent()

    bodies = [letter.body for letter in mailoutbox]
    assert len(bodies) == 2
    assert [("Ulaşım" in body, "Yeşil" in body) for body in bodies] in (
        [(True, False), (False, True)],
        [(False, True), (True, False)],
    )


def test_a_server_that_refuses_is_asked_again_by_the_next_run(unit, settings):
    factories.make_user("", [unit], email="k@example.org")
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1  # nobody listens there

    with pytest.raises(SystemExit):
        sent()

    assert not WeeklyLetter.objects.exists()


def test_a_trial_run_sends_nothing(unit, mailoutbox):
    factories.make_user("", [unit], email="k@example.org")

    assert "k@example.org" in sent("--dry-run")
    assert (mailoutbox, WeeklyLetter.objects.count()) == ([], 0)


def test_without_mail_it_says_so(unit, settings):
    settings.EMAIL_BACKEND = ""
    with pytest.raises(CommandError, match="EMAIL_URL"):
        sent()


def test_weeks_are_those_of_the_calendar():
    assert weekly.week_of(datetime.date(2026, 12, 31)) == "2026-W53"
    assert weekly.week_of(datetime.date(2027, 1, 4)) == "2027-W01"
