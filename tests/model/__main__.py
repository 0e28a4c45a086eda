"""The deep form of the pure model.

``python -m tests.model soak --histories N [--seed S] [--minutes M] [--processes P]``: histories until there were N or
the time is up; figures to ``bench/results/model-pure.json``, exit code 1 if one failed.
``python -m tests.model mutants [--histories N]``: searches for a history that catches each deliberate fault.
``python -m tests.model seed S``: one history with its trace; a failing one is shrunk and written as a vector.
"""

import argparse
import gc
import multiprocessing
import sys
import time
from collections import Counter
from typing import Any

import pytest

from tests.model.events import drawn
from tests.model.history import STEPS, History
from tests.model.mutants import MUTANTS, Mutant
from tests.model.shrink import broken_by, recorded, script_of, shrunk, written
from tests.model.violation import Violation
from tests.results import before, keep

PORTION = 500
MOST_FAILURES = 20


def portion(first: int, count: int) -> tuple[int, Counter[str], list[tuple[int, str]]]:
    """Histories of consecutive seeds: how many, what happened in them, and which failed."""
    gc.set_threshold(100_000, 50, 50)
    seen: Counter[str] = Counter()
    failed: list[tuple[int, str]] = []
    for seed in range(first, first + count):
        history = History(drawn(seed))
        try:
            history.run()
        except Exception as error:
            failed.append((seed, f"{type(error).__name__}: {error}"))
        seen.update(history.counts())
    return count, seen, failed


def soak(histories: int, first: int, minutes: float | None, processes: int) -> int:
    """Many histories; prints how far it is, keeps the figures."""
    started, done = time.monotonic(), 0
    seen: Counter[str] = Counter()
    failed: list[tuple[int, str]] = []
    jobs = [(seed, min(PORTION, first + histories - seed)) for seed in range(first, first + histories, PORTION)]
    with multiprocessing.Pool(processes) as pool:
        for count, happened, broken in pool.imap(_star, jobs):
            done, seen, failed = done + count, seen + happened, failed + broken
            seconds = time.monotonic() - started
            seeds = "".join(f" {seed}" for seed, _ in failed)
            print(f"{done} of {histories} histories, {len(failed)} failed{seeds}, {seconds:.0f} s", flush=True)
            if (minutes is not None and seconds > 60 * minutes) or len(failed) >= MOST_FAILURES:
                pool.terminate()
                break
    _figures(done, first, time.monotonic() - started, processes, seen, failed)
    for seed, says in failed[:3]:
        print(f"seed {seed}: {says}")
        _keep_failing(seed)
    return int(bool(failed))


def _star(job: tuple[int, int]) -> tuple[int, Counter[str], list[tuple[int, str]]]:
    return portion(*job)


def _figures(
    done: int, first: int, seconds: float, processes: int, seen: Counter[str], failed: list[tuple[int, str]]
) -> None:
    figures: dict[str, Any] = {
        "histories": done,
        "first_seed": first,
        "last_seed": first + done - 1,
        "failed": len(failed),
        "failing_seeds": [seed for seed, _ in failed],
        "seconds": round(seconds, 1),
        "processes": processes,
        "events_a_history": round(sum(seen[kind] for kind in STEPS) / max(1, done), 1),
        "ms_a_history": round(1000 * seconds * processes / max(1, done), 2),
        "happened": dict(sorted(seen.items())),
        "before": before("model-pure", ("histories", "first_seed", "last_seed", "failing_seeds", "ms_a_history")),
    }
    print(keep("model-pure", figures))


def _keep_failing(seed: int) -> None:
    script = drawn(seed)
    violation = broken_by(script)
    if violation is not None:
        small = shrunk(script, violation.number)
        says = str(broken_by(small))
        print(written(f"seed-{seed}", small, {"seed": seed, "says": says}), says)


def mutants(histories: int, names: list[str]) -> int:
    """For each fault the first seed that catches it, or the vector of one too rare to meet; new vectors are written."""
    found: dict[str, int | str | None] = {}
    started = time.monotonic()
    for mutant in MUTANTS:
        if names and mutant.name not in names:
            continue
        with pytest.MonkeyPatch.context() as patch:
            mutant.plant(patch)
            caught = found[mutant.name] = _by_seed(mutant, histories) or _by_vector(mutant)
        print(f"{mutant.name}: {'MISSED' if caught is None else caught}", flush=True)
    missed = [name for name, caught in found.items() if caught is None]
    if not names:
        seconds = round(time.monotonic() - started, 1)
        figures = {"mutants": len(found), "histories_each": histories, "missed": missed, "seconds": seconds}
        print(keep("mutants-pure", {**figures, "caught_by": found}))
    return int(bool(missed))


def _by_seed(mutant: Mutant, histories: int) -> int | None:
    """The fault is planted."""
    for seed in range(1, histories + 1):
        violation = broken_by(drawn(seed))
        if violation is not None and violation.number in mutant.numbers:
            if recorded(mutant.name) is None:
                small = shrunk(drawn(seed), violation.number)
                head = {"seed": seed, "number": violation.number, "mutant": mutant.name, "says": mutant.says}
                written(mutant.name, small, head)
            return seed
    return None


def _by_vector(mutant: Mutant) -> str | None:
    kept = recorded(mutant.name)
    violation = broken_by(script_of(kept)) if kept is not None else None
    return "vector" if violation is not None and violation.number in mutant.numbers else None


def show(seed: int) -> int:
    """One history."""
    history, code = History(drawn(seed)), 0
    try:
        history.run()
    except Violation as violation:
        print(violation)
        _keep_failing(seed)
        code = 1
    print(*history.trace, sep="\n")
    return code


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.model")
    parts = parser.add_subparsers(dest="what", required=True)
    deep = parts.add_parser("soak")
    deep.add_argument("--histories", type=int, default=200_000)
    deep.add_argument("--seed", type=int, default=1)
    deep.add_argument("--minutes", type=float)
    deep.add_argument("--processes", type=int, default=1)
    faults = parts.add_parser("mutants")
    faults.add_argument("--histories", type=int, default=20_000)
    faults.add_argument("names", nargs="*")
    parts.add_parser("seed").add_argument("seed", type=int)
    asked = parser.parse_args()
    if asked.what == "soak":
        return soak(asked.histories, asked.seed, asked.minutes, asked.processes)
    return mutants(asked.histories, asked.names) if asked.what == "mutants" else show(asked.seed)


if __name__ == "__main__":
    sys.exit(main())
