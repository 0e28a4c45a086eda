"""The words of the command line, and which command each one starts."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import get_args

from server import VERSION
from server.cli import data, people, running, sheets
from server.imports.acts import KINDS
from server.settings import Settings
from sync.records.places import Role

Work = Callable[[Settings, argparse.Namespace], None]


def parser_of_all() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="xunfang", description="巡访 Xunfang")
    parser.add_argument("--version", action="version", version=f"xunfang {VERSION}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    first = _command(commands, "init", "make an empty database and its first administrator", data.init)
    first.add_argument("--login", default="admin")
    first.add_argument("--name", default="管理员", help="the administrator's name")
    first.add_argument("--unit", default="总部", help="the name of the topmost unit")
    _password_option(first)
    serving = _command(commands, "serve", "answer requests until stopped", running.serve_until_stopped)
    serving.add_argument("--host")
    serving.add_argument("--port", type=_port)
    serving.add_argument("--workers", type=_count, default=1, help="processes that answer; PostgreSQL only")
    _command(commands, "demo", "fill an empty database with the demo", data.demo)
    saving = _command(
        commands, "backup", "write database and photos into a new folder, also while serving", data.backup
    )
    saving.add_argument("folder", type=Path)
    restoring = _command(commands, "restore", "put a backup into an empty database", data.restore)
    restoring.add_argument("folder", type=Path)
    moving = _command(commands, "move", "copy the embedded database to PostgreSQL", data.move)
    moving.add_argument("--to", required=True, metavar="URL", help="postgresql://user@host/name of an empty database")
    _command(commands, "migrate", "bring the database to this version", data.migrate)
    clearing = _command(commands, "reset", "clear database, photos and uploads", data.reset)
    clearing.add_argument("--yes", action="store_true", help="do not ask")
    _person_commands(commands)
    _sheet_commands(commands)
    return parser


def _sheet_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    bringing = _command(commands, "import", "bring in a sheet: all of it or nothing", sheets.bring_in)
    writing = _command(commands, "export", "write an XLSX that can be imported", sheets.write_out)
    for parser in (bringing, writing):
        parser.add_argument("kind", choices=tuple(KINDS))
        parser.add_argument("file", type=Path)
    bringing.add_argument("--dry-run", action="store_true", help="only say what it would do")
    writing.add_argument("--language", choices=("zh", "en"), default="zh")


def _person_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    person = commands.add_parser("person", help="people and their passwords").add_subparsers(
        required=True, metavar="ACT"
    )
    adding = _command(person, "add", "add a person who can sign in", people.add_person)
    adding.add_argument("login")
    adding.add_argument("--name", required=True)
    adding.add_argument("--home", required=True, metavar="PLACE", help="a unit's name or id, a branch's code or id")
    adding.add_argument("--role", action="append", default=[], type=_role, metavar="ROLE@PLACE", dest="roles")
    _password_option(adding)
    changing = _command(person, "password", "give a person a new password; their sessions end", people.change_password)
    changing.add_argument("login")
    _password_option(changing)


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
