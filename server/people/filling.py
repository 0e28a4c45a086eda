"""Rows that were stored before there were lists: what these look in and sort by is made when the server starts."""

from server.database.query import fetch
from server.door import Workspace, as_server, put

AT_ONCE = 500
_LISTED = ("unit", "branch", "person")


async def fill_in(now: int) -> None:
    """Give every listed row its search and sorting text. Without effect where all have theirs."""
    for type_ in _LISTED:
        while ids := [row[0] for row in await fetch(f"SELECT id FROM {type_} WHERE search = '' LIMIT ?", AT_ONCE)]:
            await _written_again(type_, ids, now)


async def _written_again(type_: str, ids: list[str], now: int) -> None:
    async def work(workspace: Workspace) -> None:
        await workspace.load(type_, ids)
        for id_ in ids:
            await put(workspace, type_, id_, {}, quiet=True)

    await as_server(work, now=now, what="fill_in")
