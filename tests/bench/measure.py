"""What the benchmarks share. Their numbers are to be read by people: no test passes or fails by them."""

import time
from collections.abc import Callable, Sequence
from statistics import median, quantiles
from typing import Any

import msgspec


class Spread(msgspec.Struct, frozen=True):
    """What many rounds of one thing took: milliseconds of the clock, and of the server's processor for one round."""

    median: float
    p10: float
    p90: float
    p99: float
    rounds: int
    cpu: float | None = None

    @classmethod
    def of(cls, milliseconds: Sequence[float], cpu: float | None = None) -> "Spread":
        parts = quantiles(milliseconds, n=100, method="inclusive") if len(milliseconds) > 1 else [milliseconds[0]] * 99
        digits = [round(value, 3) for value in (median(milliseconds), parts[9], parts[89], parts[98])]
        return cls(*digits, rounds=len(milliseconds), cpu=None if cpu is None else round(cpu, 3))

    def cells(self) -> list[str]:
        """Median, spread, rounds and processor, as a table shows them."""
        cpu = "–" if self.cpu is None else f"{self.cpu:.2f}"
        return [f"{self.median:.2f}", f"{self.p10:.2f}–{self.p90:.2f}", str(self.rounds), cpu]


SPREAD_COLUMNS = ("median ms", "p10–p90", "rounds", "CPU ms")


class Aim(msgspec.Struct, frozen=True):
    """A figure beside what it should not exceed (``most``) or fall below (``least``)."""

    what: str
    value: float
    unit: str
    most: float | None = None
    least: float | None = None

    @property
    def reached(self) -> bool:
        return (self.most is None or self.value <= self.most) and (self.least is None or self.value >= self.least)

    def cells(self) -> list[str]:
        limit = f"≤ {self.most:g}" if self.most is not None else f"≥ {self.least:g}"
        return [self.what, f"{self.value:,.2f} {self.unit}", f"{limit} {self.unit}", "yes" if self.reached else "NO"]


def timed(work: Callable[[], Any]) -> float:
    """Milliseconds of one call."""
    begun = time.perf_counter()
    work()
    return (time.perf_counter() - begun) * 1000


def heading(text: str) -> None:
    print(f"\n## {text}\n", flush=True)


def table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table that is readable as text and as Markdown."""
    widths = [max(map(len, column)) for column in zip(columns, *rows, strict=True)]
    for row in (columns, ["-" * width for width in widths], *rows):
        cells = [cell.rjust(width) for cell, width in zip(row, widths, strict=True)]
        cells[0] = row[0].ljust(widths[0])
        print(f"| {' | '.join(cells)} |", flush=True)


def line(what: str, milliseconds: Sequence[float]) -> str:
    """`what`, median and 95th percentile of what was measured."""
    high = quantiles(milliseconds, n=20)[-1] if len(milliseconds) > 1 else milliseconds[0]
    return f"{what:<58} median {median(milliseconds):8.1f} ms   p95 {high:8.1f} ms   ({len(milliseconds)})"
