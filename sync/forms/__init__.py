"""The shipped editions of forms, one JSON file each: what they ask for is data, as with standards."""

import json
from pathlib import Path

from msgspec import Struct, convert

FOLDER = Path(__file__).parent


class Quota(Struct, frozen=True):
    """How much a branch is to do in a month; ``visits`` are those on which somebody was met in person."""

    visits: int
    ride_alongs: int
    cards: int


class Form(Struct, frozen=True):
    """An edition of a form, as far as we read it."""

    code: str
    edition: str
    name_zh: str
    name_en: str
    quota: Quota


def load(code: str) -> Form:
    """A shipped edition; FileNotFoundError if there is none."""
    return convert(json.loads((FOLDER / f"{code}.json").read_bytes()), Form)
