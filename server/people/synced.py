"""Units and people, as the door knows them."""

from typing import Any

from server.door import Entry, Slice, Workspace, register, seen_by_roles
from server.door.workspace import ROLES
from server.lists import searched, sorting
from server.people.tables import Person, Unit


async def _always_open(workspace: Workspace, entry: Entry) -> bool:
    return True


async def _unit_columns(workspace: Workspace, entry: Entry) -> dict[str, Any]:
    own = {name: entry.row[name] for name in ("name", "level", "parent")}
    return {**own, "search": searched(own["name"]), "sorting": sorting(own["name"])}


async def _unit_audiences(workspace: Workspace, entry: Entry) -> frozenset[str]:
    """Staff of its line: whoever holds a grant above it, and whoever works at or below it."""
    return await seen_by_roles(workspace, entry.id, ROLES) | {f"unit:{entry.id}:staff"}


async def _person_columns(workspace: Workspace, entry: Entry) -> dict[str, Any]:
    name = entry.row["name"]
    found = {"search": searched(name, of_person=True), "sorting": sorting(name, of_person=True)}
    return {"name": name, "home": entry.row["home"], "active": int(entry.row["active"]), **found}


async def _person_audiences(workspace: Workspace, entry: Entry) -> frozenset[str]:
    """The person, and the staff of the line of their home. Nobody, where they were taken back."""
    home = entry.row["home"]
    if not home:
        return frozenset()
    return await seen_by_roles(workspace, home, ROLES) | {f"unit:{home}:staff", f"person:{entry.id}"}


UNIT = Slice(
    type="unit",
    table=Unit,
    columns=_unit_columns,
    audiences=_unit_audiences,
    is_open=_always_open,
)
PERSON = Slice(
    type="person",
    table=Person,
    columns=_person_columns,
    audiences=_person_audiences,
    is_open=_always_open,
)
register(UNIT, PERSON)
