"""The server believes what the phone's own code has signed (tests/pwa/photos/proofVectors.test.ts made it)."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from server.photos.doubts import is_signed
from sync.proof import speaks_of
from sync.records.photos import Photo
from sync.records.values import Proof

PROOFS: list[dict[str, Any]] = json.loads(Path(__file__).with_name("proofs.json").read_text())
UNSET = {"check": None, "position": None, "clock_offset": None}


@pytest.mark.parametrize("kept", PROOFS)
def test_a_proof_of_the_app_is_believed(kept: dict[str, Any]) -> None:
    row = {**UNSET, **kept["record"], "author": kept["person"]}
    proof = row["proof"]
    msgspec.convert(proof, Proof)
    assert is_signed(proof)
    assert speaks_of(proof["text"], kept["photo"], row, kept["branch"])
    assert not is_signed({**proof, "text": proof["text"] + " "})
    assert not speaks_of(proof["text"], kept["photo"], {**row, "taken_at": row["taken_at"] + 1}, kept["branch"])


@pytest.mark.parametrize("kept", PROOFS)
def test_a_record_of_the_app_says_nothing_the_contract_does_not_know(kept: dict[str, Any]) -> None:
    assert set(kept["record"]) <= set(Photo.__struct_fields__)
