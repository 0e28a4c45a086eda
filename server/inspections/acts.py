"""What lead, members and inspectors do with an inspection as a whole."""

from typing import Any

import msgspec
import structlog

from server.door import Deed, Entry, Workspace
from server.standards.queries import pinned
from server.tasks import acts as tasks
from server.visits.suggestions import tell_checked
from sync import scoring
from sync.deductions import list_sha256
from sync.merge import Head, Register
from sync.workflow import Submit, WithReason

_log = structlog.get_logger("xunfang")


async def findings_of(workspace: Workspace, inspection: Entry) -> list[Entry]:
    """The findings of an inspection, by id."""
    return await workspace.children("finding", "inspection", inspection.id)


async def score_of(workspace: Workspace, inspection: Entry) -> dict[str, Any]:
    """The score as ``sync.scoring`` computes it from the findings as they stand."""
    answers: dict[str, Any] = {}
    for finding in await findings_of(workspace, inspection):
        answers.update(finding.row["checks"])
    return scoring.score(await pinned(workspace, inspection), answers)


async def rescore(workspace: Workspace, inspection: Entry) -> None:
    """Bring the score of a submitted inspection up to date after a finding changed."""
    fields = _scored(inspection, await score_of(workspace, inspection))
    if any(value != inspection.row[name] for name, value in fields.items()):
        await workspace.write(inspection, "score", quiet=True, **fields)


def _scored(inspection: Entry, score: dict[str, Any]) -> dict[str, Any]:
    """A score, and the hash of the list of deductions in it: whoever signed for the list can be told it is that one."""
    return {"score": score, "list_sha256": list_sha256(inspection.row["standard"], score)}


async def submit(workspace: Workspace, inspection: Entry, deed: Deed) -> None:
    """Hand it in: its open items are locked and the server computes the score itself."""
    assert isinstance(deed.arguments, Submit)
    for finding in await findings_of(workspace, inspection):
        if finding.row["status"] in ("open", "returned"):
            await workspace.write(finding, "submit", status="locked")
    score, shown = await score_of(workspace, inspection), deed.arguments.shown
    if shown is not None and (shown.total, shown.vetoes) != (score["total"], score["vetoes"]):
        # Never the inspector's error: two of our own programmes disagree.
        _log.error("score differs", inspection=inspection.id, shown=shown.total, computed=score["total"])
    await workspace.write(
        inspection,
        "submit",
        status="submitted",
        submitted_at=workspace.now,
        **_scored(inspection, score),
        shown=msgspec.to_builtins(shown),
        decided_by=None,
        decided_at=None,
    )
    done = await tasks.finish(workspace, inspection.row["task"], inspection.id)
    if done is not None:
        await tell_checked(workspace, done)


async def join(workspace: Workspace, inspection: Entry, deed: Deed) -> None:
    """Become a member, unless one leads it already."""
    person = workspace.actor.person
    if inspection.row["lead"] != person and inspection.row["members"].get(person) is not True:
        workspace.touch(inspection, "join")
        _set_member(workspace, inspection, person)
        await workspace.refresh(inspection)


def _set_member(workspace: Workspace, inspection: Entry, person: str) -> None:
    """An act that sets a field counts as an edit that saw all heads."""
    path = f"members.{person}"
    before = inspection.registers.get(path, Register())
    t = max([workspace.now, *(head.t + 1 for head in before.heads)])
    head = Head(t, workspace.actor.device, workspace.n, workspace.actor.person, workspace.now, True)
    inspection.settle(path, Register((head,), before.awaited))
    workspace.remember_time(inspection, path, t)


async def take_over(workspace: Workspace, inspection: Entry, deed: Deed) -> None:
    """Become its lead; who led it stays a member, so that their offline work still arrives."""
    before = inspection.row["lead"]
    workspace.touch(inspection, "take_over")
    if before is not None and before != workspace.actor.person:
        _set_member(workspace, inspection, before)
    inspection.row["lead"] = workspace.actor.person
    await workspace.refresh(inspection)


async def void(workspace: Workspace, inspection: Entry, deed: Deed) -> None:
    """Declare it not to count; everything stays readable, and its task is open again."""
    assert isinstance(deed.arguments, WithReason)
    await workspace.write(
        inspection, "void", status="void", decided_by=workspace.actor.person, decided_at=workspace.now
    )
    await close_evidence(workspace, inspection, "void")
    await tasks.release(workspace, inspection.row["task"], inspection.id)


async def close_evidence(workspace: Workspace, inspection: Entry, verb: str) -> None:
    """Findings and photos follow their inspection out of, or back into, what a first fill holds."""
    for type_ in ("finding", "photo"):
        for entry in await workspace.children(type_, "inspection", inspection.id):
            workspace.touch(entry, verb, quiet=True)
