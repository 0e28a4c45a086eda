"""What is done with customers at a desk: one person in the files twice, a number shown, whole sheets of them."""

from collections.abc import Mapping
from typing import Any

import msgspec

from server.database import transaction
from server.database.query import execute
from server.door import Entry, Workspace, as_server, put
from server.problems import Refusal
from sync.merge import Head, Register, effective_time
from sync.merge import merge as merge_heads
from sync.records import fields
from sync.records.values import Id, Millis

_ONCE = ("branch",)


class Reveal(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A number was shown to somebody: ``at`` by their phone's clock; ``id`` so that it is noted once."""

    id: Id
    at: Millis


async def merge(customer: str, into: str, *, by: str, now: int) -> None:
    """Let ``into`` stand for a customer: its visits are theirs from now on, and later ones will be.

    Refused cannot_merge: somebody merged or erased one of them a moment before.
    """

    async def work(workspace: Workspace) -> None:
        both = await workspace.load("customer", [customer, into])
        if len(both) < 2 or any(entry.row["status"] != "active" for entry in both):
            raise Refusal("cannot_merge")
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


async def write_customer(workspace: Workspace, id_: str, values: Mapping[str, Any]) -> None:
    """Add a customer, or set fields of one: later than all that was written there before, as an edit by a phone."""
    entry = await workspace.get("customer", id_)
    creates = entry is None
    entry = entry or Entry("customer", id_)
    workspace.touch(entry, "create" if creates else "edit")
    for name in _ONCE if creates else values:  # nobody can have written a new one's fields meanwhile
        before = entry.registers.get(name, Register())
        known = {head.change: head.t for head in before.heads}
        at = effective_time(workspace.now, workspace.now, workspace.now, known)
        head = Head(at, 0, workspace.log_id, workspace.actor.person, workspace.now, values[name])
        entry.settle(name, merge_heads(before, head, list(known), known, fields("customer")[name].policy)[0])
        workspace.remember_time(entry, name, at)
    entry.row.update(values)
    await workspace.refresh(entry)
