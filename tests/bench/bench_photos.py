"""Photos a second through the whole server, beside Pillow alone; the server's memory, and how long its loop waits.

The server is a process of its own: `python -m tests.bench.bench_photos FOLDER N LARGE`.
"""

import asyncio
import contextlib
import io
import json
import random
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
from PIL import Image

from server.photos.imaging import examine
from server.photos.workshop import IMAGING_THREADS
from tests.bench.measure import Aim, heading, table
from tests.server.photos.conftest import BYTES, TUS, House, Tus
from tests.server.photos.pictures import sha256

AT_ONCE = 4
LAG_MS = 5.0
IDLE_S = 1.0


def measure(many: int = 20) -> dict[str, Any]:
    """`many` photos as the app sends them, and as many of the largest that are taken."""
    plain, large = _through_server(many, large=False), _through_server(many, large=True)
    alone = _pillow_alone(many)
    heading("photos: decoded, checked and kept")
    rows = [
        ["the same server, before any", "–", f"{plain['idle']:.1f}", "–"],
        ["the whole server, 1600 × 1200", f"{plain['a_second']:.1f}", f"{plain['lag']:.1f}", f"{plain['peak_mb']:.0f}"],
        ["Pillow alone, 1600 × 1200", f"{alone:.1f}", "–", "–"],
        ["the whole server, 7000 × 7000", f"{large['a_second']:.1f}", f"{large['lag']:.1f}", f"{large['peak_mb']:.0f}"],
    ]
    table(("", "photos a second", "loop late, p99 ms", "peak MB"), rows)
    aims = [
        Aim("the loop while photos are kept, p99", plain["lag"], "ms late", most=20),
        Aim("memory with the largest photos", large["peak_mb"], "MB", most=800),
    ]
    return {"photos": plain, "largest": large, "pillow_a_second": alone, "aims": aims}


def photo(seed: int, *, large: bool) -> bytes:
    """One of a scene with some noise: about 300 KB, or 49 megapixels."""
    chance = random.Random(seed)
    size = (7000, 7000) if large else (1600, 1200)
    image = Image.frombytes("RGB", (200, 150), chance.randbytes(200 * 150 * 3)).resize(size, Image.Resampling.BICUBIC)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=80)
    return out.getvalue()


def _pillow_alone(many: int) -> float:
    """Photos a second that are decoded in as many threads as the server has, and nothing else."""
    photos = [photo(seed, large=False) for seed in range(many)]
    with ThreadPoolExecutor(IMAGING_THREADS) as pool:
        begun = time.perf_counter()
        list(pool.map(examine, photos))
        return many / (time.perf_counter() - begun)


def _through_server(many: int, *, large: bool) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        program = [sys.executable, "-m", "tests.bench.bench_photos", folder, str(many), str(int(large))]
        with subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
            assert child.stdout is not None
            assert child.stdin is not None
            about = json.loads(child.stdout.readline())
            seconds = asyncio.run(_bring(about["base"], about["photos"], large=large))
            print("tell", file=child.stdin, flush=True)
            told: dict[str, float] = json.loads(child.stdout.readline())
        return {"a_second": many / seconds, **told}


async def _bring(base: str, ids: list[str], *, large: bool) -> float:
    """Seconds until all are stored."""
    waiting = [(id_, photo(seed, large=large)) for seed, id_ in enumerate(ids)]
    async with httpx.AsyncClient(base_url=base, headers={"X-Person": "ann", **TUS}, timeout=120) as client:

        async def sender() -> None:
            while waiting:
                id_, data = waiting.pop()
                url = await Tus(client).location(id_, sha256(data), len(data))
                reply = await client.patch(url, content=data, headers={"Upload-Offset": "0", **BYTES})
                assert reply.status_code == 204, reply.text

        begun = time.perf_counter()
        await asyncio.gather(*(sender() for _ in range(AT_ONCE)))
        return time.perf_counter() - begun


async def serve(folder: str, many: int, *, large: bool) -> None:
    """A server that says where it is, and when asked how late its loop was and how much memory it had at most."""
    house = House(Path(folder))
    await house.start()
    ids = [house.shelf.add(await asyncio.to_thread(_hash, seed, large)) for seed in range(many)]
    lags: list[float] = []
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")  # the peak from here on, not that of making the pictures
    watching = asyncio.create_task(_watch(lags))
    await asyncio.sleep(IDLE_S)
    idle, lags[:] = _p99(lags), []
    print(json.dumps({"base": house.base, "photos": ids}), flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    watching.cancel()
    status = Path("/proc/self/status").read_text()
    peak = int(status.partition("VmHWM:")[2].split()[0]) / 1024
    print(json.dumps({"idle": idle, "lag": _p99(lags), "peak_mb": peak}), flush=True)
    await house.stop()


def _hash(seed: int, large: bool) -> str:
    return sha256(photo(seed, large=large))


def _p99(lags: list[float]) -> float:
    return statistics.quantiles(lags, n=100)[98] if len(lags) > 1 else max(lags, default=0.0)


async def _watch(lags: list[float]) -> None:
    """How many milliseconds later than it should a short sleep ends."""
    while True:
        begun = time.perf_counter()
        await asyncio.sleep(LAG_MS / 1000)
        lags.append((time.perf_counter() - begun) * 1000 - LAG_MS)


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1], int(sys.argv[2]), large=sys.argv[3] == "1"))
