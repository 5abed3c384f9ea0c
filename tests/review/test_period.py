"""The period's page: opening, closing, opening again, publishing."""

import datetime
from decimal import Decimal as D

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.translation import override

from activities.models import Extension, Period, Plan
from activities.sentences import Sentence
from activities.wording import say
from indicators import editions, steps
from indicators.achievement import Reading
from indicators.editions import FrozenFigures, sealing
from indicators.figures import Figures, Level
from indicators.models import Edition, Notice, Realization, SmallNumberDecision, Target
from review.small_numbers import NOTHING_DECIDED
from tests.factories import YEAR, make_edition, make_published_year, make_realization
from tests.reports.html import parse
from tests.review.conftest import set_state

pytestmark = pytest.mark.django_db
DATES = {"open-opens_on": "2025-02-01", "open-closes_on": "2025-03-01"}


@pytest.fixture
def step(reviewing, at):
    def take(action, client=None, **data):
        return (client or reviewing).post(at("period"), {"action": action, **data}, follow=True)

    return take


@pytest.fixture
def stored(world):
    def read():
        return Period.objects.get(pk=world.period.pk)

    return read


def test_a_year_is_opened_and_the_coordinators_are_told(step, world, stored):
    set_state(world.period, Period.State.PLANNED)
    response = step("open", **DATES)
    assert "the coordinators are told" in response.text
    assert stored().state == "open"
    assert stored().closes_on == datetime.date(2025, 3, 1)
    assert stored().history.first().history_user == world.reviewer
    assert Notice.objects.filter(kind="opened", person=world.coordinator).count() == 1


def test_a_deadline_is_changed_without_telling_anybody(step, stored):
    assert "The dates are changed." in step("open", **DATES).text
    assert stored().closes_on == datetime.date(2025, 3, 1)
    assert not Notice.objects.exists()


@pytest.mark.parametrize(
    ("dates", "told"),
    [
        ({"open-opens_on": "2025-02-01", "open-closes_on": "2025-01-01"}, "before the day"),
        ({"open-opens_on": "yarın"}, "valid date"),
        ({}, "required"),
    ],
)
def test_dates_that_do_not_fit_are_refused(step, stored, dates, told):
    page = parse(step("open", **dates).text)
    assert told in page.text
    assert page.one("title").text.startswith("Error:")
    assert stored().closes_on == datetime.date(2025, 1, 31)


# --- Closing ---


def closing(step, **data):
    """Close the year as somebody does who has looked at the list, and ticks."""
    seen = Plan.objects.get().revision_row.number
    return step("close", **{"close-seen": seen, "close-sure": "on", **data})


def test_a_year_is_closed(step, stored):
    assert "The year is closed." in closing(step).text
    assert stored().state == "closed"


def test_where_nothing_is_expected_nothing_is_called_complete(reviewing, at, world):
    Target.objects.all().delete()
    text = parse(reviewing.get(at("period")).text).text
    assert "No indicator has a target in this year: nothing is expected." in text
    assert "Nothing is missing." not in text


def test_what_is_missing_is_listed_before_closing(reviewing, at, world):
    make_realization(world.lines, 7, state="draft")
    Realization.objects.filter(indicator=world.buses).update(state="returned")
    page = parse(reviewing.get(at("period")).text)
    counts = {
        each.one("dt").text: each.one("dd").text for each in page.one("dl", "counts").all("div")
    }
    assert counts == {
        "Reported": "2 / 5",
        "Nothing entered": "1",  # the schools
        "Typed and not sent": "1",
        "Returned to its unit": "1",
        "Deviation without a reason": "1",  # the stops; what is back does not count
        "Units that have not sent everything": "3",
    }
    lists = {each.one("caption").text: each.text for each in page.all("table", "stack")}
    assert "Okullar" not in lists["Nothing entered"]
    for lack, row in (
        ("Nothing entered", "5.1.1"),
        ("Typed and not sent", "4.1.2"),
        ("Returned to its unit", "Otobüs sayısı"),
        ("Deviation without a reason", "Durak bildirimi sayısı"),
    ):
        assert row in lists[lack]


def test_a_row_without_a_figure_is_counted_and_lacks_nothing(reviewing, at, world):
    """Of five targets three are reported, one is silent and one was sent without a figure."""
    make_realization(world.lines, "", absence="not_measured", state="submitted")
    page = parse(reviewing.get(at("period")).text)
    counts = {
        each.one("dt").text: each.one("dd").text for each in page.one("dl", "counts").all("div")
    }
    assert (counts["Reported"], counts["Nothing entered"]) == ("3 / 5", "1")
    assert counts["No figure, with its reason"] == "1"
    [absent] = [each for each in page.all("div", "ask2") if "No figure" in each.text] or [None]
    assert absent is None
    Target.objects.filter(indicator=world.schools).delete()
    Realization.objects.exclude(indicator=world.lines).update(value=10, deviation_reason="Az")
    assert "Nothing is missing." in reviewing.get(at("period")).text


def test_why_the_year_was_opened_again_is_told(step, reviewing, at, world):
    assert "Opened again for everybody" not in reviewing.get(at("period")).text
    closing(step)
    step("open", **DATES, **{"open-reason": "Birimler itiraz etti"})
    text = " ".join(parse(reviewing.get(at("period")).text).text.split())
    assert "Opened again for everybody on" in text
    assert "Ayşe Yılmaz: Birimler itiraz etti" in text


def test_without_a_tick_nothing_is_closed(step, stored):
    seen = Plan.objects.get().revision_row.number
    response = step("close", **{"close-seen": seen})
    assert "Tick that you have looked" in response.text
    assert stored().state == "open"


def test_what_was_typed_since_the_look_keeps_the_year_open(step, world, stored):
    seen = Plan.objects.get().revision_row.number
    make_realization(world.lines, 7, state="draft")
    response = step("close", **{"close-seen": seen, "close-sure": "on"})
    assert "since you looked" in response.text
    assert stored().state == "open"


def test_a_unit_with_rows_back_is_offered_more_time(step, reviewing, at, world, stored):
    Realization.objects.filter(indicator=world.buses).update(state="returned")
    offer = parse(reviewing.get(at("period")).text).one("fieldset", "choose")
    assert "7. Ulaşım" in offer.text
    until = timezone.localdate() + datetime.timedelta(days=7)
    more = {"close-more": world.unit.pk, "close-reason": "İade yeni yapıldı"}
    assert "until when" in closing(step, **more).text
    assert stored().state == "open"

    closing(step, **more, **{"close-until": until.isoformat()})

    extension = Extension.objects.get()
    assert stored().state == "closed"
    assert (extension.department, extension.until) == (world.unit, until)
    assert (extension.reason, extension.granted_by) == ("İade yeni yapıldı", world.reviewer)


# What a step does to a year in each state; a state that stays was refused with a sentence.
STEPS = {
    "open": {"planned": "open", "open": "open", "closed": "open", "published": "published"},
    "close": {
        "planned": "planned",
        "open": "closed",
        "closed": "closed",
        "published": "published",
    },
}


@pytest.mark.parametrize(
    ("action", "state", "after"),
    [(action, state, after) for action, table in STEPS.items() for state, after in table.items()],
)
def test_every_step_from_every_state(step, world, stored, action, state, after):
    if state == "published":
        make_published_year(world.plan)
    set_state(world.period, state)
    why = {"open-reason": "Yangın"}
    response = closing(step) if action == "close" else step(action, **DATES, **why)
    assert stored().state == after
    if state == after != "open":
        assert "Nothing was written" in response.text


def test_a_closed_year_is_opened_again_for_everybody_with_a_reason(step, world, stored):
    set_state(world.period, "closed")

    assert "Say why the year is opened again." in step("open", **DATES).text
    assert stored().state == "closed"

    step("open", **DATES, **{"open-reason": "Yangın"})
    assert stored().state == "open"
    assert stored().history.first().history_change_reason == "Yangın"


def test_a_closed_year_is_opened_again_for_one_unit(step, world):
    set_state(world.period, "closed")
    until = timezone.localdate() + datetime.timedelta(days=7)
    data = {"reopen-department": world.unit.pk, "reopen-until": until.isoformat()}

    assert "Say why the year is opened again." in step("reopen", **data).text
    past = {"reopen-until": "2020-01-01", "reopen-reason": "Yangın"}
    assert "lies in the past" in step("reopen", **data | past).text
    assert not Extension.objects.exists()

    page = parse(step("reopen", **data, **{"reopen-reason": "Yangın"}).text)
    extension = Extension.objects.get()
    assert (extension.until, extension.granted_by) == (until, world.reviewer)
    assert "Yangın" in page.row("Ulaşım").text


def test_a_unit_of_another_plan_is_not_opened(step, world):
    set_state(world.period, "closed")
    data = {"reopen-department": 10**6, "reopen-until": "2099-01-01", "reopen-reason": "x"}
    assert "valid choice" in step("reopen", **data).text


# --- Publishing ---


def looked(**more):
    """Return what the page sends once a person has read it."""
    seen = Plan.objects.get().revision_row.number
    return {"publish-seen": seen, "publish-sure": "on", **more}


@pytest.fixture
def short(world):
    """Verify two of three values and close the year; two rows are empty.

    Verified (100 + 50) ÷ 2 = 75; reported (100 + 5 ÷ 432 + 50) ÷ 3 = 50,4.
    """
    Realization.objects.filter(indicator__in=[world.lights, world.stops]).update(state="approved")
    set_state(world.period, "closed")


@pytest.fixture
def ready(world):
    """Verify everything that was reported and close the year."""
    Realization.objects.update(state="approved")
    set_state(world.period, "closed")


def conditions(page):
    return [each.text for each in page.one("ul", "conds").all("li")]


def test_what_would_be_published_is_shown_first(reviewing, at, short):
    page = parse(reviewing.get(at("period")).text)
    body = page.one("table", "vs").one("tbody")
    assert [(each.one("th").text, each.all("td")[0].text) for each in body.all("tr")] == [
        ("What was reported n=3", "50.4%"),
        ("What is verified n=2", "75.0%"),
        ("Reported and not verified n=1", "1.2%"),
    ]
    assert (
        "1 of 1 unverified indicator is “Low”: the published score looks 24.6 points" in page.text
    )
    enough, near = conditions(page)
    assert enough.startswith("Fails At least 90%")
    assert enough.endswith("2/3 66.7%")
    assert near.endswith("24.6 points")
    assert (
        "set 5 targets for 2024: 2 results are verified, 1 result is reported but not" in page.text
    )
    assert "7. Ulaşım (2/3)" in page.text
    assert "is not public yet. Publishing this year makes it public" in page.text


def test_who_may_not_give_a_reason_sees_what_is_missing_and_whom_to_ask(
    reviewing, at, step, world, short, stored
):
    world.administrator.first_name, world.administrator.last_name = "Deniz", "Aksoy"
    world.administrator.save()
    page = parse(reviewing.get(at("period")).text)
    assert "First answer 1 question" in page.one("a", "primary").text
    assert "only an administrator can, giving a reason: Deniz Aksoy." in page.text
    assert "publish-seen" not in reviewing.get(at("period")).text

    told = step("publish", **looked(**{"publish-override_reason": "Seçim"})).text
    assert "Nothing was written" in told
    assert "2 of 3 reported values are verified (66.7%)" in told
    assert "24.6 points" in told
    assert (stored().state, Edition.objects.count()) == ("closed", 0)


def test_an_administrator_publishes_with_a_reason(step, sign_in, at, world, short, stored):
    boss = sign_in(world.administrator)
    page = parse(boss.get(at("period")).text)
    [button] = [each for each in page.all("button") if each["value"] == "publish"]
    assert button.classes == ["btn"]  # The first job is the primary one.
    told = step("publish", boss, **looked()).text
    assert "Write why the year is published nevertheless." in told
    assert stored().state == "closed"

    told = step("publish", boss, **looked(**{"publish-override_reason": "Sayıştay istedi"})).text
    assert Edition.objects.get().override_reason == "Sayıştay istedi"
    assert "Published although a condition did not hold" in told
    assert "Sayıştay istedi" in told


def test_no_reason_is_asked_for_where_none_would_help(sign_in, at, world):
    set_state(world.period, "closed")
    page = parse(sign_in(world.administrator).get(at("period")).text)
    assert "Nothing is verified, so there is nothing to publish." in page.text
    assert "publish-seen" not in [each["name"] for each in page.all("input")]


def test_what_comes_first_is_the_pages_one_primary_button(reviewing, at, world, short):
    def first():
        page = parse(reviewing.get(at("period")).text)
        [button] = page.all("a", "primary") + page.all("button", "primary")
        return button.text

    assert first() == "First answer 1 question"
    Realization.objects.filter(indicator=world.buses).update(value=432)
    world.buses.save()  # The figures changed: what is kept of the questions is forgotten.
    assert first() == "First verify 1 value"
    # 12 points off and no reason: the page that verifies would list nothing. The page of reasons
    # lists the verified row that lacks its own, too.
    Realization.objects.filter(indicator=world.buses).update(value=380)
    world.buses.save()
    assert first() == "First settle 2 missing reasons"
    Realization.objects.update(state="approved")
    world.stops.counts_people = True
    world.stops.save()
    Realization.objects.filter(indicator=world.stops).update(value=4)
    world.stops.save()
    assert first() == "First decide on the small numbers of people"
    world.stops.hides_small_numbers = True
    world.stops.save()
    assert first() == "Publish 2024"


def test_the_page_promises_to_verify_what_the_page_behind_it_lists(reviewing, at, world, short):
    link = "Meanwhile 1 other value can be verified."
    stops = Realization.objects.filter(indicator=world.stops)
    stops.update(state="submitted")
    world.stops.save()
    assert "other value can be verified" not in reviewing.get(at("period")).text
    stops.update(deviation_reason="Az talep", measure_to_take="Tanıtım")
    world.stops.save()
    assert link in reviewing.get(at("period")).text
    assert "1 row that can be verified" in reviewing.get(at("review_all")).text


def test_publishing_needs_a_word_and_an_unchanged_plan(step, world, ready, stored):
    assert "Tick that you have read" in step("publish", **{"publish-seen": "1"}).text
    data = looked()
    Realization.objects.get(indicator=world.buses).save()  # somebody writes meanwhile
    assert "since you looked" in step("publish", **data).text
    assert stored().state == "closed"
    assert not Edition.objects.exists()

    step("publish", **looked())
    assert stored().state == "published"


def test_publishing_makes_public_and_shows_where(step, world, ready):
    address = f"/public/plan/{YEAR}/"
    assert Client().get(address).status_code == 404
    page = parse(step("publish", **looked()).text)
    assert address in [each["href"] for each in page.one("div", "messages").all("a")]
    assert Client().get(address).status_code == 200
    assert Plan.objects.get().is_public


def test_what_is_frozen_is_what_was_approved(step, world, ready):
    live = Figures(world.plan, YEAR, reading=Reading.APPROVED)
    before = {row.id: (row.measurement, row.achievement) for row in live.rows}
    summaries = live.by(Level.DEPARTMENT)

    page = parse(step("publish", **looked()).text)

    edition = Edition.objects.get()
    frozen = FrozenFigures(world.plan, edition)
    assert {row.id: (row.measurement, row.achievement) for row in frozen.rows} == before
    assert frozen.by(Level.DEPARTMENT) == summaries
    assert edition.published_by == world.reviewer
    assert edition.public_checksum in page.text
    assert edition.checksum not in page.text
    assert "Edition 1" in page.text
    assert "fits the checksum" in page.text
    assert "Nothing was corrected since it was published." in page.text


def test_an_edition_that_was_tampered_with_is_seen(reviewing, at, world, ready):
    edition = make_published_year(world.plan)
    Edition.objects.update(content=edition.content.replace("Işık", "Isik"))
    assert "does not fit the checksum" in reviewing.get(at("period")).text


def test_of_two_editions_the_page_says_which_one_does_not_fit(reviewing, at, world, ready):
    first = make_published_year(world.plan)
    make_edition(world.plan)
    Edition.objects.filter(pk=first.pk).update(content=first.content.replace("Işık", "Isik"))

    second, broken = parse(reviewing.get(at("period")).text).all("article", "edition")

    assert "does not fit the checksum" in broken.text
    assert "fits the checksum" in second.text and "does not fit the checksum" not in second.text
    assert "edition 1 of 2024 does not fit" in second.text
    assert "This edition is not shown until then" in second.text


def test_an_edition_that_was_written_anew_is_told_and_not_the_one_that_notes_it(
    reviewing, at, world, ready
):
    first = make_published_year(world.plan)
    make_edition(world.plan)
    first.content = first.content.replace("Işık", "Isik")
    first.checksum = editions.checksum(first.content)
    first.save()
    first.seals.all().delete()
    sealing.seal_anew(world.plan, new=first)

    second, rewritten = parse(reviewing.get(at("period")).text).all("article", "edition")

    assert "was written anew since edition 2 noted its checksum" in rewritten.text
    assert "fits the checksum" in second.text
    assert "edition 1 before it has another checksum" in second.text


def test_a_year_that_is_not_closed_is_not_published(step, stored):
    assert "Nothing was written" in step("publish", **looked()).text
    assert stored().state == "open"


# --- A further edition ---


def test_a_further_edition_holds_what_was_corrected(step, sign_in, reviewing, at, world, ready):
    make_published_year(world.plan, person=world.reviewer)
    boss = sign_in(world.administrator)
    value = Realization.objects.get(indicator=world.stops)
    steps.correct(value, D(10), world.administrator, world.plan.periods.get(year=YEAR), "Yanlış")
    page = parse(boss.get(at("period")).text)
    counts = {
        each.one("dt").text: each.one("dd").text for each in page.one("dl", "counts").all("div")
    }
    # (100 + 1,2 + 50) ÷ 3, and with the stops at 100
    assert counts["Score of the last edition"] == "50.4%"
    assert counts["Score of the new one"] == "67.1%"
    assert counts["Numbers it changes"] == "1"
    assert "again-seen" not in reviewing.get(at("period")).text

    seen = Plan.objects.get().revision_row.number
    data = {"again-seen": seen, "again-sure": "on", "again-reason": "Düzeltmeler"}
    assert "Only an administrator" in step("again", **data).text
    assert "required" in step("again", boss, **{**data, "again-reason": ""}).text
    assert Edition.objects.count() == 1

    page = parse(step("again", boss, **data).text)

    newest = Edition.objects.order_by("-number").first()
    assert (newest.number, newest.reason) == (2, "Düzeltmeler")
    told = [each.text for each in page.all("article", "edition")]
    assert [each[:9] for each in told] == ["Edition 2", "Edition 1"]
    assert "Düzeltmeler" in told[0]
    assert "Nothing was corrected since it was published." in page.text


# --- Small numbers ---


@pytest.fixture
def small(world, ready):
    """Let two rows have small numbers: one says that it counts people, the other does not."""
    world.stops.counts_people = True
    world.stops.save()
    Realization.objects.filter(indicator=world.stops).update(value=3)
    world.stops.save()
    return world.stops, world.lights


def test_small_numbers_are_listed_by_what_their_names_say(reviewing, at, small):
    page = parse(reviewing.get(at("period")).text)
    [row] = page.all("fieldset", "small1")
    assert "Durak bildirimi sayısı" in row.text
    assert "3 value" in row.text
    assert "Işık sayısı" in page.one("form", "smalls").one("table").text
    assert "publish-seen" not in [each["name"] for each in page.all("input")]


def test_a_small_number_of_people_keeps_the_year_from_being_published(step, small, stored):
    assert "4.1.1 Durak bildirimi sayısı" in step("publish", **looked()).text
    assert stored().state == "closed"


@pytest.mark.parametrize("choice", ["hide", "show"])
def test_what_is_decided_on_is_stored_with_why(step, small, world, choice):
    people, other = small
    assert "Choose for at least one row" in step("decide").text
    given = {f"small-{people.pk}": choice}
    told = step("decide", **given, **{"small-rest": "1"}).text
    assert "Say of “Durak bildirimi sayısı” why" in told
    assert not SmallNumberDecision.objects.exists()

    step("decide", **given, **{f"small-why-{people.pk}": "Küçük mahalle", "small-rest": "1"})

    stored = {each.indicator_id: each for each in SmallNumberDecision.objects.all()}
    assert (stored[people.pk].is_hidden, stored[people.pk].reason) == (
        choice == "hide",
        "Küçük mahalle",
    )
    assert (stored[other.pk].is_hidden, stored[other.pk].decided_by) == (False, world.reviewer)
    people.refresh_from_db()
    assert people.hides_small_numbers == (choice == "hide")
    step("publish", **looked())
    assert Edition.objects.count() == 1


def test_what_somebody_else_decides_meanwhile_is_looked_at_first(step, small, stored):
    people, _other = small
    given = {f"small-{people.pk}": "hide", f"small-why-{people.pk}": "Küçük mahalle"}
    step("decide", **given)
    data = looked()
    step("decide", **{"small-rest": "1", "small-why": "Kişi saymıyor"})
    assert "since you looked" in step("publish", **data).text
    assert stored().state == "closed"


def test_the_refusal_to_decide_on_nothing_speaks_turkish():
    with override("tr"):
        assert say(Sentence(NOTHING_DECIDED)).startswith("En az bir satır için")


def test_what_was_typed_outlives_a_refusal(step, small):
    people, other = small
    page = parse(step("decide", **{f"small-{people.pk}": "hide", f"small-{other.pk}": "hide"}).text)
    ticked = {
        each["name"]
        for each in page.one("form", "smalls").all("input")
        if "checked" in each.attributes
    }
    assert ticked == {f"small-{people.pk}", f"small-{other.pk}"}


def test_all_rows_are_decided_on_at_once(step, small):
    people, _other = small
    step("decide", **{"small-all": "hide", "small-why": "Az kişi var"})
    assert list(SmallNumberDecision.objects.values_list("indicator", "reason")) == [
        (people.pk, "Az kişi var")
    ]


def test_a_decision_is_taken_back(step, small):
    people, _other = small
    step("decide", **{f"small-{people.pk}": "hide", "small-why": "Az kişi var"})
    assert "is asked about again" in step(f"undecide:{people.pk}").text
    assert not SmallNumberDecision.objects.exists()
    people.refresh_from_db()
    assert not people.hides_small_numbers
    for about in (f"{people.pk}", "x", "9" * 19):
        assert step(f"undecide:{about}").status_code == 404


# --- The preview of the public page ---


def test_the_preview_is_what_becomes_public(reviewing, at, step, world, ready):
    preview = reviewing.get(at("public_preview"))
    assert preview.status_code == 200
    assert "no-store" in preview.headers["Cache-Control"]
    assert preview.headers["X-Robots-Tag"] == "noindex"
    assert '<meta name="robots" content="noindex">' in preview.text
    assert not Edition.objects.exists()
    step("publish", **looked())
    public = Client().get(f"/public/plan/{YEAR}/?lang=en").text

    def words(text):
        return parse(text).one("article", "pubhead").text

    assert words(preview.text) == words(public)


def test_the_preview_hides_what_will_be_hidden(reviewing, at, world, ready):
    Realization.objects.filter(indicator=world.stops).update(value=3)
    world.stops.hides_small_numbers = True
    world.stops.save()
    text = reviewing.get(at("public_preview")).text
    assert "&lt;5" in text


def test_the_mean_that_the_public_reads_is_told_beside_the_one_that_is_seen(
    reviewing, at, world, ready, step
):
    """Of 4/4, 432/432 and 4/10 the last is hidden: 80 % of three, 100 % of two."""
    Target.objects.filter(indicator__in=(world.lines, world.schools)).delete()
    Realization.objects.filter(indicator=world.buses).update(value=432)
    Realization.objects.filter(indicator=world.stops).update(value=4)
    world.stops.hides_small_numbers = True
    world.stops.save()
    told = (
        "The public reads 100.0% (n=2), because 1 row is withheld for small numbers; with it the "
        "mean is 80.0% (n=3)."
    )
    assert told in reviewing.get(at("period")).text
    assert told in reviewing.get(at("public_preview")).text
    step("publish", **looked())
    assert told in reviewing.get(at("period")).text
    public = Client().get(f"/public/plan/{YEAR}/?lang=en").text
    assert "100.0%" in public and "80.0%" not in public and told not in public


def test_where_nothing_is_hidden_one_mean_is_told(reviewing, at, ready):
    assert "withheld for small numbers" not in reviewing.get(at("period")).text


@pytest.mark.parametrize("who", ["coordinator", "reader"])
def test_others_have_no_preview(sign_in, at, world, who):
    assert sign_in(getattr(world, who)).get(at("public_preview")).status_code == 404


def test_an_unknown_step_is_not_found(step):
    assert step("explode").status_code == 404


# Session; user; groups; plan with its revision; units; periods; extensions. From the opening on
# figures, answers, targets, responsible units, states, reasons. Where it is closed besides: the
# verified; administrators; when it was closed; the last edition's number; what was
# decided on small numbers, and twice, because the page lists what the step does not ask about,
# editions, indicators and values for them. A published one looks whether its edition fits: its
# seals, and what is hidden (every edition, indicators and values).
COST = {"planned": 10, "open": 17, "closed": 24, "published": 17}


@pytest.mark.parametrize("state", COST)
def test_the_page_costs_few_queries(reviewing, at, world, state, django_assert_max_num_queries):
    if state == "published":
        make_published_year(world.plan)
    set_state(world.period, state)
    with django_assert_max_num_queries(COST[state]):
        assert reviewing.get(at("period")).status_code == 200
