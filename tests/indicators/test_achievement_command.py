import io
import json
import re
from decimal import Decimal as D

import pytest
from django.core.management import CommandError, call_command

from indicators.models import Realization
from tests.factories import YEAR, make_activity, make_indicator, make_plan, real_plan

pytestmark = pytest.mark.django_db

STATUSES = {
    "achieved",
    "mostly",
    "partly",
    "low",
    "not_reported",
    "no_target",
    "unplanned",
    "unanswered",
}


@pytest.fixture(scope="module")
def real(django_db_setup, django_db_blocker):
    """The real plan, imported once for this module."""
    with real_plan(django_db_blocker) as plan:
        yield plan


def run(plan, year=YEAR, form="json", **options):
    out = io.StringIO()
    slug = getattr(plan, "slug", plan)
    call_command("achievement", plan=slug, year=year, format=form, stdout=out, **options)
    return json.loads(out.getvalue()) if form == "json" else out.getvalue()


@pytest.mark.parametrize(
    ("level", "keys"),
    [
        pytest.param("plan", ["gercek"], id="plan"),
        pytest.param("department", [str(n) for n in range(1, 14)], id="department"),
        pytest.param("branch", ["11.1", "11.2", "11.3"], id="branch"),
        pytest.param("objective", list("12345678"), id="objective"),
        pytest.param(
            "goal",
            [
                "1.1",
                "1.2",
                "1.3",
                "1.4",
                "1.5",
                "2.1",
                "2.2",
                "3.1",
                "4.1",
                "4.2",
                "4.3",
                "4.4",
                "4.5",
                "5.1",
                "6.1",
                "6.2",
                "7.1",
                "7.2",
                "7.3",
                "8.1",
                "8.2",
                "8.3",
                "8.4",
            ],
            id="goal",
        ),
    ],
)
def test_groups_by_level(real, level, keys):
    entries = run(real, by=level)

    assert [entry["key"] for entry in entries] == keys
    for entry in entries:
        assert list(entry) == [
            "key",
            "name",
            "indicators",
            "due",
            "reported",
            "mean",
            "mean_uncapped",
            "median",
            "statuses",
        ]
        assert set(entry["statuses"]) == STATUSES
        assert sum(entry["statuses"].values()) == entry["indicators"]
        assert {type(entry[key]) for key in ("indicators", "due", "reported")} == {int}


def test_groups_by_activity(real):
    entries = run(real, by="activity")

    assert len(entries) == 120
    assert entries[0]["key"] == "1/7.3.3"
    assert entries[0]["name"].startswith("Basın Yayın ve Halkla İlişkiler dairesi")
    assert sum(entry["indicators"] for entry in entries) == 149


def test_units_and_plan_are_called_by_name(real):
    names = {entry["key"]: entry["name"] for entry in run(real, by="department")}
    assert names["2"] == "Fen İşleri Dairesi Başkanlığı"
    assert run(real, by="branch")[1]["name"] == "Kadın Şube Müdürlüğü"
    assert run(real, by="plan")[0]["name"] == real.name


def test_lists_indicators(real):
    entries = run(real, by="indicator")
    entry = next(entry for entry in entries if entry["key"] == "7/4.1.2/1")

    assert len(entries) == len({entry["key"] for entry in entries}) == 149
    achievement = D(entry.pop("achievement"))
    assert achievement == D(5) / D(432)
    assert D(entry.pop("score")) == achievement
    assert entry == {
        "key": "7/4.1.2/1",
        "department": "7",
        "branch": None,
        "code": "4.1.2",
        "activity": "Toplu taşımayı erişilebilir hale getirmek",
        "indicator": "Erişilebilir otobüs sayısı",
        "baseline": "427",
        "target": "432",
        "realization": "5",
        "status": "low",
        "rule": "R4",
    }


@pytest.mark.parametrize(
    ("key", "baseline", "target", "realization", "achievement", "status", "rule"),
    [
        pytest.param("6/3.1.6/2", None, "50", "55.55", "1.111", "achieved", "R4", id="percent"),
        pytest.param("11.1/2.1.7/1", None, "2", "0", "0", "low", "R4", id="a reported 0"),
        pytest.param("11.2/2.1.7/1", None, "2", None, None, "not_reported", "R2", id="dash"),
        pytest.param("11.2/1.1.2/2", "7", "7", None, None, "not_reported", "R2", id="empty"),
        pytest.param("11.2/8.2/1", None, "20", None, None, "not_reported", "R2", id="text"),
        pytest.param("2/4.4.1/1", None, None, None, None, "no_target", "R1", id="nothing due"),
        pytest.param("11.2/1.3.3/1", None, None, "0", None, "unplanned", "R1", id="unplanned"),
        pytest.param("10/4.3.3/1", "1", "1", "432", "432", "achieved", "R4", id="uncapped"),
    ],
)
def test_what_has_no_number_is_null(
    real, key, baseline, target, realization, achievement, status, rule
):
    entry = next(entry for entry in run(real, by="indicator") if entry["key"] == key)

    told = (entry["baseline"], entry["target"], entry["realization"], entry["achievement"])
    assert told == (baseline, target, realization, achievement)
    assert (entry["status"], entry["rule"]) == (status, rule)
    score = None if achievement is None else str(min(D(achievement), D(1)))
    assert entry["score"] == score


def test_a_branchs_indicator_names_department_and_branch(real):
    entry = next(entry for entry in run(real, by="indicator") if entry["code"] == "8.1.2")
    assert (entry["department"], entry["branch"]) == ("11", "11.2")


def test_fractions_are_unrounded_strings(real):
    [entry] = run(real, by="plan", method="target_ratio")
    assert re.fullmatch(r"0\.8284331210200\d{15}", entry["mean"])
    assert entry["mean_uncapped"].startswith("4.98101988629")
    assert entry["median"] == "1"


def test_nothing_due_is_null_never_0(real):
    entry = next(entry for entry in run(real, by="department") if entry["key"] == "2")
    assert (entry["due"], entry["mean"], entry["mean_uncapped"], entry["median"]) == (
        0,
        None,
        None,
        None,
    )


def test_the_plan_is_the_default_level(real):
    assert run(real) == run(real, by="plan")


def test_unreported_as_zero_lowers_the_mean_and_not_the_count(real):
    [skipped] = run(real, unreported="skip")
    [zero] = run(real, unreported="zero")

    assert zero["mean"].startswith("0.80406744")
    assert (skipped["reported"], zero["reported"]) == (132, 132)
    assert skipped["statuses"] == zero["statuses"]


def test_unreported_follows_the_plan_unless_told():
    plan = make_plan(unreported="zero")
    activity = make_activity(plan)
    make_indicator(activity, target=10, realization=10)
    make_indicator(activity, target=10)

    assert run(plan)[0]["mean"] == "0.5"
    assert run(plan, unreported="skip")[0]["mean"] == "1"


def test_method_follows_the_plan_unless_told():
    plan = make_plan(method="progress")
    make_indicator(make_activity(plan), baseline=10, target=20, realization=16, kind="count")

    means = {method: run(plan, method=method)[0]["mean"] for method in ("by_kind", "target_ratio")}
    assert run(plan)[0]["mean"] == run(plan, method="progress")[0]["mean"] == "0.6"
    assert means == {"by_kind": "0.8", "target_ratio": "0.8"}


def test_by_kind_and_target_ratio_differ_for_a_level():
    plan = make_plan()
    make_indicator(make_activity(plan), baseline=10, target=20, realization=16, kind="level")
    assert run(plan, method="by_kind")[0]["mean"] == "0.6"
    assert run(plan, method="target_ratio")[0]["mean"] == "0.8"


def test_what_awaits_an_answer_has_its_status():
    plan = make_plan()
    make_indicator(make_activity(plan), baseline=109, target=54, realization=163, kind="level")
    [entry] = run(plan, by="indicator")
    assert (entry["status"], entry["rule"], entry["achievement"]) == ("unanswered", "R7", None)


def test_approved_only_of_a_plan_without_approvals(real):
    [entry] = run(real, reading="approved")
    assert (entry["due"], entry["reported"], entry["mean"], entry["median"]) == (136, 0, None, None)
    assert (entry["statuses"]["unverified"], entry["statuses"]["not_reported"]) == (132, 4)
    assert set(entry["statuses"]) == STATUSES | {"unverified"}
    assert sum(entry["statuses"].values()) == entry["indicators"]


def test_reading_is_as_reported_unless_told():
    plan = make_plan()
    activity = make_activity(plan)
    make_indicator(activity, target=10, realization=10, state=Realization.State.APPROVED)
    make_indicator(activity, target=10, realization=5, state=Realization.State.SUBMITTED)
    make_indicator(activity, target=10, realization=1, state=Realization.State.DRAFT)
    make_indicator(activity, target=10, realization=1, state=Realization.State.RETURNED)

    [reported], [approved] = run(plan), run(plan, reading="approved")
    assert (reported["due"], reported["reported"], reported["mean"]) == (4, 2, "0.75")
    assert (approved["due"], approved["reported"], approved["mean"]) == (4, 1, "1")


def test_the_table_shows_rounded_percents_and_counts(real):
    lines = run(real, form="table", by="department", method="target_ratio").splitlines()

    assert len(lines) == 13
    assert re.match(r"7 +%55,0 +10/10 +Ulaşım", lines[6])
    assert re.match(r"2 +— +0/0 +Fen İşleri", lines[1])


def test_the_table_of_indicators_tells_0_from_nothing(real):
    lines = run(real, form="table", by="indicator").splitlines()
    by_key = {line.split(" ", 1)[0]: line for line in lines}
    assert "%0,0" in by_key["11.1/2.1.7/1"]
    assert "—" in by_key["11.2/2.1.7/1"]


def test_an_unknown_plan_is_answered_with_the_known_ones(real):
    with pytest.raises(CommandError) as refused:
        run("yok")
    assert "yok" in str(refused.value)
    assert real.slug in str(refused.value)


def test_a_year_outside_the_plan_is_refused_by_its_number(real):
    with pytest.raises(CommandError, match="2027"):
        run(real, year=2027)


@pytest.mark.parametrize(
    "option", [{"by": "unit"}, {"method": "mean"}, {"reading": "draft"}, {"unreported": "1"}]
)
def test_an_unknown_setting_is_refused(real, option):
    [(name, value)] = option.items()
    with pytest.raises(CommandError, match=name):
        call_command("achievement", f"--{name}={value}", plan=real.slug, year=YEAR)
