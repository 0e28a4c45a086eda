"""Each planted fault is caught by the history recorded for it; `python -m tests.server.model mutants` finds others."""

import pytest

from tests.server.model.mutants import CATCHES, MUTANTS, Mutant, caught
from tests.server.model.plan import draw
from tests.server.model.play import Theatre


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.__name__)
def test_caught(theatre: Theatre, mutant: Mutant) -> None:
    seed = CATCHES[mutant.__name__]
    assert caught(theatre, mutant, draw(seed), "sqlite"), f"history {seed} did not notice: {mutant.__doc__}"
