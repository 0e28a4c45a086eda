"""`xunfang …`: set up, serve, look after. Exit codes: 0 done, 1 refused with a reason, 2 wrong usage, 130 stopped."""

import argparse
import asyncio
import errno
import getpass
import os
import secrets
import socket
import sqlite3
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import get_args

import asyncpg
import msgspec

from server import VERSION, logs, operating
from server.app import create_app
from server.database.lock import FolderInUse, sole_holder
from server.database.migrations import MigrationError
from server.demo.people import ACCOUNTS
from server.demo.people import PASSWORD as DEMO_PASSWORD
from server.identity.acts import LoginTaken
from server.keeping.backup import BackupError
from server.serving import listening_socket, serve, serve_many
from server.settings import Settings, SettingsError
from server.web import FOLDER
from sync.records.places import Role

SHORTEST_PASSWORD = 8
SOURCES = Path(__file__).parent.parent / "pwa" / "src"

Work = Callable[[Settings, argparse.Namespace], None]


class Stop(Exception):
    """A reason not to go on, in both languages; exit code 1."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(f"{zh}\n{en}")


def main() -> None:
    """The console script."""
    sys.exit(run(sys.argv[1:], os.environ))


def run(arguments: Sequence[str], environment: Mapping[str, str]) -> int:
    """Carry out one command; returns the exit code. argparse leaves by SystemExit(2) on wrong usage."""
    wanted = _parser().parse_args(arguments)
    try:
        settings = Settings.from_environment(environment)
        given = {name: value for name in ("host", "port") if (value := getattr(wanted, name, None)) is not None}
        settings = msgspec.structs.replace(settings, **given)
        logs.configure(settings.log_level)
        wanted.work(settings, wanted)
    except KeyboardInterrupt:
        return 130
    except (Stop, SettingsError, MigrationError) as reason:
        print(reason, file=sys.stderr)
    except FolderInUse as folder:
        print(Stop(f"另一个服务器正在使用数据文件夹 {folder}", f"Another server is using {folder}"), file=sys.stderr)
    except BackupError as reason:
        print(Stop(f"无法完成：{reason}", f"Not done: {reason}"), file=sys.stderr)
    except (OSError, sqlite3.Error, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        print(Stop(f"无法使用数据：{error}", f"The data cannot be used: {error}"), file=sys.stderr)
    else:
        return 0
    return 1


# --- the words of the command line ---


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="xunfang", description="巡访 Xunfang")
    parser.add_argument("--version", action="version", version=f"xunfang {VERSION}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    first = _command(commands, "init", "make an empty database and its first administrator", init)
    first.add_argument("--login", default="admin")
    first.add_argument("--name", default="管理员", help="the administrator's name")
    first.add_argument("--unit", default="总部", help="the name of the topmost unit")
    _password_option(first)
    serving = _command(commands, "serve", "answer requests until stopped", serve_until_stopped)
    serving.add_argument("--host")
    serving.add_argument("--port", type=_port)
    serving.add_argument("--workers", type=_count, default=1, help="processes that answer; PostgreSQL only")
    _command(commands, "demo", "fill an empty database with the demo", demo)
    saving = _command(commands, "backup", "write database and photos into a new folder; the server may run", backup)
    saving.add_argument("folder", type=Path)
    restoring = _command(commands, "restore", "put a backup into an empty database", restore)
    restoring.add_argument("folder", type=Path)
    moving = _command(commands, "move", "copy the embedded database to PostgreSQL", move)
    moving.add_argument("--to", required=True, metavar="URL", help="postgresql://user@host/name of an empty database")
    _command(commands, "migrate", "bring the database to this version", migrate)
    clearing = _command(commands, "reset", "clear database, photos and uploads", reset)
    clearing.add_argument("--yes", action="store_true", help="do not ask")
    person = commands.add_parser("person", help="people and their passwords").add_subparsers(
        required=True, metavar="ACT"
    )
    adding = _command(person, "add", "add a person who can sign in", add_person)
    adding.add_argument("login")
    adding.add_argument("--name", required=True)
    adding.add_argument("--home", required=True, metavar="PLACE", help="a unit's name or id, a branch's code or id")
    adding.add_argument("--role", action="append", default=[], type=_role, metavar="ROLE@PLACE", dest="roles")
    _password_option(adding)
    changing = _command(person, "password", "give a person a new password; their sessions end", change_password)
    changing.add_argument("login")
    _password_option(changing)
    return parser


def _command(
    to: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, about: str, work: Work
) -> argparse.ArgumentParser:
    parser = to.add_parser(name, help=about, description=about)
    parser.set_defaults(work=work)
    return parser


def _password_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--password-stdin", action="store_true", help="read the password from standard input")


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError("must be a number from 1 to 65535")
    return int(text)


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 64:
        raise argparse.ArgumentTypeError("must be a number from 1 to 64")
    return int(text)


def _role(text: str) -> tuple[str, str]:
    role, _, place = text.partition("@")
    if role not in get_args(Role) or not place:
        raise argparse.ArgumentTypeError(f"must look like ROLE@PLACE; roles: {', '.join(get_args(Role))}")
    return role, place


# --- the commands ---


def init(settings: Settings, wanted: argparse.Namespace) -> None:
    """An empty database and its first administrator."""
    with sole_holder(settings.data):
        if asyncio.run(operating.steps_taken(settings)):
            raise Stop("数据库已经建好了。", "The database is there already.")
        password, chosen = _new_password(wanted)
        asyncio.run(
            operating.initialise(
                settings, login=wanted.login, name=wanted.name, unit_name=wanted.unit, password=password
            )
        )
    _say(f"数据库已建好：{settings.database_name}", f"The database is ready: {settings.database_name}")
    _tell_account(wanted.login, password, chosen)
    _say("启动：xunfang serve", "Start: xunfang serve")


def demo(settings: Settings, _: argparse.Namespace) -> None:
    """The demo in an empty database."""
    with sole_holder(settings.data):
        if not asyncio.run(operating.fill_with_demo(settings)):
            raise Stop("数据库里已有数据，没有改动。", "The database is not empty; nothing was changed.")
    _tell_demo_accounts()


def migrate(settings: Settings, _: argparse.Namespace) -> None:
    """The steps this database has not taken."""
    with sole_holder(settings.data):
        _must_be_initialised(settings)
        done = asyncio.run(operating.bring_up_to_date(settings))
    _say(f"完成：{'、'.join(done) or '无需改动'}", f"Done: {', '.join(done) or 'nothing to do'}")


def reset(settings: Settings, wanted: argparse.Namespace) -> None:
    """Clear what the server has written, and nothing else."""
    found = [str(path) for path in operating.written_files(settings)]
    if settings.is_postgresql and asyncio.run(operating.steps_taken(settings)):
        found.append(settings.database_name)
    if not found:
        _say("没有可清除的数据。", "There is nothing to clear.")
        return
    with sole_holder(settings.data):
        for name in found:
            print(f"  {name}")
        if not wanted.yes and not _confirmed():
            raise Stop("没有清除任何东西。", "Nothing was cleared.")
        asyncio.run(operating.clear_database(settings))
        for path in operating.written_files(settings):
            operating.remove(path)
    _say("已清除。", "Cleared.")


def add_person(settings: Settings, wanted: argparse.Namespace) -> None:
    """A person who can sign in."""
    _must_be_initialised(settings)
    password, chosen = _new_password(wanted)
    who = {"login": wanted.login, "name": wanted.name, "home": wanted.home, "roles": wanted.roles}
    try:
        asyncio.run(operating.add_person(settings, **who, password=password))
    except operating.NoSuchPlace as place:
        raise Stop(
            f"没有或不止一个叫“{place}”的机构或网点。", f"No place, or more than one, is called {place}."
        ) from place
    except LoginTaken as login:
        raise Stop(f"账号 {login} 已有人使用。", f"The login {login} is taken.") from login
    _tell_account(wanted.login, password, chosen)


def change_password(settings: Settings, wanted: argparse.Namespace) -> None:
    """A new password."""
    _must_be_initialised(settings)
    password, chosen = _new_password(wanted)
    if not asyncio.run(operating.change_password(settings, login=wanted.login, password=password)):
        raise Stop(f"没有账号 {wanted.login}。", f"There is no login {wanted.login}.")
    _tell_account(wanted.login, password, chosen)


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
            _must_be_initialised(settings)
        elif asyncio.run(operating.fill_with_demo(settings)):
            _say("已放入演示数据。", "The demo data is in.")
        _warn_of_old_client()
        if not _served(settings, wanted.workers, listener):
            raise Stop("服务器没有启动，原因见上。", "The server did not start; the reason is above.")


def _served(settings: Settings, workers: int, listener: socket.socket) -> bool:
    def started() -> None:
        _tell_address(settings)

    if workers > 1:
        return serve_many(workers, listener, started)
    return serve(create_app(settings), listener, started)


def backup(settings: Settings, wanted: argparse.Namespace) -> None:
    """Database and photos in a folder; whoever works goes on working."""
    _must_be_initialised(settings)
    sheet = asyncio.run(operating.back_up(settings, wanted.folder))
    rows = sum(table.rows for table in sheet.tables)
    _say(
        f"备份完成：{wanted.folder}（{rows} 行，{sheet.pictures} 张图片）",
        f"The backup is in {wanted.folder}: {rows} rows, {sheet.pictures} pictures",
    )


def restore(settings: Settings, wanted: argparse.Namespace) -> None:
    """A backup into an empty database."""
    with sole_holder(settings.data):
        sheet = asyncio.run(operating.restore(settings, wanted.folder))
    rows = sum(table.rows for table in sheet.tables)
    _say(
        f"已恢复到 {settings.database_name}（{rows} 行，{sheet.pictures} 张图片）。手机会重新同步。",
        f"Restored into {settings.database_name}: {rows} rows, {sheet.pictures} pictures. Phones will sync anew.",
    )


def move(settings: Settings, wanted: argparse.Namespace) -> None:
    """The embedded database to PostgreSQL; the file stays as it is."""
    target = msgspec.structs.replace(settings, database_url=wanted.to)
    if settings.is_postgresql or not target.is_postgresql:
        raise Stop("只能从内置数据库迁移到 PostgreSQL。", "A move goes from the embedded database to PostgreSQL.")
    with sole_holder(settings.data):
        _must_be_initialised(settings)
        pairs = asyncio.run(operating.move(settings, wanted.to))
    for before, after in pairs:
        print(f"  {before.name:14} {before.rows:>9} {before.sha256[:16]}  =  {after.rows:>9} {after.sha256[:16]}")
    _say(
        f"已迁移到 {target.database_name}。照片仍在 {settings.data}。现在设置 XUNFANG_DATABASE_URL。",
        f"Moved to {target.database_name}. Photos stay in {settings.data}. Now set XUNFANG_DATABASE_URL.",
    )


# --- asking and telling ---


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


def _must_be_initialised(settings: Settings) -> None:
    if not asyncio.run(operating.steps_taken(settings)):
        raise Stop(
            f"还没有数据库（{settings.database_name}）。先运行：xunfang init",
            f"There is no database yet ({settings.database_name}). Run first: xunfang init",
        )


def _new_password(wanted: argparse.Namespace) -> tuple[str, bool]:
    """The password, and whether a person chose it. Without anybody to ask one is made up."""
    if wanted.password_stdin:
        password = sys.stdin.readline().rstrip("\r\n")
    elif sys.stdin.isatty():
        password = getpass.getpass("密码（留空则自动生成）/ Password (empty: one is made up): ")
        if password and getpass.getpass("再输一遍 / Again: ") != password:
            raise Stop("两次输入不一样。", "The two are not the same.")
        if not password:
            return secrets.token_urlsafe(12), False
    else:
        return secrets.token_urlsafe(12), False
    if len(password) < SHORTEST_PASSWORD:
        raise Stop(f"密码至少 {SHORTEST_PASSWORD} 位。", f"A password has at least {SHORTEST_PASSWORD} characters.")
    return password, True


def _confirmed() -> bool:
    try:
        answer = input("全部清除，无法恢复。输入 yes 确认 / This cannot be undone. Type yes to clear it all: ")
    except EOFError:
        return False
    return answer.strip().lower() == "yes"


def _say(zh: str, en: str) -> None:
    print(f"{zh}\n{en}", flush=True)


def _tell_account(login: str, password: str, chosen: bool) -> None:
    """A password somebody chose is not repeated; a made-up one is shown this once."""
    if chosen:
        _say(f"账号：{login}", f"Login: {login}")
    else:
        _say(
            f"账号：{login}  密码：{password}（只显示这一次）",
            f"Login: {login}  Password: {password} (shown only once)",
        )


def _tell_demo_accounts() -> None:
    _say(
        f"演示账号：{'、'.join(ACCOUNTS)}；密码：{DEMO_PASSWORD}",
        f"Demo: {', '.join(ACCOUNTS)}; password {DEMO_PASSWORD}",
    )


def _tell_address(settings: Settings) -> None:
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(settings.host, settings.host)  # noqa: S104  shown, not bound
    address = f"http://{host}:{settings.port}"
    _say(f"巡访已启动：{address}", f"Xunfang is running: {address}")
    if settings.demo:
        _tell_demo_accounts()
    _say("停止：Ctrl+C", "Stop: Ctrl+C")


def _warn_of_old_client() -> None:
    """From a checkout the built client may be missing or older than its sources."""
    index = FOLDER / "index.html"
    if not index.is_file():
        _say("注意：客户端还没有构建，运行 make build。", "Note: the client is not built; run make build.")
    elif SOURCES.is_dir() and any(path.stat().st_mtime > index.stat().st_mtime for path in SOURCES.rglob("*.ts*")):
        _say("注意：客户端比源代码旧，运行 make build。", "Note: the client is older than its sources; run make build.")


if __name__ == "__main__":
    main()
