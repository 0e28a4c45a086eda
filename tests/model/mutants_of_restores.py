"""Deliberate faults about a server that was put back to an older state: invariants 2 and 7."""

from typing import Any

from tests.model.phone import Phone
from tests.model.planted import Patch, breaks
from tests.model.problems import Turned
from tests.model.server import Server


@breaks(2)
def an_old_request_settles_what_waits_again(patch: Patch) -> None:
    """The answer to a request of before a restore moves the watermark over what was sent again meanwhile."""
    patch.setattr(Phone, "_upto", lambda phone, request, reply: min(reply["ack"], request["upto"]))


@breaks(2)
def refusals_are_sent_again(patch: Patch) -> None:
    """After a restore a refused change is sent as it was, and may be taken behind its author's back."""
    patch.setattr(Phone, "_as_sent", lambda phone, n: phone.out.changes[n])


@breaks(2)
def a_gap_forgets_what_was_refused(patch: Patch) -> None:
    """Told that the server lacks earlier changes, a phone sends all of them again as they were, refused ones too."""

    def turned(phone: Phone, problem: Turned) -> None:
        if problem.code == "gap":
            phone.out.ack = min(phone.out.ack, problem.expected - 1)
        else:
            phone.asks_first = True

    patch.setattr(Phone, "turned", turned)


@breaks(2)
def restored_phones_trust_their_receipts(patch: Patch) -> None:
    """After a restore a phone does not send again what the server lacks."""
    receipts = Phone._receipts

    def keeps(phone: Phone, request: Any, reply: Any) -> None:
        ack = phone.out.ack
        receipts(phone, request, reply)
        phone.out.ack = max(ack, phone.out.ack)

    patch.setattr(Phone, "_receipts", keeps)


@breaks(2)
def the_old_server_is_believed(patch: Patch) -> None:
    """A late reply of before a restore settles what the restored server lacks."""
    receipts = Phone._receipts

    def trusting(phone: Phone, request: Any, reply: Any) -> None:
        receipts(phone, request, {**reply, "epoch": max(reply["epoch"], phone.out.epoch or 0)})

    patch.setattr(Phone, "_receipts", trusting)


@breaks(2)
def a_restore_is_news_of_receipts_alone(patch: Patch) -> None:
    """A phone that died after the first page of a restored server still believes a reply of before."""
    receipts = Phone._receipts

    def forgetful(phone: Phone, request: Any, reply: Any) -> None:
        if reply["epoch"] >= (phone.out.epoch or 0):
            receipts(phone, request, {**reply, "epoch": max(reply["epoch"], phone.cache.epoch or 0)})
            phone.out.epoch = reply["epoch"]

    patch.setattr(Phone, "_receipts", forgetful)


@breaks(7)
def the_clock_is_restored_too(patch: Patch) -> None:
    """After a restore the revs of the lost time are given again, so that an old view passes for a new one."""

    def restore(server: Server, backup: Any, now: int) -> None:
        state = backup.copy()
        state.epoch = server.state.epoch + 1
        server.commit(state)

    patch.setattr(Server, "restore", restore)
