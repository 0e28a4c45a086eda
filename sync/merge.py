"""How concurrent edits of one field meet: heads, bases, and what becomes of a new change (protocol §6)."""

from collections.abc import Mapping, Sequence, Set
from typing import Any, Literal

import msgspec

from sync.change import ChangeId
from sync.covers import covers_of, drawn_by, united
from sync.records.policy import Policy

Fate = Literal["applied", "superseded", "conflict"]


class Head(msgspec.Struct, frozen=True, array_like=True):
    """A change nobody has named as seen. ``t`` is its effective time; ``at`` what the author's phone showed."""

    t: int
    device: int
    n: int
    person: str
    at: int
    value: Any

    @property
    def change(self) -> ChangeId:
        return (self.device, self.n)

    @property
    def rank(self) -> tuple[int, int, int]:
        return (self.t, self.device, self.n)


class Register(msgspec.Struct, frozen=True, array_like=True):
    """One field, or one key of a map: its heads, best first, and the changes named as seen that are not here yet.

    ``passed``: where the winner alone stands, the heads it beat. The best of them stands again if it turns out that
    somebody had seen the winner and was seen in turn, but came here last.
    """

    heads: tuple[Head, ...] = ()
    awaited: tuple[ChangeId, ...] = ()
    passed: tuple[Head, ...] = ()


NEW = Register()
"""A field nobody has written."""


def effective_time(received: int, sent: int, at: int, bases: Mapping[ChangeId, int]) -> int:
    """When a change counts as made, in epoch ms of the server.

    Any constant skew of the phone's clock cancels, nothing is later than its receipt, and an edit is
    always later than what its author saw. ``bases``: effective time of every base that is known.
    """
    t = min(received, received - (sent - at))
    return max([t, *(base + 1 for base in bases.values())]) if bases else t


def merge(
    register: Register, head: Head, bases: Sequence[ChangeId], known: Mapping[ChangeId, int], policy: Policy
) -> tuple[Register, Fate]:
    """Lay ``head`` on ``register``; the outcome does not depend on the order in which changes arrive.

    ``known`` holds those of ``bases`` that were applied to this field before; the others are awaited, so
    that a change which was seen before it came here is superseded on arrival.
    """
    if register == NEW and not bases:
        return Register((head,)), "applied"
    named = {*bases} - {head.change}
    awaited = {*register.awaited, *(named - known.keys())}
    heads = [other for other in (*register.heads, *register.passed) if other.change not in named]
    is_seen = head.change in awaited
    merged = _stood(heads if is_seen else [*heads, head], awaited - {head.change}, policy)
    if is_seen or (policy is not Policy.JUDGED and merged.heads[0] is not head):
        return merged, "superseded"
    return merged, "conflict" if is_open(merged) else "applied"


def _stood(heads: Sequence[Head], awaited: Set[ChangeId], policy: Policy) -> Register:
    ranked = tuple(sorted(heads, key=lambda head: head.rank, reverse=True))
    shown = len(ranked) if policy is Policy.JUDGED else 1
    return Register(ranked[:shown], tuple(sorted(awaited)), ranked[shown:])


def is_open(register: Register) -> bool:
    """Whether two or more different judgements wait for a person to choose."""
    if len(register.heads) < 2:
        return False
    return any(judgement(head.value) != judgement(register.heads[0].value) for head in register.heads[1:])


def shown(register: Register) -> Any:
    """The plain value: the winner's, and what the heads it beat had covered.

    Two who draw at once do not see each other: a cover goes only by who names it as seen.
    """
    if not register.passed:
        return register.heads[0].value
    return united([head.value for head in (*register.heads, *register.passed)])


def seen_by(register: Register) -> list[ChangeId]:
    """The bases of an edit by someone who saw the plain field: the winner, the heads equal to it, whose covers stay."""
    winner = register.heads[0]
    if len(register.heads) == 1:
        return [winner.change, *_beneath(register)] if register.passed else [winner.change]
    return [head.change for head in register.heads if judgement(head.value) == judgement(winner.value)]


def _beneath(register: Register) -> list[ChangeId]:
    """The beaten heads of which something is shown."""
    drawn = drawn_by([head.value for head in (*register.heads, *register.passed)])
    return [head.change for at, head in enumerate(register.passed, 1) if at == drawn or covers_of(head.value)]


def judgement(value: Any) -> Any:
    """What an answer says, without how it was entered: ``bulk`` aside, a count of one like no count."""
    if not isinstance(value, dict) or "result" not in value:
        return value
    return (value["result"], value.get("count", 1), value.get("value"))
