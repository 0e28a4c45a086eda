"""Customers, as the door knows them."""

from typing import Any

from server.customers.tables import Customer
from server.door import Edit, Entry, Refused, SetAside, Slice, Workspace, register, seen_by_roles
from server.lists.names import initials

SEEN_BY = ("carrier", "manager", "supervisor")
MADE_BY = ("carrier", "manager")


def digits(phone: str | None) -> str:
    """A telephone number as it is compared: its digits alone."""
    return "".join(letter for letter in phone or "" if letter.isdecimal())


async def may_keep(workspace: Workspace, branch: str) -> bool:
    """Whether the actor keeps the customers and visits of a branch: a carrier or a manager over it."""
    return any([await workspace.over(workspace.actor.person, role, branch) for role in MADE_BY])


async def _columns(workspace: Workspace, entry: Entry) -> dict[str, Any]:
    row = entry.row
    spelled = [initials(row["name"], of_person=row["kind"] == "person"), initials(row["contact"] or "", of_person=True)]
    return {
        **{name: row[name] for name in ("branch", "name", "status")},
        **{name: row[name] or "" for name in ("route", "tier")},
        "initials": " ".join(filter(None, spelled)),
        "phone": digits(row["phone"]),
        "merged_into": entry.columns.get("merged_into"),
    }


async def _audiences(workspace: Workspace, entry: Entry) -> frozenset[str]:
    """Carriers, managers and supervisors of the branch."""
    return await seen_by_roles(workspace, entry.row["branch"], SEEN_BY)


async def _is_open(workspace: Workspace, entry: Entry) -> bool:
    return bool(entry.row["status"] == "active")


async def _judge_edit(workspace: Workspace, entry: Entry, edit: Edit) -> None:
    """Carriers and managers over the branch keep its customers; one that was merged or erased stays as it is."""
    if not workspace.lenient and not await may_keep(workspace, entry.row["branch"]):
        if await workspace.formerly_visible(entry, edit.seen):
            raise SetAside("out_of_scope", entry.id, entry.row["branch"])
        raise Refused("not_allowed")
    if entry.row["status"] != "active":
        raise Refused("wrong_state")
    if "name" in edit.values and not edit.values["name"].strip():
        raise Refused("bad_value", field="name")


async def _actors(workspace: Workspace, entry: Entry, verb: str) -> frozenset[str]:
    return frozenset()


CUSTOMER = Slice(
    type="customer",
    table=Customer,
    columns=_columns,
    audiences=_audiences,
    is_open=_is_open,
    parents=lambda row: [("branch", row["branch"])],
    judge_edit=_judge_edit,
    actors=_actors,
    together=("branch",),
)
register(CUSTOMER)
