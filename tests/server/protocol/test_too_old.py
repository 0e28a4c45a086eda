"""Protocol §3: a client too old to read rows still hands in its work, and is told to be renewed."""

import json
from pathlib import Path
from typing import Any

import pytest

from server.sync import versions
from server.sync.versions import can_read
from tests.server.protocol.gestures import FAIL, Hand
from tests.server.protocol.world import World
from tests.server.reply import check_reply

OLD = "0.1.0"


@pytest.fixture(autouse=True)
def a_later_release(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows changed their meaning in 0.4.0."""
    monkeypatch.setattr(versions, "OLDEST_READER", (0, 4, 0))


async def by_an_old_app(phone: Hand, **request: Any) -> dict[str, Any]:
    """The reply to the next round trip of this phone, were its app of an older release."""
    asked = phone.request(app=OLD, **request)
    response = await phone.send(asked)
    assert response.status_code == 200, response.text
    reply = check_reply(asked, response.content)
    assert reply["upgrade"] is True
    assert not reply.keys() & {"rows", "same", "gone", "audiences", "drop", "fill", "more"}
    return reply


async def test_its_work_is_taken_and_no_row_is_given(world: World) -> None:
    ann, sue = await world.team("ann", "sue")
    inspection = ann.start()
    ann.check(inspection, "A-1.a", FAIL)
    reply = await by_an_old_app(ann)
    assert reply["ack"] == len(ann.out.changes)
    assert reply["cursor"] == ann.cache.cursor
    await sue.sync()
    assert sue.has("inspection", inspection)
    await ann.sync()  # renewed, it reads everything, and sends nothing twice
    assert ann.row("inspection", inspection)["lead"] == ann.person
    await world.agree(ann)


async def test_after_a_restore_too(world: World) -> None:
    """A cursor of the epoch before names no rev of this one."""
    ann = await world.phone("ann")
    assert ann.cache.cursor
    reply = await by_an_old_app(ann, epoch=77)
    assert (reply["epoch"], reply["cursor"]) == (ann.cache.epoch, 0)


async def test_a_first_contact_too(world: World) -> None:
    ann = await world.phone("ann", synced=False)
    inspection = ann.start()
    reply = await by_an_old_app(ann)
    assert (reply["ack"], reply["cursor"]) == (len(ann.out.changes), 0)
    assert (await by_an_old_app(ann, changes=[]))["ack"] == reply["ack"]
    newcomer = await world.phone("bob")
    assert newcomer.has("inspection", inspection)


async def test_a_refusal_is_told_to_an_old_app(world: World) -> None:
    ann = await world.phone("ann")
    ann.edit("inspection", ann.new_id(), {"remark": "nowhere"})
    assert [result["outcome"] for result in (await by_an_old_app(ann))["results"]] == ["refused"]


@pytest.mark.parametrize("app", [None, "", "test", "0.4", "0.4.0", "0.10.0", "1.0.0", "99999999999.0.0", "v0.1.0"])
async def test_who_is_not_known_to_be_too_old_is_given_rows(world: World, app: str | None) -> None:
    ann = await world.phone("ann", synced=False)
    reply = check_reply(ann.request(), (await ann.send(ann.request(app=app))).content)
    assert "rows" in reply


def test_the_app_of_this_release_can_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    package = json.loads((Path(__file__).parents[3] / "pwa" / "package.json").read_text())
    assert can_read(package["version"])
