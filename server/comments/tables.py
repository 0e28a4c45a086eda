"""The synced table of comments."""

from piccolo.columns import BigInt, Text
from piccolo.table import Table

from server.door.tables import Synced


class Comment(Synced, Table, tablename="comment"):
    """What a comment hangs on: one of ``inspection``, ``finding`` and ``visit``; a finding's names both."""

    branch = Text(index=True)
    inspection = Text(null=True, default=None, index=True)
    finding = Text(null=True, default=None)
    visit = Text(null=True, default=None, index=True)
    author = Text()
    at = BigInt()
