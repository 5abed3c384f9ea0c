"""What is said beside a score: when it may stand alone, in which words, leading where."""

from dataclasses import replace
from decimal import Decimal as D

import pytest
from django.utils import translation

from activities.models import Period
from findings.doubt import RangeOfDoubt
from findings.plan_year import PlanYear
from indicators.achievement import Reading, Status, Summary, Unreported
from indicators.ambition import Sign
from indicators.cumulative import StoredFigures
from indicators.editions import PublicFigures
from indicators.figures import Figures
from indicators.models import Realization
from indicators.progress import Counts
from pages.lines import Piece, line
from reports import headline
from reports.headline import comparable, not_compared
from tests import factories, rulebook

YEAR = 2024


def say(found, about):
    """Return a sentence of a headline in Turkish, as the document names it."""
    with translation.override("tr"):
        if about in set(Sign):
            return found.ambition_lines[Sign(about)]
        return getattr(found, f"{about}_line")


# --- Without a database ---


def bare(**given):
    """Return a headline of ten rows that are due, all reported at 80 %."""
    return headline.Headline(
        **{
            "counts": Counts(due=10, reported=10),
            "summary": Summary(10, 10, 10, D("0.8"), statuses={Status.MOSTLY: 10}),
            "is_early": False,
            "doubt": None,
            "moved": headline.NothingMoved(None, None, ()),
            "ambition": headline.ambition.ambition([], {}),
            "last_year": 2026,
            "unreported": Unreported.SKIP,
            "limits": (D(1), D("0.8"), D("0.5")),
            **given,
        }
    )


TABLE = "Coverage and the headline"


@pytest.mark.parametrize("row", rulebook.lines(TABLE, "a", "b", "compared"))
def test_scores_are_compared_where_both_sides_are_covered(row):
    a, b = (
        Summary(due=int(due), reported=int(reported))
        for reported, due in (row[side].split("/") for side in "ab")
    )
    assert comparable(a, b) == comparable(b, a) == (row["compared"] == "yes")


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "tr",
            "Puanlar karşılaştırılmıyor (kapsam: 2024 132/136, 2025 18/147); bunun için iki "
            "tarafta da kapsamın en az %80 olması gerekir.",
        ),
        (
            "en",
            "Scores are not compared (covered: 2024 132/136, 2025 18/147); that needs at least "
            "80% on both sides.",
        ),
    ],
)
def test_instead_of_a_difference_both_coverages_are_said(language, said):
    sides = ("2024", Summary(due=136, reported=132)), ("2025", Summary(due=147, reported=18))
    with translation.override(language):
        assert not_compared(*sides) == said


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "10 göstergenin ortalama puanı %80,0."),
        (
            {"is_early": True},
            "Şimdilik 10 göstergenin ortalama puanı %80,0; yıl açık olduğu sürece geçicidir.",
        ),
        (
            {"counts": Counts(due=20, reported=10)},
            "10 göstergenin ortalama puanı %80,0; bildirim oranı %80 olana kadar geçicidir.",
        ),
        (
            {
                "unreported": Unreported.ZERO,
                "summary": Summary(
                    12, 12, 10, D("0.66667"), statuses={Status.MOSTLY: 10, Status.NOT_REPORTED: 2}
                ),
            },
            "Bildirilmeyenler 0 sayılınca ortalama puan %66,7 (puanı olan 10 gösterge).",
        ),
        ({"summary": Summary()}, "Henüz puanı olan gösterge yok."),
    ],
)
def test_the_score_says_when_it_is_provisional(given, said):
    assert str(say(bare(**given), "score")) == said


def test_one_indicator_is_said_in_the_singular():
    one = bare(
        counts=Counts(due=1, reported=1, verified=1),
        summary=Summary(1, 1, 1, D(1), statuses={Status.ACHIEVED: 1}),
        doubt=RangeOfDoubt(D("0.5"), D(1), 1, (7,)),
    )
    with translation.override("en"):
        assert str(one.coverage_line) == (
            "Reported for 1 of 1 indicator with a target (100.0%), verified for 1 (100.0%)."
        )
        assert str(one.score_line) == "The score of 1 indicator is 100.0%."
        assert str(one.range_line) == (
            "Depending on the answer to 1 blocking question, the score lies between 50.0% and "
            "100.0%."
        )


def test_answers_that_change_nothing_are_no_range():
    found = bare(doubt=RangeOfDoubt(D("0.8"), D("0.8"), 2, ()))
    assert (
        str(say(found, "range"))
        == "Doğrulamayı engelleyen 2 sorunun yanıtları puanı değiştirmiyor."
    )


def test_what_cannot_be_said_is_left_out():
    found = bare(counts=Counts(), doubt=RangeOfDoubt(None, None, 2, ()))

    assert (found.range_line, found.moved_line, found.ambition_lines) == (None, None, {})
    assert str(say(found, "coverage")) == "Bu yıl hedefi olan gösterge yok."


def test_thousands_are_written_as_everywhere():
    found = bare(counts=Counts(due=1360, reported=1320, verified=0))
    assert str(say(found, "coverage")).startswith("Hedefi olan 1.360 göstergeden 1.320 tanesi")


def test_a_line_keeps_numbers_apart_and_percent_signs_whole():
    found = line("%(n)s of 100 %% and %(text)s", n=Piece("3", "a=b"), text="100 %(n)s")

    assert str(found) == "3 of 100 % and 100 %(n)s"
    assert found.numbers == (Piece("3", "a=b"),)


# --- Of a plan's year ---


@pytest.mark.django_db
@pytest.mark.parametrize("row", rulebook.lines(TABLE, "the year is", "the headline is"))
def test_the_headline_is_what_the_document_says(row):
    plan = factories.make_plan()
    factories.make_period(plan, state=row["the year is"])
    found = headline.of_year(PlanYear(plan, YEAR))

    found = replace(found, counts=Counts(due=int(row["due"]), reported=int(row["reported"])))

    assert ("score" if found.is_complete else "coverage") == row["the headline is"]
    assert ("provisional" if found.is_provisional else "final") == row["the score is"]


@pytest.mark.django_db
@pytest.mark.parametrize("row", rulebook.lines(TABLE, "about", "sentence"))
def test_a_sentence_of_the_real_plan(real_plan, row):
    found = headline.of_year(PlanYear(real_plan, YEAR))

    assert str(say(found, row["about"])) == row["sentence"]


@pytest.mark.django_db
@pytest.mark.parametrize("base", ["", "?reading=approved"])
def test_each_number_opens_exactly_its_rows(real_plan, read, at, base):
    """Values in every state, one of them no figure with its reason, one without a target."""
    rows = [row for row in Figures(real_plan, YEAR).rows if row.measurement.target is not None]
    states = iter(("approved",) * 6 + ("draft", "returned"))
    for figure, state in zip(rows[30:], states, strict=False):
        Realization.objects.filter(indicator=figure.id, year=YEAR).update(state=state)
    of_one = Realization.objects.filter(indicator=rows[30].id, year=YEAR)
    of_one.update(value=None, text="", absence="not_measured")
    Realization.objects.filter(year=YEAR).first().save()  # What is kept is let go.
    plan = type(real_plan).objects.get(pk=real_plan.pk)
    reading = Reading.APPROVED if base else Reading.REPORTED
    found = headline.of_year(PlanYear(plan, YEAR, reading=reading))
    assert found.counts.verified == 6 and found.counts.verified_results == 5
    assert found.counts.reported < found.counts.due

    for about in ("coverage", "score", "moved", *(sign.value for sign in Sign)):
        for number in say(found, about).numbers:
            query = f"{base}&{number.query}" if base else f"?{number.query}"
            page = read(at("indicator_list") + query)
            assert len(page.texts("th", "indicator")) == int(number.text), number


@pytest.mark.django_db
def test_a_row_that_another_one_counts_is_in_no_number_and_in_no_list(read, at):
    plan = factories.make_plan()
    activity = factories.make_activity(plan)
    first = factories.make_indicator(activity, baseline=5, target=5, realization=6)
    factories.make_indicator(
        activity, baseline=5, target=5, realization=6, counted_with=first, state="approved"
    )
    found = headline.of_year(PlanYear(plan, YEAR))
    assert (found.counts.due, found.counts.verified, found.scored) == (1, 0, 1)

    reader = factories.make_user()
    for about in ("coverage", "score", "moved", "met", "exceeded"):
        for number in say(found, about).numbers:
            page = read(f"{at('indicator_list', slug=plan.slug)}?{number.query}", who=reader)
            assert len(page.texts("th", "indicator")) == int(number.text), number


@pytest.mark.django_db
def test_the_number_of_questions_opens_the_rows_they_hold_up(real_plan, read, at):
    year = PlanYear(real_plan, YEAR)
    [number] = say(headline.of_year(year), "range").numbers

    page = read(f"{at('indicator_list')}?{number.query}")

    assert len(page.texts("th", "indicator")) == len(year.findings.blocked) == 29


@pytest.mark.django_db
def test_a_unit_says_its_own_numbers_and_they_open_on_its_page(real_plan, read, at):
    year = PlanYear(real_plan, YEAR)
    transport = year.units_by_number["7"]

    found = headline.of_year(year, transport)

    assert str(say(found, "score")).endswith("%55,0.")
    assert str(say(found, "range")) == (
        "Doğrulamayı engelleyen 5 sorunun yanıtlarına göre puan %55,0 ile %100,0 arasında."
    )
    assert found.counts == year.progress.of(transport.id)
    for sign, said in found.ambition_lines.items():
        for number in said.numbers:
            page = read(f"{at('department', '7')}?{number.query}")
            assert len(page.texts("th", "indicator")) == int(number.text), sign


@pytest.mark.django_db
def test_the_plan_counts_as_its_progress_does(real_plan):
    year = PlanYear(real_plan, YEAR)
    assert headline.of_year(year).counts == year.progress.plan_counts


@pytest.mark.django_db
def test_hidden_rows_leave_every_number():
    plan = factories.make_plan()
    activity = factories.make_activity(plan)
    shown = factories.make_indicator(activity, baseline=5, target=10, realization=10)
    hidden = factories.make_indicator(activity, baseline=4, target=4, realization=1)
    figures = Figures(plan, YEAR)

    found = headline.of_rows(
        figures, figures.rows, Counts(due=1, reported=1), is_early=False, hidden={hidden.pk}
    )

    assert (found.summary.mean, found.scored) == (1, 1)
    assert found.moved.ids == (shown.pk,)
    assert (found.ambition.met.ids, found.ambition.exceeded.of) == ((), 1)


@pytest.mark.django_db
def test_last_targets_are_the_same_wherever_figures_come_from(real_plan):
    figures = Figures(real_plan, YEAR)
    expected = figures.last_targets()
    Period.objects.filter(plan=real_plan, year=YEAR).update(state=Period.State.CLOSED)

    frozen = PublicFigures(real_plan, factories.make_edition(real_plan, YEAR))

    assert len(expected) == 149
    assert StoredFigures(real_plan, YEAR).last_targets() == expected
    assert frozen.last_targets() == expected
    for kind in (Figures, StoredFigures):
        assert kind(real_plan, real_plan.last_year).last_targets() is None


@pytest.mark.django_db
def test_the_last_year_says_nothing_of_reaching_itself(real_plan):
    year = PlanYear(real_plan, real_plan.last_year)
    assert headline.of_year(year).ambition.reached is None


@pytest.mark.django_db
def test_what_a_headline_costs(django_assert_num_queries):
    plan = factories.make_plan()
    for _each in range(3):
        factories.make_indicator(factories.make_activity(plan), target=4, realization=3)
    year = PlanYear(plan, YEAR)

    # units; indicators; periods; the plan's revision; answers, targets and responsible units
    # for the findings; targets and values for the progress; the last year's targets; the revision
    # again and what moved after sending
    with django_assert_num_queries(12):
        headline.of_year(year)


# --- The verified alone ---


@pytest.mark.django_db
def test_the_verified_alone_stand_beside_all_that_was_reported():
    activity = factories.make_activity()
    factories.make_indicator(activity, target=10, realization=9, state="approved")
    factories.make_indicator(activity, target=10, realization=4)

    alone = headline.of_year(PlanYear(activity.plan, YEAR, reading=Reading.APPROVED))
    with translation.override("tr"):
        assert str(alone.reported_line) == "Bildirilenlere göre 2 göstergenin ortalama puanı %65,0."
    assert [piece.query for piece in alone.reported_line.numbers] == [
        "report=scored&reading=reported"
    ]
    assert headline.of_year(PlanYear(activity.plan, YEAR)).reported_line is None


@pytest.mark.parametrize("name", ["dashboard", "annual_report"])
def test_no_page_shows_the_verified_mean_alone(real_plan, read, at, name):
    page = read(at(name), {"reading": "approved"})
    assert "Bildirilenlere göre 132 göstergenin ortalama puanı %82,8." in page.text


# --- What waits ---


def test_a_question_that_no_sent_value_waits_for_does_not_say_that_it_keeps_one(read, at):
    plan = factories.make_plan()
    factories.make_period(plan, state=Period.State.OPEN)
    row = factories.make_indicator(factories.make_activity(plan), baseline=109, target=54)
    reviewer = factories.make_user("reviewer")

    [job] = read(at("dashboard", slug=plan.slug), who=reviewer).one("ol", "todo").all("li")[-1:]
    assert "yanıtı bekleyen gönderilmiş değer henüz yok" in job.text

    factories.make_realization(row, 163)
    [job] = read(at("dashboard", slug=plan.slug), who=reviewer).one("ol", "todo").all("li")[-1:]
    assert "1 göstergenin doğrulanmasını bekletiyor" in job.text
