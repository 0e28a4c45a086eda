"""What no client of ours sends: always a problem document of the catalogue, never a 500, and nothing is lost."""

import gzip
import json
import zlib
from collections.abc import AsyncIterator
from random import Random
from typing import Any

import pytest

from tests.server.protocol.gestures import FAIL, Hand, finding_id
from tests.server.protocol.seed import DAY, named
from tests.server.protocol.stories import draft
from tests.server.protocol.world import World
from tests.server.reply import check_problem, check_reply

JSON = {"content-type": "application/json"}
WRITING = [
    ("POST", "/api/sync"),
    ("POST", "/api/session"),
    ("PUT", f"/api/people/{named('ann')}/grants"),
    ("PUT", f"/api/branches/{named('north')}"),
]


async def intact(world: World, *phones: Hand) -> None:
    """All that was in the outboxes goes through, and everyone agrees."""
    for phone in phones:
        await phone.sync()
        assert not phone.unsent
    await world.agree(*phones)


@pytest.mark.parametrize(("method", "path"), WRITING)
@pytest.mark.parametrize(
    "content",
    [
        b"", b"{", b"}", b"nul", b"\x00", b"\xff\xfe\x00", b'{"a":1}garbage', b"'single'", b"NaN", b"[1,2,", b'{"a":}',
        b'{"v":1,"v":1}', b"[" * 100_000, b'{"a":' * 50_000, b"1" * 10_000, b'"' + b"\\ud800" * 100 + b'"', b"-",
    ],
)  # fmt: skip
async def test_malformed_json(world: World, method: str, path: str, content: bytes) -> None:
    root = await world.phone("root")
    response = await root.http.request(method, path, content=content, headers=JSON)
    assert check_problem(response)["status"] in (400, 413, 415)


@pytest.mark.parametrize(("method", "path"), WRITING)
async def test_ten_megabytes(world: World, method: str, path: str) -> None:
    root = await world.phone("root")
    content = json.dumps({"v": 1, "login": "a" * 10_000_000}).encode()
    check_problem(await root.http.request(method, path, content=content, headers=JSON), 413, "too_large")


async def test_ten_megabytes_without_a_length(world: World) -> None:
    ann = await world.phone("ann")

    async def trickle() -> AsyncIterator[bytes]:
        for _ in range(1000):
            yield b" " * 10_000

    check_problem(await ann.http.post("/api/sync", content=trickle(), headers=JSON), 413, "too_large")


@pytest.mark.parametrize("size", [3_000_000, 200_000_000])
async def test_gzip_bomb(world: World, size: int) -> None:
    ann = await world.phone("ann")
    ann.start()
    deflate = zlib.compressobj(9, zlib.DEFLATED, 31)
    bomb = b"".join(deflate.compress(b" " * 1_000_000) for _ in range(size // 1_000_000)) + deflate.flush()
    assert len(bomb) < 256 * 1024
    response = await ann.http.post("/api/sync", content=bomb, headers={**JSON, "content-encoding": "gzip"})
    check_problem(response, 413, "too_large")
    await intact(world, ann)


async def test_gzip_of_many_members(world: World) -> None:
    ann = await world.phone("ann")
    content = gzip.compress(b" " * 1_500_000) * 20
    response = await ann.http.post("/api/sync", content=content, headers={**JSON, "content-encoding": "gzip"})
    assert check_problem(response)["status"] in (400, 413)


async def test_gzip_within_gzip(world: World) -> None:
    ann = await world.phone("ann")
    content = gzip.compress(gzip.compress(json.dumps(ann.request()).encode()))
    response = await ann.http.post("/api/sync", content=content, headers={**JSON, "content-encoding": "gzip"})
    check_problem(response, 400, "bad_request")


async def test_change_that_nests_deeply(world: World) -> None:
    ann = await world.phone("ann")
    inspection = ann.start()
    ann.edit("inspection", inspection, {"remark": "#"})
    for depth in (100, 2000, 20_000):
        content = json.dumps(ann.request()).replace('"#"', "[" * depth + "]" * depth).encode()
        response = await ann.http.post("/api/sync", content=content, headers=JSON)
        if response.status_code != 200:
            check_problem(response, 400, "bad_request")
            continue
        result = response.json()["results"][0]
        assert (result["outcome"], result["code"]) == ("refused", "bad_value")
        return


@pytest.mark.parametrize(
    "number", ["1e5", "1E400", "-0", "0.0", "9" * 400, "9007199254740993", "true", "01", "+1", "0x1"]
)
async def test_odd_numbers(world: World, number: str) -> None:
    ann = await world.phone("ann")
    ann.start()
    for key in ("sent", "cursor", "epoch", "device", "v"):
        content = json.dumps(ann.request(**{key: "#"})).replace('"#"', number).encode()
        response = await ann.http.post("/api/sync", content=content, headers=JSON)
        assert response.status_code == 200 or check_problem(response), (key, number)


async def test_other_peoples_records(world: World) -> None:
    inspection, (ann,) = await draft(world)
    photo = ann.photo(inspection)
    await ann.sync()
    task = await world.task("ann")
    zoe = await world.phone("zoe")
    ghost = zoe.new_id()
    for type_, id_, path, value in (
        ("inspection", inspection, "remark", "mine"),
        ("finding", finding_id(inspection, "A-1"), "checks.A-1.a", FAIL),
        ("photo", photo, "check", "A-1.a"),
    ):
        hidden = zoe.edit(type_, id_, {path: value})
        absent = zoe.edit(type_, ghost, {path: value})
        await zoe.sync()
        assert zoe.said(hidden) == "refused unknown_record"
        assert zoe.said(absent) in ("refused unknown_record", "refused incomplete")
    for type_, id_, verb, arguments in (
        ("inspection", inspection, "join", None),
        ("inspection", inspection, "void", {"reason": "x"}),
        ("photo", photo, "retract", None),
        ("task", task, "claim", None),
        ("finding", finding_id(inspection, "A-1"), "correct", {"set": {"A-1.a": FAIL}, "reason": "x"}),
    ):
        hidden, absent = zoe.act(type_, id_, verb, arguments), zoe.act(type_, ghost, verb, arguments)
        await zoe.sync()
        assert zoe.said(hidden) == zoe.said(absent) == "refused unknown_record"
    response = await zoe.http.get(f"/api/inspections/{inspection}")
    nothing = await zoe.http.get(f"/api/inspections/{ghost}")
    assert check_problem(response, 404) == check_problem(nothing, 404)
    await intact(world, ann, zoe)


async def test_parents_of_other_people(world: World) -> None:
    inspection, _ = await draft(world)
    zoe = await world.phone("zoe")
    finding = finding_id(inspection, "D-1")
    zoe.edit("finding", finding, {"inspection": inspection, "item": "D-1"})
    photo = zoe.new_id()
    zoe.edit("photo", photo, zoe.picture(finding_id(inspection, "A-1"), photo))
    await zoe.sync()
    assert {zoe.code(n) for n in zoe.out.changes} <= {"unknown_record", "parent_refused"}


async def test_taking_the_id_of_another_record(world: World) -> None:
    """An inspection with the id of somebody's inspection, finding, branch: never theirs afterwards."""
    inspection, (ann,) = await draft(world)
    zoe = await world.phone("zoe")
    for id_ in (inspection, finding_id(inspection, "A-1"), named("north"), named("zoe")):
        zoe.edit("inspection", id_, {"branch": named("far"), "standard": named("standard"), "started_at": 1})
        await zoe.sync()
    assert zoe.outcome(1) == "refused"
    await ann.sync()
    assert ann.row("inspection", inspection)["lead"] == ann.person
    assert ann.finding(inspection)["item"] == "A-1"
    await intact(world, ann, zoe)


async def test_expired_session(world: World) -> None:
    inspection, (ann,) = await draft(world)
    ann.edit("inspection", inspection, {"remark": "later"})
    world.clock.advance(40 * DAY)
    check_problem(await ann.send(ann.request()), 401, "unauthenticated")
    for path in (f"/api/inspections/{inspection}", "/api/inspections", "/api/devices"):
        check_problem(await ann.http.get(path), 401, "unauthenticated")
    await world.sign_in(ann.http, "ann", device=ann.device)
    await intact(world, ann)
    assert ann.row("inspection", inspection)["remark"] == "later"


async def test_a_bad_request_loses_nothing(world: World) -> None:
    ann = await world.phone("ann")
    inspection = ann.start()
    ann.answer_all(inspection)
    for bad in ({"v": 2}, {"device": 1_000_000}, {"changes": ann.unsent[1:]}, {"changes": [1]}):
        response = await ann.send(ann.request(**bad))
        check_problem(response)
    await intact(world, ann)
    assert len(ann.rows("finding")) == 4


@pytest.mark.parametrize("seed", range(4))
async def test_changes_out_of_a_grinder(world: World, seed: int) -> None:
    """Changes bent at random: each settles with an outcome or is refused as an envelope, and good work goes on."""
    random = Random(seed)
    inspection, (ann,) = await draft(world)
    photo = ann.photo(inspection)
    await ann.sync()
    shapes = list(ann.out.changes.values())
    shapes += [
        {"at": 1, "type": "inspection", "id": inspection, "act": "submit", "seen": 1, "with": {"shown": None}},
        {"at": 1, "type": "photo", "id": photo, "act": "retract", "seen": None, "with": {"reason": "x"}},
        {"at": 1, "type": "inspection", "id": inspection, "act": "settle_late", "seen": 1, "with": {"change": [1, 1]}},
    ]
    for _ in range(120):
        ann.put({key: value for key, value in bent(random, random.choice(shapes)).items() if key != "n"})
        request = ann.request()
        response = await ann.send(request)
        assert response.status_code == 200, (response.text, request["changes"])
        reply = check_reply(request, response.content)
        ann.take(request, response)
        assert reply["ack"] == ann.out.next - 1
    n = ann.start("south")
    await ann.sync()
    assert ann.has("inspection", n)
    ann.out.changes.clear()
    await world.agree(ann)


ODD: list[Any] = [
    None, True, -1, 0, 1.5, 1e300, 2**70, "", "x", "\ud800", "\0", "é" * 5000, [], {}, [[]], {"a": {}}, [None], "17",
    "0197a000-0000-7000-8000-000000000001", {"result": "pass"}, {"type": "finding", "id": "x"},
]  # fmt: skip


def bent(random: Random, value: Any) -> Any:
    """A copy in which some part is another one."""
    if random.random() < 0.08:
        return random.choice(ODD) if not isinstance(value, dict) or "type" not in value else value
    if isinstance(value, dict):
        out = {}
        for key, part in value.items():
            if random.random() < 0.04:
                continue
            out[random.choice(["x", "", "\ud800", "set", key.upper()]) if random.random() < 0.03 else key] = bent(
                random, part
            )
        return out
    if isinstance(value, list):
        return [bent(random, part) for part in value] + ([random.choice(ODD)] if random.random() < 0.05 else [])
    return value
