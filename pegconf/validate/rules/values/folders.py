"""Where jobs leave their output, and workers what they have no memory for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from pegconf.config.render import quoted
from pegconf.core.model import Layer, Severity
from pegconf.validate.rules.base import Problem, SectionRule, Subject, at, shown

if TYPE_CHECKING:
    from collections.abc import Iterator


_VARIABLE: Final = re.compile(r"\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)\})")
_ALWAYS_SET: Final = re.compile(r"HOME|USER|LOGNAME|PWD|HOSTNAME|SLURM_\w+|LSB_\w+|PBS_\w+|OAR_\w+|_CONDOR_\w+|JOB_ID")


def may_be_empty(subject: Subject) -> Iterator[Problem]:
    """The shell of the job expands a variable in `local-directory`; where it is not set there, nothing is left.

    "Error: Option '--local-directory' requires an argument", or the next word is taken for the folder and no worker
    starts. `${TMPDIR:-/tmp}` has an answer for that case; what the prologue sets, and batch systems do, is fine.

    Wrong:

        jobqueue:
          lsf: {cores: 2, memory: 4GB, local-directory: $LOCAL_STORAGE}

    Right:

        jobqueue:
          lsf: {cores: 2, memory: 4GB, local-directory: '${LOCAL_STORAGE:-/tmp}'}
    """
    setting, text = subject.settings.get("local-directory"), subject.text("local-directory")
    system = subject.batch_system
    if setting is None or not text:
        return
    lines = "\n".join(str(item) for item in (*subject.items("job-script-prologue"), *subject.items("env-extra")))
    for match in _VARIABLE.finditer(text[:1000]):
        name = match[1] or match[2]
        set_by_system = name == "TMPDIR" and system is not None and system.sets_tmpdir
        if _ALWAYS_SET.fullmatch(name) or set_by_system or re.search(rf"\b{name}=", lines):
            continue
        fix = "'" + text.replace(match[0], f"${{{name}:-/tmp}}") + "'"
        message = f"local-directory {shown(text)} needs {name[:60]} to be set in the job"
        yield at(setting, message, "where it is not, no worker starts", fix)
        return


_BREAKS_A_DIRECTIVE: Final = r"[\s\"'`;|&<>()\[\]{}*?!#\\]"


def log_directory(subject: Subject) -> Iterator[Problem]:
    """Nothing in `log-directory` is expanded: `~/logs` makes a folder that is called `~` where the program runs.

    dask-jobqueue hands it to os.makedirs and writes it into a directive (dask-jobqueue#406). Bare `~` is YAML's null,
    and empty text stops with FileNotFoundError. A relative folder depends on where the program is started: a warning.

    Wrong:

        jobqueue:
          lsf: {cores: 2, memory: 4GB, log-directory: ~/dask-logs}

    Right:

        jobqueue:
          lsf: {cores: 2, memory: 4GB, log-directory: /scratch/me/dask-logs}
    """
    setting = subject.settings.get("log-directory")
    if setting is None:
        return
    content = setting.plain
    fix = _absolute(subject)
    if content is None and setting.value.raw == "~":
        yield at(setting, "log-directory is null: that is what ~ means in YAML", "the jobs' output is lost", fix)
    elif not isinstance(content, str):
        return
    elif not content.strip():
        yield at(
            setting, "log-directory is empty text", "FileNotFoundError: [Errno 2] No such file or directory: ''", "null"
        )
    elif content.startswith("~") or re.search(r"\$\w|\$\{", content):
        sign = "~" if content.startswith("~") else "$"
        message = f"log-directory {shown(content)}: nothing expands the {sign}"
        first = content.split("/")[0] or next(part for part in content.split("/") if "$" in part)
        yield at(setting, message, f"a folder that is called {first[:40]} is made", fix)
    elif re.search(_BREAKS_A_DIRECTIVE, content):
        message = f"log-directory {shown(content)} has a space or a sign in it that ends the path"
        yield at(setting, message, "the directive's value stands there without quotes", fix)
    elif not content.startswith("/"):
        message = f"log-directory {shown(content)} is relative"
        effect = "it is made wherever the program is started"
        yield at(setting, message, effect, fix, severity=Severity.WARNING)


def _absolute(subject: Subject) -> str:
    text = subject.site.log_directory if subject.site and subject.site.log_directory else "/scratch/YOU/dask-logs"
    return quoted(text.replace("{user}", "YOU")) if "'" in text else text.replace("{user}", "YOU")


def no_log_directory(subject: Subject) -> Iterator[Problem]:
    """Without `log-directory` there is nowhere to read why a worker did not start.

    dask-jobqueue then writes no -o and -e; LSF sends mail, or drops the output (dask-jobqueue#141). The folder must be
    on a file system that the compute nodes see.

    Wrong:

        jobqueue:
          lsf: {cores: 2, memory: 4GB, log-directory: null}

    Right:

        jobqueue:
          lsf: {cores: 2, memory: 4GB, log-directory: /scratch/me/dask-logs}
    """
    setting = subject.settings.get("log-directory")
    if subject.section.get("log-directory") is not None or (setting and setting.value.raw == "~"):
        return
    if subject.batch_system is None or subject.is_local:
        return
    extras = subject.items("job-extra-directives") + subject.items("job-extra")
    if any(re.match(r"(--output|-oo?\b|-o=)", item.strip()) for item in extras if isinstance(item, str)):
        return
    mark = setting.mark if setting else subject.section.mark
    message = "log-directory is not set"
    fix = f"log-directory: {_absolute(subject)}"
    yield Problem(mark, message, "why a worker did not start is written nowhere", fix, "log-directory")


RULES: Final = (
    SectionRule("PEG251", Severity.ERROR, "a log-directory that nothing expands", Layer.MEANING, log_directory),
    SectionRule("PEG252", Severity.WARNING, "no log-directory", Layer.MEANING, no_log_directory),
    SectionRule("PEG279", Severity.INFO, "a folder whose variable may be empty", Layer.MEANING, may_be_empty),
)
