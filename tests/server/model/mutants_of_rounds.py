"""Deliberate faults about customers, visits and what is said of them."""

from typing import Any

import msgspec
import pytest

import server.comments.synced
import server.customers.acts
import server.customers.synced
import server.visits.acts
import server.visits.synced
from server.door import Edit, Entry, Workspace, registry, seen_by_roles
from server.door.registry import JudgeEdit

Patch = pytest.MonkeyPatch


def _declared_otherwise(patch: Patch, type_: str, **otherwise: Any) -> None:
    patch.setitem(registry._slices, type_, msgspec.structs.replace(registry._slices[type_], **otherwise))


def _judged_as(status: str, judge_edit: JudgeEdit) -> JudgeEdit:
    """Judge an edit as if its record stood otherwise."""

    async def lax(workspace: Workspace, entry: Entry, edit: Edit) -> None:
        before, entry.row["status"] = entry.row["status"], status
        try:
            await judge_edit(workspace, entry, edit)
        finally:
            entry.row["status"] = before

    return lax


def closed_visits_take_edits(patch: Patch) -> None:
    """Invariant 14: what was closed is written over."""
    _declared_otherwise(patch, "visit", judge_edit=_judged_as("draft", server.visits.synced._judge_edit))


def visits_close_without_a_result(patch: Patch) -> None:
    """Invariant 14: a visit is closed though nobody said what came of it."""

    async def close(workspace: Workspace, visit: Entry, deed: Any) -> None:
        await workspace.write(visit, "close", status="closed", closed_at=workspace.now)
        await server.visits.acts.recount(workspace, visit)

    patch.setitem(registry._verbs, ("visit", "close"), close)


def void_visits_count(patch: Patch) -> None:
    """Invariant 13: a visit that was declared void still counts."""

    async def void(workspace: Workspace, visit: Entry, deed: Any) -> None:
        await workspace.write(visit, "void", status="void")

    patch.setitem(registry._verbs, ("visit", "void"), void)


def late_visits_stay_with_who_was_merged(patch: Patch) -> None:
    """Invariant 14: a visit that comes after its customer was merged is with nobody."""
    _declared_otherwise(patch, "visit", edited=None)


def merging_leaves_the_visits(patch: Patch) -> None:
    """Invariants 13 and 14: what was visited before stays with a customer that is no more."""
    children = Workspace.children

    async def none_of_visits(workspace: Workspace, type_: str, column: str, value: str) -> Any:
        return [] if column == "customer" else await children(workspace, type_, column, value)

    patch.setattr(Workspace, "children", none_of_visits)


def the_merged_take_edits(patch: Patch) -> None:
    """Invariant 14: a customer that was merged is written on."""
    _declared_otherwise(patch, "customer", judge_edit=_judged_as("active", server.customers.synced._judge_edit))


def carriers_read_each_other(patch: Patch) -> None:
    """Invariant 6: all carriers of a branch see what one of them heard."""

    async def audiences(workspace: Workspace, entry: Entry) -> frozenset[str]:
        return await seen_by_roles(workspace, entry.row["branch"], ("carrier", "manager", "supervisor"))

    _declared_otherwise(patch, "visit", audiences=audiences)


def own_visits_are_for_ever(patch: Patch) -> None:
    """Invariant 6: who lost the branch keeps the visits they made there."""
    audiences = server.visits.synced._audiences

    async def lasting(workspace: Workspace, entry: Entry) -> frozenset[str]:
        return await audiences(workspace, entry) | {f"person:{entry.row['person']}"}

    _declared_otherwise(patch, "visit", audiences=lasting)


def remarks_are_heard_all_over_the_branch(patch: Patch) -> None:
    """Invariant 6: what is said of a record is read by more people than the record."""

    async def audiences(workspace: Workspace, entry: Entry) -> frozenset[str]:
        return await seen_by_roles(
            workspace, entry.columns["branch"], ("carrier", "inspector", "manager", "supervisor")
        )

    _declared_otherwise(patch, "comment", audiences=audiences)


def nobody_knows_who_said_it(patch: Patch) -> None:
    """Invariant 14: a remark is by nobody."""
    judge_edit = server.comments.synced._judge_edit

    async def anonymous(workspace: Workspace, entry: Entry, edit: Edit) -> None:
        await judge_edit(workspace, entry, edit)
        entry.row["author"] = None

    _declared_otherwise(patch, "comment", judge_edit=anonymous)


ROUNDS = (
    closed_visits_take_edits,
    visits_close_without_a_result,
    void_visits_count,
    late_visits_stay_with_who_was_merged,
    merging_leaves_the_visits,
    the_merged_take_edits,
    carriers_read_each_other,
    own_visits_are_for_ever,
    remarks_are_heard_all_over_the_branch,
    nobody_knows_who_said_it,
)
