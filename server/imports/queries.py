"""Imports as their author sees them."""

from collections.abc import Sequence
from typing import Any, Literal

import msgspec

from server.database.query import fetch
from server.identity import Caller
from server.imports.acts import Fault
from server.imports.files import Folder
from server.lists import Asked, Listing, Where, page_of
from server.lists.finding import as_json

State = Literal["reading", "checked", "applying", "applied", "undoing", "undone", "interrupted"]
KindName = Literal["branches", "people", "customers"]
MOST_ERRORS = 500
KEPT_MS = 7 * 86_400_000
"""So long a sheet is kept that was not brought in."""


class ImportBody(msgspec.Struct, frozen=True, omit_defaults=True):
    """An import: what its dry run found, and how far it has come. ``wrong``: rows with an error; ``done`` of ``all``
    rows while its state ends in -ing; ``errors``: the first of them; ``kept_until``: when its sheet is thrown away."""

    id: str
    kind: KindName
    name: str
    created_at: int
    state: State
    done: int
    all: int
    new: int
    changed: int
    unchanged: int
    wrong: int
    hash: str
    applied_at: int | None
    errors: Sequence[Fault] | msgspec.UnsetType = msgspec.UNSET
    kept_until: int | msgspec.UnsetType = msgspec.UNSET


class ImportPage(msgspec.Struct, frozen=True):
    """A page of imports."""

    rows: list[ImportBody]
    total: int
    page: int
    size: int


class Imports(Asked, frozen=True, kw_only=True):
    """What a list of imports is narrowed to."""

    sort: Literal["created_at", "-created_at", "name", "-name"] = "-created_at"
    kind: tuple[KindName, ...] = ()
    state: tuple[State, ...] = ()


class Stored(msgspec.Struct, frozen=True, array_like=True):
    """An import as it is stored; without a hash its dry run never ended."""

    id: str
    kind: KindName
    person: str
    name: str
    created_at: int
    state: State
    hash: str
    new: int
    changed: int
    unchanged: int
    wrong: int
    applied_at: int | None


_COLUMNS = "id, kind, person, name, created_at, state, hash, new, changed, unchanged, wrong, applied_at"
_IMPORTS = Listing(source="import_ AS i", key="i.id", sorts={"created_at": ("i.created_at",), "name": ("i.name",)})


async def stored_import(caller: Caller, id_: str) -> Stored | None:
    """One of the caller's own imports."""
    rows = await fetch(f"SELECT {_COLUMNS} FROM import_ WHERE id = ? AND person = ?", id_, caller.person)
    return msgspec.convert(rows[0], Stored) if rows else None


async def is_known(id_: str) -> bool:
    """Whether anybody's import has this id."""
    return bool(await fetch("SELECT 1 FROM import_ WHERE id = ?", id_))


async def imports_for(caller: Caller, asked: Imports) -> tuple[list[Stored], int]:
    """The caller's own imports."""
    where = Where()
    where.add("i.person = ?", caller.person)
    where.among("i.kind", asked.kind)
    where.among("i.state", asked.state)
    where.looks_like(asked.q, "LOWER(i.name)")
    keys, total = await page_of(_IMPORTS, asked, asked.sort, where)
    rows = await fetch(f"SELECT {_COLUMNS} FROM import_ WHERE id IN (SELECT value FROM json_each(?))", as_json(keys))
    found = {row[0]: msgspec.convert(row, Stored) for row in rows}
    return [found[key] for key in keys], total


def body_of(stored: Stored, folder: Folder, *, errors: bool) -> ImportBody:
    """An import as it is told, with the progress of the work on it."""
    fields: dict[str, Any] = {name: getattr(stored, name) for name in Stored.__struct_fields__ if name != "person"}
    rows = stored.new + stored.changed + stored.unchanged + stored.wrong
    fields |= {"done": rows, "all": rows}
    if (progress := folder.progress()) is not None:
        fields |= dict(zip(("state", "done", "all"), progress, strict=True))
    elif stored.state == "checked" and not folder.has_sheet():
        fields["state"] = "interrupted"  # restored from a backup, which keeps no sheets
    if fields["state"] == "checked":
        fields["kept_until"] = stored.created_at + KEPT_MS
    if errors:
        fields["errors"] = msgspec.convert(folder.errors(), list[Fault])
    return msgspec.convert(fields, ImportBody)
