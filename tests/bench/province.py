"""A province as large as one gets, in a database that nobody serves yet: each record like one the server wrote."""

import asyncio
import json
import random
from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID, uuid4

import msgspec

from server.app import create_app, wall_clock_ms
from server.database.query import fetch
from server.demo.people import PASSWORD
from server.demo.places import ENDINGS, STEMS
from server.door import server_change
from server.identity.acts import open_account, sign_in
from server.lists import initials, searched, sorting
from server.people.acts import Grant, create_person
from server.settings import Settings
from tests.bench.bulk import Bulk
from tests.bench.world import World

ADMIN = "admin"
PER_REV = 100
AT_ONCE = 20_000
DAY_MS = 86_400_000
_GIVEN = "一二三四五六七八九十春夏秋冬东南西北"
_SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎"
Values = dict[str, Any]


class Size(msgspec.Struct, frozen=True):
    """How many there are."""

    branches: int = 50_000
    customers: int = 200_000
    people: int = 20_000
    visits: int = 200_000
    inspections: int = 50_000


class Patterns(msgspec.Struct, frozen=True):
    """The ids of one record of each kind, made by the server itself; the others are like it."""

    branch: str
    person: str
    customer: str
    visit: str
    inspection: str
    now: int


def make_patterns(settings: Settings, world: World) -> Patterns:
    """The patterns, and an administrator over everything."""
    return asyncio.run(_patterns(settings, world))


async def _patterns(settings: Settings, world: World) -> Patterns:
    app, now = create_app(settings), wall_clock_ms()
    async with app.lifespan():
        admin, carrier, customer, visit, inspection = (str(uuid4()) for _ in range(5))
        branch = (await fetch("SELECT id FROM branch ORDER BY code LIMIT 1"))[0][0]
        standard = (await fetch("SELECT id FROM standard LIMIT 1"))[0][0]
        await create_person(admin, ADMIN, world.province, [Grant(role="admin", place=world.province)], now=now)
        await open_account(admin, ADMIN, PASSWORD, app.state.passwords)
        await create_person(carrier, "李一", branch, [Grant(role="carrier", place=branch)], now=now)
        await sign_in(carrier, "x", None, "手机", now)
        await server_change("customer", customer, {"branch": branch, "name": "x", "kind": "organisation"}, now=now)
        about = {"branch": branch, "kind": "visit", "started_at": now, "customer": customer, "person": carrier}
        await server_change("visit", visit, {**about, "result": "met", "status": "closed", "closed_at": now}, now=now)
        check = {"branch": branch, "standard": standard, "started_at": now, "lead": carrier, "members": {}}
        await server_change("inspection", inspection, {**check, "status": "submitted", "submitted_at": now}, now=now)
    return Patterns(branch, carrier, customer, visit, inspection, now)


class Province:
    """Fills a database. Who reads what (`feed`) is written for inspections only: no other list asks it."""

    def __init__(self, bulk: Bulk, world: World, patterns: Patterns, size: Size) -> None:
        self.bulk, self.world, self.patterns, self.size = bulk, world, patterns, size
        self.dice = random.Random(7)
        self.rev = int(bulk.fetch("SELECT rev FROM clock")[0][0])
        self.city = str(bulk.fetch("SELECT id FROM unit WHERE level = 'city'")[0][0])
        self.branches = [(patterns.branch, self.world.counties[0])]
        self.people: list[str] = [patterns.person]
        self.customers: list[tuple[str, str, str]] = []

    def fill(self) -> None:
        size = self.size
        self._like("branch", self.patterns.branch, self._branches(size.branches))
        rows = [(id_, above, depth) for id_, unit in self.branches[1:] for above, depth in self._line(id_, unit)]
        self.bulk.insert("ancestry", ("place", "ancestor", "depth"), rows)
        self._like("person", self.patterns.person, self._people(size.people))
        self._devices()
        self._like("customer", self.patterns.customer, self._customers(size.customers))
        self._like("visit", self.patterns.visit, self._visits(size.visits))
        self._like("inspection", self.patterns.inspection, self._inspections(size.inspections), fed=True)
        self.bulk.execute(f"UPDATE clock SET rev = {self.rev}")
        self.bulk.tidy()

    def _id(self) -> str:
        return str(UUID(bytes=self.dice.randbytes(16), version=4))

    def _line(self, branch: str, unit: str) -> Iterator[tuple[str, int]]:
        yield from ((branch, 0), (unit, 1), (self.city, 2), (self.world.province, 3))

    def _like(self, table: str, pattern: str, wanted: Iterable[tuple[Values, Values]], *, fed: bool = False) -> None:
        """Rows like the pattern but for (fields, columns)."""
        names = self.bulk.columns(table)
        sql = f"SELECT {', '.join(names)} FROM {table} WHERE id = '{pattern}'"
        first = dict(zip(names, self.bulk.fetch(sql)[0], strict=True))
        body = json.loads(first["body"])
        seen = self.bulk.fetch(f"SELECT audience, is_open FROM feed WHERE type = '{table}' AND record = '{pattern}'")
        rows: list[tuple[Any, ...]] = []
        feed: list[tuple[Any, ...]] = []
        for number, (fields, columns) in enumerate(wanted):
            self.rev += number % PER_REV == 0
            text = json.dumps({**body, **fields}, ensure_ascii=False, separators=(",", ":"))
            row = {**first, "id": fields["id"], "body": text, "rev": self.rev, **columns}
            rows.append(tuple(row[name] for name in names))
            if fed:
                feed += [(who, table, fields["id"], self.rev, 0, is_open, self.patterns.now) for who, is_open in seen]
            if len(rows) == AT_ONCE:
                self._write(table, names, rows, feed)
        self._write(table, names, rows, feed)

    def _write(self, table: str, names: list[str], rows: list[tuple[Any, ...]], feed: list[tuple[Any, ...]]) -> None:
        self.bulk.insert(table, names, rows)
        columns = ("audience", "type", "record", "rev", "gone", "is_open", "changed_at")
        self.bulk.insert("feed", columns, feed)
        rows.clear()
        feed.clear()

    def _branches(self, many: int) -> Iterator[tuple[Values, Values]]:
        endings = list(ENDINGS)
        names = [a + b + self.dice.choice(endings) for a in STEMS for b in STEMS]
        for number in range(many):
            name, code = self.dice.choice(names), f"8{number:07d}"
            own = {"id": self._id(), "code": code, "name": name, "unit": self.dice.choice(self.world.counties)}
            own |= {"kind": self.dice.choice(("post_office", "agency", "delivery")), "status": "open"}
            self.branches.append((own["id"], own["unit"]))
            made = {"branch": own["id"], "token": None, "search": searched(name, code), "sorting": sorting(name)}
            yield {**own, "initials": initials(name)}, {**own, **made}

    def _people(self, many: int) -> Iterator[tuple[Values, Values]]:
        for _ in range(many):
            name = self.dice.choice(_SURNAMES) + self.dice.choice(_GIVEN) + self.dice.choice(_GIVEN)
            own = {"id": self._id(), "name": name, "home": self.dice.choice(self.branches)[0]}
            self.people.append(own["id"])
            words = {"search": searched(name, of_person=True), "sorting": sorting(name, of_person=True)}
            yield own, {**own, **words, "active": 1}

    def _devices(self) -> None:
        names = self.bulk.columns("device")
        first = dict(zip(names, self.bulk.fetch(f"SELECT {', '.join(names)} FROM device LIMIT 1")[0], strict=True))
        rows = []
        for number, person in enumerate(self.people[1:], 1_000):
            at = self.patterns.now - self.dice.randrange(90 * DAY_MS)
            rows.append(tuple({**first, "id": number, "person": person, "seen_at": at}[name] for name in names))
        self.bulk.insert("device", names, rows)
        grants = [(person, "carrier", self.branches[0][0]) for person in self.people[1:]]
        self.bulk.insert("grant_", ("person", "role", "place"), grants)

    def _customers(self, many: int) -> Iterator[tuple[Values, Values]]:
        kinds = ("文具店", "超市", "工厂", "学校", "公司", "医院")
        names = [a + b + self.dice.choice(kinds) for a in STEMS for b in STEMS]
        for _ in range(many):
            name, branch = self.dice.choice(names), self.dice.choice(self.branches)[0]
            own = {
                "branch": branch,
                "name": name,
                "route": f"{self.dice.randrange(9)}段",
                "tier": self.dice.choice("ABC"),
            }
            phone = f"1990000{self.dice.randrange(10_000):04d}"
            id_ = self._id()
            self.customers.append((id_, branch, name))
            yield {"id": id_, **own, "phone": phone}, {**own, "phone": phone, "initials": initials(name)}

    def _visits(self, many: int) -> Iterator[tuple[Values, Values]]:
        for number in range(many):
            customer, branch, _ = self.dice.choice(self.customers)
            at = self.patterns.now - self.dice.randrange(365 * DAY_MS)
            own = {"branch": branch, "customer": customer, "person": self.dice.choice(self.people), "started_at": at}
            own |= {"closed_at": at, "status": "closed", "kind": "visit"}
            yield {"id": self._id(), **own}, {**own, "tally": f"{branch} {number % 12}"}

    def _inspections(self, many: int) -> Iterator[tuple[Values, Values]]:
        for number in range(many):
            at = self.patterns.now - self.dice.randrange(365 * DAY_MS)
            status = ("submitted", "approved", "returned")[number % 3]
            own = {"branch": self.dice.choice(self.branches)[0], "lead": self.dice.choice(self.people)}
            own |= {"started_at": at, "submitted_at": at, "status": status}
            yield {"id": self._id(), **own}, {**own, "total": self.dice.randrange(1000)}
