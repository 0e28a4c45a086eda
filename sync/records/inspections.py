"""Standards, tasks, inspections and their findings."""

from typing import Annotated, Any, Literal

from sync.records.base import Record
from sync.records.policy import author, edit, judged, once, personal, server
from sync.records.values import Answer, Id, Line, Millis, Position, Returned, Sha256, Shown, Signed, Text

InspectionStatus = Literal["draft", "submitted", "returned", "approved", "void"]
FindingStatus = Literal["open", "locked", "returned", "accepted"]
TaskStatus = Literal["open", "claimed", "done", "missed", "declined"]


class Standard(Record, tag="standard"):
    """A published, immutable edition of a standard; ``document`` is the edition itself."""

    code: Annotated[str, server]
    edition: Annotated[str, server]
    title: Annotated[str, server]
    status: Annotated[Literal["published", "retired"], server]
    document: Annotated[dict[str, Any], server]
    content_sha256: Annotated[Sha256, server]


class Task(Record, tag="task"):
    """Work that was given out: check this branch against this standard by ``due_at``.

    ``reason``: why it was given out, perhaps in words of what a customer said; or why it was declined.
    """

    branch: Annotated[Id, server]
    standard: Annotated[Id, server]
    kind: Annotated[str, server]
    opens_at: Annotated[Millis, server]
    due_at: Annotated[Millis, server]
    assignees: Annotated[list[Id], server]
    status: Annotated[TaskStatus, server] = "open"
    inspection: Annotated[Id | None, server] = None
    reason: Annotated[str | None, server, personal] = None


class Inspection(Record, tag="inspection"):
    """One check of one branch against one pinned edition. ``score`` is the output of ``sync.scoring``.

    ``signed``: the branch's word on the list of deductions; ``list_sha256``: the hash of that list as it is now.
    """

    branch: Annotated[Id, once]
    standard: Annotated[Id, once]
    started_at: Annotated[Millis, once]
    task: Annotated[Id | None, once] = None
    position: Annotated[Position | None, once] = None
    members: Annotated[dict[str, bool], edit] = {}
    representative: Annotated[Line | None, edit] = None
    remark: Annotated[Text | None, edit] = None
    signed: Annotated[Signed | None, edit] = None
    lead: Annotated[Id | None, server] = None
    status: Annotated[InspectionStatus, server] = "draft"
    score: Annotated[dict[str, Any] | None, server] = None
    submitted_at: Annotated[Millis | None, server] = None
    decided_by: Annotated[Id | None, server] = None
    decided_at: Annotated[Millis | None, server] = None
    approved_sha256: Annotated[Sha256 | None, server] = None
    shown: Annotated[Shown | None, server] = None
    list_sha256: Annotated[Sha256 | None, server] = None


class Finding(Record, tag="finding"):
    """What was found at one item: its id is ``uuid5(inspection, item)``, so two phones write the same record."""

    inspection: Annotated[Id, once]
    item: Annotated[Line, once]
    checks: Annotated[dict[str, Answer], judged] = {}
    notes: Annotated[dict[str, Text | None], author] = {}
    reasons: Annotated[dict[str, Text | None], edit] = {}
    status: Annotated[FindingStatus, server] = "open"
    returned: Annotated[Returned | None, server] = None
