"""Making parts of a picture unreadable for who has no right to what was taken: in a worker thread, as imaging."""

import hashlib
import io
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from PIL import Image, ImageOps

from server.photos.imaging import EFFORT, FORMATS, LONG_EDGE, QUALITY, shrunk
from server.problems import Refusal

Box = tuple[int, int, int, int]
"""Left, top, right and bottom in ten-thousandths of the picture as it is displayed."""

CELLS = 4
"""Of one colour, along the longer side of what is covered: fewer than a face or a digit needs to be told by."""
COARSE = 0xE0
"""What is left of each colour: from exact means of a known script one might calculate back."""
MARGIN = 50
"""So much more on each side: whoever covers draws closely, and smaller copies mix what lies side by side."""
WHOLE = 10_000
COVERED_EDGE = 4096
"""Pixels of the longer side of a covered picture in full."""
COVERED_QUALITY = 85

KEPT_BYTES = 24 * 1024 * 1024


class Kept:
    """The covered copies somebody looked at last, in memory only.

    Few pictures are covered, and who sees them covered are few. In the store each would be one more file for every
    box that was ever drawn, which erasing, backups and the search for orphans would have to find.
    """

    def __init__(self, most: int = KEPT_BYTES) -> None:
        self._most, self._bytes = most, 0
        self._made: OrderedDict[str, bytes] = OrderedDict()

    def get(self, name: str) -> bytes | None:
        """What was kept under this name, if it is still here."""
        if name in self._made:
            self._made.move_to_end(name)
        return self._made.get(name)

    def keep(self, name: str, data: bytes) -> None:
        """Keep it, and no longer what nobody looked at for the longest time."""
        self._bytes += len(data) - len(self._made.pop(name, b""))
        self._made[name] = data
        while self._bytes > self._most:
            self._bytes -= len(self._made.popitem(last=False)[1])


def boxes_of(photo: Mapping[str, Any]) -> tuple[Box, ...]:
    """What of a photo is covered."""
    return tuple(tuple(mark["box"]) for mark in photo.get("markup") or () if mark["shape"] == "blur")


def name_of(boxes: Sequence[Box]) -> str:
    """A short name of these boxes: other boxes have another."""
    return hashlib.sha256(msgspec.json.encode(boxes)).hexdigest()[:16]


def burnt(data: bytes, copy: str, boxes: Sequence[Box]) -> bytes:
    """A picture that was examined, upright and covered, with nothing beside it: WebP to look at, else JPEG."""
    edge = LONG_EDGE.get(copy, COVERED_EDGE)
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as image:
            image.draft("RGB", (edge, edge))
            shown = _opaque(ImageOps.exif_transpose(shrunk(image, edge)))
        for box in boxes:
            _cover(shown, box)
        return _written(shown, copy)
    except Exception as error:
        raise Refusal("bad_image", detail=f"{type(error).__name__}: {error}"[:200]) from error


def _opaque(image: Image.Image) -> Image.Image:
    """On white: what is transparent may still have colours to be read."""
    if image.mode == "RGB":
        return image
    ground = Image.new("RGB", image.size, "white")
    ground.paste(image, mask=image.getchannel("A"))
    return ground


def _cover(image: Image.Image, box: Box) -> None:
    """Replace a box and a little around it by a few large cells, each of one rough colour."""
    left, right = _reach(box[0], box[2], image.width)
    top, bottom = _reach(box[1], box[3], image.height)
    width, height = right - left, bottom - top
    longer = max(width, height)
    cells = (max(1, CELLS * width // longer), max(1, CELLS * height // longer))
    means = image.resize(cells, Image.Resampling.BOX, (left, top, right, bottom))
    rough = means.point(lambda value: value & COARSE | (~COARSE & 0xFF) // 2)
    image.paste(rough.resize((width, height), Image.Resampling.NEAREST), (left, top))


def _reach(begin: int, end: int, length: int) -> tuple[int, int]:
    """The pixels of a side that are covered: at least one, and two more than the margin, for rounding."""
    first = (begin - MARGIN) * length // WHOLE - 2
    last = -(-(end + MARGIN) * length // WHOLE) + 2
    return max(0, first), min(length, last)


def _written(image: Image.Image, copy: str) -> bytes:
    out = io.BytesIO()
    bare: dict[str, Any] = {"icc_profile": b"", "exif": b""}
    if copy in LONG_EDGE:
        image.save(out, "WEBP", quality=QUALITY, method=EFFORT, xmp=b"", **bare)
    else:
        image.info.clear()
        image.save(out, "JPEG", quality=COVERED_QUALITY, **bare)
    return out.getvalue()
