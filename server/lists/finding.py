"""One page of a list in the database: keys first, by narrow indexes; the rows of the page are read by whoever asked."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import msgspec

from server.database.current import current_engine
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
        self.finds_many = False
        """Whether a search is for a word that stands in more than FEW of what rows may name."""
        self._on_the_way: list[str] = []

    def add(self, condition: str, *arguments: Any, on_the_way: str | None = None) -> None:
        """``on_the_way``: the same for who walks an order and looks at each row met, asked of no index."""
        self.conditions.append(condition)
        self.arguments += arguments
        self._on_the_way.append(on_the_way or condition)

    def among(self, column: str, values: Sequence[Any]) -> None:
        """One of some values; no value at all means any."""
        if values:
            self.add(f"{column} IN (SELECT value FROM json_each(?))", as_json(values))

    def looks_like(self, text: str, *columns: str) -> None:
        """Every word of a search stands in one of the columns, whose text is folded."""
        for word in words_of(text):
            either = " OR ".join(map(stands_in, columns))
            self.add(f"({either})", *[word] * len(columns))

    def one_of(self, column: str, ids: Sequence[str]) -> None:
        """A column names one of some records, which are not many."""
        self.add(f"{column} IN ({_TOLD})", as_json(ids), on_the_way=_met(column, _TOLD))

    async def named_like(self, text: str, source: str, **tables: str) -> None:
        """Every word of a search stands in what is searched of one of some tables, whose id a column of a row holds.

        ``source``: the table of the rows. What is found of each table is found once, not with every row: few are
        told by their ids, and the rows that name them are found by an index.
        """
        columns = list(tables.values())
        for word in words_of(text):
            found = [await few_ids(f"SELECT id FROM {table} WHERE {stands_in('search')}", word) for table in tables]
            if None in found:
                self.finds_many = True
                sets, arguments = [_FOUND.format(table, stands_in("search")) for table in tables], [word] * len(tables)
                inside = " OR ".join(f"{column} IN ({ids})" for column, ids in zip(columns, sets, strict=True))
            else:
                sets, arguments = [_TOLD] * len(tables), [as_json(ids or []) for ids in found]
                inside = _that_name(source, columns)
            met = " OR ".join(_met(column, ids) for column, ids in zip(columns, sets, strict=True))
            self.add(f"({inside})", *arguments, on_the_way=f"({met})")

    def on_the_way(self) -> "Where":
        """The same for who walks an order."""
        met = Where()
        for condition in self._on_the_way:
            met.add(condition)
        met.arguments += self.arguments
        return met

    def sql(self) -> str:
        return " AND ".join(self.conditions) or "1 = 1"


_TOLD = "SELECT value FROM json_each(?)"
_FOUND = "WITH found AS MATERIALIZED (SELECT id FROM {} WHERE {}) SELECT id FROM found"


async def few_ids(sql: str, *args: Any) -> list[str] | None:
    """The ids a query finds; ``None`` where there are more than FEW."""
    rows = await fetch(f"{sql} LIMIT {FEW + 1}", *args)
    return [row[0] for row in rows] if len(rows) <= FEW else None


def _that_name(source: str, columns: Sequence[str]) -> str:
    """The condition on the rows of a table that one of its columns, as ``alias.name``, names one of those told."""
    alias, _, _ = columns[0].partition(".")
    naming = (f"SELECT id FROM {source} WHERE {column.removeprefix(f'{alias}.')} IN ({_TOLD})" for column in columns)
    return f"{alias}.id IN ({' UNION '.join(naming)})"


def _met(column: str, ids: str) -> str:
    """The same as ``column IN (ids)``, so told that neither database looks for them by an index, or once a row."""
    return f"(COALESCE({column}, '') IN ({ids}) OR 1 = 0)"


Term = tuple[str, bool]
"""What is sorted by, and whether it falls."""
Read = Callable[[Listing, str, Where, Sequence[Term], int, int], Awaitable[list[Any]]]
"""Keys by the name of a sort, conditions, terms, limit and offset."""


def words_of(text: str) -> list[str]:
    """The words of a search, folded."""
    return fold(text).split()


def stands_in(column: str) -> str:
    """The condition that a text stands in a column. LIKE walks it letter by letter, which costs twice as much."""
    return f"{'instr' if current_engine().name == 'sqlite' else 'strpos'}({column}, ?) > 0"


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
        keys, total = await _gathered(listing, name, where, terms, asked.size, offset)
        return keys, total if keys or not offset else await _count(listing, where)
    if name in listing.values:
        return await _by_values(listing, name, where, terms, asked.size, offset)
    total = await _count(listing, where)
    if total <= FEW:
        keys, _ = await _gathered(listing, name, where, terms, asked.size, offset) if offset < total else ([], 0)
        return keys, total
    read = _walked if name in listing.walks else _keys
    return await _piece(read, listing, name, where.on_the_way(), terms, asked.size, offset, total), total


async def _gathered(
    listing: Listing, name: str, where: Where, terms: Sequence[Term], limit: int, offset: int
) -> tuple[list[Any], int]:
    """The keys of a page, and how many rows there are unless the page is empty: all are found, and then put in order.

    A database that looked for few along the order would meet every row on its way.
    """
    columns = ", ".join(f"{term} AS t{at}" for at, (term, _) in enumerate(terms))
    rows = await fetch(
        f"WITH gathered AS MATERIALIZED (SELECT {columns} FROM {listing.source} {listing.joins.get(name, '')} "
        f"WHERE {where.sql()}) SELECT t{len(terms) - 1}, (SELECT COUNT(*) FROM gathered) FROM gathered "
        f"ORDER BY {_order([(f't{at}', falls) for at, (_, falls) in enumerate(terms)])} LIMIT ? OFFSET ?",
        *where.arguments,
        limit,
        offset,
    )
    return [row[0] for row in rows], int(rows[0][1]) if rows else 0


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
        of_it.add(f"{where.on_the_way().sql()} AND {column} = ?", *where.arguments, value)
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
