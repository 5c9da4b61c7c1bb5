"""Users and hosts that ssh and the shells behind it take for nothing else."""

from __future__ import annotations

import getpass
import re
from typing import Final

from pegconf.core.errors import RefusedError

_UNSAFE: Final = re.compile(r"[\s\x00-\x1f\x7f]")
# What OpenSSH 9.6 refuses too (ssh.c: valid_hostname, valid_ruser): a jump host's name goes through a shell, whatever
# quotes are around it here. ssh expands % in its configuration.
_FOR_A_SHELL: Final = re.compile(r"[%'\"`$\\;&<>|(){}#,]")
_FOR_A_SHELL_IN_USERS: Final = re.compile(r"[%'\"`$;&<>|(){}#,]|\\$")


def parse_login(text: str) -> str:
    """A login `user@host` that ssh takes for nothing else; raises RefusedError with the reason.

    ssh reads a word that begins with `-` as an option (`-oProxyCommand=...` runs a program).
    """
    user, at, host = text.rpartition("@")
    if not at:
        raise RefusedError(f"{text!r} has no user: write it as user@host")
    _refuse_unsafe(user, "user", _FOR_A_SHELL_IN_USERS)
    parse_host(host, "host")
    return text


def parse_host(text: str, what: str = "node") -> str:
    """The name or address of a host that ssh takes for nothing else; raises RefusedError with the reason."""
    _refuse_unsafe(text, what, _FOR_A_SHELL)
    if "/" in text:
        raise RefusedError(f"the {what} {text!r} is no host's name")
    return text


def _refuse_unsafe(part: str, what: str, for_a_shell: re.Pattern[str]) -> None:
    if not part:
        raise RefusedError(f"the {what} is empty: write the login as user@host")
    if part.startswith("-"):
        raise RefusedError(f"the {what} {part!r} begins with -, which ssh takes for an option")
    if _UNSAFE.search(part):
        raise RefusedError(f"the {what} {part!r} holds a space or a control character")
    sign = for_a_shell.search(part)
    if sign is not None:
        raise RefusedError(f"the {what} {part!r} holds {sign[0]}, which ssh or a shell takes for something else")


def split(login: str) -> tuple[str, str]:
    """User and host of a login."""
    user, _, host = login.rpartition("@")
    return user, host


def me() -> str:
    """The name of this user."""
    return getpass.getuser()
