"""The benchmarks run: a tiny round of each on SQLite, so that they do not rot. What they measure is not looked at."""

import tempfile
from pathlib import Path

import pytest

from server.app import create_app
from server.description import describe
from server.settings import Settings
from tests.bench import __main__ as everything
from tests.bench import (
    bench_bytes,
    bench_client,
    bench_feed,
    bench_fill,
    bench_lists,
    bench_live,
    bench_peers,
    bench_photos,
    bench_start,
    bench_storm,
    peers,
)
from tests.bench.measure import Aim, Spread
from tests.bench.province import Size

TINY = Size(branches=60, customers=100, people=20, visits=100, inspections=60)


def test_a_round_of_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench_peers, "WARM", 1)
    monkeypatch.setenv(bench_feed.LIMIT, "200")
    assert bench_feed.measure(1, only_sqlite=True)["feed"]["SQLite"].keys() == {"200"}
    assert bench_fill.measure(many=(50,), browser=False)["fill"]["50"]["fill"].rows > 50
    begun = bench_start.measure(3, 500, None, only_sqlite=True)["start"]
    assert begun["SQLite, 500 branches, with"].kept_mb > begun["SQLite, 500 branches, without"].kept_mb == 0
    assert bench_photos.measure(1)["kinds"][bench_photos.APP]["a_second"] > 0
    storm = bench_storm.measure(0.3, phones=2, only_sqlite=True)["storm"]["ours on SQLite"]
    assert storm["findings"] > 0
    assert storm["skipped"] == 0
    told = bench_live.measure(1, listeners=6, only_sqlite=True)["live"]["ours on SQLite"]
    assert [one["listeners"] for one in told] == [1, 6]
    lists = bench_lists.measure(1, TINY, only_sqlite=True, counties=1)["lists"]["SQLite"]["taken"]
    assert any((one.path, one.what) == ("/api/lists/visits", "search, hit") for one in lists)
    assert all(one.p50 <= one.p95 <= one.most for one in lists)
    assert len(bench_bytes.measure()["bytes"]) == 6
    assert len(bench_peers.measure(1, only_sqlite=True)["series"]) == 4


def test_the_parts_are_there() -> None:
    assert everything.parts().keys() == {
        "peers",
        "bytes",
        "fill",
        "start",
        "storm",
        "live",
        "lists",
        "feed",
        "photos",
        "shutter",
    }
    assert callable(bench_client.main)
    assert peers.Kinto.name
    assert peers.PouchDB.durability


def test_an_aim_tells_whether_it_is_reached() -> None:
    assert Aim("a", 3.5, "ms", most=3.5).reached
    assert Aim("a", 3.6, "ms", most=3.5).cells()[3] == "NO"
    assert Aim("a", 300, "/s", least=300).cells()[3] == "yes"
    assert not Aim("a", 299, "/s", least=300).reached


def test_a_spread_is_of_what_was_measured() -> None:
    spread = Spread.of([float(number) for number in range(101)], cpu=2.0)
    assert (spread.median, spread.p10, spread.p90, spread.p99, spread.rounds, spread.cpu) == (50, 10, 90, 99, 101, 2)
    assert Spread.of([4.0]).p90 == 4


OF_PHONES = {"/api/held/own"}
"""Asked with a parameter, but by phones, for what is new to them: no list of a desk."""


def test_every_list_is_measured() -> None:
    with tempfile.TemporaryDirectory() as folder:
        paths = describe(create_app(Settings(data=Path(folder))))["paths"]
    pages = {
        path for path, said in paths.items() if "get" in said and "{" not in path and said["get"].get("parameters")
    }
    assert pages - OF_PHONES == set(bench_lists.LISTS)
