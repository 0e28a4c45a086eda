"""Columns of a sheet: found by their headings, and their cells made into values."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from server.imports.reading import MOST_ROWS, Cell, Rows, unreadable
from server.imports.words import Wrong
from server.lists.names import fold

SEARCHED_ROWS = 20
"""The headings stand in one of the first rows; above them may be a title."""
Read = Callable[[str], Any]
_BLANKS = re.compile(r"[\s\u200b\ufeff]+")
_ERRORS = ("#REF!", "#N/A", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!")


class Column(msgspec.Struct, frozen=True):
    """A column an import knows: its headings zh and en, other names for it, and how a cell that is not empty is read.

    ``read`` raises Wrong; it gives None for a cell that says nothing.
    """

    zh: str
    en: str
    read: Read
    also: tuple[str, ...] = ()

    def names(self) -> set[str]:
        return {_plain(name) for name in (self.zh, self.en, *self.also)}


class Sheet(msgspec.Struct, frozen=True):
    """A sheet whose headings are found. ``places``: column key -> index; ``rows``: (number in the sheet, cells)."""

    headings: Sequence[str]
    places: Mapping[str, int]
    rows: Sequence[tuple[int, Sequence[Cell]]]


def sheet_of(rows: Rows, columns: Mapping[str, Column], keys: Sequence[str]) -> Sheet:
    """The rows below the headings. Refused: no_headings, heading_twice, too_many_rows."""
    start, headings = _found_headings(rows, columns)
    places: dict[str, int] = {}
    for index, text in enumerate(headings):
        found = _column(text, columns)
        if found is not None and found in places:
            raise unreadable("heading_twice", heading=text)
        if found is not None:
            places[found] = index
    if missing := [columns[key] for key in keys if key not in places]:
        raise unreadable("no_headings", missing=[missing[0].zh, missing[0].en])
    body = [(number, row) for number, row in enumerate(rows[start:], start + 1) if any(map(_is_filled, row))]
    if len(body) > MOST_ROWS:
        raise unreadable("too_many_rows")
    if not body:
        raise unreadable("empty")
    return Sheet(headings=headings, places=places, rows=body)


def _found_headings(rows: Rows, columns: Mapping[str, Column]) -> tuple[int, list[str]]:
    """Where the rows begin, and the headings above them: those with the most columns we know."""
    best: tuple[int, int, list[str]] = (0, 0, [])
    for at in range(min(SEARCHED_ROWS, len(rows))):
        for height in (1, 2):
            headings = _headings(rows, at, height)
            known = sum(1 for text in headings if _column(text, columns) is not None)
            if known > best[0]:
                best = (known, at + height, headings)
    return best[1:]


def _headings(rows: Rows, at: int, height: int) -> list[str]:
    """A row of headings, or two of which the lower one says more where it says anything."""
    width = max(len(row) for row in rows[at : at + height])
    lines = [[text_of(row[i]) if i < len(row) else "" for i in range(width)] for row in rows[at : at + height]]
    return [next((line[i] for line in reversed(lines) if line[i]), "") for i in range(width)]


def _column(text: str, columns: Mapping[str, Column]) -> str | None:
    name = _plain(text)
    return next((key for key, column in columns.items() if name and name in column.names()), None)


def _plain(text: str) -> str:
    """A heading as it is compared: without blanks, stars and what stands in brackets."""
    return _BLANKS.sub("", re.sub(r"[（(].*?[)）]|[*＊:：]", "", fold(text)))


def _is_filled(cell: Cell) -> bool:
    return text_of(cell) != ""


def text_of(cell: Cell) -> str:
    """A cell as text without the blanks around it; a number as it is shown."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return f"{cell:.10g}"
    return str(cell).strip(" \t\r\n\u00a0\u3000\u200b\ufeff")


def values_of(sheet: Sheet, cells: Sequence[Cell], columns: Mapping[str, Column]) -> tuple[dict[str, Any], list[Wrong]]:
    """What a row says, by column, without what it leaves empty; and what is wrong with its cells."""
    values: dict[str, Any] = {}
    wrong: list[Wrong] = []
    for key, index in sheet.places.items():
        text = text_of(cells[index]) if index < len(cells) else ""
        if text == "":
            continue
        try:
            if text in _ERRORS:
                raise Wrong("formula_error")
            value = columns[key].read(text)
            if value is not None:
                values[key] = value
        except Wrong as problem:
            wrong.append(Wrong(problem.code, problem.beside, problem.column or key))
    return values, wrong


# --- how cells are read ---


def line(most: int) -> Read:
    """One line of text."""

    def read(text: str) -> str:
        if len(text) > most:
            raise Wrong("too_long", most)
        return _BLANKS.sub(" ", text)

    return read


def text(most: int) -> Read:
    """Text of any lines."""

    def read(text: str) -> str:
        if len(text) > most:
            raise Wrong("too_long", most)
        return text.replace("\r\n", "\n")

    return read


def choice(words: Mapping[Any, Sequence[str]]) -> Read:
    """One of some values by any of its names; the first two are told, zh and en."""
    meant = {_plain(name): value for value, names in words.items() for name in (*names, str(value))}
    told = tuple(between.join(names[at] for names in words.values()) for at, between in enumerate(("、", ", ")))

    def read(text: str) -> Any:
        if _plain(text) not in meant:
            raise Wrong("bad_choice", told)
        return meant[_plain(text)]

    return read


def number(least: float, most: float, *, whole: bool = False) -> Read:
    """A number within bounds; `3 人` is none."""

    def read(text: str) -> float | int:
        try:
            value = float(text.replace(",", ""))
        except ValueError:
            value = float("nan")
        if not least <= value <= most or (whole and not value.is_integer()):
            raise Wrong("bad_number", f"{least:g}–{most:g}")
        return int(value) if whole else round(value, 6)

    return read


def time_of_day(text: str) -> str:
    """`8:30`, `08:30:00`, `8：30`, `8点30`, or the day's fraction that a cell without a format holds."""
    match = re.fullmatch(r"(\d{1,2})(?:[:：点时](\d{1,2})?)(?:[:：分](?:\d{1,2})?)?", text)
    if match:
        hours, minutes = int(match[1]), int(match[2] or 0)
    elif re.fullmatch(r"0?\.\d+", text):
        hours, minutes = divmod(round(float(text) * 1440), 60)
    else:
        raise Wrong("bad_time")
    if hours > 24 or minutes > 59 or (hours == 24 and minutes):
        raise Wrong("bad_time")
    return f"{hours:02}:{minutes:02}"
