"""On pages in English what stands there in Turkish says so, so that it is read as Turkish."""

import re
from html.parser import HTMLParser

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone

from activities.models import Objective
from indicators.models import Comment, Evidence
from tests import factories
from tests.test_urls import ARGUMENTS, OWN, filled

# A word in each text of the plan and in each that people wrote, which no sentence of ours has.
WORDS = {
    "the plan's name": "Eşitlikplanı",
    "the municipality": "Belediyeadı",
    "a unit": "Birimadı",
    "a branch": "Şubeadı",
    "an activity": "Faaliyetadı",
    "an indicator": "Göstergeadı",
    "an objective": "Amaçadı",
    "a reason": "Nedenyazısı",
    "a measure": "Önlemyazısı",
    "a note": "Notyazısı",
    "a comment": "Yorumyazısı",
}
# Made for programmes, or led on from, or of one import.
NO_PAGES = {"api-root", "openapi-json", "logout", "set_language", "healthz"}
VOID = {"area", "br", "col", "hr", "img", "input", "link", "meta", "rect", "circle", "path", "line"}


class Texts(HTMLParser):
    """Gathers what is written on a page outside of what is marked as Turkish."""

    def __init__(self):
        super().__init__()
        self.open, self.outside = [], []

    def handle_starttag(self, tag, attrs):
        if tag not in VOID:
            self.open.append((tag, dict(attrs).get("lang")))

    def handle_endtag(self, tag):
        while self.open and tag in [name for name, _lang in self.open]:
            if self.open.pop()[0] == tag:
                break

    def handle_data(self, data):
        languages = [lang for _tag, lang in self.open if lang]
        # A title cannot say in which language its words are.
        told = {tag for tag, _lang in self.open} & {"title", "script", "style"}
        if not told and (not languages or languages[-1] != "tr"):
            self.outside.append(data)


def unmarked(html):
    """Return which of the words stand outside of what is marked, with their surroundings."""
    page = Texts()
    page.feed(html)
    return {
        what: text.strip()[:120]
        for what, word in WORDS.items()
        for text in page.outside
        # A question may quote a name within its sentence.
        if re.search(rf"(?<!“){word}", text)
    }


@pytest.fixture
def plan(db, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    plan = factories.make_plan(
        slug=ARGUMENTS["slug"],
        name=WORDS["the plan's name"],
        municipality=WORDS["the municipality"],
        is_public=True,
    )
    factories.make_period(plan, closes_on=timezone.localdate())
    unit = factories.make_department(plan, ARGUMENTS["number"], name=WORDS["a unit"])
    branch = factories.make_department(plan, "1.1", parent=unit, name=WORDS["a branch"])
    activity = factories.make_activity(plan, unit, "1.1.1", title=WORDS["an activity"])
    names = [{"name": WORDS["an indicator"]}, {"name": f"{WORDS['an indicator']} / öbürü"}]
    factories.make_indicator(activity, pk=ARGUMENTS["pk"], baseline=427, target=432, **names[0])
    other = factories.make_activity(plan, branch, "1.1.1", title=WORDS["an activity"])
    factories.make_indicator(other, target=100, realization=50, state="approved", **names[1])
    factories.make_indicator(activity, target=10, **names[1])
    Objective.objects.update(title=WORDS["an objective"])
    value = factories.make_realization(
        activity.indicators.first(), 5, deviation_reason=WORDS["a reason"],
        measure_to_take=WORDS["a measure"], note=WORDS["a note"],
    )  # fmt: skip
    Comment.objects.create(realization=value, text=WORDS["a comment"])
    Evidence.objects.create(realization=value, name="x", file=ContentFile(b"%PDF-1.4", name="x"))
    return plan


def client_in_english(plan):
    person = factories.make_user(
        "administrator", is_staff=True, departments=[each.department for each in plan.units.all()]
    )
    client = Client(headers={"accept-language": "en"})
    client.force_login(person)
    client.cookies["django_language"] = "en"
    return client


def pages_of(client, query=""):
    """Yield the name and the text of every page there is."""
    for route, each in OWN.items():
        if each.name in NO_PAGES or each.name.startswith("api"):
            continue
        response = client.get(filled(route) + query)
        if response.status_code == 200 and "text/html" in response["Content-Type"]:
            yield each.name, response.text


@pytest.mark.parametrize("state", ["open", "published"])
def test_what_is_turkish_says_so_on_every_page_in_english(plan, state):
    client = client_in_english(plan)
    if state == "published":
        factories.make_edition(plan)
    plan.periods.update(state=state)

    found = {name: wrong for name, text in pages_of(client) if (wrong := unmarked(text))}

    assert found == {}


def test_the_pages_are_in_english_and_hold_the_names(plan):
    text = client_in_english(plan).get(f"/plans/{plan.slug}/2024/indicators/").text
    assert '<html lang="en"' in text
    assert all(WORDS[what] in text for what in ("an activity", "an indicator", "a unit"))


def test_a_turkish_page_is_marked_as_a_whole(plan):
    client = client_in_english(plan)
    client.cookies["django_language"] = "tr"
    text = client.get(f"/plans/{plan.slug}/2024/indicators/").text
    assert '<html lang="tr"' in text
