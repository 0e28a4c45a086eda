"""What a whole inspection costs on the wire: 112 answers and 20 photo records, sent as one phone would send them."""

import gzip
import json
import random
import tempfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.bench.measure import Aim, heading, table
from tests.bench.ours import ITEMS, ONSITE, Change, Handset, finding_id
from tests.bench.programs import ours_on_sqlite
from tests.bench.world import make_world
from tests.server.phone import uuid7

CHECKS = [check["code"] for item in ONSITE for check in ITEMS[item]["checks"]]
PHOTOS = 20
BEGUN = 1_795_312_000_000
ACKNOWLEDGEMENT = ("v", "epoch", "ack", "cursor", "time", "results")


def inspection(handset: Handset, dice: random.Random, *, rest_at_once: bool = False) -> Iterator[Change]:
    """A morning's work: every eleventh answer costs points and gets two photos, at the end the hand-in.

    Tap by tap; or ``rest_at_once``: what is well is passed with one tap an item, as the app offers.
    """
    at, made = BEGUN, set[str]()
    id_ = uuid7(at, dice)
    place = {"lat": round(dice.uniform(29, 31), 6), "lon": round(dice.uniform(119, 121), 6)}
    position = {**place, "accuracy": 12, "at": at - 60_000}  # asked for once, when the branch was looked for
    start = {
        "branch": [handset.branches[0]],
        "standard": [handset.standard],
        "started_at": [at],
        "position": [position],
    }
    yield {"at": at, "type": "inspection", "id": id_, "set": start}
    photographed = set(dice.sample(CHECKS, PHOTOS // 2))
    for check in CHECKS:
        at += dice.randint(2_000, 40_000)
        item = check.rpartition(".")[0]
        creates = {} if item in made else {"inspection": [id_], "item": [item]}
        made.add(item)
        answers = {check: {"result": "fail", "count": 1} if check in photographed else {"result": "pass"}}
        if rest_at_once and check not in photographed:
            answers = {one: {"result": "pass", "bulk": True} for one in _rest(item, photographed)}
            if check != next(iter(answers)):
                continue
        sets = {f"checks.{one}": [answer] for one, answer in answers.items()}
        yield {"at": at, "type": "finding", "id": finding_id(id_, item), "set": {**creates, **sets}}
        for _ in range(2 if check in photographed else 0):
            at += dice.randint(5_000, 20_000)
            yield {
                "at": at,
                "type": "photo",
                "id": uuid7(at, dice),
                "set": _photo(id_, item, check, position, at, dice),
            }
    yield {
        "at": at + 60_000,
        "type": "inspection",
        "id": id_,
        "act": "submit",
        "with": {"shown": {"total": 875, "vetoes": []}},
    }


def _rest(item: str, photographed: set[str]) -> list[str]:
    return [check["code"] for check in ITEMS[item]["checks"] if check["code"] not in photographed]


def _photo(id_: str, item: str, check: str, position: dict[str, float], at: int, dice: random.Random) -> dict[str, Any]:
    values = {
        "of": {"type": "finding", "id": finding_id(id_, item)},
        "sha256": dice.randbytes(32).hex(),
        "preview_sha256": dice.randbytes(32).hex(),
        "bytes": dice.randint(180_000, 420_000),
        "width": 1600,
        "height": 1200,
        "taken_at": at - dice.randint(600, 2_500),
        "source": "camera",
        "check": check,
        "position": position,
        "clock_offset": -1_250,
    }
    return {name: [value] for name, value in values.items()}


def measure() -> dict[str, Any]:
    """Bytes up and down, plain and compressed; with the aims under ``aims``."""
    with tempfile.TemporaryDirectory(prefix="xunfang-bench-") as name:
        prepare = lambda data, url: make_world(data, url, counties=1, inspectors=1)  # noqa: E731
        with ours_on_sqlite(Path(name), prepare=prepare) as one:
            handset = Handset(one.url, one.prepared.inspectors[0])
            tapped, at_once = (
                [{**one, "seen": handset.cursor} for one in inspection(handset, random.Random(7), rest_at_once=rest)]
                for rest in (False, True)
            )
            figures = _whole(handset, tapped) | _one_item(handset)
            content = _compact(handset.request(at_once))
            handset.close()
    assert sum(change["type"] == "photo" for change in tapped) == PHOTOS
    assert len(CHECKS) == 112, "the on-site checks of the shipped edition"
    figures["the same, what is well passed at once an item"] = (len(content), _packed(content), None)
    heading(f"a whole inspection in bytes: {len(CHECKS)} answers, {PHOTOS} photo records, {len(tapped)} changes")
    table(("", "plain", "gzip", "of that pure chance"), [[name, *map(_cell, row)] for name, row in figures.items()])
    up, down = figures["whole inspection, up"], figures["its acknowledgement alone"]
    return {
        "bytes": figures,
        "aims": [
            Aim("whole inspection tap by tap, compressed, unsigned", up[1] / 1000, "KB", most=5),
            Aim("acknowledgement of a whole inspection, plain", down[0], "B", most=200),
        ],
    }


def _packed(content: bytes) -> int:
    """As a browser compresses: gzip at zlib's own level."""
    return len(gzip.compress(content, compresslevel=6, mtime=0))


def _cell(value: int | None) -> str:
    return "–" if value is None else f"{value:,}"


def _whole(handset: Handset, changes: list[Change]) -> dict[str, tuple[int, int | None, int | None]]:
    """One request with everything that was done without a signal, as a phone compresses it, and its answer."""
    content = _compact(handset.request(changes))
    packed = gzip.compress(content, compresslevel=6, mtime=0)
    headers = {"Content-Encoding": "gzip", "Accept-Encoding": "gzip"}
    body = handset.lean.exchange(handset.lean.prepare("POST", "/api/sync", packed, **headers))
    plain = zlib.decompress(body, wbits=31) if body[:2] == b"\x1f\x8b" else body
    reply = handset.took(plain)
    alone = _compact({key: value for key, value in reply.items() if key in ACKNOWLEDGEMENT})
    return {
        "whole inspection, up": (len(content), len(packed), _chance(changes)),
        "its answer, down, with the rows": (len(plain), len(body), None),
        "its acknowledgement alone": (len(alone), None, None),
    }


def _one_item(handset: Handset) -> dict[str, tuple[int, int | None, int | None]]:
    """The everyday round trip: one more answer of an item that is there already."""
    id_ = handset.start_inspections(1)[0]
    item = ONSITE[0]
    first, second = (check["code"] for check in ITEMS[item]["checks"][:2])
    finding = finding_id(id_, item)
    made = {"inspection": [id_], "item": [item], f"checks.{first}": [{"result": "pass"}]}
    handset.sync([{"type": "finding", "id": finding, "set": made}])
    content = _compact(
        handset.request([{"type": "finding", "id": finding, "set": {f"checks.{second}": [{"result": "pass"}]}}])
    )
    body = handset.lean.exchange(handset.lean.prepare("POST", "/api/sync", content))
    handset.took(body)
    return {
        "one more answer, up": (len(content), _packed(content), None),
        "its answer, down": (len(body), None, None),
    }


def _chance(changes: list[Change]) -> int:
    """Bytes of pure chance in it, which nothing can compress: hashes and the random part of ids."""
    ids = {change["id"] for change in changes}
    return PHOTOS * 64 + len(ids) * 10


def _compact(value: Any) -> bytes:
    """As a browser writes JSON."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
