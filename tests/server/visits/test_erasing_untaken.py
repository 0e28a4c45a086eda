"""Erasing reaches what became no record: late work that was decided or waits, what was refused, and why it was so."""

import json
from contextvars import ContextVar

import msgspec
import pytest

from server.customers import erasing, retention
from server.customers.erased import NAME, Erased, note
from server.customers.erasing import outside_of
from server.customers.retention import forget_again, forget_late, forget_old
from server.customers.untaken import Untaken, untaken
from server.database.query import fetch
from server.door import Entry, Workspace
from server.imports import acts as imports
from tests.server.imports.test_imports import apply, checked, xlsx
from tests.server.protocol.gestures import Hand
from tests.server.protocol.seed import DAY, named
from tests.server.protocol.world import World
from tests.server.rebuild import tables_are_the_log
from tests.server.reply import check_problem
from tests.server.settling.desk import decide, waiting, withdrawn
from tests.server.visits.rounds import close, comment, customer, visit
from tests.server.visits.test_desk import get, post
from tests.server.visits.test_erasing import SHOP, erase, taken

COMPLAINT, WORDS, REASON = "投诉误投", "王老板说投错了", "王老板自己来过电话"
SECRETS = (COMPLAINT, WORDS, REASON, "31.25")


async def told() -> list[str]:
    """Which of them stand anywhere in the database; a phone may have spelled its letters in ASCII."""
    tables = ("log", "held", "customer", "visit", "comment", "photo")
    rows = [str(row) for table in tables for row in await fetch(f"SELECT * FROM {table}")]
    text = "\n".join(rows).replace("\\\\", "\\")
    return [secret for secret in SECRETS if secret in text or json.dumps(secret)[1:-1] in text]


def late_visit(kim: Hand, of: str) -> str:
    """A visit with a remark and a photo, which are to come too late; its id."""
    seen = visit(kim, of, result="met", complaint=COMPLAINT)
    comment(kim, "visit", comment(kim, "visit", seen, WORDS), "…")
    taken(kim, "comment", comment(kim, "visit", seen, WORDS), SHOP)
    return seen


async def late(world: World) -> tuple[Hand, Hand, Hand, str]:
    """Kim's right goes while a visit of theirs at a customer is on the way: it waits at the desk of Sue."""
    kim, sue, mara = await world.team("kim", "sue", "mara")
    of = customer(kim)
    await kim.sync()
    late_visit(kim, of)
    await withdrawn(world, "kim", "carrier")
    await kim.sync()
    await mara.sync()
    return kim, sue, mara, of


async def test_what_was_left_out_goes_and_why(world: World) -> None:
    kim, sue, mara, of = await late(world)
    await decide(sue, await waiting(sue), "dismiss", REASON)
    assert await told() == list(SECRETS)
    await erase(mara, of)
    assert await told() == []
    assert {one["reason"] for one in await waiting(sue, "settled")} == {"-"}
    assert {one["reason"] for one in (await get(kim, "/api/held/own"))["held"]} == {"-"}
    assert await forget_late(outside_of(world.app), world.clock()) == 0
    await tables_are_the_log()
    # The log proves what was said: sent again it is known.
    assert (await kim.send(kim.request(changes=list(kim.out.changes.values())))).status_code == 200


async def test_what_stands_beside_a_visit_goes_with_the_decision(world: World) -> None:
    kim, sue, mara = await world.team("kim", "sue", "mara")
    of = customer(kim)
    seen = visit(kim, of, result="met")
    await kim.sync()
    kim.edit("visit", seen, {"complaint": COMPLAINT})
    await withdrawn(world, "kim", "carrier")
    await kim.sync()
    await decide(sue, await waiting(sue), "add", WORDS)
    await mara.sync()
    assert set(await told()) == {COMPLAINT, WORDS}
    await erase(mara, of)
    assert await told() == []
    await sue.sync()
    assert [row["text"] for row in sue.rows("comment")] == [""]
    await tables_are_the_log()
    await world.agree(sue, mara)


async def test_what_waits_is_emptied_and_can_be_left_out(world: World) -> None:
    _, sue, mara, of = await late(world)
    await erase(mara, of)
    assert await told() == []
    held = await waiting(sue)
    taken_in = await post(sue, "/api/held/settle", changes=[one["change"] for one in held], how="take", reason="x")
    check_problem(taken_in, 422, "wrong_state")
    await decide(sue, held, "dismiss", "本人要求删除")
    await tables_are_the_log()


async def test_what_comes_late_of_the_erased_is_emptied_in_the_night(world: World) -> None:
    kim, mara = await world.team("kim", "mara")
    of = customer(kim)
    await kim.sync()
    await mara.sync()
    late_visit(kim, of)
    await erase(mara, of)
    await withdrawn(world, "kim", "carrier")
    await kim.sync()
    assert set(await told()) == {COMPLAINT, WORDS, "31.25"}
    assert await forget_late(outside_of(world.app), world.clock()) == 1
    assert await told() == []
    assert await forget_late(outside_of(world.app), world.clock()) == 0


async def test_why_somebody_was_erased_goes_when_they_are_erased_again(world: World) -> None:
    kim, _, mara, of = await late(world)
    other = customer(mara, "另一家")
    await mara.sync()
    for id_ in (of, other):
        assert (await post(mara, f"/api/customers/{id_}/erase", reason=REASON)).status_code == 200
    assert len(await whys(REASON)) == 2
    late_visit(kim, of)
    await kim.sync()
    assert await forget_late(outside_of(world.app), world.clock()) == 1
    assert len(await whys(REASON)) == 2, "the nightly round has no words to stand for those of a person"
    assert (await post(mara, f"/api/customers/{of}/erase", reason="再次要求")).status_code == 200
    assert (len(await whys(REASON)), len(await whys("-")), len(await whys("再次要求"))) == (1, 1, 1)
    await tables_are_the_log()


async def whys(reason: str) -> list[int]:
    """The rows of the log that say a customer was erased for this reason."""
    rows = await fetch("SELECT id, content FROM log WHERE type = 'erase_customer'")
    return [id_ for id_, content in rows if json.loads(content)["because"] == reason]


async def test_what_was_refused_goes_too(world: World) -> None:
    kim, mara = await world.team("kim", "mara")
    of = customer(kim)
    await kim.sync()
    await mara.sync()
    lost = visit(kim, of, result="met", complaint=COMPLAINT, visits=1)
    close(kim, lost)
    comment(kim, "visit", lost, WORDS)
    await kim.sync()
    assert {kim.outcome(n) for n in (2, 3, 4)} == {"refused"}
    other = customer(kim, remark=REASON, nonsense=1)
    await kim.sync()
    await erase(mara, of)
    assert await told() == [REASON], "nobody asked to forget the other one"
    assert await fetch("SELECT 1 FROM customer WHERE id = ?", other) == []


async def test_what_became_nothing_is_kept_no_longer_than_what_did(world: World) -> None:
    kim, sue, mara, _ = await late(world)
    await decide(sue, await waiting(sue), "dismiss", REASON)
    customer(mara, nonsense=1, remark="又写了一句")
    await mara.sync()
    outside = outside_of(world.app)
    settings = msgspec.structs.replace(world.app.state.settings, keep_visits_days=200, keep_customers_days=200)
    assert await forget_old(settings, outside, world.clock.advance(199 * DAY)) == (0, 0)
    assert await told() == list(SECRETS)
    await forget_old(settings, outside, world.clock.advance(2 * DAY))
    assert await told() == []
    assert not await fetch("SELECT 1 FROM log WHERE content LIKE '%又写了一句%' OR content LIKE '%u53c8%'")
    rows = await fetch("SELECT COUNT(*) FROM log")
    await forget_old(settings, outside, world.clock())
    assert await fetch("SELECT COUNT(*) FROM log") == rows, "once is enough"
    assert kim.has("customer", kim.new_id()) is False


async def test_what_was_not_taken_in_is_read_once_and_then_what_came_since(world: World) -> None:
    kim, _, _, of = await late(world)
    before = await untaken()
    assert before.hanging_on([("customer", of)])
    assert await untaken(before) is before, "nothing came"
    seen = late_visit(kim, of)
    await kim.sync()
    after = await untaken(before)
    assert {one.row for one in before.changes} < {one.row for one in after.changes}
    assert {("visit", seen)} < set(after.hanging_on([("customer", of)])) - set(before.hanging_on([("customer", of)]))
    assert after.above == (await untaken()).above


_heard: ContextVar[list[str] | None] = ContextVar("heard", default=None)


def readings_of(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """How much of what was not taken in the test itself reads, each time: `all`, or what is `newer`."""
    found: list[str] = []
    _heard.set(found)  # and not what the server does in its own nights

    async def noting(before: Untaken | None = None) -> Untaken:
        if (heard := _heard.get()) is not None:
            heard.append("all" if before is None else "newer")
        return await untaken(before)

    for module in (erasing, retention):
        monkeypatch.setattr(module, "untaken", noting)
    return found


async def test_whoever_erases_many_reads_it_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    kim, _, _, of = await late(world)
    await world.grant("kim", ("carrier", "north"))
    other = customer(kim, "另一家")
    await kim.sync()
    outside, readings = outside_of(world.app), readings_of(monkeypatch)
    note(world.folder / NAME, [Erased(id_, named("north"), 1) for id_ in (of, other)])
    assert await forget_again(outside, world.clock(), also_unknown=False) == 2
    assert readings.count("all") == 1
    assert await told() == []
    readings.clear()
    assert await forget_again(outside, world.clock(), also_unknown=False) == 0
    assert readings == [], "nobody is to be forgotten: nothing is read"
    world.clock.advance(400 * DAY)
    settings = msgspec.structs.replace(world.app.state.settings, keep_visits_days=365, keep_customers_days=365)
    await forget_old(settings, outside, world.clock())
    assert readings.count("all") == 1


async def test_who_takes_an_import_back_reads_it_before_anybody_waits(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    root, kim = await world.phone("root"), await world.phone("kim")
    found = await checked(
        root.http, xlsx(["网点编码", "客户名称"], ["B-north", "望江茶馆"], ["B-north", "柳记"]), "customers"
    )
    await apply(root.http, found)
    await kim.sync()
    (of, *_) = (row["id"] for row in kim.rows("customer"))
    refused = kim.new_id()
    kim.edit("visit", refused, {"branch": named("north"), "kind": "visit", "customer": of, "complaint": COMPLAINT})
    await kim.sync()
    assert kim.outcome(kim.out.next - 1) == "refused"
    lock, readings = imports.lock_everything, readings_of(monkeypatch)

    async def locking() -> None:
        readings.append("locked")
        await lock()

    monkeypatch.setattr(imports, "lock_everything", locking)
    monkeypatch.setattr(imports, "AT_ONCE", 1)
    assert (await root.http.post(f"/api/imports/{found['id']}/undo")).status_code == 200
    assert readings == ["all", "locked", "newer", "newer"]
    assert await told() == []
    await tables_are_the_log()


async def test_what_comes_while_somebody_is_erased_is_emptied_too(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between reading what was not taken in, which is slow, and the erasing itself."""
    kim, _, mara, of = await late(world)
    find, seen = erasing._around_customer, late_visit(kim, of)

    async def meanwhile(workspace: Workspace, customer: str) -> list[Entry]:
        monkeypatch.setattr(erasing, "_around_customer", find)
        found = await find(workspace, customer)
        await kim.sync()
        return found

    monkeypatch.setattr(erasing, "_around_customer", meanwhile)
    await erase(mara, of)
    assert await told() == []
    assert await fetch("SELECT 1 FROM log WHERE record = ?", seen), "it came"
