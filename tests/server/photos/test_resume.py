"""Cuts, stalls, crashes and rivals: an upload goes on from a true offset, or starts over, and never lies."""

import asyncio
import threading
from base64 import b64encode
from collections.abc import Awaitable, Callable
from hashlib import sha1
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from tusclient.client import TusClient
from tusclient.exceptions import TusUploadFailed

from server.photos import acts, ledger, workshop
from server.photos.acts import LIFE_MS, MEMORY_MS, tidy
from server.photos.crew import Crew
from server.photos.store import Store
from tests.server.photos.conftest import House, Tus
from tests.server.photos.pictures import picture, sha256

DATA = picture(size=(300, 200), quality=95)
SHA = sha256(DATA)
SIZE = len(DATA)


@pytest.fixture
def photo(house: House) -> str:
    return house.shelf.add(SHA)


class Broken:
    """A PATCH whose client goes silent or away in the middle."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    @classmethod
    async def begin(cls, house: House, url: str, offset: int, sent: bytes, announced: int, extra: str = "") -> "Broken":
        host = urlsplit(house.base)
        reader, writer = await asyncio.open_connection(host.hostname, host.port)
        head = (
            f"PATCH {url} HTTP/1.1\r\nHost: x\r\nX-Person: ann\r\nTus-Resumable: 1.0.0\r\nUpload-Offset: {offset}\r\n"
            f"Content-Type: application/offset+octet-stream\r\nContent-Length: {announced}\r\n{extra}\r\n"
        )
        writer.write(head.encode() + sent)
        await writer.drain()
        return cls(reader, writer)

    async def hang_up(self) -> None:
        self.writer.transport.abort()
        await asyncio.sleep(0)

    async def status(self) -> int:
        async with asyncio.timeout(10):
            return int((await self.reader.readline()).split()[1])


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(10):
        while not await condition():  # noqa: ASYNC110  files have no events
            await asyncio.sleep(0.01)


def spooled(house: House, url: str) -> int:
    path = house.data / "uploads" / url.rsplit("/", 1)[1]
    return path.stat().st_size if path.exists() else 0


@pytest.mark.parametrize("cut", [0, 1, 1000, SIZE // 2, SIZE - 1, SIZE])
async def test_cut_anywhere_and_resumed(house: House, tus: Tus, photo: str, cut: int) -> None:
    url = await tus.location(photo, SHA, SIZE)
    broken = await Broken.begin(house, url, 0, DATA[:cut], SIZE)

    async def arrived() -> bool:
        return spooled(house, url) == cut or house.shelf.said != []

    await until(arrived)
    await broken.hang_up()
    offset = await tus.offset(url)
    assert offset == cut
    if offset < SIZE:
        assert (await tus.patch(url, offset, DATA[offset:])).status_code == 204
    assert house.shelf.said == [(photo, {"stored_at": house.now})]
    assert (await tus.client.get(f"/api/photos/{photo}?size=original")).content == DATA
    assert house.workshop.turns.held() == 0


@pytest.mark.parametrize("cut", [0, 1, SIZE // 2, SIZE - 1])
async def test_the_server_ends_anywhere_and_comes_back(house: House, photo: str, cut: int) -> None:
    async with house.client() as client:
        url = await Tus(client).location(photo, SHA, SIZE)
        if cut:
            await Tus(client).patch(url, 0, DATA[:cut])
        half = await Broken.begin(house, url, cut, DATA[cut : cut + 1], SIZE - cut)
    await house.stop()
    await half.hang_up()
    await house.start()
    async with house.client() as client:
        offset = await Tus(client).offset(url)
        assert offset in (cut, cut + 1)
        if offset < SIZE:
            assert (await Tus(client).patch(url, offset, DATA[offset:])).status_code == 204
        assert (await client.get(f"/api/photos/{photo}?size=original")).content == DATA


def failing_once(monkeypatch: pytest.MonkeyPatch, owner: Any, name: str, *, after: bool) -> None:
    """Make one step of storing fail before or after it did its work, as a crash there would look."""
    real = getattr(owner, name)

    async def step(*args: Any, **kwargs: Any) -> Any:
        monkeypatch.setattr(owner, name, real)
        if after:
            await real(*args, **kwargs)
        raise RuntimeError("crash")

    monkeypatch.setattr(owner, name, step)


STEPS: list[tuple[Any, str]] = [
    (Store, "put"),
    (ledger, "save_blob"),
    (acts, "_announce"),
    (ledger, "link_blob"),
    (ledger, "end_upload"),
]


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize(("owner", "name"), STEPS, ids=[name for _, name in STEPS])
async def test_a_crash_between_the_last_byte_and_the_last_step(
    house: House, tus: Tus, monkeypatch: pytest.MonkeyPatch, owner: Any, name: str, after: bool
) -> None:
    for seed, cure in enumerate(("head", "tidy", "create")):
        data = picture(seed=100 + seed)
        sha, size = sha256(data), len(data)
        photo = house.shelf.add(sha)
        url = await tus.location(photo, sha, size)
        failing_once(monkeypatch, owner, name, after=after)
        assert (await tus.patch(url, 0, data)).status_code == 500
        if cure == "head":
            assert await tus.offset(url) == size
        elif cure == "tidy":
            await tidy(house.workshop)
        else:
            again = await tus.create(photo, sha, size)
            if again.headers["upload-offset"] == "0":
                assert (await tus.patch(again.headers["location"], 0, data)).status_code == 204
        assert house.shelf.rows[photo]["stored_at"] == house.now
        assert (await tus.client.get(f"/api/photos/{photo}?size=original")).content == data
        assert (await tus.create(photo, sha, size)).headers["upload-offset"] == str(size)
    await tidy(house.workshop)
    assert list((house.data / "uploads").iterdir()) == []


async def test_wrong_bytes_found_only_after_a_crash_start_over(house: House, tus: Tus, photo: str) -> None:
    url = await tus.location(photo, SHA, SIZE)
    (house.data / "uploads" / url.rsplit("/", 1)[1]).write_bytes(b"x" * SIZE)
    assert await tus.offset(url) == 0
    assert (await tus.patch(url, 0, DATA)).status_code == 204


async def test_a_spool_that_vanished_is_410(house: House, tus: Tus, photo: str) -> None:
    url = await tus.location(photo, SHA, SIZE)
    (house.data / "uploads" / url.rsplit("/", 1)[1]).unlink()
    assert (await tus.client.head(url)).status_code == 410
    assert (await tus.client.head(url)).status_code == 410


@pytest.mark.parametrize("request_", ["head", "patch", "delete"])
async def test_a_new_request_ends_a_stalled_one(house: House, tus: Tus, photo: str, request_: str) -> None:
    url = await tus.location(photo, SHA, SIZE)
    stalled = await Broken.begin(house, url, 0, DATA[:1000], SIZE)

    async def arrived() -> bool:
        return spooled(house, url) == 1000

    await until(arrived)
    async with asyncio.timeout(5):
        if request_ == "head":
            assert await tus.offset(url) == 1000
        elif request_ == "patch":
            assert (await tus.patch(url, 1000, DATA[1000:])).status_code == 204
        else:
            assert (await tus.client.delete(url)).status_code == 204
    assert await stalled.status() == 423
    assert house.workshop.turns.held() == 0
    await stalled.hang_up()


async def test_many_stalled_ones_and_the_newest_wins(house: House, tus: Tus, photo: str) -> None:
    url = await tus.location(photo, SHA, SIZE)
    stalled = [await Broken.begin(house, url, 0, b"", SIZE) for _ in range(20)]
    await asyncio.sleep(0.1)
    async with asyncio.timeout(5):
        assert (await tus.patch(url, 0, DATA)).status_code == 204
    assert {await one.status() for one in stalled} == {423}
    assert house.workshop.turns.held() == 0
    for one in stalled:
        await one.hang_up()


async def test_silence_ends_a_request_and_keeps_its_bytes(tmp_path: Any, database_url: str | None) -> None:
    house = House(tmp_path, database_url=database_url)
    house.idle = 0.1
    await house.start()
    photo = house.shelf.add(SHA)
    async with house.client() as client:
        url = await Tus(client).location(photo, SHA, SIZE)
        silent = await Broken.begin(house, url, 0, DATA[:1000], SIZE)
        assert await silent.status() == 408
        assert await Tus(client).offset(url) == 1000
    await silent.hang_up()
    await house.stop()


async def test_a_part_under_a_checksum_counts_whole_or_not_at_all(house: House, tus: Tus, photo: str) -> None:
    url = await tus.location(photo, SHA, SIZE)
    checksum = f"Upload-Checksum: sha1 {b64encode(sha1(DATA, usedforsecurity=False).digest()).decode()}\r\n"
    broken = await Broken.begin(house, url, 0, DATA[:1000], SIZE, checksum)
    await asyncio.sleep(0.1)
    await broken.hang_up()
    assert await tus.offset(url) == 0
    assert [path.name for path in (house.data / "uploads").iterdir()] == [url.rsplit("/", 1)[1]]


async def test_two_clients_racing_over_one_upload_harm_nothing(house: House, tus: Tus, photo: str) -> None:
    url = await tus.location(photo, SHA, SIZE)

    async def client() -> None:
        for _ in range(200):
            offset = await tus.offset(url)
            if offset == SIZE:
                return
            await tus.patch(url, offset, DATA[offset : offset + 4000])
        raise AssertionError("never done")

    await asyncio.gather(client(), client(), client())
    assert house.shelf.said == [(photo, {"stored_at": house.now})]
    assert (await tus.client.get(f"/api/photos/{photo}?size=original")).content == DATA


async def test_two_uploads_of_one_photo_end_well(house: House, tus: Tus, photo: str) -> None:
    first, second = [await tus.location(photo, SHA, SIZE) for _ in range(2)]
    replies = await asyncio.gather(tus.patch(first, 0, DATA), tus.patch(second, 0, DATA))
    assert [reply.status_code for reply in replies] == [204, 204]
    assert await tus.offset(first) == await tus.offset(second) == SIZE


async def test_tidying_drops_the_expired_and_the_unknown_and_spares_the_rest(
    house: House, tus: Tus, photo: str
) -> None:
    old = await tus.location(photo, SHA, SIZE)
    house.now += LIFE_MS - 1000
    young = await tus.location(photo, SHA, SIZE)
    await tus.patch(young, 0, DATA[:10])
    uploads = house.data / "uploads"
    (uploads / "stray").touch()
    (uploads / f"{young.rsplit('/', 1)[1]}.aside").touch()
    house.now += 2000
    await tidy(house.workshop)
    assert {path.name.partition(".")[0] for path in uploads.iterdir()} == {young.rsplit("/", 1)[1]}
    assert (await tus.client.head(old)).status_code == 410
    assert await tus.offset(young) == 10
    house.now += MEMORY_MS
    await tidy(house.workshop)
    assert (await tus.client.head(old)).status_code == 404


async def test_tidying_leaves_a_request_at_work_alone(house: House, tus: Tus, photo: str) -> None:
    url = await tus.location(photo, SHA, SIZE)
    working = await Broken.begin(house, url, 0, DATA[:1000], SIZE)

    async def arrived() -> bool:
        return spooled(house, url) == 1000

    await until(arrived)
    await tidy(house.workshop)
    working.writer.write(DATA[1000:])
    assert await working.status() == 204
    await working.hang_up()


@pytest.mark.parametrize("part", [1000, 256 * 1024])
@pytest.mark.parametrize("checksum", [False, True])
async def test_tuspy_uploads(house: House, photo: str, part: int, checksum: bool) -> None:
    client = TusClient(f"{house.base}/api/uploads", headers={"X-Person": "ann"})

    def upload(stop_at: int | None = None, url: str | None = None) -> str:
        uploader = client.uploader(
            file_stream=BytesIO(DATA),
            chunk_size=part,
            metadata={"photo": photo, "sha256": SHA, "kind": "full"},
            upload_checksum=checksum,
            url=url,
        )
        uploader.upload(stop_at=stop_at)
        return str(uploader.url)

    url = await asyncio.to_thread(upload, 2000)
    assert house.shelf.said == []
    await asyncio.to_thread(upload, None, url)
    assert house.shelf.said == [(photo, {"stored_at": house.now})]


async def test_tuspy_hears_of_wrong_bytes(house: House) -> None:
    photo = house.shelf.add(sha256(b"something else"))
    client = TusClient(f"{house.base}/api/uploads", headers={"X-Person": "ann"})
    metadata = {"photo": photo, "sha256": sha256(b"something else"), "kind": "full"}
    uploader = client.uploader(file_stream=BytesIO(DATA), chunk_size=5000, metadata=metadata)
    with pytest.raises(TusUploadFailed) as failed:
        await asyncio.to_thread(uploader.upload)
    assert failed.value.status_code == 460


async def test_threads_and_processes_end_with_the_server(
    tmp_path: Any, database_url: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workshop, "Crew", Crew)
    before = {thread.name for thread in threading.enumerate()}
    house = House(tmp_path, database_url=database_url)
    await house.start()
    photo = house.shelf.add(SHA)
    async with house.client() as client:
        await Tus(client).send(photo, DATA, SHA)
        for _ in range(30):
            other = await Tus(client).location(house.shelf.add(sha256(b"x")), sha256(b"x"), SIZE)
            await (await Broken.begin(house, other, 0, DATA[:100], SIZE)).hang_up()
        during = {thread.name for thread in threading.enumerate()} - before
        assert len([name for name in during if name.startswith("photo-")]) <= 6
        (pid,) = house.workshop.crew.pids()
    await house.stop()
    assert not Path(f"/proc/{pid}").exists()
    after = {thread.name for thread in threading.enumerate()} - before
    assert [name for name in after if name.startswith("photo-")] == []
    if ending := asyncio.all_tasks() - {asyncio.current_task()}:
        _, left = await asyncio.wait(ending, timeout=30)
        assert left == set()
