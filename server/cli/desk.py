"""What an administrator does at the desk, as commands, each by the way of its request: its rules, the door, the log."""

import argparse
import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import closing
from inspect import signature
from typing import Any

import msgspec
from litestar import Response
from litestar.handlers import BaseRouteHandler

from server.app import wall_clock_ms
from server.branches.controller import BranchController
from server.branches.queries import Branches, branches_for
from server.cli.asking import Stop, must_be_initialised
from server.database import engine_of, opened
from server.database.query import fetch
from server.identity import Caller
from server.identity.controller import DeviceController
from server.identity.devices import Devices, devices_for
from server.identity.passwords import Passwords
from server.identity.rules import normal_login
from server.people.controller import OrganisationController, PeopleController
from server.people.naming import unit_names
from server.people.queries import People, Units, people_for, person_for, units_for
from server.problems import Refusal
from server.settings import Settings
from server.sheets import operator

Given = argparse.Namespace


class Office(msgspec.Struct, frozen=True):
    """Whoever has the data folder: administrator over everything in it."""

    caller: Caller
    now: int
    passwords: Passwords

    async def ask(self, handler: BaseRouteHandler, body: Mapping[str, Any] | None = None, **named: Any) -> Any:
        """What a request would be answered. Raises Refusal."""
        known = {"caller": self.caller, "clock": self.now, "passwords": self.passwords, **named}
        known["body"] = msgspec.json.encode(body)
        may_miss = {name for name, one in signature(handler.fn).parameters.items() if one.default is not one.empty}
        wanted = [name for name in signature(handler.fn).parameters if name in known or name not in {"self", *may_miss}]
        reply = await handler.fn(None, **{name: known[name] for name in wanted})
        if isinstance(reply, Response) and isinstance(reply.content, bytes):
            return msgspec.json.decode(reply.content)
        return None


Work = Callable[[Office, Given], Awaitable[Any]]


def command(work: Work) -> Callable[[Settings, Given], None]:
    """A command that prints its answer as JSON, a list a row a line. Raises Stop with the reason of a refusal."""

    def run(settings: Settings, wanted: Given) -> None:
        must_be_initialised(settings)
        try:
            found = asyncio.run(_in_office(settings, work, wanted))
        except Refusal as refusal:
            raise Stop(refusal.problem.zh, f"{refusal.problem.en} ({refusal.code})") from refusal
        for row in found if isinstance(found, list) else [found] * (found is not None):
            print(msgspec.json.encode(row).decode())

    return run


async def _in_office(settings: Settings, work: Work, wanted: Given) -> Any:
    passwords = Passwords(memory=settings.password_memory, rounds=settings.password_rounds)
    with closing(passwords):
        async with opened(engine_of(settings)):
            return await work(Office(await operator(), wall_clock_ms(), passwords), wanted)


# --- what is named ---


def _one(found: list[str], text: str) -> str:
    if len(found) != 1:
        raise Stop(f"没有或不止一个“{text}”。", f"There is none, or more than one, called {text}.")
    return found[0]


async def _unit(text: str) -> str:
    rows = await fetch("SELECT id FROM unit WHERE id = ?", text)
    return _one([row[0] for row in rows] or (await unit_names()).called(text), text)


async def _branches_called(text: str) -> list[str]:
    return [row[0] for row in await fetch("SELECT id FROM branch WHERE code = ? OR id = ?", text, text)]


async def _place(text: str) -> tuple[str, str]:
    """(unit or branch, its id)."""
    branches = await _branches_called(text)
    return ("branch", _one(branches, text)) if branches else ("unit", await _unit(text))


async def _person(text: str) -> str:
    rows = await fetch(
        "SELECT person FROM account WHERE login = ? UNION SELECT id FROM person WHERE id = ?", normal_login(text), text
    )
    return _one([row[0] for row in rows], text)


async def _body(wanted: Given, *names: str) -> dict[str, Any]:
    """What was given of some options, places by their ids."""
    body = {name: value for name in names if (value := getattr(wanted, name)) is not None}
    for name in ("unit", "parent"):
        if name in body:
            body[name] = await _unit(body[name])
    if "home" in body:
        body["home"] = (await _place(body["home"]))[1]
    return body


# --- the acts ---


async def list_units(office: Office, wanted: Given) -> Any:
    return (await units_for(office.caller, Units(q=wanted.q, format="xlsx")))[0]


async def list_branches(office: Office, wanted: Given) -> Any:
    return (await branches_for(office.caller, Branches(q=wanted.q, format="xlsx")))[0]


async def list_people(office: Office, wanted: Given) -> Any:
    return (await people_for(office.caller, People(q=wanted.q, format="xlsx")))[0]


async def list_devices(office: Office, wanted: Given) -> Any:
    return (await devices_for(office.caller, Devices(q=wanted.q, format="xlsx"), office.now))[0]


async def add_unit(office: Office, wanted: Given) -> Any:
    return await office.ask(OrganisationController.create_unit, await _body(wanted, "name", "level", "parent"))


async def edit_unit(office: Office, wanted: Given) -> Any:
    body = await _body(wanted, "name", "level", "parent")
    return await office.ask(OrganisationController.change_unit, body, unit=await _unit(wanted.which))


_BRANCH = ("code", "name", "kind", "unit", "address", "staff_count", "opens", "closes")


async def add_branch(office: Office, wanted: Given) -> Any:
    return await office.ask(BranchController.create, await _body(wanted, *_BRANCH))


async def edit_branch(office: Office, wanted: Given) -> Any:
    body = await _body(wanted, *_BRANCH, "status")
    branch = _one(await _branches_called(wanted.which), wanted.which)
    return await office.ask(BranchController.change, body, branch=branch)


async def edit_person(office: Office, wanted: Given) -> Any:
    body = await _body(wanted, "name", "home", "login", "active")
    return await office.ask(PeopleController.change_person, body, person=await _person(wanted.which))


async def reset_password(office: Office, wanted: Given) -> Any:
    return await office.ask(PeopleController.reset_password, person=await _person(wanted.which))


async def grant(office: Office, wanted: Given) -> Any:
    """Give roles, or with ``take`` withdraw them; the others stay."""
    person = await _person(wanted.which)
    row = await person_for(office.caller, person)
    assert row is not None
    held = [msgspec.to_builtins(one) for one in row.grants]
    grants = {(one["role"], kind, one[kind]) for one in held for kind in ("unit", "branch") if kind in one}
    named = {(role, *(await _place(place))) for role, place in wanted.roles}
    grants = grants - named if wanted.take else grants | named
    body = {"grants": [{"role": role, kind: id_} for role, kind, id_ in sorted(grants)]}
    await office.ask(PeopleController.grants, body, person=person)
    return await person_for(office.caller, person)


async def sign_out_device(office: Office, wanted: Given) -> Any:
    handler = DeviceController.revoke if wanted.for_ever else DeviceController.sign_out_device
    return await office.ask(handler, device=wanted.which)
