from __future__ import annotations

from pegconf.site import this_host


def test_commands_are_looked_up_on_path() -> None:
    assert this_host.has_command("sh")
    assert not this_host.has_command("no-such-command-anywhere")
