"""A device as the office sees it: what it told of itself, what waits on it, and what became of it."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import msgspec

from server.database.query import fetch
from server.identity.caller import Caller
from server.identity.rules import DAY_MS
from server.lists.answers import Column, when
from server.lists.finding import as_json

State = Literal["signed_in", "signed_out", "revoked"]
Wipe = Literal["asked", "given_up", "done"]
LATE_AFTER_MS = DAY_MS
"""Work that has waited so long on a phone is told as an alarm."""


class Named(msgspec.Struct, frozen=True):
    """Somebody, by name."""

    id: str
    name: str


class Storage(msgspec.Struct, frozen=True):
    """What the browser of a phone said of its room: bytes, whether it promised to keep them, and when it said so."""

    used: int
    quota: int
    persistent: bool
    at: int


class ListedDevice(msgspec.Struct, frozen=True):
    """One device. Times in epoch ms.

    ``pending``: what waited on it after its last request, ``oldest``: since when, by its own clock.
    ``clock_offset``: the server's clock minus its own. ``late``: its work has waited for a day or longer.
    ``wipe``: whether it is to be emptied when it is heard again; ``given_up``: with what it had not sent.
    """

    id: int
    person: Named
    name: str
    created_at: int
    seen_at: int
    revoked_at: int | None
    revoked_by: Named | None
    app: str | None
    settled: int
    pending: dict[str, Any] | None
    oldest: int | None
    late: bool
    clock_offset: int | None
    storage: Storage | None
    wipe: Wipe | None
    given_up_by: Named | None
    wiped_at: int | None
    state: State
    current: bool


class _Found(msgspec.Struct, frozen=True, array_like=True):
    """A row as it is read."""

    id: int
    person: str
    person_name: str
    name: str
    created_at: int
    seen_at: int
    revoked_at: int | None
    revoker: str | None
    revoker_name: str | None
    app: str | None
    settled: int
    pending: str | None
    clock_offset: int | None
    storage: str | None
    wipe_by: str | None
    giver: str | None
    giver_name: str | None
    wiped_at: int | None
    late: bool
    signed_in: bool


async def rows_of(caller: Caller, ids: Sequence[int], late: str, now: int) -> list[ListedDevice]:
    """The rows of some devices, in that order. ``late``: the condition with one argument that tells the late ones."""
    rows = await fetch(
        "SELECT d.id, d.person, p.name, d.name, d.created_at, d.seen_at, d.revoked_at, r.id, r.name, d.app, d.settled, "
        "d.pending, d.clock_offset, d.storage, d.wipe_by, g.id, g.name, d.wiped_at, "
        f"CASE WHEN {late} THEN 1 ELSE 0 END, "
        "EXISTS (SELECT 1 FROM session AS s WHERE s.device = d.id AND s.expires_at > ?) "
        "FROM device AS d JOIN person AS p ON p.id = d.person "
        "LEFT JOIN person AS r ON r.id = d.revoked_by LEFT JOIN person AS g ON g.id = d.given_up_by "
        "WHERE d.id IN (SELECT CAST(value AS BIGINT) FROM json_each(?))",
        now - LATE_AFTER_MS,
        now,
        as_json(ids),
    )
    found = {row[0]: _row(msgspec.convert(row, _Found, strict=False), caller) for row in rows}
    return [found[id_] for id_ in ids if id_ in found]


def _row(row: _Found, caller: Caller) -> ListedDevice:
    waiting = msgspec.json.decode(row.pending, type=dict[str, Any]) if row.pending else None
    return ListedDevice(
        id=row.id,
        person=Named(row.person, row.person_name),
        name=row.name,
        created_at=row.created_at,
        seen_at=row.seen_at,
        revoked_at=row.revoked_at,
        revoked_by=_named(row.revoker, row.revoker_name),
        app=row.app,
        settled=row.settled,
        pending=waiting,
        oldest=waiting.get("oldest") if waiting else None,
        late=row.late,
        clock_offset=row.clock_offset,
        storage=msgspec.json.decode(row.storage, type=Storage) if row.storage else None,
        wipe=_wipe(row),
        given_up_by=_named(row.giver, row.giver_name),
        wiped_at=row.wiped_at,
        state="revoked" if row.revoked_at is not None else "signed_in" if row.signed_in else "signed_out",
        current=row.id == caller.device,
    )


def _named(id_: str | None, name: str | None) -> Named | None:
    return Named(id_, name or "") if id_ is not None else None


def _wipe(row: _Found) -> Wipe | None:
    if row.wipe_by is None:
        return None
    return "done" if row.wiped_at is not None else "given_up" if row.giver is not None else "asked"


def _megabytes(count: int | None) -> int | None:
    return None if count is None else (2 * count + 1_000_000) // 2_000_000


def _minutes(offset: int | None) -> float | None:
    return None if offset is None else round(offset / 60_000, 1)


_STATES = {"signed_in": "已登录 / signed in", "signed_out": "已退出 / signed out", "revoked": "已停用 / revoked"}
_WIPES = {
    "asked": "等清空 / to be emptied",
    "given_up": "等清空 / to be emptied",
    "done": "已清空 / emptied",
    None: None,
}
COLUMNS: Mapping[str, Column] = {
    "id": Column("设备号", "Device", lambda row: row.id),
    "person": Column("人员", "Person", lambda row: row.person.name),
    "name": Column("名称", "Name", lambda row: row.name),
    "state": Column("状态", "State", lambda row: _STATES[row.state]),
    "seen_at": Column("最近联系", "Last seen", lambda row: when(row.seen_at)),
    "late": Column("超过 24 小时", "Over 24 hours", lambda row: "是 / yes" if row.late else None),
    "oldest": Column("最早未传", "Oldest waiting", lambda row: when(row.oldest)),
    "changes": Column("未传改动", "Changes waiting", lambda row: (row.pending or {}).get("changes")),
    "photos": Column("未传照片", "Photos waiting", lambda row: (row.pending or {}).get("photos")),
    "bytes": Column("未传 MB", "MB waiting", lambda row: _megabytes((row.pending or {}).get("bytes"))),
    "app": Column("版本", "App", lambda row: row.app),
    "used": Column("已用 MB", "MB used", lambda row: _megabytes(row.storage and row.storage.used)),
    "left": Column("还剩 MB", "MB left", lambda row: _megabytes(row.storage and row.storage.quota - row.storage.used)),
    "clock": Column("比服务器慢（分）", "Clock behind (min)", lambda row: _minutes(row.clock_offset)),
    "wipe": Column("清空", "Emptied", lambda row: _WIPES[row.wipe]),
}  # fmt: skip
