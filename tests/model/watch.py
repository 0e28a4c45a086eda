"""The judge who looks on at every step: invariants 6 to 11 while they happen, and the ledger of what was saved."""

from collections.abc import Callable
from typing import Any

from sync.change import ChangeId
from sync.records.policy import Policy
from tests.model import truth, truth_of_rounds
from tests.model.acts import approval_hash, is_missing
from tests.model.phone import Change, Phone
from tests.model.problems import Turned
from tests.model.server import Server
from tests.model.state import Key, Logged, Record, State, locate
from tests.model.violation import Violation


class Own:
    """A person's last word at one field: its number, and the changes it had seen there, directly or by their own."""

    __slots__ = ("n", "seen")

    def __init__(self) -> None:
        self.n = 0
        self.seen: set[ChangeId] = set()


class Watch:
    """Knows what was saved on each phone, whatever became of it."""

    def __init__(self, server: Server, phones: list[Phone]) -> None:
        self.server, self.phones = server, phones
        self.ledger: dict[ChangeId, Change] = {}
        self.refusals: set[ChangeId] = set()
        self.words: dict[int, dict[Key, dict[str, Own]]] = {phone.out.device: {} for phone in phones}
        self.hashes: dict[tuple[int, str, int], str] = {}
        self.views: dict[ChangeId, Any] = {}
        self.last = server.state

    def fail(self, number: int, text: str) -> None:
        raise Violation(number, text)

    # -- gestures

    def saved(self, phone: Phone, changes: list[Change]) -> None:
        """A gesture is on the phone's disk."""
        device = phone.out.device
        for change in changes:
            self.ledger[device, change["n"]] = change
            if isinstance(change.get("set"), dict) and phone._is_laid(change["n"], change):
                fields = self.words[device].setdefault((change["type"], change["id"]), {})
                for path, (_, *bases) in change["set"].items():
                    field, _ = locate(change["type"], path)
                    if field is None or field.policy is Policy.ONCE:
                        continue
                    own = fields.setdefault(path, Own())
                    own.seen |= {(by, n) for by, n in bases} | ({(device, own.n)} if own.n else set())
                    own.n = change["n"]
            elif change.get("act") == "approve" and changes[0]["n"] == phone.out.ack + 1:
                # While own work waits the screen shows what may yet be refused; what is of one gesture is all or none.
                self.views[device, change["n"]] = view(phone, change["id"])

    def looked_at(self, phone: Phone) -> None:
        """Invariant 10: what a person saved does not go back to what they had seen when they saved it."""
        for key, fields in self.words[phone.out.device].items():
            by = phone.visible(*key).get("by")
            if not by:
                continue
            for path, own in fields.items():
                heads = by.get(path, ())
                if not heads or heads[0] not in own.seen:  # the winner; who only equals it was not brought back
                    continue
                if phone.outcome(own.n) not in ("refused", "held"):
                    self.fail(10, f"phone {phone.out.device}: {path} of {key} is back at {heads}, before {own.n}")

    # -- the wire

    def turned(self, phone: Phone, problem: Turned) -> None:
        if problem.code != "gap" and phone.out.epoch == self.server.state.epoch:
            self.fail(3, f"phone {phone.out.device}: a replay is answered {problem.code}")

    def replied(self, phone: Phone, reply: dict[str, Any], now: int) -> None:
        """Invariant 6: no reply holds a row its reader may not see."""
        if reply["rows"] and (strange := reply["rows"].keys() - truth.visible(reply["state"], phone.person)):
            self.fail(6, f"phone {phone.out.device} is sent {sorted(strange)}")

    def turned_page(self, phone: Phone, reply: dict[str, Any], now: int) -> None:
        """Invariants 1, 6 and 8, whenever a phone believes itself complete."""
        self._note_refusals(phone)
        if not phone.cache.more and not phone.cache.fill:
            truth.same(phone, reply["state"], now, self.fail)

    def _note_refusals(self, phone: Phone) -> None:
        """Invariant 2: what a person was shown as refused is refused for good."""
        for n, result in phone.out.results.items():
            if result["outcome"] == "refused":
                self.refusals.add((phone.out.device, n))

    # -- the server

    def committed(self, now: int) -> None:
        """Invariants 7, 9, 11 and 14, and that what is approved is what its author saw."""
        state, before = self.server.state, self.last
        self.last = state
        if state.rev == before.rev:
            return
        for key, record in state.records.items():
            if key[0] == "inspection" and record.row["status"] == "approved":
                self._approved(state, record, before)
            elif key[0] in ("visit", "customer") and (was := before.records.get(key)) is not record:
                truth_of_rounds.stepped(record, was, self.fail)

    def _approved(self, state: State, record: Record, before: State) -> None:
        row, kids = record.row, truth.kids(state, record.id)
        if all(before.records.get(key) is state.records[key] for key in [("inspection", record.id), *kids]):
            return
        findings = [state.records[key] for key in kids if key[0] == "finding"]
        photos = [state.records[key].row for key in kids if key[0] == "photo"]
        known = self.hashes.setdefault((state.epoch, record.id, row["decided_at"]), row["approved_sha256"])
        if known != row["approved_sha256"] or known != approval_hash([one.row for one in findings], photos):
            self.fail(7, f"what was approved of {record.id} changed")
        if any(is_missing(photo) for photo in photos):
            self.fail(9, f"{record.id} is approved without its pictures")
        if any(truth.is_disputed(list(one.registers[path].heads)) for one in findings for path in one.registers):
            self.fail(11, f"{record.id} is approved over an open conflict")
        self._as_seen(state, record, findings, before.rev)

    def _as_seen(self, state: State, record: Record, findings: list[Record], since: int) -> None:
        """Invariant 7 begins with it: an approval is of what its author's screen showed."""
        for name, shown in self.views.items():
            logged = state.log.get(name)
            if logged is None or logged.rev <= since or logged.content["id"] != record.id:
                continue
            is_this = logged.result["outcome"] == "applied" and logged.received == record.row["decided_at"]
            late = self._taken_late(state, name)
            told = {item: what for item, what in content([one.row for one in findings]).items() if item not in late}
            if is_this and {item: what for item, what in shown.items() if item not in late} != told:
                self.fail(7, f"{record.id} was approved by {name} with what its author had not seen")

    def _taken_late(self, state: State, name: ChangeId) -> set[str]:
        """Items in which the author took late work in after that look, and so saw it where it was held.

        Also where a restored server refuses that taking in: it lacks the late work, and an act is stale by what was
        changed after `seen`, not by what is no longer there (protocol §6). The author is shown the refusal.
        """
        device, seen = name[0], state.log[name].content.get("seen", 0)
        own = [one for other, one in state.log.items() if other[0] == device and one.rev > seen]
        acts = [one for one in own if one.content.get("act") == "settle_late" and _is_taken(one, state.epoch)]
        changes = [one.content["with"]["change"] for one in acts]
        rows = [state.records.get(("finding", self.ledger[change[0], change[1]]["id"])) for change in changes]
        return {record.row["item"] for record in rows if record is not None}

    def restored(self) -> None:
        self.last = self.server.state

    # -- the end

    def judge(self, now: int) -> None:
        """Everything is quiet: all that must hold then."""
        state = self.server.state
        fail: Callable[[int, str], None] = self.fail
        for phone in self.phones:
            truth.drained(phone, fail)
            truth.same(phone, state, now, fail)
            self._note_refusals(phone)
            truth.accounted(phone, state, self.ledger, self.refusals, fail)
        truth.heads(state, fail)
        truth_of_rounds.rounds(state, fail)
        truth.rebuilt(self.server, fail)
        for phone in self.phones:
            truth.replayed(phone, self.server, now, fail)


def view(phone: Phone, inspection: str) -> Any:
    """What the screen of an inspection shows of its findings."""
    rows = [row for type_, id_ in phone.cache.rows if type_ == "finding" and (row := phone.visible(type_, id_))]
    return content([row for row in rows if row["inspection"] == inspection])


def content(findings: list[Any]) -> Any:
    """What an approval is about."""
    return {row["item"]: (row["checks"], row["notes"], row["reasons"]) for row in findings}


def _is_taken(act: Logged, epoch: int) -> bool:
    """Whether an act was carried out, or would have been but for a restore."""
    return act.result["outcome"] == "applied" or (epoch > 1 and act.result.get("code") == "unknown_record")
