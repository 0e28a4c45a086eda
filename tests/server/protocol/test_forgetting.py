"""Protocol §5: what left an audience is told for 180 days; whoever was away for longer fills anew (hazard 44)."""

import pytest

from server.database.query import fetch
from server.sync.forgetting import KEPT_MS, forget
from tests.server.phone import differences
from tests.server.protocol.gestures import PASS
from tests.server.protocol.seed import DAY
from tests.server.protocol.stories import draft
from tests.server.protocol.world import World


async def gone_entries() -> int:
    return int((await fetch("SELECT COUNT(*) FROM feed WHERE gone = 1"))[0][0])


@pytest.fixture
async def moved(world: World) -> World:
    """A branch with work in it was moved away from the county of some."""
    await draft(world)
    await world.phone("mara")
    await world.move("north", "county2")
    assert await gone_entries() > 0
    return world


async def test_nothing_is_forgotten_before_its_time(moved: World) -> None:
    before = await gone_entries()
    assert await forget(moved.clock.advance(KEPT_MS)) == 0
    assert await gone_entries() == before


async def test_old_entries_go_and_new_ones_stay(moved: World) -> None:
    moved.clock.advance(KEPT_MS + DAY)
    await moved.move("east", "county2")
    newer = await fetch("SELECT COUNT(*) FROM feed WHERE gone = 1 AND changed_at = ?", moved.clock())
    assert await forget(moved.clock()) > 0
    assert await gone_entries() == newer[0][0] > 0


async def test_forgetting_again_keeps_the_horizon(moved: World) -> None:
    horizon = await forget(moved.clock.advance(KEPT_MS + DAY))
    assert await forget(moved.clock.advance(DAY)) == horizon > 0


async def test_a_cursor_below_the_horizon_is_answered_as_null(world: World) -> None:
    """The phone was away while the branch left its county, and for half a year after."""
    inspection, (ann,) = await draft(world)
    await world.phone("mara")
    await world.move("north", "county2")
    await forget(world.clock.advance(KEPT_MS + DAY))
    ann.check(inspection, "A-1.b", PASS)
    await world.sign_in(ann.http, "ann", device=ann.device)
    request = ann.request()
    assert request["cursor"] is not None
    reply = (await ann.send(request)).json()
    assert reply["ack"] == ann.out.next - 1, "the work is taken all the same"
    fresh = await world.phone("ann", synced=False)
    first = (await fresh.send(fresh.request())).json()
    same = ("audiences", "cursor", "fill", "rows", "gone", "more")
    assert {name: reply.get(name) for name in same} == {name: first.get(name) for name in same}


async def test_a_cursor_at_the_horizon_goes_on(moved: World) -> None:
    """Whoever has heard of all that was forgotten is told only what is new."""
    phone = await moved.phone("ann")
    await forget(moved.clock.advance(KEPT_MS + DAY))
    await moved.sign_in(phone.http, "ann", device=phone.device)
    response = await phone.send(phone.request())
    assert response.status_code == 200
    assert "rows" not in response.json()
    assert not differences(phone, await moved.phone("ann"))
