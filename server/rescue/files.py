"""The list of rescue files that were taken in: who brought which, when, whose it was, and what came of it."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

import msgspec

from server.database.query import fetch
from server.database.snapshot import snapshot
from server.identity import Caller
from server.identity.device_rows import Named
from server.identity.devices import theirs
from server.lists import Asked, Listing, page_of
from server.lists.answers import Column, when
from server.lists.finding import as_json
from server.rescue.reports import Photos, Report
from sync.records.values import Id


class Rescues(Asked, frozen=True, kw_only=True):
    """What the list is narrowed to: the files of one device, or of one person. ``q``: words of the person's name."""

    sort: Literal["brought_at", "-brought_at"] = "-brought_at"
    device: Annotated[int, msgspec.Meta(ge=1, le=2**53 - 1)] | None = None
    person: Id | None = None


class RescueFile(msgspec.Struct, frozen=True):
    """A file that was taken in. ``brought_by``: None where it was by command. ``vouched``: whoever brought it answers
    for it. ``made_at``: by the phone's clock. Counts as in its report; ``refused_before`` of all codes together.
    """

    id: str
    brought_at: int
    brought_by: Named | None
    vouched: bool
    device: int
    person: Named
    made_at: int
    new: int
    already: int
    outcomes: dict[str, int]
    refused_before: int
    photos: Photos


class RescuePage(msgspec.Struct, frozen=True):
    """A page of files."""

    rows: list[RescueFile]
    total: int
    page: int
    size: int


_FILES = Listing(
    source="rescue AS r JOIN device AS d ON d.id = r.device", key="r.id", sorts={"brought_at": ("r.brought_at",)}
)


async def files_for(caller: Caller, asked: Rescues) -> tuple[list[RescueFile], int]:
    """The files of the devices the caller answers for."""
    async with snapshot():
        where = await theirs(caller)
        where.add("r.report IS NOT NULL")
        if asked.device is not None:
            where.add("r.device = ?", asked.device)
        if asked.person is not None:
            where.add("r.person = ?", asked.person)
        await where.named_like(asked.q, "rescue", person="r.person")
        ids, total = await page_of(_FILES, asked, asked.sort, where)
        rows = await fetch(
            "SELECT r.id, r.brought_at, b.id, b.name, r.report FROM rescue AS r "
            "LEFT JOIN person AS b ON b.id = r.brought_by WHERE r.id IN (SELECT value FROM json_each(?))",
            as_json(ids),
        )
        found = {row[0]: _file(*row) for row in rows}
        return [found[id_] for id_ in ids], total


def _file(id_: str, brought_at: int, bringer: str | None, bringer_name: str | None, report: str) -> RescueFile:
    told = msgspec.json.decode(report, type=Report)
    return RescueFile(
        id=id_,
        brought_at=brought_at,
        brought_by=Named(bringer, bringer_name or "") if bringer is not None else None,
        vouched=told.vouched,
        device=told.device,
        person=Named(told.person.id, told.person.name),
        made_at=told.made_at,
        new=told.new,
        already=told.already,
        outcomes=told.outcomes,
        refused_before=sum(told.refused_before.values()),
        photos=told.photos,
    )


def _became(row: Any, outcome: str) -> int | None:
    found: int | None = row.outcomes.get(outcome)
    return found


COLUMNS: Mapping[str, Column] = {
    "brought_at": Column("收下时间", "Brought in", lambda row: when(row.brought_at)),
    "brought_by": Column("收下的人", "By", lambda row: row.brought_by.name if row.brought_by else None),
    "vouched": Column("担保", "Answered for", lambda row: "是 / yes" if row.vouched else None),
    "person": Column("人员", "Person", lambda row: row.person.name),
    "device": Column("设备号", "Device", lambda row: row.device),
    "made_at": Column("做文件的时间", "Made", lambda row: when(row.made_at)),
    "new": Column("新收的改动", "New changes", lambda row: row.new),
    "already": Column("早已有的", "Already here", lambda row: row.already),
    "held": Column("交督导处理", "With a supervisor", lambda row: _became(row, "held")),
    "refused": Column("没有收下", "Refused", lambda row: _became(row, "refused")),
    "photos": Column("新收的照片", "New photos", lambda row: row.photos.stored),
    "missing": Column("没收下的照片", "Photos not taken", lambda row: row.photos.missing),
}
