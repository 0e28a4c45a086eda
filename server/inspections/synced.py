"""Inspections and findings, as the door knows them."""

from typing import Any

from server.database.query import fetch
from server.door import Edit, Entry, Refused, SetAside, Slice, View, Workspace, register, register_acts
from server.door.workspace import STATUS_VERBS
from server.inspections import acts, audiences, rules
from server.inspections.tables import Finding, Inspection
from server.tasks.acts import begin
from sync.workflow import Act, Arguments, ReturnItems

LIVE = ("draft", "submitted", "returned")


# Inspections


async def _inspection_columns(workspace: Workspace, entry: Entry) -> dict[str, Any]:
    row = entry.row
    own = {name: row[name] for name in ("branch", "standard", "status", "started_at", "submitted_at", "task")}
    total = row["score"]["total"] if row["score"] else None
    return {**own, "lead": row["lead"] or "", "total": total, "self_check": entry.columns.get("self_check", 0)}


async def _inspection_open(workspace: Workspace, entry: Entry) -> bool:
    return entry.row["status"] in LIVE


def _inspection_parents(row: Any) -> list[tuple[str, str]]:
    return [("branch", row["branch"]), *([("task", row["task"])] if row["task"] else [])]


async def _judge_inspection(workspace: Workspace, entry: Entry, edit: Edit) -> None:
    await _refuse_unknown_people(edit)
    if edit.creates:
        await _begin(workspace, entry, edit)
    elif not _only_leaves(workspace.actor.person, edit):
        await rules.refuse_outsider(workspace, entry, edit.seen)
    await _judge_members(workspace, entry, edit)
    await rules.refuse_locked(workspace, entry, None, edit.seen)


async def _refuse_unknown_people(edit: Edit) -> None:
    for path in edit.values:
        name, _, person = path.partition(".")
        if name in ("members", "notes") and not await fetch("SELECT 1 FROM person WHERE id = ?", person):
            raise Refused("unknown_record", field=path)


def _only_leaves(person: str, edit: Edit) -> bool:
    return set(edit.values) == {f"members.{person}"} and edit.values[f"members.{person}"] is False


async def _begin(workspace: Workspace, entry: Entry, edit: Edit) -> None:
    """Who starts an inspection leads it: an inspector over the branch, or its manager for a self-check."""
    person, branch = workspace.actor.person, entry.row["branch"]
    standard = await workspace.get("standard", entry.row["standard"])
    if standard is None:
        raise Refused("unknown_standard", field="standard")
    is_inspector = await workspace.over(person, "inspector", branch)
    is_manager = await workspace.over(person, "manager", branch)
    if not (is_inspector or is_manager or workspace.lenient):
        if await workspace.formerly_visible(entry, edit.seen):
            raise SetAside("out_of_scope", entry.id, branch)
        raise Refused("not_allowed")
    entry.row["lead"] = person
    entry.columns["self_check"] = int(not is_inspector and (is_manager or not workspace.lenient))
    task = await workspace.get("task", entry.row["task"]) if entry.row["task"] else None
    if task is not None and task.row["branch"] != branch:
        raise Refused("bad_value", field="task")


async def _judge_members(workspace: Workspace, entry: Entry, edit: Edit) -> None:
    """The lead names members, who are inspectors over the branch; anybody may leave."""
    me = workspace.actor.person
    for path, value in edit.values.items():
        name, _, person = path.partition(".")
        if name != "members" or (person == me and value is False):
            continue
        if entry.row["lead"] != me:
            raise Refused("not_allowed", field=path)
        if value and not await workspace.over(person, "inspector", entry.row["branch"]):
            raise Refused("not_allowed", field=path)


async def _inspection_edited(workspace: Workspace, entry: Entry, edit: Edit) -> None:
    if edit.creates and entry.row["task"]:
        task = await workspace.get("task", entry.row["task"])
        if task is not None:
            await begin(workspace, task, entry.id)


async def _judged_of_inspection(workspace: Workspace, entry: Entry, act: Act, arguments: Arguments | None) -> View:
    """The records an act judges, as ``sync.workflow`` words it."""
    if act.judges == "status":
        return View(records=(("inspection", entry.id),), verbs=STATUS_VERBS)
    if act.judges == "status_lead":
        return View(records=(("inspection", entry.id),), verbs=STATUS_VERBS | {"take_over"})
    if act.judges not in ("named_findings", "findings_photos"):
        return View(records=())
    findings = {f.id for f in await workspace.children("finding", "inspection", entry.id)}
    if isinstance(arguments, ReturnItems):
        findings &= {rules.finding_id(entry.id, item) for item in arguments.items}
    photos = await workspace.children("photo", "inspection", entry.id)
    hung = [photo.id for photo in photos if photo.columns["finding"] in findings]
    return View(records=(*(("finding", i) for i in sorted(findings)), *(("photo", i) for i in hung)))


async def _work_of(workspace: Workspace, person: str) -> list[tuple[str, str]]:
    """Findings of the inspections a person leads or is a member of, and what hangs on these."""
    mine = "SELECT id FROM inspection WHERE lead = ? OR body LIKE ?"
    member = f'%"{person}":true%'
    return [
        (type_, row[0])
        for type_ in ("finding", "photo", "comment")
        for row in await fetch(f"SELECT id FROM {type_} WHERE inspection IN ({mine})", person, member)
    ]


INSPECTION = Slice(
    type="inspection",
    table=Inspection,
    columns=_inspection_columns,
    audiences=audiences.of_inspection,
    is_open=_inspection_open,
    parents=_inspection_parents,
    judge_edit=_judge_inspection,
    edited=_inspection_edited,
    actors=rules.actors,
    judged=_judged_of_inspection,
    was_theirs=rules.was_member,
    of_person=_work_of,
    dependents=(("finding", "inspection"), ("photo", "inspection"), ("comment", "inspection")),
    together=("task",),
)


# Findings


async def inspection_of(workspace: Workspace, finding: Entry) -> Entry:
    """The inspection a finding belongs to."""
    key = ("inspection", finding.row["inspection"])
    inspection = workspace.entries.get(key) or await workspace.get(*key)  # asked for a dozen times a change
    assert inspection is not None
    return inspection


async def _finding_columns(workspace: Workspace, entry: Entry) -> dict[str, Any]:
    inspection = await inspection_of(workspace, entry)
    own = {name: entry.row[name] for name in ("inspection", "item", "status")}
    return {**own, "branch": inspection.row["branch"]}


async def _finding_open(workspace: Workspace, entry: Entry) -> bool:
    return await _inspection_open(workspace, await inspection_of(workspace, entry))


async def _judge_finding(workspace: Workspace, entry: Entry, edit: Edit) -> None:
    inspection = await inspection_of(workspace, entry)
    await _refuse_unknown_people(edit)
    await rules.refuse_unknown_checks(workspace, inspection, entry.row["item"], list(edit.values))
    if edit.creates and entry.id != rules.finding_id(inspection.id, entry.row["item"]):
        raise Refused("bad_value", field="item")
    me = workspace.actor.person
    if any(path.startswith("notes.") and path != f"notes.{me}" for path in edit.values):
        raise Refused("not_allowed", field=next(p for p in edit.values if p.startswith("notes.") and p[6:] != me))
    if not await _settles_as_reviewer(workspace, inspection, entry, edit):
        await rules.refuse_outsider(workspace, inspection, edit.seen)
        await rules.refuse_locked(workspace, inspection, entry, edit.seen)
    rules.refuse_own_judgement(me, entry, edit.values, edit.bases)


async def _settles_as_reviewer(workspace: Workspace, inspection: Entry, entry: Entry, edit: Edit) -> bool:
    """A supervisor edits a finding only to settle a conflict, having seen every opinion."""
    if set(rules.settled_paths(entry, edit)) != set(edit.values) or inspection.row["status"] not in LIVE:
        return False
    me, branch = workspace.actor.person, inspection.row["branch"]
    return await workspace.over(me, "supervisor", branch) and not await rules.took_part(workspace, me, inspection)


async def _finding_edited(workspace: Workspace, entry: Entry, edit: Edit) -> None:
    inspection = await inspection_of(workspace, entry)
    if inspection.row["status"] == "submitted":
        await acts.rescore(workspace, inspection)


async def _finding_actors(workspace: Workspace, entry: Entry, verb: str) -> frozenset[str]:
    return await rules.actors(workspace, await inspection_of(workspace, entry), verb)


async def _admit_to_finding(workspace: Workspace, entry: Entry, act: Act) -> None:
    if (await inspection_of(workspace, entry)).row["status"] != "submitted":
        raise Refused("wrong_state")


async def _judged_of_record(workspace: Workspace, entry: Entry, act: Act, arguments: Arguments | None) -> View:
    return View(records=((entry.type, entry.id),))


async def _may_attach(workspace: Workspace, entry: Entry, check: str | None, seen: int) -> None:
    inspection = await inspection_of(workspace, entry)
    named = [f"checks.{check}"] if check is not None else []
    await rules.refuse_unknown_checks(workspace, inspection, entry.row["item"], named)
    await rules.refuse_outsider(workspace, inspection, seen)
    await rules.refuse_locked(workspace, inspection, entry, seen)


FINDING = Slice(
    type="finding",
    table=Finding,
    columns=_finding_columns,
    audiences=audiences.of_finding,
    is_open=_finding_open,
    parents=lambda row: [("inspection", row["inspection"])],
    judge_edit=_judge_finding,
    edited=_finding_edited,
    actors=_finding_actors,
    admit=_admit_to_finding,
    judged=_judged_of_record,
    may_attach=_may_attach,
    together=("inspection",),
)

register(INSPECTION, FINDING)
register_acts("inspection", {"submit": acts.submit, "join": acts.join, "take_over": acts.take_over, "void": acts.void})
