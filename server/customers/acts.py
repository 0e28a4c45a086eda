"""What a manager does with customers beside keeping them: one person in the files twice, a number shown."""

import msgspec

from server.database import transaction
from server.database.query import execute
from server.door import Workspace, as_server, put
from sync.records.values import Id, Millis


class Reveal(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A number was shown to somebody: ``at`` by their phone's clock; ``id`` so that it is noted once."""

    id: Id
    at: Millis


async def merge(customer: str, into: str, *, by: str, now: int) -> None:
    """Let ``into`` stand for a customer: its visits are theirs from now on, and later ones will be."""

    async def work(workspace: Workspace) -> None:
        await put(workspace, "customer", into, {}, verb="merge")
        followed = [*await workspace.load("customer", [customer])]
        followed += await workspace.children("customer", "merged_into", customer)
        for entry in followed:
            entry.columns["merged_into"] = into
            await workspace.write(entry, "merge", status="merged")
        for visit in await workspace.children("visit", "customer", customer):
            await workspace.write(visit, "merge", customer=into)

    await as_server(work, now=now, person=by, what="merge_customers")


async def note_reveal(customer: str, reveal: Reveal, *, by: str, device: int, now: int) -> None:
    """Note that somebody looked at a hidden number. Noting it again is without effect."""
    async with transaction():
        await execute(
            "INSERT INTO reveal (id, customer, person, device, at, received) VALUES (?, ?, ?, ?, ?, ?) "
            "ON CONFLICT (id) DO NOTHING",
            *(reveal.id, customer, by, device, reveal.at, now),
        )
