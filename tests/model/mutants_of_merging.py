"""Deliberate faults about what becomes of concurrent edits: invariants 4, 5 and 11."""

from collections.abc import Mapping
from typing import Any

import sync.merge
from sync.records.policy import Policy
from tests.model import judge, state
from tests.model.planted import Patch, breaks


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
