"""Reads of identity. `person`, `ancestry` and `clock` are other slices' tables, read here by their agreed columns."""

from collections.abc import Iterable, Sequence

import msgspec

from server.database.query import fetch, look_up
from server.identity.caller import Caller, Grant


class SessionRow(msgspec.Struct, frozen=True, array_like=True):
    """A stored session with what decides whether it still counts. Times in epoch ms."""

    person: str
    device: int
    seen_at: int
    expires_at: int
    revoked_at: int | None
    active: bool
    must_change: bool
    wipe: bool
    given_up: bool
    grants: Sequence[tuple[str | None, str | None, str | None]] = ()
    """(role, place, place above) of what its person holds, a row each; one of None when that is nothing."""


class AccountRow(msgspec.Struct, frozen=True, array_like=True):
    """How somebody signs in, and whether they still may."""

    person: str
    password_hash: str | None
    active: bool


async def session_by_hash(token_hash: str) -> SessionRow | None:
    """The session of a token, expired ones and revoked devices included."""
    rows = await look_up(
        "SELECT s.person, s.device, s.seen_at, s.expires_at, d.revoked_at, p.active,"
        " COALESCE(u.first_password, 0), CASE WHEN d.wipe_by IS NULL THEN 0 ELSE 1 END,"
        " CASE WHEN d.given_up_by IS NULL THEN 0 ELSE 1 END, g.role, g.place, a.ancestor"
        " FROM session s JOIN device d ON d.id = s.device JOIN person p ON p.id = s.person"
        " LEFT JOIN account u ON u.person = s.person"
        " LEFT JOIN grant_ g ON g.person = s.person LEFT JOIN ancestry a ON a.place = g.place WHERE s.token_hash = ?",
        token_hash,
    )
    if not rows:
        return None
    return msgspec.convert((*rows[0][:9], [row[9:] for row in rows]), SessionRow, strict=False)


def with_grants(caller: Caller, held: Iterable[Sequence[str | None]]) -> Caller:
    """The caller with the grants of (role, place, place above), and their line."""
    rows = [(role, place, above) for role, place, above in held if role is not None and place is not None]
    grants = sorted({(role, place) for role, place, _ in rows})
    line = sorted({above for _, _, above in rows if above is not None})
    return msgspec.structs.replace(caller, grants=tuple(Grant(*grant) for grant in grants), line=tuple(line))


async def account_by_login(login: str) -> AccountRow | None:
    """The account of a normalised login."""
    rows = await fetch(
        "SELECT a.person, a.password_hash, p.active FROM account a JOIN person p ON p.id = a.person WHERE a.login = ?",
        login,
    )
    return msgspec.convert(rows[0], AccountRow, strict=False) if rows else None


async def grants_of(person: str) -> tuple[Grant, ...]:
    """Every grant of a person, sorted."""
    rows = await fetch("SELECT role, place FROM grant_ WHERE person = ? ORDER BY role, place", person)
    return tuple(Grant(*row) for row in rows)


async def line_of(places: Sequence[str]) -> tuple[str, ...]:
    """The places and everything above them, sorted."""
    rows = await fetch(
        "SELECT DISTINCT ancestor FROM ancestry WHERE place IN (SELECT value FROM json_each(?)) ORDER BY ancestor",
        _json(places),
    )
    return tuple(row[0] for row in rows)


async def over(who: Caller | str, role: str, place: str) -> bool:
    """Whether a person holds ``role`` at ``place`` or above it."""
    if isinstance(who, Caller):
        held = {grant.place for grant in who.grants if grant.role == role}
        return bool(held) and not held.isdisjoint(await _line(place))
    rows = await fetch(
        "SELECT 1 FROM ancestry a JOIN grant_ g ON g.place = a.ancestor"
        " WHERE a.place = ? AND g.person = ? AND g.role = ? LIMIT 1",
        place,
        who,
        role,
    )
    return bool(rows)


async def _line(place: str) -> set[str]:
    """A place and everything above it."""
    return {row[0] for row in await fetch("SELECT ancestor FROM ancestry WHERE place = ?", place)}


async def stands_over(caller: Caller, place: str) -> bool:
    """Whether any grant of the caller lies over a place."""
    above = await _line(place)
    return any(grant.place in above for grant in caller.grants)


async def knows(caller: Caller, place: str) -> bool:
    """Whether the caller is staff of a place's line: a grant above it, or at or below it."""
    return place in caller.line or await stands_over(caller, place)


async def person_card(person: str) -> tuple[str, str, bool]:
    """(name, home, whether they must choose a password) of a person who exists."""
    rows = await fetch(
        "SELECT p.name, p.home, COALESCE(a.first_password, 0) FROM person AS p"
        " LEFT JOIN account AS a ON a.person = p.id WHERE p.id = ?",
        person,
    )
    return rows[0][0], rows[0][1], bool(rows[0][2])


async def account_of(person: str) -> tuple[str, str | None] | None:
    """(login, password hash) of a person; None without a login."""
    rows = await fetch("SELECT login, password_hash FROM account WHERE person = ?", person)
    return (rows[0][0], rows[0][1]) if rows else None


async def epoch() -> int:
    """The epoch of this database: it rises with every restore from a backup."""
    return int((await fetch("SELECT epoch FROM clock"))[0][0])


async def usable_device(person: str, device: int) -> bool:
    """Whether a device number is this person's and not revoked."""
    rows = await fetch("SELECT 1 FROM device WHERE id = ? AND person = ? AND revoked_at IS NULL", device, person)
    return bool(rows)


async def locked_out(device: int) -> tuple[tuple[int, int | None], ...]:
    """From when until when a phone was locked out, epoch ms, under this number and those it had before.

    None: it is, under this one.
    """
    rows = await look_up(
        "WITH RECURSIVE line (id, former, since, until) AS ("
        "SELECT id, former, revoked_at, CAST(NULL AS BIGINT) FROM device WHERE id = ? "
        "UNION ALL SELECT d.id, d.former, d.revoked_at, n.created_at FROM line AS l "
        "JOIN device AS d ON d.id = l.former JOIN device AS n ON n.id = l.id) "
        "SELECT since, until FROM line WHERE since IS NOT NULL ORDER BY since",
        device,
    )
    return tuple((since, until) for since, until in rows)


async def later_numbers(device: int, lock: str = "") -> list[int]:
    """The numbers a phone has had since this one was locked out, the next first.

    With the ``lock`` of a row nothing is sent under any of them until the transaction ends; who has locked this one
    keeps another from being given.
    """
    found: list[int] = []
    last = [device]
    while last:
        sql = (
            f"SELECT id FROM device WHERE former IN (SELECT CAST(value AS BIGINT) FROM json_each(?)) ORDER BY id{lock}"
        )
        last = [row[0] for row in await look_up(sql, msgspec.json.encode(last).decode())]
        found += last
    return found


async def may_ask_of(caller: Caller, device: int) -> bool:
    """Whether a session may ask about a device of its person: any of them, but from a phone that was locked out only
    those numbers it had itself.
    """
    rows = await fetch(
        "WITH RECURSIVE line (id, former) AS (SELECT id, former FROM device WHERE id = ? "
        "UNION ALL SELECT d.id, d.former FROM line AS l JOIN device AS d ON d.id = l.former) "
        "SELECT 1 FROM device AS asked CROSS JOIN device AS own WHERE asked.id = ? AND asked.person = ? "
        "AND own.id = ? AND (own.revoked_at IS NULL OR asked.id IN (SELECT id FROM line))",
        *(caller.device, device, caller.person, caller.device),
    )
    return bool(rows)


async def places_called(text: str) -> list[str]:
    """The units of this id or name, and the branches of this id or code."""
    rows = await fetch(
        "SELECT id FROM unit WHERE id = ? OR name = ? UNION SELECT id FROM branch WHERE id = ? OR code = ?",
        *(text,) * 4,
    )
    return [row[0] for row in rows]


def _json(places: Sequence[str]) -> str:
    return msgspec.json.encode(places).decode()
