"""What is so on this host: its cluster, its networks, its limits, the worker's environment."""

from __future__ import annotations

import os
import re
import resource
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pegconf.config.yaml_tree import members
from pegconf.core.model import Layer, Severity
from pegconf.core.units import count
from pegconf.site import this_cluster
from pegconf.validate.rules.base import Problem, SectionRule, SourcesRule, Subject, at, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pegconf.config.sources import Sources

_NO_NETWORK: Final = (
    "lo",
    "docker",
    "veth",
    "virbr",
    "br-",
    "cni",
    "flannel",
    "podman",
    "lxc",
    "vnet",
    "tun",
    "tap",
    "wg",
)


def of_another_cluster(subject: Subject) -> Iterator[Problem]:
    """A section that was made on another cluster, in a home that several clusters share.

    Its queue, interface and folders are that cluster's (dask-jobqueue#68). init writes the cluster's name into
    `pegconf:`; what this host's is, Slurm's slurm.conf says (ClusterName), and LSF's folder of lsf.conf
    (lsf.cluster.NAME). A section for each cluster, with config_name, is the way out.

    Wrong:

        # this host has ClusterName=borealis in slurm.conf
        pegconf: {version: 1, sections: {slurm: {scheduler: slurm, cluster: atlas}}}
        jobqueue: {slurm: {cores: 2, memory: 4GB}}

    Right:

        # this host has ClusterName=borealis in slurm.conf
        pegconf: {version: 1, sections: {slurm: {scheduler: slurm, cluster: borealis}}}
        jobqueue: {slurm: {cores: 2, memory: 4GB}}
    """
    made_on = subject.section.asked.get("cluster", subject.site.cluster if subject.site else None)
    if subject.interfaces is None or not isinstance(made_on, str):
        return
    here = cluster_here(subject.section.batch_system)
    if here is None or here == made_on:
        return
    message = f"the section was made on the cluster {made_on[:60]}, and this host belongs to {here[:60]}"
    effect = "its queue, interface and folders may not exist here"
    yield Problem(subject.section.mark, message, effect, "pegconf init --name NAME, for a section of this cluster")


def cluster_here(system: str | None) -> str | None:
    """What the batch system of this host calls its cluster, as its files say; None where they do not."""
    found = this_cluster.cluster_name(system or "", os.environ)
    return found[0] if found is not None else None


def several_networks(subject: Subject) -> Iterator[Problem]:
    """This host is on several networks, and nothing says on which one the workers find the scheduler.

    Dask takes the address by which it would reach 8.8.8.8, which on a login node is often the public one that compute
    nodes cannot reach: "Waiting to connect to" and no worker (dask-jobqueue#391). smoke-test tries it.

    Wrong:

        # this host has ib0
        jobqueue:
          lsf: {cores: 2, memory: 4GB, interface: null}

    Right:

        # this host has ib0
        jobqueue:
          lsf: {cores: 2, memory: 4GB, interface: ib0}
    """
    options = subject.settings.get("scheduler-options")
    names = (
        {str(name) for name in members(options.value)} if options is not None and options.value.is_mapping else set()
    )
    if subject.section.get("interface") or names & {"interface", "host"} or subject.is_local:
        return
    real = [name for name in subject.interfaces or () if not name.startswith(_NO_NETWORK)]
    if len(real) > 1:
        setting = subject.settings.get("interface")
        mark = setting.mark if setting is not None else subject.section.mark
        message = f"interface is not set, and this host has {', '.join(real[:6])}"
        effect = "the scheduler takes the address of its route to the internet, which workers may not reach"
        yield Problem(mark, message, effect, f"interface: {real[-1]}", "interface")


def limited_processor_time(_sources: Sources) -> Iterator[Problem]:
    """This host ends a program after some processor time, and the scheduler runs inside your program.

    All workers end with it (dask-jobqueue#471). Login nodes have such limits (`ulimit -t`); `pegconf script --driver`
    makes a job that runs the program, and so the scheduler, on a compute node.

    Wrong:

        $ ulimit -t 36000
        jobqueue: {lsf: {cores: 2, memory: 4GB}}

    Right:

        $ ulimit -t unlimited
        jobqueue: {lsf: {cores: 2, memory: 4GB}}
    """
    limit, _ = resource.getrlimit(resource.RLIMIT_CPU)
    if limit != resource.RLIM_INFINITY:
        message = f"a program on this host is ended after {count(round(limit / 60), 'minute')} of processor time"
        effect = "with it the scheduler, and all workers"
        yield Problem(None, message, effect, "pegconf script NAME --driver PROGRAM.py")


def python_without_dask(subject: Subject) -> Iterator[Problem]:
    """The environment of `python` has no distributed in it, so that no worker can start.

    "No module named distributed" in the job's output. Looked at are environments of venv and conda on this machine; one
    that sees other folders (system-site-packages, .pth files, PYTHONPATH, modules) is passed over.

    Wrong:

        # this host has a venv ~/insar with numpy
        jobqueue: {lsf: {cores: 2, memory: 4GB, python: /home/me/insar/bin/python}}

    Right:

        # this host has a venv ~/insar with numpy and distributed
        jobqueue: {lsf: {cores: 2, memory: 4GB, python: /home/me/insar/bin/python}}
    """
    setting, text = subject.settings.get("python"), subject.text("python")
    if subject.interfaces is None or setting is None or not text or not re.fullmatch(r"/[^\s$\0]{0,1000}", text):
        return
    lines = " ".join(str(item) for item in (*subject.items("job-script-prologue"), *subject.items("env-extra")))
    if "PYTHONPATH" in lines or "module" in lines or "PYTHONPATH" in os.environ:
        return
    prefix = os.path.dirname(os.path.dirname(text))  # noqa: PTH120 - not resolved: a venv's python is a link
    if lacks_distributed(Path(prefix)):
        message = f"the environment of {shown(text)} has no distributed in it"
        yield at(setting, message, "No module named distributed: no worker starts", None)


def lacks_distributed(prefix: Path) -> bool:
    """Whether an environment of venv or conda certainly has no distributed."""
    venv = prefix / "pyvenv.cfg"
    try:
        if not venv.is_file() and not (prefix / "conda-meta").is_dir():
            return False
        if venv.is_file() and re.search(
            r"system-site-packages\s*=\s*true", venv.read_text(encoding="utf-8"), re.IGNORECASE
        ):
            return False
        names = [path.name for folder in prefix.glob("lib*/python3*/site-packages") for path in folder.iterdir()]
    except (OSError, UnicodeDecodeError):
        return False
    pointers = [name for name in names if name.endswith((".pth", ".egg-link")) and name != "distutils-precedence.pth"]
    return bool(names) and not pointers and not any(name.startswith("distributed") for name in names)


FILES: Final = (SourcesRule("PEG318", Severity.INFO, "a limit of processor time here", limited_processor_time),)
RULES: Final = (
    SectionRule("PEG316", Severity.WARNING, "a section of another cluster", Layer.MACHINE, of_another_cluster),
    SectionRule("PEG317", Severity.WARNING, "a Python without distributed", Layer.MACHINE, python_without_dask),
    SectionRule("PEG319", Severity.INFO, "several networks and no interface", Layer.MACHINE, several_networks),
)
