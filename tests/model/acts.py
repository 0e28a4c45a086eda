"""The verbs of the model's server, in the words of ``sync.workflow``."""

import hashlib
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from sync.change import Change
from sync.merge import Head, Register
from sync.workflow import Act, Arguments, Correct, MayReason, ReturnItems, SettleLate, WithReason
from tests.model import rounds
from tests.model.problems import Refused
from tests.model.state import Key, Record
from tests.model.work import LIVE, Work
from tests.model.world import CHECKS, ITEM_OF, ITEMS, finding_id

STATUS_VERBS = frozenset({"submit", "return_items", "approve", "reopen", "void"})


def takes_part(person: str, inspection: Record) -> bool:
    """Whether a person leads an inspection or is a member of it."""
    return inspection.row["lead"] == person or inspection.row["members"].get(person) is True


def actors(work: Work, inspection: Record, verb: str) -> set[str]:
    """What the actor is to an inspection."""
    me, row = work.person, inspection.row
    said = {
        "lead": row["lead"] == me and (verb != "void" or row["status"] == "draft"),
        "member": row["members"].get(me) is True,
        "inspector": work.state.over(me, "inspector", row["branch"]),
        "supervisor": work.state.over(me, "supervisor", row["branch"]) and not takes_part(me, inspection),
    }
    return {name for name, is_so in said.items() if is_so}


def admit(record: Record, inspection: Record, verb: str) -> None:
    """The states a verb has beside those of the workflow."""
    if record.type == "finding" and inspection.row["status"] != "submitted":
        raise Refused("wrong_state")
    if record.type == "photo" and (inspection.row["status"] not in LIVE or record.row["retracted"] is not None):
        raise Refused("wrong_state")
    if verb == "waive" and (record.row["stored_at"] is not None or record.row["waived"] is not None):
        raise Refused("wrong_state")


def judged(work: Work, act: Act, record: Record, arguments: Arguments) -> tuple[list[Key], frozenset[str]]:
    """The records an act judges, and the verbs that matter (none: every change)."""
    own = [(record.type, record.id)]
    if act.judges == "record":
        return own, frozenset()
    if act.judges in ("status", "status_lead"):
        return own, STATUS_VERBS if act.judges == "status" else STATUS_VERBS | {"take_over"}
    if act.judges not in ("named_findings", "findings_photos"):
        return [], frozenset()
    findings = {one.id for one in work.children(record.id, "finding")}
    if isinstance(arguments, ReturnItems):
        findings &= {finding_id(record.id, item) for item in arguments.items}
    photos = [one.id for one in work.children(record.id, "photo") if one.row["of"]["id"] in findings]
    return [*(("finding", id_) for id_ in sorted(findings)), *(("photo", id_) for id_ in photos)], frozenset()


def _submit(work: Work, inspection: Record, arguments: Arguments) -> None:
    for finding in work.children(inspection.id, "finding"):
        if finding.row["status"] in ("open", "returned"):
            work.write(finding, "submit", status="locked")
    work.write(inspection, "submit", status="submitted", submitted_at=work.now, decided_by=None, decided_at=None)


def _join(work: Work, inspection: Record, arguments: Arguments) -> None:
    if not takes_part(work.person, inspection):
        _overrule(work, work.change(inspection, "join"), f"members.{work.person}", True)


def _overrule(work: Work, record: Record, path: str, value: Any) -> None:
    """An act that sets a field counts as an edit that saw all heads."""
    before = record.registers.get(path, Register())
    t = max([work.now, *(head.t + 1 for head in before.heads)])
    head = Head(t, work.device, work.n, work.person, work.now, value)
    record.settle(path, Register((head,), before.awaited))
    work.times.setdefault((work.device, work.n), {})[record.type, record.id, path] = t


def _take_over(work: Work, inspection: Record, arguments: Arguments) -> None:
    before = inspection.row["lead"]
    inspection = work.change(inspection, "take_over")
    if before != work.person:
        _overrule(work, inspection, f"members.{before}", True)
    inspection.row["lead"] = work.person


def _void(work: Work, inspection: Record, arguments: Arguments) -> None:
    work.write(inspection, "void", status="void", decided_by=work.person, decided_at=work.now)
    _close_evidence(work, inspection, "void")


def _close_evidence(work: Work, inspection: Record, verb: str) -> None:
    """Findings and photos follow their inspection out of, or back into, what a first fill holds."""
    for record in work.children(inspection.id):
        work.change(record, verb, quiet=True)


def _return_items(work: Work, inspection: Record, arguments: Arguments) -> None:
    assert isinstance(arguments, ReturnItems)
    for item, reason in arguments.items.items():
        if item not in ITEMS:
            raise Refused("unknown_check", field=item)
        finding = work.get("finding", finding_id(inspection.id, item)) or _unanswered(work, inspection, item)
        returned = {"reason": reason, "by": work.person, "at": work.now}
        work.write(finding, "return_items", status="returned", returned=returned)
    work.write(inspection, "return_items", status="returned", decided_by=work.person, decided_at=work.now)


def _unanswered(work: Work, inspection: Record, item: str) -> Record:
    finding = Record("finding", finding_id(inspection.id, item))
    for path, value in (("inspection", inspection.id), ("item", item)):
        _overrule(work, finding, path, value)
    return finding


def _approve(work: Work, inspection: Record, arguments: Arguments) -> None:
    findings, photos = work.children(inspection.id, "finding"), work.children(inspection.id, "photo")
    if any(finding.open_paths() for finding in findings):
        raise Refused("open_conflict")
    if any(is_missing(photo.row) for photo in photos):
        raise Refused("photos_missing")
    answers = {check: answer for finding in findings for check, answer in finding.row["checks"].items()}
    if any(answers.get(check, {"result": "todo"})["result"] == "todo" for check in CHECKS):
        raise Refused("todo_checks")
    for finding in findings:
        work.write(finding, "approve", status="accepted")
    sha256 = approval_hash([one.row for one in findings], [one.row for one in photos])
    me, now = work.person, work.now
    work.write(inspection, "approve", status="approved", approved_sha256=sha256, decided_by=me, decided_at=now)
    _close_evidence(work, inspection, "approve")


def is_missing(photo: Mapping[str, Any]) -> bool:
    """Whether a picture is neither here nor let off."""
    return all(photo[name] is None for name in ("stored_at", "waived", "retracted"))


def approval_hash(findings: list[Any], photos: list[Any]) -> str:
    """SHA-256 over what is approved: findings and photo hashes."""
    by_item = sorted(findings, key=lambda row: str(row["item"]))
    kept = [{name: row[name] for name in ("item", "checks", "notes", "reasons")} for row in by_item]
    shot = [(row["of"]["id"], row["sha256"], row["waived"] is None, row["retracted"] is None) for row in photos]
    return hashlib.sha256(msgspec.json.encode([kept, sorted(shot)], order="sorted")).hexdigest()


def _reopen(work: Work, inspection: Record, arguments: Arguments) -> None:
    for finding in work.children(inspection.id, "finding"):
        work.write(finding, "reopen", status="locked")
    work.write(inspection, "reopen", status="submitted", approved_sha256=None, decided_by=None, decided_at=None)
    _close_evidence(work, inspection, "reopen")


def _settle_late(work: Work, inspection: Record, arguments: Arguments) -> None:
    assert isinstance(arguments, SettleLate)
    held = work.held.get(arguments.change) or work.state.held.get(arguments.change)
    if held is None or held.subject != inspection.id:
        raise Refused("unknown_record")
    if held.status != "open" or (arguments.take and inspection.row["status"] in ("approved", "void")):
        raise Refused("wrong_state")
    if arguments.take:
        take_in(work, arguments.change)
    work.held[arguments.change] = held._replace(status="taken" if arguments.take else "dismissed")
    work.write(work.need("inspection", inspection.id), "settle_late", quiet=True)


def take_in(work: Work, name: tuple[int, int]) -> None:
    """Judge the change anew in its author's name, past the lock and the withdrawn right."""
    from tests.model.judge import Sending, judge  # the judge knows the verbs

    logged = work.state.log[name]
    reviewer, first = (work.device, work.person, work.n), len(work.touches)
    work.device, work.person, work.n, work.lenient = logged.device, logged.person, logged.n, True
    try:
        judge(work, msgspec.convert(logged.content, Change), Sending(logged.sent, logged.received, 0))
    finally:
        (work.device, work.person, work.n), work.lenient = reviewer, False
    for index in range(first, len(work.touches)):  # the decision is the reviewer's: the author gets the whole row
        key, touch = work.touches[index]
        work.touches[index] = (key, touch._replace(device=work.device, pure=False))
    work.retimed[name] = work.times.get(name, {})


def _correct(work: Work, finding: Record, arguments: Arguments) -> None:
    assert isinstance(arguments, Correct)
    if any(ITEM_OF.get(check) != finding.row["item"] for check in arguments.set):
        raise Refused("unknown_check")
    finding = work.change(finding, "correct")
    for check, answer in arguments.set.items():
        _overrule(work, finding, f"checks.{check}", msgspec.to_builtins(answer))


def _retract(work: Work, photo: Record, arguments: Arguments) -> None:
    assert isinstance(arguments, MayReason)
    submitted = work.inspection_of(photo).row["submitted_at"] is not None
    if submitted and arguments.reason is None:
        raise Refused("needs_reason")
    if not submitted and photo.row["author"] != work.person:
        raise Refused("not_allowed")
    work.write(photo, "retract", retracted={"by": work.person, "at": work.now, "reason": arguments.reason})


def _waive(work: Work, photo: Record, arguments: Arguments) -> None:
    assert isinstance(arguments, WithReason)
    work.write(photo, "waive", waived={"by": work.person, "at": work.now, "reason": arguments.reason})


VERBS: dict[tuple[str, str], Callable[[Work, Record, Arguments], None]] = {
    ("inspection", "submit"): _submit,
    ("inspection", "join"): _join,
    ("inspection", "take_over"): _take_over,
    ("inspection", "return_items"): _return_items,
    ("inspection", "approve"): _approve,
    ("inspection", "reopen"): _reopen,
    ("inspection", "void"): _void,
    ("inspection", "settle_late"): _settle_late,
    ("finding", "correct"): _correct,
    ("photo", "retract"): _retract,
    ("photo", "waive"): _waive,
    ("visit", "close"): rounds.close,
    ("visit", "void"): rounds.void,
}
