from __future__ import annotations

from pathlib import Path

from pegconf.core import folders


def test_the_deepest_folder_that_exists(tmp_path: Path) -> None:
    assert folders.existing_parent(tmp_path / "a" / "b") == tmp_path


def test_who_may_write_where(tmp_path: Path) -> None:
    assert folders.may_write(tmp_path / "a" / "b")
    # A file holds no folder, not even for root.
    assert not folders.may_write(Path("/dev/null/a"))
