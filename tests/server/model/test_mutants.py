"""Each planted fault is caught by the history recorded for it; `python -m tests.server.model mutants` finds others."""

import pytest

from tests.server.model.mutants import MUTANTS, Mutant, caught, plan_for
from tests.server.model.play import Theatre


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.__name__)
def test_caught(theatre: Theatre, mutant: Mutant) -> None:
    plan = plan_for(mutant)
    assert caught(theatre, mutant, plan, "sqlite"), f"history {plan.seed} did not notice: {mutant.__doc__}"
