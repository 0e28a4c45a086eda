"""The shape of a reply to `POST /api/sync`, read off protocol §3 and records.md: what a strict client accepts.

Every check raises `BadReply` with the sentence that is broken. Nothing here knows the server's code.
"""

from collections.abc import Iterable
from typing import Any

import msgspec

from sync.problems import PROBLEMS
from sync.records import RECORDS, fields, split_path

ALWAYS = {"v", "epoch", "ack", "cursor", "time"}
SOMETIMES = {"results", "rows", "same", "gone", "audiences", "drop", "fill", "more", "upgrade"}
REPORTED = {"superseded", "conflict", "held", "refused"}
MOST_ROWS = 1000
PAGE_BYTES = 512 * 1024
Row = dict[str, Any]
Key = tuple[str, str]


class BadReply(AssertionError):
    """A reply that protocol §3 does not allow."""


def demand(holds: object, sentence: str) -> None:
    """`BadReply` unless it holds."""
    if not holds:
        raise BadReply(sentence)


def whole(value: object) -> bool:
    """An integer that is no boolean and not negative."""
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def check_reply(request: dict[str, Any], body: bytes) -> dict[str, Any]:
    """The decoded reply to this request, or `BadReply`."""
    reply = msgspec.json.decode(body)
    demand(isinstance(reply, dict), "a reply is an object")
    demand(reply.keys() >= ALWAYS, f"always there: {ALWAYS - reply.keys()}")
    demand(reply.keys() <= ALWAYS | SOMETIMES, f"keys the protocol does not know: {reply.keys() - ALWAYS - SOMETIMES}")
    demand(reply["v"] == 1, "v is 1")
    for name in ("epoch", "ack", "cursor", "time"):
        demand(whole(reply[name]), f"{name} is a whole number, not {reply[name]!r}")
    for name in SOMETIMES & reply.keys() - {"more", "upgrade"}:
        demand(reply[name], f"{name} stands there only when there is something to say")
    demand(isinstance(reply.get("more", False), bool), "more is true or false")
    _check_results(request, reply)
    _check_audiences(request, reply)
    _check_rows(request, reply, len(body))
    return reply


def _check_results(request: dict[str, Any], reply: dict[str, Any]) -> None:
    sent = [change["n"] for change in request["changes"]]
    if sent:
        demand(reply["ack"] >= sent[-1], "every change that was sent with status 200 is settled")
    for result in reply.get("results", []):
        demand({"n", "outcome"} <= result.keys() <= {"n", "outcome", "code", "field", "changed"}, f"result {result}")
        demand(result["n"] in sent, f"a result answers a change that was sent: {result}")
        demand(result["outcome"] in REPORTED, f"applied ones are not reported: {result}")
        demand(result.get("code") is None or result["code"] in PROBLEMS, f"codes are of the catalogue: {result}")
        if result["outcome"] in ("refused", "held"):
            demand(result.get("code"), f"who is refused or set aside is told why: {result}")
        if result["outcome"] == "conflict":
            demand(
                result.get("code") == "concurrent_edit" and result.get("field"), f"a conflict names its field: {result}"
            )
        for changed in result.get("changed", []):
            _check_pointer(changed)


def _check_pointer(pointer: Any) -> None:
    demand(isinstance(pointer, list) and len(pointer) == 3, f"[type, id, rev], not {pointer}")
    type_, id_, rev = pointer
    demand(type_ in RECORDS and isinstance(id_, str) and whole(rev), f"[type, id, rev], not {pointer}")


def _check_audiences(request: dict[str, Any], reply: dict[str, Any]) -> None:
    audiences, drop, fill = reply.get("audiences"), reply.get("drop", []), reply.get("fill", {})
    if audiences is not None:
        demand(all(isinstance(name, str) for name in audiences), "audiences are names")
        demand(len(set(audiences)) == len(audiences), "an audience stands once")
        anew = request["cursor"] is None or reply["epoch"] != request["epoch"] or reply["cursor"] < request["cursor"]
        differ = set(audiences) != set(request["audiences"])
        demand(differ or anew or drop or fill, "audiences stand there only when there is something to say of them")
        demand(not set(audiences) & set(drop), "an audience is held or dropped, not both")
    demand(isinstance(drop, list), "drop is a list")
    demand(isinstance(fill, dict) and all(isinstance(mark, str) for mark in fill.values()), "a fill mark is a string")


def _check_rows(request: dict[str, Any], reply: dict[str, Any], size: int) -> None:
    rows = reply.get("rows", {})
    demand(sum(map(len, rows.values())) <= MOST_ROWS, "at most 1 000 rows a page")
    if sum(map(len, rows.values())) > 1:
        demand(size <= PAGE_BYTES + 64 * 1024, f"at most 512 KiB a page, not {size}")
    named: list[Key] = []
    plain_feed = request["cursor"] is not None and not request["fill"] and not reply.get("fill")
    for type_, some in rows.items():
        demand(some, f"{type_}: no empty list")
        for row in some:
            check_row(type_, row)
            named.append((type_, row["id"]))
        if plain_feed and "audiences" not in reply:
            revs = [row["rev"] for row in some]
            demand(revs == sorted(revs), f"rows come in rev order: {type_} {revs}")
            demand(not revs or revs[-1] <= reply["cursor"], "a page's cursor is not below its rows")
    for pointer in [*reply.get("same", []), *reply.get("gone", [])]:
        _check_pointer(pointer)
        named.append((pointer[0], pointer[1]))
    demand(len(set(named)) == len(named), f"a record stands once in a page: {twice(named)}")


def twice(named: Iterable[Key]) -> list[Key]:
    """What stands more than once."""
    seen: set[Key] = set()
    return [key for key in named if key in seen or seen.add(key)]  # type: ignore[func-returns-value]


def check_row(type_: str, row: Row) -> None:
    """A row is whole and of its declared types; `by` and `open` name fields it has."""
    demand(type_ in RECORDS, f"unknown type {type_}")
    declared = fields(type_)
    demand({"id", "rev", "by"} <= row.keys(), f"every row has id, rev, by: {type_} {sorted(row)}")
    unknown = row.keys() - declared.keys() - {"id", "rev", "by", "open"}
    demand(not unknown, f"{type_} has no {unknown}")
    demand(row.keys() >= declared.keys() - optional(type_), f"{type_} is not whole: {declared.keys() - row.keys()}")
    demand(whole(row["rev"]) and row["rev"] > 0, "rev counts from 1")
    try:
        msgspec.convert(
            {"type": type_, **{name: value for name, value in row.items() if name in declared}}, RECORDS[type_]
        )
    except msgspec.ValidationError as error:
        raise BadReply(f"{type_} {row['id']}: {error}") from error
    _check_heads(type_, row)


def optional(type_: str) -> set[str]:
    """Fields that may be null, and so may be left out of a row."""
    return {name for name, field in fields(type_).items() if field.default is None and not field.required}


def _check_heads(type_: str, row: Row) -> None:
    declared = fields(type_)
    for path, heads in row["by"].items():
        demand(split_path(path)[0] in declared, f"by names a field: {path}")
        demand(isinstance(heads, list) and heads, f"by names the winner: {path}")
        for head in heads:
            demand(isinstance(head, list) and len(head) == 2 and all(map(whole, head)), f"[device, n], not {head}")
    if "open" not in row:
        return
    demand(row["open"], "open stands there only when something is open")
    for path, heads in row["open"].items():
        demand(len(heads) >= 2, f"a conflict has two sides: {path}")
        for head in heads:
            demand(head.keys() == {"value", "by", "person", "at"}, f"a side of a conflict: {head}")
            demand(whole(head["at"]) and isinstance(head["person"], str), f"a side of a conflict: {head}")
            demand(len(head["by"]) == 2 and all(map(whole, head["by"])), f"a side of a conflict: {head}")


def check_problem(response: Any, status: int | None = None, code: str | None = None) -> dict[str, Any]:
    """An RFC 9457 problem document of the catalogue; the given status and code if there are any."""
    where = f"{response.request.method} {response.request.url.path}: {response.status_code} {response.text[:300]}"
    demand(
        response.headers.get("content-type", "").startswith("application/problem+json"), f"a problem document: {where}"
    )
    body: dict[str, Any] = response.json()
    demand(isinstance(body.get("title"), str) and body["title"], f"a title: {where}")
    demand(body.get("status") == response.status_code, f"its own status: {where}")
    demand(body.get("code") in PROBLEMS, f"a code of the catalogue: {where}")
    demand(status is None or response.status_code == status, f"status {status}: {where}")
    demand(code is None or body["code"] == code, f"code {code}: {where}")
    demand(response.status_code < 500, f"never our own fault: {where}")
    return body
