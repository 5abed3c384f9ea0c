"""What anybody can find out about editions: what they are, what they changed, that they fit."""

import datetime
import hashlib
import io
import json
import runpy
import sys
from decimal import Decimal as D
from pathlib import Path
from urllib.error import HTTPError

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from django.utils import timezone

from activities.sentences import Sentence
from indicators import editions, steps
from indicators.editions import document
from indicators.models import Edition, EditionSeal, Indicator, Realization
from reports import annual
from reports.official import source_of
from tests.factories import (
    YEAR,
    make_activity,
    make_department,
    make_edition,
    make_indicator,
    make_period,
    make_plan,
    make_user,
)
from tests.reports.test_editions_refused import AT, EVERYWHERE

pytestmark = pytest.mark.django_db

SCRIPT = Path(__file__).resolve().parents[2] / "docs" / "examples" / "verify_edition.py"


@pytest.fixture
def plan():
    plan = make_plan(is_public=True, slug="p")
    make_period(plan, state="published")
    return plan


@pytest.fixture
def activity(plan):
    return make_activity(plan, make_department(plan, "1", name="Işık Dairesi"), "4.1.1")


@pytest.fixture
def row(activity):
    return make_indicator(
        activity, target=100, realization=80, state="approved", name="Kurs sayısı"
    )


def read(address):
    answer = Client().get(address)
    assert answer.status_code == 200, address
    return answer


def correct(row, value, why="Yanlış yazılmış"):
    period = row.activity.plan.periods.get(year=YEAR)
    stored = row.realizations.get(year=YEAR)
    steps.correct(stored, D(value), make_user("administrator"), period, why)


def again(plan, reason="Düzeltmeler işlendi"):
    return editions.freeze(plan, YEAR, person=None, reason=reason)


# --- The checksum ---


def test_the_printed_checksum_is_that_of_the_file(plan, row):
    edition = make_edition(plan)
    found = hashlib.sha256(read(f"{AT}data/edition.json").content).hexdigest()
    assert found == edition.public_checksum
    for address in (AT, f"{AT}editions/", f"{AT}editions/1/"):
        assert found in read(address).text
        assert edition.checksum not in read(address).text
    assert read(f"{AT}data/datapackage.json").json()["checksum"] == found
    api = read(f"/api/v1/plans/p/indicators?year={YEAR}").json()
    assert api["edition"]["checksum"] == found


def test_a_hidden_number_leaves_no_trace_anywhere(plan, activity, row, monkeypatch):
    """Two databases that differ in hidden numbers alone answer every question the same."""
    now = datetime.datetime(2025, 3, 1, tzinfo=datetime.UTC)
    monkeypatch.setattr(timezone, "now", lambda: now)
    hidden = make_indicator(
        activity,
        target=10,
        realization=3,
        baseline=2,
        state="approved",
        hides_small_numbers=True,
        counts_people=True,
    )
    told = []
    for value, baseline, parts in ((3, 2, (1, 2, 0)), (4, 1, (0, 1, 3))):
        Edition.objects.all().delete()
        women, men, others = parts
        hidden.realizations.update(
            value=value, text=str(value), women=women, men=men, others=others
        )
        Indicator.objects.filter(pk=hidden.pk).update(baseline=baseline, baseline_text="")
        make_edition(plan)
        answers = {address: read(address) for address in EVERYWHERE}
        told.append({each: (one.content, one["ETag"]) for each, one in answers.items()})
    assert told[0] == told[1]


def test_every_frozen_field_of_a_row_is_public_or_known_to_stay_inside(plan, row):
    """A new field must be put on one side before it is frozen."""
    [frozen] = json.loads(make_edition(plan).content)["rows"]
    told = {*document.OF_ROW, *document.SINCE_FORMAT_2, "baseline", "baseline_text", "realization"}
    assert set(frozen) <= told | document.INSIDE
    assert not told & document.INSIDE


# --- Numbers hidden later ---


def test_hiding_more_seals_anew_and_says_so_without_saying_what(plan, activity, row):
    small = make_indicator(activity, target=10, realization=3, state="approved", name="Başvuru")
    edition = make_edition(plan)
    first = edition.public_checksum
    assert '"3"' in read(f"{AT}data/edition.json").text

    small.hides_small_numbers = True
    small.save()

    text = read(f"{AT}data/edition.json").text
    assert '"3"' not in text
    assert hashlib.sha256(text.encode()).hexdigest() == edition.public_checksum != first
    [seal] = EditionSeal.objects.filter(reason="hidden")
    assert json.loads(text)["replaces"] == [
        {"checksum": first, "sealed_at": document.moment(edition.seals.first().sealed_at)}
    ]
    page = read(AT).text
    assert first in page
    assert edition.public_checksum in page
    assert f"{timezone.localtime(seal.sealed_at):%d.%m.%Y}" in page
    assert "Başvuru" not in page.split('id="h-know"')[1]


def test_a_change_that_is_taken_back_seals_nothing(plan, activity, row):
    small = make_indicator(activity, target=10, realization=3, state="approved")
    edition = make_edition(plan)
    with transaction.atomic():
        small.hides_small_numbers = True
        small.save()
        assert edition.seals.count() == 2
        transaction.set_rollback(True)
    assert edition.seals.count() == 1
    assert '"3"' in read(f"{AT}data/edition.json").text


def test_a_correction_to_a_small_number_seals_anew(plan, activity):
    one = make_indicator(
        activity, target=50, realization=33, state="approved", hides_small_numbers=True
    )
    edition = make_edition(plan)
    correct(one, 3)
    assert edition.seals.count() == 2
    assert '"33"' not in read(f"{AT}data/edition.json").text


def test_what_hides_nothing_else_seals_nothing(plan, row):
    edition = make_edition(plan)
    correct(row, 90)
    row.name = "Kurs sayısı (yeni)"
    row.save()
    call_command("seal", stdout=io.StringIO())
    assert edition.seals.count() == 1


def test_editions_from_before_there_were_seals_are_sealed_by_command(plan, row):
    make_edition(plan)
    again(plan)
    EditionSeal.objects.all().delete()
    Edition.objects.update(previous="")
    assert Client().get(AT).status_code == 503

    call_command("seal", stdout=io.StringIO())

    first, second = Edition.objects.order_by("number")
    assert second.previous == first.public_checksum
    assert read(AT)


# --- Further editions ---


@pytest.mark.parametrize("reason", ["", "  "])
def test_a_further_edition_needs_a_reason(plan, row, reason):
    make_edition(plan)
    with pytest.raises(Sentence):
        editions.freeze(plan, YEAR, person=None, reason=reason)
    assert Edition.objects.count() == 1


def test_a_further_edition_follows_the_one_before_and_leaves_it_readable(plan, row):
    first = make_edition(plan)
    correct(row, 90)
    second = again(plan)
    assert (first.previous, second.previous) == ("", first.public_checksum)
    assert (second.number, second.reason) == (2, "Düzeltmeler işlendi")

    # Each has its own files, and the corrections since.
    for number, told in ((1, "80"), (2, "90")):
        [line] = read(f"{AT}editions/{number}/data.json").json()["realizations"]
        assert line["realization"] == told
    assert "Yanlış yazılmış" in read(f"{AT}editions/1/").text.split('id="h-errata"')[1]
    assert 'id="h-errata"' not in read(AT).text
    assert 'id="h-errata"' not in read(f"{AT}editions/2/").text
    listed = read(f"{AT}editions/").text
    assert "Düzeltmeler işlendi" in listed
    assert listed.index("Baskı 2") < listed.index("Baskı 1")


def test_what_an_edition_changed(plan, activity, row):
    gone = make_indicator(activity, target=10, realization=5, state="approved", name="Eski satır")
    make_edition(plan)
    correct(row, 101)
    row.kind = "level"
    row.baseline = 60
    row.save()
    gone.retired_on = datetime.date(2025, 1, 1)
    gone.save()
    make_indicator(activity, target=7, realization=7, state="approved", name="Yeni gösterge")
    unit = activity.department
    unit.name = "Güneş Dairesi"
    unit.save()
    plan.band_mostly = 75
    plan.save()
    again(plan)

    told = read(f"{AT}data/edition.json").json()["changes"]
    brief = {(one["row"], one["field"]): (one["before"], one["after"]) for one in told}
    assert brief == {
        (None, "plan.band_mostly"): ("80", "75"),
        (None, "plan.unit"): ("Işık Dairesi", "Güneş Dairesi"),
        (row.pk, "realization"): ("80", "101"),
        (row.pk, "baseline"): ("", "60"),
        (row.pk, "kind"): ("count", "level"),
        (row.pk, "status"): ("mostly", "achieved"),
        (row.pk, "unit"): ("Işık Dairesi", "Güneş Dairesi"),
        (gone.pk, "row"): ("Eski satır", None),
        (Indicator.objects.get(name="Yeni gösterge").pk, "row"): (None, "Yeni gösterge"),
    }
    [value] = [one for one in told if one["field"] == "realization"]
    assert value["reason"] == "Yanlış yazılmış"
    page = read(f"{AT}editions/2/").text
    for words in ("Yanlış yazılmış", "Eski satır", "Güneş Dairesi", ">101<", "Gerçekleşti"):
        assert words in page


def test_a_hidden_number_is_in_no_change(plan, activity, row):
    """From 33 to 3, by a row that hides small numbers: neither stands anywhere any more."""
    one = make_indicator(
        activity, target=50, realization=33, baseline=41, state="approved",
        hides_small_numbers=True,
    )  # fmt: skip
    Realization.objects.filter(indicator=one).update(deviation_reason="Yalnız 33 kişi")
    make_edition(plan)
    correct(one, 3, "Üçü yazılmıştı")
    Realization.objects.filter(indicator=one).update(deviation_reason="Yalnız 3 kişi")
    one.baseline = 2
    one.save()
    again(plan)
    for address in EVERYWHERE:
        text = read(address).text
        for trace in ("Yalnız 3", "Üçü", '"33"', '"41"', ">33<", ">41<"):
            assert trace not in text, address
    [told] = [
        each
        for each in read(f"{AT}editions/2/edition.json").json()["changes"]
        if each["row"] == one.pk
    ] or [None]
    assert told is None


@pytest.mark.parametrize("hour", [20, 22])
def test_a_correction_has_one_day_everywhere(plan, row, monkeypatch, hour):
    """At 22:00 in Greenwich it is the next day in Turkey."""
    make_edition(plan)
    late = datetime.datetime(2030, 3, 1, hour, 30, tzinfo=datetime.UTC)
    correct(row, 90)
    Realization.history.filter(value=90).update(history_date=late)
    [erratum] = read(f"{AT}data/data.json").json()["errata"]
    again(plan)
    [change, *_status] = read(f"{AT}data/edition.json").json()["changes"]
    assert change["when"] == erratum["corrected_on"] == f"2030-03-0{1 if hour == 20 else 2}"


def test_who_verified_and_what_was_waived_is_in_the_files(plan, activity, row):
    """As the page tells it; of a hidden number nothing."""
    make_indicator(
        activity, target=9, realization=3, state="approved", hides_small_numbers=True
    )  # fmt: skip
    someone = make_user("reviewer")
    Realization.objects.update(
        reason_waived="Dosyayla geldi", entered_by=someone, decided_by=someone
    )
    make_edition(plan)
    data = read(f"{AT}data/data.json").json()
    assert data["verified_by_who_entered"] == 2
    assert [one["reason_waived"] for one in data["realizations"]] == ["Dosyayla geldi", ""]
    report = annual.build(source_of(plan, YEAR, None))
    [part] = report.parts
    [told] = part.waived
    assert told.endswith("Dosyayla geldi")
    assert part.unexplained == ()
    assert [fact.value for fact in report.method if "doğrula" in fact.label.lower()][:1] == ["2"]


def test_what_was_corrected_after_its_verification_is_in_the_files(plan, row):
    now = timezone.now()
    Realization.objects.update(entered_at=now, decided_at=now - datetime.timedelta(hours=1))
    make_edition(plan)
    assert read(f"{AT}data/data.json").json()["corrected_after_verification"] == 1
    assert read(f"{AT}data/edition.json").json()["corrected_after_verification"] == 1
    report = annual.build(source_of(plan, YEAR, None))
    assert [fact.value for fact in report.method if "düzeltil" in fact.label.lower()] == ["1"]


def test_the_report_counts_what_is_verified_as_the_page_does(plan, activity, row):
    """A hidden number counts in no mean, but that it was verified is told."""
    make_indicator(activity, target=9, realization=3, state="approved", hides_small_numbers=True)
    make_indicator(activity, target=9)
    make_edition(plan)
    assert "2/3 doğrulandı" in read(AT).text
    report = annual.build(source_of(plan, YEAR, None))
    [verified] = [fact for fact in report.facts if "/" in fact.value]
    assert (verified.value, verified.note) == ("2/3", "%66,7")
    lines = [*report.departments, *report.objectives, report.total]
    assert {(line.reported, line.due) for line in lines} == {(2, 3)}


# --- Caching ---


def test_a_draft_leaves_the_marks_of_public_pages_as_they_are(plan, activity, row):
    make_edition(plan)
    before = {address: read(address)["ETag"] for address in EVERYWHERE}
    draft = make_indicator(activity, target=5)
    before = {address: read(address)["ETag"] for address in EVERYWHERE}
    stored = Realization(indicator=draft, year=YEAR + 1, value=1, text="1", state="draft")
    stored.save()
    assert {address: read(address)["ETag"] for address in EVERYWHERE} == before
    correct(row, 90)
    assert read(AT)["ETag"] != before[AT]


# --- The script ---


@pytest.fixture
def verify(monkeypatch, capsys):
    """Run the script as from another computer; return its exit code and what it prints."""

    def urlopen(address, timeout):
        answer = Client().get(address.removeprefix("http://testserver"))
        if answer.status_code != 200:
            raise HTTPError(address, answer.status_code, "", None, None)
        return io.BytesIO(answer.content)

    def run(*arguments):
        monkeypatch.setattr("urllib.request.urlopen", urlopen)
        monkeypatch.setattr(sys, "argv", ["verify_edition.py", *arguments])
        with pytest.raises(SystemExit) as left:
            runpy.run_path(str(SCRIPT), run_name="__main__")
        return int(left.value.code), capsys.readouterr().out

    return run


ADDRESS = f"http://testserver{AT}"


def test_the_script_is_short_and_needs_nothing():
    lines = SCRIPT.read_text(encoding="utf-8").splitlines()
    assert len(lines) < 60
    used = {line.split()[1].split(".")[0] for line in lines if line.startswith(("import", "from"))}
    assert used <= set(sys.stdlib_module_names)


def test_the_script_checks_what_fits(plan, activity, row, verify):
    first = make_edition(plan)
    code, told = verify(ADDRESS)
    assert (code, told.count("ok")) == (0, 5)
    small = make_indicator(activity, target=10, realization=3, state="approved")
    noted = first.public_checksum
    again(plan)
    small.hides_small_numbers = True
    small.save()
    code, told = verify(ADDRESS + "?lang=en", noted)
    assert (code, told.count("ok")) == (0, 6)
    assert "mean of 0.8000" in told


def test_the_script_counts_once_what_the_plan_counts_once(plan, activity, row, verify):
    make_indicator(activity, target=100, realization=80, state="approved", counted_with=row)
    make_indicator(activity, target=100, realization=20, state="approved")
    make_edition(plan)
    code, told = verify(ADDRESS)
    assert code == 0, told
    assert "mean of 0.5000" in told


def test_the_script_reckons_no_mean_that_is_not_public(plan, activity, row, verify):
    make_indicator(activity, target=100, realization=10, state="submitted")
    make_edition(plan)
    assert read(f"{AT}data/data.json").json()["summary"][0]["mean"] is None
    code, told = verify(ADDRESS)
    assert code == 0, told
    assert "mean of" not in told


def test_the_script_sees_another_checksum(plan, row, verify):
    make_edition(plan)
    code, told = verify(ADDRESS, "0" * 64)
    assert code == 1
    assert "NOT SO  a checksum you gave" in told


def test_the_script_is_refused_with_the_public(plan, row, verify):
    make_edition(plan)
    Edition.objects.update(content="{}")
    assert verify(ADDRESS) == (1, "The server refuses: an edition does not fit.\n")


def test_the_script_says_when_it_could_not_check(plan, verify):
    code, told = verify(ADDRESS)
    assert code == 2
    assert told.startswith("No check: ")
    assert verify()[0] == 2
