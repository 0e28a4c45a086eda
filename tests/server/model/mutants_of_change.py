"""Deliberate faults about what changes under a phone's feet: branches that move, and builds of the app."""

from importlib import import_module
from typing import Any

import pytest

import server.sync.controller
import tests.server.phone
from server.sync.push import Pushed
from server.sync.versions import can_read

flush = import_module("server.door.flush")  # the package shows the function of that name
Patch = pytest.MonkeyPatch


def work_stays_where_its_branch_was(patch: Patch) -> None:
    """Invariants 1 and 6: a branch moves to another county, and what hangs on it keeps its readers."""
    followers = flush._followers

    async def left_behind(workspace: Any, entry: Any, *rest: Any, **more: Any) -> Any:
        return [] if entry.type == "branch" else await followers(workspace, entry, *rest, **more)

    patch.setattr(flush, "_followers", left_behind)


def old_apps_send_in_vain(patch: Patch) -> None:
    """Invariants 2 and 12: who is too old to read is not listened to either."""
    push = server.sync.controller.push

    async def choosy(caller: Any, envelope: Any, before: Any, now: int) -> Pushed:
        if can_read(envelope.head.app):
            return await push(caller, envelope, before, now)
        return Pushed(ack=before.settled, results=[])

    patch.setattr(server.sync.controller, "push", choosy)


def old_apps_take_receipts_for_rows(patch: Patch) -> None:
    """Invariant 10: told that it is too old, a phone takes its settled work off the screen, though no row has come."""
    check = tests.server.phone.check_reply

    def deaf(request: dict[str, Any], body: bytes) -> dict[str, Any]:
        return {name: value for name, value in check(request, body).items() if name != "upgrade"}

    patch.setattr(tests.server.phone, "check_reply", deaf)


CHANGE = (work_stays_where_its_branch_was, old_apps_send_in_vain, old_apps_take_receipts_for_rows)
