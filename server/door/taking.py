"""Taking in what was set aside: the change is judged anew, in its author's name."""

import msgspec

from server.door.judge import Sending, judge
from server.door.workspace import Actor, Workspace
from sync.change import Change


async def take_in(workspace: Workspace, author: Actor, content: str, sending: Sending) -> None:
    """Judge a change anew in its author's name, past locks and rights that were withdrawn.

    Raises ``Refused``, or ``SetAside`` where it still has to wait.
    """
    change = msgspec.json.decode(content, type=Change)
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
    workspace.note("UPDATE log SET times = ? WHERE device = ? AND n = ?", times, author.device, change.n)
