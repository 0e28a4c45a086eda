"""From one process to the others over the same PostgreSQL: NOTIFY what was told here, LISTEN for what was told there.

NOTIFY goes out after the commit and for many commits at once: inside the transaction every writer would wait for the
lock it takes. A process that dies in between leaves the others to their polls.
"""

import asyncio
import secrets
from collections.abc import Iterator

import asyncpg
import msgspec
import structlog

from server.database.news import NOBODY, News
from server.database.query import fetch
from server.live.hub import Hub

CHANNEL = "xunfang_live"
MOST_NAMES = 40
"""Audiences in one message, and as many who are doubted: PostgreSQL takes 8 000 bytes."""
PAUSE_S = 0.02
"""Between two sendings: what is told meanwhile goes together."""
RETRY_S = 5.0
ALIVE_S = 20.0

_log = structlog.get_logger("xunfang")


class Told(msgspec.Struct, frozen=True):
    """A message: whose it is, and what it tells."""

    by: str
    news: News


class Link:
    """Carries news between the hub of this process and those of others. Listens once there is a listener."""

    def __init__(self, hub: Hub, url: str) -> None:
        self._hub = hub
        self._url = url
        self._name = secrets.token_hex(8)
        self._waiting: News | None = None
        self._something = asyncio.Event()
        self._wanted = asyncio.Event()
        self._connected = asyncio.Event()
        self._missed = False
        """Somebody listens here, and something may have been said elsewhere that was not heard."""

    def send(self, news: News) -> None:
        """Tell the other processes, soon, and all that was told until then as one."""
        before = self._waiting or News()
        self._waiting = News(
            max(news.rev, before.rev), news.audiences | before.audiences, news.doubted | before.doubted
        )
        self._something.set()

    async def ready(self) -> None:
        """Hear of the others. Returns without, where that takes long: then polls have to do."""
        self._wanted.set()
        try:
            await asyncio.wait_for(self._connected.wait(), 2)
        except TimeoutError:
            self._missed = True

    async def send_on(self) -> None:
        """For ever: send what waits."""
        while True:
            await self._something.wait()
            self._something.clear()
            try:
                await self.flush()
            except Exception as error:
                _log.warning("other processes could not be told", exc_info=error)
                await asyncio.sleep(RETRY_S)
                self._something.set()
            await asyncio.sleep(PAUSE_S)

    async def flush(self) -> None:
        """Send everything that waits. What could not be sent waits on."""
        waiting, self._waiting = self._waiting, None
        if waiting is None:
            return
        parts = msgspec.json.encode(list(_parts(self._name, waiting))).decode()
        try:
            await fetch("SELECT pg_notify(?, value) FROM json_each(?)", CHANNEL, parts)
        except BaseException:
            self.send(waiting)
            raise

    async def hear_on(self) -> None:
        """For ever, once somebody listens here: hear the others."""
        await self._wanted.wait()
        while True:
            try:
                await self._hear()
            except Exception as error:  # whatever it was: who stops listening is never heard of again
                _log.warning("other processes are not heard", exc_info=error)
            finally:
                self._connected.clear()
            self._missed = True
            await asyncio.sleep(RETRY_S)

    async def _hear(self) -> None:
        """Listen until the connection breaks."""
        connection = await asyncpg.connect(self._url, timeout=10, server_settings={"application_name": "xunfang live"})
        try:
            await connection.add_listener(CHANNEL, self._heard)
            self._connected.set()
            if self._missed:
                self._missed = False
                self._hub.wake_all(await connection.fetchval("SELECT rev FROM clock WHERE id = 1"))
            while True:
                await asyncio.sleep(ALIVE_S)
                await connection.execute("SELECT 1", timeout=10)
        finally:
            connection.terminate()

    def _heard(self, _connection: object, _process: int, _channel: str, payload: str) -> None:
        try:
            told = msgspec.json.decode(payload, type=Told)
        except msgspec.DecodeError:
            return  # not one of ours
        if told.by != self._name:
            self._hub.hear(told.news)


def _parts(by: str, news: News) -> Iterator[str]:
    """The messages that tell some news."""
    names = sorted(news.audiences)
    doubted = sorted(news.doubted)
    for at in range(0, max(len(names), len(doubted), 1), MOST_NAMES):
        some = frozenset(names[at : at + MOST_NAMES])
        about = frozenset(doubted[at : at + MOST_NAMES]) or NOBODY
        yield msgspec.json.encode(Told(by, News(news.rev, some, about))).decode()
