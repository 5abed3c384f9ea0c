"""An administrator reads a file in: refusal, preview, choices, applying, undoing."""

import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.e2e.test_look import RULES

ROOT = Path(__file__).resolve().parents[2]
REAL = (ROOT / "fixtures" / "yeap-2024-2026.txt").read_text("utf-8")
BUS = "Erişilebilir otobüs sayısı\t427\t432\t437"
SQUEEZED = """[...document.querySelectorAll("main td")]
    .filter((cell) => !cell.closest("details:not([open])"))
    .filter((cell) => cell.textContent.trim().length > 12 && cell.offsetHeight > 0)
    .filter((cell) => cell.offsetWidth < 80)
    .map((cell) => cell.textContent)"""
LOST = "\t\t\tEk durak aydınlatma sayısı\t-\t-\t10\t15\t-\n"


@pytest.fixture
def give(visit, tmp_path):
    """Upload a changed plan as the administrator and return the page that follows."""

    def give(text, **options):
        path = tmp_path / "gelen plan.txt"
        path.write_text(text, "utf-8")
        page = visit("yonetici", **options)
        page.goto("/imports/")
        page.get_by_label("Dosya", exact=True).set_input_files(path)
        page.get_by_label("Plan", exact=True).select_option(index=1)
        page.get_by_label("Gerçekleşmelerin yılı").fill("2024")
        page.get_by_role("button", name="Önizle").click()
        return page

    return give


def test_the_whole_way_and_back(give):
    page = give(REAL.replace(BUS, BUS[:-1] + "8").replace(LOST, ""))

    expect(page).to_have_title(re.compile("Ön izleme"))
    expect(page.locator("del", has_text="437")).to_be_visible()
    page.get_by_label("Ek durak aydınlatma sayısı").check()
    page.get_by_role("button", name="Seçimleri ön izlemeye işle").click()
    # A closed year counts the row, so its leaving asks why; the tick stays.
    page.get_by_label("Bu dosya onları neden değiştirsin?").fill("Meclis kararı")
    expect(page.get_by_label("Ek durak aydınlatma sayısı")).to_be_checked()
    page.get_by_role("button", name="Seçimleri ön izlemeye işle").click()
    expect(page.get_by_text("Seçimleriniz ön izlemeye işlendi.")).to_be_visible()
    page.get_by_role("button", name="Uygula").click()
    expect(page.get_by_text("Dosya uygulandı.")).to_be_visible()

    page.get_by_role("link", name="Plana git").click()
    expect(page.get_by_text("148 göstergenin durumu")).to_be_visible()
    page.go_back()
    page.locator("#h-undo").click()
    page.get_by_label("Neden geri alınıyor?").fill("Yanlış dosya")
    page.get_by_label("Hepsini geri al").check()
    page.get_by_role("button", name="Bu içe aktarmayı geri al").click()
    expect(page.get_by_text("İçe aktarma geri alındı")).to_be_visible()
    page.get_by_role("link", name="Plana git").click()
    expect(page.get_by_text("149 göstergenin durumu")).to_be_visible()


def test_a_file_with_an_error_cannot_be_applied(give):
    page = give(REAL.replace(BUS, BUS[:-3] + "4,3,7"))

    expect(page.get_by_text("“4,3,7” bir sayı değil.")).to_be_visible()
    expect(page.get_by_role("button", name="Uygula", exact=True)).to_have_count(0)
    page.get_by_role("button", name="Her şeyi olduğu gibi bırak").click()
    expect(page.get_by_text("plan olduğu gibi duruyor")).to_be_visible()


def test_without_a_plan_the_form_says_what_is_missing(visit, tmp_path):
    path = tmp_path / "plan.txt"
    path.write_text(REAL, "utf-8")
    page = visit("yonetici", java_script_enabled=False)
    page.goto("/imports/")
    page.get_by_label("Dosya", exact=True).set_input_files(path)

    with page.expect_response("**/imports/") as sent:
        page.get_by_role("button", name="Önizle").click()

    assert sent.value.status == 200
    expect(page).to_have_title(re.compile("^Hata:"))
    expect(
        page.get_by_text("Yukarıdan bir plan seçin ya da yenisine bir ad verin.")
    ).to_be_visible()
    # The file waits meanwhile.
    page.get_by_label("Plan", exact=True).select_option(index=1)
    page.get_by_label("Gerçekleşmelerin yılı").fill("2024")
    page.get_by_role("button", name="Önizle").click()
    expect(page).to_have_title(re.compile("Ön izleme"))


@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_preview_is_accessible_and_fits(give, width, scheme):
    page = give(
        REAL.replace(BUS, BUS[:-3] + "4,3,7").replace(LOST, ""), width=width, color_scheme=scheme
    )

    found = Axe().run(page, options=RULES).response["violations"]

    assert [(each["id"], each["nodes"][0]["html"]) for each in found] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    # A sentence squeezed beside another one stands letter under letter.
    assert page.evaluate(SQUEEZED) == []
