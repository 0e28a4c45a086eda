"""Opening a rescue file: whose it is, who brings it, whether it is proven and whole. Nothing is taken before that."""

import asyncio
from pathlib import Path
from typing import BinaryIO

import msgspec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from server.database.query import fetch
from server.identity import Caller, over
from server.identity.devices import may_revoke
from server.problems import Refusal
from server.rescue.container import (
    Content,
    Head,
    Reader,
    Unreadable,
    key_of,
    read_head,
    read_through,
    secret_of_code,
)
from server.rescue.keys import OfficeKey


class Bringing(msgspec.Struct, frozen=True):
    """Who hands a file in, and what they answer for. ``operator``: whoever has the data folder."""

    caller: Caller
    code: str = ""
    vouch: bool = False
    operator: bool = False


class Owner(msgspec.Struct, frozen=True, array_like=True):
    """The device a file was made on, as the server knows it."""

    person: str
    name: str
    home: str
    revoked_at: int | None
    clock_offset: int | None


class Opened(msgspec.Struct, frozen=True):
    """A file that may be taken in. ``start``: where its chunks begin. ``vouched``: whoever brings it answers for it."""

    path: Path
    head: Head
    start: int
    key: AESGCM
    owner: Owner
    content: Content
    vouched: bool

    def reader(self, file: BinaryIO) -> Reader:
        """The entries from the first on."""
        file.seek(self.start)
        return Reader(file, self.key)


async def open_rescue(office: OfficeKey, path: Path, bringing: Bringing) -> Opened:
    """Refused: 403 not_allowed, 409 rescue_revoked; 422 rescue_unreadable, rescue_foreign, rescue_unproven,
    rescue_code, rescue_damaged.
    """
    with path.open("rb") as file:
        try:
            head, line = read_head(file)
        except Unreadable:
            raise Refusal("rescue_unreadable") from None
    owner = await _owner_of(office, head, bringing)
    await _may_bring(head, owner, bringing)
    seal = office.seal_of(head.device, head.person)
    key = await asyncio.to_thread(_key, office, head, line, bringing.code, seal)
    content = await asyncio.to_thread(_read, path, len(line), key, head)
    vouched = bringing.vouch and (owner.revoked_at is not None or not head.sealed)
    return Opened(path, head, len(line), key, owner, content, vouched)


async def _owner_of(office: OfficeKey, head: Head, bringing: Bringing) -> Owner:
    rows = await fetch(
        "SELECT p.id, p.name, p.home, d.revoked_at, d.clock_offset FROM device AS d "
        "JOIN person AS p ON p.id = d.person WHERE d.id = ?",
        head.device,
    )
    owner = msgspec.convert(rows[0], Owner, strict=False) if rows else None
    may = bringing.operator or (owner is not None and await may_revoke(bringing.caller, head.device))
    if not may and (owner is not None or not {"admin", "supervisor"} & set(bringing.caller.roles())):
        raise Refusal("not_allowed")
    ours = head.office == office.id or (head.office is None and head.way == "code")
    if owner is None or owner.person != head.person or not ours:
        raise Refusal("rescue_foreign")
    return owner


async def _may_bring(head: Head, owner: Owner, bringing: Bringing) -> None:
    if not head.sealed and not (bringing.operator and bringing.vouch):
        raise Refusal("rescue_unproven")
    if owner.revoked_at is None:
        return
    may_vouch = bringing.operator or await over(bringing.caller, "admin", owner.home)
    if not (may_vouch and bringing.vouch):
        raise Refusal("rescue_revoked", may_vouch=may_vouch)


def _key(office: OfficeKey, head: Head, line: bytes, code: str, seal: bytes) -> AESGCM:
    def secret_of(head: Head) -> bytes:
        return office.shared_with(head.public) if head.public is not None else secret_of_code(head, code)

    try:
        return key_of(head, line, secret_of, seal)
    except ValueError:  # no point of the curve
        raise Refusal("rescue_damaged") from None


def _read(path: Path, start: int, key: AESGCM, head: Head) -> Content:
    with path.open("rb") as file:
        file.seek(start)
        reader = Reader(file, key)
        try:
            return read_through(reader)
        except Unreadable:
            is_code = head.way == "code" and not reader.has_opened
            raise Refusal("rescue_code" if is_code else "rescue_damaged") from None
