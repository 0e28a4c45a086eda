"""Reading a request's body strictly: a number in quotes is not a number, an unknown key is a mistake."""

from typing import TypeVar

import msgspec

from server.problems import Refusal

T = TypeVar("T")


def read_json(raw: bytes, type_: type[T]) -> T:
    """The body as ``type_``. 400 bad_request when it is not JSON, or not of that shape."""
    try:
        return msgspec.json.decode(raw, type=type_, strict=True)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Refusal("bad_request") from error
