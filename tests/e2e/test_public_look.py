"""Every page of a published year as a stranger sees it: light and dark, wide and narrow."""

import pytest

from tests.e2e.addresses import PUBLIC_PAGES
from tests.e2e.test_look import nothing_in_the_way, nothing_sideways

every_page = pytest.mark.parametrize("name", PUBLIC_PAGES)


@pytest.fixture
def opened(visit_published):
    def open_page(name):
        page = visit_published("")
        response = page.goto(PUBLIC_PAGES[name])
        assert response.status == 200
        return page

    return open_page


@every_page
def test_nothing_stands_in_anybodys_way(opened, name):
    nothing_in_the_way(opened(name))


@every_page
def test_no_page_scrolls_sideways(opened, name):
    nothing_sideways(opened(name))
