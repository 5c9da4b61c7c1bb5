"""What a Grid Engine says of itself: its queues, slots, parallel environments and what holds memory back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pegconf.batch.facts import Detected, FoundQueue, Said, likely_default
from pegconf.batch.gridengine import listings
from pegconf.batch.gridengine import projects as sge_projects

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pegconf.batch.facts import Heard

_PROJECTS: Final = (sge_projects.CONFIGURATION, sge_projects.PROJECTS, sge_projects.LISTS)
_FIRST: Final = ("qstat -help", "qconf -sql")
_COMMANDS: Final = ("qconf -spl", "qconf -sc", "qhost -q", *_PROJECTS)


def lines(heard: Heard, user: str) -> tuple[str, ...]:
    """What it is and which queues it has, then what is to be said of these, then of what they name."""
    if listings.version(heard.text("qstat -help")) is None or not heard.text("qconf -sql").split():
        return _FIRST
    environments = (f"qconf -sp {name}" for name in heard.text("qconf -spl").split())
    wanted = (*_COMMANDS, sge_projects.of_user(user), _for(user), _about(heard))
    return (*wanted, *environments, *sge_projects.about(heard))


def read(heard: Heard, user: str, environ: Mapping[str, str]) -> Detected | None:
    """The facts in what the commands said; None where qstat is not Grid Engine's."""
    version = listings.version(heard.text("qstat -help"))
    if version is None:
        return None
    if not heard.text("qconf -sql").split():
        return Detected("sge", version, silence=f"qconf -sql {heard.how('qconf -sql')}")
    facts = {}
    name, source = cluster_name(heard.files, environ)
    if name:
        facts["cluster"] = Said(name, source)
    resource = listings.memory_resource(heard.text("qconf -sc"))
    if resource is not None:
        facts["memory-resource"] = Said(resource[0], "from qconf -sc")
        facts["reserve-per-core"] = Said("yes" if resource[1] == "YES" else "no", "from qconf -sc")
    queues = _queues(heard, listings.queues_of(heard.text(_for(user))))
    offered = likely_default(queues)
    if offered is not None:
        facts["default-queue"] = Said(offered.name, "a guess: Grid Engine itself names no default")
    projects: tuple[str, ...] = ()
    if sge_projects.required(heard):
        facts["project-required"] = Said("yes", f"from {sge_projects.CONFIGURATION}")
        projects = sge_projects.allowed(heard, user)
    source = f"required, by {sge_projects.CONFIGURATION}; from {sge_projects.PROJECTS}"
    return Detected("sge", version, queues, projects, source, facts)


def _for(user: str) -> str:
    return f"qselect -U {user}"


def _about(heard: Heard) -> str:
    return f"qconf -sq {','.join(heard.text('qconf -sql').split())}"


def cluster_name(files: Mapping[str, str], environ: Mapping[str, str]) -> tuple[str, str]:
    """The cluster's name, and where it stands: SGE_CLUSTER_NAME, or a file of the cell."""
    if environ.get("SGE_CLUSTER_NAME"):
        return environ["SGE_CLUSTER_NAME"], "from SGE_CLUSTER_NAME"
    return next(((text.strip(), f"from {file}") for file, text in files.items()), ("", ""))


def _queues(heard: Heard, allowed: tuple[str, ...]) -> tuple[FoundQueue, ...]:
    machines, states = listings.machines(heard.text("qhost -q"))
    environments = listings.objects(
        "\n".join(heard.text(command) for command in heard.answers if command.startswith("qconf -sp ")), "pe_name"
    )
    found = []
    for name, settings in listings.objects(heard.text(_about(heard)), "qname").items():
        environment = listings.on_one_host(environments, listings.names(settings.get("pe_list", "")))
        found.append(
            FoundQueue(
                name=name,
                source=f"from qconf -sq {name}",
                max_walltime=_shorter(
                    listings.seconds(settings.get("h_rt", "")), listings.seconds(settings.get("s_rt", ""))
                ),
                closed=listings.closed(states.get(name, [])),
                allowed=name in allowed if allowed else None,
                machines=tuple(machines.get(name, ())),
                machines_source="from qhost -q",
                notes=_notes(settings, environment),
                details={"parallel-environment": environment} if environment else {},
            )
        )
    return tuple(found)


def _shorter(hard: int | None, soft: int | None) -> int | None:
    known = [limit for limit in (hard, soft) if limit is not None]
    return min(known) if known else None


def _notes(settings: Mapping[str, str], environment: str | None) -> tuple[str, ...]:
    notes = []
    if "[" in settings.get("h_rt", ""):
        notes.append("shorter on some hosts")
    if not environment:
        notes.append("has no parallel environment that keeps a job on one host")
    users = listings.names(settings.get("user_lists", ""))
    if users:
        notes.append(f"for members of {', '.join(users)}")
    return tuple(notes)
