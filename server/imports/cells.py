"""A programme of its own that reads a spreadsheet from standard input and writes its cells to standard output.

A sheet of a few bytes may ask for any amount of memory: here it gets what it needs or ends this process, not the
server's.
"""

import datetime
import io
import resource
import sys
from typing import Any

import msgspec
from python_calamine import CalamineWorkbook

MEMORY = 2**30
"""Bytes. A hundred thousand rows take a fifth of it."""
SECONDS = 60
MOST_CELLS = 4_000_000


def main() -> None:
    """Rows of the first sheet that holds anything, as JSON: numbers, texts, true, false, null."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    book = CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read()))
    rows: list[list[Any]] = []
    for at in range(len(book.sheet_names)):
        sheet = book.get_sheet_by_index(at)
        if sheet.total_height * sheet.total_width > MOST_CELLS:
            raise MemoryError
        rows = [[plain(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]
        if any(cell is not None for row in rows for cell in row):
            break
    sys.stdout.buffer.write(msgspec.json.encode(rows))


def plain(cell: Any) -> str | int | float | bool | None:
    """A cell as a person reads it; a time as `08:30`, a date as `2026-11-23`."""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 2**53:
        return int(cell)
    if isinstance(cell, str | int | float | bool):
        return cell if cell != "" else None
    if isinstance(cell, datetime.datetime):
        return cell.strftime("%Y-%m-%d %H:%M").removesuffix(" 00:00")
    if isinstance(cell, datetime.time):
        return cell.strftime("%H:%M")
    if isinstance(cell, datetime.timedelta):
        minutes = int(cell.total_seconds()) // 60
        return f"{minutes // 60:02}:{minutes % 60:02}"
    return cell.isoformat() if isinstance(cell, datetime.date) else None


if __name__ == "__main__":
    main()
