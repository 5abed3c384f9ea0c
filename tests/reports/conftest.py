"""Addresses and readers of the report pages."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from imports.management.commands.demo import SLUG
from tests.reports.html import parse


@pytest.fixture
def at():
    """Return the address of a page of the trial's plan in 2024."""

    def address(name, *args, slug=SLUG, year=2024):
        return reverse(name, args=[slug, year, *args])

    return address


@pytest.fixture
def signed_in(db):
    """Return a client that a person, or the account of this name, has signed in with."""

    def sign_in(who="inceleme", language=""):
        user = User.objects.get(username=who) if isinstance(who, str) else who
        client = Client()
        client.force_login(user)
        if language:
            client.cookies["django_language"] = language
        return client

    return sign_in


@pytest.fixture
def read(signed_in):
    """Return a page as the reviewer (or another account) meets it; it must be there."""

    def open_page(address, query=None, *, who="inceleme", language=""):
        response = signed_in(who, language).get(address, query)
        assert response.status_code == 200
        return parse(response.text)

    return open_page
