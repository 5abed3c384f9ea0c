"""When a year may be published: the conditions as numbers, and as the step enforces them."""

from decimal import Decimal as D

import pytest

from activities.models import Plan
from activities.sentences import Sentence
from indicators import editions, periods, small_decisions
from indicators.models import Edition, Indicator, Realization
from indicators.publishing import Comparison
from indicators.small_decisions import Decision
from tests import rulebook
from tests.factories import (
    YEAR,
    make_activity,
    make_department,
    make_indicator,
    make_period,
    make_plan,
    make_published_year,
    make_user,
)

HEADING = "Closing and publishing a year"


def fraction(text):
    return None if text == "—" else D(text.removeprefix("%").replace(",", ".")) / 100


def compare(reported, verified, mean_reported="%80", mean_verified="%80"):
    return Comparison(
        reported=int(reported),
        verified=int(verified),
        mean_reported=fraction(mean_reported),
        mean_verified=fraction(mean_verified),
    )


@pytest.mark.parametrize("line", rulebook.lines(HEADING, "reported", "mean verified"))
def test_the_conditions_are_those_of_the_document(line):
    found = compare(
        line["reported"], line["verified"], line["mean reported"], line["mean verified"]
    )
    assert (found.failing is None and found.emptiness is None) == (line["reviewer"] == "yes")
    assert (found.emptiness is None) == (line["administrator with a reason"] == "yes")


@pytest.mark.parametrize(
    ("found", "told"),
    [
        # 104 ÷ 132 = 0,78787…; 0,951 − 0,828 = 0,123
        (
            compare(132, 104, "%82,8", "%95,1"),
            "104 of 132 reported values are verified (78.8%); publishing takes at least 90%. And "
            "the mean of the verified lies 12.3 points from the mean of the reported; publishing "
            "takes at most 2.",
        ),
        # 8.999 ÷ 10.000 would round to 90,0
        (compare(10000, 8999), "8999 of 10000 reported values are verified (89.9%)"),
        # 2,001 would round to 2,0
        (compare(10, 10, "%80", "%82,001"), "lies 2.1 points"),
        (compare(10, 10, "%80", "%70"), "lies 10 points"),
        (compare(10, 9, "%80", "—"), "has no mean score"),
    ],
)
def test_what_fails_is_said_with_its_figures(found, told):
    values = {
        name: f"{value:f}".rstrip("0").rstrip(".") if "." in f"{value}" else f"{value:f}"
        for name, value in found.failing.values.items()
        if isinstance(value, D)
    }
    assert told in found.failing.text % {**found.failing.values, **values}


# --- The step itself ---


@pytest.fixture
def plan(db):
    return make_plan(slug="p")


@pytest.fixture
def activity(plan):
    return make_activity(plan, make_department(plan, "1"), "4.1.1")


@pytest.fixture
def closed(plan):
    return make_period(plan, state="closed")


def rows(activity, number, state="approved", realization=10):
    return [
        make_indicator(activity, target=10, realization=realization, state=state)
        for _each in range(number)
    ]


def publish(plan, role="reviewer", **given):
    return periods.publish(plan, YEAR, person=make_user(role) if role else None, **given)


def state(plan):
    return plan.periods.get(year=YEAR).state


def test_a_year_of_which_enough_is_verified_becomes_public(plan, activity, closed):
    rows(activity, 9)
    rows(activity, 1, "submitted")
    edition = publish(plan)
    assert (edition.number, edition.override_reason, state(plan)) == (1, "", "published")
    assert Plan.objects.get().is_public
    assert Plan.objects.get().history.first().is_public
    assert editions.published(Plan.objects.get(), YEAR) is not None
    assert editions.published(Plan.objects.get(), YEAR + 1) is None


@pytest.mark.parametrize("role", ["", "reviewer", "administrator"])
def test_without_a_reason_nobody_publishes_too_little(plan, activity, closed, role):
    rows(activity, 8)
    rows(activity, 2, "submitted")
    with pytest.raises(Sentence, match="8 of 10"):
        publish(plan, role)
    assert (state(plan), Edition.objects.count(), Plan.objects.get().is_public) == (
        "closed",
        0,
        False,
    )


@pytest.mark.parametrize("role", ["", "reviewer"])
def test_a_reason_is_an_administrators(plan, activity, closed, role):
    rows(activity, 8)
    rows(activity, 2, "submitted")
    with pytest.raises(Sentence, match="8 of 10"):
        publish(plan, role, override_reason="Seçim")
    assert state(plan) == "closed"


def test_an_administrators_reason_is_kept_for_the_public(plan, activity, closed):
    rows(activity, 8)
    rows(activity, 2, "submitted")
    with pytest.raises(Sentence):
        publish(plan, "administrator", override_reason="  ")
    edition = publish(plan, "administrator", override_reason=" Sayıştay istedi ")
    assert edition.override_reason == "Sayıştay istedi"


def test_a_reason_without_need_is_not_told_to_the_public(plan, activity, closed):
    rows(activity, 2)
    assert publish(plan, "administrator", override_reason="Seçim").override_reason == ""


@pytest.mark.parametrize(("approved", "sent"), [(0, 0), (0, 3), (1, 3)])
def test_no_reason_publishes_an_empty_or_nearly_empty_year(plan, activity, closed, approved, sent):
    rows(activity, approved)
    rows(activity, sent, "submitted")
    with pytest.raises(Sentence, match=r"nothing to publish|less than half"):
        publish(plan, "administrator", override_reason="Seçim")
    assert not Edition.objects.exists()


def test_a_mean_that_flatters_is_refused_though_enough_is_verified(plan, activity, closed):
    # Verified 9 × 100 %: 100; reported (9 × 100 + 0) ÷ 10 = 90.
    rows(activity, 9)
    rows(activity, 1, "submitted", realization=0)
    with pytest.raises(Sentence) as told:
        publish(plan)
    assert told.value.values["apart"] == 10


def test_what_has_no_figure_is_no_verified_number(plan, activity, closed):
    rows(activity, 2)
    rows(activity, 1, "submitted")
    for row in rows(activity, 5, realization="-"):
        Realization.objects.filter(indicator=row).update(absence="not_due")
    with pytest.raises(Sentence, match="2 of 3"):
        publish(plan)


def test_what_somebody_wrote_since_the_look_keeps_the_year_closed(plan, activity, closed):
    [row] = rows(activity, 1)
    seen = Plan.objects.get().revision_row.number
    row.save()
    with pytest.raises(Sentence, match="since you looked"):
        publish(plan, seen=seen)
    publish(plan, seen=Plan.objects.get().revision_row.number)


# --- A further edition ---


def test_a_further_edition_is_an_administrators_with_a_reason(plan, activity):
    rows(activity, 2)
    make_published_year(plan)
    boss = make_user("administrator")
    for person, reason in ((None, "x"), (make_user("reviewer"), "x"), (boss, " ")):
        with pytest.raises(Sentence):
            periods.publish_again(plan, YEAR, person=person, reason=reason)
    assert Edition.objects.count() == 1

    edition = periods.publish_again(plan, YEAR, person=boss, reason=" Düzeltmeler ")
    assert (edition.number, edition.reason, edition.published_by) == (2, "Düzeltmeler", boss)
    assert state(plan) == "published"


def test_a_further_edition_has_the_same_conditions(plan, activity):
    rows(activity, 2)
    make_published_year(plan)
    rows(activity, 1, "submitted")
    boss = make_user("administrator")
    with pytest.raises(Sentence, match="2 of 3"):
        periods.publish_again(plan, YEAR, person=boss, reason="Düzeltmeler")
    edition = periods.publish_again(
        plan, YEAR, person=boss, reason="Düzeltmeler", override_reason="Geç geldi"
    )
    assert edition.override_reason == "Geç geldi"


@pytest.mark.parametrize("before", ["planned", "open", "closed"])
def test_only_a_published_year_gets_a_further_edition(plan, activity, before):
    rows(activity, 1)
    make_period(plan, state=before)
    with pytest.raises(Sentence, match="published year"):
        periods.publish_again(plan, YEAR, person=make_user("administrator"), reason="x")


# --- Small numbers ---

SMALL = {
    "counts people": {"counts_people": True},
    "hides small numbers": {"counts_people": True, "hides_small_numbers": True},
    "asks for a number of people": {"name": "Eğitim alan kadın sayısı"},
    "is split into women and men": {},
    "counts something else": {"name": "Durak sayısı"},
    "is a percent of people": {"name": "Katılan kadın", "measure": "percent"},
}


@pytest.mark.parametrize("line", rulebook.lines(HEADING, "decided", "published"))
def test_small_numbers_of_people_are_decided_on_first(plan, activity, closed, line):
    kind = next(value for name, value in line.items() if name.startswith("a verified"))
    row = make_indicator(activity, target=3, realization=3, state="approved", **SMALL[kind])
    if kind.startswith("is split"):
        Realization.objects.update(women=2, men=1, others=0)
    if line["decided"] != "–":
        decision = Decision(line["decided"] == "hidden", "Küçük mahalle")
        small_decisions.decide(plan, YEAR, {row.pk: decision}, make_user("reviewer"))
    if line["published"] == "yes":
        publish(plan)
    else:
        with pytest.raises(Sentence, match=row.name):
            publish(plan)
        with pytest.raises(Sentence, match=row.name):
            publish(plan, "administrator", override_reason="Seçim")
    assert state(plan) == ("published" if line["published"] == "yes" else "closed")


def people_row(activity, **given):
    return make_indicator(
        activity, target=3, realization=3, state="approved", counts_people=True, **given
    )


def test_to_hide_marks_the_indicator_and_says_why_in_its_history(plan, activity):
    row, person = people_row(activity), make_user("reviewer")
    small_decisions.decide(plan, YEAR, {row.pk: Decision(True, " Tanınır ")}, person)
    row.refresh_from_db()
    assert row.hides_small_numbers
    assert row.history.first().history_change_reason == "Tanınır"
    stored = small_decisions.decisions(plan, YEAR)[row.pk]
    assert (stored.is_hidden, stored.reason, stored.decided_by) == (True, "Tanınır", person)


def test_another_decision_takes_the_mark_off_again(plan, activity):
    row, person = people_row(activity), make_user("reviewer")
    for is_hidden in (True, False, True):
        decision = Decision(is_hidden, "Çünkü")
        small_decisions.decide(plan, YEAR, {row.pk: decision}, person)
        assert Indicator.objects.get(pk=row.pk).hides_small_numbers is is_hidden
    assert small_decisions.take_back(plan, YEAR, row.pk) == row
    assert not Indicator.objects.get(pk=row.pk).hides_small_numbers
    assert small_decisions.decisions(plan, YEAR) == {}
    assert small_decisions.take_back(plan, YEAR, row.pk) is None


def test_what_another_year_hides_stays_hidden(plan, activity):
    row, person = people_row(activity), make_user("reviewer")
    for year in (YEAR, YEAR + 1):
        small_decisions.decide(plan, year, {row.pk: Decision(True, "Çünkü")}, person)
    small_decisions.take_back(plan, YEAR, row.pk)
    assert Indicator.objects.get(pk=row.pk).hides_small_numbers


def test_what_was_published_hidden_stays_hidden(plan, activity):
    row, person = people_row(activity), make_user("reviewer")
    small_decisions.decide(plan, YEAR, {row.pk: Decision(True, "Çünkü")}, person)
    make_published_year(plan)
    with pytest.raises(Sentence, match="stays hidden"):
        small_decisions.take_back(plan, YEAR, row.pk)
    with pytest.raises(Sentence, match="stays hidden"):
        small_decisions.decide(plan, YEAR, {row.pk: Decision(False, "Çünkü")}, person)
    assert small_decisions.decisions(plan, YEAR)[row.pk].is_hidden


def test_one_decision_without_a_reason_keeps_all_from_being_stored(plan, activity):
    one, other = people_row(activity), people_row(activity)
    wanted = {one.pk: Decision(False, "Çünkü"), other.pk: Decision(True, " ")}
    with pytest.raises(Sentence, match="why"):
        small_decisions.decide(plan, YEAR, wanted, make_user("reviewer"))
    assert small_decisions.decisions(plan, YEAR) == {}


def test_a_row_of_another_plan_is_not_decided_on(plan):
    row = people_row(make_activity())
    wanted = {row.pk: Decision(False, "Çünkü")}
    assert small_decisions.decide(plan, YEAR, wanted, make_user("reviewer")) == 0
