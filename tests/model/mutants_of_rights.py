"""Deliberate faults about who reads what, and about rights and branches that move: invariants 1, 6 and 8."""

from typing import Any

from tests.model import pull
from tests.model.planted import Patch, breaks
from tests.model.server import Server
from tests.model.work import Work


@breaks(6)
def revoked_rows_stay(patch: Patch) -> None:
    """What was lost with an audience is not told."""
    patch.setattr(pull, "lost_page", lambda *_: None)


@breaks(6)
def a_late_request_takes_back_what_was_served(patch: Patch) -> None:
    """What a device was given counts as forgotten when a request does not name it, also a request of long ago."""

    def note(server: Server, device: int, standing: Any) -> None:
        served = standing.granted | (standing.served & frozenset(standing.held))
        if server.state.served.get(device) != served:
            state = server.state.copy()
            state.served[device] = served
            server.commit(state)

    patch.setattr(Server, "_note", note)


@breaks(6)
def members_are_forever(patch: Patch) -> None:
    """Members see findings although their right over the branch is gone."""
    audiences = Work.audiences

    def generous(work: Work, record: Any) -> frozenset[str]:
        found = audiences(work, record)
        if record.type not in ("finding", "photo"):
            return found
        row = work.inspection_of(record).row
        return found | {f"person:{person}" for person, is_member in row["members"].items() if is_member}

    patch.setattr(Work, "audiences", generous)


@breaks(6, 1)
def work_stays_where_its_branch_was(patch: Patch) -> None:
    """A branch moves to another county, and nobody looks again at who reads what hangs on it."""
    look_again = Work._look_again

    def blind(work: Work, doubtful: bool) -> None:
        if not (doubtful and any(key[0] == "branch" for key, _ in work.touches)):
            look_again(work, doubtful)

    patch.setattr(Work, "_look_again", blind)


@breaks(1, 8)
def a_new_right_fills_nothing(patch: Patch) -> None:
    """What was there before a right was given is not told to who has it now; only what changes from then on."""
    fill_page = pull.fill_page

    def nothing(page: Any, audience: str, mark: Any, complete: Any, now: int) -> Any:
        return None if complete else fill_page(page, audience, mark, complete, now)

    patch.setattr(pull, "fill_page", nothing)
