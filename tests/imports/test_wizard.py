"""The import pages: nothing changes before "apply", and only what was seen is applied."""

import os
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from activities.models import Alias, Institution, Period, Plan
from activities.wording import say
from findings.checks.finding import Check
from findings.year import YearFindings
from imports.models import ColumnMapping, ImportBatch
from indicators.figures import Figures
from indicators.models import Indicator, Realization, Target
from tests.factories import REAL_PLAN, YEAR, make_user, stored_rows
from tests.reports.html import parse

REAL = REAL_PLAN.read_text("utf-8")
BUS_NAME = "Erişilebilir otobüs sayısı"
BUS = "Erişilebilir otobüs sayısı\t427\t432\t437"


@pytest.fixture(autouse=True)
def _files_of_this_test(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def administrator(client, real_plan, db):
    client.force_login(make_user("administrator", is_staff=True))
    return client


def upload(client, text, *, name="plan.txt", **form):
    form = {"plan": Plan.objects.get().pk, "year": YEAR, **form}
    file = SimpleUploadedFile(name, text if isinstance(text, bytes) else text.encode())
    return client.post(reverse("import_list"), {"file": file, **form})


def previewed(client, text, **form):
    """Upload a file and return its batch and the preview page."""
    response = upload(client, text, **form)
    assert response.status_code == 302, response.content.decode()
    batch = ImportBatch.objects.order_by("id").last()
    return batch, client.get(response.url)


def press(client, batch, step, page=None, **form):
    if page is not None:
        form["fingerprint"] = re.search(r'name="fingerprint" value="(\w+)"', page.text)[1]
    return client.post(reverse(f"import_{step}", args=[batch.pk]), form, follow=True)


def told(page):
    """Return the changes that a preview shows: what, from, to."""
    row = r"<td [^>]*>([^<]*)</td><td [^>]*><del>([^<]*)</del> → <ins>([^<]*)</ins></td>"
    return re.findall(row, page.text)


def test_a_preview_writes_nothing_of_the_plan(administrator):
    before = stored_rows()

    _batch, page = previewed(administrator, REAL.replace(BUS, BUS[:-1] + "8"))

    changed = {label for label, count in stored_rows().items() if count != before[label]}
    assert changed == {"imports.ImportBatch", "imports.HistoricalImportBatch"}
    assert "<del>437</del>" in page.text and "<ins>438</ins>" in page.text


def test_applying_writes_what_was_seen(administrator):
    batch, page = previewed(administrator, REAL.replace(BUS, BUS[:-1] + "8"))

    press(administrator, batch, "apply", page)

    bus = Indicator.objects.get(name=BUS_NAME)
    assert bus.targets.get(year=YEAR + 1).value == 438
    batch.refresh_from_db()
    assert (batch.state, batch.counts["changed"]) == (ImportBatch.State.APPLIED, 1)
    change = bus.targets.get(year=YEAR + 1).history.first()
    assert change.history_user == batch.applied_by


def test_the_preview_names_a_new_plan(administrator):
    sent = send(administrator, file=a_file(), year=YEAR, name="Çankaya Planı", new_plan="cankaya")

    lead = " ".join(administrator.get(sent.url).text.split("</header>")[-2].split())
    assert "Çankaya Planı 2024–2026 (kısa adresi cankaya)" in lead


def test_what_a_reason_opens_is_not_sent_back_to_the_file(administrator):
    Realization.objects.filter(year=YEAR, indicator__name=BUS_NAME).update(value=7, text="7")

    _batch, page = previewed(administrator, REAL)

    assert '<a href="#overwrite">Yalnız gerekçe bekleyen: 1; aşağıda yazın</a>' in page.text
    assert "Dosyada giderilmeden" not in page.text


def bar(page):
    """Return what the bar at the end of the page says."""
    return " ".join(parse(page.text).one("div", "endbar").one("p").text.split())


def test_the_last_bar_says_what_is_missing_and_blames_the_file_only_for_its_own(administrator):
    blame = "Dosyayı düzeltip yeniden verin"
    Realization.objects.filter(year=YEAR, indicator__name=BUS_NAME).update(value=7, text="7")
    _batch, page = previewed(administrator, REAL)
    assert "neden değiştirebileceğini yazın" in bar(page)
    assert blame not in bar(page) and "hangi birim" not in bar(page)

    heading = REAL.strip().splitlines()[0]
    unknown = REAL.replace(heading, "99.UZAY DAİRESİ BAŞKANLIĞI", 1)
    _batch, page = previewed(administrator, unknown)
    assert "hangi birim olduğunu söyleyin" in bar(page) and blame not in bar(page)
    assert page.context["difference"].errors_in_file == 0

    _batch, page = previewed(administrator, REAL.replace("\t427\t432\t437", "\t427\t432\t4,3,7"))
    assert "yeniden verin" in bar(page) and "Dosyada yanlış yok" not in bar(page)


def test_a_closed_year_is_left_out_with_one_tick_and_the_rest_applied(administrator):
    changed = REAL.replace("\t427\t432\t437", "\t427\t433\t438").replace("\t442\t5", "\t442\t6")
    batch, page = previewed(administrator, changed)
    assert page.context["settled_groups"] == {"2024": 2}
    assert 'name="leave_out" value="2024">' in page.text
    assert "2024 yılı kapanmış: 2 hücre" in page.text

    press(administrator, batch, "choose", leave_out=["2024", "2031"])
    page = administrator.get(reverse("import_preview", args=[batch.pk]))
    assert not page.context["difference"].errors
    assert told(page) == [("hedef 2025", "437", "438")]
    assert "2024 yılından dışarıda bırakılan: 2 hücre." in page.text
    assert 'value="2024" checked' in page.text

    seen = page.context["seen"].fingerprint
    press(administrator, batch, "apply", fingerprint=seen)
    row = Indicator.objects.get(name=BUS_NAME)
    assert dict(row.targets.values_list("year", "value")) == {2024: 432, 2025: 438, 2026: 442}
    assert row.realizations.get().value == 5


def test_the_preview_tells_what_a_new_number_wipes(administrator):
    values = Realization.objects.filter(year=YEAR)
    values.filter(indicator__name="Tuvalet sayısı").update(
        value=1204, text="1.204", women=1200, men=4, others=0
    )
    values.filter(indicator__name=BUS_NAME).update(
        value=None, text="", absence=Realization.Absence.NOT_MEASURED
    )

    batch, _page = previewed(administrator, REAL)
    press(administrator, batch, "choose", overwrite_reason="Birim düzeltti.")
    page = administrator.get(reverse("import_preview", args=[batch.pk]))

    assert told(page) == [
        ("gerçekleşme 2024", "—", "5"),
        ("rakam neden yok 2024", "Ölçülmedi", "—"),
        ("gerçekleşme 2024", "1.204", "9"),
        ("kadın 2024", "1.200", "—"),
        ("erkek 2024", "4", "—"),
        ("diğer 2024", "0", "—"),
    ]


def test_the_preview_tells_numbers_that_were_typed_as_tables_write_them(administrator):
    """A number typed on a page is stored without its spelling."""
    row = Indicator.objects.get(name=BUS_NAME)
    row.realizations.filter(year=YEAR).update(value=70115, text="")
    row.targets.filter(year=YEAR).update(value=70000, text="")
    Indicator.objects.filter(pk=row.pk).update(baseline=1200, baseline_text="")

    batch, _page = previewed(administrator, REAL.replace("\t427\t432", "\t427\t70116"))
    press(administrator, batch, "choose", overwrite_reason="Birim düzeltti.")
    page = administrator.get(reverse("import_preview", args=[batch.pk]))

    assert told(page) == [
        ("mevcut", "1.200", "427"),
        ("hedef 2024", "70.000", "70.116"),
        ("gerçekleşme 2024", "70.115", "5"),
    ]


def test_a_unit_counts_its_changed_rows_as_the_whole_file_does(administrator):
    row = Indicator.objects.get(name=BUS_NAME)
    row.realizations.filter(year=YEAR).update(value=70115, text="")
    row.targets.filter(year=YEAR + 1).update(value=70000, text="")

    batch, _page = previewed(administrator, REAL)
    press(administrator, batch, "choose", overwrite_reason="Birim düzeltti.")
    page = administrator.get(reverse("import_preview", args=[batch.pk]))

    assert page.context["difference"].changed == 1
    assert len(told(page)) == 2
    assert "1 değişen" in page.text and "2 değişen" not in page.text


def test_the_preview_offers_the_answers_that_the_plan_offers(administrator):
    """427 there, 432 the target, 5 written: what is asked of the file is asked of the plan."""
    raised = YearFindings(Figures(Plan.objects.get(), YEAR)).raised
    asked = next(one for one in raised if one.blocks and one.figures[0].name == BUS.split("\t")[0])

    _batch, page = previewed(administrator, REAL)

    labels = " · ".join(str(say(answer.label)) for answer in asked.answers)
    assert labels == "Bu yıl eklenen 5 · Toplam 5"
    row = next(each for each in page.text.split("<tr>") if say(asked.sentence) in each)
    assert f"Yanıtlar: {labels}" in row


def test_the_preview_asks_about_a_number_far_off_its_target(administrator):
    """4961 where the target is 5: as on the entry page, before it is read in."""
    raised = YearFindings(Figures(Plan.objects.get(), YEAR)).raised
    far = [one for one in raised if one.check in (Check.FAR_OFF, Check.FAR_BEYOND)]

    _batch, page = previewed(administrator, REAL)

    assert len(far) == 6  # docs/domain.md
    for one in far:
        assert say(one.sentence) in page.text


def test_after_an_import_the_page_of_kinds_is_offered_with_what_is_open(administrator):
    batch, page = previewed(administrator, REAL.replace(BUS, BUS[:-1] + "8"))
    press(administrator, batch, "apply", page)
    plan = Plan.objects.get()

    done = administrator.get(reverse("import_preview", args=[batch.pk]))
    assert f'href="{reverse("kinds", args=[plan.slug])}"' in done.text
    assert "149 göstergenin nasıl sayıldığını" in done.text

    Indicator.objects.update(kind_confirmed=True)
    done = administrator.get(reverse("import_preview", args=[batch.pk]))
    assert reverse("kinds", args=[plan.slug]) not in done.text


def test_the_same_file_again_has_nothing_to_write(administrator):
    _batch, page = previewed(administrator, REAL)

    assert 'name="fingerprint"' not in page.text


def test_a_plan_that_changed_since_is_not_written(administrator):
    batch, page = previewed(administrator, REAL.replace(BUS, BUS[:-1] + "8"))
    Indicator.objects.get(name="Tuvalet sayısı").targets.filter(year=YEAR + 1).update(value=8)

    press(administrator, batch, "apply", page)

    batch.refresh_from_db()
    assert batch.state == ImportBatch.State.PREVIEW
    assert Indicator.objects.get(name="Tuvalet sayısı").targets.get(year=YEAR + 1).value == 8


def test_an_error_is_told_by_place_and_keeps_all_from_being_applied(administrator):
    bad = REAL.replace(BUS, "Erişilebilir otobüs sayısı\t427\t432\t4,3,7")
    batch, page = previewed(administrator, bad)

    assert "4,3,7" in page.text and 'name="fingerprint"' not in page.text
    press(administrator, batch, "apply", fingerprint="x")
    batch.refresh_from_db()
    assert batch.state == ImportBatch.State.PREVIEW


def test_a_file_that_is_none_is_refused_on_the_form_with_its_name(administrator):
    before = stored_rows()

    response = upload(administrator, b"\x00\x01\x02", name="bozuk.xlsx")

    assert response.status_code == 200
    assert "bozuk.xlsx" in response.text
    assert stored_rows() == before


def test_a_chosen_unit_becomes_an_alias(administrator):
    text = REAL.replace("Basın Yayın ve\tHazır", "Basın Ofisi Hede\tHazır")
    batch, page = previewed(administrator, text)
    unit = Institution.objects.get(name="MEÜSEM")
    assert "Basın Ofisi Hede" in page.text

    press(administrator, batch, "choose", **{"name-0": f"institution:{unit.pk}"})
    assert not Alias.objects.filter(text="Basın Ofisi Hede").exists()
    page = administrator.get(reverse("import_preview", args=[batch.pk]))
    press(administrator, batch, "apply", page)

    assert Alias.objects.get(text="Basın Ofisi Hede").institution == unit
    assert not Institution.objects.filter(to_check=True).exists()


def test_missing_rows_stay_unless_ticked(administrator):
    text = REAL.replace("\t\t\tEk durak aydınlatma sayısı\t-\t-\t10\t15\t-\n", "")
    lost = Indicator.objects.get(name="Ek durak aydınlatma sayısı")
    batch, page = previewed(administrator, text)
    assert f'name="retire" value="{lost.pk}"' in page.text
    assert 'name="fingerprint"' not in page.text

    # The closed year counts it, so its leaving asks why, and the tick waits for that.
    press(administrator, batch, "choose", retire=[str(lost.pk)])
    page = administrator.get(reverse("import_preview", args=[batch.pk]))
    assert 'name="fingerprint"' not in page.text
    assert re.search(rf'name="retire" value="{lost.pk}"[^>]* checked', page.text)
    press(administrator, batch, "choose", retire=[str(lost.pk)], overwrite_reason="Meclis kararı")
    page = administrator.get(reverse("import_preview", args=[batch.pk]))
    press(administrator, batch, "apply", page)

    lost.refresh_from_db()
    assert lost.retired_on is not None
    assert lost.targets.count() == 3


def test_a_closed_year_is_written_only_for_a_recorded_reason(administrator):
    text = REAL.replace("437\t442\t5\n", "437\t442\t432\n")
    assert Plan.objects.get().periods.get(year=YEAR).state == Period.State.CLOSED
    batch, page = previewed(administrator, text)
    assert 'name="fingerprint"' not in page.text

    press(administrator, batch, "choose", overwrite_reason="Birim toplamı yazmış.")
    page = administrator.get(reverse("import_preview", args=[batch.pk]))
    press(administrator, batch, "apply", page)

    value = Realization.objects.get(indicator__name=BUS_NAME, year=YEAR)
    assert value.value == 432
    assert "Birim toplamı yazmış." in value.history.first().history_change_reason


def test_a_closed_years_target_is_not_changed_without_a_reason(administrator):
    _batch, page = previewed(administrator, REAL.replace("\t427\t432", "\t427\t433"))

    assert 'name="overwrite_reason"' in page.text
    assert 'name="fingerprint"' not in page.text


def test_an_unknown_column_is_mapped_and_remembered(administrator):
    text = "Birim;Kod;Faaliyet;Gösterge;Mevcut;2024;Sonuç rakamı\n" + (
        "Park ve Bahçeler D.B;4.5.2;Kültür Parkta ortak tuvalet sayısını artırmak;"
        "Tuvalet sayısı;9;9;12\n"
    )
    batch, page = previewed(administrator, text, name="plan.csv")
    assert "Sonuç rakamı" in page.text

    press(administrator, batch, "choose", **{"column-0": "realization 2025"})
    page = administrator.get(reverse("import_preview", args=[batch.pk]))

    assert "<ins>12</ins>" in page.text
    assert ColumnMapping.objects.get().columns == {"Sonuç rakamı": "realization 2025"}
    _again, page = previewed(administrator, text, name="yine.csv")
    assert "<ins>12</ins>" in page.text


def test_the_changes_can_be_narrowed_without_losing_a_tick(administrator):
    text = REAL.replace("\t\t\tEk durak aydınlatma sayısı\t-\t-\t10\t15\t-\n", "")
    text = text.replace(BUS, BUS[:-1] + "8")
    lost = Indicator.objects.get(name="Ek durak aydınlatma sayısı")
    batch, page = previewed(administrator, text)
    assert "Ek durak" in page.text and "<ins>438</ins>" in page.text
    press(administrator, batch, "choose", retire=[str(lost.pk)], overwrite_reason="Meclis kararı")

    address = reverse("import_preview", args=[batch.pk])
    missing = administrator.get(address, {"show": "missing"})
    changed = administrator.get(address, {"show": "new"})

    assert "<ins>438</ins>" not in missing.text and "Ek durak" in missing.text
    assert "Ek durak" not in changed.text
    assert f'type="hidden" name="retire" value="{lost.pk}"' in changed.text


def test_units_without_a_change_are_told_with_their_count(administrator):
    _batch, page = previewed(administrator, REAL.replace(BUS, BUS[:-1] + "8"))

    assert "Park ve Bahçeler Dairesi Başkanlığı" in page.text
    assert "9 aynı" in page.text  # Ulaşım: ten rows, one of them changed


def test_leaving_puts_the_file_away(administrator):
    batch, _page = previewed(administrator, REAL)

    press(administrator, batch, "leave")

    batch.refresh_from_db()
    assert batch.state == ImportBatch.State.LEFT and not batch.stored


def test_an_applied_import_is_undone_once_it_is_confirmed(administrator):
    batch, page = previewed(administrator, REAL.replace(BUS, BUS[:-1] + "8"))
    press(administrator, batch, "apply", page)

    page = press(administrator, batch, "undo")
    assert "Hepsinin geri alınacağını kabul ettiğinizi işaretleyin" in page.text
    assert Target.objects.get(indicator__name=BUS_NAME, year=YEAR + 1).value == 438

    press(administrator, batch, "undo", sure="1")

    bus = Indicator.objects.get(name=BUS_NAME)
    assert bus.targets.get(year=YEAR + 1).value == 437


def test_an_import_into_a_closed_year_is_undone_with_a_reason(administrator):
    batch, page = previewed(administrator, REAL.replace(BUS, BUS[:-1] + "8"))
    press(administrator, batch, "apply", page)
    Period.objects.filter(year=YEAR + 1).update(state="closed")
    target = Target.objects.get(indicator__name=BUS_NAME, year=YEAR + 1)

    page = press(administrator, batch, "undo", sure="1")
    assert "Kapanmış ya da doğrulanmış bir yıl değişir: 2025. İçe" in page.text
    assert target.value == 438

    press(administrator, batch, "undo", sure="1", reason="Yanlış dosya")

    target.refresh_from_db()
    assert target.value == 437
    assert target.history.first().history_change_reason.endswith(": Yanlış dosya")


def test_more_rows_than_a_page_shows_point_to_the_command(administrator, settings):
    settings.IMPORT_PREVIEW_ROWS = 100

    _batch, page = previewed(administrator, REAL)

    assert "import_plan" in page.text and "<del>" not in page.text


def test_text_of_a_file_is_never_markup(administrator):
    text = REAL.replace("Tuvalet sayısı", "<script>alert(1)</script>")

    _batch, page = previewed(administrator, text)

    assert "<script>" not in page.text
    assert "&lt;script&gt;" in page.text


@pytest.mark.parametrize("role", ["", "reviewer"])
@pytest.mark.parametrize("step", ["list", "preview", "choose", "apply", "leave", "undo"])
def test_for_others_the_import_pages_do_not_exist(client, real_plan, db, role, step):
    client.force_login(make_user(role))
    batch = ImportBatch.objects.get()
    url = reverse(f"import_{step}", args=[] if step == "list" else [batch.pk])

    send = client.get if step in ("list", "preview") else client.post

    assert send(url).status_code == 404


# --- The form that takes the file ---


def send(client, **form):
    """Send the form of the imports page; a field left out is empty."""
    return client.post(reverse("import_list"), form)


def a_file(name="yeni plan.txt"):
    return SimpleUploadedFile(name, REAL.encode())


def kept_of(response):
    return re.search(r'name="kept" value="([^"]+)"', response.text)[1]


def test_a_refused_form_keeps_its_file(administrator):
    refused = send(administrator, file=a_file(), year=YEAR)

    assert not ImportBatch.objects.filter(state="preview").exists()
    assert "“yeni plan.txt” bekletiliyor" in refused.text
    taken = send(administrator, kept=kept_of(refused), year=YEAR, name="YEAP Çankaya")

    batch = ImportBatch.objects.get(state="preview")
    assert taken.url == reverse("import_preview", args=[batch.pk])
    assert (batch.file_name, batch.plan_slug) == ("yeni plan.txt", "yeap-cankaya")
    # And nothing is left beside it.
    again = send(administrator, kept=kept_of(refused), year=YEAR, name="Öbür")
    assert "Dosyayı seçin" in again.text


def test_a_kept_file_is_for_nobody_else(administrator):
    token = kept_of(send(administrator, file=a_file()))
    administrator.force_login(make_user("administrator", is_staff=True))

    assert "Dosyayı seçin" in send(administrator, kept=token, name="YEAP").text
    assert "Dosyayı seçin" in send(administrator, kept="imports/kept/x", name="YEAP").text


def test_another_file_takes_the_place_of_the_kept_one(administrator, settings):
    first = send(administrator, file=a_file())
    second = send(administrator, file=a_file("öbür.txt"), kept=kept_of(first))

    assert "“öbür.txt” bekletiliyor" in second.text
    assert len(list((settings.MEDIA_ROOT / "imports" / "kept").iterdir())) == 1


def test_what_nobody_asks_for_again_goes_by_the_next_day(administrator, settings):
    send(administrator, file=a_file())
    [old] = (settings.MEDIA_ROOT / "imports" / "kept").iterdir()
    os.utime(old, (0, 0))

    send(administrator, file=a_file())

    assert not old.exists()


def test_a_new_plan_is_called_what_the_person_says(administrator):
    send(
        administrator, file=a_file(), year=YEAR, name="Çankaya YEAP",
        municipality="Başka Belediye", last_year=2027,
    )  # fmt: skip
    batch = ImportBatch.objects.get(state="preview")
    # What is chosen in the preview forgets nothing of it.
    press(administrator, batch, "choose")
    page = administrator.get(reverse("import_preview", args=[batch.pk]))
    press(administrator, batch, "apply", page)

    plan = Plan.objects.get(slug="cankaya-yeap")
    assert plan.name == "Çankaya YEAP"
    # The municipality has its name already, so a plan's form does not ask for one.
    assert str(plan.municipality) == "Mersin Büyükşehir Belediyesi"
    assert (plan.first_year, plan.last_year) == (2024, 2027)
    assert list(plan.periods.values_list("year", flat=True)) == [2024, 2025, 2026, 2027]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({}, "yenisine bir ad verin"),
        ({"name": "A", "first_year": 2027, "last_year": 2024}, "en çok 20 yıl"),
        ({"name": "A", "first_year": 2000, "last_year": 2024}, "en çok 20 yıl"),
        ({"name": "A", "new_plan": "mersin-2024-2026"}, "Bu adreste bir plan var"),
    ],
)
def test_what_is_missing_of_a_new_plan_is_said(administrator, given, told):
    refused = send(administrator, file=a_file(), year=YEAR, **given)

    assert told in refused.text
    assert "bekletiliyor" in refused.text


def test_no_import_is_dropped_from_the_list(administrator):
    plan = Plan.objects.get()
    for number in range(51):
        ImportBatch.objects.create(
            plan=plan, municipality=plan.municipality, year=2024, file_name=f"plan-{number}.xlsx",
            digest=str(number), reader="xlsx", state="applied",
        )  # fmt: skip

    first, second = (administrator.get("/imports/", {"page": page}).text for page in ("1", "2"))

    assert "plan-50.xlsx" in first
    assert "plan-0.xlsx" not in first
    assert 'href="?page=2"' in first
    assert "plan-0.xlsx" in second
