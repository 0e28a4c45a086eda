"""Phones of our server that cost next to nothing: they keep a cursor and send prepared bytes."""

import asyncio
import json
import time
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID, uuid4, uuid5

import httpx

from server.demo.people import PASSWORD
from sync.standards import document
from tests.bench.lean import Lean
from tests.server.phone import Phone

ITEMS = {item["code"]: item for section in document("model-window")["sections"] for item in section["items"]}
ONSITE = [code for code, item in ITEMS.items() if item["onsite"]]
Change = dict[str, Any]


def now() -> int:
    return int(time.time() * 1000)


class Handset:
    """One signed-in device that holds everything it may see up to `cursor`."""

    def __init__(self, url: str, login: str) -> None:
        phone, cookie = asyncio.run(_synced(url, login))
        self.lean = Lean(url, {"Cookie": cookie})
        self.device: int = phone.device
        self.person: str = phone.person
        self.epoch, self.cursor = phone.cache.epoch, phone.cache.cursor
        self.audiences = phone.cache.audiences
        self.next: int = phone.out.ack + 1
        self.branches = [row["id"] for row in phone.rows("branch")]
        self.standard: str = phone.rows("standard")[0]["id"]

    def close(self) -> None:
        self.lean.close()

    def moved(self, url: str) -> None:
        """The server answers elsewhere now."""
        headers = {name: value for name, value in self.lean.headers.items() if name != "Host"}
        self.lean.close()
        self.lean = Lean(url, headers)

    def request(self, changes: Iterable[Change] = (), **more: Any) -> dict[str, Any]:
        """The envelope of the next round trip; takes the next numbers."""
        numbered = []
        for change in changes:
            numbered.append({"n": self.next, "at": now(), **change})
            self.next += 1
        return {
            "v": 1,
            "device": self.device,
            "epoch": self.epoch,
            "sent": now(),
            "cursor": self.cursor,
            "audiences": self.audiences,
            "fill": {},
            "pending": {"changes": 0, "photos": 0, "bytes": 0},
            "app": "1.0.0",
            "changes": numbered,
            **more,
        }

    def prepared(self, changes: Iterable[Change] = (), **more: Any) -> bytes:
        return self.lean.prepare("POST", "/api/sync", self.request(changes, **more))

    def took(self, body: bytes) -> dict[str, Any]:
        """Read an answer to what was sent last, and stand where it says. Fails if anything was not applied."""
        reply: dict[str, Any] = json.loads(body)
        assert not reply.get("results"), reply["results"][:3]
        assert reply["ack"] == self.next - 1, "everything is settled"
        self.cursor = reply["cursor"]
        return reply

    def sync(self, changes: Iterable[Change] = ()) -> dict[str, Any]:
        return self.took(self.lean.exchange(self.prepared(changes)))

    def catch_up(self) -> None:
        """Round trips until there is nothing new."""
        while self.sync().get("more"):
            pass

    def start_inspections(self, many: int) -> list[str]:
        """New inspections on the server; their ids."""
        starts = [self.start(number) for number in range(many)]
        self.sync(starts)
        return [start["id"] for start in starts]

    def start(self, number: int = 0) -> Change:
        """A new inspection at one of the first branches."""
        branch = self.branches[number % min(7, len(self.branches))]
        values = {"branch": branch, "standard": self.standard, "started_at": now()}
        return {"type": "inspection", "id": str(uuid4()), "set": {name: [value] for name, value in values.items()}}


async def _synced(url: str, login: str) -> tuple[Phone, str]:
    """A phone that has fetched everything, and its session's cookie."""
    async with httpx.AsyncClient(base_url=url, timeout=120) as http:
        signed = await http.post("/api/session", json={"login": login, "password": PASSWORD, "device": None})
        signed.raise_for_status()
        phone = await Phone(http, signed.json(), now).sync()
        return phone, "; ".join(f"{name}={value}" for name, value in http.cookies.items())


def findings(inspections: Sequence[str]) -> list[Change]:
    """A new finding for every item of some inspections, each with its first answer: 20 an inspection."""
    return [creation(inspection, item, 1) for inspection in inspections for item in ONSITE]


def finding_id(inspection: str, item: str) -> str:
    return str(uuid5(UUID(inspection), item))


def creation(inspection: str, item: str, answers: int, result: str = "pass") -> Change:
    """A finding that was not there, with so many of its answers."""
    checks = [check["code"] for check in ITEMS[item]["checks"]][:answers]
    values = {"inspection": [inspection], "item": [item], **{f"checks.{code}": [{"result": result}] for code in checks}}
    return {"type": "finding", "id": finding_id(inspection, item), "set": values}


def document_of(change: Change) -> dict[str, Any]:
    """The same record as one document, as a store without fields of its own takes it."""
    values: dict[str, Any] = {"id": change["id"], "checks": {}}
    for path, (value, *_) in change["set"].items():
        name, _, key = path.partition(".")
        if key:
            values[name][key] = value
        else:
            values[name] = value
    return values
