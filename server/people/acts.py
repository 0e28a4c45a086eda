"""Making units and people, and what people are granted."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import msgspec

from server.database.query import fetch
from server.door import Workspace, as_server, put, slices
from server.identity import NOT_LOCKED_OUT
from sync.records.places import Role
from sync.records.values import Id


class Grant(msgspec.Struct, frozen=True, order=True):
    """A role over a place: a unit with everything below it, or one branch."""

    role: Role
    place: Id


class UnknownPlace(LookupError):
    """A grant or a home names a unit or branch that does not exist."""


async def place_all_below(workspace: Workspace, pairs: Sequence[tuple[str, str]]) -> None:
    """``place_below`` for many new branches at once: (branch, unit)."""
    units = msgspec.json.encode(sorted({unit for _, unit in pairs})).decode()
    above: dict[str, list[tuple[str, int]]] = {}
    for place, ancestor, depth in await fetch(
        "SELECT place, ancestor, depth FROM ancestry WHERE place IN (SELECT value FROM json_each(?))", units
    ):
        above.setdefault(place, []).append((ancestor, depth + 1))
    rows = [(branch, *line) for branch, unit in pairs for line in ((branch, 0), *above[unit])]
    workspace.note(
        "INSERT INTO ancestry (place, ancestor, depth) SELECT json_extract(new.value, '$[0]'), "
        "json_extract(new.value, '$[1]'), CAST(json_extract(new.value, '$[2]') AS INTEGER) FROM json_each(?) AS new",
        msgspec.json.encode(rows).decode(),
    )


Level = Literal["province", "city", "county"]
LEVELS: Sequence[str] = ("province", "city", "county")


class WrongLevel(ValueError):
    """A unit would stand below one that is not of a higher level, or below itself."""


class LastAdmin(ValueError):
    """Nobody would be left who administers everything below a topmost unit."""


async def create_unit(id_: str, name: str, level: Level, parent: str | None, *, now: int, by: str = "") -> None:
    """Add a unit below ``parent``. Raises UnknownPlace, WrongLevel."""

    async def work(workspace: Workspace) -> None:
        if parent is not None:
            await _must_fit(workspace, level, parent)
        await place_below(workspace, id_, parent)
        await put(workspace, "unit", id_, {"name": name, "level": level, "parent": parent})

    await as_server(work, now=now, person=by, what="create_unit")


async def change_unit(id_: str, values: Mapping[str, Any], *, by: str, now: int) -> None:
    """Change a unit's name, level or parent; a move takes everything below along. Raises UnknownPlace, WrongLevel."""

    async def work(workspace: Workspace) -> None:
        entry = await workspace.get("unit", id_)
        if entry is None:
            raise UnknownPlace(id_)
        new = {**entry.row, **values}
        if new["parent"] is not None:
            await _must_fit(workspace, new["level"], new["parent"])
            if id_ in await workspace.line(new["parent"]):
                raise WrongLevel(id_)
        for (level,) in await fetch("SELECT level FROM unit WHERE parent = ?", id_):
            if LEVELS.index(level) <= LEVELS.index(new["level"]):
                raise WrongLevel(id_)
        if new["parent"] != entry.row["parent"]:
            await _move_unit(workspace, id_, new["parent"])
        await put(workspace, "unit", id_, values, verb="edit")

    await as_server(work, now=now, person=by, what="change_unit")


async def _must_fit(workspace: Workspace, level: str, parent: str) -> None:
    above = await workspace.get("unit", parent)
    if above is None:
        raise UnknownPlace(parent)
    if LEVELS.index(above.row["level"]) >= LEVELS.index(level):
        raise WrongLevel(parent)


async def _move_unit(workspace: Workspace, id_: str, parent: str) -> None:
    """Write the lines of everything below anew; who reads it is looked at when the transaction is written."""
    below = "SELECT place FROM ancestry WHERE ancestor = ?"
    above = "SELECT ancestor FROM ancestry WHERE place = ? AND depth > 0"
    for type_, column in (("unit", "id"), ("branch", "id"), ("person", "home")):
        found = await fetch(f"SELECT id FROM {type_} WHERE {column} IN ({below})", id_)
        workspace.doubtful += [(type_, row[0]) for row in found]
    workspace.note(
        f"INSERT INTO line_history (place, ancestor, until_rev) SELECT place, ancestor, -1 FROM ancestry "
        f"WHERE place IN ({below}) AND ancestor IN ({above}) AND place IN (SELECT id FROM branch)",
        id_,
        id_,
    )
    workspace.note(f"DELETE FROM ancestry WHERE place IN ({below}) AND ancestor IN ({above})", id_, id_)
    workspace.note(
        "INSERT INTO ancestry (place, ancestor, depth) SELECT b.place, p.ancestor, b.depth + p.depth + 1 "
        "FROM ancestry AS b, ancestry AS p WHERE b.ancestor = ? AND p.place = ?",
        id_,
        parent,
    )


async def place_below(workspace: Workspace, place: str, parent: str | None) -> None:
    """Write the line of a new unit or branch: itself, and everything above its parent."""
    workspace.note("INSERT INTO ancestry (place, ancestor, depth) VALUES (?, ?, 0)", place, place)
    if parent is not None:
        workspace.note(
            "INSERT INTO ancestry (place, ancestor, depth) SELECT ?, ancestor, depth + 1 FROM ancestry WHERE place = ?",
            place,
            parent,
        )


async def create_person(id_: str, name: str, home: str, grants: Sequence[Grant], *, now: int, by: str = "") -> None:
    """Add a person with their grants; ``UnknownPlace`` when a place does not exist."""

    async def work(workspace: Workspace) -> None:
        await add_person(workspace, id_, {"name": name, "home": home, "active": True}, grants)

    await as_server(work, now=now, person=by, what="create_person")


async def add_person(workspace: Workspace, id_: str, values: Mapping[str, Any], grants: Sequence[Grant]) -> None:
    """Add a person in a workspace. Raises UnknownPlace."""
    await _must_exist(workspace, [values["home"], *(grant.place for grant in grants)])
    await put(workspace, "person", id_, {**values, "roles": _roles(grants)})
    for grant in sorted(set(grants)):
        workspace.note("INSERT INTO grant_ (person, role, place) VALUES (?, ?, ?)", id_, grant.role, grant.place)


async def change_person(id_: str, values: Mapping[str, Any], *, by: str, now: int) -> None:
    """Change a person's name or home, or whether they are active. Raises UnknownPlace, LastAdmin.

    Who is not active is signed out everywhere; their work stays, and others may take it over.
    """

    async def work(workspace: Workspace) -> None:
        await edit_person(workspace, id_, values)

    await as_server(work, now=now, person=by, what="change_person")


async def edit_person(workspace: Workspace, id_: str, values: Mapping[str, Any]) -> None:
    """``change_person`` in a workspace."""
    if "home" in values:
        await _must_exist(workspace, [values["home"]])
    if values.get("active") is False:
        await _must_leave_an_admin(id_, ())
        workspace.note(f"DELETE FROM session WHERE person = ? AND {NOT_LOCKED_OUT}", id_)
    await put(workspace, "person", id_, values, verb="edit")


async def withdraw_person(workspace: Workspace, id_: str) -> None:
    """Take back a person nobody has met: without a home nobody sees them, and their login is free."""
    await replace_grants(workspace, id_, ())
    workspace.note("DELETE FROM account WHERE person = ?", id_)
    await put(workspace, "person", id_, {"home": "", "active": False}, verb="withdraw")


async def _must_leave_an_admin(person: str, kept: Sequence[Grant]) -> None:
    """Raises LastAdmin where a topmost unit would be without an active administrator who can sign in."""
    for (unit,) in await fetch(
        "SELECT g.place FROM grant_ AS g JOIN unit AS u ON u.id = g.place JOIN person AS p ON p.id = g.person "
        "WHERE g.person = ? AND g.role = 'admin' AND u.parent IS NULL AND p.active = 1",
        person,
    ):
        others = await fetch(
            "SELECT 1 FROM grant_ AS g JOIN person AS p ON p.id = g.person JOIN account AS a ON a.person = p.id "
            "WHERE g.place = ? AND g.role = 'admin' AND p.active = 1 AND a.password_hash IS NOT NULL AND p.id <> ?",
            unit,
            person,
        )
        if not others and Grant(role="admin", place=unit) not in kept:
            raise LastAdmin(unit)


async def set_grants(id_: str, grants: Sequence[Grant], *, by: str, now: int) -> None:
    """Replace a person's grants. What was withdrawn is remembered, so that work done before it can be told apart.

    Raises UnknownPlace, LastAdmin.
    """

    async def work(workspace: Workspace) -> None:
        await replace_grants(workspace, id_, grants)

    await as_server(work, now=now, person=by, what="set_grants")


async def replace_grants(workspace: Workspace, id_: str, grants: Sequence[Grant]) -> None:
    """``set_grants`` in a workspace."""
    await _must_exist(workspace, [grant.place for grant in grants])
    await _must_leave_an_admin(id_, grants)
    held = {Grant(role=role, place=place) for role, place in await _held(id_)}  # type: ignore[arg-type]  # as stored
    for grant in sorted(held - set(grants)):
        workspace.note("DELETE FROM grant_ WHERE person = ? AND role = ? AND place = ?", id_, grant.role, grant.place)
        workspace.note(
            "INSERT INTO grant_history (person, role, place, until_rev) VALUES (?, ?, ?, -1)",
            id_,
            grant.role,
            grant.place,
        )
    for grant in sorted(set(grants) - held):
        workspace.note("INSERT INTO grant_ (person, role, place) VALUES (?, ?, ?)", id_, grant.role, grant.place)
    await put(workspace, "person", id_, {"roles": _roles(grants)}, verb="grants")
    workspace.doubtful += [
        (type_, record)
        for type_, record in await fetch("SELECT type, record FROM feed WHERE audience = ?", f"person:{id_}")
    ]
    # What began while they had no right is in no feed of theirs yet.
    for declared in slices():
        if declared.of_person is not None:
            workspace.doubtful += await declared.of_person(workspace, id_)


async def _held(person: str) -> Sequence[tuple[str, str]]:
    return [(row[0], row[1]) for row in await fetch("SELECT role, place FROM grant_ WHERE person = ?", person)]


async def _must_exist(workspace: Workspace, places: Sequence[str]) -> None:
    for place in places:
        if not await workspace.line(place):
            raise UnknownPlace(place)


def _roles(grants: Sequence[Grant]) -> list[str]:
    return sorted({grant.role for grant in grants})
