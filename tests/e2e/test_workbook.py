"""The unit's workbook given back, on a phone: downloaded, filled in, looked at and mended."""

from axe_playwright_python.sync_playwright import Axe
from openpyxl import load_workbook
from playwright.sync_api import expect

from tests.e2e.conftest import SECONDS
from tests.e2e.test_look import RULES

ENTRY = "/entry/mersin-2024-2026/2025/9/"
LONG = 90 * SECONDS


def test_a_workbook_is_looked_at_on_a_phone(visit, tmp_path):
    page = visit("koordinator", width=390)
    page.set_default_timeout(LONG)
    page.goto(ENTRY)
    # As the link does, but what is downloaded counts as a request that failed.
    link = page.get_by_role("link", name="Birim dosyası", exact=True)
    file = tmp_path / "birim.xlsx"
    file.write_bytes(page.request.get(link.get_attribute("href")).body())
    book = load_workbook(file)
    sheet = book.active
    heads = {cell.value: cell.column for cell in sheet[4]}
    for row, typed in ((5, "7l2"), (6, 24), (7, 10_000)):
        sheet.cell(row, heads["Gerçekleşme 2025"]).value = typed
    sheet.cell(8, heads["Satır anahtarı"]).value = None
    name = sheet.cell(8, heads["Gösterge"])
    name.value = f"{name.value}nın"
    book.save(file)

    page.get_by_role("link", name="Birim dosyasını geri ver").click()
    page.get_by_label("Dosyanız").set_input_files(file)
    page.get_by_role("button", name="Ne yazılacağını göster").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Dosyanızdan 18 satır okundu")
    expect(page.get_by_text("Hangi satır?")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    height = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": 390, "height": height + 100})
    assert Axe().run(page, options=RULES).response["violations"] == []
    # Enter in a field only looks again; nothing is saved.
    wrong = page.locator("[aria-invalid]")
    wrong.fill("142")
    wrong.press("Enter")
    expect(page.locator("[aria-invalid]")).to_have_count(0)
    expect(page.get_by_role("button", name="3 değeri taslak olarak kaydet")).to_be_visible()
    page.get_by_role("button", name="Vazgeç").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("2025 gerçekleşmeleri")
