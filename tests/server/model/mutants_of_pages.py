"""Deliberate faults about the pages that are kept for fills, in histories where nearly every fill is read from them."""

from typing import Any

import pytest

from server.sync import snapshots
from tests.server.model.faults import FaultyPhone
from tests.server.model.history import History
from tests.server.model.plan import Event
from tests.server.phone import Cache

Patch = pytest.MonkeyPatch
TURNS = 25
"""So many round trips of a fill come between two events, if it takes that many."""


def crowded(patch: Patch) -> None:
    """No fault, but what those below need: phones fill again and again, all by pages, and these are small."""
    patch.setattr(snapshots, "LARGE", 1)
    patch.setattr(snapshots, "MOST_ROWS", 3)
    patch.setattr(snapshots.Snapshots, "_in_demand", lambda *_: True)
    step = History._step

    async def emptied(history: History, phone: FaultyPhone, event: Event) -> str:
        if event.dice % 4 == 0 and not phone.cut:
            phone.cache = Cache()
            phone.saved("cache")
            for _ in range(TURNS):
                await phone.turn()
                if phone.quiet:
                    break
        return await step(history, phone, event)

    patch.setattr(History, "_step", emptied)


def kept_pages_are_believed(patch: Patch) -> None:
    """Invariants 1 and 6: a page is served although something in it changed, moved away or was withdrawn."""

    async def always(*_: Any) -> bool:
        return True

    crowded(patch)
    patch.setattr(snapshots, "is_current", always)


def kept_pages_lack_a_row(patch: Patch) -> None:
    """Invariant 1: the fill goes on behind a page that does not hold all that stands before."""
    pack = snapshots.pack
    crowded(patch)
    patch.setattr(snapshots, "pack", lambda rows: pack({name: some[:2] for name, some in rows.items()}))


PAGES = (kept_pages_are_believed, kept_pages_lack_a_row)
