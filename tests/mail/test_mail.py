"""E-mails to coordinators: what is queued, what goes out, and that nothing goes out twice."""

import datetime
import io
import re
import smtplib
import threading

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from activities.models import Period
from indicators.models import Notice, Realization
from mail import sending
from mail.outstanding import step
from mail.queueing import (
    notify_approved,
    notify_asked,
    notify_opened,
    notify_returned,
    remind,
)
from tests.factories import (
    give_units,
    make_activity,
    make_department,
    make_extension,
    make_indicator,
    make_notice,
    make_period,
    make_plan,
    make_realization,
    make_user,
)

pytestmark = pytest.mark.django_db

CLOSES = datetime.date(2026, 2, 28)
QUIET = datetime.date(2026, 1, 20)  # no reminder falls on it


@pytest.fixture(autouse=True)
def outbox(mailoutbox):
    return mailoutbox


class World:
    """A plan with an open year, one unit with two due indicators and its coordinator."""

    def __init__(self):
        self.plan = make_plan(short_name="YEAP", slug="p")
        self.unit = make_department(self.plan, "9", name="Sağlık İşleri Dairesi")
        self.activity = make_activity(self.plan, self.unit, "4.4.2")
        self.course = make_indicator(self.activity, name="Kurs sayısı", target=5)
        self.video = make_indicator(self.activity, name="Video sayısı", target=5, realization=3)
        self.period = make_period(self.plan, opens_on=datetime.date(2026, 1, 5), closes_on=CLOSES)
        self.ayse = make_user(
            departments=[self.unit], email="ayse@example.org", first_name="Ayşe", last_name="Ay"
        )
        self.reviewer = make_user("reviewer", first_name="Kadın ve Aile", last_name="Hizmetleri")

    def second_unit(self):
        """Give the coordinator another unit with something due."""
        unit = make_department(self.plan, "10", name="Ulaşım Dairesi")
        make_indicator(make_activity(self.plan, unit, "4.4.3"), target=1)
        give_units(self.ayse, unit)
        return unit

    def told(self):
        """Take the opening as told, so that only what a test is about goes out."""
        notify_opened(self.period, today=QUIET)
        Notice.objects.update(claimed_at="2026-01-05T08:00Z", sent_at="2026-01-05T08:00Z")


@pytest.fixture
def world():
    return World()


def run(today=QUIET, *, expect=0, **options):
    """Run the command as cron does; return what it printed."""
    out, code = io.StringIO(), 0
    try:
        call_command("send_reminders", stdout=out, today=today, **options)
    except SystemExit as left:
        code = left.code
    assert code == expect, out.getvalue()
    return out.getvalue()


def day(left):
    """Return the day on which so many days are left until the deadline."""
    return CLOSES - datetime.timedelta(days=left)


def returned(world, note="Toplamı yazın."):
    value = world.video.realizations.get()
    value.state, value.note, value.version = "returned", note, value.version + 1
    value.save()
    return value


def approved(world):
    value = world.video.realizations.get()
    value.state, value.version = "approved", value.version + 1
    value.save()
    return value


def asked(world):
    """Ask for the reason of the video's deviation."""
    value = world.video.realizations.get()
    value.reason_asked_at, value.version = timezone.now(), value.version + 1
    value.save()
    return value


# --- Each kind, in Turkish ---------------------------------------------------------------------


def test_an_opened_year_is_told_with_units_deadline_and_link(world, outbox):
    assert notify_opened(world.period, today=QUIET) == 1
    assert not outbox  # queued only
    run()

    [message] = outbox
    assert message.to == ["ayse@example.org"]
    assert message.subject == "YEAP: 2024 gerçekleşmeleri girişe açıldı"
    assert "Sayın Ayşe Ay," in message.body
    assert "Sağlık İşleri Dairesi" in message.body
    assert "Son gün: 28 Şubat 2026." in message.body
    assert "Bildirilecek gösterge: 2" in message.body
    assert re.search(r"^http://127\.0\.0\.1:8000/entry/p/2024/9/$", message.body, re.MULTILINE)


def test_a_reminder_counts_what_is_not_sent(world, outbox):
    world.told()
    run(day(14))

    [message] = outbox
    assert message.subject == "YEAP: 2024 gerçekleşmeleri için 14 gün kaldı"
    assert "Henüz gönderilmeyen gösterge: 1 (toplam 2)" in message.body


def test_a_late_unit_is_told_how_late(world, outbox):
    world.told()
    run(day(-1))
    run(day(-7))

    assert [message.subject for message in outbox] == [
        "YEAP: 2024 gerçekleşmeleri bir gün gecikti",
        "YEAP: 2024 gerçekleşmeleri 7 gün gecikti",
    ]


def test_returned_values_are_listed_with_the_note(world, outbox):
    world.told()
    assert notify_returned(world.period, [returned(world)], by=world.reviewer) == 1
    run()

    [message] = outbox
    assert message.subject == "YEAP: bir değer iade edildi"
    assert "Kadın ve Aile Hizmetleri notu:\nToplamı yazın.\n\n• 4.4.2 Video sayısı" in message.body
    assert "Kurs sayısı" not in message.body


def test_approved_values_are_listed(world, outbox):
    world.told()
    assert notify_approved(world.period, [approved(world)], by=world.reviewer) == 1
    run()

    [message] = outbox
    assert message.subject == "YEAP: bir değer doğrulandı"
    assert "• 4.4.2 Video sayısı" in message.body


@pytest.mark.parametrize("state", [Period.State.OPEN, Period.State.CLOSED])
def test_reasons_that_are_asked_for_are_listed_and_lead_to_the_unit(world, outbox, state):
    world.told()
    Period.objects.update(state=state)
    value = asked(world)
    assert notify_asked(world.period, [value], by=world.reviewer) == 1
    assert notify_asked(world.period, [value], by=world.reviewer) == 0
    run()

    [message] = outbox
    assert message.subject == "YEAP: bir değerin sapma nedeni isteniyor"
    assert "• 4.4.2 Video sayısı" in message.body
    assert "Kurs sayısı" not in message.body
    assert re.search(r"^http://127\.0\.0\.1:8000/entry/p/2024/9/$", message.body, re.MULTILINE)
    [(html, _kind)] = message.alternatives
    assert "Nedenleri yaz" in html and "{{" not in html


def test_a_reason_that_came_meanwhile_is_asked_for_by_no_mail(world, outbox):
    world.told()
    notify_asked(world.period, [asked(world)], by=world.reviewer)
    Realization.objects.update(reason_asked_at=None)
    run()

    assert not outbox
    assert not Notice.objects.filter(kind="reasons").exists()


def test_a_reason_that_came_meanwhile_is_left_out_of_the_mail(world, outbox):
    """Two reasons are asked for in one act; one came before the mail went out."""
    world.told()
    other = make_indicator(world.video.activity, name="Afiş sayısı", target=10, realization=4)
    values = [asked(world), other.realizations.get()]
    Realization.objects.filter(pk=values[1].pk).update(reason_asked_at=timezone.now())
    notify_asked(world.period, values, by=world.reviewer)
    Realization.objects.filter(pk=values[0].pk).update(reason_asked_at=None)
    run()

    [message] = outbox
    assert message.subject == "YEAP: bir değerin sapma nedeni isteniyor"
    assert "Afiş sayısı" in message.body and "Video sayısı" not in message.body


def test_a_reviewers_reminder_names_her(world, outbox):
    world.told()
    assert remind(world.period, [world.unit], by=world.reviewer, today=QUIET) == 1
    run()

    assert "Hatırlatan: Kadın ve Aile Hizmetleri" in outbox[0].body


def test_every_message_has_text_and_html_without_anything_from_elsewhere(world, outbox):
    notify_returned(world.period, [returned(world)], by=world.reviewer)
    notify_approved(world.period, [approved(world)], by=world.reviewer)
    run(day(7))

    assert len(outbox) == 4  # opened, reminder, returned, approved
    for message in outbox:
        [(html, kind)] = message.alternatives
        assert kind == "text/html"
        assert '<html lang="tr">' in html
        assert not re.search(r"<img|<script|<link|url\(|src=", html)
        assert "{{" not in message.body + html
        assert "  \n" not in message.body
        assert "\n\n\n" not in message.body


def test_a_name_cannot_bring_its_own_html(world, outbox):
    world.unit.name = "<b>Birim</b>"
    world.unit.save()
    run()

    assert "<b>Birim</b>" in outbox[0].body
    assert "&lt;b&gt;Birim&lt;/b&gt;" in outbox[0].alternatives[0][0]


# --- Who is written to -------------------------------------------------------------------------


def test_a_departments_coordinator_hears_of_its_branch(world, outbox):
    branch = make_department(world.plan, "9.1", parent=world.unit, name="Eğitim Şubesi")
    make_indicator(make_activity(world.plan, branch, "4.4.4"), target=1)
    run()

    assert "Eğitim Şubesi" in outbox[0].body
    assert len(outbox) == 1


def test_who_has_nothing_due_is_left_alone(world, outbox):
    idle = make_department(world.plan, "11")
    make_indicator(make_activity(world.plan, idle, "5.1.1"), target="-")
    make_user(departments=[idle], email="bos@example.org")
    run()

    assert [message.to for message in outbox] == [["ayse@example.org"]]


def test_inactive_people_and_those_without_e_mail_are_skipped_and_told(world, outbox):
    make_user(departments=[world.unit], username="postasiz")
    make_user(departments=[world.unit], username="ayrildi", email="x@example.org", is_active=False)
    told = run()

    assert [message.to for message in outbox] == [["ayse@example.org"]]
    assert "postasiz" in told
    assert "ayrildi" in told


def test_a_unit_that_nobody_answers_for_is_told(world):
    world.ayse.memberships.get().units.clear()
    assert "9 Sağlık İşleri Dairesi" in run()


def test_who_leaves_after_queueing_gets_nothing(world, outbox):
    notify_opened(world.period, today=QUIET)
    world.ayse.is_active = False
    world.ayse.save()
    assert "Ayşe Ay" in run()
    assert not outbox


def test_reviewers_and_other_units_people_hear_nothing_of_a_return(world, outbox):
    world.told()
    other = make_department(world.plan, "12")
    make_user(departments=[other], email="oteki@example.org")
    notify_returned(world.period, [returned(world)], by=world.reviewer)
    run()

    assert [message.to for message in outbox] == [["ayse@example.org"]]


# --- The calendar ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("left", "due"),
    [
        (15, None), (14, 14), (13, 14), (12, 14), (11, None), (8, None), (7, 7), (5, 7), (4, None),
        (2, None), (1, 1), (0, 1), (-1, -1), (-3, -1), (-4, None), (-6, None), (-7, -7), (-9, -7),
        (-10, None), (-14, -14), (-21, -21),
    ],
)  # fmt: skip
def test_the_days_of_reminders(left, due):
    """A reminder missed by up to two days is made up for; the step is the day it was due."""
    assert step(CLOSES, day(left)) == (None if due is None else day(due))


def test_a_year_without_a_deadline_reminds_nobody_by_itself(world, outbox):
    world.told()
    world.period.closes_on = None
    world.period.save()
    run(day(1))
    assert not outbox

    assert remind(world.period, [world.unit], by=world.reviewer, today=day(1)) == 1
    run(day(1))
    assert outbox[0].subject == "YEAP: 2024 gerçekleşmeleri bekleniyor"


@pytest.mark.parametrize("state", [Period.State.PLANNED, Period.State.CLOSED, "published"])
def test_a_year_that_is_not_open_sends_nothing(world, outbox, state):
    world.period.state = state
    world.period.save()
    run(day(1))
    assert remind(world.period, [world.unit], by=world.reviewer, today=day(1)) == 0
    assert not outbox


def test_an_extension_reminds_its_unit_alone_until_its_own_day(world, outbox):
    other = make_department(world.plan, "10")
    make_indicator(make_activity(world.plan, other, "4.4.3"), target=1)
    make_user(departments=[other], email="oteki@example.org")
    world.period.state = Period.State.CLOSED
    world.period.save()
    make_extension(world.period, world.unit, until=datetime.date(2026, 4, 10))
    run(datetime.date(2026, 4, 3))
    run(datetime.date(2026, 4, 11))  # over

    [message] = outbox
    assert message.to == ["ayse@example.org"]
    assert "10 Nisan 2026" in message.body


def test_all_units_of_a_person_come_in_one_mail(world, outbox):
    world.told()
    world.second_unit()
    run(day(7))
    run(day(7))

    [message] = outbox
    assert "Sağlık İşleri Dairesi" in message.body
    assert "Ulaşım Dairesi" in message.body


def test_a_unit_that_comes_later_waits_for_another_day(world, outbox):
    world.told()
    run(day(7))
    world.second_unit()
    run(day(7))
    assert len(outbox) == 1

    run(day(6))
    assert "Ulaşım Dairesi" in outbox[1].body
    assert "Sağlık" not in outbox[1].body


def test_who_has_sent_everything_is_not_reminded(world, outbox):
    world.told()
    make_realization(world.course, 4)
    run(day(1))
    assert not outbox


@pytest.mark.parametrize(("state", "is_reminded"), [("draft", True), ("returned", True)])
def test_a_value_on_the_units_desk_is_not_sent(world, outbox, state, is_reminded):
    world.told()
    make_realization(world.course, 4, state=state)
    run(day(1))
    assert bool(outbox) == is_reminded


@pytest.mark.parametrize(("cell", "is_reminded"), [("-", True), ("yok", True), (0, False)])
def test_a_dash_and_a_text_say_nothing_and_0_is_a_number(world, outbox, cell, is_reminded):
    world.told()
    make_realization(world.course, cell)
    run(day(1))
    assert bool(outbox) == is_reminded


def test_a_reason_why_there_is_no_figure_counts_as_sent(world, outbox):
    world.told()
    make_realization(world.course, "", absence=Realization.Absence.NOT_DUE)
    run(day(1))
    assert not outbox


def test_what_is_sent_between_queueing_and_sending_is_not_reminded_of(world, outbox):
    world.told()
    remind(world.period, [world.unit], by=world.reviewer, today=QUIET)
    make_realization(world.course, 4)
    run()
    assert not outbox
    assert not Notice.objects.filter(kind="reminder").exists()


def test_opened_and_an_early_reminder_do_not_come_on_one_day(world, outbox):
    world.period.opens_on = day(7)
    world.period.save()
    run(day(7))
    assert [message.subject for message in outbox] == ["YEAP: 2024 gerçekleşmeleri girişe açıldı"]


# --- Never twice -------------------------------------------------------------------------------


@pytest.mark.parametrize("today", [QUIET, day(14), day(1), day(-7)])
def test_a_second_run_sends_nothing(world, outbox, today):
    run(today)
    first = len(outbox)
    assert first
    for _ in range(2):
        assert "gönderilen: 0" in run(today)
    assert len(outbox) == first


def test_a_year_opened_again_is_not_told_again(world, outbox):
    run()
    world.period.opens_on = QUIET
    world.period.save()
    assert notify_opened(world.period, today=QUIET) == 0
    run()
    assert len(outbox) == 1


def test_one_act_is_told_once_and_the_next_one_again(world):
    value = returned(world)
    assert notify_returned(world.period, [value], by=world.reviewer) == 1
    assert notify_returned(world.period, [value], by=world.reviewer) == 0
    value = returned(world, "Hâlâ yanlış.")
    assert notify_returned(world.period, [value], by=world.reviewer) == 1


def test_a_reviewer_reminds_a_unit_once_a_day(world):
    remind_on = {"by": world.reviewer, "today": QUIET}
    assert remind(world.period, [world.unit], **remind_on) == 1
    assert remind(world.period, [world.unit, world.second_unit()], **remind_on) == 1
    remind_on["today"] += datetime.timedelta(days=1)
    assert remind(world.period, [world.unit], **remind_on) == 1


def test_on_the_day_of_a_reviewers_reminder_the_calendar_adds_none(world, outbox):
    world.told()
    remind(world.period, [world.unit], by=world.reviewer, today=day(7))
    run(day(7))
    run(day(6))
    assert len(outbox) == 1


def test_a_dry_run_tells_and_writes_nothing(world, outbox):
    told = run(dry_run=True)
    assert "Ayşe Ay <ayse@example.org>: YEAP: 2024 gerçekleşmeleri girişe açıldı" in told
    assert not outbox
    assert not Notice.objects.exists()


# --- Turning off what is not essential ---------------------------------------------------------


def test_who_turned_reminders_off_gets_what_is_essential_only(world, outbox):
    world.ayse.wants_reminders = False
    world.ayse.save()
    assert notify_approved(world.period, [approved(world)], by=world.reviewer) == 0
    assert notify_returned(world.period, [returned(world)], by=world.reviewer) == 1
    run()
    for left in (14, 7, 1, -1):
        run(day(left))

    assert sorted(message.subject for message in outbox) == [
        "YEAP: 2024 gerçekleşmeleri bir gün gecikti",
        "YEAP: 2024 gerçekleşmeleri girişe açıldı",
        "YEAP: 2024 gerçekleşmeleri için bir gün kaldı",
        "YEAP: bir değer iade edildi",
    ]


def test_what_is_queued_when_a_person_turns_it_off_does_not_go_out(world, outbox):
    world.told()
    notify_approved(world.period, [approved(world)], by=world.reviewer)
    remind(world.period, [world.unit], by=world.reviewer, today=QUIET)
    world.ayse.wants_reminders = False
    world.ayse.save()
    run()
    assert not outbox


def test_optional_mails_carry_the_link_that_turns_them_off(world, outbox, client):
    world.told()
    run(day(14))
    run(day(1))

    early, last = outbox
    link = re.search(r"http://127\.0\.0\.1:8000(/accounts/mail/off/\S+)", early.body)
    assert early.extra_headers["List-Unsubscribe"] == f"<{link[0]}>"
    assert early.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "List-Unsubscribe" not in last.extra_headers
    assert "/accounts/mail/off/" not in last.body
    assert "http://127.0.0.1:8000/accounts/" in last.body

    client.post(link[1])
    world.ayse.refresh_from_db()
    assert world.ayse.wants_reminders is False


# --- Headers -----------------------------------------------------------------------------------


def test_line_breaks_in_names_write_no_headers(world, outbox):
    world.plan.short_name = "YEAP\r\nBcc: kurban@example.org"
    world.plan.save()
    world.ayse.first_name = "Ayşe\nBcc: kurban@example.org"
    world.ayse.save()
    world.unit.name = "Birim\r\nBcc: kurban@example.org"
    world.unit.save()
    run()

    [message] = outbox
    raw = message.message()
    assert raw["Bcc"] is None
    assert message.recipients() == ["ayse@example.org"]
    assert "\n" not in message.subject
    assert "\nBcc" not in message.body


def test_an_address_with_a_line_break_is_refused_and_stops_nobody(world, outbox):
    make_user(
        departments=[world.unit], email="a@example.org\nBcc: kurban@example.org", username="kotu"
    )
    told = run(expect=1)

    assert [message.to for message in outbox] == [["ayse@example.org"]]
    assert "kotu" in told


def test_the_sender_and_the_site_are_settings(world, outbox, settings):
    settings.DEFAULT_FROM_EMAIL = "YEAP İzleme <yeap@mersin.example>"
    settings.SITE_URL = "https://mersin.example/yeap"
    run()

    assert outbox[0].from_email == "YEAP İzleme <yeap@mersin.example>"
    assert "https://mersin.example/yeap/accounts/" in outbox[0].body


# --- A server that refuses, is away, or breaks off ---------------------------------------------


class Server(EmailBackend):
    """A mail server that does to each address what the test says; it notes what it took."""

    opens = staticmethod(lambda: None)
    does: dict = {}

    def open(self):
        self.opens()

    def send_messages(self, messages):
        for message in messages:
            if act := self.does.get(message.to[0]):
                act(message)
        return super().send_messages(messages)


def fails(error):
    def fail(*args):
        raise error

    return fail


@pytest.fixture
def server(settings, monkeypatch):
    # After the plugin has put its own backend there.
    monkeypatch.setattr(sending, "get_connection", lambda: Server())
    monkeypatch.setattr(Server, "does", {})
    monkeypatch.setattr(Server, "opens", staticmethod(lambda: None))
    return Server


NO = {"kotu@example.org": (550, b"no such user")}


def test_a_refused_address_stops_nobody_and_is_tried_a_few_times(world, outbox, server):
    make_user(departments=[world.unit], email="kotu@example.org", username="kotu")
    server.does["kotu@example.org"] = fails(smtplib.SMTPRecipientsRefused(NO))

    told = run(expect=1)
    notice = Notice.objects.get(person__username="kotu")
    assert [message.to for message in outbox] == [["ayse@example.org"]]
    assert "Reddedildi: kotu <kotu@example.org>" in told
    assert (notice.claimed_at, notice.sent_at) == (None, None)
    assert notice.problem.startswith("1. SMTPRecipientsRefused: ")

    for _ in range(sending.ATTEMPTS - 1):
        run(expect=1)
    assert "vazgeçilen: 1" in run()
    notice.refresh_from_db()
    assert sending.attempts(notice.problem) == sending.ATTEMPTS
    assert len(outbox) == 1


def test_a_refused_message_goes_out_with_a_later_run(world, outbox, server):
    server.does["ayse@example.org"] = fails(smtplib.SMTPDataError(451, b"later"))
    run(expect=1)
    assert not outbox

    server.does.clear()
    run()
    assert len(outbox) == 1
    assert Notice.objects.get().problem == ""


@pytest.mark.parametrize(
    "error", [ConnectionRefusedError("111"), smtplib.SMTPAuthenticationError(535, b"no")]
)
def test_a_server_that_is_away_costs_no_attempt(world, outbox, server, monkeypatch, error):
    monkeypatch.setattr(server, "opens", staticmethod(fails(error)))
    for _ in range(sending.ATTEMPTS + 1):
        told = run(expect=1)
    assert "E-posta sunucusu kabul etmiyor" in told
    notice = Notice.objects.get()
    assert notice.claimed_at is None
    assert notice.problem.startswith(f"… {type(error).__name__}")
    assert sending.attempts(notice.problem) == 0

    monkeypatch.setattr(server, "opens", staticmethod(lambda: None))
    run()
    assert len(outbox) == 1


def test_a_sender_that_the_server_does_not_take_costs_no_attempt(world, server):
    server.does["ayse@example.org"] = fails(smtplib.SMTPSenderRefused(553, b"no", "yeap@x"))
    run(expect=1)
    notice = Notice.objects.get()
    assert notice.claimed_at is None
    assert sending.attempts(notice.problem) == 0


@pytest.mark.parametrize("error", [smtplib.SMTPServerDisconnected("gone"), TimeoutError("late")])
def test_a_connection_that_breaks_off_is_uncertain_and_not_repeated(world, outbox, server, error):
    server.does["ayse@example.org"] = fails(error)
    assert "Belirsiz: Ayşe Ay <ayse@example.org>" in run(expect=1)

    server.does.clear()
    told = run()
    assert not outbox
    number = Notice.objects.get().pk
    assert f"Belirsiz, kendiliğinden yeniden gönderilmez: no. {number}" in told


class Killed(BaseException):
    pass


@pytest.mark.parametrize("has_left", [True, False])
def test_a_run_killed_between_claim_and_mark_repeats_nothing(
    world, outbox, server, monkeypatch, has_left
):
    if has_left:
        monkeypatch.setattr(sending, "_mark", fails(Killed()))
    else:
        server.does["ayse@example.org"] = fails(Killed())
    with pytest.raises(Killed):
        run()
    monkeypatch.undo()
    assert len(outbox) == has_left

    told = run()
    assert len(outbox) == has_left
    assert "belirsiz: 1" in told
    notice = Notice.objects.get()
    assert f"no. {notice.pk}," in told
    assert sending.state_of(notice) == "uncertain"

    # A person decides.
    run(again=[notice.pk])
    assert len(outbox) == has_left + 1
    run(again=[notice.pk])
    assert len(outbox) == has_left + 1


def test_without_a_mail_server_nothing_is_claimed(world, settings):
    settings.EMAIL_BACKEND = ""
    with pytest.raises(CommandError, match="EMAIL_URL"):
        run()
    assert Notice.objects.get().claimed_at is None


def test_a_wrong_day_is_told_in_a_sentence():
    with pytest.raises(CommandError, match="2026-02-28 biçiminde"):
        call_command("send_reminders", "--today", "28.02.2026")


# --- What it costs -----------------------------------------------------------------------------


def test_returning_many_values_costs_the_same(world, django_assert_num_queries):
    values = [make_indicator(world.activity, realization=1).realizations.get() for _ in range(12)]
    # values; the unit with its parent; its people; what is told already; insert
    with django_assert_num_queries(5):
        notify_returned(world.period, values, by=world.reviewer)
    assert Notice.objects.get().text.count("• ") == 12


def test_reminding_many_units_costs_the_same(world, django_assert_max_num_queries):
    def grow(numbers):
        for number in numbers:
            unit = make_department(world.plan, str(number))
            make_indicator(make_activity(world.plan, unit, f"6.1.{number}"), target=1)
            make_user(departments=[unit], email=f"k{number}@example.org")

    def remind_all(today):
        units = [place.department for place in world.plan.units.select_related("department")]
        return remind(world.period, units, by=world.reviewer, today=today)

    grow(range(20, 22))
    # units (2); rows; sent; parents; people; what is told already; insert
    with django_assert_max_num_queries(10) as few:
        remind_all(QUIET)
    grow(range(30, 40))
    with django_assert_max_num_queries(len(few)):
        assert remind_all(day(20)) == 13


def test_a_long_list_is_cut_and_says_so(world, outbox):
    world.told()
    values = [make_indicator(world.activity, realization=1).realizations.get() for _ in range(45)]
    notify_returned(world.period, values, by=world.reviewer)
    run()
    assert outbox[0].body.count("• ") == 40
    assert "… ve 5 gösterge daha" in outbox[0].body


# --- Two runs at once --------------------------------------------------------------------------


def send_at_once(number, monkeypatch):
    """Let runs meet where each has seen what waits and none has claimed it yet."""
    ready, errors = threading.Barrier(number), []
    waiting = sending.waiting

    def seen_together():
        found = list(waiting())
        ready.wait(timeout=30)
        return iter(found)

    monkeypatch.setattr(sending, "waiting", seen_together)

    def work():
        try:
            sending.send_queued(QUIET)
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _each in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert not errors


@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once_send_each_message_once(world, monkeypatch):
    for name in "abcdef":
        make_notice(make_user(email=f"{name}@example.org"), world.period, department=world.unit)
    send_at_once(3, monkeypatch)

    assert sorted(message.to[0][0] for message in mail.outbox) == list("abcdef")
    assert Notice.objects.filter(sent_at=None).count() == 0


@pytest.mark.django_db(transaction=True)
def test_without_the_claim_both_would_send(world, monkeypatch):
    """The race is real: with the claim off, the same message goes out twice."""
    make_notice(world.ayse, world.period, department=world.unit)
    monkeypatch.setattr(sending, "_claim", lambda notices: list(notices))
    send_at_once(2, monkeypatch)

    assert len(mail.outbox) == 2


@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once_queue_each_thing_once(world):
    ready, errors = threading.Barrier(3), []

    def work():
        try:
            ready.wait(timeout=30)
            run(day(1))
        except BaseException as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _each in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)

    assert not errors
    assert sorted(message.subject for message in mail.outbox) == [
        "YEAP: 2024 gerçekleşmeleri girişe açıldı",
        "YEAP: 2024 gerçekleşmeleri için bir gün kaldı",
    ]
