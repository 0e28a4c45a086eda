"""Invariant 13: the tables rebuilt from the log are the tables. What edits and verbs do is written here once more."""

import copy
import hashlib
import json
import uuid
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta, timezone
from typing import Any

import msgspec

from server.database.query import fetch
from sync.deductions import list_sha256
from sync.merge import Head, Register, is_open, merge, seen_by, shown
from sync.records import RECORDS, fields, split_path
from sync.records.policy import Policy
from sync.records.values import Answer
from sync.scoring import compile_standard, score
from sync.standards import read
from tests.server.reply import Key, Row, demand

Name = tuple[int, int]
_decode = msgspec.json.Decoder().decode
COLUMNS = "id, device, n, received, person, type, record, at, content, outcome, times"


class Logged(msgspec.Struct, frozen=True):
    """A row of the log."""

    id: int
    device: int
    n: int
    received: int
    person: str
    type: str
    record: str
    at: int
    content: str
    outcome: str
    times: str

    @property
    def change(self) -> dict[str, Any]:
        change: dict[str, Any] = _decode(self.content)
        return change

    def time(self, type_: str, id_: str, path: str) -> int | None:
        """The effective time of the change at a field; None where it wrote nothing."""
        found: int | None = _decode(self.times).get(f"{type_} {id_} {path}")
        return found


class Record:
    """One record as the log tells it."""

    def __init__(self, type_: str, id_: str) -> None:
        self.type, self.id = type_, id_
        self.row: Row = {name: copy.copy(field.default) for name, field in fields(type_).items()}
        self.registers: dict[str, Register] = {}

    def settle(self, path: str, register: Register) -> None:
        self.registers[path] = register
        if register.heads:
            name, key = split_path(path)
            value = shown(register)
            self.row[name] = value if key is None else {**self.row[name], key: value}

    def body(self) -> Row:
        """The row as phones get it, but for ``rev``."""
        written = {path: register for path, register in self.registers.items() if register.heads}
        row = {"id": self.id, **self.row, "by": {path: seen_by(register) for path, register in written.items()}}
        opened = {path: register for path, register in written.items() if is_open(register)}
        if opened:
            row["open"] = {path: [_side(head) for head in register.heads] for path, register in opened.items()}
        return plain(row)

    def heads(self) -> Row:
        return plain(self.registers)


def _side(head: Head) -> dict[str, Any]:
    return {"value": head.value, "by": [head.device, head.n], "person": head.person, "at": head.at}


def plain(value: Any) -> Row:
    """As JSON would bring it back."""
    row: Row = msgspec.json.decode(msgspec.json.encode(value))
    return row


class Rebuilding:
    """Every record, changed by one row of the log after the other. `approvals`: the hash each approval pinned."""

    def __init__(self) -> None:
        self.records: dict[Key, Record] = {}
        self.log: dict[Name, Logged] = {}
        self.held: dict[Name, Logged] = {}
        self.approvals: dict[Name, str] = {}
        self.merged: dict[str, str] = {}

    def take(self, logged: Logged) -> None:
        if logged.device == 0:
            content = _decode(logged.content)
            touched = content["touched"]
            self._settled(logged, **content.get("settled", {}))
            for type_, id_, row in touched:
                self.made(type_, id_).row.update(row)
            self._written(logged)
            if logged.type == "merge_customers":
                (kept,) = (id_ for type_, id_, row in touched if type_ == "customer" and row["status"] == "active")
                self.merged |= {id_: kept for type_, id_, row in touched if type_ == "customer" and id_ != kept}
            return
        if logged.outcome == "held":  # it has times only since somebody took it in
            logged, self.held[logged.device, logged.n] = msgspec.structs.replace(logged, times="{}"), logged
        self.log[logged.device, logged.n] = logged
        if logged.outcome in ("applied", "conflict", "superseded"):
            self.carry_out(logged, logged.change, logged.received)

    def _settled(self, logged: Logged, how: str = "", changes: Sequence[Sequence[int]] = (), **_: Any) -> None:
        """What a supervisor took in at the desk."""
        for device, n in changes if how in ("take", "reopen") else ():
            held = self.log[device, n] = self.held[device, n]
            self.carry_out(held, held.change, logged.received)

    def carry_out(self, logged: Logged, change: dict[str, Any], now: int) -> None:
        if "set" in change:
            self._edit(logged, change, now)
        else:
            VERBS[change["type"], change["act"]](self, logged, change, now)

    def made(self, type_: str, id_: str) -> Record:
        return self.records.setdefault((type_, id_), Record(type_, id_))

    # -- edits

    def _written(self, logged: Logged) -> None:
        """What the server wrote as a phone does, later than all before; its rows say with what."""
        self.log[0, logged.id] = logged
        for name, t in _decode(logged.times).items():
            type_, id_, path = name.split(" ")
            record = self.made(type_, id_)
            register = record.registers.get(path, Register())
            head = Head(t, 0, logged.id, logged.person, logged.at, record.row[path])
            known = {other.change: other.t for other in register.heads}
            policy = fields(type_)[split_path(path)[0]].policy
            record.settle(path, merge(register, head, list(known), known, policy)[0])

    def _edit(self, logged: Logged, change: dict[str, Any], now: int) -> None:
        creates = (change["type"], change["id"]) not in self.records
        record = self.made(change["type"], change["id"])
        for path, (value, *bases) in change["set"].items():
            field = fields(record.type)[split_path(path)[0]]
            register = record.registers.get(path, Register())
            if field.policy is Policy.ONCE and register.heads:
                continue
            t = logged.time(record.type, record.id, path)
            demand(t is not None, f"13: the log has no time for {path} of change {logged.device} {logged.n}")
            known, named = self._known(record, path, [(base[0], base[1]) for base in bases])
            head = Head(t or 0, logged.device, logged.n, logged.person, logged.at, field.decode(value))
            record.settle(path, merge(register, head, named, known, field.policy)[0])
        if creates and record.type == "inspection":
            record.row["lead"] = logged.person
        if creates and record.type in ("photo", "comment"):
            record.row["author"] = logged.person
        if record.type == "visit":
            self._visit_edited(record, logged, creates)
        if record.type == "finding":
            self.rescore(record.row["inspection"])

    def _visit_edited(self, visit: Record, logged: Logged, creates: bool) -> None:
        if creates:
            visit.row["person"] = logged.person
        while visit.row["customer"] in self.merged:
            visit.row["customer"] = self.merged[visit.row["customer"]]

    def _known(self, record: Record, path: str, bases: list[Name]) -> tuple[dict[Name, int], list[Name]]:
        """The time of each base that wrote this field, and the bases that count: not those that never can."""
        known: dict[Name, int] = {}
        counting = []
        for base in dict.fromkeys(bases):
            logged = self.log.get(base)
            t = logged.time(record.type, record.id, path) if logged else None
            if t is not None:
                known[base] = t
            if logged is None or t is not None or logged.outcome == "held":  # what is held may be taken in yet
                counting.append(base)
        return known, counting

    # -- what verbs share

    def of(self, type_: str, inspection: str) -> list[Record]:
        """The findings or photos of an inspection, by id."""
        own = {id_ for (kind, id_), one in self.records.items() if kind == "finding" and self._hangs(one, inspection)}
        found = [
            one
            for (kind, id_), one in self.records.items()
            if kind == type_ and (id_ in own if kind == "finding" else one.row["of"]["id"] in own)
        ]
        return sorted(found, key=lambda one: one.id)

    def _hangs(self, finding: Record, inspection: str) -> bool:
        return bool(finding.row["inspection"] == inspection)

    def inspection(self, id_: str) -> Record:
        return self.records["inspection", id_]

    def rescore(self, inspection: str, *, always: bool = False) -> None:
        record = self.inspection(inspection)
        if not always and record.row["status"] != "submitted":
            return
        answers: dict[str, Any] = {}
        for finding in self.of("finding", inspection):
            answers.update(finding.row["checks"])
        standard = compile_standard(read(self.records["standard", record.row["standard"]].row["document"]))
        record.row["score"] = plain(score(standard, answers))
        record.row["list_sha256"] = list_sha256(record.row["standard"], record.row["score"])

    def over(self, record: Record, path: str, value: Any, logged: Logged, now: int) -> None:
        """An act that sets a field counts as an edit that saw all heads."""
        before = record.registers.get(path, Register())
        t = max([now, *(head.t + 1 for head in before.heads)])
        kept = logged.time(record.type, record.id, path)
        demand(kept in (t, None), f"13: {path} of {record.id} has the time {kept} in the log, and should have {t}")
        head = Head(t, logged.device, logged.n, logged.person, now, value)
        record.settle(path, Register((head,), before.awaited))

    def visits(self) -> list[Record]:
        """The closed visits."""
        return [one for (type_, _), one in self.records.items() if type_ == "visit" and one.row["status"] == "closed"]

    def count(self) -> None:
        """Every quota anew: closed visits that no closed one corrects; of rivals the last."""
        told: dict[tuple[str, str], Counter[str]] = {}
        for visit in self.visits():
            if not any(self._outdoes(other, visit) for other in self.visits()):
                at = datetime.fromtimestamp(visit.row["started_at"] / 1000, timezone(timedelta(hours=8)))
                month = told.setdefault((visit.row["branch"], f"{at:%Y-%m}"), Counter())
                month[_counted(visit.row)] += 1
        for (type_, _), one in list(self.records.items()):
            if type_ == "quota":
                told.setdefault((one.row["branch"], one.row["month"]), Counter())
        for (branch, named), month in told.items():
            id_ = str(uuid.uuid5(uuid.UUID(branch), named))
            values = {name: month[name] for name in ("visits", "ride_alongs", "cards")}
            if ("quota", id_) in self.records or any(values.values()):
                self.made("quota", id_).row |= {"branch": branch, "month": named, **values}

    @staticmethod
    def _outdoes(one: Record, other: Record) -> bool:
        rivals = one.row["corrects"] is not None and one.row["corrects"] == other.row["corrects"]
        later = (one.row["closed_at"], one.id) > (other.row["closed_at"], other.id)
        return bool(one.row["corrects"] == other.id or (rivals and later))

    def approval_hash(self, inspection: str) -> str:
        """SHA-256 of the canonical JSON of findings and photo hashes."""
        return hash_of(
            self.inspection(inspection).row | {"id": inspection},
            [one.row | {"id": one.id} for one in self.of("finding", inspection)],
            [one.row | {"id": one.id} for one in self.of("photo", inspection)],
        )


def hash_of(inspection: Row, findings: list[Row], photos: list[Row]) -> str:
    """What an approval pins: everything it says about the findings, and which pictures were there."""
    content = {
        "inspection": inspection["id"],
        "standard": inspection["standard"],
        "total": inspection["score"]["total"],
        "findings": [
            {name: row[name] for name in ("item", "checks", "notes", "reasons")}
            for row in sorted(findings, key=lambda row: str(row["item"]))
        ],
        "photos": [
            {
                "id": row["id"],
                "of": row["of"]["id"],
                "check": row.get("check"),
                "sha256": row["sha256"],
                "waived": row["waived"] is not None,
                "retracted": row["retracted"] is not None,
            }
            for row in sorted(photos, key=lambda row: str(row["id"]))
        ],
    }
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


# -- the verbs


def _submit(all_: Rebuilding, logged: Logged, change: dict[str, Any], now: int) -> None:
    inspection = all_.inspection(change["id"])
    for finding in all_.of("finding", inspection.id):
        if finding.row["status"] in ("open", "returned"):
            finding.row["status"] = "locked"
    all_.rescore(inspection.id, always=True)
    shown = change.get("with", {}).get("shown")
    inspection.row |= {"status": "submitted", "submitted_at": now, "shown": shown}
    inspection.row |= {"decided_by": None, "decided_at": None}


def _join(all_: Rebuilding, logged: Logged, change: dict[str, Any], now: int) -> None:
    inspection = all_.inspection(change["id"])
    if inspection.row["lead"] != logged.person and inspection.row["members"].get(logged.person) is not True:
        all_.over(inspection, f"members.{logged.person}", True, logged, now)


def _take_over(all_: Rebuilding, logged: Logged, change: dict[str, Any], now: int) -> None:
    inspection = all_.inspection(change["id"])
    before = inspection.row["lead"]
    if before is not None and before != logged.person:
        all_.over(inspection, f"members.{before}", True, logged, now)
    inspection.row["lead"] = logged.person


def _return_items(all_: Rebuilding, logged: Logged, change: dict[str, Any], now: int) -> None:
    inspection = all_.inspection(change["id"])
    for item, reason in change["with"]["items"].items():
        id_ = str(uuid.uuid5(uuid.UUID(inspection.id), item))
        creates = ("finding", id_) not in all_.records
        finding = all_.made("finding", id_)
        if creates:
            all_.over(finding, "inspection", inspection.id, logged, now)
            all_.over(finding, "item", item, logged, now)
        finding.row |= {"status": "returned", "returned": {"reason": reason, "by": logged.person, "at": now}}
    inspection.row |= {"status": "returned", "decided_by": logged.person, "decided_at": now}


def _approve(all_: Rebuilding, logged: Logged, change: dict[str, Any], now: int) -> None:
    inspection = all_.inspection(change["id"])
    for finding in all_.of("finding", inspection.id):
        finding.row["status"] = "accepted"
    pinned = all_.approvals[logged.device, logged.n] = all_.approval_hash(inspection.id)
    inspection.row |= {"status": "approved", "approved_sha256": pinned}
    inspection.row |= {"decided_by": logged.person, "decided_at": now}


def _reopen(all_: Rebuilding, logged: Logged, change: dict[str, Any], now: int) -> None:
    inspection = all_.inspection(change["id"])
    for finding in all_.of("finding", inspection.id):
        finding.row["status"] = "locked"
    inspection.row |= {"status": "submitted", "approved_sha256": None, "decided_by": None, "decided_at": None}


def _void(all_: Rebuilding, logged: Logged, change: dict[str, Any], now: int) -> None:
    all_.inspection(change["id"]).row |= {"status": "void", "decided_by": logged.person, "decided_at": now}


def _settle_late(all_: Rebuilding, logged: Logged, change: dict[str, Any], now: int) -> None:
    if change["with"]["take"]:
        device, n = change["with"]["change"]
        held = all_.log[device, n] = all_.held[device, n]
        all_.carry_out(held, held.change, now)
    all_.rescore(change["id"])


def _correct(all_: Rebuilding, logged: Logged, change: dict[str, Any], now: int) -> None:
    finding = all_.records["finding", change["id"]]
    for check, answer in change["with"]["set"].items():
        value = msgspec.to_builtins(msgspec.convert(answer, Answer))
        all_.over(finding, f"checks.{check}", value, logged, now)
    all_.rescore(finding.row["inspection"])


def _counted(visit: Row) -> str:
    if visit["kind"] == "visit":
        return "visits" if visit["result"] == "met" else "left"
    return {"ride_along": "ride_alongs", "card": "cards"}.get(visit["kind"], "left")


def _close(all_: Rebuilding, logged: Logged, change: dict[str, Any], now: int) -> None:
    all_.records["visit", change["id"]].row |= {"status": "closed", "closed_at": now}
    all_.count()


def _void_visit(all_: Rebuilding, logged: Logged, change: dict[str, Any], now: int) -> None:
    all_.records["visit", change["id"]].row["status"] = "void"
    all_.count()


def _mark(field: str) -> Callable[[Rebuilding, Logged, dict[str, Any], int], None]:
    def mark(all_: Rebuilding, logged: Logged, change: dict[str, Any], now: int) -> None:
        reason = change.get("with", {}).get("reason")
        all_.records["photo", change["id"]].row[field] = {"by": logged.person, "at": now, "reason": reason}

    return mark


def _ask(all_: Rebuilding, logged: Logged, change: dict[str, Any], now: int) -> None:
    photo = all_.records["photo", change["id"]].row
    photo["asked"] = photo["asked"] or {"by": logged.person, "at": now}


VERBS: Mapping[tuple[str, str], Callable[[Rebuilding, Logged, dict[str, Any], int], None]] = {
    ("inspection", "submit"): _submit,
    ("inspection", "join"): _join,
    ("inspection", "take_over"): _take_over,
    ("inspection", "return_items"): _return_items,
    ("inspection", "approve"): _approve,
    ("inspection", "reopen"): _reopen,
    ("inspection", "void"): _void,
    ("inspection", "settle_late"): _settle_late,
    ("finding", "correct"): _correct,
    ("visit", "close"): _close,
    ("visit", "void"): _void_visit,
    ("photo", "retract"): _mark("retracted"),
    ("photo", "waive"): _mark("waived"),
    ("photo", "ask"): _ask,
}
"""Those of tasks are missing: rebuild no history in which somebody answers to a task."""


async def rebuilt() -> Rebuilding:
    """Everything, from the log of the database at hand alone."""
    found = Rebuilding()
    rows = await fetch(f"SELECT {COLUMNS} FROM log ORDER BY rev, id")
    for row in rows:
        found.take(Logged(*row))
    return found


async def tables_are_the_log() -> Rebuilding:
    """Raises `BadReply` with what differs."""
    found = await rebuilt()
    for type_ in RECORDS:
        stored = {row[0]: row[1:] for row in await fetch(f"SELECT id, body, heads FROM {type_}")}
        told = {id_: record for (kind, id_), record in found.records.items() if kind == type_}
        demand(stored.keys() == told.keys(), f"13: {type_}: {sorted(stored.keys() ^ told.keys())}")
        for id_, (body, heads) in stored.items():
            demand(_decode(heads) == told[id_].heads(), f"13: heads of {type_} {id_}: {heads} {told[id_].heads()}")
            row, own = _decode(body), told[id_].body()
            wrong = {
                name: (row.get(name), own.get(name))
                for name in row.keys() | own.keys()
                if row.get(name) != own.get(name)
            }
            demand(not wrong, f"13: {type_} {id_}: {wrong}")
    return found
