"""The world every test starts from: one province, two cities, a short standard, people of every role in both."""

import uuid
from typing import Any

from server.branches.acts import NewBranch, create_branches
from server.door import server_change
from server.identity.acts import open_account
from server.identity.passwords import Passwords
from server.people.acts import Grant, create_person, create_unit
from sync.standards import content_sha256

PASSWORD = "ein Wort zum Testen"
START = 1_795_312_000_000
"""When the world begins, epoch ms."""
HOUR = 3_600_000
DAY = 24 * HOUR


def named(name: str) -> str:
    """The id of a seeded record, by its name."""
    return str(uuid.uuid5(uuid.NAMESPACE_OID, name))


UNITS = {  # name: (level, parent)
    "province": ("province", None),
    "city1": ("city", "province"),
    "city2": ("city", "province"),
    "county1": ("county", "city1"),
    "county1b": ("county", "city1"),
    "county2": ("county", "city2"),
}
BRANCHES = {"north": "county1", "south": "county1", "east": "county1b", "far": "county2"}
PEOPLE: dict[str, tuple[tuple[str, str], ...]] = {
    "ann": (("inspector", "city1"),),
    "bob": (("inspector", "city1"),),
    "carl": (("inspector", "city1"),),
    "dora": (("inspector", "county1"),),
    "sue": (("supervisor", "city1"),),
    "sam": (("supervisor", "city1"),),
    "both": (("inspector", "city1"), ("supervisor", "city1")),
    "mara": (("manager", "north"),),
    "kim": (("carrier", "north"),),
    "root": (("admin", "province"),),
    "zoe": (("inspector", "city2"),),
    "zed": (("supervisor", "city2"),),
    "zara": (("manager", "far"),),
}


def _check(code: str, rule: str | None) -> dict[str, Any]:
    return {"code": code, "zh": code, "en": code, "rule": rule, "evidence": "observation"}


def _item(code: str, points: float, rules: list[dict[str, Any]], letters: str, onsite: bool = True) -> dict[str, Any]:
    """An item whose checks are dealt to its rules in turn."""
    ids = [rule["id"] for rule in rules]
    checks = [_check(f"{code}.{letter}", ids[place % len(ids)]) for place, letter in enumerate(letters)]
    return {
        "code": code, "name_zh": code, "name_en": code, "max_points": points, "onsite": onsite,
        "rules": rules, "checks": checks,
    }  # fmt: skip


def _rule(code: str, kind: str, points: float, unit: str | None = None, **more: Any) -> dict[str, Any]:
    return {"id": code, "kind": kind, "points": points, "count_unit": unit, **more}


SECTIONS = [
    {"code": "A", "name_zh": "甲", "name_en": "A", "points": 14, "items": [
        _item("A-1", 5, [_rule("A-1.r1", "per_occurrence", 1, "distinct_requirement")], "abc"),
        _item("A-2", 9, [_rule("A-2.r1", "per_occurrence", 2, "instance")], "a"),
        _item("A-3", 0, [_rule("A-3.r1", "veto", 0)], "a"),
    ]},
    {"code": "B", "name_zh": "乙", "name_en": "B", "points": 6, "items": [
        _item("B-1", 6, [_rule("B-1.r1", "once", 3), _rule("B-1.r2", "once", 2)], "ab"),
    ]},
    {"code": "D", "name_zh": "丁", "name_en": "D", "points": 5, "items": [
        _item("D-1", 5, [_rule("D-1.r1", "per_percentage_point", 1, target_percent=98)], "a", onsite=False),
    ]},
]  # fmt: skip
DOCUMENT = {
    "schema": "postal-standard/1", "code": "short", "edition": "1", "name_zh": "短标准", "name_en": "Short standard",
    "total_points": 25, "point_step": 0.5, "sections": SECTIONS,
    "pass_rules": [
        {"code": "PASS-STD", "min_score": 20, "weights": {"inspection": 1, "third_party": 1}},
        {"code": "PASS-MODEL", "min_score": 23, "weights": {"inspection": 4, "third_party": 6}},
    ],
}  # fmt: skip
ONSITE = {"A-1": ("A-1.a", "A-1.b", "A-1.c"), "A-2": ("A-2.a",), "A-3": ("A-3.a",), "B-1": ("B-1.a", "B-1.b")}
"""Item -> its checks, of the items one sees at the branch. Whole points: 25; the desk's item is D-1 with D-1.a."""


async def publish(name: str, now: int, status: str = "published", **changes: Any) -> str:
    """Publish an edition like the short one; returns the record's id."""
    document = {**DOCUMENT, **changes}
    values = {
        "code": document["code"],
        "edition": document["edition"],
        "title": document["name_zh"],
        "status": status,
        "document": document,
        "content_sha256": content_sha256(document),
    }
    await server_change("standard", named(name), values, now=now)
    return named(name)


async def seed(now: int, passwords: Passwords) -> None:
    """Write the world into an empty, open database."""
    for name, (level, parent) in UNITS.items():
        await create_unit(named(name), name, level, named(parent) if parent else None, now=now)  # type: ignore[arg-type]
    await create_branches(
        [
            NewBranch(id=named(name), code=f"B-{name}", name=f"{name}支局", kind="post_office", unit=named(unit))
            for name, unit in BRANCHES.items()
        ],
        now=now,
    )
    await publish("standard", now)
    await publish("retired", now, "retired", code="old", edition="0")
    for name, grants in PEOPLE.items():
        some = [Grant(role=role, place=named(place)) for role, place in grants]  # type: ignore[arg-type]
        await create_person(named(name), f"人员{name}", named(grants[0][1]), some, now=now)
        await open_account(named(name), name, PASSWORD, passwords)
