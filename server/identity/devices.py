"""Devices as a desk lists them: one's own, and those of the people one answers for."""

from collections.abc import Mapping, Sequence
from typing import Literal

import msgspec

from server.database.query import fetch
from server.database.snapshot import snapshot
from server.identity.caller import Caller
from server.identity.device_rows import LATE_AFTER_MS, ListedDevice, State, rows_of
from server.identity.scope import BELOW, at_home_below, scope_over
from server.lists import Asked, Listing, Where, page_of, words_of
from server.lists.finding import as_json
from sync.records.values import Id

DeviceSort = Literal[
    "seen_at", "-seen_at", "person", "-person", "created_at", "-created_at", "oldest", "-oldest", "app", "-app",
    "waiting", "-waiting", "left", "-left", "clock_offset", "-clock_offset",
]  # fmt: skip


class Devices(Asked, frozen=True, kw_only=True):
    """What a list of devices is narrowed to.

    ``place``: of people at home at or below it. ``waiting``: whether work waits on it, ``late``: for a day or longer.
    """

    sort: DeviceSort = "-seen_at"
    person: Id | None = None
    place: Id | None = None
    state: tuple[State, ...] = ()
    waiting: bool | None = None
    late: bool | None = None


class DevicePage(msgspec.Struct, frozen=True):
    """A page of devices."""

    rows: list[ListedDevice]
    total: int
    page: int
    size: int


def _told(column: str, what: str) -> str:
    """A number out of what a phone told, as text: it may say any number."""
    return f"COALESCE(CAST(json_extract({column}, '$.{what}') AS TEXT), '0')"


def _number(column: str, what: str) -> str:
    told = _told(column, what)
    return f"(CASE WHEN LENGTH({told}) > 15 THEN {2**53} ELSE CAST({told} AS BIGINT) END)"


_OLDEST = "CAST(json_extract(d.pending, '$.oldest') AS BIGINT)"
_WAITING = f"({_told('d.pending', 'changes')} <> '0' OR {_told('d.pending', 'photos')} <> '0')"
LATE = (
    f"({_WAITING} AND d.wiped_at IS NULL AND d.given_up_by IS NULL "
    f"AND COALESCE({_OLDEST} + COALESCE(d.clock_offset, 0), d.seen_at) <= ?)"
)
"""By the server's clock; what was given up is nobody's trouble any more. Its argument: a day ago."""
_LEFT = f"{_number('d.storage', 'quota')} - {_number('d.storage', 'used')}"
_DEVICES = Listing(
    source="device AS d",
    key="d.id",
    sorts={
        "seen_at": ("d.seen_at",),
        "person": ("p.sorting", "p.id"),
        "created_at": ("d.created_at",),
        "oldest": (f"COALESCE({_OLDEST}, {2**53})",),
        "app": ("COALESCE(d.app, '')",),
        "waiting": (f"{_number('d.pending', 'changes')} + {_number('d.pending', 'photos')}",),
        "left": (f"(CASE WHEN d.storage IS NULL THEN {2**53} ELSE {_LEFT} END)",),
        "clock_offset": ("ABS(COALESCE(d.clock_offset, 0))",),
    },
    joins={"person": "JOIN person AS p ON p.id = d.person"},
    walks={"person": ("person AS p CROSS JOIN device AS d", "d.person = p.id")},
)
_SIGNED_IN = (
    "d.revoked_at IS NULL AND {} EXISTS (SELECT 1 FROM session AS s WHERE s.device = d.id AND s.expires_at > ?)"
)


async def devices_for(caller: Caller, asked: Devices, now: int) -> tuple[list[ListedDevice], int]:
    """The caller's own devices, and those of the people at home under them as supervisor or administrator."""
    async with snapshot():
        where = await theirs(caller)
        if asked.person is not None:
            where.add("d.person = ?", asked.person)
        if asked.place is not None:
            home = Where()
            at_home_below(home, "home", asked.place)
            where.add(f"d.person IN (SELECT id FROM person WHERE {home.sql()})", *home.arguments)
        if asked.state:
            _narrow_to_states(where, asked.state, now)
        if asked.waiting is not None:
            where.add(_WAITING if asked.waiting else f"NOT {_WAITING}")
        if asked.late is not None:
            where.add(LATE if asked.late else f"NOT {LATE}", now - LATE_AFTER_MS)
        for word in words_of(asked.q):
            _narrow_to_word(where, word)
        keys, total = await page_of(_DEVICES, asked, asked.sort, where)
        return await rows_of(caller, keys, LATE, now), total


async def device_for(caller: Caller, device: int, now: int) -> ListedDevice | None:
    """One device of that list; None where it is not in it."""
    return next(iter(await rows_of(caller, [device], LATE, now)), None) if await may_revoke(caller, device) else None


async def may_revoke(caller: Caller, device: int) -> bool:
    """Whether the device exists and this caller answers for it."""
    where = await theirs(caller)
    where.add("d.id = ?", device)
    return bool(await fetch(f"SELECT 1 FROM {_DEVICES.source} WHERE {where.sql()}", *where.arguments))


async def theirs(caller: Caller) -> Where:
    """The devices somebody answers for: their own, and those of the people at home under them. ``d`` is the device."""
    where, scope = Where(), await scope_over(caller, "admin", "supervisor")
    if scope.everything:
        where.add("(d.person = ? OR d.person NOT IN (SELECT id FROM person WHERE home = ''))", caller.person)
    elif scope.places:
        people = f"SELECT id FROM person WHERE {BELOW.format(column='home')}"
        where.add(f"(d.person = ? OR d.person IN ({people}))", caller.person, as_json(scope.places))
    else:
        where.add("d.person = ?", caller.person)
    return where


def _narrow_to_states(where: Where, states: Sequence[State], now: int) -> None:
    conditions: Mapping[State, tuple[str, tuple[int, ...]]] = {
        "revoked": ("d.revoked_at IS NOT NULL", ()),
        "signed_in": (_SIGNED_IN.format(""), (now,)),
        "signed_out": (_SIGNED_IN.format("NOT"), (now,)),
    }
    wanted = [conditions[state] for state in dict.fromkeys(states)]
    where.add(f"({' OR '.join(sql for sql, _ in wanted)})", *(value for _, values in wanted for value in values))


def _narrow_to_word(where: Where, word: str) -> None:
    """A word stands in the name of the person, its initials, their login, or the name of the device."""
    person, login, device = Where(), Where(), Where()
    person.looks_like(word, "search")
    login.looks_like(word, "login")
    device.looks_like(word, "LOWER(d.name)")
    people = f"SELECT id FROM person WHERE {person.sql()} UNION SELECT person FROM account WHERE {login.sql()}"
    where.add(f"(d.person IN ({people}) OR {device.sql()})", *person.arguments, *login.arguments, *device.arguments)
