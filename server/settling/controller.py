"""Work that was set aside, for desks: what waits, what becomes of it, and what became of one's own."""

from typing import Any

import msgspec
from litestar import Controller, MediaType, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery, RawBody

from server.bodies import read_json
from server.identity import Caller
from server.problems import Refusal
from server.settling import queries
from server.settling.acts import Settle, Settled, settle

_PRIVATE = {"Cache-Control": "no-store"}


class HeldController(Controller):
    """`/api/held`."""

    path = "/api/held"
    tags = ("held",)

    @get("/", opt={"query": queries.Asked, "reply": queries.HeldList})
    async def list_held(
        self, caller: NamedDependency[Caller], status: FromQuery[str] = "open", limit: FromQuery[int] = queries.MOST
    ) -> Response[bytes]:
        """What was set aside at the branches the caller supervises; empty for anybody else."""
        try:
            asked = msgspec.convert({"status": status, "limit": limit}, queries.Asked)
        except msgspec.ValidationError as error:
            raise Refusal("bad_request", detail=str(error)) from error
        return _json(await queries.held_for(caller, asked))

    @get("/own", opt={"query": queries.OutcomesSince, "reply": queries.Outcomes})
    async def own_outcomes(
        self, caller: NamedDependency[Caller], clock: NamedDependency[int], since: FromQuery[int | None] = None
    ) -> Response[bytes]:
        """What became of the caller's own work that was set aside; with `since` only what was decided after it."""
        try:
            asked = msgspec.convert({"since": since}, queries.OutcomesSince)
        except msgspec.ValidationError as error:
            raise Refusal("bad_request", detail=str(error)) from error
        return _json(await queries.outcomes_for(caller, asked, clock))

    @post(
        "/settle",
        status_code=200,
        opt={
            "body": Settle,
            "reply": Settled,
            "refusals": ("already_settled", "review_anew", "self_review", "wrong_state"),
        },
    )
    async def settle(
        self, body: RawBody, caller: NamedDependency[Caller], clock: NamedDependency[int]
    ) -> Response[bytes]:
        """Take work in, keep it beside the record, or leave it out. For a supervisor over its branch.

        What cannot be taken in still waits and is named with the reason; refused where that is all of it.
        """
        return _json(await settle(caller, read_json(body, Settle), now=clock))


def _json(content: Any) -> Response[bytes]:
    return Response(msgspec.json.encode(content), media_type=MediaType.JSON, headers=_PRIVATE)
