"""What changes identity: accounts, grants, sessions, devices. Every ``now`` is epoch milliseconds."""

import msgspec

from server.database import transaction
from server.database.news import News, tell
from server.database.query import execute, fetch
from server.identity.caller import Caller
from server.identity.device_rows import Storage
from server.identity.passwords import Passwords
from server.identity.queries import usable_device
from server.identity.rules import LOST_FOR_MS, NOT_LOCKED_OUT, SESSION_LIFE_MS, hash_of, normal_login
from server.identity.tables import Account, Device, Session


class LoginTaken(ValueError):
    """Another person already signs in with this login."""


async def open_account(
    person: str, login: str, password: str | None, passwords: Passwords, *, first: bool = False
) -> None:
    """Give a person a login, and a password unless it is None (then they cannot sign in yet). Raises LoginTaken.

    ``first``: one to sign in with once, to choose another.
    """
    hashed = None if password is None else await passwords.hash(password)
    wanted = normal_login(login)
    async with transaction():
        if await Account.exists().where(Account.login == wanted, Account.person != person):
            raise LoginTaken(wanted)
        await execute(
            "INSERT INTO account (person, login, password_hash, first_password) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (person) DO UPDATE SET login = excluded.login, password_hash = excluded.password_hash,"
            " first_password = excluded.first_password",
            person,
            wanted,
            hashed,
            int(first),
        )


async def set_login(person: str, login: str) -> None:
    """Another login for a person, or a first one, to which a first password will be given. Raises LoginTaken."""
    wanted = normal_login(login)
    async with transaction():
        if await Account.exists().where(Account.login == wanted, Account.person != person):
            raise LoginTaken(wanted)
        await execute(
            "INSERT INTO account (person, login, first_password) VALUES (?, ?, 1)"
            " ON CONFLICT (person) DO UPDATE SET login = excluded.login",
            person,
            wanted,
        )


async def set_password(login: str, password: str, passwords: Passwords, *, first: bool = False) -> bool:
    """A new password; every session of the person ends. False when nobody has this login."""
    hashed = await passwords.hash(password)
    async with transaction():
        found = await Account.select(Account.person).where(Account.login == normal_login(login)).first()
        if found is None:
            return False
        await _store_password(found["person"], hashed, first=first)
        await end_sessions(found["person"])
        return True


async def choose_password(person: str, session: str, password: str, passwords: Passwords) -> None:
    """The password a person chose for themselves; every session but this one ends."""
    hashed = await passwords.hash(password)
    async with transaction():
        await _store_password(person, hashed, first=False)
        await execute(f"DELETE FROM session WHERE person = ? AND token_hash <> ? AND {NOT_LOCKED_OUT}", person, session)
        _doubt(f"person:{person}")


async def _store_password(person: str, hashed: str, *, first: bool) -> None:
    await execute(
        "UPDATE account SET password_hash = ?, first_password = ? WHERE person = ?", hashed, int(first), person
    )


async def end_sessions(person: str) -> None:
    """Nobody is signed in as this person any more."""
    async with transaction():
        await execute(f"DELETE FROM session WHERE person = ? AND {NOT_LOCKED_OUT}", person)
        _doubt(f"person:{person}")


async def sign_out_device(device: int) -> None:
    """The device is signed out; it keeps its number and may sign in again with it."""
    async with transaction():
        await Session.delete().where(Session.device == device)
        _doubt(f"device:{device}")


async def sign_in(person: str, token: str, device: int | None, device_name: str, now: int) -> int:
    """A session for one device: the one asked for if it is this person's and not revoked, else a new number.

    The device's former session ends. Returns the device's number.
    """
    async with transaction():
        await Session.delete().where(Session.expires_at <= now)
        if device is None or not await usable_device(person, device):
            # What waited under a number that was locked out goes on under the new one.
            left = "UPDATE device SET pending = NULL WHERE id = ? AND person = ? RETURNING id"
            rows = await fetch(left, device, person)
            device = await _new_device(person, device_name, now, rows[0][0] if rows else None)
        else:
            await Session.delete().where(Session.device == device)
            _doubt(f"device:{device}")
            await Device.update({Device.seen_at: now}).where(Device.id == device)
        await Session.insert(
            Session(
                token_hash=hash_of(token),
                person=person,
                device=device,
                created_at=now,
                seen_at=now,
                expires_at=now + SESSION_LIFE_MS,
            )
        )
        return device


async def _new_device(person: str, name: str, now: int, former: int | None) -> int:
    row = Device(person=person, name=name, created_at=now, seen_at=now, former=former)
    inserted = await Device.insert(row).returning(Device.id)
    return int(inserted[0]["id"])


def _doubt(*whose: str) -> None:
    """Sessions may have ended: streams that stand open on them end too."""
    tell(News(doubted=frozenset(whose)))


async def renew(session: str, device: int, now: int) -> None:
    """The session was used: it is good for its whole life again."""
    async with transaction():
        await execute(
            "UPDATE session SET seen_at = ?, expires_at = ? WHERE token_hash = ?", now, now + SESSION_LIFE_MS, session
        )
        await execute("UPDATE device SET seen_at = ? WHERE id = ?", now, device)


async def sign_out(session: str) -> None:
    """This session ends; the device keeps its number and may sign in again with it."""
    async with transaction():
        rows = await fetch("SELECT device FROM session WHERE token_hash = ?", session)
        await Session.delete().where(Session.token_hash == session)
        _doubt(*(f"device:{row[0]}" for row in rows))


async def revoke_device(
    device: int, now: int, by: str | None = None, *, wipe: bool = False, give_up: bool = False
) -> None:
    """The device may never speak again. Its sessions stay, so that it is told why.

    ``wipe``: it is told to empty itself too, however late it is heard again; what it has not sent stays on it, or
    with ``give_up``, which is kept under the name of ``by``, goes with the rest.
    """
    async with transaction():
        await execute(
            "UPDATE device SET revoked_at = ?, revoked_by = ? WHERE id = ? AND revoked_at IS NULL", now, by, device
        )
        _doubt(f"device:{device}")
        if wipe:
            await execute("UPDATE device SET wipe_by = ? WHERE id = ? AND wipe_by IS NULL", by, device)
            await execute("UPDATE session SET expires_at = ? WHERE device = ?", now + LOST_FOR_MS, device)
            if give_up:
                await execute("UPDATE device SET given_up_by = ? WHERE id = ? AND given_up_by IS NULL", by, device)


async def note_wiped(caller: Caller, now: int) -> bool:
    """The device of a session says that it has emptied itself, as it was told to; False where it was not told to."""
    async with transaction():
        rows = await fetch("SELECT 1 FROM device WHERE id = ? AND wipe_by IS NOT NULL", caller.device)
        if rows:
            await execute(
                "UPDATE device SET wiped_at = COALESCE(wiped_at, ?), pending = NULL, seen_at = ? WHERE id = ?",
                now,
                now,
                caller.device,
            )
            await execute("DELETE FROM session WHERE token_hash = ?", caller.session)
        return bool(rows)


async def note_storage(device: int, storage: Storage) -> None:
    """What a device says of the room on it."""
    async with transaction():
        await execute("UPDATE device SET storage = ? WHERE id = ?", msgspec.json.encode(storage).decode(), device)


async def note_brought(device: int, made_at: int, photos_left: int) -> None:
    """A file made then (by the device's clock) has brought what waited on it, but for so many photos.

    Of one that was heard of since it says nothing.
    """
    left = msgspec.json.encode({"changes": 0, "photos": photos_left, "bytes": 0}).decode() if photos_left else None
    async with transaction():
        await execute(
            "UPDATE device SET pending = ? WHERE id = ? AND pending IS NOT NULL "
            "AND seen_at <= CAST(? AS BIGINT) + COALESCE(clock_offset, 0)",
            *(left, device, made_at),
        )
