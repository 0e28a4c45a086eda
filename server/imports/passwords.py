"""First passwords of the people an import made, all at once."""

import asyncio

from server.database import transaction
from server.database.query import execute_many, fetch
from server.identity.passwords import Passwords
from server.identity.rules import NOT_LOCKED_OUT, made_up_password


async def give_passwords(import_: str, passwords: Passwords) -> list[tuple[str, str, str]]:
    """(login, name, new first password) of everybody it made who has not chosen their own; their sessions end."""
    people = await fetch(
        "SELECT p.id, a.login, p.name FROM import_row AS r JOIN person AS p ON p.id = r.record "
        "JOIN account AS a ON a.person = p.id WHERE r.import = ? AND r.before IS NULL AND p.active = 1 "
        "AND (a.password_hash IS NULL OR a.first_password = 1) ORDER BY r.row",
        import_,
    )
    given = [(person, login, name, made_up_password()) for person, login, name in people]
    hashes = await asyncio.to_thread(lambda: [passwords.hash_of_made_up(password) for *_, password in given])
    async with transaction():
        await execute_many(
            "UPDATE account SET password_hash = ?, first_password = 1 WHERE person = ?",
            [(hashed, person) for hashed, (person, *_) in zip(hashes, given, strict=True)],
        )
        ended = f"DELETE FROM session WHERE person = ? AND {NOT_LOCKED_OUT}"
        await execute_many(ended, [(person,) for person, *_ in given])
    return [(login, name, password) for _, login, name, password in given]
