"""``POST /api/sync``."""

from typing import Any

import msgspec
from litestar import Controller, MediaType, Request, Response, post
from litestar.di import NamedDependency
from litestar.params import RawBody

from server.database.query import fetch
from server.database.snapshot import snapshot
from server.door import Workspace
from server.door.workspace import Actor
from server.identity import Caller
from server.sync.envelope import MOST_SENT, Envelope, read
from server.sync.pull import NONE, Own, Standing, pull, rev_now
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
        before = await rev_now()
        pushed = await push(caller, envelope, clock)
        async with snapshot():
            standing, settled = await _standing(caller, envelope)
            # What came meanwhile by another request of this device is beyond this ack: no `same` may speak of it.
            own = Own(caller.device, before) if settled == pushed.ack else NONE
            pulled = await pull(envelope.head, standing, own, clock)
        await note_device(caller, envelope, standing, clock)
        reply: dict[str, Any] = {"v": 1, **pulled, "ack": pushed.ack, "time": clock}
        if pushed.results:
            reply["results"] = pushed.results
        headers = {"Cache-Control": "no-store"}
        return Response(msgspec.json.encode(reply), media_type=MediaType.JSON, headers=headers)


async def _standing(caller: Caller, envelope: Envelope) -> tuple[Standing, int]:
    """What the caller may read now, what this device was given before, and what of it is settled by now."""
    head = envelope.head
    workspace = Workspace(Actor(person=caller.person, device=caller.device), 0, 0)
    granted = await workspace.audiences_of(caller.person)
    if isinstance(head.hold, list):
        granted &= frozenset(head.hold)
    rows = await fetch("SELECT audiences, settled FROM device WHERE id = ?", caller.device)
    served = msgspec.json.decode(rows[0][0] or "[]", type=list[str])
    standing = Standing(
        cursor=head.cursor,
        held=tuple(dict.fromkeys(head.audiences)),
        granted=granted,
        fills=dict(head.fill),
        served=frozenset(served),
    )
    return standing, int(rows[0][1])
