"""What an administrator sets for people."""

from typing import Any

import msgspec
from litestar import Controller, Response, put
from litestar.di import NamedDependency
from litestar.params import FromPath, RawBody

from server.bodies import read_json
from server.database.query import fetch
from server.identity import Caller, knows, over
from server.people.acts import Grant, UnknownPlace, set_grants
from server.problems import Refusal
from sync.records.places import Role
from sync.records.values import Id


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


class PeopleController(Controller):
    """`/api/people`."""

    path = "/api/people"
    tags = ("people",)

    @put("/{person:str}/grants", opt={"body": GrantsBody, "reply": GrantsBody, "refusals": ("not_allowed",)})
    async def grants(
        self, person: FromPath[str], body: RawBody, caller: NamedDependency[Caller], clock: NamedDependency[int]
    ) -> Response[Any]:
        """Replace a person's grants. For an administrator over the person's home and over every place named."""
        asked = read_json(body, GrantsBody)
        home = await fetch("SELECT home FROM person WHERE id = ?", person)
        if not home or not await knows(caller, home[0][0]):
            raise Refusal("not_found")
        if not await over(caller, "admin", home[0][0]):
            raise Refusal("not_allowed")
        for grant in asked.grants:
            if not await over(caller, "admin", _place(grant)):
                raise Refusal("not_allowed")
        grants = [Grant(role=grant.role, place=_place(grant)) for grant in asked.grants]
        try:
            await set_grants(person, grants, by=caller.person, now=clock)
        except UnknownPlace:
            raise Refusal("not_found") from None
        return Response(asked, headers={"Cache-Control": "no-store"})


def _place(grant: GrantBody) -> str:
    place = grant.unit if grant.branch is msgspec.UNSET else grant.branch
    assert isinstance(place, str)
    return place
