"""A push of 100 records, a pull of 100, and the empty sync: ours beside its peers and the limit, in turns."""

import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import Any
from uuid import uuid4

import msgspec

from tests.bench.limits import RawPostgres, RawSQLite, Renamed, Rows, written_since
from tests.bench.machine import Meter, OwnProcess
from tests.bench.measure import SPREAD_COLUMNS, Aim, Spread, heading, table
from tests.bench.ours import Handset, document_of, findings
from tests.bench.peers import Peer, kinto, pouchdb
from tests.bench.programs import NotMeasured, Ours, durable_postgresql, ours_on_postgresql, ours_on_sqlite
from tests.bench.world import SUPERVISOR, World, make_world

INSPECTIONS = 5
MANY = 100
"""Records a round: the items of five inspections, each with its first answer."""
WARM = 5


class Contender(msgspec.Struct):
    """One who takes part in every round: gets ready, goes while the clock runs, then looks at what came."""

    name: str
    durability: str
    meter: Meter
    ready: Callable[[], Any]
    go: Callable[[Any], Any]
    took: Callable[[Any], object] = lambda _: None
    spent: list[float] = []
    cpu: float = 0.0

    def once(self) -> None:
        request = self.ready()
        cpu = self.meter.cpu_ms()
        begun = time.perf_counter()
        answer = self.go(request)
        self.spent.append((time.perf_counter() - begun) * 1000)
        self.cpu += self.meter.cpu_ms() - cpu
        self.took(answer)

    def again(self) -> None:
        """Forget what was measured until now."""
        self.spent, self.cpu = [], 0.0
        self.meter.look_again()


def in_turns(contenders: Sequence[Contender], rounds: int) -> dict[str, Spread]:
    """Everybody once, and again: whatever else the machine does, it does to all of them."""
    for count in (WARM, rounds):
        for one in contenders:
            one.again()
        for _ in range(count):
            for one in contenders:
                one.once()
    return {one.name: Spread.of(one.spent, one.cpu / rounds) for one in contenders}


class Field:
    """Everybody who takes part, started side by side; who cannot is named with the reason."""

    def __init__(self, stack: ExitStack, folder: Path, *, only_sqlite: bool = False) -> None:
        self.missing: dict[str, str] = {}
        self.peers: list[Peer] = []
        self.ours: list[Ours] = [stack.enter_context(ours_on_sqlite(folder / "sqlite", prepare=_prepare))]
        self.raw: list[RawSQLite | RawPostgres] = []
        if not only_sqlite:
            server, other = stack.enter_context(durable_postgresql()), stack.enter_context(durable_postgresql())
            self.ours.append(stack.enter_context(ours_on_postgresql(folder / "postgresql", server, prepare=_prepare)))
            self._invite(stack, "Kinto on PostgreSQL", kinto(folder / "kinto", other))
            self._invite(stack, "express-pouchdb", pouchdb(folder / "pouchdb"))
        self.handsets = {one.name: Handset(one.url, one.prepared.inspectors[0]) for one in self.ours}
        self.readers = {one.name: Handset(one.url, SUPERVISOR) for one in self.ours}
        self.renamed = Renamed(self._rows_of_a_push())
        self.raw.append(RawSQLite(self.ours[0].database, folder / "raw.sqlite3"))
        if not only_sqlite:
            self.raw.append(RawPostgres(stack.enter_context(server.migrated())))
        for each in (*self.raw, *self.handsets.values(), *self.readers.values()):
            stack.callback(each.close)

    def _invite(self, stack: ExitStack, name: str, peer: AbstractContextManager[Peer]) -> None:
        try:
            self.peers.append(stack.enter_context(peer))
        except NotMeasured as reason:
            self.missing[name] = str(reason)

    def _rows_of_a_push(self) -> Rows:
        one = self.ours[0]
        handset = self.handsets[one.name]
        inspections = handset.start_inspections(INSPECTIONS)
        with sqlite3.connect(f"file:{one.database}?mode=ro", uri=True) as raw:
            before = raw.execute("SELECT rev FROM clock").fetchone()[0]
        handset.sync(findings(inspections))
        return written_since(one.database, before)

    # -- who does what in a round

    def pushing_new(self) -> Iterator[Contender]:
        """A hundred records that were not there; ours come back whole in the same round trip, with their place in the
        feed."""
        for one in self.ours:
            handset = self.handsets[one.name]
            yield self._ours(one, handset, lambda h=handset: h.prepared(findings(h.start_inspections(INSPECTIONS))))
        for peer in self.peers:
            yield _peer(peer, lambda peer=peer: [peer.push(new_documents())])
        for raw in self.raw:
            yield Contender(raw.name, raw.durability, OwnProcess(), self.renamed, raw.write)

    def pushing_edits(self) -> Iterator[Contender]:
        """The same hundred answers changed again and again, each having seen the last."""
        for one in self.ours:
            handset = self.handsets[one.name]
            made = findings(handset.start_inspections(INSPECTIONS))
            handset.sync(made)
            yield self._ours(one, handset, Edits(handset, made))

    def pulling(self) -> Iterator[Contender]:
        """What somebody else stored, asked for again and again by one who has not heard of it."""
        for one in self.ours:
            reader, handset = self.readers[one.name], self.handsets[one.name]
            inspections = handset.start_inspections(INSPECTIONS)
            reader.catch_up()
            request = reader.prepared()
            handset.sync(findings(inspections))
            assert len(reader.took(reader.lean.exchange(request))["rows"]["finding"]) == MANY
            yield _repeated(one, reader, request)
        for peer in self.peers:
            mark = peer.mark()
            peer.client.exchange(peer.push(new_documents()))
            requests, many = peer.pull(mark)
            assert many == MANY, many
            yield _peer(peer, lambda requests=requests: requests)

    def asking(self) -> Iterator[Contender]:
        """Nothing to send and nothing new."""
        for one in self.ours:
            handset = self.handsets[one.name]
            handset.catch_up()
            yield _repeated(one, handset, handset.prepared())
        for peer in self.peers:
            request = peer.ask(peer.mark())
            yield _peer(peer, lambda request=request: [request])

    def _ours(self, one: Ours, handset: Handset, ready: Callable[[], bytes]) -> Contender:
        return Contender(one.name, one.durability, one.meter, ready, handset.lean.exchange, handset.took)


def _prepare(data: Path, url: str | None) -> World:
    return make_world(data, url, counties=2, inspectors=2)


class Edits:
    """Prepares pushes that turn the same answers from pass to fail and back."""

    def __init__(self, handset: Handset, made: Sequence[Mapping[str, Any]]) -> None:
        self._handset = handset
        self._paths = {one["id"]: next(path for path in one["set"] if path.startswith("checks.")) for one in made}
        self._result = "pass"
        self._seen = handset.next - len(made)

    def __call__(self) -> bytes:
        self._result = "fail" if self._result == "pass" else "pass"
        changes = [
            {"type": "finding", "id": id_, "set": {path: [{"result": self._result}, [self._handset.device, seen]]}}
            for seen, (id_, path) in enumerate(self._paths.items(), self._seen)
        ]
        self._seen = self._handset.next
        return self._handset.prepared(changes)


def _repeated(one: Ours, handset: Handset, request: bytes) -> Contender:
    return Contender(one.name, one.durability, one.meter, lambda: request, handset.lean.exchange)


def _peer(peer: Peer, ready: Callable[[], list[bytes]]) -> Contender:
    def go(requests: list[bytes]) -> None:
        for request in requests:
            peer.client.exchange(request)

    return Contender(peer.name, peer.durability, peer.meter, ready, go)


def new_documents() -> list[dict[str, Any]]:
    """The same hundred records as documents, under new names."""
    return [document_of(change) for change in findings([str(uuid4()) for _ in range(INSPECTIONS)])]


def measure(rounds: int, *, only_sqlite: bool = False) -> dict[str, Any]:
    """All of it; the figures, with the aims under ``aims``."""
    with tempfile.TemporaryDirectory(prefix="xunfang-bench-") as folder, ExitStack() as stack:
        field = Field(stack, Path(folder), only_sqlite=only_sqlite)
        series = {
            f"push of {MANY} new records": field.pushing_new,
            f"push of {MANY} edits": field.pushing_edits,
            f"pull of {MANY} rows": field.pulling,
            "sync with nothing to say": field.asking,
        }
        figures: dict[str, Any] = {"versions": {peer.name: peer.version for peer in field.peers}}
        found = {}
        for what, contenders in series.items():
            ready = list(contenders())
            found[what] = in_turns(ready, rounds)
            show(what, ready, found[what], field.missing)
        figures |= {"durability": {one.name: one.durability for one in ready}, "missing": field.missing}
        figures["series"] = msgspec.to_builtins(found)
        return figures | {"aims": aims(found)}


def show(what: str, contenders: Sequence[Contender], found: Mapping[str, Spread], missing: Mapping[str, str]) -> None:
    heading(what)
    first = contenders[0].name
    rows = []
    for one in contenders:
        ratio = found[one.name].median / found[first].median
        rows.append([one.name, *found[one.name].cells(), f"{ratio:.2f}", one.durability])
    rows += [[name, *["–"] * 5, f"not measured: {reason}"] for name, reason in missing.items()]
    table(("", *SPREAD_COLUMNS, "× ours on SQLite", "durability"), rows)


def aims(found: Mapping[str, Mapping[str, Spread]]) -> list[Aim]:
    push, pull = found[f"push of {MANY} new records"], found[f"pull of {MANY} rows"]
    ours = [name for name in push if name.startswith("ours")]
    limit = push[RawSQLite.name].median
    return [
        *(Aim(f"push of {MANY} records, {name}", push[name].median, "ms", most=3.5) for name in ours),
        Aim("push, ours on SQLite ÷ raw sqlite3", push[ours[0]].median / limit, "×", most=2.5),
        *(Aim(f"pull of {MANY} rows, {name}", pull[name].median, "ms", most=1.2) for name in ours),
    ]
