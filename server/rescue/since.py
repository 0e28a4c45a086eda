"""What a phone went on to send under later numbers: it was locked out, and signed in anew."""

import asyncio
import json
from collections.abc import Iterable, Mapping, Set
from uuid import UUID

import msgspec

from server.database.query import fetch
from server.identity.queries import later_numbers

NOBODY = str(UUID(int=0))


class SentSince:
    """What of a file came here under a later number of its phone; each look reads only what came since the last.

    The phone counts what waits from 1 again, in the same order, so what was first there has no greater number now
    than there are changes that wait (``most``).
    """

    def __init__(self, device: int, most: int) -> None:
        self._device, self._most = device, most
        self._read: dict[int, int] = {}
        self._known: set[str] = set()

    async def among(self, waiting: Mapping[int, bytes], lock: str = "") -> set[int]:
        """The numbers of these that came so; with the ``lock`` of a row, until the transaction ends."""
        for device in await later_numbers(self._device, lock) if self._most else []:
            rows = await fetch(
                "SELECT n, content FROM log WHERE device = ? AND device > 0 AND n > ? AND n <= ? ORDER BY n",
                *(device, self._read.get(device, 0), self._most),
            )
            if rows:
                self._read[device] = rows[-1][0]
                self._known |= await asyncio.to_thread(_works, [row[1] for row in rows])
        return await asyncio.to_thread(_found_among, self._known, waiting) if self._known else set()


async def stood_in_for(device: int, first: int, last: int) -> set[int]:
    """The numbers that a change which came under a later one has used up. What that one said may be erased by now."""
    rows = await fetch(
        "SELECT n FROM log WHERE device = ? AND device > 0 AND n BETWEEN ? AND ? "
        "AND record = ? AND outcome = 'refused'",
        *(device, first, last, NOBODY),
    )
    return {row[0] for row in rows}


def stand_in(n: int) -> bytes:
    """Uses up the number of a change, and nothing else happens; as a phone writes it."""
    return msgspec.json.encode({"n": n, "at": 0, "type": "inspection", "id": NOBODY, "act": "withdrawn"})


def _found_among(known: Set[str], waiting: Mapping[int, bytes]) -> set[int]:
    return {n for n, raw in waiting.items() if _work(raw) in known}


def _works(contents: Iterable[str]) -> set[str]:
    return {_work(content.encode()) for content in contents}


def _work(raw: bytes) -> str:
    """What a change says was done, and when: the same under whatever number, on whatever it was based."""
    change = json.loads(raw)
    said = change.get("set")
    if isinstance(said, dict):
        said = {path: value[:1] if isinstance(value, list) else value for path, value in said.items()}
    about = [change.get(key) for key in ("at", "type", "id", "act", "with")]
    return json.dumps([*about, said], sort_keys=True)
