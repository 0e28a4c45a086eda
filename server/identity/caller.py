"""The one who asks, as every slice sees them."""

import msgspec

ROLES = ("inspector", "carrier", "manager", "supervisor", "admin")
EVERYONE = "everyone"


class Grant(msgspec.Struct, frozen=True, order=True):
    """A role over a place (a unit or a branch) and everything below it."""

    role: str
    place: str


class Caller(msgspec.Struct, frozen=True):
    """A signed-in person on one of their devices.

    ``session`` is the hash of the token, never the token. ``line`` holds the places of the grants and all above them.
    """

    person: str
    device: int
    grants: tuple[Grant, ...]
    session: str
    line: tuple[str, ...] = ()

    def audiences(self) -> list[str]:
        """The audiences this person may read, sorted, without doubles."""
        own = {EVERYONE, f"person:{self.person}"}
        own.update(f"unit:{grant.place}:{grant.role}" for grant in self.grants)
        own.update(f"unit:{place}:staff" for place in self.line)
        return sorted(own)

    def roles(self) -> list[str]:
        """The roles held anywhere, in the order of ROLES."""
        held = {grant.role for grant in self.grants}
        return [role for role in ROLES if role in held]
