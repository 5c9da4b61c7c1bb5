"""How long a verdict takes, beside check-jsonschema with the same schema and yamllint.

`python -m tests.benchmark_validate` prints it. Whole processes on the same files in the same run, in turns, so that a
busy machine is equally busy for all: the least of their seconds, and the peak of their memory. It is no test: it says
whether the goals are met, and a slow machine fails nothing.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import yaml

from pegconf.config import catalogue
from pegconf.core import resources
from pegconf.init import existing_file, plan
from tests.example import PEGASUS_ANSWERS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

PROGRAMS: Final = Path(sys.executable).parent
COMMANDS: Final = {
    "pegconf validate": [str(PROGRAMS / "pegconf"), "validate"],
    "check-jsonschema": [str(PROGRAMS / "check-jsonschema"), "--schemafile", str(resources.JOBQUEUE_SCHEMA)],
    "yamllint": [str(PROGRAMS / "yamllint"), "-d", "relaxed"],
}
SECTIONS: Final = 1_000
# Without this a checkout's modules would be compiled again in every run; installed ones are compiled once.
ENVIRONMENT: Final = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}

MEASURING: Final = """
import os, sys, time
start = time.perf_counter()
_, status, usage = os.wait4(os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ), 0)
print(time.perf_counter() - start, usage.ru_maxrss, os.waitstatus_to_exitcode(status), file=sys.stderr)
"""
# In a small process of its own: a child's peak begins with the size of the process that starts it.


@dataclass(frozen=True)
class Run:
    """One process: its seconds and its peak memory in MB."""

    seconds: float
    memory: float


def ordinary() -> str:
    """A file as init writes it, with two sections."""
    return plan.plan(existing_file.existing(Path("/nowhere/jobqueue.yaml")), PEGASUS_ANSWERS, only_named=False).text


def thousand() -> str:
    """A file of 1,000 complete sections for LSF."""
    section = catalogue.complete("lsf") | {"cores": 2, "memory": "4GB", "processes": 2, "interface": "lo"}
    section |= {"queue": "general", "project": "insarlab", "walltime": "04:00", "lsf-units": "mb"}
    section |= {"mem": 5_000_000_000, "log-directory": "/scratch/me/logs", "local-directory": "/scratch/me/scratch"}
    section |= {
        "worker-extra-args": ["--lifetime", "235m", "--lifetime-stagger", "4m", "--dashboard-address", "127.0.0.1:0"]
    }
    section |= {"scheduler-options": {"dashboard_address": "127.0.0.1:8787"}}
    text = yaml.safe_dump({"jobqueue": {"script": section}}, sort_keys=False, default_flow_style=None, width=120)
    text = text.removeprefix("jobqueue:\n")
    return "jobqueue:\n" + "".join(text.replace("script", f"script_{number}", 1) for number in range(SECTIONS))


def run(command: Sequence[str]) -> Run:
    """Run a command to its end; a verdict other than fine would be another comparison."""
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", MEASURING, *command],
        env=ENVIRONMENT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    seconds, kilobytes, code = done.stderr.splitlines()[-1].split()
    if code != "0":
        raise SystemExit(f"{' '.join(command)} ended with {code}: {done.stderr[:2_000]}")
    return Run(float(seconds), int(kilobytes) / 1_000)


def compare(file: Path, times: int) -> dict[str, Run]:
    """The fastest of each command's runs on a file, after one to warm up."""
    runs: dict[str, list[Run]] = {name: [] for name in COMMANDS}
    for number in range(times + 1):
        for name, command in COMMANDS.items():
            done = run([*command, str(file)])
            if number > 0:
                runs[name].append(done)
    return {name: Run(min(one.seconds for one in done), max(one.memory for one in done)) for name, done in runs.items()}


def table(title: str, compared: Mapping[str, Run]) -> str:
    """One line a command, with its share of the others' times."""
    ours = compared["pegconf validate"].seconds
    lines = [f"{title:<46}{'seconds':>9}{'MB':>7}   pegconf takes"]
    for name, done in compared.items():
        share = "" if done.seconds == ours else f"   {ours / done.seconds:.2f} of it"
        lines.append(f"  {name:<44}{done.seconds:>9.2f}{done.memory:>7.0f}{share}")
    return "\n".join(lines)


def main() -> None:
    """Print both tables and whether the goals are met."""
    goals: list[tuple[str, bool]] = []
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "jobqueue.yaml"
        file.write_text(ordinary(), encoding="utf-8")
        small = compare(file, 9)
        print(table(f"an ordinary file, {len(ordinary().splitlines())} lines", small))
        file.write_text(thousand(), encoding="utf-8")
        large = compare(file, 3)
        print(f"\n{table(f'{SECTIONS:,} complete sections, {len(thousand().splitlines()):,} lines', large)}\n")
    ours, other = small["pegconf validate"].seconds, small["check-jsonschema"].seconds
    goals.append(("an ordinary file takes no longer than with check-jsonschema", ours <= other))
    ours = large["pegconf validate"].seconds
    goals += [
        (f"{SECTIONS:,} sections take at most 0.3 of {name}", ours <= 0.3 * large[name].seconds)
        for name in ("check-jsonschema", "yamllint")
    ]
    print("\n".join(f"{'yes' if met else 'no':<5}{goal}" for goal, met in goals))


if __name__ == "__main__":
    main()
