"""Branches from a sheet. Their code is the key."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, get_args

import msgspec

from server.branches.acts import NewBranch, add_branches, edit_branch, withdraw_branch
from server.branches.queries import Kind as BranchKind
from server.branches.sheets import HEADINGS, KINDS, STATUSES
from server.database.query import fetch
from server.door import Workspace
from server.identity import Caller
from server.imports.columns import Column, choice, line, number, time_of_day
from server.imports.kinds import Found, Kind, Row, at_once
from server.imports.places import POSITION, Places, as_record, must_have_both, on_map, places_for
from server.imports.words import Wrong
from server.lists.finding import as_json

_SHOWN = ("code", "name", "unit", "kind", "address", "staff_count", "opens", "closes", "status")


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
    **POSITION,
    "staff_count": (number(0, 1_000_000, whole=True), ("员工数", "在岗人数", "职工人数", "Staff count")),
    "opens": (time_of_day, ("开门", "营业开始", "开始营业", "上班时间", "Opening time", "Open")),
    "closes": (time_of_day, ("关门", "营业结束", "结束营业", "下班时间", "Closing time", "Close")),
    "status": (choice({key: (*STATUSES[key], *more) for key, more in {
        "open": ("在营", "正常", "开业"), "closed": ("撤销", "停用", "关闭")}.items()}), ("营业状态",)),
}  # fmt: skip
_COLUMNS = {key: Column(*HEADINGS[key], read=read, also=also) for key, (read, also) in _READ.items()}
assert set(get_args(BranchKind)) == set(KINDS)


class _Known(msgspec.Struct, frozen=True):
    """Branches by code, as stored."""

    places: Places
    branches: Mapping[str, tuple[str, str]]

    def find(self, row: Row) -> Found | None:
        stored = self.branches.get(row.values["code"])
        if stored is None:
            return None
        id_, body = stored
        if not self.places.administers(id_):
            raise Wrong("code_taken")
        fields = msgspec.json.decode(body)
        return Found(id_, {**{name: fields[name] for name in _SHOWN}, **on_map(fields)})

    def meant(self, row: Row, found: Found | None) -> dict[str, Any]:
        must_have_both(row)
        wanted = dict(row.values)
        if "unit" in wanted:
            wanted["unit"] = self.places.unit(row, "unit", wanted["unit"])
        return wanted


async def _known(caller: Caller, rows: Sequence[Row]) -> _Known:
    codes = [row.values["code"] for row in rows]
    stored = await fetch(
        "SELECT code, id, body FROM branch WHERE code IN (SELECT value FROM json_each(?))", as_json(codes)
    )
    branches = {code: (id_, body) for code, id_, body in stored}
    return _Known(await places_for(caller, ids=(id_ for id_, _ in branches.values())), branches)


async def _make(workspace: Workspace, new: Sequence[tuple[str, dict[str, Any]]]) -> None:
    made = [(id_, await as_record(workspace, "branch", id_, values)) for id_, values in new]
    statuses = {id_: values.pop("status") for id_, values in made}
    await add_branches(workspace, [NewBranch(id=id_, **values) for id_, values in made])
    for id_, status in statuses.items():
        if status != "open":
            await edit_branch(workspace, id_, {"status": status})


async def _edit(workspace: Workspace, id_: str, values: dict[str, Any]) -> None:
    await edit_branch(workspace, id_, await as_record(workspace, "branch", id_, values))


async def _withdraw(workspace: Workspace, ids: Sequence[str]) -> None:
    for id_ in ids:
        await withdraw_branch(workspace, id_)


BRANCHES = Kind(
    type="branch",
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
    keys=("code",),
    apart=lambda values: values["code"],
    required=("name", "unit"),
    blank={"kind": "post_office", "status": "open"},
    known=_known,
    make=_make,
    edit=_edit,
    withdrawing=at_once(_withdraw),
    hangs=(("grant_", "place"),),
)  # fmt: skip
