"""Going deep: `soak` plays histories for long, `mutants` looks for what catches each planted fault, `play` one seed.

python -m tests.server.model soak --database sqlite --histories 5000 --seed 1 --minutes 90
python -m tests.server.model mutants
python -m tests.server.model play --database postgresql --seed 17
"""

import argparse
import gc
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Event

import msgspec

from tests.results import before, keep
from tests.server.databases import BOTH, QUICK, PostgreSQL, postgresql
from tests.server.model import chaos
from tests.server.model.mutants import CATCHES, MUTANTS, Mutant, caught, plan_for
from tests.server.model.plan import draw
from tests.server.model.play import Theatre
from tests.server.model.shrink import Vector, shrunk, write

MOST_TOLD = 60
TELL_EVERY_S = 20.0


def main() -> int:
    asked = arguments().parse_args()
    with theatre() as house:
        if asked.what == "soak":
            return soak(house, asked)
        if asked.what == "mutants":
            return mutants(house, asked)
        if asked.what == "vector":
            return vector(house, asked)
        found = chaos.breaks(house, draw(asked.seed), asked.database)
        print(found or "holds")
        return int(found is not None)


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.server.model", description=__doc__)
    parser.add_argument("what", choices=("soak", "mutants", "vector", "play"))
    parser.add_argument("--database", choices=BOTH, default="sqlite")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--histories", type=int, default=None, help="how many at most")
    parser.add_argument("--minutes", type=float, default=None, help="how long at most")
    parser.add_argument("--tries", type=int, default=300, help="how many histories may miss a planted fault")
    parser.add_argument("--mutant", default="", help="only this one")
    return parser


@contextmanager
def theatre() -> Iterator[Theatre]:
    with ExitStack() as stack:
        started: list[PostgreSQL] = []

        def postgres() -> PostgreSQL:
            if not started:
                started.append(stack.enter_context(postgresql(*QUICK)))
            return started[0]

        house = Theatre(Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="xunfang-"))), postgres)
        stack.callback(house.close)
        yield house


def soak(house: Theatre, asked: argparse.Namespace) -> int:
    """As many histories as asked for, or as fit into the time, or until it is told to end."""
    seconds = float("inf") if asked.minutes is None else asked.minutes * 60
    most = asked.histories if asked.histories is not None else sys.maxsize
    last = time.monotonic()
    gc.freeze()  # what is imported stays; nobody need look at it again

    ending = Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ending.set())

    def told(tally: chaos.Tally) -> bool:
        nonlocal last
        if time.monotonic() - last > TELL_EVERY_S or tally.failures.keys() & {tally.first + tally.histories - 1}:
            last = time.monotonic()
            print(tally, flush=True)
        return ending.is_set()

    tally = chaos.run(house, asked.database, first=asked.seed, seconds=seconds, least=0, most=most, told=told)
    print(tally)
    name = f"model-http-{asked.database}"
    figures = {**msgspec.to_builtins(tally), "said": dict(tally.said.most_common(MOST_TOLD))}
    print(keep(name, figures | {"before": before(name, ("first", "histories", "seconds", "failures"))}))
    return int(bool(tally.failures))


def mutants(house: Theatre, asked: argparse.Namespace) -> int:
    """The first history that notices each planted fault, on each database."""
    found: dict[str, dict[str, dict[str, object]]] = {}
    missed = []
    for mutant in MUTANTS:
        if asked.mutant not in ("", mutant.__name__):
            continue
        found[mutant.__name__] = {}
        for database in BOTH:
            seed, word = search(house, mutant, database, asked.seed, asked.tries)
            found[mutant.__name__][database] = {"seed": seed, "caught": word[:300]}
            print(f"{mutant.__name__:32} {database:10} {seed if word else 'MISSED'}: {word[:110]}", flush=True)
            missed += [] if word else [(mutant.__name__, database)]
    if not asked.mutant:
        print(keep("mutants-http", {"mutants": found, "missed": missed, "tries": asked.tries}))
    return int(bool(missed))


def search(house: Theatre, mutant: Mutant, database: str, first: int, tries: int) -> tuple[int, str]:
    """The seed that notices a fault and what it says, the recorded history first; an empty text when none did."""
    recorded = plan_for(mutant) if mutant.__name__ in CATCHES else draw(first)
    if word := caught(house, mutant, recorded, database):
        return recorded.seed, word
    for seed in range(first, first + tries):
        if word := caught(house, mutant, draw(seed), database):
            return seed, word
    return first + tries - 1, ""


def vector(house: Theatre, asked: argparse.Namespace) -> int:
    """Cut the history that catches a planted fault down, and keep it."""
    mutant = next(one for one in MUTANTS if one.__name__ == asked.mutant)
    plan = draw(search(house, mutant, asked.database, asked.seed, asked.tries)[0])

    small = shrunk(plan, lambda fewer: bool(caught(house, mutant, fewer, asked.database)), chaos.SHRINKING_S)
    about = caught(house, mutant, small, asked.database) or ""
    print(len(small.events), "events:", about[:300])
    print(write(Vector(f"{mutant.__doc__} {about[:300]}", small, asked.mutant), asked.mutant.replace("_", "-")))
    return 0


if __name__ == "__main__":
    sys.exit(main())
