"""Python and TypeScript score the same: a thousand random answer sets against shipped and random standards."""

import json
import random
import subprocess
from pathlib import Path
from typing import Any

import pytest

from sync import scoring, standards

ROOT = Path(__file__).parents[2]
NODE = (ROOT / "pwa/node_modules/.bin/tsx", "vectors/score.ts")
CASES = 1000
UNITS = (None, "instance", "timed_transaction", "distinct_requirement", "register")
KINDS = ("once", "per_occurrence", "per_missing", "all_or_nothing", "veto", "per_percentage_point")


def random_rule(draw: random.Random, name: str) -> dict[str, Any]:
    rule: dict[str, Any] = {"id": name, "kind": draw.choice(KINDS), "points": draw.randint(0, 60) / 10}
    if unit := draw.choice(UNITS):
        rule["count_unit"] = unit
    if rule["kind"] == "per_percentage_point":
        rule["target_percent"] = draw.choice((100, 85, draw.randint(1, 12000) / 100))
    return rule


def random_item(draw: random.Random, name: str) -> dict[str, Any]:
    rules = [random_rule(draw, f"{name}.r{number}") for number in range(draw.randint(0, 3))]
    bearers: list[str | None] = [None] * draw.randint(0, 2)
    for rule in rules:
        bearers += [rule["id"]] * (1 if rule["kind"] == "per_percentage_point" else draw.randint(1, 5))
    draw.shuffle(bearers)
    checks = [{"code": f"{name}.{number}", "rule": rule} for number, rule in enumerate(bearers)]
    return {
        "code": name,
        "max_points": draw.choice((0, draw.randint(1, 150) / 10)),
        "onsite": draw.random() < 0.7,
        "rules": rules,
        "checks": checks,
    }


def random_standard(draw: random.Random, name: str) -> dict[str, Any]:
    sections = []
    for section in range(draw.randint(1, 5)):
        items = [random_item(draw, f"S{section}-{number}") for number in range(draw.randint(1, 6))]
        sections.append({"code": f"S{section}", "items": items})
    rules = [
        {
            "code": code,
            "min_score": draw.randint(0, 900) / 10,
            "weights": {"inspection": draw.randint(1, 9), "third_party": draw.randint(0, 9)},
        }
        for code in ("PASS-STD", "PASS-MODEL")
        if draw.random() < 0.7
    ]
    return {"code": name, "pass_rules": rules, "sections": sections}


def random_answer(draw: random.Random) -> dict[str, Any]:
    answer: dict[str, Any] = {"result": draw.choice(("pass", "fail", "fail", "na", "todo"))}
    if draw.random() < 0.4:
        answer["count"] = draw.choice((1, 2, 3, 17, 10**9))
    if draw.random() < 0.5:
        answer["value"] = draw.randint(0, 13000)
    if draw.random() < 0.1:
        answer["bulk"] = draw.random() < 0.5
    return answer


def spoilt(draw: random.Random, answers: dict[str, Any]) -> dict[str, Any]:
    bad = draw.choice(({"result": "pass", "value": -1}, {"result": "fail", "count": 0}, {"result": "x"}, {"count": 1}))
    return {**answers, draw.choice(("nowhere", draw.choice(("nowhere", *answers)))): bad}


def random_case(draw: random.Random, index: int, standard: scoring.Standard) -> dict[str, Any]:
    named = [check for check in standard.checks if draw.random() < 0.85]
    draw.shuffle(named)
    answers = {check: random_answer(draw) for check in named}
    if draw.random() < 0.05:
        answers = spoilt(draw, answers)
    third_party = draw.choice((None, draw.randint(0, standard.points + 50)))
    return {"standard": index, "answers": answers, "third_party": third_party}


def outcome(standard: scoring.Standard, case: dict[str, Any]) -> dict[str, Any]:
    try:
        score = scoring.score(standard, case["answers"], case["third_party"])
    except scoring.BadAnswerError as refusal:
        return {"refused": refusal.code}
    return {"score": score, "open": [scoring.open_checks(standard, case["answers"], on) for on in (True, False, None)]}


@pytest.fixture(scope="module")
def both() -> list[tuple[dict[str, Any], str, str]]:
    """(case, Python's outcome, TypeScript's) with the outcomes as JSON text, so that the order of keys counts."""
    draw = random.Random(1904)
    documents = [standards.document(code) for code in standards.shipped()]
    documents += [random_standard(draw, f"random-{number}") for number in range(40)]
    compiled = [scoring.compile_standard(standards.read(document)) for document in documents]
    # A third of the cases go to the shipped editions.
    chosen = [draw.choice((0, draw.randrange(len(compiled)), draw.randrange(len(compiled)))) for _ in range(CASES)]
    cases = [random_case(draw, index, compiled[index]) for index in chosen]
    process = subprocess.run(
        NODE,
        input=json.dumps({"standards": documents, "cases": cases}),
        cwd=ROOT / "pwa",
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    ours = [json.dumps(outcome(compiled[case["standard"]], case), separators=(",", ":")) for case in cases]
    return list(zip(cases, ours, process.stdout.splitlines(), strict=True))


def test_both_languages_score_the_same(both: list[tuple[dict[str, Any], str, str]]) -> None:
    assert len(both) == CASES
    different = [case for case, python, typescript in both if python != typescript]
    assert different == []


def test_the_cases_reach_every_corner(both: list[tuple[dict[str, Any], str, str]]) -> None:
    outcomes = [json.loads(python) for _, python, _ in both]
    scores = [one["score"] for one in outcomes if "score" in one]
    refused = {one["refused"] for one in outcomes if "refused" in one}
    assert refused == {"bad_value", "unknown_check"}
    assert any(item["capped"] for one in scores for item in one["items"].values())
    assert any(one["verdict"] is None for one in scores)
    verdicts = [one["verdict"] for one in scores if one["verdict"]]
    assert {one["model"] for one in verdicts} == {None, "vetoed", "qualified", "short"}
    assert {one["standard"] for one in verdicts} == {None, "reached", "short"}
    assert {"provisional" in one for one in verdicts} == {True, False}
    assert {one["onsite"]["complete"] for one in scores} == {True, False}
