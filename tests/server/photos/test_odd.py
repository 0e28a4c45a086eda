"""Two hundred odd and hostile pictures through the whole slice: served right or refused plainly, and nothing breaks."""

import asyncio
import io
import warnings
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from PIL import Image
from structlog.testing import capture_logs

from server.photos import workshop
from server.photos.acts import FLAWS
from server.photos.crew import Crew
from server.photos.imaging import LONG_EDGE
from tests.server.photos.conftest import House, Tus
from tests.server.photos.odd import ODD, SECRET, Odd, position_in
from tests.server.photos.pictures import sha256

AT_ONCE = 4
MOST_KB = 400_000
"""Of memory a worker ever has, about 50 MB of it before any picture."""


@pytest.fixture
async def one_house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[House]:
    """On the embedded database only: the pictures never reach the other. With workers of its own, that are measured."""
    monkeypatch.setattr(workshop, "Crew", Crew)
    house = House(tmp_path)
    await house.start()
    yield house
    await house.stop()


def test_they_are_many() -> None:
    assert len({odd.name for odd in ODD}) == len(ODD) >= 200


async def test_each_is_served_right_or_refused_plainly(one_house: House) -> None:
    """No 5xx among the answers, no worker dead, and none ever larger than `MOST_KB`."""
    wrong: list[str] = []
    queue = list(reversed(ODD))

    async def bring() -> None:
        async with one_house.client() as client:
            while queue:
                odd = queue.pop()
                try:
                    await _check(one_house, client, odd)
                except AssertionError as error:
                    wrong.append(f"{odd.name}: {error}")

    with warnings.catch_warnings(), capture_logs() as capture:
        warnings.simplefilter("ignore")  # of what the tests open themselves
        await asyncio.gather(*(bring() for _ in range(AT_ONCE)))
    assert not wrong, "\n".join(wrong)
    assert list((one_house.data / "uploads").iterdir()) == []
    assert 0 < one_house.workshop.crew.peak_kb < MOST_KB
    assert not [died for died in capture if died["event"] == "a picture worker died"]


async def _check(house: House, client: httpx.AsyncClient, odd: Odd) -> None:
    data = await asyncio.to_thread(odd.make)
    photo = house.shelf.add(sha256(data))
    reply = await Tus(client).create(photo, sha256(data), len(data))
    if reply.headers["upload-offset"] == "0":  # two may be one file: an opaque picture with and without transparency
        reply = await Tus(client).patch(reply.headers["location"], 0, data)
    if reply.is_success:
        assert odd.fate in ("served", "either"), "was taken"
        await _is_served(client, photo, data)
        return
    problem = reply.json()
    assert reply.status_code == 422, f"{reply.status_code} {problem}"
    assert odd.fate in ({"refused", "either"} | {problem["code"]}), f"{problem}"
    assert problem["code"] in FLAWS
    assert (await client.get(f"/api/photos/{photo}")).json()["code"] == "photo_expected"


async def _is_served(client: httpx.AsyncClient, photo: str, data: bytes) -> None:
    for size in ("full", *LONG_EDGE):
        for _ in range(2):  # made, and kept
            reply = await client.get(f"/api/photos/{photo}?size={size}")
            assert reply.status_code == 200, f"{size}: {reply.status_code} {reply.text[:200]}"
        assert SECRET not in reply.content, size
        assert position_in(reply.content) == {}, size
        with Image.open(io.BytesIO(reply.content)) as shown:
            shown.load()
            assert reply.headers["content-type"] == Image.MIME[shown.format or ""].replace("mpo", "jpeg"), size
            assert size == "full" or (shown.format == "WEBP" and max(shown.size) <= LONG_EDGE[size]), size
    assert (await client.get(f"/api/photos/{photo}?size=original")).content == data
