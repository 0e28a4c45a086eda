"""The commands about people and their passwords."""

import argparse
import asyncio

from server import operating
from server.cli.asking import Stop, must_be_initialised, new_password, tell_account
from server.identity.acts import LoginTaken
from server.settings import Settings


def add_person(settings: Settings, wanted: argparse.Namespace) -> None:
    """A person who can sign in."""
    must_be_initialised(settings)
    password, chosen = new_password(wanted)
    who = {"login": wanted.login, "name": wanted.name, "home": wanted.home, "roles": wanted.roles}
    try:
        asyncio.run(operating.add_person(settings, **who, password=password))
    except operating.NoSuchPlace as place:
        raise Stop(
            f"没有或不止一个叫“{place}”的机构或网点。", f"No place, or more than one, is called {place}."
        ) from place
    except LoginTaken as login:
        raise Stop(f"账号 {login} 已有人使用。", f"The login {login} is taken.") from login
    tell_account(wanted.login, password, chosen)


def change_password(settings: Settings, wanted: argparse.Namespace) -> None:
    """A new password."""
    must_be_initialised(settings)
    password, chosen = new_password(wanted)
    if not asyncio.run(operating.change_password(settings, login=wanted.login, password=password)):
        raise Stop(f"没有账号 {wanted.login}。", f"There is no login {wanted.login}.")
    tell_account(wanted.login, password, chosen)
