"""The format of rescue files, version 1.

`pwa/src/rescue/container.ts` writes it; a vector in `tests/server/rescue` holds both to it.

A line of JSON, the head, ends with a line feed. What follows is encrypted in chunks of 256 KiB, the last one shorter
or as long, each with AES-256-GCM: 16 bytes longer than its plaintext, under the nonce
`seven zero bytes, number of the chunk (4 bytes, big endian), 1 for the last chunk and else 0`.
So chunks cannot be left out, moved, added or cut off. The key is
`HKDF-SHA-256(input = secret + seal, salt = head.salt, info = the head's line with its line feed)`, where secret is
way `office`: the x coordinate of ECDH on P-256 between `head.public` and the office's key that `head.office` names;
way `code`: PBKDF2-HMAC-SHA-256 of the code, `head.salt`, `head.rounds`, 32 bytes;
and seal is the secret of the device if the head says `sealed`, else nothing. The plaintext is a row of entries: the
length of a JSON text (4 bytes, big endian), the text, and, after the entry of a photo, as many bytes as it says.
"""

import hashlib
import json
import unicodedata
from collections.abc import Callable, Iterator
from typing import Annotated, BinaryIO, Literal

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from sync.records.values import Id, Millis, Sha256

CHUNK = 256 * 1024
TAG = 16
LONGEST_HEAD = 4096
LONGEST_ENTRY = 2 * 1024 * 1024
"""Bytes of JSON; what a request of the sync may inflate to."""
LARGEST_PHOTO = 50_000_000
MOST_ENTRIES = 100_000
MOST_TEXT = 128 * 1024 * 1024
"""Bytes of JSON of all entries together: changes are held in memory."""
MOST_BYTES = 1024 * 1024 * 1024
"""Of a whole file."""

Number = Annotated[int, msgspec.Meta(ge=1, le=2**53 - 1)]


class Unreadable(Exception):
    """The file is none, or is not whole, or was changed, or was made with another key or code."""


class Head(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What stands in the clear. ``office`` is None in a file of a phone that never had the office's key."""

    format: Literal["xunfang-rescue"]
    v: Literal[1]
    way: Literal["office", "code"]
    sealed: bool
    office: Annotated[str, msgspec.Meta(max_length=64)] | None
    device: Number
    person: Id
    made_at: Millis
    salt: Annotated[bytes, msgspec.Meta(min_length=16, max_length=16)]
    public: Annotated[bytes, msgspec.Meta(min_length=65, max_length=65)] | None = None
    rounds: Annotated[int, msgspec.Meta(ge=100_000, le=2_000_000)] | None = None


class About(msgspec.Struct, frozen=True, tag="about", tag_field="kind"):
    """The first entry. ``cursor``: what the phone had read, ``app``: its version."""

    cursor: Millis | None
    app: str


class Waiting(msgspec.Struct, frozen=True, tag="change", tag_field="kind"):
    """A change that waits on the phone, as it would travel."""

    change: msgspec.Raw


class Kept(msgspec.Struct, frozen=True, tag="kept", tag_field="kind"):
    """A change that some server had already; only for one that was restored and lacks it."""

    change: msgspec.Raw


class Refused(msgspec.Struct, frozen=True, tag="refused", tag_field="kind"):
    """A change that was refused, and why. It is told, and not tried again."""

    code: Annotated[str, msgspec.Meta(max_length=64)]
    change: msgspec.Raw


class Photo(msgspec.Struct, frozen=True, tag="photo", tag_field="kind"):
    """A picture under the hash its record promises; its bytes follow."""

    id: Id
    size: Literal["preview", "full"]
    sha256: Sha256
    bytes: Annotated[int, msgspec.Meta(ge=1, le=LARGEST_PHOTO)]


class End(msgspec.Struct, frozen=True, tag="end", tag_field="kind"):
    """The last entry: how many of each there are."""

    changes: int
    kept: int
    refused: int
    photos: int


Entry = About | Waiting | Kept | Refused | Photo | End
_decode_entry: Callable[[bytes], Entry] = msgspec.json.Decoder(Entry).decode
_decode_head: Callable[[bytes], Head] = msgspec.json.Decoder(Head).decode


def read_head(file: BinaryIO) -> tuple[Head, bytes]:
    """The head and its line. Raises Unreadable."""
    line = file.readline(LONGEST_HEAD)
    try:
        if not line.endswith(b"\n"):
            raise Unreadable
        head = _decode_head(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Unreadable from error
    if (head.way == "office") != (head.public is not None) or (head.way == "code") != (head.rounds is not None):
        raise Unreadable
    return head, line


def normal_code(text: str) -> bytes:
    """A code as it counts: width, case, blanks and hyphens make no difference."""
    plain = unicodedata.normalize("NFKC", text).lower()
    return "".join(letter for letter in plain if letter not in "-‐‑‒–—" and not letter.isspace()).encode()


def key_of(head: Head, line: bytes, secret_of: Callable[[Head], bytes], seal: bytes) -> AESGCM:
    """The key of a file. ``secret_of`` may be slow."""
    derived = HKDF(hashes.SHA256(), 32, head.salt, line).derive(secret_of(head) + (seal if head.sealed else b""))
    return AESGCM(derived)


def secret_of_code(head: Head, code: str) -> bytes:
    """What a code is worth in a file; slow by design."""
    assert head.rounds is not None
    return hashlib.pbkdf2_hmac("sha256", normal_code(code), head.salt, head.rounds, 32)


class Reader:
    """The entries of an open file, which stands behind its head. Blocks; every method raises Unreadable."""

    def __init__(self, file: BinaryIO, key: AESGCM) -> None:
        self._file, self._key = file, key
        self._next = file.read(CHUNK + TAG)
        self._number = 0
        self._plain = memoryview(b"")
        self.text = 0
        """Bytes of JSON read so far."""

    @property
    def has_opened(self) -> bool:
        """Whether anything of the file could be opened: the key was right."""
        return self._number > 0

    def _turn(self) -> bool:
        """Open the next chunk; False behind the last one."""
        chunk, self._next = self._next, self._file.read(CHUNK + TAG) if self._next else b""
        if not chunk:
            return False
        nonce = bytes(7) + self._number.to_bytes(4, "big") + bytes([not self._next])
        try:
            self._plain = memoryview(self._key.decrypt(nonce, chunk, None))
        except (InvalidTag, ValueError) as error:
            raise Unreadable from error
        self._number += 1
        return True

    def take(self, size: int) -> bytes:
        """So many bytes."""
        parts = []
        while size:
            if not self._plain and not self._turn():
                raise Unreadable
            parts.append(bytes(self._plain[:size]))
            self._plain = self._plain[len(parts[-1]) :]
            size -= len(parts[-1])
        return b"".join(parts)

    def pieces(self, size: int) -> Iterator[bytes]:
        """So many bytes, a chunk at a time."""
        while size:
            yield self.take(min(size, CHUNK))
            size -= min(size, CHUNK)

    def entry(self) -> Entry:
        """The next entry. The bytes of a photo must have been taken before."""
        length = int.from_bytes(self.take(4), "big")
        if length > LONGEST_ENTRY:
            raise Unreadable
        self.text += length
        text = self.take(length)
        try:
            return _decode_entry(text)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return _read_odd_text(text)

    def at_end(self) -> bool:
        """Whether nothing follows."""
        return not self._plain and not self._turn()


def _read_odd_text(text: bytes) -> Entry:
    """The slow way, for JSON with half a character in it: such a change is one that nobody can read, not the file."""
    try:
        entry = json.loads(text.decode())
        change = msgspec.Raw(json.dumps(entry["change"]).encode())
        kinds: dict[str, Entry] = {
            "change": Waiting(change),
            "kept": Kept(change),
            "refused": Refused(str(entry.get("code"))[:64], change),
        }
        return kinds[entry["kind"]]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise Unreadable from error


class Content(msgspec.Struct):
    """What a file holds besides its pictures; of what was ``refused``, why."""

    about: About
    waiting: list[bytes] = []
    kept: list[bytes] = []
    refused: list[str] = []
    photos: int = 0

    @property
    def entries(self) -> int:
        return len(self.waiting) + len(self.kept) + len(self.refused) + self.photos


def read_through(reader: Reader) -> Content:
    """Read a whole file, to its end, so that nothing of one that is not whole is taken. Raises Unreadable."""
    about = reader.entry()
    if not isinstance(about, About):
        raise Unreadable
    content = Content(about)
    while not isinstance(entry := reader.entry(), End):
        _note(content, entry, reader)
        if reader.text > MOST_TEXT or content.entries > MOST_ENTRIES:
            raise Unreadable
    found = End(len(content.waiting), len(content.kept), len(content.refused), content.photos)
    if entry != found or not reader.at_end():
        raise Unreadable
    return content


def _note(content: Content, entry: Entry, reader: Reader) -> None:
    if isinstance(entry, About | End):
        raise Unreadable
    if isinstance(entry, Photo):
        for _ in reader.pieces(entry.bytes):
            pass
        content.photos += 1
    elif isinstance(entry, Refused):
        content.refused.append(entry.code)
    else:
        (content.waiting if isinstance(entry, Waiting) else content.kept).append(bytes(entry.change))
