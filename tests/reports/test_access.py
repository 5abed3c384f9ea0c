"""What holds for every report page: who comes in, what is hidden, what the browser may do."""

from urllib.parse import urlencode

import pytest
from django.urls import reverse

from indicators.models import Indicator, Realization
from tests import factories
from tests.reports.html import parse

pytestmark = pytest.mark.django_db

# Name and arguments of every page of a plan's year; "sport" is an indicator of department 4.
PAGES = [
    ("dashboard",),
    ("departments",),
    ("department", "4"),
    ("department", "11.3"),
    ("department", "2"),
    ("objective", "8"),
    ("objective", "4.4"),
    ("indicator_list",),
    ("indicator", "sport"),
]
every_page = pytest.mark.parametrize("which", PAGES, ids="-".join)


@pytest.fixture
def sport(real_plan):
    return Indicator.objects.get(name="Desteklenen sporcu sayısı")


@pytest.fixture
def address(at, sport):
    """Return the address of one of ``PAGES``."""

    def of(which, **elsewhere):
        name, *arguments = which
        return at(name, *(sport.pk if each == "sport" else each for each in arguments), **elsewhere)

    return of


@every_page
def test_strangers_are_sent_to_sign_in_and_back(address, client, which):
    response = client.get(address(which), {"reading": "approved"})

    wanted = address(which) + "?reading=approved"
    assert response.url == f"{reverse('login')}?{urlencode({'next': wanted}, safe='/')}"


@pytest.mark.parametrize("who", ["okur", "koordinator", "inceleme", "yonetici"])
@every_page
def test_everybody_with_an_account_reads_every_page(address, read, which, who):
    assert read(address(which), who=who).one("h1").text


@every_page
def test_pages_are_only_read(address, signed_in, which):
    client = signed_in()

    for method in (client.post, client.put, client.patch, client.delete):
        assert method(address(which)).status_code == 405


@every_page
def test_another_plan_or_year_is_not_found(address, signed_in, which):
    client = signed_in()

    for elsewhere in ({"slug": "no-such-plan"}, {"year": 2023}, {"year": 2027}, {"year": 99999}):
        response = client.get(address(which, **elsewhere))
        assert response.status_code == 404
        assert parse(response.text).one("h1").text == "Bu sayfa bulunamadı"


@pytest.mark.parametrize(
    "which",
    [
        ("department", "99"),
        ("department", "11.9"),
        ("department", "07"),
        ("department", "x y"),
        ("objective", "9"),
        ("objective", "4.99"),
        ("objective", "4.4.2"),
        ("indicator", 10**12),
        ("indicator", 10**30),
    ],
)
def test_what_the_plan_does_not_hold_is_not_found(address, signed_in, which):
    response = signed_in().get(address(which))

    assert response.status_code == 404
    assert "Başlangıç sayfasına git" in response.text


def test_the_indicator_of_another_plan_is_not_found(real_plan, signed_in, at, sport):
    other = factories.make_plan()
    foreign = factories.make_indicator(factories.make_activity(other))
    client = signed_in()

    assert client.get(at("indicator", foreign.pk)).status_code == 404
    assert client.get(at("indicator", sport.pk, slug=other.slug)).status_code == 404
    assert client.get(at("indicator", foreign.pk, slug=other.slug)).status_code == 200


@pytest.mark.parametrize("state", [Realization.State.DRAFT, Realization.State.RETURNED])
@every_page
def test_what_is_on_a_units_desk_is_on_no_page(address, read, sport, which, state):
    Realization.objects.filter(indicator__activity__department__places__number="4").update(
        value=987654, text="987654", state=state, deviation_reason="Taslak gerekçe"
    )

    for who in ("okur", "koordinator", "inceleme"):
        text = read(address(which), who=who).text
        assert "987.654" not in text
        assert "987654" not in text
        assert "Taslak gerekçe" not in text


@every_page
def test_the_browser_is_told_to_run_nothing_foreign_or_inline(address, signed_in, which):
    policy = signed_in().get(address(which)).headers["Content-Security-Policy"]

    directives = {part.split()[0]: part.split()[1:] for part in policy.split(";") if part.strip()}
    assert directives["default-src"] == ["'none'"]
    assert directives["script-src"] == ["'self'"]
    assert "unsafe" not in policy
    assert "http" not in policy


@every_page
@pytest.mark.parametrize("language", ["tr", "en"])
def test_no_page_needs_inline_style_or_script(address, read, which, language):
    document = read(address(which), language=language)

    for element in document.all():
        assert element["style"] is None
        assert not [name for name in element.attributes if name.startswith("on")]
        assert element.tag != "style"
        assert element.tag != "script" or element["src"]
        for name in ("href", "src", "action"):
            assert not (element[name] or "").startswith(("http", "//", "javascript:", "data:"))


@every_page
def test_ids_are_unique_and_labels_lead_somewhere(address, read, which):
    document = read(address(which))
    ids = [element["id"] for element in document.all() if element["id"]]

    assert len(ids) == len(set(ids))
    for element in document.all():
        for name in ("for", "aria-labelledby", "aria-describedby"):
            assert set((element[name] or "").split()) <= set(ids)
        if (element["href"] or "").startswith("#"):
            assert element["href"][1:] in ids


def test_each_page_has_a_title_of_its_own(address, read):
    titles = [read(address(which)).one("title").text for which in PAGES]

    assert len(set(titles)) == len(titles)
    assert all("2024" in title and title.endswith("· YEAP İzleme") for title in titles)


@every_page
def test_pages_are_complete_in_english(address, read, which):
    """Turkish stands only where it is data: in elements marked as Turkish, names and tables."""
    document = read(address(which), language="en")

    assert document.one("html")["lang"] == "en"
    for words in ("Bildirildiği", "Gerçekleşti", "Birimler", "Gösterge ", "Kural", "hedef yok"):
        heads = [*document.texts("h2"), *document.texts("dt"), *document.texts("span", "status")]
        assert words not in " ".join(heads + document.texts("label") + document.texts("summary"))


@every_page
def test_no_page_costs_more_than_twenty_queries(
    address, signed_in, django_assert_max_num_queries, which
):
    client = signed_in()

    # What stands with a score is asked of targets, findings, history and progress; an indicator's
    # history names the file of an import; who verifies is told what waits for somebody else.
    with django_assert_max_num_queries(20):
        client.get(address(which))
