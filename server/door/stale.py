"""Whether what an act judges was changed by another device after its author looked."""

import msgspec

from server.database.query import look_up
from server.door.registry import Refused
from server.door.workspace import Key, Workspace


class View(msgspec.Struct, frozen=True):
    """The records an act judges; ``verbs`` narrows it to changes that matter (``None``: every change)."""

    records: tuple[Key, ...]
    verbs: frozenset[str] | None = None


async def refuse_stale(workspace: Workspace, view: View, seen: int) -> None:
    """Raise ``stale_view`` with what changed: ``[[type, id, rev], …]``."""
    sql = (
        "SELECT t.type, t.record, MAX(t.rev) FROM json_each(?) AS wanted "
        "CROSS JOIN touch AS t WHERE t.type = json_extract(wanted.value, '$[0]') "
        "AND t.record = json_extract(wanted.value, '$[1]') "
        "AND t.rev > ? AND t.device <> ? AND t.quiet = 0"
    )
    args = [msgspec.json.encode(view.records).decode(), seen, workspace.actor.device]
    if view.verbs is not None:
        sql += " AND t.verb IN (SELECT value FROM json_each(?))"
        args.append(msgspec.json.encode(sorted(view.verbs)).decode())
    changed = await look_up(sql + " GROUP BY t.type, t.record ORDER BY t.type, t.record", *args)
    if changed:
        raise Refused("stale_view", changed=[(type_, id_, rev) for type_, id_, rev in changed])
