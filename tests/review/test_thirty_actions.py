"""The real plan's year, imported in one go, verified and published by one reviewer in few actions.

Every POST of the reviewer counts as an action, and nothing is done but on the pages. What the
coordinators write are their own actions.
"""

import re
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from activities.models import Period, Plan
from findings.plan_year import PlanYear
from indicators.achievement import Reading
from indicators.figures import Figures
from indicators.models import Edition, Realization
from tests.factories import YEAR
from tests.reports.html import parse

pytestmark = pytest.mark.django_db
MOST = 30


class Reviewer:
    """One reviewer in front of the pages, who counts what she does."""

    def __init__(self, plan):
        self.client = Client()
        self.client.force_login(User.objects.get(username="inceleme"))
        self.client.cookies["django_language"] = "en"
        self.plan, self.actions = plan, []

    def at(self, name, *args):
        return reverse(name, args=[self.plan.slug, YEAR, *args])

    def look(self, name, **query):
        response = self.client.get(self.at(name), query)
        assert response.status_code == 200
        return parse(response.text)

    def act(self, name, **sent):
        self.actions.append((name, sent.get("action") or sent.get("answer") or ""))
        response = self.client.post(self.at(name), sent, follow=True)
        assert response.status_code == 200
        page = parse(response.text)
        assert not [each for each in page.all("div") if each["role"] == "alert"], page.text
        return page


@pytest.fixture
def reviewer(real_plan):
    return Reviewer(real_plan)


def values_of(page, name, *, ticked=False):
    boxes = [box for box in page.all("input") if box["name"] == name]
    return [box["value"] for box in boxes if not ticked or "checked" in box.attributes]


def open_kinds(reviewer):
    """Return the kinds whose open questions keep values back, with the answers offered."""
    page = reviewer.look("review_questions")
    found = {}
    for card in page.all("article", "ask"):
        if "Keeps from verification" in card.text:
            links = [link["href"] for link in card.all("a")]
            offers = [re.search(r"answer=(\w+)", link) for link in links]
            found[card["id"].removeprefix("k-")] = [one[1] for one in offers if one]
    return found


# What this reviewer answers; where a kind is not named, that all is right as written.
ANSWERS = {"increment": "increment", "row_slip": "slipped", "text": "no_number"}


def answer_what_blocks(reviewer):
    """Answer kind by kind until nothing is kept back; an answer may raise new questions."""
    while kinds := open_kinds(reviewer):
        kind, offers = next(iter(kinds.items()))
        answer = ANSWERS.get(kind, "correct_as_written")
        assert answer in offers, (kind, offers)
        page = reviewer.look("review_questions", kind=kind, answer=answer)
        findings = values_of(page, "findings", ticked=True)
        assert findings
        reviewer.act(
            "review_questions", kind=kind, answer=answer, findings=findings, note="Birime soruldu"
        )


def write_reasons(plan, number="9"):
    """Let the coordinator of a unit write every reason that she finds asked for."""
    coordinator = Client()
    coordinator.force_login(User.objects.get(username="koordinator"))
    address = reverse("entry", args=[plan.slug, YEAR, number])
    assert address in coordinator.get("/").text
    page = parse(coordinator.get(address).text)
    named = [area["name"] for area in page.all("textarea")]
    asked = [name.partition("-")[2] for name in named if name.startswith("deviation_reason-")]
    seen = {box["name"]: box["value"] for box in page.all("input") if box["name"]}
    sent = {name: value for name, value in seen.items() if name.startswith("seen-")}
    for pk in asked:
        sent |= {f"deviation_reason-{pk}": "Talep arttı", f"measure_to_take-{pk}": "Yeni hedef"}
    coordinator.post(address, sent)
    return len(asked)


def publish(reviewer):
    """Decide on the small numbers of the closed year, then publish it."""
    page = reviewer.look("period")
    rows = {box["name"] for box in page.all("input") if box["type"] == "radio"}
    of_rows = {name: "hide" for name in rows if re.fullmatch(r"small-\d+", name)}
    rest = {"small-rest": "1", "small-why": "Kimse tanınmaz"}
    reviewer.act("period", action="decide", **of_rows, **rest)
    page = reviewer.look("period")
    [seen] = [box["value"] for box in page.all("input") if box["name"] == "publish-seen"]
    reviewer.act("period", **{"action": "publish", "publish-seen": seen, "publish-sure": "on"})


@pytest.mark.parametrize(
    ("allows_own", "verified", "own"),
    [
        # The column that slipped gets seven numbers from her answer; somebody else verifies them.
        (False, 125, 0),
        # Where the plan lets people verify their own, they are marked and counted.
        (True, 132, 7),
    ],
)
def test_a_year_imported_in_one_go_is_published_in_thirty_actions(
    reviewer, real_plan, allows_own, verified, own
):
    Plan.objects.filter(pk=real_plan.pk).update(allows_own_approval=allows_own)
    assert Period.objects.get(plan=real_plan, year=YEAR).state == Period.State.CLOSED

    answer_what_blocks(reviewer)
    page = reviewer.look("review_reasons")
    missing = len(values_of(page, "listed"))
    reviewer.act("review_reasons", action="ask_all", listed=values_of(page, "listed"))
    written = write_reasons(real_plan)
    assert written > 0
    page = reviewer.look("review_reasons", select="all")
    left = values_of(page, "rows", ticked=True)
    assert len(left) == missing - written
    reviewer.act("review_reasons", action="waive", rows=left, waiver="2024 tek seferde aktarıldı")
    page = reviewer.look("review_all", select="all")
    reviewer.act("review_all", rows=values_of(page, "rows", ticked=True))

    # All that she may verify is verified, with its reason or a word why none is asked.
    counts = PlanYear(Plan.objects.get(pk=real_plan.pk), YEAR).progress.plan_counts
    assert (counts.reported, counts.verified, counts.own) == (132, verified, own)
    values = Realization.objects.filter(indicator__activity__plan=real_plan, year=YEAR)
    assert not values.filter(state="approved", reason_asked_at__isnull=False).exists()
    # Verifying did not select by outcome: the two means are within the 2 points of publishing.
    reported = Figures(real_plan, YEAR).summary.mean
    public = Figures(real_plan, YEAR, reading=Reading.APPROVED).summary.mean
    assert abs(reported - public) <= Decimal("0.02")

    publish(reviewer)
    edition = Edition.objects.get(plan=real_plan, year=YEAR)
    assert (edition.number, edition.override_reason) == (1, "")
    told = Client().get(reverse("public_year", args=[real_plan.slug, YEAR]))
    assert told.status_code == 200
    assert (f"{own} değeri, giren kişi kendisi doğruladı." in told.text) is bool(own)
    assert len(reviewer.actions) <= MOST, reviewer.actions
