"""Some kills of the whole browser, at seeded moments; `make kills` does many."""

import os
from pathlib import Path

from playwright.sync_api import Playwright

from tests.journeys.kills import live
from tests.journeys.running import Server

KILLS = int(os.environ.get("XUNFANG_BROWSER_KILLS", "4"))
SEED = 7


def test_a_killed_browser_loses_nothing_it_confirmed_and_doubles_nothing(
    playwright: Playwright, server: Server, tmp_path: Path
) -> None:
    kinds = live(playwright, server, tmp_path / "profile", SEED, KILLS)
    assert kinds.total() == KILLS
