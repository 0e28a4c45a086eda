"""The tables of the door, and the shape every synced table has. The statements that make them are the migration's."""

from typing import ClassVar

from piccolo.columns import BigInt, Integer, Text
from piccolo.table import Table


class Synced:
    """The columns of every synced table: ``body`` is the wire row without its rev, ``heads`` the registers (JSON).

    ``derived`` names the columns that triggers keep: they follow from other tables, and the door does not write them.
    """

    derived: ClassVar[frozenset[str]] = frozenset()

    id = Text(primary_key=True)
    rev = BigInt()
    change = BigInt()
    body = Text()
    heads = Text()


COMMON = ("id", "rev", "change", "body", "heads")
LOG = (
    *("id", "device", "n", "rev", "at", "sent", "received", "person", "type", "record", "content", "outcome", "result"),
    *("times", "group_"),
)
"""The columns of the log, in the order in which the door writes them."""


class Clock(Table, tablename="clock"):
    """One row: the last rev given, the epoch, which rises with every restore, and how far ``gone`` is forgotten."""

    id = Integer(primary_key=True)
    rev = BigInt()
    epoch = BigInt()
    horizon = BigInt(default=0)


class Log(Table, tablename="log"):
    """Every change ever settled, with its content and outcome; append-only. ``times``: effective time by field."""

    id = BigInt(primary_key=True)
    device = BigInt()
    n = BigInt()
    rev = BigInt()
    at = BigInt()
    sent = BigInt()
    received = BigInt()
    person = Text()
    type = Text()
    record = Text()
    content = Text()
    outcome = Text()
    result = Text(null=True, default=None)
    times = Text()
    group_ = BigInt(null=True, default=None)


class Held(Table, tablename="held"):
    """A change set aside for a supervisor over ``branch``; ``subject`` is the record it is about.

    ``status``: open, taken, added (kept beside the record), dismissed.
    """

    device = BigInt()
    n = BigInt()
    person = Text()
    type = Text()
    record = Text()
    code = Text()
    subject = Text()
    branch = Text(default="")
    received = BigInt()
    status = Text()
    decided_by = Text(null=True, default=None)
    decided_at = BigInt(null=True, default=None)
    reason = Text(null=True, default=None)
