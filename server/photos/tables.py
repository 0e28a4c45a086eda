"""The synced table of photos."""

from piccolo.columns import BigInt, Text
from piccolo.table import Table

from server.door.tables import Synced


class Photo(Synced, Table, tablename="photo"):
    branch = Text(index=True)
    inspection = Text(index=True)
    finding = Text(index=True)
    author = Text()
    sha256 = Text(index=True)
    preview_sha256 = Text()
    stored_at = BigInt(null=True, default=None)
    preview_at = BigInt(null=True, default=None)
