"""Each planted fault is caught: what these tests demand can fail. The seed is one that catches it."""

import asyncio

import pytest

from tests.server.kills import lives
from tests.server.kills.places import Places

CAUGHT_BY = {
    "acknowledged before commit": ("sqlite", 1),
    "rows before their feed": ("sqlite", 1),
    "watermark after the commit": ("sqlite", 1),
    "cursor ahead": ("sqlite", 1),
    "bytes kept in memory": ("sqlite", 1),
    "announced before stored": ("sqlite", 1),
}
MOST = 12
"""So many kills at most; most faults show at the first."""


@pytest.mark.parametrize("mutant", CAUGHT_BY)
def test_caught(places: Places, mutant: str) -> None:
    database, seed = CAUGHT_BY[mutant]
    with places.server(database) as server, pytest.raises(ExceptionGroup) as caught:
        asyncio.run(lives.of_server(server, seed, MOST, mutant=(("tests.server.kills.mutants", mutant),)))
    assert caught.group_contains(AssertionError)


def test_a_lost_commit_called_done(places: Places) -> None:
    mutant = (("tests.server.kills.mutants", "lost commit called done"),)
    with places.server("postgresql") as server, pytest.raises(ExceptionGroup) as caught:
        asyncio.run(lives.of_database(server, places.cluster(), 1, MOST, mutant, ways=("whole push",)))
    assert caught.group_contains(AssertionError)
