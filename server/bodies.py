"""Reading a request's body strictly: a number in quotes is not a number, an unknown key is a mistake."""

import re
from typing import Annotated, TypeVar

import msgspec

from server.problems import Refusal

T = TypeVar("T")
Name = Annotated[str, msgspec.Meta(max_length=200, pattern=r"\S")]
"""What something is called: not only blanks."""
_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
"""The one letter that JSON can say and no database of ours can hold."""


def read_json(raw: bytes, type_: type[T]) -> T:
    """The body as ``type_``. 400 bad_request when it is not JSON, or not of that shape, or holds a NUL."""
    if b"u0000" in raw and _NUL.search(raw):
        raise Refusal("bad_request", detail="a NUL is no text")
    try:
        return msgspec.json.decode(raw, type=type_, strict=True)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Refusal("bad_request") from error
