"""The one door: every change of a synced record, from a phone, a desk form, an import or a job, passes here."""

from server.door.apply import Numbered, apply, as_server, put, server_change
from server.door.entry import Entry, with_rev
from server.door.hanging import declared_of, open_as_subject, seen_as_subject, subject_of
from server.door.reading import read_rows
from server.door.registry import Deed, Edit, Refused, SetAside, Slice, register, register_acts, slice_of, slices
from server.door.sending import Sending
from server.door.stale import View
from server.door.taking import facts_of, take_in
from server.door.workspace import Actor, Workspace, seen_by_roles

__all__ = [
    "Actor",
    "Deed",
    "Edit",
    "Entry",
    "Numbered",
    "Refused",
    "Sending",
    "SetAside",
    "Slice",
    "View",
    "Workspace",
    "apply",
    "as_server",
    "declared_of",
    "facts_of",
    "open_as_subject",
    "put",
    "read_rows",
    "register",
    "register_acts",
    "seen_as_subject",
    "seen_by_roles",
    "server_change",
    "slice_of",
    "slices",
    "subject_of",
    "take_in",
    "with_rev",
]
