"""Rescue files as a phone makes them, written from the description of the format alone."""

import base64
import hashlib
import json
from typing import Any

import httpx
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.server.phone import Phone

CHUNK = 256 * 1024
ROUNDS = 100_000
SALT = bytes(range(16))
Pictures = list[tuple[dict[str, Any], bytes]]


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


class Made:
    """A file in the making: its head, and the plaintext so far."""

    def __init__(self, keys: dict[str, Any] | None, device: int, person: str, made_at: int) -> None:
        self.keys = keys
        self.head: dict[str, Any] = {
            "format": "xunfang-rescue", "v": 1, "way": "office", "sealed": keys is not None,
            "office": keys["office"] if keys else None, "device": device, "person": person, "made_at": made_at,
            "salt": b64(SALT),
        }  # fmt: skip
        self.plain = b""

    def add(self, entry: dict[str, Any], data: bytes = b"") -> "Made":
        text = json.dumps(entry, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "backslashreplace")
        self.plain += len(text).to_bytes(4, "big") + text + data
        return self

    def for_office(self, private: ec.EllipticCurvePrivateKey | None = None) -> bytes:
        assert self.keys
        own = private or ec.generate_private_key(ec.SECP256R1())
        public = own.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        office = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), base64.b64decode(self.keys["public"]))
        return self._sealed({**self.head, "public": b64(public)}, own.exchange(ec.ECDH(), office))

    def with_code(self, code: str) -> bytes:
        secret = hashlib.pbkdf2_hmac("sha256", code.replace("-", "").lower().encode(), SALT, ROUNDS, 32)
        return self._sealed({**self.head, "way": "code", "rounds": ROUNDS}, secret)

    def _sealed(self, head: dict[str, Any], secret: bytes) -> bytes:
        line = json.dumps(head, separators=(",", ":")).encode() + b"\n"
        seal = base64.b64decode(self.keys["seal"]) if self.keys else b""
        key = AESGCM(HKDF(hashes.SHA256(), 32, SALT, line).derive(secret + seal))
        pieces = [self.plain[at : at + CHUNK] for at in range(0, len(self.plain), CHUNK)]
        return line + b"".join(
            key.encrypt(bytes(7) + at.to_bytes(4, "big") + bytes([at == len(pieces) - 1]), piece, None)
            for at, piece in enumerate(pieces)
        )


async def keys_of(http: httpx.AsyncClient) -> dict[str, Any]:
    reply = await http.get("/api/rescue/key")
    assert reply.status_code == 200, reply.text
    keys: dict[str, Any] = reply.json()
    return keys


def made_on(phone: Phone, keys: dict[str, Any] | None, pictures: Pictures, kept: int = 0) -> Made:
    """Everything a phone has not sent; ``kept``: it takes the first so many changes for settled."""
    made = Made(keys, phone.device, phone.person, phone.now())
    made.add({"kind": "about", "cursor": phone.cache.cursor, "app": "1.0.0"})
    for n in range(1, kept + 1):
        made.add({"kind": "kept", "change": phone.out.changes[n]})
    waiting = [change for change in phone.unsent if change["n"] > kept]
    for change in waiting:
        made.add({"kind": "change", "change": change})
    refused = {n: result for n, result in phone.out.results.items() if result["outcome"] == "refused"}
    for n, result in refused.items():
        made.add({"kind": "refused", "code": result["code"], "change": phone.out.changes[n]})
    for entry, data in pictures:
        made.add({"kind": "photo", **entry}, data)
    counts = {"changes": len(waiting), "kept": kept, "refused": len(refused), "photos": len(pictures)}
    return made.add({"kind": "end", **counts})
