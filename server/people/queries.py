"""Units and people as a desk lists them."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

import msgspec

from server.database.query import fetch
from server.database.snapshot import snapshot
from server.identity import Caller
from server.identity.scope import Scope, at_home_below, scope_of, units_below
from server.lists import Asked, Listing, Where, page_of, words_of
from server.lists.finding import as_json
from sync.records.places import Role
from sync.records.values import Id

LEVELS = ("province", "city", "county")
Level = Literal["province", "city", "county"]


# --- units: there are few, so they are put in order here ---

UnitSort = Literal["tree", "-tree", "name", "-name", "level", "-level", "branches", "-branches", "people", "-people"]


class Units(Asked, frozen=True, kw_only=True):
    """What a list of units is narrowed to. ``under``: a unit and all below it, ``parent``: those just below one."""

    sort: UnitSort = "tree"
    level: tuple[Level, ...] = ()
    parent: Id | None = None
    under: Id | None = None


class ListedUnit(msgspec.Struct, frozen=True):
    """A unit. ``path``: the names from the topmost unit shown down to it. ``branches`` (open), ``people`` (active):
    how many there are at or below it; ``units`` just below it."""

    id: str
    name: str
    level: str
    parent: str | None
    depth: int
    path: Sequence[str]
    units: int
    branches: int
    people: int
    editable: bool


class UnitPage(msgspec.Struct, frozen=True):
    """A page of units."""

    rows: list[ListedUnit]
    total: int
    page: int
    size: int


class _Unit(msgspec.Struct, frozen=True, array_like=True):
    id: str
    name: str
    level: str
    parent: str | None
    search: str
    sorting: str


async def units_for(caller: Caller, asked: Units) -> tuple[list[ListedUnit], int]:
    """The units a supervisor or administrator answers for."""
    async with snapshot():
        scope = await scope_of(caller, "admin", "supervisor")
        rows, keys = await _all_units(caller, scope)
        under = await units_below(asked.under) if asked.under is not None else frozenset(rows)
    words = words_of(asked.q)
    found = [
        id_
        for id_, row in rows.items()
        if id_ in under
        and (not asked.level or row.level in asked.level)
        and asked.parent in (None, row.parent)
        and all(word in keys[id_].search for word in words)
    ]
    found.sort(key=lambda id_: _unit_key(asked.sort.lstrip("-"), rows[id_], keys), reverse=asked.sort.startswith("-"))
    start = (asked.page - 1) * asked.size
    page = found if asked.format == "xlsx" else found[start : start + asked.size]
    return [rows[id_] for id_ in page], len(found)


async def unit_for(caller: Caller, id_: str) -> ListedUnit | None:
    """One unit of that list."""
    rows, _ = await units_for(caller, Units(under=id_ or None))
    return next((row for row in rows if row.id == id_), None)


def _unit_key(sort: str, row: ListedUnit, units: Mapping[str, _Unit]) -> tuple[Any, ...]:
    name = (units[row.id].sorting, row.id)
    match sort:
        case "level":
            return (LEVELS.index(row.level), *name)
        case "branches" | "people":
            return (getattr(row, sort), *name)
        case "name":
            return name
    return tuple((units[place].sorting, place) for place in _line(row.id, units))


async def _all_units(caller: Caller, scope: Scope) -> tuple[dict[str, ListedUnit], dict[str, _Unit]]:
    stored = await fetch("SELECT id, name, level, parent, search, sorting FROM unit")
    units = {row[0]: _Unit(*row) for row in stored if scope.contains(row[0])}
    branches = dict(await fetch("SELECT unit, COUNT(*) FROM branch WHERE status = 'open' GROUP BY unit"))
    people = Counter[str]()
    for unit, many in await fetch(
        "SELECT b.unit, COUNT(*) FROM branch AS b CROSS JOIN person AS p "
        "WHERE p.home = b.id AND p.active = 1 GROUP BY b.unit UNION ALL SELECT home, COUNT(*) FROM person "
        "WHERE active = 1 AND home IN (SELECT id FROM unit) GROUP BY home"
    ):
        people[unit] += many
    edited = {grant.place for grant in caller.grants if grant.role == "admin"}
    lines = {id_: _line(id_, units) for id_ in units}
    above = {row[0] for row in stored} & edited
    of_branches, of_people, children = Counter[str](), Counter[str](), Counter[str]()
    for id_, line in lines.items():
        children[units[id_].parent or ""] += 1
        for place in line:
            of_branches[place] += branches.get(id_, 0)
            of_people[place] += people[id_]
    rows = {
        id_: ListedUnit(
            id=id_,
            name=unit.name,
            level=unit.level,
            parent=unit.parent,
            depth=len(lines[id_]) - 1,
            path=[units[place].name for place in lines[id_]],
            units=children[id_],
            branches=of_branches[id_],
            people=of_people[id_],
            editable=not above.isdisjoint(lines[id_]),
        )
        for id_, unit in units.items()
    }
    return rows, units


def _line(id_: str, units: Mapping[str, _Unit]) -> list[str]:
    """The unit and those above it that are there, topmost first."""
    line: list[str] = []
    unit = units.get(id_)
    while unit is not None:
        line.append(unit.id)
        unit = units.get(unit.parent or "")
    return line[::-1]


# --- people ---

PersonSort = Literal["name", "-name", "login", "-login", "home", "-home", "seen_at", "-seen_at"]
Account = Literal["none", "first", "own"]


class People(Asked, frozen=True, kw_only=True):
    """What a list of people is narrowed to. ``place``: at home at a unit or branch, or below it."""

    sort: PersonSort = "name"
    place: Id | None = None
    role: tuple[Role, ...] = ()
    active: bool | None = None
    account: Account | None = None


class GrantRow(msgspec.Struct, frozen=True, omit_defaults=True):
    """A role over a unit or a branch, and what that place is called."""

    role: str
    name: str
    unit: str | msgspec.UnsetType = msgspec.UNSET
    branch: str | msgspec.UnsetType = msgspec.UNSET


class ListedPerson(msgspec.Struct, frozen=True):
    """A person. ``account``: none has no login, first a password they did not choose. ``seen_at``: by any device."""

    id: str
    name: str
    initials: str
    login: str | None
    home: str
    home_name: str
    home_type: Literal["unit", "branch"]
    grants: Sequence[GrantRow]
    active: bool
    account: Account
    devices: int
    seen_at: int | None


class PersonPage(msgspec.Struct, frozen=True):
    """A page of people."""

    rows: list[ListedPerson]
    total: int
    page: int
    size: int


_ACCOUNT = "LEFT JOIN account AS a ON a.person = p.id"
_BRANCH = "LEFT JOIN branch AS hb ON hb.id = p.home"
_HOMES = "(SELECT id, sorting FROM branch UNION ALL SELECT id, sorting FROM unit) AS h"
"""Every place somebody is at home at: the two are walked side by side, each along its names."""
_SEEN = "LEFT JOIN (SELECT person, MAX(seen_at) AS at FROM device GROUP BY person) AS seen ON seen.person = p.id"
_PEOPLE = Listing(
    source="person AS p",
    key="p.id",
    sorts={
        "name": ("p.sorting",),
        "login": ("COALESCE(a.login, '')", "p.sorting"),
        "home": ("h.sorting", "p.sorting"),
        "seen_at": ("COALESCE(seen.at, 0)", "p.sorting"),
    },
    joins={"login": _ACCOUNT, "home": f"JOIN {_HOMES} ON h.id = p.home", "seen_at": _SEEN},
    walks={"home": (f"{_HOMES} CROSS JOIN person AS p", "p.home = h.id")},
)
_IN_ACCOUNTS = "p.id IN (SELECT person FROM account WHERE {})"
_ACCOUNTS: Mapping[Account, str] = {
    "none": "p.id NOT IN (SELECT person FROM account)",
    "first": _IN_ACCOUNTS.format("first_password = 1 OR password_hash IS NULL"),
    "own": _IN_ACCOUNTS.format("first_password = 0 AND password_hash IS NOT NULL"),
}


async def people_for(caller: Caller, asked: People) -> tuple[list[ListedPerson], int]:
    """The people an administrator answers for."""
    async with snapshot():
        scope = await scope_of(caller, "admin")
        where = Where()
        scope.holds_homes(where, "p.home")
        if asked.place is not None:
            at_home_below(where, "p.home", asked.place)
        if asked.active is not None:
            where.add("p.active = ?", int(asked.active))
        if asked.account is not None:
            where.add(_ACCOUNTS[asked.account])
        if asked.role:
            held = Where()
            held.among("g.role", asked.role)
            where.add(f"EXISTS (SELECT 1 FROM grant_ AS g WHERE g.person = p.id AND {held.sql()})", *held.arguments)
        for word in words_of(asked.q):
            _narrow_to_word(where, word)
        keys, total = await page_of(_PEOPLE, asked, asked.sort, where)
        return await _people(keys), total


def _narrow_to_word(where: Where, word: str) -> None:
    """A word stands in the name, its initials, or the login."""
    either = Where()
    either.looks_like(word, "p.search")
    login = Where()
    login.looks_like(word, "login")
    where.add(f"({either.sql()} OR {_IN_ACCOUNTS.format(login.sql())})", *either.arguments, *login.arguments)


async def person_for(caller: Caller, id_: str) -> ListedPerson | None:
    """One person of that list."""
    async with snapshot():
        scope, where = await scope_of(caller, "admin"), Where()
        scope.holds_homes(where, "p.home")
        where.add("p.id = ?", id_)
        keys, _ = await page_of(_PEOPLE, People(), "name", where)
        return next(iter(await _people(keys)), None)


async def _people(ids: Sequence[str]) -> list[ListedPerson]:
    rows = await fetch(
        "SELECT p.id, p.name, p.search, a.login, p.home, hu.name, hb.name, p.active, a.first_password, "
        "a.password_hash IS NULL, COALESCE(d.many, 0), d.seen "
        f"FROM person AS p {_ACCOUNT} {_BRANCH} LEFT JOIN unit AS hu ON hu.id = p.home "
        "LEFT JOIN (SELECT person, MAX(seen_at) AS seen, "
        "SUM(CASE WHEN revoked_at IS NULL THEN 1 ELSE 0 END) AS many FROM device "
        "WHERE person IN (SELECT value FROM json_each(?)) GROUP BY person) AS d ON d.person = p.id "
        "WHERE p.id IN (SELECT value FROM json_each(?))",
        as_json(ids),
        as_json(ids),
    )
    grants = await _grants(ids)
    found = {row[0]: _person(row, grants.get(row[0], ())) for row in rows}
    return [found[id_] for id_ in ids]


def _person(row: tuple[Any, ...], grants: Sequence[GrantRow]) -> ListedPerson:
    id_, name, search, login, home, unit, branch, active, first, passwordless, devices, seen = row
    account: Account = "none" if login is None else "first" if first or passwordless else "own"
    return ListedPerson(
        id=id_,
        name=name,
        initials=search.split("\n")[1] if search else "",
        login=login,
        home=home,
        home_name=unit or branch or "",
        home_type="branch" if unit is None else "unit",
        grants=grants,
        active=bool(active),
        account=account,
        devices=int(devices),
        seen_at=seen,
    )


async def _grants(people: Iterable[str]) -> dict[str, list[GrantRow]]:
    rows = await fetch(
        "SELECT g.person, g.role, g.place, u.name, b.name FROM grant_ AS g "
        "LEFT JOIN unit AS u ON u.id = g.place LEFT JOIN branch AS b ON b.id = g.place "
        "WHERE g.person IN (SELECT value FROM json_each(?)) ORDER BY g.role, u.sorting, b.sorting, g.place",
        as_json(list(people)),
    )
    found: dict[str, list[GrantRow]] = {}
    for person, role, place, unit, branch in rows:
        row = GrantRow(role, branch or "", branch=place) if unit is None else GrantRow(role, unit, unit=place)
        found.setdefault(person, []).append(row)
    return found
