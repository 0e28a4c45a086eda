"""The lives of servers: each dies so many times, in one of three ways, and comes to a quiet end."""

import asyncio
import itertools
import operator
import os
import signal
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import httpx

from tests.server.kills.campaign import Campaign
from tests.server.kills.cluster import Cluster, name_in
from tests.server.kills.housing import PATIENCE_S, Plugin, Server, until
from tests.server.kills.survivor import passing
from tests.server.reply import demand

WORKERS = 2
WAYS = ("postmaster", "connection", "backend", "immediate")
LAST_OF_PUSH = "UPDATE device SET settled"
"""The last statement of a push before its commit."""


async def of_server(server: Server, seed: int, kills: int, mutant: tuple[Plugin, ...] = ()) -> Counter[str]:
    """The whole server is killed; its phones stay."""
    campaign = Campaign(server, seed)
    campaign.mutant = server.plugins = mutant
    await server.start()
    async with campaign.crew():
        async with campaign.load():
            for _ in range(kills):
                await campaign.kill_once()
            server.plugins = mutant
            await server.kill()
            await server.start()
            await campaign.progress()
        await campaign.end()
    return campaign.seen()


async def of_workers(server: Server, seed: int, kills: int) -> Counter[str]:
    """One of several workers is killed; the others answer, and another takes its place."""
    campaign = Campaign(server, seed)
    server.workers = WORKERS
    await server.start()
    async with campaign.crew():
        async with campaign.load():
            for _ in range(kills):
                await _kill_worker(campaign)
        await campaign.end()
    return campaign.seen()


async def _kill_worker(campaign: Campaign) -> None:
    workers = await _all_workers(campaign.server)
    await campaign.progress()
    await asyncio.sleep(campaign.dice.random() * 0.3)
    victim = campaign.dice.choice(sorted(workers))
    os.kill(victim, signal.SIGKILL)
    await campaign.progress()
    await campaign.judge()
    now = await _all_workers(campaign.server)
    demand(now >= workers - {victim}, f"the others live on: {workers} without {victim}, now {now}")
    campaign.count["workers killed"] += 1


async def _all_workers(server: Server) -> set[int]:
    """The processes that answer, once there are as many as there should be."""
    await until(lambda: len(server.worker_pids()) >= server.workers)
    return server.worker_pids()


async def of_database(
    server: Server,
    cluster: Cluster,
    seed: int,
    kills: int,
    mutant: tuple[Plugin, ...] = (),
    ways: Sequence[str] = WAYS,
) -> Counter[str]:
    """The database dies under a server that lives: it says so, and is back as soon as the database is.

    In turn: its first process, one connection only, one of its processes, and as if the power were cut. Of connections
    also "whole push": one with nothing left to do but to commit.
    """
    campaign = Campaign(server, seed)
    campaign.mutant = server.plugins = mutant
    await server.start()
    async with campaign.crew():
        async with campaign.load():
            for _, way in zip(range(kills), itertools.cycle(ways), strict=False):
                await campaign.progress()
                await asyncio.sleep(campaign.dice.random() * 0.3)
                await _kill_database(campaign, cluster, way)
                campaign.count[f"database killed: {way}"] += 1
                await campaign.progress()
                await campaign.judge()
        await campaign.end()
    demand(server.alive(), "the server lived through it")
    return campaign.seen()


async def _kill_database(campaign: Campaign, cluster: Cluster, way: str) -> None:
    name = name_in(campaign.server.database_url or "")
    if way in ("backend", "connection", "whole push"):  # the database sees to the rest by itself
        end = cluster.kill_backend if way == "backend" else cluster.end_connection
        await asyncio.to_thread(end, name, *([LAST_OF_PUSH] if way == "whole push" else []))
        return
    await asyncio.to_thread(cluster.kill if way == "postmaster" else cluster.stop_at_once)
    await _told_unavailable(campaign)
    await asyncio.to_thread(cluster.start)


async def _told_unavailable(campaign: Campaign) -> None:
    """With the database away every phone is put off, and so is who asks for the server's health."""
    before = _put_off(campaign)
    await until(lambda: all(map(operator.gt, _put_off(campaign), before)))
    async with httpx.AsyncClient(base_url=campaign.server.url, timeout=PATIENCE_S) as client:
        demand(passing(await client.get("/api/health")) == "unavailable", "health says unavailable")


def _put_off(campaign: Campaign) -> list[int]:
    return [phone.turned["unavailable"] for phone in campaign.phones]


class Trouble(NamedTuple):
    """Something that begins, and ends. `uploads`: it hits the pictures too."""

    begin: Callable[[], Awaitable[None]]
    end: Callable[[], Awaitable[None]]
    uploads: bool = True


async def of_disk(server: Server, seed: int, trouble: Trouble, code: str) -> Counter[str]:
    """The disk takes nothing for a while: work is put off with this code, reading goes on, and it passes by itself."""
    campaign = Campaign(server, seed)
    await server.start()
    async with campaign.crew():
        async with campaign.load():
            await campaign.progress()
            await until(lambda: any(phone.ready() for phone in campaign.inspectors))
            await trouble.begin()
            await _refused(campaign, code, trouble.uploads)
            await campaign.judge()
            await trouble.end()
            await campaign.progress()
        await campaign.end()
    demand(server.alive(), "the server lived through it")
    return campaign.seen()


async def _refused(campaign: Campaign, code: str, uploads: bool) -> None:
    """Until every inspector's push was, and somebody's picture; whoever only reads is answered all the while."""
    await until(lambda: all(phone.turned[code] for phone in campaign.inspectors))
    if uploads:
        await until(lambda: any(phone.pictures_turned[code] for phone in campaign.inspectors))
    before, turned = campaign.reader.cursors, campaign.reader.turned.total()
    await until(lambda: campaign.reader.cursors > before + 2)
    demand(campaign.reader.turned.total() == turned, "reading goes on")


async def of_watcher(server: Server) -> None:
    """The process above the workers is killed alone: they end too, and another server may begin at once."""
    await server.start()
    workers = await _all_workers(server)
    os.kill(server.pid, signal.SIGKILL)
    await server.gone()
    demand(not any(Path(f"/proc/{worker}").exists() for worker in workers), "no worker is left alone")
    await server.start()


async def of_worker_without_database(server: Server, cluster: Cluster) -> None:
    """A worker dies while the database is away: its replacement cannot start, and is tried until it can."""
    await server.start()
    await until(lambda: server.url in server.said())  # until it says so itself, a worker that fails ends it
    old = await _all_workers(server)
    await asyncio.to_thread(cluster.stop_at_once)
    os.kill(min(old), signal.SIGKILL)
    await until(lambda: "could not start, trying again" in server.said() or not server.alive())
    await asyncio.to_thread(cluster.start)
    demand(server.alive(), "the server lives on")
    await until(lambda: len(server.worker_pids() - old) == 1)
    os.kill(max(old), signal.SIGKILL)
    await server.answering()
