"""A phone whose network loses, doubles, delays and reorders, and which dies between any two writes."""

import json
import pickle
import sys
from random import Random
from typing import TYPE_CHECKING, Any

import httpx

from server.database.query import fetch
from sync.records import split_path
from tests.server.phone import NOT_APPLIED, Cache, Change
from tests.server.protocol.gestures import Hand
from tests.server.reply import Key, Row, demand

if TYPE_CHECKING:
    from tests.server.model.stage import Stage

NEW_APP, OLD_APP = "1.0.0", "0.0.9"
KEPT = 4
"""How many late requests and replies are under way at most."""


class Crash(Exception):
    """The phone went dead; memory is gone, the disk stays."""


class FaultyPhone(Hand):
    """Every write goes to `disk`, and each is a place to die.

    `promised`: what the person was told is saved. `arrived`: n -> (sent, received) of the request that brought a
    change first, for the judge. `cut`: `both` when nothing gets through, `replies` when nothing comes back.
    `unread`: types of records that this old build of the app cannot read. `app`: what it calls itself; one that is too
    old to read any row hands its work in all the same. `rejudged`: changes that a restored server
    took by a request of before the restore whose reply nobody heard: what the phone was told of them is of before.
    """

    stage: "Stage"
    cookie: str
    cut = ""
    unread: frozenset[str] = frozenset()
    app = NEW_APP
    heard = False
    """Whether a reply came in since somebody asked."""

    def prepare(self) -> None:
        self.arrived: dict[int, tuple[int, int]] = {}
        self.promised: dict[int, Change] = {}
        self.rejudged: set[int] = set()
        self._writes_left = self._fuse = 0
        self._late: list[tuple[dict[str, Any], httpx.Response]] = []
        self._under_way: list[dict[str, Any]] = []
        self._disk = {"outbox": pickle.dumps(self.out), "cache": pickle.dumps(self.cache)}
        self.promised.update(self.out.changes)
        self.arrived.update(dict.fromkeys(self.out.changes, (self.stage.cast.now, self.stage.cast.now)))

    # -- dying

    def beware(self, writes: int, statements: int) -> None:
        """The phone dies at a write of what follows, the server at a statement of it (0: not at all)."""
        self._writes_left, self._fuse = writes, statements

    def saved(self, database: str) -> None:
        self._perhaps_die()
        if hasattr(self, "_disk"):
            self._disk[database] = pickle.dumps(self.out if database == "outbox" else self.cache)
            self._perhaps_die()

    def _perhaps_die(self) -> None:
        if hasattr(self, "_writes_left") and self._writes_left:
            self._writes_left -= 1
            if not self._writes_left:
                raise Crash

    def wake(self) -> None:
        """Start again from the disk."""
        self.out, self.cache = pickle.loads(self._disk["outbox"]), pickle.loads(self._disk["cache"])

    def put(self, change: Change) -> int:
        n = super().put(change)
        self.promised[n] = self.out.changes[n]
        return n

    def update_app(self) -> None:
        """A new build reads every record; what the old one could not read it fetches with the rest."""
        self.app = NEW_APP
        if self.unread:
            self.unread, self.cache = frozenset(), Cache()
            self.saved("cache")

    # -- the network

    def request(self, **overrides: Any) -> dict[str, Any]:
        return super().request(**{"app": self.app, **overrides})

    async def exchange(self, fault: str = "ok", dice: Random | None = None) -> None:
        """One round trip over a bad network."""
        request = self.request()
        if fault == "late request":
            self._under_way = [*self._under_way, request][-KEPT:]
            return
        if fault == "lost request" or self.cut == "both":
            return
        response = await self.send(request)
        replies = [response]
        if fault == "doubled":
            replies.append(await self.send(request))
            assert dice is not None
            dice.shuffle(replies)
        if fault in ("lost reply", "late") or self.cut:
            if fault == "late":
                self._late = [*self._late, (request, response)][-KEPT:]
            return
        for one in replies:
            self.take(request, one)

    async def arrive(self, dice: Random) -> bool:
        """A request of long ago reaches the server after all; nobody waits for its reply any more."""
        if not self._under_way or self.cut == "both":
            return False
        request = self._under_way.pop(dice.randrange(len(self._under_way)))
        response = await self.send(request)
        demand(response.status_code in (200, 409), f"a late request: {response.status_code} {response.text[:200]}")
        if response.status_code == 200 and response.json()["epoch"] != request["epoch"]:
            self.rejudged |= {change["n"] for change in request["changes"]}
        return True

    def hear(self, dice: Random) -> bool:
        """A reply of long ago comes in after all."""
        if not self._late or self.cut:
            return False
        self.take(*self._late.pop(dice.randrange(len(self._late))))
        return True

    async def send(self, request: dict[str, Any], compress: bool = False) -> httpx.Response:
        body, fuse, self._fuse = json.dumps(request).encode(), self._fuse, 0
        try:
            response = await self.stage.request("POST", "/api/sync", body, self.cookie, fuse)
        except Exception:  # the server died, perhaps after its COMMIT: what was settled then arrived by this request
            found = await fetch("SELECT settled FROM device WHERE id = ?", self.device)
            self._note_arrival(request, found[0][0] if found else 0)
            raise
        if response.status_code == 200:
            self._note_arrival(request, sys.maxsize)
        return response

    def _note_arrival(self, request: dict[str, Any], upto: int) -> None:
        for change in request["changes"]:
            if change["n"] <= upto:
                self.arrived.setdefault(change["n"], (request["sent"], self.clock()))

    def take(self, request: dict[str, Any], response: httpx.Response) -> None:
        self.heard = True
        super().take(request, response)

    # -- what this build cannot read

    def _take_row(self, type_: str, row: Row, ack: int) -> None:
        if type_ not in self.unread:
            super()._take_row(type_, row, ack)

    def _take_same(self, key: Key, rev: int, request: dict[str, Any], ack: int) -> None:
        if key[0] not in self.unread:
            super()._take_same(key, rev, request, ack)

    # -- what must hold at every moment

    def going_back(self) -> list[str]:
        """Invariants 5 and 10: what was saved is there; what it had seen, or an older own value, does not come back."""
        lost = [n for n, change in self.promised.items() if self.out.changes.get(n) != change]
        out = [f"change {n} was saved and is gone" for n in lost]
        for (type_, id_, path), edits in self._own_edits().items():
            n, value, _ = edits[-1]
            row = self.visible(type_, id_)
            name, key = split_path(path)
            shown = row.get(name) if key is None else row.get(name, {}).get(key)
            if shown == value or ((type_, id_) not in self.cache.rows and self.outcome(n) is not None):
                continue  # a settled one may be of a record that is not ours to see any more, or not yet again
            passed = {(self.device, other) for other, _, _ in edits[:-1]}
            passed |= {(base[0], base[1]) for _, _, bases in edits for base in bases}
            heads = [(head[0], head[1]) for head in row.get("by", {}).get(path, [])]
            if not heads or heads[0] in passed:  # the winner comes first; who only equals it is not back
                out.append(f"{type_} {id_} {path} shows {shown} by {heads} after change {n} had set {value}")
        return out

    def _own_edits(self) -> dict[tuple[str, str, str], list[tuple[int, Any, list[list[int]]]]]:
        """The own edits that count, by field, oldest first."""
        out: dict[tuple[str, str, str], list[tuple[int, Any, list[list[int]]]]] = {}
        for n, change in self.out.changes.items():
            if "set" in change and self.outcome(n) not in NOT_APPLIED and change["type"] not in self.unread:
                for path, (value, *bases) in change["set"].items():
                    out.setdefault((change["type"], change["id"], path), []).append((n, value, bases))
        return out
