"""A pull of 100 rows from a feed that holds ten thousand records, and from one that holds millions."""

import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

from tests.bench.bulk import Bulk, BulkPostgres, BulkSQLite, Pattern
from tests.bench.measure import SPREAD_COLUMNS, Aim, Spread, heading, table
from tests.bench.ours import Handset, findings
from tests.bench.programs import Ours, durable_postgresql, served
from tests.bench.world import SUPERVISOR, World, make_world
from tests.server.databases import PostgreSQL

ROWS = 100
SIZES = (10_000, 100_000, 1_000_000, 4_000_000)
LIMIT = "XUNFANG_BENCH_ROWS"
"""How many records the largest feed has; for a machine with less room or time."""


def sizes() -> list[int]:
    most = int(os.environ.get(LIMIT) or SIZES[-1])
    return [size for size in SIZES if size <= most] or [most]


class Place:
    """A database that is served, and between that filled."""

    def __init__(self, folder: Path, server: PostgreSQL | None, url: str | None) -> None:
        self.folder, self._server, self._url = folder, server, url
        self.name = "SQLite" if url is None else "PostgreSQL"

    def served(self) -> AbstractContextManager[Ours]:
        return served(self.folder, self._server, self._url, demo=False)

    def bulk(self) -> Bulk:
        file = self.folder / "data" / "xunfang.sqlite3"
        return BulkSQLite(file) if self._url is None else BulkPostgres(self._url)

    def make_world(self) -> World:
        return make_world(self.folder / "data", self._url, counties=1, inspectors=1)


@contextmanager
def place(folder: Path, name: str) -> Iterator[Place]:
    if name == "SQLite":
        yield Place(folder / name, None, None)
        return
    with durable_postgresql() as server, server.empty() as url:
        yield Place(folder / name, server, url)


def curve(here: Place, rounds: int) -> dict[int, dict[str, Any]]:
    """Grow the feed step by step; at each the cost of a pull of its last hundred rows."""
    world = here.make_world()
    with here.served() as one:
        handset, reader = Handset(one.url, world.inspectors[0]), Handset(one.url, SUPERVISOR)
        inspections = handset.start_inspections(1)
        reader.catch_up()
        after = reader.cursor or 0
        handset.sync(findings(inspections))
    audiences = [f"person:{handset.person}", *reader.audiences]
    bulk = here.bulk()
    pattern = Pattern(bulk.written_since(after), audiences)
    bulk.keep(pattern)
    found = {}
    for size in sizes():
        begun = time.perf_counter()
        bulk.grow(size // pattern.records - bulk.copies)
        bulk.tidy()
        loaded = time.perf_counter() - begun
        rev = bulk.fetch("SELECT rev FROM clock")[0][0]
        with here.served() as one:
            spread = pull(one, reader, rev - ROWS // pattern.records, rounds)
        found[size] = {"spread": spread, "load_s": round(loaded, 1), "disk_mb": round(bulk.bytes() / 1e6)}
    bulk.close()
    handset.close()
    reader.close()
    return found


def pull(one: Ours, reader: Handset, cursor: int, rounds: int) -> Spread:
    """The same hundred rows again and again, by one who has not heard of them."""
    reader.moved(one.url)
    reader.cursor = cursor
    request = reader.prepared()
    for _ in range(10):
        body = reader.lean.exchange(request)
    assert len(reader.took(body)["rows"]["finding"]) == ROWS
    one.meter.look_again()
    cpu = one.meter.cpu_ms()
    spent = [reader.lean.timed(request)[0] for _ in range(rounds)]
    return Spread.of(spent, (one.meter.cpu_ms() - cpu) / rounds)


def measure(rounds: int, *, only_sqlite: bool = False) -> dict[str, Any]:
    """The curve on each database; with the aims under ``aims``."""
    found = {}
    for name in ("SQLite",) if only_sqlite else ("SQLite", "PostgreSQL"):
        with tempfile.TemporaryDirectory(prefix="xunfang-bench-") as folder, place(Path(folder), name) as here:
            found[name] = curve(here, rounds)
    show(found)
    first, last = min(sizes()), max(sizes())
    ratios = {name: curve_[last]["spread"].median / curve_[first]["spread"].median for name, curve_ in found.items()}
    return {
        "feed": {name: {str(size): one for size, one in curve_.items()} for name, curve_ in found.items()},
        "aims": [
            Aim(f"pull at {last:,} ÷ at {first:,}, {name}", ratio, "×", most=1.2) for name, ratio in ratios.items()
        ],
    }


def show(found: dict[str, dict[int, dict[str, Any]]]) -> None:
    heading(f"pull of {ROWS} rows, by how many records the feed holds")
    rows = []
    for name, steps in found.items():
        first = next(iter(steps.values()))["spread"].median
        for size, one in steps.items():
            spread = one["spread"]
            cells = [f"{spread.median / first:.2f}", f"{one['load_s']:.0f}", f"{one['disk_mb']:,}"]
            rows.append([f"{name}, {size:,}", *spread.cells(), *cells])
    table(("", *SPREAD_COLUMNS, "× the smallest", "load s", "disk MB"), rows)
