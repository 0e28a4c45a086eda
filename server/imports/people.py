"""People from a sheet. Their login is the key."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from server.database.query import fetch
from server.door import Workspace
from server.identity import Caller
from server.identity.rules import normal_login
from server.imports.columns import Column, choice, line
from server.imports.kinds import Found, Kind, Row, at_once
from server.imports.places import Places, places_for
from server.imports.words import Wrong
from server.lists.finding import as_json
from server.lists.names import fold
from server.people.acts import Grant, add_person, edit_person, replace_grants, withdraw_person
from server.people.naming import ROLES
from server.people.sheets import ACTIVE, PEOPLE_HEADINGS

_ALSO: Mapping[str, tuple[str, ...]] = {
    "inspector": ("检查", "检查人员", "视察员"),
    "carrier": ("客户经理", "揽投员", "account manager"),
    "manager": ("支局长", "所长", "网点负责人", "branch manager"),
    "supervisor": ("督导员", "视察"),
    "admin": ("系统管理员", "administrator"),
}
_ROLE = {fold(name): role for role, names in ROLES.items() for name in (role, *names, *_ALSO[role])}


def _login(text: str) -> str:
    login = normal_login(text)
    if len(login) > 64 or re.search(r"\s", login):
        raise Wrong("bad_login")
    return login


def _roles(text: str) -> list[tuple[str, str]]:
    """`检查员@东市分公司；支局长`: (role, place as written, empty for the home)."""
    found = []
    for part in re.split(r"[;；,，、\n]+", text):
        role, _, place = part.strip().replace("＠", "@").partition("@")
        if not part.strip():
            continue
        if fold(role.strip()) not in _ROLE:
            raise Wrong("bad_role", role.strip())
        found.append((_ROLE[fold(role.strip())], place.strip()))
    return found


_COLUMNS = {
    "login": Column(*PEOPLE_HEADINGS["login"], _login, ("登录名", "用户名", "工号", "账户", "Account", "User")),
    "name": Column(*PEOPLE_HEADINGS["name"], line(200), ("名字", "人员", "员工姓名", "Full name")),
    "home": Column(
        *PEOPLE_HEADINGS["home"], line(600), ("所在机构", "所在网点", "所属机构", "机构", "网点", "部门", "Place")
    ),
    "roles": Column(*PEOPLE_HEADINGS["roles"], _roles, ("岗位", "职务", "权限", "Role", "Grants")),
    "active": Column(
        *PEOPLE_HEADINGS["active"],
        choice({key: (*names, *more) for (key, names), more in zip(
            ACTIVE.items(), (("启用", "是", "在职"), ("离职", "禁用", "否")), strict=True)}),
        ("在用", "Active"),
    ),
}  # fmt: skip


class _Known(msgspec.Struct, frozen=True):
    """People by login: id and fields."""

    places: Places
    people: Mapping[str, tuple[str, dict[str, Any]]]

    def find(self, row: Row) -> Found | None:
        stored = self.people.get(row.values["login"])
        if stored is None:
            return None
        if not self.places.administers(stored[1]["home"]):
            raise Wrong("login_taken")
        return Found(*stored)

    def meant(self, row: Row, found: Found | None) -> dict[str, Any]:
        wanted = dict(row.values)
        before: Mapping[str, Any] = found.fields if found is not None else {"home": "", "roles": []}
        if "home" in wanted:
            wanted["home"] = self.places.either(row, "home", wanted["home"])
        if "roles" in wanted:
            home = wanted.get("home") or before["home"]
            places = [(role, self.places.either(row, "roles", at) if at else home) for role, at in wanted["roles"]]
            wanted["roles"] = sorted([role, place] for role, place in dict.fromkeys(places))
            for role, place in before["roles"]:
                if [role, place] not in wanted["roles"] and not self.places.administers(place):
                    row.complain("roles", "unknown_place", role)
        return wanted


async def _known(caller: Caller, rows: Sequence[Row]) -> _Known:
    stored = await fetch(
        "SELECT a.login, p.id, p.name, p.home, p.active FROM account AS a JOIN person AS p ON p.id = a.person "
        "WHERE a.login IN (SELECT value FROM json_each(?))",
        as_json([row.values["login"] for row in rows]),
    )
    grants: dict[str, list[list[str]]] = {}
    for person, role, place in await fetch(
        "SELECT g.person, g.role, g.place FROM grant_ AS g WHERE g.person IN (SELECT value FROM json_each(?))",
        as_json([row[1] for row in stored]),
    ):
        grants.setdefault(person, []).append([role, place])
    people = {
        login: (id_, {"login": login, "name": name, "home": home, "active": bool(active), "roles": sorted(held)})
        for login, id_, name, home, active in stored
        for held in [grants.get(id_, [])]
    }
    texts = {row.values.get("home", "") for row in rows}
    texts |= {place for row in rows for _, place in row.values.get("roles", ())}
    held = {person["home"] for _, person in people.values()} | {place for some in grants.values() for _, place in some}
    return _Known(await places_for(caller, texts, held), people)


async def _make(workspace: Workspace, new: Sequence[tuple[str, dict[str, Any]]]) -> None:
    for id_, values in new:
        own = {name: values[name] for name in ("name", "home", "active")}
        await add_person(workspace, id_, own, _grants(values["roles"]))
        workspace.note("INSERT INTO account (person, login, first_password) VALUES (?, ?, 1)", id_, values["login"])


async def _edit(workspace: Workspace, id_: str, values: Mapping[str, Any]) -> None:
    if "roles" in values:
        await replace_grants(workspace, id_, _grants(values["roles"]))
    fields = {key: value for key, value in values.items() if key != "roles"}
    if fields:
        await edit_person(workspace, id_, fields)


def _grants(pairs: Sequence[Sequence[str]]) -> list[Grant]:
    return [Grant(role=role, place=place) for role, place in pairs]  # type: ignore[arg-type]  # as read from the words


async def _withdraw(workspace: Workspace, ids: Sequence[str]) -> None:
    for id_ in ids:
        await withdraw_person(workspace, id_)


PEOPLE = Kind(
    type="person",
    title=("人员", "People"),
    columns=_COLUMNS,
    explained={
        "login": (
            "必填。已有的账号：修改此人；没有的：新建",
            "Required. A known login changes that person, a new one adds them",
        ),
        "name": ("新人员必填", "Required for a new person"),
        "home": ("新人员必填。机构名称，或网点编码", "Required for a new person. A unit's name, or a branch's code"),
        "roles": (
            "检查员、投递员、支局长、督导、管理员；范围不是所在机构时写 检查员@机构或网点编码；多个用；隔开",
            "inspector, carrier, manager, supervisor, admin; over another place: inspector@place; several with ;",
        ),
        "active": ("在用、停用", "active, inactive"),
    },
    keys=("login",),
    apart=lambda values: values["login"],
    required=("name", "home"),
    blank={"active": True, "roles": []},
    known=_known,
    make=_make,
    edit=_edit,
    withdrawing=at_once(_withdraw),
    hangs=(("device", "person"),),
)  # fmt: skip
