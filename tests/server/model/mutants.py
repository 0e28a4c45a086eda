"""Planted faults, at least one an invariant: those of protocol §10, and 14, what records.md says of rounds.

A model that lets one pass proves nothing. `CATCHES`: for each the seed of a history that catches it, so that a test
needs to play just that one.
"""

from collections.abc import Callable
from importlib import import_module
from typing import Any

import msgspec
import pytest

import server.door.edits
import server.door.verbs
import server.keeping.backup
import server.people.acts
import server.reviews.acts
import server.sync.pull
import server.sync.push
from server.door import server_change
from server.door.tables import LOG
from tests.server.model.faults import FaultyPhone
from tests.server.model.mutants_of_change import CHANGE
from tests.server.model.mutants_of_merging import MERGING
from tests.server.model.mutants_of_pages import PAGES
from tests.server.model.mutants_of_rounds import ROUNDS
from tests.server.model.plan import Plan, draw
from tests.server.model.play import Theatre
from tests.server.model.shrink import VECTORS, read
from tests.server.protocol.world import World

door_apply = import_module("server.door.apply")  # the package shows the function of that name
Patch = pytest.MonkeyPatch
Mutant = Callable[[Patch], None]
CAUGHT = (AssertionError, KeyError, msgspec.MsgspecError, RecursionError)
"""How the model says that something is wrong; anything else is a mistake of the model."""


def skips_a_row(patch: Patch) -> None:
    """Invariants 1 and 8: a row at or below the cursor is not told."""
    feed = server.sync.pull._feed

    async def skipping(page: Any, *rest: Any) -> Any:
        told = await feed(page, *rest)
        if len(page.rows.get("finding", ())) > 1:
            page.rows["finding"].pop()
        return told

    patch.setattr(server.sync.pull, "_feed", skipping)


def cursor_runs_ahead(patch: Patch) -> None:
    """Invariant 8: the cursor is the clock although the page was cut."""
    feed = server.sync.pull._feed

    async def ahead(page: Any, audiences: Any, held: Any, since: int, clock: int, *rest: Any) -> Any:
        await feed(page, audiences, held, since, clock, *rest)
        return clock, False

    patch.setattr(server.sync.pull, "_feed", ahead)


def same_for_everything(patch: Patch) -> None:
    """Invariant 1: `same` although others changed the row too."""

    async def careless(entries: Any, *_: Any) -> set[tuple[str, str]]:
        return {(entry[0], entry[1]) for entry in entries if not entry[3] and entry[0] == "finding"}

    patch.setattr(server.sync.pull, "_own_edits", careless)


def revoked_rows_stay(patch: Patch) -> None:
    """Invariant 6: what was lost with an audience is not told."""

    async def silent(*_: Any) -> None:
        return None

    patch.setattr(server.sync.pull, "lost_page", silent)


def outcomes_are_forgotten(patch: Patch) -> None:
    """Invariants 2 and 3: a replay is answered as if all had been applied."""
    replay = server.sync.push._replay

    async def forgetful(*arguments: Any) -> list[Any]:
        await replay(*arguments)
        return []

    patch.setattr(server.sync.push, "_replay", forgetful)


def refusals_are_not_logged(patch: Patch) -> None:
    """Invariant 2: a refused change is in no outbox and in no log."""
    flush = door_apply.flush

    async def silent(workspace: Any, logged: Any) -> Any:
        return await flush(workspace, [row for row in logged if "refused" not in row])

    patch.setattr(door_apply, "flush", silent)


def replays_write(patch: Patch) -> None:
    """Invariant 3: what came twice moves the clock, and with it every phone."""
    replay = server.sync.push._replay

    async def writing(device: int, changes: Any) -> Any:
        if changes:
            await server.sync.push.execute("UPDATE clock SET rev = rev + 1")
        return await replay(device, changes)

    patch.setattr(server.sync.push, "_replay", writing)


def photos_are_not_missed(patch: Patch) -> None:
    """Invariant 9: approval without the pictures."""
    patch.setattr(server.reviews.acts, "_is_missing", lambda photo: False)


def approved_hash_moves(patch: Patch) -> None:
    """Invariant 7: a picture that comes late changes what was approved."""
    store = World.store

    async def stores(world: World, photo: str) -> None:
        await store(world, photo)
        for row in [row for phone in world.phones for row in phone.rows("inspection")]:
            if row["status"] == "approved":
                values = {"approved_sha256": f"{world.clock():064x}"}
                await server_change("inspection", row["id"], values, now=world.clock())

    patch.setattr(World, "store", stores)


def pages_cover_too_much(patch: Patch) -> None:
    """Invariant 10: the phone takes its saved work off the screen as soon as it is sent."""
    request = FaultyPhone.request

    def covering(phone: FaultyPhone, **overrides: Any) -> dict[str, Any]:
        made = request(phone, **overrides)
        phone.out.ack = max(phone.out.ack, *(change["n"] for change in made["changes"]), 0)
        phone.cache.confirmed = phone.out.ack
        return made

    patch.setattr(FaultyPhone, "request", covering)


def taps_are_saved_later(patch: Patch) -> None:
    """Invariant 10: the person is told it is saved before it is on the disk."""
    saved = FaultyPhone.saved

    def lazily(phone: FaultyPhone, database: str) -> None:
        if database == "cache" or len(phone.out.changes) % 2:
            saved(phone, database)

    patch.setattr(FaultyPhone, "saved", lazily)


def a_refusal_blocks_the_queue(patch: Patch) -> None:
    """Invariant 12: a phone waits for ever for a change that will never be taken."""
    request = FaultyPhone.request

    def waiting(phone: FaultyPhone, **overrides: Any) -> dict[str, Any]:
        made = request(phone, **overrides)
        if "changes" not in overrides and any(r.get("code") == "bad_value" for r in phone.out.results.values()):
            made["changes"] = []
        return made

    patch.setattr(FaultyPhone, "request", waiting)


def gaps_are_not_filled(patch: Patch) -> None:
    """Invariants 2 and 12: a phone does not send again what a restored server lacks."""
    patch.setattr(FaultyPhone, "_again_from", lambda phone, n: None)


def restored_under_the_same_epoch(patch: Patch) -> None:
    """Invariants 1 and 2: phones are not told that the server was restored."""
    restore = server.keeping.backup.restore

    async def quietly(engine: Any, *rest: Any) -> Any:
        sheet = await restore(engine, *rest)
        async with engine.transaction():
            await engine.execute("UPDATE clock SET epoch = 1", ())
        return sheet

    patch.setattr(server.keeping.backup, "restore", quietly)


def revs_are_given_again(patch: Patch) -> None:
    """What is approved is what its author saw: after a restore old cursors name what nobody has seen."""
    patch.setattr(server.keeping.backup, "REV_GAP", 0)


def something_writes_past_the_log(patch: Patch) -> None:
    """Invariant 13: why a finding was returned is not what the supervisor wrote, and the log does not say so."""
    take = server.sync.push.apply

    async def rewording(*arguments: Any) -> Any:
        results = await take(*arguments)
        await server.sync.push.execute(
            "UPDATE finding SET change = change + 1, body = REPLACE(body, 'again', 'never') WHERE body LIKE '%again%'"
        )
        return results

    patch.setattr(server.sync.push, "apply", rewording)


def times_are_not_logged(patch: Patch) -> None:
    """Invariants 4 and 13: the log does not say when a change counts as made."""
    flush, times = door_apply.flush, LOG.index("times")

    async def timeless(workspace: Any, logged: Any) -> Any:
        return await flush(workspace, [(*row[:times], "{}", *row[times + 1 :]) for row in logged])

    patch.setattr(door_apply, "flush", timeless)


def views_are_never_stale(patch: Patch) -> None:
    """What is approved is what its author saw."""

    async def fresh(*_: Any) -> None:
        return None

    patch.setattr(server.door.verbs, "refuse_stale", fresh)


def regrants_show_nothing_new(patch: Patch) -> None:
    """Invariant 1: what began while somebody had no right stays hidden when they get it back."""
    patch.setattr(server.people.acts, "slices", lambda: ())


MUTANTS: tuple[Mutant, ...] = (
    skips_a_row,
    cursor_runs_ahead,
    same_for_everything,
    revoked_rows_stay,
    outcomes_are_forgotten,
    refusals_are_not_logged,
    replays_write,
    photos_are_not_missed,
    approved_hash_moves,
    pages_cover_too_much,
    taps_are_saved_later,
    a_refusal_blocks_the_queue,
    gaps_are_not_filled,
    restored_under_the_same_epoch,
    revs_are_given_again,
    something_writes_past_the_log,
    times_are_not_logged,
    views_are_never_stale,
    regrants_show_nothing_new,
    *MERGING,
    *PAGES,
    *CHANGE,
    *ROUNDS,
)
CATCHES = {
    "skips_a_row": 1,
    "cursor_runs_ahead": 1,
    "same_for_everything": 1,
    "revoked_rows_stay": 1,
    "outcomes_are_forgotten": 1,
    "refusals_are_not_logged": 1,
    "replays_write": 1,
    "arrival_decides": 3,
    "clocks_are_believed": 5,
    "bases_are_ignored": 1,
    "judgements_are_merged_silently": 1,
    "photos_are_not_missed": 2,
    "approved_hash_moves": 1,
    "pages_cover_too_much": 1,
    "taps_are_saved_later": 1,
    "a_refusal_blocks_the_queue": 2,
    "gaps_are_not_filled": 3,
    "restored_under_the_same_epoch": 3,
    "revs_are_given_again": 0,
    "something_writes_past_the_log": 12,
    "times_are_not_logged": 1,
    "views_are_never_stale": 3,
    "regrants_show_nothing_new": 60,
    "kept_pages_are_believed": 1,
    "kept_pages_lack_a_row": 1,
    "work_stays_where_its_branch_was": 3,
    "old_apps_send_in_vain": 3,
    "old_apps_take_receipts_for_rows": 3,
    "closed_visits_take_edits": 1,
    "visits_close_without_a_result": 1,
    "void_visits_count": 5,
    "late_visits_stay_with_who_was_merged": 6,
    "merging_leaves_the_visits": 6,
    "the_merged_take_edits": 6,
    "carriers_read_each_other": 1,
    "own_visits_are_for_ever": 5,
    "remarks_are_heard_all_over_the_branch": 1,
    "nobody_knows_who_said_it": 1,
}


def plan_for(mutant: Mutant) -> Plan:
    """The history that notices a planted fault: one cut down for it, or that of the recorded seed."""
    path = VECTORS / f"{mutant.__name__.replace('_', '-')}.json"
    return read(path).plan if path.is_file() else draw(CATCHES[mutant.__name__])


def named(name: str) -> Mutant:
    return next(mutant for mutant in MUTANTS if mutant.__name__ == name)


def caught(theatre: Theatre, mutant: Mutant, plan: Plan, database: str) -> str | None:
    """What a history says of a planted fault; None when it does not notice."""
    with pytest.MonkeyPatch.context() as patch:
        mutant(patch)
        try:
            theatre.play(plan, database)
        except CAUGHT as found:
            return f"{type(found).__name__}: {found}"
    return None
