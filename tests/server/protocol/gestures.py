"""What people do on a phone, in the words of the field: each writes changes into the outbox."""

import hashlib
import uuid
from typing import Any

from tests.server.phone import Change, Phone
from tests.server.protocol.reach import Reach
from tests.server.protocol.seed import ONSITE, named
from tests.server.reply import Row, demand

PASS = {"result": "pass"}
FAIL = {"result": "fail"}
NA = {"result": "na"}
TODO = {"result": "todo"}


def finding_id(inspection: str, item: str) -> str:
    """The key nature gives to the finding of an item."""
    return str(uuid.uuid5(uuid.UUID(inspection), item))


class Hand(Phone):
    """A phone in somebody's hand."""

    reach: Reach

    async def sync(self, most: int = 300) -> "Hand":
        await super().sync(most)
        strangers = self.reach.strangers(self.person, self.cache.rows)
        demand(not strangers, f"no phone holds a row out of its audiences: {strangers}")
        return self

    def start(self, branch: str = "north", **more: Any) -> str:
        """Begin an inspection; returns its id."""
        id_ = self.new_id()
        values = {"branch": named(branch), "standard": named("standard"), "started_at": self.now(), **more}
        self.edit("inspection", id_, values)
        return id_

    def check(self, inspection: str, check: str, answer: dict[str, Any], **extra: Any) -> int:
        """Answer one check; the finding is made when it is not there."""
        return self.write(inspection, check.split(".")[0], {f"checks.{check}": answer}, **extra)

    def write(self, inspection: str, item: str, values: dict[str, Any], **extra: Any) -> int:
        """Edit the finding of an item; it is made when it is not there."""
        id_ = finding_id(inspection, item)
        if "inspection" not in self.visible("finding", id_):
            values = {"inspection": inspection, "item": item, **values}
        return self.edit("finding", id_, values, **extra)

    def answer_all(self, inspection: str, **failed: dict[str, Any]) -> None:
        """Pass all on-site checks but those named: `answer_all(id, A_1_a=FAIL)` fails A-1.a."""
        named_checks = {f"{name[0]}-{name[2]}.{name[4]}": answer for name, answer in failed.items()}
        for item, checks in ONSITE.items():
            answers = {f"checks.{check}": named_checks.get(check, {**PASS, "bulk": True}) for check in checks}
            self.write(inspection, item, answers)

    def note(self, inspection: str, item: str, text: str | None, **extra: Any) -> int:
        return self.write(inspection, item, {f"notes.{self.person}": text}, **extra)

    def photo(self, inspection: str, item: str = "A-1", **more: Any) -> str:
        """Take a photo of an item; the finding must be there. Returns its id."""
        id_ = self.new_id()
        self.edit("photo", id_, self.picture(finding_id(inspection, item), id_) | more)
        return id_

    def picture(self, finding: str, id_: str) -> Row:
        """The fields of a new photo of a finding."""
        return {
            "of": {"type": "finding", "id": finding},
            "sha256": hashlib.sha256(f"full {id_}".encode()).hexdigest(),
            "preview_sha256": hashlib.sha256(f"preview {id_}".encode()).hexdigest(),
            "bytes": 1000,
            "width": 40,
            "height": 30,
            "taken_at": self.now(),
            "source": "camera",
        }

    def do(self, inspection: str, verb: str, **arguments: Any) -> int:
        """An act on an inspection."""
        return self.act("inspection", inspection, verb, arguments or None)

    async def fate(self, n: int) -> str:
        """Sync, and say what became of a change: `applied`, or `refused locked`, `held late_evidence` …"""
        await self.sync()
        return self.said(n)

    def said(self, n: int) -> str:
        """What became of a settled change, in words."""
        return " ".join(str(word) for word in (self.outcome(n), self.code(n)) if word)

    async def push(self, change: Change) -> str:
        """Put a change as it is, sync, and say what became of it."""
        return await self.fate(self.put(change))

    def finding(self, inspection: str, item: str = "A-1") -> Row:
        return self.row("finding", finding_id(inspection, item))

    def answer(self, inspection: str, check: str) -> Any:
        """The confirmed answer of a check."""
        return self.finding(inspection, check.split(".")[0])["checks"].get(check)
