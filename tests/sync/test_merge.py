"""Merging, told as short stories and held from both ends: every order of arrival gives the same heads.

A line of a story is one edit: ``name device.n = value @ t < seen seen``: what ``device`` set as its ``n``-th change,
made at time ``t``, having seen the values of the named changes. ``=>`` tells the heads, best first; ``?`` after them
says that a person must choose.
"""

import itertools
import re
from typing import Any

import pytest

from sync.merge import Head, Register, effective_time, is_open, merge, seen_by
from sync.records.policy import Policy

LINE = re.compile(r"(?P<name>\w+) (?P<device>\d+)\.(?P<n>\d+) = (?P<value>\w+) @ (?P<t>\d+)(?: < (?P<seen>[\w ]+))?")

JUDGED = {
    "one edit stands": "a 1.1 = fail @ 5\n=> a",
    "who saw it replaces it": "a 1.1 = fail @ 5\nb 2.1 = pass @ 6 < a\n=> b",
    "who saw it replaces it, even with a clock behind": "a 1.1 = fail @ 9\nb 2.1 = pass @ 3 < a\n=> b",
    "two who did not see each other differ": "a 1.1 = fail @ 5\nb 2.1 = pass @ 6\n=> b a ?",
    "two who agree need nobody": "a 1.1 = fail @ 5\nb 2.1 = fail @ 6\n=> b a",
    "who saw both settles it": "a 1.1 = fail @ 5\nb 2.1 = pass @ 6\nc 3.1 = fail @ 7 < a b\n=> c",
    "who saw only the winner leaves it open": "a 1.1 = fail @ 5\nb 2.1 = pass @ 6\nc 3.1 = na @ 7 < b\n=> c a ?",
    "it closes by itself when opinions meet": "a 1.1 = fail @ 5\nb 2.1 = pass @ 6\nc 1.2 = pass @ 7 < a\n=> c b",
    "a chain on one phone": "a 1.1 = fail @ 5\nb 1.2 = pass @ 6 < a\nc 1.3 = fail @ 7 < b\n=> c",
    "a chain beside another's word": "a 1.1 = fail @ 5\nb 1.2 = pass @ 6 < a\nc 2.1 = fail @ 7\n=> c b ?",
    "three opinions, two settled": "a 1.1 = fail @ 5\nb 2.1 = pass @ 6\nc 3.1 = na @ 7\nd 4.1 = pass @ 8 < a c\n=> d b",
    "same time: the higher device wins": "a 1.1 = fail @ 5\nb 2.1 = pass @ 5\n=> b a ?",
}
EDITED = {
    "the later stands": "a 1.1 = x @ 5\nb 2.1 = y @ 6\n=> b",
    "who saw it stands, however early": "a 1.1 = x @ 9\nb 2.1 = y @ 3 < a\n=> b",
    "a latecomer is superseded": "a 1.1 = x @ 9\nb 2.1 = y @ 3\n=> a",
    "seen by the later one": "a 1.1 = x @ 5\nb 2.1 = y @ 6\nc 3.1 = z @ 7 < a\n=> c",
}


class Story:
    """The edits of a story, by name, and the heads it ends with."""

    def __init__(self, text: str) -> None:
        *lines, end = text.splitlines()
        self.edits = {found["name"]: found for line in lines if (found := LINE.fullmatch(line))}
        assert len(self.edits) == len(lines), "a line cannot be read"
        self.heads = re.findall(r"\w+", end)
        self.open = end.endswith("?")

    def change(self, name: str) -> tuple[int, int]:
        return (int(self.edits[name]["device"]), int(self.edits[name]["n"]))

    def tell(self, order: tuple[str, ...], policy: Policy) -> Register:
        """Lay the edits on an empty register as they arrive; effective times as the server keeps them."""
        register, times = Register(), self.times()
        arrived: set[str] = set()
        for name in order:
            edit = self.edits[name]
            seen = (edit["seen"] or "").split()
            value = {"result": edit["value"]} if policy is Policy.JUDGED else edit["value"]
            head = Head(times[name], *self.change(name), f"person {edit['device']}", int(edit["t"]), value)
            known = {self.change(base): times[base] for base in seen if base in arrived}
            register, _ = merge(register, head, [self.change(base) for base in seen], known, policy)
            arrived.add(name)
        return register

    def times(self) -> dict[str, int]:
        """Effective times by name, with every base known."""
        times: dict[str, int] = {}
        for name, edit in self.edits.items():
            bases = {self.change(base): times[base] for base in (edit["seen"] or "").split()}
            times[name] = effective_time(1_000, 1_000, int(edit["t"]), bases)
        return times


@pytest.mark.parametrize(
    ("text", "policy"),
    [(text, Policy.JUDGED) for text in JUDGED.values()] + [(text, Policy.EDIT) for text in EDITED.values()],
    ids=[*JUDGED, *EDITED],
)
def test_every_order_of_arrival_ends_the_same(text: str, policy: Policy) -> None:
    story = Story(text)
    for order in itertools.permutations(story.edits):
        register = story.tell(order, policy)
        assert [head.change for head in register.heads] == [story.change(name) for name in story.heads], order
        assert is_open(register) == story.open, order
        assert register.awaited == (), order


def _lay(register: Register, device: int, value: Any, t: int, policy: Policy = Policy.JUDGED) -> tuple[Register, str]:
    return merge(register, Head(t, device, 1, f"person {device}", t, value), [], {}, policy)


def test_a_change_that_was_seen_before_it_came_is_superseded() -> None:
    later = Head(9, 2, 1, "two", 9, {"result": "pass"})
    register, fate = merge(Register(), later, [(1, 1)], {}, Policy.JUDGED)
    assert (fate, register.awaited) == ("applied", ((1, 1),))
    register, fate = _lay(register, 1, {"result": "fail"}, 20)
    assert fate == "superseded"
    assert [head.change for head in register.heads] == [(2, 1)]


def test_the_beaten_stands_again_when_the_winner_turns_out_to_have_been_seen() -> None:
    """One wrote over the second word of another, which comes after its first word and with a clock gone wrong."""
    register, fate = merge(Register(), Head(5, 1, 1, "one", 5, "last"), [(2, 2)], {}, Policy.EDIT)
    assert fate == "applied"
    register, fate = _lay(register, 2, "first", 20, Policy.EDIT)
    assert (fate, [head.value for head in register.heads]) == ("applied", ["first"])
    register, fate = merge(register, Head(21, 2, 2, "two", 5, "second"), [(2, 1)], {(2, 1): 20}, Policy.EDIT)
    assert (fate, [head.value for head in register.heads]) == ("superseded", ["last"])
    assert register == Register(register.heads)


def test_who_names_the_beaten_has_done_with_them() -> None:
    register, _ = _lay(Register(), 1, "earlier", 5, Policy.EDIT)
    register, _ = _lay(register, 2, "later", 6, Policy.EDIT)
    assert [head.value for head in register.passed] == ["earlier"]
    register, _ = merge(
        register, Head(7, 3, 1, "three", 7, "both"), [(1, 1), (2, 1)], {(1, 1): 5, (2, 1): 6}, Policy.EDIT
    )
    assert (len(register.heads), register.passed) == (1, ())


@pytest.mark.parametrize("policy", [Policy.EDIT, Policy.JUDGED])
def test_a_change_does_not_do_away_with_itself(policy: Policy) -> None:
    register, fate = merge(Register(), Head(5, 1, 1, "one", 5, "x"), [(1, 1)], {}, policy)
    assert (fate, register) == ("applied", Register(register.heads))
    assert len(register.heads) == 1


def test_how_an_answer_was_entered_makes_no_difference() -> None:
    register, _ = _lay(Register(), 1, {"result": "pass", "bulk": True}, 1)
    register, fate = _lay(register, 2, {"result": "pass"}, 2)
    assert fate == "applied"
    assert seen_by(register) == [(2, 1), (1, 1)]


@pytest.mark.parametrize(
    "other", [{"result": "pass"}, {"result": "fail", "count": 2}, {"result": "fail", "value": 9000}]
)
def test_a_different_answer_is_a_conflict(other: dict[str, Any]) -> None:
    register, _ = _lay(Register(), 1, {"result": "fail"}, 1)
    register, fate = _lay(register, 2, other, 2)
    assert fate == "conflict"
    assert seen_by(register) == [(2, 1)]


def test_one_occurrence_is_the_same_as_no_count() -> None:
    register, _ = _lay(Register(), 1, {"result": "fail"}, 1)
    assert _lay(register, 2, {"result": "fail", "count": 1}, 2)[1] == "applied"


DAY = 86_400_000


@pytest.mark.parametrize("skew", [0, 400 * DAY, -400 * DAY, 1])
def test_a_constant_skew_of_the_phone_cancels(skew: int) -> None:
    made, sent, received = 1_000 * DAY, 1_000 * DAY + 600, 1_000 * DAY + 700
    assert effective_time(received, sent + skew, made + skew, {}) == received - 600


def test_nothing_is_later_than_its_receipt() -> None:
    assert effective_time(1_000, 500, 900, {}) == 1_000


def test_an_edit_is_later_than_what_it_saw() -> None:
    assert effective_time(1_000, 1_000, 10, {(1, 1): 400, (2, 1): 5_000}) == 5_001
