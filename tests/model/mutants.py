"""Deliberate faults, at least one for each invariant: a model that cannot fail proves nothing.

Each lies where a programmer could have put it: in ``sync/``, in a transaction of the server, or in a phone. The vector
of its name holds the seed of a history that catches it, and that history made small.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import pytest

import sync.merge
from sync.records.policy import Policy
from tests.model import acts, judge, pull, state
from tests.model.phone import Phone
from tests.model.problems import Turned
from tests.model.pull import Own
from tests.model.server import Server
from tests.model.work import Work

Patch = pytest.MonkeyPatch


class Mutant(NamedTuple):
    """``numbers``: the invariants it breaks, any of which may catch it."""

    name: str
    numbers: tuple[int, ...]
    says: str
    plant: Callable[[Patch], None]


_all: list[Mutant] = []


def breaks(*numbers: int) -> Callable[[Callable[[Patch], None]], Callable[[Patch], None]]:
    """Declare a mutant."""

    def declare(plant: Callable[[Patch], None]) -> Callable[[Patch], None]:
        _all.append(Mutant(plant.__name__, numbers, str(plant.__doc__), plant))
        return plant

    return declare


# -- 1: a quiescent phone equals the server


@breaks(1)
def same_though_others_wrote(patch: Patch) -> None:
    """`same` for a row in which another device wrote too."""

    def careless(state: Any, key: Any, since: int, own: Any) -> bool:
        return any(one.pure and one.device == own.device and one.rev > own.above for one in state.touches.get(key, ()))

    patch.setattr(pull, "is_own", careless)


@breaks(1, 8)
def page_in_two_writes(patch: Patch) -> None:
    """The cursor is written before the rows: a crash in between loses them."""
    turn_page = Phone._turn_page

    def torn(phone: Phone, request: Any, reply: Any) -> None:
        if reply["epoch"] == phone.cache.epoch:
            phone._set_cursor(reply)
            phone.point()
        turn_page(phone, request, reply)

    patch.setattr(Phone, "_turn_page", torn)


@breaks(1)
def same_beyond_the_ack(patch: Patch) -> None:
    """`same` for an edit that came by another request while this one was answered, and that its `ack` lacks."""
    patch.setattr(Server, "echo", lambda server, own, ack: own)


@breaks(1)
def what_a_row_has_is_folded_into_it_again(patch: Patch) -> None:
    """With `same` a phone folds in what was settled before as well, though the row had it from another reply."""
    take_same = Phone._take_same

    def eager(phone: Phone, key: Any, rev: int, request: Any, reply: Any) -> None:
        first = max(phone.cache.covers.get(key, 0), phone.cache.confirmed) + 1
        changes = [phone.out.changes[n] for n in range(first, reply["ack"] + 1)]
        take_same(phone, key, rev, {**request, "changes": changes}, reply)

    patch.setattr(Phone, "_take_same", eager)


@breaks(1)
def same_beside_a_replay(patch: Patch) -> None:
    """`same` in answer to a request that brings something once more: the phone may have that in its row already."""
    patch.setattr(Server, "_brought", lambda server, device, changes: Own(device, server.state.rev))


# -- 2: every change is in outbox, log, or shown refusal


@breaks(2)
def any_receipt_is_believed(patch: Patch) -> None:
    """A phone takes the watermark of a reply to a request without its changes, so a refusal is never told."""
    receipts = Phone._receipts

    def trusting(phone: Phone, request: Any, reply: Any) -> None:
        receipts(phone, {**request, "upto": max(request["upto"], reply["ack"])}, reply)

    patch.setattr(Phone, "_receipts", trusting)


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


# -- 3: a replay changes nothing


@breaks(2, 3)
def outcomes_are_forgotten(patch: Patch) -> None:
    """A replay is answered as if all had been applied."""
    patch.setattr(Server, "_outcome", lambda server, device, change: {"n": change["n"], "outcome": "applied"})


# -- 4: the order of arrival does not matter


@breaks(4)
def arrival_decides(patch: Patch) -> None:
    """The time of arrival instead of the time of the gesture."""

    def arrival(received: int, sent: int, at: int, bases: Mapping[Any, int]) -> int:
        return max([received, *(base + 1 for base in bases.values())])

    patch.setattr(sync.merge, "effective_time", arrival)


@breaks(4, 5)
def nobody_is_awaited(patch: Patch) -> None:
    """A change that was seen before it came stands when it comes."""
    merge = sync.merge.merge

    def forgetful(register: Any, head: Any, bases: Any, known: Any, policy: Any) -> Any:
        merged, fate = merge(sync.merge.Register(register.heads), head, bases, known, policy)
        return sync.merge.Register(merged.heads), fate

    patch.setattr(sync.merge, "merge", forgetful)


@breaks(4)
def the_beaten_are_forgotten(patch: Patch) -> None:
    """Where the winner alone stands nothing stands any more when it turns out that the winner had been seen."""
    merge = sync.merge.merge

    def forgetful(register: Any, head: Any, bases: Any, known: Any, policy: Any) -> Any:
        merged, fate = merge(register, head, bases, known, policy)
        return sync.merge.Register(merged.heads, merged.awaited), fate

    patch.setattr(sync.merge, "merge", forgetful)


# -- 5: an edit that saw a value beats it


@breaks(4, 5)
def held_work_is_forgotten_as_seen(patch: Patch) -> None:
    """A change that was set aside does not count as seen by who saw it, when it is taken after all."""
    patch.setattr(judge, "is_held", lambda logged: False)


@breaks(5, 10, 4)
def bases_are_ignored(patch: Patch) -> None:
    """Nothing counts as seen."""
    merge = sync.merge.merge

    def blind(register: Any, head: Any, bases: Any, known: Any, policy: Any) -> Any:
        return merge(register, head, [], {}, policy)

    patch.setattr(sync.merge, "merge", blind)


@breaks(5, 10, 4)
def clocks_overrule_eyes(patch: Patch) -> None:
    """An edit whose clock is behind loses to what it had seen."""
    merge = sync.merge.merge

    def by_the_clock(received: int, sent: int, at: int, bases: Mapping[Any, int]) -> int:
        return min(received, received - (sent - at))

    def earlier_only(register: Any, head: Any, bases: Any, known: Any, policy: Any) -> Any:
        return merge(register, head, [base for base in bases if known.get(base, 0) <= head.t], known, policy)

    patch.setattr(sync.merge, "effective_time", by_the_clock)
    patch.setattr(sync.merge, "merge", earlier_only)


# -- 6: nobody reads what is not theirs


@breaks(6)
def revoked_rows_stay(patch: Patch) -> None:
    """What was lost with an audience is not told."""
    patch.setattr(pull, "lost_page", lambda *_: None)


@breaks(6)
def a_late_request_takes_back_what_was_served(patch: Patch) -> None:
    """What a device was given counts as forgotten when a request does not name it, also a request of long ago."""

    def note(server: Server, device: int, standing: Any) -> None:
        served = standing.granted | (standing.served & frozenset(standing.held))
        if server.state.served.get(device) != served:
            state = server.state.copy()
            state.served[device] = served
            server.commit(state)

    patch.setattr(Server, "_note", note)


@breaks(6)
def members_are_forever(patch: Patch) -> None:
    """Members see findings although their right over the branch is gone."""
    audiences = Work.audiences

    def generous(work: Work, record: Any) -> frozenset[str]:
        found = audiences(work, record)
        if record.type not in ("finding", "photo"):
            return found
        row = work.inspection_of(record).row
        return found | {f"person:{person}" for person, is_member in row["members"].items() if is_member}

    patch.setattr(Work, "audiences", generous)


# -- 7: what was approved stays, and is what was seen


@breaks(7)
def approved_items_stay_open(patch: Patch) -> None:
    """An approved inspection still takes edits."""
    refuse = judge._refuse_locked

    def lax(work: Any, inspection: Any, finding: Any, seen: int) -> None:
        if inspection.row["status"] != "approved":
            refuse(work, inspection, finding, seen)

    patch.setattr(judge, "_refuse_locked", lax)


@breaks(7)
def stale_views_pass(patch: Patch) -> None:
    """An act is carried out whatever was changed since its author looked."""
    patch.setattr(judge, "refuse_stale", lambda *_: None)


@breaks(7)
def the_clock_is_restored_too(patch: Patch) -> None:
    """After a restore the revs of the lost time are given again, so that an old view passes for a new one."""

    def restore(server: Server, backup: Any, now: int) -> None:
        state = backup.copy()
        state.epoch = server.state.epoch + 1
        server.commit(state)

    patch.setattr(Server, "restore", restore)


@breaks(7)
def the_cursor_is_what_was_seen(patch: Patch) -> None:
    """An act made between two pages says it saw all up to the cut, also what stands behind it by now."""
    set_cursor = Phone._set_cursor

    def hasty(phone: Phone, reply: Any) -> None:
        set_cursor(phone, reply)
        phone.cache.seen = reply["cursor"]

    patch.setattr(Phone, "_set_cursor", hasty)


# -- 8: no row is skipped


@breaks(8, 1)
def the_cursor_runs_ahead(patch: Patch) -> None:
    """The cursor is the clock although the page was cut."""
    feed = pull.feed

    def ahead(page: Any, *rest: Any) -> tuple[int, bool]:
        feed(page, *rest)
        return page.state.rev, False

    patch.setattr(pull, "feed", ahead)


@breaks(8, 1)
def a_row_is_skipped(patch: Patch) -> None:
    """The last of several changed rows is not told."""
    entries = pull._entries

    def short(*arguments: Any) -> list[Any]:
        found = entries(*arguments)
        return found[:-1] if len(found) > 2 else found

    patch.setattr(pull, "_entries", short)


@breaks(8, 1)
def any_reply_turns_the_page(patch: Patch) -> None:
    """A late reply is applied although it answers another cursor."""
    patch.setattr(Phone, "_answers", lambda phone, request, reply: True)


# -- 9: approved means the pictures are there


@breaks(9)
def pictures_are_not_missed(patch: Patch) -> None:
    """Approval without the pictures."""
    patch.setattr(acts, "is_missing", lambda photo: False)


# -- 10: own work does not go backwards


@breaks(10)
def receipts_hide_the_work(patch: Patch) -> None:
    """An edit leaves the screen with its receipt, though its row has not come yet."""
    is_laid = Phone._is_laid
    patch.setattr(Phone, "_is_laid", lambda phone, n, change: n > phone.out.ack and is_laid(phone, n, change))


@breaks(10, 1)
def rows_cover_what_waits(patch: Patch) -> None:
    """A row that comes counts as holding edits that were not sent yet."""
    take_row = Phone._take_row

    def covering(phone: Phone, key: Any, row: Any, ack: int) -> None:
        take_row(phone, key, row, phone.out.next - 1)

    patch.setattr(Phone, "_take_row", covering)


@breaks(10)
def a_word_passed_over_is_not_named(patch: Patch) -> None:
    """An edit names an own earlier one only while that is shown: judged anew after a restore it wins again."""
    own_word = Phone.own_word

    def shown_only(phone: Phone, key: Any, path: str) -> Any:
        word = own_word(phone, key, path)
        return word if word and word[0] in phone.visible(*key).get("by", {}).get(path, ()) else ()

    patch.setattr(Phone, "own_word", shown_only)


# -- 11: different judgements stay open until a person picks


@breaks(11, 4)
def judgements_merge_silently(patch: Patch) -> None:
    """The winner alone stays, as if checks were plain text."""
    merge = sync.merge.merge

    def silent(register: Any, head: Any, bases: Any, known: Any, policy: Any) -> Any:
        return merge(register, head, bases, known, Policy.EDIT)

    patch.setattr(sync.merge, "merge", silent)


@breaks(11)
def conflicts_are_not_shown(patch: Patch) -> None:
    """Different judgements do not count as a conflict."""
    for place in (sync.merge, state, judge):
        patch.setattr(place, "is_open", lambda register: False)


# -- 12: outboxes drain


@breaks(12)
def a_refusal_blocks_the_queue(patch: Patch) -> None:
    """A phone does not go on past a change that was refused."""
    receipts = Phone._receipts

    def stuck(phone: Phone, request: Any, reply: Any) -> None:
        refused = [result["n"] for result in reply["results"] if result["outcome"] == "refused"]
        receipts(phone, request, {**reply, "ack": min([reply["ack"], *(n - 1 for n in refused)])})

    patch.setattr(Phone, "_receipts", stuck)


@breaks(12, 8)
def an_unreadable_row_blocks_the_pull(patch: Patch) -> None:
    """A phone does not turn a page with a row it cannot read."""
    turn_page = Phone._turn_page

    def stuck(phone: Phone, request: Any, reply: Any) -> None:
        if not any(type_ == "notice" for type_, _ in reply["rows"]):
            turn_page(phone, request, reply)

    patch.setattr(Phone, "_turn_page", stuck)


# -- 13: the log is enough


@breaks(13)
def a_change_goes_past_the_log(patch: Patch) -> None:
    """What the server does itself is not logged."""
    enter = Work.enter
    patch.setattr(Work, "enter", lambda work, entry: enter(work, entry) if entry.device else None)


@breaks(13)
def times_are_taken_from_the_wall(patch: Patch) -> None:
    """What is written depends on more than what is logged."""
    submit, beats = acts.VERBS["inspection", "submit"], iter(range(10**9))

    def submits(work: Any, inspection: Any, arguments: Any) -> None:
        work.now += next(beats)
        submit(work, inspection, arguments)

    patch.setitem(acts.VERBS, ("inspection", "submit"), submits)


MUTANTS = tuple(_all)
assert {number for mutant in MUTANTS for number in mutant.numbers} == set(range(1, 14))
