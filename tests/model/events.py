"""A history as a list of events: plain numbers, so that it can be drawn from a seed, thinned out, and kept as JSON."""

from collections.abc import Sequence
from random import Random
from typing import NamedTuple, TypeVar

from tests.model.world import CREW, SUE

T = TypeVar("T")
STEPS = 44
WEIGHTS = {
    "gesture": 44, "sync": 34, "hear": 5, "arrive": 3, "read": 3, "cut": 2, "mend": 3, "store": 4, "grant": 3,
    "move": 1, "clock": 2, "backup": 2, "restore": 1, "strange": 1, "season": 1,
}  # fmt: skip
KINDS, ODDS = tuple(WEIGHTS), tuple(WEIGHTS.values())
ROUND = {"walk": 52, "sync": 34, "merge": 6, "lot": 5, "desk": 4, "hear": 1}
ROUND_STEPS = 18
WALKERS = (6, 6, 6, 7, 7, 8, 8, 8, 5, 5, SUE, 0)
"""Who walks the round, and now and then somebody who only has a word to say."""
BUSY = (0, 0, 1, 1, 2, 2, 3, 3, SUE, SUE, SUE, 5)
"""Who makes gestures: mostly those who have something to do."""
DEADLY = 7
"""One event in so many may kill the phone that is at work."""


class Event(NamedTuple):
    """``who``: index of a phone. ``dice``: all choices are read from it. ``doom``: writes until the phone dies."""

    kind: str
    who: int
    dice: int
    doom: int


class Script(NamedTuple):
    """A whole history. ``page``: rows a reply, ``per_rev``: records a rev, ``batch``: changes a request.

    ``kept``: whether the server keeps pages of fills.
    """

    page: int
    per_rev: int
    batch: int
    events: tuple[Event, ...]
    kept: bool = False


class Dice:
    """Choices read off one number: the same number, the same choices, whatever came before."""

    __slots__ = ("left",)

    def __init__(self, number: int) -> None:
        self.left = number

    def below(self, most: int) -> int:
        self.left, found = divmod(self.left, most)
        return found

    def pick(self, choices: Sequence[T]) -> T:
        return choices[self.below(len(choices))]

    def weighted(self, choices: Sequence[tuple[T, int]]) -> T:
        found = self.below(sum(weight for _, weight in choices))
        for choice, weight in choices:
            found -= weight
            if found < 0:
                return choice
        raise AssertionError("unreachable")


def drawn(seed: int) -> Script:
    """The history of a seed. Odd ones have pages so small that nearly every reply has a sequel."""
    random = Random(seed)
    bits, phones = random.getrandbits, CREW
    events = [Event("clock", who, bits(64), 0) for who in range(phones) if random.random() < 0.4]
    events += [Event("sync", who, 0, 0) for who in range(phones) if random.random() < 0.8]
    for kind in random.choices(KINDS, ODDS, k=STEPS):
        who = random.choice(BUSY) if kind == "gesture" else int(random.random() * phones)
        doom = 1 + int(random.random() * 8) if random.random() * DEADLY < 1 else 0
        events.append(Event(kind, who, bits(64), doom))
    _with_rounds(Random(f"rounds {seed}"), events)
    events += _orderly_end(random)
    small = seed % 2
    return Script(3 if small else 1000, 2 if small else 100, random.choice((2, 5, 400)), tuple(events), seed % 3 == 0)


def _with_rounds(random: Random, events: list[Event]) -> None:
    """Put the rounds between the other events, which are what they were without."""
    bits, kinds, odds = random.getrandbits, tuple(ROUND), tuple(ROUND.values())
    for kind in random.choices(kinds, odds, k=ROUND_STEPS):
        doom = 1 + int(random.random() * 8) if random.random() * DEADLY < 1 else 0
        event = Event(kind, random.choice(WALKERS), bits(64), doom)
        events.insert(int(random.random() * (len(events) + 1)), event)
    first = [Event("open", 6, bits(64), 0), Event("sync", 6, 0, 0), Event("sync", 7, 0, 0), Event("sync", 8, 0, 0)]
    events[:0] = [*first, Event("sync", 5, 0, 0)]


def _orderly_end(random: Random) -> list[Event]:
    """Work is handed in and reviewed, so that approvals are no rarity."""
    bits = random.getrandbits
    out = [Event("mend", who, 0, 0) for who in range(CREW)]
    out += [Event("sync", 0, 0, 0), Event("finish", 0, bits(64), 0), Event("sync", 0, 0, 0), Event("sync", 0, 0, 0)]
    out += [Event("sync", SUE, 0, 0), Event("sync", SUE, 0, 0), Event("approve", SUE, bits(64), 0)]
    out += [Event("review", SUE, bits(64), 0), Event("sync", SUE, 0, 0), Event("gesture", 1, bits(64), 0)]
    return out
