"""Deliberate faults about what became of a change: invariants 2, 3 and 12."""

from typing import Any

from tests.model.phone import Phone
from tests.model.planted import Patch, breaks
from tests.model.server import Server


@breaks(2)
def any_receipt_is_believed(patch: Patch) -> None:
    """A phone takes the watermark of a reply to a request without its changes, so a refusal is never told."""
    receipts = Phone._receipts

    def trusting(phone: Phone, request: Any, reply: Any) -> None:
        receipts(phone, {**request, "upto": max(request["upto"], reply["ack"])}, reply)

    patch.setattr(Phone, "_receipts", trusting)


@breaks(12)
def a_refusal_blocks_the_queue(patch: Patch) -> None:
    """A phone does not go on past a change that was refused."""
    receipts = Phone._receipts

    def stuck(phone: Phone, request: Any, reply: Any) -> None:
        refused = [result["n"] for result in reply["results"] if result["outcome"] == "refused"]
        receipts(phone, request, {**reply, "ack": min([reply["ack"], *(n - 1 for n in refused)])})

    patch.setattr(Phone, "_receipts", stuck)


@breaks(3, 2)
def half_a_transaction(patch: Patch) -> None:
    """The watermark of the device is committed before its changes are."""
    settle = Server._settle

    def early(server: Server, device: int, person: str, request: Any, now: int) -> Any:
        first = server.state.copy()
        if request["changes"] and request["changes"][0]["n"] <= first.settled.get(device, 0) + 1:
            wrong = server.commit.__name__ == "die"  # dying between the two
            if wrong:
                first.settled[device] = max(request["changes"][-1]["n"], first.settled.get(device, 0))
                server.state = first
        return settle(server, device, person, request, now)

    patch.setattr(Server, "_settle", early)


@breaks(2, 3)
def outcomes_are_forgotten(patch: Patch) -> None:
    """A replay is answered as if all had been applied."""
    patch.setattr(Server, "_outcome", lambda server, device, change: {"n": change["n"], "outcome": "applied"})
