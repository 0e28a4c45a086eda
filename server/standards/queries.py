"""Reading standards."""

from typing import Any

from server.door import Entry, Workspace
from sync.scoring import compile_standard
from sync.standards import Edition, read
from sync.standards.compiled import Standard

_compiled: dict[str, Standard] = {}


async def pinned(workspace: Workspace, inspection: Entry) -> Standard:
    """The edition an inspection pins, compiled once a process: editions never change."""
    entry = await workspace.get("standard", inspection.row["standard"])
    assert entry is not None
    return compiled(entry.row)


def compiled(row: dict[str, Any]) -> Standard:
    """A standard's row, ready to score with."""
    key = row["content_sha256"]
    if key not in _compiled:
        edition: Edition = read(row["document"])
        _compiled[key] = compile_standard(edition)
    return _compiled[key]
