"""What lies beside the database of an import may be taken away by another process at any moment."""

from pathlib import Path

import pytest

from server.imports.files import Folder


def test_a_folder_that_goes_while_it_is_looked_at_is_in_nobodys_use(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = Folder(tmp_path, "here")
    here.keep_sheet(b"")
    assert here.in_use()
    monkeypatch.setattr(Path, "exists", lambda _: True)  # it was there a moment ago
    assert not Folder(tmp_path, "gone").in_use()
