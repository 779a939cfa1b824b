"""What `bench.opening` measures, looked at once and not timed."""

import pytest
from browsing import Town
from playwright.sync_api import Browser

from bench.opening import visits
from web.front import files

pytestmark = pytest.mark.browser


def test_a_first_visit_fetches_the_pages_files_at_once_and_a_later_one_none(
    browser: Browser, town: Town
) -> None:
    first, later = visits(browser, town.url, town.busy[0])
    assert first.first_post > 0 and later.first_post > 0
    of_the_desk = {name for name in files().contents if name.startswith("desk")}
    assert len(files().contents) - len(of_the_desk) >= first.files > 30
    assert later.files == 0
