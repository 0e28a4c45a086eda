"""Deliberate faults about what becomes of concurrent edits."""

from collections.abc import Mapping
from typing import Any

import pytest

import server.door.judge
import sync.merge
from sync.records.policy import Policy

Patch = pytest.MonkeyPatch


def arrival_decides(patch: Patch) -> None:
    """Invariant 4: the time of arrival instead of the time of the gesture."""

    def arrival(received: int, sent: int, at: int, bases: Mapping[Any, int]) -> int:
        return max([received, *(base + 1 for base in bases.values())])

    patch.setattr(server.door.edits, "effective_time", arrival)


def clocks_are_believed(patch: Patch) -> None:
    """Invariants 4 and 5: a phone whose clock runs ahead always wins, also over those who saw its value."""

    def believed(received: int, sent: int, at: int, bases: Mapping[Any, int]) -> int:
        return at

    patch.setattr(server.door.edits, "effective_time", believed)


def bases_are_ignored(patch: Patch) -> None:
    """Invariants 5 and 11: nothing counts as seen."""
    merge = sync.merge.merge

    def blind(register: Any, head: Any, bases: Any, known: Any, policy: Any) -> Any:
        return merge(register, head, (), {}, policy)

    patch.setattr(server.door.edits, "merge", blind)


def judgements_are_merged_silently(patch: Patch) -> None:
    """Invariant 11: the winner alone stays, as if checks were plain text."""
    merge = sync.merge.merge

    def silent(register: Any, head: Any, bases: Any, known: Any, policy: Any) -> Any:
        return merge(register, head, bases, known, Policy.EDIT)

    patch.setattr(server.door.edits, "merge", silent)


MERGING = (arrival_decides, clocks_are_believed, bases_are_ignored, judgements_are_merged_silently)
