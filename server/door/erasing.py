"""Forgetting what the log says of a person: the values go, a hash of what was said stays, so that it can be proved.

The hash is slow on purpose: a telephone number behind a quick one is found by trying them all.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import msgspec

from sync.records import RECORDS, fields, split_path

Key = tuple[str, str]
MARK = "erased"
NOTHING = "-"
"""Stands for a reason that was emptied: there was one."""


def blank(type_: str, name: str) -> Any:
    """What stands in a personal field once it is emptied."""
    field = fields(type_)[name]
    return "" if field.required else field.default


def personal_fields(type_: str) -> list[str]:
    """The fields of a record type that tell of a person."""
    return [name for name, field in fields(type_).items() if field.personal]


def proof(content: Mapping[str, Any]) -> str:
    """What is kept of a change that was emptied: scrypt over its canonical JSON, salted with what it was about."""
    said = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    salt = f"xunfang {content.get('n')} {content.get('type')} {content.get('id')}".encode()
    return hashlib.scrypt(said, salt=salt, n=2**12, r=8, p=1, dklen=32).hex()


def emptied(text: str, keys: Iterable[Key], prove: Callable[[Mapping[str, Any]], str] = proof) -> str | None:
    """The content of a row of the log without what it says of some records; ``None`` where it says nothing.

    Only for rows that are about them: why late work was decided so is emptied whatever the work was.
    """
    content = json.loads(text)
    wanted = set(keys)
    if not isinstance(content, dict) or MARK in content:
        return None
    shown = content.get("touched")
    if isinstance(shown, list):  # the server's own: whole rows, of which nobody sent any
        told = [_without(type_, row) for type_, id_, row in shown if (type_, id_) in wanted]
        told.append(_without_decision(content.get("settled")))
    else:
        told = [_without_set(content)] if (content.get("type"), content.get("id")) in wanted else []
    if not any(told):
        return None
    if not isinstance(shown, list):
        content[MARK] = prove(json.loads(text))
    return msgspec.json.encode(content).decode()


def _without(type_: str, row: dict[str, Any]) -> bool:
    """Empty the personal fields of a row, and why something was done to it; whether any held something."""
    emptied_row = without_personal(type_, row)
    told = any(row.get(name) not in (None, "", value) for name, value in emptied_row.items())
    row.update(emptied_row)
    return told


def _without_decision(settled: Any) -> bool:
    """Empty why a supervisor decided so of late work: kept beside a record, those are the words of the work."""
    if not isinstance(settled, dict) or settled.get("reason") in (None, NOTHING):
        return False
    settled["reason"] = NOTHING
    return True


def without_personal(type_: str, row: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a row that may tell of a person, as they are once they do not."""
    reasoned = {name: {**said, "reason": None} for name, said in row.items() if _gives_a_reason(said)}
    return reasoned | {name: blank(type_, name) for name in personal_fields(type_)}


def _gives_a_reason(said: Any) -> bool:
    return isinstance(said, dict) and said.get("reason") is not None


def _without_set(content: dict[str, Any]) -> bool:
    """Empty what an edit sets of personal fields, and what an act argues; whether there was anything."""
    type_, assigned, arguments = content["type"], content.get("set"), content.get("with")
    if isinstance(arguments, dict) and arguments.get("reason"):
        arguments["reason"] = NOTHING
        return True
    if type_ not in RECORDS or not isinstance(assigned, dict):
        return False
    told = False
    for path, said in assigned.items():
        name = split_path(path)[0]
        if name in personal_fields(type_) and isinstance(said, list) and said and said[0] not in (None, ""):
            said[0] = blank(type_, name)
            told = True
    return told


def is_erased(stored: str) -> bool:
    """Whether only a proof was kept of what a change said."""
    return MARK in msgspec.json.decode(stored)


def is_what_was_erased(stored: str, sent: str) -> bool:
    """Whether a change that comes again is the one of which only a proof was kept."""
    kept, again = json.loads(stored), json.loads(sent)
    return isinstance(again, dict) and kept.get(MARK) == proof(again)
