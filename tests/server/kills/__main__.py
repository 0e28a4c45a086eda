"""`python -m tests.server.kills --count N`: N kills a database and kind; figures into bench/results."""

import argparse
import asyncio
import sys
import tempfile
import time
import traceback
from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from random import Random
from typing import Any

from tests.results import keep
from tests.server.databases import BOTH
from tests.server.kills import lives
from tests.server.kills.cluster import Cluster, cluster
from tests.server.kills.housing import nursery
from tests.server.kills.places import Places

A_LIFE = 10
"""Kills in one life: what is judged after each grows with it."""
KINDS = {"sqlite": ("server",), "postgresql": ("server", "workers", "database")}


def main() -> int:
    asked = _asked()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="kills-")))
        started: list[Cluster] = []

        def durable() -> Cluster:
            if not started:
                started.append(stack.enter_context(cluster()))
            return started[0]

        places = Places(folder, stack.enter_context(nursery()), durable)
        return max(_database(places, one, asked) for one in asked.database or BOTH)


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.server.kills", description=__doc__)
    parser.add_argument("--count", type=int, default=50, help="kills of the whole server; of the others a fifth each")
    parser.add_argument("--database", action="append", choices=BOTH)
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


def _database(places: Places, database: str, asked: argparse.Namespace) -> int:
    """Every kind over one database; 1 when something did not hold, and it is kept which seed showed it."""
    began = time.monotonic()
    figures: dict[str, Any] = {"database": database, "count": asked.count, "seed": asked.seed, "failed": []}
    for kind in KINDS[database]:
        count = asked.count if kind == "server" else max(1, asked.count // 5)
        figures[kind] = _kind(places, database, kind, count, asked.seed, figures["failed"])
    figures["seconds"] = round(time.monotonic() - began)
    print(keep(f"kills-server-{database}", figures))
    return int(bool(figures["failed"]))


def _kind(
    places: Places, database: str, kind: str, count: int, seed: int, failed: list[dict[str, Any]]
) -> dict[str, int]:
    dice, total, done = Random(f"{seed} {kind}"), Counter[str](), 0
    for kills in (min(A_LIFE, count - first) for first in range(0, count, A_LIFE)):
        life = dice.randrange(1_000_000)
        try:
            total += _live(places, database, kind, life, kills)
            done += kills
        except Exception:
            failed.append({"kind": kind, "seed": life, "kills": kills, "why": traceback.format_exc()[-2000:]})
            traceback.print_exc()
        print(f"{database} {kind}: {done} of {count}, seed {life}, {len(failed)} failed", flush=True)
    return {"kills": done, **dict(sorted(total.items()))}


def _live(places: Places, database: str, kind: str, seed: int, kills: int) -> Counter[str]:
    with places.server(database) as server:
        if kind == "database":
            return asyncio.run(lives.of_database(server, places.cluster(), seed, kills))
        return asyncio.run({"server": lives.of_server, "workers": lives.of_workers}[kind](server, seed, kills))


if __name__ == "__main__":
    sys.exit(main())
