"""The synced table of published editions."""

from piccolo.columns import Text
from piccolo.table import Table

from server.door.tables import Synced


class Standard(Synced, Table, tablename="standard"):
    code = Text()
    edition = Text()
    status = Text()
