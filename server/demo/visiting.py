"""What happened on the rounds of the demo: each step is one request of somebody's phone."""

import random
from collections.abc import Iterator
from functools import partial

from server.demo import rounds
from server.demo.places import Branch
from server.demo.plan import DAY, HOUR
from server.demo.telling import Step, Storyteller
from server.visits.suggestions import deal

MINUTE = 60_000
KEPT = 89 * DAY
"""So long ago the branches wrote their customers down."""


def stories(
    teller: Storyteller, dice: random.Random, places: list[Branch], ids: dict[str, str], now: int
) -> list[Step]:
    """Everything that is known of customers and visits, in no order."""
    steps: list[Step] = []
    for turn, crew in enumerate(rounds.crews(places, ids)):
        known = rounds.customers(dice, crew)
        written = now - KEPT
        steps.append((written, partial(teller.send, crew.carrier, written, [_customer(one, written) for one in known])))
        for visit in rounds.visits(dice, crew, known, now, first=turn == 0):
            steps += _story(teller, visit, now)
    return steps


def _story(teller: Storyteller, visit: rounds.Visit, now: int) -> Iterator[Step]:
    arrived = min(visit.started_at + 20 * MINUTE, now - MINUTE)
    yield arrived, partial(teller.send, visit.person, arrived, _changes(visit))
    if visit.dealt is not None:
        by, said = visit.dealt
        answered = min(arrived + 30 * HOUR, now - MINUTE)
        yield answered, partial(_deal, visit.id, said, by, answered)


async def _deal(visit: str, text: str, by: str, now: int) -> None:
    await deal(visit, text, by=by, now=now)


def _customer(one: rounds.Customer, at: int) -> dict[str, object]:
    return _edit("customer", one.id, at, one.fields)


def _changes(visit: rounds.Visit) -> list[dict[str, object]]:
    """The visit as it was written down and closed, in one."""
    fields = {"branch": visit.branch.id, "kind": visit.kind, "started_at": visit.started_at, **visit.fields}
    if visit.customer is not None:
        fields["customer"] = visit.customer
    edit = _edit("visit", visit.id, visit.started_at, fields)
    close = {"type": "visit", "id": visit.id, "at": visit.started_at + 5 * MINUTE, "act": "close", "with": {}}
    return [{**edit, "group": 1}, {**close, "group": 1}]


def _edit(type_: str, id_: str, at: int, fields: dict[str, object]) -> dict[str, object]:
    return {"type": type_, "id": id_, "at": at, "set": {path: [value] for path, value in fields.items()}}
