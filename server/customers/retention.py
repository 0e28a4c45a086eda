"""Keeping what tells of people no longer than the operator says."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from litestar import Litestar

from server.customers.erasing import erase, erase_visits
from server.database.query import fetch
from server.recurring import recurring
from server.settings import Settings

DAY = 86_400_000
AT_ONCE = 100
"""So many are forgotten in a transaction, so that nobody waits long for it."""
EVERY_S = 86_400.0

_NOT_YET = "NOT EXISTS (SELECT 1 FROM touch AS e WHERE e.type = '{0}' AND e.record = {0}.id AND e.verb = 'erase')"
_OLD_VISITS = (
    "SELECT id FROM visit WHERE started_at < ? AND status <> 'draft' "
    f"AND {_NOT_YET.format('visit')} ORDER BY id LIMIT ?"
)
_OLD_CUSTOMERS = (
    "SELECT id FROM customer WHERE status = 'active' "
    "AND NOT EXISTS (SELECT 1 FROM visit AS v WHERE v.customer = customer.id AND v.started_at >= ?) "
    "AND NOT EXISTS (SELECT 1 FROM touch AS t JOIN log AS l ON l.id = t.log "
    "WHERE t.type = 'customer' AND t.record = customer.id AND l.received >= ?) ORDER BY id LIMIT ?"
)


async def forget_old(settings: Settings, now: int) -> tuple[int, int]:
    """Empty visits and customers that are older than they are kept; how many of each. ``now``: epoch ms.

    A customer is old when nobody visited them or wrote anything of them for so long.
    """
    visits = customers = 0
    if settings.keep_visits_days is not None:
        before = now - settings.keep_visits_days * DAY
        while ids := [row[0] for row in await fetch(_OLD_VISITS, before, AT_ONCE)]:
            await erase_visits(ids, now=now)
            visits += len(ids)
    if settings.keep_customers_days is not None:
        before = now - settings.keep_customers_days * DAY
        while ids := [row[0] for row in await fetch(_OLD_CUSTOMERS, before, before, AT_ONCE)]:
            for id_ in ids:
                await erase(id_, reason="kept no longer", by="", now=now)
            customers += len(ids)
    return visits, customers


@asynccontextmanager
async def retaining(app: Litestar) -> AsyncIterator[None]:
    """For Litestar's ``lifespan``, after the database."""

    async def daily() -> None:
        await forget_old(app.state.settings, app.state.clock())

    async with recurring("retention", daily, EVERY_S):
        yield
