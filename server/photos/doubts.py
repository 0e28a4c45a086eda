"""Why a reviewer should look twice at a photo. Nothing here refuses anything: a hint is no verdict."""

import base64
from collections.abc import Mapping
from math import asin, cos, radians, sin, sqrt
from typing import Any

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from server.database.query import execute, look_up
from server.door import Workspace
from server.door.entry import Entry
from server.door.workspace import Actor
from server.lists.finding import as_json
from server.photos import ledger
from server.photos.tus import Kind
from sync.proof import FENCE_M, STALE_MS, speaks_of

_EARTH_M = 6_371_000
_ELSEWHERE = (
    "SELECT p.body FROM blob_photo AS b JOIN photo AS p ON p.id = b.photo "
    "WHERE b.sha256 IN (SELECT value FROM json_each(?)) AND b.kind = 'full' AND b.photo <> ?"
)


async def hints_of(photo: str, kind: Kind, sha256: str) -> list[str]:
    """The hints a photo bears now that this picture of it is here. Within a transaction.

    Only the full picture is compared with those seen before: a small one is too much like others. Of two photos of
    one picture that arrive in the same instant on PostgreSQL, neither sees the other yet, and neither is said to be.
    """
    workspace = Workspace(Actor(person="", device=0), 0, 0)
    entry = await workspace.get("photo", photo)
    if entry is None:
        return []
    branch = await workspace.get("branch", entry.columns["branch"])
    hints = [*_of_the_place(entry.row, branch), *await _of_the_signature(entry)]
    if kind == "full" and await _was_seen(entry, sha256):
        hints.append("seen_before")
    return hints


def _of_the_place(row: Mapping[str, Any], branch: Entry | None) -> list[str]:
    """Of where and when it was taken. A visit or a comment may be anywhere; a finding is of its branch."""
    hints = ["gallery"] if row["source"] == "gallery" else []
    position = row["position"]
    if row["of"]["type"] != "finding":
        return hints
    if position is None:
        return [*hints, "no_position"]
    if abs(row["taken_at"] - position["at"]) > STALE_MS:
        hints.append("stale_position")
    home = None if branch is None else branch.row["position"]
    if home is not None and metres(position, home) - position["accuracy"] > FENCE_M:
        hints.append("out_of_fence")
    return hints


def metres(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    """Between two points of WGS-84, along a sphere."""
    lat, other_lat = radians(one["lat"]), radians(other["lat"])
    half = sin((lat - other_lat) / 2) ** 2
    half += cos(lat) * cos(other_lat) * sin(radians(one["lon"] - other["lon"]) / 2) ** 2
    return 2 * _EARTH_M * asin(min(1.0, sqrt(half)))


async def _of_the_signature(entry: Entry) -> list[str]:
    proof = entry.row["proof"]
    if proof is None:
        return ["unsigned"]
    spoken = speaks_of(proof["text"], entry.id, entry.row, entry.columns["branch"])
    if not (spoken and is_signed(proof)):
        return ["wrong_signature"]
    made = entry.registers.get("sha256")
    device = made.heads[0].device if made is not None and made.heads else 0
    return [] if await _is_its_key(device, proof["key"]) else ["wrong_signature"]


def is_signed(proof: Mapping[str, str]) -> bool:
    """Whether the text of a proof was signed with its key."""
    try:
        key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), base64.b64decode(proof["key"]))
        raw = base64.b64decode(proof["signature"])
        numbers = int.from_bytes(raw[:32]), int.from_bytes(raw[32:])
        key.verify(encode_dss_signature(*numbers), proof["text"].encode(), ec.ECDSA(SHA256()))
    except (ValueError, InvalidSignature):
        return False
    return True


async def _is_its_key(device: int, key: str) -> bool:
    """Whether a device has signed with this key from the first. What it signs first with, is its key."""
    await execute("INSERT INTO device_key (device, key) VALUES (?, ?) ON CONFLICT (device) DO NOTHING", device, key)
    return bool(await look_up("SELECT 1 FROM device_key WHERE device = ? AND key = ?", device, key))


async def _was_seen(entry: Entry, sha256: str) -> bool:
    """Whether a picture like this one hangs on something else already."""
    others = await look_up(_ELSEWHERE, as_json(await ledger.alike(sha256)), entry.id)
    return any(msgspec.json.decode(body)["of"] != entry.row["of"] for (body,) in others)
