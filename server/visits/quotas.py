"""What a branch has done of its month: closed visits, each counted once."""

import uuid
from collections.abc import Iterable, Sequence

import msgspec

from server.database.query import look_up
from server.door import Entry, Workspace, put
from server.visits.months import month_of

COUNTED = ("visits", "ride_alongs", "cards")


def tally_of(visit: Entry) -> str:
    """Branch and month a visit counts under, as its table has it; empty while it is a draft."""
    return "" if visit.row["status"] == "draft" else f"{visit.row['branch']} {month_of(visit.row['started_at'])}"


def quota_id(branch: str, month: str) -> str:
    """The id of a month's quota: nature gives the key."""
    return str(uuid.uuid5(uuid.UUID(branch), month))


async def recount(workspace: Workspace, visit: Entry) -> None:
    """Bring the months up to date that a closed or voided visit, what it corrects and its rivals count under."""
    concerned = [visit]
    if visit.row["corrects"] is not None:
        concerned += await workspace.load("visit", [visit.row["corrects"]])
        concerned += await workspace.children("visit", "corrects", visit.row["corrects"])
    for tally in sorted({entry.columns["tally"] for entry in concerned} - {""}):
        await _recount(workspace, tally)


async def _recount(workspace: Workspace, tally: str) -> None:
    closed = [entry for entry in await workspace.children("visit", "tally", tally) if entry.row["status"] == "closed"]
    kept = counting(closed, await _corrections(workspace, closed))
    values = {name: sum(kind_counted(entry) == name for entry in kept) for name in COUNTED}
    branch, month = tally.split(" ")
    id_ = quota_id(branch, month)
    quota = await workspace.get("quota", id_)
    if {name: quota.row[name] if quota else 0 for name in COUNTED} != values:
        await put(workspace, "quota", id_, {"branch": branch, "month": month, **values}, verb="count", quiet=True)


def kind_counted(visit: Entry) -> str | None:
    """The number a visit adds to: visits are those on which somebody was met in person."""
    if visit.row["kind"] == "visit":
        return "visits" if visit.row["result"] == "met" else None
    return {"ride_along": "ride_alongs", "card": "cards"}.get(visit.row["kind"])


def counting(closed: Iterable[Entry], corrections: Sequence[Entry]) -> list[Entry]:
    """Those that count: not corrected by a closed visit; of several that correct one visit, the last closed."""
    last: dict[str, Entry] = {}
    for entry in corrections:
        named = entry.row["corrects"]
        if named not in last or _order(entry) > _order(last[named]):
            last[named] = entry
    return [
        entry for entry in closed
        if entry.id not in last and (entry.row["corrects"] is None or last[entry.row["corrects"]].id == entry.id)
    ]  # fmt: skip


def _order(visit: Entry) -> tuple[int, str]:
    return visit.row["closed_at"], visit.id


async def _corrections(workspace: Workspace, closed: Sequence[Entry]) -> list[Entry]:
    """The closed visits that correct some visits, or what those correct."""
    named = {name for entry in closed for name in (entry.id, entry.row["corrects"]) if name is not None}
    rows = await look_up(
        "SELECT id FROM visit WHERE corrects IN (SELECT value FROM json_each(?))",
        msgspec.json.encode(sorted(named)).decode(),
    )
    await workspace.load("visit", [row[0] for row in rows])
    return [
        entry
        for entry in workspace.entries.values()
        if entry.type == "visit" and entry.row["corrects"] in named and entry.row["status"] == "closed"
    ]
