"""States, acts, who may, and what an act judges: as data that both sides read (records.md, Acts)."""

import builtins
from collections.abc import Mapping
from typing import Annotated, Any, Literal

import msgspec

from sync.records.values import Answer, Millis, Shown

Reason = Annotated[str, msgspec.Meta(pattern=r"\S", max_length=4000)]
Actor = Literal["lead", "member", "inspector", "supervisor", "assignee", "author", "person", "manager"]
"""Lead, member, author and person are people of the record; the others hold that role over its branch."""
Judged = Literal["nothing", "status", "status_lead", "named_findings", "findings_photos", "held", "record"]
"""What must not have been changed by another device after the act's ``seen``."""


class Arguments(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """An act without arguments."""


class Submit(Arguments, frozen=True):
    shown: Shown | None = None


class WithReason(Arguments, frozen=True):
    reason: Reason


class MayReason(Arguments, frozen=True):
    reason: Reason | None = None


class ReturnItems(Arguments, frozen=True):
    items: Annotated[dict[str, Reason], msgspec.Meta(min_length=1)]


class SettleLate(Arguments, frozen=True):
    change: tuple[Millis, Millis]
    take: bool
    reason: Reason


class Correct(Arguments, frozen=True):
    set: Annotated[dict[str, Answer], msgspec.Meta(min_length=1)]
    reason: Reason


class Act(msgspec.Struct, frozen=True):
    """One verb: which states it leaves, the state it enters (``None``: the state stays), who may, what it judges."""

    type: str
    verb: str
    who: tuple[Actor, ...]
    leaves: tuple[str, ...] | None
    enters: str | None
    arguments: builtins.type[Arguments]
    judges: Judged

    @property
    def is_review(self) -> bool:
        """Whether only those who look at others' work do it."""
        return self.who == ("supervisor",)

    def read(self, arguments: Any) -> Arguments:
        """The arguments as a Struct, or ``msgspec.ValidationError``."""
        return msgspec.convert(arguments, self.arguments, strict=True)


_ACTS = (
    Act("inspection", "submit", ("lead", "member"), ("draft", "returned"), "submitted", Submit, "status"),
    Act("inspection", "join", ("inspector",), ("draft", "returned"), None, Arguments, "nothing"),
    Act("inspection", "take_over", ("inspector",), ("draft", "returned"), None, WithReason, "status_lead"),
    Act("inspection", "return_items", ("supervisor",), ("submitted",), "returned", ReturnItems, "named_findings"),
    Act("inspection", "approve", ("supervisor",), ("submitted",), "approved", Arguments, "findings_photos"),
    Act("inspection", "reopen", ("supervisor",), ("approved",), "submitted", WithReason, "status"),
    Act("inspection", "void", ("supervisor", "lead"), ("draft", "submitted", "returned"), "void", WithReason, "status"),
    Act("inspection", "settle_late", ("supervisor",), None, None, SettleLate, "held"),
    Act("finding", "correct", ("supervisor",), None, None, Correct, "record"),
    Act("photo", "retract", ("author", "lead", "member"), None, None, MayReason, "record"),
    Act("photo", "waive", ("supervisor",), None, None, WithReason, "record"),
    Act("photo", "ask", ("supervisor",), None, None, Arguments, "nothing"),
    Act("task", "claim", ("assignee",), ("open",), "claimed", Arguments, "record"),
    Act("task", "decline", ("assignee",), ("open",), "declined", WithReason, "record"),
    Act("visit", "close", ("person",), ("draft",), "closed", Arguments, "record"),
    Act("visit", "void", ("person", "manager"), ("draft", "closed"), "void", WithReason, "record"),
)

ACTS: Mapping[tuple[str, str], Act] = {(act.type, act.verb): act for act in _ACTS}
"""``(record type, verb)`` -> the act."""

EDITABLE = frozenset({"draft", "returned"})
"""The inspection states in which its findings may still be edited by lead and members."""
DECIDED = frozenset({"approved", "void"})
