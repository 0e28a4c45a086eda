"""Valid requests bent into nonsense, out of a seeded Random: the same seed says the same things."""

import gzip
import json
import zlib
from random import Random
from typing import Any

from tests.server.fuzz.ground import GHOST
from tests.server.protocol.seed import named

DAY = 86_400_000
NUMBERS: list[Any] = [
    0, -1, 1, 2**31, 2**53, 2**53 - 1, 2**53 + 1, 2**63, -(2**63), 2**64, 10**300, 1.5, -0.0, 1e308, 5e-324, True,
    float("nan"), float("inf"),
]  # fmt: skip
TEXTS: list[Any] = [
    "", " ", "\0", "\ud800", "\udfff\ud800", "\ufffe", "x" * 100_000, "__proto__", "constructor", "checks.__proto__.a",
    "a.b.c.d", ".", "..", "checks.", ".a", "notes." + GHOST, "'; DROP TABLE log; --", "%s%n", "\u202e", "null", "NaN",
]  # fmt: skip
MARKS = ["² 0  ", "5 ²  ", "lost ² 0", "٣ 0  ", "\ud800", "5 0 \ud800 x", "5 0 \0 x", f"{2**63} 0  ", "5 -1  ", "lost "]
ALIEN: list[Any] = [None, [], {}, [[]], [None], {"": ""}, {"__proto__": {"admin": True}}, [1, 2, 3], "17", b"raw"]


FAIL = {"result": "fail"}
VERBS = {
    "inspection": ["submit", "join", "take_over", "return_items", "approve", "reopen", "void", "settle_late"],
    "finding": ["correct"],
    "photo": ["retract", "waive", "ask"],
    "task": ["claim", "decline"],
}
OTHER_TYPES = ["branch", "person", "standard", "unit", "visit", "toString"]
MARKUP = [{"shape": "blur", "box": [0, 0, 10_000, 10_000]}, {"shape": "text", "box": [1, 1, 1, 1], "text": "x"}]
SIGNED = {"list_sha256": "0" * 64, "total": 1, "at": 1, "strokes": [[0, 0, 10_000, 1]]}
FIELDS: dict[str, dict[str, Any]] = {
    "inspection": {
        "remark": "x",
        "representative": "y",
        f"members.{named('sue')}": True,
        "status": "approved",
        "signed": SIGNED,
    },
    "finding": {"checks.A-1.a": FAIL, "checks.A-1.b": FAIL, "reasons.A-1.a": "x", f"notes.{named('ann')}": "x"},
    "photo": {"check": "A-1.a", "bytes": 5, "stored_at": 1, "position": None, "markup": MARKUP},
    "task": {"status": "done"},
}
ARGUMENTS: dict[str, Any] = {
    "reason": "because", "items": {"A-1": "again"}, "set": {"A-1.a": FAIL}, "change": [1, 1], "take": True,
    "shown": {"total": 1, "vetoes": []}, "x": 1,
}  # fmt: skip


class Grammar:
    """Says nonsense about a world: ``subjects`` are ids of records by type, other people's too; ``ids`` are any ids."""

    def __init__(self, random: Random, subjects: dict[str, list[str]], ids: list[str]) -> None:
        self.random = random
        self.subjects = subjects
        self.ids = ids
        self.now = 0

    def odd(self) -> Any:
        """A value no field expects."""
        kind = self.random.randrange(5)
        if kind == 0:
            return self.random.choice(NUMBERS)
        if kind == 1:
            return self.random.choice(TEXTS)
        if kind == 2:
            return self.random.choice(self.ids)
        if kind == 3:
            return nested(self.random.choice((3, 70, 400)), self.random.random() < 0.5)
        return self.random.choice([value for value in ALIEN if value != b"raw"])

    def bent(self, value: Any, odds: float) -> Any:
        """A copy in which some parts are other ones, gone, doubled or under another name."""
        if self.random.random() < odds:
            return self.odd()
        if isinstance(value, dict):
            return {
                self._key(key, odds): self.bent(part, odds)
                for key, part in value.items()
                if self.random.random() > odds / 2
            }
        if isinstance(value, list):
            parts = [self.bent(part, odds) for part in value if self.random.random() > odds / 2]
            return parts + parts[-1:] * (self.random.random() < odds)
        return value

    def _key(self, key: str, odds: float) -> str:
        return str(self.random.choice(TEXTS)) if self.random.random() < odds / 2 else key

    def change(self) -> dict[str, Any]:
        """A change that may or may not make sense, without its number."""
        type_ = self.random.choice(list(VERBS)) if self.random.random() < 0.85 else self.random.choice(OTHER_TYPES)
        id_ = self.random.choice(self.subjects.get(type_) or self.ids)
        if self.random.random() < 0.1:
            id_ = self.random.choice(self.ids)
        base = {"at": self.when(), "type": type_, "id": id_}
        if self.random.random() < 0.5:
            return {**base, "set": self._sets(type_)}
        verb = self.random.choice([*VERBS.get(type_, ()), "__init__"])
        return {**base, "act": verb, "seen": self.random.choice([0, 1, 10**15, None]), "with": self._arguments()}

    def _sets(self, type_: str) -> dict[str, Any]:
        """A whole new inspection, or a field or two of anything."""
        base = [self.random.choice([1, 2, 3, 99]), self.random.choice([1, 2, 3, 10**9])]
        whole = {"branch": [named("north")], "standard": [named("standard")], "started_at": [self.now]}
        fields = FIELDS.get(type_, {"status": "draft"})
        some = self.random.sample(list(fields), min(len(fields), self.random.randrange(1, 3)))
        odd = {name: [fields[name] if self.random.random() < 0.7 else self.odd(), base] for name in some}
        return whole | odd if type_ == "inspection" and self.random.random() < 0.3 else odd

    def _arguments(self) -> dict[str, Any]:
        some = self.random.sample(list(ARGUMENTS), self.random.randrange(3))
        return {name: ARGUMENTS[name] if self.random.random() < 0.7 else self.odd() for name in some}

    def when(self) -> int:
        """Now, or a date far away."""
        return self.random.choice([self.now, 0, self.now - 400 * DAY, self.now + 400 * DAY, 2**53 - 1])

    def envelope(self, valid: dict[str, Any]) -> bytes:
        """A request on the wire, with something wrong with it as JSON or as an envelope."""
        kind = self.random.randrange(8)
        if kind == 0:  # cut short
            whole = said(valid)
            return whole[: self.random.randrange(len(whole))]
        if kind == 1:  # a byte is another one, perhaps no UTF-8
            whole = bytearray(said(valid))
            for _ in range(self.random.randrange(1, 4)):
                whole[self.random.randrange(len(whole))] = self.random.randrange(256)
            return bytes(whole)
        if kind == 2:  # a key twice
            key = self.random.choice(list(valid))
            return said(valid)[:-1] + b"," + json.dumps(key).encode() + b":" + said(self.odd()) + b"}"
        if kind == 3:  # numbers with a hole, backwards, doubled
            numbers = [self.random.choice([0, 1, 2, 2, 3, 10**9, -1]) for _ in range(4)]
            return said({**valid, "changes": [{**self.change(), "n": n} for n in numbers]})
        if kind == 4:  # very many
            return said({**valid, "changes": [{"n": n} for n in range(1, self.random.choice([501, 20_000]))]})
        if kind == 5:  # cursors, epochs and audiences of another world
            odd = {"cursor": self.odd(), "epoch": self.odd(), "fill": self.odd(), "audiences": self.odd()}
            if valid["audiences"] and self.random.random() < 0.5:  # a fill of theirs, at a place of no world
                odd["fill"] = {self.random.choice(valid["audiences"]): self.random.choice(MARKS)}
            names = self.random.sample(list(odd), 2)
            return said({**valid, **{name: odd[name] for name in names}})
        if kind == 6:  # somebody else's device
            return said({**valid, "device": self.random.choice([1, 2, 3, 2**53 - 1, 0])})
        return said(self.bent(valid, 0.05))

    def packed(self, body: bytes) -> tuple[bytes, str | None]:
        """A body under some Content-Encoding, often not its own."""
        kind = self.random.randrange(7)
        if kind == 0:
            return gzip.compress(body), "gzip"
        if kind == 1:
            return gzip.compress(body)[: self.random.randrange(1, 40)], "gzip"
        if kind == 2:
            return zlib.compress(body), self.random.choice(["deflate", "gzip"])
        if kind == 3:
            return body, self.random.choice(["br", "zstd", "gzip, gzip", "x-gzip", "", "\xff"])
        if kind == 4:
            return gzip.compress(b" " * self.random.choice([3_000_000, 30_000_000])), "gzip"
        return body, None


def nested(depth: int, as_list: bool) -> Any:
    """A value that many levels deep."""
    value: Any = "x"
    for _ in range(depth):
        value = [value] if as_list else {"a": value}
    return value


def said(value: Any) -> bytes:
    """As JSON, with what is no JSON (NaN, lone surrogates as escapes) as Python writes it."""
    return json.dumps(value).encode()
