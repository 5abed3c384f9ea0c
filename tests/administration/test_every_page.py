"""Every page opens, holds nothing inline and costs the same for many rows."""

import re

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group

from accounts.models import User
from activities.models import (
    Activity,
    ActivityTag,
    ActivityUnit,
    Department,
    Extension,
    Institution,
    Municipality,
    Objective,
    Plan,
    Tag,
)
from indicators.models import Edition, Indicator, Notice, Realization, Target
from tests.administration.pages import page
from tests.administration.rows import add_values, make_row
from tests.factories import make_edition, make_extension, make_notice, make_tag

pytestmark = pytest.mark.django_db

# What nobody makes by hand.
READ_ONLY = (
    "ImportBatch", "ColumnMapping", "FindingAnswer", "SmallNumberDecision", "Edition", "Notice",
    "LogEntry",
)  # fmt: skip


@pytest.mark.parametrize("model", [m for m in admin.site._registry if m is not Group])
def test_every_page_opens_and_has_nothing_inline(staff, model, plan, indicator):
    Institution.objects.create(name="STK'lar", is_group=True)
    Target.objects.create(indicator=indicator, year=2024, value=3, text="3")
    add_values(indicator, value=0, text="0")
    names = ["changelist", "export"]
    make_extension(), make_tag(), make_edition(plan), make_notice()
    row = model.objects.order_by("pk").last()
    addresses = [page(model, name) for name in names]
    if model.__name__ not in READ_ONLY:
        addresses.append(page(model, "change", row.pk))
        if model is not Municipality:  # an operator makes them
            addresses.append(page(model, "add"))
        addresses += [page(model, "history", row.pk)]
        if version := row.history.first():
            addresses.append(page(model, "simple_history", row.pk, version.pk))
    for address in addresses:
        response = staff.get(address)
        assert response.status_code == 200, address
        assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", response.text)


def test_import_pages_open_and_have_nothing_inline(staff):
    for model in (Department, Institution):
        response = staff.get(page(model, "import"))

        assert response.status_code == 200
        assert not re.search(r"<style|\sstyle=|\son\w+=", response.text)


# session, user, user's permissions, group's permissions, count, rows, and a query for each
# filter whose choices are in the database
LIST_MODELS = [
    Plan,
    Department,
    Institution,
    Objective,
    Activity,
    Indicator,
    Target,
    Realization,
    User,
    Extension,
    Tag,
    Edition,
    Notice,
]


@pytest.mark.parametrize("model", LIST_MODELS)
def test_a_list_costs_the_same_for_two_rows_and_for_twenty(
    staff, model, plan, activity, indicator, django_assert_max_num_queries
):
    def grow(numbers):
        for number in numbers:
            make_row(model, number, plan, activity, indicator)

    grow(range(2))
    staff.get(page(model, "changelist"))
    with django_assert_max_num_queries(12) as few:
        staff.get(page(model, "changelist"))
    grow(range(2, 20))
    with django_assert_max_num_queries(len(few)):
        response = staff.get(page(model, "changelist"))

    assert len(response.context["cl"].result_list) >= 18


def test_an_activity_page_costs_the_same_for_more_rows(
    staff, activity, django_assert_max_num_queries
):
    def grow(numbers):
        for number in numbers:
            Indicator.objects.create(activity=activity, name=f"Sayı {number}", position=number + 1)
            body = Institution.objects.create(name=f"Kurum {number}")
            ActivityUnit.objects.create(activity=activity, role="supporting", institution=body)
            ActivityTag.objects.create(activity=activity, tag=make_tag())

    address = page(Activity, "change", activity.pk)
    grow(range(2))
    with django_assert_max_num_queries(19) as few:
        staff.get(address)
    grow(range(2, 12))
    with django_assert_max_num_queries(len(few)):
        staff.get(address)
