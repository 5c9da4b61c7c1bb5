"""The whole path on a real Slurm, as an ordinary user: questions, checks, jobs, and an empty queue afterwards."""

from __future__ import annotations

import re
import signal
from typing import TYPE_CHECKING

import pytest

from tests.running import ended, until, until_it_says
from tests.systems.slurm import people

if TYPE_CHECKING:
    from tests.systems.slurm.people import SlurmUser

pytestmark = pytest.mark.slow
SMALL = ("--columns", "100")
COMPUTING = "sequentially, on one worker"


def configure(user: SlurmUser, *more: str, queue: str = "general") -> None:
    node = ("--cores-per-node", "16", "--memory-per-node", "64GB", "--memory", "2GB")
    folders = ("--log-directory", f"{user.home}/logs", "--local-directory", f"{user.home}/scratch")
    asked = ("--scheduler", "slurm", "--queue", queue, "--interface", "lo", *node, *folders, *more)
    code, _, err = user.runs("init", *asked, "--yes")
    assert code == 0, err
    user.leave_the_port()


def change(user: SlurmUser, old: str, new: str) -> None:
    text = user.file.read_text(encoding="utf-8")
    assert old in text
    user.file.write_text(text.replace(old, new), encoding="utf-8")


def nothing_left(user: SlurmUser) -> bool:
    user.slurm.wait_until_empty()
    return until(lambda: user.slurm.processes() == []) and not any((user.home / "logs").glob("peg-*"))


def test_from_questions_to_four_workers(slurm_user: SlurmUser) -> None:
    configure(slurm_user, "--project", "insarlab", "--name", "ifgram_inversion")
    checked = slurm_user.runs("validate")
    assert checked == (0, "~/.config/dask/jobqueue.yaml: slurm, ifgram_inversion: nothing wrong found\n", "")
    code, script, err = slurm_user.runs("script", "ifgram_inversion")
    assert (code, err) == (0, "")
    directives = [line for line in script.splitlines() if line.startswith("#SBATCH")]
    assert directives == [
        "#SBATCH -J ifgram_inversion",
        f"#SBATCH -e {slurm_user.home}/logs/ifgram_inversion-%J.err",
        f"#SBATCH -o {slurm_user.home}/logs/ifgram_inversion-%J.out",
        "#SBATCH -p general",
        "#SBATCH -A insarlab",
        "#SBATCH -n 1",
        "#SBATCH --cpus-per-task=2",
        "#SBATCH --mem=2385M",
        "#SBATCH -t 04:00:00",
        "#SBATCH -N 1",
    ]
    # Slurm takes the script as it is, and says so on standard error.
    code, _, said = slurm_user.runs_other("sbatch", "--test-only", text=script)
    assert code == 0, said
    assert re.search(r"Job \d+ to start at \S+ using 2 processors on nodes sc0\d in partition general", said)
    ran, out, err = slurm_user.runs("smoke-test", "ifgram_inversion", "--workers", "4", *SMALL)
    assert ran == 0, (out, err)
    lines = out.splitlines()
    assert lines[0] == "Section ifgram_inversion on Slurm: 4 workers in 2 jobs of 2 cores and 2.0 GB"
    assert lines[1].endswith("= 0.67 core-hours of account insarlab, queue general")
    assert len([line for line in lines if re.match(r"tcp://127\.0\.0\.1:\d+ +sc0[12] ", line)]) == 4
    assert lines[-2].startswith("It works: section ifgram_inversion ran 4 workers on Slurm")
    assert lines[-1] == "No job of this test is left on Slurm."
    assert nothing_left(slurm_user)


def test_asked_again_the_file_stays_as_it_is(slurm_user: SlurmUser) -> None:
    configure(slurm_user, "--project", "insarlab")
    before = slurm_user.file.read_text(encoding="utf-8")
    code, out, err = slurm_user.runs("init", "--scheduler", "slurm", "--yes")
    assert (code, slurm_user.file.read_text(encoding="utf-8")) == (0, before), err
    assert "says so already; nothing was written" in out


def test_a_partition_that_there_is_not_is_refused_in_sbatchs_words(slurm_user: SlurmUser) -> None:
    configure(slurm_user, queue="nosuch")
    code, out, err = slurm_user.runs("smoke-test", *SMALL)
    assert code == 1, (out, err)
    assert "sbatch refused the job: sbatch: error: invalid partition specified: nosuch" in out
    assert nothing_left(slurm_user)


def test_a_job_that_no_node_has_room_for_is_refused_in_sbatchs_words(slurm_user: SlurmUser) -> None:
    configure(slurm_user)
    change(slurm_user, "'2385M'", "'900G'")
    code, out, err = slurm_user.runs("smoke-test", *SMALL)
    assert code == 1, (out, err)
    assert "sbatch: error: Memory specification can not be satisfied" in out
    assert nothing_left(slurm_user)


def test_a_job_over_the_partitions_limit_is_taken_and_never_starts(slurm_user: SlurmUser) -> None:
    configure(slurm_user, "--walltime", "00:10:00", queue="short")
    code, out, err = slurm_user.runs("smoke-test", "--walltime", "00:30:00", *SMALL)
    assert code == 1, (out, err)
    assert "It does not run: 1 of 1 job accepted still wait, and the job never starts as it is [PEG609]" in out
    assert "Slurm says: PartitionTimeLimit (the walltime is over the partition's: it never starts as it is)" in out
    assert nothing_left(slurm_user)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_while_workers_compute_leaves_nothing(
    slurm_user: SlurmUser, number: signal.Signals, code: int
) -> None:
    configure(slurm_user)
    process = slurm_user.start("smoke-test", "--workers", "4", "--columns", "6000")
    until_it_says(process, COMPUTING)
    assert len(slurm_user.slurm.jobs()) == 2
    process.send_signal(number)
    ran = ended(process)
    assert ran.code == code, ran
    assert "Traceback" not in ran.err
    assert nothing_left(slurm_user)


def test_a_job_that_is_cancelled_while_it_computes_is_named(slurm_user: SlurmUser) -> None:
    configure(slurm_user)
    process = slurm_user.start("smoke-test", "--workers", "4", "--columns", "6000")
    until_it_says(process, COMPUTING)
    victim = slurm_user.slurm.jobs()[0]
    slurm_user.runs_other("scancel", victim)
    ran = ended(process)
    assert ran.code == 1, ran
    assert f"It does not run: job {victim} was cancelled by somebody: CANCELLED" in ran.out
    assert nothing_left(slurm_user)


def test_a_job_that_reaches_its_walltime_is_named(slurm_user: SlurmUser) -> None:
    """Slurm counts whole minutes, and looks every half minute whether one is over."""
    configure(slurm_user)
    # With exec, what is ended is the job: of a mere sleep the script would go on to start its worker.
    change(slurm_user, "job-script-prologue: []", "job-script-prologue: [exec sleep 300]")
    code, out, err = slurm_user.runs("smoke-test", "--walltime", "1", "--timeout", "200", *SMALL)
    assert code == 1, (out, err)
    assert "reached its walltime: TIMEOUT: TimeLimit" in out
    assert "DUE TO TIME LIMIT" in out
    assert nothing_left(slurm_user)


def test_a_job_of_the_user_that_is_not_the_tests_stays(slurm_user: SlurmUser) -> None:
    configure(slurm_user)
    slurm_user.runs_other("sbatch", "-J", "mine", "-o", "/dev/null", "--wrap", "sleep 300")
    (mine,) = slurm_user.slurm.jobs()
    assert slurm_user.runs("smoke-test", *SMALL)[0] == 0
    assert slurm_user.slurm.run("squeue", "-h", "-o", "%i %j %u").split() == [mine, "mine", people.NAME]


def test_a_driver_runs_as_a_job_and_its_workers_do_not_outlive_it(slurm_user: SlurmUser) -> None:
    configure(slurm_user)
    program = slurm_user.home / "program.py"
    program.write_text(
        "from dask_jobqueue import SLURMCluster\n"
        "if __name__ == '__main__':\n"
        "    cluster = SLURMCluster()\n"
        "    cluster.scale(jobs=1)\n"
        "    client = cluster.get_client()\n"
        "    client.wait_for_workers(2)\n"
        "    print('sum', sum(client.gather(client.map(lambda x: x + 1, range(10)))))\n"
        "    client.close()\n"
        "    cluster.close()\n",
        encoding="utf-8",
    )
    code, script, err = slurm_user.runs("script", "slurm", "--driver", str(program))
    assert code == 0, err
    code, said, err = slurm_user.runs_other("sbatch", "--wait", text=script)
    logs = {file.name: file.read_text(encoding="utf-8") for file in (slurm_user.home / "logs").glob("slurm-driver-*")}
    assert code == 0, (said, err, logs)
    assert any("sum 55" in text for text in logs.values()), logs
    assert nothing_left(slurm_user)
