"""Two hundred pictures that are odd, broken, or meant to do harm; and what else people send as one.

Each has a name and says what must become of it: `served`, the code of its refusal, or `either` for the damaged, which
may or may not still open.
"""

import functools
import io
import random
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from typing import NamedTuple

from PIL import Image

from tests.server.photos.pictures import (
    ORIENTATION,
    chunk,
    many_scans,
    picture,
    png_bomb,
    position_in,
    with_position,
)

SECRET = b"the secret of where this was"
FORMATS = ("JPEG", "PNG", "WEBP")


class Odd(NamedTuple):
    """One of them. `make` gives its bytes."""

    name: str
    fate: str
    make: Callable[[], bytes]


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def of_mode(mode: str, kind: str, size: tuple[int, int] = (60, 40), **options: object) -> bytes:
    if mode == "I;16":
        wide = Image.frombytes("I;16", size, random.Random(3).randbytes(size[0] * size[1] * 2))
        return saved(wide, kind, **options)
    with Image.open(io.BytesIO(picture(size=size, seed=3))) as image:
        return saved(image.convert(mode), kind, **options)


def _sound() -> Iterator[Odd]:
    for mode in ("L", "RGB", "CMYK"):
        for options in ({}, {"progressive": True}, {"optimize": True}, {"quality": 1}, {"restart_marker_blocks": 1}):
            yield Odd(f"a {mode} JPEG {options}", "served", functools.partial(of_mode, mode, "JPEG", **options))
    for subsampling in (0, 1, 2):
        yield Odd(f"subsampled {subsampling}", "served", functools.partial(picture, subsampling=subsampling))
    for mode in ("1", "L", "LA", "P", "RGB", "RGBA", "I;16"):
        yield Odd(f"a PNG of {mode}", "served", functools.partial(of_mode, mode, "PNG"))
    yield Odd("a PNG with one colour clear", "served", lambda: of_mode("P", "PNG", transparency=0))
    yield Odd("a PNG of sixteen bits a colour", "served", deep_png)
    for options in ({"lossless": True}, {"quality": 1}, {"exact": True}):
        for mode in ("RGB", "RGBA"):
            yield Odd(f"a {mode} WebP {options}", "served", functools.partial(of_mode, mode, "WEBP", **options))
    for size in ((1, 1), (2, 3), (1, 5000), (5000, 1), (16_000, 2), (8, 8), (17, 3)):
        for kind in FORMATS:
            yield Odd(f"a {kind} of {size}", "served", functools.partial(picture, kind, size))
    yield Odd("as large as may be", "served", lambda: saved(Image.new("L", (7000, 7000), 99), "JPEG"))


def _told() -> Iterator[Odd]:
    """What says where it was taken, in every way a picture can."""
    for kind in FORMATS:
        for orientation in (*range(9), 9, 65_535):
            yield Odd(f"a {kind} turned {orientation}", "served", functools.partial(with_position, kind, orientation))
        yield Odd(f"a {kind} with XMP", "served", functools.partial(picture, kind, xmp=SECRET))
        yield Odd(f"a {kind} and more behind it", "served", functools.partial(_followed, kind))
        yield Odd(f"a {kind} with broken EXIF", "served", functools.partial(picture, kind, exif=b"Exif\0\0MM" + SECRET))
        yield Odd(f"a {kind} with EXIF in a ring", "served", functools.partial(picture, kind, exif=ring()))
    yield Odd("a comment", "served", lambda: picture(comment=SECRET))
    yield Odd(
        "comments by the thousand", "served", lambda: _inserted(b"\xff\xfe" + struct.pack(">H", 30) + SECRET, 5000)
    )
    yield Odd("a picture of two", "served", two)


def _followed(kind: str) -> bytes:
    return picture(kind) + SECRET


def _inserted(segment: bytes, times: int) -> bytes:
    data = picture()
    return data[:2] + segment * times + data[2:]


def ring() -> bytes:
    """An EXIF block whose directories point at each other."""
    entries = struct.pack(">H", 2) + struct.pack(">HHII", 0x8769, 4, 1, 8) + struct.pack(">HHII", 0x8825, 4, 1, 8)
    return b"Exif\0\0MM\0\x2a" + struct.pack(">I", 8) + entries + struct.pack(">I", 8)


def two() -> bytes:
    return saved(
        Image.new("RGB", (64, 48), "red"), "MPO", save_all=True, append_images=[Image.new("RGB", (64, 48), "blue")]
    )


def deep_png() -> bytes:
    rows = b"".join(b"\0" + random.Random(row).randbytes(20 * 6) for row in range(16))
    header = struct.pack(">IIBBBBB", 20, 16, 16, 2, 0, 0, 0)
    return _png((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))


def _png(*chunks: tuple[bytes, bytes]) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(kind, body) for kind, body in chunks)


def _broken() -> Iterator[Odd]:
    for kind in FORMATS:
        for percent in (1, 5, 10, 25, 50, 75, 90, 97):
            yield Odd(f"{percent} % of a {kind}", "bad_image", functools.partial(_begun, kind, percent))
        for seed in range(20):
            yield Odd(f"a damaged {kind} {seed}", "either", functools.partial(_damaged, kind, seed))


def _begun(kind: str, percent: int) -> bytes:
    data = with_position(kind, size=(90, 70))
    return data[: len(data) * percent // 100]


def _damaged(kind: str, seed: int) -> bytes:
    chance = random.Random(seed)
    data = bytearray(with_position(kind))
    for _ in range(1 + seed // 4):
        data[chance.randrange(len(data) if seed % 2 else 200)] ^= 1 << chance.randrange(8)
    return bytes(data)


def _foreign() -> Iterator[Odd]:
    for kind in ("GIF", "TIFF", "BMP", "ICO", "PPM", "PDF", "TGA", "SGI", "PCX", "DDS", "ICNS", "IM"):
        yield Odd(f"a {kind}", "bad_image", functools.partial(saved, Image.new("RGB", (32, 32), "red"), kind))
    for brand in ("heic", "heix", "hevc", "mif1", "msf1", "avif"):
        yield Odd(f"a phone's {brand}", "heic_image", functools.partial(_boxed, brand))
    yield Odd("a film", "bad_image", functools.partial(_boxed, "isom"))
    texts = {
        "a page": b"<!doctype html><script>alert(1)</script>",
        "a drawing": b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        "a page that begins as a JPEG": b"\xff\xd8\xff\xe0<script>alert(1)</script>",
        "an archive": _zip(),
        "a program": b"\x7fELF" + bytes(60),
        "one byte": b"x",
        "nothing but zeros": bytes(5000),
        "noise": random.Random(5).randbytes(5000),
        "JPEG in name only": b"\xff\xd8\xff" + bytes(3000),
        "PNG in name only": b"\x89PNG\r\n\x1a\n" + bytes(3000),
        "WebP in name only": b"RIFF\xff\xff\xff\xffWEBP" + bytes(3000),
        "ends at once": b"\xff\xd8\xff\xd9",
        "a command": b"push graphic-context\nfill 'url(https://example.org/|id)'\n",
    }
    for name, data in texts.items():
        yield Odd(name, "bad_image", functools.partial(bytes, data))


def _boxed(brand: str) -> bytes:
    return struct.pack(">I", 24) + b"ftyp" + brand.encode() + bytes(4) + b"mif1heic" + bytes(2000)


def _zip() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("photo.jpg", picture())
    return out.getvalue()


def _hostile() -> Iterator[Odd]:
    for width, height in ((60_000, 60_000), (8000, 8000), (6000, 5000)):
        yield Odd(f"a PNG of {width} × {height}", "huge_image", functools.partial(png_bomb, width, height))
    for width, height in ((2**31 - 1, 1), (1, 2**31 - 1), (0, 0), (0, 5), (2**32 - 1, 2**32 - 1)):
        yield Odd(f"a PNG of {width} × {height}", "refused", functools.partial(png_bomb, width, height))
    yield Odd("a large WebP", "huge_image", lambda: saved(Image.new("L", (4200, 3000)), "WEBP", method=0))
    yield Odd("a hundred megapixels", "huge_image", lambda: saved(Image.new("L", (10_000, 10_000)), "JPEG", quality=1))
    yield Odd(
        "a large one of scans", "huge_image", lambda: saved(Image.new("L", (6000, 5000)), "JPEG", progressive=True)
    )
    for side in (65_500, 30_000):
        yield Odd(f"a JPEG that says {side}", "huge_image", functools.partial(_grown, side))
    yield Odd("a WebP that says 16383", "refused", _grown_webp)
    yield Odd("a bomb of text", "bad_image", functools.partial(_packed, b"zTXt", b"note\0\0"))
    yield Odd("a bomb of more text", "bad_image", functools.partial(_packed, b"iTXt", b"note\0\1\0\0\0"))
    yield Odd("a bomb of a profile", "refused", functools.partial(_packed, b"iCCP", b"icc\0\0"))
    for scans in (100, 1000):
        yield Odd(f"{scans} scans", "bad_image", functools.partial(many_scans, scans))
    for kind in ("WEBP", "PNG", "GIF"):
        yield Odd(
            f"a moving {kind}", "bad_image" if kind == "GIF" else "moving_image", functools.partial(_moving, kind)
        )
    yield Odd("a PNG with a broken sum", "bad_image", lambda: picture("PNG").replace(b"IDAT", b"IDAX", 1))
    yield Odd(
        "a PNG of too little", "bad_image", lambda: _png(*_HEAD, (b"IDAT", zlib.compress(b"\0" * 40)), (b"IEND", b""))
    )
    yield Odd(
        "a PNG of far too much", "either", lambda: _png(*_HEAD, (b"IDAT", zlib.compress(bytes(9**8))), (b"IEND", b""))
    )
    yield Odd("a PNG without a picture", "bad_image", lambda: _png(*_HEAD, (b"IEND", b"")))
    yield Odd(
        "a chunk that says it is endless", "bad_image", lambda: _png(*_HEAD) + b"\xff\xff\xff\xffIDAT" + bytes(99)
    )
    yield Odd("a segment of no length", "bad_image", lambda: _inserted(b"\xff\xe1\0\0", 1))
    yield Odd("a segment beyond the end", "bad_image", lambda: picture()[:2] + b"\xff\xe1\xff\xff" + bytes(50))


_HEAD = ((b"IHDR", struct.pack(">IIBBBBB", 64, 64, 8, 2, 0, 0, 0)),)


def _grown(side: int) -> bytes:
    """A small JPEG whose header says it is a large one."""
    data = picture()
    at = data.index(b"\xff\xc0") + 5
    return data[:at] + struct.pack(">HH", side, side) + data[at + 4 :]


def _grown_webp() -> bytes:
    data = with_position("WEBP")
    return data[:24] + b"\xfe\x3f\x00\xfe\x3f\x00" + data[30:]


def _packed(kind: bytes, head: bytes) -> bytes:
    data = picture("PNG")
    return data[:33] + chunk(kind, head + _much()) + data[33:]


@functools.cache
def _much() -> bytes:
    """Eighty megabytes in eighty thousand bytes."""
    return zlib.compress(bytes(80_000_000), 9)


def _moving(kind: str) -> bytes:
    frames = [Image.new("RGB", (32, 32), colour) for colour in ("red", "green", "blue")]
    return saved(frames[0], kind, save_all=True, append_images=frames[1:])


ODD = [*_sound(), *_told(), *_broken(), *_foreign(), *_hostile()]

__all__ = ["ODD", "ORIENTATION", "SECRET", "Odd", "position_in"]
