"""An authority made on the spot, and the server's certificate from it. Kept in a folder; its keys are for the owner."""

import ipaddress
import os
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from server.lan.addresses import Found

AUTHORITY_DAYS = 3650
SERVER_DAYS = 397
"""Apple refuses longer ones."""
RENEW_BEFORE = timedelta(days=30)
SKEW = timedelta(days=1)
"""A phone whose clock is behind must not find the certificate not begun."""


class Kept:
    """The files of a folder: what the authority and the server are known by, and the keys nobody else may read."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.authority, self.authority_key = folder / "authority.crt", folder / "authority.key"
        self.server, self.server_key = folder / "server.crt", folder / "server.key"


def certify(folder: Path, found: Found, now: datetime) -> Kept:
    """An authority, made the first time and kept, and a server certificate from it, made anew when it ends soon or
    does not name where the server is found now.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    kept = Kept(folder)
    if not (kept.authority.is_file() and kept.authority_key.is_file()):
        _make_authority(kept, now)
    if not _still_good(kept, found, now):
        _make_server(kept, found, now)
    return kept


def fingerprint(kept: Kept) -> str:
    """The authority's SHA-256, as phones show it."""
    return ":".join(f"{byte:02X}" for byte in _read(kept.authority).fingerprint(hashes.SHA256()))


def in_der(kept: Kept) -> bytes:
    """The authority's certificate as every phone takes it."""
    return _read(kept.authority).public_bytes(Encoding.DER)


def _read(path: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(path.read_bytes())


def _make_authority(kept: Kept, now: datetime) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    # the name says which machine: two of them stand side by side in a phone's list
    name = _name(f"Xunfang 巡访 {now:%Y-%m-%d %H%M}")
    usage = _usage(signs=False, certifies=True)
    builder = _builder(name, name, key.public_key(), now, AUTHORITY_DAYS)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    builder = builder.add_extension(usage, critical=True)
    for leftover in (kept.server, kept.server_key):
        leftover.unlink(missing_ok=True)
    _write(kept.authority_key, _pem(key))
    _write(kept.authority, builder.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM), secret=False)


def _make_server(kept: Kept, found: Found, now: datetime) -> None:
    authority = _read(kept.authority)
    signing = serialization.load_pem_private_key(kept.authority_key.read_bytes(), None)
    assert isinstance(signing, ec.EllipticCurvePrivateKey)
    key = ec.generate_private_key(ec.SECP256R1())
    builder = _builder(_name("Xunfang 巡访"), authority.subject, key.public_key(), now, SERVER_DAYS)
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    builder = builder.add_extension(_usage(signs=True, certifies=False), critical=True)
    builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
    builder = builder.add_extension(x509.SubjectAlternativeName(_called(found)), critical=False)
    own = x509.AuthorityKeyIdentifier.from_issuer_public_key(signing.public_key())
    builder = builder.add_extension(own, critical=False)
    _write(kept.server_key, _pem(key))
    _write(kept.server, builder.sign(signing, hashes.SHA256()).public_bytes(Encoding.PEM), secret=False)


def _still_good(kept: Kept, found: Found, now: datetime) -> bool:
    if not (kept.server.is_file() and kept.server_key.is_file()):
        return False
    there = _read(kept.server)
    named = there.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return now + RENEW_BEFORE < there.not_valid_after_utc and set(_called(found)) <= set(named)


def _called(found: Found) -> Sequence[x509.GeneralName]:
    names: list[x509.GeneralName] = [x509.DNSName(name) for name in found.names]
    return [*names, *(x509.IPAddress(ipaddress.ip_address(address)) for address in found.addresses)]


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, now: datetime, days: int
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - SKEW)
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _usage(*, signs: bool, certifies: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=signs,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=certifies,
        crl_sign=certifies,
        encipher_only=False,
        decipher_only=False,
    )


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())


def _write(path: Path, content: bytes, *, secret: bool = True) -> None:
    """A whole file or none; a secret one was never readable by anybody else."""
    beside = path.with_name(f"{path.name}.part")
    beside.unlink(missing_ok=True)
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600 if secret else 0o644), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
