"""The shipped editions, one JSON file each, named by the standard's code."""

import hashlib
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from sync.standards.edition import BadEditionError, Edition
from sync.standards.validation import read, unscorable, validate

__all__ = [
    "BadEditionError",
    "Edition",
    "content_sha256",
    "document",
    "load",
    "read",
    "shipped",
    "unscorable",
    "validate",
]

FOLDER = Path(__file__).parent


def shipped() -> list[str]:
    """Codes of the shipped editions, sorted."""
    return sorted(path.stem for path in FOLDER.glob("*.json"))


def document(code: str) -> dict[str, Any]:
    """The whole document of a shipped edition, texts and sources included; KeyError if there is none."""
    if code not in shipped():
        raise KeyError(code)
    content: dict[str, Any] = json.loads((FOLDER / f"{code}.json").read_bytes())
    return content


@cache
def load(code: str) -> Edition:
    """A shipped edition, validated; KeyError if there is none."""
    return validate(document(code))


def content_sha256(content: Mapping[str, Any]) -> str:
    """SHA-256 (hex) of a document as JSON with sorted keys, no white space, UTF-8: the same however it was stored."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()
