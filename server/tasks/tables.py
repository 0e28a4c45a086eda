"""The synced table of tasks."""

from piccolo.columns import BigInt, Text
from piccolo.table import Table

from server.door.tables import Synced


class Task(Synced, Table, tablename="task"):
    branch = Text(index=True)
    status = Text()
    due_at = BigInt()
    inspection = Text(null=True, default=None)
