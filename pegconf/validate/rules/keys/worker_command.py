"""The worker's command line: what stands in the section, as the worker's own options read it."""

from __future__ import annotations

import functools
import re
import shlex
from typing import TYPE_CHECKING, Final

from pegconf.config.render import quoted
from pegconf.core.errors import RefusedError
from pegconf.core.model import Layer, Severity
from pegconf.core.units import dask_bytes, parse_seconds
from pegconf.validate.rules.base import Problem, SectionRule, Subject, at, shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pegconf.config.setting import Setting

WITH_VALUE: Final = frozenset(
    {
        "--contact-address", "--dashboard-address", "--dashboard-prefix", "--death-timeout", "--host", "--interface",
        "--lifetime", "--lifetime-stagger", "--listen-address", "--local-directory", "--memory-limit", "--name",
        "--nanny-port", "--nthreads", "--nworkers", "--pid-file", "--preload", "--preload-nanny", "--protocol",
        "--resources", "--scheduler-file", "--scheduler-sni", "--tls-ca-file", "--tls-cert", "--tls-key",
        "--worker-class", "--worker-port",
    }
)  # fmt: skip
WITHOUT_VALUE: Final = frozenset(
    {
        "--dashboard", "--help", "--lifetime-restart", "--nanny", "--no-dashboard", "--no-lifetime-restart",
        "--no-nanny", "--version",
    }
)  # fmt: skip
"""Options of `dask worker` (distributed/cli/dask_worker.py); a test compares them with the installed one."""
_LIFETIMES: Final = ("--lifetime", "--lifetime-stagger")
_OWN_COMMAND: Final = "distributed.cli.dask_worker"
_EXPANDED: Final = re.compile(r"\$\([^()]*\)|\$\{[^{}]*\}|`[^`]*`")
_SPLITS: Final = re.compile(r"[\s;|&<>()\"'`*?\[\]#!\\]|^-")


def stray_word(subject: Subject) -> Iterator[Problem]:
    """A word in worker-extra-args that belongs to no option, or a value that its option cannot read, ends every worker.

    "Got unexpected extra argument" stands in the job's log only. The items are joined with spaces and split by the
    job's shell, so that `--lifetime 55m` may be one item or two, and an option without its value takes the next word
    of the command. Times are Dask's: `55m` or seconds, not `00:55:00` (dask.utils.parse_timedelta).

    Wrong:

        jobqueue:
          lsf:
            walltime: '01:00'
            worker-extra-args: [lifetime, 55m, '--dashboard-address', '127.0.0.1:0']

    Right:

        jobqueue:
          lsf:
            walltime: '01:00'
            worker-extra-args: ['--lifetime', 55m, '--dashboard-address', '127.0.0.1:0']
    """
    if subject.text("worker-command") not in {_OWN_COMMAND, None}:
        return
    name = "worker-extra-args" if subject.section.get("worker-extra-args") else "extra"
    setting, items = subject.settings.get(name), subject.items(name)
    if setting is None or not all(isinstance(item, (str, int, float)) for item in items):
        return
    joined = " ".join(str(item) for item in items)
    try:
        words = joined.split() if subject.is_local else _split(joined)
    except ValueError:
        yield at(setting, f"{name} has a quote that is not closed", "the job's shell stops at it")
        return
    if "--preload" in words:
        # What follows then may belong to the preloaded module.
        return
    yield from _problems(setting, words)
    processes = subject.number("processes")
    if "--no-nanny" in words and processes is not None and processes > 1:
        effect = "You cannot use the --no-nanny argument when n_workers > 1"
        yield at(setting, f"--no-nanny in {name} stands beside processes: {processes}", effect)


# Sections of one file often have the same words, and shlex takes a tenth of a millisecond.
@functools.lru_cache
def _split(text: str) -> Sequence[str]:
    """The words of a text as a shell has them; raises ValueError for a quote that is not closed."""
    return tuple(shlex.split(text))


def _problems(setting: Setting, words: Sequence[str]) -> Iterator[Problem]:
    left = list(words)
    while left:
        word = left.pop(0)
        option, equals, value = word.partition("=")
        if re.match(r"\d?[<>|]", word):
            # A redirection: what follows is the shell's.
            return
        if option in WITH_VALUE:
            if not equals and not left:
                yield at(setting, f"{option} has no value in {setting.name}", "it takes the next word of the command")
                return
            yield from _value(setting, option, value if equals else left.pop(0))
            if option in _LIFETIMES and left and left[0].isalpha():
                # `60 minutes` in two words, of which another rule speaks.
                return
        elif option not in WITHOUT_VALUE or equals:
            if not re.fullmatch(r"--[a-z][a-z_-]*", option):
                message = f"{shown(word)} in {setting.name} belongs to no option of dask worker"
                yield at(setting, message, f"Got unexpected extra argument ({word[:40]}): no worker starts")
            # Whether a word behind an unknown option is its value cannot be told.
            return


def _value(setting: Setting, option: str, value: str) -> Iterator[Problem]:
    message = f"{option} {shown(value)} in {setting.name} is nothing that dask worker reads"
    try:
        if option == "--death-timeout" and "$" not in value:
            parse_seconds(value)
        elif option == "--memory-limit" and value not in {"auto", "0"} and "$" not in value:
            dask_bytes(value)
        elif option in {"--nthreads", "--nworkers"} and not re.fullmatch(r"-?\d+|auto|\$.*", value):
            yield at(setting, message, "the worker stops: it wants a whole number")
    except RefusedError as error:
        yield at(setting, message, f"the worker stops: {error}"[:120])


def split_by_the_shell(subject: Subject) -> Iterator[Problem]:
    """A space or a quote in `python` or `local-directory` ends the word in the worker's command.

    dask_jobqueue/core.py joins the command with spaces and without quotes. `$TMPDIR` and `~` are expanded by the job's
    shell there.

    Wrong:

        jobqueue:
          lsf: {cores: 2, memory: 4GB, local-directory: /scratch/my files}

    Right:

        jobqueue:
          lsf: {cores: 2, memory: 4GB, local-directory: /scratch/my-files}
    """
    for name in ("python", "local-directory", "worker-command"):
        setting, text = subject.settings.get(name), subject.text(name)
        if setting is None or not text or not text.strip():
            continue
        if _SPLITS.search(_EXPANDED.sub("x", text)) and not (name == "python" and _is_command(text)):
            message = f"{name} {shown(text)} has a space or a sign in it that the shell takes for its own"
            yield at(setting, message, "what follows is another word of the worker's command")


def _is_command(text: str) -> bool:
    """Whether a text of several words is a command, such as `srun -n1 python -u`, and no path with a space in it."""
    words = text.split()
    signs = re.search(r"[;|&<>()\"'`*?\[\]#!\\]", text)
    return len(words) > 1 and not signs and not any(re.match(r"[^/$~=-][^=]*/", word) for word in words[1:])


def useless_shared(subject: Subject) -> Iterator[Problem]:
    """`shared-temp-directory` holds the certificates of `security=True`, at the same path on every node.

    A `;` or a quote in it becomes part of the folder's name (dask_jobqueue/core.py, _get_worker_security).

    Wrong:

        jobqueue:
          lsf: {cores: 2, memory: 4GB, shared-temp-directory: '/scratch/me;'}

    Right:

        jobqueue:
          lsf: {cores: 2, memory: 4GB, shared-temp-directory: /scratch/me}
    """
    setting, text = subject.settings.get("shared-temp-directory"), subject.text("shared-temp-directory")
    if setting is not None and text and re.search(r"[;\"'`|&<>]|\s$", text):
        fix = quoted(re.sub(r"[;\"'`|&<>\s]+$", "", text))
        yield at(setting, f"shared-temp-directory {shown(text)} has a sign in it that no folder has", "", fix)


RULES: Final = (
    SectionRule("PEG140", Severity.ERROR, "a word that no option of dask worker takes", Layer.KEYS, stray_word),
    SectionRule("PEG143", Severity.ERROR, "a path that the shell splits", Layer.KEYS, split_by_the_shell),
    SectionRule("PEG144", Severity.WARNING, "a folder with signs in its name", Layer.KEYS, useless_shared),
)
