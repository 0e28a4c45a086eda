"""A failing history becomes a small one that fails the same way, and survives being written down."""

from pathlib import Path

import pytest

from tests.model import mutants_of_reviews as reviews
from tests.model import shrink
from tests.model.events import Dice, drawn


def test_a_failing_history_is_made_small(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    reviews.pictures_are_not_missed(monkeypatch)
    kept = shrink.recorded("pictures_are_not_missed")
    assert kept is not None
    script = drawn(kept["seed"])
    violation = shrink.broken_by(script)
    assert violation is not None
    small = shrink.shrunk(script, violation.number)
    assert len(small.events) < len(script.events) // 3
    for place in range(len(small.events)):
        fewer = small._replace(events=small.events[:place] + small.events[place + 1 :])
        other = shrink.broken_by(fewer)
        assert other is None or other.number != violation.number, "an event that is not needed"
    monkeypatch.setattr(shrink, "VECTORS", tmp_path)
    shrink.written("small", small, {"seed": kept["seed"]})
    again = shrink.recorded("small")
    assert again is not None
    assert shrink.script_of(again) == small


def test_an_error_of_the_model_itself_fails_a_history_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Dice, "below", lambda dice, most: 1 // 0)
    violation = shrink.broken_by(drawn(1))
    assert violation is not None
    assert violation.number == 0
