"""What must hold, said a second time and otherwise: from grants, from the log, from what was saved (protocol §10)."""

from collections.abc import Callable, Mapping, Sequence
from itertools import groupby
from typing import Any

from sync.change import ChangeId
from sync.merge import Head
from sync.records.policy import Policy
from tests.model.judge import Sending
from tests.model.phone import Change, Phone
from tests.model.server import Server, apply, founded
from tests.model.state import Key, Logged, Record, State, locate
from tests.model.work import Work
from tests.model.world import STRANGE

Fail = Callable[[int, str], None]
WINDOW_MS = 90 * 86_400_000
TAKEN = ("applied", "conflict", "superseded")


# -- who sees what


def kids(state: State, inspection: str) -> list[Key]:
    """The findings and photos of an inspection."""
    if "kids" not in state.memo:
        found: dict[str, list[Key]] = {}
        for key, record in state.records.items():
            if key[0] == "finding":
                found.setdefault(record.row["inspection"], []).append(key)
            elif key[0] == "photo":
                above = state.records["finding", record.row["of"]["id"]]
                found.setdefault(above.row["inspection"], []).append(key)
        state.memo["kids"] = found
    return list(state.memo["kids"].get(inspection, ()))


def visible(state: State, person: str) -> Mapping[Key, Record]:
    """Every record a person may see in this state."""
    found: dict[Key, Record] | None = state.memo.get(person)
    if found is None:
        found = state.memo[person] = {}
        for key, record in state.records.items():
            if key[0] == STRANGE or (key[0] == "branch" and _roles(state, person, record.id)):
                found[key] = record
            elif key[0] == "inspection":
                _see_inspection(state, person, record, found)
            elif key[0] in ("customer", "quota", "visit") and _sees_round(state, person, record):
                found[key] = record
        found.update(
            (key, record)
            for key, record in state.records.items()
            if key[0] == "comment" and (record.row["of"]["type"], record.row["of"]["id"]) in found
        )
    return found


def _sees_round(state: State, person: str, record: Record) -> bool:
    """Customers and quotas: who keeps or supervises the branch. A visit: who made it, and who leads."""
    roles = _roles(state, person, record.row["branch"])
    if record.type == "visit" and record.row["person"] != person:
        roles -= {"carrier"}
    return bool(roles & {"carrier", "manager", "supervisor"})


def _roles(state: State, person: str, place: str | None) -> set[str]:
    """The roles a person holds over a place."""
    found: set[str] = set()
    held = state.grants.get(person, frozenset())
    while place is not None:
        found |= {role for role, at in held if at == place}
        place = state.parents.get(place)
    return found


def _see_inspection(state: State, person: str, record: Record, found: dict[Key, Record]) -> None:
    row = record.row
    roles = _roles(state, person, row["branch"])
    told = row["submitted_at"] is not None and "manager" in roles
    if told or roles & {"inspector", "supervisor"}:
        found["inspection", record.id] = record
    belongs = person == row["lead"] or row["members"].get(person) is True
    if told or "supervisor" in roles or (belongs and "inspector" in roles):
        found.update((key, state.records[key]) for key in kids(state, record.id))


def same(phone: Phone, state: State, now: int, fail: Fail) -> None:
    """Invariants 1, 6, 8: a phone that misses nothing by its own account holds what its person may see, as it is."""
    expected, rows = visible(state, phone.person), phone.cache.rows
    for key, row in rows.items():
        record = expected.get(key)
        if record is None:
            fail(6, f"phone {phone.out.device} still holds {key}")
        elif row is not record.wire and row != record.wire:
            names = [name for name in record.wire if row.get(name) != record.wire[name]]
            fail(1, f"phone {phone.out.device} holds {key} otherwise: {names}")
    held = rows.keys() | phone.cache.unread
    if len(held) < len(expected):
        for key in expected.keys() - held:
            if not _is_past(state, key, phone.person, now):
                fail(8, f"phone {phone.out.device} at {phone.cache.cursor} lacks {key}")


def _is_past(state: State, key: Key, person: str, now: int) -> bool:
    """Whether a fill may leave a record out by now: closed, and not changed within the window."""
    mine = state.audiences_of(person)
    shown = [one for name, one in state.feed[key][1].items() if name in mine and not one.gone]
    return all(not one.is_open and one.changed_at <= now - WINDOW_MS for one in shown)


# -- where every change is


def drained(phone: Phone, fail: Fail) -> None:
    """Invariant 12."""
    if phone.unsent:
        fail(12, f"phone {phone.out.device} still waits to send {[one['n'] for one in phone.unsent]}")


def accounted(
    phone: Phone, state: State, ledger: Mapping[ChangeId, Change], refusals: set[ChangeId], fail: Fail
) -> None:
    """Invariant 2: every change that was ever saved is in the log as it was made, or refused and shown."""
    for name, change in ledger.items():
        if name[0] != phone.out.device:
            continue
        logged = state.log.get(name)
        if logged is None:
            fail(2, f"change {name} is nowhere")
            return
        told = phone.out.results.get(name[1], {"outcome": "applied"})
        if (told["outcome"] == "refused") is not (logged.result["outcome"] == "refused"):
            fail(2, f"change {name} is {logged.result} in the log and {told} on its phone")
        if name in refusals and logged.result["outcome"] != "refused":
            fail(2, f"change {name} was shown as refused and then taken: {logged.result}")
        if logged.result["outcome"] != "refused" and (logged.content != change or told != _told(logged)):
            fail(2, f"change {name} is {logged.content} {logged.result} in the log, {change} {told} on its phone")


def _told(logged: Logged) -> dict[str, Any]:
    return {"outcome": "applied"} if logged.result["outcome"] == "applied" else logged.result


def replayed(phone: Phone, server: Server, now: int, fail: Fail) -> None:
    """Invariant 3: the whole outbox again changes nothing and is answered the same."""
    before = server.state
    request = phone.request(now)
    request["changes"] = [before.log[phone.out.device, n].content for n in range(1, phone.out.next)]
    reply = server.push(phone.out.device, phone.person, request, now)()
    if server.state is not before or reply["rows"] or reply["same"] or reply["gone"]:
        fail(3, f"a replay of phone {phone.out.device} moves something: {sorted(reply['rows'])}")
    stored = [before.log[phone.out.device, n].result for n in range(1, phone.out.next)]
    if reply["results"] != [one for one in stored if one["outcome"] != "applied"]:
        fail(3, f"a replay of phone {phone.out.device} is answered otherwise: {reply['results']}")


# -- what the log says of every field


class Said:
    """One field as the log tells it: who stands, and who was named as seen."""

    __slots__ = ("named", "standing", "times")

    def __init__(self) -> None:
        self.standing: dict[ChangeId, Any] = {}
        self.named: set[ChangeId] = set()
        self.times: dict[ChangeId, int] = {}

    def rank(self, name: ChangeId) -> tuple[int, int, int]:
        return (self.times[name], *name)


def heads(state: State, fail: Fail) -> None:
    """Invariants 4, 5 and 11: the heads are the applied changes that no applied change names."""
    for (type_, id_, path), said in told_by(state.log.values()).items():
        record = state.records[type_, id_]
        field, _ = locate(type_, path)
        winner = max(said.standing, key=said.rank)
        register = record.registers[path]
        if not register.heads:
            fail(4, f"{path} of {id_}: nothing stands instead of {winner}")
        top = register.heads[0].change
        if top in said.named:
            fail(5, f"{path} of {id_}: {top} stands, though it was seen by who wrote over it")
        if top != winner:
            fail(4, f"{path} of {id_}: {top} stands instead of {winner}")
        if field is not None and field.policy is Policy.JUDGED:
            _judged(record, path, said, fail)
        elif _value(record, path) != said.standing[winner]:
            fail(4, f"{path} of {id_} is not what {winner} said")


def _judged(record: Record, path: str, said: Said, fail: Fail) -> None:
    standing = {head.change for head in record.registers[path].heads}
    differ = len({_judgement(value) for value in said.standing.values()}) > 1
    if differ is not (path in record.wire.get("open", {})):
        fail(11, f"{path} of {record.id}: {said.standing} is {'not ' if differ else ''}open")
    if standing != said.standing.keys():
        fail(4, f"{path} of {record.id}: heads {standing} instead of {said.standing}")


def _value(record: Record, path: str) -> Any:
    name, _, key = path.partition(".")
    return record.row[name][key] if key else record.row[name]


def _judgement(answer: Mapping[str, Any]) -> tuple[Any, ...]:
    return (answer["result"], answer.get("count", 1), answer.get("value"))


def is_disputed(standing: Sequence[Head]) -> bool:
    """Whether heads of a check differ."""
    answers = [head.value for head in standing if isinstance(head.value, dict) and "result" in head.value]
    return len({_judgement(answer) for answer in answers}) > 1


def told_by(log: Any) -> dict[tuple[str, str, str], Said]:
    """Every field that edits wrote, by what the log says of them alone."""
    out: dict[tuple[str, str, str], Said] = {}
    entries = {(one.device, one.n): one for one in log}
    for one in log:
        if one.device == 0:
            if one.content[0] == "desk" and one.content[2]:
                _hear(out, entries[one.content[1]], one.received)
            continue
        if one.result["outcome"] not in TAKEN:
            continue
        content = one.content
        if content.get("act") == "settle_late" and content["with"]["take"]:
            _hear(out, entries[tuple(content["with"]["change"])], one.received)
        else:
            _hear(out, one, one.received)
    return out


def _hear(out: dict[tuple[str, str, str], Said], one: Logged, now: int) -> None:
    """What a change says of fields. An act is of the moment when it is carried out, an edit of when it was made."""
    content = one.content
    if "set" in content:
        _lay(out, one)
    elif content["act"] == "correct":
        for check, answer in content["with"]["set"].items():
            _overrule(out, one, now, ("finding", content["id"], f"checks.{check}"), answer)


def _lay(out: dict[tuple[str, str, str], Said], one: Logged) -> None:
    content, name = one.content, (one.device, one.n)
    for path, (value, *bases) in content["set"].items():
        field, _ = locate(content["type"], path)
        if field is None or field.policy is Policy.ONCE or path.startswith("members."):
            continue  # what acts write too, and what nobody writes twice
        said = out.setdefault((content["type"], content["id"], path), Said())
        made = min(one.received, one.received - (one.sent - content["at"]))
        said.times[name] = max([made, *(said.times[base] + 1 for base in bases if base in said.times)])
        said.named.update(bases)
        if name not in said.named:
            said.standing[name] = value
        for base in bases:
            said.standing.pop(base, None)


def _overrule(
    out: dict[tuple[str, str, str], Said], one: Logged, now: int, where: tuple[str, str, str], value: Any
) -> None:
    """A supervisor's own word counts as an edit that saw all there was."""
    said, name = out.setdefault(where, Said()), (one.device, one.n)
    said.times[name] = max([now, *(said.times[other] + 1 for other in said.standing)])
    said.named |= said.standing.keys()
    said.standing = {name: value}


# -- the log is enough


def rebuilt(server: Server, fail: Fail) -> None:
    """Invariant 13: the tables made anew from the log are the tables."""
    state, again = server.state, founded(server.page, server.per_rev)
    for (device, rev), logged in groupby(state.log.values(), lambda one: (one.device, one.rev)):
        entries = list(logged)
        first = entries[0]
        again.state.rev = rev - 1
        if device == 0:
            again.by_itself(first.content, first.received)
            continue
        work = Work(again.state, device, first.person, first.received)
        apply(work, [one.content for one in entries], Sending(first.sent, first.received, first.cursor))
        again.commit(work.flush(server.per_rev))
    for key in state.records.keys() | again.state.records.keys():
        one, other = state.records.get(key), again.state.records.get(key)
        if one is None or other is None or one.wire != other.wire or one.registers != other.registers:
            fail(13, f"{key} cannot be made from the log")
