"""Rows compressed once, to which each reply adds its own end without touching what is compressed.

A reply is one JSON object. Its first key is `rows`, and the list of the last type is left open: what is written behind
it in the clear closes it. Both formats allow bytes that are stored as they are behind compressed ones.
"""

import zlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import brotli
import msgspec

MOST_STORED = 65_535
"""Bytes of a stored block of gzip; one of brotli holds one more."""


class Packed(msgspec.Struct, frozen=True):
    """The beginning of a reply: ``plain`` bytes with this ``crc`` (CRC-32), in both encodings, neither ended.

    ``types``: the record types of its rows, the one whose list is open last.
    """

    types: tuple[str, ...]
    plain: int
    crc: int
    gzip: bytes
    br: bytes


def pack(rows: Mapping[str, Sequence[bytes]]) -> Packed:
    """Some rows by type, each as JSON; the type of most rows comes last. Takes some 15 ms for half a megabyte."""
    types = sorted(rows, key=lambda name: (len(rows[name]), name))
    lists = [f'"{name}":['.encode() + b",".join(rows[name]) for name in types]
    text = b'{"rows":{' + b"],".join(lists)
    zipped = zlib.compressobj(6, zlib.DEFLATED, 31)
    squeezed = brotli.Compressor(quality=4, mode=brotli.MODE_TEXT)
    return Packed(
        types=tuple(types),
        plain=len(text),
        crc=zlib.crc32(text),
        gzip=zipped.compress(text) + zipped.flush(zlib.Z_FULL_FLUSH),
        br=bytes(squeezed.process(text) + squeezed.flush()),
    )


def ending(types: Sequence[str], rows: Mapping[str, Sequence[msgspec.Raw]], rest: Mapping[str, Any]) -> bytes:
    """What closes a reply that begins with ``types``: further ``rows``, of the last type or of others, and the rest."""
    *closed, open_ = types
    assert rows.keys().isdisjoint(closed)
    more = b"".join(b"," + bytes(row) for row in rows.get(open_, ()))
    others = [
        b"," + msgspec.json.encode(name) + b":" + msgspec.json.encode(some)
        for name, some in rows.items()
        if name != open_
    ]
    return more + b"]" + b"".join(others) + b"}," + msgspec.json.encode(rest)[1:]


def joined(packed: Packed, encoding: str, end: bytes) -> bytes:
    """The whole reply as ``br``, ``gzip`` or ``identity``."""
    if encoding == "br":
        return b"".join((packed.br, *_stored_br(end)))
    if encoding == "gzip":
        crc, size = zlib.crc32(end, packed.crc), (packed.plain + len(end)) & 0xFFFFFFFF
        return b"".join((packed.gzip, *_stored_gzip(end), crc.to_bytes(4, "little"), size.to_bytes(4, "little")))
    return zlib.decompressobj(31).decompress(packed.gzip) + end


def _parts(data: bytes) -> Iterator[bytes]:
    for start in range(0, len(data), MOST_STORED):
        yield data[start : start + MOST_STORED]


def _stored_br(data: bytes) -> Iterator[bytes]:
    """RFC 7932, 9.2: meta-blocks that are not last, of four nibbles of length, uncompressed; then an empty last one."""
    for part in _parts(data):
        yield ((len(part) - 1) << 3 | 1 << 19).to_bytes(3, "little") + part
    yield b"\x03"


def _stored_gzip(data: bytes) -> Iterator[bytes]:
    """RFC 1951, 3.2.4: blocks stored as they are, the last one marked."""
    for start, part in zip(range(0, len(data), MOST_STORED), _parts(data), strict=True):
        last = start + MOST_STORED >= len(data)
        size = len(part).to_bytes(2, "little")
        yield bytes((last,)) + size + bytes(byte ^ 0xFF for byte in size) + part
