"""The one way a synced record changes: judge, merge, write, log, feed, clock, in one transaction."""

import json
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

import msgspec

from server.database import current_engine, transaction
from server.database.query import look_up
from server.door.entry import Entry
from server.door.flush import flush
from server.door.judge import judge
from server.door.locks import lock_changes, lock_everything, lock_record
from server.door.registry import Refused, SetAside, slice_of
from server.door.sending import Sending
from server.door.workspace import Actor, Missed, Workspace
from sync.change import Change, Group, Result

SERVER = Actor(person="", device=0)
LOG_BLOCK = 10_000
"""Log numbers a transaction of PostgreSQL takes at once; a push has at most 500 changes."""


class Numbered(msgspec.Struct, frozen=True):
    """A change with its number and its text; ``change`` is ``None`` when the text could not be read."""

    n: int
    content: str
    change: Change | None

    @property
    def group(self) -> int | None:
        """The step it is a part of, also of a change that could not be read as a whole."""
        if self.change is not None:
            return self.change.group if isinstance(self.change.group, int) else None
        try:
            return msgspec.convert(_group_in(self.content), Group)
        except msgspec.ValidationError:
            return None


def _group_in(text: str) -> Any:
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return said.get("group") if isinstance(said, dict) else None


async def apply(actor: Actor, changes: Sequence[Numbered], sending: Sending) -> list[Result]:
    """Settle the next changes of a device, in order, all in the transaction at hand; returns an outcome for each."""
    async with transaction():
        await lock_changes(numbered.change for numbered in changes)
        workspace = Workspace(actor, sending.received, await _next_log())
        await _read_at_once(workspace, changes)
        results: list[Result] = []
        logged: list[tuple[Any, ...]] = []
        for group in _groups(changes):
            results += await _apply_group(workspace, group, sending, logged)
        for branch in {missed.aside.branch for missed in workspace.outcomes if missed.aside is not None}:
            workspace.told |= await workspace.seen_by(branch, ("supervisor",))
        await flush(workspace, logged)
        return results


async def _read_at_once(workspace: Workspace, changes: Sequence[Numbered]) -> None:
    """Read what the changes speak of and what that hangs on: a query a type instead of one a change."""
    wanted: dict[str, list[str]] = {}
    for numbered in changes:
        if numbered.change is not None and slice_of(numbered.change.type) is not None:
            wanted.setdefault(numbered.change.type, []).append(numbered.change.id)
    while wanted:
        above: dict[str, list[str]] = {}
        for type_, ids in wanted.items():
            declared = slice_of(type_)
            assert declared is not None
            for entry in await workspace.load(type_, ids):
                for column in declared.together:
                    if entry.columns[column] is not None:
                        above.setdefault(column, []).append(entry.columns[column])
        wanted = above


async def server_change(
    type_: str, id_: str, values: Mapping[str, Any], *, now: int, verb: str = "server", quiet: bool = False
) -> None:
    """The server itself creates a record or sets fields of one (device 0)."""

    async def work(workspace: Workspace) -> None:
        await put(workspace, type_, id_, values, verb=verb, quiet=quiet)

    await as_server(work, now=now, only=(type_, id_))


async def as_server(
    work: Callable[[Workspace], Coroutine[Any, Any, None]],
    *,
    now: int,
    person: str = "",
    what: str = "server",
    only: tuple[str, str] | None = None,
    told: Mapping[str, Any] | None = None,
) -> None:
    """Run ``work`` on a workspace of the server's own and write what it changed; ``person`` is who asked for it.

    ``told``: what the log keeps of it beside the rows.
    ``only``: the one record it changes. Without it the work may change anything, and nobody else works meanwhile.
    """
    async with transaction():
        await (lock_everything() if only is None else lock_record(*only))
        workspace = Workspace(Actor(person=person, device=0), now, await _next_log())
        await work(workspace)
        content = msgspec.json.encode(
            {
                "touched": [[t.type, t.id, workspace.entries[t.type, t.id].row] for t in workspace.touches],
                **(told or {}),
            }
        ).decode()
        times = msgspec.json.encode(workspace.times.get((0, workspace.n), {})).decode()
        row = (workspace.log_id, 0, 1, 1, now, now, now, person, what, "", content, "applied", None, times, None)
        await flush(workspace, [row])


async def put(
    workspace: Workspace, type_: str, id_: str, values: Mapping[str, Any], *, verb: str = "server", quiet: bool = False
) -> Entry:
    """Create a record of the server's, or set fields of one, in a workspace."""
    entry = await workspace.get(type_, id_)
    if entry is None:
        entry = Entry(type_, id_)
        verb = "create"
    await workspace.write(entry, verb, quiet=quiet, **values)
    return entry


async def _next_log() -> int:
    """The first of the log numbers this transaction may use; on PostgreSQL it has a block of them to itself."""
    if current_engine().name == "postgresql":
        return int((await look_up("SELECT nextval('log_block')"))[0][0]) * LOG_BLOCK
    return int((await look_up("SELECT COALESCE(MAX(id), 0) + 1 FROM log"))[0][0])


def _groups(changes: Sequence[Numbered]) -> Iterator[list[Numbered]]:
    """Consecutive changes of one group number belong together; every other change is a group of its own."""

    def key(numbered: tuple[int, Numbered]) -> tuple[str, int]:
        index, item = numbered
        return ("group", item.group) if item.group is not None else ("single", index)

    for _, members in groupby(enumerate(changes), key):
        yield [item for _, item in members]


async def _apply_group(
    workspace: Workspace, group: Sequence[Numbered], sending: Sending, logged: list[tuple[Any, ...]]
) -> list[Result]:
    """All or none: the first refusal refuses the rest, and a change set aside sets the rest aside."""
    workspace.checkpoint()
    first_log = workspace.log_id
    results: list[Result] = []
    unread = next((index for index, numbered in enumerate(group) if numbered.change is None), None)
    failure: tuple[int, Exception] | None = None if unread is None else (unread, Refused("bad_value"))
    for index, numbered in enumerate(group if failure is None else ()):
        workspace.n = numbered.n
        try:
            assert numbered.change is not None
            results.append(await judge(workspace, numbered.change, sending))
        except (Refused, SetAside) as problem:
            failure = (index, problem)
            break
        workspace.log_id += 1
    if failure is not None:
        workspace.rollback()
        for numbered in group:  # here, and without effect: as a base no different once it is logged
            if isinstance(failure[1], SetAside):
                workspace.times.pop((workspace.actor.device, numbered.n), None)
            else:
                workspace.times[workspace.actor.device, numbered.n] = {}
        results = [_failed(item.n, index, *failure) for index, item in enumerate(group)]
    workspace.log_id = first_log
    for numbered, result in zip(group, results, strict=True):
        logged.append(_log_row(workspace, numbered, result, sending))
        _remember(workspace, numbered, result, failure[1] if failure else None)
        workspace.log_id += 1
    return results


def _failed(n: int, index: int, at: int, problem: Exception) -> Result:
    if isinstance(problem, SetAside):
        return Result(n=n, outcome="held", code=problem.code)
    assert isinstance(problem, Refused)
    if index == at:
        return Result(n=n, outcome="refused", code=problem.code, **problem.extra)
    return Result(n=n, outcome="refused", code="group_refused")


def _remember(workspace: Workspace, numbered: Numbered, result: Result, problem: Exception | None) -> None:
    """What later changes of this transaction must know of a change that was not applied."""
    change = numbered.change
    if change is None or problem is None:
        return
    aside = problem if isinstance(problem, SetAside) else None
    workspace.outcomes.append(Missed(change.type, change.id, result.outcome, aside))
    if aside is not None:
        workspace.note(
            "INSERT INTO held (device, n, person, type, record, code, subject, branch, received, status) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'open')",
            workspace.actor.device,
            numbered.n,
            workspace.actor.person,
            change.type,
            change.id,
            aside.code,
            aside.subject,
            aside.branch,
            workspace.now,
        )


def _log_row(workspace: Workspace, numbered: Numbered, result: Result, sending: Sending) -> tuple[Any, ...]:
    change = numbered.change
    times = workspace.times.get((workspace.actor.device, numbered.n), {})
    return (
        workspace.log_id,
        workspace.actor.device,
        numbered.n,
        1,
        change.at if change else sending.sent,
        sending.sent,
        sending.received,
        workspace.actor.person,
        change.type if change else "",
        change.id if change else "",
        numbered.content,
        result.outcome,
        msgspec.json.encode(result).decode(),
        msgspec.json.encode(times).decode(),
        numbered.group,
    )
