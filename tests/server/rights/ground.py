"""Work in two cities, every text of it marked: ``near~type~field`` and ``far~type~field``, and who asks for it."""

from typing import Any

import httpx

from server.branches.acts import BranchEdit, change_branch
from server.identity.acts import open_account, revoke_device
from server.people.acts import Grant, change_person, change_unit, create_person
from sync.records import RECORDS
from tests.server.protocol.gestures import Hand
from tests.server.protocol.reach import Reach, Rows
from tests.server.protocol.seed import PASSWORD, named
from tests.server.protocol.world import World
from tests.server.reply import Key, demand
from tests.server.rights.people import ADDED, FAR, WHO
from tests.server.rights.work import Work

HOMES = {"near": ("county1", "north"), "far": ("county2", "far")}


class Unwatched(Reach):
    """Knows nothing of places that come later; who sees what is told by the tables from here on."""

    def strangers(self, person: str, rows: Rows) -> list[Key]:
        return []


class Ground:
    """The world, the phones of everybody who may sign in, and what they wrote down."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.hands: dict[str, Hand] = {}
        self.clients: dict[str, httpx.AsyncClient] = {"nobody": world.client()}
        self.types = tuple(RECORDS)
        self.devices = {"nobody": 1}
        self.work: dict[str, Work] = {}

    async def prepare(self) -> "Ground":
        await self._people()
        for side, (unit, branch) in HOMES.items():
            await self._names(side, unit, branch)
        for login in WHO:
            self.hands[login] = await self.world.phone(login)
            self.clients[login] = self.hands[login].http
            self.devices[login] = self.hands[login].device
        for login in ("fay", "rita", "dee"):
            self.devices[login] = (await self.sign_in(login, "test"))["device"]
        await revoke_device(self.devices["rita"], self.world.clock())
        await change_person(named("dee"), {"active": False}, by="", now=self.world.clock())
        hand = self.hands
        near = Work("near", *HOMES["near"], self.world, hand["ann"], hand["sue"], hand["mara"], hand["kim"])
        far = Work("far", *HOMES["far"], self.world, hand["zoe"], hand["zed"], hand["zara"], hand["kip"])
        self.work = {"near": await near.done(hand["bob"], hand["both"]), "far": await far.done()}
        for one in self.hands.values():
            await one.sync()
        await self.world.grant("ida")
        for one in self.hands.values():
            one.reach = Unwatched()
        return self

    async def sign_in(self, login: str, name: str) -> dict[str, Any]:
        """The session of another browser of somebody; that is where they ask from if they have no phone."""
        client = self.world.client()
        body = {"login": login, "password": PASSWORD, "device": None, "device_name": name}
        reply = await client.post("/api/session", json=body)
        demand(reply.status_code == 201, f"{login} signs in: {reply.text}")
        self.clients.setdefault(login, client)
        session: dict[str, Any] = reply.json()
        return session

    async def _people(self) -> None:
        for login, grants in ADDED.items():
            await self.world.add_person(login, *grants)
        now = self.world.clock()
        await create_person(named("nora"), "nora", named("city1"), [], now=now)
        await open_account(named("nora"), "nora", PASSWORD, self.world.passwords)
        self.world.reach.grant("nora", ())
        await create_person(named("pat"), "near~person~pat", named("north"), [], now=now)
        await open_account(named("pat"), "pat", PASSWORD, self.world.passwords)
        abroad = [Grant(role="inspector", place=named("city2"))]
        await create_person(named("guest"), "near~person~guest", named("north"), abroad, now=now)
        await open_account(named("fay"), "fay", PASSWORD, self.world.passwords, first=True)

    async def _names(self, side: str, unit: str, branch: str) -> None:
        """The marks of places and people."""
        now = self.world.clock()
        await change_unit(named(unit), {"name": f"{side}~unit~name"}, by="", now=now)
        texts = BranchEdit(name=f"{side}~branch~name", code=f"{side}~branch~code", address=f"{side}~branch~address")
        await change_branch(named(branch), texts, by="", now=now)
        if side == "far":
            for login in FAR:
                await change_person(named(login), {"name": f"far~person~{login}"}, by="", now=now)
