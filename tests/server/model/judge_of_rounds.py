"""Invariant 14, what records.md says of rounds, when everything is quiet: read off the rows and the phones alone."""

from typing import Any, Protocol

from tests.server.model.faults import FaultyPhone
from tests.server.reply import Key, Row, demand

MADE = ("customer", "visit", "comment")


class Played(Protocol):
    """What of a history is looked at."""

    phones: list[FaultyPhone]
    settled: set[tuple[str, str, str]]


def rounds(history: Played, everything: dict[Key, Row]) -> None:
    """Every visit is in a state it may be in, nobody stands for who was merged, and nothing that was taken is lost."""
    for (type_, id_), row in everything.items():
        if type_ == "visit":
            _visit(id_, row, everything)
    for phone in history.phones:
        for n, change in phone.out.changes.items():
            if change["type"] in MADE and phone.outcome(n) in ("applied", "superseded"):
                _kept(phone, change, everything)


def _visit(id_: str, row: Row, rows: dict[Key, Row]) -> None:
    demand((row["closed_at"] is None) <= (row["status"] != "closed"), f"14: closed, but never: {row}")
    demand(row["status"] != "draft" or row["closed_at"] is None, f"14: a draft that was closed: {row}")
    if row["status"] == "closed":
        demand(row["result"] is not None, f"14: closed without a result: {id_}")
        demand(row["kind"] != "visit" or row["customer"] is not None, f"14: nobody was visited: {id_}")
    if row["customer"] is not None:
        customer = rows["customer", row["customer"]]
        demand(customer["status"] != "merged", f"14: visit {id_} is with a customer that was merged")
        demand(customer["branch"] == row["branch"], f"14: visit {id_} is with a customer of another branch")
    if row["corrects"] is not None:
        demand(rows["visit", row["corrects"]]["branch"] == row["branch"], f"14: {id_} corrects one of another branch")


def _kept(phone: FaultyPhone, change: dict[str, Any], rows: dict[Key, Row]) -> None:
    """What a phone was told is taken is there, in its author's name."""
    type_, id_ = change["type"], change["id"]
    row = rows.get((type_, id_))
    demand(row is not None, f"2: {type_} {id_} was taken and is nowhere")
    assert row is not None
    if "act" in change:
        stands = {"close": ("closed", "void"), "void": ("void",)}[change["act"]]
        demand(row["status"] in stands, f"2: {change['act']} of {id_} was taken, and it is {row['status']}")
    elif type_ == "comment":
        demand(row["author"] == phone.person, f"14: comment {id_} is not by who said it")
        demand(row["text"] == change["set"]["text"][0], f"2: comment {id_} says something else")
    elif type_ == "visit":
        demand(row["person"] == phone.person, f"14: visit {id_} is not of who made it")
