"""The plan's dashboard: the figures of docs/domain.md, orders, readings, short lists."""

import datetime

import pytest
from django.utils import timezone

from activities.formats import percent
from activities.models import Period
from indicators.achievement import Reading, Status
from indicators.cumulative import CumulativeFigures
from indicators.figures import Figures, Level
from indicators.models import Evidence, Indicator, Realization
from tests import factories
from tests.reports.html import score_of

pytestmark = pytest.mark.django_db


def units(page):
    """Return the departments' table, with the branches in it."""
    return page.by_id("departments").one("table")


def shown_order(page):
    """Return the departments' numbers from top to bottom, without branches."""
    rows = [
        row
        for row in units(page).all("tr")
        if row.all("td", "ordinal") and "sub" not in row.classes
    ]
    return [row.one("td", "ordinal").text for row in rows][:-1]  # the last is the whole plan


def test_the_plan_shows_the_figures_of_its_year(real_plan, read, at):
    page = read(at("dashboard"))

    top = page.one("section", "say")
    assert score_of(page) == "%82,8"
    assert "Hedefi olan 136 göstergeden 132 tanesi bildirildi (%97,1)" in top.text
    assert top.one("svg", "comp tall")["aria-label"] == (
        "96 Gerçekleşti, 6 Büyük ölçüde, 9 Kısmen, 21 Düşük, 4 Bildirilmedi, "
        "3 Hedefsiz gerçekleşme, 10 Bu yıl hedef yok"
    )
    facts = page.one("dl", "facts").texts("dd")
    assert facts[:3] == ["132/136 %97,1", "%100,0", "%80,4"]


def test_the_figures_are_written_in_english_too(real_plan, read, at):
    page = read(at("dashboard"), language="en")

    assert page.one("html")["lang"] == "en"
    assert page.one("h1").text == "2024 achievement"
    assert score_of(page) == "82.8%"
    assert "Reported for 132 of 136 indicators with a target (97.1%)" in page.text


@pytest.mark.parametrize(
    ("name", "score", "reported"),
    [
        ("Ulaşım İşleri", "%55,0 n=10", "10/10"),
        ("Kadın ve Aile Hizmetleri", "%73,6 n=54", "54/58"),
        ("Gönüllüler", "%100,0 n=6", "6/6"),
        ("Whole plan", "%82,8 n=132", "132/136"),
    ],
)
def test_each_unit_has_its_score_with_its_n(real_plan, read, at, name, score, reported):
    words = {"Whole plan": "Planın tümü"}.get(name, name)

    row = units(read(at("dashboard"))).row(words)

    assert row.one("td", "score").text == score
    assert row.one("td", "reported").text == reported


def test_a_branch_stands_below_its_department(real_plan, read, at):
    page = read(at("dashboard"))

    branches = units(page).one("tbody", "subs").all("tr")
    assert [row.one("td", "ordinal").text for row in branches] == ["11.1", "11.2", "11.3"]
    assert branches[1].one("td", "score").text == "%58,6 n=32"


def test_a_department_without_targets_has_a_dash_not_zero(real_plan, read, at):
    row = units(read(at("dashboard"))).row("Fen İşleri")

    assert row.one("td", "score").text == "— bu yıl hedef yok"
    assert row.one("td", "reported").text == "–"
    assert "%0" not in row.text


def test_departments_stand_in_plan_order(real_plan, read, at):
    assert shown_order(read(at("dashboard"))) == [str(number) for number in range(1, 14)]


@pytest.mark.parametrize(
    ("sort", "first", "last"),
    [
        ("name", ["1", "2", "4", "8", "11"], ["5", "7"]),
        ("-score", ["1", "3", "5", "9", "12", "13", "8"], ["11", "7", "2"]),
        ("score", ["7", "11", "10", "4", "6"], ["13", "2"]),
        ("reported", ["11"], ["13", "2"]),
        ("nonsense", ["1", "2", "3"], ["12", "13"]),
    ],
)
def test_departments_can_be_ordered(real_plan, read, at, sort, first, last):
    page = read(at("dashboard"), {"sort": sort})

    order = shown_order(page)
    assert order[: len(first)] == first
    assert order[-len(last) :] == last
    assert units(page).one("tbody", "subs")  # the branches move with their department


def test_the_present_order_is_marked(real_plan, read, at):
    page = read(at("dashboard"), {"sort": "-score"})

    marked = [a.text for a in page.by_id("departments").all("a") if a["aria-current"]]
    assert marked == ["en yüksek puan"]


def test_years_not_yet_reported_count_their_targets(real_plan, read, at):
    heat, _by_objective = read(at("dashboard")).all("table", "heat")

    assert heat.texts("th")[1:4] == ["2024 kapandı", "2025 açık", "2026 başlamadı"]
    assert heat.row("Ulaşım İşleri").texts("td") == ["%55,0", "10 hedef", "10 hedef"]
    assert heat.row("Fen İşleri").texts("td") == ["—", "3 hedef", "3 hedef"]
    assert heat.row("Planın tümü").texts("td") == ["%82,8 132/136", "147 hedef", "149 hedef"]


def test_a_year_not_yet_reported_has_no_score(real_plan, read, at):
    page = read(at("dashboard", year=2025))

    assert score_of(page) == "—"
    assert page.one("p", "big").text == "0/147"
    assert "%0,0" not in units(page).text
    assert "Henüz puanı olan gösterge yok" in page.text


def test_objectives_have_their_scores(real_plan, read, at):
    objectives = read(at("dashboard")).one("table", "objs")

    assert len(objectives.one("tbody").all("tr")) == 8
    assert objectives.row("Amaç 8").texts("td")[0] == "%43,6 n=4"
    assert objectives.row("Amaç 8").texts("td")[-1] == "4/5"


def test_the_short_lists_say_how_many_there_are(real_plan, read, at):
    page = read(at("dashboard"))

    missing, behind, over = page.all("ul", "rows")
    assert len(missing.all("li")) == 4
    assert set(missing.texts("span", "code")) == {"1.1.2", "2.1.8", "2.1.7", "8.2"}
    assert len(behind.all("li")) == len(over.all("li")) == 8
    assert behind.texts("span", "value")[0].startswith("%0,0")
    folds = [fold.one("summary").text for fold in page.all("details", "fold")]
    assert "Bildirilmeyen 4 gösterge hedefi var, sayısı yok" in folds
    assert "En geride kalan 21 gösterge en düşük orandan başlayarak" in folds
    links = [a["href"] for p in page.all("p", "more") for a in p.all("a")]
    assert links == [
        at("indicator_list") + "?status=low",
        at("indicator_list") + "?badge=exceeded",
    ]


def test_nothing_is_approved_until_a_reviewer_says_so(real_plan, read, at):
    page = read(at("dashboard"), {"reading": "approved"})

    assert score_of(page) == "—"
    assert "Henüz doğrulanmış değer yok" in page.one("section", "say open").text
    assert page.one("dl", "facts").texts("dd")[0] == "0/136 %0,0"


def test_an_approved_value_shows_in_both_readings(real_plan, read, at):
    approved = Indicator.objects.get(name="Akıllı durak sayısı")
    approved.realizations.update(state=Realization.State.APPROVED)

    page = read(at("dashboard"), {"reading": "approved"})

    assert score_of(page) == "%100,0"
    assert units(page).row("Ulaşım İşleri").one("td", "reported").text == "10/10"
    assert units(page).row("Ulaşım İşleri").one("td", "verified").text == "1/10"
    assert score_of(read(at("dashboard"))) == "%82,8"


def test_links_keep_the_reading(real_plan, read, at):
    page = read(at("dashboard"), {"reading": "approved"})

    inside = [
        a["href"] for a in page.by_id("content").all("a") if "/departments/" in (a["href"] or "")
    ]
    assert inside
    assert all("reading=approved" in href for href in inside)


def test_an_unknown_reading_is_as_reported(real_plan, read, at):
    page = read(at("dashboard"), {"reading": "guessed"})

    assert score_of(page) == "%82,8"


def test_an_empty_plan_says_what_to_do(read, at, db):
    plan = factories.make_plan()
    administrator = factories.make_user("administrator", is_staff=True)
    who_reviews, reader = factories.make_user("reviewer"), factories.make_user()

    def steps(person):
        return read(at("dashboard", slug=plan.slug), who=person).one("section", "empty").all("li")

    page = read(at("dashboard", slug=plan.slug), who=administrator)
    assert "Bu planda henüz gösterge yok" in page.text
    assert [step.one("a")["href"] for step in steps(administrator)] == [
        "/imports/",
        "/settings/units/",
        "/settings/people/",
        at("period", slug=plan.slug),
    ]
    of_reviewer = [[a["href"] for a in each.all("a")] for each in steps(who_reviews)]
    assert of_reviewer == [[], [], [], [at("period", slug=plan.slug)]]

    page = read(at("dashboard", slug=plan.slug), who=reader)
    assert "Bunu bir yönetici yapabilir" in page.text
    assert not page.all("code")


def test_a_plan_without_questions_says_so(read, at, db):
    plan = factories.make_plan()
    page = read(at("findings", slug=plan.slug), who=factories.make_user())
    assert page.one("section", "empty").one("h2").text == "Soru yok"
    assert not page.all("form", "filter")

    target = {"baseline": 427, "target": 432, "realization": 5}
    factories.make_indicator(factories.make_activity(plan), **target)
    page = read(at("findings", slug=plan.slug), {"check": "text"}, who=factories.make_user())
    assert page.one("section", "empty").one("h2").text == "Uyan soru yok"


def test_a_unit_without_a_place_in_the_plan_does_not_break_the_page(read, at, db):
    plan = factories.make_plan()
    stray = factories.make_activity(plan, factories.make_department(name="Yersiz Birim"))
    factories.make_indicator(stray, target=10, realization=5)

    page = read(at("dashboard", slug=plan.slug), who=factories.make_user())

    assert score_of(page) == "%50,0"


@pytest.mark.parametrize("many", [2, 20])
@pytest.mark.parametrize(
    ("query", "queries"),
    [
        ({}, 16),
        ({"view": "cumulative"}, 16),
        ({"reading": "approved"}, 16),
        # The findings are those of the whole plan, so its indicators are read, too.
        ({"tag": "none", "view": "cumulative", "reading": "approved"}, 17),
    ],
)
def test_the_dashboard_costs_as_many_queries_with_any_rows(
    at, signed_in, django_assert_num_queries, many, query, queries
):
    plan = factories.make_plan()
    for year in plan.years:
        factories.make_period(plan, year, Period.State.OPEN)
    for _each in range(many):
        factories.make_indicator(factories.make_activity(plan), target=4, realization=2)
    client = signed_in(factories.make_user())

    # session; user; plans; units; indicators; the cells of all years; periods with their
    # extensions; objectives; tags; the person's units and groups; answers, targets and responsible
    # units for the findings; targets and values for the progress; what moved after sending
    with django_assert_num_queries(queries):
        response = client.get(at("dashboard", slug=plan.slug), query)

    assert response.text.count('class="num score') > many


# --- The plan over its years ---


def test_the_counts_of_every_year_add_up(real_plan, read, at):
    rows = read(at("dashboard")).one("table", "years").one("tbody").all("tr")
    for row, year in zip(rows, real_plan.years, strict=True):
        summary = Figures(real_plan, year).summary
        counts = [int(text) for text in row.texts("td", "count")]
        assert sum(counts) == int(row.one("td", "total").text) == summary.indicators == 149
        assert counts[0] == summary.count(Status.ACHIEVED)
        assert row.one("svg", "comp")["role"] == "img"


def test_objectives_stand_beside_their_years(real_plan, read, at):
    heat = read(at("dashboard")).by_id("h-objective-heat")
    assert heat.text == "Amaç ve yıl"

    heat = read(at("dashboard")).one("table", "by-objective")
    summaries = Figures(real_plan, 2024).by(Level.OBJECTIVE)
    assert len(heat.one("tbody").all("tr")) == len(summaries) == 8
    assert heat.row("Amaç 8").texts("td") == ["%43,6 4/5", "5 hedef", "6 hedef"]
    for code, summary in summaries.items():
        assert heat.row(f"Amaç {code}").all("td")[0].one("a").text == percent(summary.mean)


@pytest.mark.parametrize("reading", Reading)
@pytest.mark.parametrize("cumulative", [False, True])
def test_the_dashboard_shows_what_the_roll_up_says(real_plan, read, at, reading, cumulative):
    some = Realization.objects.filter(indicator__activity__department__places__number="7")
    some.update(state=Realization.State.APPROVED)
    figures = (CumulativeFigures if cumulative else Figures)(real_plan, 2024, reading=reading)
    query = {"reading": reading.value, "view": "cumulative" if cumulative else ""}

    page = read(at("dashboard"), query)

    summary = figures.summary
    assert score_of(page) == percent(summary.mean)
    facts = page.one("dl", "facts").texts("dd")
    assert facts[0].split()[0] == f"{summary.reported}/{summary.due}"
    assert facts[1:3] == [percent(summary.median), percent(summary.mean_unreported_zero)]
    assert [facts[3], facts[4].split()[0]] == [str(summary.exceeded), str(summary.deviations)]
    rows = [row for row in units(page).all("tr") if row.all("td", "score")]
    by_number = {**figures.by(Level.DEPARTMENT), **figures.by(Level.BRANCH), "": summary}
    assert len(rows) == len(by_number)
    for row in rows:
        expected = by_number[row.one("td", "ordinal").text]
        assert row.one("td", "score").text.split()[0] == percent(expected.mean)
        assert row.one("td", "low").text == str(expected.count(Status.LOW))


# --- The years so far ---


@pytest.fixture
def two_years(db):
    """Make a plan whose first year is over and whose second is reported in part."""
    plan = factories.make_plan()
    factories.make_period(plan, 2024, Period.State.CLOSED)
    factories.make_period(plan, 2025, Period.State.OPEN)
    activity = factories.make_activity(plan)
    # 21 of 30 in two years, 80 % and then 65 %; the second is reported in the first year only.
    both = factories.make_indicator(activity, name="İki yıl", target=10, realization=8)
    factories.make_target(both, 20, 2025)
    factories.make_realization(both, 13, 2025)
    first = factories.make_indicator(activity, name="İlk yıl", target=10, realization=5)
    factories.make_target(first, 20, 2025)
    return plan


def test_the_years_so_far_say_which_they_are(two_years, read, at):
    person = factories.make_user()
    address = at("dashboard", slug=two_years.slug, year=2025)

    alone = read(address, who=person)
    so_far = read(address, {"view": "cumulative"}, who=person)

    assert score_of(alone) == "%65,0"
    assert alone.one("dl", "facts").texts("dd")[0].startswith("1/2")
    # (70 % + 50 %) ÷ 2
    assert score_of(so_far) == "%60,0"
    assert so_far.one("dl", "facts").texts("dd")[0].startswith("2/2")
    assert so_far.one("h1").text.startswith("2024–2025")
    assert "Bildirim olan yıllar: 2024, 2025." in so_far.one("p", "sums").text
    years = so_far.one("table", "years").texts("th", "name")
    assert [text.split()[0] for text in years] == ["2024", "2024–2025", "2024–2026"]
    assert so_far.all("table", "heat")[0].row("Planın tümü").texts("td") == [
        "%65,0", "%60,0", "2 hedef",
    ]  # fmt: skip


def test_the_view_is_kept_in_links_and_switches(two_years, read, at):
    person = factories.make_user()
    address = at("dashboard", slug=two_years.slug, year=2025)

    page = read(address, {"view": "cumulative", "reading": "approved"}, who=person)

    links = [a["href"] for a in page.by_id("departments").all("a") if "/departments/" in a["href"]]
    assert links
    assert all("reading=approved&view=cumulative" in link for link in links)
    switch = {a.text: a["href"] for nav in page.all("nav", "seg") for a in nav.all("a")}
    assert switch["Yıl"] == f"{address}?reading=approved"
    assert "view=cumulative" in switch["2024"]


@pytest.mark.parametrize(("page", "key"), [("department", "1"), ("objective", "1.1")])
def test_parts_and_lists_add_up_too(two_years, read, at, page, key):
    person = factories.make_user()
    address = at(page, key, slug=two_years.slug, year=2025)

    found = read(address, {"view": "cumulative"}, who=person)

    assert score_of(found) == "%60,0"
    cells = found.texts("td", "realization")
    assert cells == ["21 / 30", "5 / 10"]
    assert "2024–2025" in found.one("title").text


def test_a_plan_of_one_year_has_no_years_so_far(read, at, db):
    plan = factories.make_plan(last_year=2024)
    factories.make_indicator(factories.make_activity(plan), target=4, realization=2)

    page = read(at("dashboard", slug=plan.slug), {"view": "cumulative"}, who=factories.make_user())

    assert page.one("h1").text.startswith("2024")
    assert not page.all("p", "sums")


# --- Progress and confidence ---


@pytest.fixture
def running(db):
    """Make a year that closes in twelve days, with two of three indicators sent."""
    plan = factories.make_plan()
    today = timezone.localdate()
    factories.make_period(
        plan,
        opens_on=today - datetime.timedelta(days=10),
        closes_on=today + datetime.timedelta(days=12),
    )
    activity = factories.make_activity(plan)
    for days in (5, 2, None):
        one = factories.make_indicator(activity, target=4)
        if days is not None:
            moment = timezone.now() - datetime.timedelta(days=days)
            factories.make_realization(one, 4, submitted_at=moment)
    return plan


def test_reports_are_shown_against_the_deadline(running, read, at):
    page = read(at("dashboard", slug=running.slug), who=factories.make_user())

    words = page.one("p", "progress-words").text
    last = running.periods.get().closes_on
    assert words == f"2/3, son gün {last:%d.%m.%Y}, 12 gün kaldı"
    picture = page.one("svg", "steps")
    assert picture["role"] == "img"
    assert "2 / 3" in picture["aria-label"]
    assert picture.one("line", "deadline")["x1"] == "632.0"
    # From the day of opening, 22 days over 586 units: day 5, day 8, and on to today, day 10.
    assert picture.one("path")["d"] == "M46.0 168.0H179.2V125.3H259.1V82.7H312.4"
    days = page.one("table", "days").one("tbody").all("tr")
    assert [row.texts("td") for row in days] == [["1", "1/3"], ["1", "2/3"]]


@pytest.mark.parametrize(
    ("days", "expected"), [(1, "1 gün kaldı"), (0, "son gün bugün"), (-3, "3 gün gecikti")]
)
def test_the_days_to_the_deadline_are_counted(running, read, at, days, expected):
    period = running.periods.get()
    period.closes_on = timezone.localdate() + datetime.timedelta(days=days)
    period.save()

    page = read(at("dashboard", slug=running.slug), who=factories.make_user())

    assert page.one("p", "progress-words").text.endswith(expected)


def test_values_without_a_day_are_counted_and_not_drawn(running, read, at):
    values = Realization.objects.filter(indicator__activity__plan=running)
    values.update(submitted_at=None)

    page = read(at("dashboard", slug=running.slug), who=factories.make_user())

    assert page.one("p", "progress-words").text.startswith("2/3")
    assert not page.all("table", "days")
    assert page.one("svg", "steps").one("path")["d"] == "M46.0 168.0H312.4"


def test_a_year_not_begun_has_no_progress(real_plan, read, at):
    assert not read(at("dashboard", year=2026)).all("p", "progress-words")


def test_confidence_stands_beside_the_score(running, read, at):
    values = Realization.objects.filter(indicator__activity__plan=running)
    first, second = values.order_by("submitted_at")
    Evidence.objects.create(realization=first, name="Tutanak", link="https://example.org")
    first.state = Realization.State.APPROVED
    first.save()

    page = read(at("dashboard", slug=running.slug), who=factories.make_user())

    trust = page.one("dl", "trust")
    assert trust.texts("dd") == ["%50,0 1/2", "%50,0 1/2", "%100,0 2/2", "%50,0 1/2", "%100,0 2/2"]
    assert page.one("table", "trust-units").one("tbody").texts("td") == [
        "2", "1 %50,0", "1 %50,0", "2 %100,0", "1 %50,0", "2 %100,0",
    ]  # fmt: skip
    assert second.state == Realization.State.SUBMITTED


# --- Every number opens to its rows ---


@pytest.mark.parametrize(
    "query",
    [{}, {"view": "cumulative"}, {"reading": "approved"}],
    ids=["alone", "so far", "approved"],
)
def test_every_count_leads_to_as_many_rows(real_plan, read, signed_in, at, query):
    approved = Realization.objects.filter(indicator__activity__department__places__number="4")
    approved.update(state=Realization.State.APPROVED)
    page = read(at("dashboard"), query)
    client = signed_in()

    counts = {}
    for a in page.by_id("content").all("a"):
        address, _hash, _name = (a["href"] or "").partition("#")
        narrowed = any(f"{name}=" in address for name in ("status", "report", "badge", "trust"))
        count = a.text.split("/")[0].split()[0] if a.text else ""
        if narrowed and count.isdigit() and "/findings/" not in address:
            counts[address] = int(count)
    assert len(counts) > 50
    # One of each kind is enough, and of the departments' those of two.
    chosen = {
        address: count
        for address, count in counts.items()
        if "/departments/" not in address or "/departments/7/" in address or "/11/" in address
    }
    for address, count in chosen.items():
        response = client.get(address)
        assert response.text.count('class="indicator"') == count, address
