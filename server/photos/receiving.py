"""Bytes from a request into a file, for as long as they come and nobody newer wants to send them."""

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Callable
from enum import Enum, auto
from typing import BinaryIO, Literal

from server.photos.spool import Superseded
from server.photos.workshop import Workshop


class Ending(Enum):
    """Why no more bytes were taken."""

    WHOLE = auto()
    CUT_OFF = auto()
    """The client is gone."""
    NEWER = auto()
    """Another request wants the upload."""
    STALLED = auto()
    """Nothing came for too long."""
    TOO_MUCH = auto()
    """More came than was announced; the excess is not written."""


async def pour(
    workshop: Workshop,
    body: AsyncIterator[bytes],
    file: BinaryIO,
    start: int,
    room: int,
    newer: asyncio.Event,
    observe: Callable[[bytes], object],
) -> tuple[int, Ending]:
    """Append the body to a file of ``start`` bytes, at most ``room`` of them; returns its new, flushed size and why.

    ``body`` raises ConnectionError when the client goes away. ``observe`` sees every chunk that is written.
    """
    end = start
    called_off = asyncio.ensure_future(newer.wait())
    try:
        while True:
            chunk = await _next(body, called_off, workshop.idle)
            if isinstance(chunk, Ending):
                return end, chunk
            if len(chunk) > start + room - end:
                return end, Ending.TOO_MUCH
            observe(chunk)
            end = await workshop.on_disk(workshop.spool.append, file, end, chunk)
    except Superseded:
        return end, Ending.NEWER
    finally:
        called_off.cancel()
        await workshop.on_disk(os.fsync, file.fileno())


async def _next(body: AsyncIterator[bytes], called_off: "asyncio.Future[Literal[True]]", idle: float) -> bytes | Ending:
    if called_off.done():
        return Ending.NEWER
    chunk = asyncio.ensure_future(anext(body, None))
    try:
        await asyncio.wait((chunk, called_off), timeout=idle, return_when=asyncio.FIRST_COMPLETED)
    finally:
        if not chunk.done():
            chunk.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await chunk
    if chunk.cancelled():
        return Ending.NEWER if called_off.done() else Ending.STALLED
    try:
        return chunk.result() or Ending.WHOLE
    except ConnectionError:
        return Ending.CUT_OFF
