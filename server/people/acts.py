"""Making units and people, and what people are granted."""

from collections.abc import Sequence
from typing import Literal

import msgspec

from server.database.query import fetch
from server.door import Workspace, as_server, put, slices
from sync.records.places import Role
from sync.records.values import Id


class Grant(msgspec.Struct, frozen=True, order=True):
    """A role over a place: a unit with everything below it, or one branch."""

    role: Role
    place: Id


class UnknownPlace(LookupError):
    """A grant or a home names a unit or branch that does not exist."""


async def create_unit(
    id_: str, name: str, level: Literal["province", "city", "county"], parent: str | None, *, now: int
) -> None:
    """Add a unit below ``parent``; ``UnknownPlace`` when the parent does not exist."""

    async def work(workspace: Workspace) -> None:
        if parent is not None and not await workspace.line(parent):
            raise UnknownPlace(parent)
        await place_below(workspace, id_, parent)
        await put(workspace, "unit", id_, {"name": name, "level": level, "parent": parent})

    await as_server(work, now=now, what="create_unit")


async def place_below(workspace: Workspace, place: str, parent: str | None) -> None:
    """Write the line of a new unit or branch: itself, and everything above its parent."""
    workspace.note("INSERT INTO ancestry (place, ancestor, depth) VALUES (?, ?, 0)", place, place)
    if parent is not None:
        workspace.note(
            "INSERT INTO ancestry (place, ancestor, depth) SELECT ?, ancestor, depth + 1 FROM ancestry WHERE place = ?",
            place,
            parent,
        )


async def create_person(id_: str, name: str, home: str, grants: Sequence[Grant], *, now: int) -> None:
    """Add a person with their grants; ``UnknownPlace`` when a place does not exist."""

    async def work(workspace: Workspace) -> None:
        await _must_exist(workspace, [home, *(grant.place for grant in grants)])
        await put(workspace, "person", id_, {"name": name, "home": home, "roles": _roles(grants), "active": True})
        for grant in sorted(set(grants)):
            workspace.note("INSERT INTO grant_ (person, role, place) VALUES (?, ?, ?)", id_, grant.role, grant.place)

    await as_server(work, now=now, what="create_person")


async def set_grants(id_: str, grants: Sequence[Grant], *, by: str, now: int) -> None:
    """Replace a person's grants. What was withdrawn is remembered, so that work done before it can be told apart."""

    async def work(workspace: Workspace) -> None:
        await _must_exist(workspace, [grant.place for grant in grants])
        held = {Grant(role=role, place=place) for role, place in await _held(id_)}  # type: ignore[arg-type]  # as stored
        for grant in sorted(held - set(grants)):
            workspace.note(
                "DELETE FROM grant_ WHERE person = ? AND role = ? AND place = ?", id_, grant.role, grant.place
            )
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

    await as_server(work, now=now, person=by, what="set_grants")


async def _held(person: str) -> Sequence[tuple[str, str]]:
    return [(row[0], row[1]) for row in await fetch("SELECT role, place FROM grant_ WHERE person = ?", person)]


async def _must_exist(workspace: Workspace, places: Sequence[str]) -> None:
    for place in places:
        if not await workspace.line(place):
            raise UnknownPlace(place)


def _roles(grants: Sequence[Grant]) -> list[str]:
    return sorted({grant.role for grant in grants})
