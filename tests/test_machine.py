from __future__ import annotations

from pathlib import Path

from pegconf import machine


def test_loopback_is_an_interface_of_every_host() -> None:
    assert "lo" in machine.interfaces()


def test_commands_are_looked_up_on_path() -> None:
    assert machine.has_command("sh")
    assert not machine.has_command("no-such-command-anywhere")


def test_the_deepest_folder_that_exists(tmp_path: Path) -> None:
    assert machine.existing_parent(tmp_path / "a" / "b") == tmp_path


def test_who_may_write_where(tmp_path: Path) -> None:
    assert machine.may_write(tmp_path / "a" / "b")
    # A file holds no folder, not even for root.
    assert not machine.may_write(Path("/dev/null/a"))
