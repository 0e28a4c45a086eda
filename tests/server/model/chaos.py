"""Many histories, one seed after the other, for a time; a failing one is cut down and kept."""

import time
from collections import Counter
from collections.abc import Callable

import msgspec

from tests.server.model.history import History
from tests.server.model.mutants import CAUGHT
from tests.server.model.plan import Plan, draw
from tests.server.model.play import Theatre
from tests.server.model.shrink import Vector, shrunk, write

SHRINKING_S = 120.0
MOST_VECTORS = 5


class Tally(msgspec.Struct):
    """What a run came to. `failures`: seed -> what it broke; `said`: how often each thing happened."""

    database: str
    first: int
    histories: int = 0
    seconds: float = 0.0
    failures: dict[int, str] = {}
    vectors: list[str] = []
    said: Counter[str] = msgspec.field(default_factory=Counter)

    def __str__(self) -> str:
        broken = ", ".join(map(str, self.failures)) or "none"
        seeds = f"seeds {self.first} to {self.first + self.histories - 1}"
        return f"{self.database}: {self.histories} histories, {seeds}, {self.seconds:.0f} s, failing seeds: {broken}"


def run(
    theatre: Theatre,
    database: str,
    *,
    first: int,
    seconds: float,
    least: int,
    most: int | None = None,
    told: Callable[[Tally], bool] = lambda tally: False,
) -> Tally:
    """Play until the time is over and at least so many were played, or until one failed in a run without `most`.

    `told` hears of each history; when it says so, that was the last.
    """
    began, tally = time.monotonic(), Tally(database, first)
    while most is None or tally.histories < most:
        tally.seconds = time.monotonic() - began
        if tally.seconds >= seconds and tally.histories >= least:
            break
        plan = draw(first + tally.histories)
        tally.histories += 1
        try:
            tally.said.update(events_of(theatre.play(plan, database)))
        except CAUGHT as problem:
            tally.failures[plan.seed] = f"{type(problem).__name__}: {problem}"
            if len(tally.vectors) < MOST_VECTORS:  # more of them are mostly the same fault again
                tally.vectors.append(kept(theatre, plan, database, tally.failures[plan.seed]))
            if most is None:
                break
        if told(tally):
            break
    tally.seconds = time.monotonic() - began
    return tally


def kept(theatre: Theatre, plan: Plan, database: str, about: str) -> str:
    """Cut a failing history down and keep it; returns where."""
    small = shrunk(plan, lambda fewer: breaks(theatre, fewer, database) is not None, SHRINKING_S)
    about = breaks(theatre, small, database) or about
    return str(write(Vector(about=about[:400], plan=small), f"found-{database}-{plan.seed}"))


def breaks(theatre: Theatre, plan: Plan, database: str) -> str | None:
    """What a history breaks, if anything."""
    try:
        theatre.play(plan, database)
    except CAUGHT as problem:
        return f"{type(problem).__name__}: {problem}"
    return None


def events_of(history: History) -> Counter[str]:
    """What happened in a history, and what became of its changes."""
    said = Counter(word for line in history.trace for word in line.split(" ", 1)[1].rsplit(" ", 4)[0].split("+"))
    said.update(phone.said(n) for phone in history.phones for n in phone.out.changes)
    return said
