"""Records that hang on another one by their `of`, as photos and comments do: seen as it is, open while it is."""

from server.door.entry import Entry
from server.door.registry import Slice, slice_of
from server.door.workspace import Workspace


async def subject_of(workspace: Workspace, entry: Entry) -> Entry:
    """The record that ``entry`` hangs on."""
    subject = await workspace.get(entry.row["of"]["type"], entry.row["of"]["id"])
    assert subject is not None
    return subject


def declared_of(subject: Entry) -> Slice:
    """What the slice of a record declared of its type."""
    declared = slice_of(subject.type)
    assert declared is not None
    return declared


async def seen_as_subject(workspace: Workspace, entry: Entry) -> frozenset[str]:
    """The audiences of what ``entry`` hangs on."""
    subject = await subject_of(workspace, entry)
    return await declared_of(subject).audiences(workspace, subject)


async def open_as_subject(workspace: Workspace, entry: Entry) -> bool:
    """Whether what ``entry`` hangs on still is work under way."""
    subject = await subject_of(workspace, entry)
    return await declared_of(subject).is_open(workspace, subject)
