"""The top of a year's pages: coverage first while it runs, the score with what it rests on."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from activities.models import Period
from indicators.figures import Figures
from indicators.models import Indicator, Realization
from indicators.start_year import start_year
from reports.jobs import unexplained
from tests import factories
from tests.reports.html import score_of

pytestmark = pytest.mark.django_db
YEAR = 2024


def top(page):
    return page.one("section", "say")


def cells(page):
    """Return the cells of the sheet by their headings."""
    return {cell.one("h2").text: cell for cell in top(page).all("div", "cell")}


# --- A complete year ---


def test_a_complete_year_says_what_its_score_rests_on(real_plan, read, at):
    page = read(at("dashboard"))

    found = cells(page)
    assert list(found) == [
        "Kapsam",
        "Plan puanı n=132",
        "Yıl ne değiştirdi?",
        "149 göstergenin durumu",
        "Hedefler ne kadar zordu?",
    ]
    assert "132 tanesi bildirildi (%97,1), 0 tanesi doğrulandı (%0,0)" in found["Kapsam"].text
    score = found["Plan puanı n=132"]
    assert score.one("strong").text == "%82,8"
    assert (
        "Doğrulamayı engelleyen 22 sorunun yanıtlarına göre puan %82,8 ile %96,1 arasında."
        in score.text
    )
    moved = found["Yıl ne değiştirdi?"].text
    assert "124 göstergenin ortalama puanı %83,2 olurdu; gerçekleşen puan %82,7." in moved
    easy = found["Hedefler ne kadar zordu?"]
    assert easy.texts("p", "tally") == ["31/124", "61/124", "44/132", "60/132"]


def test_the_range_is_drawn_where_it_lies(real_plan, read, at):
    picture = top(read(at("dashboard"))).one("svg", "range")

    assert picture["aria-label"] == "0 ile 100 arasındaki çizgide %82,8 ile %96,1 arası."
    assert picture.one("rect", "value")["width"] == "82.84%"
    doubt = picture.one("rect", "doubt")
    assert (doubt["x"], doubt["width"]) == ("82.84%", "13.23%")


@pytest.mark.parametrize("where", ["dashboard", "department", "objective"])
def test_each_number_of_the_sheet_opens_its_rows(real_plan, read, at, where):
    key = {"dashboard": (), "department": ("7",), "objective": ("4",)}[where]
    page = read(at(where, *key), {"reading": "approved"} if where == "objective" else None)

    for a in top(page).all("a"):
        if a.text.isdigit() and "finding=" not in a["href"]:
            rows = read(a["href"]).texts("th", "indicator")
            assert len(rows) == int(a.text), a["href"]


def test_units_stand_with_their_n_their_questions_and_where_they_began(real_plan, read, at):
    row = read(at("dashboard")).one("table", "bullets").row("Ulaşım İşleri")

    assert row.texts("td")[1:] == [
        "%55,0 n=10", "", "%100,0", "%95,0", "10/10", "0/10", "5", "5"
    ]  # fmt: skip
    drawn = row.one("svg", "bullet")
    assert drawn.one("rect", "value")["width"] == "55.02%"
    assert drawn.one("rect", "doubt")["x"] == "55.02%"


def test_a_year_that_came_in_with_a_file_says_nothing_of_how(real_plan, read, at):
    for page in (read(at("dashboard")), read(at("department", "7")), read(at("objective", "4"))):
        assert not page.all("dl", "trust")
        assert not page.all("svg", "steps")
        assert "tek bir" in page.text or "içe aktar" in page.text


# --- A year that is being reported ---


@pytest.fixture
def one_unit_of_two(db):
    """Make two years: the first reported by both units, of the second one unit's two of five."""
    plan = factories.make_plan()
    factories.make_period(plan, YEAR, Period.State.CLOSED)
    today = timezone.localdate()
    factories.make_period(
        plan,
        2025,
        opens_on=today - datetime.timedelta(days=10),
        closes_on=today + datetime.timedelta(days=30),
    )
    units = {number: factories.make_department(plan, number) for number in ("1", "2")}
    for number, count in (("1", 2), ("2", 3)):
        activity = factories.make_activity(plan, units[number])
        for _each in range(count):
            one = factories.make_indicator(activity, target=10, realization=8)
            factories.make_target(one, 10, 2025)
            if number == "1":
                factories.make_realization(one, 10, 2025)
    return plan


@pytest.fixture
def in_2025(one_unit_of_two, read, at):
    def page(name="dashboard", *args, query=None, who=None):
        address = at(name, *args, slug=one_unit_of_two.slug, year=2025)
        return read(address, query, who=who or factories.make_user())

    return page


def test_while_a_year_is_open_its_coverage_is_the_large_figure(in_2025):
    page = in_2025()

    found = cells(page)
    assert page.one("h1").text == "2025: bildirim sürüyor"
    assert list(found) == ["Kapsam", "Bildirim süresi", "Şimdiye kadarki puan n=2"]
    assert found["Kapsam"].one("strong").text == "2/5"
    assert found["Bildirim süresi"].one("svg", "pair")["aria-label"] == (
        "sürenin %25,0 kadarı geçti, bildirilen %40,0"
    )
    score = found["Şimdiye kadarki puan n=2"]
    assert score.one("b", "score").text == "%100,0"
    assert score.one("span", "badge").text == "geçici"
    assert not page.one("section", "say").all("svg", "range")


def test_it_is_not_set_beside_the_year_before(in_2025):
    """Of two units the better one had reported: 80 % and then 100 % is no rise of the plan."""
    assert "Puanlar karşılaştırılmıyor (kapsam: 2024 5/5, 2025 2/5)" in in_2025().text


def test_a_unit_without_enough_reports_has_no_percent(in_2025):
    page = in_2025()

    rows = page.one("table", "bullets")
    names = [row.texts("td") for row in rows.all("tbody")]
    assert [row[2:5] for row in names] == [["2/2", "0/2", "%100,0 n=2"], ["0/3", "0/3", "—"]]
    assert score_of(in_2025("department", "2")) == "— · 0/3"
    assert score_of(in_2025("department", "1")) == "%100,0"


def test_its_score_does_not_stand_among_those_of_other_years(in_2025):
    heat = in_2025().all("table", "heat")[0]
    assert heat.row("Planın tümü").texts("td")[:2] == ["%80,0", "2/5"]


def test_a_complete_year_leads_to_the_one_that_is_being_reported(one_unit_of_two, read, at):
    page = read(at("dashboard", slug=one_unit_of_two.slug), who=factories.make_user())

    [link] = page.one("p", "lead").all("a")
    assert link.text == "2025: bildirim sürüyor, 2/5"
    assert link["href"] == at("dashboard", slug=one_unit_of_two.slug, year=2025)


def test_of_the_verified_alone_too_little_is_provisional(real_plan, read, at):
    some = Realization.objects.filter(indicator__activity__department__places__number="9")
    some.update(state="approved")

    page = read(at("dashboard"), {"reading": "approved"})

    assert top(page).classes == ["say", "open"]
    assert top(page).one("p", "big").text == "18/136"
    assert "Doğrulanan 18 göstergenin ortalama puanı %100,0" in top(page).text


# --- The year that a plan opens with ---


def waiting_in(plan):
    """Return the plan's indicators without a value for 2025."""
    return Indicator.objects.filter(activity__plan=plan).exclude(realizations__year=2025)


def report(plan, number):
    """Report so many of the plan's five indicators for 2025."""
    for one in waiting_in(plan)[: number - 2]:
        factories.make_realization(one, 1, 2025)


@pytest.mark.parametrize(("reported", "year"), [(2, 2024), (3, 2024), (4, 2025), (5, 2025)])
def test_a_plan_opens_with_the_last_year_of_which_enough_is_known(one_unit_of_two, reported, year):
    report(one_unit_of_two, reported)
    assert start_year(one_unit_of_two) == year


def test_where_no_year_is_covered_the_last_reported_one_is_first(one_unit_of_two):
    values = Realization.objects.filter(indicator__activity__plan=one_unit_of_two, year=2024)
    values.exclude(pk=values.first().pk).delete()
    assert start_year(one_unit_of_two) == 2025


# --- What is to be done ---


def test_four_jobs_stand_before_publishing(real_plan, read, at):
    jobs = read(at("dashboard")).one("ol", "todo")

    assert [li.one("span").all("a")[0].text for li in jobs.all("li")] == [
        "doğrulamayı engelleyen 22 soru",
        "136 değer doğrulanmayı bekliyor",
        "95 sapmanın nedeni yazılmamış",
        "4 bildirilmeyen",
    ]
    assert [a.text for a in jobs.all("a", "btn primary")] == ["Soruları yanıtla"]
    rows = [li.one("span").one("a")["href"] for li in jobs.all("li")][2:]
    assert [len(read(address).texts("th", "indicator")) for address in rows] == [95, 4]


def test_who_may_not_verify_is_asked_for_nothing(real_plan, read, at):
    page = read(at("dashboard"), who="okur")

    assert not page.all("ol", "todo")
    assert not [a for a in page.all("a") if a["href"] == reverse("kinds", args=[real_plan.slug])]


def test_a_written_reason_is_no_job_any_more(real_plan):
    before = unexplained(Figures(real_plan, YEAR))
    Realization.objects.filter(indicator=min(before), year=YEAR).update(deviation_reason="Yağmur")
    assert unexplained(Figures(real_plan, YEAR)) == before - {min(before)}


def test_while_a_year_is_open_the_silent_units_come_first(in_2025):
    jobs = in_2025(who=factories.make_user("reviewer")).one("ol", "todo")

    assert [li.one("span").one("a").text for li in jobs.all("li")] == [
        "1 birim henüz bir şey göndermedi",
        "2 değer doğrulanmayı bekliyor",
    ]


def test_kinds_that_nobody_confirmed_are_counted_under_the_headline(real_plan, read, at):
    strip = top(read(at("dashboard"))).one("p", "strip")

    assert strip.text.startswith("149 göstergenin türü henüz teyit edilmedi")
    assert strip.one("a")["href"] == reverse("kinds", args=[real_plan.slug])
    Indicator.objects.update(kind_confirmed=True)
    Realization.objects.filter(year=YEAR).first().save()
    assert not top(read(at("dashboard"))).all("p", "strip")


def test_drafts_are_counted_for_who_may_see_them_only(one_unit_of_two, in_2025):
    waiting = waiting_in(one_unit_of_two).first()
    factories.make_realization(waiting, 3, 2025, "draft")

    said = "1 değer biriminin masasında"
    page = in_2025(who=factories.make_user("reviewer"))
    assert said in top(page).text
    assert said not in top(in_2025()).text


def test_a_unit_without_indicators_stands_in_the_same_columns(one_unit_of_two, in_2025):
    factories.make_department(one_unit_of_two, "3")

    rows = in_2025().one("table", "bullets").one("thead").all("th")
    shown = [body.one("tr").children for body in in_2025().one("table", "bullets").all("tbody")]
    cells = [[one for one in row if not isinstance(one, str)] for row in shown]
    assert {len(row) for row in cells} == {len(rows)}


def test_units_without_enough_reports_are_not_ordered_by_their_score(one_unit_of_two, in_2025):
    """The second unit's only value is the best; its score is not written and is not told so."""
    waiting = waiting_in(one_unit_of_two).first()
    factories.make_realization(waiting, 10, 2025)
    others = Realization.objects.filter(indicator__activity__plan=one_unit_of_two, year=2025)
    others.exclude(indicator=waiting).update(value=9)

    for sort in ("score", "-score"):
        page = in_2025(query={"sort": sort})
        names = [row.one("td", "ordinal").text for row in page.one("table", "bullets").all("tbody")]
        assert names == ["1", "2"]
