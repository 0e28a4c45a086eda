"""A disk without room, or that takes nothing: refused in words of the catalogue, nothing lost, and it passes."""

import asyncio
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.server.kills import disks, lives, troubles
from tests.server.kills.cluster import ask
from tests.server.kills.housing import ROOT, Server
from tests.server.kills.places import Places

FULL = (
    "CREATE OR REPLACE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    "RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = 'disk_full'; END $$",
    "CREATE TRIGGER no_room BEFORE INSERT OR UPDATE ON log EXECUTE FUNCTION no_room()",
)


def told(server: Server, trouble: str) -> lives.Trouble:
    """The server believes its disk is so while a file says it."""
    flag = server.data.parent / trouble
    server.plugins = [("tests.server.kills.troubles", str(server.data.parent))]

    async def begin() -> None:
        flag.touch()

    async def end() -> None:
        flag.unlink()

    return lives.Trouble(begin, end)


def test_full_as_it_is_told(places: Places) -> None:
    with places.server("sqlite") as server:
        seen = asyncio.run(lives.of_disk(server, 4, told(server, troubles.FULL), "storage_full"))
    assert seen["answered storage_full"] > 0


def test_a_refusal_that_is_forgotten_is_caught(places: Places) -> None:
    with places.server("sqlite") as server:
        trouble = told(server, troubles.FULL)
        server.plugins = [*server.plugins, ("tests.server.kills.mutants", "full disk forgotten")]
        with pytest.raises(ExceptionGroup) as caught:
            asyncio.run(lives.of_disk(server, 4, trouble, "storage_full"))
    assert caught.group_contains(AssertionError)


def test_full_as_it_is(places: Places, tmp_path: Path) -> None:
    """Where this process may mount a disk of its own it is a real one."""
    with places.server("sqlite") as server, disks.small_disk(tmp_path / "disk") as disk:
        server.data = Path(shutil.copytree(server.data, disk.folder / "data"))
        if disk.plugins:
            server.plugins = [("tests.server.kills.troubles", str(disk.folder))]
        trouble = lives.Trouble(lambda: asyncio.to_thread(disk.fill), lambda: asyncio.to_thread(disk.free))
        try:
            seen = asyncio.run(lives.of_disk(server, 5, trouble, "storage_full"))
        finally:
            server.end()
    assert seen["answered storage_full"] > 0


def test_the_database_server_is_full(places: Places) -> None:
    with places.server("postgresql") as server:
        url = server.database_url or ""

        async def begin() -> None:
            for statement in FULL:
                await ask(url, statement)

        async def end() -> None:
            await ask(url, "DROP TRIGGER no_room ON log")

        seen = asyncio.run(lives.of_disk(server, 6, lives.Trouble(begin, end, uploads=False), "storage_full"))
    assert seen["answered storage_full"] > 0


def test_read_only_all_of_a_sudden(places: Places) -> None:
    with places.server("sqlite") as server:
        seen = asyncio.run(lives.of_disk(server, 7, told(server, troubles.READ_ONLY), "unavailable"))
    assert seen["answered unavailable"] > 0


@pytest.mark.parametrize("command", ["serve", "init", "demo"])
def test_nothing_begins_where_nothing_can_be_written(tmp_path: Path, command: str) -> None:
    """A file where the folder should be stands for every disk that takes nothing, whoever runs the test."""
    (tmp_path / "disk").touch()
    environment = {"XUNFANG_DATA": str(tmp_path / "disk" / "data"), "PATH": ""}
    program = [sys.executable, "-m", "server.cli", command]
    done = subprocess.run(program, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    assert done.returncode == 1
    assert "The data cannot be used" in done.stderr
    assert "Traceback" not in done.stderr
