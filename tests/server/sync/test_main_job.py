"""The main job over the wire: one inspection from a phone's first gesture to a supervisor's approval."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID, uuid4, uuid5

from httpx import AsyncClient

from server.standards.acts import publish_shipped
from sync.standards import document
from tests.server.conftest import Clock, Seed

SignIn = Callable[[str], Awaitable[AsyncClient]]


class Wire:
    """A phone that sends what it is told and remembers only its cursor."""

    def __init__(self, http: AsyncClient, device: int, clock: Clock) -> None:
        self.http, self.device, self.clock = http, device, clock
        self.n = 0
        self.cursor: int | None = None
        self.audiences: list[str] = []
        self.fill: dict[str, str] = {}
        self.rows: dict[tuple[str, str], dict[str, Any]] = {}

    async def sync(self, *changes: dict[str, Any]) -> dict[str, Any]:
        """Push the changes, then pull until nothing is left; the first reply."""
        first = None
        numbered = []
        for change in changes:
            self.n += 1
            numbered.append({"n": self.n, "at": self.clock(), **change})
        while True:
            body = {
                "v": 1, "device": self.device, "epoch": 1, "sent": self.clock(), "cursor": self.cursor,
                "audiences": self.audiences, "fill": self.fill,
                "pending": {"changes": 0, "photos": 0, "bytes": 0, "oldest": None}, "app": "1.0.0",
                "changes": numbered,
            }  # fmt: skip
            response = await self.http.post("/api/sync", json=body)
            assert response.status_code == 200, response.text
            reply = response.json()
            first = first or reply
            numbered = []
            for type_, rows in reply.get("rows", {}).items():
                self.rows.update({(type_, row["id"]): row for row in rows})
            for type_, id_, _ in reply.get("gone", []):
                self.rows.pop((type_, id_), None)
            self.cursor, self.fill = reply["cursor"], reply.get("fill", {})
            self.audiences = reply.get("audiences", self.audiences)
            if not self.fill and not reply.get("more"):
                return first


async def _phone(sign_in: SignIn, login: str, clock: Clock) -> Wire:
    http = await sign_in(login)
    return Wire(http, (await http.get("/api/session")).json()["device"], clock)


def _passing(inspection: str) -> list[dict[str, Any]]:
    """Every on-site check passed, one finding an item."""
    changes = []
    for section in document("model-window")["sections"]:
        for item in section["items"]:
            if not item["onsite"]:
                continue
            checks = {f"checks.{check['code']}": [{"result": "pass"}] for check in item["checks"]}
            fields = {"inspection": [inspection], "item": [item["code"]], **checks}
            id_ = str(uuid5(UUID(inspection), item["code"]))
            changes.append({"type": "finding", "id": id_, "set": fields})
    return changes


async def test_from_the_first_gesture_to_the_approval(seed: Seed, sign_in: SignIn, clock: Clock) -> None:
    standard = await publish_shipped("model-window", now=clock())
    await seed.add_person("inspector", grants=(("inspector", seed.city),))
    await seed.add_person("supervisor", grants=(("supervisor", seed.city),))
    inspector, supervisor = await _phone(sign_in, "inspector", clock), await _phone(sign_in, "supervisor", clock)
    first = await inspector.sync()
    assert first["cursor"] > 0
    assert ("branch", seed.branch) in inspector.rows
    assert ("branch", seed.other_branch) not in inspector.rows
    id_ = str(uuid4())
    begin = {"branch": [seed.branch], "standard": [standard], "started_at": [clock()]}
    reply = await inspector.sync({"type": "inspection", "id": id_, "set": begin}, *_passing(id_))
    assert "results" not in reply
    finding = str(uuid5(UUID(id_), "ENV-2"))
    bases = inspector.rows["finding", finding]["by"]["checks.ENV-2.d"]
    fail = {"type": "finding", "id": finding, "set": {"checks.ENV-2.d": [{"result": "fail"}, *bases]}}
    reply = await inspector.sync(fail)
    assert reply["same"][0][:2] == ["finding", finding]
    reply = await inspector.sync(
        {"type": "inspection", "id": id_, "act": "submit", "seen": inspector.cursor,
         "with": {"shown": {"total": 990, "vetoes": []}}}
    )  # fmt: skip
    assert "results" not in reply
    await supervisor.sync()
    row = supervisor.rows["inspection", id_]
    assert row["status"] == "submitted"
    assert row["score"]["total"] == 990
    returned = {"ENV-2": "照片看不清"}
    reply = await supervisor.sync(
        {"type": "inspection", "id": id_, "act": "return_items", "seen": supervisor.cursor, "with": {"items": returned}}
    )
    assert "results" not in reply
    await inspector.sync()
    assert inspector.rows["finding", finding]["status"] == "returned"
    bases = inspector.rows["finding", finding]["by"]["checks.ENV-2.d"]
    locked = {"type": "finding", "id": str(uuid5(UUID(id_), "ENV-1")), "set": {"checks.ENV-1.a": [{"result": "fail"}]}}
    mend = {"type": "finding", "id": finding, "set": {"checks.ENV-2.d": [{"result": "pass"}, *bases]}}
    reply = await inspector.sync(
        locked, mend, {"type": "inspection", "id": id_, "act": "submit", "seen": inspector.cursor}
    )
    assert [(result["outcome"], result["code"]) for result in reply["results"]] == [("refused", "locked")]
    await supervisor.sync()
    reply = await supervisor.sync({"type": "inspection", "id": id_, "act": "approve", "seen": supervisor.cursor})
    assert "results" not in reply, reply
    assert supervisor.rows["inspection", id_]["status"] == "approved"
    assert len(supervisor.rows["inspection", id_]["approved_sha256"]) == 64
