"""What erasing a customer reaches beside tables and log: pictures, words made of a complaint, late work, backups."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from server import cli, operating
from server.customers.erased import NAME, Erased, note, read
from server.customers.erasing import outside_of
from server.customers.retention import forget_again, forget_late, forget_old
from server.database.query import fetch
from server.door.erasing import MARK
from server.photos.acts import keep
from server.photos.erasing import clear_unlinked
from server.photos.store import Store
from server.problems import Refusal
from server.settings import Settings
from server.tasks.acts import task_of
from tests.server.databases import BOTH, PostgreSQL
from tests.server.photos.conftest import TUS, Tus
from tests.server.photos.pictures import picture, sha256
from tests.server.protocol.gestures import FAIL, Hand
from tests.server.protocol.seed import DAY, named
from tests.server.protocol.world import World, opened, settings_for
from tests.server.rebuild import tables_are_the_log
from tests.server.reply import check_problem, check_row
from tests.server.visits.rounds import close, closed, comment, customer, visit
from tests.server.visits.test_desk import post
from tests.server.visits.test_suggestions import check_of

SHOP, SEAL, DOOR = (picture(size=(60, 40), seed=seed) for seed in (11, 12, 13))
SMALL = {data: picture("WEBP", seed=seed) for data, seed in ((SHOP, 21), (SEAL, 22), (DOOR, 23))}
AT = {"lat": 31.25, "lon": 121.75, "accuracy": 9, "at": 1}
SECRETS = ("望江文具店", "投诉误投", "王老板说投错了", "拍到了王老板", "31.25", "又写了一句")


def hashes(data: bytes) -> dict[str, Any]:
    return {"sha256": sha256(data), "preview_sha256": sha256(SMALL[data]), "bytes": len(data)}


def taken(hand: Hand, type_: str, id_: str, data: bytes, **more: Any) -> str:
    """A photo of a visit or a remark."""
    new = hand.new_id()
    subject = {"of": {"type": type_, "id": id_}}
    hand.edit("photo", new, {**hand.picture(id_, new), **hashes(data), "position": AT, **subject, **more})
    return new


async def stored(world: World, photo: str, data: bytes) -> None:
    await keep(world.app.state.photos, photo, "full", data)
    await keep(world.app.state.photos, photo, "preview", SMALL[data])


def kept(folder: Path) -> set[str]:
    """The hashes of the pictures that lie in a data folder."""
    return {path.name for path in (folder / "photos").rglob("*") if path.is_file()}


async def told_secrets() -> list[str]:
    """Which of them stand anywhere in the database; a phone may have spelled its letters in ASCII."""
    tables = ("log", "customer", "visit", "comment", "photo", "task")
    told = [str(row) for table in tables for row in await fetch(f"SELECT * FROM {table}")]
    text = "\n".join(told).replace("\\\\", "\\")
    return [secret for secret in SECRETS if secret in text or json.dumps(secret)[1:-1] in text]


async def erase(manager: Hand, of: str) -> None:
    response = await post(manager, f"/api/customers/{of}/erase", reason="本人要求")
    assert response.status_code == 200, response.text


async def photographed(world: World, hand: Hand, of: str, data: bytes = SHOP, **more: Any) -> tuple[str, str]:
    """A closed visit with a stored photo; the ids of both."""
    id_ = visit(hand, of, result="met", **more)
    photo = taken(hand, "visit", id_, data)
    assert await hand.fate(close(hand, id_)) == "applied"
    await stored(world, photo, data)
    return id_, photo


async def test_pictures_of_the_visits_go_and_those_that_prove_something_else_stay(world: World) -> None:
    kim, mara, ann = await world.team("kim", "mara", "ann")
    of, other = customer(kim), customer(kim, "另一家")
    seen = visit(kim, of, result="met")
    mine, shared, back = (taken(kim, "visit", seen, data) for data in (SHOP, SEAL, DOOR))
    assert await kim.fate(close(kim, seen)) == "applied"
    assert await kim.fate(kim.act("photo", back, "retract", {"reason": "拍到了王老板"})) == "applied"
    await mara.sync()
    answer = taken(mara, "comment", comment(mara, "visit", seen, "收到"), DOOR)
    await mara.sync()
    _, elsewhere = await photographed(world, kim, other, DOOR, remark="不相干")
    inspection = ann.start()
    ann.check(inspection, "A-1.a", FAIL)
    evidence = ann.photo(inspection, check="A-1.a", **hashes(SEAL))
    await ann.sync()
    for photo, data in ((mine, SHOP), (shared, SEAL), (answer, DOOR), (evidence, SEAL)):
        await stored(world, photo, data)
    sent = kim.request(changes=[change for _, change in sorted(kim.out.changes.items())])
    assert kept(world.folder) == {sha256(data) for data in (*SMALL, *SMALL.values())}

    await erase(mara, of)

    assert kept(world.folder) == {sha256(data) for data in (SEAL, SMALL[SEAL], DOOR, SMALL[DOOR])}
    for hand in (kim, mara, ann):
        await hand.sync()
    for photo in (mine, shared, back, answer):
        row = mara.row("photo", photo)
        assert (row["erased_at"], row["position"]) == (world.clock(), None)
        check_problem(await kim.http.get(f"/api/photos/{photo}"), 404, "not_found")
    assert mara.row("photo", back)["retracted"] == {"by": kim.person, "at": world.clock(), "reason": None}
    assert kim.row("photo", elsewhere)["position"] == AT
    assert ann.row("photo", evidence)["erased_at"] is None
    assert (await kim.http.get(f"/api/photos/{elsewhere}")).content == DOOR
    assert (await ann.http.get(f"/api/photos/{evidence}")).content == SEAL
    assert "拍到了王老板" not in await told_secrets()
    assert await clear_unlinked(world.app.state.photos.store, world.clock) == 0
    await tables_are_the_log()
    await world.agree(kim, mara, ann)
    # The log proves itself: what is sent again is known, and anything else is a fork.
    assert (await kim.send(sent)).status_code == 200
    forged = next(change for change in sent["changes"] if change["type"] == "photo" and "position" in change["set"])
    forged["set"]["position"] = [{**AT, "lat": 1.0}]
    check_problem(await kim.send(sent), 409, "device_fork")


async def test_what_was_drawn_over_a_photo_goes_and_nothing_is_drawn_over_it_again(world: World) -> None:
    kim, mara = await world.team("kim", "mara")
    of = customer(kim)
    _, photo = await photographed(world, kim, of)
    sue = await world.phone("sue")
    marks = [{"shape": "text", "box": [1, 1, 9, 9], "text": "拍到了王老板"}]
    assert await sue.fate(sue.edit("photo", photo, {"markup": marks})) == "applied"
    await erase(mara, of)
    again = sue.edit("photo", photo, {"markup": marks[:0]})
    assert await sue.fate(again) == "refused wrong_state"
    assert sue.row("photo", photo)["markup"] is None
    assert await told_secrets() == []


async def test_bytes_that_are_still_coming_are_not_taken(world: World) -> None:
    kim, mara = await world.team("kim", "mara")
    of = customer(kim)
    seen = visit(kim, of, result="met")
    photo = taken(kim, "visit", seen, SHOP)
    assert await kim.fate(close(kim, seen)) == "applied"
    kim.http.headers.update(TUS)
    tus = Tus(kim.http)
    url = await tus.location(photo, sha256(SHOP), len(SHOP))
    assert (await tus.patch(url, 0, SHOP[:100])).status_code == 204
    await erase(mara, of)
    assert (await tus.patch(url, 100, SHOP[100:])).status_code == 410
    check_problem(await tus.create(photo, sha256(SHOP), len(SHOP)), 404, "not_found")
    assert kept(world.folder) == set()
    await keep(world.app.state.photos, photo, "full", SHOP)  # one that was being stored at that very moment
    assert await fetch("SELECT 1 FROM blob_photo") == []
    await forget_late(outside_of(world.app), world.clock())
    assert kept(world.folder) == set()


async def test_words_of_a_complaint_go_from_the_check_they_led_to(world: World) -> None:
    kim, mara, sue, ann = await world.team("kim", "mara", "sue", "ann")
    of = customer(kim)
    heard, other = await closed(kim, of, complaint="投诉误投"), await closed(kim, customer(kim), needs="要寄样品")
    for id_, text in ((heard, "王老板说投错了"), (other, "看看样品")):
        given = await post(sue, f"/api/suggestions/{id_}/check", **check_of(sue, "ann", text=text))
        assert given.status_code == 200, given.text
    await ann.sync()
    assert ann.row("task", task_of(heard))["reason"] == "王老板说投错了"
    await erase(mara, of)
    await ann.sync()
    task = ann.row("task", task_of(heard))
    assert (task["reason"], task["status"], ann.row("task", task_of(other))["reason"]) == (None, "open", "看看样品")
    assert set(await told_secrets()) == {"望江文具店"}, "the other one is called so too"
    await tables_are_the_log()
    await world.agree(ann, sue)


async def test_words_of_a_declined_check_go_too(world: World) -> None:
    kim, mara, sue, ann = await world.team("kim", "mara", "sue", "ann")
    of = customer(kim)
    heard = await closed(kim, of, complaint="投诉误投")
    await post(sue, f"/api/suggestions/{heard}/check", **check_of(sue, "ann"))
    await ann.sync()
    late = await world.phone("ann")
    assert await ann.fate(ann.act("task", task_of(heard), "decline", {"reason": "王老板说投错了"})) == "applied"
    await erase(mara, of)
    assert await told_secrets() == []
    given = await post(sue, f"/api/suggestions/{heard}/check", **check_of(sue, "ann"))
    assert given.status_code == 200, given.text
    await late.sync()
    assert await late.fate(late.act("task", task_of(heard), "decline", {"reason": "王老板说投错了"})) == "applied"
    await forget_late(outside_of(world.app), world.clock())
    assert await told_secrets() == []
    rows = await fetch("SELECT COUNT(*) FROM log")
    await forget_late(outside_of(world.app), world.clock())
    assert await fetch("SELECT COUNT(*) FROM log") == rows, "once is enough"
    await world.agree(ann, sue)


async def test_a_store_out_of_reach_is_cleared_the_next_night(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    kim, mara = await world.team("kim", "mara")
    of = customer(kim)
    _, photo = await photographed(world, kim, of)

    async def away(*_: object) -> None:
        raise Refusal("unavailable")

    with monkeypatch.context() as patched:
        patched.setattr(Store, "remove", away)
        await erase(mara, of)
    check_problem(await kim.http.get(f"/api/photos/{photo}"), 404, "not_found")
    assert len(kept(world.folder)) == 2
    assert await forget_late(outside_of(world.app), world.clock()) == 0
    assert kept(world.folder) == set()
    assert await fetch("SELECT 1 FROM blob") == []


async def test_what_a_phone_brings_later_is_emptied_in_the_night(world: World) -> None:
    kim, mara = await world.team("kim", "mara")
    of = customer(kim)
    draft = visit(kim, of)
    await kim.sync()
    late = kim.edit("customer", of, {"phone": "1", "remark": "又写了一句"})
    photo = taken(kim, "visit", draft, SHOP)
    kim.edit("visit", draft, {"result": "met", "complaint": "投诉误投"})
    close(kim, draft)
    again = visit(kim, of, result="met", needs="又写了一句")
    close(kim, again)
    await erase(mara, of)
    await kim.sync()
    assert kim.outcome(late) == "refused"
    assert set(await told_secrets()) >= {"又写了一句", "投诉误投", "31.25"}
    await stored(world, photo, SHOP)
    assert await forget_late(outside_of(world.app), world.clock()) == 1
    assert await told_secrets() == []
    assert kept(world.folder) == set()
    await kim.sync()
    assert kim.row("photo", photo)["erased_at"] == world.clock()
    assert kim.row("visit", again)["result"] == "met", "what it counts stays"
    assert await forget_late(outside_of(world.app), world.clock()) == 0
    await tables_are_the_log()
    await world.agree(kim, mara)


async def test_photos_are_kept_as_long_as_their_visits(world: World) -> None:
    kim = await world.phone("kim")
    _, old = await photographed(world, kim, customer(kim), SHOP)
    world.clock.advance(300 * DAY)
    kim = await world.phone("kim")
    _, new = await photographed(world, kim, customer(kim), DOOR)
    settings = msgspec.structs.replace(world.app.state.settings, keep_visits_days=200)
    outside = outside_of(world.app)
    assert await forget_old(settings, outside, world.clock()) == (1, 0)
    assert kept(world.folder) == {sha256(DOOR), sha256(SMALL[DOOR])}
    await kim.sync()
    assert [kim.row("photo", id_)["erased_at"] is None for id_ in (old, new)] == [False, True]
    assert await forget_old(settings, outside, world.clock()) == (0, 0)


# -- backups


@pytest.fixture(params=BOTH)
def target(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settings]:
    """An empty folder and an empty database, of either kind."""
    if request.param == "sqlite":
        yield settings_for(tmp_path / "target", None)
        return
    server: PostgreSQL = request.getfixturevalue("postgres")
    with server.empty() as url:
        yield settings_for(tmp_path / "target", url)


async def test_an_older_backup_brings_nobody_back(
    world: World, world_url: str | None, target: Settings, tmp_path: Path
) -> None:
    kim, mara = await world.team("kim", "mara")
    of, stays = customer(kim), customer(kim, "另一家")
    _, photo = await photographed(world, kim, of, SHOP, complaint="投诉误投")
    await photographed(world, kim, stays, DOOR)
    await operating.back_up(settings_for(world.folder, world_url), tmp_path / "backup")
    later = customer(kim, "望江文具店", remark="又写了一句")
    await photographed(world, kim, later, SEAL, needs="又写了一句")
    await mara.sync()
    for id_ in (of, later):
        await erase(mara, id_)
    note(target.data / NAME, [Erased(stays, named("north"), 1)])  # what the data folder knows of itself

    _, erased = await operating.restore(target, tmp_path / "backup", [world.folder / NAME])
    assert erased == 3
    assert {one.customer for one in read(target.data / NAME)} == {of, later, stays}
    assert kept(target.data) == set()
    async with opened(target.data, target.database_url) as restored:
        assert await told_secrets() == []
        kim.http = restored.client()
        await restored.sign_in(kim.http, "kim", device=kim.device)
        kim.cache.cursor = None
        await kim.sync()
        assert kim.row("photo", photo)["erased_at"] is not None
        check_row("customer", kim.row("customer", later))
        assert [kim.row("customer", id_)["status"] for id_ in (of, later, stays)] == ["erased"] * 3
        assert set(await told_secrets()) >= {"望江文具店", "又写了一句", "31.25"}, "the phone has told it all again"
        assert await forget_late(outside_of(restored.app), restored.clock()) == 1
        assert await told_secrets() == []
        kept_of = [json.loads(row[0]) for row in await fetch("SELECT content FROM log WHERE record = ?", later)]
        assert any(MARK in content for content in kept_of), "what was refused is proved too"
        assert await forget_late(outside_of(restored.app), restored.clock()) == 0


async def test_a_database_that_was_put_back_by_hand_forgets_again(world: World) -> None:
    kim = await world.phone("kim")
    of, other = customer(kim), customer(kim, "另一家")
    await kim.sync()
    path, ghost = world.folder / NAME, kim.new_id()
    note(path, [Erased(of, named("north"), 1), Erased(ghost, named("north"), 1), Erased(of, named("north"), 2)])
    note(path, [Erased(of, named("north"), 3)])
    with path.open("ab") as file:
        file.write(b'\n["0197')
    assert [(one.customer, one.at) for one in read(path)] == [(of, 2), (ghost, 1)]
    outside = outside_of(world.app)
    assert await forget_again(outside, world.clock(), also_unknown=False) == 1
    assert await forget_again(outside, world.clock(), also_unknown=False) == 0
    await kim.sync()
    assert [kim.row("customer", id_)["status"] for id_ in (of, other)] == ["erased", "active"]
    assert not kim.has("customer", ghost)


def run(data: Path, *arguments: str) -> int:
    return cli.run(arguments, {"XUNFANG_DATA": str(data), "XUNFANG_LOG_LEVEL": "WARNING"})


def test_the_list_outlives_its_database(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    assert run(old, "init") == 0
    note(old / NAME, [Erased("0197a000-0000-7000-8000-00000000dead", "b", 1)])
    assert run(old, "backup", str(tmp_path / "backup")) == 0
    assert (old / NAME).stat().st_mode & 0o777 == 0o600
    assert run(old, "reset", "--yes") == 0
    assert len(read(old / NAME)) == 1
    assert run(new, "restore", str(tmp_path / "backup"), "--erased", str(tmp_path / "nowhere")) == 1
    assert "nowhere" in capsys.readouterr().err
    assert run(new, "restore", str(tmp_path / "backup")) == 0
    assert len(read(new / NAME)) == 1
    assert "erased again: 1" in capsys.readouterr().out
