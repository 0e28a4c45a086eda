"""The fuzzing as long as one likes: ``python -m tests.server.fuzz --minutes 10 [--seed 7]``, on both databases.

Prints every seed; what is found stops it, with the seed. The figures are kept in ``bench/results/fuzz.json``.
"""

import argparse
import asyncio
import contextlib
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import structlog

from tests.results import keep
from tests.server.databases import BOTH, QUICK, PostgreSQL, postgresql
from tests.server.fuzz import document, syncing, uploading
from tests.server.fuzz.ground import Ground
from tests.server.protocol.world import build, opened

REQUESTS = 300
EXAMPLES = 60


@contextlib.contextmanager
def place(database: str, server: PostgreSQL) -> Iterator[tuple[Path, str | None]]:
    """A seeded data folder, and the address of its database if it is none of its files."""
    with tempfile.TemporaryDirectory(prefix="xunfang-fuzz-", ignore_cleanup_errors=True) as name:
        folder = Path(name) / "data"
        if database == "sqlite":
            asyncio.run(build(folder))
            yield folder, None
            return
        with server.empty() as url:
            asyncio.run(build(Path(name) / "seeding", url))
            yield folder, url


def round_of(seed: int, database: str, server: PostgreSQL) -> Counter[str]:
    """One round of everything with this seed; how many requests of which kind."""
    with place(database, server) as (folder, url), asyncio.Runner() as runner:
        world = opened(folder, url)
        ground = runner.run(Ground(runner.run(world.__aenter__())).prepare())
        try:
            sync = runner.run(syncing.torment(ground, seed, REQUESTS))
            uploads = runner.run(uploading.torment(ground, seed, REQUESTS))
            how = document.settings(EXAMPLES, random=True)
            whole = sum(
                document.throw(runner, ground, operation, how, seed) for operation in document.operations(ground)
            )
        finally:
            runner.run(world.__aexit__(None, None, None))
    return Counter({"sync": sync.total(), "uploads": uploads.total(), "document": whole})


def main(minutes: float, first: int) -> int:
    """Rounds until the time is over; 1 when something was found."""
    structlog.configure(logger_factory=lambda *_: structlog.PrintLogger(sys.stderr))
    began = time.monotonic()
    done: dict[str, Counter[str]] = {database: Counter() for database in BOTH}
    found: str | None = None
    seed = first
    with postgresql(*QUICK) as server:
        while found is None and time.monotonic() - began < minutes * 60:
            for database in BOTH:
                print(f"seed {seed} on {database}", flush=True)
                try:
                    done[database] += round_of(seed, database, server)
                except BaseException as error:
                    found = f"seed {seed} on {database}: {error}"
                    print(f"FOUND with {found}", flush=True)
                    break
            seed += 1
    figures = {
        "seconds": round(time.monotonic() - began),
        "seeds": [first, seed - 1],
        "requests": {database: dict(counts) for database, counts in done.items()},
        "found": found,
    }
    print(keep("fuzz", figures), figures["requests"])
    return 1 if found else 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    asked = parser.parse_args()
    raise SystemExit(main(asked.minutes, asked.seed))
