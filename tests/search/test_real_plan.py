"""One search over the real plan, as the trial's people meet it."""

import pytest

from imports.management.commands.demo import SLUG

pytestmark = pytest.mark.usefixtures("real_plan")
YEAR_PAGES = f"/plans/{SLUG}/2024/"


@pytest.fixture
def search(read):
    def found(words, **given):
        return read("/search/", {"q": words}, **given)

    return found


def groups(page):
    return [section["id"] for section in page.all("section", "sect")]


def hits(page, group):
    """Return the titles of a group's hits with their addresses, in order."""
    found = [each for each in page.all("section", "sect") if each["id"] == group]
    return [
        (title.text, "".join(a["href"] for a in title.all("a")))
        for section in found
        for title in section.all("p", "hit-title")
    ]


@pytest.mark.parametrize("typed", ["isik", "IŞIK", "ışık"])
def test_letters_without_their_marks_find_and_what_was_found_is_marked(search, typed):
    page = search(typed)

    titles = [title for title, _url in hits(page, "indicators")]
    assert any("trafik sistemi bulunan ışık sayısı" in title for title in titles)
    assert "ışık" in {mark.text.lower() for mark in page.all("mark")}


def test_several_words_are_found_in_any_order(search):
    title, _url = hits(search("aydinlatma YÜRÜYÜŞ ek"), "indicators")[0]

    assert title.endswith("Ek yürüyüş yolu aydınlatma sayısı")


def test_a_code_stands_first_and_does_not_lead_away(search):
    page = search("4.4.2")

    assert groups(page)[:2] == ["indicators", "activities"]
    assert all(title.startswith("4.4.2 ") for title, _url in hits(page, "indicators"))
    [(title, url)] = hits(page, "activities")
    assert title == "4.4.2 Otobüslerde güvenli ulaşım sağlamak"
    assert url == f"{YEAR_PAGES}departments/7/?q=4.4.2"


def test_a_units_number_stands_before_what_only_holds_it(search):
    page = search("11.2")

    assert groups(page)[0] == "units"
    title, url = hits(page, "units")[0]
    assert title.startswith("11.2 ") and url == f"{YEAR_PAGES}departments/11.2/"


def test_a_unit_is_found_by_another_spelling_which_is_shown(search):
    from activities.models import Alias

    spelling = Alias.objects.filter(department__isnull=False).first()

    page = search(spelling.text)

    assert spelling.department.name in " ".join(title for title, _url in hits(page, "units"))


def test_an_activity_leads_to_its_own_rows(search, read):
    [(_title, url)] = hits(search("4.4.3"), "activities")

    assert len(read(url).all("", "indicator")) == 3


def test_the_list_shows_as_many_as_the_search_counts(search, read, at):
    page = search("kadın")

    [section] = [each for each in page.all("section", "sect") if each["id"] == "indicators"]
    total = int(section.one("h2").one("span").text)
    [more] = section.all("a", "more-hits")
    assert total > 8 == len(hits(page, "indicators"))
    assert len(read(more["href"]).all("", "indicator")) == total


def test_questions_are_found_by_what_they_ask_and_by_their_indicator(search, read):
    asked = hits(search("4.1.2"), "questions")
    assert asked and all("/indicators/" in url and "#f-" in url for _title, url in asked)

    url, _sign, anchor = asked[0][1].partition("#")
    assert read(url).by_id(anchor)
    assert hits(search("eklenen toplam 432"), "questions")


def test_a_page_of_the_plan_is_found_by_its_title(search):
    assert ("Kadın ve erkek", f"{YEAR_PAGES}people/") in hits(search("erkek kadın"), "pages")


@pytest.mark.parametrize(
    ("who", "finds"),
    [("okur", set()), ("koordinator", set()), ("inceleme", {"period"}), ("yonetici", {"period"})],
)
def test_pages_are_found_by_who_may_open_them(search, who, finds):
    found = hits(search("dönem ve yayın", who=who), "pages")

    assert {"period" for title, _url in found if title == "Dönem ve yayın"} == finds


def test_settings_are_found_by_who_may_open_them(search):
    people = ("Kişiler", "/settings/people/")
    assert people in hits(search("kisiler", who="yonetici"), "pages")
    assert people not in hits(search("kisiler", who="inceleme"), "pages")
    years = ("Bildirim yılları", "/settings/plans/mersin-2024-2026/periods/")
    assert years in hits(search("bildirim yillari", who="inceleme"), "pages")


def test_the_administrations_lists_are_an_operators(search):
    for who in ("yonetici", "inceleme"):
        assert "/admin/" not in search("kurum kurulus", who=who).text


def test_a_word_of_the_glossary_leads_to_its_entry(search, read):
    [(title, url)] = [each for each in hits(search("kapsam"), "words") if each[0] == "Kapsam"]

    assert title == "Kapsam"
    page, _sign, anchor = url.partition("#")
    assert read(page).by_id(anchor)


@pytest.mark.parametrize("typed", ["", " ", "!?", "zürafa"])
def test_nothing_says_what_is_searched(search, typed):
    empty = search(typed).one("section", "empty")

    assert "Göstergeler, faaliyetler" in empty.text and "değerler aranmaz" in empty.text


def test_the_field_in_the_head_is_on_every_page(read, at):
    for address in ("/", at("dashboard"), "/imports/", "/accounts/", "/help/", "/admin/"):
        page = read(address, who="yonetici")
        found = [form for form in page.all("form", "find") if form["role"] == "search"]
        assert {form["action"] for form in found} == {"/search/"}, address
        assert {form.one("input")["aria-label"] for form in found} == {"Her şeyde ara"}, address


def test_a_value_is_not_searched(search):
    """A draft's number would tell of itself by being found."""
    assert not hits(search("100000007"), "indicators")
