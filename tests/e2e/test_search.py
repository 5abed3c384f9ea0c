"""The search field by keyboard."""

from tests.e2e.addresses import LIST


def test_a_key_leads_to_the_search_and_help_is_for_the_page(visit):
    page = visit()
    page.goto(LIST)

    page.keyboard.press("/")
    page.keyboard.type("isik 4.1/1")
    field = page.locator(".top-in > .find input")
    assert field.input_value() == "isik 4.1/1", "where one types, it is a letter"
    field.fill("isik")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/?q=isik")
    assert page.locator("#indicators mark").first.text_content() == "ışık"

    page.go_back()
    page.locator(".to-help").press("Enter")
    page.wait_for_url("**/help/#page-indicators")
    assert page.locator("#page-indicators").is_visible()
