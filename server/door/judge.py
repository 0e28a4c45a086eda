"""Judging one change: unknown, not allowed, state, seen, own rules; then the merge or the verb."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from server.database.query import look_up
from server.door.entry import Entry
from server.door.registry import Deed, Edit, Refused, SetAside, Slice, slice_of, verb_of
from server.door.stale import refuse_stale
from server.door.workspace import Workspace
from sync.change import Change, Result
from sync.merge import Head, Register, effective_time, merge, seen_by
from sync.records import RECORDS, is_server_type, required_fields
from sync.records.policy import Policy
from sync.workflow import ACTS, Act, Arguments

MOST_BASES = 200
LARGEST = 2**53 - 1


class Sending(msgspec.Struct, frozen=True):
    """When a batch left the phone and came here (epoch ms), and the cursor the phone had."""

    sent: int
    received: int
    cursor: int


async def judge(workspace: Workspace, change: Change, sending: Sending) -> Result:
    """Carry one change out in the workspace, or raise ``Refused`` or ``SetAside``."""
    declared = slice_of(change.type)
    if declared is None or change.type not in RECORDS:
        raise Refused("unknown_type")
    seen = change.seen if isinstance(change.seen, int) else sending.cursor
    if change.set is not msgspec.UNSET:
        return await _edit(workspace, declared, change, sending, seen)
    await _act(workspace, declared, change, seen)
    return Result(n=change.n, outcome="applied")


# Edits


async def _edit(workspace: Workspace, declared: Slice, change: Change, sending: Sending, seen: int) -> Result:
    assert change.set is not msgspec.UNSET
    if is_server_type(change.type):
        raise Refused("server_field")
    entry = await workspace.get(change.type, change.id)
    creates = entry is None
    fresh = entry or Entry(change.type, change.id)
    edit = _read(fresh, change.set, seen, creates)
    if creates:
        await _may_begin(workspace, declared, fresh, edit)
    elif not await workspace.visible(fresh):
        await hide(workspace, fresh, seen)
    if declared.judge_edit is not None:
        await declared.judge_edit(workspace, fresh, edit)
    _written_once(fresh, edit)
    return await _merge(workspace, declared, fresh, edit, change, sending)


def _read(entry: Entry, assigned: Mapping[str, list[Any]], seen: int, creates: bool) -> Edit:
    """The decoded values and bases of an edit; what cannot be meant is refused by the first thing wrong."""
    located = {path: entry.field(path)[0] for path in assigned}
    if any(field is None for field in located.values()):
        raise Refused("unknown_field", field=next(path for path, field in located.items() if field is None))
    values: dict[str, Any] = {}
    bases: dict[str, list[tuple[int, int]]] = {}
    for path, field in located.items():
        assert field is not None
        if field.policy is Policy.SERVER:
            raise Refused("server_field", field=path)
    for path, field in located.items():
        assert field is not None
        value, *named = assigned[path] or [msgspec.UNSET]
        try:
            values[path] = field.decode(value)
            bases[path] = msgspec.convert(named, list[tuple[int, int]], strict=True) if named else []
        except msgspec.ValidationError:
            raise Refused("bad_value", field=path) from None
        if len(named) > MOST_BASES or not (_is_text(path) and _is_text(value) and all(map(_is_change, bases[path]))):
            raise Refused("bad_value", field=path)
    return Edit(values=values, bases=bases, seen=seen, creates=creates)


def _is_change(base: tuple[int, int]) -> bool:
    """Whether this can be the number of a change at all."""
    device, n = base
    return 0 <= device <= LARGEST and 1 <= n <= LARGEST


def _is_text(value: Any) -> bool:
    """Whether all text in a JSON value can be stored by both databases: no NUL."""
    if isinstance(value, str):
        return "\0" not in value
    if isinstance(value, dict):
        return all(_is_text(key) and _is_text(inner) for key, inner in value.items())
    return all(map(_is_text, value)) if isinstance(value, list) else True


async def _may_begin(workspace: Workspace, declared: Slice, entry: Entry, edit: Edit) -> None:
    """A new record holds every required field, and its parents are records its author sees."""
    missing = required_fields(entry.type) - edit.values.keys()
    if missing:
        raise Refused("incomplete", field=min(missing))
    entry.row.update({path: value for path, value in edit.values.items() if "." not in path})
    for type_, id_ in declared.parents(entry.row):
        parent = await workspace.get(type_, id_)
        if parent is None:
            await _orphan(workspace, type_, id_)
        elif not await workspace.visible(parent):
            await hide(workspace, parent, edit.seen)
    entry.columns = await declared.columns(workspace, entry)


async def _orphan(workspace: Workspace, type_: str, id_: str) -> None:
    """Why a parent is not there: it was refused, it was set aside, or nobody knows it."""
    held = await look_up("SELECT status, code, subject, branch FROM held WHERE type = ? AND record = ?", type_, id_)
    rows = await look_up("SELECT 1 FROM log WHERE type = ? AND record = ? AND outcome = 'refused'", type_, id_)
    here = [missed for missed in workspace.outcomes if (missed.type, missed.id) == (type_, id_)]
    waiting = [SetAside(*about) for status, *about in held if status == "open"]
    waiting += [missed.aside for missed in here if missed.aside is not None]
    if waiting:
        raise SetAside(waiting[0].code, waiting[0].subject, waiting[0].branch)
    left = [status for status, *_ in held if status == "dismissed"]
    refused = rows or left or any(missed.outcome == "refused" for missed in here)
    raise Refused("parent_refused" if refused else "unknown_record")


async def hide(workspace: Workspace, entry: Entry, seen: int) -> None:
    """A record the caller may not see is unknown; work done before the right went is set aside."""
    if workspace.lenient:
        return
    if await workspace.formerly_visible(entry, seen):
        raise _aside(entry)
    raise Refused("unknown_record")


def _aside(entry: Entry) -> SetAside:
    """Work on a record one might no longer see: about its inspection, or about itself; a branch is its own."""
    branch = entry.id if entry.type == "branch" else entry.columns.get("branch") or ""
    return SetAside("out_of_scope", entry.columns.get("inspection") or entry.id, branch)


def _written_once(entry: Entry, edit: Edit) -> None:
    for path, value in edit.values.items():
        field, _ = entry.field(path)
        assert field is not None
        register = entry.registers.get(path, Register())
        if field.policy is Policy.ONCE and register.heads and register.heads[0].value != value:
            raise Refused("write_once", field=path)


async def _merge(
    workspace: Workspace, declared: Slice, entry: Entry, edit: Edit, change: Change, sending: Sending
) -> Result:
    touch = workspace.touch(entry, "create" if edit.creates else "edit")
    fates: dict[str, str] = {}
    pure = not edit.creates and not entry.open_paths()  # a settled conflict leaves the row: its author must be told
    for path, value in edit.values.items():
        field, _ = entry.field(path)
        assert field is not None
        register = entry.registers.get(path, Register())
        if field.policy is Policy.ONCE and register.heads:
            pure = False
            continue
        known, bases = await _known(workspace, entry, path, edit.bases[path]) if edit.bases[path] else ({}, [])
        t = effective_time(sending.received, sending.sent, change.at, known)
        head = Head(t, workspace.actor.device, workspace.n, workspace.actor.person, change.at, value)
        merged, fates[path] = merge(register, head, bases, known, field.policy)
        entry.settle(path, merged)
        workspace.remember_time(entry, path, t)
        pure = pure and fates[path] == "applied" and seen_by(merged) == [head.change]
    touch.pure = pure and not entry.open_paths()
    await workspace.refresh(entry)
    if declared.edited is not None:
        await declared.edited(workspace, entry, edit)
    return _result(change.n, fates)


def _result(n: int, fates: Mapping[str, str]) -> Result:
    """The outcome of an edit is the worst of its fields'."""
    if clash := next((path for path, fate in fates.items() if fate == "conflict"), None):
        return Result(n=n, outcome="conflict", code="concurrent_edit", field=clash)
    if late := next((path for path, fate in fates.items() if fate == "superseded"), None):
        return Result(n=n, outcome="superseded", field=late)
    return Result(n=n, outcome="applied")


async def _known(
    workspace: Workspace, entry: Entry, path: str, bases: Sequence[tuple[int, int]]
) -> tuple[dict[tuple[int, int], int], list[tuple[int, int]]]:
    """Effective time of the bases that were applied to this field, and the bases that count.

    A base that came here but never wrote this field can never come again: it does not count. One that is held may.
    """
    register = entry.registers.get(path, Register())
    known = {head.change: head.t for head in register.heads if head.change in bases}
    counting = list(dict.fromkeys(bases))
    name = f"{entry.type} {entry.id} {path}"
    for base in [base for base in counting if base not in known]:
        times = workspace.times.get(base)
        if times is None:
            number = "n" if base[0] else "id"  # the server's own heads bear the number of their row
            rows = await look_up(f"SELECT times, outcome FROM log WHERE device = ? AND {number} = ?", *base)
            times = msgspec.json.decode(rows[0][0], type=dict[str, int]) if rows else None
            if times is not None and name not in times and rows[0][1] == "held":
                times = None
        if times is None:
            continue
        if name in times:
            known[base] = times[name]
        else:
            counting.remove(base)
    return known, counting


# Acts


async def _act(workspace: Workspace, declared: Slice, change: Change, seen: int) -> None:
    act = ACTS.get((change.type, str(change.act)))
    carry_out = verb_of(change.type, str(change.act))
    if act is None or carry_out is None:
        raise Refused("unknown_act")
    arguments, late = _arguments(act, {} if change.arguments is msgspec.UNSET else change.arguments)
    entry = await workspace.get(change.type, change.id)
    if entry is None:
        await _orphan_act(workspace, change)
        raise Refused("unknown_record")
    if not await workspace.visible(entry):
        await hide(workspace, entry, seen)
    await _admit(workspace, declared, entry, act, seen)
    deed = Deed(verb=act.verb, arguments=arguments or Arguments(), seen=seen)
    if declared.judged is not None and not workspace.lenient:  # who takes it in has seen what is now
        await refuse_stale(workspace, await declared.judged(workspace, entry, act, arguments), seen)
    if late is not None:
        raise Refused(late)
    await carry_out(workspace, entry, deed)


async def _admit(workspace: Workspace, declared: Slice, entry: Entry, act: Act, seen: int) -> None:
    """Who may, then from which state. Whoever did what is taken in late might do it when they did: but a review is
    nobody's late work, it is the decision of whoever looks at it now."""
    if not workspace.lenient:
        await _refuse_stranger(workspace, declared, entry, act, seen)
    elif act.who == ("supervisor",):
        raise Refused("not_allowed")
    if act.leaves is not None and entry.row["status"] not in act.leaves:
        raise Refused("wrong_state")
    if declared.admit is not None:
        await declared.admit(workspace, entry, act)


async def _refuse_stranger(workspace: Workspace, declared: Slice, entry: Entry, act: Act, seen: int) -> None:
    actors = await declared.actors(workspace, entry, act.verb) if declared.actors else frozenset[str]()
    if actors.isdisjoint(act.who):
        if "own_work" in actors and "supervisor" in act.who:
            raise Refused("self_review")
        if await workspace.formerly_visible(entry, seen):
            raise _aside(entry)
        raise Refused("not_allowed")


async def _orphan_act(workspace: Workspace, change: Change) -> None:
    """An act on a record that was set aside is set aside with it."""
    try:
        await _orphan(workspace, change.type, change.id)
    except Refused:
        return


def _is_blank(reason: Any) -> bool:
    return reason is None or (isinstance(reason, str) and not reason.strip())


def _arguments(act: Act, given: dict[str, Any]) -> tuple[Arguments | None, str | None]:
    """The decoded arguments, or the refusal that waits until who, state and view have been judged."""
    if not _is_text(given):
        raise Refused("bad_value")
    try:
        return act.read(given), None
    except msgspec.ValidationError:
        pass
    reasonless = {**given, "reason": "-"}
    if _is_blank(given.get("reason")) and "reason" in act.arguments.__struct_fields__:
        try:
            return act.read(reasonless), "needs_reason"
        except msgspec.ValidationError:
            pass
    items = given.get("items")
    if isinstance(items, dict) and items and all(isinstance(reason, str) for reason in items.values()):
        spelled = {item: "-" if _is_blank(reason) else reason for item, reason in items.items()}
        try:
            return act.read({**given, "items": spelled}), "needs_reason"
        except msgspec.ValidationError:
            pass
    raise Refused("bad_value")
