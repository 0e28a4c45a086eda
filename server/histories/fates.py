"""What became of each value written into one field: it stands, a later one took its place, or a person chose."""

from collections.abc import Sequence
from functools import reduce
from itertools import pairwise
from operator import or_
from typing import Any, Literal

import msgspec

from sync.change import ChangeId
from sync.merge import judgement
from sync.records.policy import Policy

How = Literal["stands", "open", "agrees", "replaced", "passed", "picked", "unpicked"]


class Said(msgspec.Struct, frozen=True):
    """A value written into the field. ``t``: its effective time; ``bases``: the changes its author had seen there."""

    change: ChangeId
    t: int
    value: Any
    bases: frozenset[ChangeId]

    @property
    def rank(self) -> tuple[int, int, int]:
        return (self.t, *self.change)


class Fate(msgspec.Struct, frozen=True):
    """``stands``: it is the value now. ``open``: a person must choose. ``agrees``: another said the same, unseen.

    ``replaced``: by somebody who had seen it. ``passed``: two did not see each other, and the later one stood.
    ``picked``, ``unpicked``: one of several between which somebody chose. ``over``: the change that did it.
    ``picks``: the value itself was such a choice.
    """

    how: How
    over: ChangeId | None = None
    picks: bool = False


def fates(said: Sequence[Said], policy: Policy) -> dict[ChangeId, Fate]:
    """What became of the values of one field, given in the order in which they came."""
    ranked = sorted(said, key=lambda one: one.rank)
    behind = _Behind(ranked)
    then = {one.change: after for one, after in pairwise(ranked)}
    seen_by: dict[ChangeId, Said] = {}
    for one in said:
        for base in one.bases:
            seen_by.setdefault(base, one)
    standing = _Standing([one for one in said if one.change not in seen_by], policy)
    judged = policy is Policy.JUDGED
    picks = {one.change: behind.chosen_from(one) if judged else () for one in said}

    def became(one: Said) -> tuple[How, ChangeId | None]:
        after, first = then.get(one.change), seen_by.get(one.change)
        # A later value stood before anybody had seen this one.
        if not judged and after is not None and not behind.knew(after, one):
            return ("agrees" if after.value == one.value else "passed"), after.change
        if first is None:
            return standing.how(one)
        if one.change not in picks[first.change]:
            return "replaced", first.change
        return ("picked" if judgement(first.value) == judgement(one.value) else "unpicked"), first.change

    return {one.change: Fate(*became(one), picks=bool(picks[one.change])) for one in said}


class _Behind:
    """Everything each author had seen, also by way of what they had seen: a bit a value, in the order of rank."""

    def __init__(self, ranked: Sequence[Said]) -> None:
        self._ranked = ranked
        self._at = {one.change: place for place, one in enumerate(ranked)}
        self._bits: list[int] = []
        for place, one in enumerate(ranked):  # an edit is always later than what it saw
            seen = [at for at in self._seen(one) if at < place]
            self._bits.append(reduce(or_, (1 << at | self._bits[at] for at in seen), 0))

    def knew(self, one: Said, other: Said) -> bool:
        return bool(self._bits[self._at[one.change]] >> self._at[other.change] & 1)

    def chosen_from(self, one: Said) -> Sequence[ChangeId]:
        """The different values side by side which a value decided between; empty where there was nothing to decide."""
        seen = self._seen(one)
        covered = reduce(or_, (self._bits[at] for at in seen), 0)
        side_by_side = [self._ranked[at] for at in seen if not covered >> at & 1]
        differ = any(judgement(other.value) != judgement(side_by_side[0].value) for other in side_by_side)
        return [other.change for other in side_by_side] if differ else ()

    def _seen(self, one: Said) -> list[int]:
        return [self._at[base] for base in one.bases if base in self._at]


class _Standing:
    """The values nobody has seen yet, and the one among them that is latest."""

    def __init__(self, unseen: Sequence[Said], policy: Policy) -> None:
        self._best = max(unseen, key=lambda one: one.rank, default=None)
        self._open = policy is Policy.JUDGED and any(
            self._best is not None and judgement(one.value) != judgement(self._best.value) for one in unseen
        )

    def how(self, one: Said) -> tuple[How, ChangeId | None]:
        if self._open:
            return "open", None
        return ("stands", None) if self._best is None or one is self._best else ("agrees", self._best.change)
