"""Where whole pictures lie: a folder by default, any folder or object store by its address."""

import os
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from obstore.store import MemoryStore

from server.photos import store as store_module
from server.photos.store import Store
from server.problems import Refusal

SHA = "ab" * 32
DATA = b"picture" * 30_000


@pytest.fixture
def disk() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(1) as pool:
        yield pool


async def everything(chunks: AsyncIterator[bytes]) -> bytes:
    return b"".join([chunk async for chunk in chunks])


async def keeps(store: Store) -> None:
    """What holds for every kind of store."""
    assert await store.size("original", SHA) is None
    assert await store.read("original", SHA) is None
    for _ in range(2):
        await store.put("original", SHA, DATA)
    await store.put("display", SHA, b"other")
    assert await store.size("original", SHA) == len(DATA)
    found = await store.read("original", SHA)
    assert found is not None
    size, chunks = found
    assert size == len(DATA)
    assert await everything(chunks()) == DATA
    assert await store.size("display", SHA) == 5


async def test_a_folder_in_the_data_folder(tmp_path: Path, disk: ThreadPoolExecutor) -> None:
    await keeps(Store.at(None, tmp_path, disk))
    assert (tmp_path / "photos" / "original" / "ab" / SHA).read_bytes() == DATA
    assert await Store.at(None, tmp_path, disk).size("original", SHA) == len(DATA)


@pytest.mark.parametrize("form", ["file://{}", "{}"])
async def test_another_folder(tmp_path: Path, disk: ThreadPoolExecutor, form: str) -> None:
    folder = tmp_path / "照片 of all"
    await keeps(Store.at(form.format(folder), tmp_path, disk))
    assert (folder / "original" / "ab" / SHA).is_file()


async def test_an_object_store(disk: ThreadPoolExecutor) -> None:
    await keeps(Store(MemoryStore(), None, disk))


async def test_one_that_does_not_answer_is_503(
    tmp_path: Path, disk: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_module, "PATIENCE_S", 1)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "x")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    store = Store.at("s3://bucket/photos", tmp_path, disk)
    for attempt in (store.put("original", SHA, DATA), store.size("original", SHA), store.read("original", SHA)):
        with pytest.raises(Refusal) as refused:
            await attempt
        assert (refused.value.code, refused.value.status) == ("photos_unavailable", 503)
        assert "Retry-After" in refused.value.headers


async def test_what_looks_stored_was_flushed(
    tmp_path: Path, disk: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    flushed: list[int] = []
    monkeypatch.setattr("os.fsync", lambda descriptor: flushed.append(os.fstat(descriptor).st_ino))
    await Store.at(None, tmp_path, disk).put("original", SHA, DATA)
    root = tmp_path / "photos"
    places = (root / "original" / "ab" / SHA, root / "original" / "ab", root / "original", root)
    assert flushed == [place.stat().st_ino for place in places]
