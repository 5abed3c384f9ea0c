"""The auditor's folder: every figure leads to where it comes from, and one changed byte shows."""

import csv
import hashlib
import io
import random
import runpy
import subprocess
import sys
import zipfile
from decimal import Decimal as D
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from indicators.models import Evidence, Indicator, Realization
from reports.audit.tables import AuditYear
from review import actions
from tests.factories import REAL_PLAN, make_edition, make_realization, make_user

pytestmark = pytest.mark.django_db
YEAR = 2024
SCRIPT = Path(__file__).resolve().parents[2] / "docs" / "examples" / "verify_folder.py"


def verify(path, *more):
    """Run the script as an auditor does, away from the application; return exit and words."""
    done = subprocess.run(
        [sys.executable, "-I", SCRIPT, path, *more], capture_output=True, text=True, cwd="/"
    )
    return done.returncode, done.stdout


def make(plan, path, **options):
    out = io.StringIO()
    call_command("audit_folder", plan=plan.slug, year=YEAR, to=path, stdout=out, **options)
    return out.getvalue().split()[-1]


def table(path, name):
    with zipfile.ZipFile(path) as zip:
        text = zip.read(f"{name}.csv").decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


@pytest.fixture
def path(tmp_path):
    return tmp_path / "denetim.zip"


def test_the_real_plan_checks_itself_without_the_application(real_plan, path, tmp_path):
    digest = make(real_plan, path)

    assert verify(path) == verify(path, digest) == (0, "Everything fits: 15 files.\n")
    with zipfile.ZipFile(path) as zip:
        zip.extractall(tmp_path / "unpacked")
    assert verify(tmp_path / "unpacked", digest)[0] == 0
    [plan] = [row for row in table(path, "summary") if row["level"] == "plan"]
    assert D(plan["mean"]).quantize(D("0.0001")) == D("0.8284")
    assert (plan["due"], plan["reported"], plan["indicators"]) == ("136", "132", "149")


def test_every_number_names_the_file_and_the_line_it_was_read_from(real_plan, path):
    make(real_plan, path)

    lines = REAL_PLAN.read_text(encoding="utf-8").splitlines()
    told = [row for row in table(path, "cells") if row["what"] == "realization"]
    assert len(told) > 130
    for row in told:
        assert row["text"] in lines[int(row["place"]) - 1].split("\t"), row
        assert row["file"] == REAL_PLAN.name
        assert row["file_sha256"] == hashlib.sha256(REAL_PLAN.read_bytes()).hexdigest()


def test_a_changed_byte_is_noticed_wherever_it_is(real_plan, path, tmp_path, monkeypatch):
    make(real_plan, path)
    whole = path.read_bytes()
    # The first and last bytes, the list of names, the comment, and some of every file.
    places = {0, 10, len(whole) - 1, len(whole) - 64, len(whole) - 71, len(whole) - 75}
    places |= set(random.Random(2024).sample(range(len(whole)), 60))
    other = tmp_path / "other.zip"
    script = runpy.run_path(str(SCRIPT))
    monkeypatch.setattr(sys, "argv", ["verify_folder.py", str(other)])
    for place in sorted(places):
        other.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        assert script["main"]() != 0, place
    other.write_bytes(whole)
    assert script["main"]() == 0


def test_a_folder_that_was_made_anew_has_another_digest(real_plan, path, tmp_path):
    digest = make(real_plan, path)
    Realization.objects.filter(indicator__activity__plan=real_plan, value=39).update(value=40)
    other = tmp_path / "other.zip"
    make(real_plan, other)

    assert verify(other)[0] == 0
    code, told = verify(other, digest)
    assert code == 1
    assert told.startswith("The folder is another one: its digest is ")


def test_a_file_that_was_taken_out_or_put_in_is_named(real_plan, path, tmp_path):
    make(real_plan, path)
    unpacked = tmp_path / "unpacked"
    with zipfile.ZipFile(path) as zip:
        zip.extractall(unpacked)
    (unpacked / "cells.csv").unlink()
    (unpacked / "more.csv").write_text("x")

    code, told = verify(unpacked)
    assert code == 1
    assert "cells.csv is missing" in told
    assert "more.csv is not listed" in told


def test_a_mean_that_does_not_follow_from_the_scores_is_named(real_plan, path, tmp_path):
    make(real_plan, path)
    unpacked = tmp_path / "unpacked"
    with zipfile.ZipFile(path) as zip:
        zip.extractall(unpacked)
    summary = unpacked / "summary.csv"
    before = summary.read_bytes()
    after = before.replace(b"0.8284331", b"0.9284331")
    summary.write_bytes(after)
    sums = (unpacked / "SHA256SUMS").read_text()
    sums = sums.replace(*(hashlib.sha256(each).hexdigest() for each in (before, after)))
    (unpacked / "SHA256SUMS").write_text(sums)
    (unpacked / "SEAL").write_text(hashlib.sha256(sums.encode()).hexdigest() + "\n")

    code, told = verify(unpacked)
    assert code == 1
    assert "The plan's mean is 0.8284" in told


def test_what_is_no_folder_is_told_apart_from_a_changed_one(tmp_path):
    empty = tmp_path / "empty"
    empty.mkdir()
    assert verify(empty)[0] == verify(tmp_path / "nothing.zip")[0] == 2


def test_who_typed_what_when_and_why_without_a_name(real_plan, path):
    person = make_user("reviewer", first_name="Zerrin", last_name="Gizli", username="zerrin")
    value = Realization.objects.filter(indicator__activity__plan=real_plan, value=39).get()
    actions.correct(
        real_plan, YEAR, value.indicator, D(38), seen=value.version,
        reason="Bir kişi iki kez sayılmış.", person=person,
    )  # fmt: skip
    make(real_plan, path)

    [cell] = [
        row
        for row in table(path, "cells")
        if row["id"] == str(value.indicator_id) and row["what"] == "realization"
    ]
    assert (cell["value"], cell["person"], cell["file"]) == ("38", "P1", "")
    assert cell["reason"] == "Bir kişi iki kez sayılmış."
    changes = [row for row in table(path, "history") if row["id"] == cell["id"]]
    assert ("39", "38") in [(row["before"], row["after"]) for row in changes]
    assert table(path, "persons") == [{"person": "P1", "roles": "reviewer", "units": ""}]
    with zipfile.ZipFile(path) as zip:
        everything = b"".join(zip.read(name) for name in zip.namelist()).decode(errors="ignore")
    assert "Gizli" not in everything
    assert "zerrin" not in everything


def test_names_stand_there_where_they_are_asked_for(real_plan, path):
    person = make_user("reviewer", first_name="Zerrin", last_name="Gizli", username="zerrin")
    value = Realization.objects.filter(indicator__activity__plan=real_plan, value=39).get()
    actions.correct(
        real_plan, YEAR, value.indicator, D(38), seen=value.version, reason="Sayım.", person=person
    )
    make(real_plan, path, with_names=True)

    [row] = table(path, "persons")
    assert (row["name"], row["user_name"]) == ("Zerrin Gizli", "zerrin")


def add_evidence(content=b"%PDF-1.7 katilim listesi", digest=None):
    value = Realization.objects.order_by("id").first()
    return Evidence.objects.create(
        realization=value,
        name="../katılım/liste?.pdf",
        file=ContentFile(content, name="liste.pdf"),
        size=len(content),
        digest=digest or hashlib.sha256(content).hexdigest(),
    )


@pytest.fixture
def stored_files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


def test_evidence_goes_along_under_a_name_that_leads_nowhere(real_plan, path, stored_files):
    piece = add_evidence()
    make(real_plan, path)

    [row] = table(path, "evidence")
    assert row["path"] == f"evidence/{piece.pk}-_katılım_liste_.pdf"
    assert row["sha256"] == piece.digest
    with zipfile.ZipFile(path) as zip:
        assert zip.read(row["path"]) == b"%PDF-1.7 katilim listesi"
    assert verify(path)[0] == 0


def test_evidence_that_is_gone_or_another_is_no_folder(real_plan, path, stored_files):
    piece = add_evidence(digest="0" * 64)
    with pytest.raises(CommandError, match=r"liste_\.pdf yüklenen dosya değil"):
        make(real_plan, path)
    piece.file.storage.delete(piece.file.name)
    with pytest.raises(CommandError, match=r"liste_\.pdf saklananlar arasında yok"):
        make(real_plan, path)
    assert list(path.parent.glob("*.zip*")) == []


def test_a_published_years_figures_are_those_of_its_edition(real_plan, path):
    Realization.objects.filter(indicator__activity__plan=real_plan, year=YEAR).update(
        state="approved"
    )
    administrator = make_user("administrator")
    make_edition(real_plan, YEAR)
    real_plan.periods.filter(year=YEAR).update(state="published")
    value = Realization.objects.filter(indicator__activity__plan=real_plan, value=39).get()
    actions.correct(
        real_plan, YEAR, value.indicator, D(7), seen=value.version,
        reason="Yanlış satır.", person=administrator,
    )  # fmt: skip
    make(real_plan, path)

    def figure(name):
        return next(row for row in table(path, name) if row["id"] == str(value.indicator_id))

    assert (figure("figures")["realization"], figure("figures_today")["realization"]) == ("39", "7")
    [erratum] = table(path, "errata")
    assert (erratum["before"], erratum["after"], erratum["reason"]) == ("39", "7", "Yanlış satır.")
    [edition] = table(path, "editions")
    assert edition["fits"] == "yes"
    with zipfile.ZipFile(path) as zip:
        assert hashlib.sha256(zip.read(edition["path"])).hexdigest() == edition["sha256"]
    assert verify(path)[0] == 0


def test_more_rows_cost_no_more_queries(real_plan, tmp_path):
    def queries():
        with CaptureQueriesContext(
            connection,
        ) as asked:
            AuditYear(real_plan, YEAR).tables()
        return len(asked)

    queries()  # what is kept for a while is asked for once
    few = queries()
    for indicator in Indicator.objects.of_plan(real_plan)[:20]:
        make_realization(indicator, 5, year=2025)
    assert queries() <= few + 1


def test_a_year_of_no_plan_and_a_place_that_is_not_there_are_told(real_plan, path):
    with pytest.raises(CommandError, match="1999"):
        call_command("audit_folder", plan=real_plan.slug, year=1999, to=path)
    with pytest.raises(CommandError, match="olmayan"):
        call_command(
            "audit_folder", plan=real_plan.slug, year=YEAR, to=path.parent / "olmayan" / "x.zip"
        )
