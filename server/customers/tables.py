"""The synced table of customers."""

from piccolo.columns import Text
from piccolo.table import Table

from server.door.tables import Synced


class Customer(Synced, Table, tablename="customer"):
    """``phone`` holds its digits only; ``merged_into`` who stands for a merged one. Empty where nothing is known."""

    branch = Text(index=True)
    name = Text()
    initials = Text()
    phone = Text()
    route = Text()
    tier = Text()
    status = Text()
    merged_into = Text(null=True, default=None)
