"""Visits and quotas, as the door knows them."""

from typing import Any

from server.customers.synced import MADE_BY, SEEN_BY, may_keep
from server.database.query import fetch
from server.door import (
    Edit,
    Entry,
    Refused,
    SetAside,
    Slice,
    View,
    Workspace,
    register,
    register_acts,
    seen_by_roles,
)
from server.visits.acts import close, void
from server.visits.quotas import tally_of
from server.visits.suggestions import waits
from server.visits.tables import Quota, Visit
from sync.workflow import Act, Arguments

# Visits


async def _columns(workspace: Workspace, entry: Entry) -> dict[str, Any]:
    names = ("branch", "customer", "kind", "status", "started_at", "closed_at", "corrects")
    return {
        **{name: entry.row[name] for name in names},
        "person": entry.row["person"] or "",
        "tally": tally_of(entry),
    }


async def _audiences(workspace: Workspace, entry: Entry) -> frozenset[str]:
    """Managers and supervisors of the branch; its person as long as they work for the branch."""
    branch, person = entry.row["branch"], entry.row["person"]
    over = await seen_by_roles(workspace, branch, ("manager", "supervisor"))
    keeps = [person is not None and await workspace.over(person, role, branch) for role in ("carrier", "manager")]
    return over | {f"person:{person}"} if any(keeps) else over


async def _is_open(workspace: Workspace, entry: Entry) -> bool:
    """While it is a draft, and as long as nobody has answered what was heard on it."""
    return entry.row["status"] == "draft" or await waits(workspace, entry)


def _parents(row: Any) -> list[tuple[str, str]]:
    named = [("customer", row["customer"]), ("visit", row["corrects"])]
    return [("branch", row["branch"]), *((type_, id_) for type_, id_ in named if id_)]


async def _judge_edit(workspace: Workspace, entry: Entry, edit: Edit) -> None:
    """Carriers and managers make visits; a draft is its person's, and what was closed is never edited."""
    if not workspace.lenient:
        await _refuse_stranger(workspace, entry, edit)
    if entry.row["status"] != "draft":
        raise Refused("wrong_state")
    if edit.creates:
        entry.row["person"] = workspace.actor.person
    await _judge_customer(workspace, entry, edit)
    await _judge_correction(workspace, entry, edit)


async def _refuse_stranger(workspace: Workspace, entry: Entry, edit: Edit) -> None:
    mine = edit.creates or entry.row["person"] == workspace.actor.person
    if mine and await may_keep(workspace, entry.row["branch"]):
        return
    if await workspace.formerly_visible(entry, edit.seen):
        raise SetAside("out_of_scope", entry.id, entry.row["branch"])
    raise Refused("not_allowed")


async def _judge_customer(workspace: Workspace, entry: Entry, edit: Edit) -> None:
    """The customer is one of the same branch."""
    named = edit.values.get("customer")
    if named is None:
        return
    customer = await workspace.get("customer", named)
    if customer is None or not await workspace.visible(customer):
        raise Refused("unknown_record", field="customer")
    if customer.row["branch"] != entry.row["branch"]:
        raise Refused("bad_value", field="customer")


async def _judge_correction(workspace: Workspace, entry: Entry, edit: Edit) -> None:
    """What is corrected is a closed visit of the same branch that the author sees."""
    named = edit.values.get("corrects")
    if named is None:
        return
    corrected = await workspace.get("visit", named)
    if corrected is None or not await workspace.visible(corrected):
        raise Refused("unknown_record", field="corrects")
    if corrected is entry or corrected.row["branch"] != entry.row["branch"]:
        raise Refused("bad_value", field="corrects")
    if corrected.row["status"] != "closed":
        raise Refused("wrong_state", field="corrects")


async def _edited(workspace: Workspace, entry: Entry, edit: Edit) -> None:
    """A visit to a customer that was merged meanwhile is one to whom stands for it."""
    if edit.values.get("customer") is None:
        return
    customer = await workspace.get("customer", entry.row["customer"])
    if customer is not None and customer.columns["merged_into"] is not None:
        await workspace.write(entry, "merge", customer=customer.columns["merged_into"])


async def _actors(workspace: Workspace, entry: Entry, verb: str) -> frozenset[str]:
    person, branch = workspace.actor.person, entry.row["branch"]
    found = {"manager"} if await workspace.over(person, "manager", branch) else set()
    if entry.row["person"] == person and await may_keep(workspace, branch):
        found.add("person")
    return frozenset(found)


async def _judged(workspace: Workspace, entry: Entry, act: Act, arguments: Arguments | None) -> View:
    return View(records=(("visit", entry.id),))


async def _may_attach(workspace: Workspace, entry: Entry, check: str | None, seen: int) -> None:
    """Photos are taken while the visit is a draft, by its person."""
    if check is not None:
        raise Refused("unknown_check", field="check")
    if "person" not in await _actors(workspace, entry, "attach") and not workspace.lenient:
        if await workspace.formerly_visible(entry, seen):
            raise SetAside("out_of_scope", entry.id, entry.row["branch"])
        raise Refused("not_allowed")
    if entry.row["status"] != "draft":
        raise Refused("wrong_state")


async def _was_theirs(workspace: Workspace, entry: Entry, seen: int) -> bool:
    """Whether it is the actor's own, and they kept the visits of its branch until after what they had seen."""
    if entry.row["person"] != workspace.actor.person:
        return False
    rows = await fetch(
        "SELECT role, place FROM grant_history WHERE person = ? AND until_rev > ?", workspace.actor.person, seen
    )
    line = await workspace.line(entry.row["branch"])
    return any(role in MADE_BY and place in line for role, place in rows)


async def _work_of(workspace: Workspace, person: str) -> list[tuple[str, str]]:
    return [("visit", row[0]) for row in await fetch("SELECT id FROM visit WHERE person = ?", person)]


VISIT = Slice(
    type="visit",
    table=Visit,
    columns=_columns,
    audiences=_audiences,
    is_open=_is_open,
    parents=_parents,
    judge_edit=_judge_edit,
    edited=_edited,
    actors=_actors,
    judged=_judged,
    may_attach=_may_attach,
    was_theirs=_was_theirs,
    of_person=_work_of,
    dependents=(("photo", "visit"), ("comment", "visit")),
    together=("branch",),
)


# Quotas


async def _quota_columns(workspace: Workspace, entry: Entry) -> dict[str, Any]:
    return {name: entry.row[name] for name in ("branch", "month")}


async def _quota_audiences(workspace: Workspace, entry: Entry) -> frozenset[str]:
    """Carriers, managers and supervisors of the branch."""
    return await seen_by_roles(workspace, entry.row["branch"], SEEN_BY)


async def _quota_open(workspace: Workspace, entry: Entry) -> bool:
    return False


QUOTA = Slice(
    type="quota",
    table=Quota,
    columns=_quota_columns,
    audiences=_quota_audiences,
    is_open=_quota_open,
)

register(VISIT, QUOTA)
register_acts("visit", {"close": close, "void": void})
