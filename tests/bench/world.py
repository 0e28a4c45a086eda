"""A province to measure in: some counties with four branches each, inspectors at home there, a supervisor above."""

import asyncio
from pathlib import Path
from uuid import uuid4

import msgspec

from server.app import create_app, wall_clock_ms
from server.branches.acts import NewBranch, create_branches
from server.database import transaction
from server.demo.people import PASSWORD
from server.identity.acts import open_account
from server.people.acts import Grant, create_person, create_unit
from server.settings import Settings
from server.standards.acts import publish_shipped

STANDARD = "model-window"
BRANCHES = 4
SUPERVISOR = "supervisor"


class World(msgspec.Struct):
    """Where things are. The inspectors' logins are in the order of their counties, taken in turns."""

    province: str
    counties: list[str] = []
    inspectors: list[str] = []
    supervisor: str = ""


def make_world(data: Path, database_url: str | None, *, counties: int, inspectors: int) -> World:
    """Fill a database that nobody serves yet, through the server's own acts. Passwords cost next to nothing."""
    settings = Settings(data=data, database_url=database_url, password_memory=8, password_rounds=1, log_level="ERROR")
    return asyncio.run(_make(settings, counties, inspectors))


async def _make(settings: Settings, counties: int, inspectors: int) -> World:
    app, now = create_app(settings), wall_clock_ms()
    world = World(province=str(uuid4()))
    async with app.lifespan(), transaction():
        await publish_shipped(STANDARD, now=now)
        await create_unit(world.province, "省公司", "province", None, now=now)
        city = str(uuid4())
        await create_unit(city, "市分公司", "city", world.province, now=now)
        for number in range(counties):
            await _county(world, number, city, now)

        async def account(login: str, role: str, place: str) -> str:
            id_ = str(uuid4())
            await create_person(id_, login, place, [Grant(role=role, place=place)], now=now)  # type: ignore[arg-type]
            await open_account(id_, login, PASSWORD, app.state.passwords)
            return id_

        world.supervisor = await account(SUPERVISOR, "supervisor", world.province)
        for number in range(inspectors):
            login = f"inspector-{number}"
            await account(login, "inspector", world.counties[number % counties])
            world.inspectors.append(login)
    return world


async def _county(world: World, number: int, city: str, now: int) -> None:
    county = str(uuid4())
    await create_unit(county, f"{number}县", "county", city, now=now)
    world.counties.append(county)
    branches = [
        NewBranch(
            id=str(uuid4()), code=f"{number:03}{each}", name=f"{number}县{each}支局", kind="post_office", unit=county
        )
        for each in range(BRANCHES)
    ]
    await create_branches(branches, now=now)
