"""Removing what a picture says about its maker (position, camera, thumbnails, appended video), touching no pixel.

Only what a viewer needs to show the picture rightly stays: the coded image, its colour profile and, if the camera was
held sideways, the orientation, written anew as the only entry of a fresh EXIF block.
Bytes that do not follow their format raise ValueError or struct.error.
"""

import re
import struct
import zlib
from collections.abc import Iterator

_MARKER = re.compile(rb"\xff+([^\x00\xff\xd0-\xd7])", re.DOTALL)
"""A marker within coded JPEG data: neither a stuffed 0xFF nor a restart."""
_BARE = frozenset((0x01, *range(0xD0, 0xD8)))
_EOI, _SOS = 0xD9, 0xDA

MAX_SCANS = 100
"""A progressive picture has about ten. Thousands in one small file are made to keep a decoder busy."""

_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_PNG_KEPT = frozenset(
    (b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"sBIT", b"bKGD", b"pHYs")
)
_WEBP_KEPT = frozenset((b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ICCP"))
_VP8X_EXIF, _VP8X_XMP = 0x08, 0x04


def stripped(data: bytes, media: str, orientation: int) -> bytes:
    """The display copy of a picture of the given media type; ``orientation`` is the EXIF value, 1 when upright."""
    strip = {"image/jpeg": strip_jpeg, "image/png": strip_png, "image/webp": strip_webp}[media]
    return strip(data, orientation)


def _exif(orientation: int) -> bytes:
    """A TIFF block with one entry, the orientation."""
    entry = struct.pack(">HHIHH", 0x0112, 3, 1, orientation, 0)
    return b"MM\x00\x2a\x00\x00\x00\x08" + b"\x00\x01" + entry + b"\x00\x00\x00\x00"


def strip_jpeg(data: bytes, orientation: int) -> bytes:
    """Drop application segments and comments, and everything behind the end of the picture."""
    if data[:2] != b"\xff\xd8":
        raise ValueError("no start of image")
    out = [b"\xff\xd8"]
    if orientation != 1:
        block = b"Exif\x00\x00" + _exif(orientation)
        out.append(b"\xff\xe1" + struct.pack(">H", len(block) + 2) + block)
    out.extend(_jpeg_parts(data))
    return b"".join(out)


def _jpeg_parts(data: bytes) -> Iterator[bytes]:
    position, scans = 2, 0
    while True:
        found = _MARKER.match(data, position)
        if found is None:
            raise ValueError(f"no marker at byte {position}")
        marker, position = found[1][0], found.end()
        if marker == _EOI:
            yield b"\xff\xd9"
            return
        if marker in _BARE:
            continue
        (length,) = struct.unpack_from(">H", data, position)
        segment = data[position : position + length]
        if length < 2 or len(segment) != length:
            raise ValueError(f"a segment at byte {position} is cut off")
        position += length
        if _jpeg_keeps(marker, segment[2:]):
            yield bytes((0xFF, marker)) + segment
        if marker == _SOS:
            scans += 1
            if scans > MAX_SCANS:
                raise ValueError("too many scans")
            end = _MARKER.search(data, position)
            if end is None:
                raise ValueError("no end of image")
            yield data[position : end.start()]
            position = end.start()


def _jpeg_keeps(marker: int, body: bytes) -> bool:
    if marker == 0xE0:  # JFIF without a thumbnail; its extensions hold only thumbnails
        return body.startswith(b"JFIF\x00") and len(body) == 14
    if marker == 0xE2:  # the other user of this segment lists further pictures in the file
        return body.startswith(b"ICC_PROFILE\x00")
    if marker == 0xEE:  # says how colours are coded; without it they come out wrong
        return body.startswith(b"Adobe")
    return not (0xE0 <= marker <= 0xEF or marker == 0xFE)


def strip_png(data: bytes, orientation: int) -> bytes:
    """Keep the chunks that make the image; texts, times, EXIF and everything behind the end go."""
    if data[:8] != _PNG_SIGNATURE:
        raise ValueError("no PNG signature")
    out, position = [_PNG_SIGNATURE], 8
    while True:
        (length,) = struct.unpack_from(">I", data, position)
        kind = data[position + 4 : position + 8]
        chunk = data[position : position + 12 + length]
        if len(chunk) != 12 + length:
            raise ValueError(f"a chunk at byte {position} is cut off")
        position += len(chunk)
        if kind in _PNG_KEPT:
            out.append(chunk)
        if kind == b"IHDR" and orientation != 1:
            out.append(_png_chunk(b"eXIf", _exif(orientation)))
        if kind == b"IEND":
            return b"".join(out)


def _png_chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def strip_webp(data: bytes, orientation: int) -> bytes:
    """Keep the image, its transparency and its colour profile."""
    if data[:4] != b"RIFF" or data[8:12] != b"WEBP":
        raise ValueError("no WebP signature")
    (size,) = struct.unpack_from("<I", data, 4)
    end = 8 + size
    if end > len(data):
        raise ValueError("the file is cut off")
    out, position, extended = [b"WEBP"], 12, False
    while position < end:
        kind = data[position : position + 4]
        (length,) = struct.unpack_from("<I", data, position + 4)
        body = data[position + 8 : position + 8 + length]
        if len(body) != length:
            raise ValueError(f"a chunk at byte {position} is cut off")
        position += 8 + length + (length & 1)
        if kind == b"VP8X":
            extended = True
            body = _webp_flags(body, orientation)
        if kind in _WEBP_KEPT:
            out.append(_riff_chunk(kind, body))
    if extended and orientation != 1:
        out.append(_riff_chunk(b"EXIF", _exif(orientation)))
    whole = b"".join(out)
    return b"RIFF" + struct.pack("<I", len(whole)) + whole


def _webp_flags(body: bytes, orientation: int) -> bytes:
    if not body:
        raise ValueError("an empty header")
    flags = body[0] & ~(_VP8X_EXIF | _VP8X_XMP)
    return bytes((flags | (_VP8X_EXIF if orientation != 1 else 0),)) + body[1:]


def _riff_chunk(kind: bytes, body: bytes) -> bytes:
    return kind + struct.pack("<I", len(body)) + body + b"\x00" * (len(body) & 1)
