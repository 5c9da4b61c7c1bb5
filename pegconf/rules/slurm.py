"""What only Slurm has: its own words for memory, and jobs of several nodes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from pegconf import sizing, units
from pegconf.errors import RefusedError
from pegconf.model import Layer, Severity
from pegconf.rules.base import Problem, SectionRule, Subject, at, quoted, shown
from pegconf.rules.memory import bytes_of
from pegconf.schedulers import slurm_request
from pegconf.units import show_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator

_SEVERAL: Final = re.compile(r"(?P<option>-N|-n|--nodes|--ntasks)(?:=|\s+|(?<=-[Nn]))(?P<count>\d[\d-]*)(?=\s|$)")
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
        slurm_request.parse_memory(text)
    except RefusedError:
        try:
            fix = quoted(slurm_request.memory(units.parse_bytes(text)))
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
    setting, text, amount = subject.settings.get("job-mem"), _asks_of_slurm(subject), bytes_of(subject)
    if setting is None or text is None or amount is None:
        return
    try:
        reserved = slurm_request.parse_memory(text)
    except RefusedError:
        return
    if 0 < reserved < amount:
        message = f"job-mem, {show_bytes(reserved)}, is below memory, {show_bytes(amount)}"
        fix = quoted(slurm_request.memory(int(amount * sizing.HEADROOM)))
        yield at(setting, message, "Slurm may kill the job before Dask's workers reach their limit", fix)


def several_nodes(subject: Subject) -> Iterator[Problem]:
    """A worker's job runs on one node and in one copy: what it gets of further nodes or tasks is lost.

    dask-jobqueue's script starts `dask worker` without srun, on the first node of the allocation; the others are paid
    for and idle. An array starts workers of one name several times, and Dask refuses all but the first.

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


RULES: Final = (
    SectionRule("PEG217", Severity.ERROR, "job-mem is no memory of Slurm", Layer.MEANING, job_mem_unreadable),
    SectionRule("PEG218", Severity.WARNING, "job-mem is below memory", Layer.MEANING, job_mem_below_memory),
    SectionRule("PEG267", Severity.WARNING, "more nodes than a worker uses", Layer.MEANING, several_nodes),
)
