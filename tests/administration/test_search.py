"""Lists are searched and sorted with Turkish letters."""

import pytest

from accounts.models import User
from activities.models import Alias, Department, Tag
from indicators.models import Indicator
from tests.administration.pages import page
from tests.factories import make_tag, make_user

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "typed", ["IĞDIR", "ığdır", "igdir", "Iğdır sef", "4.4", "İZMİR", "ışıklar"]
)
def test_search_finds_turkish_letters_whatever_the_case(staff, indicator, typed):
    response = staff.get(page(Indicator, "changelist"), {"q": typed})

    assert list(response.context["cl"].result_list) == [indicator]


def test_search_finds_a_unit_by_its_alias_once(staff, department):
    Alias.objects.create(department=department, text="Işık D.B")
    Alias.objects.create(department=department, text="Işık Daire")

    response = staff.get(page(Department, "changelist"), {"q": "IŞIK"})

    assert list(response.context["cl"].result_list) == [department]


def test_people_are_found_by_name(staff):
    person = make_user(username="a", first_name="Işıl", last_name="İnce")

    response = staff.get(page(User, "changelist"), {"q": "İNCE IŞIL"})

    assert list(response.context["cl"].result_list) == [person]


def test_units_are_in_turkish_order(staff):
    for name in ("Zabıta", "Şehir", "Çevre", "Cadde", "İtfaiye", "Isı"):
        Department.objects.create(name=name)

    response = staff.get(page(Department, "changelist"))

    found = [unit.name for unit in response.context["cl"].result_list]
    assert found == ["Cadde", "Çevre", "Isı", "İtfaiye", "Şehir", "Zabıta"]


def test_autocomplete_tells_indicators_of_one_name_apart(staff, indicator):
    response = staff.get(
        "/admin/autocomplete/",
        {
            "app_label": "indicators",
            "model_name": "target",
            "field_name": "indicator",
            "term": "IĞDIR",
        },
    )

    [found] = response.json()["results"]
    assert found["text"] == "Işıklar · 4.4.2 · Iğdır seferi sayısı"


def test_tags_are_found_in_any_letters(staff):
    make_tag("charter", "8", "İşveren rolü")
    make_tag("charter", "9", "Konut")

    listed = staff.get(page(Tag, "changelist"), {"q": "IŞVEREN"}).context["cl"].result_list

    assert [tag.code for tag in listed] == ["8"]
