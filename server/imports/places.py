"""Cells that name a unit or a branch, or say where something lies."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from server.database.query import fetch
from server.door import Workspace
from server.identity import Caller
from server.identity.scope import Scope, scope_of
from server.imports.columns import Read, number
from server.imports.kinds import Row
from server.lists.finding import as_json
from server.people.naming import UnitNames, unit_names
from sync.records.values import Position

_ACCURACY = 10
"""Metres: how exact a position out of a sheet is taken to be."""
POSITION: Mapping[str, tuple[Read, tuple[str, ...]]] = {
    "lat": (number(-90, 90), ("Lat",)),
    "lon": (number(-180, 180), ("Lon", "Lng")),
}
"""How the two columns of a position are read, and what else they are called."""


class Places(msgspec.Struct, frozen=True):
    """The places cells may name. ``codes``: branch by code; ``units_of``: the unit of a branch."""

    scope: Scope
    units: UnitNames
    codes: Mapping[str, str] = {}
    units_of: Mapping[str, str] = {}

    def administers(self, place: str) -> bool:
        """Whether the caller is administrator over a unit, or over one of the branches looked up."""
        scope = self.scope
        return place in scope.units or place in scope.branches or self.units_of.get(place) in scope.units

    def unit(self, row: Row, column: str, text: str) -> str:
        """The unit a cell names, of those the caller administers; complains where there is none or more than one."""
        found = [id_ for id_ in self.units.called(text) if self.scope.contains(id_)]
        if len(found) != 1:
            row.complain(column, "ambiguous_place" if found else "unknown_place", text)
            return ""
        return found[0]

    def branch(self, row: Row, column: str, code: str) -> str:
        """The branch of this code that the caller administers; complains where there is none."""
        branch = self.codes.get(code)
        if branch is None or not self.administers(branch):
            row.complain(column, "unknown_place", code)
            return ""
        return branch

    def either(self, row: Row, column: str, text: str) -> str:
        """The branch of this code or the unit of this name."""
        branch = self.codes.get(text)
        if branch is not None and self.administers(branch):
            return branch
        return self.unit(row, column, text)


async def places_for(caller: Caller, codes: Iterable[str] = (), ids: Iterable[str] = ()) -> Places:
    """What the caller administers, with the branches of some codes and ids."""
    branches = await fetch(
        "SELECT id, code, unit FROM branch WHERE code IN (SELECT value FROM json_each(?)) "
        "OR id IN (SELECT value FROM json_each(?))",
        as_json(sorted(set(codes))),
        as_json(sorted(set(ids))),
    )
    return Places(
        scope=await scope_of(caller, "admin"),
        units=await unit_names(),
        codes={code: id_ for id_, code, _ in branches},
        units_of={id_: unit for id_, _, unit in branches},
    )


def must_have_both(row: Row) -> None:
    """A place on the map is a latitude and a longitude."""
    if ("lat" in row.values) != ("lon" in row.values):
        row.complain("lat" if "lon" in row.values else "lon", "needs_both")


def on_map(row: Mapping[str, Any]) -> dict[str, Any]:
    """The position of a record as two columns."""
    position = row["position"] or {}
    return {"lat": position.get("lat"), "lon": position.get("lon")}


async def as_record(workspace: Workspace, type_: str, id_: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Columns as the fields of a record: what a sheet has in two of them is one there."""
    fields = {key: value for key, value in values.items() if key not in ("lat", "lon")}
    if "lat" in values or "lon" in values:
        entry = await workspace.get(type_, id_)
        shown = {**(on_map(entry.row) if entry is not None else {}), **values}
        fields["position"] = _position(shown.get("lat"), shown.get("lon"), workspace.now)
    return fields


def _position(lat: float | None, lon: float | None, now: int) -> Any:
    if lat is None or lon is None:
        return None
    return msgspec.to_builtins(Position(lat=lat, lon=lon, accuracy=_ACCURACY, at=now))
