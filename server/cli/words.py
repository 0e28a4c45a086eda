"""The words of the command line in both languages, and which command each one starts."""

import argparse
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, get_args

from server import VERSION
from server.branches.queries import Kind
from server.cli import data, desk, people, photos, rescue, running, sheets
from server.imports.acts import KINDS
from server.people.acts import Level
from server.settings import Settings
from sync.records.places import Role

Work = Callable[[Settings, argparse.Namespace], None]
Both = tuple[str, str]


def is_chinese(environment: Mapping[str, str]) -> bool:
    """Whether the terminal's person reads Chinese, as other programs find out."""
    said = environment.get("LC_ALL") or environment.get("LC_MESSAGES") or environment.get("LANG") or ""
    return said.lower().startswith("zh")


class Words:
    """A parser's commands, each told in the person's language."""

    def __init__(self, to: Any, *, chinese: bool) -> None:
        self._to, self._chinese = to, chinese

    def said(self, both: Both) -> str:
        return both[0] if self._chinese else both[1]

    def command(self, name: str, about: Both, work: Work, /, **fixed: Any) -> "Options":
        """``fixed``: options of the work that this command has settled."""
        parser = self._to.add_parser(name, help=self.said(about), description=self.said(about))
        parser.set_defaults(work=work, **fixed)
        return Options(parser, self)

    def group(self, name: str, about: Both) -> "Words":
        parser = self._to.add_parser(name, help=self.said(about), description=self.said(about))
        return Words(parser.add_subparsers(required=True, metavar="ACT"), chinese=self._chinese)


class Options:
    """The options of a command."""

    def __init__(self, parser: argparse.ArgumentParser, words: Words) -> None:
        self._parser, self._words = parser, words

    def add(self, *names: str, about: Both | None = None, **how: Any) -> "Options":
        self._parser.add_argument(*names, help=None if about is None else self._words.said(about), **how)
        return self

    def password(self) -> "Options":
        about = ("从标准输入读密码", "read the password from standard input")
        return self.add("--password-stdin", action="store_true", about=about)


def parser_of_all(*, chinese: bool = False) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="xunfang", description="巡访 Xunfang")
    parser.add_argument("--version", action="version", version=f"xunfang {VERSION}")
    words = Words(parser.add_subparsers(required=True, metavar="COMMAND"), chinese=chinese)
    _server_commands(words)
    _data_commands(words)
    _sheet_commands(words)
    _unit_commands(words.group("unit", ("机构", "the tree of units")))
    _branch_commands(words.group("branch", ("网点", "branches")))
    _person_commands(words.group("person", ("人员、角色和密码", "people, their roles and passwords")))
    _photo_commands(words.group("photos", ("照片", "stored photos")))
    _device_commands(words.group("device", ("设备", "devices")))
    return parser


def _server_commands(words: Words) -> None:
    first = words.command(
        "init", ("建空库和第一个管理员", "make an empty database and its first administrator"), data.init
    )
    first.add("--login", default="admin")
    first.add("--name", default="管理员", about=("管理员的姓名", "the administrator's name"))
    first.add("--unit", default="总部", about=("最上级机构的名称", "the name of the topmost unit")).password()
    serving = words.command("serve", ("启动服务", "answer requests until stopped"), running.serve_until_stopped)
    serving.add("--host").add("--port", type=_port)
    about = ("进程数，仅限 PostgreSQL", "processes that answer; PostgreSQL only")
    serving.add("--workers", type=_count, default=1, about=about)
    words.command("demo", ("在空库里放入演示数据", "fill an empty database with the demo"), data.demo)


def _data_commands(words: Words) -> None:
    about = (
        "把数据和照片备份到新文件夹，不用停服务",
        "write database and photos into a new folder, also while serving",
    )
    words.command("backup", about, data.backup).add("folder", type=Path)
    restoring = words.command("restore", ("把备份放回空库", "put a backup into an empty database"), data.restore)
    about = (
        "备份之后被清除的客户名单 erased.jsonl，数据文件夹里没有时给出",
        "a list erased.jsonl of customers erased since, where the data folder has none",
    )
    restoring.add("folder", type=Path).add("--erased", type=Path, action="append", default=[], about=about)
    about = ("把内置数据库搬到 PostgreSQL", "copy the embedded database to PostgreSQL")
    words.command("move", about, data.move).add(
        "--to", required=True, metavar="URL",
        about=("空库的 postgresql://user@host/name", "postgresql://user@host/name of an empty database"),
    )  # fmt: skip
    words.command("migrate", ("把数据库升级到本版本", "bring the database to this version"), data.migrate)
    about = ("清除数据库、照片和上传", "clear database, photos and uploads")
    words.command("reset", about, data.reset).add("--yes", action="store_true", about=("不再询问", "do not ask"))


def _photo_commands(words: Words) -> None:
    about = (
        "重读每张照片并核对指纹；有问题时退出码为 1",
        "read every photo anew and compare its hash; 1 if any is not right",
    )
    words.command("verify", about, photos.verify)
    about = ("清除 30 天来不属于任何记录的照片文件", "clear photo files that for 30 days have belonged to nothing")
    cleaning = words.command("clean", about, photos.clean)
    cleaning.add("--dry-run", action="store_true", about=("只说会清除什么", "only say what would go"))


def _sheet_commands(words: Words) -> None:
    kinds: dict[str, Any] = {"choices": tuple(KINDS)}
    about = ("导入表格：全部，或一行不动", "bring in a sheet: all of it or nothing")
    bringing = words.command("import", about, sheets.bring_in).add("kind", **kinds).add("file", type=Path)
    bringing.add("--dry-run", action="store_true", about=("只说会怎样", "only say what it would do"))
    about = ("收下救援文件：手机没能发出的改动和照片", "take in a rescue file: what a phone could not send")
    rescuing = words.command("rescue", about, rescue.bring).add("file", type=Path)
    rescuing.add("--code-stdin", action="store_true", about=("从标准输入读口令", "read its code from standard input"))
    about = ("为停用的或无法证明的手机担保", "answer for a phone that was revoked or cannot prove itself")
    rescuing.add("--vouch", action="store_true", about=about)
    about = ("导出可以再导入的 XLSX，电话隐藏", "write an XLSX that can be imported; telephone numbers are hidden")
    writing = words.command("export", about, sheets.write_out).add("kind", **kinds).add("file", type=Path)
    writing.add("--language", choices=("zh", "en"), default="zh")


def _list(words: Words, work: desk.Work) -> None:
    about = ("列出，一行一条 JSON", "list them, a row of JSON a line")
    words.command("list", about, desk.command(work)).add("q", nargs="?", default="", about=("查找", "search"))


WHICH_UNIT = ("机构名称、路径或 id", "a unit's name, path or id")
WHICH_PERSON = ("账号或 id", "a login or an id")


def _unit_commands(words: Words) -> None:
    _list(words, desk.list_units)
    about = ("在上级下面新建", "add one below another")
    adding = words.command("add", about, desk.command(desk.add_unit)).add("name")
    adding.add("--level", choices=get_args(Level), required=True)
    adding.add("--parent", required=True, metavar="UNIT", about=WHICH_UNIT)
    about = ("修改；换上级时连同下面的一起移", "change one; another parent takes all below along")
    editing = words.command("edit", about, desk.command(desk.edit_unit)).add("which", metavar="UNIT", about=WHICH_UNIT)
    editing.add("--name").add("--level", choices=get_args(Level)).add("--parent", metavar="UNIT", about=WHICH_UNIT)


def _branch_commands(words: Words) -> None:
    _list(words, desk.list_branches)
    adding = words.command("add", ("新建", "add one"), desk.command(desk.add_branch)).add("code")
    editing = words.command("edit", ("修改", "change one"), desk.command(desk.edit_branch))
    which = ("网点编码或 id", "a branch's code or id")
    editing.add("which", metavar="BRANCH", about=which).add("--code")
    for options, new in ((adding, True), (editing, False)):
        options.add("--name", required=new).add("--unit", required=new, metavar="UNIT", about=WHICH_UNIT)
        options.add("--kind", choices=get_args(Kind), default="post_office" if new else None).add("--address")
        options.add("--staff-count", type=int).add("--opens", metavar="HH:MM").add("--closes", metavar="HH:MM")
    for name, about, status in (("close", ("停业", "close one"), "closed"), ("open", ("恢复营业", "open one"), "open")):
        nothing = dict.fromkeys(("code", "name", "kind", "unit", "address", "staff_count", "opens", "closes"))
        ending = words.command(name, about, desk.command(desk.edit_branch), **nothing, status=status)
        ending.add("which", metavar="BRANCH", about=which)
    editing.add("--status", choices=("open", "closed"))


def _person_commands(words: Words) -> None:
    _list(words, desk.list_people)
    roles: dict[str, Any] = {"action": "append", "type": _role, "metavar": "ROLE@PLACE", "dest": "roles"}
    place = ("机构名称或 id，网点编码或 id", "a unit's name or id, a branch's code or id")
    adding = words.command("add", ("新建能登录的人", "add a person who can sign in"), people.add_person).add("login")
    adding.add("--name", required=True).add("--home", required=True, metavar="PLACE", about=place)
    adding.add("--role", default=[], **roles).password()
    about = ("设新密码，原来的登录都退出", "give a person a new password; their sessions end")
    words.command("password", about, people.change_password).add("login").password()
    about = ("给一个初始密码，登录后要换", "give a first password, to be changed after signing in")
    who: dict[str, Any] = {"metavar": "PERSON", "about": WHICH_PERSON}
    words.command("reset", about, desk.command(desk.reset_password)).add("which", **who)
    editing = words.command("edit", ("修改", "change one"), desk.command(desk.edit_person), active=None)
    editing.add("which", **who).add("--name").add("--home", metavar="PLACE", about=place).add("--login")
    for name, about, active in (
        ("deactivate", ("停用：退出登录，手上的工作留着", "sign out for good; work in hand stays"), False),
        ("activate", ("恢复", "let in again"), True),
    ):
        switching = words.command(
            name, about, desk.command(desk.edit_person), name=None, home=None, login=None, active=active
        )
        switching.add("which", **who)
    for name, about, take in (
        ("grant", ("给角色", "give roles"), False),
        ("revoke", ("收回角色", "withdraw roles"), True),
    ):
        granting = words.command(name, about, desk.command(desk.grant), take=take).add("which", **who)
        granting.add("roles", nargs="+", type=_role, metavar="ROLE@PLACE")


def _device_commands(words: Words) -> None:
    _list(words, desk.list_devices)
    for name, about, for_ever in (
        ("sign-out", ("退出登录，可以再登录", "sign one out; it may sign in again"), False),
        ("revoke", ("永远停用，没传的留在上面", "lock one out for ever; what it has not sent stays on it"), True),
    ):
        ending = words.command(name, about, desk.command(desk.sign_out_device), for_ever=for_ever)
        ending.add("which", type=int, metavar="NUMBER")


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
