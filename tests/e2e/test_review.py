"""Reviewing with the keyboard alone, on a desk and on a phone; without script, too."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.e2e.addresses import REVIEW

# What is entered here, in a year that runs, is no other test's matter. Four rows are due in it.
QUEUE = f"{REVIEW}2025/12/"
ROWS = "table[data-keys] > tbody"


@pytest.fixture(scope="module")
def links(visit_once):
    """Return the addresses where the unit's four values are written, in printed order."""
    visit_once.goto(QUEUE)
    page = visit_once
    found = page.locator(".rev .actions a").evaluate_all("links => links.map(a => a.pathname)")
    assert len(found) >= 4
    return found


@pytest.fixture(scope="module")
def visit_once(site, chromium, signed_in):
    """Hold a page of the administrator: nobody approves what she wrote herself."""
    context = chromium.new_context(
        base_url=site.url, locale="tr-TR", storage_state=signed_in("yonetici")
    )
    yield context.new_page()
    context.close()


def write(page, address):
    """Write a value that reaches its target: look at its effect, then save."""
    page.goto(address)
    target = page.locator(".counts dd").nth(1).inner_text()
    page.fill("[name=number]", target)
    page.keyboard.press("Enter")
    page.fill("[name=reason]", "Birim telefonla bildirdi")
    page.locator("[name=save]").click()
    page.wait_for_url(f"**{QUEUE}")


def focused_row(page):
    return page.evaluate("() => document.activeElement.closest('tbody')?.id ?? ''")


def press_until_row(page):
    """Press Tab until the focus stands in the table."""
    for _each in range(120):
        page.keyboard.press("Tab")
        if page.evaluate("() => !!document.activeElement.closest('[data-keys]')"):
            return
    raise AssertionError("Tab never reaches the table")


@pytest.mark.parametrize(("width", "rows"), [(1440, (0, 1)), (390, (2, 3))])
def test_a_value_is_approved_and_another_returned_with_the_keyboard(
    visit, visit_once, links, width, rows
):
    for at in rows:
        write(visit_once, links[at])
    page = visit(width=width)
    page.goto(QUEUE)
    assert page.locator(ROWS).count() == 2
    ids = page.locator(ROWS).evaluate_all("rows => rows.map(row => row.id)")
    press_until_row(page)
    assert focused_row(page) == ids[0]

    # Down, up, tick, untick; the button says how many rows it speaks of.
    page.keyboard.press("j")
    assert focused_row(page) == ids[1]
    page.keyboard.press("ArrowUp")
    assert focused_row(page) == ids[0]
    counter = page.locator("[data-count]")
    before = int(counter.inner_text())
    was_ticked = page.locator(f"#{ids[0]} [name=rows]").is_checked()
    page.keyboard.press("Space")
    assert int(counter.inner_text()) == before + (-1 if was_ticked else 1)
    page.keyboard.press("?")
    assert page.locator("#keys").is_visible()
    assert Axe().run(page, "dialog").response["violations"] == []
    page.keyboard.press("Escape")
    assert focused_row(page) == ids[0]

    # Approve: the page comes back at the next row.
    with page.expect_navigation():
        page.keyboard.press("a")
    page.wait_for_selector(".messages")
    assert page.locator(ROWS).count() == 1
    page.wait_for_function(f"() => document.activeElement.closest('tbody')?.id === '{ids[1]}'")

    # Return: the focus is in the row's own note, and letters are letters there.
    page.keyboard.press("r")
    note = f"#{ids[1].replace('r-', 'note-')}"
    assert page.evaluate("() => document.activeElement.id") == note[1:]
    page.keyboard.type("jarn?")
    assert page.locator(note).input_value() == "jarn?"
    page.keyboard.press("Tab")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.wait_for_selector(".messages")
    assert page.locator(ROWS).count() == 0


def press_until(page, selector, key="Tab"):
    """Press Tab until the focus stands on what a selector names."""
    for _each in range(250):
        page.keyboard.press(key)
        if page.evaluate("name => document.activeElement.matches(name)", selector):
            return
    raise AssertionError(f"Tab never reaches {selector}")


@pytest.mark.parametrize(("width", "unit", "rows"), [(1440, "3", 2), (390, "13", 1)])
def test_all_are_verified_and_taken_back_with_the_keyboard(visit, width, unit, rows):
    address = f"{REVIEW}2024/{unit}/"
    page = visit(width=width)
    page.goto(address)

    press_until(page, "a[href*='select=all']")
    page.keyboard.press("Enter")
    page.wait_for_url("**?select=all#queue")
    assert page.locator("[data-count]").first.inner_text() == str(rows)
    press_until(page, "button[value=approve]")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.wait_for_selector(".messages")
    assert page.locator("#verified tbody").count() == rows
    assert Axe().run(page).response["violations"] == []

    # The page goes on at the next unit: one key, and only outside of fields.
    page.wait_for_function("() => document.activeElement.matches('[data-next]')")
    page.locator("#note").focus()
    page.keyboard.press("n")
    assert page.locator("#note").input_value() == "n"
    page.locator("[data-next]").focus()
    with page.expect_navigation():
        page.keyboard.press("n")
    assert f"/2024/{unit}/" not in page.url and page.url.endswith("#queue")

    # Back, and each verification taken back at its row.
    for left in range(rows - 1, -1, -1):
        page.goto(address)
        press_until(page, "#verified > summary")
        if page.locator("#verified:not([open])").count():  # something waits above it
            page.keyboard.press("Enter")
        press_until(page, "#verified [data-give-back] > summary")
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        page.keyboard.type("Yanlış satır")
        page.keyboard.press("Tab")
        assert page.evaluate("() => document.activeElement.value.startsWith('unapprove:')")
        with page.expect_navigation():
            page.keyboard.press("Enter")
        page.wait_for_selector(".messages")
        assert page.locator("#verified tbody").count() == left
    assert page.locator(ROWS).count() == rows
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_missing_note_is_told_at_its_row_without_script(visit):
    page = visit(java_script_enabled=False)
    page.goto(f"{REVIEW}2024/7/")
    page.locator("input[name=rows]").nth(2).check()
    page.locator("[data-give-back] > summary").first.click()
    page.locator("button[value^='return:']").first.click()
    alert = page.locator("[role=alert]")
    assert alert.count() == 1 and alert.locator("xpath=ancestor::tbody").count() == 1
    assert page.locator("input[name=rows]:checked").count() == 1


def test_the_buttons_say_how_many_rows_are_ticked(visit):
    page = visit()
    page.goto(f"{REVIEW}2024/verify/")
    counters = page.locator("[data-count]")
    assert counters.all_inner_texts() == ["0", "0"]
    press_until(page, "input[name=rows]")
    page.keyboard.press("Space")
    assert counters.all_inner_texts() == ["1", "1"]


def test_keys_do_nothing_outside_the_table(visit):
    page = visit()
    page.goto(f"{REVIEW}2024/7/")
    page.locator("#note").focus()
    page.keyboard.press("a")
    assert page.locator("#note").input_value() == "a"
    page.locator("h1").click()
    page.keyboard.press("a")
    page.keyboard.press("?")
    assert page.url.endswith(f"{REVIEW}2024/7/")
    assert not page.locator("#keys").is_visible()


def test_without_script_the_buttons_do_all_of_it(visit):
    page = visit(java_script_enabled=False)
    page.goto(f"{REVIEW}2024/7/")
    assert page.locator("[data-help]").is_hidden()

    page.locator("a[href*='ask=1']").click()
    note = page.locator("#note").input_value()
    assert "427" in note
    # A note is asked for; nothing is returned.
    page.locator("#note").fill("")
    page.locator("button[value=return]").click()
    assert page.locator("[role=alert]").is_visible()
    assert page.locator("input[name=rows]:checked").count() == 5

    page.goto(f"{REVIEW}2024/7/")
    assert page.locator("input[name=rows]:checked").count() == 0
    page.locator("a[href*='select=all']").click()
    ticked = page.locator("input[name=rows]:checked").count()
    assert ticked and page.locator("[data-count]").inner_text() == str(ticked)


def test_an_answer_is_shown_before_it_is_given(visit):
    page = visit()
    page.goto(f"{REVIEW}2024/7/")
    page.locator("button[name=code][value=increment]").first.click()
    page.wait_for_selector(".shifts")
    assert "%55,0" in page.locator(".shifts").inner_text()
    assert Axe().run(page).response["violations"] == []
    page.set_viewport_size({"width": 320, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.locator("form.sheet a").click()
    page.wait_for_selector(ROWS)
