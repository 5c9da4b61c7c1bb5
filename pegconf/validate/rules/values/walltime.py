"""How long a job may run, and what YAML and the batch system make of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from pegconf.batch.base import no_time
from pegconf.batch.requested import walltime_in
from pegconf.config.render import quoted
from pegconf.core.errors import RefusedError
from pegconf.core.model import Layer, Severity
from pegconf.core.units import show_seconds
from pegconf.validate.rules.base import Problem, SectionRule, Subject, at, kind, shown
from pegconf.validate.rules.extra_directives import extras

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pegconf.batch.directives import Directives
    from pegconf.validate.rules.extra_directives import Extra

_BASE_60: Final = re.compile(r"[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?")
UNITS: Final = {"s": 1, "m": 60, "h": 3600, "d": 86400, "seconds": 1, "minutes": 60, "hours": 3600, "days": 86400}
_LONGEST: Final = 10**9
_DAYS: Final = 4
"""From here on a plain number is worth a word."""


def a_number(subject: Subject) -> Iterator[Problem]:
    """YAML reads `12:00:00` without quotes as a number in base 60: 43200.

    LSF and Slurm take a plain number as minutes, so the job asks for 30 days (yaml/pyyaml#395,
    radiocosmology/caput#254). It depends on the first digit: `01:00` stays text, `1:00` does not. What comes out
    right by luck, such as `12:00` with LSF or `12:00:00` with PBS, is a warning, and so is a plain number, which is
    read in minutes by LSF and Slurm (bsub -W, sbatch -t) and in seconds by PBS and Grid Engine.

    Wrong:

        jobqueue:
          lsf:
            cores: 2
            memory: 4GB
            walltime: 12:00:00

    Right:

        jobqueue:
          lsf:
            cores: 2
            memory: 4GB
            walltime: '12:00'
    """
    setting = subject.settings.get("walltime")
    if setting is None or isinstance(setting.plain, (str, type(None), list, dict)) or _has_none(subject):
        return
    content, raw, words = setting.plain, setting.value.raw.strip(), subject.directives
    if isinstance(content, bool) or not isinstance(content, (int, float)):
        yield at(setting, f"walltime is {kind(content)} ({raw[:60]}), not text", "", _example(subject))
        return
    unit, option = words.bare_number, words.walltime
    ask = f"the job would ask for {option}{' ' if not option.endswith('=') else ''}{content}" if option else ""
    if unit and 0 < content < _LONGEST:
        ask += f" ({show_seconds(content * unit)})"
    message = f"walltime is the number {content}, not text"
    if _BASE_60.fullmatch(raw):
        meant = _meant_seconds(raw, words)
        right = meant is not None and bool(unit) and meant == content * unit
        effect = "YAML reads this as base 60" + (f"; {ask}" if ask else "") + (", right by luck" if right else "")
        fix = _in_words_of(subject, meant) if meant is not None else quoted(raw)
        unclear = "" if meant is not None and _is_clear(raw, words) else f"{raw} may be hours or minutes"
        if not subject.section.batch_system:
            unclear = "its batch system cannot be told; --scheduler tells it"
        severity = Severity.WARNING if right else None
        yield at(setting, message, effect, fix, severity, safe=not unclear, because=unclear)
    elif not isinstance(content, int) or content <= 0:
        yield at(setting, message, ask, _example(subject))
    else:
        per = {3600: "hours", 60: "minutes", 1: "seconds"}.get(unit)
        effect = f"{subject.section.batch_system} reads it as {per}: {show_seconds(content * unit)}" if unit else ""
        short = bool(unit) and content < _LONGEST
        yield at(setting, message, effect, _in_words_of(subject, content * unit) if short else None, Severity.WARNING)


def _has_none(subject: Subject) -> bool:
    """Whether the batch system has no walltime; that the key is another's is a finding of its own."""
    return subject.batch_system is not None and not subject.batch_system.has_walltime


def _meant_seconds(raw: str, words: Directives) -> int | None:
    """What `12:00:00` or `12:00` was meant to be: pairs of LSF and OAR have hours first, the others' minutes."""
    parts = raw.replace("_", "").lstrip("+").split(":")
    if not all(part.isdigit() and len(part) < 8 for part in parts):  # noqa: PLR2004
        return None
    numbers = [int(part) for part in parts]
    if len(numbers) == 4 and words.days_first:  # noqa: PLR2004 - d:h:m:s
        return numbers[0] * 86400 + numbers[1] * 3600 + numbers[2] * 60 + numbers[3]
    if len(numbers) == 3:  # noqa: PLR2004 - h:m:s
        return numbers[0] * 3600 + numbers[1] * 60 + numbers[2]
    if len(numbers) == 2:  # noqa: PLR2004
        return numbers[0] * 3600 + numbers[1] * 60 if words.hours_first else numbers[0] * 60 + numbers[1]
    return None


def _is_clear(text: str, words: Directives) -> bool:
    """Whether `text` says by itself what it means: three numbers do, two where the batch system has hours first."""
    return text.count(":") > 1 or words.hours_first


def _in_words_of(subject: Subject, seconds: int) -> str:
    if subject.batch_system is not None:
        return quoted(subject.batch_system.format_walltime(seconds))
    minutes, second = divmod(seconds, 60)
    hours, minute = divmod(minutes, 60)
    return quoted(f"{hours:02d}:{minute:02d}:{second:02d}")


def _example(subject: Subject) -> str:
    return _in_words_of(subject, 4 * 3600)


def seconds_of(subject: Subject) -> int | None:
    """Seconds of the walltime in force, or None where there is none or it cannot be read."""
    system, content = subject.batch_system, subject.section.get("walltime")
    if system is None or isinstance(content, bool) or not isinstance(content, (int, str)):
        return None
    if isinstance(content, int):
        return content * system.directives.bare_number if 0 < content < _LONGEST else None
    try:
        return system.parse_walltime(content)
    except RefusedError:
        return None


def bad_grammar(subject: Subject) -> Iterator[Problem]:
    """A walltime that the batch system does not read: LSF's is [hours:]minutes, without seconds.

    dask-jobqueue writes the text into `#BSUB -W` unchecked (dask-jobqueue#703), bsub refuses `00:30:00`, and its words
    are lost (`2> /dev/null`). `-W 0` is accepted and ends the job at once.

    Wrong:

        jobqueue:
          lsf:
            cores: 2
            memory: 4GB
            walltime: '04:30:00'

    Right:

        jobqueue:
          lsf:
            cores: 2
            memory: 4GB
            walltime: '04:30'
    """
    setting, system = subject.settings.get("walltime"), subject.batch_system
    if setting is None or system is None or not isinstance(setting.plain, str) or _has_none(subject):
        return
    text, words = setting.plain, system.directives
    # Spaces around a directive's value are nothing to the batch system; behind `walltime=` they are.
    bare = text.rstrip(" ") if words.walltime_option[1] else text.strip(" ")
    try:
        system.parse_walltime(bare)
    except RefusedError:
        meant = _guess(text)
        what = "has seconds" if text.count(":") == 2 and words.whole_minutes else "is not one"  # noqa: PLR2004
        message = f"walltime {text[:60]!r} {what}; {system.title} reads {system.walltime_words}"
        fix = _in_words_of(subject, meant) if meant else _example(subject)
        if system.asks_for_no_limit(text):
            message = f"walltime {text[:60]!r} asks {system.title} for no limit at all"
        elif no_time(text):
            message = f"walltime {text[:60]!r} is no time at all"
        clear = meant and (text.count(":") != 1 or "-" in text)
        yield at(setting, message, system.misread_walltime(text), fix, safe=bool(clear))
    else:
        if bare != text:
            fix = quoted(bare)
            yield at(setting, f"walltime {text[:60]!r} has spaces around it", "works", fix, Severity.WARNING)


def _guess(text: str) -> int | None:
    match = re.fullmatch(r"\s*(?:(\d{1,3})-)?(\d{1,4}):(\d{1,2})(?::(\d{1,2}))?\s*", text)
    if match is not None:
        days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
        return days * 86400 + hours * 3600 + minutes * 60 + seconds
    match = re.fullmatch(r"\s*(\d{1,5}(?:\.\d{1,3})?)\s*([a-z]+)\s*", text.lower())
    unit = UNITS.get(match[2]) or UNITS.get(match[2][:1]) if match else None
    return int(float(match[1]) * unit) if match and unit else None


def long_number(subject: Subject) -> Iterator[Problem]:
    """A plain number of several days or weeks is often a number of seconds that the batch system takes as minutes.

    Or, with OAR, of minutes that it takes as hours. `bsub -W 14400` is ten days.

    Wrong:

        jobqueue:
          lsf: {cores: 2, memory: 4GB, walltime: '14400'}

    Right:

        jobqueue:
          lsf: {cores: 2, memory: 4GB, walltime: '04:00'}
    """
    setting, text, seconds = subject.settings.get("walltime"), subject.text("walltime"), seconds_of(subject)
    unit = subject.directives.bare_number
    if setting is None or text is None or seconds is None or unit <= 1 or not text.strip().isdecimal():
        return
    if seconds > _DAYS * 86400:
        fix = _in_words_of(subject, seconds)
        yield at(setting, f"walltime {text!r} is {show_seconds(seconds)}", f"its unit is {unit} seconds", fix)


def too_long(subject: Subject) -> Iterator[Problem]:
    """A walltime over the queue's maximum: the batch system refuses the job, or leaves it waiting for ever.

    LSF says "RUNLIMIT: Cannot exceed queue's hard limit(s)" and dask-jobqueue does not pass it on; PBS refuses it, too.
    Slurm takes the job and lets it wait (PartitionTimeLimit), unless a site sets EnforcePartLimits, and Grid Engine
    lets it wait where no queue has that h_rt.

    Wrong:

        pegconf: {version: 1, sections: {lsf: {scheduler: lsf, site: pegasus}}}
        jobqueue:
          lsf: {cores: 2, memory: 4GB, queue: debug, walltime: '04:00'}

    Right:

        pegconf: {version: 1, sections: {lsf: {scheduler: lsf, site: pegasus}}}
        jobqueue:
          lsf:
            cores: 2
            memory: 4GB
            queue: debug
            walltime: '00:30'
            worker-extra-args: ['--lifetime', '25m', '--lifetime-stagger', '4m', '--dashboard-address', '127.0.0.1:0']
    """
    seconds, queue, setting = seconds_of(subject), subject.queue, subject.settings.get("walltime")
    if seconds is None or queue is None or queue.max_walltime is None or seconds <= queue.max_walltime:
        return
    if setting is not None and ":" in setting.value.raw and not isinstance(setting.plain, str):
        # Base 60, which a_number reports; nobody meant this many seconds.
        return
    most = show_seconds(queue.max_walltime)
    message = f"walltime {show_seconds(seconds)} is over the {most} that queue {queue.name} allows"
    fix = _in_words_of(subject, queue.max_walltime)
    effect = f"the job {subject.impossible.over_walltime}"
    if setting is not None:
        yield at(setting, message, effect, fix)
    else:
        yield Problem(subject.section.mark, message, effect, f"walltime: {fix}", "walltime")


def only_default(subject: Subject) -> Iterator[Problem]:
    """Nobody set the walltime, so dask-jobqueue's own 30 minutes apply, and all workers end after them.

    dask-jobqueue#500: "I kept having failed jobs for 2 days until I realized".

    Wrong:

        jobqueue:
          lsf: {cores: 2, memory: 4GB}  # without walltime

    Right:

        jobqueue:
          lsf: {cores: 2, memory: 4GB, walltime: '04:00'}
    """
    default = subject.section.inherited().get("walltime")
    if default is not None and "walltime" not in subject.settings:
        message = f"walltime is not set; dask-jobqueue's own is {default!r}"
        effect = "every worker ends after 30 minutes"
        yield Problem(subject.section.mark, message, effect, f"walltime: {_example(subject)}", "walltime")


def walltimes(subject: Subject) -> Iterator[tuple[Extra, str]]:
    """The walltimes among the extra directives, in their order."""
    words = subject.directives
    for extra in extras(subject, (words.walltime_option[0],)):
        text = walltime_in(words, extra.value)
        if text is not None:
            yield extra, text


def extra_walltime(subject: Subject) -> Iterator[Problem]:
    """A walltime among the extra directives counts in the batch system's grammar and against the queue like the key's.

    `-W 0` ends an LSF job at once, `-t 0` asks Slurm for no limit, `h_rt=0` ends a job of Grid Engine, and OAR takes
    `walltime=0`, too (2.5.9). Better is the key `walltime`, which --lifetime is compared with.

    Wrong:

        jobqueue:
          lsf: {cores: 2, memory: 4GB, walltime: null, job-extra-directives: ['-W 0']}

    Right:

        jobqueue:
          lsf: {cores: 2, memory: 4GB, walltime: '04:00'}
    """
    system, queue = subject.batch_system, subject.queue
    for extra, text in walltimes(subject) if system else ():
        if system is None or "$" in text:
            continue
        try:
            seconds = system.parse_walltime(text)
        except RefusedError as error:
            yield extra.problem(f"{shown(extra.item.content)}: {error}"[:200], system.misread_walltime(text))
            continue
        if queue is not None and queue.max_walltime is not None and seconds > queue.max_walltime:
            most = show_seconds(queue.max_walltime)
            message = f"walltime {show_seconds(seconds)} is over the {most} that queue {queue.name} allows"
            yield extra.problem(message, f"the job {subject.impossible.over_walltime}")


RULES: Final = (
    SectionRule("PEG201", Severity.ERROR, "a walltime that YAML reads as a number", Layer.MEANING, a_number),
    SectionRule("PEG202", Severity.ERROR, "a walltime the batch system does not read", Layer.MEANING, bad_grammar),
    SectionRule("PEG203", Severity.ERROR, "a walltime over the queue's", Layer.MEANING, too_long),
    SectionRule("PEG204", Severity.WARNING, "a walltime nobody set", Layer.MEANING, only_default),
    SectionRule("PEG209", Severity.ERROR, "a walltime among the directives", Layer.MEANING, extra_walltime),
    SectionRule("PEG290", Severity.INFO, "a plain number of many days", Layer.MEANING, long_number),
)
