"""The command line: what it does, what it refuses, and how it ends."""

import contextlib
import io
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from server import cli
from server.database.lock import sole_holder
from tests.server.databases import PostgreSQL

Xunfang = Callable[..., int]
PATIENCE_S = 90
"""A busy machine may need so long for what is done in a second."""


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def surroundings(data: Path, database: str, request: pytest.FixtureRequest) -> Iterator[dict[str, str]]:
    """The environment of a command: a data folder of its own, and an empty database."""
    variables = {"XUNFANG_DATA": str(data), "XUNFANG_LOG_LEVEL": "WARNING"}
    if database == "sqlite":
        yield variables
        return
    server: PostgreSQL = request.getfixturevalue("postgres")
    with server.empty() as url:
        yield {**variables, "XUNFANG_DATABASE_URL": url}


@pytest.fixture
def xunfang(surroundings: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Xunfang:
    """Runs one command, with nobody at the keyboard."""

    def command(*arguments: str, typed: str = "", **environment: str) -> int:
        monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
        return cli.run(arguments, {**surroundings, **environment})

    return command


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def server(xunfang: Xunfang, surroundings: dict[str, str], port: int) -> Iterator[subprocess.Popen[str]]:
    """A real server process on an initialised folder, ready to answer."""
    assert xunfang("init", "--password-stdin", typed="long enough\n") == 0
    with serving(surroundings, port) as process:
        yield process


@contextmanager
def serving(surroundings: dict[str, str], port: int, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    environment = {**os.environ, **surroundings, "PORT": str(port)}
    command = [sys.executable, "-m", "server.cli", "serve", *arguments]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        wait_until_it_answers(port)
        yield process
    finally:
        if process.poll() is None:
            process.terminate()  # not killed: its workers would stay
        process.communicate(timeout=PATIENCE_S)


def wait_until_it_answers(port: int) -> None:
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        try:
            assert httpx.get(f"http://127.0.0.1:{port}/api/health", timeout=PATIENCE_S).status_code == 200
        except httpx.TransportError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("the server did not start")


def test_init_makes_a_first_administrator_and_shows_the_password_once(xunfang: Xunfang, data: Path, capsys) -> None:
    assert xunfang("init") == 0
    said = capsys.readouterr().out
    (password,) = set(re.findall(r"Password: (\S+)", said))
    assert len(password) >= 12
    assert xunfang("init") == 1
    assert password not in capsys.readouterr().out


def test_a_chosen_password_is_not_repeated(xunfang: Xunfang, capsys) -> None:
    assert xunfang("init", "--password-stdin", typed="long enough\n") == 0
    assert "long enough" not in capsys.readouterr().out


def test_a_short_password_is_refused_before_anything_is_made(xunfang: Xunfang, data: Path, capsys) -> None:
    assert xunfang("init", "--password-stdin", typed="short\n") == 1
    assert "8" in capsys.readouterr().err
    assert not (data / "xunfang.sqlite3").exists()


def test_people_and_their_passwords(xunfang: Xunfang, capsys) -> None:
    xunfang("init", "--unit", "总部")
    assert xunfang("person", "add", "lin", "--name", "林", "--home", "总部", "--role", "inspector@总部") == 0
    assert xunfang("person", "add", "LIN", "--name", "林", "--home", "总部") == 1
    assert "taken" in capsys.readouterr().err
    assert xunfang("person", "add", "wang", "--name", "王", "--home", "nowhere") == 1
    assert "nowhere" in capsys.readouterr().err
    assert xunfang("person", "password", "lin", "--password-stdin", typed="another one\n") == 0
    assert xunfang("person", "password", "nobody", "--password-stdin", typed="another one\n") == 1


@pytest.mark.parametrize(
    "wrong",
    [
        (),
        ("nonsense",),
        ("serve", "--port", "http"),
        ("serve", "--port", "0"),
        ("person", "add", "x", "--name", "x", "--home", "y", "--role", "king@y"),
        ("person", "add", "x", "--name", "x", "--home", "y", "--role", "inspector"),
    ],
)
def test_wrong_usage_is_two(xunfang: Xunfang, wrong: tuple[str, ...]) -> None:
    with pytest.raises(SystemExit) as left:
        xunfang(*wrong)
    assert left.value.code == 2


@pytest.mark.parametrize("command", [("serve",), ("migrate",), ("person", "password", "lin")])
def test_without_a_database_it_says_what_to_do_first(xunfang: Xunfang, port: int, capsys, command) -> None:
    assert xunfang(*command, PORT=str(port)) == 1
    assert "xunfang init" in capsys.readouterr().err


def test_a_wrong_environment_is_a_sentence(xunfang: Xunfang, capsys) -> None:
    assert xunfang("serve", PORT="http") == 1
    assert "port" in capsys.readouterr().err


def test_a_port_that_is_taken(xunfang: Xunfang, port: int, capsys) -> None:
    xunfang("init")
    with socket.create_server(("127.0.0.1", port)):
        assert xunfang("serve", PORT=str(port)) == 1
    assert f"Port {port} is taken" in capsys.readouterr().err


def test_a_host_that_is_not_ours(xunfang: Xunfang, port: int, capsys) -> None:
    assert xunfang("serve", "--host", "203.0.113.1", PORT=str(port)) == 1
    assert "Cannot listen" in capsys.readouterr().err


def test_a_folder_that_cannot_be_made(xunfang: Xunfang, data: Path, capsys) -> None:
    data.write_text("a file stands here")
    assert xunfang("init") == 1
    assert str(data) in capsys.readouterr().err


@pytest.mark.parametrize("database", ["sqlite"])
def test_a_file_that_is_no_database(xunfang: Xunfang, data: Path, capsys) -> None:
    data.mkdir()
    (data / "xunfang.sqlite3").write_bytes(b"not a database " * 100)
    assert xunfang("migrate") == 1
    assert "not a database" in capsys.readouterr().err


def test_reset_asks_and_clears_only_what_the_server_wrote(xunfang: Xunfang, data: Path, capsys, monkeypatch) -> None:
    xunfang("init")
    (data / "photos").mkdir(exist_ok=True)
    (data / "photos" / "one").write_text("picture")
    (data / "notes.txt").write_text("the operator's own")
    assert xunfang("reset", typed="no\n") == 1
    assert xunfang("reset", typed="") == 1
    assert (data / "photos" / "one").exists()
    assert xunfang("reset", typed="yes\n") == 0
    assert {path.name for path in data.iterdir()} == {"notes.txt", "xunfang.lock"}
    assert xunfang("reset") == 0
    assert "nothing to clear" in capsys.readouterr().out
    assert xunfang("init") == 0
    assert xunfang("reset", "--yes") == 0


@pytest.mark.parametrize("command", [("serve",), ("reset", "--yes"), ("migrate",), ("init",), ("demo",)])
def test_one_server_a_folder(xunfang: Xunfang, data: Path, port: int, capsys, command) -> None:
    xunfang("init")
    with sole_holder(data):
        assert xunfang(*command, PORT=str(port)) == 1
    assert "Another server" in capsys.readouterr().err
    assert xunfang("init") == 1
    assert "there already" in capsys.readouterr().err


def test_it_serves_signs_in_and_stops(server: subprocess.Popen[str], port: int) -> None:
    address = f"http://127.0.0.1:{port}"
    known = {"login": "admin", "password": "long enough"}
    signed_in = httpx.post(f"{address}/api/session", json=known, timeout=PATIENCE_S)
    assert signed_in.status_code == 201
    assert signed_in.json()["person"]["roles"] == ["admin"]
    assert "server" not in signed_in.headers
    wrong = httpx.post(f"{address}/api/session", content=b"x" * 10_000_000, timeout=PATIENCE_S)
    assert (wrong.status_code, wrong.json()["code"]) == (413, "too_large")
    server.send_signal(signal.SIGTERM)
    said, _ = server.communicate(timeout=PATIENCE_S)
    assert f"Xunfang is running: {address}" in said
    assert f"巡访已启动：{address}" in said


def test_a_proxy_with_tls_makes_the_cookie_secure(server: subprocess.Popen[str], port: int) -> None:
    reply = httpx.post(
        f"http://127.0.0.1:{port}/api/session",
        json={"login": "admin", "password": "long enough"},
        headers={"x-forwarded-proto": "https", "origin": f"https://127.0.0.1:{port}"},
        timeout=PATIENCE_S,
    )
    assert reply.status_code == 201
    assert "Secure" in reply.headers["set-cookie"]


def test_a_request_in_flight_does_not_keep_it_alive(server: subprocess.Popen[str], port: int) -> None:
    with socket.create_connection(("127.0.0.1", port)) as half:
        half.sendall(b"POST /api/session HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{")
        time.sleep(0.2)
        server.send_signal(signal.SIGTERM)
        server.communicate(timeout=PATIENCE_S)


@pytest.mark.parametrize("database", ["sqlite"])
def test_several_workers_need_postgresql(xunfang: Xunfang, port: int, capsys) -> None:
    xunfang("init")
    assert xunfang("serve", "--workers", "2", PORT=str(port)) == 1
    said = capsys.readouterr().err
    assert "one writer" in said
    assert "XUNFANG_DATABASE_URL" in said


@pytest.mark.parametrize("database", ["postgresql"])
def test_several_workers_and_one_of_them_killed(
    xunfang: Xunfang, surroundings: dict[str, str], port: int, postgres: PostgreSQL
) -> None:
    assert xunfang("init", "--password-stdin", typed="long enough\n") == 0
    with serving(surroundings, port, "--workers", "2") as process:
        before = children(process.pid)
        assert len(before) == 2
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE_S) as browser:
            signed = browser.post("/api/session", json={"login": "admin", "password": "long enough"})
            assert signed.status_code == 201
            os.kill(before[0], signal.SIGKILL)
            until = time.monotonic() + PATIENCE_S
            while len(after := children(process.pid)) < 2 or before[0] in after:
                assert time.monotonic() < until
                time.sleep(0.1)
        for _ in range(10):  # whichever worker answers knows the session
            reply = httpx.get(f"http://127.0.0.1:{port}/api/session", cookies=browser.cookies, timeout=PATIENCE_S)
            assert reply.status_code == 200
    assert children(process.pid) == []


def children(parent: int) -> list[int]:
    """The worker processes of a server."""
    found = []
    for folder in Path("/proc").iterdir():
        with contextlib.suppress(OSError, ValueError):
            pid = int(folder.name)
            status = (folder / "stat").read_text().rpartition(")")[2].split()
            command = (folder / "cmdline").read_bytes()
            if int(status[1]) == parent and status[0] != "Z" and b"spawn_main" in command:
                found.append(pid)
    return found


def test_a_password_in_an_address_is_not_shown(xunfang: Xunfang, capsys) -> None:
    assert xunfang("serve", XUNFANG_DATABASE_URL="postgresql://me:secret@127.0.0.1:9/none") == 1
    assert "secret" not in capsys.readouterr().err


def test_backup_reset_and_restore(xunfang: Xunfang, tmp_path: Path, capsys) -> None:
    folder = str(tmp_path / "backup")
    assert xunfang("backup", folder) == 1
    assert "xunfang init" in capsys.readouterr().err
    xunfang("init", "--login", "chief")
    assert xunfang("backup", folder) == 0
    assert "0 pictures" in capsys.readouterr().out
    assert xunfang("restore", folder) == 1
    assert "empty" in capsys.readouterr().err
    assert xunfang("reset", "--yes") == 0
    assert xunfang("restore", folder) == 0
    assert xunfang("person", "password", "chief", "--password-stdin", typed="another one\n") == 0
    assert xunfang("restore", str(tmp_path / "nothing")) == 1
    assert "no finished backup" in capsys.readouterr().err


@pytest.mark.parametrize("database", ["sqlite"])
def test_move(xunfang: Xunfang, data: Path, postgres: PostgreSQL, capsys) -> None:
    xunfang("init", "--login", "chief")
    with postgres.empty() as url:
        assert xunfang("move", "--to", "sqlite:///elsewhere") == 1
        with sole_holder(data):
            assert xunfang("move", "--to", url) == 1
        capsys.readouterr()
        assert xunfang("move", "--to", url) == 0
        lines = [line.split() for line in capsys.readouterr().out.splitlines() if " = " in line]
        assert {"account", "clock", "log", "standard"} <= {line[0] for line in lines}
        assert all(line[1:3] == line[4:6] for line in lines)
        moved = {"XUNFANG_DATABASE_URL": url}
        assert xunfang("person", "password", "chief", "--password-stdin", typed="another one\n", **moved) == 0
        assert xunfang("move", "--to", url) == 1
        assert xunfang("move", "--to", url, **moved) == 1
