"""A phone that does not get through hands its work in as a file: judged like any other, once, and from nobody else."""

import asyncio
import base64
import json
import uuid
from typing import Any

import httpx
import pytest

from server.database.query import fetch
from server.rescue import controller
from server.rescue.acts import MOST_AT_ONCE
from server.rescue.reports import Author, Report
from tests.server.photos.pictures import picture, sha256, with_position
from tests.server.protocol.gestures import FAIL, PASS, Hand
from tests.server.protocol.seed import DAY, HOUR
from tests.server.protocol.world import World
from tests.server.rescue.making import CHUNK, Made, Pictures, keys_of, made_on

FULL, PREVIEW = with_position(), picture("WEBP", seed=2)
CODE = "abcd-efgh-jkmn-pqrs"


def taken(phone: Hand, inspection: str) -> Pictures:
    """A photo of a failed check, with the pictures of it that wait on the phone."""
    hashes: dict[str, Any] = {"sha256": sha256(FULL), "preview_sha256": sha256(PREVIEW), "bytes": len(FULL)}
    photo = phone.photo(inspection, check="A-1.a", **hashes)
    return [
        ({"id": photo, "size": "preview", "sha256": sha256(PREVIEW), "bytes": len(PREVIEW)}, PREVIEW),
        ({"id": photo, "size": "full", "sha256": sha256(FULL), "bytes": len(FULL)}, FULL),
    ]


async def bring(phone: Hand, content: bytes, code: str = "", *, vouch: bool = False) -> httpx.Response:
    query, headers = "?vouch=true" if vouch else "", {"X-Rescue-Code": code} if code else {}
    return await phone.http.post(f"/api/rescue/{uuid.uuid4()}{query}", content=content, headers=headers)


async def refused(phone: Hand, content: bytes, code: str = "", *, vouch: bool = False) -> str:
    """The code of a refusal, which leaves nothing behind."""
    before = await fetch("SELECT COUNT(*) FROM log"), await fetch("SELECT COUNT(*) FROM rescue")
    reply = await bring(phone, content, code, vouch=vouch)
    assert reply.status_code >= 400, reply.text
    assert before == (await fetch("SELECT COUNT(*) FROM log"), await fetch("SELECT COUNT(*) FROM rescue"))
    return str(reply.json()["code"])


async def report(phone: Hand, content: bytes, code: str = "", *, vouch: bool = False) -> dict[str, Any]:
    reply = await bring(phone, content, code, vouch=vouch)
    assert reply.status_code == 201, reply.text
    body: dict[str, Any] = reply.json()
    assert (await phone.http.get(f"/api/rescue/{body['id']}")).json() == body
    return dict(body["report"])


async def work(world: World, login: str = "ann") -> tuple[Hand, str, Made]:
    """A phone with an inspection nobody has heard of, a photo in it, and the file of it."""
    phone = await world.phone(login)
    keys = await keys_of(phone.http)
    inspection = phone.start()
    phone.check(inspection, "A-1.a", FAIL)
    return phone, inspection, made_on(phone, keys, taken(phone, inspection))


async def test_a_file_does_what_the_sync_would_have_done_and_twice_without_effect(world: World) -> None:
    ann, inspection, made = await work(world)
    sue = await world.phone("sue")
    world.clock.advance(3 * DAY)
    first = await report(sue, made.for_office())
    assert first["person"]["name"] == "人员ann"
    assert (first["new"], first["already"], first["outcomes"]) == (3, 0, {"applied": 3})
    assert first["photos"] == {"stored": 1, "already": 0, "missing": 0}
    await sue.sync()
    assert sue.answer(inspection, "A-1.a") == FAIL
    assert sue.rows("photo")[0]["stored_at"] == world.clock()
    log = await fetch("SELECT COUNT(*) FROM log")
    second = await report(sue, made.for_office())
    assert (second["new"], second["already"]) == (0, 3)
    assert second["photos"] == {"stored": 0, "already": 1, "missing": 0}
    await ann.sync()  # the phone gets through after all: everything is there, and nothing comes twice
    assert not ann.unsent
    assert await fetch("SELECT COUNT(*) FROM log") == log
    await world.agree(ann, sue)
    assert (await report(sue, made.for_office()))["already"] == 3


async def test_work_goes_on_behind_a_file(world: World) -> None:
    ann, inspection, made = await work(world)
    ann.check(inspection, "A-2.a", PASS)
    await report(ann, made.for_office())
    later = made_on(ann, await keys_of(ann.http), [])
    found = await report(ann, later.for_office())
    assert (found["new"], found["already"]) == (1, 3)
    await ann.sync()
    assert ann.answer(inspection, "A-2.a") == PASS
    await world.agree(ann)


async def test_it_is_judged_like_anything_else(world: World) -> None:
    """Refused, held and superseded work has the same fate by a file, and the time it lay about counts for nothing."""
    ann, bob, sue = await world.team("ann", "bob", "sue")
    keys = await keys_of(ann.http)
    inspection = ann.start()
    ann.check(inspection, "A-1.a", FAIL)
    await ann.sync()
    ann.note(inspection, "A-1", "in the afternoon")
    ann.act("inspection", inspection, "approve", {"sha256": "0" * 64})
    lost = made_on(ann, keys, [])
    world.clock.advance(HOUR)
    found = await report(sue, lost.for_office())
    assert found["new"] == 2
    assert [(fate["type"], fate["outcome"]) for fate in found["fates"]] == [("inspection", "refused")]
    await sue.sync()
    finding = sue.finding(inspection)
    assert finding["notes"][ann.person] == "in the afternoon"
    at = await fetch("SELECT at, received FROM log WHERE type = 'finding' ORDER BY id DESC LIMIT 1")
    assert at[0][1] - at[0][0] == HOUR
    await ann.sync()
    await world.grant("ann", ("inspector", "county2"))
    ann.note(inspection, "A-1", "after the right was withdrawn")
    held = await report(sue, made_on(ann, keys, []).for_office())
    assert held["outcomes"] == {"held": 1}
    assert held["refused_before"] == {next(iter(ann.out.results.values()))["code"]: 1}
    assert bob.device != ann.device


async def test_pictures_of_a_record_that_is_not_here_are_told_and_may_come_later(world: World) -> None:
    ann, _, made = await work(world)
    pictures = [({"id": ann.new_id(), "size": "full", "sha256": sha256(FULL), "bytes": len(FULL)}, FULL)]
    bad = [({"id": pictures[0][0]["id"], "size": "full", "sha256": "0" * 64, "bytes": len(FULL)}, FULL)]
    stray = made_on(ann, await keys_of(ann.http), [*pictures, *bad])
    found = await report(ann, stray.for_office())
    assert found["photos"] == {"stored": 0, "already": 0, "missing": 2}
    assert {fate["code"] for fate in found["fates"]} == {"not_found"}
    assert (await report(ann, made.for_office()))["photos"]["stored"] == 1


async def test_a_picture_that_is_not_what_its_record_says_is_not_taken(world: World) -> None:
    ann, inspection, _ = await work(world)
    (entry, _), full = taken(ann, inspection)
    wrong = made_on(ann, await keys_of(ann.http), [(full[0], FULL[:-1] + b"?"), (entry, PREVIEW)])
    found = await report(ann, wrong.for_office())
    assert found["photos"]["missing"] == 1
    assert [fate["code"] for fate in found["fates"]] == ["hash_mismatch"]
    right = made_on(ann, await keys_of(ann.http), [full])
    assert (await report(ann, right.for_office()))["photos"]["stored"] == 1


async def test_with_a_code_instead_of_the_office_key(world: World) -> None:
    _, _, made = await work(world)
    sue = await world.phone("sue")
    content = made.with_code(CODE)
    assert await refused(sue, content) == "rescue_code"
    assert await refused(sue, content, "abcd-efgh-jkmn-pqrt") == "rescue_code"
    assert (await report(sue, content, "ABCD%20EFGHJKMN-pqrs"))["new"] == 3


async def test_who_may_bring_one(world: World) -> None:
    ann, _, made = await work(world)
    content = made.for_office()
    zed, bob, mara = await world.team("zed", "bob", "mara")
    for stranger in (zed, bob, mara):
        assert await refused(stranger, content) == "not_allowed"
    assert (await world.client().post(f"/api/rescue/{uuid.uuid4()}", content=content)).status_code == 401
    reply = await bring(ann, content)
    assert reply.status_code == 201
    assert (await zed.http.get(f"/api/rescue/{reply.json()['id']}")).status_code == 404
    again = await ann.http.post(f"/api/rescue/{reply.json()['id']}", content=content)
    assert again.json()["code"] == "import_state"
    assert (await bring(await world.phone("root"), content)).status_code == 201


async def test_nobody_makes_a_file_in_the_name_of_another(world: World) -> None:
    """The office's key is public; the seal of a device is not."""
    ann, _, _ = await work(world)
    zoe, root = await world.team("zoe", "root")
    keys = await keys_of(zoe.http)
    forged = made_on(ann, keys, [])
    assert await refused(root, forged.for_office()) == "rescue_damaged"
    own = made_on(zoe, keys, [])
    own.head["device"] = ann.device
    assert await refused(root, own.for_office()) == "rescue_foreign"
    own.head["person"] = ann.person
    assert await refused(root, own.for_office()) == "rescue_damaged"
    unsealed = made_on(ann, None, [])
    assert await refused(root, unsealed.with_code(CODE), CODE, vouch=True) == "rescue_unproven"


async def test_a_revoked_phone_needs_an_administrator_who_answers_for_it(world: World) -> None:
    ann, _, made = await work(world)
    sue, root = await world.team("sue", "root")
    content = made.for_office()
    assert (await root.http.delete(f"/api/devices/{ann.device}")).status_code < 300
    assert await refused(sue, content, vouch=True) == "rescue_revoked"
    reply = await bring(root, content)
    assert (reply.json()["code"], reply.json()["may_vouch"]) == ("rescue_revoked", True)
    assert (await report(root, content, vouch=True))["new"] == 3


async def test_a_file_that_is_not_whole_is_not_taken_at_all(world: World) -> None:
    ann, inspection, made = await work(world)
    big = bytes(2 * CHUNK)
    made = made_on(
        ann, made.keys, [({"id": inspection, "size": "full", "sha256": sha256(big), "bytes": len(big)}, big)]
    )
    content = made.for_office()
    body = content.index(b"\n") + 1
    chunk = CHUNK + 16
    assert len(content) > body + 2 * chunk
    flipped = bytearray(content)
    flipped[body + chunk + 7] ^= 1
    head, first = content[:body], content[body : body + chunk]
    second, rest = content[body + chunk : body + 2 * chunk], content[body + 2 * chunk :]
    for damaged in (
        content[:-1], content[: body + chunk], head, content + b"x", bytes(flipped), head + second + first + rest,
        head + first + rest, head.replace(b'"v":1', b'"v":1 ') + content[body:],
    ):  # fmt: skip
        assert await refused(ann, damaged) == "rescue_damaged"
    for other in (b"", b"PK\x03\x04", b"{}\n", head.replace(b'"v":1', b'"v":2') + content[body:], b"x" * 100_000):
        assert await refused(ann, other) == "rescue_unreadable"
    assert (await bring(ann, content)).status_code == 201


async def test_a_file_of_another_server(world: World) -> None:
    ann, _, made = await work(world)
    root = await world.phone("root")
    made.head["office"] = "aaaaaaaaaaaaaaaa"
    assert await refused(ann, made.for_office()) == "rescue_foreign"
    made.head["device"] = 999_999
    assert await refused(root, made.for_office()) == "rescue_foreign"
    assert await refused(ann, made.for_office()) == "not_allowed"


ABOUT = {"kind": "about", "cursor": None, "app": ""}
ONE = {"kind": "end", "changes": 1, "kept": 0, "refused": 0, "photos": 0}
NONSENSE: list[list[dict[str, Any]]] = [
    [],
    [{"kind": "change", "change": {"n": 1}}],
    [ABOUT, ABOUT],
    [ABOUT, ONE],
    [ABOUT, {"kind": "change", "change": {"no": "number"}}, ONE],
    [ABOUT, {"kind": "change", "change": json.loads("[" * 500 + "]" * 500)}, ONE],
    [ABOUT, {"kind": "photo", "id": "x", "size": "full", "bytes": 1}],
    [{"kind": "other"}],
]


async def test_nonsense_that_is_well_sealed_is_refused_as_well(world: World) -> None:
    ann = await world.phone("ann")
    keys = await keys_of(ann.http)
    for entries in NONSENSE:
        made = Made(keys, ann.device, ann.person, ann.now())
        for entry in entries:
            made.add(entry)
        assert await refused(ann, made.for_office()) == "rescue_damaged"
    step = Made(keys, ann.device, ann.person, ann.now()).add(ABOUT)
    for n in range(1, MOST_AT_ONCE + 2):
        act = {"n": n, "at": 1, "type": "task", "id": ann.person, "act": "claim", "group": 1}
        step.add({"kind": "change", "change": act})
    assert await refused(ann, step.add({**ONE, "changes": MOST_AT_ONCE + 1}).for_office()) == "rescue_damaged"
    made.plain = (1 << 31).to_bytes(4, "big")
    assert await refused(ann, made.for_office()) == "rescue_damaged"


async def test_only_a_few_files_are_worked_on_at_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    ann = await world.phone("ann")
    receive = controller._receive
    here, inside, most = 0, 0, 0
    all_here = asyncio.Event()

    async def received(*parts: Any) -> Any:
        nonlocal here
        path = await receive(*parts)
        here += 1
        if here == 5:
            all_here.set()
        return path

    async def opened(*_: object) -> None:
        nonlocal inside, most
        inside += 1
        await all_here.wait()
        for _ in range(200):
            await asyncio.sleep(0)
        most = max(most, inside)
        inside -= 1

    async def taken(*_: object) -> Report:
        return Report(device=ann.device, person=Author(ann.person, ""), made_at=1, brought_at=1)

    for name, stand_in in (("_receive", received), ("open_rescue", opened), ("take_in", taken)):
        monkeypatch.setattr(controller, name, stand_in)
    replies = await asyncio.gather(*(bring(ann, b"x") for _ in range(5)))
    assert [reply.status_code for reply in replies] == [201] * 5
    assert most == controller.MOST_FILES


async def test_work_before_it_must_be_there(world: World) -> None:
    ann, _, made = await work(world)
    ann.out.changes.pop(1)
    assert await refused(ann, made_on(ann, made.keys, []).for_office()) == "rescue_gap"
    ann.out.changes = {n: change for n, change in ann.out.changes.items() if n != 2}
    assert await refused(ann, made_on(ann, made.keys, []).for_office()) == "rescue_gap"


async def test_other_work_under_the_same_numbers_is_not_taken(world: World) -> None:
    ann, inspection, made = await work(world)
    ann.check(inspection, "A-2.a", PASS)
    await report(ann, made.for_office())
    ann.out.changes[2]["at"] += 1
    assert await refused(ann, made_on(ann, made.keys, []).for_office()) == "rescue_fork"


async def test_a_restored_server_gets_what_it_lacks(world: World) -> None:
    """What some server had settled is in the file too; one that has it passes over it."""
    ann, inspection, made = await work(world)
    content = made_on(ann, made.keys, [], kept=2)
    found = await report(ann, content.for_office())
    assert (found["new"], found["already"]) == (3, 0)
    again = await report(ann, content.for_office())
    assert (again["new"], again["already"]) == (0, 1)
    sue = await world.phone("sue")
    assert sue.answer(inspection, "A-1.a") == FAIL


async def test_text_no_database_holds_is_an_outcome(world: World) -> None:
    ann = await world.phone("ann")
    made = Made(await keys_of(ann.http), ann.device, ann.person, ann.now())
    made.add({"kind": "about", "cursor": None, "app": ""})
    odd = {"n": 1, "at": 1, "type": "finding", "id": ann.new_id(), "set": {"inspection": ["\ud800"]}}
    made.add({"kind": "change", "change": odd})
    made.add({"kind": "end", "changes": 1, "kept": 0, "refused": 0, "photos": 0})
    assert (await report(ann, made.for_office()))["outcomes"] == {"refused": 1}


async def test_a_key_is_for_the_device_that_asks(world: World) -> None:
    ann, bob = await world.team("ann", "bob")
    one, two = await keys_of(ann.http), await keys_of(bob.http)
    assert one["public"] == two["public"]
    assert one["seal"] != two["seal"]
    assert len(base64.b64decode(one["seal"])) == 32
    assert (one["device"], one) == (ann.device, await keys_of(ann.http))
    key = world.folder / "rescue" / "office.key"
    assert (key.stat().st_mode & 0o777, key.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert (await world.client().get("/api/rescue/key")).status_code == 401
    assert (await ann.http.get("/api/rescue/nonsense")).status_code == 404
