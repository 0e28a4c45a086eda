"""Is this really a picture, and what may be shown of it. Everything here runs in a process apart (``crew``)."""

import hashlib
import io
import warnings
from collections.abc import Mapping

import msgspec
from PIL import Image, ImageOps

from server.photos.looks import LOOKED_AT, look_of
from server.photos.metadata import stripped
from server.problems import Refusal

MAX_PIXELS = 50_000_000
"""The largest picture taken; 8 bits of three colours of it are 150 MB. A JPEG is decoded at an eighth of its size."""
MAX_PIXELS_WHOLE = 25_000_000
"""For what can only be decoded at full size: PNGs, and JPEGs of several scans."""
MAX_PIXELS_WEBP = 12_500_000
"""Its decoder has four of them in memory, sixteen bytes a pixel."""

LONG_EDGE: Mapping[str, int] = {"thumb": 320, "screen": 1280}
"""Pixels of the longer side of the copies that are made to be looked at."""
QUALITY = 75
EFFORT = 2
"""Of WebP's 0 to 6: half the time of the usual 4 for pictures a twentieth larger."""

_MEDIA = {"JPEG": "image/jpeg", "MPO": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
_ORIENTATION = 0x0112
_HEIF = frozenset((b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"avif", b"avis"))
FORMATS = ("JPEG", "PNG", "WEBP")

Image.MAX_IMAGE_PIXELS = MAX_PIXELS
warnings.simplefilter("error", Image.DecompressionBombWarning)


class Picture(msgspec.Struct, frozen=True):
    """A picture that decodes. ``display`` has no metadata, and is ``None`` when the upload had none either.

    ``look``: what it looks like (``looks.look_of``).
    """

    media: str
    display: bytes | None
    look: int | None


def sha256_of(data: bytes) -> str:
    """Lower-case hex."""
    return hashlib.sha256(data).hexdigest()


def examine(data: bytes) -> Picture:
    """Decode to the end and make the display copy.

    422 ``heic_image``, ``huge_image``, ``moving_image``, else ``bad_image`` for anything a viewer could stumble over.
    A decoder fed hostile bytes may raise anything at all, so every exception of it means the same.
    """
    if _is_heif(data):
        raise Refusal("heic_image")
    try:
        media, orientation, look = _decode(data, looks=True)
        display = stripped(data, media, orientation)
        if display == data:
            return Picture(media, None, look)
        _decode(display, looks=False)
    except Refusal:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError) as error:
        raise Refusal("huge_image") from error
    except Exception as error:
        raise Refusal("bad_image", detail=f"{type(error).__name__}: {error}"[:200]) from error
    return Picture(media, display, look)


def drawn(data: bytes, copy: str) -> bytes:
    """A picture that was examined, upright, as a WebP of the size of a copy and with nothing beside it."""
    edge = LONG_EDGE[copy]
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as image:
            image.draft("RGB", (edge, edge))
            shown = ImageOps.exif_transpose(shrunk(image, edge))
        out = io.BytesIO()
        shown.save(out, "WEBP", quality=QUALITY, method=EFFORT, icc_profile=b"", exif=b"", xmp=b"")
    except Exception as error:
        raise Refusal("bad_image", detail=f"{type(error).__name__}: {error}"[:200]) from error
    return out.getvalue()


def _is_heif(data: bytes) -> bool:
    """Whether this is what phones write in place of a JPEG: HEIC, HEIF or AVIF."""
    return data[4:8] == b"ftyp" and data[8:12] in _HEIF


def _decode(data: bytes, *, looks: bool) -> tuple[str, int, int | None]:
    """Media type, orientation and look of a picture that is whole, still, and not larger than we take.

    The look takes as long as the rest: only where ``looks``.
    """
    with Image.open(io.BytesIO(data), formats=FORMATS) as image:
        media = _MEDIA[image.format or ""]
        width, height = image.size
        if width * height > _most_pixels(image, media):
            raise Refusal("huge_image")
        if image.format != "MPO" and getattr(image, "n_frames", 1) != 1:
            raise Refusal("moving_image")
        orientation = _orientation(image)
        image.draft("RGB", (max(1, width // 8), max(1, height // 8)))
        image.load()
        return media, orientation, look_of(shrunk(image, LOOKED_AT), orientation) if looks else None


def _most_pixels(image: Image.Image, media: str) -> int:
    if media == "image/webp":
        return MAX_PIXELS_WEBP
    at_once = media == "image/jpeg" and "progressive" not in image.info
    return MAX_PIXELS if at_once else MAX_PIXELS_WHOLE


def shrunk(image: Image.Image, edge: int) -> Image.Image:
    """The picture with no side longer than ``edge``, in red, green, blue and perhaps transparency, of eight bits each.

    Shrunk first where that can be done, so that a large one is not in memory twice.
    """
    if image.mode not in ("L", "RGB", "CMYK"):
        image = _plain(image)
    image.thumbnail((edge, edge), reducing_gap=2.0)
    return _plain(image)


def _plain(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I"):  # sixteen bits a pixel, which a plain conversion would cut off at 255
        image = image.point(lambda value: value * (1 / 256)).convert("L")
    mode = "RGBA" if image.has_transparency_data else "RGB"
    return image if image.mode == mode else image.convert(mode)


def _orientation(image: Image.Image) -> int:
    """1 to 8; 1 where the picture does not say or says nonsense."""
    try:
        value = image.getexif().get(_ORIENTATION, 1)
    except Exception:  # broken metadata is no reason to lose a sound picture
        return 1
    return value if isinstance(value, int) and 1 <= value <= 8 else 1
