"""What a slice declares of its record types; the door and the sync know slices only through this."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

import msgspec
from piccolo.table import Table

from server.door.entry import Entry
from server.door.tables import COMMON

if TYPE_CHECKING:
    from server.door.stale import View
    from server.door.workspace import Workspace
    from sync.workflow import Act, Arguments


class Refused(Exception):
    """A change that is not taken: the catalogue's code and what belongs to it."""

    def __init__(self, code: str, **extra: Any) -> None:
        super().__init__(code)
        self.code, self.extra = code, extra


class SetAside(Exception):
    """A change that a supervisor must look at: ``late_evidence``, ``out_of_scope`` or ``revoked``.

    ``subject``: the record it is about; what hangs on work set aside has the same. ``branch``: whose supervisors look.
    """

    def __init__(self, code: str, subject: str, branch: str) -> None:
        super().__init__(code)
        self.code, self.subject, self.branch = code, subject, branch


class Edit(msgspec.Struct, frozen=True):
    """An edit as a slice judges it: decoded values by path, bases by path, and what its author had seen."""

    values: Mapping[str, Any]
    bases: Mapping[str, Sequence[tuple[int, int]]]
    seen: int
    creates: bool


class Deed(msgspec.Struct, frozen=True):
    """An act as a slice carries it out: its arguments and the cursor its author had seen."""

    verb: str
    arguments: "Arguments"
    seen: int


TableClass = type[Table]
JudgeEdit = Callable[["Workspace", Entry, Edit], Awaitable[None]]
Actors = Callable[["Workspace", Entry, str], Awaitable[frozenset[str]]]
Admit = Callable[["Workspace", Entry, "Act"], Awaitable[None]]
MayAttach = Callable[["Workspace", Entry, str | None, int], Awaitable[None]]
Judged = Callable[["Workspace", Entry, "Act", "Arguments | None"], Awaitable["View"]]
OfPerson = Callable[["Workspace", str], Awaitable[Sequence[tuple[str, str]]]]
WasTheirs = Callable[["Workspace", Entry, int], Awaitable[bool]]
CarryOut = Callable[["Workspace", Entry, Deed], Awaitable[None]]


class Slice(msgspec.Struct, frozen=True, kw_only=True):
    """One record type as its slice declares it.

    ``table``: its synced table, ``columns``: its typed columns. ``audiences``: who sees it in its present state.
    ``is_open``: whether a first fill holds it whatever its age. ``judge_edit`` raises ``Refused`` or
    ``SetAside``; ``edited`` is told after an edit was merged. ``actors`` says what the actor is to a record
    for a verb (``own_work``: a supervisor who took part), ``admit`` refuses an act by a state of its own,
    ``judged`` names what must not have changed since the author looked. ``may_attach`` judges whether the
    actor may hang a photo on a record, at a check. ``was_theirs``: whether the actor belonged to a record
    until after what they had seen. ``of_person``: (type, id) of what a person reads for their own sake as long as
    some right of theirs lasts, so that it is looked at when their rights change.
    ``dependents`` names the record types (and their column) whose audiences follow this record.
    ``together`` names the columns, each called like the type it points to, of records that may change with this one.
    """

    type: str
    table: TableClass
    columns: Callable[["Workspace", Entry], Awaitable[dict[str, Any]]]
    audiences: Callable[["Workspace", Entry], Awaitable[frozenset[str]]]
    is_open: Callable[["Workspace", Entry], Awaitable[bool]]
    parents: Callable[[Mapping[str, Any]], Sequence[tuple[str, str]]] = lambda row: ()
    judge_edit: JudgeEdit | None = None
    edited: JudgeEdit | None = None
    actors: Actors | None = None
    admit: Admit | None = None
    judged: Judged | None = None
    may_attach: MayAttach | None = None
    was_theirs: WasTheirs | None = None
    of_person: OfPerson | None = None
    dependents: Sequence[tuple[str, str]] = ()
    together: Sequence[str] = ()

    @property
    def table_name(self) -> str:
        """The name of its table in SQL."""
        return self.table._meta.tablename

    @property
    def column_names(self) -> tuple[str, ...]:
        """The typed columns of its table, without those every synced table has and those triggers keep."""
        return _own_columns(self.table)


@cache
def _own_columns(table: type[Table]) -> tuple[str, ...]:
    left_out = {*COMMON, *getattr(table, "derived", ())}
    return tuple(column._meta.name for column in table._meta.columns if column._meta.name not in left_out)


_slices: dict[str, Slice] = {}
_verbs: dict[tuple[str, str], CarryOut] = {}


def register(*slices: Slice) -> None:
    """Make record types known to the door; registering one twice is a mistake of the programme."""
    for declared in slices:
        if _slices.get(declared.type, declared) is not declared:
            raise RuntimeError(f"record type {declared.type} is declared twice")
        _slices[declared.type] = declared


def register_acts(type_: str, verbs: Mapping[str, CarryOut]) -> None:
    """Say how the verbs of a record type are carried out; the slice of a verb need not be that of the type."""
    for verb, carry_out in verbs.items():
        if _verbs.get((type_, verb), carry_out) is not carry_out:
            raise RuntimeError(f"{type_}.{verb} is declared twice")
        _verbs[type_, verb] = carry_out


def verb_of(type_: str, verb: str) -> CarryOut | None:
    """How a verb is carried out, ``None`` when nobody declared it."""
    return _verbs.get((type_, verb))


def slice_of(type_: str) -> Slice | None:
    """The slice of a record type, ``None`` when nobody declared it."""
    return _slices.get(type_)


def slices() -> Sequence[Slice]:
    """Every declared record type, in the order of registration."""
    return tuple(_slices.values())
