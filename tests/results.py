"""Where long runs leave what they found: `bench/results/<name>.json`, with the commit it is true of."""

import json
import os
import platform
import subprocess
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "bench" / "results"


def keep(name: str, figures: dict[str, Any]) -> Path:
    """Write the figures of a run, with commit, date and machine; returns the file. An older one is replaced."""
    known = {
        "commit": _git("rev-parse", "HEAD"),
        "dirty": bool(_git("status", "--porcelain", "--untracked-files=no", "--", ".", ":!bench/results")),
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "cpus": os.cpu_count(),
    }
    path = FOLDER / f"{name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(f".{os.getpid()}.part")
    part.write_text(json.dumps(known | figures, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return part.replace(path)


def before(name: str, fields: Iterable[str]) -> list[dict[str, Any]]:
    """The runs of this name until now, oldest first: of each its commit, its date and some fields.

    They are true of different commits, so they are told one by one and not added up.
    """
    try:
        last = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return []
    return [*last.get("before", []), {field: last[field] for field in ("commit", "date", *fields) if field in last}]


def _git(*arguments: str) -> str | None:
    """What git says; None where there is no git or no repository."""
    try:
        asked = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return asked.stdout.strip()
