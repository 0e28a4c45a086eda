"""Deliberate faults about the log being all there is: invariant 13."""

from typing import Any

from tests.model import acts
from tests.model.planted import Patch, breaks
from tests.model.work import Work


@breaks(13)
def a_change_goes_past_the_log(patch: Patch) -> None:
    """What the server does itself is not logged."""
    enter = Work.enter
    patch.setattr(Work, "enter", lambda work, entry: enter(work, entry) if entry.device else None)


@breaks(13)
def times_are_taken_from_the_wall(patch: Patch) -> None:
    """What is written depends on more than what is logged."""
    submit, beats = acts.VERBS["inspection", "submit"], iter(range(10**9))

    def submits(work: Any, inspection: Any, arguments: Any) -> None:
        work.now += next(beats)
        submit(work, inspection, arguments)

    patch.setitem(acts.VERBS, ("inspection", "submit"), submits)
