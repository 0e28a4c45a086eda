"""Four phones that write as fast as they can: `python -m tests.server.database.writers URL SECONDS [mutant] NUMBER`."""

import asyncio
import random
import sys
import time
import uuid
from itertools import count

import msgspec

import server.app
import server.door.writing
from server.database import PooledPostgres, opened, transaction
from server.door import Actor, Numbered, Sending, apply
from server.identity.acts import sign_in
from sync.change import Change
from tests.server.protocol.gestures import PASS, finding_id
from tests.server.protocol.seed import HOUR, ONSITE, START, named

WRITERS = 4
LEAST = 3
"""Inspections each of them writes however busy the machine is."""
SLOWEST_DISK_S = 0.01
"""What a COMMIT waits for its disk, here where the server does not wait for any."""
NOW = START + HOUR
SEQUENCE = "SELECT nextval('mutant') AS rev WHERE CAST(? AS BIGINT) = 1"


async def write(person: str, seconds: float) -> None:
    """Inspections one after another, every record in a transaction of its own, as a phone would push it."""
    device = await sign_in(named(person), uuid.uuid4().hex, None, "", NOW)
    until = time.monotonic() + seconds
    numbers = count(1)
    begun = 0
    while time.monotonic() < until or begun < LEAST:
        begun += 1
        id_ = str(uuid.uuid4())
        begin = {"branch": [named("north")], "standard": [named("standard")], "started_at": [NOW]}
        await send(person, device, next(numbers), "inspection", id_, begin)
        for item, checks in ONSITE.items():
            answers = {"inspection": [id_], "item": [item], f"checks.{checks[0]}": [PASS]}
            await send(person, device, next(numbers), "finding", finding_id(id_, item), answers)


async def send(person: str, device: int, n: int, type_: str, id_: str, values: dict[str, object]) -> None:
    content = msgspec.json.encode({"n": n, "at": NOW, "type": type_, "id": id_, "set": values})
    numbered = Numbered(n=n, content=content.decode(), change=msgspec.json.decode(content, type=Change))
    async with transaction():
        (result,) = await apply(
            Actor(person=named(person), device=device), [numbered], Sending(sent=NOW, received=NOW, cursor=0)
        )
        await asyncio.sleep(random.random() * SLOWEST_DISK_S)
    assert result.outcome == "applied", result


async def main(url: str, seconds: float, number: int, mutant: bool) -> None:
    if mutant:
        server.door.writing.CLOCK = SEQUENCE
    people = ("ann", "bob", "carl", "both")
    async with opened(PooledPostgres(url)):
        await asyncio.gather(*(write(people[(number + turn) % 4], seconds) for turn in range(WRITERS)))


if __name__ == "__main__":
    address, duration, *rest = sys.argv[1:]
    asyncio.run(main(address, float(duration), int(rest[-1]), "mutant" in rest))
