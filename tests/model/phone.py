"""A phone of the model, written from protocol §3: an outbox, a cache, and an overlay of what its person did.

It has no memory but its two disks. Each write of one of them is a transaction, and before and after each it may die.
"""

from typing import Any

from sync.change import ChangeId
from sync.records import split_path
from tests.model.problems import Turned
from tests.model.state import BLANK, Key, locate

Change = dict[str, Any]
Row = dict[str, Any]
SHOWN = ("applied", "conflict", "superseded")
"""Outcomes after which an edit is laid on the row until the row itself has come; a later value comes with the row."""


class Crash(Exception):
    """The phone went dead."""


class Outbox:
    """What the person did. ``results``: what became of those not plainly applied, ``epoch``: whose ``ack`` counts."""

    def __init__(self, device: int) -> None:
        self.device, self.next, self.ack = device, 1, 0
        self.epoch: int | None = None
        self.changes: dict[int, Change] = {}
        self.results: dict[int, dict[str, Any]] = {}
        self.withdrawn: set[int] = set()
        """Refusals that a restored server lacks: only their numbers go again."""


class Cache:
    """What the server told. ``covers``: own changes up to this n are in the row; ``confirmed``: in every row.

    ``seen``: the cursor up to which the screen shows everything. While pages are still to come that is not the last
    cursor: a record changed again since stands behind the cut, and what was done to it before it has not come either.
    """

    def __init__(self) -> None:
        self.epoch: int | None = None
        self.cursor: int | None = None
        self.audiences: tuple[str, ...] = ()
        self.fill: dict[str, Any] = {}
        self.rows: dict[Key, Row] = {}
        self.covers: dict[Key, int] = {}
        self.confirmed = 0
        self.seen = 0
        self.more = True
        self.unread: dict[Key, int] = {}
        """Rows that cannot be read, with their rev: kept aside, in nobody's way."""


class Phone:
    """One browser profile of one person. ``skew``: what its clock is wrong by. ``doom``: writes until it dies."""

    def __init__(self, device: int, person: str, batch: int) -> None:
        self.person, self.batch = person, batch
        self.out, self.cache = Outbox(device), Cache()
        self.skew = self.doom = 0
        self.link = ""
        self.asks_first = False

    def point(self) -> None:
        """A moment between two writes."""
        if self.doom:
            self.doom -= 1
            if not self.doom:
                raise Crash

    # -- what the person does and sees

    def save(self, drafts: list[Change], at: int) -> list[Change]:
        """A gesture: one transaction of the outbox. Drafts that belong together bear a ``group``."""
        out = self.out
        self.point()
        saved: list[Change] = []
        for draft in drafts:
            change = {"n": out.next, "at": at, **draft}
            if "group" in change:
                change["group"] = out.next if not saved else saved[0]["n"]
            out.changes[out.next] = change
            out.next += 1
            saved.append(change)
        return saved

    def outcome(self, n: int) -> str | None:
        """What became of a change; None while it is not settled."""
        if n in self.out.results:
            said = str(self.out.results[n]["outcome"])
            if n <= self.out.ack or said == "refused":
                return said
        return "applied" if n <= self.out.ack else None

    def waiting(self, key: Key) -> list[Change]:
        """Own edits and corrections of a record that its confirmed row does not show yet, oldest first."""
        out = self.out
        cover = max(self.cache.covers.get(key, 0), self.cache.confirmed)
        if out.ack <= cover and out.next == out.ack + 1:
            return []
        return [
            change
            for n, change in out.changes.items()
            if (n > out.ack or n > cover) and change["id"] == key[1] and self._is_laid(n, change)
        ]

    def _is_laid(self, n: int, change: Change) -> bool:
        return bool(said_by(change)) and self.outcome(n) in (None, *SHOWN) and _is_readable(change)

    def visible(self, type_: str, id_: str) -> Row:
        """The confirmed row with own waiting edits on top; empty when there is neither."""
        confirmed = self.cache.rows.get((type_, id_))
        edits = self.waiting((type_, id_))
        if confirmed is None:
            edits = [change for change in edits if "set" in change]  # there is nothing to correct
        if not edits:
            return confirmed or {}
        row = {"id": id_, "by": {}, **BLANK[type_]} if confirmed is None else dict(confirmed)
        row["by"] = dict(row["by"])
        for change in edits:
            for path, value in said_by(change).items():
                lay(row, path, value, (self.out.device, change["n"]))
        return row

    def bases(self, type_: str, id_: str, path: str) -> tuple[ChangeId, ...]:
        """What the next edit of a field names as seen: what is shown, the own last word there, and what that had seen.

        Whatever became of that word, or will when a restored server judges it anew: its author knew it.
        """
        shown = self.visible(type_, id_).get("by", {}).get(path, ())
        return tuple(dict.fromkeys((*shown, *self.own_word((type_, id_), path))))

    def own_word(self, key: Key, path: str) -> tuple[ChangeId, ...]:
        """The last own edit of a field that was not refused, and what it names."""
        for n, change in reversed(self.out.changes.items()):
            if (change["type"], change["id"]) == key and path in change.get("set", ()) and self.outcome(n) != "refused":
                return ((self.out.device, n), *change["set"][path][1:])
        return ()

    @property
    def unsent(self) -> list[Change]:
        return [self.out.changes[n] for n in range(self.out.ack + 1, self.out.next)]

    @property
    def is_quiet(self) -> bool:
        """Nothing to send, nothing more to fetch."""
        return self.out.next == self.out.ack + 1 and not self.cache.more and not self.cache.fill

    # -- one round trip

    def request(self, at: int) -> dict[str, Any]:
        """The envelope of the next round trip; groups are not cut in two."""
        out, cache = self.out, self.cache
        last = min(out.next, out.ack + 1 + (0 if self.asks_first else self.batch))
        while out.ack + 1 < last < out.next and out.changes[last].get("group", last) == out.changes[last - 1].get(
            "group", 0
        ):
            last += 1
        return {
            "epoch": cache.epoch,
            "sent": at,
            "cursor": cache.cursor,
            "audiences": cache.audiences,
            "fill": dict(cache.fill),
            "changes": [self._as_sent(n) for n in range(out.ack + 1, last)],
            "upto": last - 1,
            "wants": out.epoch,
        }

    def _as_sent(self, n: int) -> Change:
        """A refusal the person was shown stays one: after a restore its number goes to an act that nobody knows."""
        change = self.out.changes[n]
        if n not in self.out.withdrawn:
            return change
        return {"n": n, "at": change["at"], "type": change["type"], "id": change["id"], "act": "refused"}

    def take(self, request: dict[str, Any], reply: dict[str, Any]) -> bool:
        """Absorb a reply, late and doubled ones too; whether its page was turned.

        Rows before receipts: if the phone dies in between, the changes are sent again and answered the same.
        """
        answers = self._answers(request, reply)
        if answers:
            self.point()
            self._turn_page(request, reply)
            self.point()
        self._receipts(request, reply)
        self.point()
        return answers

    def turned(self, problem: Turned) -> None:
        """A request was turned away by a server that was restored.

        If it lacks earlier changes, they wait again. If it has others, the phone asks where the server stands before
        it sends anything.
        """
        if problem.code == "gap":
            self.point()
            self._send_again(problem.expected)
            self.point()
        else:
            self.asks_first = True

    def _send_again(self, first: int) -> None:
        """All from this number on waits again; of what was shown as refused the number alone."""
        self.out.ack = min(self.out.ack, first - 1)
        self.out.withdrawn |= {n for n, told in self.out.results.items() if n >= first and told["outcome"] == "refused"}

    def _receipts(self, request: dict[str, Any], reply: dict[str, Any]) -> None:
        """Settle what this request asked about, and nothing else: an outcome not told is not known.

        A server of a higher epoch was restored: what it lacks waits again. One of a lower epoch than either disk knows
        is no more.
        """
        out, self_epoch = self.out, self.out.epoch
        if reply["epoch"] < max(self_epoch or 0, self.cache.epoch or 0):
            return
        self.asks_first = False
        upto = self._upto(request, reply)
        told = {result["n"]: result for result in reply["results"]}
        for n in range(request["upto"] - len(request["changes"]) + 1, upto + 1):
            if out.results.get(n, {}).get("outcome") != "refused":
                out.results.pop(n, None)
                if n in told:
                    out.results[n] = told[n]
        is_restored = self_epoch is not None and reply["epoch"] > self_epoch
        out.ack = upto if is_restored else max(out.ack, upto)
        if is_restored:
            self._send_again(reply["ack"] + 1)
        while out.ack < reply["ack"] and self.out.results.get(out.ack + 1, {}).get("outcome") == "refused":
            out.ack += 1  # known to be refused, in whatever words the server has it
        out.epoch = reply["epoch"]

    def _upto(self, request: dict[str, Any], reply: dict[str, Any]) -> int:
        """The last change this reply settles: of those its request carried, if none before them waits again."""
        if request["upto"] - len(request["changes"]) > self.out.ack:
            return int(min(reply["ack"], self.out.ack))
        return int(min(reply["ack"], request["upto"]))

    def _answers(self, request: dict[str, Any], reply: dict[str, Any]) -> bool:
        cache = self.cache
        asked = (request["cursor"], request["audiences"], request["fill"], request["epoch"])
        mine = (cache.cursor, cache.audiences, cache.fill, cache.epoch)
        return asked == mine and (cache.epoch is None or reply["epoch"] >= cache.epoch)

    def _turn_page(self, request: dict[str, Any], reply: dict[str, Any]) -> None:
        cache, ack = self.cache, reply["ack"]
        if reply["epoch"] != cache.epoch or (cache.cursor is not None and reply["cursor"] < cache.cursor):
            cache.rows, cache.covers, cache.unread = {}, {}, {}  # answered as if it were new here
            cache.confirmed = cache.seen = 0
        for key, row in reply["rows"].items():
            self._take_row(key, row, ack)
        for key, rev in reply["same"]:
            self._take_same(key, rev, request, reply)
        for key, rev in reply["gone"]:
            held = cache.rows.get(key)
            if held is not None and rev >= held["rev"]:
                del cache.rows[key]
                cache.covers.pop(key, None)
            cache.unread.pop(key, None)
        self._set_cursor(reply)
        if not cache.more and not cache.fill:
            cache.confirmed, cache.covers, cache.seen = ack, {}, cache.cursor or 0

    def _set_cursor(self, reply: dict[str, Any]) -> None:
        cache = self.cache
        cache.epoch, cache.cursor, cache.audiences = reply["epoch"], reply["cursor"], reply["audiences"]
        cache.fill, cache.more = reply["fill"], reply["more"]

    def _take_row(self, key: Key, row: Row, ack: int) -> None:
        if key[0] not in BLANK:
            self.cache.unread[key] = row["rev"]
            return
        mine = self.cache.rows.get(key)
        if mine is None or row["rev"] > mine["rev"]:
            self.cache.rows[key] = row
            self.cache.covers[key] = ack

    def _take_same(self, key: Key, rev: int, request: dict[str, Any], reply: dict[str, Any]) -> None:
        """Fold into a row the edits that this very request brought: nothing else changed in it."""
        told = {result["n"] for result in reply["results"]}
        row = dict(self.cache.rows[key])
        row["by"], row["rev"] = dict(row["by"]), rev
        for change in request["changes"]:
            n = change["n"]
            if n not in told and n <= reply["ack"] and (change["type"], change["id"]) == key and "set" in change:
                for path, (value, *_) in change["set"].items():
                    lay(row, path, value, (self.out.device, n))
        self.cache.rows[key] = row
        self.cache.covers[key] = reply["ack"]


def _is_readable(change: Change) -> bool:
    type_ = change["type"]
    return type_ in BLANK and all(locate(type_, path)[0] is not None for path in said_by(change))


def said_by(change: Change) -> dict[str, Any]:
    """What the screen shows of a change at once, by field path: the values of an edit, or of a correction."""
    if change.get("act") == "correct":
        return {f"checks.{check}": answer for check, answer in change["with"]["set"].items()}
    edit = change.get("set")
    return {path: value for path, (value, *_) in edit.items()} if isinstance(edit, dict) else {}


def lay(row: Row, path: str, value: Any, by: tuple[int, int]) -> None:
    """Write the value of a field path into a row, with its author."""
    name, key = split_path(path)
    row[name] = value if key is None else {**row[name], key: value}
    row["by"][path] = [by]
