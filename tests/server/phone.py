"""A strict sync client, written from protocol §3 alone: outbox, cache, overlay. Tests drive the server with it.

Like the real phone it keeps two databases: the outbox (never lost) and the cache (disposable), each written by
itself, and takes a reply only if it answers the state the cache is in now.
"""

import copy
import gzip
import json
import uuid
from collections.abc import Callable, Iterable
from random import Random
from typing import Any

import httpx
import msgspec

from sync.records import fields, split_path
from tests.server.reply import Key, Row, check_problem, check_reply, demand

Change = dict[str, Any]
Base = list[int]
BATCH = 400
MOST_BASES = 50
NOT_APPLIED = ("refused", "held", "superseded")


class Turned(AssertionError):
    """The server answered a sync with something else than 200."""

    def __init__(self, response: httpx.Response) -> None:
        super().__init__(f"{response.status_code} {response.text[:500]}")
        self.status = response.status_code
        self.problem = check_problem(response)


class Outbox(msgspec.Struct):
    """What the person did. `changes` keeps settled ones too; `results` what became of those not plainly applied.

    `epoch`: that of the server which settled them. It must not be lost with the cache.
    """

    device: int
    epoch: int | None = None
    next: int = 1
    ack: int = 0
    changes: dict[int, Change] = {}
    results: dict[int, dict[str, Any]] = {}


class Cache(msgspec.Struct):
    """What the server told. `covers`: own changes up to this n are in the row; `confirmed`: in every row."""

    epoch: int | None = None
    cursor: int | None = None
    audiences: list[str] = []
    fill: dict[str, str] = {}
    rows: dict[Key, Row] = {}
    covers: dict[Key, int] = {}
    confirmed: int = 0
    more: bool = True


def uuid7(now: int, random: Random) -> str:
    """A UUIDv7 of this time (epoch ms)."""
    bits = now << 80 | 7 << 76 | random.getrandbits(12) << 64 | 2 << 62 | random.getrandbits(62)
    return str(uuid.UUID(int=bits))


class Phone:
    """One browser profile of one signed-in person. `skew` is what its clock is wrong by, in ms."""

    def __init__(
        self, http: httpx.AsyncClient, session: dict[str, Any], clock: Callable[[], int], skew: int = 0, seed: int = 0
    ) -> None:
        self.http = http
        self.person: str = session["person"]["id"]
        self.clock = clock
        self.skew = skew
        self.random = Random(f"{session['device']}:{seed}")
        self.hold: list[str] | None = None
        self.out = Outbox(device=session["device"])
        self.cache = Cache()

    # -- what the person does

    @property
    def device(self) -> int:
        return self.out.device

    def now(self) -> int:
        """What the phone's clock shows."""
        return self.clock() + self.skew

    def new_id(self) -> str:
        return uuid7(self.clock(), self.random)

    def edit(self, type_: str, id_: str, values: dict[str, Any], **extra: Any) -> int:
        """Set fields; bases are what the screen shows unless `bases` gives them by path. Returns the change's n."""
        bases = extra.pop("bases", {})
        sets = {path: [value, *bases.get(path, self.seen_in(type_, id_, path))] for path, value in values.items()}
        return self.put({"type": type_, "id": id_, "set": sets, **extra})

    def settle(self, type_: str, id_: str, path: str, value: Any, **extra: Any) -> int:
        """Pick a value having seen every side of an open conflict."""
        sides = self.row(type_, id_)["open"][path]
        heads = [*self.seen_in(type_, id_, path), *(side["by"] for side in sides)]
        bases = [list(pair) for pair in dict.fromkeys(map(tuple, heads))]
        return self.edit(type_, id_, {path: value}, bases={path: bases}, **extra)

    def act(self, type_: str, id_: str, verb: str, arguments: dict[str, Any] | None = None, **extra: Any) -> int:
        """An act, by default with what the cache holds as `seen`. Returns the change's n."""
        change = {"type": type_, "id": id_, "act": verb, "seen": self.cache.cursor, **extra}
        return self.put(change if arguments is None else {**change, "with": arguments})

    def put(self, change: Change) -> int:
        """Put a change into the outbox as it is, with the next n."""
        n = self.out.next
        self.out.changes[n] = copy.deepcopy({"n": n, "at": self.now(), **change})
        self.out.next = n + 1
        self.saved("outbox")
        return n

    # -- what the person sees

    def row(self, type_: str, id_: str) -> Row:
        """The confirmed row; KeyError if there is none."""
        return self.cache.rows[type_, id_]

    def has(self, type_: str, id_: str) -> bool:
        return (type_, id_) in self.cache.rows

    def rows(self, type_: str) -> list[Row]:
        return [row for (kind, _), row in self.cache.rows.items() if kind == type_]

    def visible(self, type_: str, id_: str) -> Row:
        """The confirmed row with own pending edits on top."""
        row = dict(self.cache.rows.get((type_, id_), {"id": id_}))  # lay() replaces what it changes
        for change in self.waiting(type_, id_):
            for path, (value, *_) in change["set"].items():
                lay(type_, row, path, value)
        return row

    def waiting(self, type_: str, id_: str, upto: int | None = None) -> list[Change]:
        """Own edits of a record that its confirmed row does not hold yet, oldest first; all that wait to be sent."""
        cover = min(self.out.ack, max(self.cache.covers.get((type_, id_), 0), self.cache.confirmed))
        return [
            change
            for n, change in self.out.changes.items()
            if n > cover
            and (upto is None or n <= upto)
            and (change.get("type"), change.get("id")) == (type_, id_)
            and "set" in change
            and self.outcome(n) not in NOT_APPLIED
        ]

    def seen_in(self, type_: str, id_: str, path: str) -> list[Base]:
        """The bases of the next edit of a field: what is shown, the own last word there, and what that had seen.

        Whatever became of that word, or will when a restored server judges it anew: its author knew it.
        """
        word = self.own_word(type_, id_, path)
        is_shown = any(path in change["set"] for change in self.waiting(type_, id_))
        row = self.cache.rows.get((type_, id_))
        confirmed = row["by"].get(path, []) if row and not is_shown else []
        return [list(base) for base in dict.fromkeys(map(tuple, [*confirmed, *word]))][:MOST_BASES]

    def own_word(self, type_: str, id_: str, path: str) -> list[Base]:
        """The last own edit of a field that was not refused, and what it names."""
        for n, change in reversed(self.out.changes.items()):
            is_of = (change.get("type"), change.get("id")) == (type_, id_) and path in change.get("set", ())
            if is_of and self.outcome(n) != "refused":
                return [[self.device, n], *change["set"][path][1:]]
        return []

    def outcome(self, n: int) -> str | None:
        """What became of a change; None while it is not settled."""
        if n > self.out.ack:
            return None
        return str(self.out.results.get(n, {"outcome": "applied"})["outcome"])

    def code(self, n: int) -> str | None:
        return self.out.results.get(n, {}).get("code")

    @property
    def unsent(self) -> list[Change]:
        return [change for n, change in self.out.changes.items() if n > self.out.ack]

    @property
    def quiet(self) -> bool:
        """Nothing to send, nothing more to fetch."""
        return not self.unsent and not self.cache.more and not self.cache.fill

    # -- one round trip

    def request(self, **overrides: Any) -> dict[str, Any]:
        """The envelope of the next round trip."""
        unsent = self.unsent
        batch = whole_groups(unsent, BATCH)
        rest = unsent[len(batch) :]
        pending: dict[str, Any] = {"changes": len(rest), "photos": 0, "bytes": 0}
        if rest:
            pending["oldest"] = rest[0]["at"]
        envelope = {
            "v": 1,
            "device": self.device,
            "epoch": self.cache.epoch,
            "sent": self.now(),
            "cursor": self.cache.cursor,
            "audiences": list(self.cache.audiences),
            "fill": dict(self.cache.fill),
            "pending": pending,
            "app": "1.0.0",
            "changes": copy.deepcopy(batch),
        }
        if self.hold is not None:
            envelope["hold"] = list(self.hold)
        return envelope | overrides

    async def send(self, request: dict[str, Any], compress: bool = False) -> httpx.Response:
        content, headers = json.dumps(request).encode(), {"content-type": "application/json"}
        if compress:
            content, headers["content-encoding"] = gzip.compress(content), "gzip"
        return await self.http.post("/api/sync", content=content, headers=headers)

    def take(self, request: dict[str, Any], response: httpx.Response) -> None:
        """Absorb a reply to a request, late and doubled ones too. Raises `Turned` for an error nothing here cures."""
        if response.status_code == 409 and response.json().get("code") == "gap":
            self._again_from(check_problem(response, 409, "gap")["expected"])
            self.saved("outbox")
            return
        if response.status_code != 200:
            raise Turned(response)
        reply = check_reply(request, response.content)
        self._settle(request, reply)
        self.saved("outbox")
        if self._answers(request, reply) and not reply.get("upgrade"):
            self._turn_page(request, reply)
            self.saved("cache")

    async def turn(self) -> dict[str, Any]:
        """One round trip; returns the reply."""
        request = self.request()
        response = await self.send(request)
        self.take(request, response)
        reply: dict[str, Any] = response.json()
        return reply

    async def sync(self, most: int = 300) -> "Phone":
        """Round trips until all is sent and fetched."""
        for _ in range(most):
            await self.turn()
            if self.quiet:
                return self
        raise AssertionError(f"not quiet after {most} round trips: {self.cache.fill} more={self.cache.more}")

    def saved(self, database: str) -> None:
        """Called when a write of this database is on the disk; tests of crashes listen here."""

    # -- what a reply does

    def _settle(self, request: dict[str, Any], reply: dict[str, Any]) -> None:
        """Take receipts: only for what this very request sent, since the outcomes of others are not told.

        A new epoch says from where on the restored server lacks changes; of an old epoch nothing is true any more.
        """
        known = reply["epoch"] if self.out.epoch is None else self.out.epoch
        if reply["epoch"] < known:
            return
        if reply["epoch"] > known:
            self._again_from(reply["ack"] + 1)
        self.out.epoch = reply["epoch"]
        if request["changes"]:
            self.out.ack = max(self.out.ack, min(reply["ack"], request["changes"][-1]["n"]))
        for result in reply.get("results", []):
            self.out.results[result["n"]] = result

    def _again_from(self, n: int) -> None:
        """The server lacks changes from this number on: they wait again, and what became of them is open."""
        self.out.ack = min(self.out.ack, n - 1)
        self.out.results = {n: result for n, result in self.out.results.items() if n <= self.out.ack}

    def _answers(self, request: dict[str, Any], reply: dict[str, Any]) -> bool:
        cache = self.cache
        asked = (request["cursor"], set(request["audiences"]), request["fill"], request["epoch"])
        mine = (cache.cursor, set(cache.audiences), cache.fill, cache.epoch)
        return asked == mine and (cache.epoch is None or reply["epoch"] >= cache.epoch)

    def _turn_page(self, request: dict[str, Any], reply: dict[str, Any]) -> None:
        cache = self.cache
        if reply["epoch"] != cache.epoch or (cache.cursor is not None and reply["cursor"] < cache.cursor):
            cache.rows, cache.covers = {}, {}  # answered like a cursor of null
            cache.confirmed = min(cache.confirmed, reply["ack"])
        for type_, rows in reply.get("rows", {}).items():
            for row in rows:
                self._take_row(type_, row, reply["ack"])
        for type_, id_, rev in reply.get("same", []):
            self._take_same((type_, id_), rev, request, reply["ack"])
        for type_, id_, rev in reply.get("gone", []):
            if (type_, id_) in cache.rows and rev >= cache.rows[type_, id_]["rev"]:
                del cache.rows[type_, id_]
                cache.covers.pop((type_, id_), None)
        held = reply.get("audiences", [name for name in request["audiences"] if name not in reply.get("drop", [])])
        cache.epoch, cache.cursor, cache.audiences = reply["epoch"], reply["cursor"], held
        cache.fill, cache.more = reply.get("fill", {}), reply.get("more", False)
        if not cache.more and not cache.fill:
            cache.confirmed, cache.covers = reply["ack"], {}

    def _take_row(self, type_: str, row: Row, ack: int) -> None:
        mine = self.cache.rows.get((type_, row["id"]))
        if mine is None or row["rev"] > mine["rev"]:
            self.cache.rows[type_, row["id"]] = row
            self.cache.covers[type_, row["id"]] = ack

    def _take_same(self, key: Key, rev: int, request: dict[str, Any], ack: int) -> None:
        demand(key in self.cache.rows, f"same names a row the phone holds: {key}")
        row = self.cache.rows[key]
        demand(rev > row["rev"], f"same brings a newer rev: {key} {rev} after {row['rev']}")
        brought = {change["n"] for change in request["changes"]}  # of what came before them `same` says nothing
        own = [change for change in self.waiting(*key, upto=ack) if change["n"] in brought]
        edits = [change for change in own if self.outcome(change["n"]) == "applied"]
        demand(edits, f"same names a row with own settled edits: {key}")
        for change in edits:
            for path, (value, *_) in change["set"].items():
                lay(key[0], row, path, value)
                row["by"][path] = [[self.device, change["n"]]]
                row.get("open", {}).pop(path, None)
        if "open" in row and not row["open"]:
            del row["open"]
        row["rev"] = rev
        self.cache.covers[key] = ack


def lay(type_: str, row: Row, path: str, value: Any) -> None:
    """Write the value of a field path into a row."""
    name, key = split_path(path)
    if key is None:
        row[name] = value
    elif fields(type_)[name].is_map:
        row[name] = {**row.get(name, {}), key: value}


def whole_groups(changes: list[Change], most: int) -> list[Change]:
    """The first changes, at most so many, without cutting a group in two."""
    batch = changes[:most]
    while batch and len(batch) < len(changes) and same_group(batch[-1], changes[len(batch)]):
        batch.pop()
    return batch


def same_group(one: Change, other: Change) -> bool:
    return one.get("group") is not None and one.get("group") == other.get("group")


def differences(mine: Phone, other: Phone, only: Iterable[str] | None = None) -> list[str]:
    """What two quiescent phones hold differently, in words."""
    types = set(only) if only else None
    out = []
    for key in sorted(mine.cache.rows.keys() | other.cache.rows.keys()):
        if types is not None and key[0] not in types:
            continue
        one, two = mine.cache.rows.get(key), other.cache.rows.get(key)
        if one is None or two is None:
            out.append(f"{key}: {'missing' if one is None else 'too much'}")
        elif normal(one) != normal(two):
            names = [name for name in one.keys() | two.keys() if normal(one).get(name) != normal(two).get(name)]
            out.append(f"{key}: " + ", ".join(f"{name} {one.get(name)!r} != {two.get(name)!r}" for name in names))
    return out


def normal(row: Row) -> Row:
    """A row with what has no order sorted."""
    by = {path: sorted(heads) for path, heads in row["by"].items()}
    sides = {path: sorted(heads, key=lambda head: head["by"]) for path, heads in row.get("open", {}).items()}
    return {**row, "by": by, "open": sides}
