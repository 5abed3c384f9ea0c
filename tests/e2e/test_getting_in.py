"""Getting in, in a real browser: invited by letter, an app's code, a passkey, away for long."""

from __future__ import annotations

import base64
import email
import email.policy
import hashlib
import hmac
import re
import struct
import time
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.e2e.conftest import SECONDS
from tests.e2e.test_look import RULES

PASSWORD = "kedi-masa-49-dolap"


def code_of(secret, step=0):
    counter = struct.pack(">Q", int(time.time()) // 30 + step)
    digest = hmac.new(base64.b32decode(secret), counter, hashlib.sha1).digest()
    start = digest[-1] & 15
    number = struct.unpack(">I", digest[start : start + 4])[0] & 0x7FFFFFFF
    return f"{number % 10**6:06}"


def link_for(folder, address):
    """Return the path of the link in the newest letter to an address."""
    for file in sorted((folder / "mail").iterdir(), reverse=True):
        letter = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
        if letter["To"] == address:
            text = letter.get_body(("plain",)).get_content()
            return urlsplit(re.search(r"^https?://\S+$", text, re.MULTILINE)[0]).path
    raise AssertionError(f"no letter to {address}")


def sign_in(page, who, password):
    page.goto("/accounts/login/")
    page.fill("[name=username]", who)
    page.fill("[name=password]", password)
    page.click("form.sheet button")


def be_inside(page):
    page.wait_for_selector(".menu")
    page.wait_for_load_state()  # going on earlier would cut it off, which counts as a fault


def sign_out(page):
    page.click(".menu summary")
    page.click(".menu form button")
    page.wait_for_url("**/accounts/login/")


def invite(visit, name):
    """Make and invite a person as an administrator does."""
    page = visit("yonetici")
    page.goto("/admin/accounts/user/add/")
    page.fill("[name=username]", name)
    page.fill("[name=email]", f"{name}@example.org")
    expect(page.locator("[name=invited]")).to_be_checked()
    page.click("[name=_save]")
    page.wait_for_selector(".success")


def come_in(site, visit, name):
    """Accept an invitation in a new browser; return its page, signed in."""
    invite(visit, name)
    page = visit("")
    page.goto(link_for(site.folder, f"{name}@example.org"))
    page.fill("[name=password1]", PASSWORD)
    page.fill("[name=password2]", PASSWORD)
    page.click("form.sheet button")
    be_inside(page)
    return page


def test_an_invited_person_sets_her_password_and_signs_in_with_it(site, visit):
    page = come_in(site, visit, "davetli")
    sign_out(page)
    sign_in(page, "davetli@example.org", PASSWORD)
    be_inside(page)
    page.goto("/accounts/")
    expect(page.locator("main")).to_contain_text("davetli")
    page.goto(link_for(site.folder, "davetli@example.org"))
    expect(page.locator("h1")).to_have_text("Davet artık geçerli değil")


def test_an_app_is_set_up_and_asked(site, visit):
    page = come_in(site, visit, "uygulamali")
    page.goto("/accounts/second-step/app/")
    secret = page.input_value("#secret")
    page.fill("[name=code]", code_of(secret))
    page.click("main form button")
    expect(page.locator(".written li")).to_have_count(10)
    spare = page.locator(".written li").first.text_content()
    sign_out(page)
    sign_in(page, "uygulamali", PASSWORD)
    page.fill("[name=code]", spare)
    page.click("form.sheet button")
    be_inside(page)
    expect(page.locator("body")).to_contain_text("uygulamali")


def test_a_passkey_signs_in_after_the_password_and_alone(site, visit, chromium):
    come_in(site, visit, "anahtarli")
    # Passkeys belong to a host's name; an address has none.
    context = chromium.new_context(
        base_url=site.url.replace("127.0.0.1", "localhost"), locale="tr-TR"
    )
    context.set_default_timeout(10 * SECONDS)
    page = context.new_page()
    device = context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
        "hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    key = device.send("WebAuthn.addVirtualAuthenticator", {"options": options})

    sign_in(page, "anahtarli", PASSWORD)
    be_inside(page)
    page.goto("/accounts/passkeys/add/")
    page.fill("[name=password]", PASSWORD)  # is it you?
    page.click("form.sheet button")
    page.fill("[name=name]", "Masaüstü")
    page.click("form[data-passkey] button")
    expect(page.locator("h1")).to_have_text("Kurtarma kodları")
    sign_out(page)

    sign_in(page, "anahtarli", PASSWORD)
    page.wait_for_url("**/second-step/enter/")
    page.click("form[data-passkey] button")
    be_inside(page)
    sign_out(page)

    page.click("form[data-passkey] button")
    be_inside(page)
    page.goto("/accounts/")
    expect(page.locator("main")).to_contain_text("Masaüstü")

    # Without the device the page says so and stays usable.
    sign_out(page)
    device.send("WebAuthn.removeVirtualAuthenticator", key)
    off = {**options, "hasResidentKey": False, "hasUserVerification": False, "transport": "usb"}
    device.send("WebAuthn.addVirtualAuthenticator", {"options": off})
    page.click("form[data-passkey] button")
    expect(page.locator("form[data-passkey] [role=alert]")).not_to_be_empty()
    context.close()


def test_a_page_left_alone_asks_and_keeps_what_was_typed(visit):
    page = visit("inceleme")
    page.clock.install()
    dialog = page.locator("#session")
    page.goto("/accounts/")
    expect(dialog).to_be_hidden()
    page.route("**/accounts/stay/", lambda route: route.fulfill(json={"left": 120}))
    page.clock.run_for(58 * 60 * SECONDS)
    expect(dialog).to_be_visible()
    expect(dialog).to_contain_text("Hâlâ burada mısınız?")
    page.unroute("**/accounts/stay/")
    page.route("**/accounts/stay/", lambda route: route.fulfill(json={"left": 3600}))
    page.click("#session button.primary")
    expect(dialog).to_be_hidden()


def test_after_the_end_the_page_stays_and_its_forms_work_again(site, visit):
    page = visit("")
    sign_in(page, "okur", site.passwords["okur"])
    be_inside(page)
    page.goto("/accounts/")
    page.locator("[name=wants_reminders]").uncheck()
    # Signed in anew in another tab: the token is another one.
    other = page.context.new_page()
    other.goto("/")
    sign_out(other)
    sign_in(other, "okur", site.passwords["okur"])
    be_inside(other)
    page.click("form[aria-labelledby=mail] button")
    expect(page.locator(".messages")).to_contain_text("kaydedildi")


def test_leaving_takes_along_ones_own_drafts_after_asking(site, visit):
    page = visit("")
    sign_in(page, "koordinator", site.passwords["koordinator"])
    be_inside(page)
    user = page.locator("#session").get_attribute("data-user")
    page.evaluate(f"localStorage.setItem('yeap:{user}:/x:1', '1')")
    page.evaluate("localStorage.setItem('yeap:0:/x:1', '1')")
    page.once("dialog", lambda asked: asked.dismiss())
    page.click(".menu summary")
    page.click(".menu form button")
    expect(page.locator(".menu")).to_be_visible()
    page.once("dialog", lambda asked: asked.accept())
    page.click(".menu form button")
    page.wait_for_url("**/accounts/login/")
    assert page.evaluate("Object.keys(localStorage)") == ["yeap:0:/x:1"]


PAGES = ("login/", "password/reset/", "password/reset/sent/", "invitation/x/", "inactive/")
OWN_PAGES = ("", "password/", "address/", "second-step/app/", "passkeys/add/")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_every_page_of_getting_in_is_accessible(site, visit, scheme, width):
    page = visit("", width=width, color_scheme=scheme)
    for path in PAGES:
        look(page, path)
    page = visit("inceleme", width=width, color_scheme=scheme)
    look(page, "reauthenticate/?next=/accounts/")
    page.fill("[name=password]", site.passwords["inceleme"])
    page.click("form.sheet button")
    page.wait_for_url("**/accounts/", wait_until="networkidle")
    for path in OWN_PAGES:
        look(page, path)


def look(page, path):
    page.goto(f"/accounts/{path}")
    found = Axe().run(page, options=RULES)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
