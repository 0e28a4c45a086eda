"""Each deliberate fault is caught by the history that is kept for it, and by that history made small.

`python -m tests.model mutants` searches anew.
"""

import pytest

from tests.model.events import Script, drawn
from tests.model.history import play
from tests.model.mutants import MUTANTS, Mutant
from tests.model.shrink import VECTORS, broken_by, recorded, script_of

NAMES = [mutant.name for mutant in MUTANTS]


def _scripts(mutant: Mutant) -> list[Script]:
    """The small history, and the drawn one it was made from; a fault so rare that its history was built has but one."""
    kept = recorded(mutant.name)
    assert kept is not None, f"python -m tests.model mutants {mutant.name}"
    return [script_of(kept), *([drawn(kept["seed"])] if "seed" in kept else [])]


@pytest.mark.parametrize("mutant", MUTANTS, ids=NAMES)
def test_a_mutant_is_caught(mutant: Mutant, monkeypatch: pytest.MonkeyPatch) -> None:
    """By its vector and by its seed, and as a breach of what it is meant to breach."""
    mutant.plant(monkeypatch)
    for script in _scripts(mutant):
        violation = broken_by(script)
        assert violation is not None, mutant.says
        assert violation.number in mutant.numbers, violation


@pytest.mark.parametrize("mutant", MUTANTS, ids=NAMES)
def test_the_right_code_passes(mutant: Mutant) -> None:
    for script in _scripts(mutant):
        play(script)


def test_every_invariant_has_a_mutant_and_every_vector_is_replayed() -> None:
    assert {mutant.numbers[0] for mutant in MUTANTS} == set(range(1, 15))
    others = {path.stem for path in VECTORS.glob("*.json")} - set(NAMES)
    for name in sorted(others):
        kept = recorded(name)
        assert kept is not None
        play(script_of(kept))
