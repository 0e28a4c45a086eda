"""What became of rescue files, kept for whoever brought them."""

from collections import Counter
from collections.abc import Iterable
from typing import Literal

import msgspec

from server.database import transaction
from server.database.query import execute, fetch
from server.identity import Caller
from server.identity.devices import may_revoke
from sync.change import Outcome

MOST_TOLD = 200
MOST_CODES = 100
State = Literal["receiving", "reading", "changes", "photos", "interrupted", "done"]


class Author(msgspec.Struct, frozen=True):
    """Whose phone it is."""

    id: str
    name: str


class Fate(msgspec.Struct, frozen=True):
    """A change that was not plainly applied, or a picture that was not stored (``n`` 0, ``type`` photo)."""

    n: int
    type: str
    outcome: Outcome
    code: str


class Photos(msgspec.Struct):
    """Pictures in full: ``stored`` now, here ``already``, and those whose record is not here or which do not open."""

    stored: int = 0
    already: int = 0
    missing: int = 0


class Report(msgspec.Struct, kw_only=True):
    """What a file brought. ``outcomes``: of what was ``new``; ``refused_before``: how many had been refused, by code.

    ``fates``: the first of those a person may want to know of. ``vouched``: whoever brought it answers for it.
    """

    device: int
    person: Author
    made_at: int
    brought_at: int
    new: int = 0
    already: int = 0
    outcomes: dict[str, int] = {}
    refused_before: dict[str, int] = {}
    photos: Photos = msgspec.field(default_factory=Photos)
    fates: list[Fate] = []
    vouched: bool = False

    def count(self, outcome: str) -> None:
        self.outcomes[outcome] = self.outcomes.get(outcome, 0) + 1

    def tell(self, fate: Fate) -> None:
        if len(self.fates) < MOST_TOLD:
            self.fates.append(fate)


class RescueBody(msgspec.Struct, frozen=True):
    """A file that was handed in: how far the work on it has come, and the report once it is done."""

    id: str
    state: State
    done: int
    all: int
    report: Report | None


async def begin(id_: str, brought_by: str, now: int) -> bool:
    """Note that a file is coming; False where the id was used before."""
    async with transaction():
        if await fetch("SELECT 1 FROM rescue WHERE id = ?", id_):
            return False
        await execute("INSERT INTO rescue (id, brought_by, brought_at) VALUES (?, ?, ?)", id_, brought_by, now)
        return True


async def forget(id_: str) -> None:
    """A file of which nothing was taken leaves nothing."""
    async with transaction():
        await execute("DELETE FROM rescue WHERE id = ? AND report IS NULL", id_)


async def keep(id_: str, report: Report) -> None:
    """What became of a file."""
    async with transaction():
        await execute(
            "UPDATE rescue SET device = ?, person = ?, report = ? WHERE id = ?",
            report.device,
            report.person.id,
            msgspec.json.encode(report).decode(),
            id_,
        )


async def report_for(caller: Caller, id_: str, progress: tuple[str, int, int] | None) -> RescueBody | None:
    """A file this person handed in, or of a device they answer for; None where there is none."""
    rows = await fetch("SELECT report, brought_by, device FROM rescue WHERE id = ?", id_)
    if not rows or not (rows[0][1] == caller.person or (rows[0][2] and await may_revoke(caller, rows[0][2]))):
        return None
    if rows[0][0] is not None:
        return RescueBody(id_, "done", 0, 0, msgspec.json.decode(rows[0][0], type=Report))
    state, done, all_ = progress or ("interrupted", 0, 0)
    return msgspec.convert({"id": id_, "state": state, "done": done, "all": all_, "report": None}, RescueBody)


def counted(codes: Iterable[str]) -> dict[str, int]:
    """How many of each, the most first; of more kinds than there can be, the rest together under ``other``."""
    found = Counter(codes)
    told = dict(found.most_common(MOST_CODES))
    rest = found.total() - sum(told.values())
    return {**told, "other": rest} if rest else told
