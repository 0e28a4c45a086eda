"""The transaction in hand: records read and written, who acts, what was touched; nothing is stored before the end."""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from server.database.query import look_up
from server.door.entry import Entry
from server.door.registry import SetAside, Slice, slice_of

Key = tuple[str, str]
STATUS_VERBS = frozenset({"submit", "return_items", "approve", "reopen", "void", "claim", "decline"})
ROLES = ("inspector", "carrier", "manager", "supervisor", "admin")


class Actor(msgspec.Struct, frozen=True):
    """Who makes the change at hand. Device 0 is the server itself; ``n`` is then filled in at the end."""

    person: str
    device: int


class Touch(msgspec.Struct):
    """One record changed by one change. ``pure``: the author's own view of the row is already right."""

    type: str
    id: str
    log: int
    device: int
    verb: str
    quiet: bool
    pure: bool


class Missed(msgspec.Struct, frozen=True):
    """A change of this transaction that was not applied; ``aside``: with whom it waits."""

    type: str
    id: str
    outcome: str
    aside: SetAside | None


class Workspace:
    """Records of one transaction, with undo for the change or group at hand.

    Touch a record before changing it: ``touch`` keeps what it was, so that a refused group leaves no trace.
    """

    def __init__(self, actor: Actor, now: int, first_log: int) -> None:
        self.actor, self.now = actor, now
        self.log_id, self.n = first_log, 0
        self.lenient = False
        self.entries: dict[Key, Entry] = {}
        self.touches: list[Touch] = []
        self.notes: list[tuple[str, tuple[Any, ...]]] = []
        self.times: dict[tuple[int, int], dict[str, int]] = {}
        self.outcomes: list[Missed] = []
        self.told: set[str] = set()
        """Audiences with something to look at that is no record of theirs: work was set aside for them."""
        self.doubtful: list[Key] = []
        """Records whose readers may change with this transaction, looked at when it is written."""
        self._missing: set[Key] = set()
        self._touched: dict[str, set[str]] = {}
        self._undo: dict[Key, Entry | None] = {}
        self._marks = (0, 0)
        self._lines: dict[str, frozenset[str]] = {}
        self._grants: dict[str, tuple[tuple[str, str], ...]] = {}
        self._audiences: dict[str, frozenset[str]] = {}
        self._over: dict[tuple[str, str, str], bool] = {}
        self._seen_by: dict[tuple[str, tuple[str, ...]], frozenset[str]] = {}

    # Records

    async def get(self, type_: str, id_: str) -> Entry | None:
        """The record as this transaction sees it, whoever may see it; ``None`` when there is none."""
        key = (type_, id_)
        entry = self.entries.get(key)
        if entry is None and key not in self._missing:
            await self.load(type_, [id_])
            entry = self.entries.get(key)
        return entry

    async def load(self, type_: str, ids: Iterable[str]) -> list[Entry]:
        """Several records of one type in one query; those that do not exist are left out."""
        wanted = list(dict.fromkeys(ids))
        missing = [i for i in wanted if (type_, i) not in self.entries and (type_, i) not in self._missing]
        if missing:
            declared = slice_of(type_)
            assert declared is not None, type_
            names = ", ".join(("", *declared.column_names))
            sql = (
                f"SELECT id, rev, change, body, heads{names} FROM {declared.table_name} "
                "WHERE id IN (SELECT value FROM json_each(?))"
            )
            for id_, rev, change, body, heads, *columns in await look_up(sql, msgspec.json.encode(missing).decode()):
                entry = Entry.stored(type_, id_, rev, change, body, heads)
                entry.columns = dict(zip(declared.column_names, columns, strict=True))
                self.entries[type_, id_] = entry
            self._missing.update((type_, i) for i in missing if (type_, i) not in self.entries)
        return [self.entries[type_, i] for i in wanted if (type_, i) in self.entries]

    async def children(self, type_: str, column: str, value: str) -> list[Entry]:
        """The records of a type whose typed column holds a value, stored or new, ordered by id."""
        declared = slice_of(type_)
        assert declared is not None, type_
        assert column in declared.column_names, column
        rows = await look_up(f"SELECT id FROM {declared.table_name} WHERE {column} = ?", value)
        await self.load(type_, [row[0] for row in rows])
        # What was only read is as it is stored; what was touched may have come or gone.
        ids = self._touched.get(type_, set()).union(row[0] for row in rows)
        known = [self.entries[type_, id_] for id_ in sorted(ids) if (type_, id_) in self.entries]
        return [entry for entry in known if entry.columns.get(column) == value]

    def touch(self, entry: Entry, verb: str, *, quiet: bool = False, pure: bool = False) -> Touch:
        """Note that a record changes now, and keep what it was. Call before changing it."""
        key = (entry.type, entry.id)
        if key not in self._undo:
            known = self.entries.get(key)
            self._undo[key] = known.copy() if known is not None else None
        self.entries[key] = entry
        self._missing.discard(key)
        self._touched.setdefault(entry.type, set()).add(entry.id)
        touch = Touch(entry.type, entry.id, self.log_id, self.actor.device, verb, quiet, pure)
        self.touches.append(touch)
        return touch

    async def write(self, entry: Entry, verb: str, *, quiet: bool = False, **values: Any) -> None:
        """Set server fields of a record."""
        self.touch(entry, verb, quiet=quiet)
        entry.row.update(values)
        await self.refresh(entry)

    async def refresh(self, entry: Entry) -> None:
        """Bring the typed columns up to date after the row changed."""
        entry.columns = await self.slice(entry).columns(self, entry)

    def remember_time(self, entry: Entry, path: str, t: int) -> None:
        """Keep the effective time of the change in hand at a field: a later edit may name it as its base."""
        times = self.times.setdefault((self.actor.device, self.n), {})
        times[f"{entry.type} {entry.id} {path}"] = t

    def note(self, sql: str, *values: Any) -> None:
        """A statement of a slice's own tables, carried out with the rest if the change is taken."""
        self.notes.append((sql, values))

    def slice(self, entry: Entry) -> Slice:
        declared = slice_of(entry.type)
        assert declared is not None
        return declared

    # Undo

    def checkpoint(self) -> None:
        """What follows can be undone as one."""
        self._undo = {}
        self._marks = (len(self.touches), len(self.notes))

    def rollback(self) -> None:
        """Forget everything since the checkpoint."""
        for key, before in self._undo.items():
            if before is None:
                del self.entries[key]
                self._missing.add(key)
            else:
                self.entries[key] = before
        touches, notes = self._marks
        del self.touches[touches:], self.notes[notes:]
        self._undo = {}

    # Rights

    async def line(self, place: str) -> frozenset[str]:
        """A unit or branch and everything above it."""
        if place not in self._lines:
            rows = await look_up("SELECT ancestor FROM ancestry WHERE place = ?", place)
            self._lines[place] = frozenset(row[0] for row in rows)
        return self._lines[place]

    async def grants(self, person: str) -> Sequence[tuple[str, str]]:
        """(role, place) of every grant a person holds now."""
        if person not in self._grants:
            rows = await look_up("SELECT role, place FROM grant_ WHERE person = ?", person)
            self._grants[person] = tuple((row[0], row[1]) for row in rows)
        return self._grants[person]

    def forget_rights(self) -> None:
        """Grants or the tree were changed in this transaction: read them anew."""
        self._lines, self._grants, self._audiences, self._over, self._seen_by = {}, {}, {}, {}, {}

    async def seen_by(self, place: str, roles: tuple[str, ...]) -> frozenset[str]:
        """The audiences of some roles over a place, made once."""
        if (place, roles) not in self._seen_by:
            line = await self.line(place)
            self._seen_by[place, roles] = frozenset(f"unit:{unit}:{role}" for unit in line for role in roles)
        return self._seen_by[place, roles]

    async def over(self, person: str, role: str, place: str) -> bool:
        """Whether a person holds a role over a place."""
        key = (person, role, place)
        if key not in self._over:
            line = await self.line(place)
            self._over[key] = any(held == role and at in line for held, at in await self.grants(person))
        return self._over[key]

    async def audiences_of(self, person: str) -> frozenset[str]:
        """The audiences a person belongs to."""
        if person not in self._audiences:
            found = {"everyone", f"person:{person}"}
            for role, place in await self.grants(person):
                found.add(f"unit:{place}:{role}")
                found.update(f"unit:{unit}:staff" for unit in await self.line(place))
            self._audiences[person] = frozenset(found)
        return self._audiences[person]

    async def visible(self, entry: Entry) -> bool:
        """Whether the actor sees a record in its present state; the server sees everything.

        Late work that a supervisor takes in is judged past rights that were withdrawn.
        """
        if self.actor.device == 0 or self.lenient:
            return True
        seen_by = await self.slice(entry).audiences(self, entry)
        return not seen_by.isdisjoint(await self.audiences_of(self.actor.person))

    async def formerly_visible(self, entry: Entry, seen: int) -> bool:
        """Whether the actor's right to see a record was withdrawn after what they had seen."""
        rows = await look_up(
            "SELECT role, place FROM grant_history WHERE person = ? AND until_rev > ?", self.actor.person, seen
        )
        former = {f"unit:{place}:{role}" for role, place in rows}
        followed = await self._followed(entry)
        if followed is not entry and await self.formerly_visible(followed, seen):
            return True
        was_theirs = self.slice(entry).was_theirs
        if was_theirs is not None and await was_theirs(self, entry, seen):
            return True
        place = entry.columns.get("branch")
        if place is not None:
            moved = await look_up("SELECT ancestor FROM line_history WHERE place = ? AND until_rev > ?", place, seen)
            above = {row[0] for row in moved}
            if any(at in above for _, at in await self.grants(self.actor.person)):
                return True
        return not (await self.slice(entry).audiences(self, entry)).isdisjoint(former)

    async def _followed(self, entry: Entry) -> Entry:
        """The inspection a record hangs on, or the record itself."""
        above = hangs_on(entry)
        return (await self.get("inspection", above) if above else None) or entry


def hangs_on(entry: Entry) -> str | None:
    """The inspection whose findings and photos a record is one of; those have the same readers."""
    return entry.columns.get("inspection") if entry.type in ("finding", "photo") else None


async def seen_by_roles(workspace: Workspace, place: str, roles: Iterable[str]) -> frozenset[str]:
    """The audiences of some roles over a place: one a role and unit of its line."""
    return await workspace.seen_by(place, tuple(roles))


def dependent_types(type_: str) -> Sequence[tuple[str, str]]:
    """The (record type, column) whose audiences follow a record of this type."""
    declared = slice_of(type_)
    return declared.dependents if declared else ()


__all__ = ["ROLES", "STATUS_VERBS", "Actor", "Touch", "Workspace", "dependent_types", "seen_by_roles"]
