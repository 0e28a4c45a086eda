"""A list as it goes out: a page of JSON, or a sheet of everything that was found."""

import asyncio
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta, timezone
from typing import Any, Literal, TypeVar
from urllib.parse import quote

import msgspec
import xlsxwriter
from litestar import MediaType, Response

from server.lists.asking import Asked
from server.problems import Refusal

Language = Literal["zh", "en"]
Row = TypeVar("Row")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PRIVATE = {"Cache-Control": "no-store"}
LONGEST_CELL = 32_767
_WIDEST = 40
_OPERATORS_TIME = timezone(timedelta(hours=8))
"""China has one time; sheets are read without a browser that would know another."""


class Column(msgspec.Struct, frozen=True):
    """One column of a sheet: its heading in both languages and how a row fills it."""

    zh: str
    en: str
    value: Callable[[Any], str | int | float | None]

    def heading(self, language: Language) -> str:
        return self.zh if language == "zh" else self.en


async def answer(
    asked: Asked, rows: Sequence[Row], total: int, columns: Mapping[str, Column], names: tuple[str, str]
) -> Response[bytes]:
    """The page, or the sheet under one of ``names`` (zh, en) where a sheet was asked for."""
    if asked.format == "json":
        page = {"rows": rows, "total": total, "page": asked.page, "size": asked.size}
        return Response(msgspec.json.encode(page), media_type=MediaType.JSON, headers=PRIVATE)
    language: Language = asked.lang or "zh"
    name = names[0] if language == "zh" else names[1]
    return attachment(await asyncio.to_thread(sheet_of, columns, rows, name, language), name)


def row_or_404(row: msgspec.Struct | None, *, status: int = 200) -> Response[bytes]:
    """One row by itself. 404 not_found where there is none."""
    if row is None:
        raise Refusal("not_found")
    return Response(msgspec.json.encode(row), media_type=MediaType.JSON, headers=PRIVATE, status_code=status)


def attachment(content: bytes, name: str) -> Response[bytes]:
    """A sheet to be kept as ``name``.xlsx."""
    disposition = f"attachment; filename*=UTF-8''{quote(name)}.xlsx"
    return Response(content, media_type=XLSX, headers={**PRIVATE, "Content-Disposition": disposition})


def sheet_of(columns: Mapping[str, Column], rows: Iterable[Any], name: str, language: Language) -> bytes:
    """An XLSX of some columns of some rows."""
    headings = [column.heading(language) for column in columns.values()]
    return sheet(name, headings, ([column.value(row) for column in columns.values()] for row in rows))


def sheet(name: str, headings: Sequence[str], rows: Iterable[Sequence[str | int | float | None]]) -> bytes:
    """An XLSX of one sheet. Text is written as text, whatever it looks like, so nothing of it is ever computed."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"constant_memory": True}) as book:
        page = book.add_worksheet(name[:31])
        bold, text = book.add_format({"bold": True}), book.add_format({"num_format": "@"})
        page.freeze_panes(1, 0)
        for at, heading in enumerate(headings):
            page.set_column(at, at, min(_WIDEST, 2 * len(heading) + 6), text)
            page.write_string(0, at, heading, bold)
        for number, row in enumerate(rows, 1):
            for at, value in enumerate(row):
                if isinstance(value, str):
                    page.write_string(number, at, value[:LONGEST_CELL])
                elif value is not None:
                    page.write_number(number, at, value)
    return content.getvalue()


def when(at: int | None) -> str | None:
    """Epoch ms as a sheet shows it: to the minute, in the operator's time."""
    return None if at is None else datetime.fromtimestamp(at / 1000, _OPERATORS_TIME).strftime("%Y-%m-%d %H:%M")
