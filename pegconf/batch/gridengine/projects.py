"""Whether a Grid Engine insists on a project, and which ones a user may name: pure functions on qconf's output."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from pegconf.batch.gridengine import listings

if TYPE_CHECKING:
    from pegconf.batch.facts import Heard

CONFIGURATION: Final = "qconf -sconf"
PROJECTS: Final = "qconf -sprjl"
LISTS: Final = "qconf -sul"


def required(heard: Heard) -> bool:
    """Whether qsub refuses a job without -P: `enforce_project true` (sge_conf(5))."""
    return re.search(r"(?mi)^enforce_project\s+true\s*$", heard.text(CONFIGURATION)) is not None


def about(heard: Heard) -> tuple[str, ...]:
    """The commands that describe the projects and the lists of users in their `acl`; none where none is required."""
    if not required(heard):
        return ()
    lists = ",".join(heard.text(LISTS).split())
    return (*(f"qconf -sprj {name}" for name in heard.text(PROJECTS).split()), *[f"qconf -su {lists}"] * bool(lists))


def allowed(heard: Heard, user: str) -> tuple[str, ...]:
    """The projects that this user surely may name, the user's default one first (project(5), user(5), access_list(5)).

    One whose lists name a UNIX group, or that is closed to some, may be allowed too; that is not told from here.
    """
    lists = listings.objects("\n".join(_texts(heard, "qconf -su ")), "name")
    members = {name: listings.names(settings.get("entries", "")) for name, settings in lists.items()}
    found = [
        name
        for name, settings in listings.objects("\n".join(_texts(heard, "qconf -sprj ")), "name").items()
        if not listings.names(settings.get("xacl", ""))
        and _admits(listings.names(settings.get("acl", "")), members, user)
    ]
    own = listings.objects(heard.text(of_user(user)), "name").get(user, {}).get("default_project", "")
    return tuple(dict.fromkeys((*listings.names(own), *found)))


def _admits(acl: tuple[str, ...], members: dict[str, tuple[str, ...]], user: str) -> bool:
    return not acl or any(user in members.get(name, ()) for name in acl)


def of_user(user: str) -> str:
    """The command that describes a user to Grid Engine."""
    return f"qconf -suser {user}"


def _texts(heard: Heard, beginning: str) -> list[str]:
    return [heard.text(command) for command in heard.answers if command.startswith(beginning)]
