"""Inspections for desks: lists, and one with everything that hangs on it."""

from typing import Any

import msgspec
from litestar import Controller, MediaType, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from server.identity import Caller
from server.inspections import queries
from server.pages import BadCursor, Page
from server.problems import Refusal

_PRIVATE = {"Cache-Control": "no-store"}


class InspectionController(Controller):
    """`/api/inspections`."""

    path = "/api/inspections"
    tags = ("inspections",)

    @get("/", opt={"query": queries.Filters, "reply": Page})
    async def list_inspections(
        self,
        caller: NamedDependency[Caller],
        status: FromQuery[list[str] | None] = None,
        branch: FromQuery[str | None] = None,
        unit: FromQuery[str | None] = None,
        standard: FromQuery[str | None] = None,
        lead: FromQuery[str | None] = None,
        q: FromQuery[str | None] = None,
        sort: FromQuery[str] = "-submitted_at",
        limit: FromQuery[int] = 50,
        next: FromQuery[str | None] = None,  # noqa: A002  # the name of the wire
    ) -> Response[bytes]:
        """The inspections the caller may see, filtered, sorted, a page at a time. ``status`` may repeat."""
        asked = {
            "status": tuple(part for text in status or () for part in text.split(",") if part),
            "branch": branch, "unit": unit, "standard": standard, "lead": lead, "q": q,
            "sort": sort, "limit": limit, "next": next,
        }  # fmt: skip
        try:
            found = await queries.list_for(caller, msgspec.convert(asked, queries.Filters))
        except (msgspec.ValidationError, BadCursor) as error:
            raise Refusal("bad_request", detail=str(error)) from error
        return _json(found)

    @get("/{inspection:str}", opt={"reply": Page})
    async def one_inspection(self, inspection: FromPath[str], caller: NamedDependency[Caller]) -> Response[bytes]:
        """One inspection with its findings and photos; the cursor serves as ``seen`` of acts on it."""
        found = await queries.one_for(caller, inspection)
        if found is None:
            raise Refusal("not_found")
        return _json(found)

    @get("/{inspection:str}/held", opt={"reply": queries.HeldChanges})
    async def held_changes(self, inspection: FromPath[str], caller: NamedDependency[Caller]) -> Response[bytes]:
        """What was set aside about an inspection, for a supervisor over its branch."""
        found = await queries.held_for(caller, inspection)
        if found is None:
            raise Refusal("not_found")
        return _json(found)


def _json(content: Any) -> Response[bytes]:
    return Response(msgspec.json.encode(content), media_type=MediaType.JSON, headers=_PRIVATE)
