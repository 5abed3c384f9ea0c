"""A coordinator enters her year: keyboard, paste, lost connection, lost session, closed tab."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.e2e.conftest import SECONDS
from tests.e2e.test_look import RULES

PAGE = "/entry/mersin-2024-2026/2025/9/"
WHO = "koordinator"
WIDTHS = {"desktop": 1440, "phone": 390}
# What a browser says of every answer from 400 on, and of a line that was cut.
EXPECTED = re.compile(r"Failed to load resource: .*(\b(401|403|409|422)\b|INTERNET_DISCONNECTED)")


@pytest.fixture(params=WIDTHS)
def window(request, site, chromium, signed_in):
    """Open the entry page in a window of its own; nothing but what is expected may go wrong."""
    faults = []
    context = chromium.new_context(
        base_url=site.url,
        locale="tr-TR",
        viewport={"width": WIDTHS[request.param], "height": 900},
        storage_state=signed_in(WHO),
        permissions=["clipboard-read", "clipboard-write"],
    )
    context.set_default_timeout(10 * SECONDS)

    def told(message):
        if message.type in ("error", "warning") and not EXPECTED.search(message.text):
            faults.append(message.text)

    def open_page():
        page = context.new_page()
        page.on("console", told)
        page.on("pageerror", lambda error: faults.append(f"script: {error}"))
        page.goto(PAGE)
        return page

    yield context, open_page
    context.close()
    assert faults == []


@pytest.fixture
def page(window):
    _context, open_page = window
    return open_page()


def cells(page):
    return page.locator("input.cell:not([readonly])")


def row_of(cell):
    return cell.locator("xpath=ancestor::div[contains(concat(' ', @class, ' '), ' e-row ')]")


def cell_at(page, at):
    """Return a cell by the number of its indicator, which stays when its row is renewed."""
    return page.locator(f"#{cells(page).nth(at).get_attribute('id')}")


def saved(cell):
    """See that a row is saved: the check mark is in its state, and nothing waits on the device."""
    expect(row_of(cell).locator(".state use")).to_have_attribute(
        "href", re.compile("#i-(check|back)")
    )


def kept(page):
    return page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('yeap:'))")


def test_ten_cells_are_entered_by_keyboard_alone(page):
    page.keyboard.press("Tab")  # "Skip to content" is first
    cells(page).first.focus()
    typed = [str(100 + at) for at in range(10)]
    for text in typed:
        page.keyboard.press("Control+A")
        page.keyboard.type(text)
        page.keyboard.press("Enter")
    page.keyboard.press("ArrowUp")
    expect(cells(page).nth(9)).to_be_focused()
    page.keyboard.press("ArrowDown")
    for at in range(10):
        saved(cells(page).nth(at))
    assert kept(page) == []
    # The one in focus is not under the bar that sticks to the bottom.
    box = cells(page).nth(10).bounding_box()
    bar = page.locator(".sendbar").bounding_box()
    assert box["y"] + box["height"] <= bar["y"]

    page.reload()
    assert [cells(page).nth(at).input_value() for at in range(10)] == typed


def test_escape_brings_the_saved_value_back(page):
    cell = cell_at(page, 0)
    cell.fill("55")
    cell.press("Enter")
    saved(cell)

    cell.fill("56789")
    cell.press("Escape")

    expect(cell).to_have_value("55")
    assert kept(page) == []


def test_what_is_no_number_stays_and_says_why(page):
    cell = cell_at(page, 1)
    cell.fill("7l2")
    cell.press("Enter")

    expect(row_of(cell).locator(".err")).to_contain_text("7l2")
    expect(cell).to_have_value("7l2")
    expect(cell).to_have_attribute("aria-invalid", "true")
    page.reload()
    expect(cell).to_have_value("7l2")

    cell.fill("712")
    cell.press("Enter")
    saved(cell)


def test_a_cut_line_loses_nothing_and_nothing_is_saved_twice(window):
    context, open_page = window
    page = open_page()
    cell, next_ = cell_at(page, 2), cell_at(page, 3)
    one, two = (str(page.viewport_size["width"] % 1000 + more) for more in (1, 2))
    context.set_offline(True)
    cell.fill(one)
    cell.press("Enter")
    next_.fill(two)
    next_.press("Enter")
    expect(row_of(cell).locator(".state use")).to_have_attribute("href", "#i-x")
    assert len(kept(page)) == 2

    context.set_offline(False)

    saved(cell)
    saved(next_)
    page.reload()
    expect(cell).to_have_value(one)
    expect(next_).to_have_value(two)


def test_an_answer_that_got_lost_is_no_conflict_with_oneself(window):
    context, open_page = window
    page = open_page()
    cell = cell_at(page, 4)
    lost = []

    def lose(route):
        # The server gets it and answers; the answer does not arrive.
        if lost or route.request.method != "POST":
            return route.continue_()
        lost.append(route.fetch().status)
        return route.abort("internetdisconnected")

    context.route("**/cells/*/", lose)
    number = str(4000 + page.viewport_size["width"])
    cell.fill(number)
    cell.press("Enter")
    expect(row_of(cell).locator(".state use")).to_have_attribute("href", "#i-x")
    cell.fill(number + "0")
    cell.press("Enter")

    saved(cell)
    assert lost == [200]
    page.reload()
    expect(cell).to_have_value(re.compile(r"^\d\d\.\d{3}$"))
    assert kept(page) == []


def test_a_closed_tab_keeps_what_was_not_saved(window):
    context, open_page = window
    page = open_page()
    cell = cell_at(page, 5)
    number = str(page.viewport_size["width"] % 1000)
    context.set_offline(True)
    cell.fill(number)
    cell.press("Enter")
    expect(row_of(cell).locator(".state use")).to_have_attribute("href", "#i-x")
    page.close()
    context.set_offline(False)

    again = open_page()

    cell = cell_at(again, 5)
    expect(cell).to_have_value(number)
    saved(cell)
    assert kept(again) == []


@pytest.mark.parametrize("lost", ["session", "all cookies"])
def test_an_expired_session_is_renewed_in_place(window, site, lost):
    context, open_page = window
    page = open_page()
    cell = cell_at(page, 6 if lost == "session" else 7)
    number = str(page.viewport_size["width"] + (1 if lost == "session" else 2))
    context.clear_cookies(**({"name": "sessionid"} if lost == "session" else {}))
    cell.fill(number)
    cell.press("Enter")

    expect(page.locator("#login")).to_be_visible()
    page.fill("#login [name=password]", "falsch")
    page.keyboard.press("Enter")
    expect(page.locator("#login [role=alert]")).not_to_be_empty()
    page.fill("#login [name=password]", site.passwords[WHO])
    page.keyboard.press("Enter")

    expect(page.locator("#login")).to_be_hidden()
    saved(cell)
    assert kept(page) == []
    page.reload()
    expect(cell).to_have_value(re.compile(number.replace("1", "1\\.?", 1)))
    # Forms sent without script carry the new token.
    assert page.url.endswith(PAGE)


def test_a_column_from_the_clipboard_is_shown_before_it_is_saved(page):
    first, second, third = (cell_at(page, at) for at in (8, 9, 10))
    base = page.viewport_size["width"]
    page.evaluate(
        "(text) => navigator.clipboard.writeText(text)", f"{base},5\r\n7l2\r\n{base + 1}\r\n"
    )
    first.focus()
    page.keyboard.press("Control+V")

    dialog = page.locator("#paste")
    expect(dialog).to_be_visible()
    expect(dialog.locator("tbody tr")).to_have_count(3)
    expect(dialog.locator("tbody tr.bad")).to_have_count(1)
    before = second.input_value()
    dialog.locator("[name=apply]").click()

    expect(dialog).to_be_hidden()
    expect(first).to_have_value(f"{base},5" if base < 1000 else "1.440,5")
    expect(third).to_have_value(f"{base + 1}" if base < 1000 else "1.441")
    assert second.input_value() == before


def test_names_and_values_from_the_clipboard_find_their_rows(page):
    page.evaluate(
        "(text) => navigator.clipboard.writeText(text)",
        "Tamirat hizmeti sayısı\t612\r\nEvde Bakım Hizmeti sayısı\t70115\r\n",
    )
    cells(page).first.focus()
    page.keyboard.press("Control+V")
    page.locator("#paste [name=apply], #paste .note").first.wait_for()
    if page.locator("#paste [name=apply]").count():
        page.click("#paste [name=apply]")
        expect(page.locator("#paste")).to_be_hidden()
    else:
        page.click("#paste form[method=dialog] button")

    expect(page.get_by_label("Tamirat hizmeti sayısı", exact=True)).to_have_value("612")
    expect(page.get_by_label("Evde Bakım Hizmeti sayısı", exact=True)).to_have_value("70.115")


def test_of_two_windows_the_second_is_shown_both_values(window):
    _context, open_page = window
    one, other = open_page(), open_page()
    base = one.viewport_size["width"]
    cell, same = cell_at(one, 12), cell_at(other, 12)
    cell.fill(str(base))
    cell.press("Enter")
    saved(cell)

    same.fill(str(base + 5))
    same.press("Enter")

    note = row_of(same).locator(".conflict")
    expect(note).to_be_visible()
    note.locator("[name=keep]").click()
    saved(same)
    one.reload()
    assert cell.input_value().replace(".", "") == str(base + 5)


def test_a_question_is_answered_beside_its_row(page):
    cell = page.get_by_label("Engelsiz Yaşam Merkezi'nde hizmet verilen kişi sayısı", exact=True)
    cell.fill("10.000")
    cell.press("Enter")
    ask = row_of(cell).locator(".ask")
    expect(ask).to_be_visible()
    button = ask.locator("[name=answer]", has_text="Toplam")
    button.click()

    expect(row_of(cell).locator(".ask.done")).to_be_visible()
    expect(row_of(cell).locator("textarea").first).to_be_visible()


def test_a_deviation_is_explained_and_saved_by_leaving_its_field(page):
    cell = page.get_by_label("Hizmetten yararlanan yaşlı sayısı", exact=True)
    cell.fill("3.120")
    cell.press("Enter")
    reason = row_of(cell).locator("textarea").first
    reason.fill(f"İki ekip aracı bakımdaydı ({page.viewport_size['width']})")
    page.keyboard.press("Tab")

    saved(cell)
    expect(page.locator("#n-unsaved")).to_be_empty()
    page.reload()
    assert "İki ekip aracı" in row_of(cell).locator("textarea").first.input_value()


def boxes(row):
    """Return where the columns of a row stand: left edge, width and top of each."""
    return row.evaluate(
        """(row) => [...row.querySelectorAll(".ctx > div, .fld, .ratio, .state, .tools")].map(
            (one) => one.getBoundingClientRect()).map(({ x, width, y }) => [x, width, y])"""
    )


def test_opening_no_figure_moves_no_column(page):
    row = row_of(cell_at(page, 11))
    if row.locator("details.opt").get_attribute("open") is not None:
        row.locator("details.opt > summary").click()
    row.scroll_into_view_if_needed()
    before = boxes(row)
    row.locator("details.opt > summary").click()
    after = boxes(row)

    assert [box[:2] for box in after] == [box[:2] for box in before]
    pane = row.locator(".opt .pane").bounding_box()
    assert pane["width"] >= 200
    if page.viewport_size["width"] > 1000:
        # Nor do the numbers leave their line, and what opened does not cover the field.
        assert all(abs(now[2] - was[2]) < 1 for now, was in zip(after, before, strict=True))
        below = row.locator(".fld").bounding_box()
        assert pane["y"] >= below["y"] + below["height"] or pane["x"] + pane["width"] <= below["x"]


def test_the_heading_stays_in_sight_and_covers_no_field(page):
    if page.viewport_size["width"] < 1000:
        # In cards every number has its name.
        expect(page.locator(".e-head")).to_be_hidden()
        expect(page.locator(".e-row dt").first).to_be_visible()
        return
    cells(page).last.focus()
    head = page.locator(".e-head").bounding_box()
    assert 0 <= head["y"] < 5
    assert page.evaluate(
        """([x, y]) => Boolean(document.elementFromPoint(x, y).closest(".e-head"))""",
        [head["x"] + 40, head["y"] + head["height"] / 2],
    )

    for _each in range(12):
        page.keyboard.press("ArrowUp")
        box = page.evaluate("document.activeElement.getBoundingClientRect().toJSON()")
        assert box["top"] >= head["y"] + head["height"]
    for _each in range(12):
        page.keyboard.press("Shift+Tab")
        box = page.evaluate("document.activeElement.getBoundingClientRect().toJSON()")
        assert box["top"] >= head["y"] + head["height"]


def test_the_first_empty_row_is_two_keys_away(page):
    cell = cell_at(page, 16)
    cell.fill("")
    cell.press("Enter")
    expect(page.locator(".e-row[data-missing]").first).to_be_attached()
    expect(page.locator("#n-unsaved")).to_be_empty()
    page.reload()
    empty = page.locator(".e-row[data-missing] input.cell").first
    name = empty.get_attribute("id")

    page.keyboard.press("Tab")
    expect(page.locator("#to-empty")).to_be_in_viewport()
    page.keyboard.press("Enter")

    expect(page.locator(f"#{name}")).to_be_focused()
    page.keyboard.type("7")
    page.keyboard.press("Enter")
    saved(page.locator(f"#{name}"))
    assert page.locator("#to-empty").get_attribute("href") != f"#{name}"


def test_from_field_to_field_are_few_tabs(page):
    # Of a row that asks nothing further: how it is counted, no figure, the ratio's arithmetic.
    plain = page.locator(".e-row:not(:has(.e-more)):has(input.cell)").all()
    assert len(plain) > 3
    for row in plain[:3]:
        row.locator("input.cell").focus()
        for _each in range(5 if row.locator(".how").count() else 4):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.matches('input.cell, .sendbar button')"):
                break
        else:
            raise AssertionError(row.inner_text())


def test_what_is_left_to_do_is_told_anew_by_every_save(page):
    cell = page.get_by_label("Hizmetten yararlanan yaşlı sayısı", exact=True)
    pk = row_of(cell).get_attribute("data-pk")
    of_row = page.locator(f"#hints [data-of='{pk}']", has_text="eksik")
    cell.fill("3.120")
    cell.press("Enter")
    texts = row_of(cell).locator("textarea")
    for at in range(2):
        texts.nth(at).fill("")
    page.keyboard.press("Tab")
    expect(of_row).to_contain_text("Sapma nedeni ve alınacak önlem eksik.")
    told = page.locator("#hints").inner_text()
    page.reload()
    assert page.locator("#hints").inner_text() == told

    for at in range(2):
        texts.nth(at).fill("İki ekip aracı bakımdaydı")
    page.keyboard.press("Tab")

    expect(of_row).to_have_count(0)
    told = page.locator("#hints").inner_text()
    page.reload()
    assert page.locator("#hints").inner_text() == told


def test_evidence_and_comments_open_beside_the_page(page):
    cell = cell_at(page, 13)
    row_of(cell).locator("[data-panel=comments]").click()
    panel = page.locator("#panel")
    expect(panel).to_be_visible()
    # A field of the panel keeps the same distance to both edges of its card.
    card, field = (
        panel.locator(f"form[action$='evidence/']{part}").bounding_box()
        for part in ("", " [name=link]")
    )
    left = field["x"] - card["x"]
    assert field["x"] + field["width"] <= card["x"] + card["width"] - left + 1
    panel.locator("textarea").fill("Ne zaman kesinleşir?")
    panel.locator("form[action$='comments/'] button").click()
    expect(panel.locator(".quote").last).to_contain_text("Ne zaman kesinleşir?")
    panel.locator("input[type=file]").set_input_files(
        {"name": "rapor.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7\n%%EOF\n"}
    )
    panel.locator("form[action$='evidence/'] button").click()
    expect(panel.locator("#evidence .rows")).to_contain_text("rapor.pdf")
    page.keyboard.press("Escape")

    expect(row_of(cell).locator(".n-comments")).not_to_be_empty()
    expect(row_of(cell).locator(".n-evidence")).not_to_be_empty()


def test_how_a_number_is_counted_is_settled_in_the_panel(page):
    row = row_of(cells(page).last if page.viewport_size["width"] > 400 else cells(page).nth(16))
    name = row.locator("label").first.inner_text()
    row.locator("[data-panel=kind]").click()
    page.locator("#panel [name=kind]").first.click()

    expect(page.locator("#panel")).to_be_hidden()
    own = row_of(page.get_by_label(name, exact=True))
    expect(own.locator("[data-panel=kind]")).to_have_count(0)


def test_what_another_person_typed_is_never_shown(window, signed_in, site, chromium):
    context, open_page = window
    page = open_page()
    cell = cell_at(page, 14)
    # Aborted before it leaves: going offline may cut the answer alone, and the number is saved.
    context.route("**/cells/*/", lambda route: route.abort("internetdisconnected"))
    cell.fill("987654")
    cell.press("Enter")
    expect(row_of(cell).locator(".state use")).to_have_attribute("href", "#i-x")
    page.close()
    context.unroute_all()
    context.clear_cookies()
    context.add_cookies(signed_in("inceleme")["cookies"])

    other = open_page()

    assert cell_at(other, 14).input_value() != "987.654"
    assert "987654" not in other.content()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    "address", [PAGE, f"{PAGE}send/", f"{PAGE}paste/", "cell", "closed"], ids=str
)
def test_axe_finds_nothing(window, address, scheme):
    _context, open_page = window
    page = open_page()
    page.emulate_media(color_scheme=scheme)
    if address == "cell":
        page.goto(page.locator("[data-panel]").first.get_attribute("href"))
    elif address == "closed":
        page.goto(PAGE.replace("2025", "2024"))
    else:
        page.goto(address)
    if address == PAGE:
        page.locator(".opt summary").first.click()
    # What sticks to the window's edges covers a part of any page that is longer than the window.
    height = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": page.viewport_size["width"], "height": height + 100})
    found = Axe().run(page, options=RULES)

    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("width", [320, 390, 1440])
def test_nothing_scrolls_sideways_and_every_target_is_large_enough(window, width):
    _context, open_page = window
    page = open_page()
    page.set_viewport_size({"width": width, "height": 800})
    for details in page.locator("details.opt").all()[:2]:
        details.locator("> summary").click()

    assert page.evaluate("document.documentElement.scrollWidth") <= width
    small = page.evaluate(
        """() => [...document.querySelectorAll("form#entry :is(a, button, summary, input, select)")]
        .filter((one) => one.checkVisibility() && !one.closest(".heard") && one.type !== "hidden")
        .map((one) => [one.outerHTML.slice(0, 90), one.getBoundingClientRect()])
        .filter(([, box]) => box.width > 0 && (box.width < 24 || box.height < 23.5))
        .map(([html]) => html)"""
    )
    assert small == []


def test_without_script_the_whole_form_is_sent(site, chromium, signed_in):
    context = chromium.new_context(
        base_url=site.url, java_script_enabled=False, storage_state=signed_in(WHO)
    )
    page = context.new_page()
    page.goto(PAGE)
    cell = page.locator("input.cell").nth(15)
    cell.fill("9o")
    page.locator("noscript button, .sendbar [name=save]").first.click()
    assert page.title().startswith(("Hata", "Error"))
    assert page.locator("input.cell").nth(15).input_value() == "9o"

    page.locator("input.cell").nth(15).fill("90")
    page.locator(".sendbar [name=save]").first.click()
    assert page.locator("input.cell").nth(15).input_value() == "90"
    page.locator(".sendbar [name=send]").click()
    assert page.url.endswith("/send/")
    context.close()


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_a_reason_that_a_reviewer_asks_for_is_written_in_a_closed_year(
    site, chromium, signed_in, script
):
    def open_page(who, address, **more):
        context = chromium.new_context(
            base_url=site.url, locale="tr-TR", storage_state=signed_in(who), **more
        )
        page = context.new_page()
        page.set_default_timeout(10 * SECONDS)
        page.goto(address)
        return page

    review = open_page("inceleme", "/review/mersin-2024-2026/2024/9/")
    asked = review.locator("tbody.grp", has_text="Sapma nedeni yok").first
    asked.locator("[name=rows]").check()
    name = asked.locator("th a").first.inner_text()
    review.locator("button[value=ask]").click()
    expect(review.locator("tbody.grp", has_text="Sapma nedeni istendi").first).to_be_visible()

    page = open_page(WHO, PAGE.replace("2025", "2024"), java_script_enabled=script)
    hint = page.locator("#hints [data-of] a", has_text=name)
    row = page.locator(f"#r{hint.locator('xpath=..').get_attribute('data-of')}")
    reason, measure = row.locator("textarea").all()
    reason.fill("Sel")
    if script:
        # What is asked for twice is saved once: not while the second is being written.
        measure.fill("Araç")
        page.wait_for_timeout(3.5 * SECONDS)
        expect(measure).to_have_value("Araç")
        page.locator("h1").click()
    else:
        page.locator(".sendbar [name=save]").click()
        expect(hint).to_have_count(1)
        measure.fill("Araç")
        page.locator(".sendbar [name=save]").click()
    expect(row.locator("textarea")).to_have_count(0)
    expect(hint).to_have_count(0)
    page.reload()
    expect(row).to_contain_text("Sapma nedeni: Sel")
    expect(row).to_contain_text("Alınacak önlem: Araç")
    for each in (review, page):
        each.context.close()
