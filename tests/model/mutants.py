"""Deliberate faults, at least one for each invariant: a model that cannot fail proves nothing.

Invariant 14 is what records.md says of rounds.
Each lies where a programmer could have put it: in ``sync/``, in a transaction of the server, or in a phone. The vector
of its name holds the seed of a history that catches it, and that history made small.
"""

from tests.model import (
    mutants_of_logs,
    mutants_of_merging,
    mutants_of_pages,
    mutants_of_receipts,
    mutants_of_restores,
    mutants_of_reviews,
    mutants_of_rights,
    mutants_of_rounds,
    mutants_of_screens,
    mutants_of_shelves,
)
from tests.model.planted import Mutant, planted

TOPICS = (
    mutants_of_logs,
    mutants_of_merging,
    mutants_of_pages,
    mutants_of_receipts,
    mutants_of_restores,
    mutants_of_reviews,
    mutants_of_rights,
    mutants_of_rounds,
    mutants_of_screens,
    mutants_of_shelves,
)
MUTANTS = tuple(planted)
assert {mutant.plant.__module__ for mutant in MUTANTS} == {topic.__name__ for topic in TOPICS}
assert {number for mutant in MUTANTS for number in mutant.numbers} == set(range(1, 15))

__all__ = ["MUTANTS", "Mutant"]
