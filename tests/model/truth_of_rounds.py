"""Invariant 14: what records.md says of customers and visits, read off the rows alone."""

from collections import Counter
from collections.abc import Callable

from tests.model.state import Record, State

Fail = Callable[[int, str], None]
MONTH = 30 * 86_400_000
NEXT = {"draft": ("draft", "closed", "void"), "closed": ("closed", "void"), "void": ("void",)}
TAKEN = ("applied", "superseded")
NOTHING = {"visits": 0, "ride_alongs": 0, "cards": 0}
MADE = ("customer", "visit", "comment")
FREE = ("status", "customer")
"""What may still change of a visit that was closed: it may be declared void, and its customer merged."""


def stepped(record: Record, before: Record | None, fail: Fail) -> None:
    """A customer or visit was written: it goes on as it may, and what is done stays as it was."""
    row = record.row
    if record.type == "visit":
        if row["status"] == "closed" and row["result"] is None:
            fail(14, f"{record.id} was closed, and nobody said what came of it")
        if row["status"] == "closed" and row["kind"] == "visit" and row["customer"] is None:
            fail(14, f"{record.id} was closed, and nobody was visited")
        was = before.row["status"] if before is not None else "draft"
        if row["status"] not in NEXT[was]:
            fail(14, f"visit {record.id} went from {was} to {row['status']}")
    if before is None or before.row["status"] in ("draft", "active"):
        return
    free = FREE if record.type == "visit" else ("status",)
    if changed := [name for name, value in row.items() if name not in free and value != before.row[name]]:
        fail(14, f"{record.type} {record.id} is {before.row['status']}, and {changed} changed")


def rounds(state: State, fail: Fail) -> None:
    """Nobody is visited who was merged, who said and did what is told, and every visit is counted once."""
    _kept(state, fail)
    for one in state.records.values():
        if one.type in ("visit", "comment"):
            author = one.registers["branch" if one.type == "visit" else "of"].heads[0].person
            if author != one.row["person" if one.type == "visit" else "author"]:
                fail(14, f"{one.type} {one.id} is of {author}, and says otherwise")
        if one.type == "visit" and one.row["customer"] is not None:
            customer = state.records["customer", one.row["customer"]].row
            if customer["status"] == "merged" or customer["branch"] != one.row["branch"]:
                fail(14, f"visit {one.id} is with {one.row['customer']}, who is {customer['status']}")
    _counted(state, fail)


def _kept(state: State, fail: Fail) -> None:
    """Invariant 2: what its author was told is taken is there."""
    for said in (one for one in state.log.values() if one.device and one.result["outcome"] in TAKEN):
        key = (said.content["type"], said.content["id"])
        if key[0] in MADE and key not in state.records:
            fail(2, f"{key} was taken as {said.device} {said.n}, and is nowhere")


def _counted(state: State, fail: Fail) -> None:
    records = state.records.values()
    told = {(one.row["branch"], one.row["month"]): one.row for one in records if one.type == "quota"}
    count = _count([one for one in records if one.type == "visit"])
    for branch, month in {*told, *((branch, month) for branch, month, _ in count)}:
        for name in NOTHING:
            if told.get((branch, month), NOTHING)[name] != count[branch, month, name]:
                fail(14, f"{name} of {branch} in {month} are {count[branch, month, name]}, and {told} is told")


def _count(visits: list[Record]) -> Counter[tuple[str, str, str]]:
    """(branch, month, kind) of every visit that stands at the end of its corrections."""
    closed = sorted((one for one in visits if one.row["status"] == "closed"), key=lambda one: one.row["closed_at"])
    last = {one.row["corrects"]: one.id for one in sorted(closed, key=lambda one: (one.row["closed_at"], one.id))}
    found: Counter[tuple[str, str, str]] = Counter()
    for id_, row in ((one.id, one.row) for one in closed):
        if id_ in last or (row["corrects"] is not None and last[row["corrects"]] != id_):
            continue
        kind = {"ride_along": "ride_alongs", "card": "cards"}.get(row["kind"], "visits")
        if kind != "visits" or (row["kind"] == "visit" and row["result"] == "met"):
            found[row["branch"], str(row["started_at"] // MONTH), kind] += 1
    return found
