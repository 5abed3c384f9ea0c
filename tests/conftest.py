"""What every test gets."""

from __future__ import annotations

import io
from collections.abc import Iterator
from functools import partial

import hypothesis
import pytest
from django.conf import settings
from django.core.management import call_command

from activities.models import Plan
from imports.management.commands.demo import SLUG
from tests.kept_rows import KeptRows, held_for_module
from tests.migrated_once import drop_template, make_database, template_name

demo = KeptRows(lambda: call_command("demo", stdout=io.StringIO()))
# A busy machine must not decide whether a property holds.
hypothesis.settings.register_profile(
    "calm", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("calm")


def pytest_configure() -> None:
    # The real hasher takes its time on purpose: 0.3 s for every account a test makes.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def pytest_unconfigure(config: pytest.Config) -> None:
    drop_template(config)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what reaches the database: only that can come out otherwise on another one."""
    for item in items:
        fixtures = getattr(item, "fixturenames", ())
        if item.get_closest_marker("django_db") or {"db", "django_db_setup"} & set(fixtures):
            item.add_marker("database")


@pytest.fixture(scope="session")
def django_db_setup(
    request, tmp_path_factory, django_db_blocker, django_db_keepdb, django_db_use_migrations
) -> None:
    """Make the test database as pytest-django does, but migrate it once in a run only."""
    make = partial(request.getfixturevalue, "django_db_setup")
    is_worker = hasattr(request.config, "workerinput")
    if not is_worker or django_db_keepdb or not django_db_use_migrations:
        make()
        return
    template = template_name()  # before the settings get each worker's name
    request.getfixturevalue("django_db_modify_db_settings")
    shared = tmp_path_factory.getbasetemp().parent  # what all workers of a run have in common
    with django_db_blocker.unblock():
        make_database(make, shared, template)


@pytest.fixture(scope="module")
def real_plan(django_db_setup, django_db_blocker) -> Iterator[Plan]:
    """Hold what ``manage.py demo`` loads (plan, units, people) for the tests of a module.

    The first module of a process runs the command; the others get the rows that it made. Each
    test's own transaction nests in this one, so none sees what another changed.
    """
    with held_for_module(django_db_blocker, demo.put_in):
        with django_db_blocker.unblock():
            plan = Plan.objects.get(slug=SLUG)
        yield plan
