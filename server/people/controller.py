"""Units and people at the desk: lists, and what an administrator sets."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Annotated, Any
from uuid import uuid4

import msgspec
from litestar import Controller, Request, Response, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, RawBody

from server.bodies import Name, read_json
from server.database import transaction
from server.database.query import fetch
from server.identity import Caller, grants_of, knows, over
from server.identity.acts import LoginTaken, open_account, set_login, set_password
from server.identity.passwords import Passwords
from server.identity.queries import account_of
from server.identity.rules import made_up_password
from server.lists import answer, asked_of
from server.lists.answers import XLSX, row_or_404
from server.people import acts
from server.people.acts import Level
from server.people.queries import (
    ListedPerson,
    ListedUnit,
    People,
    PersonPage,
    UnitPage,
    Units,
    people_for,
    person_for,
    unit_for,
    units_for,
)
from server.people.sheets import UNITS, people_columns
from server.problems import Refusal
from sync.records.places import Role
from sync.records.values import Id

_GUARDED = {"refusals": ("not_allowed",)}
_LEVELLED = {"refusals": ("not_allowed", "wrong_level")}
_PERSON = ("not_allowed", "login_taken", "last_admin")
Login = Annotated[str, msgspec.Meta(pattern=r"^\S{1,64}$(?!\n)")]
"""What one signs in with: no blanks."""


class GrantBody(msgspec.Struct, forbid_unknown_fields=True, frozen=True, omit_defaults=True):
    """A role over a unit or over a branch: exactly one of the two."""

    role: Role
    unit: Id | msgspec.UnsetType = msgspec.UNSET
    branch: Id | msgspec.UnsetType = msgspec.UNSET

    def __post_init__(self) -> None:
        if (self.unit is msgspec.UNSET) == (self.branch is msgspec.UNSET):
            raise ValueError("a grant names a unit or a branch")


class GrantsBody(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """All grants of a person."""

    grants: list[GrantBody]


class UnitBody(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A new unit below another."""

    name: Name
    level: Level
    parent: Id


class UnitEdit(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """What may change of a unit; another parent takes everything below it along."""

    name: Name | msgspec.UnsetType = msgspec.UNSET
    level: Level | msgspec.UnsetType = msgspec.UNSET
    parent: Id | msgspec.UnsetType = msgspec.UNSET


class PersonBody(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """A new person; with a login they get a first password."""

    name: Name
    home: Id
    login: Login | None = None
    grants: list[GrantBody] = []


class PersonEdit(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """What may change of a person; who is not active is signed out and cannot sign in."""

    name: Name | msgspec.UnsetType = msgspec.UNSET
    home: Id | msgspec.UnsetType = msgspec.UNSET
    login: Login | msgspec.UnsetType = msgspec.UNSET
    active: bool | msgspec.UnsetType = msgspec.UNSET


class FirstPassword(msgspec.Struct, frozen=True):
    """A login and the password to sign in with once; it is shown this once."""

    login: str
    password: str


class NewPerson(msgspec.Struct, frozen=True):
    """Who was added, and their first password where they have a login."""

    person: ListedPerson
    login: str | None
    password: str | None


class OrganisationController(Controller):
    """`/api/units`: the tree."""

    path = "/api/units"
    tags = ("units",)

    @get("/", opt={"query": Units, "reply": UnitPage, "media": [XLSX], **_GUARDED})
    async def list_units(self, request: Request[Any, Any, Any], caller: NamedDependency[Caller]) -> Response[bytes]:
        """The units a supervisor or administrator answers for, with how much is in each."""
        asked = asked_of(request, Units)
        return await answer(asked, *await units_for(caller, asked), UNITS, ("机构", "Units"))

    @get("/{unit:str}", opt={"reply": ListedUnit, **_GUARDED})
    async def one_unit(self, unit: FromPath[str], caller: NamedDependency[Caller]) -> Response[bytes]:
        """One unit of that list."""
        return row_or_404(await unit_for(caller, unit))

    @post("/", status_code=201, opt={"body": UnitBody, "reply": ListedUnit, **_LEVELLED})
    async def create_unit(
        self, body: RawBody, caller: NamedDependency[Caller], clock: NamedDependency[int]
    ) -> Response[bytes]:
        """Add a unit. For an administrator over the one above it."""
        asked = read_json(body, UnitBody)
        await must_administer(caller, asked.parent)
        id_ = str(uuid4())
        with refusing():
            await acts.create_unit(id_, asked.name, asked.level, asked.parent, by=caller.person, now=clock)
        return row_or_404(await unit_for(caller, id_), status=201)

    @put("/{unit:str}", opt={"body": UnitEdit, "reply": ListedUnit, **_LEVELLED})
    async def change_unit(
        self, unit: FromPath[str], body: RawBody, caller: NamedDependency[Caller], clock: NamedDependency[int]
    ) -> Response[bytes]:
        """Change a unit, or move it with everything below. For an administrator over it, and over both in a move."""
        asked = read_json(body, UnitEdit)
        above = await fetch("SELECT parent FROM unit WHERE id = ?", unit)
        if not above:
            raise Refusal("not_found")
        await must_administer(caller, unit)
        if isinstance(asked.parent, str) and asked.parent != above[0][0]:
            await must_administer(caller, asked.parent)
            await must_administer(caller, above[0][0] or unit)
        with refusing():
            await acts.change_unit(unit, msgspec.to_builtins(asked), by=caller.person, now=clock)
        return row_or_404(await unit_for(caller, unit))


class PeopleController(Controller):
    """`/api/people`."""

    path = "/api/people"
    tags = ("people",)

    @get("/", opt={"query": People, "reply": PersonPage, "media": [XLSX], **_GUARDED})
    async def list_people(self, request: Request[Any, Any, Any], caller: NamedDependency[Caller]) -> Response[bytes]:
        """The people an administrator answers for."""
        asked = asked_of(request, People)
        rows, total = await people_for(caller, asked)
        columns = await people_columns(rows, asked.lang or "zh") if asked.format == "xlsx" else {}
        return await answer(asked, rows, total, columns, ("人员", "People"))

    @get("/{person:str}", opt={"reply": ListedPerson, **_GUARDED})
    async def one_person(self, person: FromPath[str], caller: NamedDependency[Caller]) -> Response[bytes]:
        """One person of that list."""
        return row_or_404(await person_for(caller, person))

    @post(
        "/", status_code=201, opt={"body": PersonBody, "reply": NewPerson, "refusals": ("not_allowed", "login_taken")}
    )
    async def create_person(
        self,
        body: RawBody,
        caller: NamedDependency[Caller],
        clock: NamedDependency[int],
        passwords: NamedDependency[Passwords],
    ) -> Response[bytes]:
        """Add a person. For an administrator over their home and every place named."""
        asked = read_json(body, PersonBody)
        for place in (asked.home, *map(_place, asked.grants)):
            await must_administer(caller, place)
        id_, password = str(uuid4()), made_up_password()
        grants = [_grant(grant) for grant in asked.grants]
        with refusing():
            async with transaction():
                await acts.create_person(id_, asked.name, asked.home, grants, by=caller.person, now=clock)
                if asked.login is not None:
                    await open_account(id_, asked.login, password, passwords, first=True)
        row = await person_for(caller, id_)
        assert row is not None
        return row_or_404(NewPerson(row, row.login, password if row.login else None), status=201)

    @put("/{person:str}", opt={"body": PersonEdit, "reply": ListedPerson, "refusals": _PERSON})
    async def change_person(
        self, person: FromPath[str], body: RawBody, caller: NamedDependency[Caller], clock: NamedDependency[int]
    ) -> Response[bytes]:
        """Change a person. For an administrator over their home, the new one too."""
        asked = read_json(body, PersonEdit)
        await must_administer(caller, await _home(person))
        if isinstance(asked.home, str):
            await must_administer(caller, asked.home)
        values = msgspec.to_builtins(asked)
        login = values.pop("login", None)
        with refusing():
            async with transaction():
                if values:
                    await acts.change_person(person, values, by=caller.person, now=clock)
                if login is not None:
                    await set_login(person, login)
        return row_or_404(await person_for(caller, person))

    @post(
        "/{person:str}/password", status_code=200, opt={"reply": FirstPassword, "refusals": ("not_allowed", "no_login")}
    )
    async def reset_password(
        self, person: FromPath[str], caller: NamedDependency[Caller], passwords: NamedDependency[Passwords]
    ) -> Response[bytes]:
        """A new first password, told this once; the person's sessions end. For an administrator over their home."""
        await must_administer(caller, await _home(person))
        account = await account_of(person)
        if account is None:
            raise Refusal("no_login")
        password = made_up_password()
        await set_password(account[0], password, passwords, first=True)
        return row_or_404(FirstPassword(account[0], password))

    @put(
        "/{person:str}/grants", opt={"body": GrantsBody, "reply": GrantsBody, "refusals": ("not_allowed", "last_admin")}
    )
    async def grants(
        self, person: FromPath[str], body: RawBody, caller: NamedDependency[Caller], clock: NamedDependency[int]
    ) -> Response[Any]:
        """Replace a person's grants. For an administrator over the person's home, and over every place where they get
        or lose one.
        """
        asked = read_json(body, GrantsBody)
        await must_administer(caller, await _home(person))
        wanted = {(grant.role, _place(grant)) for grant in asked.grants}
        held = {(grant.role, grant.place) for grant in await grants_of(person)}
        for _, place in sorted(wanted ^ held):
            if not await over(caller, "admin", place):
                raise Refusal("not_allowed")
        with refusing():
            await acts.set_grants(person, [_grant(grant) for grant in asked.grants], by=caller.person, now=clock)
        return Response(asked, headers={"Cache-Control": "no-store"})


async def must_administer(caller: Caller, place: str) -> None:
    """404 not_found for a place the caller does not know of, 403 not_allowed where they do not administer it."""
    if not await knows(caller, place):
        raise Refusal("not_found")
    if not await over(caller, "admin", place):
        raise Refusal("not_allowed")


async def _home(person: str) -> str:
    """Where a person is at home; somewhere nobody knows of when there is no such person."""
    rows = await fetch("SELECT home FROM person WHERE id = ?", person)
    return str(rows[0][0]) if rows else ""


_CODES: Mapping[type[Exception], str] = {
    acts.UnknownPlace: "not_found",
    acts.WrongLevel: "wrong_level",
    acts.LastAdmin: "last_admin",
    LoginTaken: "login_taken",
}


@contextmanager
def refusing() -> Iterator[None]:
    """What an act raises, as the refusal it is."""
    try:
        yield
    except tuple(_CODES) as error:
        raise Refusal(_CODES[type(error)]) from None


def _grant(grant: GrantBody) -> acts.Grant:
    return acts.Grant(role=grant.role, place=_place(grant))


def _place(grant: GrantBody) -> str:
    place = grant.unit if grant.branch is msgspec.UNSET else grant.branch
    assert isinstance(place, str)
    return place
