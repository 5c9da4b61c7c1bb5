"""The smoke test through bsub: real workers, every fault that the stand-in can have, and nothing left behind."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import signal
import sys
import time
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests import example
from tests.running import Ran, ended, until_it_says
from tests.systems.standin_lsf.cluster import Fault

if TYPE_CHECKING:
    import subprocess

    from tests.conftest import Person
    from tests.systems.standin_lsf.control import StandInLsf

pytestmark = pytest.mark.slow
SMALL = ("--columns", "100")


def configure(user: Person, logs: Path, **changed: Any) -> None:
    user.write(example.configuration(logs, **changed))


def nothing_left(lsf: StandInLsf, logs: Path) -> bool:
    lsf.wait_until_empty()
    return lsf.unfinished() == [] and lsf.processes() == [] and not any(logs.glob("peg-*"))


def test_four_workers_compute_and_no_job_is_left(user: Person, lsf: StandInLsf, tmp_path: Path) -> None:
    configure(user, tmp_path)
    ran = user.runs("smoke-test", "--workers", "4", *SMALL)
    assert ran.code == 0, ran
    lines = ran.out.splitlines()
    assert lines[0] == "Section lsf on LSF: 4 workers in 2 jobs of 2 cores and 1.0 GB"
    assert lines[1].endswith("= 0.67 core-hours of project insarlab, queue general")
    workers = [line.split("  ") for line in lines if line.startswith("tcp://127.0.0.1:")]
    assert [worker[-1] for worker in workers] == ["4 + 4"] * 4
    assert [line[:5] for line in lines if line.startswith(("yes", "NO"))] == ["yes  "] * 5
    assert lines[-1] == "No job of this test is left on LSF."
    assert nothing_left(lsf, tmp_path)
    jobs = lsf.jobs()
    assert len(jobs) == 2
    assert {job.name for job in jobs} == {jobs[0].name}
    assert jobs[0].name.startswith("peg-")
    assert "#BSUB -W 00:10" in lsf.script(jobs[0].id)


def test_encrypted_workers_compute_and_strangers_are_refused(user: Person, lsf: StandInLsf, tmp_path: Path) -> None:
    configure(user, tmp_path)
    assert (
        user.runs("init", "--site", "pegasus", "--project", "insarlab", "--interface", "lo", "--tls", "--yes").code == 0
    )
    ran = user.runs("smoke-test", "--workers", "2", *SMALL)
    assert ran.code == 0, ran
    assert "is refused by its Dask scheduler without your certificate" in ran.out
    assert "yes  strangers are refused: without encryption, and with it and no certificate" in ran.out
    assert len([line for line in ran.out.splitlines() if line.endswith("  connections, encrypted")]) == 2
    assert "connections, not encrypted" not in ran.out
    user.leave_the_port()
    program = user.python(
        "from dask_jobqueue import LSFCluster\n"
        "from distributed import Client, LocalCluster\n"
        "with LSFCluster() as cluster, Client(cluster) as client:\n"
        "    cluster.scale(1)\n"
        "    print(client.submit(lambda: 7).result(), cluster.scheduler_address[:6])\n"
        "    try:\n"
        "        Client(cluster.scheduler_address.replace('tls', 'tcp'), timeout=60)\n"
        "    except RuntimeError as error:\n"
        "        print(str(error)[:19])\n"
        "with LocalCluster(n_workers=1, dashboard_address='127.0.0.1:0') as local:\n"
        "    print(local.scheduler_address[:6])\n"
    )
    assert program.out.splitlines() == ["7 tls://", "encryption required", "tls://"], program
    assert nothing_left(lsf, tmp_path)


def test_the_projects_number_is_not_taken_for_a_job(user: Person, lsf: StandInLsf, tmp_path: Path) -> None:
    """Pegasus prints the project first; dask-jobqueue would take 2019 for the id and cancel that job."""
    configure(user, tmp_path, project="proj2019")
    lsf.change(project_banner=True)
    assert user.runs("smoke-test", *SMALL).code == 0
    assert nothing_left(lsf, tmp_path)


def test_jobs_that_only_wait_are_cancelled_and_no_failure(user: Person, lsf: StandInLsf, tmp_path: Path) -> None:
    configure(user, tmp_path)
    lsf.change(hold_pending=True)
    ran = user.runs("smoke-test", "--timeout", "20", *SMALL)
    assert ran.code == 4, ran
    assert "It has not started: 1 of 1 job accepted still wait" in ran.out
    assert "LSF says: " in ran.out
    assert nothing_left(lsf, tmp_path)


REFUSED = "It does not run: bsub refused the job: "


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"queue": "nosuch"}, REFUSED + "nosuch: No such queue. Job not submitted. [PEG631]"),
        (
            {"job-directives-skip": ["-W"], "job-extra-directives": ["-W 900:00"]},
            REFUSED + "RUNLIMIT: Cannot exceed queue's",
        ),
        ({"python": "/no/such/python"}, "It does not run: /no/such/python does not exist on "),
        (
            {"worker-extra-args": ["--nprocs", "2"]},
            "It does not run: dask worker does not know the option --nprocs [PEG615]",
        ),
        (
            {"job-script-prologue": ["echo out of order; exit 3"]},
            "It does not run: the prologue ended job 1 on ",
        ),
    ],
)
def test_a_cause_is_named_and_nothing_is_left(
    user: Person, lsf: StandInLsf, tmp_path: Path, changed: dict[str, Any], said: str
) -> None:
    configure(user, tmp_path, **changed)
    ran = user.runs("smoke-test", *SMALL)
    assert ran.code == 1, ran
    assert said in ran.out
    assert nothing_left(lsf, tmp_path)


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (Fault(silent=True), "bsub named no job id for"),
        (Fault(signal=signal.SIGKILL), "bsub was ended by SIGKILL without a word"),
        (
            Fault(exit_code=255, text="Request from non-LSF host rejected"),
            REFUSED + "Request from non-LSF host rejected",
        ),
    ],
)
def test_a_bsub_that_fails_ends_the_test_at_once(
    user: Person, lsf: StandInLsf, tmp_path: Path, fault: Fault, said: str
) -> None:
    configure(user, tmp_path)
    lsf.fault("bsub", fault)
    ran = user.runs("smoke-test", *SMALL)
    assert ran.code == 1, ran
    assert said in ran.out
    assert nothing_left(lsf, tmp_path)


def test_a_bsub_that_hangs_is_named_when_the_time_is_up(user: Person, lsf: StandInLsf, tmp_path: Path) -> None:
    configure(user, tmp_path)
    lsf.fault("bsub", Fault(hang=True))
    ran = user.runs("smoke-test", "--timeout", "4", *SMALL)
    assert ran.code == 1, ran
    assert "It does not run: bsub has not answered for 4 s [PEG602]" in ran.out
    assert nothing_left(lsf, tmp_path)


def test_an_interface_that_this_host_lacks_stops_it_before_any_job(
    user: Person, lsf: StandInLsf, tmp_path: Path
) -> None:
    configure(user, tmp_path, interface="ib7")
    ran = user.runs("smoke-test", *SMALL)
    assert ran.code == 1, ran
    assert "It does not run: Dask's scheduler does not start: this host has no interface ib7 [PEG639]" in ran.out
    assert lsf.jobs() == []
    assert user.runs("smoke-test", "--interface", "lo", *SMALL).code == 0


def test_a_bkill_that_fails_is_told_with_the_command_to_type(user: Person, lsf: StandInLsf, tmp_path: Path) -> None:
    configure(user, tmp_path)
    lsf.change(hold_pending=True)
    lsf.fault("bkill", Fault(exit_code=255, text="LSF is down"))
    ran = user.runs("smoke-test", "--timeout", "20", *SMALL)
    assert ran.code == 1, ran
    assert f"NOT cancelled: job {lsf.jobs()[0].id} remains: cancel it with bkill {lsf.jobs()[0].id}" in ran.out
    lsf.fault("bkill")
    lsf.stop()


COMPUTING = "sequentially, on one worker"


def interrupt(process: subprocess.Popen[str], number: signal.Signals) -> Ran:
    process.send_signal(number)
    return ended(process)


@pytest.mark.parametrize(
    ("number", "code"),
    [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129), (signal.SIGUSR2, 140)],
)
def test_a_signal_while_workers_compute_leaves_nothing(
    user: Person, lsf: StandInLsf, tmp_path: Path, number: signal.Signals, code: int
) -> None:
    configure(user, tmp_path)
    process = user.start("smoke-test", "--workers", "4", "--columns", "6000")
    until_it_says(process, COMPUTING)
    ran = interrupt(process, number)
    assert ran.code == code, ran
    assert "Traceback" not in ran.err
    assert len(lsf.jobs()) == 2
    assert nothing_left(lsf, tmp_path)


@pytest.mark.parametrize("fault", [Fault(hang=True), Fault(delay=4), Fault(delay_after=4)])
def test_ctrl_c_while_bsub_is_still_at_it_leaves_no_job_afterwards(
    user: Person, lsf: StandInLsf, tmp_path: Path, fault: Fault
) -> None:
    configure(user, tmp_path)
    lsf.fault("bsub", fault)
    process = user.start("smoke-test", "--workers", "4", "--columns", "6000")
    until_it_says(process, "jobs: ")
    time.sleep(1)
    ran = interrupt(process, signal.SIGINT)
    assert ran.code == 130, ran
    lsf.fault("bsub")
    time.sleep(5)
    assert nothing_left(lsf, tmp_path)


def test_a_job_of_the_user_that_is_not_the_tests_stays(user: Person, lsf: StandInLsf, tmp_path: Path) -> None:
    configure(user, tmp_path)
    environment = dict(user.environment)
    os.spawnvpe(os.P_WAIT, "bsub", ["bsub", "-q", "general", "-J", "mine", "sleep", "300"], environment)
    assert user.runs("smoke-test", *SMALL).code == 0
    assert [job.name for job in lsf.unfinished()] == ["mine"]


def test_a_worker_whose_python_lacks_pegconf_works(user: Person, lsf: StandInLsf, tmp_path: Path) -> None:
    hide = tmp_path / "hide"
    hide.mkdir()
    (hide / "sitecustomize.py").write_text(
        "import sys\n"
        "class Refuse:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name.split('.')[0] == 'pegconf':\n"
        "            raise ModuleNotFoundError(\"No module named 'pegconf'\", name=name)\n"
        "sys.meta_path.insert(0, Refuse())\n",
        encoding="utf-8",
    )
    python = tmp_path / "python-without-pegconf"
    python.write_text(f'#!/bin/sh\nPYTHONPATH={hide} exec {sys.executable} "$@"\n', encoding="utf-8")
    python.chmod(0o755)
    assert os.system(f"{python} -c 'import pegconf' 2>/dev/null") != 0
    configure(user, tmp_path, python=str(python))
    ran = user.runs("smoke-test", *SMALL)
    assert ran.code == 0, ran


def test_dask_jobqueue_itself_runs_from_the_same_section(user: Person, lsf: StandInLsf, tmp_path: Path) -> None:
    configure(user, tmp_path, name="ifgram_inversion")
    ran = user.python(
        "from dask_jobqueue import LSFCluster\n"
        "cluster = LSFCluster(config_name='ifgram_inversion')\n"
        "cluster.scale(jobs=2)\n"
        "client = cluster.get_client()\n"
        "client.wait_for_workers(4)\n"
        "print(sum(client.gather(client.map(lambda x: x + 1, range(10)))))\n"
        "client.close()\n"
        "cluster.close()\n"
    )
    # No deprecated key is named; on a busy host Dask may tell how its connections were closed.
    assert (ran.code, ran.out, "Warning:" in ran.err) == (0, "55\n", False), ran
    lsf.wait_until_empty()


def test_a_job_that_is_killed_while_it_computes_is_named_at_once(user: Person, lsf: StandInLsf, tmp_path: Path) -> None:
    configure(user, tmp_path)
    process = user.start("smoke-test", "--workers", "4", "--columns", "6000")
    until_it_says(process, COMPUTING)
    victim = lsf.unfinished()[0].id
    os.spawnvpe(os.P_WAIT, "bkill", ["bkill", str(victim)], dict(user.environment))
    ran = ended(process)
    assert ran.code == 1, ran
    assert f"It does not run: job {victim} was cancelled by somebody: TERM_OWNER: " in ran.out
    assert nothing_left(lsf, tmp_path)


def test_a_worker_with_another_version_is_named(user: Person, lsf: StandInLsf, tmp_path: Path) -> None:
    other = tmp_path / "other"
    real = importlib.util.find_spec("cloudpickle")
    assert real is not None
    assert real.origin is not None
    folder = Path(real.origin).parent
    # The same package under another number, found before the installed one.
    shutil.copytree(folder, other / "cloudpickle")
    found = other / "cloudpickle" / "__init__.py"
    text = found.read_text(encoding="utf-8").replace(f'__version__ = "{version("cloudpickle")}"', '__version__ = "1.0"')
    found.write_text(text, encoding="utf-8")
    information = other / "cloudpickle-1.0.dist-info"
    information.mkdir()
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: cloudpickle\nVersion: 1.0\n", encoding="utf-8")
    configure(user, tmp_path / "logs", job_script_prologue=[f"export PYTHONPATH={other}"])
    ran = user.runs("smoke-test", *SMALL)
    assert (ran.code, re.findall(r"\[PEG\d+\]", ran.out)) == (1, ["[PEG628]"]), ran
    assert f"versions agree: no, cloudpickle 1.0 and {version('cloudpickle')} [PEG628]" in ran.out
    assert nothing_left(lsf, tmp_path / "logs")
