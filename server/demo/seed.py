"""Fills an empty database with the demo, through the acts of the slices and the one door; all of it or nothing."""

import random
from collections.abc import Iterator
from functools import partial

from server.branches.acts import NewBranch, create_branches
from server.database import transaction
from server.database.query import fetch
from server.demo import plan
from server.demo.people import PASSWORD, Person, people
from server.demo.pictures import Picture, picture
from server.demo.places import Branch, branches, named, units
from server.demo.telling import Step, Storyteller
from server.demo.visiting import stories
from server.identity.acts import open_account
from server.identity.passwords import Passwords
from server.inspections.rules import finding_id
from server.people.acts import Grant, create_person, create_unit
from server.photos.workshop import Workshop
from server.standards.acts import publish_shipped
from server.tasks.acts import NewTask, create_tasks
from sync.records.values import Position
from sync.standards import document

SEED = 2026
STANDARD = "model-window"
HISTORY = 90 * plan.DAY
MINUTE = 60_000


async def seed(workshop: Workshop, passwords: Passwords, now: int) -> bool:
    """Lay the demo around `now` (epoch ms). False, and nothing done, when the database is not empty."""
    if await fetch("SELECT 1 FROM unit LIMIT 1"):
        return False
    async with transaction():
        await _everything(workshop, passwords, now)
    return True


async def _everything(workshop: Workshop, passwords: Passwords, now: int) -> None:
    dice = random.Random(SEED)
    places = branches(dice)
    staff = people(places)
    standard = await publish_shipped(STANDARD, now=now - HISTORY)
    await _organisation(places, staff, now - HISTORY)
    for person in staff:
        if person.login:
            await open_account(person.id, person.login, PASSWORD, passwords)
    ids = {person.name: person.id for person in staff}
    past = plan.inspections(dice, document(STANDARD), places, ids, now)
    await create_tasks([_task(task, standard) for task in plan.tasks(places, past, ids, now)], now=now - HISTORY)
    teller = Storyteller(workshop)
    steps = [step for inspection in past for step in _story(teller, inspection, standard, now)]
    steps += stories(teller, random.Random(SEED + 1), places, ids, now)  # a dice of its own: the rest stays as it was
    for _, step in sorted(steps, key=lambda step: step[0]):
        await step()


async def _organisation(places: list[Branch], staff: list[Person], now: int) -> None:
    for unit in units():
        await create_unit(unit.id, unit.name, unit.level, unit.parent, now=now)
    await create_branches([_new_branch(branch, now) for branch in places], now=now)
    for person in staff:
        grants = [Grant(role=role, place=place) for role, place in person.roles]
        await create_person(person.id, person.name, person.home, grants, now=now)


def _new_branch(branch: Branch, now: int) -> NewBranch:
    return NewBranch(
        id=branch.id,
        code=branch.code,
        name=branch.name,
        kind=branch.kind,
        unit=branch.unit,
        address=branch.address,
        position=Position(lat=branch.lat, lon=branch.lon, accuracy=10, at=now),
        staff_count=branch.staff_count,
        opens=branch.opens,
        closes=branch.closes,
    )


def _task(task: plan.Task, standard: str) -> NewTask:
    return NewTask(
        id=task.id,
        branch=task.branch.id,
        standard=standard,
        kind="inspection",
        opens_at=task.opens_at,
        due_at=task.due_at,
        assignees=[task.assignee],
    )


# --- one inspection ---


def _story(teller: Storyteller, done: plan.Inspection, standard: str, now: int) -> Iterator[Step]:
    """What happened to an inspection and when: each step is one request of somebody's phone."""
    arrived = min(done.started_at + 100 * MINUTE, now - 20 * MINUTE)
    pictures = [
        (named("photo", f"{done.id}/{check}"), item, check, picture(check, f"{done.id}/{check}"))
        for item, check in done.photos
    ]
    yield arrived, partial(teller.send, done.lead, arrived, _changes(done, standard, pictures))
    if done.member and done.dispute:
        yield arrived + MINUTE, partial(teller.send, done.member, arrived + MINUTE, [_disputes(done)])
    for id_, _, _, made in pictures[: len(pictures) - done.photos_missing]:
        yield arrived + 5 * MINUTE, partial(teller.bring, arrived + 5 * MINUTE, id_, made.preview, made.full)
    if done.state == "draft":
        return
    submitted = arrived + 10 * MINUTE
    inspection = ("inspection", done.id)
    yield submitted, partial(teller.act, done.lead, submitted, inspection, "submit")
    reviewed = min(submitted + 20 * plan.HOUR, now - 5 * MINUTE)
    if done.state == "returned":
        yield reviewed, partial(teller.act, done.reviewer, reviewed, inspection, "return_items", items=done.returned)
    elif done.state == "approved":
        yield reviewed, partial(teller.act, done.reviewer, reviewed, inspection, "approve")
    elif done.state == "void":
        reason = "网点当天停电，重新安排。"
        yield reviewed, partial(teller.act, done.reviewer, reviewed, inspection, "void", reason=reason)


def _changes(
    done: plan.Inspection, standard: str, pictures: list[tuple[str, str, str, Picture]]
) -> list[dict[str, object]]:
    """The inspection, its findings and its photos, as the lead's phone wrote them down one after another."""
    fields: dict[str, object] = {"branch": done.branch.id, "standard": standard, "started_at": done.started_at}
    if done.task:
        fields["task"] = done.task
    if done.remark:
        fields["remark"] = done.remark
    if done.member:
        fields[f"members.{done.member}"] = True
    fields["position"] = _position(done, done.started_at)
    changes = [_edit("inspection", done.id, done.started_at, fields)]
    items = list(dict.fromkeys(code.partition(".")[0] for code in done.found.checks))
    for turn, item in enumerate(items, 1):
        at = done.started_at + turn * 3 * MINUTE
        changes.append(_edit("finding", finding_id(done.id, item), at, _finding(done, item)))
    for id_, item, check, made in pictures:
        changes.append(_edit("photo", id_, done.started_at + 80 * MINUTE, _photo(done, item, check, made)))
    return changes


def _edit(type_: str, id_: str, at: int, fields: dict[str, object]) -> dict[str, object]:
    return {"type": type_, "id": id_, "at": at, "set": {path: [value] for path, value in fields.items()}}


def _finding(done: plan.Inspection, item: str) -> dict[str, object]:
    def of_item(answers: dict[str, str]) -> dict[str, str]:
        return {code: text for code, text in answers.items() if code.startswith(f"{item}.")}

    fields: dict[str, object] = {"inspection": done.id, "item": item}
    fields |= {f"checks.{code}": answer for code, answer in done.found.checks.items() if code.startswith(f"{item}.")}
    fields |= {f"reasons.{code}": reason for code, reason in of_item(done.found.reasons).items()}
    if notes := of_item(done.found.notes):
        fields[f"notes.{done.lead}"] = "".join(notes.values())
    return fields


def _photo(done: plan.Inspection, item: str, check: str, made: Picture) -> dict[str, object]:
    taken = done.started_at + 75 * MINUTE
    return {
        "of": {"type": "finding", "id": finding_id(done.id, item)},
        "check": check,
        "sha256": made.sha256,
        "preview_sha256": made.preview_sha256,
        "bytes": len(made.full),
        "width": made.width,
        "height": made.height,
        "taken_at": taken,
        "source": "camera",
        "position": _position(done, taken),
        "clock_offset": 0,
    }


def _position(done: plan.Inspection, at: int) -> dict[str, object]:
    return {"lat": done.branch.lat, "lon": done.branch.lon, "accuracy": 18, "at": at}


def _disputes(done: plan.Inspection) -> dict[str, object]:
    """The member judged a check the other way, without having seen the lead's answer."""
    assert done.dispute is not None
    item = done.dispute.partition(".")[0]
    other = "pass" if done.found.checks[done.dispute]["result"] == "fail" else "fail"
    fields: dict[str, object] = {f"checks.{done.dispute}": {"result": other}}
    if other == "fail":
        fields[f"notes.{done.member}"] = "我在另一个台席看到的不一样。"
    return _edit("finding", finding_id(done.id, item), done.started_at + 40 * MINUTE, fields)
