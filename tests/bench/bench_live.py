"""One push, and everybody who listens: how long until each is told, and what it costs to have them there."""

import asyncio
import resource
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

import msgspec
import uvloop

from server.demo.people import PASSWORD
from tests.bench.bench_storm import Line
from tests.bench.lean import Lean
from tests.bench.measure import Aim, Spread, heading, table
from tests.bench.ours import Handset
from tests.bench.programs import Ours, durable_postgresql, ours_on_postgresql, ours_on_sqlite
from tests.bench.world import SUPERVISOR, World, make_world

LISTENERS = 2_000
A_SESSION = 4
WORKERS = 2
AT_ONCE = 100
PATIENCE_S = 60.0
WORST_MS = 2_000.0
"""So soon a desk is to see what a phone sent, its own pull included."""


class Ears:
    """Many streams of one person, on so many devices as it takes."""

    def __init__(self, url: str) -> None:
        self._told: list[float] = []
        """When the events of this push came, those above a rev."""
        self._above = 0
        self._url = url
        self._tasks: list[asyncio.Task[None]] = []
        self._all = asyncio.Event()

    def cookies(self, many: int) -> list[str]:
        """So many sessions of the supervisor."""
        return [_signed_in(self._url) for _ in range(many)]

    async def open(self, cookies: list[str], many: int) -> None:
        """Returns once all of them listen."""
        for first in range(0, many, AT_ONCE):
            some = range(first, min(many, first + AT_ONCE))
            self._tasks += await asyncio.gather(*(self._listening(cookies[number // A_SESSION]) for number in some))

    async def _listening(self, cookie: str) -> asyncio.Task[None]:
        host, _, port = self._url.removeprefix("http://").partition(":")
        reader, writer = await asyncio.open_connection(host, int(port), limit=4096)
        writer.write(f"GET /api/live HTTP/1.1\r\nHost: {host}\r\nCookie: {cookie}\r\n\r\n".encode())
        head = await reader.readuntil(b"\r\n\r\n")
        assert b" 200 " in head[:20], head
        await reader.readuntil(b":\n\n\r\n")
        return asyncio.create_task(self._hear(reader, writer))

    async def _hear(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while line := await reader.readline():
                if line.startswith(b"data: "):
                    self._heard(msgspec.json.decode(line[6:])["rev"])
        finally:
            writer.close()

    def _heard(self, rev: int) -> None:
        if rev > self._above:
            self._told.append(time.perf_counter())
            if len(self._told) == len(self._tasks):
                self._all.set()

    def expect(self, above: int) -> None:
        """What is told from now on counts if it is above a rev."""
        self._told, self._above = [], above
        self._all.clear()

    async def all_heard(self) -> list[float]:
        """When each was told, once all of them were."""
        async with asyncio.timeout(PATIENCE_S):
            await self._all.wait()
        return self._told

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


def _signed_in(url: str) -> str:
    """A session on a device of its own; its cookie."""
    lean = Lean(url)
    lean._socket.sendall(lean.prepare("POST", "/api/session", {"login": SUPERVISOR, "password": PASSWORD}))
    head, rest = lean._head()
    fields = dict(row.split(b": ", 1) for row in head.split(b"\r\n")[1:])
    by_name = {name.lower(): value for name, value in fields.items()}
    lean._upto(rest, int(by_name[b"content-length"]))
    lean.close()
    return by_name[b"set-cookie"].partition(b";")[0].decode()


async def _fan_out(one: Ours, pushing: Handset, many: int, rounds: int) -> dict[str, Any]:
    ears = Ears(one.url)
    cookies = ears.cookies(-(-many // A_SESSION))
    one.meter.look_again()
    before = one.meter.memory_mb()
    line = Line(pushing)
    await line.connect()
    await ears.open(cookies, many)
    after, cpu = one.meter.memory_mb(), one.meter.cpu_ms()
    delays: list[float] = []
    for _ in range(rounds):
        ears.expect(pushing.cursor or 0)
        begun = time.perf_counter()
        await line.exchange([pushing.start()])
        delays += [(at - begun) * 1000 for at in await ears.all_heard()]
        await asyncio.sleep(1.1)  # an ear is told once a second at most
    spent = one.meter.cpu_ms() - cpu
    await line.close()
    await ears.close()
    delays.sort()
    return {
        "listeners": many,
        "delay_ms": {
            "p50": round(median(delays), 1), "p95": round(delays[int(len(delays) * 0.95)], 1),
            "most": round(delays[-1], 1),
        },
        "spread": Spread.of(delays, spent / len(delays)),
        "kib_a_listener": round((after - before) * 1000 / many, 1),
    }  # fmt: skip


def fan_out(one: Ours, many: int, rounds: int) -> dict[str, Any]:
    """Delays from sending a push to each listener's event, memory, and processor a listener told."""
    pushing = Handset(one.url, one.prepared.inspectors[0])
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(_fan_out(one, pushing, many, rounds))


def measure(rounds: int, *, listeners: int = LISTENERS, only_sqlite: bool = False) -> dict[str, Any]:
    """One listener, then many, on each database; with the aims under ``aims``."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    found: dict[str, list[dict[str, Any]]] = {}

    def prepare(data: Path, url: str | None) -> World:
        return make_world(data, url, counties=1, inspectors=1)

    with tempfile.TemporaryDirectory(prefix="xunfang-bench-") as name:
        folder = Path(name)
        with ours_on_sqlite(folder / "sqlite", prepare=prepare) as one:
            found[one.name] = [fan_out(one, many, rounds) for many in (1, listeners)]
        if not only_sqlite:
            with (
                durable_postgresql() as server,
                ours_on_postgresql(folder / "pg", server, workers=WORKERS, prepare=prepare) as one,
            ):
                found[f"{one.name}, {WORKERS} processes"] = [fan_out(one, many, rounds) for many in (1, listeners)]
    show(found)
    aims = [
        Aim(f"{some['listeners']} told of a push, p95, {name}", some["delay_ms"]["p95"], "ms", most=WORST_MS)
        for name, both in found.items()
        for some in both
    ]
    memory = [
        Aim(f"memory a listener, {name}", both[-1]["kib_a_listener"], "KB", most=100.0) for name, both in found.items()
    ]
    return {"live": found, "aims": [*aims, *memory]}


def show(found: dict[str, list[dict[str, Any]]]) -> None:
    heading(
        "from sending a push to each listener's event (told over a second when they are 2 000, not to pull at once)"
    )
    rows = [
        [
            name, f"{one['listeners']}", *(f"{one['delay_ms'][part]:.0f}" for part in ("p50", "p95", "most")),
            f"{one['kib_a_listener']:.1f}" if one["listeners"] > 1 else "–", f"{one['spread'].cpu:.2f}",
        ]
        for name, both in found.items()
        for one in both
    ]  # fmt: skip
    table(("", "listeners", "p50 ms", "p95 ms", "most ms", "KB each", "CPU ms each"), rows)
