"""The command that serves."""

import argparse
import asyncio
import errno
import socket
from contextlib import nullcontext
from pathlib import Path

from server import operating
from server.app import create_app
from server.cli import lan
from server.cli.asking import Stop, must_be_initialised, say, tell_demo_accounts
from server.database.lock import sole_holder
from server.serving import Tls, listening_socket, serve, serve_many
from server.settings import Settings
from server.web import FOLDER

SOURCES = Path(__file__).parents[2] / "pwa" / "src"


def serve_until_stopped(settings: Settings, wanted: argparse.Namespace) -> None:
    """Serve; with ``XUNFANG_DEMO=1`` an empty database is filled first."""
    if wanted.workers > 1 and not settings.is_postgresql:
        raise Stop(
            "内置数据库只有一个写入者，只能用一个进程。要用多个进程，请改用 PostgreSQL（XUNFANG_DATABASE_URL）。",
            "The embedded database has one writer, so one process serves it. "
            "For several, use PostgreSQL (XUNFANG_DATABASE_URL).",
        )
    with sole_holder(settings.data), _listener(settings) as listener:
        if not settings.demo:
            must_be_initialised(settings)
        elif asyncio.run(operating.fill_with_demo(settings)):
            say("已放入演示数据。", "The demo data is in.")
        if settings.demo and settings.lan:
            lan.lock_the_demo(settings)
        _warn_of_old_client()
        with lan.on_this_network(settings) if settings.lan else nullcontext() as tls:
            served = _served(settings, wanted.workers, listener, tls)
        if not served:
            raise Stop("服务器没有启动，原因见上。", "The server did not start; the reason is above.")


def _served(settings: Settings, workers: int, listener: socket.socket, tls: Tls | None) -> bool:
    def started() -> None:
        _tell_address(settings)

    if workers > 1:
        return serve_many(workers, settings, listener, started, tls)
    return serve(create_app(settings), settings, listener, started, tls)


def _listener(settings: Settings) -> socket.socket:
    try:
        return listening_socket(settings.host, settings.port)
    except OSError as error:
        where = f"{settings.host}:{settings.port}"
        if error.errno == errno.EADDRINUSE:
            raise Stop(
                f"端口 {settings.port} 已被占用。换一个：PORT=8080",
                f"Port {settings.port} is taken. Try another: PORT=8080",
            ) from error
        raise Stop(f"无法在 {where} 监听：{error.strerror}", f"Cannot listen on {where}: {error.strerror}") from error


def _tell_address(settings: Settings) -> None:
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(settings.host, settings.host)  # noqa: S104  shown, not bound
    address = f"{'https' if settings.lan else 'http'}://{host}:{settings.port}"
    say(f"巡访已启动：{address}", f"Xunfang is running: {address}")
    if settings.demo and lan.passwords_file(settings).is_file():
        file = lan.passwords_file(settings)
        say(f"演示账号的密码在 {file}", f"The passwords of the demo's logins are in {file}")
    elif settings.demo:
        tell_demo_accounts()
    say("停止：Ctrl+C", "Stop: Ctrl+C")


def _warn_of_old_client() -> None:
    """From a checkout the built client may be missing or older than its sources."""
    index = FOLDER / "index.html"
    if not index.is_file():
        say("注意：客户端还没有构建，运行 make build。", "Note: the client is not built; run make build.")
    elif SOURCES.is_dir() and any(path.stat().st_mtime > index.stat().st_mtime for path in SOURCES.rglob("*.ts*")):
        say("注意：客户端比源代码旧，运行 make build。", "Note: the client is older than its sources; run make build.")
