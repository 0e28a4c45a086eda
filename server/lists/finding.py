"""One page of a list in the database: keys first, by narrow indexes; the rows of the page are read by whoever asked."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
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
    ``walks``: of a sort by a column of another table, that table before the source, and what joins them; many rows
    are read along its index.
    ``scanned``: no index knows which rows are wanted, so they are looked for once, and counted on the way.
    ``values``: of a sort by a column of few values, all there are; those of one are read as the next term has them.
    """

    source: str
    key: str
    sorts: Mapping[str, Sequence[str]]
    joins: Mapping[str, str] = {}
    walks: Mapping[str, tuple[str, str]] = {}
    scanned: bool = False
    values: Mapping[str, Sequence[str]] = {}


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

        What is found of each table is found once and kept, not looked for again with every row.
        """
        for word in words_of(text):
            either = Where()
            for table, column in tables.items():
                found = Where()
                found.looks_like(word, "search")
                kept = f"WITH found AS MATERIALIZED (SELECT id FROM {table} WHERE {found.sql()}) SELECT id FROM found"
                either.add(f"{column} IN ({kept})", *found.arguments)
            self.add(f"({' OR '.join(either.conditions)})", *either.arguments)

    def sql(self) -> str:
        return " AND ".join(self.conditions) or "1 = 1"


Term = tuple[str, bool]
"""What is sorted by, and whether it falls."""
Read = Callable[[Listing, str, Where, Sequence[Term], int, int], Awaitable[list[Any]]]
"""Keys by the name of a sort, conditions, terms, limit and offset."""


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
    name, terms, offset = sort.lstrip("-"), _terms(listing, sort), (asked.page - 1) * asked.size
    if asked.format == "xlsx":
        keys = await _keys(listing, name, where, terms, MOST_EXPORTED + 1, 0)
        if len(keys) > MOST_EXPORTED:
            raise Refusal("too_large")
        return keys, len(keys)
    if listing.scanned:
        return await _counted(listing, name, where, terms, asked.size, offset)
    if name in listing.values:
        return await _by_values(listing, name, where, terms, asked.size, offset)
    if asked.page == 1 and name not in listing.walks:
        keys = await _keys(listing, name, where, terms, asked.size, 0)
        return keys, len(keys) if len(keys) < asked.size else await _count(listing, where)
    total = await _count(listing, where)
    read = _walked if name in listing.walks and total > FEW else _keys
    return await _piece(read, listing, name, where, terms, asked.size, offset, total), total


async def _counted(
    listing: Listing, name: str, where: Where, terms: Sequence[Term], limit: int, offset: int
) -> tuple[list[Any], int]:
    rows = await fetch(
        f"SELECT {listing.key}, COUNT(*) OVER () FROM {listing.source} {listing.joins.get(name, '')} "
        f"WHERE {where.sql()} ORDER BY {_order(terms)} LIMIT ? OFFSET ?",
        *where.arguments,
        limit,
        offset,
    )
    return [row[0] for row in rows], int(rows[0][1]) if rows else await _count(listing, where) if offset else 0


async def _count(listing: Listing, where: Where) -> int:
    counted = await fetch(f"SELECT COUNT(*) FROM {listing.source} WHERE {where.sql()}", *where.arguments)
    return int(counted[0][0])


async def _by_values(
    listing: Listing, name: str, where: Where, terms: Sequence[Term], limit: int, offset: int
) -> tuple[list[Any], int]:
    """A page of a sort by a column of few values: they are counted, and those on the page read one after another."""
    (column, falls), *then = terms
    values = sorted(listing.values[name], reverse=falls)
    many = ", ".join(f"COUNT(*) FILTER (WHERE {column} = ?)" for _ in values)
    counted = await fetch(f"SELECT {many} FROM {listing.source} WHERE {where.sql()}", *values, *where.arguments)
    keys: list[Any] = []
    for value, total in zip(values, counted[0], strict=True):
        of_it = Where()
        of_it.add(f"{where.sql()} AND {column} = ?", *where.arguments, value)
        keys += await _piece(_keys, listing, name, of_it, then, limit - len(keys), offset, total)
        offset = max(0, offset - total)
    return keys, sum(counted[0])


async def _piece(
    read: Read, listing: Listing, name: str, where: Where, terms: Sequence[Term], limit: int, offset: int, total: int
) -> list[Any]:
    """The keys of a page of so many rows. One near the end is read from there: to skip rows is to read them."""
    limit = max(0, min(limit, total - offset))
    if not limit:
        return []
    if offset <= total // 2:
        return await read(listing, name, where, terms, limit, offset)
    turned = [(term, not falls) for term, falls in terms]
    return (await read(listing, name, where, turned, limit, total - offset - limit))[::-1]


async def _keys(listing: Listing, name: str, where: Where, terms: Sequence[Term], limit: int, offset: int) -> list[Any]:
    rows = await fetch(
        f"SELECT {listing.key} FROM {listing.source} {listing.joins.get(name, '')} WHERE {where.sql()} "
        f"ORDER BY {_order(terms)} LIMIT ? OFFSET ?",
        *where.arguments,
        limit,
        offset,
    )
    return [row[0] for row in rows]


async def _walked(
    listing: Listing, name: str, where: Where, terms: Sequence[Term], limit: int, offset: int
) -> list[Any]:
    """The same of a sort by another table, of many rows: along its index up to where the page ends, then put in order.

    That far there are rows.
    """
    first, falls = terms[0]
    source, joined = listing.walks[name]
    walked = f"FROM {source} WHERE {joined} AND {where.sql()}"
    last = await fetch(
        f"SELECT {first} {walked} ORDER BY {first} {'DESC' if falls else 'ASC'} LIMIT 1 OFFSET ?",
        *where.arguments,
        offset + limit - 1,
    )
    if not last:  # a row that names nobody is not met on the way
        return await _keys(listing, name, where, terms, limit, offset)
    rows = await fetch(
        f"SELECT {listing.key} {walked} AND {first} {'>=' if falls else '<='} ? "
        f"ORDER BY {_order(terms)} LIMIT ? OFFSET ?",
        *where.arguments,
        last[0][0],
        limit,
        offset,
    )
    return [row[0] for row in rows]


def _terms(listing: Listing, sort: str) -> list[Term]:
    """What a sort looks at, one after another. Ties fall as what stands before them, since indexes are so walked."""
    first, *then = listing.sorts[sort.lstrip("-")]
    terms = [(first, sort.startswith("-")), *((term.removesuffix(" DESC"), term.endswith(" DESC")) for term in then)]
    return [*terms, (listing.key, terms[-1][1])]


def _order(terms: Sequence[Term]) -> str:
    return ", ".join(f"{term} {'DESC' if falls else 'ASC'}" for term, falls in terms)
