"""Running one history to its quiet end."""

import shutil
from pathlib import Path

import pytest

import server.door.flush
import server.sync.pull
from tests.server.model.ending import end
from tests.server.model.history import History
from tests.server.model.judge import all_invariants
from tests.server.protocol.world import opened

STEPS = 200


async def play(seeded: Path, folder: Path, seed: int) -> History:
    """One history, judged. Odd seeds are played with pages so small that nearly every reply has a sequel."""
    shutil.copytree(seeded, folder)
    with pytest.MonkeyPatch.context() as patch:
        if seed % 2:
            patch.setattr(server.sync.pull, "PAGE_ROWS", 5)
            patch.setattr(server.door.flush, "RECORDS_PER_REV", 3)
        async with opened(folder) as world:
            history = History(world, seed)
            await history.begin()
            await history.run(STEPS)
            await history.calm()
            await all_invariants(history)
            await end(history)
    return history
