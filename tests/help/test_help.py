"""Help: what one does on each page, and the words."""

import re
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from accounts.models import User
from help import glossary
from help.limits import limits
from help.page_help import OF_VIEW, PAGES, help_of
from indicators import achievement, inference, publishing, results
from pages.navigation import IN_MENU, PART_OF
from tests import factories
from tests.test_urls import OWN

ROOT = Path(__file__).resolve().parents[2]
ENTRIES = pytest.mark.parametrize("entry", glossary.ENTRIES, ids=lambda entry: entry.key)


def anchors(text):
    return set(re.findall(r' id="([^"]+)"', text))


def everything(entry):
    return [entry.term, entry.text, *(e for item in entry.items for e in (item.name, item.text))]


@pytest.mark.parametrize("view", [*IN_MENU, *PART_OF, "entry_send", "period", "import_preview"])
def test_every_page_of_the_menu_has_its_help(view):
    assert help_of(view)


def test_the_administration_has_its_help_whatever_page_of_it():
    assert help_of("activities_plan_changelist", "admin").key == "settings"


def test_help_is_for_pages_that_there_are():
    assert set(OF_VIEW) <= {each.name for each in OWN.values()}


def test_every_page_of_the_settings_has_its_help():
    for route, address in OWN.items():
        if route.startswith("settings/"):
            assert help_of(address.name, "", route).key == "settings"


@ENTRIES
def test_every_word_is_explained_in_turkish(entry):
    with translation.override("en"):
        told = everything(entry)
    with translation.override("tr"):
        turkish = everything(entry)
    # A rule's number is the same in both, and so is the plan.
    same = {a for a, b in zip(told, turkish, strict=True) if a == b}
    assert {each for each in same if not re.fullmatch(r"R[1-8]|Plan", each)} == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.key)
def test_every_page_is_explained_in_turkish(page):
    with translation.override("en"):
        told = [str(page.what), *page.steps]
    with translation.override("tr"):
        assert not set(told) & {str(page.what), *page.steps}


def test_every_word_that_is_linked_is_explained():
    linked = {key for page in PAGES for key in page.words}
    for template in (ROOT / "templates").rglob("*.html"):
        linked |= set(re.findall(r'{% explained "([a-z-]+)" %}', template.read_text("utf-8")))

    assert {"score", "coverage"} <= linked <= set(glossary.BY_KEY)


def test_keys_are_told_apart():
    assert len(glossary.BY_KEY) == len(glossary.ENTRIES)
    assert len({page.key for page in PAGES}) == len(PAGES)


def test_words_stand_in_the_alphabet_of_the_language():
    with translation.override("tr"):
        words = [entry.term for entry in glossary.entries()]
    assert words.index("Baskı") < words.index("Çalışma hâli") < words.index("Doğrulandı")
    assert words.index("İade edildi") < words.index("İnceleyen") < words.index("Kapsam")


def test_limits_are_those_of_the_code(monkeypatch):
    with translation.override("tr"):
        assert limits()["cap"] == "%100" and limits()["smallest"] == "5"
        monkeypatch.setattr(inference, "SMALLEST_SHOWN", inference.Decimal(7))
        monkeypatch.setattr(results, "ENOUGH", achievement.Decimal("0.75"))
        monkeypatch.setattr(publishing, "POINTS_APART", achievement.Decimal("0.035"))
        assert "7 altı" in glossary.BY_KEY["small-numbers"].text
        assert "%75" in glossary.BY_KEY["coverage"].text
        assert "3,5 puan" in glossary.BY_KEY["publishing"].text


@ENTRIES
def test_no_limit_is_typed_a_second_time(entry):
    """A number in an explanation is a limit of the code, or a code or weight as an example."""
    texts = [str(entry.says), *(str(text) for _name, text, key in entry.parts if not key)]
    numbers = {each for text in texts for each in re.findall(r"[0-9][0-9.,]*%?", text)}

    assert {each.strip(".,") for each in numbers} <= {"0", "1", "4", "4.4", "4.4.2"}


# The pages


@pytest.mark.django_db
def test_the_page_explains_every_word_and_what_a_person_may_open(real_plan, read):
    text = read("/help/", who="okur").text

    for entry in glossary.ENTRIES:
        with translation.override("tr"):
            assert entry.term in text and entry.text.split(";")[0] in text
    assert "Dönem ve yayın" not in text
    assert "Dönem ve yayın" in read("/help/", who="inceleme").text


def test_the_head_leads_to_the_help_for_its_page(real_plan, read, at):
    for address, anchor in (
        ("/", "page-today"),
        (at("dashboard"), "page-dashboard"),
        (at("department", "7"), "page-departments"),
        (at("findings"), "page-questions"),
        ("/imports/", "page-imports"),
        ("/accounts/", "page-account"),
    ):
        page = read(address, who="yonetici")
        assert page.one("a", "to-help")["href"] == f"/help/#{anchor}"
        assert page.one("a", "to-help").text == "?Yardım"
        assert read("/help/", who="yonetici").by_id(anchor)


@pytest.mark.django_db
def test_the_administration_leads_to_its_help():
    client = Client()
    client.force_login(factories.make_user("administrator"))

    assert 'href="/help/#page-settings"' in client.get("/admin/").text
    assert "page-settings" in anchors(client.get("/help/").text)


@pytest.mark.django_db
def test_a_search_leads_to_words_that_are_there():
    client = Client()
    client.force_login(factories.make_user())

    assert {entry.anchor for entry in glossary.ENTRIES} <= anchors(client.get("/help/").text)


@pytest.mark.django_db
def test_who_belongs_nowhere_is_helped_too():
    client = Client()
    client.force_login(User.objects.create_user("kimse"))

    assert "Kapsam" in client.get("/help/").text


@pytest.mark.django_db
@pytest.mark.parametrize(("query", "word"), [("", "Kapsam"), ("?lang=en", "Coverage")])
def test_everybody_reads_the_words_and_nothing_of_a_municipality(
    query, word, django_assert_num_queries
):
    factories.make_plan(name="Gizli plan", municipality="Gizli Belediye")
    with django_assert_num_queries(0):
        response = Client().get(f"/public/help/{query}")

    assert word in response.text and "Gizli" not in response.text
    assert not response.cookies and "public" in response["Cache-Control"]
    assert {entry.anchor for entry in glossary.ENTRIES} <= anchors(response.text)
    assert reverse("public_help") in Client().get("/public/").text


@pytest.mark.django_db
def test_help_costs_the_same_queries_whatever_there_is(django_assert_num_queries):
    client = Client()
    client.force_login(factories.make_user("administrator"))
    plan = factories.make_plan()
    client.get("/help/")
    for _each in range(3):
        factories.make_indicator(factories.make_activity(plan), realization=1)

    # session; person; municipality; what she is; plans; years with reports
    with django_assert_num_queries(6):
        client.get("/help/")
