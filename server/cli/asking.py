"""What the commands ask and say, in both languages."""

import argparse
import asyncio
import getpass
import secrets
import sys

from server import operating
from server.demo.people import ACCOUNTS
from server.demo.people import PASSWORD as DEMO_PASSWORD
from server.settings import Settings

SHORTEST_PASSWORD = 8


class Stop(Exception):
    """A reason not to go on, in both languages; exit code 1."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(f"{zh}\n{en}")


def must_be_initialised(settings: Settings) -> None:
    if not asyncio.run(operating.steps_taken(settings)):
        raise Stop(
            f"还没有数据库（{settings.database_name}）。先运行：xunfang init",
            f"There is no database yet ({settings.database_name}). Run first: xunfang init",
        )


def new_password(wanted: argparse.Namespace) -> tuple[str, bool]:
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


def confirmed() -> bool:
    try:
        answer = input("全部清除，无法恢复。输入 yes 确认 / This cannot be undone. Type yes to clear it all: ")
    except EOFError:
        return False
    return answer.strip().lower() == "yes"


def say(zh: str, en: str) -> None:
    print(f"{zh}\n{en}", flush=True)


def tell_account(login: str, password: str, chosen: bool) -> None:
    """A password somebody chose is not repeated; a made-up one is shown this once."""
    if chosen:
        say(f"账号：{login}", f"Login: {login}")
    else:
        say(
            f"账号：{login}  密码：{password}（只显示这一次）",
            f"Login: {login}  Password: {password} (shown only once)",
        )


def tell_demo_accounts() -> None:
    say(
        f"演示账号：{'、'.join(ACCOUNTS)}；密码：{DEMO_PASSWORD}",
        f"Demo: {', '.join(ACCOUNTS)}; password {DEMO_PASSWORD}",
    )
