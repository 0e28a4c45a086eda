"""What counts for a branch's month, and that nothing counts twice."""

import asyncio
from datetime import datetime, timedelta, timezone

import pytest

from tests.server.protocol.world import World
from tests.server.rebuild import tables_are_the_log
from tests.server.visits.rounds import close, closed, counts, customer, visit

CHINA = timezone(timedelta(hours=8))


def ms(*when: int) -> int:
    """A moment on China's clocks, epoch ms."""
    return int(datetime(*when, tzinfo=CHINA).timestamp() * 1000)  # type: ignore[arg-type, misc]


async def test_met_visits_ride_alongs_and_cards_count(world: World) -> None:
    kim, mara, sue = await world.team("kim", "mara", "sue")
    of = customer(kim)
    await closed(kim, of)
    await closed(kim, of, result="not_met")
    await closed(kim, of, kind="en_route")
    await closed(kim, of, kind="reception")
    await closed(kim, kind="card", result="left_word")
    await closed(mara, kind="ride_along")
    visit(kim, of)
    for hand in (kim, mara, sue):
        await hand.sync()
        assert counts(hand) == (1, 1, 1)
    await tables_are_the_log()


async def test_a_visit_and_its_card_in_one_group_count_once_each(world: World) -> None:
    kim = await world.phone("kim")
    of = customer(kim)
    one, card = visit(kim, of, result="met"), visit(kim, of, kind="card", result="met")
    close(kim, one)
    close(kim, card)
    request = kim.request()
    first = await kim.send(request)
    assert first.status_code == (await kim.send(request)).status_code == 200
    kim.take(request, first)
    await kim.sync()
    assert counts(kim) == (1, 0, 1)


async def test_a_correction_counts_in_place_of_what_it_corrects(world: World) -> None:
    kim = await world.phone("kim")
    of = customer(kim)
    wrong = await closed(kim, of)
    right = await closed(kim, of, corrects=wrong)
    assert counts(kim) == (1, 0, 0)
    last = await closed(kim, of, corrects=right, result="not_met")
    assert counts(kim) == (0, 0, 0)
    kim.act("visit", last, "void", {"reason": "x"})
    await kim.sync()
    assert counts(kim) == (1, 0, 0)
    kim.act("visit", right, "void", {"reason": "x"})
    await kim.sync()
    assert counts(kim) == (1, 0, 0), "the first stands again"
    kim.act("visit", wrong, "void", {"reason": "x"})
    await kim.sync()
    assert counts(kim) == (0, 0, 0)
    await tables_are_the_log()


async def test_two_corrections_of_one_visit_count_once(world: World) -> None:
    kim, mara = await world.team("kim", "mara")
    of = customer(kim)
    wrong = await closed(kim, of)
    await mara.sync()
    world.clock.advance(1000)
    await closed(kim, of, corrects=wrong)
    world.clock.advance(1000)
    second = await closed(mara, of, corrects=wrong, result="not_met")
    await kim.sync()
    assert counts(kim) == (0, 0, 0), "the later one stands"
    mara.act("visit", second, "void", {"reason": "x"})
    await mara.sync()
    assert counts(mara) == (1, 0, 0)
    await tables_are_the_log()


async def test_a_month_is_that_of_the_visit_on_the_operators_clocks(world: World) -> None:
    kim = await world.phone("kim")
    of = customer(kim)
    october = await closed(kim, of, started_at=ms(2026, 10, 31, 23, 59))
    await closed(kim, of, started_at=ms(2026, 11, 1, 0, 0))
    assert (counts(kim, "2026-10"), counts(kim, "2026-11")) == ((1, 0, 0), (1, 0, 0))
    await closed(kim, of, started_at=ms(2026, 11, 1, 9, 0), corrects=october)
    assert (counts(kim, "2026-10"), counts(kim, "2026-11")) == ((0, 0, 0), (2, 0, 0))
    await tables_are_the_log()


async def test_a_date_no_calendar_knows_is_survived(world: World) -> None:
    kim = await world.phone("kim")
    await closed(kim, kind="card", started_at=9_007_199_254_740_991)
    assert counts(kim, "9999-12") == (0, 0, 1)


@pytest.mark.parametrize("round_", range(3))
async def test_phones_that_close_at_once_lose_no_count(world: World, round_: int) -> None:
    hands = await world.team(*["kim"] * 3, *["mara"] * 3)
    for hand in hands:
        close(hand, visit(hand, kind="card", result="met"))
    await asyncio.gather(*(hand.turn() for hand in hands))
    await hands[0].sync()
    assert counts(hands[0]) == (0, 0, len(hands))


async def test_who_sees_a_quota(world: World) -> None:
    kim = await world.phone("kim")
    await closed(kim, kind="card")
    seen = [login for login in ("kim", "mara", "sue", "ann", "zed", "root") if (await world.phone(login)).rows("quota")]
    assert seen == ["kim", "mara", "sue"]
    n = kim.edit("quota", kim.rows("quota")[0]["id"], {"visits": 10})
    assert await kim.fate(n) == "refused server_field"
