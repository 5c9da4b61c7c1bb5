"""What only Slurm has: its own words for memory, and jobs of several nodes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from pegconf.batch.slurm import request
from pegconf.config.render import quoted
from pegconf.core import units
from pegconf.core.errors import RefusedError
from pegconf.core.model import Layer, Severity
from pegconf.validate.rules import amounts
from pegconf.validate.rules.base import Problem, SectionRule, Subject, at, shown
from pegconf.validate.rules.extra_directives import extras, own

if TYPE_CHECKING:
    from collections.abc import Iterator

_SEVERAL: Final = re.compile(r"(?P<option>-N|-n|--nodes|--ntasks)(?:=|\s+|(?<=-[Nn]))(?P<count>\d[\d-]*)(?=\s|$)")
_KILLS: Final = "Slurm may kill the job before Dask's workers reach their limit"
_ARRAY: Final = re.compile(r"(?:-a\s*|--array[=\s]\s*)\d")


def _asks_of_slurm(subject: Subject) -> str | None:
    return subject.text("job-mem") if subject.section.batch_system == "slurm" else None


def job_mem_unreadable(subject: Subject) -> Iterator[Problem]:
    """`job-mem` is Slurm's own word for memory: a whole number and K, M, G or T; `memory` is dask's.

    sbatch answers "Invalid --mem specification" to `5GiB`, `5.5G` and `5 GB`. null means the same as memory.

    Wrong:

        jobqueue:
          slurm: {cores: 2, memory: 4GB, job-mem: 5.5G}

    Right:

        jobqueue:
          slurm: {cores: 2, memory: 4GB, job-mem: 5500M}
    """
    setting, text = subject.settings.get("job-mem"), _asks_of_slurm(subject)
    if setting is None or text is None:
        return
    try:
        request.parse_memory(text)
    except RefusedError:
        try:
            fix = quoted(request.memory(units.parse_bytes(text)))
        except (RefusedError, OverflowError):
            fix = "null"
        message = f"job-mem is {shown(text)}, no memory of Slurm"
        yield at(setting, message, "sbatch: error: Invalid --mem specification", fix)


def job_mem_below_memory(subject: Subject) -> Iterator[Problem]:
    """With `job-mem` below `memory` Slurm kills the job before Dask's own limit makes a worker spill or pause.

    `--mem` is `job-mem` as it stands, `--memory-limit` comes from `memory` (dask_jobqueue/slurm.py). Slurm's M is
    1024 x 1024 bytes; 0 is all memory of the node (sbatch(1)).

    Wrong:

        jobqueue:
          slurm: {cores: 2, memory: 8GB, job-mem: 4000M}

    Right:

        jobqueue:
          slurm: {cores: 2, memory: 8GB, job-mem: 9537M}
    """
    yield from amounts.less_memory(subject, ("job-mem",), _KILLS)


def several_nodes(subject: Subject) -> Iterator[Problem]:
    """A worker's job runs on one node and in one copy: what it gets of further nodes or tasks is lost.

    dask-jobqueue's script starts `dask worker` without srun, on the first node of the allocation; the others are paid
    for and idle. (Of `-N 2` without more tasks sbatch 22.05 makes one node, and warns.) An array starts workers
    of one name several times, and Dask refuses all but the first.

    Wrong:

        jobqueue:
          slurm: {cores: 2, memory: 4GB, job-extra-directives: ['-N 2']}

    Right:

        jobqueue:
          slurm: {cores: 2, memory: 4GB, job-extra-directives: ['-N 1']}
    """
    if subject.section.batch_system != "slurm":
        return
    for name in ("job-extra-directives", "job-extra"):
        setting = subject.settings.get(name)
        for item in setting.value.content if setting and setting.value.is_list else ():
            if setting is None or not isinstance(item.content, str):
                continue
            text = item.content.strip()
            several = _SEVERAL.match(text)
            if several is not None and not re.fullmatch(r"[01](?:-1)?", several["count"]):
                what = "nodes" if several["option"] in {"-N", "--nodes"} else "tasks"
                message = f"{shown(text)} asks for {several['count'][:20]} {what}, and a worker's job uses one"
                fix = f"- {quoted('-N 1')}" if what == "nodes" else None
                yield Problem(setting.mark_of(item), message, "the others are paid for and idle", fix, setting.name)
            elif _ARRAY.match(text):
                message = f"{shown(text)} starts workers of one name several times"
                effect = "Dask refuses all but the first; scale() starts more jobs"
                yield Problem(setting.mark_of(item), message, effect, None, setting.name)


def memory_in_two_ways(subject: Subject) -> Iterator[Problem]:
    """dask-jobqueue always writes --mem, and sbatch takes no --mem-per-cpu or --mem-per-gpu beside it.

    "sbatch: fatal: --mem, --mem-per-cpu, and --mem-per-gpu are mutually exclusive." (22.05). Where a site insists on
    one of them ("Requesting memory by node is not supported", dask-jobqueue#238), --mem has to be left out.

    Wrong:

        jobqueue:
          slurm: {cores: 2, memory: 4GB, job-extra-directives: ['--mem-per-cpu=3G']}

    Right:

        jobqueue:
          slurm:
            cores: 2
            memory: 4GB
            job-extra-directives: ['--mem-per-cpu=3G']
            job-directives-skip: ['--mem=']
    """
    for extra in extras(subject, ("--mem-per-cpu", "--mem-per-gpu")):
        if subject.section.batch_system == "slurm" and "--mem" in own(subject):
            effect = "sbatch: fatal: --mem, --mem-per-cpu, and --mem-per-gpu are mutually exclusive"
            message = f"{extra.name} stands beside --mem, which dask-jobqueue writes"
            yield extra.problem(message, effect, "job-directives-skip: ['--mem=']")


def asked_for_less(subject: Subject) -> Iterator[Problem]:
    """Extra directives count more than the keys for Slurm, and nothing for Dask: it goes by cores and memory.

    The last --mem and the last --cpus-per-task in a script count (22.05). With less memory than `memory` Slurm may
    kill the job before Dask's workers reach their limit; with fewer cores than `cores` the threads share them.
    `--mem=0` is all memory of a node.

    Wrong:

        jobqueue:
          slurm: {cores: 2, memory: 8GB, job-extra-directives: ['--mem=4G']}

    Right:

        jobqueue:
          slurm: {cores: 2, memory: 8GB, job-mem: 9537M}
    """
    if subject.section.batch_system != "slurm":
        return
    less, message = "{run} on {text} of them", "{words} asks for fewer cores than cores, {cores}"
    yield from amounts.less_memory(subject, amounts.EXTRA, _KILLS, "{words}, {bytes} a job, is below memory, {memory}")
    yield from amounts.other_cores(subject, amounts.EXTRA, less, message=message)
    for asked in subject.requested.of_memory:
        if asked.amount is None and asked.place.item is not None:
            name, text = asked.words.split("=", 1)
            effect = f"sbatch: error: Invalid {name} specification"
            message = f"{name}={shown(text)} is no memory of Slurm"
            yield amounts.problem(subject, asked.place, message, effect, severity=Severity.ERROR)


def srun_in_python(subject: Subject) -> Iterator[Problem]:
    """`python: srun python` starts the worker as a step, which since Slurm 22.05 does not get --cpus-per-task.

    srun(1): "Beginning with 22.05, srun will not inherit the --cpus-per-task value requested by salloc or sbatch".
    Where cores are bound, the worker's threads then share one. dask-jobqueue's script needs no srun; where a site
    insists on it, `srun --cpus-per-task=N python` keeps the cores. With more than one task (`-n 2`) every task starts
    a worker of the same name, and Dask refuses all but the first.

    Wrong:

        jobqueue:
          slurm: {cores: 8, memory: 16GB, python: srun /usr/bin/python3}

    Right:

        jobqueue:
          slurm: {cores: 8, memory: 16GB, python: srun --cpus-per-task=8 /usr/bin/python3}
    """
    setting, text, cores = subject.settings.get("python"), subject.text("python") or "", subject.number("cores")
    match = re.match(r"(?:\S*/)?(srun|mpirun|mpiexec)\b(.*)", text)
    if setting is None or match is None or subject.section.batch_system != "slurm":
        return
    command, arguments = match[1], match[2]
    tasks = [extra.value for extra in extras(subject, ("-n",)) if extra.value not in {"", "1"}]
    if tasks:
        effect = "each starts a worker of the same name, and Dask refuses all but the first"
        yield at(setting, f"{command} runs the worker in {tasks[-1][:20]} tasks", effect)
    elif command == "srun" and cores != 1 and not re.search(r"\s(-c|--cpus-per-task)\b|SRUN_CPUS", arguments):
        effect = "since Slurm 22.05 such a step gets one core where cores are bound"
        fix = quoted(text.replace("srun", f"srun --cpus-per-task={cores}", 1)) if cores and len(text) < 200 else None  # noqa: PLR2004
        yield at(setting, "srun is not told the cores", effect, fix)


RULES: Final = (
    SectionRule("PEG217", Severity.ERROR, "job-mem is no memory of Slurm", Layer.MEANING, job_mem_unreadable),
    SectionRule("PEG218", Severity.WARNING, "job-mem is below memory", Layer.MEANING, job_mem_below_memory),
    SectionRule("PEG267", Severity.WARNING, "more nodes than a worker uses", Layer.MEANING, several_nodes),
    SectionRule("PEG255", Severity.ERROR, "memory asked for in two ways", Layer.MEANING, memory_in_two_ways),
    SectionRule("PEG256", Severity.WARNING, "less asked of Slurm than used", Layer.MEANING, asked_for_less),
    SectionRule("PEG257", Severity.WARNING, "a worker started by srun", Layer.MEANING, srun_in_python),
)
