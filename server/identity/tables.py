"""The tables of identity. Times are epoch milliseconds; JSON is text."""

from piccolo.columns import BigInt, Integer, Serial, Text
from piccolo.table import Table


class Account(Table, tablename="account"):
    """How a person signs in. Without a hash they cannot; with a first password they must choose their own."""

    person = Text(primary_key=True)
    login = Text(unique=True)
    password_hash = Text(null=True, default=None)
    first_password = Integer(default=0)


class Device(Table, tablename="device"):
    """One browser profile of one person; ``settled`` is its last settled ``n``.

    ``former``: the number it had before, which was locked out.
    """

    id = Serial(primary_key=True)
    person = Text(index=True)
    name = Text()
    created_at = BigInt()
    seen_at = BigInt()
    revoked_at = BigInt(null=True, default=None)
    app = Text(null=True, default=None)
    settled = BigInt(default=0)
    pending = Text(null=True, default=None)
    audiences = Text(null=True, default=None)
    clock_offset = BigInt(null=True, default=None)
    storage = Text(null=True, default=None)
    revoked_by = Text(null=True, default=None)
    wipe_by = Text(null=True, default=None)
    given_up_by = Text(null=True, default=None)
    wiped_at = BigInt(null=True, default=None)
    former = BigInt(null=True, default=None)


class Session(Table, tablename="session"):
    """A device signed in: the hash of its token and how long it is good for."""

    token_hash = Text(primary_key=True)
    person = Text()
    device = BigInt()
    created_at = BigInt()
    seen_at = BigInt()
    expires_at = BigInt()
