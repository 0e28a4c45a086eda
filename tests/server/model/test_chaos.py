"""Seeded histories of several phones with every fault we know, on both databases; the invariants of protocol §10.

`XUNFANG_CHAOS_SECONDS`: how long on each database (default 150), `XUNFANG_CHAOS_FLOOR`: how many at least (40),
`XUNFANG_SEED`: where to begin (1).
"""

import os
from pathlib import Path

import pytest

from tests.server.model import chaos
from tests.server.model.mutants import named
from tests.server.model.plan import draw
from tests.server.model.play import Theatre
from tests.server.model.shrink import VECTORS, read

SECONDS = float(os.environ.get("XUNFANG_CHAOS_SECONDS", "150"))
FLOOR = int(os.environ.get("XUNFANG_CHAOS_FLOOR", "40"))
FIRST = int(os.environ.get("XUNFANG_SEED", "1"))
OUTCOMES = {
    "applied",
    "superseded",
    "conflict concurrent_edit",
    "held late_evidence",
    "held out_of_scope",
    "refused locked",
    "refused stale_view",
    "refused bad_value",
    "refused photos_missing",
    "refused incomplete",
    "refused not_allowed",
    "refused parent_refused",
    "refused unknown_record",
    "refused wrong_state",
}
FAULTS = {
    "crash",
    "server died",
    "restart",
    "restore",
    "lost request",
    "lost reply",
    "doubled",
    "late",
    "late request",
    "arrive",
    "hear",
    "ok cut",
    "clock",
    "grant",
    "revoke",
    "move",
    "store",
    "poison",
    "amend",
    "cancel",
    "close",
    "desk",
    "merge",
    "rename",
    "say",
    "spoil",
    "tamper",
}


def test_histories(theatre: Theatre, database: str, capsys: pytest.CaptureFixture[str]) -> None:
    """No fault we can invent breaks an invariant. A model in which nothing happens proves nothing: so much happened."""
    tally = chaos.run(theatre, database, first=FIRST, seconds=SECONDS, least=FLOOR)
    with capsys.disabled():
        print(f"\n  chaos over HTTP, {tally}")
    assert not tally.failures, f"{tally.failures} kept in {tally.vectors}"
    missing = (OUTCOMES | FAULTS) - tally.said.keys()
    assert FLOOR < 40 or not missing, f"never happened: {missing}"


def test_same_seed_same_trace(theatre: Theatre, database: str) -> None:
    one, two = theatre.play(draw(FIRST), database), theatre.play(draw(FIRST), database)
    assert one.trace == two.trace


@pytest.mark.parametrize("path", sorted(VECTORS.glob("*.json")), ids=lambda path: path.stem)
def test_vector(theatre: Theatre, database: str, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A history that once failed never fails again; one cut down from a planted fault still notices that fault."""
    vector = read(path)
    assert chaos.breaks(theatre, vector.plan, database) is None
    if vector.mutant:
        named(vector.mutant)(monkeypatch)
        assert chaos.breaks(theatre, vector.plan, database) is not None
