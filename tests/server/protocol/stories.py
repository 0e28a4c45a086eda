"""Beginnings that several tests share: an inspection in a state, with the people who brought it there."""

from typing import Any

from tests.server.protocol.gestures import Hand
from tests.server.protocol.world import World


async def draft(world: World, *members: str, **failed: dict[str, Any]) -> tuple[str, list[Hand]]:
    """ann's draft with every on-site check answered; the others have joined. Everyone has seen everything."""
    phones = await world.team("ann", *members)
    ann = phones[0]
    inspection = ann.start()
    ann.answer_all(inspection, **failed)
    await ann.sync()
    for member in phones[1:]:
        await member.sync()
        member.do(inspection, "join")
        await member.sync()
    await ann.sync()
    return inspection, phones


async def submitted(world: World, *members: str, **failed: dict[str, Any]) -> tuple[str, Hand, Hand]:
    """The inspection after ann's submission, ann's phone and the supervisor sue's, who has seen it."""
    inspection, phones = await draft(world, *members, **failed)
    world.clock.advance(60_000)
    phones[0].do(inspection, "submit")
    sue = await world.phone("sue", synced=False)
    await phones[0].sync()
    await sue.sync()
    return inspection, phones[0], sue


async def returned(world: World, *items: str) -> tuple[str, Hand, Hand]:
    """The inspection after sue gave these items back; ann has seen it."""
    inspection, ann, sue = await submitted(world)
    sue.do(inspection, "return_items", items=dict.fromkeys(items or ("A-1",), "look again"))
    await sue.sync()
    await ann.sync()
    return inspection, ann, sue


async def approved(world: World) -> tuple[str, Hand, Hand]:
    """The inspection after sue's approval; ann has seen it."""
    inspection, ann, sue = await submitted(world)
    sue.do(inspection, "approve")
    await sue.sync()
    await ann.sync()
    assert sue.row("inspection", inspection)["status"] == "approved", sue.out.results
    return inspection, ann, sue
