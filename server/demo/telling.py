"""Sends the demo's work through the door, as the phones of its people would have done at the time."""

import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import msgspec

from server.database.query import fetch
from server.door import Actor, Numbered, Sending, apply
from server.identity.acts import sign_in
from server.photos.acts import keep
from server.photos.workshop import Workshop
from sync.change import Change

DEVICE_NAME = "演示手机"
Step = tuple[int, Callable[[], Awaitable[None]]]
"""When something happened (epoch ms), and what it takes to happen."""


class DemoFault(RuntimeError):
    """The door did not take a change of the demo: a fault of ours, found by its test."""


class Storyteller:
    """The people of the demo, each with a device, and the time of the story in epoch milliseconds."""

    def __init__(self, workshop: Workshop) -> None:
        self.now = 0
        self._workshop = replace(workshop, clock=lambda: self.now)
        self._devices: dict[str, int] = {}
        self._sent: dict[str, int] = {}

    async def send(self, person: str, at: int, changes: Sequence[Mapping[str, Any]]) -> None:
        """One request of a person's phone that reaches the server at `at`. Raises DemoFault unless all is taken."""
        self.now = at
        device = await self._device(person)
        numbered = []
        for change in changes:
            self._sent[person] = self._sent.get(person, 0) + 1
            content = msgspec.json.encode({"n": self._sent[person], "at": at, **change})
            read = msgspec.json.decode(content, type=Change)
            numbered.append(Numbered(n=read.n, content=content.decode(), change=read))
        sending = Sending(sent=at, received=at, cursor=(await fetch("SELECT rev FROM clock"))[0][0])
        for result in await apply(Actor(person=person, device=device), numbered, sending):
            if result.outcome not in ("applied", "conflict"):
                raise DemoFault(f"{changes[result.n - numbered[0].n]}: {result}")

    async def act(self, person: str, at: int, record: tuple[str, str], verb: str, **arguments: Any) -> None:
        """One verb on a record `(type, id)`."""
        change = {"type": record[0], "id": record[1], "act": verb, "with": arguments}
        await self.send(person, at, [change])

    async def bring(self, at: int, photo: str, preview: bytes, full: bytes) -> None:
        """The two pictures of a photo arrive."""
        self.now = at
        await keep(self._workshop, photo, "preview", preview)
        await keep(self._workshop, photo, "full", full)

    async def _device(self, person: str) -> int:
        """A device nobody can use: its session's token is thrown away."""
        if person not in self._devices:
            self._devices[person] = await sign_in(person, secrets.token_urlsafe(32), None, DEVICE_NAME, self.now)
        return self._devices[person]
