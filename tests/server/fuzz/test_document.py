"""The whole API description, thrown at the server by every kind of caller: never a 5xx, never somebody else's record,
and each answer is what the description says.
"""

import asyncio
import os
from pathlib import Path

from tests.server.fuzz import document
from tests.server.fuzz.ground import Ground
from tests.server.protocol.world import opened

EXAMPLES = int(os.environ.get("XUNFANG_FUZZ_EXAMPLES", "20"))


def test_every_operation(world_url: str | None, tmp_path: Path) -> None:
    with asyncio.Runner() as runner:
        world = opened(tmp_path / "data", world_url)
        ground = runner.run(Ground(runner.run(world.__aenter__())).prepare())
        try:
            sent = {
                operation.label: document.throw(runner, ground, operation, document.settings(EXAMPLES), None)
                for operation in document.operations(ground)
            }
        finally:
            runner.run(world.__aexit__(None, None, None))
    assert len(sent) >= 20
    assert sum(sent.values()) >= len(sent) * EXAMPLES // 2, sent
