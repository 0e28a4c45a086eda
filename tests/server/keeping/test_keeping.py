"""Backups taken while people work, put back into either database, and the move to PostgreSQL."""

import asyncio
import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest

from server import operating
from server.database import engine_of, transaction
from server.database import opened as engine_opened
from server.database.query import execute
from server.keeping.backup import BackupError, Sheet
from server.photos.acts import keep
from server.photos.ledger import orphans
from server.settings import Settings
from tests.server.databases import BOTH, PostgreSQL
from tests.server.photos.pictures import picture, sha256
from tests.server.protocol.conftest import seeded, world, world_url
from tests.server.protocol.gestures import FAIL, Hand
from tests.server.protocol.world import World, opened, settings_for
from tests.server.visits.rounds import closed, customer

__all__ = ["seeded", "world", "world_url"]

DATA, PREVIEW = picture(size=(300, 200)), picture("WEBP", seed=2)


@pytest.fixture(params=BOTH)
def target(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settings]:
    """An empty folder and an empty database, of either kind."""
    folder = tmp_path / "target"
    if request.param == "sqlite":
        yield settings_for(folder, None)
        return
    server: PostgreSQL = request.getfixturevalue("postgres")
    with server.empty() as url:
        yield settings_for(folder, url)


@pytest.fixture
def source(world: World, world_url: str | None) -> Settings:
    return settings_for(world.folder, world_url)


@pytest.fixture
def address(postgres: PostgreSQL) -> Iterator[str]:
    """An empty PostgreSQL to move to."""
    with postgres.empty() as url:
        yield url


async def photographed(world: World, phone: Hand) -> tuple[str, str]:
    """An inspection with a photo whose picture is stored; its id and the photo's."""
    inspection = phone.start()
    phone.check(inspection, "A-1.a", FAIL)
    hashes = {"sha256": sha256(DATA), "preview_sha256": sha256(PREVIEW), "bytes": len(DATA)}
    photo = phone.photo(inspection, check="A-1.a", **hashes)
    await phone.sync()
    await keep(world.app.state.photos, photo, "full", DATA)
    await keep(world.app.state.photos, photo, "preview", PREVIEW)
    return inspection, photo


async def test_a_backup_under_load_is_of_one_moment(
    world: World, source: Settings, target: Settings, tmp_path: Path
) -> None:
    ann, bob = await world.team("ann", "bob")
    _, photo = await photographed(world, ann)

    async def work() -> None:
        for _ in range(12):
            bob.answer_all(bob.start("south"))
            await bob.sync()

    working = asyncio.create_task(work())
    sheet = await operating.back_up(source, tmp_path / "backup")
    await working
    assert sheet.pictures == 2
    await operating.restore(target, tmp_path / "backup")
    async with opened(target.data, target.database_url) as restored:
        sue = await restored.phone("sue")
        assert sue.cache.epoch > ann.cache.epoch
        assert {row["inspection"] for row in sue.rows("finding")} <= {row["id"] for row in sue.rows("inspection")}
        signed = restored.client()
        await restored.sign_in(signed, "ann")
        assert (await signed.get(f"/api/photos/{photo}")).content == DATA


async def test_the_days_of_unknown_files_begin_anew_with_a_restore(
    world: World, source: Settings, target: Settings, tmp_path: Path
) -> None:
    """Those in a backup were counted in another store, before anybody sent anything again."""
    async with transaction():
        await execute("INSERT INTO orphan (path, seen_at) VALUES ('original/ab/abc', 1)")
    await operating.back_up(source, tmp_path / "backup")
    await operating.restore(target, tmp_path / "backup")
    async with engine_opened(engine_of(target)):
        assert await orphans() == {}


async def test_what_the_backup_does_not_know_comes_again(
    world: World, source: Settings, target: Settings, tmp_path: Path
) -> None:
    """Settled changes are kept on the phone: after a restore it sends those the server lost, and fills anew."""
    (ann,) = await world.team("ann")
    first, _ = await photographed(world, ann)
    await operating.back_up(source, tmp_path / "backup")
    second = ann.start("south")
    await ann.sync()
    await operating.restore(target, tmp_path / "backup")
    async with opened(target.data, target.database_url) as restored:
        client = restored.client()
        signed = await restored.sign_in(client, "ann", device=ann.device)
        assert signed.json()["device"] == ann.device
        ann.http = client
        await ann.sync()
        assert ann.has("inspection", first)
        assert ann.has("inspection", second)
        newcomer = await restored.phone("zoe")
        assert newcomer.device > ann.device + 1000


@pytest.fixture
async def backup(world: World, source: Settings, tmp_path: Path) -> Path:
    (ann,) = await world.team("ann")
    await photographed(world, ann)
    await operating.back_up(source, tmp_path / "backup")
    return tmp_path / "backup"


async def refused(settings: Settings, folder: Path, reason: str) -> None:
    with pytest.raises(BackupError, match=reason):
        await operating.restore(settings, folder)


async def test_a_backup_goes_into_an_empty_database_only(backup: Path, source: Settings, target: Settings) -> None:
    await refused(source, backup, "already")
    await operating.restore(target, backup)
    await refused(target, backup, "already")
    with pytest.raises(BackupError, match="not empty"):
        await operating.back_up(source, backup)


async def test_a_damaged_backup_changes_nothing(backup: Path, target: Settings) -> None:
    table = backup / "tables" / "finding.jsonl.gz"
    whole = gzip.decompress(table.read_bytes())
    table.write_bytes(gzip.compress(whole.replace(b"A-1.a", b"A-1.b")))
    await refused(target, backup, "finding")
    assert await operating.steps_taken(target) == 0
    table.write_bytes(gzip.compress(whole))
    (stored,) = (backup / "photos" / "original" / sha256(DATA)[:2]).iterdir()
    stored.write_bytes(DATA[:-1])
    await refused(target, backup, "damaged")
    stored.write_bytes(DATA)
    (backup / "backup.json").rename(backup / "elsewhere")
    await refused(target, backup, "no finished backup")
    (backup / "elsewhere").rename(backup / "backup.json")
    await operating.restore(target, backup)
    assert await operating.steps_taken(target) > 0


async def test_two_restores_of_one_backup_have_two_epochs(
    backup: Path, target: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = settings_for(tmp_path / "other", None)
    await operating.restore(target, backup)
    await operating.restore(other, backup)
    epochs = set()
    for settings in (target, other):
        engine = engine_of(settings)
        await engine.start_connection_pool()
        epochs.add((await engine.fetch("SELECT epoch FROM clock", ()))[0][0])
        await engine.close_connection_pool()
    assert len(epochs) == 2


@pytest.mark.parametrize("database", ["sqlite"])
async def test_a_move_brings_every_row(world: World, source: Settings, address: str) -> None:
    ann, sue, kim = await world.team("ann", "sue", "kim")
    _, photo = await photographed(world, ann)
    await closed(kim, customer(kim))  # when a customer was visited follows from rows that are copied later
    pairs = await operating.move(source, address)
    assert all(before == after for before, after in pairs)
    counted = {before.name: before.rows for before, _ in pairs}
    assert counted["inspection"] == 1
    assert counted["blob"] == 2
    assert counted.keys() >= {"log", "feed", "touch", "clock", "device", "account", "session", "grant_", "held"}
    with pytest.raises(BackupError, match="already"):
        await operating.move(source, address)
    async with opened(source.data, address) as moved:
        for phone, login in ((ann, "ann"), (sue, "sue")):
            phone.http = moved.client()
            await moved.sign_in(phone.http, login, device=phone.device)
        ann.start("south")
        await ann.sync()
        await sue.sync()
        assert len(sue.rows("inspection")) == 2
        assert (await ann.http.get(f"/api/photos/{photo}")).content == DATA
        assert (await moved.phone("zoe")).device > sue.device
        await moved.add_person("ned", ("inspector", "city2"))


@pytest.mark.parametrize("database", ["sqlite"])
async def test_a_move_that_loses_something_is_undone(
    world: World, source: Settings, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the hash is for: here the driver drops a row."""
    from server.database import PooledPostgres

    load = PooledPostgres.load

    async def forgetful(self: PooledPostgres, table: str, columns: object, rows: list[object]) -> None:
        await load(self, table, columns, rows[1:] if table == "person" else rows)  # type: ignore[arg-type]

    monkeypatch.setattr(PooledPostgres, "load", forgetful)
    with pytest.raises(BackupError, match="person"):
        await operating.move(source, address)
    monkeypatch.undo()
    await operating.move(source, address)


def test_a_sheet_names_what_it_was_made_of(seeded: Path, tmp_path: Path) -> None:
    sheet: Sheet = asyncio.run(operating.back_up(settings_for(seeded, None), tmp_path / "backup"))
    assert (sheet.database, sheet.steps[0]) == ("sqlite", "first")
    assert {path.name for path in (tmp_path / "backup" / "tables").iterdir()} == {
        f"{table.name}.jsonl.gz" for table in sheet.tables
    }
    assert (tmp_path / "backup").stat().st_mode & 0o077 == 0
