"""The synced tables of visits and quotas, and what visits suggest to be looked at."""

from piccolo.columns import BigInt, Text
from piccolo.table import Table

from server.door.tables import Synced


class Visit(Synced, Table, tablename="visit"):
    """``tally``: branch and month a closed visit is counted under, ``<id> 2026-11``; empty while it is a draft."""

    branch = Text(index=True)
    customer = Text(null=True, default=None, index=True)
    person = Text()
    kind = Text()
    status = Text()
    started_at = BigInt()
    closed_at = BigInt(null=True, default=None)
    corrects = Text(null=True, default=None, index=True)
    tally = Text(index=True)


class Quota(Synced, Table, tablename="quota"):
    branch = Text(index=True)
    month = Text()


class Suggestion(Table, tablename="suggestion"):
    """A check that a visit suggests. ``comment``: the sentence with which it was dealt with."""

    visit = Text(primary_key=True)
    branch = Text(index=True)
    made_at = BigInt()
    status = Text()
    dealt_by = Text(null=True, default=None)
    dealt_at = BigInt(null=True, default=None)
    comment = Text(null=True, default=None)
