"""Nonsense at the sync and at uploads, the same each time: no 5xx, no leak, no trace of what was refused."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.server.fuzz import syncing, uploading
from tests.server.fuzz.ground import Ground
from tests.server.protocol.world import opened

REQUESTS = 6 * int(os.environ.get("XUNFANG_FUZZ_EXAMPLES", "20"))


@pytest.fixture
async def ground(world_url: str | None, tmp_path: Path) -> AsyncIterator[Ground]:
    async with opened(tmp_path / "data", world_url) as world:
        yield await Ground(world).prepare()


async def test_nonsense_at_the_sync(ground: Ground) -> None:
    fates = await syncing.torment(ground, 1, REQUESTS)
    assert {"400", "413", "415", "200"} <= fates.keys(), fates
    assert sum(count for fate, count in fates.items() if fate.startswith("refused")) >= REQUESTS // 4, fates


async def test_nonsense_at_uploads(ground: Ground) -> None:
    fates = await uploading.torment(ground, 1, REQUESTS)
    assert {"201", "204", "400", "401", "404", "409", "412", "415"} <= fates.keys(), fates
