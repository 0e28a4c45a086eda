"""Who may read, make, edit and act on what: every type of record, field and act there is, tried by everybody.

Each attempt goes to the server as a change of a group of two, whose second is always refused. What the server would
have taken is then refused as ``group_refused`` and undone, so that no attempt changes what the next one may do.

`records.md` holds the table for people to read; XUNFANG_TABLES=1 writes it anew.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from server.door import slices
from sync.records import RECORDS, fields, is_server_type, required_fields, split_path
from sync.records.policy import Policy
from sync.workflow import ACTS
from tests.server.protocol.gestures import Hand, finding_id
from tests.server.rights.conftest import Place
from tests.server.rights.ground import Ground
from tests.server.rights.people import WHO, kept, table
from tests.server.rights.samples import ABSENT, altered, arguments, spoken, writable
from tests.server.rights.work import Work, names_of

HUNG = {"photo": ("finding", "visit", "comment"), "comment": ("inspection", "finding", "visit")}
"""What these hang on."""
ALSO = {"inspection": ("task",), "visit": ("customer", "corrects")}
"""What else new records may name that matters to who may make them."""
POISON = {"type": "nothing", "id": ABSENT, "set": {"x": [1]}}
AT_ONCE = 200
"""Attempts a request holds."""
ABOUT = """# Who may do what with records

Seen from one branch: what its people wrote down, asked of the server by everybody, as a phone asks. A cell is `yes`, or
the code of the refusal; `held` stands before what is set aside for a supervisor. Fields of which all say the same share
a row, and so do acts; people of whom all say the same share a column. Who may not come in at all stands in
[requests.md](requests.md).

`XUNFANG_TABLES=1 .venv/bin/python -m pytest tests/server/rights` writes this anew.
"""


class Attempt(msgspec.Struct, frozen=True):
    """One thing to try: what it is done to, its verb, the field it speaks of, and the change that says it."""

    type: str
    on: str
    verb: str
    field: str
    change: dict[str, Any]


def attempts(hand: Hand, work: Work) -> Iterator[Attempt]:
    """Everything there is to try, as this person says it; the same for everybody, in the same order."""
    for type_ in RECORDS:
        if is_server_type(type_):
            yield Attempt(type_, "", "make", "", _first(type_, hand, dict.fromkeys(fields(type_))))
        else:
            for on in HUNG.get(type_, ("",)):
                yield Attempt(type_, f"on a {on}" if on else "", "make", "", _made(type_, hand, work, on))
            for also in ALSO.get(type_, ()):
                yield Attempt(type_, "", "make", f"with `{also}`", _made(type_, hand, work, "", also))
        for state, id_ in _existing(type_, work):
            yield from _edits(type_, state, id_, hand, work)
            for act in (act for act in ACTS.values() if act.type == type_):
                said = arguments(type_, act.verb, work)
                change = {"type": type_, "id": id_, "act": act.verb, **({} if said is None else {"with": said})}
                yield Attempt(type_, state, "", f"`{act.verb}`", change)


def _existing(type_: str, work: Work) -> list[tuple[str, str]]:
    found = names_of(work.ids, type_)
    assert found, f"nobody wrote down a record of type {type_}"
    return found


def _first(type_: str, hand: Hand, values: dict[str, Any]) -> dict[str, Any]:
    return {"type": type_, "id": hand.new_id(), "set": {path: [value] for path, value in values.items()}}


def _made(type_: str, hand: Hand, work: Work, on: str, *also: str) -> dict[str, Any]:
    """A new record with everything it needs."""
    values = writable(type_, hand, work, on)
    change = _first(type_, hand, {path: values[path] for path in (*required_fields(type_), *also)})
    if type_ == "finding":
        change["id"] = finding_id(values["inspection"], values["item"])
    return change


def _edits(type_: str, state: str, id_: str, hand: Hand, work: Work) -> Iterator[Attempt]:
    values = writable(type_, hand, work)
    named = {split_path(path)[0] for path in values}
    own = {name for name, field in fields(type_).items() if field.policy is not Policy.SERVER}
    assert named == own, f"samples.py has a value for each field of {type_} that may be written: {named ^ own}"
    for name in fields(type_).keys() - own:
        yield Attempt(type_, "", "edit", "what the server fills in", _edit(type_, id_, hand, name, None))
    for path, value in values.items():
        said = altered(path, value, work) if fields(type_)[split_path(path)[0]].policy is Policy.ONCE else value
        yield Attempt(type_, state, "edit", f"`{spoken(path, hand)}`", _edit(type_, id_, hand, path, said))


def _edit(type_: str, id_: str, hand: Hand, path: str, value: Any) -> dict[str, Any]:
    row = hand.cache.rows.get((type_, id_), {"by": {}})
    return {"type": type_, "id": id_, "set": {path: [value, *row["by"].get(path, [])]}}


async def tried(hand: Hand, work: Work) -> list[tuple[Attempt, str]]:
    """Each attempt of this person, and what became of it."""
    seen = hand.cache.cursor
    numbers = {}
    for group, attempt in enumerate(attempts(hand, work), 1):
        numbers[hand.put({**attempt.change, "seen": seen, "group": group})] = attempt
        hand.put({**POISON, "group": group})
    await hand.sync()
    return [(attempt, _said(hand.said(n))) for n, attempt in numbers.items()]


def _said(fate: str) -> str:
    assert fate != "applied", "the other change of its group is refused"
    return "yes" if fate == "refused group_refused" else fate.removeprefix("refused ")


def rows_of(told: Mapping[str, list[tuple[Attempt, str]]]) -> dict[str, dict[str, dict[str, str]]]:
    """Type -> row of the table -> person -> cell. Fields whose cells are all the same share a row."""
    shared: dict[str, dict[tuple[str, ...], list[str]]] = {}
    for one in zip(*told.values(), strict=True):
        attempt = one[0][0]
        cells = tuple(cell for _, cell in one)
        shared.setdefault(attempt.type, {}).setdefault((attempt.on, attempt.verb, *cells), []).append(attempt.field)
    out: dict[str, dict[str, dict[str, str]]] = {}
    for type_, rows in shared.items():
        for (on, verb, *said), names in rows.items():
            what = f"{verb} {', '.join(dict.fromkeys(filter(None, names)))}".strip()
            out.setdefault(type_, {})[f"{on or '–'}: {what}"] = dict(zip(told, said, strict=True))
    return out


def reads(ground: Ground, type_: str) -> dict[str, dict[str, str]]:
    """Whether the phones hold the records of a type, by state."""
    rows: dict[str, dict[str, str]] = {}
    for state, id_ in _existing(type_, ground.work["near"]):
        rows[f"{state or '–'}: read"] = {
            who: "yes" if hand.has(type_, id_) else "no" for who, hand in ground.hands.items()
        }
    return rows


def test_the_table_is_what_the_server_does(place: Place) -> None:
    assert {declared.type for declared in slices()} == set(RECORDS)

    async def asked(ground: Ground) -> list[str]:
        told = {who: await tried(hand, ground.work["near"]) for who, hand in ground.hands.items()}
        lines = ABOUT.split("\n")
        for type_, rows in rows_of(told).items():
            lines += table(f"`{type_}`", WHO, {**reads(ground, type_), **rows})
        return lines

    kept("records.md", place.run(asked))
