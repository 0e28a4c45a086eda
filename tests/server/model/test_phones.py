"""Seeded histories of several phones with every fault of the network; the invariants of protocol §10 at their end.

`XUNFANG_HISTORIES` says how many (default 16), `XUNFANG_SEED` where to begin: a failing seed is in the test's name.
"""

import os
from pathlib import Path

import pytest

from tests.server.model.play import play

FIRST = int(os.environ.get("XUNFANG_SEED", "1"))
MANY = int(os.environ.get("XUNFANG_HISTORIES", "16"))


@pytest.mark.parametrize("seed", range(FIRST, FIRST + MANY))
async def test_history(seeded: Path, tmp_path: Path, seed: int) -> None:
    await play(seeded, tmp_path / "data", seed)


async def test_same_seed_same_trace(seeded: Path, tmp_path: Path) -> None:
    one = await play(seeded, tmp_path / "one", FIRST)
    two = await play(seeded, tmp_path / "two", FIRST)
    assert one.trace == two.trace


async def test_histories_are_eventful(seeded: Path, tmp_path: Path) -> None:
    """A model in which nothing happens proves nothing."""
    said: set[str] = set()
    for seed in range(FIRST, FIRST + 4):
        history = await play(seeded, tmp_path / str(seed), seed)
        said |= {phone.said(n) for phone in history.phones for n in phone.out.changes}
        said |= {line.split(" ", 1)[1].rsplit(" ", 3)[0] for line in history.trace}
    assert {"applied", "superseded", "conflict concurrent_edit", "held late_evidence", "refused locked"} <= said
    assert {"crash", "lost request", "lost reply", "doubled", "late", "grant", "move", "store"} <= said
