"""What the benchmarks share. Their numbers are to be read by people: no test passes or fails by them."""

from collections.abc import Sequence
from statistics import median, quantiles


def line(what: str, milliseconds: Sequence[float]) -> str:
    """`what`, median and 95th percentile of what was measured."""
    high = quantiles(milliseconds, n=20)[-1] if len(milliseconds) > 1 else milliseconds[0]
    return f"{what:<58} median {median(milliseconds):8.1f} ms   p95 {high:8.1f} ms   ({len(milliseconds)})"
