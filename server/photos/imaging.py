"""Is this really a picture, and what may be shown of it. Everything here runs in a worker thread, never on the loop."""

import hashlib
import io
import warnings

import msgspec
from PIL import Image

from server.photos.metadata import stripped
from server.problems import Refusal

MAX_PIXELS = 50_000_000
"""The largest picture taken; 8 bits of three colours of it are 150 MB. A JPEG is decoded at an eighth of its size."""
MAX_PIXELS_WHOLE = 25_000_000
"""For formats that can only be decoded at full size."""

_MEDIA = {"JPEG": "image/jpeg", "MPO": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
_ORIENTATION = 0x0112

Image.MAX_IMAGE_PIXELS = MAX_PIXELS
warnings.simplefilter("error", Image.DecompressionBombWarning)


class Picture(msgspec.Struct, frozen=True):
    """A picture that decodes. ``display`` has no metadata, and is ``None`` when the upload had none either."""

    media: str
    display: bytes | None


def sha256_of(data: bytes) -> str:
    """Lower-case hex."""
    return hashlib.sha256(data).hexdigest()


def examine(data: bytes) -> Picture:
    """Decode to the end and make the display copy. 422 ``bad_image`` for anything a viewer could stumble over.

    A decoder fed hostile bytes may raise anything at all, so every exception of it means the same.
    """
    try:
        media, orientation = _decode(data)
        display = stripped(data, media, orientation)
        if display == data:
            return Picture(media, None)
        _decode(display)
    except Exception as error:
        raise Refusal("bad_image", detail=f"{type(error).__name__}: {error}"[:200]) from error
    return Picture(media, display)


def _decode(data: bytes) -> tuple[str, int]:
    """Media type and orientation of a picture that is whole, still, and not larger than we take."""
    with Image.open(io.BytesIO(data), formats=("JPEG", "PNG", "WEBP")) as image:
        media = _MEDIA[image.format or ""]
        width, height = image.size
        if width * height > (MAX_PIXELS if media == "image/jpeg" else MAX_PIXELS_WHOLE):
            raise ValueError(f"{width} × {height} pixels are too many")
        if image.format != "MPO" and getattr(image, "n_frames", 1) != 1:
            raise ValueError("a moving picture")
        orientation = _orientation(image)
        image.draft("RGB", (width // 8, height // 8))
        image.load()
    return media, orientation


def _orientation(image: Image.Image) -> int:
    """1 to 8; 1 where the picture does not say or says nonsense."""
    try:
        value = image.getexif().get(_ORIENTATION, 1)
    except Exception:  # broken metadata is no reason to lose a sound picture
        return 1
    return value if isinstance(value, int) and 1 <= value <= 8 else 1
