"""The history of a record for whoever sees it: every step, the last first, with what became of its values."""

from asyncio import to_thread
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

import msgspec

from server.database.query import fetch
from server.database.snapshot import snapshot
from server.door import Actor, Entry, Workspace
from server.histories.fates import Fate, How, Said, fates
from server.identity import Caller
from server.inspections.audiences import of_finding
from sync.change import ChangeId
from sync.records import RECORDS, fields, required_fields, split_path
from sync.records.policy import Policy

Type = Literal["inspection", "finding", "visit", "customer"]
"""What people write together, and whose history they may ask for."""
MOST = 500
Place = tuple[int, int]
"""(rev, number) of a row of the log: where it stands in the order in which everything came."""
OF_FINDINGS = ("return_items", "settle_late", "settle_held")
"""Whose reasons tell of findings."""
SERVERS = (
    *("settle_held", "merge_customers", "import", "undo_import", "order_check", "deal_with_suggestion"),
    *("erase_customer", "erase_visits", "change_branch", "change_person", "set_grants"),
)
"""Deeds of the server that are told by their names."""
_FIRST: Place = (0, 0)
_NEVER: Place = (2**63, 0)
_COLUMNS = (
    "l.id, l.device, l.n, l.rev, l.at, l.sent, l.received, l.person, COALESCE(p.name, ''), l.type, l.record, "
    "l.content, l.outcome, l.times, l.group_"
)
_OF = "(SELECT value FROM json_each(?))"
# Not with OR: SQLite would read the whole log.
_STEPS = (
    f"SELECT {_COLUMNS} FROM log AS l LEFT JOIN person AS p ON p.id = l.person WHERE l.id IN ("
    f"SELECT id FROM log WHERE type = ? AND record IN {_OF} "
    "AND (outcome IN ('applied', 'superseded', 'conflict') OR (outcome = 'held' AND times <> '{}')) "
    f"UNION SELECT log FROM touch WHERE type = ? AND record IN {_OF} AND device = 0) "
    "ORDER BY l.rev DESC, l.id DESC LIMIT ?"
)
# The touch of a record may bear a later rev than the row of the log that caused it.
_SUBMITTED = (
    "SELECT l.rev, l.id FROM touch AS t JOIN log AS l ON l.id = t.log "
    "WHERE t.type = 'inspection' AND t.record = ? AND t.verb = 'submit' ORDER BY l.rev, l.id LIMIT 1"
)


class Word(msgspec.Struct, frozen=True):
    """A value written into a field, and what became of it. ``over``: the change that did it."""

    path: str
    value: Any
    fate: How
    over: ChangeId | None
    picks: bool


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One change. Times in epoch ms: ``at`` by the phone, ``done_at`` by the server's clock.

    ``clock``: how far the phone's clock was off when it was sent, with the time that took. ``verb``: ``create``,
    ``edit``, an act, or what the server did. ``late``: it was set aside first, and a supervisor took it in.
    """

    change: ChangeId
    type: str
    record: str
    person: str
    person_name: str
    verb: str
    at: int
    done_at: int
    clock: int
    received: int
    reason: str | None
    late: bool
    words: list[Word]


class History(msgspec.Struct, frozen=True):
    """The steps, the last first. ``older``: there are more than are told, or the first are not the caller's to read."""

    steps: list[Step]
    older: bool


class _Logged(msgspec.Struct, frozen=True, array_like=True):
    id: int
    device: int
    n: int
    rev: int
    at: int
    sent: int
    received: int
    person: str
    person_name: str
    type: str
    record: str
    content: str
    outcome: str
    times: str
    group: int | None

    @property
    def change(self) -> ChangeId:
        return (self.device, self.n) if self.device else (0, self.id)

    @property
    def place(self) -> Place:
        """All that came in one push has one rev."""
        return (self.rev, self.id)

    @property
    def said(self) -> dict[str, Any]:
        said: dict[str, Any] = msgspec.json.decode(self.content)
        return said


async def history_of(caller: Caller, type_: Type, id_: str) -> History | None:
    """What was done to a record; of an inspection with its findings. ``None`` if the caller does not see it."""
    async with snapshot():
        workspace = Workspace(Actor(person=caller.person, device=caller.device), 0, 0)
        entry = await workspace.get(type_, id_)
        if entry is None or not await workspace.visible(entry):
            return None
        told = [entry]
        if type_ == "inspection":
            found = await workspace.children("finding", "inspection", id_)
            told += [finding for finding in found if await workspace.visible(finding)]
        logged: list[_Logged] = []
        for kind in {one.type: None for one in told}:
            logged += await _logged(kind, [one.id for one in told if one.type == kind])
        logged = sorted({one.id: one for one in logged}.values(), key=lambda one: one.place)
        begun = await _begin_for(workspace, entry)
        near = await _reads_findings(workspace, entry)
        steps = await _steps(logged[-MOST:], {(one.type, one.id) for one in told}, near=near)
        kept = [step for step, place in steps if place >= begun]
        return History(kept[::-1], older=len(logged) >= MOST or len(kept) < len(steps))


async def _logged(type_: str, ids: Sequence[str]) -> list[_Logged]:
    records = msgspec.json.encode(ids).decode()
    return [_Logged(*row) for row in await fetch(_STEPS, type_, records, type_, records, MOST)]


async def _begin_for(workspace: Workspace, entry: Entry) -> Place:
    """From where on it is the caller's to read: a branch is told of an inspection when it is submitted."""
    above = entry.columns.get("inspection") if entry.type == "finding" else None
    inspection = await workspace.get("inspection", above) if above else entry
    if inspection is None or inspection.type != "inspection" or inspection.columns.get("self_check"):
        return _FIRST
    person, branch = workspace.actor.person, inspection.row["branch"]
    if inspection.row["lead"] == person or inspection.row["members"].get(person) is True:
        return _FIRST
    for role in ("supervisor", "inspector"):
        if await workspace.over(person, role, branch):
            return _FIRST
    rows = await fetch(_SUBMITTED, inspection.id)
    return (rows[0][0], rows[0][1]) if rows else _NEVER


async def _reads_findings(workspace: Workspace, entry: Entry) -> bool:
    """Whether what was found is the caller's to read, and with it why it was returned or taken in late."""
    if entry.type != "inspection":
        return True
    finding = Entry("finding", "")
    finding.row["inspection"] = entry.id
    readers = await of_finding(workspace, finding)
    return not readers.isdisjoint(await workspace.audiences_of(workspace.actor.person))


async def _steps(logged: Sequence[_Logged], told: set[tuple[str, str]], *, near: bool) -> list[tuple[Step, Place]]:
    """The steps in the order in which they came, each with its place."""
    written: dict[tuple[str, str, str], list[Said]] = {}
    for one in logged:
        for key, said in _written(one, told, written):
            written.setdefault(key, []).append(said)
    became = await to_thread(lambda: {key: fates(said, _policy(key[0], key[2])) for key, said in written.items()})
    values = {(key, one.change): one.value for key, said in written.items() for one in said}
    steps = []
    for one in logged:
        mine = {key: fate[one.change] for key, fate in became.items() if one.change in fate}
        of = next(((kind, id_) for kind, id_, _ in mine), (one.type, one.record) if one.record else min(told))
        words = [_word(key[2], values[key, one.change], fate) for key, fate in mine.items()]
        picks = any(word.picks for word in words)
        reason = await _reason(one, of, picks=picks) if near or _verb(one) not in OF_FINDINGS else None
        steps.append((_step(one, of, words, reason), one.place))
    return steps


def _word(path: str, value: Any, fate: Fate) -> Word:
    return Word(path, value, fate.how, fate.over, fate.picks)


def _step(one: _Logged, of: tuple[str, str], words: list[Word], reason: str | None) -> Step:
    return Step(
        change=one.change, type=of[0], record=of[1], person=one.person, person_name=one.person_name, verb=_verb(one),
        at=one.at, done_at=min(one.received, one.received - (one.sent - one.at)), clock=one.received - one.sent,
        received=one.received, reason=reason, late=one.outcome == "held", words=words,
    )  # fmt: skip


def _verb(one: _Logged) -> str:
    if not one.device:
        return one.type if one.type in SERVERS else "server"
    said = one.said
    begins = one.type in RECORDS and required_fields(one.type) <= said.get("set", {}).keys()
    return str(said.get("act") or ("create" if begins else "edit"))


def _policy(type_: str, path: str) -> Policy:
    return fields(type_)[split_path(path)[0]].policy


def _written(
    one: _Logged, told: set[tuple[str, str]], before: Mapping[tuple[str, str, str], Sequence[Said]]
) -> Iterable[tuple[tuple[str, str, str], Said]]:
    """The values a change wrote into fields that several people write, with what its author had seen of each."""
    content = one.said
    rows = {(kind, id_): row for kind, id_, row in content.get("touched", ())}
    corrected = content.get("with", {}).get("set", {}) if content.get("act") == "correct" else {}
    for name, t in msgspec.json.decode(one.times, type=dict[str, int]).items():
        kind, id_, path = name.split(" ", 2)
        if (kind, id_) not in told or _policy(kind, path) not in (Policy.JUDGED, Policy.EDIT):
            continue
        if path in content.get("set", {}):
            value, *bases = content["set"][path]
            seen = frozenset((device, n) for device, n in bases)
        else:  # who corrects, and the server itself, had seen everything
            value = corrected.get(path.partition(".")[2]) if corrected else rows.get((kind, id_), {}).get(path)
            seen = frozenset(said.change for said in before.get((kind, id_, path), ()))
        yield (kind, id_, path), Said(one.change, t, value, seen)


async def _reason(one: _Logged, of: tuple[str, str], *, picks: bool) -> str | None:
    """Why it was done: what an act says, or the remark that came in one step with a choice."""
    content = one.said
    given = content.get("settled", content.get("with", {}))
    reasons = given.get("items", {}).values() if isinstance(given.get("items"), dict) else [given.get("reason")]
    told = "\n".join(reason for reason in reasons if reason and reason != "-")
    if told or not picks or one.group is None:
        return told or None
    rows = await fetch(
        "SELECT content FROM log WHERE device = ? AND n = ? AND group_ = ? AND type = 'comment' "
        "AND outcome = 'applied'",
        *(one.device, one.n + 1, one.group),
    )
    assigned = msgspec.json.decode(rows[0][0]).get("set", {}) if rows else {}
    about = (assigned.get("of") or [None])[0]
    return str(assigned["text"][0]) if about == {"type": of[0], "id": of[1]} else None
