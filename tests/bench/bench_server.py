"""How long the server takes: python -m tests.bench.bench_server. A real server in a process of its own, over HTTP."""

import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from uuid import UUID, uuid5

import httpx

from server.demo.people import PASSWORD
from tests.bench.measure import line
from tests.journeys.people import CHECKS
from tests.journeys.running import Server
from tests.server.phone import Phone

ROUNDS = 20
MANY = 100


def now() -> int:
    return int(time.time() * 1000)


async def phone_of(url: str, login: str) -> Phone:
    """A phone that is signed in and holds everything."""
    http = httpx.AsyncClient(base_url=url, timeout=60)
    signed = await http.post("/api/session", json={"login": login, "password": PASSWORD, "device": None})
    signed.raise_for_status()
    return await Phone(http, signed.json(), now).sync()


async def timed(work: Callable[[], Awaitable[object]]) -> float:
    begun = time.perf_counter()
    await work()
    return (time.perf_counter() - begun) * 1000


def begin(phone: Phone) -> str:
    """A new inspection in the outbox; its id."""
    inspection = phone.new_id()
    branch, standard = phone.rows("branch")[0], phone.rows("standard")[0]
    start = {"branch": branch["id"], "standard": standard["id"], "started_at": phone.now()}
    phone.edit("inspection", inspection, start)
    return inspection


async def push_edits(phone: Phone) -> float:
    """A hundred checks of one inspection, one change each, in one request."""
    inspection = begin(phone)
    await phone.sync()
    known: set[str] = set()
    for check in list(CHECKS)[:MANY]:
        item = check.rpartition(".")[0]
        creates = {} if item in known else {"inspection": inspection, "item": item}
        known.add(item)
        finding = str(uuid5(UUID(inspection), item))
        phone.edit("finding", finding, {**creates, f"checks.{check}": {"result": "pass"}})
    spent = await timed(phone.turn)
    await phone.sync()
    return spent


async def pull_rows(phone: Phone, reader: Phone) -> float:
    """A hundred new rows of somebody else, in one reply."""
    for _ in range(MANY):
        begin(phone)
    await phone.sync()
    before = len(reader.rows("inspection"))
    spent = await timed(reader.turn)
    assert len(reader.rows("inspection")) == before + MANY, "the rows came in one reply"
    await reader.sync()
    return spent


async def measure(url: str) -> None:
    inspector, supervisor = await phone_of(url, "inspector"), await phone_of(url, "supervisor")
    print(line("first sync of a supervisor", [await timed(lambda: phone_of(url, "supervisor"))]))
    print(line(f"push of {MANY} edits", [await push_edits(inspector) for _ in range(ROUNDS)]))
    await supervisor.sync()
    print(line(f"pull of {MANY} rows", [await pull_rows(inspector, supervisor) for _ in range(ROUNDS)]))
    await inspector.sync()
    print(line("sync with nothing to say", [await timed(inspector.turn) for _ in range(10 * ROUNDS)]))
    for phone in (inspector, supervisor):
        await phone.http.aclose()


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder))
        server.start()
        try:
            asyncio.run(measure(server.url))
        finally:
            server.stop()


if __name__ == "__main__":
    main()
