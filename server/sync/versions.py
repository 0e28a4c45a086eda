"""Which apps can read today's rows. Work is taken from all of them (protocol §3)."""

import re

OLDEST_READER = (0, 1, 0)
"""The first app that reads the rows as they are now; raised when a release changes what an older one would misread."""

_VERSION = re.compile(r"(\d{1,9})\.(\d{1,9})\.(\d{1,9})", re.ASCII)


def can_read(app: str | None) -> bool:
    """False for an app that is known to be too old; a name we cannot place, of another client, is not."""
    found = _VERSION.match(app or "")
    return found is None or tuple(map(int, found.groups())) >= OLDEST_READER
