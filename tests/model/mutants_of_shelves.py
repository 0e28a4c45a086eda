"""Deliberate faults about the pages that are kept for fills: invariants 1, 6 and 8."""

from typing import Any

from tests.model import pull, shelf
from tests.model.planted import Patch, breaks
from tests.model.pull import LOST
from tests.model.server import Server
from tests.model.shelf import Shelf
from tests.model.state import State


@breaks(1, 6, 8)
def kept_pages_are_believed(patch: Patch) -> None:
    """A page is served although something in it changed or left."""
    patch.setattr(shelf, "is_current", lambda *_: True)


@breaks(6)
def who_began_to_read_reads_to_the_end(patch: Patch) -> None:
    """Pages are served to who has begun with them, though their right was taken back meanwhile."""
    pulls = pull.pull

    def trusting(state: State, standing: Any, *rest: Any) -> Any:
        begun = {name for name, mark in standing.fills.items() if mark[0] != LOST}
        return pulls(state, standing._replace(granted=standing.granted | begun), *rest)

    patch.setattr("tests.model.server.pull", trusting)


@breaks(8, 1)
def kept_pages_lack_a_row(patch: Patch) -> None:
    """The fill goes on behind a page that does not hold all that stands before."""
    render = shelf.render

    def short(*arguments: Any) -> Any:
        made = render(*arguments)
        return made and made._replace(rows=dict(list(made.rows.items())[:-1]))

    patch.setattr(shelf, "render", short)


@breaks(1)
def kept_pages_are_of_two_states(patch: Patch) -> None:
    """What stands in a page is looked up, and then somebody writes before its rows are read."""
    render, commit = shelf.render, Server.commit
    before: dict[str, State] = {}

    def remembering(server: Server, state: State) -> None:
        before["state"] = server.state
        commit(server, state)

    def mixed(state: State, *rest: Any) -> Any:
        made, older = render(state, *rest), before["state"].records
        return made and made._replace(
            rows={key: older[key].wire if key in older else row for key, row in made.rows.items()}
        )

    patch.setattr(Server, "commit", remembering)
    patch.setattr(shelf, "render", mixed)


@breaks(1, 6, 8)
def kept_pages_outlive_a_restore(patch: Patch) -> None:
    """A page is served of a time that has not been."""
    find = Shelf.find

    def timeless(kept: Shelf, state: State, *rest: Any) -> Any:
        now = state.copy()
        now.epoch = 1
        return find(kept, now, *rest)

    patch.setattr(Shelf, "find", timeless)
