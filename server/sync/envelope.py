"""Reading the body of ``POST /api/sync``: what is wrong with the envelope is a status, inside a change an outcome."""

import json
import zlib
from collections.abc import Mapping
from typing import Any, NoReturn

import msgspec

from server.door import Numbered
from server.door.erasing import MARK, is_what_was_erased
from server.problems import Refusal
from sync.change import Change, SyncRequest
from sync.change import Numbered as HasNumber

MOST_SENT = 256 * 1024
MOST_INFLATED = 2 * 1024 * 1024
DEEPEST = 64

_decode_envelope = msgspec.json.Decoder(SyncRequest).decode
_decode_number = msgspec.json.Decoder(HasNumber).decode
_decode_change = msgspec.json.Decoder(Change).decode


class Envelope(msgspec.Struct, frozen=True):
    """A readable request: its head, and its changes with ascending numbers without a hole."""

    head: SyncRequest
    changes: list[Numbered]

    def is_next(self, settled: int) -> bool:
        """Whether it brings what comes after the settled changes of its device, and nothing once more."""
        return bool(self.changes) and self.changes[0].n == settled + 1


def read(body: bytes, encoding: str) -> Envelope:
    """The envelope, or a ``Refusal``: ``bad_request``, ``too_large``, ``unsupported_media``."""
    if len(body) > MOST_SENT:
        raise Refusal("too_large")
    text = _inflated(body, encoding)
    try:
        head = _decode_envelope(text)
        changes = [_read_plain(bytes(raw)) for raw in head.changes]
    except (msgspec.DecodeError, msgspec.ValidationError, RecursionError, UnicodeDecodeError):
        head, changes = _read_odd_text(text)
    numbers = [change.n for change in changes]
    if numbers and numbers != list(range(numbers[0], numbers[0] + len(numbers))):
        raise Refusal("bad_request", detail="the numbers of the changes do not ascend without a hole")
    return Envelope(head=head, changes=changes)


def _inflated(body: bytes, encoding: str) -> bytes:
    name = encoding.strip().lower()
    if name in ("", "identity"):
        return body
    if name != "gzip":
        raise Refusal("unsupported_media", detail="Content-Encoding is gzip or nothing")
    inflate = zlib.decompressobj(wbits=31)
    try:
        text = inflate.decompress(body, MOST_INFLATED + 1)
    except zlib.error:
        raise Refusal("bad_request", detail="the body is not gzip") from None
    if len(text) > MOST_INFLATED or inflate.unconsumed_tail:
        raise Refusal("too_large")
    if not inflate.eof or inflate.unused_data:
        raise Refusal("bad_request", detail="the gzip body is cut short or too long")
    return text


def read_change(raw: bytes) -> Numbered:
    """One change by itself. Raises msgspec.MsgspecError or ValueError where there is no number to answer it under."""
    try:
        return _read_plain(raw)
    except (msgspec.DecodeError, UnicodeDecodeError):
        value = json.loads(raw.decode(), parse_constant=_no_constant)
        return _read_odd_change(msgspec.convert(value, HasNumber).n, json.dumps(value).encode())


def _read_plain(raw: bytes) -> Numbered:
    n = _decode_number(raw).n
    try:
        change = _decode_change(raw)
    except (msgspec.ValidationError, RecursionError):
        return Numbered(n=n, content=raw.decode(), change=None)
    return Numbered(n=n, content=raw.decode(), change=change)


def _read_odd_text(text: bytes) -> tuple[SyncRequest, list[Numbered]]:
    """The slow way, for JSON with lone surrogates: only the changes that hold them are unreadable."""
    try:
        value = json.loads(text.decode(), parse_constant=_no_constant)
        if not isinstance(value["changes"], list):
            raise TypeError("changes is a list")
        numbers = msgspec.convert([{"n": change["n"]} for change in value["changes"]], list[HasNumber])
        raws = [msgspec.Raw(json.dumps(change).encode()) for change in value["changes"]]
        head = _decode_envelope(json.dumps({**value, "changes": []}).encode())
        if len(raws) > 500:
            raise Refusal("too_large")
    except (ValueError, KeyError, TypeError, RecursionError, msgspec.MsgspecError) as error:
        raise Refusal("bad_request", detail="the body is not an envelope of version 1") from error
    changes = [_read_odd_change(number.n, bytes(raw)) for number, raw in zip(numbers, raws, strict=True)]
    return head, changes


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _read_odd_change(n: int, raw: bytes) -> Numbered:
    try:
        return _read_plain(raw)
    except msgspec.DecodeError:
        return Numbered(n=n, content=raw.decode(), change=None)


def same_content(one: str, other: str) -> bool:
    """Whether two changes are equal as JSON values, the order of keys aside; of an emptied one its proof tells."""
    if one == other or _alike(json.loads(one), json.loads(other)):
        return True
    return f'"{MARK}":' in one and is_what_was_erased(one, other)


def _alike(one: Any, other: Any) -> bool:
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(_alike(value, other[key]) for key, value in one.items())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_alike, one, other))
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    return bool(one == other)
