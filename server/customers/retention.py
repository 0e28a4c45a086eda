"""Keeping what tells of people no longer than the operator says, and never what comes of those who were erased."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import msgspec
from litestar import Litestar

from server.customers.erased import NAME, Erased, note, read
from server.customers.erasing import Outside, erase, erase_untaken, erase_visits, outside_of
from server.customers.untaken import Untaken, never_made, told_of_the_erased, untaken
from server.database.query import fetch
from server.door import Workspace, as_server, put
from server.photos.erasing import clear_unlinked
from server.recurring import recurring
from server.settings import Settings
from server.tasks.acts import task_of

DAY = 86_400_000
AT_ONCE = 100
"""So many are forgotten in a transaction, so that nobody waits long for it."""
EVERY_S = 86_400.0

_ERASED = "touch AS e WHERE e.type = '{0}' AND e.record = {0}.id AND e.verb = 'erase'"
_NOT_YET = f"NOT EXISTS (SELECT 1 FROM {_ERASED})"
_SAID_SINCE = (
    "EXISTS (SELECT 1 FROM log AS l WHERE l.type = '{0}' AND l.record = {0}.id AND l.device > 0 "
    f"AND l.id > (SELECT MAX(e.log) FROM {_ERASED}))"
)
_HANGS_SINCE = (
    f"EXISTS (SELECT 1 FROM comment WHERE comment.visit = visit.id AND {_NOT_YET.format('comment')}) "
    f"OR EXISTS (SELECT 1 FROM photo WHERE photo.visit = visit.id AND {_NOT_YET.format('photo')}) "
    "OR EXISTS (SELECT 1 FROM comment JOIN photo ON photo.comment = comment.id "
    f"WHERE comment.visit = visit.id AND {_NOT_YET.format('photo')})"
)
_NOT_WHOLLY = f"({_NOT_YET.format('visit')} OR {_SAID_SINCE.format('visit')} OR {_HANGS_SINCE})"
_OLD_VISITS = f"SELECT id FROM visit WHERE started_at < ? AND status <> 'draft' AND {_NOT_WHOLLY} ORDER BY id LIMIT ?"
_OLD_CUSTOMERS = (
    "SELECT id FROM customer WHERE status = 'active' "
    "AND NOT EXISTS (SELECT 1 FROM visit AS v WHERE v.customer = customer.id AND v.started_at >= ?) "
    "AND NOT EXISTS (SELECT 1 FROM touch AS t JOIN log AS l ON l.id = t.log "
    "WHERE t.type = 'customer' AND t.record = customer.id AND l.received >= ?) ORDER BY id LIMIT ?"
)
_ERASED_VISITS = "SELECT DISTINCT record FROM touch WHERE type = 'visit' AND verb = 'erase'"
_DECLINED = "SELECT id, body FROM task WHERE status = 'declined' AND id IN (SELECT value FROM json_each(?))"
_CAME_BACK = (
    f"SELECT id FROM customer WHERE status = 'erased' AND ({_SAID_SINCE.format('customer')} "
    f"OR EXISTS (SELECT 1 FROM visit WHERE visit.customer = customer.id AND {_NOT_WHOLLY})) ORDER BY id"
)


async def forget_old(settings: Settings, outside: Outside, now: int) -> tuple[int, int]:
    """Empty visits and customers that are older than they are kept; how many of each. ``now``: epoch ms.

    A customer is old when nobody visited them or wrote anything of them for so long.
    """
    visits = customers = 0
    if settings.keep_visits_days is None and settings.keep_customers_days is None:
        return visits, customers
    known = await untaken()
    if settings.keep_visits_days is not None:
        before = now - settings.keep_visits_days * DAY
        while ids := [row[0] for row in await fetch(_OLD_VISITS, before, AT_ONCE)]:
            await erase_visits(ids, outside, now=now, known=known)
            visits += len(ids)
        known = await _forget_untaken(known, "visit", before, now)
    if settings.keep_customers_days is not None:
        before = now - settings.keep_customers_days * DAY
        while ids := [row[0] for row in await fetch(_OLD_CUSTOMERS, before, before, AT_ONCE)]:
            for id_ in ids:
                await erase(id_, outside, reason="kept no longer", by="", now=now, known=known)
            customers += len(ids)
        await _forget_untaken(known, "customer", before, now)
    return visits, customers


async def _forget_untaken(known: Untaken, type_: str, before: int, now: int) -> Untaken:
    """What was left out or refused is kept no longer than what was taken in; returns what was not taken in by now."""
    known = await untaken(known)
    if keys := await never_made(known, type_, before):
        await erase_untaken(keys, known, now)
    return known


async def forget_late(outside: Outside, now: int) -> int:
    """Empty what phones brought of customers who were erased meanwhile, and finish what was left; of how many.

    A phone that was away still says what it wrote down before; a restored server hears it all once more.
    """
    known = await untaken()
    found = sorted({row[0] for row in await fetch(_CAME_BACK)} | await told_of_the_erased(known))
    for id_ in found:
        await erase(id_, outside, reason="said since", by="", now=now, known=known)
    if visits := await _declined_since():
        await erase_visits(visits, outside, now=now, known=known)
    erased = await fetch("SELECT id, branch FROM customer WHERE status = 'erased' AND branch <> '' ORDER BY id")
    await asyncio.to_thread(note, outside.data / NAME, [Erased(id_, branch, now) for id_, branch in erased])
    await clear_unlinked(outside.store, outside.clock)
    return len(found)


async def _declined_since() -> list[str]:
    """Erased visits whose check was declined with words by a phone that was away."""
    visit_of = {task_of(visit): visit for (visit,) in await fetch(_ERASED_VISITS)}
    rows = await fetch(_DECLINED, msgspec.json.encode(list(visit_of)).decode())
    return [visit_of[task] for task, body in rows if msgspec.json.decode(body)["reason"] is not None]


async def forget_again(outside: Outside, now: int, *, also_unknown: bool) -> int:
    """Erase whom the list names and an older state of the database still knows; how many.

    ``also_unknown``: for those it does not know yet a bare record is made, so that what phones send of them again
    finds that they were erased.
    """
    listed = {one.customer: one for one in await asyncio.to_thread(read, outside.data / NAME)}
    stored = dict(await fetch("SELECT id, status FROM customer"))
    unknown = [one for id_, one in listed.items() if id_ not in stored] if also_unknown else []
    known = [id_ for id_ in listed if stored.get(id_, "erased") != "erased"]

    async def work(workspace: Workspace) -> None:
        for one in unknown:
            bare = {"branch": one.branch, "name": "", "status": "erased"}
            workspace.touch(await put(workspace, "customer", one.customer, bare), "erase")

    if unknown:
        await as_server(work, now=now, what="erase_customer")
    aside = await untaken() if known else None
    for id_ in known:
        await erase(id_, outside, reason="restored", by="", now=now, known=aside)
    return len(known) + len(unknown)


@asynccontextmanager
async def retaining(app: Litestar) -> AsyncIterator[None]:
    """For Litestar's ``lifespan``, after the database and the pictures."""

    async def daily() -> None:
        await forget_old(app.state.settings, outside_of(app), app.state.clock())
        await forget_again(outside_of(app), app.state.clock(), also_unknown=False)
        await forget_late(outside_of(app), app.state.clock())

    async with recurring("retention", daily, EVERY_S):
        yield
