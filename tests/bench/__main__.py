"""The bench: python -m tests.bench. Prints tables, and keeps the figures in bench/results/bench.json.

XUNFANG_BENCH_QUICK=1: few rounds and small feeds, for a look. XUNFANG_BENCH_ROWS: the largest feed.
Names of parts after the command run these alone; their figures are kept in bench-<part>.json.
"""

import os
import sys
import time
from collections.abc import Callable
from typing import Any

import msgspec

from tests.bench import (
    bench_bytes,
    bench_feed,
    bench_fill,
    bench_lists,
    bench_live,
    bench_peers,
    bench_photos,
    bench_shutter,
    bench_start,
    bench_storm,
    machine,
)
from tests.bench.measure import Aim, heading, table
from tests.results import keep

QUICK = os.environ.get("XUNFANG_BENCH_QUICK") == "1"


def parts() -> dict[str, Callable[[], dict[str, Any]]]:
    """By name, what is measured in how many rounds."""
    if QUICK:
        os.environ.setdefault(bench_feed.LIMIT, "10000")
    return {
        "peers": lambda: bench_peers.measure(5 if QUICK else 60),
        "bytes": bench_bytes.measure,
        "fill": lambda: bench_fill.measure(1, (1_000,)) if QUICK else bench_fill.measure(),
        "start": lambda: bench_start.measure(20, 1_000, None) if QUICK else bench_start.measure(),
        "storm": lambda: bench_storm.measure(2.0 if QUICK else 20.0),
        "live": lambda: bench_live.measure(2, listeners=100) if QUICK else bench_live.measure(10),
        "photos": lambda: bench_photos.measure(4 if QUICK else 20),
        "shutter": lambda: bench_shutter.measure(3 if QUICK else 20),
        "lists": lambda: bench_lists.measure(3, bench_lists.FEW) if QUICK else bench_lists.measure(20),
        "feed": lambda: bench_feed.measure(20 if QUICK else 200),
    }


def main(wanted: list[str]) -> int:
    about, begun = machine.about(), time.monotonic()
    heading("the machine")
    table(("", ""), [[name, str(value)] for name, value in about.items()])
    figures: dict[str, Any] = {"machine": about, "quick": QUICK}
    reached: list[Aim] = []
    for name, measure in parts().items():
        if wanted and name not in wanted:
            continue
        found = measure()
        reached += found.pop("aims")
        figures[name] = found
    heading("what was to be reached")
    table(("", "measured", "aim", "reached"), [aim.cells() for aim in reached])
    figures |= {"aims": [{**msgspec.to_builtins(aim), "reached": aim.reached} for aim in reached]}
    figures["seconds"] = round(time.monotonic() - begun)
    file = keep("-".join(["bench", *["quick"] * QUICK, *wanted]), msgspec.to_builtins(figures))
    print(f"\n{figures['seconds']} s; figures in {file}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
