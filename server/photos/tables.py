"""The synced table of photos."""

from piccolo.columns import BigInt, Text
from piccolo.table import Table

from server.door.tables import Synced


class Photo(Synced, Table, tablename="photo"):
    """What a photo hangs on: a finding of an inspection, a visit, or a comment; a comment's names no inspection."""

    branch = Text(index=True)
    inspection = Text(null=True, default=None, index=True)
    finding = Text(null=True, default=None, index=True)
    visit = Text(null=True, default=None, index=True)
    comment = Text(null=True, default=None, index=True)
    author = Text()
    sha256 = Text(index=True)
    preview_sha256 = Text()
    stored_at = BigInt(null=True, default=None)
    preview_at = BigInt(null=True, default=None)
