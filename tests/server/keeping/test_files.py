"""The authority of a network of one's own is in a backup: phones that trust it trust a restored server."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from server import cli
from server.lan.addresses import Found
from server.lan.authority import certify, fingerprint

NOW = datetime(2026, 11, 23, tzinfo=UTC)


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    """A backup of a server that has an authority."""
    assert run(tmp_path / "old", "init") == 0
    certify(tmp_path / "old" / "lan", Found(("192.168.7.2",), ("localhost",)), NOW)
    assert run(tmp_path / "old", "backup", str(tmp_path / "backup")) == 0
    return tmp_path / "backup"


def run(data: Path, *arguments: str) -> int:
    return cli.run(arguments, {"XUNFANG_DATA": str(data), "XUNFANG_LOG_LEVEL": "WARNING"})


def authority(data: Path) -> str:
    return fingerprint(certify(data / "lan", Found(("192.168.7.9",), ("localhost",)), NOW))


def test_a_restored_server_has_the_authority_phones_trust(backup: Path, tmp_path: Path) -> None:
    assert run(tmp_path / "new", "restore", str(backup)) == 0
    key = tmp_path / "new" / "lan" / "authority.key"
    assert (key.stat().st_mode & 0o777, (backup / "lan").stat().st_mode & 0o777) == (0o600, 0o700)
    assert authority(tmp_path / "new") == authority(tmp_path / "old")


def test_what_is_trusted_there_already_stays(backup: Path, tmp_path: Path) -> None:
    before = authority(tmp_path / "new")
    assert run(tmp_path / "new", "restore", str(backup)) == 0
    assert authority(tmp_path / "new") == before != authority(tmp_path / "old")


@pytest.mark.parametrize("damage", [Path.unlink, lambda path: path.write_bytes(b"x")])
def test_a_damaged_authority_is_not_restored(backup: Path, tmp_path: Path, damage, capsys) -> None:
    damage(backup / "lan" / "authority.key")
    assert run(tmp_path / "new", "restore", str(backup)) == 1
    assert "lan/authority.key" in capsys.readouterr().err
    assert run(tmp_path / "new", "init") == 0
