"""A session ends by itself, pages are kept by nobody, leaving takes along what is private."""

import json
import os
import subprocess
import sys
import time

import pytest
from django.conf import settings as project
from django.test import Client

from tests.factories import make_user

pytestmark = pytest.mark.django_db

STAY = "/accounts/stay/"


@pytest.fixture
def reviewer(client):
    client.force_login(make_user("reviewer"))
    return client


def pass_minutes(monkeypatch, minutes):
    later = time.time() + minutes * 60
    monkeypatch.setattr(time, "time", lambda: later)


@pytest.mark.parametrize(("role", "ends"), [("reviewer", 1), ("administrator", 1), ("", 0)])
def test_a_session_with_far_reaching_rights_ends_by_itself(client, monkeypatch, role, ends):
    client.force_login(make_user(role))
    pass_minutes(monkeypatch, project.IDLE_MINUTES + 1)
    assert client.get("/accounts/").status_code == (302 if ends else 200)


def test_work_keeps_it_alive(reviewer, monkeypatch):
    for _step in range(4):
        pass_minutes(monkeypatch, project.IDLE_MINUTES - 1)
        assert reviewer.get("/accounts/").status_code == 200


def test_asking_how_long_is_left_is_no_work_but_staying_is(reviewer, monkeypatch):
    pass_minutes(monkeypatch, 50)
    assert 590 <= reviewer.get(STAY).json()["left"] <= 600
    assert 590 <= reviewer.get(STAY).json()["left"] <= 600
    reviewer.post(STAY)
    assert reviewer.get(STAY).json()["left"] == project.IDLE_MINUTES * 60
    pass_minutes(monkeypatch, project.IDLE_MINUTES + 1)
    assert reviewer.get(STAY).url.startswith("/accounts/login/")


def test_who_has_no_limit_is_told_so(client):
    client.force_login(make_user())
    assert client.get(STAY).json() == {"left": None}


def test_many_pages_write_the_session_once_a_minute(reviewer, django_assert_max_num_queries):
    with django_assert_max_num_queries(99) as first:
        reviewer.get("/accounts/")
    assert not [query for query in first if "UPDATE" in query["sql"]]


def test_a_page_knows_its_limit(reviewer):
    assert f'data-limit="{project.IDLE_MINUTES * 60}"' in reviewer.get("/").text
    other = Client()
    other.force_login(make_user())
    assert 'data-limit=""' in other.get("/accounts/").text


@pytest.mark.parametrize("path", ["/", "/accounts/", "/entry/", "/imports/", "/admin/"])
def test_what_is_behind_the_login_is_stored_nowhere(client, path):
    client.force_login(make_user("administrator", is_staff=True))
    assert "no-store" in client.get(path, follow=True)["Cache-Control"]


def test_what_is_for_everybody_may_be_kept(client):
    client.force_login(make_user())
    assert client.get("/public/")["Cache-Control"].startswith("public")


def test_signing_out_clears_what_the_back_button_would_show(client):
    client.force_login(make_user("administrator", is_staff=True))
    assert client.post("/accounts/logout/")["Clear-Site-Data"] == '"cache"'
    client.force_login(make_user("administrator", is_staff=True))
    answer = client.post("/admin/logout/")
    assert (answer["Clear-Site-Data"], answer.url) == ('"cache"', "/accounts/login/")
    assert client.get("/admin/").status_code == 302


COOKIES = (
    "SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", "KNOWN_BROWSER_COOKIE_NAME",
    "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE",
)  # fmt: skip


@pytest.mark.parametrize(
    ("environment", "prefix", "secure"),
    [
        ({"DEBUG": "1"}, "", False),
        ({"SECRET_KEY": "x" * 50, "ALLOWED_HOSTS": "yeap.example.org"}, "__Host-", True),
    ],
)
def test_cookies_of_a_service_belong_to_its_host_alone(tmp_path, environment, prefix, secure):
    asked = (
        "import json; from django.conf import settings; "
        f"print(json.dumps([getattr(settings, name) for name in {COOKIES}]))"
    )
    found = subprocess.check_output(
        [sys.executable, "-c", asked],
        env={
            "PATH": os.environ["PATH"],
            "DJANGO_SETTINGS_MODULE": "yeap.settings",
            "DATA_DIR": str(tmp_path),
            **environment,
        },
        cwd=project.BASE_DIR,
    )
    names = [f"{prefix}{name}" for name in ("sessionid", "csrftoken", "known_browser")]
    assert json.loads(found) == [*names, secure, secure]
