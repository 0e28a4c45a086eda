"""How a deliberate fault is declared."""

from collections.abc import Callable
from typing import NamedTuple

import pytest

Patch = pytest.MonkeyPatch


class Mutant(NamedTuple):
    """``numbers``: the invariants it breaks, any of which may catch it."""

    name: str
    numbers: tuple[int, ...]
    says: str
    plant: Callable[[Patch], None]


planted: list[Mutant] = []


def breaks(*numbers: int) -> Callable[[Callable[[Patch], None]], Callable[[Patch], None]]:
    """Declare a mutant."""

    def declare(plant: Callable[[Patch], None]) -> Callable[[Patch], None]:
        planted.append(Mutant(plant.__name__, numbers, str(plant.__doc__), plant))
        return plant

    return declare
