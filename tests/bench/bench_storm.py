"""Many inspectors at once, each sending an item's answers again and again, while somebody reads everything."""

import asyncio
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import uvloop

from tests.bench.lean import Reply
from tests.bench.measure import Aim, Spread, heading, table
from tests.bench.ours import ITEMS, ONSITE, Handset, finding_id
from tests.bench.programs import Ours, durable_postgresql, ours_on_postgresql, ours_on_sqlite
from tests.bench.world import SUPERVISOR, World, make_world

COUNTIES = 8
PHONES = 32
WORKERS = 2
"""Processes of our server over PostgreSQL: as many as there are cores here. Over SQLite there is always one."""
AHEAD = 8
"""Inspections a phone has begun before the clock runs; then it begins another with its next push."""
POLL_S = 0.02


class Told(msgspec.Struct):
    """What of a reply matters here."""

    ack: int
    cursor: int
    rows: dict[str, list[msgspec.Raw]] = {}
    results: list[msgspec.Raw] = []
    more: bool = False


class Seen(msgspec.Struct):
    """A finding as the reader got it."""

    id: str
    checks: dict[str, Any] = {}


_told = msgspec.json.Decoder(Told).decode
_seen = msgspec.json.Decoder(Seen).decode


class Line:
    """A handset that waits for its answers without holding up the others."""

    def __init__(self, handset: Handset) -> None:
        self.handset = handset

    async def connect(self) -> None:
        self.handset.close()
        name, _, port = self.handset.lean.host.partition(":")
        self._reader, self._writer = await asyncio.open_connection(name, int(port), limit=4 << 20)

    async def exchange(self, changes: list[dict[str, Any]]) -> tuple[float, Told]:
        """Milliseconds, and what came."""
        handset = self.handset
        content = msgspec.json.encode(handset.request(changes))
        request = handset.lean.prepare("POST", "/api/sync", content)
        begun = time.perf_counter()
        self._writer.write(request)
        head = await self._reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
        body = await self._reader.readexactly(length)
        spent = (time.perf_counter() - begun) * 1000
        if b" 200 " not in head[:20]:
            raise Reply(f"{head[:60]!r} {body[:300]!r}")
        told = _told(body)
        assert not told.results, told.results[:2]
        assert told.ack == handset.next - 1
        handset.cursor = told.cursor
        return spent, told

    async def close(self) -> None:
        self._writer.close()
        await self._writer.wait_closed()


class Storm:
    """One run against one server."""

    def __init__(self, one: Ours, world: World) -> None:
        self.phones = [Line(Handset(one.url, login)) for login in world.inspectors]
        self.reader = Line(Handset(one.url, SUPERVISOR))
        self.spent: list[float] = []
        self.stored: dict[str, int] = {}
        """Findings the server said it has, with the number of their answers."""
        self.read: dict[str, int] = {}
        self.reads = 0

    def work_of(self, line: Line) -> Iterator[tuple[str, list[dict[str, Any]]]]:
        """The pushes of a phone: one item each, an edit for every answer, the first makes the finding."""
        handset = line.handset
        begun = handset.start_inspections(AHEAD)
        while True:
            starts = [] if begun else [handset.start()]
            inspection = begun.pop() if begun else starts[0]["id"]
            for item in ONSITE:
                yield finding_id(inspection, item), [*starts, *answers(inspection, item)]
                starts = []

    async def run(self, seconds: float) -> None:
        work = [self.work_of(line) for line in self.phones]
        firsts = [next(each) for each in work]
        for line in (*self.phones, self.reader):
            await line.connect()
        until = time.perf_counter() + seconds
        over = asyncio.Event()
        reading = asyncio.create_task(self._read_on(over))
        async with asyncio.TaskGroup() as group:
            for line, first, rest in zip(self.phones, firsts, work, strict=True):
                group.create_task(self._push_on(line, first, rest, until))
        over.set()
        await reading
        for line in (*self.phones, self.reader):
            await line.close()

    async def _push_on(self, line: Line, first: Any, rest: Any, until: float) -> None:
        finding, changes = first
        while time.perf_counter() < until:
            spent, _ = await line.exchange(changes)
            self.spent.append(spent)
            self.stored[finding] = sum("checks" in path for change in changes for path in change["set"])
            finding, changes = next(rest)

    async def _read_on(self, over: asyncio.Event) -> None:
        """Poll while the others push; then once more to the end."""
        while not over.is_set():
            await self._read_once()
            await asyncio.sleep(POLL_S)
        while await self._read_once():
            pass

    async def _read_once(self) -> bool:
        _, told = await self.reader.exchange([])
        for raw in told.rows.get("finding", []):
            row = _seen(raw)
            self.read[row.id] = len(row.checks)
        self.reads += 1
        return told.more

    def skipped(self) -> int:
        """Stored findings that the reader never saw as they are."""
        return sum(self.read.get(finding) != answers for finding, answers in self.stored.items())


def answers(inspection: str, item: str) -> list[dict[str, Any]]:
    """An item's answers, one change each, as a person taps them."""
    changes = []
    for number, check in enumerate(ITEMS[item]["checks"]):
        made = {"inspection": [inspection], "item": [item]} if number == 0 else {}
        values = {**made, f"checks.{check['code']}": [{"result": "pass"}]}
        changes.append({"type": "finding", "id": finding_id(inspection, item), "set": values})
    return changes


def storm(one: Ours, seconds: float) -> dict[str, Any]:
    """Pushes a second, what they took, memory, and whether the reader missed any."""
    start = one.meter.memory_mb()
    run = Storm(one, one.prepared)
    ready = one.meter.memory_mb()
    one.meter.look_again()
    cpu, begun = one.meter.cpu_ms(), time.perf_counter()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(run.run(seconds))
    took = time.perf_counter() - begun
    pushes = len(run.spent)
    one.meter.look_again()
    return {
        "pushes_a_second": round(pushes / took, 1),
        "spread": Spread.of(run.spent, (one.meter.cpu_ms() - cpu) / pushes),
        "reads": run.reads,
        "findings": len(run.stored),
        "skipped": run.skipped(),
        "memory_mb": {"start": start, "signed_in": ready, "end": one.meter.memory_mb()},
    }


def measure(seconds: float, *, phones: int = PHONES, only_sqlite: bool = False) -> dict[str, Any]:
    """The storm on each database; with the aims under ``aims``."""
    found: dict[str, Any] = {}

    def prepare(data: Path, url: str | None) -> World:
        return make_world(data, url, counties=COUNTIES, inspectors=phones)

    with tempfile.TemporaryDirectory(prefix="xunfang-bench-") as name:
        folder = Path(name)
        with ours_on_sqlite(folder / "sqlite", prepare=prepare) as one:
            found[one.name] = storm(one, seconds)
        for workers in () if only_sqlite else (1, WORKERS):
            with (
                durable_postgresql() as server,
                ours_on_postgresql(folder / f"{workers}", server, workers=workers, prepare=prepare) as one,
            ):
                found[f"{one.name}, {workers} process{'es' if workers > 1 else ''}"] = storm(one, seconds)
    show(found, phones)
    least = {"least": 300.0}
    return {
        "storm": found,
        "aims": [
            *(
                Aim(f"pushes of an item's answers, {name}", one["pushes_a_second"], "/s", **least)
                for name, one in found.items()
            ),
            *(
                Aim(f"rows skipped by the reader, {name}", one["skipped"], "rows", most=0)
                for name, one in found.items()
            ),
        ],
    }


def show(found: dict[str, Any], phones: int) -> None:
    heading(f"pushes of an item's answers (about 5 changes each), {phones} phones at once, one reader")
    rows = []
    for name, one in found.items():
        spread: Spread = one["spread"]
        memory = one["memory_mb"]
        rows.append(
            [
                name,
                f"{one['pushes_a_second']:.0f}",
                f"{spread.median:.1f}",
                f"{spread.p99:.1f}",
                f"{spread.cpu:.2f}",
                str(one["reads"]),
                f"{one['skipped']} of {one['findings']}",
                f"{memory['start']:.0f} → {memory['end']:.0f}",
            ]
        )
    table(("", "pushes/s", "p50 ms", "p99 ms", "CPU ms", "reads", "rows skipped", "memory MB"), rows)
