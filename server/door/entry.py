"""A record in memory: its fields, its registers, and the way to and from the stored text."""

from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Any

import msgspec

from sync.merge import Head, Register, is_open, seen_by, shown
from sync.records import Field, fields, is_server_type, split_path

LONG = 4096
_decode_registers = msgspec.json.Decoder(dict[str, Register]).decode


class Entry:
    """One synced record of the transaction in hand.

    ``row`` holds every declared field as plain JSON data, ``registers`` one register a written path,
    ``columns`` the typed columns queries need, ``rev`` 0 while it is not stored.
    """

    __slots__ = ("change", "columns", "id", "registers", "rev", "row", "type")

    def __init__(self, type_: str, id_: str) -> None:
        self.type, self.id = type_, id_
        self.rev = 0
        self.change = 0
        self.row: dict[str, Any] = _blank(type_)
        self.registers: dict[str, Register] = {}
        self.columns: dict[str, Any] = {}

    @classmethod
    def stored(cls, type_: str, id_: str, rev: int, change: int, body: str, heads: str) -> "Entry":
        """The record as its table holds it."""
        entry = cls(type_, id_)
        entry.rev, entry.change = rev, change
        row = _read_once(body) if len(body) > LONG and is_server_type(type_) else msgspec.json.decode(body)
        entry.row.update({name: row[name] for name in entry.row if name in row})
        entry.registers = _decode_registers(heads)
        return entry

    def copy(self) -> "Entry":
        """An independent copy: what is undone when a change of a group is refused."""
        twin = Entry.__new__(Entry)
        twin.type, twin.id, twin.rev, twin.change = self.type, self.id, self.rev, self.change
        twin.row = {name: dict(value) if isinstance(value, dict) else value for name, value in self.row.items()}
        twin.registers, twin.columns = dict(self.registers), dict(self.columns)
        return twin

    def field(self, path: str) -> tuple[Field | None, str | None]:
        """The declaration a path speaks of, and the key when the field is a map."""
        return _located(self.type, path)

    def value(self, path: str) -> Any:
        """The plain value at a path: the provisional winner where a conflict is open."""
        name, key = split_path(path)
        return self.row[name] if key is None else self.row[name].get(key)

    def settle(self, path: str, register: Register) -> None:
        """Store a merged register and show in the row what stands."""
        self.registers[path] = register
        if not register.heads:
            return
        name, key = split_path(path)
        value = shown(register)
        self.row[name] = value if key is None else {**self.row[name], key: value}

    def open_paths(self) -> list[str]:
        """The fields with an undecided conflict."""
        return [path for path, register in self.registers.items() if len(register.heads) > 1 and is_open(register)]

    def wire(self) -> dict[str, Any]:
        """The row as phones get it, but for ``rev``."""
        by = {path: seen_by(register) for path, register in self.registers.items() if register.heads}
        wire = {"id": self.id, **self.row, "by": by}
        opened = {path: [_opinion(head) for head in self.registers[path].heads] for path in self.open_paths()}
        return {**wire, "open": opened} if opened else wire

    def body(self) -> str:
        """The stored text of ``wire()``."""
        return msgspec.json.encode(self.wire()).decode()

    def heads(self) -> str:
        """The stored text of the registers."""
        return msgspec.json.encode(self.registers).decode()


@lru_cache(maxsize=32)
def _read_once(body: str) -> dict[str, Any]:
    """A stored text, decoded: editions of standards are long, never change, and are asked for with every push."""
    return dict(msgspec.json.decode(body))


def _blank(type_: str) -> dict[str, Any]:
    """The row of a record of which nothing is known."""
    row = _defaults(type_).copy()
    for name, value in row.items():
        if isinstance(value, dict | list):
            row[name] = value.copy()
    return row


@cache
def _defaults(type_: str) -> dict[str, Any]:
    return {name: field.default for name, field in fields(type_).items()}


@lru_cache(maxsize=4096)
def _located(type_: str, path: str) -> tuple[Field | None, str | None]:
    name, key = split_path(path)
    field = fields(type_).get(name)
    if field is None or (key is not None) != field.is_map or key == "":
        return None, None
    return field, key


def _opinion(head: Head) -> Mapping[str, Any]:
    return {"value": head.value, "by": [head.device, head.n], "person": head.person, "at": head.at}


def with_rev(body: str, rev: int) -> msgspec.Raw:
    """A stored body as a wire row: the rev is spliced in without decoding it."""
    return msgspec.Raw(b'{"rev":%d,%s' % (rev, body[1:].encode()))
