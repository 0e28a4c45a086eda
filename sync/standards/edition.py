"""An edition of a standard as it is published: the structure of the JSON files in this folder.

Only what scoring and publishing read is declared; an edition may hold more (texts, sources, readings).
Points carry at most one decimal, percentages at most two; `exact` reads them as integers.
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Literal

from msgspec import Struct

Number = int | float
Kind = Literal["per_occurrence", "per_missing", "once", "per_percentage_point", "all_or_nothing", "veto"]

LARGEST = 100_000
"""Points and percentages stay below this, so that no product leaves the integers a browser holds exactly."""

PASS_CODES = ("PASS-STD", "PASS-MODEL")
"""The pass rules a verdict is made of; others (survey targets) are information."""


class BadEditionError(ValueError):
    """An edition that cannot be scored or published; `flaws` names every reason."""

    def __init__(self, flaws: list[str]) -> None:
        super().__init__("; ".join(flaws))
        self.flaws = flaws


class Weights(Struct, frozen=True):
    inspection: int
    third_party: int


class PassRule(Struct, frozen=True):
    code: str
    min_score: Number
    weights: Weights | None = None


class Rule(Struct, frozen=True):
    id: str
    kind: Kind
    points: Number = 0
    count_unit: str | None = None
    target_percent: Number | None = None
    basis_zh: str = ""
    basis_en: str = ""


class Check(Struct, frozen=True):
    code: str
    zh: str = ""
    en: str = ""
    rule: str | None = None
    evidence: str = ""


class Item(Struct, frozen=True):
    code: str
    max_points: Number
    onsite: bool = True
    name_zh: str = ""
    name_en: str = ""
    content_zh: str = ""
    content_en: str = ""
    rules: tuple[Rule, ...] = ()
    checks: tuple[Check, ...] = ()
    special_conditions: tuple[str, ...] = ()


class Section(Struct, frozen=True):
    code: str
    items: tuple[Item, ...]
    points: Number | None = None
    name_zh: str = ""
    name_en: str = ""


class Edition(Struct, frozen=True):
    sections: tuple[Section, ...]
    schema: str = ""
    code: str = ""
    edition: str = ""
    name_zh: str = ""
    name_en: str = ""
    total_points: Number | None = None
    point_step: Number = 0.1
    pass_rules: tuple[PassRule, ...] | None = None

    def items(self) -> Iterator[Item]:
        """All items in the standard's order."""
        for section in self.sections:
            yield from section.items


def exact(number: Number, places: int) -> int:
    """`number` in units of 10**-places; ValueError if it has more decimals, is negative or 100 000 or more."""
    scaled = Decimal(repr(number)).scaleb(places)
    if scaled != scaled.to_integral_value() or not 0 <= scaled < LARGEST * 10**places:
        raise ValueError(f"{number} is no number from 0 to {LARGEST} with at most {places} decimal places")
    return int(scaled)


def tenths(points: Number) -> int:
    """Points in tenths: 0.5 is 5. ValueError for 0.25."""
    return exact(points, 1)


def hundredths(percent: Number) -> int:
    """A percentage in hundredths: 98.25 is 9825. ValueError for 98.255."""
    return exact(percent, 2)
