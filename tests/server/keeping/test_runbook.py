"""The runbook of the README, followed to the letter: a server is lost, and nobody's work is."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from random import Random

import httpx
import pytest

from server.app import wall_clock_ms
from server.customers import erased
from tests.server.keeping.runbook import HEADINGS, Machine, commands, nightly, steps
from tests.server.kills.campaign import build
from tests.server.kills.housing import PATIENCE_S, Server, nursery
from tests.server.kills.parcel import Parcel
from tests.server.phone import differences
from tests.server.photos.pictures import picture, sha256
from tests.server.protocol.gestures import FAIL, PASS, Hand
from tests.server.protocol.reach import Reach
from tests.server.protocol.seed import PASSWORD, named

README = "README.md"


@pytest.fixture
async def machine(tmp_path: Path) -> AsyncIterator[Machine]:
    """A server at work with the seeded world, and an empty folder for backups."""
    srv = tmp_path / "srv"
    (srv / "backup").mkdir(parents=True)
    await asyncio.to_thread(lambda: asyncio.run(build(srv / "xunfang", None)))
    with nursery() as forking:
        server = Server(forking, srv / "xunfang", None)
        try:
            await server.start()
            yield Machine(srv, server)
        finally:
            await server.kill()


@pytest.fixture
async def crew(machine: Machine) -> AsyncIterator["Crew"]:
    crew = Crew(machine.server.url)
    yield crew
    for line in crew.lines:
        await line.aclose()


class Crew:
    """Phones of one server, over the wire."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.lines: list[httpx.AsyncClient] = []
        self.reach = Reach()

    async def phone(self, login: str, device: int | None = None) -> Hand:
        """A phone signed in, as the browser that had this device number."""
        http = httpx.AsyncClient(base_url=self.url, timeout=PATIENCE_S)
        self.lines.append(http)
        body = {"login": login, "password": PASSWORD, "device": device, "device_name": login}
        response = await http.post("/api/session", json=body)
        assert response.status_code == 201, response.text
        phone = Hand(http, response.json(), wall_clock_ms)
        phone.reach = self.reach
        return phone

    async def renumbered(self, phone: Hand, login: str) -> Hand:
        """The same phone signed in again, to a server that does not know it: its work counts under a new number."""
        again = await self.phone(login, phone.device)
        assert again.device != phone.device
        for change in phone.out.changes.values():
            body = json.loads(json.dumps(change).replace(f"[{phone.device}, ", f"[{again.device}, "))
            again.put({name: value for name, value in body.items() if name != "n"})
        return again


async def photographed(phone: Hand, inspection: str, seed: int) -> tuple[str, bytes]:
    """A picture of an item, on the server when this returns; its id and its bytes."""
    data = picture(size=(120, 90), seed=seed)
    photo = phone.photo(inspection, sha256=sha256(data), bytes=len(data))
    await phone.sync()
    await send(phone, photo, data)
    return photo, data


async def send(phone: Hand, photo: str, data: bytes) -> None:
    parcel, dice = Parcel(photo, 0, "full", data), Random(1)
    while not parcel.arrived:
        assert await parcel.step(phone.http, dice, lambda response: response.text) == "answered"
    await phone.sync()


async def test_following_it_brings_everything_back(machine: Machine, crew: Crew) -> None:
    ann, zoe = await crew.phone("ann"), await crew.phone("zoe")
    first = ann.start()
    ann.check(first, "A-1.a", FAIL)
    early, early_bytes = await photographed(ann, first, seed=1)
    await zoe.sync()
    await machine.follow(nightly(README))

    # 1. Work goes on after the backup: sent, refused, by somebody new, and not sent at all.
    ann.note(first, "A-1", "after the backup")
    second = ann.start("south")
    ann.check(second, "A-1.a", PASS)
    late, late_bytes = await photographed(ann, second, seed=2)
    refused = ann.edit("inspection", ann.new_id(), {"remark": "of nothing"})
    assert await ann.fate(refused) == "refused incomplete"
    bob = await crew.phone("bob")
    third = bob.start("east")
    await bob.sync()
    fourth = zoe.start("far")

    # 2. The disk is lost, and the runbook followed.
    await machine.server.kill()
    erased.note(machine.srv / "xunfang" / erased.NAME, [erased.Erased(named("nobody"), named("north"), 1)])
    (machine.srv / "xunfang" / "xunfang.sqlite3").write_bytes(b"lost")
    said = await machine.follow(steps(README))
    assert '"status":"ok"' in said
    assert [one.customer for one in erased.read(machine.srv / "xunfang" / erased.NAME)] == [named("nobody")]
    assert (machine.srv / "xunfang" / "xunfang.sqlite3").stat().st_mode & 0o077 == 0

    # 3. Phones come back: by their session, or by signing in again.
    before = ann.cache.epoch
    await ann.sync()
    assert ann.cache.epoch is not None
    assert before is not None
    assert ann.cache.epoch > before
    assert ann.said(refused) == "refused incomplete"
    assert ann.row("photo", late)["stored_at"] is None
    await send(ann, late, late_bytes)
    assert (await bob.send(bob.request())).status_code == 401
    bob = await crew.renumbered(bob, "bob")
    await bob.sync()
    await zoe.sync()

    # 4. Nothing is missing, and everybody sees it.
    sue, zed = await crew.phone("sue"), await crew.phone("zed")
    for phone in (sue, zed, ann):
        await phone.sync()
    assert {row["id"] for row in sue.rows("inspection")} == {first, second, third}
    assert [row["id"] for row in zed.rows("inspection")] == [fourth]
    assert sue.finding(first)["notes"] == {ann.person: "after the backup"}
    assert sue.answer(second, "A-1.a") == PASS
    for photo, data in ((early, early_bytes), (late, late_bytes)):
        assert (await sue.http.get(f"/api/photos/{photo}?size=original")).content == data
    fresh = await crew.phone("ann")
    await fresh.sync()
    assert not differences(ann, fresh)

    # 5. Followed once more without need, it ends before it overwrites what is left of the old data.
    with pytest.raises(AssertionError, match=r"xunfang\.broken"):
        await machine.follow(steps(README))
    assert (machine.srv / "xunfang.broken" / "xunfang.sqlite3").read_bytes() == b"lost"
    assert (machine.srv / "xunfang" / "xunfang.sqlite3").exists()


@pytest.mark.parametrize("readme", HEADINGS)
def test_every_language_says_the_same_commands(readme: str) -> None:
    assert commands(steps(readme)) == commands(steps(README))
    assert nightly(readme) == nightly(README)
