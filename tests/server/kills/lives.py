"""The lives of servers: each dies so many times, in one of three ways, and comes to a quiet end."""

import asyncio
import operator
import os
import signal
from collections import Counter
from pathlib import Path

import httpx

from tests.server.kills.campaign import Campaign
from tests.server.kills.cluster import Cluster, name_in
from tests.server.kills.housing import PATIENCE_S, Plugin, Server, until
from tests.server.kills.survivor import passing
from tests.server.reply import demand

WORKERS = 2
WAYS = ("postmaster", "backend", "immediate")


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
    server: Server, cluster: Cluster, seed: int, kills: int, mutant: tuple[Plugin, ...] = ()
) -> Counter[str]:
    """The database dies under a server that lives: it says so, and is back as soon as the database is."""
    campaign = Campaign(server, seed)
    campaign.mutant = server.plugins = mutant
    await server.start()
    async with campaign.crew():
        async with campaign.load():
            for _ in range(kills):
                await campaign.progress()
                await asyncio.sleep(campaign.dice.random() * 0.3)
                await _kill_database(campaign, cluster)
                await campaign.progress()
                await campaign.judge()
        await campaign.end()
    demand(server.alive(), "the server lived through it")
    return campaign.seen()


async def _kill_database(campaign: Campaign, cluster: Cluster) -> None:
    """In turn: one of its processes, its first process, and as if the power were cut."""
    way = WAYS[sum(campaign.count.values()) % len(WAYS)]
    campaign.count[f"database killed: {way}"] += 1
    if way == "backend":  # the postmaster sees to the rest
        await asyncio.to_thread(cluster.kill_backend, name_in(campaign.server.database_url or ""))
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


async def of_watcher(server: Server) -> None:
    """The process above the workers is killed alone: they end too, and another server may begin at once."""
    await server.start()
    workers = await _all_workers(server)
    os.kill(server.pid, signal.SIGKILL)
    await server.gone()
    demand(not any(Path(f"/proc/{worker}").exists() for worker in workers), "no worker is left alone")
    await server.start()
