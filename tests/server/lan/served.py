"""`xunfang serve` over HTTPS in a process of its own, and clients that trust its authority alone."""

import os
import signal
import socket
import ssl
import subprocess
import sys
import time
from pathlib import Path

import httpx

START_S = 240.0
"""To end what hangs; the demo is laid out in this time."""


class Served:
    """The server in a process of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = _two_free_ports()
        self._log = folder / "server.log"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("XUNFANG_")},
            "XUNFANG_DATA": str(self.folder / "data"),
            "XUNFANG_DEMO": "1",
            "XUNFANG_LAN": "1",
            "XUNFANG_PORT": str(self.port),
        }
        with self._log.open("ab") as said:
            command = [sys.executable, "-m", "server.cli", "serve"]
            self._process = subprocess.Popen(command, env=environment, stdout=said, stderr=subprocess.STDOUT)
        deadline = time.monotonic() + START_S
        while not self._answers():
            assert self._process.poll() is None, self.said()
            assert time.monotonic() < deadline, self.said()
            time.sleep(0.1)

    def stop(self) -> None:
        if self._process is not None:
            self._process.send_signal(signal.SIGTERM)
            self._process.wait(30)
            self._process = None

    def said(self) -> str:
        return self._log.read_text()

    @property
    def authority(self) -> Path:
        return self.folder / "data/lan/authority.crt"

    def client(self, host: str = "localhost") -> httpx.Client:
        """A phone that trusts the authority and nobody else."""
        trusting = ssl.create_default_context(cafile=str(self.authority))
        return httpx.Client(base_url=f"https://{host}:{self.port}", verify=trusting, timeout=60)

    def passwords(self) -> dict[str, str]:
        """What was generated, by login."""
        lines = (self.folder / "data/lan/passwords.txt").read_text().splitlines()
        return dict(line.split() for line in lines)

    def _answers(self) -> bool:
        try:
            with self.client() as client:
                return client.get("/api/health").status_code == 200
        except (httpx.TransportError, OSError):
            return False


def _two_free_ports() -> int:
    while True:
        with socket.socket() as first, socket.socket() as second:
            first.bind(("0.0.0.0", 0))
            port: int = first.getsockname()[1]
            try:
                second.bind(("0.0.0.0", port + 1))
            except (OSError, OverflowError):
                continue
            return port
