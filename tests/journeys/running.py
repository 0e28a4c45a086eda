"""The real server in a process of its own, over a copy of the demo's data."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx

START_S = 240.0
STOP_S = 20.0


class Server:
    """`xunfang serve` on a free port. `folder` keeps its data and what it said."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.home: Path | None = None
        """Where the code is taken from; None: from here."""
        self.url = f"http://127.0.0.1:{_free_port()}"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def start(self) -> None:
        """Returns once the server answers; the demo is seeded by then."""
        said = (self.folder / "server.log").open("ab")
        self._process = subprocess.Popen(
            self._command("serve"), env=self._environment(), stdout=said, stderr=subprocess.STDOUT, cwd=self.home
        )
        said.close()
        deadline = time.monotonic() + START_S
        while not self._answers():
            assert self._process.poll() is None, f"The server did not start:\n{self.said()}"
            assert time.monotonic() < deadline, f"The server did not answer in time:\n{self.said()}"
            time.sleep(0.1)

    def stop(self) -> None:
        if self._process is None:
            return
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            raise AssertionError("The server did not end on SIGTERM") from None
        finally:
            self._process = None

    def xunfang(self, *words: str | Path) -> str:
        """Carry out one command on its data; returns what it said."""
        done = subprocess.run(
            self._command(*words), env=self._environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        assert done.returncode == 0, done.stdout
        return done.stdout

    def _command(self, *words: str | Path) -> list[str | Path]:
        return [sys.executable, "-m", "server.cli", *words]

    def _environment(self) -> dict[str, str]:
        port = self.url.rpartition(":")[2]
        return {**os.environ, "XUNFANG_DATA": str(self.data), "XUNFANG_DEMO": "1", "XUNFANG_PORT": port}

    def said(self) -> str:
        return (self.folder / "server.log").read_text(errors="replace")[-4000:]

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self.url}/api/health", timeout=2).status_code == 200
        except httpx.TransportError:
            return False


def copy_of(template: Path, folder: Path) -> Server:
    """A server over its own copy of data that another one left."""
    shutil.copytree(template / "data", folder / "data")
    return Server(folder)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
