"""The whole path once, as a new user walks it: from questions to a Dask cluster that has run, and its tunnel."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

import pytest

from tests.running import Ran

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Person
    from tests.systems.standin_lsf.control import StandInLsf

pytestmark = pytest.mark.slow
ANSWERS = (
    *("--site", "pegasus", "--project", "insarlab", "--login", "dwg11@pegasus.ccs.miami.edu"),
    *("--name", "ifgram_inversion", "--yes"),
)


def configure(person: Person, scratch: Path, *more: str) -> Ran:
    folders = ("--log-directory", str(scratch / "logs"), "--local-directory", str(scratch / "tmp"))
    return person.runs("init", *ANSWERS, *folders, *more)


def test_pegasus_as_it_is(user: Person, tmp_path: Path) -> None:
    assert configure(user, tmp_path).code == 0
    assert (tmp_path / "logs").is_dir()
    checked = user.runs("validate")
    codes = {line.split()[1] for line in checked.out.splitlines() if line.startswith("~/")}
    assert (checked.code, codes) == (0, {"PEG301"}), checked
    script = user.runs("script", "ifgram_inversion").out
    for part in ("-q general", '-P "insarlab"', "-n 2", "span[hosts=1] rusage[mem=2500]", "-M 5000", "-W 04:00"):
        assert f"#BSUB {part}" in script or f'#BSUB -R "{part}"' in script
    assert "--nthreads 1 --memory-limit 1.86GiB --nworkers 2" in script
    assert script.rstrip().endswith("--interface ib0")
    tunnel = user.runs("tunnel", "--configured").out.splitlines()[0]
    assert shlex.split(tunnel)[-3:] == ["-L", "127.0.0.1:8787:127.0.0.1:8787", "dwg11@pegasus.ccs.miami.edu"]


def test_one_process_of_two_threads(user: Person, tmp_path: Path) -> None:
    assert configure(user, tmp_path, "--processes", "1").code == 0
    script = user.runs("script", "ifgram_inversion").out
    assert "--nthreads 2 --memory-limit 3.73GiB --nanny" in script


def test_through_bsub(user: Person, lsf: StandInLsf, tmp_path: Path) -> None:
    assert configure(user, tmp_path, "--interface", "lo").code == 0
    assert user.runs("validate") == Ran(
        0, "~/.config/dask/jobqueue.yaml: lsf, ifgram_inversion: nothing wrong found\n", ""
    )
    user.leave_the_port()
    ran = user.runs("smoke-test", "--workers", "4", "--columns", "100")
    assert ran.code == 0, ran
    assert "It works: section lsf ran 4 workers on LSF" in ran.out
    program = user.python(
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
    assert (program.code, program.out, "Warning:" in program.err) == (0, "55\n", False), program
    lsf.wait_until_empty()


def test_without_a_batch_system(person: Person, tmp_path: Path) -> None:
    assert configure(person, tmp_path).code == 0
    person.leave_the_port()
    ran = person.runs("smoke-test", "ifgram_inversion", "--columns", "100")
    assert ran.code == 0, ran
    assert "It works: section ifgram_inversion ran 2 workers on this machine" in ran.out
    assert ran.out.splitlines()[-1] == "LSF itself was NOT tested: the jobs were processes of this machine."
