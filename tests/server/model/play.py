"""Playing histories to their quiet end, on either database."""

import asyncio
import contextvars
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import uvloop

import server.door.flush
import server.sync.pull
from tests.server.databases import PostgreSQL
from tests.server.model.ending import end
from tests.server.model.history import History
from tests.server.model.judge import all_invariants, log_tells_all
from tests.server.model.plan import Plan
from tests.server.model.stage import Cast, House, hasten, rehearse, staged

SMALL_PAGE, SMALL_STEP = 5, 3


class Theatre:
    """Where histories are played: each on a fresh copy of what was rehearsed once a database."""

    def __init__(self, folder: Path, postgres: Callable[[], PostgreSQL]) -> None:
        self._folder, self._postgres = folder, postgres
        self._casts: dict[str, Cast] = {}
        self._houses: dict[str, House] = {}
        self._runner = asyncio.Runner(loop_factory=uvloop.new_event_loop)  # the loop that serves people too

    def close(self) -> None:
        """No history is played after this."""
        for house in self._houses.values():
            self._runner.run(house.hang_up())
        self._runner.close()

    def play(self, plan: Plan, database: str) -> History:
        """One history, judged. What it breaks is raised: mostly `BadReply`, an AssertionError."""
        with pytest.MonkeyPatch.context() as patch:
            hasten(patch)
            if plan.small:
                patch.setattr(server.sync.pull, "PAGE_ROWS", SMALL_PAGE)
                patch.setattr(server.door.flush, "RECORDS_PER_REV", SMALL_STEP)
            with self._copy(database) as house:
                house.stay_connected(patch)
                performance = _play(plan, house, self._casts[database], patch)
                return self._runner.run(performance, context=contextvars.copy_context())

    @contextmanager
    def _copy(self, database: str) -> Iterator[House]:
        """A house with nothing in it but what was rehearsed."""
        data = self._folder / f"{database} played"
        shutil.rmtree(data, ignore_errors=True)
        if database == "sqlite":
            rehearsed = self._folder / "sqlite"
            if database not in self._casts:
                self._casts[database] = asyncio.run(rehearse(rehearsed, None))
            shutil.copytree(rehearsed, data)
            yield self._house(database, data, None)
            return

        def make(url: str) -> None:
            self._casts[database] = asyncio.run(rehearse(self._folder / "postgresql", url))

        with self._postgres().like(f"rehearsed {id(self)}", make) as url:
            # Planning costs more than running.
            yield self._house(database, data, f"{url}&plan_cache_mode=force_generic_plan")

    def _house(self, database: str, data: Path, url: str | None) -> House:
        held = self._houses.get(database)
        if held is not None and held.settings.database_url == url:
            return held
        if held is not None:  # its database is gone, or soon will be
            self._runner.run(held.hang_up())
        self._houses[database] = House(data, url)
        return self._houses[database]


async def _play(plan: Plan, house: House, cast: Cast, patch: pytest.MonkeyPatch) -> History:
    async with staged(house, cast) as stage:
        history = History(stage, plan)
        await history.run()
        await history.calm()
        patch.setattr(server.sync.pull, "PAGE_ROWS", 1000)  # the judge reads fast
        await all_invariants(history)
        await end(history)
        await log_tells_all(history)
    return history
