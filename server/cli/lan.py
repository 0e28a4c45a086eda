"""Serving a network of one's own: certificates, passwords nobody knows yet, a page that helps, a code to scan."""

import asyncio
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import qrcode

from server import operating
from server.cli.asking import Stop, say
from server.demo.people import ACCOUNTS
from server.lan.addresses import found_here
from server.lan.authority import certify, fingerprint, in_der
from server.lan.helping import help_on
from server.serving import Tls
from server.settings import Settings


def folder_of(settings: Settings) -> Path:
    return settings.data / "lan"


def passwords_file(settings: Settings) -> Path:
    """The demo's generated passwords, for the owner of the data alone."""
    return folder_of(settings) / "passwords.txt"


@contextmanager
def on_this_network(settings: Settings) -> Iterator[Tls]:
    """Certificates for where the server is found now, and the page that helps, while it is served."""
    found = found_here()
    kept = certify(folder_of(settings), found, datetime.now(UTC))
    hosts = [*(address for address in found.addresses if not _own(address)), *found.names[1:]] or ["localhost"]
    app = [f"https://{_in_url(host)}:{settings.port}" for host in hosts]
    try:
        helping = help_on(settings.host, settings.port + 1, app, fingerprint(kept), in_der(kept))
    except OSError as error:
        raise Stop(
            f"帮助页的端口 {settings.port + 1} 用不了：{error.strerror}",
            f"The port {settings.port + 1} of the help page cannot be had: {error.strerror}",
        ) from error
    try:
        _tell(app, f"http://{_in_url(hosts[0])}:{settings.port + 1}", fingerprint(kept))
        yield kept.server, kept.server_key
    finally:
        helping.shutdown()
        helping.server_close()


def lock_the_demo(settings: Settings) -> None:
    """Passwords of one's own for the demo's people, once: what everybody knows must not be open to a network."""
    file = passwords_file(settings)
    if file.is_file():
        return
    chosen = {login: secrets.token_urlsafe(9) for login in ACCOUNTS}
    asyncio.run(operating.replace_passwords(settings, chosen))
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    beside = file.with_suffix(".part")
    beside.unlink(missing_ok=True)
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as written:
        written.writelines(f"{login} {password}\n" for login, password in chosen.items())
    beside.replace(file)
    say("演示账号和密码（只显示这一次）：", "The demo's logins and passwords (shown only once):")
    for login, password in chosen.items():
        print(f"  {login:<12}{password}")


def _tell(app: list[str], help_page: str, mark: str) -> None:
    say(f"手机先扫这个码装证书：{help_page}", f"Phones scan this first, to trust the certificate: {help_page}")
    code = qrcode.QRCode(border=2)
    code.add_data(help_page)
    code.print_ascii(invert=True)
    say(f"证书指纹 SHA-256：{mark}", f"Certificate fingerprint, SHA-256: {mark}")
    say(f"然后打开：{'  '.join(app)}", f"Then open: {'  '.join(app)}")


def _own(address: str) -> bool:
    return address in ("127.0.0.1", "::1")


def _in_url(host: str) -> str:
    return f"[{host}]" if ":" in host else host
