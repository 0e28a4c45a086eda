"""The model's server: push, then pull, over one committed state (protocol §3–§5). It knows no database and no clock."""

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from itertools import groupby
from typing import Any

import msgspec

from sync.change import Change
from tests.model import rounds
from tests.model.acts import take_in
from tests.model.judge import Sending, judge
from tests.model.problems import Refused, SetAside, Turned
from tests.model.pull import NONE, Own, Standing, pull
from tests.model.shelf import Shelf
from tests.model.state import Held, Logged, Record, State
from tests.model.work import Work
from tests.model.world import EAST, GRANTS, NORTH, PARENTS, STRANGE

Content = dict[str, Any]


class Server:
    """What happens to it is one method a transaction. ``page`` rows a reply, ``per_rev`` records a rev."""

    def __init__(self, page: int = 1000, per_rev: int = 100, shelf: Shelf | None = None) -> None:
        self.state = State()
        self.page, self.per_rev, self.shelf = page, per_rev, shelf

    # A round trip: two transactions and a reading, between which anything may happen

    def push(self, device: int, person: str, request: Content, now: int) -> Callable[[], Content]:
        """Settle the changes of a request, in one transaction; returns what pulls and answers.

        Raises ``Turned``; then nothing counts.
        """
        own = self._brought(device, request["changes"])
        settled, results = self._settle(device, person, request, now)
        return lambda: self._answer(device, person, request, now, own, settled, results)

    def _brought(self, device: int, changes: Sequence[Content]) -> Own:
        """What `same` may speak of: what a request brings, if it brings nothing once more.

        What came before it the phone may have in its rows already, with later work of others on top.
        """
        is_next = changes and changes[0]["n"] == self.state.settled.get(device, 0) + 1
        return Own(device, self.state.rev) if is_next else NONE

    def _settle(self, device: int, person: str, request: Content, now: int) -> tuple[int, list[Content]]:
        changes: Sequence[Content] = request["changes"]
        settled = self.state.settled.get(device, 0)
        replayed = [change for change in changes if change["n"] <= settled]
        fresh = changes[len(replayed) :]
        results = [self._outcome(device, change) for change in replayed]
        if fresh and fresh[0]["n"] != settled + 1:
            raise Turned("gap", settled + 1)
        if fresh:
            sending = Sending(request["sent"], now, request["cursor"] or 0)
            results += self._apply(device, person, fresh, sending)
            settled = fresh[-1]["n"]
        return settled, [result for result in results if result["outcome"] != "applied"]

    def _outcome(self, device: int, change: Content) -> Content:
        """The stored outcome of a change that came here before; other content under a used number is a fork."""
        logged = self.state.log.get((device, change["n"]))
        if logged is None or logged.content != change:
            raise Turned("device_fork")
        return logged.result

    def _apply(self, device: int, person: str, changes: Sequence[Content], sending: Sending) -> list[Content]:
        work = Work(self.state, device, person, sending.received)
        results = apply(work, changes, sending)
        work.state.settled[device] = changes[-1]["n"]
        self.commit(work.flush(self.per_rev))
        return results

    def commit(self, state: State) -> None:
        """The one place where what was done comes to be."""
        self.state = state

    def _answer(
        self, device: int, person: str, request: Content, now: int, own: Own, ack: int, results: list[Content]
    ) -> Content:
        state = self.state
        standing = Standing(
            cursor=request["cursor"],
            held=tuple(request["audiences"]),
            granted=state.audiences_of(person),
            fills=request["fill"],
            served=state.served.get(device, frozenset()),
        )
        reply = pull(state, standing, self.echo(own, ack), request["epoch"], self.page, now, self.shelf)
        self._note(device, standing)
        return {**reply, "ack": ack, "results": results, "state": state}

    def echo(self, own: Own, ack: int) -> Own:
        """Whose edits may be told as `same`. Not those that came meanwhile by another request: this ack lacks them."""
        return own if self.state.settled.get(own.device, 0) == ack else NONE

    def _note(self, device: int, standing: Standing) -> None:
        """What a device was once given it may still hold: a reply may be lost, and a request may come late."""
        served = standing.granted | standing.served
        if self.state.served.get(device) != served:
            state = self.state.copy()
            state.served[device] = served
            self.commit(state)

    # What happens at the server itself

    def by_itself(self, content: Any, now: int) -> None:
        """A change of device 0: a picture stored, grants set, a branch moved, customers merged, late work decided,
        a record of another version."""
        work = Work(self.state, 0, "", now)
        what, subject, value = content
        if what == "store":
            photo = work.get("photo", subject)
            if photo is None or photo.row["stored_at"] is not None:
                return
            work.write(photo, "server", quiet=True, stored_at=now)
        elif what == "grant":
            self._grant(work, subject, value)
        elif what == "move":
            self._move(work, subject, value)
        elif what == "merge":
            rounds.merge(work, subject, value)
        elif what == "desk":
            if not self._decide(work, subject, value):
                return
        else:
            work.change(Record(STRANGE, subject), "create")
        n = work.state.rev + 1
        work.enter(Logged(0, n, n, now, now, 0, "", content, {"n": n, "outcome": "applied"}, {}))
        self.commit(work.flush(self.per_rev, doubtful=what in ("grant", "move")))

    def _decide(self, work: Work, change: tuple[int, int], take: bool) -> bool:
        """A supervisor's word at the desk about late work of a round; False when it cannot be taken in as it is."""
        held = work.state.held[change]
        if take:
            try:
                take_in(work, change)
            except (Refused, SetAside):
                return False
        work.held[change] = held._replace(status="taken" if take else "dismissed")
        return True

    def _grant(self, work: Work, person: str, grants: frozenset[tuple[str, str]]) -> None:
        state = work.state
        lost = state.grants.get(person, frozenset()) - grants
        state.former += tuple((person, role, place, state.rev + 1) for role, place in sorted(lost))
        state.grants[person], state.rights = grants, {}

    def _move(self, work: Work, branch: str, county: str) -> None:
        state = work.state
        lost = set(state.line(branch)[1:]) - {county, *state.line(county)}
        state.moved += tuple((branch, place, state.rev + 1) for place in sorted(lost))
        state.parents[branch], state.rights = county, {}
        work.write(work.need("branch", branch), "server", unit=county)

    def restore(self, backup: State, now: int) -> None:
        """Put an older state back.

        The clock goes on from above everything given since the backup: what a phone has seen of the lost time must
        not pass for having seen what is told of it again. It never gives a rev a millisecond, so the time will do.
        """
        state = backup.copy()
        state.epoch = self.state.epoch + 1
        state.rev = max(backup.rev + 1, now)
        self.commit(state)


def founded(page: int, per_rev: int, shelf: Shelf | None = None) -> Server:
    """A server with places and grants."""
    server = Server(page, per_rev, shelf)
    server.commit(_founded())
    return server


@cache
def _founded() -> State:
    work = Work(State(), 0, "", 0)
    work.state.parents, work.state.grants = dict(PARENTS), dict(GRANTS)
    for branch in (NORTH, EAST):
        record = Record("branch", branch)
        record.row |= {"code": branch[:4], "name": branch[:4], "unit": PARENTS[branch]}
        work.change(record, "create")
    return work.flush(2)


def apply(work: Work, changes: Sequence[Content], sending: Sending) -> list[Content]:
    """Settle the next changes of a device, in order; returns an outcome for each."""
    results: list[Content] = []
    for group in _groups(changes):
        results += _apply_group(work, group, sending)
    return results


def _groups(changes: Sequence[Content]) -> Iterator[list[Content]]:
    """Consecutive changes of one group number belong together; every other change is a group of its own."""
    for _, members in groupby(changes, lambda change: change.get("group", -change["n"])):
        yield list(members)


def _apply_group(work: Work, group: Sequence[Content], sending: Sending) -> list[Content]:
    """All or none: the first refusal refuses the rest, and a change set aside sets the rest aside."""
    work.checkpoint()
    results: list[Content] = []
    failure: Refused | SetAside | None = None
    for content in group:
        work.n = content["n"]
        try:
            results.append(judge(work, _read(content), sending))
        except (Refused, SetAside) as problem:
            failure = problem
            break
    if failure is not None:
        work.rollback()
        failed_at = len(results)
        for content in group:
            work.times.pop((work.device, content["n"]), None)
        results = [_failed(one["n"], index == failed_at, failure) for index, one in enumerate(group)]
    for content, result in zip(group, results, strict=True):
        _enter(work, content, result, sending, failure)
    return results


def _read(content: Content) -> Change:
    try:
        return msgspec.convert(content, Change)
    except msgspec.ValidationError:
        raise Refused("bad_value") from None


def _failed(n: int, is_cause: bool, problem: Refused | SetAside) -> Content:
    if isinstance(problem, SetAside):
        return {"n": n, "outcome": "held", "code": problem.code}
    if is_cause:
        return {"n": n, "outcome": "refused", "code": problem.code, **problem.extra}
    return {"n": n, "outcome": "refused", "code": "group_refused"}


def _enter(work: Work, content: Content, result: Content, sending: Sending, failure: Refused | SetAside | None) -> None:
    """Log a settled change; one that is set aside waits for a supervisor."""
    device, n = name = (work.device, content["n"])
    times, rev = work.times.get(name, {}), work.state.rev + 1
    entry = Logged(device, n, rev, sending.sent, sending.received, sending.cursor, work.person, content, result, times)
    work.enter(entry)
    if isinstance(failure, SetAside):
        work.state.held[name] = Held(content["type"], content["id"], failure.code, failure.subject, "open")
