"""What a supervisor decides about work that was set aside: take it in, keep it beside the record, or leave it out."""

import uuid
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Annotated, Any, Literal

import msgspec

from server.database.query import look_up
from server.door import Actor, Deed, Refused, Sending, SetAside, Workspace, as_server, facts_of, put, take_in
from server.identity import Caller
from server.inspections.acts import rescore
from server.problems import Refusal
from server.reviews.acts import reopen
from server.settling.roots import Key, has_part, root_of
from sync.workflow import ACTS, Reason, WithReason

How = Literal["take", "reopen", "add", "dismiss"]
BECOMES = {"take": "taken", "reopen": "taken", "add": "added", "dismiss": "dismissed"}
_SETTLED = "UPDATE held SET status = ?, decided_by = ?, decided_at = ?, reason = ? WHERE device = ? AND n = ?"
Number = Annotated[int, msgspec.Meta(ge=1, le=2**53 - 1)]


class Settle(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Changes by ``[device, n]``. ``reopen`` also opens an approved inspection for review again.

    ``add`` keeps them beside the one record they belong to: ``reason`` stands there as a comment, with their photos.
    """

    changes: Annotated[list[tuple[Number, Number]], msgspec.Meta(min_length=1, max_length=500)]
    how: How
    reason: Reason


class Missed(msgspec.Struct, frozen=True):
    """A change that could not be taken in, and why; it still waits."""

    change: tuple[int, int]
    code: str


class Settled(msgspec.Struct, frozen=True):
    """How many were settled, and those that could not be."""

    done: int
    missed: list[Missed]


class _Held(msgspec.Struct, frozen=True):
    device: int
    n: int
    group: int | None
    person: str
    type: str
    record: str
    subject: str
    content: str
    sent: int
    received: int


async def settle(caller: Caller, asked: Settle, *, now: int) -> Settled:
    """Settle some work in the caller's name. What was one step for its author is taken in as one.

    Refused: not_found for what waits at no branch they supervise, already_settled, self_review, and why nothing of it
    could be taken in.
    """
    settled: list[Settled] = []
    told: dict[str, Any] = {"how": asked.how, "reason": asked.reason}

    async def work(workspace: Workspace) -> None:
        held = await _held(workspace, caller, asked.changes)
        if asked.how == "reopen":
            await _reopen(workspace, held, asked.reason)
        missed: list[Missed] = []
        if asked.how == "add":
            missed = await _add(workspace, held, asked.reason)
        elif BECOMES[asked.how] == "taken":
            missed = await _take(workspace, caller, held)
        left = {one.change for one in missed}
        done = [one for one in held if (one.device, one.n) not in left]
        if not done:
            raise Refusal(missed[0].code)
        for one in done:
            about = (BECOMES[asked.how], caller.person, workspace.now, asked.reason, one.device, one.n)
            workspace.note(_SETTLED, *about)
        await _tell(workspace, done)
        told["changes"] = [(one.device, one.n) for one in done]
        settled.append(Settled(len(done), missed))

    await as_server(work, now=now, person=caller.person, what="settle_held", told={"settled": told})
    return settled[0]


async def _held(workspace: Workspace, caller: Caller, changes: Sequence[tuple[int, int]]) -> list[_Held]:
    """The changes in the order they were made, all of them the caller's to settle."""
    found = []
    for device, n in sorted(set(changes)):
        rows = await look_up(
            "SELECT l.group_, h.person, h.type, h.record, h.subject, l.content, l.sent, l.received, h.branch, h.status "
            "FROM held AS h JOIN log AS l ON l.device = h.device AND l.n = h.n AND l.device > 0 "
            "WHERE h.device = ? AND h.n = ?",
            *(device, n),
        )
        if not rows or not await workspace.over(caller.person, "supervisor", rows[0][8]):
            raise Refusal("not_found")
        if rows[0][9] != "open":
            raise Refusal("already_settled")
        one = _Held(device, n, *rows[0][:8])
        root = await root_of(workspace, one.type, one.record, one.subject)
        # What was set aside with the rest of its step bears the branch of the first of it.
        if root is not None and not await _supervises(workspace, caller.person, root):
            raise Refusal("not_found")
        about = (one.type, one.record)
        if one.person == caller.person or await has_part(workspace, caller.person, root, about, one.content):
            raise Refusal("self_review")
        found.append(one)
    return found


async def _supervises(workspace: Workspace, person: str, key: Key) -> bool:
    """Whether somebody is supervisor over the branch of a record, or of the record it hangs on."""
    entry = await workspace.get(*key)
    while entry is not None and entry.columns.get("branch") is None:
        above = next(((kind, id_) for kind in ("inspection", "visit") if (id_ := entry.columns.get(kind))), None)
        entry = await workspace.get(*above) if above else None
    return entry is None or await workspace.over(person, "supervisor", entry.columns["branch"])


def _steps(held: Sequence[_Held]) -> Iterator[list[_Held]]:
    """What was one step for its author: consecutive changes of one group."""

    def key(numbered: tuple[int, _Held]) -> tuple[int, int, int]:
        index, one = numbered
        return (one.device, 0, one.group) if one.group is not None else (one.device, 1, index)

    for _, members in groupby(enumerate(held), key):
        yield [one for _, one in members]


def _is_review(one: _Held) -> bool:
    """Whether a change is a decision about others' work: whoever would take it in decides anew, having looked."""
    act = ACTS.get((one.type, str(msgspec.json.decode(one.content).get("act"))))
    return act is not None and act.is_review


async def _take(workspace: Workspace, caller: Caller, held: Sequence[_Held]) -> list[Missed]:
    """Take them in, step by step; returns those that could not be. Nothing changes beyond the caller's branches, and
    what holds a review is none of it.
    """
    missed: list[Missed] = []
    for step in _steps(held):
        if any(map(_is_review, step)):
            missed += [Missed((one.device, one.n), "review_anew") for one in step]
            continue
        workspace.checkpoint()
        before = len(workspace.touches)
        try:
            for one in step:
                sending = Sending(sent=one.sent, received=one.received, cursor=0)
                await take_in(workspace, Actor(person=one.person, device=one.device), one.content, sending)
            for key in {(touch.type, touch.id) for touch in workspace.touches[before:]}:
                if not await _supervises(workspace, caller.person, key):
                    raise Refused("not_allowed")
        except (Refused, SetAside) as problem:
            workspace.rollback()
            # What still would have to wait hangs on what waits, or on what was decided since.
            code = problem.code if isinstance(problem, Refused) else "wrong_state"
            for one in step:
                workspace.times.pop((one.device, one.n), None)
                missed.append(Missed((one.device, one.n), code))
    return missed


async def _reopen(workspace: Workspace, held: Sequence[_Held], reason: str) -> None:
    """Take back the approval of the inspections that some work is about."""
    for root in await _roots(workspace, held):
        entry = await workspace.get(*root)
        if root[0] == "inspection" and entry is not None and entry.row["status"] == "approved":
            await reopen(workspace, entry, Deed("reopen", WithReason(reason), seen=0))


async def _roots(workspace: Workspace, held: Sequence[_Held]) -> list[Key]:
    found = [await root_of(workspace, one.type, one.record, one.subject) for one in held]
    return list(dict.fromkeys(root for root in found if root is not None))


async def _add(workspace: Workspace, held: Sequence[_Held], text: str) -> list[Missed]:
    """Say beside the record what came late, and hang its photos there: scores and answers stay as they are.

    Returns the photos that are none. Refused: bad_request for work that belongs to several records.
    """
    if len(await _roots(workspace, held)) > 1:
        raise Refusal("bad_request", detail="Work of several records stands beside none of them")
    first = held[0]
    of = await _where(workspace, first)
    id_ = str(uuid.uuid5(uuid.UUID(of[1]), f"late {first.device} {first.n}"))
    said = {"of": {"type": of[0], "id": of[1]}, "text": text, "at": workspace.now, "author": workspace.actor.person}
    await put(workspace, "comment", id_, said)
    missed = []
    for one in held:
        if one.type != "photo" or await workspace.get("photo", one.record) is not None:
            continue
        try:
            facts = facts_of(one.content)
        except Refused as problem:  # what came behind late work in one step was never judged
            missed.append(Missed((one.device, one.n), problem.code))
            continue
        # Its proof speaks of the finding it was taken for, and would look like a false one here.
        about = {"of": {"type": "comment", "id": id_}, "check": None, "author": one.person, "proof": None}
        await put(workspace, "photo", one.record, facts | about)
    return missed


async def _where(workspace: Workspace, one: _Held) -> Key:
    """The record a comment about late work stands at. Refused: wrong_state where nothing is there to say it at."""
    if one.type == "finding" and await workspace.get("finding", one.record) is not None:
        return "finding", one.record
    root = await root_of(workspace, one.type, one.record, one.subject)
    if root is None or root[0] not in ("inspection", "visit"):
        raise Refusal("wrong_state")
    return root


async def _tell(workspace: Workspace, held: Sequence[_Held]) -> None:
    """What it is about moves in the feed, so that its author's phone learns of it; scores follow."""
    for root in await _roots(workspace, held):
        entry = await workspace.get(*root)
        assert entry is not None
        workspace.touch(entry, "settle_held", quiet=True)
        if root[0] == "inspection" and entry.row["status"] == "submitted":
            await rescore(workspace, entry)
