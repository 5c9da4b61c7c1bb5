"""What the lines of shell before the worker do: directives, secrets, environments, threads."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, Final

from pegconf.config.render import quoted
from pegconf.core.model import Layer, Severity
from pegconf.core.units import count
from pegconf.validate.rules.base import Problem, SectionRule, Subject, shown
from pegconf.validate.rules.values.directives import texts_in

if TYPE_CHECKING:
    from collections.abc import Iterator


_LINES: Final = ("job-script-prologue", "env-extra", "job-script-epilogue")
_BEFORE: Final = ("job-script-prologue", "env-extra")
_PUBLIC: Final = (*_LINES, "worker-extra-args", "extra", "job-extra-directives", "job-extra")
_SECRET: Final = re.compile(
    r"(?P<name>[A-Za-z0-9_]*(?:TOKEN|SECRET|PASSW(?:OR)?D|PASSPHRASE|API_?KEY|ACCESS_?KEY|PRIVATE_?KEY)[A-Za-z0-9_]*)"
    r"\s*[= ]\s*(?P<value>\"[^\"$`]*\"|'[^'$`]*'|[^\s\"'$`;,]+)",
    re.IGNORECASE,
)
_KNOWN_TOKENS: Final = re.compile(
    r"\b(gh[opsu]_\w{20,}|github_pat_\w{20,}|glpat-[\w-]{15,}|AKIA[0-9A-Z]{12,}|sk-\w{20,})"
)
_IN_A_URL: Final = re.compile(r"://[^/\s:@$]+:(?P<value>[^/\s@$]+)@")
_SHORTEST_SECRET: Final = 6
_THREADS: Final = re.compile(r"\b(OMP|MKL|OPENBLAS)_NUM_THREADS=[\"']?(\d{1,4})\b")
_ACTIVATE: Final = re.compile(
    r"(?:^|[;&]\s*|\s)(?:(?:conda|mamba|micromamba)\s+activate\s+(?P<env>[\w./~-]+)"
    r"|(?:source|\.)\s+(?P<folder>[\w./~-]+)/bin/activate(?:\s+(?P<inner>[\w./~-]+))?)"
)


def directive_inside(subject: Subject) -> Iterator[Problem]:
    """A directive among the lines of shell: `#BSUB -q short` there counts on LSF, Grid Engine and OAR.

    They read the whole script; the line overrides the section's own queue, and no key shows it (OAR/Sub.pm;
    dask_jobqueue/oar.py, _submit_job). sbatch and PBS's qsub read directives up to the first command only: behind one
    the line is a comment, and what it asks for is not asked for: an error (seen with sbatch 22.05). The place for it is
    job-extra-directives.

    Wrong:

        jobqueue:
          lsf: {cores: 2, memory: 4GB, job-script-prologue: ['#BSUB -x']}

    Right:

        jobqueue:
          lsf: {cores: 2, memory: 4GB, job-extra-directives: ['-x']}
    """
    system, sign = subject.batch_system, subject.directives.sign
    if system is None or not sign:
        return
    command_seen = False
    for setting, item in texts_in(subject, *_LINES):
        for line in item.content.splitlines():
            if not re.match(rf"{re.escape(sign)}\s", line):
                command_seen = command_seen or bool(line.strip() and not line.lstrip().startswith("#"))
                continue
            lost = not system.directives_anywhere and (command_seen or setting.name == "job-script-epilogue")
            effect = f"the batch system reads {sign} lines wherever they stand: this one overrides the section's keys"
            if lost:
                effect = "it stands behind a command, where the batch system takes it for a comment"
            fix = f"job-extra-directives: ['{line[len(sign) :].strip()[:80]}']"
            severity = None if lost else Severity.WARNING
            message = f"{shown(line)} is a directive in {setting.name}"
            yield Problem(setting.mark_of(item), message, effect, fix, setting.name, severity)


@functools.lru_cache(maxsize=1024)
def _told(text: str) -> tuple[re.Match[str] | None, re.Match[str] | None]:
    """What looks like a secret with its name in a text, and a token or a password that needs none."""
    return _SECRET.search(text), _KNOWN_TOKENS.search(text) or _IN_A_URL.search(text)


def secret(subject: Subject) -> Iterator[Problem]:
    """A token or password in a job script can be read by other users of the cluster.

    `bjobs -u all -UF -l` shows the header and the beginning of the script to everybody, `ps` on the node the worker's
    command; `scontrol show job` and `qstat -f` show directives. Read it from a file that only you can read.

    Wrong:

        jobqueue:
          lsf: {cores: 2, memory: 4GB, job-script-prologue: [export API_TOKEN=d41d8cd98f00b204]}

    Right:

        jobqueue:
          lsf: {cores: 2, memory: 4GB, job-script-prologue: [export API_TOKEN=$(cat ~/.config/api-token)]}
    """
    for setting, item in texts_in(subject, *_PUBLIC):
        text = item.content[:2000]
        match, known = _told(text)
        if known is None and (match is None or not _is_secret(match["name"], match["value"].strip("\"'"))):
            continue
        what = "a password in an address" if known and "value" in known.groupdict() else "a token"
        if known is None and match is not None:
            what = match["name"].lstrip("-")[:60]
        message = f"an item of {setting.name} holds {what} in plain text"
        fix = None
        if known is None and match is not None and setting.name in _LINES:
            fix = f"- export {match['name']}=$(cat ~/.config/{match['name'].lower()})"
        yield Problem(setting.mark_of(item), message, "other users can read job scripts", fix, setting.name)


def _is_secret(name: str, value: str) -> bool:
    """Whether a value is a secret, and not a path to one, a number or a word about it."""
    if len(value) < _SHORTEST_SECRET or re.match(r"[/~.<]|\d+(\.\d+)?$", value) or value.startswith("--"):
        return False
    return not re.search(r"(FILE|PATH|DIR|NAME|URL|HOST)$", name, re.IGNORECASE)


def environment_not_used(subject: Subject) -> Iterator[Problem]:
    """An environment that the prologue activates, while `python` names another one's by its path.

    The worker is started with `python`, or without it with the Python that runs your program, by absolute path;
    activating changes PATH only. "ModuleNotFoundError" on workers is what follows (dask-jobqueue#408,
    dask-jobqueue#75). Without `python` it is an info, since the two are often the same.

    Wrong:

        jobqueue:
          lsf:
            cores: 2
            memory: 4GB
            python: /home/me/conda/bin/python
            job-script-prologue: [source /home/me/conda/bin/activate insar]

    Right:

        jobqueue:
          lsf:
            cores: 2
            memory: 4GB
            python: /home/me/conda/envs/insar/bin/python
    """
    python = subject.text("python")
    if python is not None and not python.startswith(("/", "~")):
        return
    for setting, item in texts_in(subject, *_BEFORE):
        match = _ACTIVATE.search(item.content)
        if match is None:
            continue
        name = match["env"] or match["inner"] or match["folder"]
        if python is None and subject.section.own is False and "python" not in subject.settings:
            continue
        if python is not None and _belongs(python, name):
            continue
        message = f"the prologue activates {name[:60]}, and the worker's python is "
        message += "that of the program" if python is None else shown(python)
        effect = "the worker is started by an absolute path, so what is activated does not count"
        where = name if "/" in name else f"ENVS/{name}"
        severity = Severity.INFO if python is None else None
        yield Problem(setting.mark_of(item), message, effect, f"python: {where}/bin/python", setting.name, severity)


def _belongs(python: str, environment: str) -> bool:
    """Whether an interpreter lies in an environment, which is known by its folder or its name."""
    if "/" in environment:
        return python.startswith(environment.rstrip("/") + "/")
    base = environment in {"base", "root"}
    return f"/{environment}/bin/" in python or (base and "/envs/" not in python)


def threads_over_cores(subject: Subject) -> Iterator[Problem]:
    """OMP_NUM_THREADS counts for each of Dask's threads: 4 of them times 8 is 32 threads on the job's cores.

    Dask sets it to 1 (distributed.nanny.pre-spawn-environ) unless the job's environment has it (distributed/nanny.py,
    _get_env_variables; dask-jobqueue#179). Right where a job has few Dask threads and many cores reserved.

    Wrong:

        jobqueue:
          lsf: {cores: 4, memory: 4GB, job-script-prologue: [export OMP_NUM_THREADS=8]}

    Right:

        jobqueue:
          lsf: {cores: 4, memory: 4GB, job-script-prologue: [export OMP_NUM_THREADS=1]}
    """
    cores = subject.number("cores")
    reserved = subject.number("ncpus") or subject.number("job-cpu") or cores
    if cores is None or reserved is None or subject.text("resource-spec"):
        return
    for setting, item in texts_in(subject, *_BEFORE):
        match = _THREADS.search(item.content)
        if match is None or int(match[2]) * cores <= max(reserved, cores) or int(match[2]) < 2:  # noqa: PLR2004
            continue
        message = f"{match[1]}_NUM_THREADS={match[2]} times {count(cores, 'thread')} of Dask is {int(match[2]) * cores}"
        effect = f"on {count(reserved, 'core')}: they get in each other's way"
        fix = f"- export {match[1]}_NUM_THREADS={max(reserved // cores, 1)}"
        yield Problem(setting.mark_of(item), message, effect, fix, setting.name)


def bare_activate(subject: Subject) -> Iterator[Problem]:
    """`conda activate` alone fails in a batch job: the shell has not read conda's functions there.

    "CommandNotFoundError: Your shell has not been properly configured to use 'conda activate'" (conda/conda#8536). And
    the worker's Python is the key `python`, whatever is activated.

    Wrong:

        jobqueue:
          lsf:
            cores: 2
            memory: 4GB
            python: /home/me/conda/envs/insar/bin/python
            job-script-prologue: [conda activate insar]

    Right:

        jobqueue:
          lsf:
            cores: 2
            memory: 4GB
            python: /home/me/conda/envs/insar/bin/python
            job-script-prologue: []
    """
    seen = ""
    for setting, item in texts_in(subject, "job-script-prologue", "env-extra"):
        if re.match(r"\s*(conda|mamba|micromamba)\s+activate\b", item.content) and not re.search(
            r"conda\.sh|shell\.\w+|hook|bashrc|profile|module\s+load", seen
        ):
            effect = "CommandNotFoundError: Your shell has not been properly configured"
            message = f"{shown(item.content)} needs conda's functions, which a job has not"
            fix = f"- {quoted('source ROOT/etc/profile.d/conda.sh && ' + item.content.strip()[:80])}"
            yield Problem(setting.mark_of(item), message, effect, fix, setting.name)
        seen += item.content + "\n"


RULES: Final = (
    SectionRule("PEG266", Severity.WARNING, "conda activate alone", Layer.MEANING, bare_activate),
    SectionRule("PEG274", Severity.WARNING, "a secret in the job script", Layer.MEANING, secret),
    SectionRule("PEG275", Severity.ERROR, "a directive among the lines of shell", Layer.MEANING, directive_inside),
    SectionRule("PEG276", Severity.WARNING, "more threads than cores", Layer.MEANING, threads_over_cores),
    SectionRule(
        "PEG277", Severity.WARNING, "an environment the worker does not use", Layer.MEANING, environment_not_used
    ),
)
