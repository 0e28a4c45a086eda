"""Customers, visits and remarks at the model's server: who may write them, what a visit goes through, what counts."""

import uuid
from collections.abc import Callable, Mapping
from typing import Any

from sync.workflow import Arguments
from tests.model.problems import Refused, SetAside
from tests.model.state import Record
from tests.model.work import Work
from tests.model.world import DAY

Values = Mapping[str, Any]
MONTH = 30 * DAY
COUNTED = {"visit": "visits", "ride_along": "ride_alongs", "card": "cards"}


def parents(record: Record) -> list[tuple[str, Any]]:
    """What a new record hangs on, as (type, id)."""
    row = record.row
    if record.type in ("photo", "comment"):
        return [(row["of"]["type"], row["of"]["id"])]
    if record.type == "finding":
        return [("inspection", row["inspection"])]
    named = [("customer", row["customer"]), ("visit", row["corrects"])] if record.type == "visit" else []
    return [("branch", row["branch"]), *((type_, id_) for type_, id_ in named if id_ is not None)]


# Edits


def _refuse_stranger(work: Work, record: Record, seen: int, mine: bool) -> None:
    if work.lenient or (mine and work.keeps(work.person, record.row["branch"])):
        return
    if record.rev and work.formerly_visible(record, seen):
        raise SetAside("out_of_scope", record.id)
    if not record.rev and _kept(work, record.row["branch"], seen):
        raise SetAside("out_of_scope", record.id)
    raise Refused("not_allowed")


def _kept(work: Work, branch: str, seen: int) -> bool:
    """Whether the actor kept a branch, which they still see, until after what they had seen."""
    line = work.state.line(branch)
    return any(
        who == work.person and role in ("carrier", "manager", "supervisor") and place in line and until > seen
        for who, role, place, until in work.state.former
    )


def judge_customer(work: Work, record: Record, values: Values, seen: int, creates: bool) -> None:
    """Carriers and managers over the branch keep its customers; one that was merged stays as it is."""
    _refuse_stranger(work, record, seen, True)
    if record.row["status"] != "active":
        raise Refused("wrong_state")


def judge_visit(work: Work, record: Record, values: Values, seen: int, creates: bool) -> None:
    """A draft is its person's; what was closed is never edited."""
    _refuse_stranger(work, record, seen, creates or record.row["person"] == work.person)
    if record.row["status"] != "draft":
        raise Refused("wrong_state")
    if creates:
        record.row["person"] = work.person
    for name, type_ in (("customer", "customer"), ("corrects", "visit")):
        named = values.get(name)
        other = work.get(type_, named) if named is not None else None
        if named is not None and (other is None or not (work.lenient or work.visible(other))):
            raise Refused("unknown_record", field=name)
        if other is not None and (other.id == record.id or other.row["branch"] != record.row["branch"]):
            raise Refused("bad_value", field=name)
        if other is not None and type_ == "visit" and other.row["status"] != "closed":
            raise Refused("wrong_state", field=name)


def judge_comment(work: Work, record: Record, values: Values, seen: int, creates: bool) -> None:
    """Whoever sees the subject may remark on it; what was said stays."""
    if creates:
        record.row["author"] = work.person
    elif record.row["author"] != work.person:
        raise Refused("not_allowed")


JUDGES: dict[str, Callable[[Work, Record, Values, int, bool], None]] = {
    "customer": judge_customer,
    "visit": judge_visit,
    "comment": judge_comment,
}


def edited(work: Work, record: Record, values: Values) -> bool:
    """A visit to a customer that was merged meanwhile is one to whom stands for it; whether it was."""
    if record.type != "visit" or values.get("customer") is None:
        return False
    stands = work.state.merged.get(record.row["customer"])
    if stands is not None:
        work.write(record, "merge", customer=stands)
    return stands is not None


# Acts


def actors(work: Work, visit: Record) -> set[str]:
    """What the actor is to a visit."""
    branch, found = visit.row["branch"], set[str]()
    if work.state.over(work.person, "manager", branch):
        found.add("manager")
    if visit.row["person"] == work.person and work.keeps(work.person, branch):
        found.add("person")
    return found


def close(work: Work, visit: Record, arguments: Arguments) -> None:
    """It is done, and counts."""
    if visit.row["result"] is None:
        raise Refused("incomplete", field="result")
    if visit.row["kind"] == "visit" and visit.row["customer"] is None:
        raise Refused("incomplete", field="customer")
    count(work, work.write(visit, "close", status="closed", closed_at=work.now))


def void(work: Work, visit: Record, arguments: Arguments) -> None:
    """It does not count; what it corrected counts again."""
    was_closed = visit.row["status"] == "closed"
    visit = work.write(visit, "void", status="void")
    if was_closed:
        count(work, visit)


def count(work: Work, visit: Record) -> None:
    """Bring the months of a branch up to date that a visit, or what it corrects, counts under."""
    branch = visit.row["branch"]
    closed = [one for one in work.children(branch, "visit") if one.row["status"] == "closed"]
    months = {month_of(one.row) for one in (visit, *closed)}
    for month in sorted(months):
        told = counted([one for one in closed if counts(one, closed)], month)
        id_ = str(uuid.uuid5(uuid.UUID(branch), month))
        quota = work.get("quota", id_)
        if told != {name: quota.row[name] if quota else 0 for name in told}:
            work.write(quota or Record("quota", id_), "count", quiet=True, branch=branch, month=month, **told)


def month_of(row: Values) -> str:
    """A month of the model, of thirty days."""
    return str(row["started_at"] // MONTH)


def counted(visits: list[Record], month: str) -> dict[str, int]:
    """How many count in a month, by kind."""
    told = dict.fromkeys(COUNTED.values(), 0)
    for row in (one.row for one in visits if month_of(one.row) == month):
        if row["kind"] in COUNTED and (row["kind"] != "visit" or row["result"] == "met"):
            told[COUNTED[row["kind"]]] += 1
    return told


def counts(visit: Record, closed: list[Record]) -> bool:
    """Whether no closed visit corrects it, nor a later one what it corrects."""
    mine, of = (visit.row["closed_at"], visit.id), visit.row["corrects"]
    rivals = [one for one in closed if of is not None and one.row["corrects"] == of]
    corrected = any(one.row["corrects"] == visit.id for one in closed)
    return not corrected and all((one.row["closed_at"], one.id) <= mine for one in rivals)


# At the desk


def merge(work: Work, customer: str, into: str) -> None:
    """Let another customer stand for one: its visits are theirs from now on, and later ones will be."""
    work.write(work.need("customer", into), "merge")
    branch = work.need("customer", customer).row["branch"]
    merged = [customer, *(one for one, stands in work.state.merged.items() if stands == customer)]
    for one in merged:
        work.state.merged[one] = into
        work.write(work.need("customer", one), "merge", status="merged")
    for visit in work.children(branch, "visit"):
        if visit.row["customer"] == customer:
            work.write(visit, "merge", customer=into)
