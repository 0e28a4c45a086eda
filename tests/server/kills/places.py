"""A seeded world for each life of a server: made once a database, then copied."""

import asyncio
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from tests.server.kills.campaign import build
from tests.server.kills.cluster import Cluster
from tests.server.kills.housing import Nursery, Server

_numbers = count(1)


class Places:
    """`cluster` starts a PostgreSQL when it is first asked for one."""

    def __init__(self, folder: Path, nursery: Nursery, cluster: Callable[[], Cluster]) -> None:
        self.folder = folder
        self.nursery = nursery
        self.cluster = cluster
        self._seeded: Path | None = None

    @contextmanager
    def server(self, database: str) -> Iterator[Server]:
        """A server over a world of its own, not yet started; whatever is left of it is killed at the end."""
        data = self.folder / f"life-{next(_numbers)}" / "data"
        data.parent.mkdir()
        url = None
        if database == "sqlite":
            shutil.copytree(self._template(), data)
        else:
            url = self.cluster().like("world", lambda url: asyncio.run(build(self.folder / "unused", url)))
        server = Server(self.nursery, data, url)
        try:
            yield server
        finally:
            server.end()
            if url is not None:
                self.cluster().drop(url)

    def _template(self) -> Path:
        if self._seeded is None:
            self._seeded = self.folder / "seeded"
            asyncio.run(build(self._seeded, None))
        return self._seeded
