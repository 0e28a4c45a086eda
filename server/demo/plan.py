"""Which inspections and tasks the demo holds: pure, from a dice and a moment; who did what, when, with which result."""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from server.demo.answers import Findings, answer_all
from server.demo.places import Branch, named

HOUR = 3_600_000
DAY = 24 * HOUR
CHINA = 8 * HOUR  # the days of the demo are those of its invented province
State = Literal["draft", "submitted", "returned", "approved", "void"]
RETURN_REASONS = ("照片看不清，请补全景。", "与条款不符，请核对处数。", "少一张近景。")


@dataclass
class Inspection:
    """One inspection from its start to the state it shall be found in. Times are epoch milliseconds."""

    id: str
    branch: Branch
    lead: str
    started_at: int
    state: State
    found: Findings
    member: str | None = None
    reviewer: str = ""
    task: str | None = None
    returned: dict[str, str] = field(default_factory=dict)
    photos: list[tuple[str, str]] = field(default_factory=list)
    """(item, check) of each photo."""
    photos_missing: int = 0
    """How many of the last photos are still on the phone."""
    dispute: str | None = None
    """A check that the member judged differently, without having seen the lead's answer."""
    remark: str | None = None


@dataclass(frozen=True)
class Task:
    id: str
    branch: Branch
    assignee: str
    opens_at: int
    due_at: int


# (state, days ago, faults): more of them in the first city, where the demo's accounts work.
FIRST_CITY: tuple[tuple[State, float, int], ...] = (
    ("approved", 84, 9), ("approved", 77, 5), ("approved", 70, 19), ("approved", 63, 7), ("approved", 56, 3),
    ("approved", 49, 14), ("approved", 42, 6), ("approved", 35, 8), ("approved", 28, 4), ("approved", 21, 16),
    ("void", 19, 4), ("approved", 14, 5), ("approved", 9, 7), ("submitted", 4, 8), ("returned", 3, 6),
    ("submitted", 2, 4), ("submitted", 1.1, 9), ("returned", 1, 5), ("submitted", 0.9, 11), ("submitted", 0.2, 6),
    ("draft", 0.15, 6), ("draft", 0.1, 4),
)  # fmt: skip
SECOND_CITY: tuple[tuple[State, float, int], ...] = (
    ("approved", 60, 6), ("approved", 45, 18), ("approved", 31, 4), ("approved", 17, 11), ("void", 12, 3),
    ("submitted", 3, 7), ("returned", 2.2, 5), ("submitted", 0.8, 8), ("draft", 0.3, 5),
)  # fmt: skip
# The manager's own branch is looked at again and again, so that its history has something to tell.
OWN_BRANCH_TURNS = {0, 5, 10, 15}


def inspections(
    dice: random.Random, document: Mapping[str, Any], branches: list[Branch], person: Mapping[str, str], now: int
) -> list[Inspection]:
    """Every inspection of the demo, in the order it was started. `person` maps a demo name to an id."""
    first, second = branches[:60], branches[60:]
    made = _city(dice, document, first, FIRST_CITY, [person["检查员甲"], person["检查员乙"]], person["督导甲"], now)
    made += _city(dice, document, second, SECOND_CITY, [person["检查员丙"], person["检查员丁"]], person["督导乙"], now)
    return sorted(made, key=lambda inspection: inspection.started_at)


def _city(
    dice: random.Random, document: Mapping[str, Any], branches: list[Branch],
    plan: tuple[tuple[State, float, int], ...], inspectors: list[str], reviewer: str, now: int,
) -> list[Inspection]:  # fmt: skip
    others = dice.sample(branches[1:], len(plan))
    submitted = [turn for turn, (state, _, _) in enumerate(plan) if state == "submitted"]
    made = []
    for turn, (state, ago, faults) in enumerate(plan):
        branch = branches[0] if turn in OWN_BRANCH_TURNS else others[turn]
        share = dice.uniform(0.4, 0.8) if state == "draft" else 1.0
        found = answer_all(dice, document, faults, share=share, veto=turn % 11 == 5)
        inspection = Inspection(
            id=named("inspection", f"{branch.code}/{turn}"),
            branch=branch,
            lead=inspectors[turn % 2],
            started_at=_in_hours(dice, now, ago),
            state=state,
            found=found,
            reviewer=reviewer,
            photos=_photos(found),
            remark="请支局三日内整改后回复。" if faults > 8 else None,
        )
        if state == "draft":
            inspection.task = named("task", inspection.id)
        if state == "returned":
            inspection.returned = _returned(dice, found)
        if submitted and turn == submitted[-1]:
            inspection.photos_missing = 2
        if len(submitted) > 1 and turn == submitted[-2]:
            inspection.member, inspection.dispute = inspectors[(turn + 1) % 2], _dispute(found)
        made.append(inspection)
    return made


def _in_hours(dice: random.Random, now: int, days_ago: float) -> int:
    """A moment that many days ago; long past ones are moved into the opening hours of their day."""
    moment = int(now - days_ago * DAY)
    if days_ago < 1:
        return moment
    midnight = moment - (moment + CHINA) % DAY
    return midnight + 9 * HOUR + dice.randrange(6 * HOUR)


def _photos(found: Findings) -> list[tuple[str, str]]:
    """A photo for each of the first faults that one can see."""
    seen = [code for code in found.failed() if code.startswith(("ENV", "FAC", "MGT-4"))]
    return [(code.partition(".")[0], code) for code in seen[:4]]


def _returned(dice: random.Random, found: Findings) -> dict[str, str]:
    """Up to two items whose deductions a supervisor doubts."""
    items = list(dict.fromkeys(code.partition(".")[0] for code in found.failed()))
    return {item: dice.choice(RETURN_REASONS) for item in items[:2]}


def _dispute(found: Findings) -> str:
    return next(code for code in ("ETI-4.a", "ENV-2.d", "ETI-2.a") if code in found.checks)


def tasks(branches: list[Branch], inspections: list[Inspection], person: Mapping[str, str], now: int) -> list[Task]:
    """Four for each inspector of either city (due today, tomorrow, in three days, overdue), and those begun."""
    tonight = now - (now + CHINA) % DAY + 18 * HOUR
    if tonight < now + HOUR:  # late in the evening the day's work is due at its very end
        tonight += 6 * HOUR - 1
    made = []
    for turn, name in enumerate(("检查员甲", "检查员乙", "检查员丙", "检查员丁")):
        pool = branches[:60] if turn < 2 else branches[60:]
        for number, day in enumerate((0, 1, 3, -2), 1 + turn % 2 * 4):
            due = tonight + day * DAY
            made.append(Task(named("task", f"{name}/{number}"), pool[number], person[name], due - 7 * DAY, due))
    begun = [inspection for inspection in inspections if inspection.task]
    made += [Task(str(i.task), i.branch, i.lead, tonight - 7 * DAY, tonight) for i in begun]
    return made
