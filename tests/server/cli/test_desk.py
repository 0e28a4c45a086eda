"""The desk by commands: what they do, what they refuse in plain words, and how they end."""

import argparse
import io
import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from server import cli
from server.cli.words import parser_of_all

Row = dict[str, Any]


class Desk:
    """Runs commands on one data folder; returns the rows they print."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self._capsys = folder, capsys
        self.environment = {"XUNFANG_DATA": str(folder), "XUNFANG_LOG_LEVEL": "WARNING"}
        assert cli.run(["init", "--unit", "总部", "--password-stdin"], self.environment) == 0

    def __call__(self, *arguments: str) -> list[Row]:
        self._capsys.readouterr()
        code = cli.run(arguments, self.environment)
        said = self._capsys.readouterr()
        assert code == 0, said.err
        return [json.loads(line) for line in said.out.splitlines() if line.startswith("{")]

    def refused(self, *arguments: str) -> str:
        """Why a command ended with 1."""
        self._capsys.readouterr()
        assert cli.run(arguments, self.environment) == 1
        return self._capsys.readouterr().err

    def logged(self) -> list[str]:
        """What the log calls the server's own changes."""
        with sqlite3.connect(self.folder / "xunfang.sqlite3") as database:
            rows = database.execute("SELECT type FROM log WHERE device = 0 ORDER BY id").fetchall()
        database.close()
        return [row[0] for row in rows]


@pytest.fixture
def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setattr("sys.stdin", io.StringIO("long enough\n"))
    made = Desk(tmp_path / "data", capsys)
    made("unit", "add", "东市", "--level", "city", "--parent", "总部")
    made("branch", "add", "N1", "--name", "东门支局", "--unit", "东市", "--opens", "08:30")
    made("person", "add", "lin", "--name", "林", "--home", "N1", "--role", "inspector@东市")
    return made


def names(rows: list[Row]) -> list[str]:
    return [row["name"] for row in rows]


def test_units(desk: Desk) -> None:
    assert names(desk("unit", "list")) == ["总部", "东市"]
    (made,) = desk("unit", "add", "望榆县", "--level", "county", "--parent", "总部/东市")
    assert made["path"] == ["总部", "东市", "望榆县"]
    (moved,) = desk("unit", "edit", "望榆县", "--name", "新榆县", "--parent", "总部")
    assert moved["path"] == ["总部", "新榆县"]
    assert "wrong_level" in desk.refused("unit", "edit", "东市", "--parent", "新榆县")
    assert "called nowhere" in desk.refused("unit", "edit", "nowhere", "--name", "x")
    assert desk.logged()[-2:] == ["create_unit", "change_unit"]


def test_branches(desk: Desk) -> None:
    assert [(row["code"], row["opens"]) for row in desk("branch", "list", "dmzj")] == [("N1", "08:30")]
    (changed,) = desk("branch", "edit", "N1", "--name", "西门支局", "--staff-count", "5")
    assert (changed["name"], changed["staff_count"], changed["opens"]) == ("西门支局", 5, "08:30")
    assert [desk("branch", verb, "N1")[0]["status"] for verb in ("close", "open")] == ["closed", "open"]
    assert "code_taken" in desk.refused("branch", "add", "N1", "--name", "x", "--unit", "东市")
    assert "bad_request" in desk.refused("branch", "edit", "N1", "--opens", "8点")
    assert desk.logged()[-1] == "change_branch"


def test_people(desk: Desk) -> None:
    assert [row["login"] for row in desk("person", "list", "lin")] == ["lin"]
    (changed,) = desk("person", "edit", "lin", "--name", "林一", "--home", "东市", "--login", "lin2")
    assert (changed["name"], changed["home_name"], changed["login"]) == ("林一", "东市", "lin2")
    assert [desk("person", verb, "lin2")[0]["active"] for verb in ("deactivate", "activate")] == [False, True]
    assert "last_admin" in desk.refused("person", "deactivate", "admin")
    assert "login_taken" in desk.refused("person", "edit", "lin2", "--login", "admin")
    assert desk.logged()[-1] == "change_person"


def test_roles_are_given_and_withdrawn(desk: Desk) -> None:
    def held(rows: list[Row]) -> list[tuple[str, str]]:
        return [(grant["role"], grant["name"]) for grant in rows[0]["grants"]]

    given = desk("person", "grant", "lin", "manager@N1", "supervisor@总部")
    assert held(given) == [("inspector", "东市"), ("manager", "东门支局"), ("supervisor", "总部")]
    assert held(desk("person", "revoke", "lin", "inspector@东市", "supervisor@总部")) == [("manager", "东门支局")]
    assert "last_admin" in desk.refused("person", "revoke", "admin", "admin@总部")
    assert desk.logged()[-1] == "set_grants"


def test_a_password_is_reset_to_a_first_one(desk: Desk) -> None:
    (told,) = desk("person", "reset", "lin")
    assert (told["login"], len(told["password"])) == ("lin", 14)
    assert desk("person", "list", "lin")[0]["account"] == "first"
    assert "called nobody" in desk.refused("person", "reset", "nobody")


def test_devices(desk: Desk) -> None:
    with sqlite3.connect(desk.folder / "xunfang.sqlite3") as database:
        (person,) = database.execute("SELECT person FROM account WHERE login = 'lin'").fetchone()
        device = "INSERT INTO device (person, name, created_at, seen_at, settled) VALUES (?, 'x', 1, 1, 0)"
        number = database.execute(device, (person,)).lastrowid
        session = "INSERT INTO session (token_hash, person, device, created_at, seen_at, expires_at) "
        database.execute(f"{session} VALUES ('x', ?, ?, 1, 1, 9999999999999)", (person, number))
    database.close()
    assert [row["state"] for row in desk("device", "list", "lin")] == ["signed_in"]
    for act, state in (("sign-out", "signed_out"), ("revoke", "revoked")):
        desk("device", act, str(number))
        assert [row["state"] for row in desk("device", "list")] == [state]
    assert "not_found" in desk.refused("device", "revoke", "99")


def every_help(parser: argparse.ArgumentParser) -> Iterator[str]:
    yield parser.format_help()
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for inner in action.choices.values():
                yield from every_help(inner)


@pytest.mark.parametrize(
    ("language", "words"), [("zh_CN.UTF-8", "停用"), ("en_US.UTF-8", "sign out"), ("", "sign out")]
)
def test_help_is_in_the_language_of_the_terminal(language: str, words: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        cli.run(["person", "--help"], {"LANG": language})
    assert left.value.code == 0
    assert words in capsys.readouterr().out


def test_every_command_has_help_in_both_languages() -> None:
    chinese, english = (list(every_help(parser_of_all(chinese=one))) for one in (True, False))
    assert len(chinese) == len(english) > 30
    assert all(one != other for one, other in zip(chinese, english, strict=True))
