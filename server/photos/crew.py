"""The processes in which pictures are opened: started when one comes, sent home when none has come for a while."""

import asyncio
import contextlib
import os
import pickle
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, TypeVar, cast

import structlog

from server.photos.worker import Answer, receive, send
from server.problems import Refusal

T = TypeVar("T")

WORKERS = 2
PATIENCE_S = 60.0
"""How long one piece of work may take by the clock. Of the processor it has less; this is for what hangs."""
REST_S = 60.0
"""After so long without work the workers go home."""
GROWN_KB = 200 * 1024
"""A worker that ever had so much memory is replaced, for it would not come back by itself."""
RETRY_AFTER_S = 30

_log = structlog.get_logger("xunfang")

_DEADLY = {"SIGSEGV", "SIGABRT", "SIGBUS", "SIGFPE", "SIGILL", "SIGXCPU"}
_OF_THE_PICTURE = frozenset(one.value for one in signal.Signals if one.name in _DEADLY)
"""What a worker dies of by what it was given. The same bytes would kill the next one too."""


class _Died(Exception):
    """``by``: the number of the signal, if it was one."""

    def __init__(self, by: int | None) -> None:
        super().__init__(f"a picture worker died (signal {by})")
        self.by = by


class _Worker:
    """One process. Its methods block."""

    def __init__(self, lock: int) -> None:
        self.since = time.monotonic()
        """When it had last done something."""
        self._process = subprocess.Popen(  # noqa: S603  our own program
            [sys.executable, "-m", "server.photos.worker", str(lock)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            pass_fds=(lock,) if os.name == "posix" else (),
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        )

    @property
    def pid(self) -> int:
        return self._process.pid

    def lives(self) -> bool:
        return self._process.poll() is None

    def do(self, work: Callable[..., object], arguments: tuple[object, ...]) -> Answer:
        """Have something done. Raises _Died; it is gone then."""
        came, went = self._process.stdout, self._process.stdin
        assert came is not None
        assert went is not None
        alarm = threading.Timer(PATIENCE_S, self._process.kill)
        alarm.daemon = True
        alarm.start()
        try:
            send(work, arguments, went)
            return receive(came)
        except (OSError, EOFError, pickle.UnpicklingError) as error:
            raise _Died(self.end()) from error
        finally:
            alarm.cancel()

    def end(self) -> int | None:
        """End it; the number of the signal it had died of before, if it was one."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with contextlib.suppress(OSError):  # what was left to be sent to a dead one
            self._process.stdin.close()
        try:
            code = self._process.wait(1)
        except subprocess.TimeoutExpired:
            self._process.kill()
            code = self._process.wait()
        self._process.stdout.close()
        return -code if code < 0 else None

    def kill(self) -> None:
        """End it in the middle of its work."""
        self._process.kill()


class Crew:
    """Workers, and a thread for each that waits on it. May serve several event loops, one after the other."""

    def __init__(self, many: int = WORKERS) -> None:
        self._threads = ThreadPoolExecutor(many, thread_name_prefix="photo-imaging")
        self._guard = threading.Lock()
        self._resting: list[_Worker] = []
        self._working: set[_Worker] = set()
        self._ended = False
        self.peak_kb = 0
        """The most memory one of them ever had."""
        self._lock = tempfile.TemporaryFile()  # noqa: SIM115  as long as we

    async def do(self, work: Callable[..., T], *arguments: object) -> T:
        """Have a picture worked on.

        422 ``bad_image`` or ``huge_image`` for one that no worker survives; 503 ``unavailable`` when workers die of
        something else, or cannot be started. Whatever the work itself refuses.
        """
        return await asyncio.get_running_loop().run_in_executor(self._threads, partial(self._do, work, arguments))

    def pids(self) -> list[int]:
        """The processes there are right now."""
        with self._guard:
            return [worker.pid for worker in (*self._resting, *self._working)]

    def send_home(self, idle: float = REST_S) -> None:
        """End who has had nothing to do for so many seconds. Blocks."""
        before = time.monotonic() - idle
        with self._guard:
            going = [worker for worker in self._resting if worker.since <= before]
            self._resting = [worker for worker in self._resting if worker.since > before]
        for worker in going:
            worker.end()

    def end(self) -> None:
        """End all, also in the middle of their work: what they were given is not lost. Blocks."""
        with self._guard:
            self._ended = True
            for worker in self._working:
                worker.kill()
        self._threads.shutdown(wait=True, cancel_futures=True)
        self.send_home(0)
        self._lock.close()

    def _do(self, work: Callable[..., T], arguments: tuple[object, ...]) -> T:
        for tries_left in (1, 0):
            worker = self._take()
            try:
                kind, value, peak = worker.do(work, arguments)
            except _Died as died:
                self._drop(worker)
                _log.error("a picture worker died", signal=died.by)
                if died.by in _OF_THE_PICTURE:
                    raise Refusal("bad_image", detail="The decoder did not survive it") from died
                if not tries_left:
                    raise _unavailable() from died
            except BaseException:
                self._drop(worker)
                raise
            else:
                self.peak_kb = max(self.peak_kb, peak)
                (self._drop if peak > GROWN_KB else self._keep)(worker)
                return cast(T, _told(kind, value))
        raise AssertionError("unreachable")

    def _take(self) -> _Worker:
        with self._guard:
            if self._ended:
                raise _unavailable()
            resting = self._resting.pop() if self._resting else None
        if resting is not None and not resting.lives():
            resting.end()
            return self._take()
        try:
            worker = resting or _Worker(self._lock.fileno())
        except OSError as error:
            _log.error("no picture worker can be started", error=str(error)[:500])
            raise _unavailable() from error
        with self._guard:
            self._working.add(worker)
        return worker

    def _keep(self, worker: _Worker) -> None:
        worker.since = time.monotonic()
        with self._guard:
            self._working.discard(worker)
            self._resting.append(worker)

    def _drop(self, worker: _Worker) -> None:
        with self._guard:
            self._working.discard(worker)
        worker.end()


def _told(kind: str, value: Any) -> object:
    if kind == "refused":
        code, extra = value
        raise Refusal(code, **extra)
    if kind == "failed":
        raise RuntimeError(f"a picture worker failed: {value}")
    return value


def _unavailable() -> Refusal:
    return Refusal("unavailable", headers={"Retry-After": str(RETRY_AFTER_S)})
