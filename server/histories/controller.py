"""What was done to a record, for whoever sees it."""

import msgspec
from litestar import Controller, MediaType, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from server.histories.queries import History, Type, history_of
from server.identity import Caller
from server.problems import Refusal


class HistoryController(Controller):
    """`/api/history`."""

    path = "/api/history"
    tags = ("history",)

    @get("/{type:str}/{record:str}", opt={"reply": History})
    async def history(
        self,
        type: FromPath[str],  # noqa: A002  # the name of the wire
        record: FromPath[str],
        caller: NamedDependency[Caller],
    ) -> Response[bytes]:
        """Every step taken with an inspection and its findings, a finding, a visit or a customer, the last first.

        A branch reads of an inspection what was done from its submission on.
        """
        try:
            kind = msgspec.convert(type, Type)
        except msgspec.ValidationError as error:
            raise Refusal("not_found") from error
        found = await history_of(caller, kind, record)
        if found is None:
            raise Refusal("not_found")
        return Response(msgspec.json.encode(found), media_type=MediaType.JSON, headers={"Cache-Control": "no-store"})
