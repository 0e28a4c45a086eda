"""Standards, as the door knows them: everyone reads them, nobody changes them."""

from typing import Any

from server.door import Entry, Slice, Workspace, register
from server.standards.tables import Standard


async def _columns(workspace: Workspace, entry: Entry) -> dict[str, Any]:
    return {name: entry.row[name] for name in ("code", "edition", "status")}


async def _audiences(workspace: Workspace, entry: Entry) -> frozenset[str]:
    return frozenset({"everyone"})


async def _is_open(workspace: Workspace, entry: Entry) -> bool:
    return True


STANDARD = Slice(
    type="standard",
    table=Standard,
    columns=_columns,
    audiences=_audiences,
    is_open=_is_open,
)
register(STANDARD)
