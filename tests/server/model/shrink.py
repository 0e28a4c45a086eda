"""Cutting a failing history down to the few events that matter, and keeping it as a vector."""

import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from tests.server.model.plan import Event, Plan

VECTORS = Path(__file__).parent / "vectors"


class Vector(msgspec.Struct, frozen=True, omit_defaults=True):
    """A history that once failed: what it broke, by which planted fault (empty: by none, it was a fault of ours)."""

    about: str
    plan: Plan
    mutant: str = ""


def shrunk(plan: Plan, fails: Callable[[Plan], bool], seconds: float) -> Plan:
    """The smallest history found within the time that still fails."""
    until = time.monotonic() + seconds

    def still(events: list[Event]) -> bool:
        return time.monotonic() < until and fails(msgspec.structs.replace(plan, events=tuple(events)))

    events = list(plan.events)
    size = len(events) // 2
    while size:  # leave out stretches, shorter and shorter
        at = 0
        while at < len(events):
            fewer = events[:at] + events[at + size :]
            if still(fewer):
                events = fewer
            else:
                at += size
        size //= 2
    for index, event in enumerate(events):  # then simplify what is left
        for simpler in simplifications(event):
            if still([*events[:index], simpler, *events[index + 1 :]]):
                events[index] = simpler
    return msgspec.structs.replace(plan, events=tuple(events))


def simplifications(event: Event) -> list[Event]:
    """The event with less in it."""
    out = []
    if event.dies:
        out.append(msgspec.structs.replace(event, dies=0))
    if event.fuse:
        out.append(msgspec.structs.replace(event, fuse=0))
    if event.net not in ("", "ok"):
        out.append(msgspec.structs.replace(event, net="ok"))
    if event.do and event.net:
        out.append(msgspec.structs.replace(event, net=""))
    return out + [msgspec.structs.replace(event, do=(name,)) for name in event.do if len(event.do) > 1]


def write(vector: Vector, name: str, folder: Path = VECTORS) -> Path:
    """Keep a vector; the tests play it from then on."""
    folder.mkdir(exist_ok=True)
    path = folder / f"{name}.json"
    path.write_bytes(msgspec.json.format(msgspec.json.encode(vector), indent=1) + b"\n")
    return path


def read(path: Path) -> Vector:
    return msgspec.json.decode(path.read_bytes(), type=Vector)
