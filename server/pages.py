"""Records of one type for a desk, a page at a time: only what the caller may see, by the feed that phones are sent."""

import base64
from collections.abc import Sequence
from typing import Annotated, Any

import msgspec

from server.database.query import fetch
from server.database.snapshot import snapshot
from server.door import Actor, Workspace, read_rows, slice_of
from server.identity import Caller
from sync.records.values import Id

_Mark = tuple[int | str, Id]
"""What the last record of a page is sorted by, and its id."""
MOST = 200
Limit = Annotated[int, msgspec.Meta(ge=1, le=MOST)]


class Page(msgspec.Struct, frozen=True):
    """Rows as the sync has them, and the cursor that serves as ``seen``; ``next`` where more follow."""

    cursor: int
    rows: dict[str, list[msgspec.Raw]]
    next: str | msgspec.UnsetType = msgspec.UNSET


class BadCursor(ValueError):
    """A ``next`` that this server did not give."""


class Seen(msgspec.Struct, frozen=True):
    """The records a caller may see: what stands before the table in FROM, a condition, the arguments of both."""

    source: str
    condition: str
    arguments: Sequence[Any]


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """Which records of a type: conditions on its table as ``r``, sorted by a column of it, so many, after a mark.

    ``seen``: which of them the caller may see, where that is known without asking the feed.
    """

    type: str
    conditions: Sequence[str]
    arguments: Sequence[Any]
    column: str
    descending: bool
    limit: int
    next: str | None
    seen: Seen | None = None


async def page_for(caller: Caller, asked: Asked) -> Page:
    """A page of what the caller may see. Raises BadCursor."""
    declared = slice_of(asked.type)
    assert declared is not None
    order, beyond = ("DESC", "<") if asked.descending else ("ASC", ">")
    async with snapshot():
        seen = asked.seen or await _seen_by(caller, asked.type)
        where, args = [seen.condition, *asked.conditions], [*seen.arguments, *asked.arguments]
        if asked.next is not None:
            where.append(f"(r.{asked.column}, r.id) {beyond} (?, ?)")
            args += _read_next(asked.next, number=asked.column.endswith("_at"))
        found = await fetch(
            f"SELECT r.id, r.{asked.column} FROM {seen.source} {declared.table_name} AS r "
            f"WHERE {' AND '.join(where)} ORDER BY r.{asked.column} {order}, r.id {order} LIMIT ?",
            *args,
            asked.limit + 1,
        )
        kept = found[: asked.limit]
        rows = await read_rows((asked.type, row[0]) for row in kept)
        more = len(found) > asked.limit
        following = base64.urlsafe_b64encode(msgspec.json.encode([kept[-1][1], kept[-1][0]])).decode() if more else None
        page = Page(await clock(), {asked.type: [rows[asked.type, row[0]] for row in kept]})
        return msgspec.structs.replace(page, next=following) if following else page


async def one_for(caller: Caller, type_: str, id_: str, children: Sequence[tuple[str, str]]) -> Page | None:
    """A record with what the caller sees of ``children`` (type, column); ``None`` if they do not see it."""
    async with snapshot():
        workspace = Workspace(Actor(person=caller.person, device=caller.device), 0, 0)
        entry = await workspace.get(type_, id_)
        if entry is None or not await workspace.visible(entry):
            return None
        keys = [(type_, id_)]
        for kind, column in children:
            hung = await workspace.children(kind, column, id_)
            keys += [(kind, child.id) for child in hung if await workspace.visible(child)]
        rows: dict[str, list[msgspec.Raw]] = {}
        for (kind, _), row in (await read_rows(keys)).items():
            rows.setdefault(kind, []).append(row)
        return Page(await clock(), rows)


async def clock() -> int:
    """The last rev given."""
    return int((await fetch("SELECT rev FROM clock WHERE id = 1"))[0][0])


async def _seen_by(caller: Caller, type_: str) -> Seen:
    """By the feed, which phones are sent."""
    workspace = Workspace(Actor(person=caller.person, device=caller.device), 0, 0)
    audiences = msgspec.json.encode(sorted(await workspace.audiences_of(caller.person))).decode()
    return Seen(
        "",
        f"EXISTS (SELECT 1 FROM feed AS f WHERE f.type = '{type_}' AND f.record = r.id AND f.gone = 0 "
        "AND f.audience IN (SELECT value FROM json_each(?)))",
        [audiences],
    )


def _read_next(text: str, *, number: bool) -> list[Any]:
    try:
        value, id_ = msgspec.json.decode(base64.urlsafe_b64decode(text.encode()), type=_Mark)
    except (ValueError, msgspec.DecodeError) as error:
        raise BadCursor(text) from error
    if isinstance(value, int) != number or (isinstance(value, int) and abs(value) > 2**53) or "\0" in str(value):
        raise BadCursor(text)
    return [value, id_]
