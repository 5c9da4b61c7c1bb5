"""The worker's command line and the scheduler's options."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pegconf.config.setting import setting_at
from pegconf.core.model import Layer, Severity
from pegconf.core.units import count
from pegconf.validate.rules.base import Problem, SectionRule, Subject, at

if TYPE_CHECKING:
    from collections.abc import Iterator

_WRITTEN_BY_DASK_JOBQUEUE: Final = {
    "--nworkers": "processes",
    "--nprocs": "processes",
    "--nthreads": "cores and processes",
    "--memory-limit": "memory",
    "--name": "dask-jobqueue itself",
    "--interface": "interface",
    "--death-timeout": "death-timeout",
    "--local-directory": "local-directory",
}
_BREAKS: Final = ("--nprocs", "--name", "--nworkers")
_LEAST_TIMEOUT: Final = 10
_CONNECT_TIMEOUT: Final = 30
_DEFAULT_TIMEOUT: Final = 60


def flag_twice(subject: Subject) -> Iterator[Problem]:
    """Options of the worker that dask-jobqueue writes itself do not belong into worker-extra-args.

    The last one on the command line counts. `--name` breaks the link between jobs and workers, `--nworkers` the count
    of workers in a job, and `--nprocs` is no option any more ("No such option '--nprocs'", dask-jobqueue#559): errors.
    The others work, and contradict the key that shows.

    Wrong:

        jobqueue:
          lsf: {cores: 2, memory: 4GB, worker-extra-args: ['--nprocs', '2', '--dashboard-address', '127.0.0.1:0']}

    Right:

        jobqueue:
          lsf: {cores: 2, memory: 4GB, processes: 2}
    """
    for name in ("worker-extra-args", "extra"):
        setting = subject.settings.get(name)
        items = setting.value.content if setting and setting.value.is_list else ()
        for number, item in enumerate(items):
            text = item.content if isinstance(item.content, str) else ""
            flag = text.split("=")[0].split(" ")[0]
            source = _WRITTEN_BY_DASK_JOBQUEUE.get(flag)
            if setting is None or source is None or (flag == "--interface" and not subject.section.get("interface")):
                continue
            if flag in {"--death-timeout", "--local-directory"} and subject.section.get(source) is None:
                continue
            message = f"{flag} comes from {source}, not from {name}"
            effect = "No such option: --nprocs" if flag == "--nprocs" else "the worker gets it twice; this one counts"
            following = items[number + 1].content if number + 1 < len(items) else None
            same = str(following) == str(subject.section.get(source))
            severity = None if flag in _BREAKS and not same else Severity.WARNING
            fix = f"{source}: ..." if " " not in source else None
            yield Problem(setting.mark_of(item), message, effect, fix, setting.name, severity)


def short_timeout(subject: Subject) -> Iterator[Problem]:
    """`death-timeout` is how long a worker looks for the scheduler; without one an orphan holds its job to the end.

    Importing dask from a shared file system takes tens of seconds when many jobs start (dask-jobqueue#620), so that
    less than 10 seconds ends workers which would have arrived. One raised above the default of 60 does nothing for a
    scheduler that does not answer: connecting ends after distributed.comm.timeouts.connect, 30 s ("Timed out trying
    to connect ... after 30 s" with a death-timeout of 120), unless that is raised, too: an info.

    Wrong:

        jobqueue:
          lsf: {cores: 2, memory: 4GB, death-timeout: 5}

    Right:

        jobqueue:
          lsf: {cores: 2, memory: 4GB, death-timeout: 60}
    """
    setting = subject.settings.get("death-timeout")
    if setting is None or isinstance(setting.plain, (list, dict, bool)):
        return
    content: Any = setting.plain
    if content is None:
        effect = "a worker that finds no scheduler keeps its job until the walltime"
        yield at(setting, "death-timeout is null", effect, "60")
        return
    try:
        seconds = float(content)
    except (TypeError, ValueError, OverflowError):
        return
    if seconds < _LEAST_TIMEOUT:
        message = f"death-timeout is {count(f'{seconds:g}', 'second')}"
        yield at(setting, message, "workers end before dask is imported from a busy file system", "60")
    elif _CONNECT_TIMEOUT < seconds != _DEFAULT_TIMEOUT and not _connect_timeout_is_set(subject):
        message = f"death-timeout is {count(f'{seconds:g}', 'second')}, and connecting ends after {_CONNECT_TIMEOUT}"
        effect = "a worker whose scheduler does not answer gives up then, whatever this says"
        fix = f"distributed: {{comm: {{timeouts: {{connect: {seconds:g}s}}}}}}"
        yield Problem(setting.mark, message, effect, fix, setting.name, Severity.INFO)


def _connect_timeout_is_set(subject: Subject) -> bool:
    """Whether a file or variable, or the job's own lines, say how long a worker tries to connect."""
    name = "DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT"
    lines = (*subject.items("job-script-prologue"), *subject.items("env-extra"))
    if subject.sources is None or name in subject.sources.environ or any(name in str(line) for line in lines):
        return True
    path = ("distributed", "comm", "timeouts", "connect")
    return any(setting_at(document, *path) is not None for document in subject.sources.documents)


def hyphen_in_option(subject: Subject) -> Iterator[Problem]:
    """In scheduler-options the names are Python's, with underscores, unlike everywhere else in the file.

    They go to `Scheduler(**options)`: "Server.__init__() got an unexpected keyword argument 'dashboard-address'"
    (dask-jobqueue#400).

    Wrong (with PEG278):

        jobqueue:
          lsf: {cores: 2, memory: 4GB, scheduler-options: {dashboard-address: '127.0.0.1:8788'}}

    Right:

        jobqueue:
          lsf: {cores: 2, memory: 4GB, scheduler-options: {dashboard_address: '127.0.0.1:8788'}}
    """
    setting = subject.settings.get("scheduler-options")
    if setting is None or not setting.value.is_mapping:
        return
    for key, value in setting.value.content:
        if not isinstance(key.content, str) or "-" not in key.content:
            continue
        name = key.content[:60]
        quote = value.style if value.style in {"'", '"'} else ""
        text = f"{quote}{value.raw[:60]}{quote}" if not (value.is_list or value.is_mapping) else "..."
        message = f"{name} has a hyphen; the scheduler's options have underscores"
        effect = f"got an unexpected keyword argument {name!r}"
        fix = f"{name.replace('-', '_')}: {text}"
        yield Problem(setting.mark_of(key), message, effect, fix, setting.name)


RULES: Final = (
    SectionRule("PEG271", Severity.ERROR, "an option that dask-jobqueue writes itself", Layer.MEANING, flag_twice),
    SectionRule(
        "PEG272", Severity.WARNING, "a death-timeout that is short, none or not in force", Layer.MEANING, short_timeout
    ),
    SectionRule("PEG273", Severity.ERROR, "a hyphen in scheduler-options", Layer.MEANING, hyphen_in_option),
)
