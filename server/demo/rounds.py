"""Which customers and visits the demo holds: pure, from a dice and a moment. No such shop and no such number exists."""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from server.demo.places import STEMS, STREETS, Branch, named
from server.demo.plan import DAY, HOUR
from server.visits.months import month_of

SHOPS = ("文具店", "茶馆", "五金店", "水果店", "诊所", "超市", "理发店", "修车行", "花店", "药房")
OFFICES = ("小学", "农产合作社", "服装厂", "卫生院", "律师事务所", "幼儿园")
CONTACTS = ("店主", "门卫", "财务室", "收发室", "值班经理")
COMPLAINTS = (
    ("邮件上周误投到隔壁两次。", ("misdelivery",)),
    ("挂号信晚到三天，没有电话通知。", ("timeliness",)),
    ("包裹放在门口没有打招呼。", ("attitude", "non_delivery")),
)
NEEDS = ("每月要寄样品二十件，想谈协议价。", "希望下午四点以后上门取件。", "年底要寄对账单三千封。")
MARKET = ("对面新开了一家快递驿站。", "附近两家网店准备搬来。", "隔壁小区在推广团购自提。")
MONTH_SO_FAR = (6, 37)
"""Visits and cards of the first branch in the month at hand: more than half of the one, a third of the other."""


@dataclass(frozen=True)
class Customer:
    id: str
    branch: Branch
    by: str
    fields: dict[str, Any]


@dataclass(frozen=True)
class Visit:
    """A visit as its person closed it. Times are epoch milliseconds."""

    id: str
    branch: Branch
    person: str
    kind: str
    started_at: int
    fields: dict[str, Any]
    dealt: tuple[str, str] | None = None
    """Who looked into what was heard, and the sentence that went back."""
    customer: str | None = None


@dataclass(frozen=True)
class Crew:
    """Who goes round for a branch, and who answers what they hear."""

    branch: Branch
    carrier: str
    manager: str
    supervisor: str
    customers: int
    visits: int


def crews(branches: Sequence[Branch], person: Mapping[str, str]) -> list[Crew]:
    """The branches of the demo that keep customers, in both cities."""
    first, second = person["督导甲"], person["督导乙"]
    return [
        Crew(branches[0], person["投递员甲"], person["支局长甲"], first, 42, 24),
        Crew(branches[1], person["支局长丙"], person["支局长丙"], first, 16, 9),
        Crew(branches[60], person["投递员乙"], person["支局长乙"], second, 24, 14),
        Crew(branches[61], person["支局长丁"], person["支局长丁"], second, 12, 7),
    ]


def customers(dice: random.Random, crew: Crew) -> list[Customer]:
    """The customers of a branch; each name once."""
    made = []
    stems = dice.sample(STEMS, crew.customers)
    for number, stem in enumerate(stems):
        kind = "key" if number % 9 == 4 else "organisation" if number % 3 else "person"
        name = f"{stem}{dice.choice(OFFICES if kind == 'key' else SHOPS)}" if kind != "person" else f"{stem}里住户"
        lat, lon = (round(at + dice.uniform(-0.012, 0.012), 6) for at in (crew.branch.lat, crew.branch.lon))
        fields = {
            "branch": crew.branch.id,
            "name": f"{name}{number + 1}号" if kind == "person" else name,
            "kind": kind,
            "contact": None if kind == "person" else dice.choice(CONTACTS),
            "phone": f"100{dice.randrange(10**8):08d}",
            "address": f"{dice.choice(STREETS)} {dice.randint(1, 180)} 号",
            "position": {"lat": lat, "lon": lon, "accuracy": 15, "at": 0},
            "route": f"{1 + number % 4} 段道",
            "tier": "ABC"[min(number % 5, 2)],
        }
        id_ = named("customer", f"{crew.branch.code}/{number}")
        made.append(Customer(id_, crew.branch, crew.carrier, {k: v for k, v in fields.items() if v is not None}))
    return made


def visits(dice: random.Random, crew: Crew, known: Sequence[Customer], now: int, first: bool) -> list[Visit]:
    """Visits of the eight weeks before this month, and those of the month at hand."""
    made = [_visit(dice, crew, known, n, at) for n, at in enumerate(_weeks(dice, crew.visits, now))]
    many, cards = MONTH_SO_FAR if first else (2, 9)
    begun = _month_began(now)
    span = max(now - begun - HOUR, (now - begun) // 2)
    for n in range(many):
        at = begun + span * (2 * n + 1) // (2 * many)
        made.append(_visit(dice, crew, known, 100 + n, at, met=True))
    for n in range(cards):
        at = begun + span * (2 * n + 1) // (2 * cards)
        made.append(Visit(_id(crew, 200 + n), crew.branch, crew.carrier, "card", at, {"result": "met"}))
    made.append(Visit(_id(crew, 300), crew.branch, crew.manager, "ride_along", now - 40 * DAY, {
        "result": "met", "route": "2 段道", "remark": "全程跟班，两处信报箱需要更换。",
    }))  # fmt: skip
    return made


def _visit(
    dice: random.Random, crew: Crew, known: Sequence[Customer], number: int, at: int, *, met: bool = False
) -> Visit:
    heard = number % 7 == 2
    result = "met" if met or heard else dice.choices(("met", "left_word", "not_met"), (8, 1, 1))[0]
    fields: dict[str, Any] = {"result": result}
    dealt = None
    if result == "met":
        fields["satisfaction"] = dice.choices((100, 90, 70, 40), (2, 6, 3, 1))[0]
        if heard:
            complaint, topics = COMPLAINTS[number // 7 % len(COMPLAINTS)]
            fields |= {"complaint": complaint, "topics": list(topics), "satisfaction": 40}
            if number < 10:
                dealt = (crew.supervisor, "已到网点核查并调整了段道，请回访时告诉客户。")
        elif number % 5 == 1:
            fields["needs"] = dice.choice(NEEDS)
        elif number % 4 == 3:
            fields["market_info"] = dice.choice(MARKET)
    who = crew.manager if number % 6 == 5 else crew.carrier
    of = known[(number * 5) % len(known)]
    fields["position"] = {**of.fields["position"], "accuracy": 20, "at": at}
    return Visit(_id(crew, number), crew.branch, who, "visit", at, fields, dealt, of.id)


def _weeks(dice: random.Random, many: int, now: int) -> Iterator[int]:
    """So many moments of the eight weeks before this month, in hours of work."""
    end = _month_began(now)
    for n in range(many):
        day = end - (1 + (55 * n) // many) * DAY
        yield day + dice.randint(9, 16) * HOUR + dice.randrange(HOUR)


def _month_began(now: int) -> int:
    """The first moment of the month, in steps of an hour back from now."""
    hour = now - now % HOUR
    while month_of(hour - HOUR) == month_of(now):
        hour -= HOUR
    return hour


def _id(crew: Crew, number: int) -> str:
    return named("visit", f"{crew.branch.code}/{number}")
