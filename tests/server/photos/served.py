"""A server in a process of its own, to be killed.

`python -m tests.server.photos.served FOLDER PORT PHOTO SHA256 [DATABASE]`
"""

import asyncio
import sys
from pathlib import Path

from tests.server.photos.conftest import House


async def main(folder: str, port: str, photo: str, sha256: str, database_url: str | None = None) -> None:
    house = House(Path(folder), int(port), database_url)
    house.shelf.rows[photo] = {"id": photo, "sha256": sha256, "author": "ann", "branch": "b1"}
    house.shelf.readers[photo] = {"ann"}
    await house.start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
