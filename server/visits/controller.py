"""Visits for desks: lists, one with what hangs on it, and the checks they suggest."""

from typing import Annotated, Any, Literal

import msgspec
from litestar import Controller, MediaType, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, RawBody

from server.bodies import read_json
from server.door import read_rows
from server.identity import Caller, over
from server.pages import BadCursor, Page, one_for
from server.problems import Refusal
from server.visits import queries
from server.visits.queries import Inspectors, Suggestions, VisitFilters
from server.visits.suggestions import AlreadyDealt, Check, NoInspector, NoSuchStandard, deal, order

_PRIVATE = {"Cache-Control": "no-store"}


class VisitController(Controller):
    """`/api/visits`."""

    path = "/api/visits"
    tags = ("visits",)

    @get("/", opt={"query": VisitFilters, "reply": Page})
    async def list_visits(
        self,
        caller: NamedDependency[Caller],
        status: FromQuery[list[str] | None] = None,
        kind: FromQuery[list[str] | None] = None,
        branch: FromQuery[str | None] = None,
        unit: FromQuery[str | None] = None,
        customer: FromQuery[str | None] = None,
        person: FromQuery[str | None] = None,
        sort: FromQuery[str] = "-started_at",
        limit: FromQuery[int] = 50,
        next: FromQuery[str | None] = None,  # noqa: A002  # the name of the wire
    ) -> Response[bytes]:
        """The visits the caller may see, filtered, a page at a time. ``status`` and ``kind`` may repeat."""
        asked = {
            "status": _several(status), "kind": _several(kind), "branch": branch, "unit": unit, "customer": customer,
            "person": person, "sort": sort, "limit": limit, "next": next,
        }  # fmt: skip
        try:
            found = await queries.list_for(caller, msgspec.convert(asked, VisitFilters))
        except (msgspec.ValidationError, BadCursor) as error:
            raise Refusal("bad_request", detail=str(error)) from error
        return _json(found)

    @get("/{visit:str}", opt={"reply": Page})
    async def one_visit(self, visit: FromPath[str], caller: NamedDependency[Caller]) -> Response[bytes]:
        """One visit with its photos and its thread; the cursor serves as ``seen`` of acts on it."""
        found = await one_for(caller, "visit", visit, (("photo", "visit"), ("comment", "visit")))
        if found is None:
            raise Refusal("not_found")
        return _json(found)


class SuggestionQuery(msgspec.Struct, frozen=True):
    """Which suggestions."""

    status: Literal["open", "dealt"] = "open"


class DealBody(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """What was done about it, for the visitor to read."""

    text: Annotated[str, msgspec.Meta(pattern=r"\S", max_length=4000)]


class SuggestionController(Controller):
    """`/api/suggestions`."""

    path = "/api/suggestions"
    tags = ("visits",)

    @get("/", opt={"query": SuggestionQuery, "reply": Suggestions})
    async def list_suggestions(
        self, caller: NamedDependency[Caller], status: FromQuery[str] = "open"
    ) -> Response[bytes]:
        """The checks that visits suggest at the branches the caller supervises; empty for anybody else."""
        try:
            asked = msgspec.convert({"status": status}, SuggestionQuery)
        except msgspec.ValidationError as error:
            raise Refusal("bad_request", detail=str(error)) from error
        return _json(await queries.suggestions_for(caller, asked.status))

    @post(
        "/{visit:str}/deal",
        status_code=200,
        opt={"body": DealBody, "row": "comment", "refusals": ("not_allowed", "already_dealt")},
    )
    async def deal(
        self, visit: FromPath[str], body: RawBody, caller: NamedDependency[Caller], clock: NamedDependency[int]
    ) -> Response[bytes]:
        """It was dealt with: the sentence becomes a comment on the visit. For a supervisor over the branch."""
        text = read_json(body, DealBody).text
        await _supervised(caller, visit)
        try:
            comment = await deal(visit, text, by=caller.person, now=clock)
        except AlreadyDealt:
            raise Refusal("already_dealt") from None
        rows = await read_rows([("comment", comment)])
        return _json(rows["comment", comment])

    @get("/{visit:str}/inspectors", opt={"reply": Inspectors, "refusals": ("not_allowed",)})
    async def inspectors(self, visit: FromPath[str], caller: NamedDependency[Caller]) -> Response[bytes]:
        """Who may be asked to check the branch of a visit. For a supervisor over the branch."""
        return _json(await queries.inspectors_of(await _supervised(caller, visit)))

    @post(
        "/{visit:str}/check",
        status_code=200,
        opt={
            "body": Check,
            "row": "task",
            "refusals": ("not_allowed", "already_dealt", "unknown_standard", "bad_value"),
        },
    )
    async def check(
        self, visit: FromPath[str], body: RawBody, caller: NamedDependency[Caller], clock: NamedDependency[int]
    ) -> Response[bytes]:
        """Give out a check of the branch, and tell the visitor so. For a supervisor over the branch.

        Refused: already_dealt, also while a check of it is under way; bad_value for who is no inspector there.
        """
        wanted = read_json(body, Check)
        await _supervised(caller, visit)
        try:
            task = await order(visit, wanted, by=caller.person, now=clock)
        except AlreadyDealt:
            raise Refusal("already_dealt") from None
        except NoSuchStandard:
            raise Refusal("unknown_standard") from None
        except NoInspector:
            raise Refusal("bad_value", field="assignees") from None
        rows = await read_rows([("task", task)])
        return _json(rows["task", task])


async def _supervised(caller: Caller, visit: str) -> str:
    """The branch of a visit the caller sees and supervises."""
    branch = await queries.sees(caller, visit)
    if branch is None:
        raise Refusal("not_found")
    if not await over(caller, "supervisor", branch):
        raise Refusal("not_allowed")
    return branch


def _several(said: list[str] | None) -> tuple[str, ...]:
    return tuple(part for text in said or () for part in text.split(",") if part)


def _json(content: Any) -> Response[bytes]:
    return Response(msgspec.json.encode(content), media_type=MediaType.JSON, headers=_PRIVATE)
