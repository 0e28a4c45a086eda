"""A process that has imported the server, and forks one whenever it is told: a start then costs no imports.

What it forks is the real command with a process and a memory of its own, and can be killed like any other.
`python -m tests.server.kills.nursery`, then one JSON line a server on standard input; the answer is its process id.
"""

import contextlib
import ctypes
import gc
import importlib
import json
import os
import signal
import sys
from collections.abc import Sequence
from typing import Any

from server import cli

PR_SET_CHILD_SUBREAPER = 36


def main() -> None:
    """Until standard input ends: then whoever started this is gone, and nothing it started stays behind."""
    # Nobody waits for the forked, nor for what they leave behind: they vanish when they end.
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.freeze()
    print("ready", flush=True)
    forked = []
    for line in sys.stdin:
        order = json.loads(line)
        child = os.fork()
        if child == 0:
            _become_server(**order)
        forked.append(child)
        print(child, flush=True)
    for child in forked:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child, signal.SIGKILL)


def _become_server(
    arguments: Sequence[str], environment: dict[str, str], log: str, plugins: Sequence[tuple[str, Any]]
) -> None:
    """Never returns. Each plug-in is (module with `install`, its argument)."""
    os.setpgid(0, 0)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    said = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for ours, theirs in ((nothing, 0), (said, 1), (said, 2)):
        os.dup2(ours, theirs)
    os.environ.update(environment)
    for module, argument in plugins:
        importlib.import_module(module).install(argument)
    code = 1
    try:
        code = cli.run(arguments, os.environ)
    finally:
        sys.stdout.flush()
        os._exit(code)


if __name__ == "__main__":
    main()
