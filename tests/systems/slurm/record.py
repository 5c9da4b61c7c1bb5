"""What the Slurm with accounting says: the commands that were recorded, and recording them.

`python -m tests.systems.slurm.record`, as root, starts one and writes tests/recorded/slurm-*.txt of refusals, accounts,
ended and waiting jobs.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tests import recorded
from tests.recorded.transcripts import written
from tests.running import Ran, run, until
from tests.systems.slurm import accounting, people

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.systems.slurm.daemons import Slurm

REFUSED: Final = (
    "-A nobodys",
    "-A climate",
    "-p climate",
    "-p longonly",
    "--qos=nosuch",
    "--qos=staff",
    "-t 2-00:00:00",
    "-c 64",
    "--mem=900G",
    "--qos=strict -t 30",
    "--qos=strict -c 8",
    "-p percpu --mem=1G",
    "-p filtered --mem=1G",
    "-p nomem --mem=1G",
    "-p needsqos",
)
"""Options that the Slurm refuses, each beside others that it takes."""
WAITING: Final = {
    "QOSMaxWallDurationPerJobLimit": "--qos=short -t 30",
    "QOSMaxCpuPerJobLimit": "--qos=four -c 8",
    "QOSMaxMemoryPerJob": "--qos=lean --mem=2G",
    "QOSMaxJobsPerUserLimit": "--qos=one",
    "QOSMaxCpuPerUserLimit": "--qos=fourinall -c 4",
    "AssocGrpCpuLimit": "-A smallgroup -c 4",
    "AssocMaxWallDurationPerJobLimit": "-A shortgroup -t 30",
}
"""The reason with which a job with these options waits, where another one of its kind was submitted before."""
ACCOUNTS: Final = (
    "sacctmgr -n -P show assoc where user=pegtest format=account,user,partition,qos",
    "sacctmgr -n -P show user pegtest format=user,defaultaccount",
    "sacctmgr -n -P show qos format=name,maxwall,maxtres,maxtrespu,maxjobspu,maxsubmitpu,flags",
    "scontrol show partition climate",
    "scontrol show partition longonly",
)


def refusals() -> tuple[str, ...]:
    """The commands, each of them asked with and without --test-only."""
    return tuple(f"sbatch {how}{_words(options)}" for options in REFUSED for how in ("", "--test-only "))


def _words(options: str) -> str:
    return f"{options}{'' if '-t ' in options else ' -t 5'} -o /dev/null --wrap 'sleep 60'"


def asked(slurm: Slurm, commands: Iterable[str]) -> dict[str, Ran]:
    """What each command does when an ordinary user types it."""
    return {one: run(people.as_user("sh", "-c", one), env=slurm.environment, cwd="/") for one in commands}


def waiting(slurm: Slurm) -> dict[str, Ran]:
    """Submit all of WAITING twice, and ask why jobs wait once each reason is there."""
    for options in WAITING.values():
        for _ in range(2):
            submitted(slurm, f"sbatch {_words(options)}")
    until(lambda: set(WAITING) <= set(slurm.run("squeue", "-h", "-o", "%r").split()))
    submitted(slurm, f"sbatch {_words('--hold --qos=onesubmitted')}")
    one_too_many = f"sbatch {_words('--qos=onesubmitted')}"
    return asked(slurm, (one_too_many, "squeue -S i", "squeue -h -S i -o '%i|%T|%r|%q|%a|%C|%m|%l'"))


def ended(slurm: Slurm) -> dict[str, Ran]:
    """What the accounting says of jobs that have ended, each in a way of its own."""
    done = submitted(slurm, "sbatch -t 5 -o /dev/null --wrap true")
    failed = submitted(slurm, "sbatch -t 5 -o /dev/null --wrap 'exit 3'")
    held = submitted(slurm, "sbatch -t 5 -o /dev/null --hold --wrap true")
    running = submitted(slurm, "sbatch -t 5 -o /dev/null --wrap 'sleep 60'")
    until(lambda: f"{running} RUNNING" in slurm.run("squeue", "-h", "-o", "%i %T"))
    asked(slurm, [f"scancel {held}"])
    slurm.run("scancel", running)
    slurm.wait_until_empty()
    asks = [f"sacct -X -n -P -j {job} -o State,ExitCode" for job in (done, failed, held, running, "999999")]
    until(lambda: all(asked(slurm, [ask])[ask].out[:7] not in {"", "PENDING", "RUNNING"} for ask in asks[:4]))
    return asked(slurm, asks)


def submitted(slurm: Slurm, command: str) -> str:
    """The id of the job that a command submits."""
    ran = asked(slurm, [command])[command]
    match = re.fullmatch(r"Submitted batch job (\d+)\n", ran.out)
    assert match, ran
    return match[1]


def _record() -> None:
    with accounting.running() as slurm:
        folder = Path(recorded.__file__).parent
        head = f"{slurm.run('sinfo', '-V').strip()} with slurmdbd, job_submit.lua and cli_filter.lua"
        for name, ran in (
            ("refusals", asked(slurm, refusals())),
            ("accounts", asked(slurm, ACCOUNTS)),
            ("ended", ended(slurm)),
            ("waiting", waiting(slurm)),
        ):
            (folder / f"slurm-{name}.txt").write_text(written(head, ran), encoding="utf-8")


if __name__ == "__main__":
    _record()
