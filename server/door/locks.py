"""Who waits for whom, where several transactions write at once: on PostgreSQL.

The order is always device → places → records → clock, and records in the order of their keys, so no two can wait for
each other. A change is judged by more than its own record: what hangs on one inspection (its findings and photos,
and its task) is locked together. Readers of a record follow from grants and from the tree of places, so all ordinary
work shares the lock of the places, and work that may touch anything at all takes it alone.

On SQLite all of this is true already: BEGIN IMMEDIATE lets one writer in at a time.
"""

import hashlib
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import msgspec

from server.database import current_engine, transaction
from server.database.query import execute, look_up
from server.door.entry import Entry
from server.door.registry import Slice, slice_of
from sync.change import Change
from sync.records import RECORDS

Key = tuple[str, str]

_ID = re.compile("[0-9a-f-]{36}")
PLACES = 7_824_519_302
"""The advisory lock of grants and of the tree of places."""


async def lock_everything() -> None:
    """Let nobody else through the door until the transaction ends."""
    if current_engine().name == "postgresql":
        await look_up("SELECT pg_advisory_xact_lock(?)", PLACES)


async def lock_record(type_: str, id_: str) -> None:
    """Lock one record with what belongs to it."""
    await _lock([(type_, id_)], {})


async def lock_changes(changes: Iterable[Change | None]) -> None:
    """Lock the records some changes speak of, with what belongs to them."""
    if current_engine().name != "postgresql":
        return
    parents: dict[Key, list[Key]] = {}
    for change in changes:
        if change is not None and change.type in RECORDS:
            named = _parents(change)
            if named or (change.type, change.id) not in parents:
                parents[change.type, change.id] = named
    await _lock(parents.keys(), parents)


async def _lock(keys: Collection[Key], parents: Mapping[Key, Sequence[Key]]) -> None:
    if current_engine().name != "postgresql":
        return
    await look_up("SELECT pg_advisory_xact_lock_shared(?)", PLACES)
    async with transaction() as tx:
        while True:
            names, unknown = await _together(keys, parents)
            if not unknown:
                await _take(names)
                return
            # A record nobody knew may come while we wait, with an inspection we did not lock: then begin again.
            mark = await tx.savepoint()
            await _take(names)
            if await _together(keys, parents) == (names, unknown):
                return
            await tx.rollback_to(mark.name)


async def _take(names: Collection[str]) -> None:
    numbers = sorted(int.from_bytes(hashlib.blake2b(n.encode(), digest_size=8).digest(), signed=True) for n in names)
    await execute("SELECT pg_advisory_xact_lock(n) FROM unnest(CAST(? AS BIGINT[])) AS n", numbers)


async def _together(keys: Collection[Key], parents: Mapping[Key, Sequence[Key]]) -> tuple[set[str], set[Key]]:
    """The ids to lock for some records: their own and those they hang on; and the records neither stored nor sent."""
    names: set[str] = set()
    unknown: set[Key] = set()
    seen: set[Key] = set()
    level = set(keys)
    while level:
        seen |= level
        stored = await _stored(level)
        unknown |= {key for key in level if key not in stored and not parents.get(key)}
        names |= {id_ for _, id_ in level}
        above = {key for one in level for key in (*stored.get(one, ()), *parents.get(one, ()))}
        level = above - seen
    return names, unknown


async def _stored(keys: Iterable[Key]) -> dict[Key, list[Key]]:
    """The records that are stored, each with those it hangs on."""
    by_type: dict[str, list[str]] = {}
    for type_, id_ in keys:
        by_type.setdefault(type_, []).append(id_)
    found: dict[Key, list[Key]] = {}
    for type_, ids in by_type.items():
        declared = slice_of(type_)
        assert declared is not None, type_
        columns = "".join(f", {column}" for column in declared.together)
        sql = f"SELECT id{columns} FROM {declared.table_name} WHERE id IN (SELECT value FROM json_each(?))"
        for id_, *above in await look_up(sql, msgspec.json.encode(ids).decode()):
            found[type_, id_] = [pair for pair in zip(declared.together, above, strict=True) if pair[1] is not None]
    return found


def _parents(change: Change) -> list[Key]:
    """What a new record says it hangs on. Whatever cannot be meant is refused later, when the change is judged."""
    declared = slice_of(change.type)
    if declared is None or change.set is msgspec.UNSET:
        return []
    row: dict[str, Any] = dict(Entry(change.type, change.id).row)
    row.update({path: assigned[0] for path, assigned in change.set.items() if path in row and assigned})
    try:
        named = declared.parents(row)
    except (KeyError, TypeError):
        return []
    return [key for key in named if _may_be_locked(key, declared)]


def _may_be_locked(key: Sequence[Any], child: Slice) -> bool:
    """Whether this names a record that is changed by phones, or one the child is counted under.

    Other places are under a lock of their own.
    """
    declared: Slice | None = slice_of(key[0]) if isinstance(key[0], str) else None
    if declared is None or (declared.actors is None and key[0] not in child.together):
        return False
    return bool(_ID.fullmatch(str(key[1])))
