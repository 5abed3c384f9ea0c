"""From an installation with nothing in it to the first value that was sent, without /admin/."""

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import OPERATOR
from tests.e2e.test_entry import cells, saved
from tests.e2e.test_getting_in import PASSWORD, be_inside, link_for, sign_in

TABLE = """Birim;Kod;Faaliyet;Gösterge;Mevcut durum;Hedef 2027;Hedef 2028
1. Ulaşım Dairesi Başkanlığı;4.1.1;Durakları aydınlatmak;Aydınlatılan durak sayısı;12;20;30
"""


@pytest.fixture
def windows(visit_empty):
    """Open windows that note whether anybody came to the administration."""
    seen = []

    def window():
        page = visit_empty("")
        page.on("request", lambda request: seen.append(request.url))
        return page

    yield window
    assert [url for url in seen if "/admin/" in url] == []


def heading(page, text):
    expect(page.get_by_role("heading", level=1)).to_have_text(text)


def invite(page, name, task, unit=""):
    page.goto("/settings/people/")
    page.fill("[name=email]", f"{name}@example.org")
    page.fill("[name=first_name]", name.title())
    page.check(f"[name=task][value={task}]")
    for ticked in page.locator("[name=units]:checked").all():
        ticked.uncheck()
    if unit:
        page.get_by_label(unit).check()
    page.click("form.invite button")
    expect(page.locator(".messages")).to_contain_text(f"{name}@example.org")


def come_in(site, window, name):
    """Accept an invitation that was read in the mail folder."""
    page = window()
    page.goto(link_for(site.folder, f"{name}@example.org"))
    page.fill("[name=password1]", PASSWORD)
    page.fill("[name=password2]", PASSWORD)
    page.click("form.sheet button")
    be_inside(page)
    return page


def set_the_municipality_up(page):
    """As the operator: from the first page on to its name and contact."""
    page.goto("/")
    page.get_by_role("link", name="Kuruluma başla").click()
    heading(page, "Kurulum")
    page.get_by_role("link", name="Adı ve iletişimi yaz").click()
    page.fill("[name=name]", "Işıklı Belediyesi")
    page.fill("[name=contact_phone]", "0324 000 00 00")
    page.press("[name=contact_phone]", "Enter")
    expect(page.locator(".messages")).to_contain_text("Kaydedildi")


def bring_the_plan_in(page, folder):
    """As the administrator: the plan's table, seen before it is applied."""
    page.goto("/")
    expect(page.locator(".road .now")).to_contain_text("Plan")
    page.get_by_role("link", name="Kurulumu sürdür").click()
    page.get_by_role("link", name="Planın dosyasını oku").click()
    file = folder / "plan.csv"
    file.write_text(TABLE, encoding="utf-8")
    page.set_input_files("[name=file]", file)
    page.fill("[name=name]", "Eşitlik Eylem Planı")
    page.get_by_role("button", name="Önizle").click()
    page.get_by_role("button", name="Uygula").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("plan.csv")


def open_the_year(page):
    page.goto("/settings/start/")
    expect(page.locator(".set-up-steps .now h2")).to_have_text("5. İlk yılı aç")
    page.get_by_role("link", name="2027 yılını aç").click()
    page.get_by_role("button", name="Yılı aç").click()
    page.goto("/settings/start/")
    expect(page.locator(".set-up-so-far")).to_contain_text("5/5")


def enter_and_send(page):
    """As the coordinator: from her first page to the value that is sent."""
    heading(page, "Bugün")
    page.get_by_role("link", name="Girişe başla").click()
    page.wait_for_load_state()  # until its scripts are there, nothing is saved by itself
    field = cells(page).first
    field.fill("21")
    field.press("Enter")
    saved(field)
    page.goto("/")
    page.get_by_role("link", name="Gözden geçirip gönder").click()
    page.get_by_role("button", name="Seçilenleri gönder").click()
    page.wait_for_load_state()


def test_four_people_set_up_and_send_the_first_value(empty_site, windows, tmp_path):
    operator = windows()
    sign_in(operator, OPERATOR, empty_site.passwords[OPERATOR])
    be_inside(operator)
    set_the_municipality_up(operator)
    invite(operator, "yonetici", "administrator")

    administrator = come_in(empty_site, windows, "yonetici")
    bring_the_plan_in(administrator, tmp_path)
    invite(administrator, "duraklar", "coordinator", "Ulaşım Dairesi Başkanlığı")
    invite(administrator, "bakan", "reviewer")
    open_the_year(administrator)

    coordinator = come_in(empty_site, windows, "duraklar")
    enter_and_send(coordinator)

    reviewer = come_in(empty_site, windows, "bakan")
    heading(reviewer, "Bugün")
    expect(reviewer.get_by_role("main")).to_contain_text("Ulaşım Dairesi Başkanlığı")
    expect(reviewer.get_by_role("main")).to_contain_text("1 değer")
