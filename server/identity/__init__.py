"""Who is asking: accounts, devices, sessions, grants. Other slices use `Caller`, `caller_of` and `over`."""

from server.identity.asking import caller_of
from server.identity.caller import ROLES, Caller, Grant
from server.identity.queries import grants_of, knows, over, stands_over, with_grants

__all__ = ["ROLES", "Caller", "Grant", "caller_of", "grants_of", "knows", "over", "stands_over", "with_grants"]
