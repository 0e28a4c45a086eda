"""What supervisors find at their desk of work that was set aside, and what they decide."""

from typing import Any

from tests.server.protocol.gestures import Hand
from tests.server.protocol.seed import HOUR
from tests.server.protocol.world import World
from tests.server.visits.test_desk import get, post

Held = list[dict[str, Any]]


async def waiting(hand: Hand, status: str = "open") -> Held:
    """What this person finds at their desk."""
    held: Held = (await get(hand, "/api/held", status=status))["held"]
    return held


async def decide(hand: Hand, held: Held, how: str = "take", reason: str = "看过了") -> dict[str, Any]:
    answer = await post(hand, "/api/held/settle", changes=[one["change"] for one in held], how=how, reason=reason)
    assert answer.status_code == 200, answer.text
    settled: dict[str, Any] = answer.json()
    return settled


async def fates(hand: Hand) -> dict[tuple[int, int], str]:
    """What this person is told of their own work that was set aside."""
    held = (await get(hand, "/api/held/own"))["held"]
    return {(one["change"][0], one["change"][1]): one["status"] for one in held}


async def withdrawn(world: World, login: str, role: str) -> None:
    """Their right over the branches goes while they are out."""
    world.clock.advance(HOUR)
    await world.grant(login, (role, "city2"))
