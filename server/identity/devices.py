"""Devices as a desk lists them: one's own, and those of the people one answers for."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import msgspec

from server.database.query import fetch
from server.database.snapshot import snapshot
from server.identity.caller import Caller
from server.identity.scope import BELOW, scope_over
from server.lists import Asked, Listing, Where, page_of, words_of
from server.lists.answers import Column, when
from server.lists.finding import as_json
from sync.records.values import Id

DeviceSort = Literal[
    "seen_at", "-seen_at", "person", "-person", "created_at", "-created_at", "oldest", "-oldest", "app", "-app"
]
State = Literal["signed_in", "signed_out", "revoked"]


class Devices(Asked, frozen=True, kw_only=True):
    """What a list of devices is narrowed to. ``waiting``: whether work waits on it."""

    sort: DeviceSort = "-seen_at"
    person: Id | None = None
    state: tuple[State, ...] = ()
    waiting: bool | None = None


class DeviceOwner(msgspec.Struct, frozen=True):
    """Whose device it is."""

    id: str
    name: str


class ListedDevice(msgspec.Struct, frozen=True):
    """One device. ``pending``: what waited on it after its last request, ``oldest``: since when; times in epoch ms."""

    id: int
    person: DeviceOwner
    name: str
    created_at: int
    seen_at: int
    revoked_at: int | None
    app: str | None
    settled: int
    pending: dict[str, Any] | None
    oldest: int | None
    state: State
    current: bool


class DevicePage(msgspec.Struct, frozen=True):
    """A page of devices."""

    rows: list[ListedDevice]
    total: int
    page: int
    size: int


_OLDEST = "CAST(json_extract(d.pending, '$.oldest') AS BIGINT)"
_WAITING = (
    "("
    + " OR ".join(
        f"COALESCE(CAST(json_extract(d.pending, '$.{what}') AS TEXT), '0') <> '0'" for what in ("changes", "photos")
    )
    + ")"
)  # as text: a phone may say any number
_DEVICES = Listing(
    source="device AS d",
    key="d.id",
    sorts={
        "seen_at": ("d.seen_at",),
        "person": ("p.sorting", "p.id"),
        "created_at": ("d.created_at",),
        "oldest": (f"COALESCE({_OLDEST}, {2**53})",),
        "app": ("COALESCE(d.app, '')",),
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
        where = await _theirs(caller)
        if asked.person is not None:
            where.add("d.person = ?", asked.person)
        if asked.state:
            _narrow_to_states(where, asked.state, now)
        if asked.waiting is not None:
            where.add(_WAITING if asked.waiting else f"NOT {_WAITING}")
        for word in words_of(asked.q):
            _narrow_to_word(where, word)
        keys, total = await page_of(_DEVICES, asked, asked.sort, where)
        return await _rows(caller, keys, now), total


async def device_for(caller: Caller, device: int, now: int) -> ListedDevice | None:
    """One device of that list; None where it is not in it."""
    return next(iter(await _rows(caller, [device], now)), None) if await may_revoke(caller, device) else None


async def may_revoke(caller: Caller, device: int) -> bool:
    """Whether the device exists and this caller answers for it."""
    where = await _theirs(caller)
    where.add("d.id = ?", device)
    return bool(await fetch(f"SELECT 1 FROM {_DEVICES.source} WHERE {where.sql()}", *where.arguments))


async def _theirs(caller: Caller) -> Where:
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


async def _rows(caller: Caller, ids: Sequence[int], now: int) -> list[ListedDevice]:
    rows = await fetch(
        "SELECT d.id, d.person, p.name, d.name, d.created_at, d.seen_at, d.revoked_at, d.app, d.settled, d.pending, "
        "EXISTS (SELECT 1 FROM session AS s WHERE s.device = d.id AND s.expires_at > ?) "
        "FROM device AS d JOIN person AS p ON p.id = d.person "
        "WHERE d.id IN (SELECT CAST(value AS BIGINT) FROM json_each(?))",
        now,
        as_json(ids),
    )
    found = {row[0]: _row(row, caller) for row in rows}
    return [found[id_] for id_ in ids]


def _row(row: tuple[Any, ...], caller: Caller) -> ListedDevice:
    id_, person, person_name, name, created_at, seen_at, revoked_at, app, settled, pending, signed_in = row
    waiting = msgspec.json.decode(pending, type=dict[str, Any]) if pending else None
    return ListedDevice(
        id=id_,
        person=DeviceOwner(person, person_name),
        name=name,
        created_at=created_at,
        seen_at=seen_at,
        revoked_at=revoked_at,
        app=app,
        settled=settled,
        pending=waiting,
        oldest=waiting.get("oldest") if waiting else None,
        state="revoked" if revoked_at is not None else "signed_in" if signed_in else "signed_out",
        current=id_ == caller.device,
    )


_STATES = {"signed_in": "已登录 / signed in", "signed_out": "已退出 / signed out", "revoked": "已停用 / revoked"}
COLUMNS: Mapping[str, Column] = {
    "id": Column("设备号", "Device", lambda row: row.id),
    "person": Column("人员", "Person", lambda row: row.person.name),
    "name": Column("名称", "Name", lambda row: row.name),
    "state": Column("状态", "State", lambda row: _STATES[row.state]),
    "seen_at": Column("最近联系", "Last seen", lambda row: when(row.seen_at)),
    "oldest": Column("最早未传", "Oldest waiting", lambda row: when(row.oldest)),
    "changes": Column("未传改动", "Changes waiting", lambda row: (row.pending or {}).get("changes")),
    "photos": Column("未传照片", "Photos waiting", lambda row: (row.pending or {}).get("photos")),
    "app": Column("版本", "App", lambda row: row.app),
}
