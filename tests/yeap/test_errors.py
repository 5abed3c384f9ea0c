"""The pages for what goes wrong."""

import sqlite3

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import InterfaceError, OperationalError, connection
from django.http import Http404
from django.template.loader import render_to_string
from django.test import Client, override_settings
from django.urls import path

from activities.models import Municipality
from yeap import errors


def caused_by(error, cause):
    error.__cause__ = cause
    return error


def postgres(code):
    cause = Exception("from the server")
    cause.pgcode = code
    return caused_by(OperationalError("from the server"), cause)


def sqlite(code):
    cause = sqlite3.OperationalError("from the file")
    cause.sqlite_errorcode = code
    return caused_by(OperationalError("from the file"), cause)


def raising(error):
    def view(request):
        raise error

    return view


urlpatterns = [
    path("away/", raising(postgres(None))),
    path("wrong/", raising(sqlite(sqlite3.SQLITE_ERROR))),
    path("bad/", raising(SuspiciousOperation())),
    path("denied/", raising(PermissionDenied())),
    path("missing/", raising(Http404())),
]
handler400 = errors.bad_request
handler403 = errors.permission_denied
handler404 = errors.page_not_found
handler500 = errors.server_error

pytestmark = pytest.mark.urls(__name__)


@pytest.fixture
def client():
    middleware = ["yeap.errors.DatabaseAwayMiddleware"]
    with override_settings(MIDDLEWARE=middleware, ALLOWED_HOSTS=["testserver"]):
        yield Client(raise_request_exception=False)


@pytest.mark.parametrize(
    ("error", "away"),
    [
        (InterfaceError("connection already closed"), True),
        (postgres(None), True),
        (postgres("08006"), True),
        (postgres("57P01"), True),
        (postgres("53300"), True),
        (postgres("57014"), False),
        (postgres("40P01"), False),
        (sqlite(sqlite3.SQLITE_BUSY), True),
        (sqlite(sqlite3.SQLITE_IOERR | (12 << 8)), True),
        (sqlite(sqlite3.SQLITE_FULL), True),
        (sqlite(sqlite3.SQLITE_ERROR), False),
        (ValueError(), False),
    ],
)
def test_only_a_lost_database_counts_as_away(error, away):
    assert errors.is_away(error) is away


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "status"),
    [("away", 503), ("wrong", 500), ("bad", 400), ("denied", 403), ("missing", 404)],
)
def test_each_fault_has_its_page(client, address, status):
    response = client.get(f"/{address}/")

    assert response.status_code == status
    assert "<h1>" in response.text
    assert 'href="/"' in response.text


def test_a_lost_database_keeps_what_was_typed(client):
    response = client.post("/away/?a=1", {"value": ['<7,5 "x"', "8"], "csrfmiddlewaretoken": "t"})

    assert response["Retry-After"] == "10"
    assert 'action="/away/?a=1"' in response.text
    assert 'name="value" value="&lt;7,5 &quot;x&quot;"' in response.text
    assert 'name="value" value="8"' in response.text


def test_a_lost_database_does_not_write_out_passwords(client):
    response = client.post("/away/", {"username": "a", "password": "secret words"})

    assert "secret words" not in response.text
    assert "<form" not in response.text


@pytest.mark.parametrize("name", ["400", "403", "403_csrf", "404", "500", "503"])
def test_error_pages_need_no_context(name):
    assert "YEAP İzleme" in render_to_string(f"{name}.html")


@pytest.mark.django_db
def test_a_page_that_is_missing_names_the_municipalitys_contact(client):
    municipality = Municipality.objects.the_only()
    municipality.contact_name, municipality.contact_phone = "Eşitlik Birimi", "dahili 4100"
    municipality.save()

    assert "Eşitlik Birimi" in client.get("/missing/").text

    Municipality.objects.create(name="Adana")  # whose page it is nobody knows
    assert "Eşitlik Birimi" not in client.get("/missing/").text


@pytest.mark.django_db
def test_a_page_is_missing_without_a_database_too(client, settings):
    settings.CONTACT_NAME = "Bilgi İşlem"

    def away(*_arguments):
        raise OperationalError("gone")

    with connection.execute_wrapper(away):
        response = client.get("/missing/")

    assert response.status_code == 404
    assert "Bilgi İşlem" in response.text


@pytest.mark.django_db
def test_a_page_that_cannot_be_rendered_is_still_answered(client, monkeypatch):
    monkeypatch.setattr(errors, "render_to_string", raising(RuntimeError()))

    response = client.get("/missing/")

    assert response.status_code == 404
    assert response.text == errors.LAST_RESORT
