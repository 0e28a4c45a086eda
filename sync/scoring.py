"""(standard, answers, third-party score) -> score, verdict, margins and ledger.

Integers only: points in tenths, percentages in hundredths. `pwa/src/core/scoring.ts` is the twin of this
file; the vectors in `sync/vectors/scoring/` hold both to the same results.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any, Literal

from sync import standards
from sync.standards.compiled import Item, Mark, Rule, Section, Standard, compile_standard

__all__ = [
    "Answers",
    "BadAnswerError",
    "Standard",
    "answer_flaw",
    "compile_standard",
    "in_steps",
    "open_checks",
    "score",
    "shipped",
]

Answers = Mapping[str, Mapping[str, Any]]
"""Check code -> `{"result", "count"?, "value"?, "bulk"?}`; a check not named is `todo`."""

LARGEST_NUMBER = 10**9
"""No count and no measured value goes beyond this."""

RESULTS = frozenset({"pass", "fail", "na", "todo"})
KEYS = frozenset({"result", "count", "value", "bulk"})


class BadAnswerError(ValueError):
    """An answer no score can be computed from; `code` is of the catalogue of refusals."""

    def __init__(self, code: str, check: str) -> None:
        super().__init__(f"{code}: {check}")
        self.code = code
        self.check = check


@cache
def shipped(code: str) -> Standard:
    """A shipped edition, compiled; KeyError if there is none."""
    return compile_standard(standards.load(code))


def answer_flaw(standard: Standard, check: str, answer: Any) -> Literal["unknown_check", "bad_value"] | None:
    """Why this answer to this check must be refused, or None."""
    if check not in standard.checks:
        return "unknown_check"
    if not isinstance(answer, Mapping) or not answer.keys() <= KEYS:
        return "bad_value"
    result = answer.get("result")
    fits = (
        isinstance(result, str)
        and result in RESULTS
        and ("count" not in answer or _is_whole(answer["count"], 1))
        and ("value" not in answer or _is_whole(answer["value"], 0))
        and ("bulk" not in answer or isinstance(answer["bulk"], bool))
    )
    return None if fits else "bad_value"


def _is_whole(number: Any, least: int) -> bool:
    # `type` and not isinstance: True is an int to Python, and no count to us.
    return type(number) is int and least <= number <= LARGEST_NUMBER


def open_checks(standard: Standard, answers: Answers, onsite: bool | None = True) -> list[str]:
    """Checks that bear a rule and are unanswered, in the standard's order; on site, at the desk, or (None) both."""
    return [
        check
        for item in standard.items.values()
        if onsite is None or item.onsite is onsite
        for check in item.checks
        if _is_open(standard.checks[check], answers.get(check))
    ]


def _is_open(rule: Rule | None, answer: Mapping[str, Any] | None) -> bool:
    if rule is None:
        return False
    if answer is None:
        return True
    if rule.kind == "per_percentage_point":
        return "value" not in answer and answer["result"] != "na"
    return bool(answer["result"] == "todo")


def score(standard: Standard, answers: Answers, third_party: int | None = None) -> dict[str, Any]:
    """Total, parts, sections, items, ledger, vetoes, composite, verdict and margin; tenths of a point throughout.

    `third_party` is in tenths. BadAnswerError for an answer that should have been refused before.
    """
    for check, answer in answers.items():
        if flaw := answer_flaw(standard, check, answer):
            raise BadAnswerError(flaw, check)
    if third_party is not None and not _is_whole(third_party, 0):
        raise BadAnswerError("bad_value", "third_party")
    ledger: list[dict[str, Any]] = []
    items: dict[str, dict[str, int]] = {}
    for item in standard.items.values():
        losses = [row for rule in item.rules if (row := _loss(item, rule, answers))]
        demanded = sum(row["lost"] for row in losses)
        lost = min(item.points, demanded)
        items[item.code] = {"lost": lost, "of": item.points, "capped": demanded - lost}
        ledger += losses
    vetoes = [
        check for check, rule in standard.checks.items() if rule and rule.kind == "veto" and _is_failed(answers, check)
    ]
    total = standard.points - sum(row["lost"] for row in items.values())
    onsite, desk = (_part(standard, items, answers, onsite) for onsite in (True, False))
    complete = bool(onsite["complete"] and desk["complete"])
    return {
        "total": total,
        "max": standard.points,
        "onsite": onsite,
        "desk": desk,
        "sections": {section.code: _section(section, items) for section in standard.sections},
        "items": items,
        "ledger": ledger,
        "vetoes": vetoes,
        **_judge(standard, total, third_party, vetoed=bool(vetoes), complete=complete),
    }


def _is_failed(answers: Answers, check: str) -> bool:
    answer = answers.get(check)
    return answer is not None and answer["result"] == "fail"


def _loss(item: Item, rule: Rule, answers: Answers) -> dict[str, Any] | None:
    """The ledger's row of a rule, before the item's cap; None if there is nothing to tell."""
    if rule.kind == "per_percentage_point":
        count = _points_short(rule, answers.get(rule.checks[0]))
        failed = list(rule.checks)
    else:
        failed = [check for check in rule.checks if _is_failed(answers, check)]
        count = sum(answers[check].get("count", 1) for check in failed) if rule.counts else len(failed)
    lost = rule.points * (count if rule.each else min(count, 1))
    if not lost and not (rule.kind == "veto" and failed):
        return None
    return {"item": item.code, "rule": rule.id, "checks": failed, "count": count, "lost": lost}


def _points_short(rule: Rule, answer: Mapping[str, Any] | None) -> int:
    """Whole percentage points below the target."""
    if answer is None or answer["result"] == "na":
        return 0
    return max(0, rule.target - int(answer.get("value", rule.target))) // 100


def _part(standard: Standard, items: Mapping[str, Mapping[str, int]], answers: Answers, onsite: bool) -> dict[str, Any]:
    part = [items[item.code] for item in standard.items.values() if item.onsite is onsite]
    of = sum(row["of"] for row in part)
    return {
        "score": of - sum(row["lost"] for row in part),
        "of": of,
        "complete": not open_checks(standard, answers, onsite),
    }


def _section(section: Section, items: Mapping[str, Mapping[str, int]]) -> dict[str, int]:
    lost = sum(items[item.code]["lost"] for item in section.items)
    return {"score": section.points - lost, "of": section.points}


def _judge(standard: Standard, total: int, third_party: int | None, *, vetoed: bool, complete: bool) -> dict[str, Any]:
    """Composite, verdict and margin; all null for a standard without pass rules."""
    marks = {"standard": standard.reached, "model": standard.model}
    if not any(marks.values()):
        return {"composite": None, "verdict": None, "margin": None}
    composite = {name: _composite(mark, total, third_party) if mark else None for name, mark in marks.items()}
    margin = {name: _margin(mark, total, third_party) if mark else None for name, mark in marks.items()}
    # A mark is kept exactly as long as there is something, or nothing, left to lose.
    kept = {name: left is not None and left >= 0 for name, left in margin.items()}
    reached = "reached" if kept["standard"] else "short"
    model = "vetoed" if vetoed else "qualified" if kept["model"] else "short"
    verdict: dict[str, Any] = {
        "complete": complete,
        "standard": reached if standard.reached else None,
        "model": model if standard.model else None,
    }
    if third_party is None:
        verdict["provisional"] = True
    return {"composite": composite, "verdict": verdict, "margin": margin}


def _composite(mark: Mark, total: int, third_party: int | None) -> int | None:
    """The weighted mean in tenths, rounded half up: (2n + d) // 2d."""
    if third_party is None:
        return None
    weighted = mark.inspection * total + mark.third_party * third_party
    weights = mark.inspection + mark.third_party
    return (2 * weighted + weights) // (2 * weights)


def _margin(mark: Mark, total: int, third_party: int | None) -> int:
    """The largest loss of the inspection's total that still keeps the mark; negative: what is lacking.

    With weights i and t of sum w, the rounded mean of a total x reaches the mark m exactly if
    2(ix + t*third) + w >= 2wm, since floor(a / b) >= m if and only if a >= mb. Solved for x = total - loss:
    loss <= (2(i*total + t*third) + w - 2wm) / 2i.
    """
    if third_party is None:
        return total - mark.score
    weighted = mark.inspection * total + mark.third_party * third_party
    weights = mark.inspection + mark.third_party
    return (2 * weighted + weights - 2 * weights * mark.score) // (2 * mark.inspection)


def in_steps(standard: Standard, margin: int) -> int:
    """A margin as people are shown it, in the edition's steps: what is left rounded down, what is lacking up."""
    return margin // standard.step * standard.step
