"""What of an import lies beside the database: the sheet as it was uploaded, and how far the work on it has come."""

import shutil
import time
from pathlib import Path
from typing import Any

import msgspec

STALLED_S = 120
"""So long after its last sign of life, work counts as interrupted."""


class Folder:
    """The folder of one import; its name is the id."""

    def __init__(self, root: Path, id_: str) -> None:
        self._path = root / id_

    def keep_sheet(self, content: bytes) -> None:
        self._path.mkdir(parents=True, exist_ok=True)
        (self._path / "sheet").write_bytes(content)

    def sheet(self) -> bytes | None:
        """The bytes that were uploaded; None where they are gone."""
        path = self._path / "sheet"
        return path.read_bytes() if path.is_file() else None

    def has_sheet(self) -> bool:
        return (self._path / "sheet").is_file()

    def keep_errors(self, errors: list[Any]) -> None:
        (self._path / "errors").write_bytes(msgspec.json.encode(errors))

    def errors(self) -> list[dict[str, Any]]:
        path = self._path / "errors"
        return msgspec.json.decode(path.read_bytes(), type=list[dict[str, Any]]) if path.is_file() else []

    def report(self, state: str, done: int, all_: int) -> None:
        """Where the work is: whoever asks reads it here, whatever process they ask."""
        self._path.mkdir(parents=True, exist_ok=True)
        part = self._path / "progress.part"
        part.write_bytes(msgspec.json.encode([state, done, all_]))
        part.replace(self._path / "progress")

    def progress(self) -> tuple[str, int, int] | None:
        """(state, done, all) of work on its way; None when there is none, `interrupted` when it went silent."""
        path = self._path / "progress"
        try:
            silent = time.time() - path.stat().st_mtime
            state, done, all_ = msgspec.json.decode(path.read_bytes(), type=tuple[str, int, int])
        except FileNotFoundError:
            return None
        return ("interrupted" if silent > STALLED_S else state), done, all_

    def in_use(self) -> bool:
        """Whether work on it gave a sign of life lately: a sheet lies here for a moment before its import begins."""
        signs = [changed for path in (self._path, self._path / "progress") if (changed := _changed(path)) is not None]
        return bool(signs) and time.time() - max(signs) <= STALLED_S

    def finished(self) -> None:
        (self._path / "progress").unlink(missing_ok=True)

    def remove(self) -> None:
        shutil.rmtree(self._path, ignore_errors=True)


def _changed(path: Path) -> float | None:
    """When something was changed last; None where it is gone, be it since this very moment."""
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return None
