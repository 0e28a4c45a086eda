"""Taking pictures away for good: those of photos that were erased, once no other photo shows the same picture."""

from typing import get_args

import msgspec

from server.database import transaction
from server.database.query import execute, fetch
from server.door import Entry, Workspace
from server.photos.store import Copy, Store

_UNLINKED = (
    "SELECT b.sha256 FROM blob AS b WHERE NOT EXISTS (SELECT 1 FROM blob_photo AS p WHERE p.sha256 = b.sha256) "
    "AND NOT EXISTS (SELECT 1 FROM upload AS u WHERE u.sha256 = b.sha256 AND u.ended IS NULL)"
)
_AMONG = "AND b.sha256 IN (SELECT value FROM json_each(?))"


def unlink(workspace: Workspace, photo: Entry) -> None:
    """Within a transaction: nobody finds the pictures of a photo any more, and none can come."""
    workspace.note("DELETE FROM blob_photo WHERE photo = ?", photo.id)
    workspace.note("UPDATE upload SET ended = 'gone' WHERE photo = ? AND ended IS NULL", photo.id)


async def clear_unlinked(store: Store, hashes: list[str] | None = None) -> int:
    """Take away the stored pictures that no photo shows and nobody is bringing; how many. ``None``: of all there are.

    503 unavailable while the store does not answer; what is left then goes the next time.
    """
    if hashes is None:
        found = await fetch(_UNLINKED)
    else:
        found = await fetch(f"{_UNLINKED} {_AMONG}", msgspec.json.encode(hashes).decode())
    for (sha256,) in found:
        for copy in get_args(Copy):
            await store.remove(copy, sha256)
        async with transaction():
            await execute("DELETE FROM blob WHERE sha256 = ?", sha256)
    return len(found)
