"""One browser, and one server over a small village, for all tests of the page."""

import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pandas as pd
import pytest
from asking import Asking
from browsing import DESK, Town
from filled_graphs import Fill, Prepared
from playwright.sync_api import Browser, Page, expect, sync_playwright
from records import kept

from feed.memory import ViewerMemory
from graph.ingest import ingest_tables
from village.world import NOW, World
from web.app import create_app
from web.serve import serving

REQUIRED = os.environ.get("RESONANCE_REQUIRE_CHROMIUM") == "1"
PATIENCE = 30_000
"""Milliseconds for which a condition is waited for."""
NEW = pd.DataFrame({"id": [f"app:user:{name}" for name in "abcdefgh"]})
NEW = NEW.assign(username="new-" + NEW["id"].str[-1], privacy="public")
"""Who came after the village was planted, for few in it did nothing yet."""


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium; skips where there is none, fails where CI wants one."""
    path = shutil.which("chromium")
    if path is None:
        reason = "no Chromium: install Debian's chromium"
        pytest.fail(reason) if REQUIRED else pytest.skip(reason)
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        # As root, as CI is, Chromium has no sandbox; it sees this server alone.
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def town(
    prepared: Prepared,
    derived_village: Fill,
    village: World,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Town]:
    folder = tmp_path_factory.mktemp("browser")
    began = time.monotonic()

    def clock() -> float:
        return NOW + time.monotonic() - began

    with ExitStack() as stack:
        store = prepared.open_copy(derived_village, folder / "village", stack)
        ingest_tables(store, {"users": NEW})
        asking = Asking(folder / "asking")
        memory = stack.enter_context(ViewerMemory(None))
        beside = kept(folder, store)
        opened = create_app(store, memory=memory, clock=clock)
        closed = asking.app(
            store,
            memory=memory,
            clock=clock,
            records=beside.records,
            model_name=beside.later,
        )
        acts = village.tables["viewed"]["source"].value_counts()
        users = village.tables["users"].query("privacy == 'public'")
        users = users.assign(did=users["id"].map(acts).fillna(0))
        yield Town(
            url=stack.enter_context(serving(opened)),
            closed=stack.enter_context(serving(closed)),
            asking=asking,
            kept=beside,
            fresh=[*users.loc[users["did"] == 0, "username"], *NEW["username"]],
            quiet=users[users["did"] > 0].nsmallest(40, "did")["username"].tolist(),
            busy=users.nlargest(20, "did")["username"].tolist(),
        )


Opening = Callable[..., Page]


@pytest.fixture
def opened(browser: Browser, town: Town) -> Iterator[Opening]:
    """Opens the page; at the end nothing went wrong in it, and it asked no foreign host."""
    wrong: list[str] = []
    with ExitStack() as stack:

        def open_page(
            viewer: str | None = None,
            size: tuple[int, int] = DESK,
            scheme: str = "light",
            url: str = town.url,
            fragment: str = "",
            path: str = "/",
        ) -> Page:
            width, height = size
            context = stack.enter_context(
                browser.new_context(
                    viewport={"width": width, "height": height},
                    color_scheme=scheme,  # type: ignore[arg-type]
                    reduced_motion="reduce",
                )
            )
            context.set_default_timeout(PATIENCE)
            page = context.new_page()
            page.on("pageerror", lambda error: wrong.append(str(error)))
            page.on("console", lambda said: _note(wrong, said.type, said.text))
            page.on("request", lambda asked: _home(wrong, asked.url, url))
            page.goto(f"{url}{path}#{f'viewer={viewer}' if viewer else fragment}")
            return page

        yield open_page
    assert not wrong


def _note(wrong: list[str], kind: str, text: str) -> None:
    # The browser itself notes each refused request, which the page says in its own words.
    if kind in ("error", "warning") and "Failed to load resource" not in text:
        wrong.append(text)


def _home(wrong: list[str], asked: str, url: str) -> None:
    if not asked.startswith(f"{url}/"):
        wrong.append(f"asked {asked}")
