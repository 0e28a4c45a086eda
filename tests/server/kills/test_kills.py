"""Killed under load: what was acknowledged is kept, nothing is half there, nothing is doubled, no row is skipped.

`XUNFANG_KILLS` says how often in all; `python -m tests.server.kills` goes deep.
"""

import asyncio
import os

import pytest

from tests.server.databases import BOTH
from tests.server.kills import lives
from tests.server.kills.places import Places

KILLS = int(os.environ.get("XUNFANG_KILLS") or 20)


@pytest.mark.parametrize("database", BOTH)
def test_the_server(places: Places, database: str) -> None:
    with places.server(database) as server:
        seen = asyncio.run(lives.of_server(server, seed=1, kills=max(1, KILLS * 3 // 10)))
    assert seen["changes acknowledged"] > 0
    assert seen["pictures read back"] > 0


def test_one_of_several_workers(places: Places) -> None:
    with places.server("postgresql") as server:
        seen = asyncio.run(lives.of_workers(server, seed=2, kills=max(1, KILLS * 3 // 20)))
    assert seen["workers killed"] > 0


def test_the_database(places: Places) -> None:
    with places.server("postgresql") as server:
        seen = asyncio.run(lives.of_database(server, places.cluster(), seed=3, kills=max(3, KILLS * 5 // 20)))
    assert seen["answered unavailable"] > 0


def test_the_process_that_watches_over_the_workers(places: Places) -> None:
    with places.server("postgresql") as server:
        server.workers = lives.WORKERS
        asyncio.run(lives.of_watcher(server))


def test_a_worker_while_the_database_is_away(places: Places) -> None:
    with places.server("postgresql") as server:
        server.workers = lives.WORKERS
        asyncio.run(lives.of_worker_without_database(server, places.cluster()))
