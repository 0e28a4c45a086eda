"""Work in two cities, every text of it marked: ``near~type~field`` and ``far~type~field``, and who asks for it."""

import httpx

from server.branches.acts import BranchEdit, change_branch
from server.identity.acts import open_account, revoke_device
from server.people.acts import change_person, change_unit, create_person
from tests.server.protocol.gestures import Hand
from tests.server.protocol.seed import PASSWORD, named
from tests.server.protocol.world import World
from tests.server.reply import demand
from tests.server.rights.people import ADDED, FAR, WHO
from tests.server.rights.work import Work

HOMES = {"near": ("county1", "north"), "far": ("county2", "far")}


class Ground:
    """The world, the phones of everybody who may sign in, and what they wrote down."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.hands: dict[str, Hand] = {}
        self.clients: dict[str, httpx.AsyncClient] = {"nobody": world.client()}
        self.work: dict[str, Work] = {}

    async def prepare(self) -> "Ground":
        await self._people()
        for side, (unit, branch) in HOMES.items():
            await self._names(side, unit, branch)
        for login in WHO:
            self.hands[login] = await self.world.phone(login)
            self.clients[login] = self.hands[login].http
        for login in ("fay", "rita", "dee"):
            self.clients[login] = self.world.client()
            signed = await self.world.sign_in(self.clients[login], login)
            demand(signed.status_code == 201, f"{login} signs in: {signed.text}")
            if login == "rita":
                await revoke_device(signed.json()["device"], self.world.clock())
        await change_person(named("dee"), {"active": False}, by="", now=self.world.clock())
        hand = self.hands
        near = Work("near", *HOMES["near"], self.world, hand["ann"], hand["sue"], hand["mara"], hand["kim"])
        far = Work("far", *HOMES["far"], self.world, hand["zoe"], hand["zed"], hand["zara"], hand["kip"])
        self.work = {"near": await near.done(hand["bob"], hand["both"]), "far": await far.done()}
        for one in self.hands.values():
            await one.sync()
        await self.world.grant("ida")
        return self

    async def _people(self) -> None:
        for login, grants in ADDED.items():
            await self.world.add_person(login, *grants)
        now = self.world.clock()
        await create_person(named("nora"), "nora", named("city1"), [], now=now)
        await open_account(named("nora"), "nora", PASSWORD, self.world.passwords)
        self.world.reach.grant("nora", ())
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
