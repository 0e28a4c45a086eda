"""A picture on its way by tus, and what the server has acknowledged of it."""

import hashlib
from base64 import b64encode
from collections.abc import Callable
from random import Random

import httpx

from tests.server.photos.conftest import BYTES, TUS
from tests.server.photos.pictures import sha256
from tests.server.reply import demand

PART = 4096


class Parcel:
    """`told`: the offset that was acknowledged; `change`: the n of the record's edit."""

    def __init__(self, photo: str, change: int, kind: str, data: bytes) -> None:
        self.photo, self.change, self.kind, self.data = photo, change, kind, data
        self.sha256 = sha256(data)
        self.url: str | None = None
        self.told = 0
        self.unsure = False
        """The line broke: the server is asked before anything more is sent."""

    @property
    def arrived(self) -> bool:
        return self.url is not None and self.told == len(self.data)

    async def step(self, http: httpx.AsyncClient, dice: Random, refused: Callable[[httpx.Response], str]) -> str:
        """One request; returns `answered`, `lost` or the code of a refusal that passes."""
        try:
            response = await self._ask(http, dice)
        except httpx.TransportError:
            self.unsure = self.url is not None
            return "lost"
        if response.status_code in (503, 507):
            self.unsure = self.url is not None
            return "unavailable" if response.request.method == "HEAD" else refused(response)
        self._hear(response)
        return "answered"

    async def _ask(self, http: httpx.AsyncClient, dice: Random) -> httpx.Response:
        if self.url is None:
            pairs = {"photo": self.photo, "sha256": self.sha256, "kind": self.kind}
            promise = ",".join(f"{name} {b64encode(value.encode()).decode()}" for name, value in pairs.items())
            about = {"Upload-Length": str(len(self.data)), "Upload-Metadata": promise}
            return await http.post("/api/uploads", headers={**TUS, **about})
        if self.unsure:
            return await http.head(self.url, headers=TUS)
        part = self.data[self.told : self.told + dice.randrange(1, PART)]
        headers = {**TUS, **BYTES, "Upload-Offset": str(self.told)}
        if dice.random() < 0.5:
            digest = b64encode(hashlib.sha256(part).digest()).decode()
            headers["Upload-Checksum"] = f"sha256 {digest}"
        return await http.patch(self.url, content=part, headers=headers)

    def _hear(self, response: httpx.Response) -> None:
        where = f"{response.request.method} {self.kind} of {self.photo} at {self.told}"
        if response.status_code == 423:  # the broken line's request is still being stored
            self.unsure = True
            return
        known = {"POST": 201, "HEAD": 200, "PATCH": 204}[response.request.method]
        demand(response.status_code in (known, 409), f"{where}: {response.status_code} {response.text[:300]}")
        offset = int(response.headers["upload-offset"])
        demand(offset >= self.told, f"{where}: acknowledged bytes are gone: {offset}")
        if response.request.method == "POST":
            self.url = response.headers["location"]
        self.told, self.unsure = offset, False
