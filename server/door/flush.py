"""Writing a transaction out: rows, log, touches, feed, and the clock as the last thing before COMMIT (protocol §4)."""

from collections.abc import Iterable, KeysView, Sequence
from typing import Any

import msgspec

from server.database.news import ANYBODY, NOBODY, News, tell
from server.database.query import execute, look_up
from server.door.entry import Entry
from server.door.registry import slice_of
from server.door.tables import COMMON, LOG
from server.door.workspace import Key, Touch, Workspace, dependent_types, hangs_on
from server.door.writing import Rows, write_by_clock

RECORDS_PER_REV = 100
"""A transaction takes one rev a hundred records, so that a page can always be cut between two revs."""

PLACES = ("unit", "branch")
"""Records with which rights move: who stands above or below what."""

REMEMBERED = ("grant_history", "line_history")
"""Where a slice's own statements leave -1 for the rev of their transaction."""


async def flush(workspace: Workspace, logged: Sequence[tuple[Any, ...]]) -> int:
    """Write everything the workspace holds, and ``logged`` (rows of LOG); returns the highest rev given."""
    for sql, values in workspace.notes:
        await execute(sql, *values)
    if workspace.notes:
        workspace.forget_rights()
    order, audiences = await _settle_audiences(workspace)
    steps = {key: 1 + index // RECORDS_PER_REV for index, key in enumerate(order)}
    server_made = workspace.actor.device == 0
    feed = await _feed(workspace, steps, audiences)
    written = [
        Rows("log", LOG, logged, stamped=("rev", "n") if server_made else ("rev",)),
        *_records(workspace, steps),
        _touches(workspace.touches, steps),
        feed,
    ]
    many = max([1, *steps.values()])
    last = await write_by_clock(many, written)
    if workspace.notes:
        for table in REMEMBERED:
            await execute(f"UPDATE {table} SET until_rev = ? WHERE until_rev < 0", last - many + 1)
    tell(News(last, frozenset(row[0] for row in feed.rows) | workspace.told, _doubted(order)))
    return last


def _doubted(written: Iterable[Key]) -> frozenset[str]:
    """Whose rights may have changed with these records."""
    if any(type_ in PLACES for type_, _ in written):
        return frozenset((ANYBODY,))
    people = frozenset(f"person:{id_}" for type_, id_ in written if type_ == "person")
    return people or NOBODY


async def _settle_audiences(workspace: Workspace) -> tuple[list[Key], dict[Key, frozenset[str]]]:
    """The records to write, and who sees each now. Records whose audiences follow a changed one join them."""
    for entry in [entry for key in workspace.doubtful if (entry := await workspace.get(*key)) is not None]:
        if await _is_misread(workspace, entry):
            workspace.touch(entry, "audience", quiet=True).log = workspace.log_id
    causes = {(touch.type, touch.id): touch.log for touch in workspace.touches}
    order = list(causes)
    audiences: dict[Key, frozenset[str]] = {}
    of_all: dict[str, frozenset[str]] = {}
    live: dict[Key, frozenset[str]] = {}
    for key in order:  # grows while it is walked
        entry = workspace.entries[key]
        await workspace.refresh(entry)
        root = hangs_on(entry)
        if root is None:
            audiences[key] = await workspace.slice(entry).audiences(workspace, entry)
        else:
            if root not in of_all:
                of_all[root] = await workspace.slice(entry).audiences(workspace, entry)
            audiences[key] = of_all[root]
        if entry.rev == 0:
            continue
        if key not in live:
            live |= await _live_audiences(_stored(workspace, [other for other in order if other not in live]))
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
    findings and photos of an inspection have the same readers. Comments differ: some are about a finding.
    """
    found: list[Entry] = []
    for type_, column in dependent_types(entry.type):
        children = [
            child
            for child in await workspace.children(type_, column, entry.id)
            if child.rev > 0 and (child.type, child.id) not in known
        ]
        if everyone:
            found += children
        elif type_ == "comment":
            found += [child for child in children if await _is_misread(workspace, child)]
        elif children and await _is_misread(workspace, children[0]):
            found += children
    return found


async def _is_misread(workspace: Workspace, entry: Entry) -> bool:
    """Whether the feed shows a record to others than it should."""
    now = await workspace.slice(entry).audiences(workspace, entry)
    key = (entry.type, entry.id)
    return now != (await _live_audiences([key]))[key]


def _stored(workspace: Workspace, keys: Iterable[Key]) -> list[Key]:
    return [key for key in keys if workspace.entries[key].rev > 0]


async def _live_audiences(keys: Sequence[Key]) -> dict[Key, frozenset[str]]:
    """Who the feed shows some records to."""
    found: dict[Key, set[str]] = {key: set() for key in keys}
    for audience, type_, record in await _live_entries(keys):
        found[type_, record].add(audience)
    return {key: frozenset(names) for key, names in found.items()}


async def _live_entries(keys: Sequence[Key]) -> list[tuple[str, str, str]]:
    """(audience, type, record) of the feed's entries for some records, but for those that are gone."""
    if not keys:
        return []
    rows = await look_up(
        "SELECT f.audience, f.type, f.record FROM json_each(?) AS wanted CROSS JOIN feed AS f "
        "WHERE f.type = json_extract(wanted.value, '$[0]') AND f.record = json_extract(wanted.value, '$[1]') "
        "AND f.gone = 0",
        msgspec.json.encode(keys).decode(),
    )
    return [(audience, type_, record) for audience, type_, record in rows]


def _records(workspace: Workspace, steps: dict[Key, int]) -> list[Rows]:
    by_type: dict[str, list[Entry]] = {}
    for type_, id_ in steps:
        by_type.setdefault(type_, []).append(workspace.entries[type_, id_])
    last_log = {(touch.type, touch.id): touch.log for touch in workspace.touches}
    written = []
    for type_, entries in by_type.items():
        declared = slice_of(type_)
        assert declared is not None
        own = declared.column_names
        rows = [
            (
                entry.id,
                steps[type_, entry.id],
                last_log[type_, entry.id],
                entry.body(),
                entry.heads(),
                *[entry.columns[name] for name in own],
            )
            for entry in entries
        ]
        written.append(Rows(declared.table_name, (*COMMON, *own), rows, key=("id",)))
    return written


def _touches(touches: Iterable[Touch], steps: dict[Key, int]) -> Rows:
    return Rows(
        "touch",
        ("type", "record", "rev", "log", "device", "verb", "quiet", "pure"),
        [(t.type, t.id, steps[t.type, t.id], t.log, t.device, t.verb, int(t.quiet), int(t.pure)) for t in touches],
    )


async def _feed(workspace: Workspace, steps: dict[Key, int], audiences: dict[Key, frozenset[str]]) -> Rows:
    """One entry a record and audience; those who lost sight of a record get ``gone``."""
    held = await _live_entries(_stored(workspace, steps))
    lost = [(a, t, i) for a, t, i in held if a not in audiences[t, i]]
    rows: list[tuple[Any, ...]] = [(a, t, i, steps[t, i], 1, 0, workspace.now) for a, t, i in lost]
    in_order: dict[frozenset[str], list[str]] = {}
    for key, step in steps.items():
        entry = workspace.entries[key]
        is_open = int(await workspace.slice(entry).is_open(workspace, entry))
        if audiences[key] not in in_order:
            in_order[audiences[key]] = sorted(audiences[key])
        rows += [(audience, *key, step, 0, is_open, workspace.now) for audience in in_order[audiences[key]]]
    columns = ("audience", "type", "record", "rev", "gone", "is_open", "changed_at")
    return Rows("feed", columns, rows, key=("type", "record", "audience"))
