"""A model that cannot fail proves nothing: each deliberate fault must be caught within a few histories."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import msgspec
import pytest

import server.door.judge
import server.reviews.acts
import server.sync.pull
import server.sync.push
import sync.merge
from server.door import server_change
from tests.server.model.play import play
from tests.server.protocol.world import World

Patch = pytest.MonkeyPatch
TRIES = 6


def skips_a_row(patch: Patch) -> None:
    """Invariants 1 and 8: a row at or below the cursor is not told."""
    feed = server.sync.pull._feed

    async def skipping(page: Any, *rest: Any) -> tuple[int, bool]:
        told = await feed(page, *rest)
        if len(page.rows.get("finding", ())) > 1:
            page.rows["finding"].pop()
        return told

    patch.setattr(server.sync.pull, "_feed", skipping)


def cursor_runs_ahead(patch: Patch) -> None:
    """Invariant 8: the cursor is the clock although the page was cut."""
    feed = server.sync.pull._feed

    async def ahead(page: Any, audiences: Any, held: Any, since: int, clock: int, own: Any) -> tuple[int, bool]:
        await feed(page, audiences, held, since, clock, own)
        return clock, False

    patch.setattr(server.sync.pull, "_feed", ahead)


def same_for_everything(patch: Patch) -> None:
    """Invariant 1: `same` although others changed the row too."""

    async def careless(entries: Any, since: int, own: Any) -> set[tuple[str, str]]:
        return {(type_, id_) for type_, id_, _, gone in entries if not gone and type_ == "finding"}

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


def arrival_decides(patch: Patch) -> None:
    """Invariant 4: the time of arrival instead of the time of the gesture."""

    def arrival(received: int, sent: int, at: int, bases: Mapping[Any, int]) -> int:
        return max([received, *(base + 1 for base in bases.values())])

    patch.setattr(server.door.judge, "effective_time", arrival)


def bases_are_ignored(patch: Patch) -> None:
    """Invariants 5 and 11: nothing counts as seen."""
    merge = sync.merge.merge

    def blind(register: Any, head: Any, bases: Any, known: Any, policy: Any) -> Any:
        return merge(register, head, (), {}, policy)

    patch.setattr(server.door.judge, "merge", blind)


def judgements_are_merged_silently(patch: Patch) -> None:
    """Invariant 11: the winner alone stays, as if checks were plain text."""
    merge = sync.merge.merge

    def silent(register: Any, head: Any, bases: Any, known: Any, policy: Any) -> Any:
        return merge(register, head, bases, known, sync.merge.Policy.EDIT)

    patch.setattr(server.door.judge, "merge", silent)


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


MUTANTS: list[Callable[[Patch], None]] = [
    skips_a_row,
    cursor_runs_ahead,
    same_for_everything,
    revoked_rows_stay,
    outcomes_are_forgotten,
    arrival_decides,
    bases_are_ignored,
    judgements_are_merged_silently,
    photos_are_not_missed,
    approved_hash_moves,
]


@pytest.mark.parametrize("mutant", MUTANTS)
async def test_caught(seeded: Path, tmp_path: Path, monkeypatch: Patch, mutant: Callable[[Patch], None]) -> None:
    mutant(monkeypatch)
    for seed in range(1, TRIES + 1):
        try:
            await play(seeded, tmp_path / str(seed), seed)
        except (AssertionError, KeyError, msgspec.MsgspecError):
            return
    raise AssertionError(f"{mutant.__name__} went unnoticed through {TRIES} histories: {mutant.__doc__}")
