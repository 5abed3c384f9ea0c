"""Every page in light and dark, wide and narrow, and on paper."""

import io

import pdfplumber
import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.e2e.addresses import DASHBOARD, LIST, PAGES

# Every rule of WCAG 2.2 A and AA and of best practice, also those axe leaves off by default.
RULES = {
    "resultTypes": ["violations"],
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    },
    "rules": {"target-size": {"enabled": True}},
}
# All that can differ between light and dark.
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
# Axe takes a second for a few dozen rows, and one that looks like two others says nothing new:
# built of the same elements with the same classes and roles. Of a long table no more than its
# first rows and those of another look stay.
SHORTEN = """() => {
    const states = "current|disabled|expanded|pressed|sort"
    const telling = RegExp(
        `^(aria-(${states})|data-.*|checked|disabled|hidden|lang|open|role|type)$`
    )
    const look = one => `<${one.tagName}.${[...one.classList].sort().join(".")}`
        + [...one.attributes].map(a => a.name).filter(name => telling.test(name)).sort().join(" ")
        + `>${[...one.children].map(look).join("")}</>`
    const kinds = ["li", "tr", "tbody", "article", "[role=radiogroup]", ".k-grp", ".match"]
    for (const kind of kinds) {
        const parents = new Set([...document.querySelectorAll(kind)].map(one => one.parentElement))
        for (const parent of parents) {
            const seen = {}
            for (const one of [...parent.children].filter(one => one.matches(kind))) {
                const key = look(one)
                seen[key] = (seen[key] || 0) + 1
                if (seen[key] > 2) one.remove()
            }
        }
    }
    document
        .querySelectorAll(":is(tbody, tr, li):nth-of-type(n + 16), article:nth-of-type(n + 5)")
        .forEach(one => one.remove())
}"""
MM = 96 / 25.4

every_page = pytest.mark.parametrize("name", PAGES)


@pytest.fixture
def opened(visit):
    """Open one of ``PAGES`` as someone who meets it."""

    def open_page(name, **options):
        who = {
            "login": "",
            "home": "koordinator",
            "tagging": "yonetici",
            "copy": "yonetici",
            "everybody": "yonetici",
            "somebody": "yonetici",
            **dict.fromkeys(("units", "a unit", "merging", "titles"), "yonetici"),
        }.get(name, "inceleme")
        page = visit(who, **options)
        page.goto(PAGES[name])
        if name == "indicator":
            page.goto(page.locator(".pub .pop a").first.get_attribute("href"))
        if name == "planned indicator":
            page.locator(".planned-one th a").first.click()
            page.fill("[name=target-2024-written]", "50")
            page.locator(".settings-body .btn.primary").click()
            page.wait_for_selector("[name=looked]", state="attached")
        if name == "correction":
            page.goto(page.locator(".rev .actions a").first.get_attribute("href"))
            page.fill("[name=number]", "8")
            page.keyboard.press("Enter")
            page.wait_for_selector("[name=save]")
        return page

    return open_page


def violations(page, within=None, rules=RULES):
    return [
        f"{found['id']} ({found['impact']}): {node['target']} {node['failureSummary']}"
        for found in Axe().run(page, within, rules).response["violations"]
        for node in found["nodes"]
    ]


@every_page
def test_nothing_stands_in_anybodys_way(opened, name):
    nothing_in_the_way(opened(name))


def nothing_in_the_way(page):
    """Look at a page wide and narrow, in light and dark; it is shortened by that."""
    page.evaluate(SHORTEN)
    for width in (1440, 390):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme="light")
        assert violations(page) == [], f"{width} px, light"
        page.emulate_media(color_scheme="dark")
        assert violations(page, rules=COLOURS) == [], f"{width} px, dark"


@pytest.mark.parametrize("width", [1440, 390])
def test_what_opens_stands_in_nobodys_way_either(opened, width):
    page = opened("department", width=width)

    page.locator(".pub summary").first.click()
    assert violations(page, ".pub") == []

    page.locator(".menu > summary").click()
    assert violations(page, ".menu") == []


@every_page
def test_no_page_scrolls_sideways(opened, name):
    nothing_sideways(opened(name))


def nothing_sideways(page):
    for width in (1440, 1024, 768, 390, 320):
        page.set_viewport_size({"width": width, "height": 900})
        inside = page.evaluate(
            "() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]"
        )
        assert inside[0] <= inside[1], f"{width} px"


@pytest.mark.parametrize("address", [LIST, f"{DASHBOARD}departments/11/"])
def test_the_head_of_a_long_table_stays_in_sight(visit, address):
    page = visit()
    page.goto(address)

    for fraction in (0.3, 0.6, 0.9):
        page.evaluate("part => scrollTo(0, document.body.scrollHeight * part)", fraction)
        seen = page.evaluate(
            """() => [...document.querySelectorAll(".pub thead th")].map(head => {
                const box = head.getBoundingClientRect()
                const top = document.elementFromPoint(box.left + box.width / 2, box.top + 3)
                return box.top >= 0 && box.bottom < innerHeight && head.contains(top)
            })"""
        )
        assert len(seen) == 11  # columns
        assert all(seen)


def test_the_focus_is_never_under_the_sticky_head(visit):
    page = visit()
    page.goto(f"{DASHBOARD}departments/11/")
    page.locator(".pub summary").last.focus()

    covers = []
    for _each in range(25):
        page.keyboard.press("Shift+Tab")
        covers.append(
            page.evaluate(
                """() => {
                    const focus = document.activeElement, box = focus.getBoundingClientRect()
                    const top = document.elementFromPoint(box.left + 2, box.top + box.height / 2)
                    return focus.contains(top) ? "" : `${focus.outerHTML} at ${box.top}`
                }"""
            )
        )
    assert not any(covers)


# On paper


def cut_cells(page, table, width):
    """Return the cells of a table that reach beyond a sheet's inner width."""
    return page.evaluate(
        """([table, width]) => [...document.querySelectorAll(`${table} :is(th, td)`)]
            .filter(cell => cell.offsetWidth && (
                cell.getBoundingClientRect().right > width + 1
                || (cell.scrollWidth > cell.clientWidth + 1 && !cell.querySelector(".heard"))
            ))
            .map(cell => cell.textContent.trim())""",
        [table, width],
    )


@pytest.mark.parametrize(
    ("address", "tables", "sheet"),
    [
        (DASHBOARD, [".units", ".heat", ".objs"], 210),
        (f"{DASHBOARD}departments/11/", [".units"], 210),
        (f"{DASHBOARD}departments/11/", [".pub"], 297),
        (LIST, [".pub"], 297),
    ],
    ids=["dashboard", "branches", "department", "list"],
)
def test_no_column_is_cut_on_paper(visit, address, tables, sheet):
    page = visit()
    page.goto(address)
    page.emulate_media(media="print")
    inner = int((sheet - 24) * MM)
    page.set_viewport_size({"width": inner, "height": 900})

    for table in tables:
        assert page.locator(table).first.is_visible()
        assert cut_cells(page, table, inner) == []


def printed(page):
    """Return the sheets of a page on paper, each with its text and its letters."""
    paper = page.pdf(prefer_css_page_size=True, print_background=True)
    with pdfplumber.open(io.BytesIO(paper)) as document:
        return [
            (sheet.width, sheet.height, sheet.extract_text(), sheet.chars)
            for sheet in document.pages
        ]


@pytest.mark.parametrize(
    ("address", "words"),
    [
        (DASHBOARD, ["%82,8", "Planın tümü", "13", "Amaç 8"]),
        (f"{DASHBOARD}departments/11/", ["%73,6", "Gönüllüler", "8.4"]),
    ],
    ids=["dashboard", "department"],
)
def test_a_printed_page_keeps_its_margins(visit, address, words):
    page = visit()
    page.goto(address)

    sheets = printed(page)

    margin = 11 * MM * 72 / 96
    for width, _height, _text, letters in sheets:
        seen = [letter for letter in letters if letter["text"].strip()]
        assert seen, "an empty sheet"
        assert min(letter["x0"] for letter in seen) >= margin
        assert max(letter["x1"] for letter in seen) <= width - margin
    whole = " ".join(text for _width, _height, text, _letters in sheets)
    for word in words:
        assert word in whole
    # The published table lies across; its head and its last column are on every such sheet.
    across = [text for width, height, text, _letters in sheets if width > height]
    assert bool(across) == ("departments" in address)
    for text in across:
        assert "Sorumlu birim" in text
        assert "Durum" in text


def test_a_printed_queue_is_of_one_unit(visit):
    page = visit()
    page.goto(PAGES["queue"])

    whole = " ".join(text for _width, _height, text, _letters in printed(page))

    assert "Ulaşım İşleri" in whole
    assert "Kim bildirdi?" not in whole
