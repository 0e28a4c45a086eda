"""Writing a transaction out: rows, log, touches, feed, and the clock as the last thing before COMMIT (protocol §4)."""

from collections.abc import Iterable, KeysView, Sequence

import msgspec

from server.database import current_engine
from server.database.query import execute, execute_many, fetch
from server.door.entry import Entry
from server.door.registry import slice_of
from server.door.workspace import Key, Touch, Workspace, dependent_types

RECORDS_PER_REV = 100
"""A transaction takes one rev a hundred records, so that a page can always be cut between two revs."""

STAMPED = (("feed", "rev"), ("touch", "rev"), ("grant_history", "until_rev"), ("line_history", "until_rev"))
"""Where a transaction leaves a pending rev: -1, -2 … until the clock says which ones they are."""


async def flush(workspace: Workspace) -> int:
    """Write everything the workspace holds; returns the highest rev given."""
    for sql, values in workspace.notes:
        await execute(sql, *values)
    workspace.forget_rights()
    order, audiences = await _settle_audiences(workspace)
    pending = {key: -1 - index // RECORDS_PER_REV for index, key in enumerate(order)}
    await _write_rows(workspace, pending)
    await _write_touches(workspace.touches, pending)
    await _write_feed(workspace, pending, audiences)
    return await _stamp(workspace, pending)


async def _settle_audiences(workspace: Workspace) -> tuple[list[Key], dict[Key, frozenset[str]]]:
    """The records to write, and who sees each now. Records whose audiences follow a changed one join them."""
    for entry in [entry for key in workspace.doubtful if (entry := await workspace.get(*key)) is not None]:
        if await _is_misread(workspace, entry):
            workspace.touch(entry, "audience", quiet=True).log = workspace.log_id
    causes = {(touch.type, touch.id): touch.log for touch in workspace.touches}
    order = list(causes)
    audiences: dict[Key, frozenset[str]] = {}
    live: dict[Key, frozenset[str]] = {}
    for key in order:  # grows while it is walked
        if key not in live:
            live |= await _live_audiences([other for other in order if other not in live])
        entry = workspace.entries[key]
        await workspace.refresh(entry)
        audiences[key] = await workspace.slice(entry).audiences(workspace, entry)
        if entry.rev == 0:
            continue
        moved = audiences[key] != live[key]
        if moved:  # who reads it only since now has no row on which to lay an own edit
            workspace.touch(entry, "audience", quiet=True).log = causes[key]
        for child in await _followers(workspace, entry, causes.keys(), everyone=moved):
            touch = workspace.touch(child, "audience", quiet=True)
            touch.log = causes[child.type, child.id] = causes[key]
            order.append((child.type, child.id))
    return order, audiences


async def _followers(workspace: Workspace, entry: Entry, known: KeysView[Key], *, everyone: bool) -> list[Entry]:
    """The stored records that must be written because a record they follow changed.

    ``everyone``: its own readers changed, so theirs may have. Otherwise the first of each type tells for all:
    findings and photos of an inspection have the same readers.
    """
    found: list[Entry] = []
    for type_, column in dependent_types(entry.type):
        children = [
            child
            for child in await workspace.children(type_, column, entry.id)
            if child.rev > 0 and (child.type, child.id) not in known
        ]
        if everyone or (children and await _is_misread(workspace, children[0])):
            found += children
    return found


async def _is_misread(workspace: Workspace, entry: Entry) -> bool:
    """Whether the feed shows a record to others than it should."""
    now = await workspace.slice(entry).audiences(workspace, entry)
    key = (entry.type, entry.id)
    return now != (await _live_audiences([key]))[key]


async def _live_audiences(keys: Sequence[Key]) -> dict[Key, frozenset[str]]:
    """Who the feed shows some records to."""
    found: dict[Key, set[str]] = {key: set() for key in keys}
    for audience, type_, record in await _live_entries(keys):
        found[type_, record].add(audience)
    return {key: frozenset(names) for key, names in found.items()}


async def _live_entries(keys: Iterable[Key]) -> list[tuple[str, str, str]]:
    """(audience, type, record) of the feed's entries for some records, but for those that are gone."""
    rows = await fetch(
        "SELECT f.audience, f.type, f.record FROM json_each(?) AS wanted CROSS JOIN feed AS f "
        "WHERE f.type = json_extract(wanted.value, '$[0]') AND f.record = json_extract(wanted.value, '$[1]') "
        "AND f.gone = 0",
        msgspec.json.encode(list(keys)).decode(),
    )
    return [(audience, type_, record) for audience, type_, record in rows]


async def _write_rows(workspace: Workspace, pending: dict[Key, int]) -> None:
    by_type: dict[str, list[Entry]] = {}
    for type_, id_ in pending:
        by_type.setdefault(type_, []).append(workspace.entries[type_, id_])
    last_log = {(touch.type, touch.id): touch.log for touch in workspace.touches}
    for type_, entries in by_type.items():
        declared = slice_of(type_)
        assert declared is not None
        names = ("id", "rev", "change", "body", "heads", *declared.column_names)
        updates = ", ".join(f"{name} = excluded.{name}" for name in names[1:])
        await execute_many(
            f"INSERT INTO {declared.table_name} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))}) "
            f"ON CONFLICT (id) DO UPDATE SET {updates}",
            [
                (
                    entry.id,
                    pending[type_, entry.id],
                    last_log[type_, entry.id],
                    entry.body(),
                    entry.heads(),
                    *(entry.columns[name] for name in declared.column_names),
                )
                for entry in entries
            ],
        )


async def _write_touches(touches: Iterable[Touch], pending: dict[Key, int]) -> None:
    await execute_many(
        "INSERT INTO touch (type, record, rev, log, device, verb, quiet, pure) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [(t.type, t.id, pending[t.type, t.id], t.log, t.device, t.verb, int(t.quiet), int(t.pure)) for t in touches],
    )


async def _write_feed(workspace: Workspace, pending: dict[Key, int], audiences: dict[Key, frozenset[str]]) -> None:
    """One entry a record and audience; those who lost sight of a record get ``gone``."""
    held = await _live_entries(pending)
    lost = [(a, t, i) for a, t, i in held if a not in audiences[t, i]]
    rows: list[Sequence[object]] = [(a, t, i, pending[t, i], 1, 0, workspace.now) for a, t, i in lost]
    for key, rev in pending.items():
        entry = workspace.entries[key]
        is_open = int(await workspace.slice(entry).is_open(workspace, entry))
        rows += [(audience, *key, rev, 0, is_open, workspace.now) for audience in sorted(audiences[key])]
    await execute_many(
        "INSERT INTO feed (audience, type, record, rev, gone, is_open, changed_at) VALUES (?, ?, ?, ?, ?, ?, ?) "
        "ON CONFLICT (audience, type, record) DO UPDATE SET rev = excluded.rev, gone = excluded.gone, "
        "is_open = excluded.is_open, changed_at = excluded.changed_at",
        rows,
    )


async def _stamp(workspace: Workspace, pending: dict[Key, int]) -> int:
    """Take the revs from the clock, last of all, and put them in place of the pending ones."""
    steps = max([1, *(-rev for rev in pending.values())])
    tables = {declared.table_name for type_, _ in pending if (declared := slice_of(type_)) is not None}
    stamped = (*STAMPED, *((table, "rev") for table in sorted(tables)))
    if current_engine().name == "postgresql":
        # One statement: every writer waits for the clock's row, so nobody may hold it for a round trip more.
        rows = await fetch(_stamp_at_once(stamped), steps, steps)
        return int(rows[0][0]) + steps
    rows = await fetch("UPDATE clock SET rev = rev + ? WHERE id = 1 RETURNING rev", steps)
    base = int(rows[0][0]) - steps
    await execute(
        "UPDATE log SET rev = ?, n = CASE WHEN device = 0 THEN ? ELSE n END WHERE rev = 0", base + 1, base + 1
    )
    for table, column in stamped:
        await execute(f"UPDATE {table} SET {column} = ? - {column} WHERE {column} < 0", base)
    return base + steps


def _stamp_at_once(stamped: Sequence[tuple[str, str]]) -> str:
    """The same as one statement. Pending revs of other transactions are not seen: those are not committed."""
    parts = [
        "now AS (UPDATE clock SET rev = rev + CAST(? AS BIGINT) WHERE id = 1 RETURNING rev)",
        "base AS (SELECT rev - CAST(? AS BIGINT) AS rev FROM now)",
        "of_log AS (UPDATE log SET rev = base.rev + 1, n = CASE WHEN device = 0 THEN base.rev + 1 ELSE n END "
        "FROM base WHERE log.rev = 0)",
    ]
    parts += [
        f"of_{table} AS (UPDATE {table} SET {column} = base.rev - {table}.{column} FROM base "
        f"WHERE {table}.{column} < 0)"
        for table, column in stamped
    ]
    return f"WITH {', '.join(parts)} SELECT rev FROM base"
