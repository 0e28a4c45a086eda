"""What an operator does to a data folder, without a word: `cli` asks and tells."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, closing, contextmanager
from pathlib import Path
from uuid import uuid4

import msgspec

from server.app import create_app, wall_clock_ms
from server.customers import erased
from server.customers.erasing import Outside
from server.customers.retention import forget_again
from server.database import Database, engine_of, opened, transaction
from server.database.migrations import HISTORY, applied, migrate
from server.demo.seed import seed
from server.identity import acts
from server.identity.passwords import Passwords
from server.identity.queries import places_called
from server.keeping import backup, moving
from server.people.acts import Grant, create_person, create_unit
from server.photos import checking
from server.photos.checking import Checked, Cleaned
from server.photos.store import Store
from server.settings import Settings
from server.standards.acts import publish_shipped
from sync.records.places import Role

STANDARD = "model-window"


class NoSuchPlace(LookupError):
    """No unit or branch, or more than one, is called this."""


async def steps_taken(settings: Settings) -> int:
    """How many steps of the history the database has; 0 when there is none."""
    if not settings.is_postgresql and not settings.database_path.is_file():
        return 0
    async with _apart(settings) as engine:
        return len(await applied(engine))


async def bring_up_to_date(settings: Settings) -> list[str]:
    """Take the missing steps of the history; returns their names. Raises MigrationError."""
    async with opened(engine_of(settings)) as engine:
        return await migrate(engine, HISTORY, wall_clock_ms())


async def initialise(settings: Settings, *, login: str, name: str, unit_name: str, password: str) -> None:
    """A database with the shipped standard, one topmost unit, and its administrator."""
    app = create_app(settings)
    unit, person, now = str(uuid4()), str(uuid4()), wall_clock_ms()
    async with app.lifespan(), transaction():
        await publish_shipped(STANDARD, now=now)
        await create_unit(unit, unit_name, "province", None, now=now)
        await create_person(person, name, unit, [Grant(role="admin", place=unit)], now=now)
        await acts.open_account(person, login, password, app.state.passwords)


async def fill_with_demo(settings: Settings) -> bool:
    """The demo in an empty database. False, and nothing done, when it is not empty."""
    app = create_app(settings)
    async with app.lifespan():
        filled = await seed(app.state.photos, app.state.passwords, wall_clock_ms())
    listed = settings.data / erased.NAME
    if filled and listed.exists():  # the invented people of an earlier demo have the same ids, and are there again
        listed.replace(listed.with_suffix(".before"))
    return filled


async def add_person(
    settings: Settings, *, login: str, name: str, home: str, roles: Sequence[tuple[Role, str]], password: str
) -> None:
    """A person who can sign in; ``roles`` are (role, place). Raises NoSuchPlace, LoginTaken; then nothing is added."""
    with closing(_passwords(settings)) as passwords:
        async with opened(engine_of(settings)), transaction():
            grants = [Grant(role=role, place=await _place(place)) for role, place in roles]
            person = str(uuid4())
            await create_person(person, name, await _place(home), grants, now=wall_clock_ms())
            await acts.open_account(person, login, password, passwords)


async def change_password(settings: Settings, *, login: str, password: str) -> bool:
    """A new password; the person's sessions end. False when nobody has this login."""
    with closing(_passwords(settings)) as passwords:
        async with opened(engine_of(settings)):
            return await acts.set_password(login, password, passwords)


async def replace_passwords(settings: Settings, chosen: Mapping[str, str]) -> None:
    """New passwords, by login; whoever was signed in signs in anew."""
    with closing(_passwords(settings)) as passwords:
        async with opened(engine_of(settings)), transaction():
            for login, password in chosen.items():
                await acts.set_password(login, password, passwords)


def _passwords(settings: Settings) -> Passwords:
    return Passwords(memory=settings.password_memory, rounds=settings.password_rounds)


async def _place(text: str) -> str:
    found = await places_called(text)
    if len(found) != 1:
        raise NoSuchPlace(text)
    return found[0]


async def back_up(settings: Settings, folder: Path) -> backup.Sheet:
    """A backup of database and pictures, while the server may be running. Raises BackupError, OSError."""
    async with _apart(settings) as engine:
        with _store(settings) as store:
            return await backup.back_up(engine, store, folder, wall_clock_ms(), settings.data)


async def restore(settings: Settings, folder: Path, lists: Sequence[Path] = ()) -> tuple[backup.Sheet, int]:
    """Put a backup into the empty database and the store of the settings; and how many were erased again.

    ``lists``: of customers who were erased, beside that of the data folder. Raises BackupError, OSError.
    """
    settings.data.mkdir(parents=True, exist_ok=True)
    for path in lists:
        erased.note(settings.data / erased.NAME, await asyncio.to_thread(_list_at, path))
    async with opened(engine_of(settings)) as engine:
        with _store(settings) as store:
            sheet = await backup.restore(engine, store, folder, wall_clock_ms(), settings.data)
            outside = Outside(store, settings.data, wall_clock_ms)
            return sheet, await forget_again(outside, wall_clock_ms(), also_unknown=True)


def _list_at(path: Path) -> list[erased.Erased]:
    if not path.is_file():
        raise backup.BackupError(f"{path} is no list of customers who were erased")
    return erased.read(path)


async def move(settings: Settings, address: str) -> list[moving.Pair]:
    """Copy the embedded database to PostgreSQL; each table before and after. Raises BackupError."""
    target = msgspec.structs.replace(settings, database_url=address)
    async with _apart(settings) as old, _apart(target) as new:
        return await moving.move(old, new, wall_clock_ms())


@asynccontextmanager
async def _apart(settings: Settings) -> AsyncIterator[Database]:
    """The database of the settings, open, without making it the one of this process."""
    engine = engine_of(settings)
    await engine.start_connection_pool()
    try:
        yield engine
    finally:
        await engine.close_connection_pool()


@contextmanager
def _store(settings: Settings) -> Iterator[Store]:
    with ThreadPoolExecutor(1) as disk:
        yield Store.at(settings.photos_url, settings.data, disk)


async def verify_photos(settings: Settings) -> Checked:
    """Read every stored picture again. Raises Refusal while the store does not answer."""
    with _store(settings) as store:
        async with opened(engine_of(settings)):
            return await checking.verify(store)


async def clean_photos(settings: Settings, *, dry_run: bool) -> Cleaned:
    """Take away files of photos that belong to nothing. Raises Refusal while the store does not answer."""
    with _store(settings) as store:
        async with opened(engine_of(settings)):
            return await checking.clean(store, wall_clock_ms, dry_run=dry_run)


def written_files(settings: Settings) -> list[Path]:
    """What the server has written into files, as far as it is there."""
    files = [settings.data / name for name in ("photos", "uploads", "imports", "rescue", "snapshots")]
    if not settings.is_postgresql:
        database = settings.database_path
        files += [database.with_name(database.name + suffix) for suffix in ("", "-wal", "-shm")]
    return [path for path in files if path.exists()]


async def clear_database(settings: Settings) -> None:
    """Drop everything in the schema of a PostgreSQL database; the embedded one goes with its file."""
    if settings.is_postgresql:
        async with _apart(settings) as engine, engine.transaction():
            await engine.execute(_DROP_EVERYTHING, ())


_DROP_EVERYTHING = """
DO $body$ DECLARE one record; BEGIN
    FOR one IN SELECT tablename AS name FROM pg_tables WHERE schemaname = current_schema() LOOP
        EXECUTE format('DROP TABLE %I CASCADE', one.name);
    END LOOP;
    FOR one IN SELECT oid::regprocedure AS name FROM pg_proc WHERE pronamespace = current_schema()::regnamespace LOOP
        EXECUTE format('DROP FUNCTION %s CASCADE', one.name);
    END LOOP;
    DROP SEQUENCE IF EXISTS log_block;
END $body$
"""


def remove(path: Path) -> None:
    """A file, or a folder with everything in it."""
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()
