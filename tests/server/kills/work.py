"""What people do without pause while their server dies: inspect, hand in, judge, and send pictures."""

import asyncio
from collections.abc import Callable

from tests.server.kills.survivor import Survivor
from tests.server.protocol.gestures import FAIL, NA, PASS
from tests.server.protocol.seed import ONSITE
from tests.server.reply import Row

CHECKS = [check for checks in ONSITE.values() for check in checks]
ANSWERS = (PASS, {**PASS, "bulk": True}, FAIL, {"result": "fail", "count": 2}, NA)
MOST_UNSENT = 40
MOST_DRAFTS = 4
BREATH_S = 0.05
"""At most so long until the next try after a broken line: a kill must not wait for its phones."""


async def inspect(phone: Survivor, stop: asyncio.Event) -> None:
    """An inspector's day."""
    while not stop.is_set():
        for _ in range(phone.dice.randrange(1, 4)):
            if len(phone.unsent) < MOST_UNSENT:
                _gesture(phone)
        await _breathe(phone, await phone.exchange())


async def supervise(phone: Survivor, stop: asyncio.Event) -> None:
    """A supervisor looks, then judges what waits."""
    while not stop.is_set():
        await _breathe(phone, await phone.exchange())
        waiting = [row for row in phone.rows("inspection") if row["status"] == "submitted"]
        if waiting and len(phone.unsent) < MOST_UNSENT:
            _review(phone, phone.dice.choice(waiting))


async def read(phone: Survivor, stop: asyncio.Event) -> None:
    """Somebody who only looks, all the time."""
    phone.restless = True
    while not stop.is_set():
        await _breathe(phone, await phone.exchange())
        await asyncio.sleep(phone.dice.random() * BREATH_S)


async def carry(phone: Survivor, stop: asyncio.Event) -> None:
    """Send the pictures, several on the way at once."""
    while not stop.is_set():
        ready = phone.ready()[:4]
        if not ready:
            await asyncio.sleep(BREATH_S)
            continue
        await _breathe(phone, await phone.dice.choice(ready).step(phone.http, phone.dice, phone.picture_refused))


async def finish(phone: Survivor) -> None:
    """Nothing is in the way any more: send and fetch all there is."""
    await phone.sync()
    while ready := phone.ready():
        await ready[0].step(phone.http, phone.dice, phone.picture_refused)
    await phone.sync()


async def _breathe(phone: Survivor, outcome: str) -> None:
    if outcome != "answered":
        await asyncio.sleep(phone.dice.random() * BREATH_S)


def _gesture(phone: Survivor) -> None:
    drafts = [id_ for id_ in _inspections(phone) if _is_mine(phone, phone.visible("inspection", id_))]
    if not drafts or (len(drafts) < MOST_DRAFTS and phone.dice.random() < 0.05):
        inspection = phone.start(phone.dice.choice(("north", "east")))
        phone.check(inspection, "A-1.a", PASS)
        return
    does: dict[Callable[[Survivor, str], object], int] = {
        _check: 40, _remark: 10, _note: 8, _shoot: 12, _join: 6, _finish: 4,
    }  # fmt: skip
    act = phone.dice.choices(list(does), list(does.values()))[0]
    act(phone, phone.dice.choice(drafts) if act is not _join else phone.dice.choice(_inspections(phone)))


def _inspections(phone: Survivor) -> list[str]:
    known = {row["id"] for row in phone.rows("inspection")}
    known |= {change["id"] for change in phone.unsent if change.get("type") == "inspection" and "set" in change}
    return sorted(known)


def _is_mine(phone: Survivor, row: Row) -> bool:
    if row.get("status", "draft") not in ("draft", "returned"):
        return False
    return row.get("lead", phone.person) == phone.person or bool(row.get("members", {}).get(phone.person))


def _check(phone: Survivor, inspection: str) -> None:
    phone.check(inspection, phone.dice.choice(CHECKS), phone.dice.choice(ANSWERS))


def _remark(phone: Survivor, inspection: str) -> None:
    phone.edit("inspection", inspection, {"remark": f"{phone.device} {phone.dice.random()}"})


def _note(phone: Survivor, inspection: str) -> None:
    phone.note(inspection, phone.dice.choice(list(ONSITE)), str(phone.dice.random()))


def _shoot(phone: Survivor, inspection: str) -> None:
    item = phone.dice.choice(list(ONSITE))
    phone.check(inspection, ONSITE[item][0], FAIL)
    if len(phone.ready()) < 6:
        phone.shoot(inspection, item)


def _join(phone: Survivor, inspection: str) -> None:
    phone.do(inspection, "join")


def _finish(phone: Survivor, inspection: str) -> None:
    """Two changes of one step, and the act that follows."""
    group = phone.out.next
    for item, checks in list(ONSITE.items())[:2]:
        phone.write(inspection, item, {f"checks.{check}": PASS for check in checks}, group=group)
    for item, checks in list(ONSITE.items())[2:]:
        phone.write(inspection, item, {f"checks.{check}": PASS for check in checks})
    phone.do(inspection, "submit")


def _review(phone: Survivor, inspection: Row) -> None:
    if phone.dice.random() < 0.4:
        phone.do(inspection["id"], "return_items", items={phone.dice.choice(list(ONSITE)): "again"})
        return
    findings = {row["id"] for row in phone.rows("finding") if row["inspection"] == inspection["id"]}
    for photo in phone.rows("photo"):
        if photo["of"]["id"] in findings and photo["stored_at"] is None and photo["waived"] is None:
            phone.act("photo", photo["id"], "waive", {"reason": "lost"})
    phone.do(inspection["id"], "approve")
