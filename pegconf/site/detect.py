"""Which batch system is on this machine, and what it says of itself, as a site whose facts name their commands."""

from __future__ import annotations

import datetime as dt
import os
import pwd
import re
import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from pegconf.batch.facts import Detected, Heard, Said, likely_default, queue_of, usable
from pegconf.batch.gridengine import facts as on_sge
from pegconf.batch.htcondor import facts as htcondor
from pegconf.batch.lsf import facts as on_lsf
from pegconf.batch.oar import facts as oar
from pegconf.batch.pbs import facts as on_pbs
from pegconf.batch.slurm import facts as slurm
from pegconf.core import commands
from pegconf.core.model import Fact, Site
from pegconf.site.interfaces import speeds

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


_AT_ONCE: Final = 8


@dataclass(frozen=True, slots=True)
class HostCommands:
    """The commands of this host, each with a time limit of `seconds`; `environ` has the PATH they are on."""

    environ: Mapping[str, str]
    seconds: float

    def has(self, command: str) -> bool:
        """Whether a command is on PATH."""
        return shutil.which(command, path=self.environ.get("PATH", "")) is not None

    def ask(self, lines: tuple[str, ...]) -> Heard:
        """Run those of the command lines whose command is on PATH, in the C locale."""
        present = [line for line in lines if self.has(line.split()[0])]
        environment = {**self.environ, "LC_ALL": "C"}
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            answers = pool.map(lambda line: commands.run(line.split(), self.seconds, environ=environment), present)
            return Heard(dict(zip(present, answers, strict=True)))


SECONDS: Final = 5.0
TITLES: Final = {
    "lsf": "LSF",
    "slurm": "Slurm",
    "sge": "Grid Engine",
    "oar": "OAR",
    "pbs": "PBS",
    "moab": "Moab",
    "htcondor": "HTCondor",
}
_ABOUT: Final = {
    "cluster": "the cluster's name",
    "default-queue": "the default queue",
    "memory-unit": "the unit of limits",
    "reserve-per-core": "whether memory is reserved per core",
    "memory-resource": "the resource that holds memory back",
    "memory-property": "the property for memory per core",
    "flavour": "the kind of PBS",
    "interface": "the interface",
}
_DETAILS: Final = ("memory-resource", "memory-property", "flavour")
_DETECTORS: Final = (
    on_lsf.detect,
    slurm.detect,
    on_sge.detect,
    on_pbs.detect_moab,
    on_pbs.detect,
    oar.detect,
    htcondor.detect,
)


def detect(environ: Mapping[str, str], scheduler: str | None = None, seconds: float = SECONDS) -> Detected | None:
    """The batch system here, the one that answers before one that does not; `scheduler` looks for that one only.

    No command is waited for longer than `seconds`.
    """
    user, asker = _user(environ), HostCommands(environ, seconds)
    silent = None
    for detector in _DETECTORS:
        found = detector(user, environ, asker)
        if found is None or scheduler not in {None, found.scheduler}:
            continue
        if found.queues:
            return with_interface(found, speeds())
        silent = silent or found
    return silent


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
    title = TITLES.get(found.scheduler, found.scheduler)
    found, default = with_default(found)
    facts = [Fact(f"the batch system {title}", found.version, today, live=True)] if found.version else []
    facts += [
        Fact(about, found.facts[name].source, today, live=True) for name, about in _ABOUT.items() if name in found.facts
    ]
    limits = any(queue.max_walltime or queue.default_walltime for queue in found.queues)
    about = "queues and their walltimes" if limits else "queues"
    facts += [Fact(about, _commands(queue.source for queue in found.queues), today, live=True)]
    shapes = _commands(queue.machines_source for queue in found.queues if queue.machines)
    facts += [Fact("the nodes of each queue", shapes, today, live=True)] if shapes else []
    per_core = found.value("reserve-per-core")
    return Site(
        name=slug(cluster or found.scheduler),
        title=f"the {title} cluster {cluster}" if cluster else f"the {title} here",
        scheduler=found.scheduler,
        queues=tuple(queue_of(queue) for queue in found.queues),
        default_queue=default,
        interface=found.value("interface"),
        memory_unit=found.value("memory-unit"),
        reserve_per_core=per_core != "no",
        facts=tuple(facts),
        cluster=cluster,
        details={name: found.facts[name].value for name in _DETAILS if name in found.facts},
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
    """The sources, each once and without a queue's name at their end."""
    return ", ".join(dict.fromkeys(re.sub(r"^(from (?:bqueues -l|qconf -sq)) \S+$", r"\1", one) for one in sources))


def slug(name: str) -> str:
    """A cluster's name as a site's: small letters, digits and dashes, beginning with a letter."""
    plain = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
    return plain if plain[:1].isalpha() else f"cluster-{plain}".rstrip("-")
