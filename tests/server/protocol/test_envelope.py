"""Protocol §3, the request as a whole: what is judged before anything is applied."""

import gzip
import json
from typing import Any

import pytest

from tests.server.protocol.gestures import Hand
from tests.server.protocol.world import World
from tests.server.reply import check_problem, check_reply

REQUIRED = ("v", "device", "epoch", "sent", "cursor", "audiences", "fill", "changes")


async def refused(phone: Hand, request: Any, status: int, code: str) -> dict[str, Any]:
    """The problem document; and the request counts not at all."""
    problem = check_problem(await phone.send(request), status, code)
    untouched = await phone.send(phone.request(changes=[]))
    assert check_reply(phone.request(changes=[]), untouched.content)["ack"] == phone.out.ack
    return problem


async def test_reply_to_a_first_contact(world: World) -> None:
    ann = await world.phone("ann", synced=False)
    request = ann.request()
    assert (request["cursor"], request["epoch"], request["audiences"], request["fill"]) == (None, None, [], {})
    reply = check_reply(request, (await ann.send(request)).content)
    assert reply["ack"] == 0
    assert reply["time"] == world.clock()
    assert set(reply["audiences"]) >= {"everyone", f"person:{ann.person}"}


async def test_first_contact_may_bring_changes(world: World) -> None:
    ann = await world.phone("ann", synced=False)
    inspection = ann.start()
    await ann.sync()
    assert ann.row("inspection", inspection)["lead"] == ann.person


@pytest.mark.parametrize("key", REQUIRED)
async def test_envelope_lacks_a_key(world: World, key: str) -> None:
    ann = await world.phone("ann")
    ann.start()
    request = ann.request()
    del request[key]
    await refused(ann, request, 400, "bad_request")


async def test_envelope_with_a_key_too_many(world: World) -> None:
    ann = await world.phone("ann")
    ann.start()
    await refused(ann, ann.request(colour="green"), 400, "bad_request")


@pytest.mark.parametrize("v", [0, 2, "1", None, 1.5, True])
async def test_envelope_of_another_version(world: World, v: object) -> None:
    ann = await world.phone("ann")
    ann.start()
    await refused(ann, ann.request(v=v), 400, "bad_request")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("device", "17"), ("device", 1.5), ("device", -1), ("sent", "now"), ("sent", None), ("cursor", "5"),
        ("cursor", -1), ("epoch", "1"), ("audiences", None), ("audiences", [1]), ("fill", []), ("fill", {"a": 1}),
        ("changes", None),
        ("changes", {}), ("changes", [1]), ("changes", ["n"]), ("hold", "everyone"), ("app", 1), ("pending", 3),
    ],
)  # fmt: skip
async def test_envelope_with_a_value_of_another_type(world: World, key: str, value: object) -> None:
    ann = await world.phone("ann")
    ann.start()
    await refused(ann, ann.request(**{key: value}), 400, "bad_request")


@pytest.mark.parametrize("numbers", [[1, 3], [2, 1], [1, 1], [1, 2, 2], [0, 1], [-1], ["1"], [1.5], [True], [None]])
async def test_numbers_must_ascend_without_a_hole(world: World, numbers: list[Any]) -> None:
    ann = await world.phone("ann")
    ann.start()
    change = ann.unsent[0]
    await refused(ann, ann.request(changes=[{**change, "n": n} for n in numbers]), 400, "bad_request")


async def test_change_without_a_number(world: World) -> None:
    ann = await world.phone("ann")
    ann.start()
    change = {key: value for key, value in ann.unsent[0].items() if key != "n"}
    await refused(ann, ann.request(changes=[change]), 400, "bad_request")


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'"text"', b"null", b"{}", b"\xff\xfe", b"[[[[" * 5000])
async def test_not_a_json_object(world: World, content: bytes) -> None:
    ann = await world.phone("ann")
    response = await ann.http.post("/api/sync", content=content, headers={"content-type": "application/json"})
    check_problem(response, 400, "bad_request")


async def test_five_hundred_changes_and_no_more(world: World) -> None:
    ann = await world.phone("ann")
    inspection = ann.start()
    for number in range(500):
        ann.edit("inspection", inspection, {"remark": str(number)})
    await refused(ann, ann.request(changes=ann.unsent), 413, "too_large")
    request = ann.request(changes=ann.unsent[:500])
    ann.take(request, await ann.send(request, compress=True))
    assert ann.out.ack == 500
    await ann.sync()
    assert ann.row("inspection", inspection)["remark"] == "499"


async def test_more_bytes_than_allowed(world: World) -> None:
    ann = await world.phone("ann")
    inspection = ann.start()
    for number in range(80):
        ann.edit("inspection", inspection, {"remark": f"{number}" + "a" * 3500})
    request = ann.request()
    assert 256 * 1024 < len(json.dumps(request)) < 2 * 1024 * 1024
    await refused(ann, request, 413, "too_large")
    response = await ann.send(request, compress=True)
    assert response.status_code == 200, "the same compressed is small enough"
    ann.take(request, response)
    assert ann.out.ack == 81


async def test_inflated_size_is_capped(world: World) -> None:
    ann = await world.phone("ann")
    ann.start()
    request = ann.request(app="1.0", audiences=["a" * 3_000_000])
    check_problem(await ann.send(request, compress=True), 413, "too_large")
    assert ann.out.ack == 0


@pytest.mark.parametrize("encoding", ["br", "deflate", "zstd", "gzip, gzip", "rot13"])
async def test_unknown_encoding(world: World, encoding: str) -> None:
    ann = await world.phone("ann")
    content = gzip.compress(json.dumps(ann.request()).encode())
    headers = {"content-type": "application/json", "content-encoding": encoding}
    check_problem(await ann.http.post("/api/sync", content=content, headers=headers), 415)


@pytest.mark.parametrize("content", [b"", b"no gzip", gzip.compress(b"{}" * 100, mtime=0)[:20]])
async def test_broken_gzip(world: World, content: bytes) -> None:
    ann = await world.phone("ann")
    headers = {"content-type": "application/json", "content-encoding": "gzip"}
    check_problem(await ann.http.post("/api/sync", content=content, headers=headers), 400, "bad_request")


async def test_gzip_is_taken_and_answered(world: World) -> None:
    ann = await world.phone("ann")
    inspection = ann.start()
    request = ann.request()
    response = await ann.send(request, compress=True)
    ann.take(request, response)
    assert ann.has("inspection", inspection)
    fresh = await world.phone("ann", synced=False)
    response = await fresh.send(fresh.request())
    assert response.headers.get("content-encoding") in ("gzip", "br"), "replies are compressed by Accept-Encoding"
    plain = await fresh.http.post(
        "/api/sync", json=fresh.request(), headers={"accept-encoding": "identity", "content-type": "application/json"}
    )
    assert "content-encoding" not in plain.headers


async def test_device_of_another_person(world: World) -> None:
    ann, bob = await world.team("ann", "bob")
    ann.start()
    await refused(ann, ann.request(device=bob.device), 403, "wrong_device")
    await refused(ann, ann.request(device=999_999), 403, "wrong_device")


async def test_own_other_device(world: World) -> None:
    ann, tablet = await world.team("ann", "ann")
    ann.start()
    await refused(ann, ann.request(device=tablet.device), 403, "wrong_device")


async def test_without_a_session(world: World) -> None:
    ann = await world.phone("ann")
    inspection = ann.start()
    request = ann.request()
    response = await world.client().post("/api/sync", json=request)
    check_problem(response, 401, "unauthenticated")
    await ann.sync()
    assert ann.has("inspection", inspection)


async def test_gap_says_what_is_expected(world: World) -> None:
    ann = await world.phone("ann")
    ann.start()
    await ann.sync()
    for number in range(4):
        ann.edit("inspection", ann.rows("inspection")[0]["id"], {"remark": str(number)})
    problem = await refused(ann, ann.request(changes=ann.unsent[2:]), 409, "gap")
    assert problem["expected"] == 2


async def test_replay_with_other_content_is_a_fork(world: World) -> None:
    ann = await world.phone("ann")
    inspection = ann.start()
    ann.edit("inspection", inspection, {"remark": "one"})
    await ann.sync()
    sent = list(ann.out.changes.values())
    ann.edit("inspection", inspection, {"representative": "later"})
    forged = {**sent[1], "set": {"remark": ["two"]}}
    problem = await refused(ann, ann.request(changes=[sent[0], forged, ann.out.changes[3]]), 409, "device_fork")
    assert problem["n"] == 2
    await ann.sync()
    assert ann.row("inspection", inspection)["remark"] == "one"
    assert ann.row("inspection", inspection)["representative"] == "later"


@pytest.mark.parametrize("change", [{"at": 1}, {"group": 9}, {"seen": 1}, {"type": "finding"}, {"more": 1}])
async def test_any_other_content_is_a_fork(world: World, change: dict[str, Any]) -> None:
    ann = await world.phone("ann")
    ann.start()
    await ann.sync()
    await refused(ann, ann.request(changes=[{**ann.out.changes[1], **change}]), 409, "device_fork")


async def test_fork_is_cured_by_a_new_device_number(world: World) -> None:
    ann = await world.phone("ann")
    ann.start()
    await ann.sync()
    again = await world.sign_in(ann.http, "ann", device=None)
    assert again.json()["device"] != ann.device


async def test_sync_is_a_post(world: World) -> None:
    ann = await world.phone("ann")
    check_problem(await ann.http.get("/api/sync"), 405, "method_not_allowed")
