"""One truth for Python and TypeScript: JSON files of cases, each file of one kind.

A kind is a module of this package with `open_file`: given a file's content it returns a function that
computes the result of one of its cases. The result is compared with what the case expects by `differences`.
"""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from sync.vectors import scoring_cases

Case = Mapping[str, Any]
Run = Callable[[Case], Any]

KINDS: Mapping[str, Callable[[Mapping[str, Any]], Run]] = {"scoring": scoring_cases.open_file}


def check_file(path: Path, report: Callable[[str], None]) -> tuple[int, int]:
    """(passed, failed) cases of a file; one that cannot be checked fails with all its cases, at least once."""
    cases: list[Any] = []
    try:
        content = json.loads(path.read_bytes())
        cases = list(content["cases"])
        if content["kind"] not in KINDS:
            raise ValueError(f"unknown kind {content['kind']!r}")
        if not cases:
            raise ValueError("holds no case")
        run = KINDS[content["kind"]](content)
    except Exception as error:  # whatever the file holds, the other files are still checked
        report(f"{path}: {_told(error)}")
        return 0, max(1, len(cases))
    failed = 0
    for number, case in enumerate(cases, 1):
        if found := _case_differences(run, case):
            failed += 1
            name = case.get("name", number) if isinstance(case, Mapping) else number
            report(f"{path}: {name}: {'; '.join(found)}")
    return len(cases) - failed, failed


def _case_differences(run: Run, case: Any) -> list[str]:
    try:
        return differences(case["expect"], run(case))
    except Exception as error:  # a case that crashes is a case that failed
        return [_told(error)]


def _told(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"


def differences(expected: Any, actual: Any, path: str = "") -> list[str]:
    """Where `actual` differs: objects need the expected keys only, lists match whole and in order."""
    if isinstance(expected, dict) and isinstance(actual, dict):
        found = []
        for key, value in expected.items():
            where = f"{path}.{key}" if path else key
            found += differences(value, actual[key], where) if key in actual else [f"{where}: is missing"]
        return found
    if isinstance(expected, list) and isinstance(actual, list) and len(expected) == len(actual):
        pairs = enumerate(zip(expected, actual, strict=True))
        return [found for index, pair in pairs for found in differences(*pair, f"{path}[{index}]")]
    # True equals 1 to Python, but not in JSON.
    same = isinstance(expected, bool) == isinstance(actual, bool) and expected == actual
    return [] if same else [f"{path}: expected {json.dumps(expected)}, is {json.dumps(actual)}"]
