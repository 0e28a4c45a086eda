"""Reading stored rows in the shape phones get them."""

from collections.abc import Iterable

import msgspec

from server.database.query import fetch
from server.door.entry import with_rev
from server.door.registry import slice_of


async def read_rows(keys: Iterable[tuple[str, str]]) -> dict[tuple[str, str], msgspec.Raw]:
    """The wire rows of some records, whoever asks: the caller has judged that."""
    by_type: dict[str, list[str]] = {}
    for type_, id_ in keys:
        by_type.setdefault(type_, []).append(id_)
    found: dict[tuple[str, str], msgspec.Raw] = {}
    for type_, ids in by_type.items():
        declared = slice_of(type_)
        assert declared is not None
        sql = f"SELECT id, rev, body FROM {declared.table_name} WHERE id IN (SELECT value FROM json_each(?))"
        for id_, rev, body in await fetch(sql, msgspec.json.encode(ids).decode()):
            found[type_, id_] = with_rev(body, rev)
    return found
