"""The list of deductions as text: what both sides sign for is the same, byte for byte."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from sync import scoring
from sync.deductions import list_sha256, list_text
from sync.vectors.deduction_cases import FILES, FOLDER, written

CASES = [case for path in sorted(FOLDER.glob("*.json")) for case in json.loads(path.read_bytes())]


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_every_vector_is_what_the_list_says(case: dict[str, Any]) -> None:
    assert list_text(case["standard"], case) == case["text"]
    assert list_sha256(case["standard"], case) == hashlib.sha256(case["text"].encode()).hexdigest() == case["sha256"]


@pytest.mark.parametrize("name", sorted(FILES))
def test_the_files_are_what_the_script_writes(name: str) -> None:
    assert Path(FOLDER, name).read_text(encoding="utf-8") == written(FILES[name]())


def test_the_vectors_hold_what_is_easily_got_wrong() -> None:
    assert len(CASES) >= 8
    assert any(sum(row["lost"] for row in case["ledger"]) > 1000 - case["total"] for case in CASES), "a capped item"
    assert any(len(case["vetoes"]) > 1 for case in CASES)
    assert any(not case["ledger"] for case in CASES)
    assert any(row["count"] > len(row["checks"]) for case in CASES for row in case["ledger"]), "counts"
    assert any(not case["text"].isascii() for case in CASES)


def test_an_answer_that_costs_nothing_changes_no_list_and_one_that_costs_does() -> None:
    edition = scoring.shipped("model-window")
    nothing = list_sha256("edition", scoring.score(edition, {}))
    assert list_sha256("edition", scoring.score(edition, {"ENV-1.a": {"result": "pass"}})) == nothing
    one = list_sha256("edition", scoring.score(edition, {"ENV-2.a": {"result": "fail"}}))
    other = list_sha256("edition", scoring.score(edition, {"ENV-2.b": {"result": "fail"}}))
    assert len({nothing, one, other}) == 3  # the same total, another list
    assert list_sha256("another", scoring.score(edition, {})) != nothing
