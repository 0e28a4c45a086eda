"""Pictures are opened in processes apart: what they do there harms no server, and loses no upload."""

import asyncio
import contextlib
import fcntl
import io
import os
import pickle
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from PIL import Image

from server.photos import acts, crew, worker
from server.photos.crew import Crew
from server.photos.imaging import Picture, examine
from server.problems import Refusal
from tests.server.photos.conftest import House, Tus
from tests.server.photos.deeds import (
    about_itself,
    answer_with_a_name,
    die,
    die_of_the_picture,
    die_once,
    fail,
    hang,
    never_end,
    take_memory,
    wait_for,
)
from tests.server.photos.pictures import picture, sha256


@pytest.fixture
def own() -> Iterator[Crew]:
    """One that a test may harm."""
    own = Crew()
    yield own
    own.end()


@pytest.fixture
def photo(house: House) -> str:
    return house.shelf.add(sha256(picture()))


async def refusal_of(own: Crew, work: Callable[..., object], *arguments: object) -> Refusal:
    with pytest.raises(Refusal) as refused:
        await own.do(work, *arguments)
    return refused.value


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not condition():  # noqa: ASYNC110  processes have no events
            await asyncio.sleep(0.01)


async def test_a_picture_is_opened_by_another_process_that_lets_the_server_go_first(own: Crew) -> None:
    assert own.pids() == []
    found = await own.do(examine, picture())
    assert found == examine(picture())
    assert isinstance(found, Picture)
    pid, nice, memory, seconds = await own.do(about_itself)
    assert own.pids() == [pid]
    assert pid != os.getpid()
    assert nice == min(19, os.nice(0) + worker.COURTESY)
    assert memory == worker.MEMORY
    assert seconds < 2 * worker.TIME_S


async def test_what_is_refused_there_is_refused_here(own: Crew) -> None:
    refused = await refusal_of(own, examine, b"no picture")
    assert (refused.code, refused.status) == ("bad_image", 422)
    assert "UnidentifiedImageError" in refused.extra["detail"]


async def test_a_fault_of_ours_is_no_refusal_and_kills_nobody(own: Crew) -> None:
    with pytest.raises(RuntimeError, match="LookupError: a fault of ours"):
        await own.do(fail)
    pids = own.pids()
    await own.do(about_itself)
    assert own.pids() == pids


@pytest.mark.parametrize("by", [signal.SIGSEGV, signal.SIGABRT, signal.SIGBUS, signal.SIGXCPU])
async def test_a_picture_no_decoder_survives_is_a_bad_one(own: Crew, by: int) -> None:
    assert (await refusal_of(own, die, by)).code == "bad_image"
    assert (await own.do(examine, picture())).media == "image/jpeg"


async def test_a_worker_somebody_killed_is_replaced_and_the_work_done_again(own: Crew, tmp_path: Path) -> None:
    assert await own.do(die_once, signal.SIGKILL, tmp_path / "mark") == "survived"
    for pid in own.pids():
        os.kill(pid, signal.SIGKILL)
        await until(lambda pid=pid: not _runs(pid))
    assert await own.do(die_once, signal.SIGKILL, tmp_path / "other") == "survived"


async def test_workers_that_keep_being_killed_are_503(own: Crew) -> None:
    refused = await refusal_of(own, die, signal.SIGKILL)
    assert (refused.code, refused.status) == ("unavailable", 503)
    assert "Retry-After" in refused.headers
    assert own.pids() == []


async def test_no_worker_can_be_started_is_503(own: Crew, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    refused = await refusal_of(own, examine, picture())
    assert (refused.code, refused.status) == ("unavailable", 503)


async def test_memory_is_bounded_there(own: Crew) -> None:
    assert (await refusal_of(own, take_memory, worker.MEMORY)).code == "huge_image"
    assert own.peak_kb < worker.MEMORY // 1024


async def test_who_grew_is_replaced(own: Crew) -> None:
    (pid,) = {(await own.do(about_itself))[0]}
    await own.do(take_memory, (crew.GROWN_KB + 1) * 1024)
    assert own.pids() == []
    assert (await own.do(about_itself))[0] != pid


async def test_a_picture_that_never_ends_is_a_bad_one(own: Crew) -> None:
    assert (await refusal_of(own, never_end, 1)).code == "bad_image"


async def test_who_hangs_is_killed(own: Crew, monkeypatch: pytest.MonkeyPatch) -> None:
    await own.do(about_itself)
    monkeypatch.setattr(crew, "PATIENCE_S", 0.2)
    assert (await refusal_of(own, hang)).code == "unavailable"
    assert own.pids() == []


async def test_an_answer_cannot_make_the_server_call_anything(own: Crew) -> None:
    assert (await refusal_of(own, answer_with_a_name)).code == "unavailable"
    with pytest.raises(pickle.UnpicklingError):
        worker.receive(io.BytesIO(pickle.dumps(subprocess.Popen)))


async def test_large_pictures_are_open_one_at_a_time(own: Crew, tmp_path: Path) -> None:
    out = io.BytesIO()
    Image.new("L", (4000, worker.LARGE // 4000 + 1)).save(out, "PNG")
    began, go = tmp_path / "began", tmp_path / "go"
    first = asyncio.create_task(own.do(wait_for, out.getvalue(), began, go))
    await until(began.exists)
    with pytest.raises(BlockingIOError):
        fcntl.lockf(own._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    assert (await own.do(examine, picture())).media == "image/jpeg"
    go.touch()
    assert await first == "went"
    fcntl.lockf(own._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)


async def test_who_has_nothing_to_do_goes_home(own: Crew) -> None:
    (pid,) = {(await own.do(about_itself))[0]}
    await asyncio.to_thread(own.send_home)
    assert own.pids() == [pid]
    await asyncio.to_thread(own.send_home, 0)
    assert own.pids() == []
    assert not Path(f"/proc/{pid}").exists()
    assert (await own.do(about_itself))[0] != pid


async def test_the_end_waits_for_nobody_and_leaves_nobody(own: Crew, tmp_path: Path) -> None:
    working = asyncio.create_task(own.do(wait_for, b"", tmp_path / "began", tmp_path / "never"))
    await until((tmp_path / "began").exists)
    pids = own.pids()
    await asyncio.to_thread(own.end)
    assert [pid for pid in pids if Path(f"/proc/{pid}").exists()] == []
    with pytest.raises(Refusal, match="unavailable"):
        await working


@contextlib.asynccontextmanager
async def elsewhere() -> AsyncIterator[tuple[subprocess.Popen[str], int]]:
    """A crew of another process, and the worker it has."""
    program = (
        "import asyncio, sys; from server.photos.crew import Crew; from tests.server.photos.deeds import about_itself\n"
        "crew = Crew(); print(asyncio.run(crew.do(about_itself))[0], flush=True); sys.stdin.read(); crew.end()"
    )
    start = partial(subprocess.Popen, [sys.executable, "-c", program], stdin=-1, stdout=-1, text=True)
    with await asyncio.to_thread(start) as process:
        assert process.stdout is not None
        yield process, int(await asyncio.to_thread(process.stdout.readline))
        process.kill()


async def test_workers_outlive_a_signal_to_all_and_no_server() -> None:
    async with elsewhere() as (server, pid):
        for by in (signal.SIGTERM, signal.SIGINT):
            os.kill(pid, by)
        assert Path(f"/proc/{pid}").exists()
        server.kill()
        await until(lambda: not _runs(pid))


def _runs(pid: int) -> bool:
    """Not gone, and no zombie that the system has yet to take away."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


async def test_an_upload_whose_worker_dies_is_kept_and_stored_later(
    house: House, tus: Tus, photo: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = picture()
    url = await tus.location(photo, sha256(data), len(data))
    with monkeypatch.context() as while_workers_die:
        while_workers_die.setattr(acts, "examine", die_of_the_picture)
        reply = await tus.patch(url, 0, data)
        assert (reply.status_code, reply.json()["code"]) == (503, "unavailable")
        assert "retry-after" in reply.headers
        assert house.shelf.said == []
    assert await tus.offset(url) == len(data)
    assert house.shelf.said == [(photo, {"stored_at": house.now})]
    assert (await tus.client.get(f"/api/photos/{photo}?size=original")).content == data
