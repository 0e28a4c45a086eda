"""``POST /api/sync``."""

from typing import Any

import msgspec
from litestar import Controller, MediaType, Request, Response, post
from litestar.di import NamedDependency
from litestar.params import RawBody

from server.database.snapshot import snapshot
from server.encoding import preferred
from server.identity import Caller
from server.sync.envelope import MOST_SENT, Envelope, read
from server.sync.moment import Moment, moment_of
from server.sync.packing import ending, joined
from server.sync.pull import NONE, Own, pull
from server.sync.push import note_device, push
from server.sync.shelf import Page
from server.sync.snapshots import Taking
from server.sync.versions import can_read
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
        taking = Taking(request.app.state.snapshots, caller.device, clock)
        if not can_read(head.app):
            since = head.cursor if head.epoch == before.epoch else None  # a rev of another epoch says nothing here
            moment, pulled = before, {"epoch": before.epoch, "cursor": since or 0, "upgrade": True}
        elif not envelope.changes and before.has_nothing_for(head):
            moment, pulled = before, {"epoch": before.epoch, "cursor": before.rev}
        else:
            moment, pulled = await _pulled(caller, envelope, before, pushed.ack, taking)
        await note_device(caller, envelope, moment, clock)
        reply: dict[str, Any] = {"v": 1, **pulled, "ack": pushed.ack, "time": clock}
        if pushed.results:
            reply["results"] = pushed.results
        return _written(reply, taking.page, request.headers.get("accept-encoding", ""))


def _written(reply: dict[str, Any], page: Page | None, accepted: str) -> Response[bytes]:
    """The answer. What a kept page holds comes before everything else, as it was compressed once.

    Never stored on the way: a phone must not keep what it is no longer to read.
    """
    headers = {"Cache-Control": "no-store"}
    if page is None:
        return Response(msgspec.json.encode(reply), media_type=MediaType.JSON, headers=headers)
    encoding = preferred(accepted)
    end = ending(page.packed.types, reply.pop("rows", {}), reply)
    if encoding != "identity":
        headers |= {"Content-Encoding": encoding, "Vary": "Accept-Encoding"}
    return Response(joined(page.packed, encoding, end), media_type=MediaType.JSON, headers=headers)


async def _pulled(
    caller: Caller, envelope: Envelope, before: Moment, ack: int, taking: Taking
) -> tuple[Moment, dict[str, Any]]:
    """What the phone is told, and the moment of it. A page that many ask for is waited for outside of the snapshot."""
    while True:
        async with snapshot():
            moment = await moment_of(caller, envelope.head)
            # `same` is of what this very request brought: what came by another one the phone may have in its rows
            # already, with later work of others on top, or not have been told the outcome of.
            sole = envelope.is_next(before.settled) and moment.settled == ack
            own = Own(caller.device, before.rev) if sole else NONE
            pulled = await pull(envelope.head, moment, own, taking.now, taking)
        if taking.wish is None:
            return moment, pulled
        await taking.wait()
