"""Looking after the store: whether every stored picture is there and unchanged, and what lies there for nobody."""

import hashlib
from collections.abc import AsyncIterator, Callable, Sequence

import msgspec

from server.database.query import fetch
from server.photos import ledger
from server.photos.erasing import take_away
from server.photos.store import Store, Stored

ORPHAN_MS = 30 * 86_400_000
"""How long a file is left alone that nothing is known to speak of."""

_PROMISED = "SELECT sha256, bytes, stripped FROM blob WHERE stored_at >= 0 ORDER BY sha256"


class Checked(msgspec.Struct):
    """What came of looking at every picture: how many there are, and the hashes of those that are not as promised.

    ``unshown``: only the copy without metadata is missing; the picture itself is whole.
    """

    pictures: int = 0
    bytes: int = 0
    missing: list[str] = msgspec.field(default_factory=list)
    changed: list[str] = msgspec.field(default_factory=list)
    unshown: list[str] = msgspec.field(default_factory=list)

    @property
    def sound(self) -> bool:
        return not (self.missing or self.changed or self.unshown)


class Cleaned(msgspec.Struct):
    """Files in the store that belong to no picture the database knows: those that go, and those that still wait."""

    files: int = 0
    bytes: int = 0
    waiting: int = 0


async def verify(store: Store) -> Checked:
    """Read every stored picture and compare it with its hash. 503 ``photos_unavailable``: the store does not answer."""
    found = Checked()
    for sha256, length, stripped in await fetch(_PROMISED):
        found.pictures += 1
        found.bytes += length
        actual = await _hash_of(store, sha256)
        if actual is None:
            wrong = found.missing
        elif actual != sha256:
            wrong = found.changed
        elif stripped and not await store.size("display", sha256):
            wrong = found.unshown
        else:
            continue
        if await ledger.is_stored(sha256):  # or it was taken away meanwhile, for good
            wrong.append(sha256)
    return found


async def _hash_of(store: Store, sha256: str) -> str | None:
    found = await store.read("original", sha256)
    if found is None:
        return None
    running = hashlib.sha256()
    async for chunk in found[1]():
        running.update(chunk)
    return running.hexdigest()


async def note_strays(store: Store, now: int) -> None:
    """Note since when which files belong to nothing. Nothing goes: what is nothing to this server may be dear to
    another one on the same store, as to the one whose backup this is a rehearsal of.

    ``now`` in epoch ms. 503 photos_unavailable while the store does not answer.
    """
    since = await ledger.orphans()
    await ledger.keep_orphans({one.path: since.get(one.path, now) async for one in _strays(store)})


async def clean(store: Store, clock: Callable[[], int], *, dry_run: bool) -> Cleaned:
    """Take away what belongs to nothing and has been known to for thirty days; ``dry_run`` only counts.

    The days count from when it was first seen, not from when it was stored: after a restore, pictures the older
    database does not know are still wanted, and phones no longer have them. ``clock`` in epoch ms, read anew for
    each: to list a large store takes longer than the lease of one. 503 photos_unavailable while the store does not
    answer; what is left then goes the next time.
    """
    done, left = Cleaned(), dict[str, int]()
    since = await ledger.orphans()
    async for one in _strays(store):
        now = clock()
        seen = since.get(one.path, now)
        if seen > now - ORPHAN_MS:
            done.waiting += 1
        elif dry_run or await _collect(store, one, now):
            done.files += 1
            done.bytes += one.bytes
            continue
        left[one.path] = seen
    if not dry_run:
        await ledger.keep_orphans(left)
    return done


async def _strays(store: Store) -> AsyncIterator[Stored]:
    """The files of no picture that is stored, on its way or waited for: after a restore a photo comes again, and its
    picture may lie here only.
    """
    promised = await ledger.promised()
    async for some in _in_hundreds(store.everything()):
        known = promised | await ledger.known_of([one.sha256 for one in some])
        for one in some:
            if one.sha256 not in known:
                yield one


async def _collect(store: Store, one: Stored, now: int) -> bool:
    """Take a file away, unless somebody is about to bring the same picture."""
    if not await ledger.doom_unknown(one.sha256, now):
        return False
    await take_away(store, one.sha256, (one.copy,), now)
    return True


async def _in_hundreds(files: AsyncIterator[Stored]) -> AsyncIterator[Sequence[Stored]]:
    some: list[Stored] = []
    async for one in files:
        some.append(one)
        if len(some) == 100:
            yield some
            some = []
    yield some
