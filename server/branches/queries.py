"""Reading branches: who may know of one, and their labels."""

from server.branches.labels import Label, address
from server.database.query import fetch
from server.identity import Caller, stands_over


async def is_visible(caller: Caller, id_: str) -> bool:
    """Whether any grant of the caller lies over an existing branch."""
    return bool(await fetch("SELECT 1 FROM branch WHERE id = ?", id_)) and await stands_over(caller, id_)


async def labels_below(unit: str, base: str) -> list[Label]:
    """The labels of every open branch of a unit and below it, by code."""
    rows = await fetch(
        "SELECT b.name, b.code, b.token FROM branch AS b JOIN ancestry AS a ON a.place = b.id "
        "WHERE a.ancestor = ? AND b.status = 'open' AND b.token IS NOT NULL ORDER BY b.code",
        unit,
    )
    return [Label(name=name, code=code, address=address(base, token)) for name, code, token in rows]


async def label_of(branch: str, base: str) -> str | None:
    """What the label of a branch holds."""
    rows = await fetch("SELECT token FROM branch WHERE id = ?", branch)
    return address(base, rows[0][0]) if rows and rows[0][0] else None
