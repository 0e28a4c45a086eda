"""Who is asking: accounts, devices, sessions, grants. Other slices use `Caller`, `caller_of` and `over`."""

from server.identity.asking import caller_of
from server.identity.caller import ROLES, Caller, Grant
from server.identity.queries import grants_of, knows, over, stands_over, with_grants
from server.identity.rules import NOT_LOCKED_OUT

__all__ = [
    "NOT_LOCKED_OUT",
    "ROLES",
    "Caller",
    "Grant",
    "caller_of",
    "grants_of",
    "knows",
    "over",
    "stands_over",
    "with_grants",
]
