"""One page of a list in the database: keys first, by narrow indexes; the rows of the page are read by whoever asked."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from server.database.query import fetch
from server.lists.asking import Asked
from server.lists.names import fold
from server.problems import Refusal

MOST_EXPORTED = 100_000
"""So many rows a sheet has at most."""


class Listing(msgspec.Struct, frozen=True):
    """Where the rows of a list come from. ``key`` names a row and breaks every tie.

    ``sorts``: the expressions a key of the whitelist sorts by, the first of them in the direction asked for.
    ``joins``: what a sort needs beside the source, by its key.
    """

    source: str
    key: str
    sorts: Mapping[str, Sequence[str]]
    joins: Mapping[str, str] = {}


class Where:
    """The conditions a list is narrowed by, all at once, with their arguments."""

    def __init__(self) -> None:
        self.conditions: list[str] = []
        self.arguments: list[Any] = []

    def add(self, condition: str, *arguments: Any) -> None:
        self.conditions.append(condition)
        self.arguments += arguments

    def among(self, column: str, values: Sequence[Any]) -> None:
        """One of some values; no value at all means any."""
        if values:
            self.add(f"{column} IN (SELECT value FROM json_each(?))", as_json(values))

    def looks_like(self, text: str, *columns: str) -> None:
        """Every word of a search stands in one of the columns, whose text is folded."""
        for word in words_of(text):
            pattern = "%" + word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
            either = " OR ".join(f"{column} LIKE ? ESCAPE '\\'" for column in columns)
            self.add(f"({either})", *[pattern] * len(columns))

    def sql(self) -> str:
        return " AND ".join(self.conditions) or "1 = 1"


def words_of(text: str) -> list[str]:
    """The words of a search, folded."""
    return fold(text).split()


def as_json(values: Sequence[Any]) -> str:
    return msgspec.json.encode(values).decode()


async def page_of(listing: Listing, asked: Asked, sort: str, where: Where) -> tuple[list[Any], int]:
    """The keys of the page asked for, in order, and how many rows there are in all.

    For a sheet every key. Refused: 413 too_large for a sheet of more than MOST_EXPORTED rows.
    """
    name, direction = sort.lstrip("-"), "DESC" if sort.startswith("-") else "ASC"
    source = f"{listing.source} {listing.joins.get(name, '')}"
    first, *then = listing.sorts[name]
    order = ", ".join([f"{first} {direction}", *then, f"{listing.key} {direction}"])
    whole = asked.format == "xlsx"
    limit, offset = (MOST_EXPORTED + 1, 0) if whole else (asked.size, (asked.page - 1) * asked.size)
    found = await fetch(
        f"SELECT {listing.key} FROM {source} WHERE {where.sql()} ORDER BY {order} LIMIT ? OFFSET ?",
        *where.arguments,
        limit,
        offset,
    )
    keys = [row[0] for row in found]
    if whole and len(keys) > MOST_EXPORTED:
        raise Refusal("too_large")
    if whole or (len(keys) < asked.size and (keys or asked.page == 1)):
        return keys, offset + len(keys)
    counted = await fetch(f"SELECT COUNT(*) FROM {listing.source} WHERE {where.sql()}", *where.arguments)
    return keys, int(counted[0][0])
