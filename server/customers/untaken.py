"""Work about customers that became no record, because it was left out, refused, or still waits: only the log has it."""

import asyncio
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from typing import Any, NamedTuple

import msgspec

from server.database.query import fetch
from server.door.erasing import Key, emptied

_TYPES = "('customer', 'visit', 'comment', 'photo')"
_HELD = f"FROM held AS h JOIN log AS l ON l.device = h.device AND l.n = h.n AND l.device > 0 WHERE h.type IN {_TYPES}"
_REFUSED = f"FROM log AS l WHERE l.outcome = 'refused' AND l.type IN {_TYPES}"
_COLUMNS = "l.id, l.type, l.record, l.content, l.received"
_UNTAKEN = f"SELECT {_COLUMNS}, h.status {_HELD}{{0}} UNION ALL SELECT {_COLUMNS}, 'refused' {_REFUSED}{{0}}"
_AMONG = " AND l.id IN (SELECT CAST(value AS BIGINT) FROM json_each(?))"
_ROWS = f"SELECT l.id {_HELD} UNION ALL SELECT l.id {_REFUSED}"
_WANTED = "SELECT value FROM json_each(?)"
_CUSTOMER_OF = {
    "customer": f"SELECT id FROM customer WHERE status = 'erased' AND id IN ({_WANTED})",
    "visit": f"SELECT customer FROM visit WHERE id IN ({_WANTED})",
    "comment": (f"SELECT v.customer FROM comment AS c JOIN visit AS v ON v.id = c.visit WHERE c.id IN ({_WANTED})"),
    "photo": (
        "SELECT v.customer FROM photo AS p LEFT JOIN comment AS c ON c.id = p.comment "
        f"JOIN visit AS v ON v.id = COALESCE(p.visit, c.visit) WHERE p.id IN ({_WANTED})"
    ),
}


class Change(NamedTuple):
    """One change of it, as the log has it in a row. ``status``: of held work, or ``refused``."""

    row: int
    type: str
    record: str
    content: str
    received: int
    status: str

    @property
    def key(self) -> Key:
        """What it is about."""
        return self.type, self.record

    def tells(self) -> bool:
        """Whether it says anything of a person that was not emptied yet."""
        return emptied(self.content, [self.key], lambda _: "") is not None


class Untaken:
    """All of it. ``made``: the records it is about that are there all the same.

    ``above``: what each of the others would have hung on, a visit on its customer.
    """

    def __init__(self, changes: Sequence[Change], made: Set[Key], above: Mapping[Key, Key]) -> None:
        self.changes, self.made, self.above = changes, made, above
        self.rows = {one.row for one in changes}

    def with_newer(self, changes: Sequence[Change], made: Set[Key]) -> "Untaken":
        """The same with some more changes. Slow where they are many."""
        above = {one.key: over for one in changes if one.key not in made and (over := _above(one))}
        return Untaken([*self.changes, *changes], self.made | made, {**self.above, **above})

    def hanging_on(self, keys: Iterable[Key]) -> list[Key]:
        """The records that would have hung on some others, and what would have hung on those."""
        found = set(keys)
        known = len(found)
        while True:
            found |= {key for key, over in self.above.items() if over in found}
            if len(found) == known:
                return sorted(key for key in found if key in self.above)
            known = len(found)

    def still_told(self) -> Iterator[Key]:
        """What the work that tells something of a person is about, with all that it would have hung on."""
        for one in self.changes:
            if one.tells():
                yield from self._line(one.key)

    def _line(self, key: Key) -> Iterator[Key]:
        passed = {key}
        yield key
        while (key := self.above.get(key, key)) not in passed:
            passed.add(key)
            yield key


def _above(change: Change) -> Key | None:
    said = msgspec.json.decode(change.content).get("set")
    if not isinstance(said, Mapping):
        return None
    if change.type == "visit":
        return _key("customer", _first(said.get("customer")))
    of = _first(said.get("of"))
    return _key(of.get("type"), of.get("id")) if isinstance(of, Mapping) else None


def _first(value: Any) -> Any:
    return value[0] if isinstance(value, list) and value else None


def _key(type_: Any, id_: Any) -> Key | None:
    return (type_, id_) if isinstance(type_, str) and isinstance(id_, str) else None


async def untaken(before: Untaken | None = None) -> Untaken:
    """What was not taken in up to now, or only later. With ``before`` only what came since is read."""
    if before is None:
        rows = await fetch(_UNTAKEN.format(""))
    else:
        newer = [row[0] for row in await fetch(_ROWS) if row[0] not in before.rows]
        if not newer:
            return before
        wanted = msgspec.json.encode(newer).decode()
        rows = await fetch(_UNTAKEN.format(_AMONG), wanted, wanted)
    changes = [Change(*row) for row in rows]
    made: set[Key] = set()
    for type_ in _CUSTOMER_OF:
        ids = _array(one.record for one in changes if one.type == type_)
        made |= {(type_, row[0]) for row in await fetch(f"SELECT id FROM {type_} WHERE id IN ({_WANTED})", ids)}
    return await asyncio.to_thread((before or Untaken([], set(), {})).with_newer, changes, made)


async def never_made(all_: Untaken, type_: str, before: int) -> list[Key]:
    """Records of a type that did not come to be, of which something was said before a time (epoch ms) and told yet."""

    def work() -> list[Key]:
        said = [one for one in all_.changes if one.type == type_ and one.received < before and one.status != "open"]
        return sorted({one.key for one in said if one.key not in all_.made and one.tells()})

    return await asyncio.to_thread(work)


async def told_of_the_erased(all_: Untaken) -> set[str]:
    """The erased customers of whom work that was not taken in still tells something."""
    by_type: dict[str, set[str]] = {}
    for type_, id_ in await asyncio.to_thread(lambda: list(all_.still_told())):
        by_type.setdefault(type_, set()).add(id_)
    found: set[str] = set()
    for type_, ids in by_type.items():
        if type_ in _CUSTOMER_OF:
            found |= {row[0] for row in await fetch(_CUSTOMER_OF[type_], _array(ids)) if row[0] is not None}
    return {row[0] for row in await fetch(_CUSTOMER_OF["customer"], _array(found))}


def _array(ids: Iterable[str]) -> str:
    return msgspec.json.encode(sorted(set(ids))).decode()
