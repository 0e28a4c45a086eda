"""How often a request asks the database: a number that does not grow with what it carries."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from server.database import current_engine
from tests.server.protocol.gestures import PASS
from tests.server.protocol.seed import ONSITE
from tests.server.protocol.stories import draft
from tests.server.protocol.world import World


def of_another_task() -> bool:
    """Whether it is asked by what comes round again, not for the request."""
    task = asyncio.current_task()
    return task is not None and task.get_name().startswith("recurring")


@pytest.fixture
def asked(world: World, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The statements since it was cleared last."""
    heard: list[str] = []

    def listening(work: Callable[..., Any]) -> Callable[..., Any]:
        async def told(engine: Any, statement: Any, *rest: Any) -> Any:
            # other processes are told some time after the reply
            if not (of_another_task() or "pg_notify" in str(statement)):
                heard.append(str(statement))
            return await work(engine, statement, *rest)

        return told

    engine = type(current_engine())
    for name in ("fetch", "look_up", "execute", "execute_each"):
        monkeypatch.setattr(engine, name, listening(getattr(engine, name)))
    return heard


async def test_an_empty_sync_asks_twice(world: World, asked: list[str]) -> None:
    ann = await world.phone("ann")
    asked.clear()
    await ann.turn()
    assert len(asked) == 2, "who asks, and how things stand"


async def test_a_push_asks_as_often_for_many_changes_as_for_one(world: World, asked: list[str]) -> None:
    inspection, (ann,) = await draft(world)
    counts = []
    for items in (list(ONSITE)[:1], list(ONSITE)[1:]):
        for item in items:
            ann.check(inspection, ONSITE[item][0], PASS)
        asked.clear()
        await ann.turn()
        counts.append(len(asked))
    assert counts[0] == counts[1]
