"""Demo photos: a few renders of our own, cut and lit differently each time, as a phone would send them."""

import hashlib
import io
import random
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageEnhance

RENDERS = Path(__file__).parent / "photos"
# What shows the fault of a check or, failing that, the place of its item.
SHOWN = {
    "ENV-0": ("plate",),
    "ENV-1": ("hall",),
    "ENV-2.b": ("door_before",),
    "ENV-2.d": ("floor",),
    "ENV-2.e": ("hall",),
    "ENV-2.f": ("front",),
    "ENV-2.g": ("front", "door_before"),
    "FAC-1": ("desk", "counter"),
    "FAC-2": ("plate",),
    "FAC-3": ("desk",),
    "FAC-4": ("counter",),
    "MGT-4": ("counter",),
}
PREVIEW_SIZE, PREVIEW_BYTES = 512, 25_000


@dataclass(frozen=True)
class Picture:
    full: bytes
    preview: bytes
    width: int
    height: int

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.full).hexdigest()

    @property
    def preview_sha256(self) -> str:
        return hashlib.sha256(self.preview).hexdigest()


def picture(check: str, seed: str) -> Picture:
    """The photo of a failed check: the same seed gives the same bytes with the same Pillow."""
    dice = random.Random(seed)
    shown = SHOWN.get(check) or SHOWN[check.partition(".")[0]]
    with Image.open(RENDERS / f"{dice.choice(shown)}.jpg") as render:
        image = render.convert("RGB")
    keep = dice.uniform(0.82, 1.0)
    width, height = int(image.width * keep), int(image.height * keep)
    left, top = dice.randint(0, image.width - width), dice.randint(0, image.height - height)
    image = image.crop((left, top, left + width, top + height))
    image = ImageEnhance.Brightness(image).enhance(dice.uniform(0.86, 1.12))
    image = ImageEnhance.Color(image).enhance(dice.uniform(0.8, 1.1))
    return Picture(_jpeg(image, 82), _preview(image), image.width, image.height)


def _preview(image: Image.Image) -> bytes:
    """At most 25 KB, as the protocol promises."""
    small = image.copy()
    small.thumbnail((PREVIEW_SIZE, PREVIEW_SIZE))
    quality = 70
    while len(made := _jpeg(small, quality)) > PREVIEW_BYTES and quality > 20:
        quality -= 10
    return made


def _jpeg(image: Image.Image, quality: int) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality)
    return out.getvalue()
