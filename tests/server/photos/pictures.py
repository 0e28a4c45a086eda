"""Pictures for the tests: plain, with a position in them, and hostile ones."""

import hashlib
import io
import random
import struct
import zlib

from PIL import Image

GPS, ORIENTATION = 0x8825, 0x0112


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def picture(kind: str = "JPEG", size: tuple[int, int] = (64, 48), seed: int = 1, **options: object) -> bytes:
    """A picture of noise, so that its size in bytes follows its size in pixels."""
    image = Image.frombytes("RGB", size, random.Random(seed).randbytes(size[0] * size[1] * 3))
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def with_position(kind: str = "JPEG", orientation: int = 1, **options: object) -> bytes:
    """A picture that says where and with what it was taken."""
    exif = Image.Exif()
    exif[0x010F] = "Camera Maker"
    exif[ORIENTATION] = orientation
    exif[GPS] = {1: "N", 2: (29.0, 33.0, 12.0), 3: "E", 4: (106.0, 30.0, 1.0)}
    return picture(kind, exif=exif, **options)


def position_in(data: bytes) -> dict[int, object]:
    with Image.open(io.BytesIO(data)) as image:
        return dict(image.getexif().get_ifd(GPS))


def png_bomb(width: int = 60_000, height: int = 60_000) -> bytes:
    """Some hundred bytes that claim to be 3.6 gigapixels."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 1000))
        + chunk(b"IEND", b"")
    )


def png_text_bomb() -> bytes:
    """A text chunk that inflates to 300 MB."""
    packed = zlib.compress(b"a" * 300_000_000, 9)
    data = picture("PNG")
    return data[:33] + chunk(b"zTXt", b"note\0\0" + packed) + data[33:]


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def many_scans(scans: int) -> bytes:
    """A progressive JPEG whose last scan is repeated."""
    data = picture(progressive=True)
    start = data.rindex(b"\xff\xda")
    return data[:start] + data[start:-2] * scans + b"\xff\xd9"
