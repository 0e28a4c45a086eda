"""Customers for desks: lists, merging, numbers that were shown, and people who are to be forgotten."""

import asyncio
from typing import Any

import msgspec
from litestar import Controller, MediaType, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, RawBody

from server.bodies import read_json
from server.customers import acts, queries
from server.customers.erasing import erase, outside_of
from server.customers.queries import CustomerFilters, Reveals
from server.customers.sheets import NAMES, customer_columns
from server.door import Entry, read_rows
from server.identity import Caller, over
from server.lists.answers import XLSX, Language, attachment, sheet_of
from server.pages import BadCursor, Page, one_for
from server.problems import Refusal, prefers_chinese
from sync.records.values import Id
from sync.workflow import Reason

_PRIVATE = {"Cache-Control": "no-store"}


class MergeBody(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Who stands for the customer from now on."""

    into: Id


class EraseBody(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Why somebody is to be forgotten; it is kept, so it should name nobody."""

    reason: Reason


class CustomerController(Controller):
    """`/api/customers`."""

    path = "/api/customers"
    tags = ("customers",)

    @get("/", opt={"query": CustomerFilters, "reply": Page, "media": [XLSX]})
    async def list_customers(
        self,
        request: Request[Any, Any, Any],
        caller: NamedDependency[Caller],
        q: FromQuery[str | None] = None,
        branch: FromQuery[str | None] = None,
        unit: FromQuery[str | None] = None,
        route: FromQuery[str | None] = None,
        tier: FromQuery[str | None] = None,
        status: FromQuery[str] = "active",
        limit: FromQuery[int] = 50,
        next: FromQuery[str | None] = None,  # noqa: A002  # the name of the wire
        format: FromQuery[str] = "json",  # noqa: A002
        lang: FromQuery[str | None] = None,
    ) -> Response[bytes]:
        """The customers the caller may see, by name, a page at a time; or all of them as a sheet, numbers hidden."""
        asked = {
            "q": q, "branch": branch, "unit": unit, "route": route, "tier": tier, "status": status, "limit": limit,
            "next": next, "format": format, "lang": lang,
        }  # fmt: skip
        try:
            filters = msgspec.convert(asked, CustomerFilters)
            if filters.format == "xlsx":
                chinese = prefers_chinese(request.headers.get("accept-language", ""))
                language = filters.lang or ("zh" if chinese else "en")
                return await _sheet(await queries.all_for(caller, filters), language)
            found = await queries.list_for(caller, filters)
        except (msgspec.ValidationError, BadCursor) as error:
            raise Refusal("bad_request", detail=str(error)) from error
        return _json(found)

    @get("/{customer:str}", opt={"reply": Page})
    async def one_customer(self, customer: FromPath[str], caller: NamedDependency[Caller]) -> Response[bytes]:
        """One customer with those visits there which the caller sees."""
        found = await one_for(caller, "customer", customer, (("visit", "customer"),))
        if found is None:
            raise Refusal("not_found")
        return _json(found)

    @get("/{customer:str}/near", opt={"reply": Page, "refusals": ("not_allowed",)})
    async def near(self, customer: FromPath[str], caller: NamedDependency[Caller]) -> Response[bytes]:
        """Who is perhaps in the files twice. For a manager over the branch."""
        return _json(await queries.near(caller, await _managed(caller, customer)))

    @post(
        "/{customer:str}/merge",
        status_code=200,
        opt={"body": MergeBody, "row": "customer", "refusals": ("not_allowed", "cannot_merge")},
    )
    async def merge(
        self, customer: FromPath[str], body: RawBody, caller: NamedDependency[Caller], clock: NamedDependency[int]
    ) -> Response[bytes]:
        """Let another customer of the branch stand for this one. For a manager over it."""
        into = read_json(body, MergeBody).into
        entry, other = await _managed(caller, customer), await queries.seen(caller, into)
        if other is None or other.row["branch"] != entry.row["branch"] or into == customer:
            raise Refusal("cannot_merge")
        if entry.row["status"] != "active" or other.row["status"] != "active":
            raise Refusal("cannot_merge")
        await acts.merge(customer, into, by=caller.person, now=clock)
        rows = await read_rows([("customer", into)])
        return _json(rows["customer", into])

    @post("/{customer:str}/reveal", status_code=204, opt={"body": acts.Reveal})
    async def reveal(
        self, customer: FromPath[str], body: RawBody, caller: NamedDependency[Caller], clock: NamedDependency[int]
    ) -> None:
        """Note that the caller looked at the hidden number. A phone without a network sends it later."""
        reveal = read_json(body, acts.Reveal)
        if await queries.seen(caller, customer) is None:
            raise Refusal("not_found")
        await acts.note_reveal(customer, reveal, by=caller.person, device=caller.device, now=clock)

    @get("/{customer:str}/reveals", opt={"reply": Reveals, "refusals": ("not_allowed",)})
    async def reveals(self, customer: FromPath[str], caller: NamedDependency[Caller]) -> Response[bytes]:
        """Who looked at the number. For a manager or supervisor over the branch."""
        await _managed(caller, customer, "manager", "supervisor")
        return _json(await queries.reveals_of(customer))

    @post(
        "/{customer:str}/erase",
        status_code=200,
        opt={"body": EraseBody, "row": "customer", "refusals": ("not_allowed",)},
    )
    async def erase(
        self,
        customer: FromPath[str],
        request: Request[Any, Any, Any],
        body: RawBody,
        caller: NamedDependency[Caller],
        clock: NamedDependency[int],
    ) -> Response[bytes]:
        """Forget a customer: every personal field is emptied, here and in the log, and photos of visits to them go.

        For a manager over the branch.
        """
        asked = read_json(body, EraseBody)
        await _managed(caller, customer)
        await erase(customer, outside_of(request.app), reason=asked.reason, by=caller.person, now=clock)
        rows = await read_rows([("customer", customer)])
        return _json(rows["customer", customer])


async def _managed(caller: Caller, customer: str, *roles: str) -> Entry:
    """A customer the caller sees and answers for. 404 not_found, 403 not_allowed."""
    entry = await queries.seen(caller, customer)
    if entry is None:
        raise Refusal("not_found")
    if not any([await over(caller, role, entry.row["branch"]) for role in roles or ("manager",)]):
        raise Refusal("not_allowed")
    return entry


async def _sheet(customers: list[dict[str, Any]], language: Language) -> Response[bytes]:
    columns = customer_columns(await queries.codes_of(customers), language)
    name = NAMES[("zh", "en").index(language)]
    return attachment(await asyncio.to_thread(sheet_of, columns, customers, name, language), name)


def _json(content: Any) -> Response[bytes]:
    return Response(msgspec.json.encode(content), media_type=MediaType.JSON, headers=_PRIVATE)
