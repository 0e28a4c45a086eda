"""The wire of tus 1.0: what headers mean. Pure; https://tus.io/protocols/resumable-upload names every rule here."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from email.utils import formatdate
from typing import Literal

import msgspec

from server.problems import Refusal

VERSION = "1.0.0"
EXTENSIONS = "creation,creation-with-upload,checksum,expiration,termination"
ALGORITHMS = ("sha1", "sha256")
BODY_TYPE = "application/offset+octet-stream"

MAX_FULL = 50_000_000
"""Bytes; the same bound the record's own ``bytes`` has."""
MAX_PREVIEW = 65_536
"""Bytes. Our phone keeps to 25 KB; another client's encoder may miss that by a little."""

MAX_METADATA = 8_192

Kind = Literal["preview", "full"]


class Promise(msgspec.Struct, frozen=True):
    """What ``Upload-Metadata`` says is coming. ``sha256`` is lower-case hex."""

    photo: str
    sha256: str
    kind: Kind


class Checksum(msgspec.Struct, frozen=True):
    """``Upload-Checksum`` of one request body."""

    algorithm: str
    digest: bytes

    def matches(self, running: "hashlib._Hash") -> bool:
        """Whether the body that went through ``running`` is the one announced."""
        return hmac.compare_digest(running.digest(), self.digest)


def check_version(headers: Mapping[str, str]) -> None:
    """412 ``unsupported_version`` unless the client speaks this version. Judged before anything else."""
    if headers.get("tus-resumable") != VERSION:
        raise Refusal("unsupported_version")


def check_body_type(headers: Mapping[str, str]) -> None:
    """415 ``unsupported_media`` unless the body is declared as upload bytes, as they are."""
    if headers.get("content-type", "").split(";")[0].strip().lower() != BODY_TYPE:
        raise Refusal("unsupported_media")
    if headers.get("content-encoding", "identity").lower() != "identity":
        raise Refusal("unsupported_media")


def read_number(headers: Mapping[str, str], name: str) -> int:
    """A header that must be a non-negative integer; 400 ``bad_request`` if it is missing or anything else."""
    text = headers.get(name, "")
    if not (text.isascii() and text.isdigit() and len(text) <= 15):
        raise Refusal("bad_request", detail=f"{name} must be a non-negative integer")
    return int(text)


def read_metadata(text: str | None) -> dict[str, str]:
    """Keys and decoded values of ``Upload-Metadata``; a key without a value has the empty one. 400 if unreadable."""
    if len(text or "") > MAX_METADATA:
        raise Refusal("bad_request", detail=f"Upload-Metadata has more than {MAX_METADATA} characters")
    pairs: dict[str, str] = {}
    for item in (text or "").split(","):
        key, _, value = item.strip().partition(" ")
        if not key:
            continue
        if key in pairs:
            raise Refusal("bad_request", detail=f"Upload-Metadata names {key!r} twice")
        try:
            pairs[key] = base64.b64decode(value.strip(), validate=True).decode()
        except (binascii.Error, UnicodeDecodeError, ValueError) as error:
            raise Refusal("bad_request", detail="Upload-Metadata values must be Base64 of UTF-8 text") from error
    return pairs


def read_promise(text: str | None) -> Promise:
    """The three things every upload must say about itself; 400 ``bad_request`` if one is missing or malformed."""
    pairs = read_metadata(text)
    kind = pairs.get("kind")
    sha256 = pairs.get("sha256", "").lower()
    photo = pairs.get("photo", "").lower()
    if kind not in ("preview", "full"):
        raise Refusal("bad_request", detail="kind must be preview or full")
    if len(sha256) != 64 or not set(sha256) <= set("0123456789abcdef"):
        raise Refusal("bad_request", detail="sha256 must be 64 hexadecimal digits")
    if not photo:
        raise Refusal("bad_request", detail="photo must name the record")
    return Promise(photo=photo, sha256=sha256, kind="preview" if kind == "preview" else "full")


def read_checksum(text: str | None) -> Checksum | None:
    """The announced checksum, or ``None`` without one. 400 for an algorithm we do not have or an unreadable digest."""
    if text is None:
        return None
    algorithm, _, value = text.strip().partition(" ")
    if algorithm not in ALGORITHMS:
        raise Refusal("bad_request", detail=f"Upload-Checksum takes {' or '.join(ALGORITHMS)}")
    try:
        digest = base64.b64decode(value.strip(), validate=True)
    except (binascii.Error, ValueError) as error:
        raise Refusal("bad_request", detail="Upload-Checksum must hold a Base64 digest") from error
    if len(digest) != hashlib.new(algorithm, usedforsecurity=False).digest_size:
        raise Refusal("bad_request", detail="Upload-Checksum has the wrong length")
    return Checksum(algorithm, digest)


def limit_of(kind: Kind) -> int:
    """The most bytes an upload of this kind may have."""
    return MAX_FULL if kind == "full" else MAX_PREVIEW


def http_date(millis: int) -> str:
    """Epoch milliseconds as the date ``Upload-Expires`` wants."""
    return formatdate(millis / 1000, usegmt=True)


def announced(headers: Mapping[str, str]) -> int | None:
    """``Content-Length``, or ``None`` for a body of unannounced length."""
    return read_number(headers, "content-length") if "content-length" in headers else None


def has_body(headers: Mapping[str, str]) -> bool:
    """Whether a request that need not have a body has one."""
    return "transfer-encoding" in headers or bool(announced(headers))
