"""What a picture looks like, in 64 bits: another file, size or quality of the same picture has nearly the same ones.

Each bit says whether one of 8 x 8 fields is brighter than its neighbour to the right.
"""

from collections.abc import Iterable

from PIL import Image

_T = Image.Transpose
UPRIGHT = {
    2: _T.FLIP_LEFT_RIGHT, 3: _T.ROTATE_180, 4: _T.FLIP_TOP_BOTTOM, 5: _T.TRANSPOSE,
    6: _T.ROTATE_270, 7: _T.TRANSVERSE, 8: _T.ROTATE_90,
}  # fmt: skip
"""What turns a picture of an EXIF orientation upright."""
WIDTH, HEIGHT = 9, 8
LOOKED_AT = 144
"""Pixels of the longer side of what is compared."""
BANDS = 4
"""Of 16 bits each. Two looks that differ in fewer bits than there are bands share at least one band."""
ALIKE = BANDS - 1
"""Pictures whose looks differ in at most so many bits count as the same."""
PLAIN = 6
"""A picture with fewer bits than this of one kind is a wall or a lens cap: it looks like a thousand others."""


def look_of(image: Image.Image, orientation: int) -> int | None:
    """The look of a small picture with an EXIF orientation, or ``None`` for one with too little on it."""
    grey, turn = image.convert("L"), UPRIGHT.get(orientation)
    light = (grey if turn is None else grey.transpose(turn)).resize((WIDTH, HEIGHT), Image.Resampling.BOX).tobytes()
    look = 0
    for at in (row * WIDTH + column for row in range(HEIGHT) for column in range(WIDTH - 1)):
        look = look << 1 | (light[at] > light[at + 1])
    return look if PLAIN <= look.bit_count() <= 64 - PLAIN else None


def bands_of(look: int) -> list[int]:
    """A look in numbers by which a database finds those alike."""
    return [look >> 16 * band & 0xFFFF for band in range(BANDS)]


def look_from(bands: Iterable[int]) -> int:
    """The look that these are the bands of."""
    return sum(bits << 16 * band for band, bits in enumerate(bands))


def are_alike(one: int, other: int) -> bool:
    """Whether two looks are those of one picture."""
    return (one ^ other).bit_count() <= ALIKE
