"""``POST /api/sync``."""

from typing import Any

import msgspec
from litestar import Controller, MediaType, Request, Response, post
from litestar.di import NamedDependency
from litestar.params import RawBody

from server.database.snapshot import snapshot
from server.identity import Caller
from server.sync.envelope import MOST_SENT, read
from server.sync.moment import moment_of
from server.sync.pull import NONE, Own, pull
from server.sync.push import note_device, push
from sync.change import SyncReply, SyncRequest


class SyncController(Controller):
    """`/api/sync`."""

    path = "/api/sync"
    tags = ("sync",)
    request_max_body_size = MOST_SENT

    @post(
        "/",
        status_code=200,
        opt={
            "body": SyncRequest,
            "reply": SyncReply,
            "headers": {"Content-Encoding": ({"enum": ["gzip", "identity"]}, False)},
            "refusals": ("wrong_device", "device_fork", "gap", "unsupported_media"),
        },
    )
    async def sync(
        self,
        request: Request[Any, Any, Any],
        body: RawBody,
        caller: NamedDependency[Caller],
        clock: NamedDependency[int],
    ) -> Response[bytes]:
        """One round trip: settle what the phone sends, then tell what changed for it."""
        envelope = read(body, request.headers.get("content-encoding", ""))
        head = envelope.head
        before = await moment_of(caller, head)
        pushed = await push(caller, envelope, before, clock)
        if not envelope.changes and before.has_nothing_for(head):
            moment, pulled = before, {"epoch": before.epoch, "cursor": before.rev}
        else:
            async with snapshot():
                moment = await moment_of(caller, head)
                # `same` is of what this very request brought: what came by another one the phone may have in its rows
                # already, with later work of others on top, or not have been told the outcome of.
                sole = envelope.is_next(before.settled) and moment.settled == pushed.ack
                own = Own(caller.device, before.rev) if sole else NONE
                pulled = await pull(head, moment, own, clock)
        await note_device(caller, envelope, moment, clock)
        reply: dict[str, Any] = {"v": 1, **pulled, "ack": pushed.ack, "time": clock}
        if pushed.results:
            reply["results"] = pushed.results
        headers = {"Cache-Control": "no-store"}
        return Response(msgspec.json.encode(reply), media_type=MediaType.JSON, headers=headers)
