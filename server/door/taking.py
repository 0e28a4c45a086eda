"""Taking in what was set aside: the change is judged anew, in its author's name."""

from typing import Any

import msgspec

from server.door.edits import read_edit
from server.door.entry import Entry
from server.door.erasing import is_erased
from server.door.judge import judge
from server.door.registry import Refused
from server.door.sending import Sending
from server.door.workspace import Actor, Workspace
from sync.change import Change
from sync.records import required_fields


def facts_of(content: str) -> dict[str, Any]:
    """The fields of the record that a change would make. Raises ``Refused`` where the door would not take them."""
    change = _stored(content)
    if change.set is msgspec.UNSET:
        raise Refused("bad_value")
    edit = read_edit(Entry(change.type, change.id), change.set, 0, creates=True)
    if missing := required_fields(change.type) - edit.values.keys():
        raise Refused("incomplete", field=min(missing))
    return dict(edit.values)


def _stored(content: str) -> Change:
    if is_erased(content):
        raise Refused("wrong_state")
    return msgspec.json.decode(content, type=Change)


async def take_in(workspace: Workspace, author: Actor, content: str, sending: Sending) -> None:
    """Judge a change anew in its author's name, past locks and rights that were withdrawn.

    Raises ``Refused``, also where what it said was erased, or ``SetAside`` where it still has to wait.
    """
    change = _stored(content)
    reviewer, n = workspace.actor, workspace.n
    before = len(workspace.touches)
    workspace.actor, workspace.n, workspace.lenient = author, change.n, True
    try:
        await judge(workspace, change, sending)
    finally:
        workspace.actor, workspace.n, workspace.lenient = reviewer, n, False
    for touch in workspace.touches[before:]:
        # The decision is the reviewer's: the author's phone gets the whole row.
        touch.device, touch.pure = reviewer.device, False
    times = msgspec.json.encode(workspace.times.get((author.device, change.n), {})).decode()
    workspace.note("UPDATE log SET times = ? WHERE device = ? AND device > 0 AND n = ?", times, author.device, change.n)
