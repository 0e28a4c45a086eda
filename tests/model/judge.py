"""The model's door: unknown, not allowed, state, seen, own rules; then the merge of ``sync``, or the verb."""

from typing import Any

import msgspec

import sync.merge as merging
from sync.change import Change, ChangeId
from sync.merge import Head, Register, is_open, judgement, seen_by
from sync.records import RECORDS, is_server_type, required_fields
from sync.records.policy import Policy
from sync.workflow import ACTS, EDITABLE, Act, Arguments
from tests.model import acts, rounds
from tests.model.problems import Refused, SetAside
from tests.model.state import Logged, Record, locate
from tests.model.work import LIVE, Work
from tests.model.world import GRANTS, ITEMS, STANDARD, finding_id

Values = dict[str, Any]
Bases = dict[str, list[ChangeId]]


class Sending:
    """When a batch left the phone and came here, and the cursor the phone had."""

    __slots__ = ("cursor", "received", "sent")

    def __init__(self, sent: int, received: int, cursor: int) -> None:
        self.sent, self.received, self.cursor = sent, received, cursor


def judge(work: Work, change: Change, sending: Sending) -> Values:
    """Carry one change out, or raise ``Refused`` or ``SetAside``; returns its result."""
    if change.type not in RECORDS:
        raise Refused("unknown_type")
    seen = change.seen if isinstance(change.seen, int) else sending.cursor
    if change.set is msgspec.UNSET:
        _act(work, change, seen)
        return {"n": change.n, "outcome": "applied"}
    return _edit(work, change, sending, seen)


def _edit(work: Work, change: Change, sending: Sending, seen: int) -> Values:
    if is_server_type(change.type):
        raise Refused("server_field")
    stored = work.get(change.type, change.id)
    record = Record(change.type, change.id) if stored is None else stored
    values, bases = _read(change)
    if stored is None:
        _may_begin(work, record, values, seen)
    elif not work.visible(record):
        hide(work, record, seen)
    _judge_edit(work, record, values, bases, seen, creates=stored is None)
    for path, value in values.items():
        field, _ = locate(record.type, path)
        register = record.registers.get(path)
        if field is not None and field.policy is Policy.ONCE and register and register.heads[0].value != value:
            raise Refused("write_once", field=path)
    return _merge(work, record, values, bases, change, sending, creates=stored is None)


def _read(change: Change) -> tuple[Values, Bases]:
    values: Values = {}
    bases: Bases = {}
    assert change.set is not msgspec.UNSET
    for path, (value, *named) in change.set.items():
        field, _ = locate(change.type, path)
        if field is None:
            raise Refused("unknown_field", field=path)
        if field.policy is Policy.SERVER:
            raise Refused("server_field", field=path)
        try:
            values[path] = field.decode(value)
        except msgspec.ValidationError:
            raise Refused("bad_value", field=path) from None
        bases[path] = [(device, n) for device, n in named]
    return values, bases


def _may_begin(work: Work, record: Record, values: Values, seen: int) -> None:
    """A new record holds every required field, and its parent is a record its author sees."""
    if missing := required_fields(record.type) - values.keys():
        raise Refused("incomplete", field=min(missing))
    record.row.update({path: value for path, value in values.items() if "." not in path})
    for type_, id_ in rounds.parents(record):
        parent = work.get(type_, str(id_))
        if parent is None:
            _orphan(work, type_, str(id_))
        elif not work.visible(parent):
            hide(work, parent, seen)


def _orphan(work: Work, type_: str, id_: str) -> None:
    """Why a parent is not there: it was set aside, it was refused, or nobody knows it."""
    for held in (*work.state.held.values(), *work.held.values()):
        if (held.type, held.id, held.status) == (type_, id_, "open"):
            raise SetAside(held.code, held.subject)
    log = work.state.log.values()
    about = [one.result["outcome"] for one in log if isinstance(one.content, dict) and one.content.get("id") == id_]
    raise Refused("parent_refused" if "refused" in about else "unknown_record")


def hide(work: Work, record: Record, seen: int) -> None:
    """A record the caller may not see is unknown; work done before the right went is set aside."""
    if work.lenient:
        return
    if record.type != "branch" and work.formerly_visible(record, seen):
        raise SetAside("out_of_scope", work.root_of(record).id)
    raise Refused("unknown_record")


def _judge_edit(work: Work, record: Record, values: Values, bases: Bases, seen: int, *, creates: bool) -> None:
    if any(path.startswith(("members.", "notes.")) and path.partition(".")[2] not in GRANTS for path in values):
        raise Refused("unknown_record")
    if record.type == "inspection":
        _judge_inspection(work, record, values, seen, creates)
    elif record.type == "finding":
        _judge_finding(work, record, values, bases, seen, creates)
    elif record.type in rounds.JUDGES:
        rounds.JUDGES[record.type](work, record, values, seen, creates)
    else:
        _judge_photo(work, record, seen, creates)


def _judge_inspection(work: Work, record: Record, values: Values, seen: int, creates: bool) -> None:
    me, branch = work.person, record.row["branch"]
    if creates:
        if record.row["standard"] != STANDARD:
            raise Refused("unknown_standard")
        if not work.state.over(me, "inspector", branch) and not work.lenient:
            raise Refused("not_allowed")
        record.row["lead"] = me
    elif values != {f"members.{me}": False}:
        _refuse_outsider(work, record, seen)
    for path, value in values.items():
        name, _, person = path.partition(".")
        if name != "members" or (person == me and value is False):
            continue
        if record.row["lead"] != me or (value and not work.state.over(person, "inspector", branch)):
            raise Refused("not_allowed", field=path)
    _refuse_locked(work, record, None, seen)


def _judge_finding(work: Work, record: Record, values: Values, bases: Bases, seen: int, creates: bool) -> None:
    inspection, me, item = work.inspection_of(record), work.person, record.row["item"]
    for path in values:
        name, _, check = path.partition(".")
        if item not in ITEMS or (name in ("checks", "reasons") and check not in ITEMS[item]):
            raise Refused("unknown_check", field=path)
        if name == "notes" and check != me:
            raise Refused("not_allowed", field=path)
    if creates and record.id != finding_id(inspection.id, item):
        raise Refused("bad_value", field="item")
    if not _settles_as_reviewer(work, inspection, record, values, bases):
        _refuse_outsider(work, inspection, seen)
        _refuse_locked(work, inspection, record, seen)
    for path, value in values.items():
        _refuse_own_judgement(me, record.registers.get(path, Register()), value, bases[path])


def _judge_photo(work: Work, record: Record, seen: int, creates: bool) -> None:
    if creates:
        record.row["author"] = work.person
    elif record.row["author"] != work.person:
        raise Refused("not_allowed")
    finding = work.need("finding", record.row["of"]["id"])
    inspection = work.inspection_of(finding)
    _refuse_outsider(work, inspection, seen)
    _refuse_locked(work, inspection, finding, seen)


def _settles_as_reviewer(work: Work, inspection: Record, finding: Record, values: Values, bases: Bases) -> bool:
    """A supervisor edits a finding only to settle a conflict, having seen every opinion."""
    supervises = work.state.over(work.person, "supervisor", inspection.row["branch"])
    if inspection.row["status"] not in LIVE or not supervises:
        return False
    for path in values:
        register = finding.registers.get(path)
        if register is None or not is_open(register) or not {one.change for one in register.heads} <= set(bases[path]):
            return False
    return True


def _refuse_own_judgement(me: str, register: Register, value: Any, bases: list[ChangeId]) -> None:
    """The author of one opinion can only yield to another's, unless all opinions are theirs."""
    if len(register.heads) < 2 or not is_open(register):
        return
    others = [head for head in register.heads if head.person != me]
    unlike = [head for head in others if judgement(head.value) != judgement(value)]
    if len(others) < len(register.heads) and others and unlike == others and any(one.change in bases for one in unlike):
        raise Refused("own_judgement")


def _refuse_outsider(work: Work, inspection: Record, seen: int) -> None:
    """Only lead and members edit; the work of somebody who was one when they did it is set aside."""
    if work.lenient or acts.takes_part(work.person, inspection):
        return
    if inspection.rev and work.formerly_visible(inspection, seen):
        raise SetAside("out_of_scope", inspection.id)
    raise Refused("not_allowed")


def _refuse_locked(work: Work, inspection: Record, finding: Record | None, seen: int) -> None:
    """A submitted item is locked; what was done before its author had seen the submission is late evidence."""
    status = inspection.row["status"]
    if work.lenient and status not in ("approved", "void"):
        return
    if status == "void":
        raise Refused("wrong_state")
    if finding is None and status in EDITABLE:
        return
    if finding is not None and (status == "draft" or (status == "returned" and finding.row["status"] == "returned")):
        return
    locked = _last_lock(work, finding) if finding is not None and finding.rev else None
    locked = locked or _last_lock(work, inspection)
    if locked is not None and locked[0] > seen and locked[1] != work.device:
        raise SetAside("late_evidence", inspection.id)
    raise Refused("locked")


def _last_lock(work: Work, record: Record) -> tuple[int, int] | None:
    """(rev, device) of the last submission that locked a record; ``None`` when it is of this very transaction."""
    key = (record.type, record.id)
    if any(touched == key and touch.verb == "submit" for touched, touch in work.touches):
        return None
    return next(
        ((one.rev, one.device) for one in reversed(work.state.touches.get(key, ())) if one.verb == "submit"), None
    )


def _merge(
    work: Work, record: Record, values: Values, bases: Bases, change: Change, sending: Sending, *, creates: bool
) -> Values:
    pure = not creates and not record.open_paths()  # a settled conflict leaves the row: its author must be told
    record = work.change(record, "create" if creates else "edit")
    place = len(work.touches) - 1
    times = work.times.setdefault((work.device, work.n), {})
    fates: dict[str, str] = {}
    for path, value in values.items():
        field, _ = locate(record.type, path)
        assert field is not None
        register = record.registers.get(path, Register())
        if field.policy is Policy.ONCE and register.heads:
            pure = False
            continue
        known, counting = _known(work, record, path, bases[path])
        t = merging.effective_time(sending.received, sending.sent, change.at, known)
        head = Head(t, work.device, work.n, work.person, change.at, value)
        merged, fates[path] = merging.merge(register, head, counting, known, field.policy)
        record.settle(path, merged)
        times[record.type, record.id, path] = t
        pure = pure and fates[path] == "applied" and seen_by(merged) == [head.change]
    if rounds.edited(work, record, values):
        pure = False
    if pure and not record.open_paths():
        key, touch = work.touches[place]
        work.touches[place] = (key, touch._replace(pure=True))
    return _result(change.n, fates)


def _result(n: int, fates: dict[str, str]) -> Values:
    """The outcome of an edit is the worst of its fields'."""
    for fate, more in (("conflict", {"code": "concurrent_edit"}), ("superseded", {})):
        if path := next((path for path, one in fates.items() if one == fate), None):
            return {"n": n, "outcome": fate, **more, "field": path}
    return {"n": n, "outcome": "applied"}


def _known(work: Work, record: Record, path: str, bases: list[ChangeId]) -> tuple[dict[ChangeId, int], list[ChangeId]]:
    """Effective time of the bases that were applied to this field, and the bases that count."""
    known: dict[ChangeId, int] = {}
    counting: list[ChangeId] = []
    for base in dict.fromkeys(bases):
        times = work.times.get(base)
        if times is None:
            logged = work.state.log.get(base)
            is_lasting = logged is not None and ((record.type, record.id, path) in logged.times or not is_held(logged))
            times = logged.times if logged is not None and is_lasting else None
        if times is None or (record.type, record.id, path) in times:
            counting.append(base)
        if times is not None and (record.type, record.id, path) in times:
            known[base] = times[record.type, record.id, path]
    return known, counting


def is_held(logged: Logged) -> bool:
    """Whether a change may still come to count."""
    return bool(logged.result["outcome"] == "held")


# Acts


def _act(work: Work, change: Change, seen: int) -> None:
    act = ACTS.get((change.type, str(change.act)))
    carry_out = acts.VERBS.get((change.type, str(change.act)))
    if act is None or carry_out is None:
        raise Refused("unknown_act")
    try:
        arguments = act.read({} if change.arguments is msgspec.UNSET else change.arguments)
    except msgspec.ValidationError:
        raise Refused("bad_value") from None
    record = work.get(change.type, change.id)
    if record is None:
        try:
            _orphan(work, change.type, change.id)
        except Refused:
            raise Refused("unknown_record") from None
    assert record is not None
    if not work.visible(record):
        hide(work, record, seen)
    _admit(work, record, act, seen)
    refuse_stale(work, act, record, arguments, seen)
    carry_out(work, record, arguments)


def _admit(work: Work, record: Record, act: Act, seen: int) -> None:
    """Who may, then from which state."""
    root = work.root_of(record)
    found = rounds.actors(work, root) if root.type == "visit" else acts.actors(work, root, act.verb)
    if record.type == "photo" and record.row["author"] == work.person:
        found.add("author")
    if found.isdisjoint(act.who):
        if work.formerly_visible(record, seen):
            raise SetAside("out_of_scope", root.id)
        raise Refused("not_allowed")
    if act.leaves is not None and record.row["status"] not in act.leaves:
        raise Refused("wrong_state")
    if root.type == "inspection":
        acts.admit(record, root, act.verb)


def refuse_stale(work: Work, act: Act, record: Record, arguments: Arguments, seen: int) -> None:
    """Refuse an act when what it judges was changed by another device after its author looked."""
    keys, verbs = acts.judged(work, act, record, arguments)
    changed = [
        (*key, touch.rev)
        for key in keys
        for touch in work.state.touches.get(key, ())
        if touch.rev > seen and touch.device != work.device and not touch.quiet and (not verbs or touch.verb in verbs)
    ]
    if changed:
        raise Refused("stale_view", changed=changed)
