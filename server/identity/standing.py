"""Which of some sessions still count, asked for many at once: those behind streams that stay open."""

from collections.abc import Collection
from typing import Any

import msgspec

from server.database.query import fetch
from server.identity.caller import Caller
from server.identity.queries import with_grants


async def standing(sessions: Collection[str], now: int) -> dict[str, Caller]:
    """By the hash of its token, who is behind each of these sessions that would be let in now."""
    rows = await fetch(
        "SELECT s.token_hash, s.person, s.device, g.role, g.place, a.ancestor FROM json_each(?) AS wanted"
        " CROSS JOIN session AS s"
        " JOIN device AS d ON d.id = s.device JOIN person AS p ON p.id = s.person"
        " LEFT JOIN account AS u ON u.person = s.person"
        " LEFT JOIN grant_ AS g ON g.person = s.person LEFT JOIN ancestry AS a ON a.place = g.place"
        " WHERE s.token_hash = wanted.value AND d.revoked_at IS NULL AND s.expires_at > ? AND p.active = 1"
        " AND COALESCE(u.first_password, 0) = 0",
        msgspec.json.encode(sorted(sessions)).decode(),
        now,
    )
    held: dict[str, list[tuple[Any, ...]]] = {}
    for row in rows:
        held.setdefault(row[0], []).append(row)
    return {
        hash_: with_grants(Caller(some[0][1], some[0][2], (), hash_), [row[3:] for row in some])
        for hash_, some in held.items()
    }
