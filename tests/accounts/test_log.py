"""Who signed in, who took what away, from where: as rows and as lines."""

import datetime
import io
import logging

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from accounts import log
from accounts.log_lines import RequestFilter
from accounts.records import LogEntry
from activities.models import Municipality
from indicators.models import Evidence
from tests import factories
from tests.administration.pages import page
from tests.factories import make_user

pytestmark = pytest.mark.django_db

ADDRESS = "203.0.113.77"


def acts():
    return list(LogEntry.objects.order_by("pk").values_list("act", "person__username", "about"))


def sign_in(who, password="parola-12345"):
    client = Client(REMOTE_ADDR=ADDRESS)
    client.post("/accounts/login/", {"username": who, "password": password})
    return client


def test_signing_in_and_being_refused_are_noted():
    make_user(username="ayse")
    sign_in("ayse", "yanlis")
    sign_in("gizli-parolam-burada", "x")
    sign_in("ayse")
    assert acts() == [("refused", "ayse", ""), ("refused", None, ""), ("signed_in", "ayse", "")]


def test_the_address_is_shortened():
    make_user(username="ayse")
    sign_in("ayse")
    assert LogEntry.objects.get().network == "203.0.113.0"


@pytest.mark.parametrize(
    ("address", "kept"),
    [("10.1.2.3", "10.1.2.0"), ("2001:db8:1:2:3::4", "2001:db8:1::"), ("x", ""), ("", "")],
)
def test_what_is_kept_of_an_address(address, kept):
    assert log.shortened(address) == kept


@pytest.fixture
def plan():
    plan = factories.make_plan(slug="p")
    factories.make_period(plan, state="open")
    department = factories.make_department(plan, "1")
    activity = factories.make_activity(plan, department, "1.1.1")
    factories.make_indicator(activity, target=1, realization=1)
    return plan


def test_what_is_taken_away_is_noted(plan):
    make_user("reviewer", username="inceleme")
    client = sign_in("inceleme")
    paths = [f"/plans/p/2024/plan.{form}" for form in ("csv", "xlsx")]
    paths.append("/plans/p/2024/departments/1/template.xlsx")
    for path in paths:
        assert client.get(path).status_code == 200
        client.head(path)
    assert client.get("/plans/p/2024/plan.nix").status_code == 404
    client.get("/plans/p/2024/")
    assert acts()[1:] == [("exported", "inceleme", path) for path in paths]


def test_opened_evidence_is_noted(plan):
    person = make_user("reviewer", username="inceleme")
    realization = plan.activities.get().indicators.get().realizations.get()
    Evidence.objects.create(
        realization=realization, added_by=person, name="liste.txt", size=1, digest="0" * 64,
        file=SimpleUploadedFile("liste.txt", b"x"),
    )  # fmt: skip
    client = sign_in("inceleme")
    address = f"/evidence/{Evidence.objects.get().pk}/"
    client.get(address)
    assert acts()[1:] == [("evidence", "inceleme", address)]


def test_tables_of_the_administration_are_noted():
    make_user("administrator", username="yonetici", is_staff=True)
    client = sign_in("yonetici")
    address = "/admin/accounts/user/export/"
    client.get(address)
    assert client.post(address, {"resource": 0, "format": "0"}).status_code == 200
    assert acts()[1:] == [("exported", "yonetici", address)]


def test_a_printed_page_is_noted():
    make_user(username="ayse")
    client = sign_in("ayse")
    assert client.post("/accounts/printed/", {"page": "/plans/p/2024/"}).status_code == 204
    client.post("/accounts/printed/", {"page": "https://kotu.example/"})
    assert acts()[1:] == [("printed", "ayse", "/plans/p/2024/")]


def test_who_gives_a_role_is_noted():
    make_user("administrator", username="yonetici", is_staff=True)
    person = make_user(username="ayse")
    client = sign_in("yonetici")
    unit = factories.make_department()
    address = page(type(person), "change", person.pk)
    data = {"username": "ayse", "is_active": "on"}
    client.post(address, data | {"role": "reviewer", "units": [unit.pk]})
    client.post(address, data | {"role": "reader"})
    assert acts()[1:] == [
        ("role_changed", "yonetici", "ayse: =inceleyen"),
        ("role_changed", "yonetici", f"ayse: +{unit}"),
        ("role_changed", "yonetici", "ayse: =okur"),
        ("role_changed", "yonetici", f"ayse: −{unit}"),
    ]


def test_what_nobody_asked_for_is_not_noted():
    make_user("reviewer", [factories.make_department()])
    assert not LogEntry.objects.exists()


def test_entries_go_after_their_time(settings):
    make_user(username="ayse")
    LogEntry.objects.create(
        act="signed_in", at=timezone.now() - datetime.timedelta(days=settings.LOG_DAYS + 1)
    )
    sign_in("ayse")
    assert len(acts()) == 1


def test_administrators_read_it_and_change_nothing():
    make_user("administrator", username="yonetici", is_staff=True)
    client = sign_in("yonetici")
    assert "oturum açtı" in client.get(page(LogEntry, "changelist")).text
    assert client.get(page(LogEntry, "add")).status_code == 403
    entry = LogEntry.objects.get()
    client.post(page(LogEntry, "delete", entry.pk), {"post": "yes"})
    assert LogEntry.objects.filter(pk=entry.pk).exists()


def test_a_line_has_time_grade_person_and_address(settings):
    person = make_user(username="ayse")
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.addFilter(RequestFilter())
    handler.setFormatter(logging.Formatter(settings.LOGGING["formatters"]["line"]["format"]))
    root = logging.getLogger()
    root.addHandler(handler)
    try:
        client = sign_in("ayse")
        client.get("/no-such-page/")
        client.get("/admin/", follow=True)
    finally:
        root.removeHandler(handler)
    lines = stream.getvalue().splitlines()
    assert f" INFO person={person.pk} address={ADDRESS} accounts.log: signed_in" in lines[0]
    assert any(f"WARNING person={person.pk} address={ADDRESS} django.request" in x for x in lines)
    assert "ayse" not in stream.getvalue()


def test_administrators_see_what_their_own_municipalitys_people_did():
    here = Municipality.objects.the_only()
    there = Municipality.objects.create(name="Başka Belediye")
    make_user("administrator", username="yonetici", municipality=here)
    other = make_user(username="adanali", municipality=there)
    client = sign_in("yonetici")
    LogEntry.objects.create(act="exported", person=other, about="/gizli/")
    LogEntry.objects.create(act="refused", about="/kimse/")
    rows = client.get(page(LogEntry, "changelist")).context["cl"].result_list
    assert [row.person.username for row in rows] == ["yonetici"]
