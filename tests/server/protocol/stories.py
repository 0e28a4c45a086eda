"""Beginnings that several tests share: an inspection in a state, with the people who brought it there."""

from typing import Any

from tests.server.protocol.gestures import Hand, finding_id
from tests.server.protocol.world import World

SOME_ID = "0197a000-0000-7000-8000-000000000001"


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


async def shared(world: World, *others: str, skews: tuple[int, ...] = ()) -> tuple[str, list[Hand]]:
    """A draft of ann's with an empty finding A-1, and the phones of ann and other members who have seen it."""
    phones = [
        await world.phone(login, skew=skew)
        for login, skew in zip(("ann", *others), skews or (0,) * (len(others) + 1), strict=True)
    ]
    ann = phones[0]
    inspection = ann.start()
    ann.write(inspection, "A-1", {})
    await ann.sync()
    for member in phones[1:]:
        await member.sync()
        if member.person != ann.person:
            member.do(inspection, "join")
        await member.sync()
    for phone in phones:
        await phone.sync()
    return inspection, phones


async def all_sync(*phones: Hand) -> None:
    for phone in (*phones, *phones):
        await phone.sync()


def correct(
    phone: Hand, inspection: str, answers: dict[str, Any], reason: str | None = "I was there", **extra: Any
) -> int:
    item = next(iter(answers)).split(".")[0]
    arguments = {"set": answers} if reason is None else {"set": answers, "reason": reason}
    return phone.act("finding", finding_id(inspection, item), "correct", arguments, **extra)


def edit(type_: str = "inspection", id_: str = SOME_ID, **sets: Any) -> dict[str, Any]:
    """An edit as it travels, but for its number and time."""
    return {"type": type_, "id": id_, "set": sets}


async def among_good_ones(phone: Hand, change: dict[str, Any]) -> str:
    """What becomes of a change between two good ones, which must both apply."""
    before = phone.start()
    n = phone.put(change)
    after = phone.start("south")
    fate = await phone.fate(n)
    assert phone.has("inspection", before)
    assert phone.has("inspection", after)
    return fate
