"""A user's program as a job: it runs on a compute node, and its workers' jobs do not outlive it."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from tests import example
from tests.running import until

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Person
    from tests.systems.standin_lsf.control import StandInLsf

PROGRAM = """\
import sys
from dask_jobqueue import LSFCluster
if __name__ == "__main__":
    cluster = LSFCluster(config_name="insar")
    cluster.scale(jobs=1)
    client = cluster.get_client()
    client.wait_for_workers(2)
    print("result", sum(client.gather(client.map(lambda x: x + 1, range(10)))), *sys.argv[1:], flush=True)
    {rest}
"""
LIST_NOTES = "import os; print(os.listdir(os.path.expanduser('~/.local/state/pegconf/schedulers')))"
NOTES = (".local", "state", "pegconf", "schedulers")


def configure(user: Person, folder: Path, rest: str) -> str:
    program = folder / "program.py"
    program.write_text(PROGRAM.format(rest=rest), encoding="utf-8")
    (folder / "logs").mkdir()
    user.write(example.configuration(folder / "logs", name="insar"))
    return str(program)


def submit(user: Person, script: str) -> None:
    subprocess.run(["bsub"], input=script, text=True, env=dict(user.environment), check=True, capture_output=True)


def test_the_script_has_the_drivers_own_shape(user: Person, tmp_path: Path) -> None:
    program = configure(user, tmp_path, "")
    ran = user.runs("script", "--driver", program, "--memory", "2GB", "--walltime", "08:00", "--", "--input", "a b")
    assert ran.code == 0, ran
    lines = ran.out.splitlines()
    assert lines[:10] == [
        "#!/usr/bin/env bash",
        "",
        "#BSUB -J insar-driver",
        f"#BSUB -e {tmp_path}/logs/insar-driver-%J.err",
        f"#BSUB -o {tmp_path}/logs/insar-driver-%J.out",
        "#BSUB -q general",
        '#BSUB -P "insarlab"',
        "#BSUB -n 1",
        "#BSUB -M 2500",
        "#BSUB -W 08:00",
    ]
    assert 'workers="insar-$LSB_JOBID"' in lines
    assert 'export DASK_JOBQUEUE__INSAR__NAME="$workers"' in lines
    assert "export DASK_JOBQUEUE__INSAR__SCHEDULER_OPTIONS__INTERFACE=lo" in lines
    assert '  export DASK_JOBQUEUE__INSAR__SCHEDULER_OPTIONS__SCHEDULER_FILE="$note"' in lines
    assert next(line for line in lines if "program.py" in line).endswith("program.py --input 'a b' &")


def test_a_scheduler_file_of_the_sections_own_stays(user: Person, tmp_path: Path) -> None:
    program = configure(user, tmp_path, "")
    options = {"dashboard_address": "127.0.0.1:0", "scheduler_file": "/scratch/mine.json"}
    user.write(example.configuration(tmp_path / "logs", name="insar", scheduler_options=options))
    assert "SCHEDULER_FILE" not in user.runs("script", "--driver", program).out


def test_a_unit_of_limits_counts_by_its_first_letter(user: Person, tmp_path: Path) -> None:
    program = configure(user, tmp_path, "")
    user.write(example.configuration(tmp_path / "logs", name="insar", lsf_units="GB"))
    ran = user.runs("script", "--driver", program, "--memory", "2GB")
    reserved = [line for line in ran.out.splitlines() if "-M" in line or "rusage" in line]
    assert (ran.code, reserved, ran.err) == (0, ["#BSUB -M 3", '#BSUB -R "rusage[mem=3]"'], "")


def test_arguments_without_a_driver_are_wrong_usage(user: Person, tmp_path: Path) -> None:
    configure(user, tmp_path, "")
    ran = user.runs("script", "insar", "--", "x")
    assert (ran.code, ran.out) == (2, "")
    assert "arguments are for --driver" in ran.err


@pytest.mark.slow
def test_the_program_runs_as_a_job_and_its_workers_end_with_it(user: Person, lsf: StandInLsf, tmp_path: Path) -> None:
    program = configure(
        user, tmp_path, "import os; print(os.listdir(os.path.expanduser('~/.local/state/pegconf/schedulers')))"
    )
    submit(user, user.runs("script", "--driver", program, "--", "with an argument").out)
    lsf.wait_until_empty()
    driver, worker = lsf.jobs()
    assert (driver.name, driver.exit_code) == ("insar-driver", 0)
    assert worker.name == f"insar-{driver.id}"
    output = (tmp_path / "logs" / f"insar-driver-{driver.id}.out").read_text(encoding="utf-8")
    assert f"result 55 with an argument\n['insar-driver-{driver.id}.json']\n" in output
    assert list(user.home.joinpath(*NOTES).iterdir()) == []
    assert "pegconf: the dashboard will be on " in output


@pytest.mark.slow
def test_workers_jobs_are_cancelled_when_the_drivers_time_is_up(user: Person, lsf: StandInLsf, tmp_path: Path) -> None:
    program = configure(user, tmp_path, "cluster.scale(jobs=2); import time; time.sleep(600)")
    lsf.change(seconds_per_minute=6000, job_terminate_interval=5)
    submit(user, user.runs("script", "--driver", program, "--walltime", "00:01").out)
    until(lambda: len([job for job in lsf.jobs() if job.status == "RUN"]) == 3)
    lsf.change(seconds_per_minute=0.1)
    lsf.wait_until_empty()
    driver, *workers = lsf.jobs()
    assert driver.exit_code != 0
    assert {worker.name for worker in workers} == {f"insar-{driver.id}"}
    assert list(user.home.joinpath(*NOTES).iterdir()) == []
    assert "the driver is being ended; cancelling the workers' jobs" in (
        (tmp_path / "logs" / f"insar-driver-{driver.id}.err").read_text(encoding="utf-8")
    )
