"""Protocol §5 and records.md: who sees what, and how it comes and goes."""

import pytest

from tests.server.protocol.gestures import FAIL
from tests.server.protocol.seed import named
from tests.server.protocol.stories import draft, submitted
from tests.server.protocol.world import World


async def test_staff_see_their_line(world: World) -> None:
    dora = await world.phone("dora")
    assert {row["id"] for row in dora.rows("unit")} == {named(name) for name in ("province", "city1", "county1")}
    assert {row["id"] for row in dora.rows("branch")} == {named("north"), named("south")}
    people = {row["id"] for row in dora.rows("person")}
    assert named("dora") in people
    assert named("zoe") not in people
    assert {row["id"] for row in dora.rows("standard")} == {named("standard"), named("retired")}


async def test_a_grant_holds_for_everything_below(world: World) -> None:
    ann, root = await world.team("ann", "root")
    assert {row["id"] for row in ann.rows("branch")} == {named(name) for name in ("north", "south", "east")}
    units = {row["id"] for row in ann.rows("unit")}
    assert {named(name) for name in ("province", "city1", "county1", "county1b")} <= units
    assert named("city2") not in units
    assert named("county2") not in units
    assert len(root.rows("branch")) == 4
    assert len(root.rows("unit")) == 6
    assert len(root.rows("person")) == 13


async def test_administrator_sees_no_work(world: World) -> None:
    inspection, _, _ = await submitted(world)
    await world.task("ann")
    root = await world.phone("root")
    assert not any(root.rows(type_) for type_ in ("task", "inspection", "finding", "photo"))
    assert root.rows("standard")
    assert inspection not in str(root.cache)


@pytest.mark.parametrize(
    ("login", "sees"),
    [("bob", {"inspection"}), ("sue", {"inspection", "finding", "photo"}), ("mara", set()), ("kim", set()),
     ("dora", {"inspection"}), ("zoe", set()), ("zed", set()), ("zara", set())],
)  # fmt: skip
async def test_draft_is_seen_by(world: World, login: str, sees: set[str]) -> None:
    inspection, (ann,) = await draft(world)
    ann.photo(inspection)
    await ann.sync()
    other = await world.phone(login)
    assert {type_ for type_ in ("inspection", "finding", "photo") if other.rows(type_)} == sees


@pytest.mark.parametrize(("login", "sees"), [("mara", True), ("kim", False), ("zara", False)])
async def test_managers_see_it_from_submission_on(world: World, login: str, sees: bool) -> None:
    other = await world.phone(login)
    inspection, (ann,) = await draft(world)
    ann.photo(inspection)
    await ann.sync()
    await other.sync()
    assert not other.has("inspection", inspection)
    ann.do(inspection, "submit")
    await ann.sync()
    await other.sync()
    assert other.has("inspection", inspection) is sees
    assert bool(other.rows("finding")) is bool(other.rows("photo")) is sees
    await world.agree(other)


async def test_member_who_leaves_loses_the_findings(world: World) -> None:
    inspection, (ann, bob) = await draft(world, "bob")
    ann.photo(inspection)
    await ann.sync()
    await bob.sync()
    assert bob.rows("photo")
    ann.edit("inspection", inspection, {f"members.{bob.person}": False})
    await ann.sync()
    await bob.sync()
    assert not bob.rows("finding")
    assert not bob.rows("photo")
    assert bob.has("inspection", inspection), "as an inspector over the branch"
    await world.agree(ann, bob)


async def test_lead_who_is_relieved_keeps_what_a_member_sees_or_loses_it(world: World) -> None:
    inspection, (ann,) = await draft(world)
    bob = await world.phone("bob")
    bob.do(inspection, "take_over", reason="x")
    await bob.sync()
    await ann.sync()
    await world.agree(ann, bob)


async def test_other_people_hear_of_changes(world: World) -> None:
    inspection, (ann, bob) = await draft(world, "bob")
    sue = await world.phone("sue")
    ann.check(inspection, "A-1.a", FAIL)
    ann.edit("inspection", inspection, {"remark": "new"})
    await ann.sync()
    for phone in (bob, sue):
        await phone.sync()
        assert phone.answer(inspection, "A-1.a") == FAIL
        assert phone.row("inspection", inspection)["remark"] == "new"
    await world.agree(ann, bob, sue)


async def test_grant_fills(world: World) -> None:
    far = await world.phone("zoe")
    there = far.start("far")
    await far.sync()
    bob = await world.phone("bob")
    assert not bob.has("inspection", there)
    await world.grant("bob", ("inspector", "city1"), ("inspector", "city2"))
    reply = await bob.turn()
    assert set(reply["audiences"]) > set(bob.cache.audiences) - {f"unit:{named('city2')}:inspector"}
    assert f"unit:{named('city2')}:inspector" in bob.cache.audiences
    await bob.sync()
    assert bob.has("inspection", there)
    assert bob.has("branch", named("far"))
    await world.agree(bob)


async def test_revoke_drops(world: World) -> None:
    inspection, (ann, bob) = await draft(world, "bob")
    await world.grant("bob", ("inspector", "city2"))
    reply = await bob.turn()
    assert f"unit:{named('city1')}:inspector" in reply["drop"]
    await bob.sync()
    assert not bob.has("branch", named("north"))
    assert not bob.rows("task")
    assert {row["id"] for row in bob.rows("branch")} == {named("far")}
    assert ann.has("inspection", inspection)
    await world.agree(bob)


async def test_revoke_tells_what_was_served_before_a_request_that_came_late(world: World) -> None:
    bob = await world.phone("bob", synced=False)
    first = bob.request()
    await bob.sync()
    assert bob.has("branch", named("north"))
    await bob.send(first)  # it was under way all the time; its reply finds nobody
    await world.grant("bob", ("inspector", "city2"))
    await bob.sync()
    assert not bob.has("branch", named("north"))
    await world.agree(bob)


async def test_revoke_keeps_what_another_audience_still_holds(world: World) -> None:
    inspection, _ = await draft(world)
    both = await world.phone("both")
    await world.grant("both", ("supervisor", "city1"))
    before = both.row("inspection", inspection)
    await both.sync()
    assert both.row("inspection", inspection)["id"] == before["id"]
    assert both.rows("finding")
    await world.agree(both)


async def test_narrowed_and_widened_grants(world: World) -> None:
    ann = await world.phone("ann")
    north, east = ann.start("north"), ann.start("east")
    await ann.sync()
    sue = await world.phone("sue")
    for grants, sees in (
        ((("supervisor", "county1"),), {north}),
        ((("supervisor", "north"),), {north}),
        ((("supervisor", "east"),), {east}),
        ((("supervisor", "city1"), ("inspector", "north")), {north, east}),
        ((("carrier", "north"),), set()),
        ((("supervisor", "province"),), {north, east}),
    ):
        await world.grant("sue", *grants)
        await sue.sync()
        assert {row["id"] for row in sue.rows("inspection")} == sees, grants
        await world.agree(sue)


async def test_no_grants_at_all(world: World) -> None:
    inspection, (_, bob) = await draft(world, "bob")
    await world.add_person("newcomer", ("inspector", "city1"))
    newcomer = await world.phone("newcomer")
    assert newcomer.has("inspection", inspection)
    await world.grant("newcomer")
    await newcomer.sync()
    assert not newcomer.rows("branch")
    assert not newcomer.rows("inspection")
    assert newcomer.rows("standard"), "everyone's stay"
    assert bob.has("inspection", inspection)


async def test_grant_and_revoke_while_offline(world: World) -> None:
    bob = await world.phone("bob")
    await world.grant("bob", ("inspector", "city2"))
    await world.grant("bob", ("inspector", "city1"))
    await bob.sync()
    assert {row["id"] for row in bob.rows("branch")} == {named(name) for name in ("north", "south", "east")}
    await world.agree(bob)


async def test_change_and_revoke_while_offline(world: World) -> None:
    inspection, (ann, bob) = await draft(world, "bob")
    ann.check(inspection, "A-1.a", FAIL)
    await ann.sync()
    await world.grant("bob", ("inspector", "city2"))
    ann.check(inspection, "A-1.b", FAIL)
    await ann.sync()
    await bob.sync()
    await world.agree(bob)


async def test_branch_that_moves(world: World) -> None:
    inspection, (ann,) = await draft(world)
    ann.photo(inspection)
    ann.do(inspection, "submit")
    await ann.sync()
    sue, zed, mara, dora = await world.team("sue", "zed", "mara", "dora")
    assert not zed.has("branch", named("north"))
    await world.move("north", "county2")
    for phone in (sue, zed, mara, dora):
        await phone.sync()
    assert zed.row("branch", named("north"))["unit"] == named("county2")
    assert zed.has("inspection", inspection)
    assert zed.rows("finding")
    assert zed.rows("photo")
    assert not sue.has("branch", named("north"))
    assert not sue.has("inspection", inspection)
    assert not sue.rows("finding")
    assert not sue.rows("photo")
    assert not dora.has("inspection", inspection)
    assert mara.has("inspection", inspection), "its manager moves with it"
    await world.agree(sue, zed, mara, dora)
    await world.move("north", "county1")
    for phone in (sue, zed, mara, dora):
        await phone.sync()
    assert sue.has("inspection", inspection)
    assert not zed.has("inspection", inspection)
    await world.agree(sue, zed, mara, dora)


async def test_tasks_move_with_their_branch(world: World) -> None:
    task = await world.task("ann")
    ann, sue, zed = await world.team("ann", "sue", "zed")
    await world.move("north", "county2")
    for phone in (ann, sue, zed):
        await phone.sync()
    assert (ann.has("task", task), sue.has("task", task), zed.has("task", task)) == (True, False, True)
    await world.agree(ann, sue, zed)
