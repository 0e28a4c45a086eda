"""Where the tests put whole pictures: a folder, or an S3 that runs in a thread; both can be lost and found again."""

from pathlib import Path
from typing import Protocol
from uuid import uuid4

import httpx
import pytest
from moto.server import ThreadedMotoServer


class Place(Protocol):
    """A store. `url` is what the setting says of it."""

    url: str

    def lose(self) -> None: ...

    def find(self) -> None: ...

    def files(self) -> list[str]: ...

    def spoil(self, key: str, data: bytes | None) -> None:
        """Something else lies there now, or nothing."""

    def leave(self) -> None: ...


class Folder:
    """A folder that may be unmounted."""

    def __init__(self, at: Path) -> None:
        self.at, self.away = at, at.with_name("away")
        self.url = at.as_uri()

    def lose(self) -> None:
        self.at.rename(self.away)

    def find(self) -> None:
        self.away.rename(self.at)

    def files(self) -> list[str]:
        return sorted(str(path.relative_to(self.at)) for path in self.at.rglob("*") if path.is_file())

    def spoil(self, key: str, data: bytes | None) -> None:
        path = self.at / key
        if data is None:
            path.unlink()
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)

    def leave(self) -> None:
        pass


class Bucket:
    """A bucket of its own in an S3 that can be stopped; what is in it stays."""

    def __init__(self, environment: pytest.MonkeyPatch) -> None:
        self._port, self.name = 0, f"photos-{uuid4().hex[:8]}"
        self.find()
        environment.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{self._port}")
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            environment.setenv(name, "x")
        environment.setenv("AWS_REGION", "us-east-1")
        self.url = f"s3://{self.name}/of/xunfang"
        self._ask("PUT", "").raise_for_status()

    def lose(self) -> None:
        self._server.stop()

    def find(self) -> None:
        self._server = ThreadedMotoServer("127.0.0.1", self._port, verbose=False)
        self._server.start()
        self._port = self._server.get_host_and_port()[1]

    def files(self) -> list[str]:
        listing = self._ask("GET", "?list-type=2").text
        keys = [part.partition("</Key>")[0] for part in listing.split("<Key>")[1:]]
        return sorted(key.removeprefix("of/xunfang/") for key in keys)

    def spoil(self, key: str, data: bytes | None) -> None:
        self._ask("DELETE" if data is None else "PUT", f"/of/xunfang/{key}", data)

    def leave(self) -> None:
        self._server.stop()

    def _ask(self, method: str, what: str, data: bytes | None = None) -> httpx.Response:
        signed = {"Authorization": "AWS4-HMAC-SHA256 Credential=x/20261101/us-east-1/s3/aws4_request, Signature=x"}
        url = f"http://127.0.0.1:{self._port}/{self.name}{what}"
        return httpx.request(method, url, content=data, headers=signed)
