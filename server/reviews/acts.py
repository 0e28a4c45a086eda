"""What a supervisor decides about a submitted inspection."""

import hashlib
from typing import Any

import msgspec

from server.database.query import fetch
from server.door import Actor, Deed, Entry, Refused, Sending, Workspace, take_in
from server.inspections.acts import close_evidence, findings_of, rescore
from server.inspections.rules import finding_id
from server.standards.queries import pinned
from sync.merge import Head, Register
from sync.scoring import open_checks
from sync.workflow import Correct, ReturnItems, SettleLate

_SETTLE = "UPDATE held SET status = ?, decided_by = ?, decided_at = ?, reason = ? WHERE device = ? AND n = ?"


async def return_items(workspace: Workspace, inspection: Entry, deed: Deed) -> None:
    """Give single items back with a reason; only they open, everything else stays locked."""
    assert isinstance(deed.arguments, ReturnItems)
    standard = await pinned(workspace, inspection)
    for item in deed.arguments.items:
        if item not in standard.items:
            raise Refused("unknown_check", field=item)
    for item, reason in deed.arguments.items.items():
        finding = await workspace.get("finding", finding_id(inspection.id, item))
        finding = finding or _unanswered(workspace, inspection, item)
        returned = {"reason": reason, "by": workspace.actor.person, "at": workspace.now}
        await workspace.write(finding, "return_items", status="returned", returned=returned)
    await workspace.write(
        inspection, "return_items", status="returned", decided_by=workspace.actor.person, decided_at=workspace.now
    )


def _unanswered(workspace: Workspace, inspection: Entry, item: str) -> Entry:
    """A finding for an item nobody answered yet, so that it can be returned."""
    finding = Entry("finding", finding_id(inspection.id, item))
    for path, value in (("inspection", inspection.id), ("item", item)):
        head = Head(workspace.now, workspace.actor.device, workspace.n, workspace.actor.person, workspace.now, value)
        finding.settle(path, Register((head,)))
        workspace.remember_time(finding, path, workspace.now)
    return finding


async def approve(workspace: Workspace, inspection: Entry, deed: Deed) -> None:
    """Approve: findings are accepted and what was approved is pinned by a hash."""
    findings = await findings_of(workspace, inspection)
    photos = await workspace.children("photo", "inspection", inspection.id)
    if opened := next(((f, path) for f in findings for path in f.open_paths()), None):
        raise Refused("open_conflict", field=opened[1])
    if any(_is_missing(photo) for photo in photos):
        raise Refused("photos_missing")
    answers = {check: answer for finding in findings for check, answer in finding.row["checks"].items()}
    if todo := open_checks(await pinned(workspace, inspection), answers):
        raise Refused("todo_checks", field=todo[0])
    for finding in findings:
        await workspace.write(finding, "approve", status="accepted")
    await workspace.write(
        inspection,
        "approve",
        status="approved",
        approved_sha256=approval_hash(inspection, findings, photos),
        decided_by=workspace.actor.person,
        decided_at=workspace.now,
    )
    await close_evidence(workspace, inspection, "approve")


def _is_missing(photo: Entry) -> bool:
    return all(photo.row[name] is None for name in ("stored_at", "waived", "retracted"))


def approval_hash(inspection: Entry, findings: list[Entry], photos: list[Entry]) -> str:
    """SHA-256 of the canonical JSON (RFC 8785) of what is approved: findings and photo hashes.

    The content holds text, integers and booleans only, and its keys are ASCII; sorted keys and no white
    space are then the canonical form.
    """
    content: dict[str, Any] = {
        "inspection": inspection.id,
        "standard": inspection.row["standard"],
        "total": inspection.row["score"]["total"],
        "findings": [
            {name: finding.row[name] for name in ("item", "checks", "notes", "reasons")}
            for finding in sorted(findings, key=lambda finding: str(finding.row["item"]))
        ],
        "photos": [
            {
                "id": photo.id,
                "of": photo.row["of"]["id"],
                "check": photo.row["check"],
                "sha256": photo.row["sha256"],
                "waived": photo.row["waived"] is not None,
                "retracted": photo.row["retracted"] is not None,
            }
            for photo in sorted(photos, key=lambda photo: photo.id)
        ],
    }
    return hashlib.sha256(msgspec.json.encode(content, order="sorted")).hexdigest()


async def reopen(workspace: Workspace, inspection: Entry, deed: Deed) -> None:
    """Take an approval back: it waits for review again."""
    for finding in await findings_of(workspace, inspection):
        await workspace.write(finding, "reopen", status="locked")
    await workspace.write(
        inspection, "reopen", status="submitted", approved_sha256=None, decided_by=None, decided_at=None
    )
    await close_evidence(workspace, inspection, "reopen")


async def correct(workspace: Workspace, finding: Entry, deed: Deed) -> None:
    """A supervisor's own judgement of some checks: an edit that saw every opinion."""
    assert isinstance(deed.arguments, Correct)
    inspection = await workspace.get("inspection", finding.row["inspection"])
    assert inspection is not None
    known = (await pinned(workspace, inspection)).items[finding.row["item"]].checks
    for check in deed.arguments.set:
        if check not in known:
            raise Refused("unknown_check", field=check)
    workspace.touch(finding, "correct")
    for check, answer in deed.arguments.set.items():
        path = f"checks.{check}"
        before = finding.registers.get(path, Register())
        t = max([workspace.now, *(head.t + 1 for head in before.heads)])
        head = Head(
            t,
            workspace.actor.device,
            workspace.n,
            workspace.actor.person,
            workspace.now,
            msgspec.to_builtins(answer),
        )
        finding.settle(path, Register((head,), before.awaited))
        workspace.remember_time(finding, path, t)
    await workspace.refresh(finding)
    await rescore(workspace, inspection)


async def settle_late(workspace: Workspace, inspection: Entry, deed: Deed) -> None:
    """Take late evidence in, as if it had come in time, or leave it out; the reason is kept either way."""
    assert isinstance(deed.arguments, SettleLate)
    device, n = deed.arguments.change
    rows = await fetch(
        "SELECT h.person, h.status, l.content, l.sent, l.received FROM held AS h "
        "JOIN log AS l ON l.device = h.device AND l.n = h.n AND l.device > 0 "
        "WHERE h.device = ? AND h.n = ? AND h.subject = ?",
        device,
        n,
        inspection.id,
    )
    if not rows:
        raise Refused("unknown_record")
    person, status, content, sent, received = rows[0]
    if person == workspace.actor.person:
        raise Refused("self_review")
    settled_here = any(values[-2:] == (device, n) for sql, values in workspace.notes if sql == _SETTLE)
    if status != "open" or settled_here or (deed.arguments.take and inspection.row["status"] in ("approved", "void")):
        raise Refused("wrong_state")
    if deed.arguments.take:
        sending = Sending(sent=sent, received=received, cursor=0)
        await take_in(workspace, Actor(person=person, device=device), content, sending)
    workspace.note(
        _SETTLE,
        "taken" if deed.arguments.take else "dismissed",
        workspace.actor.person,
        workspace.now,
        deed.arguments.reason,
        device,
        n,
    )
    await workspace.write(inspection, "settle_late", quiet=True)
    if inspection.row["status"] == "submitted":
        await rescore(workspace, inspection)
