"""Judging an edit: what it says, whether its author may say it here, and the merge."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from server.database.query import look_up
from server.door.entry import Entry
from server.door.registry import Edit, Refused, Slice
from server.door.sending import Sending
from server.door.waiting import hide, refuse_orphan, wait_with_creation
from server.door.workspace import Workspace
from sync.change import Change, Result
from sync.merge import Head, Register, effective_time, merge, seen_by
from sync.records import is_server_type, required_fields
from sync.records.policy import Policy

MOST_BASES = 200
LARGEST = 2**53 - 1


async def edit_record(workspace: Workspace, declared: Slice, change: Change, sending: Sending, seen: int) -> Result:
    assert change.set is not msgspec.UNSET
    if is_server_type(change.type):
        raise Refused("server_field")
    entry = await workspace.get(change.type, change.id)
    creates = entry is None
    fresh = entry or Entry(change.type, change.id)
    edit = read_edit(fresh, change.set, seen, creates)
    if creates:
        await _may_begin(workspace, declared, fresh, edit)
    elif not await workspace.visible(fresh):
        await hide(workspace, fresh, seen)
    if declared.judge_edit is not None:
        await declared.judge_edit(workspace, fresh, edit)
    _written_once(fresh, edit)
    return await _merge(workspace, declared, fresh, edit, change, sending)


def read_edit(entry: Entry, assigned: Mapping[str, list[Any]], seen: int, creates: bool) -> Edit:
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
        if len(named) > MOST_BASES or not (is_text(path) and is_text(value) and all(map(_is_change, bases[path]))):
            raise Refused("bad_value", field=path)
    return Edit(values=values, bases=bases, seen=seen, creates=creates)


def _is_change(base: tuple[int, int]) -> bool:
    """Whether this can be the number of a change at all."""
    device, n = base
    return 0 <= device <= LARGEST and 1 <= n <= LARGEST


def is_text(value: Any) -> bool:
    """Whether all text in a JSON value can be stored by both databases: no NUL."""
    if isinstance(value, str):
        return "\0" not in value
    if isinstance(value, dict):
        return all(is_text(key) and is_text(inner) for key, inner in value.items())
    return all(map(is_text, value)) if isinstance(value, list) else True


async def _may_begin(workspace: Workspace, declared: Slice, entry: Entry, edit: Edit) -> None:
    """A new record holds every required field, and its parents are records its author sees."""
    missing = required_fields(entry.type) - edit.values.keys()
    if missing:
        await wait_with_creation(workspace, entry.type, entry.id)
        raise Refused("incomplete", field=min(missing))
    entry.row.update({path: value for path, value in edit.values.items() if "." not in path})
    for type_, id_ in declared.parents(entry.row):
        parent = await workspace.get(type_, id_)
        if parent is None:
            await refuse_orphan(workspace, type_, id_)
        elif not await workspace.visible(parent):
            await hide(workspace, parent, edit.seen)
    entry.columns = await declared.columns(workspace, entry)


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
            number = "device > 0 AND n" if base[0] else "id"  # the server's own heads bear the number of their row
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
