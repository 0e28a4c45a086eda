"""Taking a rescue file in: its changes by the way of the sync in the name of their author's device, its pictures by the
way of uploads. Every change has the number it has on the phone, so whatever comes twice has no effect.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Iterator, Sequence, Set
from itertools import groupby
from uuid import uuid4

import msgspec

from server.database import current_engine, transaction
from server.database.query import look_up
from server.door import Numbered
from server.identity import Caller, grants_of
from server.identity.acts import note_brought
from server.photos import acts as photos
from server.photos.tus import Promise
from server.photos.workshop import Workshop
from server.problems import Refusal
from server.rescue.container import Content, End, Photo, Reader
from server.rescue.opening import Opened
from server.rescue.reports import Author, Fate, Report, counted
from server.rescue.since import SentSince, stand_in, stood_in_for
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
    report.vouched = opened.vouched
    report.refused_before = counted(opened.content.refused)
    await _take_changes(opened, author, report, now, progress)
    await _take_photos(opened, author, workshop, report, progress)
    await note_brought(head.device, head.made_at, report.photos.missing)
    return report


# --- changes


class _Listed(msgspec.Struct, frozen=True):
    """A change as it lies in the file: decoded it would take many times the room."""

    n: int
    group: int | None
    raw: bytes


async def _take_changes(opened: Opened, author: Caller, report: Report, now: int, progress: Progress) -> None:
    own, line = await asyncio.to_thread(_line_of, opened.content)
    settled = await _settled(author.device)
    line = [one for one in line if one.n > settled or one.n in own]
    numbers = [one.n for one in line]
    if numbers and (numbers != list(range(numbers[0], numbers[-1] + 1)) or numbers[0] > settled + 1):
        raise Refusal("rescue_gap")
    since = SentSince(author.device, sum(1 for one in line if one.n in own))
    await since.among({})  # what there is to read is read before anybody waits for it
    batches = list(_batches(line))
    if any(len(batch) > MOST_AT_ONCE for batch in batches):  # no phone makes a step as long as that
        raise Refusal("rescue_damaged")
    # The phone's clock as it would show now: so the time between the making of the file and today does not count.
    sent = max(opened.head.made_at, now - (opened.owner.clock_offset or 0))
    head = SyncRequest(
        v=1, device=author.device, epoch=None, sent=sent, cursor=opened.content.about.cursor,
        audiences=[], fill={}, changes=[],
    )  # fmt: skip
    done = 0
    for batch in batches:
        progress("changes", done, len(line))
        fates = await _take_batch(author, head, _Part(batch, own, since), now)
        report.already += sum(1 for one in batch if one.n in own) - sum(1 for change, *_ in fates if change.n in own)
        for change, result, is_new in fates:
            _tell(report, change, result, is_new=is_new)
        done += len(batch)


def _line_of(content: Content) -> tuple[set[int], list[_Listed]]:
    """The numbers of what waits, and that with what some server had, in order. Blocks."""
    try:
        waiting, kept = [[_listed(raw) for raw in raws] for raws in (content.waiting, content.kept)]
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise Refusal("rescue_damaged") from error
    own = {one.n for one in waiting}
    return own, sorted([*waiting, *(one for one in kept if one.n not in own)], key=lambda one: one.n)


def _listed(raw: bytes) -> _Listed:
    numbered = read_change(raw)
    return _Listed(numbered.n, numbered.group, raw)


def _batches(line: Sequence[_Listed]) -> Iterator[list[_Listed]]:
    """Runs of changes, groups whole; as a phone would send them."""

    def key(numbered: tuple[int, _Listed]) -> tuple[bool, int]:
        index, one = numbered
        return (True, one.group) if one.group is not None else (False, index)

    batch: list[_Listed] = []
    for _, members in groupby(enumerate(line), key):
        run = [one for _, one in members]
        if batch and len(batch) + len(run) > MOST_AT_ONCE:
            yield batch
            batch = []
        batch += run
    if batch:
        yield batch


async def _settled(device: int, lock: str = "") -> int:
    return int((await look_up(f"SELECT settled FROM device WHERE id = ?{lock}", device))[0][0])


class _Part(msgspec.Struct, frozen=True):
    """Some changes in order, the numbers of those that wait, and where it is seen what came under later numbers."""

    batch: Sequence[_Listed]
    own: Set[int]
    since: SentSince


async def _take_batch(
    author: Caller, head: SyncRequest, part: _Part, now: int
) -> list[tuple[Numbered, Result | None, bool]]:
    """Each change with its outcome, None where it was plainly applied, and whether it is new. What waits and is not
    among them was here already, under a later number.
    """
    async with transaction():
        lock = current_engine().row_lock
        settled = await _settled(author.device, lock)  # the phone itself may have come meanwhile
        again = await part.since.among({one.n: one.raw for one in part.batch if one.n in part.own}, lock)
        used_up = await stood_in_for(author.device, part.batch[0].n, part.batch[-1].n)
        line = [one for one in part.batch if one.n > settled or one.n in part.own - again - used_up]
        changes = [read_change(stand_in(one.n) if one.n in again else one.raw) for one in line]
        before = await moment_of(author, head)
        try:
            pushed = await push(author, Envelope(head, changes), before, now)
        except Refusal as refusal:
            codes = {"device_fork": "rescue_fork", "gap": "rescue_gap"}
            raise Refusal(codes.get(refusal.code, refusal.code)) from refusal
    results = {result.n: result for result in pushed.results}
    return [(change, results.get(change.n), change.n > settled) for change in changes if change.n not in again]


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
        if refusal.code in ("storage_full", "unavailable", "photos_unavailable"):
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
