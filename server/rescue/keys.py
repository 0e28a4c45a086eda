"""The office's key, made the first time it is asked for, kept in the data folder; and the seals of devices, from it.

A seal is a secret that only the server and one device know. It goes into the key of every rescue file, so that a file
which opens with it was made on that device: no table holds it, and whoever finds a file cannot make another.
"""

import base64
import hashlib
import hmac
import os
import secrets
from functools import cached_property
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PrivateFormat, PublicFormat

KEY_FILE = "rescue/office.key"


class OfficeKey:
    """An ECDH key on P-256. ``public`` is the uncompressed point, ``id`` what files name it by."""

    def __init__(self, private: ec.EllipticCurvePrivateKey) -> None:
        self._private = private
        self.public = private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        self.id = base64.b32encode(hashlib.sha256(self.public).digest()[:10]).decode().lower()

    def shared_with(self, public: bytes) -> bytes:
        """What both sides of a file compute. Raises ValueError for bytes that are no point of the curve."""
        other = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), public)
        return self._private.exchange(ec.ECDH(), other)

    def seal_of(self, device: int, person: str) -> bytes:
        """The secret of one device of one person."""
        return hmac.digest(self._sealing, f"{device}:{person}".encode(), "sha256")

    @cached_property
    def _sealing(self) -> bytes:
        number = self._private.private_numbers().private_value.to_bytes(32, "big")
        return hmac.digest(number, b"xunfang rescue seal 1", "sha256")


def office_key(data: Path) -> OfficeKey:
    """The key of a data folder. Of processes that make one at once, one wins. Raises OSError, ValueError."""
    path = data / KEY_FILE
    if not path.is_file():
        _make(path)
    private = serialization.load_pem_private_key(path.read_bytes(), None)
    if not isinstance(private, ec.EllipticCurvePrivateKey) or private.curve.name != "secp256r1":
        raise ValueError(f"{path} is no key on P-256")
    return OfficeKey(private)


def _make(path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    private = ec.generate_private_key(ec.SECP256R1())
    beside = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, serialization.NoEncryption()))
        file.flush()
        os.fsync(file.fileno())
    try:
        path.hardlink_to(beside)  # a whole key or none, and never over another
    except FileExistsError:
        pass
    except OSError:  # a disk without links
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
