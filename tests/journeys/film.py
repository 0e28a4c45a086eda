"""A film of one still picture, for Chromium's fake camera: YUV4MPEG2, which it plays over and over."""

import io
from pathlib import Path

from PIL import Image

SIZE = (640, 480)
SHARE = 0.7
"""How much of the picture's height the still takes."""


def film_of(picture: bytes, to: Path) -> None:
    """Write a film that shows the picture on a grey wall, as a phone held in front of it would."""
    wall = Image.new("RGB", SIZE, (150, 148, 140))
    side = int(SIZE[1] * SHARE)
    still = (
        Image.open(io.BytesIO(picture)).convert("RGB").resize((side, side)).rotate(4, expand=True, fillcolor="white")
    )
    wall.paste(still, ((SIZE[0] - still.width) // 2, (SIZE[1] - still.height) // 2))
    luma, blue, red = wall.convert("YCbCr").split()
    half = (SIZE[0] // 2, SIZE[1] // 2)
    frame = luma.tobytes() + blue.resize(half).tobytes() + red.resize(half).tobytes()
    head = f"YUV4MPEG2 W{SIZE[0]} H{SIZE[1]} F15:1 Ip A1:1 C420jpeg\n".encode()
    # in one step: a camera that starts meanwhile finds the old film or the new one
    beside = to.with_suffix(".part")
    beside.write_bytes(head + b"".join(b"FRAME\n" + frame for _ in range(3)))
    beside.replace(to)
