"""Taking pictures away for good: those of photos that were erased, once no other photo shows the same picture."""

from collections.abc import Callable, Sequence
from typing import get_args

from server.door import Entry, Workspace
from server.photos import ledger
from server.photos.store import Copy, Store
from server.problems import Refusal


def unlink(workspace: Workspace, photo: Entry) -> None:
    """Within a transaction: nobody finds the pictures of a photo any more, and none can come."""
    workspace.note("DELETE FROM blob_photo WHERE photo = ?", photo.id)
    workspace.note("UPDATE upload SET ended = 'gone' WHERE photo = ? AND ended IS NULL", photo.id)


async def clear_unlinked(store: Store, clock: Callable[[], int], hashes: list[str] | None = None) -> int:
    """Take away the stored pictures that no photo shows and nobody is bringing; how many. ``None``: of all there are.

    Nobody can link a picture any more once its copies begin to go, so none is promised that is no longer there.
    ``clock`` in epoch ms, read anew for each: many take longer than the lease of one.
    503 unavailable while the store does not answer; what is left then goes the next time.
    """
    count = 0
    for sha256 in await ledger.unlinked(hashes):
        now = clock()
        if await ledger.doom_blob(sha256, now):
            await take_away(store, sha256, get_args(Copy), now)
            count += 1
    return count


async def take_away(store: Store, sha256: str, copies: Sequence[Copy], now: int) -> None:
    """Remove copies of a picture that was doomed at this time, and its row. 503: the store does not answer."""
    try:
        for copy in copies:
            if await ledger.is_doomed(sha256, now):  # or the lease is over, and somebody brought it again
                await store.remove(copy, sha256)
    except Refusal:
        await ledger.leave_blob(sha256, now)
        raise
    await ledger.forget_blob(sha256, now)
