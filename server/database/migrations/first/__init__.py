"""One module a slice, each with ``TABLES`` of plain SQL: TEXT, BIGINT, INTEGER, DOUBLE PRECISION only.

A statement is a text for both databases, or a pair where they differ.
"""

from typing import NamedTuple


class Both(NamedTuple):
    """What each database is told; empty where it needs nothing."""

    sqlite: str
    postgresql: str


Statement = str | Both
