"""What the nonsense is thrown at: a world in which every record is marked, so that a leak is a string in a reply."""

from typing import Any, Literal, get_args

import httpx

from server.door import server_change
from server.identity.acts import open_account
from server.people.acts import change_person
from tests.server.protocol.gestures import FAIL, Hand, finding_id
from tests.server.protocol.seed import PASSWORD, PEOPLE, UNITS, named
from tests.server.protocol.world import World
from tests.server.reply import demand

Kind = Literal["nobody", "inspector", "supervisor", "manager", "admin"]
KINDS: tuple[Kind, ...] = get_args(Kind)
LOGINS: dict[Kind, str] = {"inspector": "ann", "supervisor": "sue", "manager": "mara", "admin": "adam"}
"""Everybody here works in the first city, the administrator too. What is theirs to see ends there."""
COOKIE = "xunfang_session"
_EDITED = ("/api/people/", "/api/units/", "/api/session/password")
GHOST = "0197a000-0000-7000-8000-00000000dead"
"""The id of nothing."""
FAR = ("county2", "far", "zoe", "zed", "zara")
"""Places and people of the other city that staff of the first one have nothing to do with."""


class Ground:
    """The world with work in both cities, and who asks."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.far: dict[str, str] = {name: named(name) for name in FAR}
        self.near: dict[str, str] = {name: named(name) for name in ("north", "south", "county1", "city1", "ann", "sue")}
        self.drafts: dict[str, str] = {}
        self.tokens: dict[str, str] = {}
        self.devices: dict[str, int] = {}
        self.http = world.client()

    async def prepare(self) -> "Ground":
        """Work in the other city, and a draft and a submission in this one."""
        await self.world.add_person("adam", ("admin", "city1"))
        self.far |= await self._work("zoe", "far", "far-secret")
        self.near |= await self._work("ann", "north", "near-secret", submit=True)
        self.drafts = await self._work("bob", "south", "draft-secret")
        self.far["task"] = await self.world.task("zoe", branch="far")
        for kind in LOGINS:
            await self.enter(kind)
        return self

    async def _work(self, login: str, branch: str, mark: str, *, submit: bool = False) -> dict[str, str]:
        """An inspection with a finding, a note and a photo; the ids by what they are."""
        phone = await self.world.phone(login)
        inspection = phone.start(branch, remark=f"{mark}-remark")
        phone.check(inspection, "A-1.a", FAIL)
        phone.note(inspection, "A-1", f"{mark}-note")
        photo = phone.photo(inspection)
        if submit:
            phone.do(inspection, "submit")
        await phone.sync()
        return {
            "inspection": inspection,
            "finding": finding_id(inspection, "A-1"),
            "photo": photo,
            "hash": phone.row("photo", photo)["sha256"],
            "remark": f"{mark}-remark",
            "note": f"{mark}-note",
        }

    async def enter(self, kind: Kind) -> None:
        """Sign this kind of caller in, on another device than before."""
        client = self.world.client()
        response = await self.world.sign_in(client, LOGINS[kind])
        demand(response.status_code == 201, f"{kind} signs in: {response.text}")
        self.tokens[kind] = client.cookies[COOKIE]
        self.devices[kind] = response.json()["device"]

    async def phone(self, kind: Kind) -> Hand:
        """A phone of this kind of caller."""
        return await self.world.phone(LOGINS[kind])

    def subjects(self) -> dict[str, list[str]]:
        """The ids of records by their type: one's own, a colleague's, strangers'."""
        works = (self.near, self.drafts, self.far)
        kinds = {type_: [work[type_] for work in works] for type_ in ("inspection", "finding", "photo")}
        return {**kinds, "task": [self.far["task"], GHOST]}

    def secrets(self, kind: Kind) -> set[str]:
        """What no answer to this caller may hold."""
        far = {*self.far.values(), "人员zoe", "人员zed", "人员zara", "far支局", "B-far", "county2"}
        crew = {*self.drafts.values()}
        own = {value for name, value in self.near.items() if name not in ("north", "south", "county1", "city1")}
        match kind:
            case "nobody":
                return far | crew | own | {*self.near.values(), "north支局", "人员ann"}
            case "manager":
                return far | crew
            case "admin":
                return far | crew | (own - {named("ann"), named("sue")})
        return far

    def leaked(self, kind: Kind, asked: bytes, answer: httpx.Response) -> list[str]:
        """Secrets that stand in an answer although the caller did not write them themselves."""
        told = answer.content + "\n".join(f"{name}: {value}" for name, value in answer.headers.items()).encode()
        return [word for word in sorted(self.secrets(kind)) if word.encode() in told and word.encode() not in asked]

    async def send(self, kind: Kind, method: str, url: str, headers: dict[str, str], body: Any) -> httpx.Response:
        """A request of this caller; what an answer does to cookies is forgotten."""
        if kind != "nobody":
            headers = {**headers, "cookie": f"{COOKIE}={self.tokens[kind]}"}
        response = await self.http.request(method, url, headers=headers, content=body)
        self.http.cookies.clear()
        return response

    async def mend(self, kind: Kind, response: httpx.Response) -> None:
        """Put right what a caller may do to themselves and others: sign out, revoke a device, take grants away, move
        or rename people and places, give them other passwords."""
        path = response.request.url.path
        if response.is_success and response.request.method in ("PUT", "POST") and path.startswith(_EDITED):
            await self._restore()
            await self.enter(kind)
        if kind != "nobody" and (response.status_code == 401 or response.request.method == "DELETE"):
            await self.enter(kind)
        if response.request.method == "PUT" and response.url.path.endswith("/grants") and response.is_success:
            await self.world.grant("adam", ("admin", "city1"))
            for login, grant in (("ann", ("inspector", "city1")), ("sue", ("supervisor", "city1"))):
                await self.world.grant(login, grant)

    async def _restore(self) -> None:
        """People and places of the first city as they were."""
        now = self.world.clock()
        for login in ("adam", "ann", "bob", "sue", "mara"):
            home = named(PEOPLE[login][0][1]) if login in PEOPLE else named("city1")
            name = f"人员{login}" if login in PEOPLE else login
            await change_person(named(login), {"name": name, "home": home, "active": True}, by="", now=now)
            await open_account(named(login), login, PASSWORD, self.world.passwords)
        for unit in ("county1", "county1b", "city1"):
            level, parent = UNITS[unit]
            values = {"name": unit, "level": level, "parent": named(str(parent))}
            await server_change("unit", named(unit), values, now=now)

    def credentials(self) -> dict[str, str]:
        """What a person really signs in with."""
        return {"login": "bob", "password": PASSWORD}
