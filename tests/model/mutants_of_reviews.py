"""Deliberate faults about what was approved: invariants 7 and 9."""

from typing import Any

from tests.model import acts, judge
from tests.model.phone import Phone
from tests.model.planted import Patch, breaks


@breaks(7)
def approved_items_stay_open(patch: Patch) -> None:
    """An approved inspection still takes edits."""
    refuse = judge._refuse_locked

    def lax(work: Any, inspection: Any, finding: Any, seen: int) -> None:
        if inspection.row["status"] != "approved":
            refuse(work, inspection, finding, seen)

    patch.setattr(judge, "_refuse_locked", lax)


@breaks(7)
def stale_views_pass(patch: Patch) -> None:
    """An act is carried out whatever was changed since its author looked."""
    patch.setattr(judge, "refuse_stale", lambda *_: None)


@breaks(7)
def the_cursor_is_what_was_seen(patch: Patch) -> None:
    """An act made between two pages says it saw all up to the cut, also what stands behind it by now."""
    set_cursor = Phone._set_cursor

    def hasty(phone: Phone, reply: Any) -> None:
        set_cursor(phone, reply)
        phone.cache.seen = reply["cursor"]

    patch.setattr(Phone, "_set_cursor", hasty)


@breaks(9)
def pictures_are_not_missed(patch: Patch) -> None:
    """Approval without the pictures."""
    patch.setattr(acts, "is_missing", lambda photo: False)
