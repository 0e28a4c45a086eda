"""Rescue files by the command line; the office's key in a backup."""

import asyncio
import io
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from server import cli
from server.rescue.keys import office_key
from tests.server.protocol.gestures import FAIL
from tests.server.protocol.world import opened
from tests.server.rescue.making import keys_of, made_on

CODE = "abcd-efgh-jkmn-pqrs"


async def make_files(data: Path, to: Path) -> None:
    """Of one phone: made for the office, and with a code and without proof."""
    async with opened(data) as world:
        ann = await world.phone("ann")
        ann.check(ann.start(), "A-1.a", FAIL)
        (to / "sealed").write_bytes(made_on(ann, await keys_of(ann.http), []).for_office())
        (to / "unproven").write_bytes(made_on(ann, None, []).with_code(CODE))


@pytest.fixture
def data(seeded: Path, tmp_path: Path) -> Path:
    shutil.copytree(seeded, tmp_path / "data")
    asyncio.run(make_files(tmp_path / "data", tmp_path))
    return tmp_path / "data"


def run(data: Path, *arguments: str) -> int:
    return cli.run(arguments, {"XUNFANG_DATA": str(data), "XUNFANG_LOG_LEVEL": "ERROR"})


def told(capsys: pytest.CaptureFixture[str]) -> Any:
    return json.loads(capsys.readouterr().out)


def test_a_file_goes_in_once(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(data, "rescue", str(tmp_path / "sealed")) == 0
    assert (told(capsys)["new"], run(data, "rescue", str(tmp_path / "sealed"))) == (2, 0)
    assert told(capsys)["already"] == 2
    (tmp_path / "half").write_bytes((tmp_path / "sealed").read_bytes()[:-1])
    assert run(data, "rescue", str(tmp_path / "half")) == 1
    assert "rescue_damaged" in capsys.readouterr().err
    assert run(data, "rescue", str(tmp_path / "nowhere")) == 1


def test_a_file_without_proof_needs_somebody_who_answers_for_it(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{CODE}\n{CODE}\n"))
    unproven = str(tmp_path / "unproven")
    assert run(data, "rescue", unproven, "--code-stdin") == 1
    assert "rescue_unproven" in capsys.readouterr().err
    assert run(data, "rescue", unproven, "--code-stdin", "--vouch") == 0
    assert told(capsys)["new"] == 2


def test_a_restored_server_opens_the_files_of_its_phones(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(data, "backup", str(tmp_path / "backup")) == 0
    assert run(tmp_path / "new", "restore", str(tmp_path / "backup")) == 0
    assert office_key(tmp_path / "new").public == office_key(data).public
    assert ((tmp_path / "new" / "rescue" / "office.key").stat().st_mode & 0o777) == 0o600
    capsys.readouterr()
    assert run(tmp_path / "new", "rescue", str(tmp_path / "sealed")) == 0
    assert told(capsys)["new"] == 2


def test_whoever_makes_a_key_first_has_made_it_for_all(tmp_path: Path) -> None:
    first = office_key(tmp_path)
    assert office_key(tmp_path).id == first.id
    (tmp_path / "rescue" / "office.key").write_bytes(b"no key")
    with pytest.raises(ValueError, match="PEM"):
        office_key(tmp_path)
