"""A worker's own end before the walltime: --lifetime and its stagger."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, Final

from pegconf.core.errors import RefusedError
from pegconf.core.model import Layer, Severity
from pegconf.core.units import parse_seconds, show_seconds
from pegconf.validate.rules.base import Problem, SectionRule, Subject, shown
from pegconf.validate.rules.values.walltime import seconds_of, walltimes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pegconf.config.setting import Setting

_SHORT: Final = range(600, 3600)


def _setting(subject: Subject) -> Setting | None:
    """The worker's extra arguments; `extra` counts where worker-extra-args is empty (dask_jobqueue/core.py)."""
    name = "worker-extra-args" if subject.section.get("worker-extra-args") else "extra"
    setting = subject.settings.get(name)
    return setting if setting is not None and setting.value.is_list else None


def _text(setting: Setting, option: str) -> str | None:
    """What stands behind an option on the worker's command line, which is all items with spaces between."""
    return _behind(option, " ".join(str(item) for item in setting.plain))


@functools.lru_cache
def _behind(option: str, words: str) -> str | None:
    match = re.search(rf"(?:^|\s){option}(?:\s+|=)(\"[^\"]*\"|'[^']*'|\S+)", words)
    return match[1].strip("\"'") if match else None


def _walltime(subject: Subject) -> int | None:
    """Seconds of the job's walltime: an extra directive's, which comes later in the script and counts, or the key's."""
    system, seconds = subject.batch_system, seconds_of(subject)
    for _, text in walltimes(subject) if system is not None else ():
        try:
            seconds = system.parse_walltime(text) if system is not None else seconds
        except RefusedError:
            # PEG209 speaks of it.
            return None
    return seconds


def _seconds(text: str | None) -> float | None:
    """Seconds as dask reads them, or None."""
    try:
        return parse_seconds(text) if text else None
    except RefusedError:
        return None


@functools.lru_cache
def _apart(option: str, words: str) -> str:
    """A time in two words behind an option, such as `60 minutes`; empty where there is none."""
    match = re.search(rf"(?:^|\s){option}[\s=]\s*(\d+\s+[a-z]+)(?=\s|$)", words)
    return match[1] if match else ""


def lifetime_over(subject: Subject) -> Iterator[Problem]:
    """A worker's --lifetime is there to end it, with its work handed on, before the batch system kills it.

    So it must be shorter than the walltime (dask-jobqueue#122; docs: "How to handle job queueing system walltime
    killing workers").

    Wrong:

        jobqueue:
          lsf:
            cores: 2
            memory: 4GB
            walltime: '01:00'
            worker-extra-args: ['--lifetime', '60m', '--dashboard-address', '127.0.0.1:0']

    Right:

        jobqueue:
          lsf:
            cores: 2
            memory: 4GB
            walltime: '01:00'
            worker-extra-args: ['--lifetime', '55m', '--lifetime-stagger', '4m', '--dashboard-address', '127.0.0.1:0']
    """
    seconds, setting = _walltime(subject), _setting(subject)
    text = _text(setting, "--lifetime") if setting else None
    lifetime = _seconds(text)
    if seconds is None or setting is None or lifetime is None or lifetime < seconds:
        return
    message = f"--lifetime {text} is not shorter than the walltime, {show_seconds(seconds)}"
    minutes = max(seconds // 60 - 5, seconds // 120)
    fix = f"{setting.written}: ['--lifetime', '{minutes}m']" if minutes else None
    effect = "the batch system kills the workers before they hand on their work"
    yield Problem(setting.mark, message, effect, fix, setting.name)


def stagger_over(subject: Subject) -> Iterator[Problem]:
    """--lifetime-stagger goes both ways: a worker lives for the lifetime plus or minus the stagger, by chance.

    Together they must be shorter than the walltime, and the stagger shorter than the lifetime (distributed/worker.py:
    "selected uniformly at random between lifetime +/- lifetime_stagger").

    Wrong:

        jobqueue:
          lsf:
            cores: 2
            memory: 4GB
            walltime: '01:00'
            worker-extra-args: ['--lifetime', '55m', '--lifetime-stagger', '10m', '--dashboard-address', '127.0.0.1:0']

    Right:

        jobqueue:
          lsf:
            cores: 2
            memory: 4GB
            walltime: '01:00'
            worker-extra-args: ['--lifetime', '55m', '--lifetime-stagger', '4m', '--dashboard-address', '127.0.0.1:0']
    """
    seconds, setting = _walltime(subject), _setting(subject)
    if setting is None:
        return
    lifetime, text = _seconds(_text(setting, "--lifetime")), _text(setting, "--lifetime-stagger")
    stagger = _seconds(text)
    if lifetime is None or stagger is None:
        return
    if seconds is not None and lifetime < seconds <= lifetime + stagger:
        message = f"--lifetime-stagger {text} takes some workers over the walltime, {show_seconds(seconds)}"
        effect = "the batch system kills those before they hand on their work"
        minutes = int(seconds - lifetime) // 60 - 1
        fix = f"--lifetime-stagger {minutes}m" if minutes > 0 else None
        yield Problem(setting.mark, message, effect, fix, setting.name)
    elif stagger >= lifetime:
        message = f"--lifetime-stagger {text} is not shorter than --lifetime {_text(setting, '--lifetime')}"
        yield Problem(setting.mark, message, "some workers end as soon as they have started", None, setting.name)


def unreadable(subject: Subject) -> Iterator[Problem]:
    """A --lifetime is a number and one unit, such as 55m; a worker with another text ends as it starts.

    dask.utils.parse_timedelta: "ValueError: could not convert string to float: '00:55:00'"; `1h30m` is none either.
    `1 hour` is one, and needs quotes for the shell: `--lifetime "1 hour"`.

    Wrong:

        jobqueue:
          lsf:
            cores: 2
            memory: 4GB
            walltime: '01:00'
            worker-extra-args: ['--lifetime', '00:55:00', '--dashboard-address', '127.0.0.1:0']

    Right:

        jobqueue:
          lsf:
            cores: 2
            memory: 4GB
            walltime: '01:00'
            worker-extra-args: ['--lifetime', '55m', '--dashboard-address', '127.0.0.1:0']
    """
    setting = _setting(subject)
    for option in ("--lifetime", "--lifetime-stagger") if setting else ():
        text = _text(setting, option) if setting else None
        if setting is None or text is None:
            continue
        words = " ".join(str(item) for item in setting.plain)
        apart = _apart(option, words)
        if apart:
            message = f"{option} {apart} has a space, and the shell makes two words of it"
            effect = "every worker ends as it starts: unexpected extra argument"
            fix = f"{option} {apart.replace(' ', '')}"
            yield Problem(setting.mark, message, effect, fix, setting.name)
        elif "$" not in text and _seconds(text) is None:
            message = f"{option} {shown(text)} is no time that dask reads"
            yield Problem(setting.mark, message, "every worker ends as it starts", f"{option} 55m", setting.name)


def none_for_a_short_job(subject: Subject) -> Iterator[Problem]:
    """Workers without --lifetime end with their job in the middle of a task, and what they held is computed again.

    Dask is not told beforehand (dask-jobqueue#122, dask-jobqueue#416); after three such ends a task fails with
    KilledWorker. It is said for jobs of less than an hour, where it is
    sure to happen to a longer computation.

    Wrong:

        jobqueue:
          slurm: {cores: 2, memory: 4GB, walltime: '00:45:00'}

    Right:

        jobqueue:
          slurm:
            cores: 2
            memory: 4GB
            walltime: '00:45:00'
            worker-extra-args: ['--lifetime', '40m', '--lifetime-stagger', '4m', '--dashboard-address', '127.0.0.1:0']
    """
    seconds, setting = seconds_of(subject), subject.settings.get("walltime")
    if seconds is None or setting is None or seconds not in _SHORT or not isinstance(setting.plain, str):
        return
    arguments = _setting(subject)
    if arguments is not None and _text(arguments, "--lifetime") is not None:
        return
    minutes = max(seconds // 60 - 5, seconds // 120)
    message = f"jobs end after {show_seconds(seconds)}, and no --lifetime ends the workers before"
    effect = "what they compute then is lost, and a task may fail with KilledWorker"
    fix = f"worker-extra-args: ['--lifetime', '{minutes}m']" if minutes else None
    yield Problem(setting.mark, message, effect, fix, setting.name)


RULES: Final = (
    SectionRule("PEG205", Severity.ERROR, "a --lifetime over the walltime", Layer.MEANING, lifetime_over),
    SectionRule("PEG206", Severity.WARNING, "a --lifetime-stagger over the walltime", Layer.MEANING, stagger_over),
    SectionRule("PEG207", Severity.ERROR, "a --lifetime that dask cannot read", Layer.MEANING, unreadable),
    SectionRule("PEG208", Severity.INFO, "short jobs without --lifetime", Layer.MEANING, none_for_a_short_job),
)
