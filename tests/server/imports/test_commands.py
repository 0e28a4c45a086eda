"""Sheets by the command line, for scripts."""

from pathlib import Path

import pytest

from server import cli
from tests.server.imports.test_imports import cells, xlsx


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    variables = {"XUNFANG_DATA": str(tmp_path / "data"), "XUNFANG_LOG_LEVEL": "WARNING"}
    assert cli.run(["init", "--unit", "总部"], variables) == 0
    return variables


def test_a_sheet_goes_in_and_comes_out(
    environment: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good, bad, out = tmp_path / "good.xlsx", tmp_path / "bad.xlsx", tmp_path / "out.xlsx"
    good.write_bytes(xlsx(["编码", "名称", "所属机构"], ["N1", "东门支局", "总部"]))
    bad.write_bytes(xlsx(["编码", "名称", "所属机构"], ["N2", "西门支局", "分部"]))
    assert cli.run(["import", "branches", str(good), "--dry-run"], environment) == 0
    assert "new 1, changed 0" in capsys.readouterr().out
    assert cli.run(["import", "branches", str(bad)], environment) == 1
    assert "C2 所属机构: 没有“分部”，或不归您管" in capsys.readouterr().err
    assert cli.run(["import", "branches", str(good)], environment) == 0
    assert cli.run(["export", "branches", str(out), "--language", "en"], environment) == 0
    assert [row[:4] for row in cells(out.read_bytes())] == [
        ["Code", "Name", "Kind", "Unit"],
        ["N1", "东门支局", "post office", "总部"],
    ]
    assert cli.run(["export", "people", str(out)], environment) == 0
    assert cells(out.read_bytes())[1] == ["admin", "管理员", "总部", "管理员", "在用"]
    bad.write_bytes(b"PK\x03\x04")
    assert cli.run(["import", "people", str(bad)], environment) == 1
    assert "not_a_sheet" in capsys.readouterr().err
