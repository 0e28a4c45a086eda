"""The synced table of branches. ``branch`` repeats the id, so that all records of a branch are found alike."""

from piccolo.columns import Text
from piccolo.table import Table

from server.door.tables import Synced


class Branch(Synced, Table, tablename="branch"):
    branch = Text()
    code = Text(unique=True)
    name = Text()
    unit = Text(index=True)
    status = Text()
    kind = Text()
    search = Text()
    sorting = Text()
    token = Text(null=True, default=None)
