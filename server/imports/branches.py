"""Branches from a sheet. Their code is the key."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, get_args
from uuid import uuid4

import msgspec

from server.branches.acts import NewBranch, add_branches, edit_branch, withdraw_branch
from server.branches.queries import Kind as BranchKind
from server.branches.sheets import HEADINGS, KINDS, STATUSES
from server.database.query import fetch
from server.door import Workspace, slice_of
from server.identity import Caller
from server.identity.scope import Scope, scope_of
from server.imports.columns import Column, choice, line, number, time_of_day
from server.imports.kinds import Kind, Row, Step, differing
from server.imports.words import Wrong
from server.lists.finding import as_json
from server.people.naming import UnitNames, unit_names
from sync.records.values import Position

_SHOWN = ("code", "name", "kind", "address", "staff_count", "opens", "closes", "status")
_ACCURACY = 10
"""Metres: how exact a position out of a sheet is taken to be."""


def _code(text: str) -> str:
    if len(text) > 64 or text != "".join(text.split()):
        raise Wrong("bad_code")
    return text


_READ: Mapping[str, tuple[Callable[[str], Any], tuple[str, ...]]] = {
    "code": (_code, ("编码", "机构编码", "网点代码", "机构代码", "代码", "Branch code")),
    "name": (line(200), ("名称", "机构名称", "网点", "Branch", "Branch name")),
    "kind": (
        choice(
            {
                "post_office": (*KINDS["post_office"], "支局", "邮政所", "自办", "自办网点", "postoffice"),
                "agency": (*KINDS["agency"], "代办", "代办点", "代理"),
                "delivery": (*KINDS["delivery"], "营业部", "投递"),
            }
        ),
        ("网点类型", "网点性质", "Type"),
    ),
    "unit": (line(600), ("上级机构", "上级", "县分公司", "所属县", "Belongs to")),
    "address": (line(200), ("网点地址", "详细地址")),
    "lat": (number(-90, 90), ("Lat",)),
    "lon": (number(-180, 180), ("Lon", "Lng")),
    "staff_count": (number(0, 1_000_000, whole=True), ("员工数", "在岗人数", "职工人数", "Staff count")),
    "opens": (time_of_day, ("开门", "营业开始", "开始营业", "上班时间", "Opening time", "Open")),
    "closes": (time_of_day, ("关门", "营业结束", "结束营业", "下班时间", "Closing time", "Close")),
    "status": (choice({key: (*STATUSES[key], *more) for key, more in {
        "open": ("在营", "正常", "开业"), "closed": ("撤销", "停用", "关闭")}.items()}), ("营业状态",)),
}  # fmt: skip
_COLUMNS = {key: Column(*HEADINGS[key], read=read, also=also) for key, (read, also) in _READ.items()}
assert set(get_args(BranchKind)) == set(KINDS)


async def _plan(caller: Caller, rows: Sequence[Row]) -> list[Step]:
    scope, units = await scope_of(caller, "admin"), await unit_names()
    codes = [row.values["code"] for row in rows]
    stored = await fetch(
        "SELECT id, code, unit, body FROM branch WHERE code IN (SELECT value FROM json_each(?))", as_json(codes)
    )
    known = {code: (id_, unit, body) for id_, code, unit, body in stored}
    steps = [_step(row, known.get(row.values["code"]), scope, units) for row in rows]
    return [step for step in steps if step is not None]


def _step(row: Row, stored: tuple[str, str, str] | None, scope: Scope, units: UnitNames) -> Step | None:
    wanted = dict(row.values)
    if ("lat" in wanted) != ("lon" in wanted):
        row.complain("lat" if "lon" in wanted else "lon", "needs_both")
    if "unit" in wanted:
        wanted["unit"] = unit_meant(row, "unit", wanted["unit"], scope, units)
    if stored is None:
        for column in ("name", "unit"):
            if column not in row.values:
                row.complain(column, "missing")
        wanted.setdefault("kind", "post_office")
        wanted.setdefault("status", "open")
        return Step(row.number, wanted["code"], wanted.get("name", ""), None, None, wanted)
    id_, unit, body = stored
    if unit not in scope.units and id_ not in scope.branches:
        row.complain("code", "code_taken")
        return None
    before = _shown(msgspec.json.decode(body))
    old, new = differing(before, wanted)
    if not new:
        return None
    return Step(row.number, wanted["code"], before["name"], id_, old, new)


def _shown(row: Mapping[str, Any]) -> dict[str, Any]:
    position = row["position"] or {}
    return {
        **{key: row[key] for key in _SHOWN},
        "unit": row["unit"],
        "lat": position.get("lat"),
        "lon": position.get("lon"),
    }


def unit_meant(row: Row, column: str, text: str, scope: Scope, units: UnitNames) -> str:
    """The unit a cell names, of those the caller administers; complains where there is none or more than one."""
    found = [id_ for id_ in units.called(text) if scope.contains(id_)]
    if len(found) != 1:
        row.complain(column, "ambiguous_place" if found else "unknown_place", text)
        return ""
    return found[0]


async def _carry_out(workspace: Workspace, steps: Sequence[Step], now: int) -> list[str]:
    ids = [step.id or str(uuid4()) for step in steps]
    await workspace.load("branch", [step.id for step in steps if step.id is not None])
    new = [(id_, step) for id_, step in zip(ids, steps, strict=True) if step.id is None]
    await add_branches(workspace, [_new(id_, step.after, now) for id_, step in new])
    for id_, step in new:
        if step.after["status"] != "open":
            await edit_branch(workspace, id_, {"status": step.after["status"]})
    for step in steps:
        if step.id is not None:
            await edit_branch(workspace, step.id, await _fields(workspace, step.id, step.after, now))
    return ids


def _new(id_: str, after: Mapping[str, Any], now: int) -> NewBranch:
    fields = {key: value for key, value in after.items() if key not in ("lat", "lon", "status")}
    return NewBranch(id=id_, **fields, position=_position(after.get("lat"), after.get("lon"), now))


def _position(lat: float | None, lon: float | None, now: int) -> Position | None:
    return None if lat is None or lon is None else Position(lat=lat, lon=lon, accuracy=_ACCURACY, at=now)


async def _fields(workspace: Workspace, id_: str, values: Mapping[str, Any], now: int) -> dict[str, Any]:
    """The fields of the record: what a sheet has in two columns is one there."""
    fields = {key: value for key, value in values.items() if key not in ("lat", "lon")}
    if "lat" in values or "lon" in values:
        entry = await workspace.get("branch", id_)
        assert entry is not None
        shown = {**_shown(entry.row), **values}
        fields["position"] = msgspec.to_builtins(_position(shown["lat"], shown["lon"], now))
    return fields


async def _take_back(workspace: Workspace, id_: str, before: dict[str, Any] | None) -> None:
    if before is None:
        await withdraw_branch(workspace, id_)
    else:
        await edit_branch(workspace, id_, await _fields(workspace, id_, before, workspace.now))


async def _used(ids: Sequence[str]) -> set[str]:
    """Those of which a record or a grant hangs."""
    declared = slice_of("branch")
    assert declared is not None
    found: set[str] = set()
    tables = [(slice_of(type_), column) for type_, column in declared.dependents]
    named = [(other.table_name, column) for other, column in tables if other is not None]
    for table, column in [*named, ("grant_", "place")]:
        rows = await fetch(
            f"SELECT DISTINCT {column} FROM {table} WHERE {column} IN (SELECT value FROM json_each(?))", as_json(ids)
        )
        found |= {row[0] for row in rows}
    return found


BRANCHES = Kind(
    type="branch",
    key="code",
    title=("网点", "Branches"),
    columns=_COLUMNS,
    explained={
        "code": (
            "必填。已有的编码：修改该网点；没有的：新建",
            "Required. A known code changes that branch, a new one adds it",
        ),
        "name": ("新网点必填", "Required for a new branch"),
        "kind": ("邮政局所、代办所、投递部", "post office, agency, delivery"),
        "unit": (
            "新网点必填。机构名称；同名时写 上级/下级",
            "Required for a new branch. The unit's name, or above/below",
        ),
        "opens": ("如 08:30", "Like 08:30"),
        "status": ("营业、停业", "open, closed"),
    },
    plan=_plan,
    carry_out=_carry_out,
    take_back=_take_back,
    used=_used,
)  # fmt: skip
