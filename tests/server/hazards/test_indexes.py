"""What is asked of the log goes along an index: it only grows, and some of this is asked while everybody waits."""

import re
from collections.abc import Sequence
from typing import Any

import pytest

from server.customers.erasing import outside_of
from server.customers.retention import forget_late, forget_old
from server.database import current_engine
from server.database.query import fetch
from tests.server.protocol.gestures import FAIL, PASS, finding_id
from tests.server.protocol.test_late import overtaken, settle_late
from tests.server.protocol.world import World
from tests.server.settling.desk import decide, waiting
from tests.server.visits.test_desk import get
from tests.server.visits.test_erasing import erase
from tests.server.visits.test_erasing_untaken import late

Asked = dict[str, Sequence[Any]]


@pytest.fixture
def database() -> str:
    return "sqlite"


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch, world: World) -> Asked:
    """Every statement that looks into the log or changes it, and what it was given."""
    heard: Asked = {}
    kind = type(current_engine())

    def note(sql: str, args: Sequence[Any]) -> None:
        if re.search(r"\b(FROM|JOIN|UPDATE) log\b", sql):
            heard[sql] = args

    def listening(run: Any) -> Any:
        async def one(self: Any, sql: str, args: Sequence[Any]) -> Any:
            note(sql, args)
            return await run(self, sql, args)

        return one

    for name in ("fetch", "look_up", "execute"):
        monkeypatch.setattr(kind, name, listening(getattr(kind, name)))
    each = kind.execute_each

    async def all_of(self: Any, statements: Any) -> Any:
        for sql, rows in statements:
            note(sql, rows[0])
        return await each(self, statements)

    monkeypatch.setattr(kind, "execute_each", all_of)
    return heard


async def scans(asked: Asked) -> list[str]:
    """Statements that read the whole log, or all of it that is of one type or device, and how they go about it."""
    found = []
    for sql, args in list(asked.items()):
        if "MAX(id)" in sql:
            continue
        plan = [row[3] for row in await fetch(f"EXPLAIN QUERY PLAN {sql}", *args)]
        found += [f"{line}: {sql}" for line in plan if re.match(r"SCAN (log|l)\b", line)]
        found += [f"{line}: {sql}" for line in plan if re.search(r"INDEX log_\w+ \((type|device)=\?\)", line)]
    return found


async def test_erasing_and_settling(world: World, asked: Asked) -> None:
    _, sue, mara, of = await late(world)
    held = await waiting(sue)
    await decide(sue, held[:1], "dismiss", "x")
    await decide(sue, held[1:], "dismiss", "x")
    await erase(mara, of)
    await forget_old(world.app.state.settings, outside_of(world.app), world.clock())
    await forget_late(outside_of(world.app), world.clock())
    assert any("settle_held" in sql for sql in asked)
    assert await scans(asked) == []


async def test_late_work_what_was_sent_once_more_and_bases_of_long_ago(world: World, asked: Asked) -> None:
    inspection, ann, bob, sue = await overtaken(world)
    n = bob.check(inspection, "A-1.a", FAIL)
    once_more = bob.request()
    await bob.sync()
    assert (await bob.send(once_more)).status_code == 200
    await bob.http.post("/api/rescue/here", json={"device": bob.device})
    settle_late(sue, inspection, [bob.device, n], take=True)
    await sue.sync()
    await get(sue, f"/api/history/inspection/{inspection}")
    other = ann.start()
    first = ann.check(other, "A-1.a", FAIL)
    ann.check(other, "A-1.a", PASS)
    await ann.sync()
    about = {"type": "finding", "id": finding_id(other, "A-1")}
    ann.put({**about, "set": {"checks.A-1.a": [FAIL, [ann.device, first]]}})
    await ann.sync()
    assert await scans(asked) == []
    told = "\n".join(asked)
    assert all(part in told for part in ("n BETWEEN", "SELECT result", "UPDATE log SET times", "SELECT times"))
