"""What only the server decides of inspections: who somebody is to one, what is still open to edits, who settles."""

import hashlib
from collections.abc import Mapping
from typing import Any

from server.database.query import fetch
from server.door import Edit, Entry, Refused, SetAside, Workspace
from server.standards.queries import pinned
from sync.merge import Register, is_open, judgement
from sync.workflow import EDITABLE


def finding_id(inspection: str, item: str) -> str:
    """The id of the finding of an item: nature gives the key, so two phones write the same record."""
    # `uuid.uuid5`, without an object of class UUID for each of three steps.
    name = bytes.fromhex(inspection.replace("-", "")) + item.encode()
    digest = bytearray(hashlib.sha1(name, usedforsecurity=False).digest()[:16])
    digest[6] = digest[6] & 0x0F | 0x50
    digest[8] = digest[8] & 0x3F | 0x80
    text = digest.hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def is_participant(person: str, inspection: Entry) -> bool:
    """Whether a person leads an inspection or is a member of it."""
    return inspection.row["lead"] == person or inspection.row["members"].get(person) is True


async def took_part(workspace: Workspace, person: str, inspection: Entry) -> bool:
    """Whether a person leads, is a member, or took a photo: nobody reviews their own upload."""
    if is_participant(person, inspection):
        return True
    photos = await workspace.children("photo", "inspection", inspection.id)
    return any(photo.row["author"] == person for photo in photos)


async def actors(workspace: Workspace, inspection: Entry, verb: str) -> frozenset[str]:
    """What the actor is to an inspection, in the words of ``sync.workflow``."""
    person, branch = workspace.actor.person, inspection.row["branch"]
    found: set[str] = set()
    if inspection.row["lead"] == person and (verb != "void" or inspection.row["status"] == "draft"):
        found.add("lead")
    if inspection.row["members"].get(person) is True:
        found.add("member")
    if await workspace.over(person, "inspector", branch):
        found.add("inspector")
    if await workspace.over(person, "supervisor", branch):
        found.add("own_work" if await took_part(workspace, person, inspection) else "supervisor")
    return frozenset(found)


async def refuse_outsider(workspace: Workspace, inspection: Entry, seen: int) -> None:
    """Only lead and members edit; the work of somebody who was one when they did it is set aside."""
    if workspace.lenient or is_participant(workspace.actor.person, inspection):
        return
    if await workspace.formerly_visible(inspection, seen):
        raise SetAside("out_of_scope", inspection.id, inspection.row["branch"])
    raise Refused("not_allowed")


async def was_member(workspace: Workspace, inspection: Entry, seen: int) -> bool:
    """Whether somebody else took the actor off an inspection after what they had seen."""
    person = workspace.actor.person
    register = inspection.registers.get(f"members.{person}")
    head = register.heads[0] if register is not None and register.heads else None
    if head is None or head.value is not False or head.person == person:
        return False
    rows = await fetch("SELECT rev FROM log WHERE device = ? AND device > 0 AND n = ?", head.device, head.n)
    return not rows or rows[0][0] > seen


async def refuse_locked(workspace: Workspace, inspection: Entry, finding: Entry | None, seen: int) -> None:
    """A submitted item is locked; what was done before its author had seen the submission is late evidence."""
    status = inspection.row["status"]
    if workspace.lenient and status not in ("approved", "void"):
        return
    if status == "void":
        raise Refused("wrong_state")
    if finding is None and status in EDITABLE:
        return
    if finding is not None and (status == "draft" or (status == "returned" and finding.row["status"] == "returned")):
        return
    locked = await _last_lock(workspace, finding) if finding is not None and finding.rev else None
    locked = locked or await _last_lock(workspace, inspection)
    if locked is not None and locked[0] > seen and locked[1] != workspace.actor.device:
        raise SetAside("late_evidence", inspection.id, inspection.row["branch"])
    raise Refused("locked")


async def _last_lock(workspace: Workspace, entry: Entry) -> tuple[int, int] | None:
    """(rev, device) of the last submission that locked a record; ``None`` when it is of this very transaction."""
    if any(t.verb == "submit" and (t.type, t.id) == (entry.type, entry.id) for t in workspace.touches):
        return None
    rows = await fetch(
        "SELECT rev, device FROM touch WHERE type = ? AND record = ? AND verb = 'submit' ORDER BY rev DESC LIMIT 1",
        entry.type,
        entry.id,
    )
    return (rows[0][0], rows[0][1]) if rows else None


def settled_paths(entry: Entry, edit: Edit) -> list[str]:
    """The open fields whose every opinion the author of an edit had seen: they settle the conflict."""
    return [
        path
        for path, bases in edit.bases.items()
        if (register := entry.registers.get(path)) is not None
        and is_open(register)
        and {head.change for head in register.heads} <= set(bases)
    ]


def refuse_own_judgement(person: str, entry: Entry, values: Mapping[str, Any], bases: Mapping[str, Any]) -> None:
    """The author of one opinion can only yield to another's, unless all opinions are theirs."""
    for path, value in values.items():
        register = entry.registers.get(path, Register())
        if len(register.heads) < 2 or not is_open(register):
            continue
        own = [head for head in register.heads if head.person == person]
        others = [head for head in register.heads if head.person != person]
        overrules = any(head.change in set(bases[path]) for head in others if _differs(head.value, value))
        if own and others and overrules and all(_differs(head.value, value) for head in others):
            raise Refused("own_judgement", field=path)


def _differs(one: Any, other: Any) -> bool:
    return bool(judgement(one) != judgement(other))


async def refuse_unknown_checks(workspace: Workspace, inspection: Entry, item: str, paths: list[str]) -> None:
    """Every check named by a path belongs to the item, and the item to the pinned edition."""
    standard = await pinned(workspace, inspection)
    known = standard.items.get(item)
    if known is None:
        raise Refused("unknown_check", field="item")
    for path in paths:
        name, _, check = path.partition(".")
        if name in ("checks", "reasons") and check not in known.checks:
            raise Refused("unknown_check", field=path)
