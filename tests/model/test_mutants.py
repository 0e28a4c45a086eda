"""Each deliberate fault is caught by the history that is kept for it, and by that history made small.

`python -m tests.model mutants` searches anew.
"""

from typing import Any

import pytest

from tests.model.events import drawn
from tests.model.history import play
from tests.model.mutants import MUTANTS, Mutant
from tests.model.shrink import VECTORS, broken_by, recorded, script_of

NAMES = [mutant.name for mutant in MUTANTS]


def _kept(mutant: Mutant) -> dict[str, Any]:
    kept = recorded(mutant.name)
    assert kept is not None, f"python -m tests.model mutants {mutant.name}"
    return kept


@pytest.mark.parametrize("mutant", MUTANTS, ids=NAMES)
def test_a_mutant_is_caught(mutant: Mutant, monkeypatch: pytest.MonkeyPatch) -> None:
    """By its seed and by its vector, and as a breach of what it is meant to breach."""
    kept = _kept(mutant)
    scripts = (drawn(kept["seed"]), script_of(kept))
    mutant.plant(monkeypatch)
    for script in scripts:
        violation = broken_by(script)
        assert violation is not None, mutant.says
        assert violation.number in mutant.numbers, violation


@pytest.mark.parametrize("mutant", MUTANTS, ids=NAMES)
def test_the_right_code_passes(mutant: Mutant) -> None:
    kept = _kept(mutant)
    play(drawn(kept["seed"]))
    play(script_of(kept))


def test_every_invariant_has_a_mutant_and_every_vector_is_replayed() -> None:
    assert {mutant.numbers[0] for mutant in MUTANTS} == set(range(1, 14))
    others = {path.stem for path in VECTORS.glob("*.json")} - set(NAMES)
    for name in sorted(others):
        kept = recorded(name)
        assert kept is not None
        play(script_of(kept))
