"""How numbers are counted, and a pasted column taken back: by keyboard, wide and narrow."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.e2e.conftest import SECONDS
from tests.e2e.test_look import RULES

PLAN = "/plans/mersin-2024-2026/kinds/"
# A unit and year of which the other tests write nothing.
ENTRY = "/entry/mersin-2024-2026/2025/10/"
LONG = 90 * SECONDS
WIDTHS = pytest.mark.parametrize("width", [1440, 390])


def opened(visit, who, width, address):
    """Open a page of many rows; a busy machine takes its time for the first of them."""
    page = visit(who, width=width)
    page.set_default_timeout(LONG)
    page.goto(address)
    return page


def violations(page, within=None):
    height = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": page.viewport_size["width"], "height": height + 100})
    return Axe().run(page, within, options=RULES).response["violations"]


@WIDTHS
def test_a_reviewer_chooses_for_all_and_sees_what_it_changes(visit, width):
    page = opened(visit, "inceleme", width, PLAN)
    page.get_by_role("button", name="Hepsi önerildiği gibi").press("Enter")
    expect(page.locator("[data-chosen]")).to_have_text("149", timeout=LONG)

    # One row by the keyboard: an arrow chooses the reading beside it, and is counted on.
    first = page.locator(".k-row").first.locator("input:checked")
    first.focus()
    page.keyboard.press("ArrowRight")
    # Thirteen things that stand there are proposed as totals.
    expect(page.locator("[data-code=level] [data-n]")).to_have_text("14")
    assert violations(page, "main > form > :is(.k-all, .sendbar)") == []
    page.locator(".sendbar .primary").press("Enter")

    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text("Neyi değiştirir", timeout=LONG)
    expect(page.get_by_label("Neden")).to_be_visible()  # 2024 is closed
    assert violations(page) == []
    expect(page.get_by_role("button", name="149 göstergeyi teyit et")).to_be_visible()
    page.get_by_role("button", name="Seçimlere dön").press("Enter")
    expect(page.locator("[data-chosen]")).to_have_text("149", timeout=LONG)


@WIDTHS
def test_a_unit_is_asked_on_one_page(visit, width):
    page = opened(visit, "koordinator", width, "/entry/mersin-2024-2026/2025/9/kinds/")
    page.get_by_role("button", name="Hepsi her yıl sıfırdan").press("Enter")
    expect(page.locator("[data-chosen]")).to_have_text("18", timeout=LONG)
    assert "→" not in page.inner_text("main")
    page.locator(".k-else summary").first.press("Enter")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert violations(page) == []


@WIDTHS
def test_a_slipped_column_is_told_moved_saved_and_taken_back(visit, width):
    page = opened(visit, "inceleme", width, ENTRY)
    first, targets = page.evaluate(TARGETS)
    cell = page.locator(f"#v{first}")
    before = cell.input_value()
    # Each target in its own row, and a line too many before them.
    page.evaluate(PASTE, {"first": first, "text": "\n".join(["3", *targets])})

    dialog = page.locator("#paste")
    slip = dialog.get_by_role("alert")
    expect(slip).to_contain_text("bir satır kaymış görünüyor", timeout=LONG)
    expect(dialog.get_by_role("columnheader", name="Önceki yıl")).to_be_attached()
    assert violations(page, "#paste") == []
    dialog.locator(".moves .primary").press("Enter")
    expect(slip).to_have_count(0, timeout=LONG)
    dialog.locator("[name=apply]").press("Enter")

    expect(dialog).to_be_hidden(timeout=LONG)
    expect(cell).to_have_value(targets[0], timeout=LONG)
    page.locator("#undo button").press("Enter")
    told = page.get_by_text("yapıştırmadan önceki haline döndü")
    expect(told).to_be_visible(timeout=LONG)
    expect(page.locator(f"#v{first}")).to_have_value(before)


# The rows 4.3.1 to 4.3.6 with their targets of the year: none of them a percent.
TARGETS = """() => {
    const rows = [...document.querySelectorAll(".e-row")];
    const at = rows.findIndex((row) => row.querySelector("label").textContent === "Rehber sayısı");
    const some = rows.slice(at, at + 8);
    return [rows[at].dataset.pk,
            some.map((row) => row.innerText.match(/2025 hedefi\\s+(\\S+)/)[1])];
}"""
PASTE = """({ first, text }) => {
    const cell = document.getElementById(`v${first}`);
    const data = new DataTransfer();
    data.setData("text/plain", text);
    cell.focus();
    cell.dispatchEvent(
        new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""
