"""Customers, what people heard on their visits, what a branch has done of its month, and remarks on all of it."""

from typing import Annotated, Literal

import msgspec

from sync.records.base import Record
from sync.records.policy import edit, once, personal, server
from sync.records.values import Commented, Day, Id, Line, Millis, Month, Position, Text

VisitKind = Literal["visit", "ride_along", "en_route", "reception", "card"]
Topic = Literal["misdelivery", "non_delivery", "timeliness", "attitude", "tariff", "other"]
Tally = Annotated[int, msgspec.Meta(ge=0)]


class Customer(Record, tag="customer"):
    """Whom a branch visits. ``key`` is a key account; ``merged``: another customer stands for this one."""

    branch: Annotated[Id, once]
    name: Annotated[Line, edit, personal]
    kind: Annotated[Literal["organisation", "person", "key"] | None, edit] = None
    contact: Annotated[Line | None, edit, personal] = None
    phone: Annotated[Line | None, edit, personal] = None
    address: Annotated[Line | None, edit, personal] = None
    position: Annotated[Position | None, edit, personal] = None
    route: Annotated[Line | None, edit] = None
    tier: Annotated[Line | None, edit] = None
    remark: Annotated[Text | None, edit, personal] = None
    status: Annotated[Literal["active", "merged", "erased"], server] = "active"


class Visit(Record, tag="visit"):
    """One visit, ride-along or card. Once closed it is never edited: ``corrects`` names the visit this one replaces.

    ``satisfaction`` in points of 100; ``follow_up_on`` a day such as ``2026-12-01``.
    """

    branch: Annotated[Id, once]
    kind: Annotated[VisitKind, once]
    started_at: Annotated[Millis, once]
    customer: Annotated[Id | None, once] = None
    position: Annotated[Position | None, once, personal] = None
    corrects: Annotated[Id | None, once] = None
    result: Annotated[Literal["met", "left_word", "not_met"] | None, edit] = None
    satisfaction: Annotated[Annotated[int, msgspec.Meta(ge=0, le=100)] | None, edit] = None
    topics: Annotated[Annotated[list[Topic], msgspec.Meta(max_length=6)] | None, edit] = []
    needs: Annotated[Text | None, edit, personal] = None
    complaint: Annotated[Text | None, edit, personal] = None
    market_info: Annotated[Text | None, edit, personal] = None
    follow_up_on: Annotated[Day | None, edit] = None
    route: Annotated[Line | None, edit] = None
    remark: Annotated[Text | None, edit, personal] = None
    person: Annotated[Id | None, server] = None
    status: Annotated[Literal["draft", "closed", "void"], server] = "draft"
    closed_at: Annotated[Millis | None, server] = None


class Comment(Record, tag="comment"):
    """A remark in the thread of an inspection, a finding or a visit. ``at``: when it was written."""

    of: Annotated[Commented, once]
    text: Annotated[Text, once, personal]
    at: Annotated[Millis, once]
    author: Annotated[Id | None, server] = None


class Quota(Record, tag="quota"):
    """How many closed visits of a branch's month count: met in person, ride-alongs, cards."""

    branch: Annotated[Id, server]
    month: Annotated[Month, server]
    visits: Annotated[Tally, server] = 0
    ride_alongs: Annotated[Tally, server] = 0
    cards: Annotated[Tally, server] = 0
