"""Nothing half there: log, touches, feed, clock and tables tell one story, and so do pictures and their files."""

import hashlib
import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import server.app  # declares the record types to the door
from server.door import slice_of
from sync.records import RECORDS, split_path
from tests.server.kills.books import Books, Rows
from tests.server.reply import demand

assert server.app.SYNCED
TABLES = {type_: declared.table_name for type_ in RECORDS if (declared := slice_of(type_)) is not None}
TAKEN = ("applied", "conflict", "superseded")
Logged = dict[int, tuple[Any, ...]]


async def demand_whole(books: Books) -> None:
    """`BadReply` with the sentence that does not hold."""
    clock, log, touches, feed, devices, held, *tables = await books.read(
        "SELECT rev FROM clock",
        "SELECT id, device, n, rev, type, record, content, outcome FROM log",
        "SELECT type, record, rev, log FROM touch",
        "SELECT audience, type, record, rev, gone FROM feed",
        "SELECT id, settled FROM device",
        "SELECT device, n FROM held",
        *(f"SELECT id, rev, change, body FROM {table} ORDER BY id" for table in TABLES.values()),
    )
    by_id: Logged = {row[0]: row for row in log}
    records = {(type_, row[0]): row for type_, rows in zip(TABLES, tables, strict=True) for row in rows}
    _revs(clock[0][0], log, touches)
    _numbers(devices, log)
    _touched(by_id, touches)
    _latest(records, touches, feed)
    _values(records, log)
    aside = {(row[1], row[2]) for row in log if row[7] == "held"}
    demand({tuple(row) for row in held} == aside, "what the log says is held is set aside, and nothing else is")


def _revs(clock: int, log: Rows, touches: Rows) -> None:
    """Each rev the clock gave belongs to something, and nothing has one it did not give."""
    revs = {row[3] for row in log} | {row[2] for row in touches}
    demand(revs == set(range(1, clock + 1)), f"revs and clock: {sorted(revs ^ set(range(1, clock + 1)))[:9]} {clock}")


def _numbers(devices: Rows, log: Rows) -> None:
    """The log holds every change of a device up to its watermark, once, and none above it."""
    numbers: dict[int, list[int]] = defaultdict(list)
    for _, device, n, *_ in log:
        numbers[device].append(n)
    for device, settled in devices:
        demand(sorted(numbers[device]) == list(range(1, settled + 1)), f"device {device}: {settled} and its log")


def _touched(by_id: Logged, touches: Rows) -> None:
    """A change that was taken left its touch, and no touch is without its change."""
    touched = {(log, type_, record) for type_, record, _, log in touches}
    for log, type_, record in touched:
        demand(log in by_id, f"{type_} {record} was touched by {log}, which is not in the log")
    for id_, device, n, _, type_, record, content, outcome in by_id.values():
        again = '"act":"join"' in content.replace(" ", "")  # a member who joins once more changes nothing
        if device > 0 and outcome in ("applied", "conflict") and not again:
            demand((id_, type_, record) in touched, f"[{device}, {n}] was {outcome} and touched nothing: {content}")


def _latest(records: dict[Any, Any], touches: Rows, feed: Rows) -> None:
    """Row, last touch and feed of a record bear one rev; what the feed shows is there."""
    touched: dict[Any, dict[int, set[int]]] = defaultdict(lambda: defaultdict(set))
    for type_, record, rev, log in touches:
        touched[type_, record][rev].add(log)
    shown: dict[Any, set[int]] = defaultdict(set)
    for _, type_, record, rev, gone in feed:
        demand((type_, record) in records, f"the feed shows {type_} {record}, which is not there")
        if not gone:
            shown[type_, record].add(rev)
    demand(records.keys() == touched.keys(), f"rows and touches: {list(records.keys() ^ touched.keys())[:5]}")
    for key, (_, rev, change, _) in records.items():
        demand(max(touched[key]) == rev, f"{key} is at {rev}, touched at {max(touched[key])}")
        demand(change in touched[key][rev], f"{key} bears change {change}, touched by {touched[key][rev]}")
        demand(shown[key] <= {rev}, f"{key} is at {rev}, in the feed at {shown[key]}")


def _values(records: dict[Any, Any], log: Rows) -> None:
    """A field holds what the change says that the row names as its winner."""
    content = {(row[1], row[2]): row for row in log if row[1] > 0}
    for (type_, id_), (_, _, _, body) in records.items():
        row = json.loads(body)
        for path, heads in row["by"].items():
            for device, n in heads:
                if device == 0:
                    continue
                demand((device, n) in content, f"{type_} {id_}: {path} names [{device}, {n}], which is not in the log")
                kept = content[device, n]
                demand(kept[7] in TAKEN, f"{type_} {id_}: {path} names [{device}, {n}], which was {kept[7]}")
            _value(f"{type_} {id_} {path}", row, path, [content.get(tuple(head)) for head in heads])


def _value(where: str, row: dict[str, Any], path: str, changes: list[tuple[Any, ...] | None]) -> None:
    if changes[0] is None:
        return
    told = json.loads(changes[0][6])
    if path not in told.get("set", {}):
        return  # an act wrote it
    name, key = split_path(path)
    value = row[name] if key is None else row[name].get(key)
    demand(value == told["set"][path][0], f"{where} is {value}, and its change says {told['set'][path][0]}")


async def demand_pictures(books: Books) -> None:
    """A photo that is said to be here is: the link, the blob, and a file with the promised hash."""
    photos, blobs, links, uploads = await books.read(
        "SELECT id, body FROM photo",
        "SELECT sha256, bytes, stripped FROM blob",
        "SELECT photo, kind, sha256 FROM blob_photo",
        "SELECT photo, kind, sha256 FROM upload WHERE ended = 'stored'",
    )
    stored = {row[0] for row in blobs}
    linked = {(photo, kind): sha256 for photo, kind, sha256 in links}
    for photo, kind, sha256 in [*links, *uploads]:
        demand(sha256 in stored and (photo, kind) in linked, f"{kind} of {photo} is stored, linked and known")
    by_id = {id_: json.loads(body) for id_, body in photos}
    for photo, kind in linked:
        at = by_id[photo]["stored_at" if kind == "full" else "preview_at"]
        demand(at is not None, f"{kind} of {photo} is here, and its row says so")
    for sha256, length, stripped in blobs:
        demand(_file(books.data, "original", sha256).is_file(), f"the file of {sha256}")
        data = _file(books.data, "original", sha256).read_bytes()
        demand(len(data) == length and hashlib.sha256(data).hexdigest() == sha256, f"the bytes of {sha256}")
        demand(not stripped or _file(books.data, "display", sha256).is_file(), f"the copy for display of {sha256}")


def _file(data: Path, copy: str, sha256: str) -> Path:
    return data / "photos" / copy / sha256[:2] / sha256
