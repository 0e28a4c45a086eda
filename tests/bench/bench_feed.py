"""A pull of 100 rows from a feed that holds ten thousand records, and from one that holds millions."""

import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

from tests.bench.bench_peers import Contender, in_turns
from tests.bench.bulk import Bulk, BulkPostgres, BulkSQLite, Pattern
from tests.bench.measure import SPREAD_COLUMNS, Aim, heading, table
from tests.bench.ours import Handset, findings
from tests.bench.programs import Ours, durable_postgresql, served
from tests.bench.world import SUPERVISOR, World, make_world
from tests.server.databases import PostgreSQL

ROWS = 100
SIZES = (10_000, 100_000, 1_000_000, 4_000_000)
SMALL = "the smallest"
LIMIT = "XUNFANG_BENCH_ROWS"
"""How many records the largest feed has; for a machine with less room or time."""


def sizes() -> list[int]:
    most = int(os.environ.get(LIMIT) or SIZES[-1])
    return [size for size in SIZES if size <= most] or [most]


class Place:
    """A database that is served, and between that filled."""

    def __init__(self, folder: Path, server: PostgreSQL | None, url: str | None) -> None:
        self.folder, self.server, self.url = folder, server, url
        self.name = "SQLite" if url is None else "PostgreSQL"

    def served(self) -> AbstractContextManager[Ours]:
        return served(self.folder, self.server, self.url, demo=False)

    def bulk(self) -> Bulk:
        file = self.folder / "data" / "xunfang.sqlite3"
        return BulkSQLite(file) if self.url is None else BulkPostgres(self.url)

    def make_world(self) -> World:
        return make_world(self.folder / "data", self.url, counties=1, inspectors=1)


@contextmanager
def place(folder: Path, name: str) -> Iterator[Place]:
    if name == "SQLite":
        yield Place(folder / name, None, None)
        return
    with durable_postgresql() as server, server.empty() as url:
        yield Place(folder / name, server, url)


class Feed:
    """The feed of one place, and the phone that reads its last hundred rows."""

    def __init__(self, here: Place) -> None:
        self.here = here
        world = here.make_world()
        with here.served() as one:
            self._author, self.reader = Handset(one.url, world.inspectors[0]), Handset(one.url, SUPERVISOR)
            inspections = self._author.start_inspections(1)
            self.reader.catch_up()
            after = self.reader.cursor or 0
            self._author.sync(findings(inspections))
        self._bulk = here.bulk()
        self._pattern = Pattern(
            self._bulk.written_since(after), [f"person:{self._author.person}", *self.reader.audiences]
        )
        self._bulk.keep(self._pattern)

    def grow(self, size: int) -> dict[str, Any]:
        """Until it holds so many records; what that took."""
        begun = time.perf_counter()
        self._bulk.grow(size // self._pattern.records - self._bulk.copies)
        self._bulk.tidy()
        return {"load_s": round(time.perf_counter() - begun, 1), "disk_mb": round(self._bulk.bytes() / 1e6)}

    def puller(self, one: Ours) -> Contender:
        """The same hundred rows again and again, by one who has not heard of them."""
        rev = self._bulk.fetch("SELECT rev FROM clock")[0][0]
        self.reader.moved(one.url)
        self.reader.cursor = rev - ROWS // self._pattern.records
        request = self.reader.prepared()
        assert len(self.reader.took(self.reader.lean.exchange(request))["rows"]["finding"]) == ROWS
        return Contender(self.here.name, one.durability, one.meter, lambda: request, self.reader.lean.exchange)

    def close(self) -> None:
        self._bulk.close()
        self._author.close()
        self.reader.close()


def curve(here: Place, beside: Place, rounds: int) -> dict[int, dict[str, Any]]:
    """Grow a feed step by step; at each the cost of a pull of its last hundred rows, in turns with a small feed's."""
    small, large = Feed(beside), Feed(here)
    small.grow(min(sizes()))
    found = {}
    for size in sizes():
        grown = large.grow(size)
        with beside.served() as one, here.served() as other:
            pullers = [small.puller(one), large.puller(other)]
            pullers[0].name = SMALL
            spreads = in_turns(pullers, rounds)
        found[size] = {"spread": spreads[pullers[1].name], "beside": spreads[SMALL], **grown}
    small.close()
    large.close()
    return found


def ratio(step: dict[str, Any]) -> float:
    """What a pull costs beside one of the smallest feed in the same minutes."""
    return float(step["spread"].median / step["beside"].median)


def measure(rounds: int, *, only_sqlite: bool = False) -> dict[str, Any]:
    """The curve on each database; with the aims under ``aims``."""
    found = {}
    for name in ("SQLite",) if only_sqlite else ("SQLite", "PostgreSQL"):
        with (
            tempfile.TemporaryDirectory(prefix="xunfang-bench-") as folder,
            place(Path(folder) / "small", name) as small,
            place(Path(folder) / "large", name) as large,
        ):
            found[name] = curve(large, small, rounds)
    show(found)
    first, last = min(sizes()), max(sizes())
    return {
        "feed": {name: {str(size): one for size, one in curve_.items()} for name, curve_ in found.items()},
        "aims": [
            Aim(f"pull at {last:,} ÷ at {first:,}, {name}", ratio(curve_[last]), "×", most=1.2)
            for name, curve_ in found.items()
        ],
    }


def show(found: dict[str, dict[int, dict[str, Any]]]) -> None:
    heading(f"pull of {ROWS} rows, by how many records the feed holds")
    rows = []
    for name, steps in found.items():
        for size, one in steps.items():
            spread = one["spread"]
            cells = [f"{one['beside'].median:.2f}", f"{ratio(one):.2f}", f"{one['load_s']:.0f}", f"{one['disk_mb']:,}"]
            rows.append([f"{name}, {size:,}", *spread.cells(), *cells])
    table(("", *SPREAD_COLUMNS, "the smallest, ms", "×", "load s", "disk MB"), rows)
