"""What a person does, with the mouse, by keyboard, and without JavaScript."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.addresses import DASHBOARD, LIST


def sign_in(page, name, password):
    page.get_by_label("Kullanıcı adı").fill(name)
    page.get_by_label("Parola", exact=True).fill(password)
    page.get_by_role("button", name="Oturum aç").click()


def tab_to(page, locator, presses=200):
    """Press Tab until an element has the focus."""
    for _each in range(presses):
        page.keyboard.press("Tab")
        if locator.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError("the keyboard does not reach it")


def test_from_signing_in_to_one_indicator(visit, site):
    page = visit(who="")

    page.goto("/")
    expect(page).to_have_title(re.compile("Oturum aç"))
    sign_in(page, "inceleme", site.passwords["inceleme"])
    expect(page.get_by_role("heading", level=1)).to_contain_text("Bugün")
    page.get_by_role("link", name="Plan", exact=True).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("2024 gerçekleşmesi")
    expect(page.get_by_text("%82,8").first).to_be_visible()

    page.get_by_role("link", name="Ulaşım İşleri").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("7. Ulaşım İşleri Dairesi Başkanlığı")
    expect(page.locator(".say .score")).to_have_text("%55,0")

    row = page.locator("tr", has=page.get_by_role("rowheader", name="Erişilebilir otobüs sayısı"))
    summary = row.locator("summary")
    tab_to(page, summary)
    page.keyboard.press("Enter")
    arithmetic = row.get_by_text("5 ÷ 432 = %1,2")
    expect(arithmetic).to_be_visible()

    row.get_by_role("link", name="Göstergenin sayfası").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Erişilebilir otobüs sayısı")
    expect(page.get_by_role("heading", name="Geçmiş")).to_be_visible()


def test_a_wrong_password_is_told_and_the_name_is_kept(visit):
    page = visit(who="")

    page.goto("/accounts/login/")
    sign_in(page, "inceleme", "yanlış")

    expect(page.get_by_role("alert")).to_be_visible()
    expect(page).to_have_title(re.compile("^Hata:"))
    expect(page.get_by_label("Kullanıcı adı")).to_have_value("inceleme")


def test_signing_in_leads_to_the_page_that_was_wanted(visit, site):
    page = visit(who="")

    page.goto(f"{LIST}?status=low")
    sign_in(page, "okur", site.passwords["okur"])

    expect(page).to_have_url(re.compile(r"indicators/\?status=low$"))


def test_the_language_can_be_switched_and_stays(visit):
    page = visit()

    page.goto(f"{DASHBOARD}?reading=approved")
    page.get_by_role("button", name="English").click()
    expect(page).to_have_url(re.compile(r"2024/\?reading=approved$"))
    expect(page.get_by_role("heading", level=1)).to_have_text("2024 achievement")

    page.goto(DASHBOARD)
    expect(page.locator(".say .score")).to_have_text("82.8%")
    page.get_by_role("button", name="Türkçe").click()
    expect(page.locator(".say .score")).to_have_text("%82,8")


def test_signing_out_ends_the_visit(visit, site):
    page = visit(who="")
    page.goto("/")
    sign_in(page, "okur", site.passwords["okur"])

    page.locator(".menu > summary").click()
    page.get_by_role("button", name="Çıkış").click()
    expect(page.get_by_role("button", name="Oturum aç")).to_be_visible()
    page.goto(DASHBOARD)
    expect(page).to_have_url(re.compile("/accounts/login/"))


def test_branches_open_and_close_by_keyboard(visit):
    page = visit()
    page.goto(DASHBOARD)
    branch = page.locator(".units").get_by_role("link", name="Gönüllüler")
    box = page.get_by_role("checkbox", name="3 şube")

    expect(branch).to_be_hidden()
    tab_to(page, box)
    page.keyboard.press("Space")
    expect(branch).to_be_visible()
    page.keyboard.press("Space")
    expect(branch).to_be_hidden()


def test_the_first_tab_leads_past_the_navigation(visit):
    page = visit()
    page.goto(DASHBOARD)

    page.keyboard.press("Tab")
    skip = page.locator(".skip")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("#content$"))


def test_only_one_arithmetic_is_open_at_a_time(visit):
    page = visit()
    page.goto(f"{DASHBOARD}departments/7/")
    first, second = (
        page.locator("summary", has_text="%1,2"),
        page.locator("summary", has_text="%2,4"),
    )

    first.click()
    expect(page.get_by_text("5 ÷ 432 = %1,2")).to_be_visible()
    second.click()
    expect(page.get_by_text("120 ÷ 4.961 = %2,4")).to_be_visible()
    expect(page.get_by_text("5 ÷ 432 = %1,2")).to_be_hidden()


def test_a_status_leads_to_its_indicators(visit):
    page = visit()
    page.goto(DASHBOARD)

    page.locator(".legend").get_by_role("link", name="Bildirilmedi").click()

    expect(page).to_have_url(re.compile(r"indicators/\?status=not_reported$"))
    expect(page.locator(".pub th.indicator")).to_have_count(4)
    page.get_by_role("link", name="Tümünü göster").click()
    expect(page.locator(".pub th.indicator")).to_have_count(149)


def test_everything_works_without_javascript(visit, site):
    page = visit(who="", java_script_enabled=False)

    page.goto("/")
    sign_in(page, "inceleme", site.passwords["inceleme"])
    page.get_by_role("link", name="Plan", exact=True).first.click()
    expect(page.locator(".say .score")).to_have_text("%82,8")

    page.get_by_role("link", name="Göstergeler", exact=True).click()
    page.get_by_label("Metin").fill("DURAK")
    page.get_by_label("Durum").select_option("low")
    page.get_by_role("button", name="Süz").click()
    expect(page.get_by_role("rowheader", name="Durak sayısı", exact=True)).to_be_visible()
    expect(page.locator(".pub th.indicator")).to_have_count(1)

    page.locator(".pub summary").click()
    expect(page.get_by_text("120 ÷ 4.961 = %2,4")).to_be_visible()
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("button", name="Filter")).to_be_visible()


@pytest.mark.parametrize("width", [320, 390])
def test_a_phone_shows_each_row_as_a_card(visit, width):
    page = visit(width=width, has_touch=True)
    page.goto(f"{DASHBOARD}departments/7/")

    expect(page.locator(".pub thead")).to_be_hidden()
    row = page.locator("tr", has=page.get_by_text("Erişilebilir otobüs sayısı"))
    expect(row.get_by_text("432", exact=True)).to_be_visible()
    row.locator("summary").tap()
    expect(row.get_by_text("5 ÷ 432 = %1,2")).to_be_in_viewport()
