"""What a sheet can bring in. A kind says what its columns are, what its rows mean, and how they are done and undone."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import msgspec

from server.door import Workspace
from server.identity import Caller
from server.imports.columns import Column
from server.imports.words import Wrong


class Row(msgspec.Struct):
    """A row as read: its number in the sheet, its values by column, and what is wrong with it."""

    number: int
    values: dict[str, Any]
    wrong: list[Wrong]

    def complain(self, column: str, code: str, beside: object = "") -> None:
        """Say what is wrong with a cell, unless that was said already."""
        if all(wrong.column != column for wrong in self.wrong):
            self.wrong.append(Wrong(code, beside, column))


class Step(msgspec.Struct, frozen=True):
    """What a row does: to a record that is there, from ``before`` to ``after`` in the fields it changes; or a new one.

    ``key`` and ``name``: what the record is called in the sheet.
    """

    row: int
    key: str
    name: str
    id: str | None
    before: dict[str, Any] | None
    after: dict[str, Any]


class Kind(msgspec.Struct, frozen=True):
    """One kind of import.

    ``type``: the record type it makes. ``key``: the column that names a record. ``plan``: the steps of rows whose cells
    are right; complains to the rows. Rows that change nothing give no step. ``carry_out``: the ids of the records of
    some steps, done in a workspace. ``take_back``: undo one, made (before is None) or changed. ``used``: which of some
    records it made have been used since.
    """

    type: str
    key: str
    title: tuple[str, str]
    columns: Mapping[str, Column]
    explained: Mapping[str, tuple[str, str]]
    plan: Callable[[Caller, Sequence[Row]], Awaitable[list[Step]]]
    carry_out: Callable[[Workspace, Sequence[Step], int], Awaitable[list[str]]]
    take_back: Callable[[Workspace, str, dict[str, Any] | None], Awaitable[None]]
    used: Callable[[Sequence[str]], Awaitable[set[str]]]


def differing(before: Mapping[str, Any], wanted: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The fields in which what is wanted is not what is there: as they are, and as they shall be."""
    changed = [key for key in wanted if before[key] != wanted[key]]
    return {key: before[key] for key in changed}, {key: wanted[key] for key in changed}
