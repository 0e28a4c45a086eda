"""What somebody's desk shows: the places below their grants, as conditions of a list."""

from collections.abc import Mapping, Set

import msgspec

from server.database.query import fetch, look_up
from server.identity.caller import Caller
from server.lists import Where
from server.lists.finding import as_json, few_ids
from server.problems import Refusal


class Scope(msgspec.Struct, frozen=True):
    """The places somebody answers for in some roles: ``units`` with all below them, and ``branches`` held singly.

    ``everything``: there is no unit outside. ``taken_back``: there are branches in no unit, which nobody sees.
    """

    places: tuple[str, ...]
    units: frozenset[str]
    branches: frozenset[str]
    everything: bool
    taken_back: bool

    def holds_branches(self, where: Where, unit: str, id_: str) -> None:
        """Only branches of the scope: ``unit`` and ``id_`` are the columns that name them."""
        if self.everything:
            where.add(f"{unit} <> ''")  # one that was taken back is in no unit
            return
        where.add(
            f"({unit} IN (SELECT value FROM json_each(?)) OR {id_} IN (SELECT value FROM json_each(?)))",
            as_json(sorted(self.units)),
            as_json(sorted(self.branches)),
        )

    def holds_records(self, where: Where, branch: str) -> None:
        """Only records at branches of the scope: ``branch`` is the column that names it."""
        if self.everything:
            if self.taken_back:
                where.add(f"{branch} NOT IN (SELECT id FROM branch WHERE unit = '')")
            return
        held = Where()
        self.holds_branches(held, "unit", "id")
        where.add(f"{branch} IN (SELECT id FROM branch WHERE {held.sql()})", *held.arguments)

    def holds_homes(self, where: Where, home: str) -> None:
        """Only people who are at home in the scope."""
        if self.everything:
            where.add(f"{home} <> ''")
            return
        where.add(BELOW.format(column=home), as_json(self.places))

    def contains(self, unit: str) -> bool:
        return unit in self.units


BELOW = "{column} IN (SELECT place FROM ancestry WHERE ancestor IN (SELECT value FROM json_each(?)))"
"""A condition on a column that names a place: it is one of some places or below one of them."""


async def scope_of(caller: Caller, *roles: str) -> Scope:
    """What the caller answers for in one of these roles. Refused: 403 not_allowed when that is nothing at all."""
    scope = await scope_over(caller, *roles)
    if not scope.places:
        raise Refusal("not_allowed")
    return scope


async def scope_over(caller: Caller, *roles: str) -> Scope:
    """The same, where it may be nothing."""
    places = {grant.place for grant in caller.grants if grant.role in roles}
    parents = await _parents()
    within = _below(places, parents)
    branches = await fetch(
        "SELECT id FROM branch WHERE id IN (SELECT value FROM json_each(?))", as_json(sorted(places - parents.keys()))
    )
    return Scope(
        places=tuple(sorted(places)),
        units=within,
        branches=frozenset(row[0] for row in branches),
        everything=bool(places) and len(within) == len(parents),
        taken_back=bool(await look_up("SELECT 1 FROM branch WHERE unit = '' LIMIT 1")),
    )


async def records_below(where: Where, branch: str, unit: str) -> None:
    """Only records at branches of a unit and of all units below it. Those of a county are told one by one."""
    units = sorted(await units_below(unit))
    if len(units) == 1:
        branches = await few_ids("SELECT id FROM branch WHERE unit = ?", units[0])
        if branches is not None:
            where.one_of(branch, branches)
            return
    condition = f"{branch} IN (SELECT id FROM branch WHERE unit IN (SELECT value FROM json_each(?)))"
    where.add(condition, as_json(units))


async def units_below(unit: str) -> frozenset[str]:
    """A unit and all units below it; empty when there is none of this id."""
    return _below({unit}, await _parents())


async def _parents() -> dict[str, str | None]:
    """What each unit stands under: of units there are few, and below the topmost stands every branch."""
    return dict(await fetch("SELECT id, parent FROM unit"))


def _below(places: Set[str], parents: Mapping[str, str | None]) -> frozenset[str]:
    """The units among some places, and those below them."""
    found: set[str] = set()
    for unit in parents:
        at: str | None = unit
        while at is not None and at not in places:
            at = parents.get(at)
        if at is not None:
            found.add(unit)
    return frozenset(found)


def at_home_below(where: Where, home: str, place: str) -> None:
    """Only people who are at home at a place or below it."""
    where.add(BELOW.format(column=home), as_json([place]))
