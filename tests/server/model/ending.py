"""An orderly ending of a history: what is open is handed in, tried without its pictures, and then approved."""

from random import Random

from tests.server.model.faults import FaultyPhone
from tests.server.model.history import CREW, INSPECTORS, SUPERVISORS, History
from tests.server.model.judge import reviews
from tests.server.model.judge_of_rounds import rounds

DECISIONS = 4


async def end(history: History) -> None:
    """No faults any more. Invariants 7 and 9 are judged after each step."""
    history.dice = Random(history.plan.seed)
    supervisor = history.phones[CREW.index(SUPERVISORS[0])]
    for phone in history.phones[: len(INSPECTORS)]:
        await hand_in(history, phone)
    # 1. Approval without looking whether the pictures have come.
    await supervisor.sync()
    for inspection in waiting(supervisor):
        history.do_approve(supervisor, inspection)
    await look(history, supervisor)
    # 2. Approval of what somebody else has changed meanwhile.
    other = history.phones[CREW.index(SUPERVISORS[1])]
    await other.sync()
    for inspection in waiting(supervisor):
        history.do_review(supervisor, inspection, thorough=True)
        history.do_correct(other, inspection)
    await other.sync()
    await look(history, supervisor)
    # 3. A proper review of what is left: conflicts settled, missing pictures waived.
    for inspection in waiting(supervisor):
        history.do_review(supervisor, inspection, thorough=True)
    await look(history, supervisor)
    # 4. The pictures come after all.
    for photo in sorted(row["id"] for row in history.eye.rows("photo") if row["stored_at"] is None):
        await history.world.store(photo)
    await look(history, supervisor)
    # 5. What came late from the rounds is decided at the desk, and everybody hears of it.
    await decide(history)


async def decide(history: History) -> None:
    """Invariants 1, 6 and 14 hold after it too."""
    for _ in range(DECISIONS):
        if await history.settle_rounds():
            history.note(history.phones[CREW.index(SUPERVISORS[0])], "desk")
    history.world.clock.advance(60_000)
    for phone in history.phones:
        await phone.sync()
        await history.watch(phone)
    await history.eye.sync()
    rounds(history, history.eye.cache.rows)


async def hand_in(history: History, phone: FaultyPhone) -> None:
    """Finish and submit what this person leads, one more picture with it."""
    for row in sorted(phone.rows("inspection"), key=lambda row: str(row["id"])):
        if row["lead"] == phone.person and row["status"] in ("draft", "returned"):
            history.do_photo(phone, row["id"])
            history.do_finish(phone, row["id"])
    if phone.unsent:
        await phone.sync()


def waiting(supervisor: FaultyPhone) -> list[str]:
    """The inspections that wait for a review."""
    return sorted(row["id"] for row in supervisor.rows("inspection") if row["status"] == "submitted")


async def look(history: History, supervisor: FaultyPhone) -> None:
    """Send, fetch and judge."""
    history.world.clock.advance(60_000)
    await supervisor.sync()
    await history.eye.sync()
    await history.watch(supervisor)
    history.remember_hashes(history.eye)
    reviews(history, history.eye.cache.rows)
