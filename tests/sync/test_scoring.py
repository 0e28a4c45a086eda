"""Scoring: the vectors, the margin against brute force, refusals of answers, and its speed."""

import random
import time
from pathlib import Path
from typing import Any

import pytest

from sync import scoring, standards
from sync.standards.compiled import Mark
from sync.vectors import check_file

VECTORS = sorted((Path(scoring.__file__).parent / "vectors" / "scoring").glob("*.json"))
WINDOW = scoring.shipped("model-window")


@pytest.mark.parametrize("path", VECTORS, ids=lambda path: path.stem)
def test_vectors_hold(path: Path) -> None:
    reports: list[str] = []
    passed, failed = check_file(path, reports.append)
    assert (reports, failed) == ([], 0)
    assert passed > 0


def rounded_mean(mark: Mark, total: int, third_party: int) -> int:
    """Half up by definition: the largest whole number not above the mean plus a half."""
    weights = mark.inspection + mark.third_party
    doubled = 2 * (mark.inspection * total + mark.third_party * third_party) + weights
    whole = 0
    while (whole + 1) * 2 * weights <= doubled:
        whole += 1
    return whole


def test_margin_is_the_largest_loss_that_keeps_the_mark() -> None:
    draw = random.Random(20110415)
    for _ in range(4000):
        mark = Mark(draw.randint(1, 120), draw.randint(1, 9), draw.randint(0, 9))
        # From 400 up, so that every loss tried leaves a total of 0 or more.
        total, third_party = draw.randint(400, 520), draw.randint(0, 130)
        margin = scoring._margin(mark, total, third_party)
        if margin > total:
            assert rounded_mean(mark, 0, third_party) >= mark.score
            continue
        assert rounded_mean(mark, total - margin, third_party) >= mark.score
        if margin < total:
            assert rounded_mean(mark, total - margin - 1, third_party) < mark.score


def test_margin_agrees_with_the_composite_over_every_total() -> None:
    for third_party in range(0, 1001, 7):
        for mark in (WINDOW.reached, WINDOW.model):
            assert mark is not None
            kept = [total for total in range(1001) if (scoring._composite(mark, total, third_party) or 0) >= mark.score]
            for total in (0, 333, 849, 850, 910, 1000):
                margin = scoring._margin(mark, total, third_party)
                assert (margin >= 0) == (total in kept)
                if kept and kept[0] > 0:
                    assert margin == total - kept[0]


@pytest.mark.parametrize(("margin", "shown"), [(91, 90), (90, 90), (4, 0), (0, 0), (-1, -5), (-19, -20), (-20, -20)])
def test_margins_are_shown_in_steps_left_down_lacking_up(margin: int, shown: int) -> None:
    assert scoring.in_steps(WINDOW, margin) == shown


BAD_ANSWERS: list[Any] = [
    {"result": "fail", "count": 0},
    {"result": "fail", "count": -1},
    {"result": "fail", "count": True},
    {"result": "fail", "count": 1.5},
    {"result": "fail", "count": "2"},
    {"result": "fail", "count": None},
    {"result": "fail", "count": 10**9 + 1},
    {"result": "pass", "value": -1},
    {"result": "pass", "value": 98.25},
    {"result": "pass", "value": False},
    {"result": "failed"},
    {"result": None},
    {"result": ["fail"]},
    {"count": 1},
    {},
    {"result": "pass", "note": "x"},
    {"result": "pass", "bulk": 1},
    "pass",
    None,
    ["pass"],
]


@pytest.mark.parametrize("answer", BAD_ANSWERS, ids=repr)
def test_bad_answers_are_refused(answer: Any) -> None:
    assert scoring.answer_flaw(WINDOW, "CAP-1.a", answer) == "bad_value"
    with pytest.raises(scoring.BadAnswerError) as refusal:
        scoring.score(WINDOW, {"CAP-1.a": answer})
    assert (refusal.value.code, refusal.value.check) == ("bad_value", "CAP-1.a")


def test_an_unknown_check_is_refused() -> None:
    assert scoring.answer_flaw(WINDOW, "CAP-1.z", {"result": "pass"}) == "unknown_check"
    with pytest.raises(scoring.BadAnswerError, match="unknown_check"):
        scoring.score(WINDOW, {"CAP-1.z": {"result": "pass"}})


@pytest.mark.parametrize("third_party", [-1, 88.5, True, "880"])
def test_a_bad_third_party_score_is_refused(third_party: Any) -> None:
    with pytest.raises(scoring.BadAnswerError, match="third_party"):
        scoring.score(WINDOW, {}, third_party)


def test_whole_answers_are_taken() -> None:
    for answer in ({"result": "fail", "count": 1}, {"result": "todo", "value": 0}, {"result": "pass", "bulk": True}):
        assert scoring.answer_flaw(WINDOW, "CAP-1.a", answer) is None


def test_a_verdict_is_provisional_until_the_third_party_has_scored() -> None:
    assert scoring.score(WINDOW, {})["verdict"]["provisional"] is True
    assert "provisional" not in scoring.score(WINDOW, {}, 0)["verdict"]


def test_output_stands_in_the_standards_order() -> None:
    result = scoring.score(WINDOW, {})
    edition = standards.load("model-window")
    assert list(result["sections"]) == [section.code for section in edition.sections]
    assert list(result["items"]) == [item.code for item in edition.items()]


def test_open_checks_on_site_at_the_desk_and_both() -> None:
    onsite = scoring.open_checks(WINDOW, {})
    desk = scoring.open_checks(WINDOW, {}, onsite=False)
    assert (len(onsite), len(desk)) == (112, 9)
    assert set(scoring.open_checks(WINDOW, {}, onsite=None)) == {*onsite, *desk}
    assert "EFF-2.c" not in desk  # it bears no rule
    assert scoring.open_checks(WINDOW, {check: {"result": "na"} for check in onsite}) == []
    left = scoring.open_checks(
        WINDOW, {"EFF-1.a": {"result": "pass"}, "EFF-2.a": {"result": "todo", "value": 1}}, False
    )
    assert "EFF-1.a" in left
    assert "EFF-2.a" not in left


def test_a_full_inspection_is_scored_within_a_millisecond() -> None:
    answers = {check: {"result": "fail", "count": 2} for check in WINDOW.checks}
    best = min(_seconds(answers) for _ in range(30))
    assert best < 0.001


def _seconds(answers: dict[str, Any]) -> float:
    start = time.perf_counter()
    scoring.score(WINDOW, answers, 880)
    return time.perf_counter() - start
