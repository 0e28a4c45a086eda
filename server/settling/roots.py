"""What work that was set aside belongs to, and who has a part in it: that person does not settle it."""

from collections.abc import Iterator
from typing import Any

import msgspec

from server.database.query import look_up
from server.door import Workspace
from sync.records import RECORDS

Key = tuple[str, str]
ROOTS = ("inspection", "visit", "customer", "task")
"""What work belongs to, as people speak of it; whatever else it is about stands for itself."""
_OPEN = (
    "SELECT l.content FROM held AS h JOIN log AS l ON l.device = h.device AND l.n = h.n AND l.device > 0 "
    "WHERE h.type = ? AND h.record = ? AND h.status = 'open' ORDER BY h.device, h.n"
)


async def root_of(workspace: Workspace, type_: str, record: str, subject: str) -> Key | None:
    """The record that work belongs to; ``None`` while nothing of it is there yet."""
    for kind, id_ in ((type_, record), *((kind, subject) for kind in ROOTS)):
        if kind in ROOTS and await workspace.get(kind, id_) is not None:
            return kind, id_
    entry = await workspace.get(type_, record) if type_ in RECORDS else None
    above = entry.columns if entry is not None else {}
    named = ((kind, above.get(kind)) for kind in ("inspection", "visit"))
    return next(((kind, id_) for kind, id_ in named if id_), None)


async def has_part(workspace: Workspace, person: str, root: Key | None, about: Key, content: str) -> bool:
    """Whether somebody worked on what a change belongs to, or is named in what waits as one who did.

    ``about``: the record of the change, ``content``: its text, as it came.
    """
    if await _took_part(workspace, person, root):
        return True
    said = [content]
    if root is None and (inspection := await _inspection_of(about, content)) is not None:
        said += await _waiting("inspection", inspection)
    return any(_names(one, person) for one in said)


async def _took_part(workspace: Workspace, person: str, root: Key | None) -> bool:
    entry = await workspace.get(*root) if root else None
    if entry is None or root is None:
        return False
    if root[0] == "inspection":
        if entry.row["lead"] == person or entry.row["members"].get(person) is True:
            return True
        photos = await workspace.children("photo", "inspection", entry.id)
        return any(photo.row["author"] == person for photo in photos)
    return entry.row.get("person") == person or person in entry.row.get("assignees", ())


async def _inspection_of(about: Key, content: str) -> str | None:
    """The inspection a change would hang on, had what waits been taken in."""
    type_, record = about
    if type_ == "inspection":
        return record
    for said in [content, *await _waiting(type_, record)]:
        for path, value in _set_in(said):
            if path == "inspection" and isinstance(value, str):
                return value
            # a finding is of nothing: one that says so would lead here for ever
            if path == "of" and type_ != "finding" and isinstance(value, dict) and value.get("type") == "finding":
                return await _inspection_of(("finding", str(value.get("id"))), "{}")
    return None


async def _waiting(type_: str, record: str) -> list[str]:
    return [row[0] for row in await look_up(_OPEN, type_, record)]


def _set_in(content: str) -> Iterator[tuple[str, Any]]:
    """The fields a change sets, with their values."""
    said = msgspec.json.decode(content).get("set")
    for path, value in said.items() if isinstance(said, dict) else ():
        if isinstance(value, list) and value:
            yield path, value[0]


def _names(content: str, person: str) -> bool:
    """Whether a change makes somebody a member."""
    return any(path == f"members.{person}" and value is True for path, value in _set_in(content))
