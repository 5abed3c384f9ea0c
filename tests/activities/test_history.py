"""Every model keeps its history in one way."""

import pytest
from django.apps import apps

from activities.history import KeptManager
from activities.models import Plan
from tests.factories import OWN_APPS, make_plan

RECORDED = [
    model
    for app in OWN_APPS
    for model in apps.get_app_config(app).get_models()
    if hasattr(model._meta, "simple_history_manager_attribute")
]


@pytest.mark.parametrize("model", RECORDED, ids=lambda model: model.__name__)
def test_a_manager_is_of_one_class_whenever_it_is_asked_for(model):
    assert isinstance(model.history, KeptManager)
    assert type(model.history) is type(model.history) is type(Plan.history)


@pytest.mark.django_db
def test_a_rows_history_is_its_own():
    first, second = make_plan(), make_plan()
    first.name = "Yeni ad"
    first.save()

    assert first.history.latest().name == "Yeni ad"
    assert first.history.count() == second.history.count() + 1
    assert Plan.history.count() == first.history.count() + second.history.count()
