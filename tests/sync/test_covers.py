"""What is covered stays covered by who had not seen it, in whatever order it came."""

import itertools
from typing import Any

from sync.covers import MOST_MARKS, covers_all, covers_of, united
from sync.merge import Head, Register, merge, seen_by, shown
from sync.records.policy import Policy

CIRCLE = {"shape": "circle", "box": [0, 0, 9, 9]}


def blur(*box: int) -> dict[str, Any]:
    return {"shape": "blur", "box": [*box]}


def test_in_every_order_the_same_is_shown_and_named() -> None:
    first, second = blur(0, 0, 10, 10), blur(20, 20, 30, 30)
    heads = [
        Head(5, 1, 1, "a", 5, [first]),
        Head(6, 2, 1, "b", 6, [CIRCLE, second]),
        Head(7, 3, 1, "c", 7, [CIRCLE]),
        Head(8, 4, 1, "d", 8, None),
    ]
    ends = set()
    for order in itertools.permutations(heads):
        register = Register()
        for head in order:
            register, _ = merge(register, head, [], {}, Policy.EDIT)
        ends.add((str(shown(register)), str(seen_by(register))))
    assert ends == {(str([second, first]), str([(4, 1), (2, 1), (1, 1)]))}


def test_only_who_names_a_cover_takes_it_away() -> None:
    covered, stale = Head(5, 1, 1, "a", 5, [blur(0, 0, 9, 9)]), Head(6, 2, 1, "b", 6, [CIRCLE])
    register, _ = merge(merge(Register(), covered, [], {}, Policy.EDIT)[0], stale, [], {}, Policy.EDIT)
    for bases, end in (([stale], [blur(0, 0, 9, 9)]), ([covered, stale], None)):
        known = {head.change: head.t for head in bases}
        after, _ = merge(register, Head(7, 2, 2, "b", 7, None), list(known), known, Policy.EDIT)
        assert shown(after) == end


def test_what_is_within_a_box_needs_no_other() -> None:
    marks = [CIRCLE, blur(0, 0, 100, 100)]
    assert united([marks, [blur(0, 0, 100, 100), blur(5, 5, 9, 9)]]) is marks
    assert united([None, [blur(1, 1, 2, 2), blur(1, 1, 2, 2)]]) == [blur(1, 1, 2, 2)]


def test_however_many_there_are_none_is_lost() -> None:
    many = [blur(at, at, at + 1, at + 1) for at in range(2 * MOST_MARKS)]
    both = united([[CIRCLE, *many[:MOST_MARKS]], many[MOST_MARKS:]])
    assert len(both) == MOST_MARKS
    assert covers_all(covers_of(both), many)


def test_who_only_covers_says_nothing_of_what_is_drawn() -> None:
    cover, other = [blur(0, 0, 9, 9)], [blur(5, 5, 20, 20)]
    assert united([cover, [CIRCLE], [CIRCLE, CIRCLE]]) == [*cover, CIRCLE]
    assert united([cover, None, [CIRCLE]]) == cover
    assert united([cover, other]) == [*cover, *other]
    register = Register()
    for t, value in enumerate((["x"], [CIRCLE], cover), 1):
        register, _ = merge(register, Head(t, t, 1, "a", t, value), [], {}, Policy.EDIT)
    assert seen_by(register) == [(3, 1), (2, 1)]


def test_of_what_is_no_marks_nothing_is_covered() -> None:
    for value in (None, "blur", ["blur"], {"shape": "blur"}, [CIRCLE], 3):
        assert covers_of(value) == []
        assert united([value, [CIRCLE]]) is value
