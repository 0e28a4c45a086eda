"""What a sheet can bring in. A kind says what its columns are and mean; how it is done is the same for all."""

from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from typing import Any, Protocol

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
    """What a row does to a record that is there, from ``before`` to ``after`` in what it changes; or a new one.

    A new one has no id and nothing before.
    """

    row: int
    id: str | None
    before: dict[str, Any] | None
    after: dict[str, Any]


class Found(msgspec.Struct, frozen=True):
    """A record a row names, and its fields as columns of a sheet."""

    id: str
    fields: dict[str, Any]


class Known(Protocol):
    """What is there already, as far as the rows of a sheet speak of it."""

    def find(self, row: Row) -> Found | None:
        """The record a row names. Raises Wrong where it is not one the caller may change."""

    def meant(self, row: Row, found: Found | None) -> dict[str, Any]:
        """The fields as the row wants them, places by their ids; complains to the row."""


Withdraw = Callable[[Workspace, Sequence[str]], Awaitable[None]]


def at_once(withdraw: Withdraw) -> Callable[[], Awaitable[Withdraw]]:
    """For a kind that need not read anything beforehand."""

    async def ready() -> Withdraw:
        return withdraw

    return ready


class Kind(msgspec.Struct, frozen=True):
    """One kind of import.

    ``type``: the record type it makes. ``keys``: the columns every row fills, the first of which is complained of;
    ``apart``: what no two rows may share. ``required``: what a new record must have; ``blank``: what it has where
    nothing is said. ``known`` looks up what the rows speak of. ``make`` adds records (id, fields), ``edit`` changes
    fields of one; ``withdrawing``, asked before anybody waits, gives what takes some back. ``hangs``: (table, column)
    of what keeps one from being taken back.
    """

    type: str
    title: tuple[str, str]
    columns: Mapping[str, Column]
    explained: Mapping[str, tuple[str, str]]
    keys: tuple[str, ...]
    apart: Callable[[Mapping[str, Any]], Hashable]
    required: tuple[str, ...]
    blank: Mapping[str, Any]
    known: Callable[[Caller, Sequence[Row]], Awaitable[Known]]
    make: Callable[[Workspace, Sequence[tuple[str, dict[str, Any]]]], Awaitable[None]]
    edit: Callable[[Workspace, str, dict[str, Any]], Awaitable[None]]
    withdrawing: Callable[[], Awaitable[Withdraw]]
    hangs: tuple[tuple[str, str], ...]

    @property
    def key(self) -> str:
        return self.keys[0]
