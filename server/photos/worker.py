"""A process that opens pictures, for the server that started it: work comes on its input, answers go to its output.

Pictures come from strangers. Whatever one does to the decoder, it does to a process that can be done without, which
has a bound of memory and of time. `python -m server.photos.worker LOCK`: an open file that workers take turns by.
"""

import contextlib
import io
import os
import pickle
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

from PIL import Image

from server.photos.imaging import FORMATS
from server.problems import Refusal

if sys.platform != "win32":
    import fcntl
    import resource

MEMORY = 1024 * 1024 * 1024
"""Bytes of address space, program and libraries (some 200 MB of it) included."""
TIME_S = 20
"""Seconds of the processor for one piece of work; the largest pictures take two."""
LARGE = 8_000_000
"""Pixels. Of larger pictures one is open at a time: each may take hundreds of MB."""
COURTESY = 10
"""How much the server itself goes before (``nice``)."""

Answer = tuple[str, object, int]
"""``done`` and what came of it, ``refused`` and code and members, or ``failed`` and why; the KB it ever had at most."""


def main(lock: int) -> None:
    """Work until nobody sends any more."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is no answer
    _be_modest()
    with contextlib.suppress(EOFError, BrokenPipeError):
        while True:
            work, arguments = pickle.load(sys.stdin.buffer)  # noqa: S301  from our own server
            _allow(TIME_S)
            pickle.dump((*_done(work, arguments, lock), _peak_kb()), answers, protocol=5)
            answers.flush()
            del work, arguments


def _done(work: Callable[..., object], arguments: tuple[object, ...], lock: int) -> tuple[str, object]:
    try:
        with _in_turn(lock, arguments):
            return "done", work(*arguments)
    except Refusal as refusal:
        return "refused", (refusal.code, refusal.extra)
    except MemoryError:
        return "refused", ("huge_image", {})
    except Exception as error:  # a fault of ours: told, not died of
        return "failed", f"{type(error).__name__}: {error}"


@contextlib.contextmanager
def _in_turn(lock: int, arguments: tuple[object, ...]) -> Iterator[None]:
    """Wait until no other worker has a large picture open, if this is one. Such a lock ends with its process."""
    if sys.platform == "win32" or not any(isinstance(one, bytes) and _is_large(one) for one in arguments):
        yield
        return
    fcntl.lockf(lock, fcntl.LOCK_EX)
    try:
        yield
    finally:
        fcntl.lockf(lock, fcntl.LOCK_UN)


def _is_large(data: bytes) -> bool:
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as image:
            return image.width * image.height > LARGE
    except Exception:  # whoever is to open it will say what is wrong
        return False


def _be_modest() -> None:
    """Let the server go first, leave no dumps, and end when the server closes our input, not by a signal to all."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform == "win32":
        return
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    os.nice(COURTESY)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with contextlib.suppress(ValueError, OSError):  # not every system has it
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def _allow(seconds: int) -> None:
    """Be ended by the system after so much more of the processor's time."""
    if sys.platform != "win32":
        _, most = resource.getrlimit(resource.RLIMIT_CPU)
        resource.setrlimit(resource.RLIMIT_CPU, (int(time.process_time()) + 1 + seconds, most))


def _peak_kb() -> int:
    """Since this program runs; ``ru_maxrss`` would count the server it was split from. 0 where nobody tells."""
    try:
        return int(Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0])
    except (OSError, IndexError):
        return 0


def send(work: Callable[..., object], arguments: tuple[object, ...], to: IO[bytes]) -> None:
    """Give a worker something to do. Raises OSError when it is gone."""
    pickle.dump((work, arguments), to, protocol=5)
    to.flush()


def receive(answers: IO[bytes]) -> Answer:
    """What a worker answers. Raises OSError, EOFError or UnpicklingError when it died or is not to be trusted."""
    answer: Answer = _Answers(answers).load()
    return answer


class _Answers(pickle.Unpickler):
    """A decoder that was taken over must not reach the server by its answer: no names but these are looked up."""

    def find_class(self, module: str, name: str) -> object:
        if (module, name) != ("server.photos.imaging", "Picture"):
            raise pickle.UnpicklingError(f"no answer has {module}.{name} in it")
        return super().find_class(module, name)


if __name__ == "__main__":
    main(int(sys.argv[1]))
