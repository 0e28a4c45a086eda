"""The small world of the pure model: one city, two counties, two branches, nine phones. Times in epoch ms."""

import uuid
from functools import cache

START = 1_795_312_000_000
MINUTE = 60_000
DAY = 86_400_000


def named(name: str) -> str:
    """The id of a place or a standard, by its name."""
    return str(uuid.uuid5(uuid.NAMESPACE_OID, name))


CITY, COUNTY1, COUNTY2, NORTH, EAST, STANDARD = map(named, ("city", "county1", "county2", "north", "east", "standard"))
PARENTS = {COUNTY1: CITY, COUNTY2: CITY, NORTH: COUNTY1, EAST: COUNTY1}
ITEMS = {"A-1": ("A-1.a", "A-1.b"), "A-2": ("A-2.a",)}
CHECKS = tuple(check for checks in ITEMS.values() for check in checks)
ITEM_OF = {check: item for item, checks in ITEMS.items() for check in checks}
GRANTS = {
    "ann": frozenset({("inspector", COUNTY1)}),
    "bob": frozenset({("inspector", CITY)}),
    "carl": frozenset({("inspector", COUNTY1)}),
    "sue": frozenset({("supervisor", CITY)}),
    "mara": frozenset({("manager", EAST)}),
    "kim": frozenset({("carrier", EAST)}),
    "lee": frozenset({("carrier", COUNTY1)}),
}
CARLS_LOTS: tuple[frozenset[tuple[str, str]], ...] = (
    frozenset(),
    frozenset({("inspector", COUNTY2)}),
    GRANTS["carl"],
)
"""What carl may be granted in turn: nothing, another county, his own again."""
OWNERS = ("ann", "bob", "carl", "ann", "sue", "mara", "kim", "kim", "lee")
"""Who holds the phone with device number 1, 2 …; ann and kim have two."""
CREW = 6
"""How many of them have to do with inspections; the others, and mara, walk the round."""
ROUND_LOTS: tuple[tuple[str, frozenset[tuple[str, str]]], ...] = (
    ("kim", frozenset()),
    ("kim", GRANTS["kim"]),
    ("lee", frozenset({("carrier", EAST)})),
    ("lee", GRANTS["lee"]),
)
"""What who walks the round may be granted."""
SUE = OWNERS.index("sue")
SHARED = "00000000-0000-7000-8000-000000000001"
"""The inspection that all inspectors are members of from the beginning."""
STRANGE = "notice"
"""A record type of a later version, which no phone here can read."""


@cache
def finding_id(inspection: str, item: str) -> str:
    """The key nature gives to the finding of an item."""
    return str(uuid.uuid5(uuid.UUID(inspection), item))
