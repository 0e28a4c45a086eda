"""Units and people as columns of a sheet; those of people are the headings an import knows."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from server.database.query import fetch
from server.lists.answers import Column, Language
from server.lists.finding import as_json
from server.people.naming import ROLES, UnitNames, unit_names
from server.people.queries import GrantRow, ListedPerson

LEVELS = {"province": ("省", "province"), "city": ("市", "city"), "county": ("县", "county")}
ACTIVE = {True: ("在用", "active"), False: ("停用", "inactive")}
UNITS: Mapping[str, Column] = {
    "path": Column("机构", "Unit", lambda row: "/".join(row.path)),
    "level": Column("级别", "Level", lambda row: " / ".join(LEVELS[row.level])),
    "branches": Column("网点数", "Branches", lambda row: row.branches),
    "people": Column("人数", "People", lambda row: row.people),
}
PEOPLE_HEADINGS: Mapping[str, tuple[str, str]] = {
    "login": ("账号", "Login"),
    "name": ("姓名", "Name"),
    "home": ("所在机构或网点", "Home"),
    "roles": ("角色", "Roles"),
    "active": ("状态", "Status"),
}


async def people_columns(rows: list[ListedPerson], language: Language) -> Mapping[str, Column]:
    """Login, name, home, roles, status: as an import takes them."""
    units = await unit_names()
    places = {row.home for row in rows if row.home_type == "branch"}
    places |= {grant.branch for row in rows for grant in row.grants if isinstance(grant.branch, str)}
    codes = dict(
        await fetch("SELECT id, code FROM branch WHERE id IN (SELECT value FROM json_each(?))", as_json(sorted(places)))
    )
    at = ("zh", "en").index(language)
    values: dict[str, Callable[[Any], str | None]] = {
        "login": lambda row: row.login,
        "name": lambda row: row.name,
        "home": lambda row: codes.get(row.home) or units.label(row.home),
        "roles": partial(_roles, codes=codes, units=units, at=at),
        "active": lambda row: ACTIVE[row.active][at],
    }
    return {key: Column(*PEOPLE_HEADINGS[key], values[key]) for key in PEOPLE_HEADINGS}


def _roles(row: ListedPerson, *, codes: Mapping[str, str], units: UnitNames, at: int) -> str:
    def said(grant: GrantRow) -> str:
        place = grant.unit if isinstance(grant.unit, str) else str(grant.branch)
        role = ROLES[grant.role][at]
        return role if place == row.home else f"{role}@{codes.get(place) or units.label(place)}"

    return "；".join(said(grant) for grant in row.grants)
