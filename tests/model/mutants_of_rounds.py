"""Deliberate faults about customers, visits and remarks: invariant 14, and those of everything else at them."""

from typing import Any

from sync.workflow import Arguments
from tests.model import acts, rounds
from tests.model.judge import judge
from tests.model.planted import Patch, breaks
from tests.model.problems import Refused
from tests.model.state import Record
from tests.model.work import Work


def _judged_as(patch: Patch, type_: str, status: str) -> None:
    """Judge the edits of a type as if each record stood otherwise."""
    judges = rounds.JUDGES[type_]

    def lax(work: Work, record: Record, *rest: Any) -> None:
        before, record.row["status"] = record.row["status"], status
        try:
            judges(work, record, *rest)
        finally:
            record.row["status"] = before

    patch.setitem(rounds.JUDGES, type_, lax)


@breaks(14)
def closed_visits_take_edits(patch: Patch) -> None:
    """What was closed is written over."""
    _judged_as(patch, "visit", "draft")


@breaks(14)
def the_merged_take_edits(patch: Patch) -> None:
    """A customer that was merged is written on."""
    _judged_as(patch, "customer", "active")


@breaks(14)
def visits_close_without_a_result(patch: Patch) -> None:
    """A visit is closed though nobody said what came of it."""

    def close(work: Work, visit: Record, arguments: Arguments) -> None:
        rounds.count(work, work.write(visit, "close", status="closed", closed_at=work.now))

    patch.setitem(acts.VERBS, ("visit", "close"), close)


@breaks(14)
def void_visits_count(patch: Patch) -> None:
    """A visit that was declared void still counts."""

    def void(work: Work, visit: Record, arguments: Arguments) -> None:
        work.write(visit, "void", status="void")

    patch.setitem(acts.VERBS, ("visit", "void"), void)


@breaks(14)
def corrected_visits_count_twice(patch: Patch) -> None:
    """What was corrected counts beside what corrects it."""
    patch.setattr(rounds, "counts", lambda visit, closed: True)


@breaks(14)
def late_visits_stay_with_who_was_merged(patch: Patch) -> None:
    """A visit that comes after its customer was merged is with nobody."""
    patch.setattr(rounds, "edited", lambda work, record, values: False)


@breaks(14, 1)
def merging_moves_only_the_customer(patch: Patch) -> None:
    """What was visited before stays with a customer that is no more."""
    children = Work.children

    def childless(work: Work, of: str, type_: str | None = None) -> list[Record]:
        return [] if work.device == 0 and type_ == "visit" else children(work, of, type_)

    patch.setattr(Work, "children", childless)


@breaks(6)
def carriers_read_each_other(patch: Patch) -> None:
    """All carriers of a branch see what one of them heard."""
    _seen_by(patch, "visit", lambda work, record: work.state.roles(record.row["branch"], ("carrier", "manager")))


@breaks(6)
def own_visits_are_for_ever(patch: Patch) -> None:
    """Who lost the branch keeps the visits they made there."""
    _seen_by(patch, "visit", lambda work, record: frozenset({f"person:{record.row['person']}"}))


@breaks(6)
def remarks_are_heard_all_over_the_branch(patch: Patch) -> None:
    """What is said of a visit or an inspection is read by whoever has to do with its branch."""
    every = ("carrier", "inspector", "manager", "supervisor")
    _seen_by(patch, "comment", lambda work, record: work.state.roles(work.root_of(record).row["branch"], every))


def _seen_by(patch: Patch, type_: str, more: Any) -> None:
    audiences = Work.audiences

    def wider(work: Work, record: Record) -> frozenset[str]:
        found = audiences(work, record)
        return found | more(work, record) if record.type == type_ else found

    patch.setattr(Work, "audiences", wider)


@breaks(13, 4)
def late_visits_are_taken_in_without_a_word(patch: Patch) -> None:
    """What a supervisor took in of a round is in the rows, and no log says so."""
    enter = Work.enter

    def silent(work: Work, entry: Any) -> None:
        if entry.device or entry.content[0] != "desk":
            enter(work, entry)

    patch.setattr(Work, "enter", silent)


@breaks(2)
def a_refused_visit_is_no_more(patch: Patch) -> None:
    """A visit that is refused is told as taken: its author never learns that it is not there."""

    def kind(work: Work, change: Any, sending: Any) -> Any:
        try:
            return judge(work, change, sending)
        except Refused:
            if change.type != "visit":
                raise
            return {"n": change.n, "outcome": "applied"}

    patch.setattr("tests.model.server.judge", kind)
