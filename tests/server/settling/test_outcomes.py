"""What a phone is told became of its work that was set aside."""

import pytest

from server.settling import queries
from tests.server.protocol.gestures import FAIL
from tests.server.protocol.seed import DAY, HOUR
from tests.server.protocol.test_late import overtaken
from tests.server.protocol.world import World
from tests.server.reply import check_problem
from tests.server.settling.desk import decide, waiting
from tests.server.visits.test_desk import get


async def test_a_phone_asks_for_what_was_decided_since_it_asked_last(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    inspection, _, bob, sue = await overtaken(world)
    numbers = [
        bob.check(inspection, "A-1.a", FAIL),
        bob.check(inspection, "A-2.a", FAIL),
        bob.note(inspection, "A-2", "x"),
    ]
    await bob.sync()
    held = await waiting(sue)
    assert [one["status"] for one in (await get(bob, "/api/held/own"))["held"]] == ["open"] * 3
    told, next_ = [], (await get(bob, "/api/held/own"))["next"]
    monkeypatch.setattr(queries, "MOST_TOLD", 1)
    for one in held[:2]:
        world.clock.advance(HOUR)
        await decide(sue, [one], "dismiss", "x")
    for _ in range(2):
        world.clock.advance(1)
        some = await get(bob, "/api/held/own", since=next_)
        told += [(one["change"][1], one["status"]) for one in some["held"]]
        next_ = some["next"] + 1
    assert told == [(n, "dismissed") for n in numbers[:2]], "what waits is not told again; the rest comes the next time"
    world.clock.advance(HOUR)
    assert (await get(bob, "/api/held/own", since=world.clock() - HOUR))["held"] == []
    for _ in range(3):
        world.clock.advance(25 * DAY)
        found = [one["status"] for one in (await get(bob, "/api/held/own"))["held"]]
    assert found == ["open"], "the phone has long let go of the others"
    check_problem(await bob.http.get("/api/held/own?since=x"), 400, "bad_request")
