"""Deliberate faults about what a reply holds and how a page is turned: invariants 1, 8 and 12."""

from typing import Any

from tests.model import pull
from tests.model.phone import Phone
from tests.model.planted import Patch, breaks
from tests.model.pull import Own
from tests.model.server import Server


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


@breaks(12, 8)
def an_unreadable_row_blocks_the_pull(patch: Patch) -> None:
    """A phone does not turn a page with a row it cannot read."""
    turn_page = Phone._turn_page

    def stuck(phone: Phone, request: Any, reply: Any) -> None:
        if not any(type_ == "notice" for type_, _ in reply["rows"]):
            turn_page(phone, request, reply)

    patch.setattr(Phone, "_turn_page", stuck)
