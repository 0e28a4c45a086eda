"""The two vector runners: what matches, how they close, and what makes them fail."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sync.vectors import differences

ROOT = Path(__file__).parents[2]
Runner = Callable[[Path, list[str]], tuple[int, str]]


def python(folder: Path, files: list[str]) -> tuple[int, str]:
    command = [sys.executable, "-m", "sync.vectors", *files]
    path = {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=folder, env=os.environ | path, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout


def npm(folder: Path, files: list[str]) -> tuple[int, str]:
    command = [shutil.which("npm") or "npm", "--prefix", str(ROOT / "pwa"), "run", "vectors", "--", *files]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout


PASSES = {"name": "passes", "answers": {"ENV-1.a": {"result": "fail"}}, "third_party": None, "expect": {"total": 980}}
FAILS = {**PASSES, "name": "fails", "expect": {"total": 990}}
LISTS: dict[str, Any] = {**PASSES, "name": "half a list", "expect": {"ledger": []}}
MISSING = {**PASSES, "name": "no such key", "expect": {"verdict": {"passed": None}}}
CRASHES: list[Any] = [
    {**PASSES, "answers": {"NOWHERE": {"result": "pass"}}},
    {**PASSES, "third_party": 88.5},
    {"answers": {}},
    {"expect": {}},
    "no case",
    None,
]


def scoring(*cases: Any, standard: Any = "model-window", kind: str = "scoring") -> str:
    return json.dumps({"kind": kind, "standard": standard, "cases": cases})


FILES = {
    "good": scoring(PASSES, PASSES),
    "failing": scoring(PASSES, FAILS, LISTS, MISSING),
    "crashing": scoring(PASSES, *CRASHES),
    "kind": scoring(PASSES, kind="divination"),
    "none": scoring(),
    "standard": scoring(PASSES, PASSES, standard="no-such-standard"),
    "escaping": scoring(PASSES, standard="../standards/model-window"),
    "unfit": scoring(PASSES, standard={"sections": [{"code": "A", "items": [{"code": "A1", "max_points": 0.25}]}]}),
    "broken": "{",
    "list": "[]",
}

RUNS = {
    "good": (["good.json"], 0, "2 passed, 0 failed"),
    "two files": (["good.json", "good.json"], 0, "4 passed, 0 failed"),
    "everything else": (
        [f"{name}.json" for name in FILES] + ["absent.json"],
        1,
        # failing 3, crashing 6, kind 1, none 1, standard 2, escaping 1, unfit 1, broken 1, list 1, absent 1
        "4 passed, 18 failed",
    ),
    "unknown kind": (["kind.json"], 1, "0 passed, 1 failed"),
    "no case": (["none.json"], 1, "0 passed, 1 failed"),
    "no file": ([], 1, "0 passed, 0 failed"),
}


@pytest.mark.parametrize("run", [python, npm])
@pytest.mark.parametrize(("files", "code", "closing"), RUNS.values(), ids=RUNS)
def test_runner_closes_with_its_count(tmp_path: Path, run: Runner, files: list[str], code: int, closing: str) -> None:
    for name, content in FILES.items():
        (tmp_path / f"{name}.json").write_text(content, "utf-8")
    returned, output = run(tmp_path, files)
    assert (output.strip().splitlines()[-1], returned) == (closing, code)


def test_runners_tell_what_differs(tmp_path: Path) -> None:
    (tmp_path / "failing.json").write_text(FILES["failing"], "utf-8")
    for run in (python, npm):
        _, output = run(tmp_path, ["failing.json"])
        assert re.search("failing.json: fails: total: expected 990, is 980", output)
        assert "verdict.passed: is missing" in output


@pytest.mark.parametrize(
    ("expected", "actual"),
    [
        ({}, {"a": 1}),
        ({"a": {"b": 1}}, {"a": {"b": 1, "c": 2}}),
        ({"a": [1, {"b": 2}]}, {"a": [1, {"b": 2, "c": 3}]}),
        (None, None),
    ],
)
def test_a_subset_matches(expected: Any, actual: Any) -> None:
    assert differences(expected, actual) == []


@pytest.mark.parametrize(
    ("expected", "actual"),
    [
        ({"a": None}, {}),
        ([1, 2], [2, 1]),
        ([1], [1, 2]),
        ([], {}),
        ({}, None),
        (1, True),
        (False, 0),
        (80, "80"),
        ({"a": 1}, {"a": 2}),
    ],
)
def test_what_differs_is_told(expected: Any, actual: Any) -> None:
    assert differences(expected, actual)
