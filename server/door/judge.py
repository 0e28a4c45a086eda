"""Judging one change: unknown, not allowed, state, seen, own rules; then the merge or the verb."""

import msgspec

from server.database.query import look_up
from server.door.edits import edit_record, read_edit
from server.door.entry import Entry
from server.door.registry import Refused, SetAside, slice_of
from server.door.sending import Sending
from server.door.verbs import carry_out_act
from server.door.waiting import aside_of
from server.door.workspace import Workspace
from sync.change import Change, Result
from sync.records import RECORDS, required_fields


async def judge(workspace: Workspace, change: Change, sending: Sending) -> Result:
    """Carry one change out in the workspace, or raise ``Refused`` or ``SetAside``."""
    declared = slice_of(change.type)
    if declared is None or change.type not in RECORDS:
        raise Refused("unknown_type")
    seen = change.seen if isinstance(change.seen, int) else sending.cursor
    try:
        if change.set is not msgspec.UNSET:
            result = await edit_record(workspace, declared, change, sending, seen)
        else:
            await carry_out_act(workspace, declared, change, seen)
            result = Result(n=change.n, outcome="applied")
    except Refused:
        if sending.is_of_lock_out(change.at):
            await _wait_with_earlier(workspace, change)
        raise
    if sending.is_of_lock_out(change.at):
        # What would be taken, but was done on a phone that was locked out: whether it counts is a supervisor's to say.
        entry = await workspace.get(change.type, change.id)
        assert entry is not None
        raise aside_of(entry, "revoked")
    return result


async def _wait_with_earlier(workspace: Workspace, change: Change) -> None:
    """What a locked-out phone did before waits, so what it did next at the same place cannot be judged by itself."""
    subjects = await _subjects(workspace, change)
    here = [one.aside for one in workspace.outcomes if one.aside is not None and one.aside.code == "revoked"]
    earlier = next((aside for aside in here if aside.subject in subjects), None)
    rows = await look_up(
        "SELECT subject, branch FROM held WHERE subject IN (SELECT value FROM json_each(?)) "
        "AND status = 'open' AND code = 'revoked' AND device = ? ORDER BY n LIMIT 1",
        *(msgspec.json.encode(subjects).decode(), workspace.actor.device),
    )
    if earlier is not None or rows:
        about = (earlier.subject, earlier.branch) if earlier is not None else rows[0]
        raise SetAside("revoked", *about)


async def _subjects(workspace: Workspace, change: Change) -> list[str]:
    """What a change is about: its record, or where that is not here yet what it would hang on."""
    entry = await workspace.get(change.type, change.id)
    if entry is not None:
        return [aside_of(entry).subject]
    subjects, declared = [change.id], slice_of(change.type)
    if change.set is msgspec.UNSET or declared is None:
        return subjects
    try:
        edit = read_edit(Entry(change.type, change.id), change.set, 0, creates=True)
    except Refused:
        return subjects
    if not required_fields(change.type) <= edit.values.keys():
        return subjects
    parents = declared.parents({**Entry(change.type, change.id).row, **edit.values})
    found = [await workspace.get(*parent) for parent in parents]
    return [*subjects, *(aside_of(parent).subject for parent in found if parent is not None)]
