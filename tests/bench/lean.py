"""A client that costs next to nothing: prepared bytes over one kept connection, so that only the server is measured."""

import json
import select
import socket
import time
from typing import Any
from urllib.parse import urlsplit


class Reply(Exception):
    """The server answered with something else than success."""


class Lean:
    """One kept connection. What is sent is made beforehand by `prepare`."""

    def __init__(self, url: str, headers: dict[str, str] | None = None) -> None:
        self.host = urlsplit(url).netloc
        self.headers = {"Host": self.host, "Content-Type": "application/json", **(headers or {})}
        self._socket = self._connected()
        self.received = 0

    def _connected(self) -> socket.socket:
        name, _, port = self.host.partition(":")
        made = socket.create_connection((name, int(port)), timeout=120)
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return made

    def wake(self) -> None:
        """Connect anew if the server has hung up meanwhile, as servers do with those who keep silent."""
        if select.select([self._socket], [], [], 0)[0]:
            self._socket.close()
            self._socket = self._connected()

    def prepare(self, method: str, path: str, body: bytes | Any = b"", **headers: str) -> bytes:
        """The whole request; a body that is no bytes is sent as JSON."""
        content = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
        lines = [f"{method} {path} HTTP/1.1"]
        lines += [f"{name}: {value}" for name, value in (self.headers | headers).items()]
        return "\r\n".join([*lines, f"Content-Length: {len(content)}", "", ""]).encode() + content

    def exchange(self, request: bytes) -> bytes:
        """The body of the answer as it came. Raises Reply unless the status is a success."""
        self.wake()
        self._socket.sendall(request)
        head, rest = self._head()
        fields = dict(row.lower().split(b": ", 1) for row in head.split(b"\r\n")[1:])
        body = (
            self._chunks(rest) if b"transfer-encoding" in fields else self._upto(rest, int(fields[b"content-length"]))
        )
        self.received = len(head) + 4 + len(body)
        if not head.split(b" ", 2)[1].startswith(b"2"):
            raise Reply(f"{head.splitlines()[0].decode()} {body[:400].decode(errors='replace')}")
        return body

    def timed(self, *requests: bytes) -> tuple[float, bytes]:
        """Milliseconds of some exchanges one after another, and the last answer."""
        body = b""
        begun = time.perf_counter()
        for request in requests:
            body = self.exchange(request)
        return (time.perf_counter() - begun) * 1000, body

    def call(self, method: str, path: str, body: bytes | Any = b"", **headers: str) -> Any:
        """Prepare, exchange and read, where nobody looks at the clock."""
        return json.loads(self.exchange(self.prepare(method, path, body, **headers)) or b"null")

    def close(self) -> None:
        self._socket.close()

    def _head(self) -> tuple[bytes, bytes]:
        data = self._socket.recv(65536)
        while b"\r\n\r\n" not in data:
            data += self._more()
        head, _, rest = data.partition(b"\r\n\r\n")
        return head, rest

    def _upto(self, have: bytes, length: int) -> bytes:
        parts, size = [have], len(have)
        while size < length:
            part = self._more()
            parts.append(part)
            size += len(part)
        return b"".join(parts)

    def _chunks(self, data: bytes) -> bytes:
        whole = b""
        while True:
            while b"\r\n" not in data:
                data += self._more()
            size, _, data = data.partition(b"\r\n")
            length = int(size, 16)
            data = self._upto(data, length + 2)
            whole, data = whole + data[:length], data[length + 2 :]
            if length == 0:
                return whole

    def _more(self) -> bytes:
        part = self._socket.recv(262144)
        if not part:
            raise Reply("the server hung up")
        return part
