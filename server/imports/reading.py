"""From the bytes of a sheet to its rows. What cannot be read is refused as a whole, with the reason."""

import asyncio
import csv
import io
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from server.problems import Refusal

MOST_BYTES = 30 * 1024 * 1024
MOST_ROWS = 100_000
MOST_INSIDE = 400 * 1024 * 1024
"""Bytes of everything in a zipped sheet. A hundred thousand full rows take a quarter of it."""
MOST_SQUEEZED = 400
"""So many times its size a zipped sheet may be inside; real ones are 5 to 50 times theirs."""
_SMALL = 1024 * 1024
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"

PROGRAMME = Path(__file__).with_name("cells.py")

Cell = str | int | float | bool | None
Rows = Sequence[Sequence[Cell]]


def unreadable(reason: str, **more: Any) -> Refusal:
    """422 sheet_unreadable with its reason."""
    return Refusal("sheet_unreadable", reason=reason, **more)


async def read_rows(content: bytes) -> Rows:
    """The cells of the first sheet with anything in it, row 1 first."""
    if content.startswith((_ZIP, _OLE)):
        if content.startswith(_ZIP):
            await asyncio.to_thread(_look_inside, content)
        rows = await _read_apart(content)
    else:
        rows = await asyncio.to_thread(_read_text, content)
    if not any(cell is not None for row in rows for cell in row):
        raise unreadable("empty")
    return rows


def _look_inside(content: bytes) -> None:
    """Refuse a bomb before it is opened: what the directory says is checked by unpacking it piece by piece."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if "EncryptedPackage" in archive.namelist():
                raise unreadable("encrypted")
            inside = sum(entry.file_size for entry in archive.infolist())
            if inside > max(_SMALL, min(MOST_INSIDE, MOST_SQUEEZED * len(content))):
                raise unreadable("too_big_inside")
            for entry in archive.infolist():
                if entry.flag_bits & 1:
                    raise unreadable("encrypted")
                with archive.open(entry) as part:
                    while part.read(_SMALL):
                        pass
    except (zipfile.BadZipFile, NotImplementedError, OSError, EOFError, ValueError) as error:
        raise unreadable("not_a_sheet") from error
    except Exception as error:
        if type(error).__module__ == "zlib":
            raise unreadable("not_a_sheet") from error
        raise


async def _read_apart(content: bytes) -> Rows:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-I",  # a folder of ours must not stand before the libraries
        str(PROGRAMME),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        said, complaint = await process.communicate(content)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode == 0:
        return await asyncio.to_thread(msgspec.json.decode, said, type=list[list[Cell]])
    if b"assword" in complaint or b"ncrypted" in complaint:
        raise unreadable("encrypted")
    big = (process.returncode or 0) < 0 or b"MemoryError" in complaint or b"memory" in complaint
    raise unreadable("too_big_inside" if big else "not_a_sheet")


def _read_text(content: bytes) -> Rows:
    """A CSV with commas, semicolons or tabs between its cells."""
    text = _decoded(content)
    head = text[: text.find("\n")] if "\n" in text else text
    between = max(",;\t", key=head.count)
    found: list[list[Cell]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=between, strict=True):
            found.append([cell or None for cell in row])
            if len(found) > MOST_ROWS + 100:
                break
    except csv.Error as error:
        raise unreadable("not_a_sheet") from error
    return found


def _decoded(content: bytes) -> str:
    """UTF-8 with or without its mark, UTF-16 with it, or GB18030, which is what Excel writes in China."""
    encodings = ("utf-16",) if content.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise unreadable("not_a_sheet")
