"""Histories in which every fill is read from kept pages as far as it can be; the invariants hold as they do without."""

from collections import Counter
from typing import Any

import pytest

from server.sync import snapshots
from tests.server.model.mutants_of_pages import crowded
from tests.server.model.plan import draw
from tests.server.model.play import Theatre

SEEDS = range(1, 9)


@pytest.fixture
def looked(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often a page was there and true, was there and no longer true, or was to be made first."""
    crowded(monkeypatch)
    look, counted = snapshots.Snapshots.look, Counter[str]()

    async def counting(self: snapshots.Snapshots, epoch: int, audience: str, start: Any, *rest: Any) -> Any:
        kept = self.shelf.find(epoch, audience, start)
        found = await look(self, epoch, audience, start, *rest)
        counted[f"{'kept' if kept else 'new'} {type(found).__name__}"] += 1
        return found

    monkeypatch.setattr(snapshots.Snapshots, "look", counting)
    return counted


def test_histories_of_a_crowd(theatre: Theatre, database: str, looked: Counter[str]) -> None:
    for seed in SEEDS:
        theatre.play(draw(seed), database)
    assert looked["kept Page"] > 100, "pages were served"
    assert looked["new Wish"] > 100
    assert looked["kept Wish"] > 5, "some were no longer true"
