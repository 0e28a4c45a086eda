"""Tens of thousands of branches in a database that nobody serves yet, as the server itself would have stored them."""

import hashlib
import json
import random
from typing import Any
from uuid import UUID

from server.demo.places import ENDINGS, STEMS, STREETS
from server.lists import initials
from tests.bench.bulk import Bulk

PER_REV = 100
"""Records one rev of the server holds."""


def crowd(bulk: Bulk, county: str, audience: str, many: int) -> None:
    """So many branches in a county, readable by one audience. The first that stands there already is the pattern."""
    names, feed = bulk.columns("branch"), bulk.columns("feed")
    pattern = dict(zip(names, bulk.fetch(f"SELECT {', '.join(names)} FROM branch LIMIT 1")[0], strict=True))
    entry = dict(
        zip(
            feed,
            bulk.fetch(
                f"SELECT {', '.join(feed)} FROM feed WHERE type = 'branch' "
                f"AND record = '{pattern['id']}' AND audience = '{audience}'"
            )[0],
            strict=True,
        )
    )
    first = bulk.fetch("SELECT rev FROM clock")[0][0] + 1
    dice = random.Random(3)
    rows, entries = [], []
    for number in range(many):
        rev = first + number // PER_REV
        body = _body(json.loads(pattern["body"]), dice, county, number)
        own = {name: body[name] for name in ("id", "code", "name", "unit", "status")}
        text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
        row = {**pattern, **own, "branch": body["id"], "rev": rev, "body": text, "token": None}
        rows.append(tuple(row[name] for name in names))
        entries.append(tuple({**entry, "record": body["id"], "rev": rev}[name] for name in feed))
    bulk.insert("branch", names, rows)
    bulk.insert("feed", feed, entries)
    bulk.execute(f"UPDATE clock SET rev = {first + many // PER_REV}")
    bulk.tidy()


def _body(body: dict[str, Any], dice: random.Random, county: str, number: int) -> dict[str, Any]:
    name = dice.choice(STEMS) + dice.choice(STEMS) + dice.choice(list(ENDINGS))
    position = {"lat": round(dice.uniform(29, 31), 6), "lon": round(dice.uniform(119, 121), 6), "accuracy": 10, "at": 0}
    values = {
        "id": str(UUID(bytes=dice.randbytes(16), version=4)),
        "code": f"8{number:07d}",
        "name": name,
        "initials": initials(name),
        "unit": county,
        "address": f"{dice.choice(STREETS)} {dice.randint(1, 180)} 号",
        "position": position,
        "staff_count": dice.randint(2, 16),
        "opens": dice.choice(("08:00", "08:30", "09:00")),
        "closes": dice.choice(("17:00", "17:30", "18:00")),
        "tag": hashlib.sha256(dice.randbytes(16)).hexdigest(),
        "status": "open",
    }
    return {**body, **values}
