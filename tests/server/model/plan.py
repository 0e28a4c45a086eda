"""What will happen in a history, drawn before it begins: a list of events, each of which stands on its own.

An event names what is done; on what it is done is decided by its own dice from what the phone then shows. So events can
be left out, and what is left still means something: a failing history is cut down to the few that matter.
"""

from random import Random

import msgspec

from tests.server.protocol.seed import DAY

INSPECTORS = ("ann", "bob", "carl")
SUPERVISORS = ("sue", "sam")
CREW = (*INSPECTORS, "ann", *SUPERVISORS, "mara", "zoe")
WALKERS = ("kim", "kim", "lee")
"""Who walks the round beside the crew; kim has two phones."""
STEPS, ROUNDS = 64, 24

NET = {"ok": 58, "lost request": 8, "lost reply": 12, "doubled": 9, "late": 8, "late request": 5}
WORK = {
    "check": 36,
    "rest": 6,
    "remark": 8,
    "note": 5,
    "reason": 6,
    "photo": 7,
    "retract": 3,
    "join": 10,
    "take_over": 2,
    "leave": 1,
    "submit": 4,
    "void": 1,
    "settle": 6,
    "finish": 7,
    "start": 5,
    "poison": 3,
}
REVIEW = {
    "approve": 3,
    "review": 12,
    "return": 5,
    "correct": 4,
    "reopen": 3,
    "settle": 8,
    "waive": 6,
    "late": 6,
    "poison": 1,
}
AROUND = {
    "store": 5,
    "clock": 4,
    "grant": 3,
    "revoke": 3,
    "move": 3,
    "wake": 1,
    "hear": 4,
    "arrive": 3,
    "cut": 2,
    "silence": 2,
    "heal": 2,
    "restart": 1,
}
ROUND = {
    "customer": 8,
    "rename": 12,
    "visit": 12,
    "fill": 12,
    "close": 12,
    "cancel": 4,
    "amend": 8,
    "tamper": 5,
    "shoot": 3,
    "say": 6,
    "spoil": 4,
}
ASIDE = {"say": 5, "cancel": 2, "tamper": 1}
"""What they do on the round of others who do not walk it."""
AROUND_ROUND = {"merge": 10, "hire": 4, "fire": 5, "hear": 2, "arrive": 2, "wake": 1, "clock": 1}
ON_ROUND = (
    *(len(CREW) + place for place in (0, 0, 0, 1, 1, 2, 2, 2)),
    *map(CREW.index, ("mara", "mara", "sue", "ann")),
)


class Event(msgspec.Struct, frozen=True, omit_defaults=True):
    """After `wait` ms phone `who` does `do`; a look at the server (`net`: what becomes of it) comes before.

    `dies`: at which write of this event the phone goes dead; `fuse`: at which statement the server does.
    """

    who: int
    wait: int = 1
    net: str = ""
    do: tuple[str, ...] = ()
    around: str = ""
    dice: int = 0
    dies: int = 0
    fuse: int = 0


class Plan(msgspec.Struct, frozen=True, omit_defaults=True):
    """A history to be. `small`: pages so small that nearly every reply has a sequel.

    `skews`, `strides`: how wrong each clock is, of the crew and of who walks the round; `old`: the phone with an app
    too old to read photos; `ancient`: the one with an app too old to read anything.
    """

    seed: int
    events: tuple[Event, ...]
    skews: tuple[int, ...] = (0,) * len(CREW)
    small: bool = False
    old: int | None = None
    ancient: int | None = None
    strides: tuple[int, ...] = (0,) * len(WALKERS)


def draw(seed: int, steps: int = STEPS) -> Plan:
    """The history of a seed."""
    dice = Random(seed)
    skews = tuple(dice.choice((0, 0, 400 * DAY, -400 * DAY, 7_000)) for _ in CREW)
    old = dice.choice((None, None, 2, CREW.index("mara")))
    # What happens at once happens first: three people write the same fields; who sends first is left to the faults.
    events = [Event(who, 60_000, "", ("remark", "clash"), dice=_number(dice)) for who in range(len(INSPECTORS))]
    events += [_event(dice) for _ in range(steps)]
    if dice.random() < 0.3:
        back, again = sorted(dice.sample(range(3, len(events)), 2))
        events.insert(again, Event(0, 1000, around="restore"))
        events.insert(back, Event(0, 1000, around="backup"))
    ancient = dice.choice((0, 1, 3, CREW.index("sam"))) if dice.random() < 0.2 else None
    strides = _with_rounds(Random(f"rounds {seed}"), events)
    return Plan(seed, tuple(events), skews, bool(seed % 2), old, ancient, strides)


def _with_rounds(dice: Random, events: list[Event]) -> tuple[int, ...]:
    """Put the rounds between the other events, which are what they were without; returns the walkers' clocks."""
    for _ in range(ROUNDS):
        events.insert(dice.randrange(len(events) + 1), _stride(dice))
    kim, again, lee, mara = (*range(len(CREW), len(CREW) + len(WALKERS)), CREW.index("mara"))
    first = ("customer", "customer", "visit", "fill", "close", "visit")
    events[:0] = [Event(kim, 1000, "", first, dice=_number(dice)), *(Event(who, 1000, "ok") for who in (kim, kim))]
    events[3:3] = [Event(who, 1000, "ok") for who in (again, again, lee, lee, mara, mara)]
    return tuple(dice.choice((0, 0, 400 * DAY, -400 * DAY, 7_000)) for _ in WALKERS)


def _stride(dice: Random) -> Event:
    who, wait, number = dice.choice(ON_ROUND), dice.randrange(1, 60_000), _number(dice)
    kind = dice.choices(("work", "exchange", "around"), (50, 34, 16))[0]
    if kind == "around":
        return Event(who, wait, around=_one(dice, AROUND_ROUND), dice=number)
    looks = kind == "exchange" or dice.random() < 0.3
    dies = dice.randrange(1, 7) if dice.random() < 0.1 else 0
    fuse = dice.randrange(1, 30) if looks and dice.random() < 0.05 else 0
    does = ROUND if who >= len(CREW) or CREW[who] == "mara" else ASIDE
    do = tuple(_one(dice, does) for _ in range(dice.randrange(1, 6))) if kind == "work" else ()
    return Event(who, wait, _one(dice, NET) if looks else "", do, "", number, dies, fuse)


def _event(dice: Random) -> Event:
    who, wait, number = dice.randrange(len(CREW)), dice.randrange(1, 600_000), _number(dice)
    kind = dice.choices(("work", "exchange", "around"), (46, 38, 16))[0]
    dies = dice.randrange(1, 7) if dice.random() < 0.12 else 0
    if kind == "around":
        return Event(who, wait, around=_one(dice, AROUND), dice=number)
    reviews = CREW[who] in SUPERVISORS
    looks = kind == "exchange" or reviews  # who reviews looks first
    net = _one(dice, NET) if looks else ""
    fuse = dice.randrange(1, 30) if looks and dice.random() < 0.05 else 0
    do = tuple(_one(dice, REVIEW if reviews else WORK) for _ in range(dice.randrange(1, 4))) if kind == "work" else ()
    return Event(who, wait, net, do, "", number, dies, fuse)


def _number(dice: Random) -> int:
    return dice.randrange(1_000_000)


def _one(dice: Random, weights: dict[str, int]) -> str:
    return dice.choices(list(weights), list(weights.values()))[0]
