"""What picture workers are made to do by the tests, by name; little is imported, for each worker imports it."""

import os
import resource
import signal
import time
from pathlib import Path
from typing import NoReturn

from server.photos import worker


def about_itself() -> tuple[int, int, int, int]:
    limit = resource.getrlimit(resource.RLIMIT_AS)[0], resource.getrlimit(resource.RLIMIT_CPU)[0]
    return os.getpid(), os.nice(0), *limit


def die(by: int) -> NoReturn:
    os.kill(os.getpid(), by)
    raise AssertionError("still here")


def die_once(by: int, mark: Path) -> str:
    if not mark.exists():
        mark.touch()
        die(by)
    return "survived"


def take_memory(many: int) -> int:
    return len(bytearray(many))


def never_end(seconds: int) -> None:
    """As the system sees it with a second of processor time instead of twenty."""
    worker._allow(seconds - 1)
    while True:
        pass


def hang() -> None:
    signal.pause()


def answer_with_a_name() -> object:
    return os.system


def fail() -> None:
    raise LookupError("a fault of ours")


def wait_for(data: bytes, began: Path, go: Path) -> str:
    began.touch()
    while not go.exists():
        time.sleep(0.005)
    return "went"


def die_of_the_picture(data: bytes) -> NoReturn:
    die(signal.SIGKILL)
