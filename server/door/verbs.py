"""Judging an act: who may, from which state, with what arguments and on what view; then its verb."""

from typing import Any

import msgspec

from server.door.edits import is_text
from server.door.entry import Entry
from server.door.registry import Deed, Refused, Slice, verb_of
from server.door.stale import refuse_stale
from server.door.waiting import aside_of, hide, wait_with_creation
from server.door.workspace import Workspace
from sync.change import Change
from sync.workflow import ACTS, Act, Arguments


async def carry_out_act(workspace: Workspace, declared: Slice, change: Change, seen: int) -> None:
    act = ACTS.get((change.type, str(change.act)))
    carry_out = verb_of(change.type, str(change.act))
    if act is None or carry_out is None:
        raise Refused("unknown_act")
    arguments, late = _arguments(act, {} if change.arguments is msgspec.UNSET else change.arguments)
    entry = await workspace.get(change.type, change.id)
    if entry is None:
        await wait_with_creation(workspace, change.type, change.id)
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
    elif act.is_review:
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
            raise aside_of(entry)
        raise Refused("not_allowed")


def _is_blank(reason: Any) -> bool:
    return reason is None or (isinstance(reason, str) and not reason.strip())


def _arguments(act: Act, given: dict[str, Any]) -> tuple[Arguments | None, str | None]:
    """The decoded arguments, or the refusal that waits until who, state and view have been judged."""
    if not is_text(given):
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
