"""A server that dies of itself, by SIGKILL, at a chosen step of its work: where a kill from outside rarely hits."""

import functools
import inspect
import os
import signal
from collections.abc import Callable, Mapping
from typing import Any, NoReturn

from server.database.engine import PooledSQLite
from server.database.engine import Transaction as SQLiteTransaction
from server.database.postgres import PooledPostgres
from server.database.postgres import Transaction as PostgresTransaction
from server.door import flush
from server.photos import ledger
from server.photos.spool import Spool
from server.photos.store import Store
from server.sync import controller

STEPS: Mapping[str, tuple[tuple[Any, str], ...]] = {
    "commit": ((SQLiteTransaction, "_finish"), (PostgresTransaction, "_finish")),
    "statement": ((PooledSQLite, "execute"), (PooledPostgres, "execute")),
    "statements": ((flush, "write_by_clock"),),
    "pull": ((controller, "pull"),),
    "begin upload": ((Spool, "create"),),
    "append": ((Spool, "append"),),
    "join": ((Spool, "join"),),
    "remove": ((Spool, "remove"),),
    "store": ((Store, "put"),),
    "blob": ((ledger, "save_blob"),),
    "link": ((ledger, "link_blob"),),
    "end upload": ((ledger, "end_upload"),),
}
"""Step -> what does it. With several things it is whichever is at work."""


def install(argument: tuple[str, bool, int]) -> None:
    """(step, whether after it rather than before, at which time)."""
    step, after, nth = argument
    times = iter(range(1, nth + 1))
    for owner, name in STEPS[step]:
        setattr(owner, name, _deadly(getattr(owner, name), after, lambda: next(times, nth) == nth))


def _deadly(work: Callable[..., Any], after: bool, is_it: Callable[[], bool]) -> Callable[..., Any]:
    @functools.wraps(work)
    def of_thread(*args: Any, **kwargs: Any) -> Any:
        if not after and is_it():
            die()
        result = work(*args, **kwargs)
        if after and is_it():
            die()
        return result

    @functools.wraps(work)
    async def of_loop(*args: Any, **kwargs: Any) -> Any:
        if not after and is_it():
            die()
        result = await work(*args, **kwargs)
        if after and is_it():
            die()
        return result

    return of_loop if inspect.iscoroutinefunction(work) else of_thread


def die() -> NoReturn:
    """The whole process, at once."""
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("still alive")
