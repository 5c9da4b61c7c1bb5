"""The `Wrong:` and the `Right:` of a rule's docstring, each laid over a complete section and looked at on a host.

An example shows the keys that matter. What it leaves out is in force all the same: every key of the installed
dask-jobqueue's section, with the values below, so that nothing is found but what the example itself does. Five signs
in an example say more, to its reader and to this module:

    $ COMMAND                         is typed on the host, before pegconf validate
    --- # the next file: NAME         what follows is another file in ~/.config/dask
    insar: {...}  # without walltime  the section has all keys but those named
    # this host has ib0               what the host has besides lo and eth0: an interface, `Slurm`,
                                      `LINE in slurm.conf`, `a program on port N`, `/scratch on nfs4`,
                                      `a venv ~/NAME with numpy and distributed`
    Wrong (with PEG285):              another code is found, too

`/home/me` and `/scratch/me` are folders of the test's own, and `~` is the first of them.
"""

from __future__ import annotations

import contextlib
import inspect
import json
import os
import re
import resource
import socket
import subprocess
import sys
import tempfile
import textwrap
import warnings
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Final

import psutil
import pytest

from pegconf.batch.systems import KNOWN
from pegconf.config import catalogue, document, sections, sources
from pegconf.config.sources import FILE_NAME, Sources
from pegconf.jobs import dask_import
from pegconf.site import this_host
from pegconf.validate import engine

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pegconf.config.document import Document
    from pegconf.config.sections import Section
    from pegconf.core.model import Report
    from pegconf.validate.rules.base import Rule

_COMMON: Final[dict[str, Any]] = {
    "cores": 2,
    "memory": "4GB",
    "processes": 1,
    "interface": "eth0",
    "walltime": "04:00:00",
    "local-directory": "/scratch/me/dask-scratch",
    "log-directory": "/scratch/me/dask-logs",
    "scheduler-options": {"dashboard_address": "127.0.0.1:0"},
    "worker-extra-args": ["--dashboard-address", "127.0.0.1:0"],
}
_OF_SYSTEM: Final[dict[str | None, dict[str, Any]]] = {
    None: {},
    "lsf": {"walltime": "04:00", "queue": "general", "project": "insarlab", "lsf-units": "mb"},
    "slurm": {"queue": "general", "account": "insarlab"},
    "pbs": {"queue": "general", "account": "insarlab"},
    "sge": {"cores": 1, "queue": "all.q", "project": "insarlab", "resource-spec": "mem_free=4769M"},
    "htcondor": {"disk": "2GB"},
    "oar": {"queue": "default", "project": "insarlab", "memory-per-core-property-name": "memcore"},
    "moab": {
        "queue": "general",
        "account": "insarlab",
        "resource-spec": "nodes=1:ppn=2",
        "job-extra-directives": ["-l mem=4769mb"],
    },
    "local": {"log-directory": None},
}
"""By batch system what a complete section has besides: its own words, and what it must be asked for. None is for a
section of which the batch system cannot be told."""
_COMMAND: Final = re.compile(r"\$ (.*)")
_NEXT_FILE: Final = re.compile(r"(?m)^--- # the next file: (.*)\n")
_WITHOUT: Final = re.compile(r"# without (.+)")
_HOST_HAS: Final = re.compile(r"# this host has (.+)")


@dataclass(frozen=True, slots=True)
class Example:
    """One example of a docstring: what is typed first, the files of ~/.config/dask, and what the host has besides.

    `beside` are the codes that are found, too.
    """

    commands: tuple[str, ...]
    files: tuple[tuple[str, str], ...]
    host_has: tuple[str, ...]
    beside: frozenset[str]


def read(rule: Rule, which: str) -> Example | None:
    """The example under `Wrong:` or `Right:`, None where the rule has none."""
    text = inspect.getdoc(rule.check) or ""
    found = re.search(rf"^{which}(?: \(with ([\w, ]+)\))?:\n\n((?:    .*\n|\n)+)", text + "\n", re.MULTILINE)
    if found is None:
        return None
    lines = textwrap.dedent(found[2]).strip("\n").splitlines()
    commands = tuple(match[1] for line in lines if (match := _COMMAND.fullmatch(line)))
    yaml = "".join(f"{line}\n" for line in lines if not _COMMAND.fullmatch(line))
    first, *others = _NEXT_FILE.split(yaml)
    return Example(
        commands,
        ((FILE_NAME, first), *zip(others[::2], others[1::2], strict=True)),
        tuple(thing for line in _HOST_HAS.findall(yaml) for thing in line.split(", ")),
        frozenset(found[1].split(", ") if found[1] else ()),
    )


def complete(batch_system: str | None) -> dict[str, Any]:
    """Every key of a section with a value of which nothing is to be said; None for those that all systems have."""
    if batch_system is not None:
        every = catalogue.complete(batch_system)
    else:
        others = [catalogue.complete(system) for system in KNOWN]
        every = {name: value for name, value in others[0].items() if all(name in other for other in others)}
    ours = _COMMON | _OF_SYSTEM[batch_system]
    return every | {name: value for name, value in ours.items() if name in every}


def completed(files: Mapping[str, str]) -> dict[str, str]:
    """The files with each section's missing keys written into it, where it stands first."""
    texts = dict(files)
    documents = {name: document.decode(_bytes(text), Path(name)) for name, text in files.items()}
    for section in sections.collect(Sources(tuple(documents.values()))):
        name = next(name for name, each in documents.items() if _section_of(each, section.name))
        texts[name] = _filled(texts[name], section)
    return texts


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _section_of(one: Document, name: str) -> Section | None:
    return next((each for each in sections.collect(Sources((one,))) if each.name == name), None)


def _filled(text: str, section: Section) -> str:
    """A text in which a section has the keys that it lacks; what is no mapping stays as it is."""
    found = _section_of(document.parse(text, Path()), section.name)
    assert found is not None
    if not found.value.is_mapping:
        return text
    start = document.line_starts(text)[found.key.line] + found.key.column
    name, line_end = start + len(found.key.raw), text.index("\n", start)
    without = {key for line in _WITHOUT.findall(text, name, line_end) for key in line.split(", ")}
    left_out = section.settings.keys() | without
    keys = [
        f"{name}: {json.dumps(value)}" for name, value in complete(section.batch_system).items() if name not in left_out
    ]
    if found.value.flow:
        inside = text.index("{", name) + 1
        more = ", " if found.value.content and keys else ""
        return f"{text[:inside]}{', '.join(keys)}{more}{text[inside:]}"
    indent = " " * found.value.column
    return text[: line_end + 1] + "".join(f"{indent}{key}\n" for key in keys) + text[line_end + 1 :]


def report(example: Example) -> Report:
    """What validate --script says of an example, on a host of its own."""
    # Imported on the host of the tests: dask looks up its folders then, once and for all.
    dask_import.import_dask_jobqueue()
    # Others get into /tmp, and into what lies there: a key in it that they may read is one that they can read.
    with tempfile.TemporaryDirectory(dir="/tmp") as folder, pytest.MonkeyPatch.context() as patch:
        environ = _on_host(example, Path(folder))
        for name in [*os.environ]:
            patch.delenv(name)
        for name, value in environ.items():
            patch.setenv(name, value)
        interfaces = ["lo", "eth0"]
        with contextlib.ExitStack() as stack:
            for thing in example.host_has:
                _put(thing, Path(folder), interfaces, patch, stack)
            stack.enter_context(_limit(environ["ulimit -t"]))
            stack.enter_context(warnings.catch_warnings())
            warnings.simplefilter("ignore", UserWarning)  # of dask-jobqueue's own, such as OAR's about memory
            return engine.check(sources.load(environ), interfaces=tuple(interfaces), script=True)


def codes(example: Example) -> set[str]:
    """The codes of all that is found in an example."""
    return {finding.code for finding in report(example).findings}


def _put(
    thing: str, folder: Path, interfaces: list[str], patch: pytest.MonkeyPatch, stack: contextlib.ExitStack
) -> None:
    """Let the host have something; what is none of the words known here is an interface."""
    line = re.fullmatch(r"(\S+) in (lsf.conf|slurm.conf)", thing)
    venv = re.fullmatch(r"a venv ~/(\w+) with ([\w ]+)", thing)
    port, mount = re.fullmatch(r"a program on port (\d+)", thing), re.fullmatch(r"(/\S+) on (\S+)", thing)
    if thing == "Slurm":
        command = folder / "bin" / "sbatch"
        command.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
        command.chmod(0o755)
        (folder / "etc" / "slurm.conf").touch()
    elif line is not None:
        (folder / "etc" / line[2]).write_text(f"{line[1]}\n", encoding="utf-8")
    elif venv is not None:
        root = folder / "home/me" / venv[1]
        for package in venv[2].split(" and "):
            (root / "lib/python3.11/site-packages" / package).mkdir(parents=True)
        (root / "pyvenv.cfg").touch()
        (root / "bin").mkdir()
        (root / "bin/python").symlink_to(sys.executable)
    elif port is not None:
        program = stack.enter_context(socket.socket())
        with contextlib.suppress(OSError):  # then another program has it already
            program.bind(("127.0.0.1", int(port[1])))
            program.listen()
    elif mount is not None:
        part = SimpleNamespace(mountpoint=f"{folder}{mount[1]}", fstype=mount[2])
        patch.setattr(psutil, "disk_partitions", lambda **_: [part])
        for known in (this_host.file_system, this_host._mounts):
            known.cache_clear()
            stack.callback(known.cache_clear)
    else:
        interfaces.append(thing)


@contextlib.contextmanager
def _limit(seconds: str) -> Iterator[None]:
    """A limit of processor time for this process, as `ulimit -t` prints it."""
    before = resource.getrlimit(resource.RLIMIT_CPU)
    if seconds != "unlimited":
        resource.setrlimit(resource.RLIMIT_CPU, (int(seconds), before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_CPU, before)


def _on_host(example: Example, folder: Path) -> dict[str, str]:
    """Make a host with the example's files below an empty folder, type its commands; its environment after that.

    It has no batch system, and the two Pythons of conda that examples name. The limit of processor time that the
    commands leave stands under `ulimit -t`.
    """
    home, scratch, etc, bin_ = (folder / name for name in ("home/me", "scratch/me", "etc", "bin"))
    conda = (home / "conda/bin/python", home / "conda/envs/insar/bin/python")
    for each in (home / ".config/dask", scratch, etc, bin_, *(python.parent for python in conda)):
        each.mkdir(parents=True)
    for each in (folder, *folder.rglob("*")):
        each.chmod(0o755)
    for python in conda:
        python.symlink_to(sys.executable)
    for name, text in completed(dict(example.files)).items():
        file = home / ".config/dask" / name
        file.write_bytes(_bytes(_here(text, folder)))
        file.chmod(0o644)
    environ = {
        "HOME": str(home),
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "DASK_ROOT_CONFIG": str(folder / "none"),
        "SLURM_CONF": str(etc / "slurm.conf"),
        "LSF_ENVDIR": str(etc),
    }
    if not example.commands:
        return environ | {"PATH": str(bin_), "ulimit -t": "unlimited"}
    typed = "\n".join(_here(command, folder) for command in example.commands)
    script = f"umask 022\n{{\n{typed}\n}} >&2\nenv -0\nprintf 'ulimit -t='\nulimit -t"
    done = subprocess.run(
        ["/bin/sh", "-e", "-c", script], env=environ, cwd=home, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    pairs = (line.partition("=") for line in done.stdout.rstrip().split("\0"))
    return {name: value for name, _, value in pairs} | {"PATH": str(bin_)}


def _here(text: str, folder: Path) -> str:
    """A text with /home/me and /scratch/me below a folder."""
    return re.sub(r"(?<![\w/.-])/(?:home|scratch)/me\b", lambda match: f"{folder}{match[0]}", text)
