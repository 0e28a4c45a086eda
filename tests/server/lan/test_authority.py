"""The authority: kept once made, its certificates believed by whoever trusts it, its keys readable by nobody else."""

import socket
import ssl
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from server.lan.addresses import Found, found_here
from server.lan.authority import Kept, certify, fingerprint, in_der

FOUND = Found(("10.1.2.3", "fd00::7", "127.0.0.1"), ("localhost", "desk", "desk.local"))
NOW = datetime.now(UTC)


def shaken_hands(kept: Kept, called: str) -> None:
    """A TLS handshake of a client that trusts the authority alone. Raises ssl.SSLCertVerificationError."""
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(kept.server, kept.server_key)
    client = ssl.create_default_context(cafile=str(kept.authority))
    client.verify_flags |= ssl.VERIFY_X509_STRICT
    near, far = socket.socketpair()

    def answer() -> None:
        try:
            server.wrap_socket(far, server_side=True).close()
        except OSError:
            far.close()

    other = threading.Thread(target=answer)
    other.start()
    try:
        client.wrap_socket(near, server_hostname=called).close()
    finally:
        near.close()
        other.join()


@pytest.mark.parametrize("called", [*FOUND.addresses, *FOUND.names])
def test_trusted_by_each_address_and_name(tmp_path: Path, called: str) -> None:
    shaken_hands(certify(tmp_path / "lan", FOUND, NOW), called)


@pytest.mark.parametrize("called", ["10.1.2.4", "elsewhere.example"])
def test_not_trusted_as_anybody_else(tmp_path: Path, called: str) -> None:
    kept = certify(tmp_path / "lan", FOUND, NOW)
    with pytest.raises(ssl.SSLCertVerificationError):
        shaken_hands(kept, called)


def test_another_authority_is_not_trusted(tmp_path: Path) -> None:
    mine, theirs = certify(tmp_path / "mine", FOUND, NOW), certify(tmp_path / "theirs", FOUND, NOW)
    mine.authority.write_bytes(theirs.authority.read_bytes())
    with pytest.raises(ssl.SSLCertVerificationError):
        shaken_hands(mine, "desk")


def test_a_second_start_keeps_everything(tmp_path: Path) -> None:
    before = contents(certify(tmp_path / "lan", FOUND, NOW))
    assert contents(certify(tmp_path / "lan", FOUND, NOW + timedelta(days=300))) == before


def test_a_new_address_or_the_end_ahead_asks_for_a_new_certificate_of_the_same_authority(tmp_path: Path) -> None:
    kept = certify(tmp_path / "lan", FOUND, NOW)
    first = contents(kept)
    moved = Found(("10.9.9.9",), FOUND.names)
    certify(tmp_path / "lan", moved, NOW)
    second = contents(kept)
    shaken_hands(kept, "10.9.9.9")
    certify(tmp_path / "lan", moved, NOW + timedelta(days=370))
    third = contents(kept)
    assert first["authority.crt"] == second["authority.crt"] == third["authority.crt"]
    assert len({one["server.crt"] for one in (first, second, third)}) == 3


def test_keys_are_the_owners(tmp_path: Path) -> None:
    kept = certify(tmp_path / "lan", FOUND, NOW)
    assert [path.stat().st_mode & 0o777 for path in (kept.authority_key, kept.server_key)] == [0o600, 0o600]
    assert kept.folder.stat().st_mode & 0o077 == 0
    assert {path.name for path in kept.folder.iterdir()} == {
        "authority.crt",
        "authority.key",
        "server.crt",
        "server.key",
    }


def test_what_a_phone_is_given_and_shows(tmp_path: Path) -> None:
    kept = certify(tmp_path / "lan", FOUND, NOW)
    assert ssl.DER_cert_to_PEM_cert(in_der(kept)).encode() == kept.authority.read_bytes()
    assert len(fingerprint(kept).split(":")) == 32
    assert b"PRIVATE" not in in_der(kept)


def test_this_machine_is_found() -> None:
    here = found_here()
    assert {"127.0.0.1", "::1"} <= set(here.addresses)
    assert "localhost" in here.names
    assert not any(address.startswith(("169.254.", "fe80")) for address in here.addresses)


def contents(kept: Kept) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in kept.folder.iterdir()}
