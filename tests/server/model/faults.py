"""A phone whose network loses, doubles and reorders, and which dies between any two writes."""

import pickle
from random import Random
from typing import Any

import httpx

from tests.server.phone import Change
from tests.server.protocol.gestures import Hand
from tests.server.reply import Row, demand

LATE_REPLIES_KEPT = 4


class Crash(Exception):
    """The phone went dead; memory is gone, the disk stays."""


class FaultyPhone(Hand):
    """Every write goes to `disk`, and each is a place to die. `dice` decides faults, `mortal` whether there are any."""

    dice: Random
    mortal = False
    arrived: dict[int, tuple[int, int]] = {}
    _disk: dict[str, bytes]
    _late: list[tuple[dict[str, Any], httpx.Response]]
    """`arrived`: n -> (sent, received) of the request that brought a change first, for the judge."""

    def prepare(self, dice: Random) -> None:
        self.dice, self._late, self.arrived = dice, [], {}
        self._disk = {"outbox": pickle.dumps(self.out), "cache": pickle.dumps(self.cache)}

    # -- dying

    def saved(self, database: str) -> None:
        self._perhaps_die()
        if hasattr(self, "_disk"):
            self._disk[database] = pickle.dumps(self.out if database == "outbox" else self.cache)
        self._perhaps_die()

    def _perhaps_die(self) -> None:
        if self.mortal and self.dice.random() < 0.02:
            raise Crash

    def wake(self) -> None:
        """Start again from the disk."""
        self.out, self.cache = pickle.loads(self._disk["outbox"]), pickle.loads(self._disk["cache"])

    # -- the network

    async def exchange(self) -> str:
        """One round trip over a bad network; returns what happened to it."""
        request = self.request()
        weights = (60, 10, 12, 10, 8) if self.mortal else (1, 0, 0, 0, 0)
        fault = self.dice.choices(("ok", "lost request", "lost reply", "doubled", "late"), weights)[0]
        if fault == "lost request":
            return fault
        response = await self.send(request)
        if fault == "doubled":
            second = await self.send(request)
            for one in self.dice.sample([response, second], 2):
                self.take(request, one)
        elif fault == "ok":
            self.take(request, response)
        else:
            self._late = [*self._late, (request, response)][-LATE_REPLIES_KEPT:]
        return fault

    def hear_late(self) -> bool:
        """A reply of long ago comes in after all."""
        if not self._late:
            return False
        self.take(*self._late.pop(self.dice.randrange(len(self._late))))
        return True

    async def send(self, request: dict[str, Any], compress: bool = False) -> httpx.Response:
        response = await super().send(request, compress)
        if response.status_code == 200:
            for change in request["changes"]:
                self.arrived.setdefault(change["n"], (request["sent"], self.clock()))
        return response

    # -- what must hold whenever a row comes in

    def _take_row(self, type_: str, row: Row, ack: int) -> None:
        mine = self.waiting(type_, row["id"], upto=ack)
        known = self.cache.rows.get((type_, row["id"]))
        super()._take_row(type_, row, ack)
        if known is None or row["rev"] > known["rev"]:
            for change in mine:
                self._not_backwards(change, row)

    def _not_backwards(self, change: Change, row: Row) -> None:
        """Invariants 5 and 10: what a saved edit had seen does not come back in its place."""
        if self.outcome(change["n"]) not in ("applied", "conflict"):
            return
        for path, (_, *bases) in change["set"].items():
            for head in row["by"].get(path, []):
                demand(head not in bases, f"{path} goes back to what change {change['n']} had seen: {head}")
