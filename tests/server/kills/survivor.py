"""A phone that outlives its server: it keeps what it was told, and believes nothing that goes back behind it."""

from collections import Counter
from random import Random
from typing import Any

import httpx
import msgspec

from sync.problems import PROBLEMS
from tests.server.kills.parcel import Parcel
from tests.server.photos.pictures import ORIENTATION, picture, sha256
from tests.server.protocol.gestures import Hand, finding_id
from tests.server.reply import demand

PASSING = (503, 507)
"""What a server may answer that cannot work just now."""


class Survivor(Hand):
    """`told`: n -> the outcome the server acknowledged. `turned`: how often it said which code instead.

    `restless`: its app calls itself something else each time, so that the server always has something to note.
    """

    dice: Random
    told: dict[int, dict[str, Any]]
    turned: Counter[str]
    pictures_turned: Counter[str]
    parcels: list[Parcel]
    cursors: int
    restless: bool

    def prepare(self, seed: str) -> None:
        self.dice, self.told, self.parcels, self.cursors, self.restless = Random(seed), {}, [], 0, False
        self.turned, self.pictures_turned = Counter(), Counter()

    # -- one round trip

    async def exchange(self) -> str:
        """`answered`, `lost` when the line broke, or the code of a refusal that passes."""
        request = self.request(app=f"1.0.{self.cursors}") if self.restless else self.request()
        try:
            response = await self.send(request)
        except httpx.TransportError:
            return "lost"
        if response.status_code in PASSING:
            return self.refused(response)
        self.take(request, response)
        return "answered"

    def refused(self, response: httpx.Response) -> str:
        """The code of a proper problem document."""
        code = passing(response)
        self.turned[code] += 1
        return code

    def picture_refused(self, response: httpx.Response) -> str:
        code = passing(response)
        self.pictures_turned[code] += 1
        return code

    def take(self, request: dict[str, Any], response: httpx.Response) -> None:
        if response.status_code == 409 and response.json().get("code") == "gap":
            expected = response.json()["expected"]
            demand(expected > self.out.ack, f"{self.device}: acknowledged {self.out.ack}, yet {expected} is expected")
        if response.status_code == 200:
            self._remember(request, response.json())
        super().take(request, response)

    def _remember(self, request: dict[str, Any], reply: dict[str, Any]) -> None:
        demand(reply["ack"] >= self.out.ack, f"{self.device}: the watermark went back: {self.out.ack} {reply['ack']}")
        demand(
            request["cursor"] is None or reply["cursor"] >= request["cursor"],
            f"{self.device}: the cursor went back: {request['cursor']} {reply['cursor']}",
        )
        said = {result["n"]: result for result in reply.get("results", [])}
        for n in (change["n"] for change in request["changes"]):
            outcome = said.get(n, {"n": n, "outcome": "applied"})
            known = self.told.setdefault(n, outcome)
            demand(known == outcome, f"{self.device}: told {known}, then {outcome}")
        self.cursors += 1

    # -- pictures

    def shoot(self, inspection: str, item: str) -> None:
        """Take a real picture of an item, whose finding must be there, and lay it ready to be sent."""
        id_, full, preview = self.new_id(), self._noise(120, 90), self._noise(24, 18)
        hashes = {"sha256": sha256(full), "preview_sha256": sha256(preview), "bytes": len(full)}
        finding = finding_id(inspection, item)
        n = self.edit("photo", id_, self.picture(finding, id_) | {"width": 120, "height": 90} | hashes)
        self.parcels += [Parcel(id_, n, "preview", preview), Parcel(id_, n, "full", full)]

    def _noise(self, width: int, height: int) -> bytes:
        """One in two says how it was held, so that a copy for display must be made."""
        more: dict[str, object] = {}
        if self.dice.random() < 0.5:
            more["exif"] = _held_sideways()
        return picture(size=(width, height), seed=self.dice.getrandbits(40), quality=85, **more)

    def ready(self) -> list[Parcel]:
        """What can be sent: its record is taken, and it has not arrived."""
        return [one for one in self.parcels if not one.arrived and self.outcome(one.change) == "applied"]


def passing(response: httpx.Response) -> str:
    """The code of a refusal that says: not now. It is a problem document of the catalogue like any other."""
    where = f"{response.request.method} {response.request.url.path}: {response.status_code} {response.text[:300]}"
    demand(response.status_code in PASSING, f"answered or put off: {where}")
    demand(response.headers["content-type"].startswith("application/problem+json"), f"a problem document: {where}")
    body = msgspec.json.decode(response.content)
    demand(body["code"] in PROBLEMS and body["status"] == response.status_code, f"of the catalogue: {where}")
    demand(PROBLEMS[body["code"]].status == response.status_code, f"the status of its code: {where}")
    return str(body["code"])


def _held_sideways() -> Any:
    from PIL import Image

    exif = Image.Exif()
    exif[ORIENTATION] = 6
    return exif
