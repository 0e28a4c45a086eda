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
STEPS = 64

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

    `skews`: how wrong each phone's clock is; `old`: the phone with an app too old to read photos.
    """

    seed: int
    events: tuple[Event, ...]
    skews: tuple[int, ...] = (0,) * len(CREW)
    small: bool = False
    old: int | None = None


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
    return Plan(seed, tuple(events), skews, bool(seed % 2), old)


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
