"""Options that the worker's command or the scheduler does not know or cannot use, and directives without one."""

from __future__ import annotations

import difflib
import functools
import importlib.util
import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pegconf.config.yaml_tree import members, plain
from pegconf.core.model import Layer, Severity
from pegconf.core.units import count
from pegconf.validate.rules.base import Problem, SectionRule, Subject, kind, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

SCHEDULER_OPTIONS: Final = frozenset(
    re.findall(
        r"\w+",
        """services service_kwargs allowed_failures extensions validate scheduler_file security worker_ttl idle_timeout
        interface host port protocol dashboard_address dashboard http_prefix preload preload_argv plugins jupyter
        contact_address transition_counter_max connection_limit deserialize serializers deserializers connection_args
        timeout local_directory needs_workdir""",
    )
)
"""What Scheduler(**options) takes (distributed/scheduler.py, distributed/core.py); a test compares it."""
_OF_ANOTHER_RULE: Final = "--nprocs"
_WORKER: Final = "distributed.cli.dask_worker"


@functools.cache
def worker_options() -> frozenset[str]:
    """The options of `dask worker` in the installed distributed, read from its source; empty where it is not there."""
    spec = importlib.util.find_spec("distributed")
    for folder in (spec.submodule_search_locations or ()) if spec is not None else ():
        source = Path(folder) / "cli" / "dask_worker.py"
        if source.is_file():
            found = re.findall(r'^\s*"(--[a-z-]+)(?:/(--[a-z-]+))?"', source.read_text(encoding="utf-8"), re.MULTILINE)
            inline = re.findall(r'click\.option\(\s*"(--[a-z-]+)', source.read_text(encoding="utf-8"))
            return (
                frozenset(name for pair in found for name in pair if name) | frozenset(inline) | {"--help", "--version"}
            )
    return frozenset()


def unknown_worker_option(subject: Subject) -> Iterator[Problem]:
    """A word with `--` in worker-extra-args that is no option of `dask worker` ends every worker at its start.

    "Error: No such option '--life-time'." stands in the job's output, and the program waits for workers. The options
    are those of the installed distributed.

    Wrong:

        jobqueue:
          lsf:
            walltime: '01:00'
            worker-extra-args: ['--life-time', '55m', '--dashboard-address', '127.0.0.1:0']

    Right:

        jobqueue:
          lsf:
            walltime: '01:00'
            worker-extra-args: ['--lifetime', '55m', '--dashboard-address', '127.0.0.1:0']
    """
    if subject.text("worker-command") not in {_WORKER, None}:
        return
    for name in ("worker-extra-args", "extra"):
        setting = subject.settings.get(name)
        if setting is None or not setting.value.is_list:
            continue
        items = [item for item in setting.value.content if isinstance(item.content, str)]
        if not items or any("--preload" in item.content for item in items):
            # A preloaded module may take options of its own.
            continue
        known = worker_options()
        for item in items:
            # What follows a redirection, a pipe or a substitution is not the worker's.
            for word in re.split(r"[|;&<>#]|\$\(|`", item.content)[0].split() if "--" in item.content else ():
                flag = word.split("=")[0]
                if flag in known or not re.fullmatch(r"--[a-z][a-z_-]*", flag) or flag == _OF_ANOTHER_RULE or not known:
                    continue
                near = difflib.get_close_matches(flag, sorted(known), 1, 0.7)
                message = f"dask worker has no option {flag}" + (f"; it has {near[0]}" if near else "")
                effect = f"Error: No such option '{flag}': no worker starts"
                yield Problem(setting.mark_of(item), message, effect, near[0] if near else None, setting.name)


def unknown_scheduler_option(subject: Subject) -> Iterator[Problem]:
    """A name in scheduler-options that Dask's scheduler does not take stops the program.

    "Cluster failed to start: Server.__init__() got an unexpected keyword argument" (dask-jobqueue#405). The names go
    to `Scheduler(**options)` as they are.

    Wrong:

        jobqueue:
          lsf: {cores: 2, memory: 4GB, scheduler-options: {dashboard_port: 8788}}

    Right:

        jobqueue:
          lsf: {cores: 2, memory: 4GB, scheduler-options: {dashboard_address: '127.0.0.1:8788'}}
    """
    setting = subject.settings.get("scheduler-options")
    if setting is None or not setting.value.is_mapping:
        return
    for key, _ in members(setting.value).values():
        name = str(key.content)[:60]
        if name in SCHEDULER_OPTIONS or "-" in name:
            continue
        near = difflib.get_close_matches(name, sorted(SCHEDULER_OPTIONS), 1, 0.6)
        message = f"the scheduler has no option {name}" + (f"; it has {near[0]}" if near else "")
        effect = f"got an unexpected keyword argument {name!r}: the program stops"
        yield Problem(setting.mark_of(key), message, effect, f"{near[0]}: ..." if near else None, setting.name)


def too_few_ports(subject: Subject) -> Iterator[Problem]:
    """Each worker process needs a port of its own: one `--worker-port` for two of them ends the job.

    "ValueError: Not enough ports in range --worker_port 9000 --nanny_port None for 2 workers"
    (distributed/cli/dask_worker.py). Several jobs on one node share the range, too.

    Wrong:

        jobqueue:
          lsf:
            cores: 2
            memory: 4GB
            processes: 2
            worker-extra-args: ['--worker-port', '9000', '--dashboard-address', '127.0.0.1:0']

    Right:

        jobqueue:
          lsf:
            cores: 2
            memory: 4GB
            processes: 2
            worker-extra-args: ['--worker-port', '9000:9099', '--dashboard-address', '127.0.0.1:0']
    """
    processes, setting = subject.number("processes"), subject.settings.get("worker-extra-args")
    if processes is None or setting is None or subject.text("worker-command") not in {_WORKER, None}:
        return
    words = " ".join(str(item) for item in subject.items("worker-extra-args"))
    for flag, first, last in re.findall(r"(--(?:worker|nanny)-port)[= ]+(\d{1,5})(?::(\d{1,5}))?(?= |$)", words):
        ports = int(last or first) - int(first) + 1
        if int(first) == 0 or ports >= processes:
            continue
        message = f"{flag} leaves {count(ports, 'port')} to {count(processes, 'process')}"
        effect = "ValueError: Not enough ports in range: no worker starts"
        fix = f"'{flag}', '{first}:{int(first) + 99}'"
        yield Problem(setting.mark, message, effect, fix, setting.name)


def processes_not_passed(subject: Subject) -> Iterator[Problem]:
    """With a worker-command of its own a job starts one process: `--nworkers` and `--nanny` are not written then.

    dask_jobqueue/core.py writes them for distributed.cli.dask_worker only; threads and memory are those of one of
    `processes` all the same, so that the rest of the job stays idle.

    Wrong:

        jobqueue:
          lsf: {cores: 2, memory: 4GB, processes: 2, worker-command: dask_cuda.cli}

    Right:

        jobqueue:
          lsf: {cores: 2, memory: 4GB, processes: 1, worker-command: dask_cuda.cli}
    """
    processes, setting = subject.number("processes"), subject.settings.get("worker-command")
    command = subject.text("worker-command")
    if setting is None or not command or command == _WORKER or processes is None or processes < 2:  # noqa: PLR2004
        return
    if any(str(item).startswith("--nworkers") for item in subject.items("worker-extra-args")):
        return
    message = f"processes is {processes}, which {command[:60]} is not told"
    effect = f"one process with 1/{processes} of the job's threads and memory"
    yield Problem(setting.mark, message, effect, "processes: 1", setting.name)


_PROTOCOLS: Final = ("tcp", "tls", "ucx", "ucxx", "ws", "wss", "inproc", "asynctcp")

_TEXTS: Final = ("host", "interface", "http_prefix", "contact_address", "scheduler_file")


def wrong_value(subject: Subject) -> Iterator[Problem]:
    """The value of a scheduler's option is of a type, or a word, that the scheduler cannot use.

    `dashboard` is true or false, the address goes into `dashboard_address`; `port` is a number; `protocol` is tcp or
    tls, not http.

    Wrong:

        jobqueue:
          lsf: {cores: 2, memory: 4GB, scheduler-options: {dashboard: '127.0.0.1:8788'}}

    Right:

        jobqueue:
          lsf: {cores: 2, memory: 4GB, scheduler-options: {dashboard_address: '127.0.0.1:8788'}}
    """
    setting = subject.settings.get("scheduler-options")
    if setting is None or not setting.value.is_mapping:
        return
    for name, (_, value) in members(setting.value).items():
        content, wanted, fix = plain(value), "", None
        if content is None:
            continue
        if name == "dashboard" and not isinstance(content, bool):
            wanted, fix = "true or false", f"dashboard_address: {shown(content)}" if isinstance(content, str) else None
        elif name == "dashboard_address" and not isinstance(content, (str, int)):
            wanted = "one address"
        elif name == "port" and not _is_number(content):
            wanted = "a number of a port"
        elif name in _TEXTS and not isinstance(content, str):
            wanted = "text"
        elif name == "protocol" and str(content).removesuffix("://") not in _PROTOCOLS:
            wanted, fix = "tcp or tls", "protocol: tls"
        if wanted:
            message = f"{name} in scheduler-options is {kind(content)} ({shown(content)}), not {wanted}"
            yield Problem(
                setting.mark_of(value), message, "the scheduler does not start, or not as meant", fix, setting.name
            )


def _is_number(content: object) -> bool:
    if isinstance(content, str):
        return content.strip().isdecimal()
    return isinstance(content, int) and not isinstance(content, bool)


def no_option(subject: Subject) -> Iterator[Problem]:
    """Each of job-extra-directives begins with an option of the batch system: `-x` or `--exclusive`.

    It is written behind `#BSUB` as it stands. What does not begin with a dash is taken for the command that the job
    runs, or refused; a line break ends the directive, and the rest is run by the shell.

    Wrong:

        jobqueue:
          lsf: {cores: 2, memory: 4GB, job-extra-directives: ['exclusive']}

    Right:

        jobqueue:
          lsf: {cores: 2, memory: 4GB, job-extra-directives: ['-x']}
    """
    sign = subject.directives.sign
    if not sign:
        return
    for name in ("job-extra-directives", "job-extra"):
        setting = subject.settings.get(name)
        if setting is None or (name == "job-extra" and subject.section.get("job-extra-directives")):
            continue
        for item in setting.value.content if setting.value.is_list else ():
            if item.is_list or item.is_mapping or item.content is None:
                continue
            text = str(item.content)
            if text.strip().startswith(sign):
                continue
            if not re.match(r"\s*--?[A-Za-z]", text):
                message = f"{shown(text)} is no option of the batch system"
                yield Problem(setting.mark_of(item), message, f"becomes: {sign} {text[:40]}", None, name)
            elif "\n" in text.strip():
                message = f"{shown(text)} has a line break in it"
                yield Problem(setting.mark_of(item), message, "what follows is no directive any more", None, name)


RULES: Final = (
    SectionRule("PEG107", Severity.ERROR, "no such option of dask worker", Layer.KEYS, unknown_worker_option),
    SectionRule("PEG108", Severity.ERROR, "no such option of the scheduler", Layer.KEYS, unknown_scheduler_option),
    SectionRule("PEG109", Severity.ERROR, "fewer ports than processes", Layer.KEYS, too_few_ports),
    SectionRule("PEG117", Severity.WARNING, "processes that are not started", Layer.KEYS, processes_not_passed),
    SectionRule("PEG141", Severity.ERROR, "a value that the scheduler cannot use", Layer.KEYS, wrong_value),
    SectionRule("PEG142", Severity.ERROR, "a directive without an option", Layer.KEYS, no_option),
)
