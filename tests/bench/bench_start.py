"""Five hundred phones that begin at once: their whole first fill, with the pages the server keeps and without them."""

import asyncio
import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import brotli
import httpx
import msgspec
import uvloop

from server.demo.people import PASSWORD
from tests.bench.bench_feed import Place, place
from tests.bench.crowd import crowd
from tests.bench.machine import Meter
from tests.bench.measure import Aim, heading, table
from tests.bench.programs import POSTGRESQL, SQLITE, free_port, postmaster, running
from tests.bench.world import make_world

PHONES = 500
BRANCHES = 5_000
MOST = 50_000
"""As many branches as the largest operator has; without kept pages nobody waits for the end of it."""
LOOK_EVERY_S = 0.5
WITH, WITHOUT = "server.cli", "tests.bench.without"
"""What is run: the server, and the server that keeps no page."""


class Filled(msgspec.Struct, frozen=True):
    """What one phone's fill took: seconds from the common start to its end, its requests one by one, and bytes."""

    seconds: float
    requests: list[float]
    received: int


class Start(msgspec.Struct):
    """All of them: seconds until the last was done, seconds of a phone, milliseconds of a request."""

    phones: int
    branches: int
    seconds: float
    phone_p50: float
    phone_p95: float
    requests: int
    request_p50: float
    request_p95: float
    cpu_s: float
    memory_mb: float
    sent_mb: float
    kept_mb: float


class Told(msgspec.Struct, frozen=True):
    """What a phone must know of a reply to go on; rows are skipped."""

    epoch: int
    cursor: int
    audiences: list[str] = []
    fill: dict[str, str] = {}
    more: bool = False


_decode = msgspec.json.Decoder(Told).decode


class Phone:
    """One signed-in device on a connection of its own, that has nothing yet."""

    def __init__(self, host: str, cookie: str, device: int) -> None:
        self.host, self.cookie, self.device = host, cookie, device
        self.rows = 0

    async def fill(self, begun: float, *, counting: bool) -> Filled:
        """Page after page until all is here."""
        name, _, port = self.host.partition(":")
        reader, writer = await asyncio.open_connection(name, int(port), limit=1 << 20)
        state: dict[str, Any] = {"epoch": None, "cursor": None, "audiences": [], "fill": {}}
        spent, received = [], 0
        while True:
            asked = time.perf_counter()
            writer.write(self._request(state))
            body = await _answer(reader)
            spent.append((time.perf_counter() - asked) * 1000)
            received += len(body)
            if counting:
                self.rows += sum(map(len, json.loads(_plain(body)).get("rows", {}).values()))
            state, more = _after(body, state)
            if not more:
                break
        writer.close()
        return Filled(time.perf_counter() - begun, spent, received)

    def _request(self, state: dict[str, Any]) -> bytes:
        asked = {"v": 1, "device": self.device, "sent": int(time.time() * 1000), **state, "changes": []}
        body = json.dumps(asked).encode()
        head = (
            f"POST /api/sync HTTP/1.1\r\nHost: {self.host}\r\nCookie: {self.cookie}\r\nAccept-Encoding: br\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body


async def _answer(reader: asyncio.StreamReader) -> bytes:
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    assert head.startswith(b"http/1.1 200"), head
    return await reader.readexactly(int(head.partition(b"content-length: ")[2].split(b"\r\n", 1)[0]))


def _plain(body: bytes) -> bytes:
    return body if body.startswith(b"{") else bytes(brotli.decompress(body))


def _after(body: bytes, state: dict[str, Any]) -> tuple[dict[str, Any], bool]:
    """The next state, and whether there is more. To read all rows would cost the machine more than to send them."""
    end = body[body.rfind(b'"v":1,') :]
    if not body.startswith(b"{") and end.startswith(b'"v":1,'):  # the end of a kept page stands in the clear
        told = _decode(b"{" + end[: end.rfind(b"}") + 1])
    else:
        told = _decode(_plain(body))
    audiences = told.audiences or state["audiences"]
    more = bool(told.fill) or told.more
    return {"epoch": told.epoch, "cursor": told.cursor, "audiences": audiences, "fill": told.fill}, more


async def _signed_in(url: str, logins: Sequence[str]) -> list[Phone]:
    found = []
    async with httpx.AsyncClient(base_url=url, timeout=120) as http:
        for login in logins:
            http.cookies.clear()
            signed = await http.post("/api/session", json={"login": login, "password": PASSWORD, "device": None})
            signed.raise_for_status()
            cookie = "; ".join(f"{name}={value}" for name, value in http.cookies.items())
            found.append(Phone(url.removeprefix("http://"), cookie, signed.json()["device"]))
    return found


async def _all_at_once(phones: Sequence[Phone], meter: Meter) -> tuple[float, list[Filled], float]:
    """Seconds until the last is done, each phone's, and the most memory the server had meanwhile."""
    most = meter.memory_mb()

    async def look() -> None:
        nonlocal most
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            most = max(most, await asyncio.to_thread(meter.memory_mb))

    looking, begun = asyncio.create_task(look()), time.perf_counter()
    filled = await asyncio.gather(*(phone.fill(begun, counting=phone is phones[0]) for phone in phones))
    seconds = time.perf_counter() - begun
    looking.cancel()
    return seconds, filled, most


def start(url: str, logins: Sequence[str], branches: int, meter: Meter, data: Path) -> Start:
    """Every phone signs in; then all begin."""

    async def run() -> tuple[float, float, list[Filled], float, int]:
        phones = await _signed_in(url, logins)
        meter.look_again()
        cpu = meter.cpu_ms()
        seconds, filled, memory = await _all_at_once(phones, meter)
        return (meter.cpu_ms() - cpu) / 1000, seconds, filled, memory, phones[0].rows

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        cpu, seconds, filled, memory, rows = runner.run(run())
    assert rows >= branches, f"{rows} rows of {branches} branches"
    whole, each = [one.seconds for one in filled], [spent for one in filled for spent in one.requests]
    kept = sum(path.stat().st_size for path in (data / "snapshots").rglob("*") if path.is_file())
    return Start(
        phones=len(filled),
        branches=branches,
        seconds=round(seconds, 2),
        phone_p50=round(median(whole), 2),
        phone_p95=round(_high(whole), 2),
        requests=len(each),
        request_p50=round(median(each), 1),
        request_p95=round(_high(each), 1),
        cpu_s=round(cpu, 2),
        memory_mb=memory,
        sent_mb=round(sum(one.received for one in filled) / 1e6, 1),
        kept_mb=round(kept / 1e6, 2),
    )


def _high(values: Sequence[float]) -> float:
    return quantiles(values, n=20, method="inclusive")[-1] if len(values) > 1 else values[0]


@contextmanager
def _served(here: Place, program: str, workers: int) -> Iterator[tuple[str, Meter]]:
    """The server, or the one that keeps no page, over what lies there."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    environment = {"XUNFANG_DATA": str(here.folder / "data"), "XUNFANG_PORT": str(port), "XUNFANG_LOG_LEVEL": "WARNING"}
    if here.url is not None:
        environment["XUNFANG_DATABASE_URL"] = here.url
    command = [sys.executable, "-m", program, "serve", *(["--workers", str(workers)] if workers > 1 else [])]
    others = [postmaster(here.server)] if here.server is not None else []
    with running(command, f"{url}/api/health", here.folder, environment) as pid:
        yield url, Meter(pid, *others)


def measure(
    phones: int = PHONES, branches: int = BRANCHES, most: int | None = MOST, *, only_sqlite: bool = False
) -> dict[str, Any]:
    """With and without kept pages on each database, and with them for the most branches there are."""
    found: dict[str, Start] = {}
    names = ("SQLite",) if only_sqlite else ("SQLite", "PostgreSQL")
    for name in names:
        for many, programs in [(branches, (WITHOUT, WITH)), *([(most, (WITH,))] if most else [])]:
            with tempfile.TemporaryDirectory(prefix="xunfang-bench-") as folder, place(Path(folder), name) as here:
                logins = _filled(here, phones, many)
                for program in programs:
                    with _served(here, program, 1 if name == "SQLite" else os.cpu_count() or 1) as (url, meter):
                        one = start(url, logins, many, meter, here.folder / "data")
                    found[f"{name}, {many:,} branches, {'without' if program == WITHOUT else 'with'}"] = one
                    print(f"{name}, {many:,} branches: {msgspec.json.encode(one).decode()}", flush=True)
    show(found)
    aims = [
        Aim(
            f"processor of {phones} first fills of {branches:,}, with ÷ without, {name}",
            found[f"{name}, {branches:,} branches, with"].cpu_s
            / max(0.01, found[f"{name}, {branches:,} branches, without"].cpu_s),
            "×",
            most=0.25,
        )
        for name in names
    ]
    return {"start": found, "durability": [SQLITE, POSTGRESQL], "aims": aims}


def _filled(here: Place, phones: int, branches: int) -> list[str]:
    world = make_world(here.folder / "data", here.url, counties=1, inspectors=phones)
    bulk = here.bulk()
    crowd(bulk, world.counties[0], f"unit:{world.counties[0]}:inspector", branches)
    bulk.close()
    return world.inspectors


def show(found: dict[str, Start]) -> None:
    heading("phones that begin at once: until all have everything")
    rows = [
        [
            f"{name}: {one.phones} phones",
            f"{one.seconds:.1f}",
            f"{one.phone_p50:.1f}",
            f"{one.phone_p95:.1f}",
            f"{one.requests:,}",
            f"{one.request_p50:.0f}",
            f"{one.request_p95:.0f}",
            f"{one.cpu_s:.1f}",
            f"{one.memory_mb:.0f}",
            f"{one.sent_mb:,.0f}",
            f"{one.kept_mb:.1f}",
        ]
        for name, one in found.items()
    ]
    columns = (
        "", "seconds", "phone p50 s", "p95 s", "requests", "p50 ms", "p95 ms", "CPU s", "memory MB", "MB sent",
        "MB kept",
    )  # fmt: skip
    table(columns, rows)
