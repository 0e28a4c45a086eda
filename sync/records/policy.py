"""How a field may change: the one word beside each field of a record."""

from enum import Enum
from typing import Final


class Policy(Enum):
    """The merge policy of a field (protocol §6).

    ``judged``: every concurrent value is kept until a person picks one. ``edit``: the latest value stands.
    ``author``: a map with one key a person, each writes only their own. ``once``: written once, then fixed.
    ``server``: only acts and the server write it.
    """

    JUDGED = "judged"
    EDIT = "edit"
    AUTHOR = "author"
    ONCE = "once"
    SERVER = "server"


judged = Policy.JUDGED
edit = Policy.EDIT
author = Policy.AUTHOR
once = Policy.ONCE
server = Policy.SERVER


class Personal:
    """Marks a field that tells of a person: it is emptied, here and in the log, when they are to be forgotten."""


personal: Final = Personal()
