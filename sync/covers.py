"""What is covered on a photo: the boxes of blur among its marks, and how they outlast who had not seen them."""

from collections.abc import Mapping, Sequence
from typing import Any

Cover = Mapping[str, Any]
MOST_MARKS = 40
"""A photo bears no more."""


def covers_of(value: Any) -> list[Cover]:
    """The blurs among marks; of any other value none."""
    if not isinstance(value, list):
        return []
    return [mark for mark in value if isinstance(mark, dict) and mark.get("shape") == "blur"]


def covers_all(covers: Sequence[Cover], before: Sequence[Cover]) -> bool:
    """Whether each of the boxes before still lies within one."""
    return all(any(_holds(cover["box"], old["box"]) for cover in covers) for old in before)


def united(values: Sequence[Any]) -> Any:
    """What stands of values that did not see each other, the best first: what it draws, and the covers of all.

    Where there is no room for all marks, covers go before what is drawn.
    """
    best, drawing = values[0], values[drawn_by(values)]
    covers = covers_of(best)
    own = len(covers)
    for cover in [cover for value in values[1:] for cover in covers_of(value)]:
        if not covers_all(covers, [cover]):
            covers.append(cover)
    if drawing is best and len(covers) == own:
        return best
    if len(covers) > MOST_MARKS:
        covers = [*covers[: MOST_MARKS - 1], _around(covers[MOST_MARKS - 1 :])]
    drawn = [mark for mark in drawing or () if mark["shape"] != "blur"]
    return [*covers, *drawn][:MOST_MARKS]


def drawn_by(values: Sequence[Any]) -> int:
    """Which of the values says what is drawn: the first that does more than cover."""
    return next((at for at, value in enumerate(values) if not value or covers_of(value) != value), 0)


def _around(covers: Sequence[Cover]) -> Cover:
    """One cover over several."""
    left, top, right, bottom = zip(*(cover["box"] for cover in covers), strict=True)
    return {"shape": "blur", "box": [min(left), min(top), max(right), max(bottom)]}


def _holds(outer: Sequence[int], inner: Sequence[int]) -> bool:
    begins = outer[0] <= inner[0] and outer[1] <= inner[1]
    return begins and outer[2] >= inner[2] and outer[3] >= inner[3]
