"""Taking a rescue file in: its changes by the way of the sync in the name of their author's device, its pictures by the
way of uploads. Every change has the number it has on the phone, so whatever comes twice has no effect.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from itertools import groupby
from uuid import uuid4

import msgspec

from server.database import current_engine, transaction
from server.database.query import look_up
from server.door import Numbered
from server.identity import Caller, grants_of
from server.photos import acts as photos
from server.photos.tus import Promise
from server.photos.workshop import Workshop
from server.problems import Refusal
from server.rescue.container import End, Photo, Reader
from server.rescue.opening import Opened
from server.rescue.reports import Author, Fate, Report, counted
from server.sync.envelope import Envelope, read_change
from server.sync.moment import moment_of
from server.sync.push import push
from sync.change import Result, SyncRequest

MOST_AT_ONCE = 500
Progress = Callable[[str, int, int], None]


async def take_in(opened: Opened, workshop: Workshop, now: int, progress: Progress) -> Report:
    """Everything of an opened file. Refused before anything was taken: 409 rescue_gap, rescue_fork."""
    head, owner = opened.head, opened.owner
    author = Caller(person=owner.person, device=head.device, grants=await grants_of(owner.person), session="")
    report = Report(device=head.device, person=Author(owner.person, owner.name), made_at=head.made_at, brought_at=now)
    report.refused_before = dict(counted([code for code, _ in opened.content.refused]))
    await _take_changes(opened, author, report, now, progress)
    await _take_photos(opened, author, workshop, report, progress)
    return report


# --- changes


async def _take_changes(opened: Opened, author: Caller, report: Report, now: int, progress: Progress) -> None:
    waiting, kept = _read_all(opened.content.waiting), _read_all(opened.content.kept)
    own = {change.n for change in waiting}
    line = sorted([*waiting, *(change for change in kept if change.n not in own)], key=lambda change: change.n)
    settled = await _settled(author.device)
    line = [change for change in line if change.n > settled or change.n in own]
    numbers = [change.n for change in line]
    if numbers and (numbers != list(range(numbers[0], numbers[-1] + 1)) or numbers[0] > settled + 1):
        raise Refusal("rescue_gap")
    # The phone's clock as it would show now: so the time between the making of the file and today does not count.
    sent = max(opened.head.made_at, now - (opened.owner.clock_offset or 0))
    head = SyncRequest(
        v=1, device=author.device, epoch=None, sent=sent, cursor=opened.content.about.cursor,
        audiences=[], fill={}, changes=[],
    )  # fmt: skip
    done = 0
    for batch in _batches(line):
        progress("changes", done, len(line))
        await _take_batch(author, Envelope(head, batch), own, report, now)
        done += len(batch)


def _read_all(raws: Sequence[bytes]) -> list[Numbered]:
    try:
        return [read_change(raw) for raw in raws]
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise Refusal("rescue_damaged") from error


def _batches(line: Sequence[Numbered]) -> Iterator[list[Numbered]]:
    """Runs of changes, groups whole; as a phone would send them."""

    def key(numbered: tuple[int, Numbered]) -> tuple[bool, int]:
        index, item = numbered
        group = item.change.group if item.change is not None else msgspec.UNSET
        return (True, group) if isinstance(group, int) else (False, index)

    batch: list[Numbered] = []
    for _, members in groupby(enumerate(line), key):
        run = [item for _, item in members]
        if batch and len(batch) + len(run) > MOST_AT_ONCE:
            yield batch
            batch = []
        batch += run
    if batch:
        yield batch


async def _settled(device: int, lock: str = "") -> int:
    return int((await look_up(f"SELECT settled FROM device WHERE id = ?{lock}", device))[0][0])


async def _take_batch(author: Caller, envelope: Envelope, own: set[int], report: Report, now: int) -> None:
    async with transaction():
        settled = await _settled(author.device, current_engine().row_lock)  # the phone itself may have come meanwhile
        changes = [change for change in envelope.changes if change.n > settled or change.n in own]
        before = await moment_of(author, envelope.head)
        try:
            pushed = await push(author, Envelope(envelope.head, changes), before, now)
        except Refusal as refusal:
            codes = {"device_fork": "rescue_fork", "gap": "rescue_gap"}
            raise Refusal(codes.get(refusal.code, refusal.code)) from refusal
    results = {result.n: result for result in pushed.results}
    for change in changes:
        _tell(report, change, results.get(change.n), is_new=change.n > settled)


def _tell(report: Report, change: Numbered, result: Result | None, *, is_new: bool) -> None:
    if not is_new:
        report.already += 1
        return
    report.new += 1
    report.count(result.outcome if result else "applied")
    if result and result.outcome != "superseded":
        type_ = change.change.type if change.change else ""
        report.tell(Fate(change.n, type_, result.outcome, result.code if isinstance(result.code, str) else ""))


# --- pictures


async def _take_photos(opened: Opened, author: Caller, workshop: Workshop, report: Report, progress: Progress) -> None:
    done, all_ = 0, opened.content.photos
    with opened.path.open("rb") as file:
        reader = opened.reader(file)
        while not isinstance(entry := await asyncio.to_thread(reader.entry), End):
            if not isinstance(entry, Photo):
                continue
            progress("photos", done, all_)
            code = await _take_photo(entry, reader, author, workshop)
            if entry.size == "full":
                _tell_photo(report, code)
            done += 1


def _tell_photo(report: Report, code: str) -> None:
    if code == "stored":
        report.photos.stored += 1
    elif code == "already":
        report.photos.already += 1
    else:
        report.photos.missing += 1
        report.tell(Fate(0, "photo", "refused", code))


async def _take_photo(entry: Photo, reader: Reader, author: Caller, workshop: Workshop) -> str:
    """`stored`, `already`, or the code of a refusal. The bytes are taken from the reader either way."""
    pieces = reader.pieces(entry.bytes)
    promise = Promise(photo=entry.id, sha256=entry.sha256, kind=entry.size)
    upload = None
    try:
        upload = await photos.begin(workshop, author, str(uuid4()), promise, entry.bytes, "")
        if upload.ended:
            return "already"
        await photos.append(workshop, author, upload.id, 0, entry.bytes, None, _flowing(pieces))
    except Refusal as refusal:
        if refusal.code in ("storage_full", "unavailable"):
            raise
        if upload is not None:
            with contextlib.suppress(Refusal):
                await photos.terminate(workshop, author, upload.id)
        return refusal.code
    else:
        return "stored"
    finally:
        await asyncio.to_thread(_drain, pieces)


def _drain(pieces: Iterator[bytes]) -> None:
    for _ in pieces:
        pass


async def _flowing(pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    while piece := await asyncio.to_thread(next, pieces, b""):
        yield piece
