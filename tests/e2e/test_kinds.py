"""How numbers are counted, and a pasted column taken back: by keyboard, wide and narrow."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.e2e.test_look import RULES

PLAN = "/plans/mersin-2024-2026/kinds/"
# A unit and year of which the other tests write nothing.
ENTRY = "/entry/mersin-2024-2026/2025/10/"
WIDTHS = pytest.mark.parametrize("width", [1440, 390])


def violations(page, within=None):
    height = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": page.viewport_size["width"], "height": height + 100})
    return Axe().run(page, within, options=RULES).response["violations"]


@WIDTHS
def test_a_reviewer_chooses_for_all_and_sees_what_it_changes(visit, width):
    page = visit("inceleme", width=width)
    page.goto(PLAN)
    page.get_by_role("button", name="Hepsi önerildiği gibi").press("Enter")
    expect(page.locator("[data-chosen]")).to_have_text(re.compile("149"))

    # One row by the keyboard: an arrow chooses the reading beside it, and is counted on.
    first = page.locator(".k-row").first.locator("input:checked")
    first.focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("[data-code=level] [data-n]")).to_have_text("1")
    assert violations(page, "main > form > :is(.k-all, .sendbar)") == []
    page.locator(".sendbar .primary").press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("Neyi değiştirir")
    expect(page.get_by_label("Neden")).to_be_visible()  # 2024 is closed
    assert violations(page) == []
    page.get_by_role("button", name=re.compile("göstergeyi teyit et")).press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("nedenini")
    page.get_by_role("button", name="Seçimlere dön").press("Enter")
    expect(page.locator("[data-chosen]")).to_have_text("149")


@WIDTHS
def test_a_unit_is_asked_on_one_page(visit, width):
    page = visit("koordinator", width=width)
    page.goto("/entry/mersin-2024-2026/2025/9/kinds/")
    page.get_by_role("button", name="Hepsi her yıl sıfırdan").press("Enter")
    expect(page.locator("[data-chosen]")).to_have_text("18")
    assert "→" not in page.inner_text("main")
    page.locator(".k-else summary").first.press("Enter")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert violations(page) == []


@WIDTHS
def test_a_slipped_column_is_told_moved_saved_and_taken_back(visit, width):
    page = visit("inceleme", width=width)
    page.goto(ENTRY)
    first, targets = page.evaluate(TARGETS)
    cell = page.locator(f"#v{first}")
    before = cell.input_value()
    # Each target in its own row, and a line too many before them.
    page.evaluate(PASTE, {"first": first, "text": "\n".join(["3", *targets])})

    dialog = page.locator("#paste")
    expect(dialog.get_by_role("alert")).to_contain_text("bir satır kaymış görünüyor")
    expect(dialog.get_by_role("columnheader", name="Önceki yıl")).to_be_attached()
    assert violations(page, "#paste") == []
    dialog.locator(".moves .primary").press("Enter")
    expect(dialog.get_by_role("alert")).to_have_count(0)
    dialog.locator("[name=apply]").press("Enter")

    expect(dialog).to_be_hidden()
    expect(cell).to_have_value(targets[0])
    page.locator("#undo button").press("Enter")
    expect(page.get_by_text("yapıştırmadan önceki haline döndü")).to_be_visible()
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
