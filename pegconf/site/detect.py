"""Which batch system is on this machine, and what it says of itself, as a site whose facts name their commands."""

from __future__ import annotations

import datetime as dt
import grp
import os
import pwd
import re
import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from pegconf.batch import systems
from pegconf.batch.facts import Detected, Heard, Said, likely_default, queue_of, usable
from pegconf.core import commands
from pegconf.core.model import Fact, Site
from pegconf.site import files, this_cluster
from pegconf.site.interfaces import speeds

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pegconf.batch.base import BatchSystem
    from pegconf.core.command_output import Answer

_AT_ONCE: Final = 8


@dataclass(frozen=True, slots=True)
class HostCommands:
    """The commands of this host, each with a time limit of `seconds`; `environ` has the PATH they are on."""

    environ: Mapping[str, str]
    seconds: float

    def has(self, command: str) -> bool:
        """Whether a command is on PATH."""
        return shutil.which(command, path=self.environ.get("PATH", "")) is not None

    def ask(self, lines: tuple[str, ...]) -> dict[str, Answer]:
        """Run those of the command lines whose command is on PATH, in the C locale."""
        present = [line for line in lines if self.has(line.split()[0])]
        environment = {**self.environ, "LC_ALL": "C"}
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            answers = pool.map(lambda line: commands.run(line.split(), self.seconds, environ=environment), present)
            return dict(zip(present, answers, strict=True))


SECONDS: Final = 5.0


def detect(environ: Mapping[str, str], scheduler: str | None = None, seconds: float = SECONDS) -> Detected | None:
    """The batch system here, the one that answers before one that does not; `scheduler` looks for that one only.

    No command is waited for longer than `seconds`.
    """
    host, silent = HostCommands(environ, seconds), None
    for system in systems.in_turn():
        if scheduler not in {None, system.name} or not system.may_be_here(host.has):
            continue
        found = ask(system, _user(environ), host)
        if found is not None and found.queues:
            return with_interface(found, speeds())
        silent = silent or found
    return silent


def ask(system: BatchSystem, user: str, host: HostCommands) -> Detected | None:
    """What a batch system whose commands are here says of itself: it is asked until nothing new is wanted."""
    heard = Heard(files=this_cluster.texts(system.fact_files(host.environ)), groups=own_groups())
    asked: set[str] = set()
    while wanted := tuple(line for line in dict.fromkeys(system.fact_lines(heard, user)) if line not in asked):
        asked.update(wanted)
        heard = replace(heard, answers={**heard.answers, **host.ask(wanted)})
    return system.read_facts(heard, user, host.environ)


def own_groups() -> tuple[str, ...]:
    """The names of this user's groups; none where one of them has no name here, as a list may hold that."""
    try:
        return tuple(grp.getgrgid(number).gr_name for number in {os.getgid(), *os.getgroups()})
    except KeyError:
        return ()


def _user(environ: Mapping[str, str]) -> str:
    """Who the batch system takes us for: it goes by the number, not by what the environment says."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return environ.get("USER", "")


def with_interface(found: Detected, speeds: Mapping[str, int]) -> Detected:
    """With this host's fastest interface; that the compute nodes have it too is for a job to show."""
    if not speeds:
        return found
    words = ", ".join(f"{name} ({speed / 1000:g} Gbit/s)" if speed > 0 else name for name, speed in speeds.items())
    said = Said(next(iter(speeds)), f"this host has {words}")
    return replace(found, facts={**found.facts, "interface": said})


def as_site(found: Detected) -> Site:
    """What was detected as a site; of queues and nodes each names its own source."""
    cluster, today = found.value("cluster"), dt.datetime.now(tz=dt.UTC).date().isoformat()
    system = systems.KNOWN[found.scheduler]
    found, default = with_default(found)
    sources = {"scheduler": found.version} if found.version else {}
    sources |= {name: said.source for name, said in found.facts.items()}
    facts = [
        Fact(about, sources[key], today, live=True, keys=(key,))
        for key, about in files.about(system).items()
        if key in sources
    ]
    limits = any(queue.max_walltime or queue.default_walltime for queue in found.queues)
    about = "queues and their walltimes" if limits else "queues"
    asked = (queue.source.removesuffix(f" {queue.name}") for queue in found.queues)
    facts += [Fact(about, _commands(asked), today, live=True)]
    shapes = _commands(queue.machines_source for queue in found.queues if queue.machines)
    facts += [Fact("the nodes of each queue", shapes, today, live=True)] if shapes else []
    per_core = found.value("reserve-per-core")
    return Site(
        name=slug(cluster or found.scheduler),
        title=f"the {system.title} cluster {cluster}" if cluster else f"the {system.title} here",
        scheduler=found.scheduler,
        queues=tuple(queue_of(queue) for queue in found.queues),
        default_queue=default,
        interface=found.value("interface"),
        memory_unit=found.value("memory-unit"),
        reserve_per_core=per_core != "no",
        facts=tuple(facts),
        cluster=cluster,
        details={name: found.facts[name].value for name in files.details(system) if name in found.facts},
        detected=True,
        accounts=found.accounts,
        accounts_source=found.accounts_source,
        project_required=found.value("project-required") == "yes",
    )


def with_default(found: Detected) -> tuple[Detected, str | None]:
    """The cluster's default queue, or the likeliest other one where that takes no jobs of this user's now."""
    default, likely = found.value("default-queue"), likely_default(found.queues)
    if likely is None or default in {queue.name for queue in usable(found.queues)}:
        return found, default
    because = (
        f"the default queue {default} takes no jobs of yours now" if default else "no queue is named as the default"
    )
    facts = {**found.facts, "default-queue": Said(likely.name, f"a guess: {because}")}
    return replace(found, facts=facts), likely.name


def _commands(sources: Iterable[str]) -> str:
    """The sources, each once."""
    return ", ".join(dict.fromkeys(sources))


def slug(name: str) -> str:
    """A cluster's name as a site's: small letters, digits and dashes, beginning with a letter."""
    plain = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
    return plain if plain[:1].isalpha() else f"cluster-{plain}".rstrip("-")
