"""Whether two customers are perhaps one; the phone has a twin of this in `pwa/src/customers/near.ts`."""

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from typing import Any

NEAR_METRES = 200
ALIKE = 0.6
TAIL = 4
WHOLE = 7
"""Digits from which on a number is one, and not a short one of a house."""

_SIGNS = re.compile(r"[\s·•,，.。()（）【】\-_'\"“”&、]")
_COMMON = re.compile("(有限责任公司|股份有限公司|有限公司|公司|商店|店铺|经营部|门市部|分店|总店)$")
_EARTH_METRES = 6_371_000


def plain_name(name: str) -> str:
    """A name as it is compared: no spaces, no signs, no legal form."""
    plain = _SIGNS.sub("", unicodedata.normalize("NFKC", name).lower())
    return _COMMON.sub("", plain) or plain


def alike(one: str, other: str) -> float:
    """How alike two plain names are, 0 to 1: the pairs of neighbouring characters they share (Dice)."""
    if one == other:
        return float(bool(one))
    left, right = _pairs(one), _pairs(other)
    shared = (left & right).total()
    return 2 * shared / max(1, left.total() + right.total())


def likeness(one: Mapping[str, Any], other: Mapping[str, Any]) -> float:
    """How sure it is that two are one, 0 for not at all: the whole number, or two signs of name, tail and place."""
    name = alike(plain_name(one["name"]), plain_name(other["name"]))
    numbers = _digits(one["phone"]), _digits(other["phone"])
    whole = min(map(len, numbers)) >= WHOLE
    tail = whole and numbers[0][-TAIL:] == numbers[1][-TAIL:]
    near = _is_near(one["position"], other["position"])
    if whole and numbers[0] == numbers[1]:
        return 3 + name
    if name == 1:
        return 2 + tail + near
    signs = (name >= ALIKE) + tail + near
    return signs - 1 + name if signs >= 2 else 0


def _pairs(name: str) -> Counter[str]:
    return Counter(name if len(name) < 2 else (name[at : at + 2] for at in range(len(name) - 1)))


def _digits(phone: str | None) -> str:
    return re.sub(r"\D", "", phone or "")


def _is_near(one: Mapping[str, float] | None, other: Mapping[str, float] | None) -> bool:
    if one is None or other is None:
        return False
    north = math.radians(other["lat"] - one["lat"])
    east = math.radians(other["lon"] - one["lon"]) * math.cos(math.radians((one["lat"] + other["lat"]) / 2))
    return math.hypot(north, east) * _EARTH_METRES <= NEAR_METRES
