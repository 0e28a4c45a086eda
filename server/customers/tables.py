"""The synced table of customers."""

from typing import ClassVar

from piccolo.columns import BigInt, Text
from piccolo.table import Table

from server.door.tables import Synced


class Customer(Synced, Table, tablename="customer"):
    """``phone`` holds its digits only; ``merged_into`` who stands for a merged one. Empty where nothing is known.

    ``visited_at``: when somebody was last there (epoch ms), 0 for never.
    """

    derived: ClassVar[frozenset[str]] = frozenset({"visited_at"})

    branch = Text(index=True)
    name = Text()
    initials = Text()
    phone = Text()
    route = Text()
    tier = Text()
    status = Text()
    merged_into = Text(null=True, default=None)
    visited_at = BigInt(default=0)
