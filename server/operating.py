"""What an operator does to a data folder, without a word: `cli` asks and tells."""

import shutil
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from uuid import uuid4

from server.app import create_app, wall_clock_ms
from server.database import engine_of, opened, transaction
from server.database.migrations import HISTORY, applied, migrate
from server.demo.seed import seed
from server.identity import acts
from server.identity.passwords import Passwords
from server.identity.queries import places_called
from server.people.acts import Grant, create_person, create_unit
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
    async with opened(engine_of(settings)) as engine:
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
        return await seed(app.state.photos, app.state.passwords, wall_clock_ms())


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


def _passwords(settings: Settings) -> Passwords:
    return Passwords(memory=settings.password_memory, rounds=settings.password_rounds)


async def _place(text: str) -> str:
    found = await places_called(text)
    if len(found) != 1:
        raise NoSuchPlace(text)
    return found[0]


def written_files(settings: Settings) -> list[Path]:
    """What the server has written, as far as it is there."""
    database = settings.database_path
    files = [database.with_name(database.name + suffix) for suffix in ("", "-wal", "-shm")]
    return [path for path in [*files, settings.data / "photos", settings.data / "uploads"] if path.exists()]


def remove(path: Path) -> None:
    """A file, or a folder with everything in it."""
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()
