"""On what it was measured, and what processes cost there: read from /proc, so on Linux only."""

import os
import platform
import sqlite3
import subprocess
import time
from pathlib import Path
from typing import Any

TICKS_S = os.sysconf("SC_CLK_TCK")
PAGE_MB = os.sysconf("SC_PAGE_SIZE") / 1e6


def about() -> dict[str, Any]:
    """The machine and the versions that matter, by name."""
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "memory_gb": round(os.sysconf("SC_PHYS_PAGES") * PAGE_MB / 1000),
        "load_before": round(os.getloadavg()[0], 2),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "commit": _commit(),
    }


def _processor() -> str:
    for row in Path("/proc/cpuinfo").read_text().splitlines():
        if row.startswith("model name"):
            return row.partition(":")[2].strip()
    return platform.processor()


def _commit() -> str:
    told = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False)
    return told.stdout.strip() or "unknown"


def family(pid: int) -> list[int]:
    """A process and everything it started, that still lives."""
    parents: dict[int, list[int]] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and (stat := _stat(int(folder.name))):
            parents.setdefault(int(stat[1]), []).append(int(folder.name))
    found = [pid]
    for one in found:  # grows while it is walked
        found += parents.get(one, [])
    return found


def _stat(pid: int) -> list[str]:
    """The fields of /proc/<pid>/stat from the state on; empty when the process is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


class Meter:
    """The processor time and memory of one or several programs with all their processes."""

    def __init__(self, *pids: int) -> None:
        self.roots = pids
        self.look_again()

    def look_again(self) -> None:
        """Find the processes anew: to look for them at every reading would disturb what is measured."""
        self._pids = [pid for root in self.roots for pid in family(root)]

    def cpu_ms(self) -> float:
        """Milliseconds of processor since they started, in steps of 10; ended children count once waited for."""
        ticks = 0
        for pid in self._pids:
            if stat := _stat(pid):
                user, system, waited_user, waited_system = map(int, stat[11:15])
                ticks += user + system + (waited_user + waited_system if pid in self.roots else 0)
        return ticks * 1000 / TICKS_S

    def memory_mb(self) -> float:
        """Resident memory, what processes share counted once a process that maps it (PSS) where the system tells."""
        return round(sum(_memory(pid) for root in self.roots for pid in family(root)), 1)


def _memory(pid: int) -> float:
    try:
        for row in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if row.startswith("Pss:"):
                return int(row.split()[1]) / 1000
    except OSError:
        pass
    stat = _stat(pid)
    return int(stat[21]) * PAGE_MB if stat else 0.0


class OwnProcess(Meter):
    """This very process."""

    def __init__(self) -> None:
        super().__init__(os.getpid())

    def cpu_ms(self) -> float:
        return time.process_time() * 1000
