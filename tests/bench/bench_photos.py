"""Photos a second through the whole server, beside Pillow alone; all its memory, and how long its loop waits.

The server is a process of its own: `python -m tests.bench.bench_photos FOLDER`.
"""

import asyncio
import io
import json
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import httpx
from PIL import Image

from server.photos.crew import WORKERS
from server.photos.imaging import LONG_EDGE, examine
from tests.bench.machine import Meter
from tests.bench.measure import Aim, heading, table
from tests.server.photos.conftest import BYTES, TUS, House, Tus
from tests.server.photos.pictures import sha256

AT_ONCE = 20
LAG_MS = 2.0
ROUNDS = 5
LARGE_ONES = 6
"""More than are ever in memory at once."""
LOOK_S = 0.05
KINDS: dict[str, tuple[str, tuple[int, int], dict[str, Any]]] = {
    "1600 × 1200 JPEG, as the app sends": ("JPEG", (1600, 1200), {"quality": 80}),
    "4000 × 3000 JPEG, 12 megapixels": ("JPEG", (4000, 3000), {"quality": 85}),
    "7000 × 7000 JPEG": ("JPEG", (7000, 7000), {"quality": 80}),
    "5000 × 5000 JPEG in several scans": ("JPEG", (5000, 5000), {"quality": 90, "progressive": True, "subsampling": 0}),
    "5000 × 5000 PNG": ("PNG", (5000, 5000), {"compress_level": 1}),
    "4080 × 3060 WebP without loss": ("WEBP", (4080, 3060), {"lossless": True, "quality": 0, "method": 0}),
}
APP, *LARGE = KINDS


def measure(many: int = 20) -> dict[str, Any]:
    """`many` photos at once, of each kind that is taken; those of the app beside Pillow alone, in turns."""
    with _server() as (base, server):
        idle = _ask(server, "begin", "tell", after=1)
        alone, seconds = list[float](), list[float]()
        _ask(server, "begin")
        with _memory(server.pid) as peak:
            for turn in range(ROUNDS):
                photos = [photo(APP, turn * many + seed) for seed in range(many)]
                alone.append(many / _pillow_alone(photos))
                seconds.append(asyncio.run(_bring(base, server, photos)))
        app = _ask(server, "tell") | _found(many, median(seconds), peak, photos)
        ratio = median(many / took / by for took, by in zip(seconds, alone, strict=True))
        kept = asyncio.run(_look(base, server, photos))
        rounds = {APP: app, **{kind: _large(base, server, kind, min(many, LARGE_ONES)) for kind in LARGE}}
    heading(f"photos: {many} at once decoded, checked and kept")
    cells = [[kind, *_cells(found)] for kind, found in rounds.items()]
    rows = [["nothing to do", "–", "–", *_lateness(idle), "–"], *cells]
    rows.append([f"Pillow alone, {WORKERS} threads: {APP}", "–", f"{median(alone):.1f}", *["–"] * 4])
    table(("", "KB each", "a second", "late p50 ms", "p99", "p99 of its own", "peak MB"), rows)
    late, memory = (max(found[name] for found in rounds.values()) for name in ("own_p99", "mb"))
    aims = [
        Aim("the loop late while photos are kept, p99 of its own", late, "ms", most=20),
        Aim("memory of the server and its workers, largest photos", memory, "MB", most=600),
    ]
    told = {"ratio": ratio, "kept_kb": kept, "pillow_a_second": median(alone)}
    print(f"\nBeside Pillow alone {ratio:.2f}; a photo of the app takes {kept:.0f} KB once looked at in every size.")
    return {"idle": idle, "kinds": rounds, **told, "aims": aims}


def photo(kind: str, seed: int) -> bytes:
    """One of a scene with some noise."""
    form, size, options = KINDS[kind]
    image = Image.frombytes("RGB", (200, 150), random.Random(seed).randbytes(200 * 150 * 3))
    out = io.BytesIO()
    image.resize(size, Image.Resampling.BICUBIC).save(out, form, **options)
    return out.getvalue()


def _large(base: str, server: "subprocess.Popen[str]", kind: str, many: int) -> dict[str, float]:
    """The same picture with something behind it, so that each is another one and gets a copy without that."""
    one = photo(kind, 1)
    photos = [one + b"behind it %d" % number for number in range(many)]
    _ask(server, "begin")
    with _memory(server.pid) as peak:
        seconds = asyncio.run(_bring(base, server, photos))
    return _ask(server, "tell") | _found(many, seconds, peak, photos)


def _found(many: int, seconds: float, peak: list[float], photos: Sequence[bytes]) -> dict[str, float]:
    return {"a_second": many / seconds, "mb": max(peak), "kb": sum(map(len, photos)) / len(photos) / 1000}


def _cells(found: dict[str, float]) -> list[str]:
    return [f"{found['kb']:.0f}", f"{found['a_second']:.1f}", *_lateness(found), f"{found['mb']:.0f}"]


def _lateness(found: dict[str, float]) -> list[str]:
    return [f"{found[name]:.1f}" for name in ("p50", "p99", "own_p99")]


def _pillow_alone(photos: Sequence[bytes]) -> float:
    """Seconds to decode photos in as many threads as the server has workers, and nothing else."""
    with ThreadPoolExecutor(WORKERS) as pool:
        begun = time.perf_counter()
        list(pool.map(examine, photos))
        return time.perf_counter() - begun


@contextmanager
def _server() -> Iterator[tuple[str, "subprocess.Popen[str]"]]:
    with tempfile.TemporaryDirectory() as folder:
        program = [sys.executable, "-m", "tests.bench.bench_photos", folder]
        with subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
            assert child.stdout is not None
            yield json.loads(child.stdout.readline()), child
            assert child.stdin is not None
            child.stdin.close()


def _ask(server: "subprocess.Popen[str]", *words: str, after: float = 0) -> Any:
    """What the server says to the last of some words."""
    assert server.stdin is not None
    assert server.stdout is not None
    told = None
    for word in words:
        print(word, file=server.stdin, flush=True)
        told = json.loads(server.stdout.readline())
        time.sleep(after)
    return told


@contextmanager
def _memory(pid: int) -> Iterator[list[float]]:
    """The memory a process and its children have, seen again and again."""
    seen, over = [0.0], threading.Event()

    def look() -> None:
        while not over.wait(LOOK_S):
            seen.append(Meter(pid).memory_mb())

    looking = threading.Thread(target=look)
    looking.start()
    try:
        yield seen
    finally:
        over.set()
        looking.join()


def _client(base: str) -> httpx.AsyncClient:
    limits = httpx.Limits(max_connections=AT_ONCE)
    return httpx.AsyncClient(base_url=base, headers={"X-Person": "ann", **TUS}, timeout=300, limits=limits)


async def _bring(base: str, server: "subprocess.Popen[str]", photos: Sequence[bytes]) -> float:
    """Seconds until all are stored."""
    waiting = [(_ask(server, f"add {sha256(data)}"), sha256(data), data) for data in photos]
    async with _client(base) as client:

        async def sender() -> None:
            while waiting:
                id_, sha, data = waiting.pop()
                url = await Tus(client).location(id_, sha, len(data))
                reply = await client.patch(url, content=data, headers={"Upload-Offset": "0", **BYTES})
                assert reply.status_code == 204, reply.text

        begun = time.perf_counter()
        await asyncio.gather(*(sender() for _ in range(AT_ONCE)))
        return time.perf_counter() - begun


async def _look(base: str, server: "subprocess.Popen[str]", photos: Sequence[bytes]) -> float:
    """KB a photo takes in the store once somebody has looked at it in every size."""
    total = 0
    async with _client(base) as client:
        for id_ in _ask(server, "ids")[-len(photos) :]:
            for size in ("full", *LONG_EDGE):
                total += len((await client.get(f"/api/photos/{id_}?size={size}")).content)
    return total / len(photos) / 1000


async def serve(folder: str) -> None:
    """A server that adds photos when asked to, and says how late its loop was since it was told to begin."""
    house = House(Path(folder))
    await house.start()
    late: list[tuple[float, float]] = []
    watching = asyncio.create_task(_watch(late))
    _say(house.base)
    while word := (await asyncio.to_thread(sys.stdin.readline)).strip():
        if word == "begin":
            late.clear()
            _say("begun")
        elif word == "ids":
            _say(list(house.shelf.rows))
        elif word == "tell":
            whole, own = ([one[at] for one in late] for at in (0, 1))
            _say({"p50": median(whole), "p99": _p99(whole), "own_p99": _p99(own), "times": len(late)})
        else:
            _say(house.shelf.add(word.removeprefix("add ")))
    watching.cancel()
    await house.stop()


def _say(what: object) -> None:
    print(json.dumps(what), flush=True)


def _p99(late: list[float]) -> float:
    return quantiles(late, n=100)[98] if len(late) > 1 else max(late, default=0.0)


async def _watch(late: list[tuple[float, float]]) -> None:
    """How many milliseconds later than it should a short sleep ends; and without the time no processor was free."""
    file = Path(f"/proc/self/task/{threading.get_native_id()}/schedstat")
    with file.open("rb", buffering=0) as system:  # noqa: ASYNC230  the system's own numbers

        def waited() -> float:
            system.seek(0)
            return int(system.read().split()[1]) / 1e6

        while True:
            before, begun = waited(), time.perf_counter()
            await asyncio.sleep(LAG_MS / 1000)
            by = (time.perf_counter() - begun) * 1000 - LAG_MS
            late.append((by, max(0.0, by - (waited() - before))))


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1]))
