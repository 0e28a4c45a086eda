"""The one page over plain HTTP: how a phone comes to trust this server and to keep the app. It gives nothing else."""

import threading
from collections.abc import Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from string import Template

from server.lan.page import PAGE
from server.problems import prefers_chinese

CERTIFICATE = "/xunfang.crt"
PATIENCE_S = 10


def page(addresses: Sequence[str], fingerprint: str, *, chinese: bool) -> str:
    """The page, with the language of the reader first; ``addresses`` are those of the app."""
    links = "".join(f'<p class="go"><a href="{address}">{address}</a></p>' for address in addresses)
    return Template(PAGE).substitute(
        first="zh" if chinese else "en", links=links, fingerprint=fingerprint, certificate=CERTIFICATE
    )


def help_on(
    host: str, port: int, addresses: Sequence[str], fingerprint: str, certificate: bytes
) -> ThreadingHTTPServer:
    """Serve the page until ``shutdown``. Raises OSError where the port cannot be had."""

    class Handler(BaseHTTPRequestHandler):
        timeout = PATIENCE_S

        def do_GET(self) -> None:  # the name of the library
            path = self.path.partition("?")[0]
            if path == "/":
                chinese = prefers_chinese(self.headers.get("Accept-Language", "zh"))
                self._say(200, "text/html; charset=utf-8", page(addresses, fingerprint, chinese=chinese).encode())
            elif path == CERTIFICATE:
                self._say(200, "application/x-x509-ca-cert", certificate)
            else:
                self._say(404, "text/plain", b"")

        def _say(self, status: int, media_type: str, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", media_type)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Cache-Control", "no-store")
            self.send_header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
            self.send_header("X-Content-Type-Options", "nosniff")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the name of the library
            """Nothing: this page says nothing about anybody."""

        def version_string(self) -> str:
            return "xunfang"

    server = ThreadingHTTPServer((host, port), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server
