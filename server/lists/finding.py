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
FEW = 2_000
"""So many rows are sooner put in order than looked for along an index."""


class Listing(msgspec.Struct, frozen=True):
    """Where the rows of a list come from. ``key`` names a row and breaks every tie.

    ``sorts``: the expressions a key of the whitelist sorts by, the first of them in the direction asked for.
    ``joins``: what a sort needs beside the source, by its key.
    ``walks``: of a sort by a column of another table, that table before the source, and what joins them; so many rows
    are read along its index.
    ``scanned``: no index knows which rows are wanted, so they are looked for once, and counted on the way.
    """

    source: str
    key: str
    sorts: Mapping[str, Sequence[str]]
    joins: Mapping[str, str] = {}
    walks: Mapping[str, tuple[str, str]] = {}
    scanned: bool = False


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
            pattern = containing(word)
            either = " OR ".join(f"{column} LIKE ? ESCAPE '\\'" for column in columns)
            self.add(f"({either})", *[pattern] * len(columns))

    def named_like(self, text: str, **tables: str) -> None:
        """Every word of a search stands in what is searched of one of some tables, whose id a column holds.

        What is found of each table is found once, not again for every row.
        """
        for word in words_of(text):
            either = Where()
            for table, column in tables.items():
                found = Where()
                found.looks_like(word, "search")
                either.add(f"{column} IN (SELECT id FROM {table} WHERE {found.sql()})", *found.arguments)
            self.add(f"({' OR '.join(either.conditions)})", *either.arguments)

    def sql(self) -> str:
        return " AND ".join(self.conditions) or "1 = 1"


def words_of(text: str) -> list[str]:
    """The words of a search, folded."""
    return fold(text).split()


def containing(word: str) -> str:
    """The pattern of LIKE, with a backslash as its ESCAPE, for what a word stands in."""
    return "%" + word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"


def as_json(values: Sequence[Any]) -> str:
    return msgspec.json.encode(values).decode()


async def page_of(listing: Listing, asked: Asked, sort: str, where: Where) -> tuple[list[Any], int]:
    """The keys of the page asked for, in order, and how many rows there are in all.

    For a sheet every key. Refused: 413 too_large for a sheet of more than MOST_EXPORTED rows.
    """
    if asked.format == "xlsx":
        keys = await _keys(listing, sort, where, MOST_EXPORTED + 1, 0)
        if len(keys) > MOST_EXPORTED:
            raise Refusal("too_large")
        return keys, len(keys)
    if listing.scanned:
        return await _counted(listing, sort, where, asked.size, (asked.page - 1) * asked.size)
    if asked.page == 1 and sort.lstrip("-") not in listing.walks:
        keys = await _keys(listing, sort, where, asked.size, 0)
        return keys, len(keys) if len(keys) < asked.size else await _count(listing, where)
    total, offset = await _count(listing, where), (asked.page - 1) * asked.size
    limit = max(0, min(asked.size, total - offset))
    read = _walked if sort.lstrip("-") in listing.walks and total > FEW else _keys
    if not limit or offset <= total // 2:
        return await read(listing, sort, where, limit, offset) if limit else [], total
    # A page near the end is read from there: to skip rows is to read them.
    keys = await read(listing, sort, where, limit, total - offset - limit, backwards=True)
    return keys[::-1], total


async def _counted(listing: Listing, sort: str, where: Where, limit: int, offset: int) -> tuple[list[Any], int]:
    rows = await fetch(
        f"SELECT {listing.key}, COUNT(*) OVER () FROM {listing.source} {listing.joins.get(sort.lstrip('-'), '')} "
        f"WHERE {where.sql()} ORDER BY {_order(listing, sort, False)} LIMIT ? OFFSET ?",
        *where.arguments,
        limit,
        offset,
    )
    return [row[0] for row in rows], int(rows[0][1]) if rows else await _count(listing, where) if offset else 0


async def _count(listing: Listing, where: Where) -> int:
    counted = await fetch(f"SELECT COUNT(*) FROM {listing.source} WHERE {where.sql()}", *where.arguments)
    return int(counted[0][0])


async def _keys(
    listing: Listing, sort: str, where: Where, limit: int, offset: int, *, backwards: bool = False
) -> list[Any]:
    name = sort.lstrip("-")
    rows = await fetch(
        f"SELECT {listing.key} FROM {listing.source} {listing.joins.get(name, '')} WHERE {where.sql()} "
        f"ORDER BY {_order(listing, sort, backwards)} LIMIT ? OFFSET ?",
        *where.arguments,
        limit,
        offset,
    )
    return [row[0] for row in rows]


async def _walked(
    listing: Listing, sort: str, where: Where, limit: int, offset: int, *, backwards: bool = False
) -> list[Any]:
    """The same of a sort by another table, of many rows: along its index up to where the page ends, then put in order.

    There are so many rows.
    """
    name, falls = sort.lstrip("-"), sort.startswith("-") != backwards
    source, joined = listing.walks[name]
    first, walked = listing.sorts[name][0], f"FROM {source} WHERE {joined} AND {where.sql()}"
    last = await fetch(
        f"SELECT {first} {walked} ORDER BY {first} {'DESC' if falls else 'ASC'} LIMIT 1 OFFSET ?",
        *where.arguments,
        offset + limit - 1,
    )
    if not last:  # a row that names nobody is not met on the way
        return await _keys(listing, sort, where, limit, offset, backwards=backwards)
    rows = await fetch(
        f"SELECT {listing.key} {walked} AND {first} {'>=' if falls else '<='} ? "
        f"ORDER BY {_order(listing, sort, backwards)} LIMIT ? OFFSET ?",
        *where.arguments,
        last[0][0],
        limit,
        offset,
    )
    return [row[0] for row in rows]


def _order(listing: Listing, sort: str, backwards: bool) -> str:
    falls = sort.startswith("-")
    first, *then = listing.sorts[sort.lstrip("-")]
    second = [(term.removesuffix(" DESC"), term.endswith(" DESC")) for term in then]
    terms = [(first, falls), *second, (listing.key, falls)]
    return ", ".join(f"{term} {'DESC' if down != backwards else 'ASC'}" for term, down in terms)
