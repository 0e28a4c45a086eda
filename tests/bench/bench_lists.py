"""Every list of the desk in a large province: each sort, filter and search, a first page and a late one, sheets."""

import json
import os
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from math import ceil
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import httpx
import msgspec

from server.app import create_app
from server.demo.people import PASSWORD
from server.description import describe
from server.settings import Settings
from tests.bench.bench_feed import Place, place
from tests.bench.lean import Lean
from tests.bench.machine import Meter
from tests.bench.measure import Aim, heading, table
from tests.bench.province import ADMIN, Province, Size, make_patterns
from tests.bench.world import SUPERVISOR, World, make_world

AIM_MS = 100.0
COUNTIES = 100
SHOWN = 15
SHEETS = 3
"""Rounds of a sheet."""
WHOLE = 50
"""Rows of a page."""
ONLY = "XUNFANG_BENCH_LISTS"
"""Names of lists, or of ways (``search``), divided by commas: only these are asked, for a look at the slow ones."""
MANY = Size()
FEW = Size(branches=5_000, customers=20_000, people=2_000, visits=20_000, inspections=5_000)
LISTS: Mapping[str, str] = {
    "/api/units": ADMIN,
    "/api/branches": ADMIN,
    "/api/people": ADMIN,
    "/api/devices": ADMIN,
    "/api/imports": ADMIN,
    "/api/rescue": ADMIN,
    "/api/customers": SUPERVISOR,
    "/api/visits": SUPERVISOR,
    "/api/inspections": SUPERVISOR,
    "/api/suggestions": SUPERVISOR,
    "/api/held": SUPERVISOR,
    "/api/lists/inspections": SUPERVISOR,
    "/api/lists/visits": SUPERVISOR,
    "/api/lists/customers": SUPERVISOR,
}
"""Every list there is, and who asks: somebody over everything."""
WORDS = {
    "hit": "柳塘", "beginning": "80001", "initials": "lt", "two words": "柳塘 支局", "tail of a number": "0123",
    "word of many": "支局", "miss": "不存在的名字", "miss in letters": "zzzzqq",
}  # fmt: skip


class Way(msgspec.Struct, frozen=True):
    """One way to ask a list."""

    path: str
    name: str
    query: dict[str, Any]

    @property
    def address(self) -> str:
        return f"{self.path}?{urlencode(self.query, quote_via=quote)}"


class Taken(msgspec.Struct, frozen=True):
    """What one way took, in ms of the clock; ``cpu``: of the processor, the database's with ours, in the mean."""

    path: str
    what: str
    p50: float
    p95: float
    most: float
    cpu: float
    bytes: int

    @property
    def is_page(self) -> bool:
        """A sheet is none: people wait for it, and few ask for one."""
        return "sheet" not in self.what

    def cells(self) -> list[str]:
        return [*(f"{value:.1f}" for value in (self.p50, self.p95, self.most, self.cpu)), f"{self.bytes:,}"]


def ways(described: Mapping[str, Any], path: str, total: int, county: str) -> Iterator[Way]:
    """Every sort and filter the description of a list names, searches, a late page, and a county's sheet."""
    parameters = {one["name"]: one["schema"] for one in described[path]["get"].get("parameters", [])}
    late = {"page": max(1, total // WHOLE)} if "page" in parameters and total else {}
    yield Way(path, "first page", {})
    if late:
        yield Way(path, "late page", late)
    for name, choice in _choices_of(parameters):
        yield Way(path, f"{name}={choice}", {name: choice})
        if name == "sort" and late:
            yield Way(path, f"{name}={choice}, late page", {name: choice, **late})
    for what, word in WORDS.items() if "q" in parameters else ():
        yield Way(path, f"search, {what}", {"q": word})
    for name in {"unit", "under", "place"} & parameters.keys():
        yield Way(path, f"{name}: a county", {name: county})
        if "q" in parameters:
            yield Way(path, f"{name}: a county, search", {name: county, "q": "柳塘"})
        if "format" in parameters:
            yield Way(path, f"{name}: a county, as a sheet", {name: county, "format": "xlsx"})


def _choices_of(parameters: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, schema in parameters.items():
        if name not in ("page", "size", "limit", "format", "lang", "next"):
            yield from ((name, choice) for choice in dict.fromkeys(_choices(schema)))


def _choices(schema: Any) -> Iterator[str]:
    if isinstance(schema, dict):
        yield from (str(choice) for choice in schema.get("enum", ()) if choice is not None)
        for inner in schema.values():
            yield from _choices(inner)
    elif isinstance(schema, list):
        for inner in schema:
            yield from _choices(inner)


def measure(rounds: int, size: Size = MANY, *, only_sqlite: bool = False, counties: int = COUNTIES) -> dict[str, Any]:
    """Each way on each database; with the aims under ``aims``. A sheet is no page: it is shown, without an aim."""
    found: dict[str, dict[str, Any]] = {}
    for name in ("SQLite",) if only_sqlite else ("SQLite", "PostgreSQL"):
        with tempfile.TemporaryDirectory(prefix="xunfang-bench-") as folder, place(Path(folder), name) as here:
            found[name] = _measured(here, rounds, size, counties)
    show(found)
    return {
        "lists": found,
        "aims": [
            Aim(f"slowest page of a list, p95, {name}", slowest(lists["taken"]), "ms", most=AIM_MS)
            for name, lists in found.items()
        ],
    }


def slowest(taken: Sequence[Taken]) -> float:
    """The p95 of the slowest page."""
    return max(one.p95 for one in taken if one.is_page)


def _measured(here: Place, rounds: int, size: Size, counties: int) -> dict[str, Any]:
    begun = time.perf_counter()
    world = _filled(here, counties, size)
    loaded = round(time.perf_counter() - begun, 1)
    described = describe(create_app(Settings(data=here.folder / "described")))["paths"]
    with here.served() as one:
        desks = {login: _desk(one.url, login) for login in (ADMIN, SUPERVISOR)}
        taken = [
            took
            for path, login in LISTS.items()
            for took in _of_list(desks[login], one.meter, described, path, world, rounds)
        ]
        for desk in desks.values():
            desk.close()
    return {"size": size, "load_s": loaded, "taken": sorted(taken, key=lambda one: -one.p95)}


def _filled(here: Place, counties: int, size: Size) -> World:
    """The province in the database of a place."""
    world = make_world(here.folder / "data", here.url, counties=counties, inspectors=1)
    settings = Settings(data=here.folder / "data", database_url=here.url, password_memory=8, password_rounds=1)
    patterns = make_patterns(settings, world)
    bulk = here.bulk()
    Province(bulk, world, patterns, size).fill()
    bulk.close()
    return world


def _of_list(
    desk: Lean, meter: Meter, described: Mapping[str, Any], path: str, world: World, rounds: int
) -> Iterator[Taken]:
    first = json.loads(desk.exchange(desk.prepare("GET", path)))
    only = [part for part in os.environ.get(ONLY, "").split(",") if part]
    for way in ways(described, path, first.get("total", 0), world.counties[0]):
        if only and way.path not in only and not any(part in way.name for part in only):
            continue
        request = desk.prepare("GET", way.address)
        desk.exchange(request)  # a warm one is what people wait for
        meter.look_again()
        before = meter.cpu_ms()
        asked = [desk.timed(request) for _ in range(min(rounds, SHEETS) if "sheet" in way.name else rounds)]
        cpu, spent = (meter.cpu_ms() - before) / len(asked), sorted(took for took, _ in asked)
        high = spent[ceil(len(spent) * 0.95) - 1]
        middle, high, most, cpu = (round(value, 1) for value in (spent[len(spent) // 2], high, spent[-1], cpu))
        yield Taken(path, way.name, middle, high, most, cpu, len(asked[-1][1]))


def _desk(url: str, login: str) -> Lean:
    with httpx.Client(base_url=url) as http:
        http.post("/api/session", json={"login": login, "password": PASSWORD, "device": None}).raise_for_status()
        cookie = "; ".join(f"{name}={value}" for name, value in http.cookies.items())
    return Lean(url, {"Cookie": cookie})


COLUMNS = ("p50 ms", "p95 ms", "max ms", "CPU ms", "bytes")


def show(found: dict[str, dict[str, Any]]) -> None:
    """Each list by the worst of its ways, and the worst ways of all."""
    for name, lists in found.items():
        size: Size = lists["size"]
        heading(f"lists of {size.branches:,} branches and {size.customers:,} customers on {name}")
        pages = [one for one in lists["taken"] if one.is_page]
        rows = []
        for path in dict.fromkeys(one.path for one in pages):
            of_it = [one for one in pages if one.path == path]
            middle = sorted(one.p50 for one in of_it)[len(of_it) // 2]
            worst = [max(getattr(one, what) for one in of_it) for what in ("p95", "most", "cpu")]
            rows.append([path, str(len(of_it)), *(f"{value:.1f}" for value in (middle, *worst))])
        table(("", "ways", "middle p50 ms", "worst p95 ms", "max ms", "most CPU ms"), rows)
        heading(f"the slowest ways on {name}")
        table(("", *COLUMNS), [[f"{one.path}: {one.what}", *one.cells()] for one in lists["taken"][:SHOWN]])
        within = sum(one.p95 <= AIM_MS for one in pages)
        print(f"\n{within} of {len(pages)} pages within {AIM_MS:g} ms; filled in {lists['load_s']} s")
