"""Reading stored rows in the shape phones get them."""

from collections.abc import Iterable

import msgspec

from server.database.query import fetch, look_up
from server.door.entry import with_rev
from server.door.registry import slice_of

FEW = 200
"""So many rows are read on the spot; more take long enough to be read beside other work."""


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
        read = look_up if len(ids) <= FEW else fetch
        for id_, rev, body in await read(sql, msgspec.json.encode(ids).decode()):
            found[type_, id_] = with_rev(body, rev)
    return found
