"""What was done on a phone after it was locked out waits for a supervisor, by whatever way it comes; what was done
before counts as ever; and nothing counts twice that came by a file and by the next sign-in.
"""

from typing import Any

import pytest

import server.rescue.acts
import tests.server.phone
from tests.server.protocol.gestures import FAIL, PASS, Hand, finding_id
from tests.server.protocol.seed import HOUR
from tests.server.protocol.world import World
from tests.server.rebuild import tables_are_the_log
from tests.server.rescue.making import keys_of, made_on
from tests.server.rescue.test_rescue import report
from tests.server.settling.desk import decide, fates, waiting
from tests.server.visits.rounds import comment, customer, visit
from tests.server.visits.test_erasing import erase


async def lock_out(world: World, phone: Hand) -> Hand:
    """An administrator puts it out of use; returns the administrator."""
    world.clock.advance(HOUR)
    root = await world.phone("root")
    assert (await root.http.delete(f"/api/devices/{phone.device}")).status_code == 204
    world.clock.advance(HOUR)
    return root


async def again(world: World, phone: Hand, *, only: int | None = None) -> Hand:
    """Its person signs in again: what waits (or the first ``only`` of it) goes on under the new number."""
    world.clock.advance(HOUR)
    client = world.client()
    session = (await world.sign_in(client, world.logins[phone.person], device=phone.device)).json()
    assert session["device"] != phone.device
    new = Hand(client, session, world.clock, phone.skew, seed=99)
    new.reach = world.reach
    world.logins[new.person] = world.logins[phone.person]
    unsent = phone.unsent[:only]
    order = {change["n"]: index for index, change in enumerate(unsent, 1)}
    for change in unsent:
        new.put({**change, "n": order[change["n"]], **moved(change, phone.device, new.device, order)})
    return new


def moved(change: dict[str, Any], old: int, new: int, order: dict[int, int]) -> dict[str, Any]:
    def base(id_: list[int]) -> list[int]:
        return [new, order[id_[1]]] if id_[0] == old and id_[1] in order else id_

    if "set" not in change:
        return {}
    return {"set": {path: [value, *map(base, bases)] for path, (value, *bases) in change["set"].items()}}


async def here(phone: Hand, device: int, **holding: Any) -> Any:
    reply = await phone.http.post("/api/rescue/here", json={"device": device, **holding})
    return reply.json() if reply.status_code == 200 else reply.json()["code"]


async def test_the_work_of_before_counts_and_that_of_after_waits_until_a_supervisor_takes_it(world: World) -> None:
    ann, sue = await world.team("ann", "sue")
    ann.skew = -5 * HOUR
    inspection = ann.start()
    ann.check(inspection, "A-1.a", PASS)
    await lock_out(world, ann)
    late = ann.check(inspection, "A-1.a", FAIL)
    found = ann.start()
    ann.check(found, "A-1.a", FAIL)
    ann.note(found, "A-1", "and a word about it")
    ann.do(found, "submit")
    new = await again(world, ann)
    after = new.check(inspection, "A-2.a", PASS)
    await new.sync()
    said = [new.said(n) for n in sorted(new.out.changes)]
    assert said == ["applied", "applied", *["held revoked"] * 5, "applied"]
    assert (late, after) == (3, 8)
    held = await waiting(sue)
    assert {(one["person"], one["code"]) for one in held} == {(ann.person, "revoked")}
    assert [one["change"][1] for one in held] == [3, 4, 5, 6, 7]
    assert all(one["branch"] for one in held)
    await sue.sync()
    assert sue.answer(inspection, "A-1.a") == PASS
    assert (await decide(sue, held))["missed"] == []
    await new.sync()
    await sue.sync()
    assert sue.answer(inspection, "A-1.a") == FAIL
    assert sue.row("inspection", found)["status"] == "submitted"
    assert set((await fates(new)).values()) == {"taken"}
    await world.agree(sue)
    await tables_are_the_log()


async def test_so_it_does_when_a_file_brings_it(world: World) -> None:
    ann, sue = await world.team("ann", "sue")
    keys = await keys_of(ann.http)
    inspection = ann.start()
    ann.check(inspection, "A-1.a", PASS)
    root = await lock_out(world, ann)
    ann.check(inspection, "A-1.a", FAIL)
    found = await report(root, made_on(ann, keys, []).for_office(), vouch=True)
    assert found["outcomes"] == {"applied": 2, "held": 1}
    assert [(fate["outcome"], fate["code"]) for fate in found["fates"]] == [("held", "revoked")]
    await decide(sue, await waiting(sue), "dismiss", "那天手机不在他手里")
    await sue.sync()
    assert sue.answer(inspection, "A-1.a") == PASS
    fresh = await world.phone("ann")
    assert await fates(fresh) == {(ann.device, 3): "dismissed"}


async def test_what_follows_on_work_that_waits_waits_with_it(world: World) -> None:
    """By itself a correction of what waits would be refused, as incomplete or out of its turn."""
    ann, sue = await world.team("ann", "sue")
    inspection = ann.start()
    await ann.sync()
    await lock_out(world, ann)
    ann.check(inspection, "A-1.a", FAIL)
    ann.check(inspection, "A-1.b", FAIL)
    new = await again(world, ann)
    new.out.changes[2]["at"] += 2 * HOUR  # the last word was said after the sign-in
    assert await new.fate(2) == "held revoked"
    assert (await decide(sue, await waiting(sue)))["missed"] == []


@pytest.mark.parametrize("batch", [1, 400])
async def test_what_follows_on_a_join_that_waits_waits_with_it(
    world: World, batch: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also on an item nobody has touched, of which nothing is here that the join could be found by."""
    monkeypatch.setattr(tests.server.phone, "BATCH", batch)
    ann, bob, sue = await world.team("ann", "bob", "sue")
    inspection = ann.start()
    ann.check(inspection, "A-1.a", PASS)
    await ann.sync()
    await bob.sync()
    await lock_out(world, bob)
    bob.do(inspection, "join")
    bob.check(inspection, "A-1.a", FAIL)
    bob.check(inspection, "A-2.a", FAIL)
    bob.note(inspection, "A-2", "seen by nobody but him")
    bob.photo(inspection, "A-1")
    bob.photo(inspection, "A-2")
    comment(bob, "finding", finding_id(inspection, "A-1"), "and said")
    new = await again(world, bob)
    await new.sync()
    assert [new.said(n) for n in range(1, 8)] == ["held revoked"] * 7
    held = await waiting(sue)
    assert (await decide(sue, held))["missed"] == []
    await sue.sync()
    assert sue.answer(inspection, "A-2.a") == FAIL
    assert sue.finding(inspection, "A-2")["notes"] == {bob.person: "seen by nobody but him"}
    await new.sync()
    await world.agree(sue)
    await tables_are_the_log()


async def test_what_is_begun_elsewhere_does_not_wait_with_it(world: World) -> None:
    """Where nothing of the phone's waits, what was never allowed stays refused."""
    ann, bob = await world.team("ann", "bob")
    inspection, other = ann.start(), ann.start("south")
    await ann.sync()
    await bob.sync()
    await lock_out(world, bob)
    bob.do(inspection, "join")
    bob.check(other, "A-2.a", FAIL)
    new = await again(world, bob)
    await new.sync()
    assert [new.said(n) for n in (1, 2)] == ["held revoked", "refused not_allowed"]


async def test_a_phone_locked_out_twice_is_held_to_both_times(world: World) -> None:
    ann = await world.phone("ann")
    inspection = ann.start()
    await ann.sync()
    await lock_out(world, ann)
    ann.check(inspection, "A-1.a", FAIL)
    second = await again(world, ann)
    second.check(inspection, "A-2.a", PASS)
    await lock_out(world, second)
    second.check(inspection, "A-3.a", PASS)
    third = await again(world, second)
    await third.sync()
    assert [third.said(n) for n in (1, 2, 3)] == ["held revoked", "applied", "held revoked"]


async def test_a_file_that_comes_after_the_phone_has_sent_it_all_brings_nothing_twice(world: World) -> None:
    """Even where others have settled since what it was about: it does not come up again."""
    ann, sue = await world.team("ann", "sue")
    keys = await keys_of(ann.http)
    inspection = ann.start()
    ann.check(inspection, "A-1.a", PASS)
    ann.check(inspection, "A-1.a", FAIL)
    ann.do(inspection, "submit")
    file = made_on(ann, keys, []).for_office()
    lost = ann.note(inspection, "A-1", "only in the second file, and after the submission")
    second = made_on(ann, keys, []).for_office()
    root = await lock_out(world, ann)
    new = await again(world, ann, only=4)
    await new.sync()
    assert [new.said(n) for n in (1, 2, 3, 4)] == ["applied"] * 4
    await sue.sync()
    sue.act("finding", finding_id(inspection, "A-1"), "correct", {"set": {"A-1.a": PASS}, "reason": "seen"})
    await sue.sync()
    for _ in range(2):
        found = await report(root, file, vouch=True)
        assert (found["new"], found["already"], found["outcomes"]) == (0, 4, {})
    found = await report(root, second, vouch=True)
    assert (lost, found["new"], found["already"], found["outcomes"]) == (5, 1, 4, {"held": 1})
    await sue.sync()
    assert sue.answer(inspection, "A-1.a") == PASS
    assert "open" not in sue.finding(inspection)
    assert (await here(new, ann.device))["settled"] == 5
    await tables_are_the_log()


async def test_a_file_brings_nothing_twice_also_once_what_was_sent_is_erased(world: World) -> None:
    """Nothing can be compared any more; that its numbers were used up is known."""
    kim, mara, root = await world.team("kim", "mara", "root")
    keys = await keys_of(kim.http)
    of = customer(kim, remark="在后门等")
    seen = visit(kim, of, result="met", complaint="投错了")
    file = made_on(kim, keys, []).for_office()
    await root.http.delete(f"/api/devices/{kim.device}")
    new = await again(world, kim)
    await new.sync()
    found = await report(root, file, vouch=True)
    assert (found["new"], found["already"]) == (0, 2)
    await mara.sync()
    await erase(mara, of)
    found = await report(root, file, vouch=True)
    assert (found["new"], found["already"], found["outcomes"]) == (0, 2, {})
    await mara.sync()
    assert mara.row("customer", of)["remark"] in (None, "")
    assert mara.row("visit", seen)["complaint"] in (None, "")
    await tables_are_the_log()


async def test_a_phone_that_comes_while_its_file_is_taken_brings_nothing_twice(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann, root = await world.team("ann", "root")
    keys = await keys_of(ann.http)
    inspection = ann.start()
    ann.check(inspection, "A-1.a", PASS)
    ann.check(inspection, "A-1.a", FAIL)
    file = made_on(ann, keys, []).for_office()
    await root.http.delete(f"/api/devices/{ann.device}")
    take_batch = server.rescue.acts._take_batch

    async def after_the_phone(*about: Any) -> Any:
        new = await again(world, ann)
        await new.sync()
        assert [new.said(n) for n in (1, 2, 3)] == ["applied"] * 3
        return await take_batch(*about)

    monkeypatch.setattr(server.rescue.acts, "_take_batch", after_the_phone)
    found = await report(root, file, vouch=True)
    assert (found["new"], found["already"], found["outcomes"]) == (0, 3, {})
    await tables_are_the_log()
