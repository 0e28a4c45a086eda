"""Vectors of the list of deductions: `python -m sync.vectors.deduction_cases` writes them anew.

Each file is a list of `{name, standard, total, ledger, vetoes, text, sha256}`.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sync import scoring
from sync.deductions import list_sha256, list_text

FOLDER = Path(__file__).parent / "deductions"

EDITION = "8f4f3f0e-0f6b-5a43-9d0e-1c2b3a4d5e6f"


def _fail(**more: int) -> dict[str, Any]:
    return {"result": "fail", **more}


ANSWERS: Mapping[str, Mapping[str, Mapping[str, Any]]] = {
    "nothing answered, nothing lost": {},
    "everything in order": {"ENV-1.a": {"result": "pass"}, "ENV-2.a": {"result": "na"}},
    "one deduction": {"ENV-1.a": _fail()},
    "two rules of one item": {"ENV-1.a": _fail(), "ENV-1.b": _fail()},
    "several checks of one rule, in the order of the edition": {
        "ENV-2.g": _fail(),
        "ENV-2.b": _fail(),
        "ENV-2.a": _fail(),
    },
    "an item that cannot lose more than it has: the rows tell what was demanded": {
        **{f"ENV-2.{letter}": _fail() for letter in "abcdefg"},
    },
    "counts multiply": {"CAP-1.a": _fail(count=3), "CAP-1.c": _fail(count=2)},
    "counts beyond the item's points": {"MGT-3.g": _fail(count=4), "MGT-3.h": _fail(), "MGT-3.a": _fail()},
    "two vetoes": {"ENV-0.c": _fail(), "ENV-0.a": _fail(), "QUA-1.a": _fail()},
    "points short of a percentage": {"EFF-1.a": _fail(value=9745), "EFF-2.a": _fail(value=8899)},
    "a percentage reached by who failed it": {"EFF-1.a": _fail(value=10000)},
}

SPELLED: tuple[dict[str, Any], ...] = (
    {
        "name": "codes of other editions are written as they are",
        "standard": EDITION,
        "total": 985,
        "ledger": [
            {"item": "环境-1", "rule": "环境-1.规则", "checks": ["环境-1.甲", "环境-1.乙"], "count": 2, "lost": 10},
            {"item": "A/\"b\"", "rule": "r\\1", "checks": ["𠮷", "é"], "count": 1, "lost": 5},
        ],
        "vetoes": ["否决-1"],
    },
    {"name": "more lost than there is", "standard": EDITION, "total": 0, "ledger": [], "vetoes": []},
)  # fmt: skip


def model_window() -> list[dict[str, Any]]:
    """The cases scored by the shipped edition."""
    edition = scoring.shipped("model-window")
    return [_case({"name": name, **_of(scoring.score(edition, answers))}) for name, answers in ANSWERS.items()]


def spelling() -> list[dict[str, Any]]:
    """Cases of what no shipped edition holds."""
    return [_case(case) for case in SPELLED]


def _of(score: Mapping[str, Any]) -> dict[str, Any]:
    return {"standard": EDITION, **{name: score[name] for name in ("total", "ledger", "vetoes")}}


def _case(case: dict[str, Any]) -> dict[str, Any]:
    return {**case, "text": list_text(case["standard"], case), "sha256": list_sha256(case["standard"], case)}


FILES = {"model-window.json": model_window, "spelling.json": spelling}


def written(cases: list[dict[str, Any]]) -> str:
    """A file's content, a case on each line."""
    lines = ",\n".join(json.dumps(case, ensure_ascii=False) for case in cases)
    return f"[\n{lines}\n]\n"


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for name, cases in FILES.items():
        (FOLDER / name).write_text(written(cases()), encoding="utf-8")


if __name__ == "__main__":
    main()
