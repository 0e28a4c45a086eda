"""What the server of the model keeps. A state is never changed once it is committed, so a backup is a reference."""

from typing import Any, NamedTuple

from sync.change import ChangeId
from sync.merge import Register, is_open, seen_by, shown
from sync.records import RECORDS, Field, fields, split_path

Key = tuple[str, str]
BLANK = {type_: {name: field.default for name, field in fields(type_).items()} for type_ in RECORDS}
_located: dict[tuple[str, str], tuple[Field | None, str | None]] = {}


def locate(type_: str, path: str) -> tuple[Field | None, str | None]:
    """The declaration a path speaks of, and the key when the field is a map."""
    found = _located.get((type_, path))
    if found is None:
        name, key = split_path(path)
        field = fields(type_).get(name)
        known = field is not None and (key is not None) == field.is_map and key != ""
        found = _located[type_, path] = (field, key) if known else (None, None)
    return found


class Record:
    """One record: its fields, its registers, and how phones get it."""

    __slots__ = ("id", "registers", "rev", "row", "type", "wire")

    def __init__(self, type_: str, id_: str) -> None:
        self.type, self.id, self.rev = type_, id_, 0
        self.row: dict[str, Any] = dict(BLANK.get(type_, {}))
        self.registers: dict[str, Register] = {}
        self.wire: dict[str, Any] = {}

    def copy(self) -> "Record":
        twin = Record.__new__(Record)
        twin.type, twin.id, twin.rev, twin.wire = self.type, self.id, self.rev, self.wire
        twin.row, twin.registers = dict(self.row), dict(self.registers)
        return twin

    def settle(self, path: str, register: Register) -> None:
        """Store a merged register and show in the row what stands."""
        self.registers[path] = register
        if register.heads:
            name, key = split_path(path)
            value = shown(register)
            self.row[name] = value if key is None else {**self.row[name], key: value}

    def open_paths(self) -> list[str]:
        """The fields with an undecided conflict."""
        return [path for path, one in self.registers.items() if len(one.heads) > 1 and is_open(one)]

    def render(self, rev: int) -> None:
        """Give it its rev, and make the row of the wire."""
        self.rev = rev
        by = {path: seen_by(one) for path, one in self.registers.items() if one.heads}
        self.wire = {"id": self.id, "rev": rev, **self.row, "by": by}
        if opened := self.open_paths():
            self.wire["open"] = {
                path: [
                    {"value": head.value, "by": head.change, "person": head.person, "at": head.at}
                    for head in self.registers[path].heads
                ]
                for path in opened
            }


class Touch(NamedTuple):
    """One record changed by one change. ``pure``: the author's own view of the row is already right."""

    rev: int
    device: int
    verb: str
    quiet: bool
    pure: bool


class Shown(NamedTuple):
    """What the feed says of one record to one audience."""

    rev: int
    gone: bool
    is_open: bool
    changed_at: int


class Logged(NamedTuple):
    """Every change ever settled, with its content and outcome. ``times``: effective time by path."""

    device: int
    n: int
    rev: int
    sent: int
    received: int
    cursor: int
    person: str
    content: Any
    result: dict[str, Any]
    times: dict[tuple[str, str, str], int]


class Held(NamedTuple):
    """A change set aside; ``subject`` is the inspection it is about, or what of a round."""

    type: str
    id: str
    code: str
    subject: str
    status: str


_KEPT = (
    "records", "children", "feed", "touches", "log", "held", "settled", "served", "grants", "parents", "merged",
)  # fmt: skip


class State:
    """Everything a transaction may change."""

    __slots__ = (
        "children", "epoch", "feed", "former", "grants", "held", "log", "memo", "merged", "moved", "parents", "records",
        "rev", "rights", "served", "settled", "touches",
    )  # fmt: skip

    def __init__(self) -> None:
        self.rev, self.epoch = 0, 1
        self.records: dict[Key, Record] = {}
        self.children: dict[str, tuple[Key, ...]] = {}
        """What hangs on an inspection or a visit, and what is of a branch."""
        self.merged: dict[str, str] = {}
        """Which customer stands for one that was merged."""
        self.feed: dict[Key, tuple[int, dict[str, Shown]]] = {}
        self.touches: dict[Key, tuple[Touch, ...]] = {}
        self.log: dict[ChangeId, Logged] = {}
        self.held: dict[ChangeId, Held] = {}
        self.settled: dict[int, int] = {}
        self.served: dict[int, frozenset[str]] = {}
        self.grants: dict[str, frozenset[tuple[str, str]]] = {}
        self.parents: dict[str, str] = {}
        self.former: tuple[tuple[str, str, str, int], ...] = ()
        """(person, role, place, until rev) of grants taken back."""
        self.moved: tuple[tuple[str, str, int], ...] = ()
        """(place, ancestor, until rev) of places that moved."""
        self.rights: dict[Any, Any] = {}
        """Lines and audiences as computed, until grants or places change."""
        self.memo: dict[str, Any] = {}
        """What the judge computed of this state."""

    def copy(self) -> "State":
        """A state to work on; what is inside the dictionaries is replaced, never changed."""
        twin = State.__new__(State)
        twin.rev, twin.epoch, twin.former, twin.moved = self.rev, self.epoch, self.former, self.moved
        for name in _KEPT:
            setattr(twin, name, dict(getattr(self, name)))
        twin.rights, twin.memo = self.rights, {}
        return twin

    def line(self, place: str) -> tuple[str, ...]:
        """A place and everything above it."""
        found: tuple[str, ...] | None = self.rights.get(place)
        if found is None:
            above = self.parents.get(place)
            found = self.rights[place] = (place, *(self.line(above) if above else ()))
        return found

    def roles(self, place: str, roles: tuple[str, ...]) -> frozenset[str]:
        """The audiences of some roles over a place."""
        found: frozenset[str] | None = self.rights.get((place, roles))
        if found is None:
            found = frozenset(f"unit:{unit}:{role}" for unit in self.line(place) for role in roles)
            self.rights[place, roles] = found
        return found

    def over(self, person: str, role: str, place: str) -> bool:
        """Whether a person holds a role over a place."""
        key = (person, role, place)
        found: bool | None = self.rights.get(key)
        if found is None:
            held = self.grants.get(person, frozenset())
            found = self.rights[key] = any((role, at) in held for at in self.line(place))
        return found

    def audiences_of(self, person: str) -> frozenset[str]:
        """The audiences a person belongs to."""
        found: frozenset[str] | None = self.rights.get(("person", person))
        if found is None:
            own = (f"unit:{place}:{role}" for role, place in self.grants.get(person, ()))
            found = self.rights["person", person] = frozenset({"everyone", f"person:{person}", *own})
        return found
