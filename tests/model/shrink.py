"""A failing history made small: events are dropped as long as it still fails the same way."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tests.model.events import Event, Script
from tests.model.history import play
from tests.model.violation import Violation

VECTORS = Path(__file__).parent / "vectors"


def broken_by(script: Script) -> Violation | None:
    """The invariant a history breaks, if it does. A crash of the model itself counts as one that no number has."""
    try:
        play(script)
    except Violation as violation:
        return violation
    except Exception as error:
        return Violation(0, f"{type(error).__name__}: {error}")
    return None


def shrunk(script: Script, number: int) -> Script:
    """The smallest history found that breaks the same invariant; what is left cannot lose a single event."""

    def fails(candidate: Script) -> bool:
        violation = broken_by(candidate)
        return violation is not None and violation.number == number

    while True:
        smaller = _simpler(_thinned(script, fails), fails)
        if smaller == script:
            return script
        script = smaller


def _thinned(script: Script, fails: Callable[[Script], bool]) -> Script:
    size = max(1, len(script.events) // 2)
    while True:
        place = 0
        while place < len(script.events):
            candidate = script._replace(events=script.events[:place] + script.events[place + size :])
            if fails(candidate):
                script = candidate
            else:
                place += size
        if size == 1:
            return script
        size //= 2


def _simpler(script: Script, fails: Callable[[Script], bool]) -> Script:
    for place, event in enumerate(script.events):
        for simple in _simpler_than(event):
            events = (*script.events[:place], simple, *script.events[place + 1 :])
            if fails(script._replace(events=events)):
                script = script._replace(events=events)
                break
    large = script._replace(page=1000, per_rev=100)
    script = large if large != script and fails(large) else script
    whole = script._replace(batch=400)
    return whole if whole != script and fails(whole) else script


def _simpler_than(event: Event) -> Iterator[Event]:
    if event.kind == "sync" and event.dice:
        yield event._replace(dice=0, doom=0)
    if event.doom:
        yield event._replace(doom=0)


def written(name: str, script: Script, head: dict[str, Any]) -> Path:
    """Keep a history as a vector. ``head``: what is known of it."""
    path = VECTORS / f"{name}.json"
    VECTORS.mkdir(exist_ok=True)
    about = {**head, "page": script.page, "per_rev": script.per_rev, "batch": script.batch}
    about |= {"kept": True} if script.kept else {}
    lines = ",\n".join(f"  {json.dumps(list(event))}" for event in script.events)
    text = json.dumps(about, indent=1, ensure_ascii=False)[:-2] + f',\n "events": [\n{lines}\n ]\n}}\n'
    path.write_text(text, encoding="utf-8")
    return path


def recorded(name: str) -> dict[str, Any] | None:
    """What is kept of a vector, if there is one of this name."""
    path = VECTORS / f"{name}.json"
    kept: dict[str, Any] | None = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None
    return kept


def script_of(kept: dict[str, Any]) -> Script:
    """The history of a vector."""
    events = tuple(Event(*event) for event in kept["events"])
    return Script(kept["page"], kept["per_rev"], kept["batch"], events, kept.get("kept", False))
