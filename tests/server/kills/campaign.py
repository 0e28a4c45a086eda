"""One server under load, killed again and again; what must hold after each kill, and at the quiet end."""

import asyncio
import contextlib
import time
from collections import Counter
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random
from typing import Any

import httpx
import msgspec

from server.app import create_app, wall_clock_ms
from server.database import engine_of, opened
from server.database.snapshot import snapshot
from server.identity.acts import open_account
from server.identity.passwords import Passwords
from server.people.acts import Grant, create_person
from tests.server.kills import dying, work
from tests.server.kills.books import Books
from tests.server.kills.housing import PATIENCE_S, Plugin, Server, ServerEnded, until
from tests.server.kills.survivor import Survivor
from tests.server.kills.whole import demand_pictures, demand_whole
from tests.server.phone import differences
from tests.server.protocol.reach import Reach
from tests.server.protocol.seed import PASSWORD, named, seed
from tests.server.protocol.world import settings_for
from tests.server.rebuild import tables_are_the_log
from tests.server.reply import check_reply, demand

INSPECTORS = ("ann", "bob", "dora", "ann")
SUPERVISORS = ("sue",)
READER = "eye"
LONGEST_LOAD_S = 0.6
"""A kill from outside comes at most so long after the first answer."""


async def build(data: Path, database_url: str | None) -> None:
    """The world of the protocol's tests in an empty database, and one more who sees everything."""
    settings = settings_for(data, database_url)
    passwords = Passwords(memory=settings.password_memory, rounds=settings.password_rounds)
    now = wall_clock_ms()
    with contextlib.closing(passwords):
        async with create_app(settings).lifespan():
            await seed(now, passwords)
            await create_person(
                named(READER), READER, named("province"), [Grant(role="supervisor", place=named("province"))], now=now
            )
            await open_account(named(READER), READER, PASSWORD, passwords)


class Campaign:
    """The phones of one server. `count` says what was seen."""

    def __init__(self, server: Server, seed: int) -> None:
        self.server = server
        self.dice = Random(seed)
        self.books = Books(server.data, server.database_url)
        self.phones: list[Survivor] = []
        self.count: Counter[str] = Counter()
        self.mutant: tuple[Plugin, ...] = ()
        self._reach = Reach()
        self._reach.grant(READER, (("supervisor", "province"),))

    # -- phones

    async def phone(self, login: str) -> Survivor:
        """A phone signed in anew."""
        http = httpx.AsyncClient(base_url=self.server.url, timeout=PATIENCE_S)
        body = {"login": login, "password": PASSWORD, "device": None, "device_name": login}
        response = await http.post("/api/session", json=body)
        demand(response.status_code == 201, f"{login} signs in: {response.status_code} {response.text[:300]}")
        phone = Survivor(http, response.json(), wall_clock_ms)
        phone.reach = self._reach
        phone.prepare(f"{self.dice.random()} {login}")
        return phone

    @asynccontextmanager
    async def crew(self) -> AsyncIterator[None]:
        """Everybody signed in; at the end their lines are closed."""
        try:
            for login in (*INSPECTORS, *SUPERVISORS, READER):
                self.phones.append(await self.phone(login))
                await self.phones[-1].sync()
            self.inspectors = self.phones[: len(INSPECTORS)]
            self.reader = self.phones[-1]
            yield
        finally:
            for phone in self.phones:
                await phone.http.aclose()

    @asynccontextmanager
    async def load(self) -> AsyncIterator[None]:
        """Everybody works during the block. What goes wrong on a phone ends the block."""
        stop = asyncio.Event()
        days: list[Coroutine[Any, Any, None]] = [work.read(self.reader, stop)]
        for phone in self.inspectors:
            days += [work.inspect(phone, stop), work.carry(phone, stop)]
        days += [work.supervise(phone, stop) for phone in self.phones[len(INSPECTORS) : -1]]
        async with asyncio.TaskGroup() as group:
            for day in days:
                group.create_task(day)
            try:
                yield
            finally:
                stop.set()

    async def progress(self) -> None:
        """Wait until every inspector was answered once more."""
        before = [phone.cursors for phone in self.inspectors]
        await until(lambda: self._answered(before))

    def _answered(self, before: Sequence[int]) -> bool:
        return all(phone.cursors > known for phone, known in zip(self.inspectors, before, strict=True))

    def seen(self) -> Counter[str]:
        """What was seen, with what was acknowledged."""
        told = {"changes acknowledged": sum(len(phone.told) for phone in self.phones)}
        told["bytes acknowledged"] = sum(parcel.told for phone in self.phones for parcel in phone.parcels)
        told["replies"] = sum(phone.cursors for phone in self.phones)
        turned: Counter[str] = Counter()
        for phone in self.phones:
            turned.update({f"answered {code}": often for code, often in (phone.turned + phone.pictures_turned).items()})
        return self.count + Counter(told) + turned

    # -- kills

    async def kill_once(self) -> None:
        """Dead at a chosen step of its work, or from outside at a random moment; what stands is judged; alive again.

        Call under load, with the server alive.
        """
        await self._until_death()
        self.count["killed at a random moment" if self.server.alive() else "died at a chosen step"] += 1
        await self.server.kill()
        await self.judge()
        await self.alive_again()

    async def _until_death(self) -> None:
        """Until it dies of itself, or some time after every inspector was answered once more."""
        before = [phone.cursors for phone in self.inspectors]
        moment = self.dice.random() * LONGEST_LOAD_S if not self.deadly else LONGEST_LOAD_S * 4
        end: float | None = None
        async with asyncio.timeout(PATIENCE_S):
            while self.server.alive() and (end is None or time.monotonic() < end):
                if end is None and self._answered(before):
                    end = time.monotonic() + moment
                await asyncio.sleep(0.005)

    async def alive_again(self) -> None:
        """Started anew over the same data; it may carry its next death within, and meet it before it answers."""
        self.server.plugins = [*self.mutant, *self.next_death()]
        began = time.monotonic()
        try:
            await self.server.start()
        except ServerEnded:
            if not self.deadly:
                raise
            self.count["died while starting"] += 1
            self.server.plugins = self.mutant
            await self.server.start()
        self.count["ms of starts"] += round((time.monotonic() - began) * 1000)

    @property
    def deadly(self) -> bool:
        """Whether the server that runs will die of itself."""
        return len(self.server.plugins) > len(self.mutant)

    def next_death(self) -> list[Plugin]:
        """One time in two the next server dies of itself."""
        if self.dice.random() < 0.5:
            return []
        step = self.dice.choice(list(dying.STEPS))
        most = {"statement": 120, "statements": 80, "commit": 40, "append": 30, "pull": 20}.get(step, 6)
        return [("tests.server.kills.dying", [step, self.dice.random() < 0.5, self.dice.randrange(1, most)])]

    async def judge(self) -> None:
        """What must hold at any moment, whether the server lives or not."""
        await demand_whole(self.books)
        await demand_pictures(self.books)
        await self.demand_kept()
        async with opened(engine_of(settings_for(self.server.data, self.server.database_url))), snapshot():
            await tables_are_the_log()

    async def demand_kept(self) -> None:
        """Every acknowledged change is in the log, with the outcome that was told."""
        told = {(phone.device, n): (phone, outcome) for phone in self.phones for n, outcome in phone.told.items()}
        (log,) = await self.books.read("SELECT device, n, content, result FROM log WHERE device > 0")
        kept = {(device, n): (content, result) for device, n, content, result in log}
        for name, (phone, outcome) in told.items():
            demand(name in kept, f"{name} was acknowledged as {outcome}, and is not in the log")
            content, result = map(msgspec.json.decode, kept[name])
            demand(result | {"n": name[1]} == outcome, f"{name} was acknowledged as {outcome}, kept as {result}")
            demand(content == phone.out.changes[name[1]], f"{name} was another change")

    # -- the quiet end

    async def end(self) -> None:
        """Everybody sends and fetches until nothing moves; then all that was acknowledged is looked at once more."""
        for phone in self.phones:
            await work.finish(phone)
        for phone in self.phones:
            await phone.sync()
            demand(phone.out.ack == phone.out.next - 1, f"the outbox of {phone.device} is empty")
            await self._replay(phone)
        await self._fresh_eyes()
        await self._pictures()
        await self.judge()

    async def _replay(self, phone: Survivor) -> None:
        """Nothing is doubled: a whole outbox once more gets the same outcomes and moves nothing."""
        for first in range(1, phone.out.next, 400):
            changes = [phone.out.changes[n] for n in range(first, min(first + 400, phone.out.next))]
            request = phone.request(changes=changes)
            response = await phone.send(request)
            reply = check_reply(request, response.content)
            phone.take(request, response)
            demand(not {"rows", "same", "gone"} & reply.keys(), f"a replay moves nothing: {reply}")

    async def _fresh_eyes(self) -> None:
        """What each came to hold step by step, over all deaths, is what a new phone gets at once."""
        for login, phone in zip((*INSPECTORS, *SUPERVISORS, READER), list(self.phones), strict=True):
            fresh = await self.phone(login)
            try:
                await fresh.sync()
                found = differences(phone, fresh)
                demand(not found, f"{login} holds what the server does not: {found[:5]}")
            finally:
                await fresh.http.aclose()

    async def _pictures(self) -> None:
        """Every picture that was acknowledged to its last byte reads back as it was sent."""
        for phone in self.inspectors:
            for parcel in (one for one in phone.parcels if one.arrived):
                size = "preview" if parcel.kind == "preview" else "original"
                response = await phone.http.get(f"/api/photos/{parcel.photo}", params={"size": size})
                demand(response.status_code == 200, f"{parcel.kind} of {parcel.photo}: {response.status_code}")
                demand(size == "preview" or response.content == parcel.data, f"bytes of {parcel.photo}")
                row = phone.row("photo", parcel.photo)
                demand(row["stored_at" if parcel.kind == "full" else "preview_at"], f"{parcel.photo} says it is here")
                self.count["pictures read back"] += 1
