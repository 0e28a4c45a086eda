"""Customers from a sheet. Their branch and name are the key; among those of one name, the phone or their number."""

import re
from collections.abc import Hashable, Mapping, Sequence
from typing import Any
from uuid import UUID

import msgspec

from server.customers.acts import write_customer
from server.customers.erasing import withdrawing
from server.customers.sheets import HEADINGS, KINDS, NAMES
from server.customers.synced import digits
from server.database.query import fetch
from server.door import Workspace
from server.identity import Caller
from server.imports.columns import Column, Read, choice, line, text
from server.imports.kinds import Found, Kind, Row
from server.imports.places import POSITION, Places, as_record, must_have_both, on_map, places_for
from server.imports.words import Wrong
from server.lists.finding import as_json

_SHOWN = ("branch", "name", "kind", "contact", "phone", "address", "route", "tier", "remark")
_NAMED = (
    "SELECT c.id, c.body FROM json_each(?) AS wanted CROSS JOIN customer AS c "
    "WHERE c.branch = json_extract(wanted.value, '$[0]') AND c.name = json_extract(wanted.value, '$[1]') "
    "AND c.status = 'active'"
)
_NUMBERED = "SELECT id, body FROM customer WHERE status = 'active' AND id IN (SELECT value FROM json_each(?))"


def _phone(cell: str) -> str | None:
    """A number as it was written; one that is hidden, as in our own sheets, says nothing."""
    if "*" in cell:
        return None
    if not 5 <= len(digits(cell)) <= 20 or not re.fullmatch(r"[\d\s()（）+＋\-－—#转]+", cell):
        raise Wrong("bad_phone")
    return cell


def _number(cell: str) -> str:
    try:
        return str(UUID(cell))
    except ValueError:
        raise Wrong("unknown_customer") from None


_READ: Mapping[str, tuple[Read, tuple[str, ...]]] = {
    "branch": (line(64), ("网点", "所属网点", "网点代码", "机构编码", "Branch")),
    "name": (line(200), ("客户", "名称", "客户名", "单位名称", "姓名", "Name", "Customer name")),
    "kind": (choice({key: (*KINDS[key], *more) for key, more in {
        "organisation": ("单位", "企业", "company"), "person": ("个人",), "key": ("重点客户", "key")}.items()}),
        ("客户类别", "客户类型", "类型", "Type")),
    "contact": (line(200), ("联系人姓名", "经办人", "Contact person")),
    "phone": (_phone, ("联系电话", "手机", "手机号", "电话号码", "Phone number", "Mobile")),
    "address": (line(200), ("客户地址", "详细地址")),
    **POSITION,
    "route": (line(200), ("投递段", "道段")),
    "tier": (line(200), ("客户等级", "级别", "Level")),
    "remark": (text(4000), ("说明", "Notes", "Remarks")),
    "id": (_number, ("编号", "Number", "ID")),
}  # fmt: skip


class _Known(msgspec.Struct, frozen=True):
    """Active customers of the rows' branches: by branch and name, and by number."""

    places: Places
    named: Mapping[tuple[str, str], Sequence[dict[str, Any]]]
    numbered: Mapping[str, dict[str, Any]]

    def find(self, row: Row) -> Found | None:
        branch = self.places.branch(row, "branch", row.values["branch"])
        if "id" in row.values:
            customer = self.numbered.get(row.values["id"])
            if customer is None or customer["branch"] != branch:
                raise Wrong("unknown_customer", column="id")
        else:
            customer = _among(self.named.get((branch, row.values["name"]), ()), digits(row.values.get("phone")))
        if customer is None:
            return None
        return Found(customer["id"], {**{name: customer[name] for name in _SHOWN}, **on_map(customer)})

    def meant(self, row: Row, found: Found | None) -> dict[str, Any]:
        must_have_both(row)
        wanted = {name: value for name, value in row.values.items() if name != "id"}
        wanted["branch"] = self.places.codes.get(row.values["branch"], "")
        if found is not None and digits(found.fields["phone"]) == digits(wanted.get("phone")):
            wanted.pop("phone", None)  # written in another way it is the same number
        return wanted


def _among(called: Sequence[dict[str, Any]], phone: str) -> dict[str, Any] | None:
    """Who of those of one name in a branch is meant. Raises Wrong where that cannot be told."""
    meant = [one for one in called if digits(one["phone"]) == phone] if phone else called
    if phone and not meant:
        meant = [one for one in called if not one["phone"]]
    if len(meant) > 1:
        raise Wrong("ambiguous_customer", column="name")
    return meant[0] if meant else None


async def _known(caller: Caller, rows: Sequence[Row]) -> _Known:
    places = await places_for(caller, {row.values["branch"] for row in rows})
    pairs = {(places.codes.get(row.values["branch"], ""), row.values["name"]) for row in rows}
    named: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for _, body in await fetch(_NAMED, as_json(sorted(pairs))):
        customer = msgspec.json.decode(body)
        named.setdefault((customer["branch"], customer["name"]), []).append(customer)
    numbers = as_json([row.values["id"] for row in rows if "id" in row.values])
    numbered = {id_: msgspec.json.decode(body) for id_, body in await fetch(_NUMBERED, numbers)}
    return _Known(places, named, numbered)


def _apart(values: Mapping[str, Any]) -> Hashable:
    return values.get("id") or (values["branch"], values["name"], digits(values.get("phone")))


async def _make(workspace: Workspace, new: Sequence[tuple[str, dict[str, Any]]]) -> None:
    for id_, values in new:
        await _edit(workspace, id_, values)


async def _edit(workspace: Workspace, id_: str, values: dict[str, Any]) -> None:
    await write_customer(workspace, id_, await as_record(workspace, "customer", id_, values))


CUSTOMERS = Kind(
    type="customer",
    title=NAMES,
    columns={key: Column(*HEADINGS[key], read=read, also=also) for key, (read, also) in _READ.items()},
    explained={
        "branch": ("必填。网点的编码", "Required. The branch's code"),
        "name": (
            "必填。网点里已有的客户：修改；没有的：新建。同名的按电话区分",
            "Required. A known customer of the branch is changed, a new one added. Phones tell those of one name apart",
        ),
        "kind": ("单位客户、个人客户、大客户", "organisation, person, key account"),
        "phone": ("导出时是隐藏的；隐藏的不会改动", "Hidden in exports; one that is hidden changes nothing"),
        "id": (
            "新客户留空。导出的表里有；要改名或改电话时靠它认人",
            "Empty for new customers. It stands in exports: needed to change a name or a phone",
        ),
    },
    keys=("branch", "name"),
    apart=_apart,
    required=(),
    blank={},
    known=_known,
    make=_make,
    edit=_edit,
    withdrawing=withdrawing,
    hangs=(("visit", "customer"), ("customer", "merged_into")),
)
