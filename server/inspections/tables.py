"""The synced tables of inspections and findings."""

from piccolo.columns import BigInt, Integer, Text
from piccolo.table import Table

from server.door.tables import Synced


class Inspection(Synced, Table, tablename="inspection"):
    """``total`` in tenths of a point, once it was submitted; ``self_check``: led by who is not its inspector."""

    branch = Text(index=True)
    standard = Text()
    status = Text()
    lead = Text()
    started_at = BigInt()
    submitted_at = BigInt(null=True, default=None)
    total = Integer(null=True, default=None)
    self_check = Integer()
    task = Text(null=True, default=None)


class Finding(Synced, Table, tablename="finding"):
    branch = Text(index=True)
    inspection = Text(index=True)
    item = Text()
    status = Text()
