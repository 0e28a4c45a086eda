"""records.md: what a new record must hold, what may be null, what is written once, and parents."""

import json
from typing import Any

import pytest

from tests.server.protocol.gestures import FAIL, PASS, finding_id
from tests.server.protocol.seed import named
from tests.server.protocol.stories import SOME_ID, among_good_ones, edit
from tests.server.protocol.world import World


@pytest.mark.parametrize("missing", ["branch", "standard", "started_at"])
async def test_incomplete_inspection(world: World, missing: str) -> None:
    ann = await world.phone("ann")
    values = {"branch": [named("north")], "standard": [named("standard")], "started_at": [1]}
    del values[missing]
    assert await among_good_ones(ann, edit("inspection", ann.new_id(), **values)) == "refused incomplete"


@pytest.mark.parametrize("missing", ["inspection", "item"])
async def test_incomplete_finding(world: World, missing: str) -> None:
    ann = await world.phone("ann")
    inspection = ann.start()
    values = {"inspection": [inspection], "item": ["A-1"], "checks.A-1.a": [PASS]}
    del values[missing]
    assert await among_good_ones(ann, edit("finding", finding_id(inspection, "A-1"), **values)) == "refused incomplete"


@pytest.mark.parametrize(
    "missing", ["of", "sha256", "preview_sha256", "bytes", "width", "height", "taken_at", "source"]
)
async def test_incomplete_photo(world: World, missing: str) -> None:
    ann = await world.phone("ann")
    inspection = ann.start()
    ann.check(inspection, "A-1.a", PASS)
    id_ = ann.new_id()
    values = {key: [value] for key, value in ann.picture(finding_id(inspection, "A-1"), id_).items() if key != missing}
    assert await among_good_ones(ann, edit("photo", id_, **values)) == "refused incomplete"


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("of", {"type": "finding"}), ("of", {"type": "branch", "id": SOME_ID}), ("of", "finding"), ("sha256", "A" * 64),
        ("sha256", "a" * 63), ("bytes", 0), ("bytes", "12"), ("width", -1), ("taken_at", "noon"), ("source", "drone"),
        ("position", {"lat": 91, "lon": 0, "accuracy": 1, "at": 1}), ("position", {"lat": 1, "lon": 1}),
    ],
)  # fmt: skip
async def test_photo_with_a_wrong_value(world: World, path: str, value: Any) -> None:
    ann = await world.phone("ann")
    inspection = ann.start()
    ann.check(inspection, "A-1.a", PASS)
    id_ = ann.new_id()
    values = {**ann.picture(finding_id(inspection, "A-1"), id_), path: value}
    fate = await among_good_ones(ann, edit("photo", id_, **{key: [value] for key, value in values.items()}))
    assert fate == "refused bad_value"


async def test_optional_fields_may_be_null_and_emptied(world: World) -> None:
    ann = await world.phone("ann")
    inspection = ann.start(task=None, position=None, remark=None)
    await ann.sync()
    assert not ann.out.results
    for value in ("text", None):
        ann.edit("inspection", inspection, {"remark": value, "representative": value})
        await ann.sync()
        assert ann.row("inspection", inspection)["remark"] == value
    for text in ("note", None):
        ann.note(inspection, "A-1", text)
        ann.write(inspection, "A-1", {"reasons.A-1.a": text})
        await ann.sync()
        assert ann.finding(inspection)["notes"].get(ann.person) == text
        assert ann.finding(inspection)["reasons"].get("A-1.a") == text
    assert not ann.out.results
    await world.agree(ann)


@pytest.mark.parametrize("path", ["branch", "started_at"])
async def test_required_fields_may_not_be_null(world: World, path: str) -> None:
    ann = await world.phone("ann")
    values: dict[str, Any] = {"branch": named("north"), "standard": named("standard"), "started_at": 1, path: None}
    change = edit("inspection", ann.new_id(), **{key: [value] for key, value in values.items()})
    assert await among_good_ones(ann, change) == "refused bad_value"


async def test_text_has_a_longest_length(world: World) -> None:
    ann = await world.phone("ann")
    inspection = ann.start()
    fate = await among_good_ones(ann, edit("inspection", inspection, remark=["长" * 20_000]))
    assert fate == "refused bad_value"


async def test_standard_that_is_not_there(world: World) -> None:
    ann = await world.phone("ann")
    values = {"branch": [named("north")], "standard": [SOME_ID], "started_at": [1]}
    assert await among_good_ones(ann, edit("inspection", ann.new_id(), **values)) == "refused unknown_standard"


async def test_any_edition_ever_published_is_taken(world: World) -> None:
    ann = await world.phone("ann")
    inspection = ann.start(standard=named("retired"))
    n = ann.check(inspection, "A-1.a", PASS)
    assert await ann.fate(n) == "applied"


@pytest.mark.parametrize("branch", [SOME_ID, named("far"), named("city1")])
async def test_branch_that_is_not_there_or_out_of_sight(world: World, branch: str) -> None:
    ann = await world.phone("ann")
    values = {"branch": [branch], "standard": [named("standard")], "started_at": [1]}
    assert await among_good_ones(ann, edit("inspection", ann.new_id(), **values)) == "refused unknown_record"


async def test_task_that_is_not_there(world: World) -> None:
    ann, hers = await world.phone("ann"), await world.task("bob")
    for task in (SOME_ID, hers):
        values = {"branch": [named("north")], "standard": [named("standard")], "started_at": [1], "task": [task]}
        assert await among_good_ones(ann, edit("inspection", ann.new_id(), **values)) == "refused unknown_record"


async def test_parent_that_is_not_there(world: World) -> None:
    ann = await world.phone("ann")
    ghost = ann.new_id()
    change = edit("finding", finding_id(ghost, "A-1"), inspection=[ghost], item=["A-1"])
    assert await among_good_ones(ann, change) == "refused unknown_record"
    photo = ann.new_id()
    values = {key: [value] for key, value in ann.picture(SOME_ID, photo).items()}
    assert await among_good_ones(ann, edit("photo", photo, **values)) == "refused unknown_record"


@pytest.mark.parametrize("together", [True, False])
async def test_child_of_a_refused_parent(world: World, together: bool) -> None:
    ann = await world.phone("ann")
    inspection = ann.start(standard=SOME_ID)
    if not together:
        await ann.sync()
    finding = ann.put(edit("finding", finding_id(inspection, "A-1"), inspection=[inspection], item=["A-1"]))
    if not together:
        await ann.sync()
    photo_id = ann.new_id()
    picture = ann.picture(finding_id(inspection, "A-1"), photo_id)
    photo = ann.put(edit("photo", photo_id, **{key: [value] for key, value in picture.items()}))
    await ann.sync()
    assert ann.said(finding) == "refused parent_refused"
    assert ann.said(photo) == "refused parent_refused"


async def test_fields_written_once(world: World) -> None:
    ann = await world.phone("ann")
    inspection = ann.start()
    started = ann.now()
    await ann.sync()
    again = ann.edit("inspection", inspection, {"started_at": started, "branch": named("north"), "remark": "with it"})
    other = ann.edit("inspection", inspection, {"started_at": started + 1})
    moved = ann.edit("inspection", inspection, {"branch": named("south"), "remark": "not kept"})
    await ann.sync()
    assert ann.said(again) == "applied"
    assert ann.said(other) == "refused write_once"
    assert ann.said(moved) == "refused write_once"
    assert ann.row("inspection", inspection)["started_at"] == started
    assert ann.row("inspection", inspection)["remark"] == "with it"
    await world.agree(ann)


async def test_optional_field_written_once_later(world: World) -> None:
    ann = await world.phone("ann")
    inspection = ann.start()
    await ann.sync()
    here = {"lat": 30.25, "lon": 120.5, "accuracy": 12.5, "at": ann.now()}
    first = ann.edit("inspection", inspection, {"position": here})
    second = ann.edit("inspection", inspection, {"position": {**here, "lat": 31.0}})
    await ann.sync()
    assert (ann.said(first), ann.said(second)) == ("applied", "refused write_once")
    assert ann.row("inspection", inspection)["position"] == here


async def test_two_people_make_the_same_finding(world: World) -> None:
    """uuid5 of inspection and item: equal `once` fields may be written twice."""
    ann, bob = await world.team("ann", "bob")
    inspection = ann.start()
    await ann.sync()
    await bob.sync()
    bob.do(inspection, "join")
    await bob.sync()
    one = ann.check(inspection, "A-1.a", PASS)
    two = bob.check(inspection, "A-1.b", FAIL)
    await ann.sync()
    await bob.sync()
    await ann.sync()
    assert (ann.said(one), bob.said(two)) == ("applied", "applied")
    assert ann.finding(inspection)["checks"] == {"A-1.a": PASS, "A-1.b": FAIL}
    await world.agree(ann, bob)


async def test_photo_of_another_promise_is_write_once(world: World) -> None:
    ann = await world.phone("ann")
    inspection = ann.start()
    ann.check(inspection, "A-1.a", FAIL)
    photo = ann.photo(inspection, check="A-1.a")
    n = ann.edit("photo", photo, {"sha256": "0" * 64})
    assert await ann.fate(n) == "refused write_once"


async def test_photo_of_an_unknown_check(world: World) -> None:
    ann = await world.phone("ann")
    inspection = ann.start()
    ann.check(inspection, "A-1.a", FAIL)
    ann.photo(inspection, check="A-1.z")
    assert await ann.fate(ann.out.next - 1) == "refused unknown_check"


async def test_number_as_written_does_not_matter(world: World) -> None:
    """JSON says 1e3 is a number; a count that is no integer on the wire is still refused, never a 500."""
    ann = await world.phone("ann")
    inspection = ann.start()
    ann.check(inspection, "A-1.b", PASS)
    n = ann.put(edit("finding", finding_id(inspection, "A-1"), **{"checks.A-1.a": [{"result": "fail", "count": "#"}]}))
    content = json.dumps(ann.request()).replace('"#"', "1e400").encode()
    response = await ann.http.post("/api/sync", content=content, headers={"content-type": "application/json"})
    assert response.status_code in (200, 400)
    if response.status_code == 200:
        result = response.json()["results"][-1]
        assert (result["n"], result["outcome"], result["code"]) == (n, "refused", "bad_value")
