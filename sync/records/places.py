"""The organisation: units, branches and the people who work for them."""

from typing import Annotated, Literal

from sync.records.base import Record
from sync.records.policy import server
from sync.records.values import Id, Position

Role = Literal["inspector", "carrier", "manager", "supervisor", "admin"]


class Unit(Record, tag="unit"):
    """An organisational unit: a province, city or county office."""

    name: Annotated[str, server]
    level: Annotated[Literal["province", "city", "county"], server]
    parent: Annotated[Id | None, server] = None


class Branch(Record, tag="branch"):
    """A branch (网点) where customers are served. ``tag`` is the SHA-256 of its QR token."""

    code: Annotated[str, server]
    name: Annotated[str, server]
    initials: Annotated[str, server]
    kind: Annotated[Literal["post_office", "agency", "delivery"], server]
    unit: Annotated[Id, server]
    address: Annotated[str | None, server] = None
    position: Annotated[Position | None, server] = None
    staff_count: Annotated[int | None, server] = None
    opens: Annotated[str | None, server] = None
    closes: Annotated[str | None, server] = None
    tag: Annotated[str | None, server] = None
    status: Annotated[Literal["open", "closed"], server] = "open"


class Person(Record, tag="person"):
    """A person of the operator. ``roles`` is the set of roles of their grants, ``home`` a unit or branch."""

    name: Annotated[str, server]
    roles: Annotated[list[Role], server]
    home: Annotated[Id, server]
    active: Annotated[bool, server] = True
