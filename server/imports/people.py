"""People from a sheet. Their login is the key."""

import re
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import uuid4

import msgspec

from server.database.query import fetch
from server.door import Workspace
from server.identity import Caller
from server.identity.rules import normal_login
from server.identity.scope import Scope, scope_of
from server.imports.branches import unit_meant
from server.imports.columns import Column, choice, line
from server.imports.kinds import Kind, Row, Step, differing
from server.imports.words import Wrong
from server.lists.finding import as_json
from server.lists.names import fold
from server.people.acts import Grant, add_person, edit_person, replace_grants, withdraw_person
from server.people.naming import ROLES, UnitNames, unit_names
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
    """What is there: people by login, branches by code and id."""

    scope: Scope
    units: UnitNames
    people: Mapping[str, tuple[str, dict[str, Any]]]
    codes: Mapping[str, str]
    branch_units: Mapping[str, str]

    def administers(self, place: str) -> bool:
        return (
            place in self.scope.units
            or place in self.scope.branches
            or self.branch_units.get(place) in self.scope.units
        )


async def _plan(caller: Caller, rows: Sequence[Row]) -> list[Step]:
    known = await _known(caller, rows)
    steps = [_step(row, known) for row in rows]
    return [step for step in steps if step is not None]


async def _known(caller: Caller, rows: Sequence[Row]) -> _Known:
    logins = as_json([row.values["login"] for row in rows])
    stored = await fetch(
        "SELECT a.login, p.id, p.name, p.home, p.active FROM account AS a JOIN person AS p ON p.id = a.person "
        "WHERE a.login IN (SELECT value FROM json_each(?))",
        logins,
    )
    grants: dict[str, list[list[str]]] = {}
    for person, role, place in await fetch(
        "SELECT g.person, g.role, g.place FROM grant_ AS g WHERE g.person IN (SELECT value FROM json_each(?))",
        as_json([row[1] for row in stored]),
    ):
        grants.setdefault(person, []).append([role, place])
    people = {
        login: (id_, {"name": name, "home": home, "active": bool(active), "roles": sorted(grants.get(id_, []))})
        for login, id_, name, home, active in stored
    }
    texts = {row.values.get("home", "") for row in rows}
    texts |= {place for row in rows for _, place in row.values.get("roles", ())}
    held = {before["home"] for _, before in people.values()} | {place for some in grants.values() for _, place in some}
    branches = await fetch(
        "SELECT id, code, unit FROM branch WHERE code IN (SELECT value FROM json_each(?)) "
        "OR id IN (SELECT value FROM json_each(?))",
        as_json(sorted(texts)),
        as_json(sorted(held)),
    )
    return _Known(
        scope=await scope_of(caller, "admin"),
        units=await unit_names(),
        people=people,
        codes={code: id_ for id_, code, _ in branches},
        branch_units={id_: unit for id_, _, unit in branches},
    )


def _place(row: Row, column: str, text: str, known: _Known) -> str:
    """The branch of this code or the unit of this name that the caller administers."""
    branch = known.codes.get(text)
    if branch is not None and known.administers(branch):
        return branch
    return unit_meant(row, column, text, known.scope, known.units)


def _step(row: Row, known: _Known) -> Step | None:
    wanted = {key: value for key, value in row.values.items() if key != "login"}
    login = row.values["login"]
    id_, before = known.people.get(login, (None, None))
    if before is not None and not known.administers(before["home"]):
        row.complain("login", "login_taken")
        return None
    if "home" in wanted:
        wanted["home"] = _place(row, "home", wanted["home"], known)
    if "roles" in wanted:
        home = wanted.get("home") or (before or {}).get("home", "")
        places = [(role, _place(row, "roles", text, known) if text else home) for role, text in wanted["roles"]]
        wanted["roles"] = sorted([role, place] for role, place in dict.fromkeys(places))
        for role, place in (before or {}).get("roles", ()):
            if [role, place] not in wanted["roles"] and not known.administers(place):
                row.complain("roles", "unknown_place", role)
    if before is None:
        for column in ("name", "home"):
            if column not in row.values:
                row.complain(column, "missing")
        return Step(row.number, login, wanted.get("name", ""), None, None, {"active": True, "roles": [], **wanted})
    old, new = differing(before, wanted)
    return Step(row.number, login, before["name"], id_, old, new) if new else None


async def _carry_out(workspace: Workspace, steps: Sequence[Step], now: int) -> list[str]:
    ids = [step.id or str(uuid4()) for step in steps]
    await workspace.load("person", ids)
    for id_, step in zip(ids, steps, strict=True):
        if step.id is None:
            values = {key: step.after[key] for key in ("name", "home", "active")}
            await add_person(workspace, id_, values, _grants(step.after["roles"]))
            workspace.note("INSERT INTO account (person, login, first_password) VALUES (?, ?, 1)", id_, step.key)
        else:
            await _edit(workspace, id_, step.after)
    return ids


async def _edit(workspace: Workspace, id_: str, values: Mapping[str, Any]) -> None:
    if "roles" in values:
        await replace_grants(workspace, id_, _grants(values["roles"]))
    fields = {key: value for key, value in values.items() if key != "roles"}
    if fields:
        await edit_person(workspace, id_, fields)


def _grants(pairs: Sequence[Sequence[str]]) -> list[Grant]:
    return [Grant(role=role, place=place) for role, place in pairs]  # type: ignore[arg-type]  # as read from the words


async def _take_back(workspace: Workspace, id_: str, before: dict[str, Any] | None) -> None:
    if before is None:
        await withdraw_person(workspace, id_)
    else:
        await _edit(workspace, id_, before)


async def _used(ids: Sequence[str]) -> set[str]:
    """Those who have signed in."""
    rows = await fetch(
        "SELECT DISTINCT person FROM device WHERE person IN (SELECT value FROM json_each(?))", as_json(ids)
    )
    return {row[0] for row in rows}


PEOPLE = Kind(
    type="person",
    key="login",
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
    plan=_plan,
    carry_out=_carry_out,
    take_back=_take_back,
    used=_used,
)  # fmt: skip
