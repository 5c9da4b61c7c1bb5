"""How a smoke test submits to batch systems that read no shell script from standard input."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import pytest

from pegconf.batch.systems import KNOWN
from pegconf.config import sections, sources
from pegconf.jobs.on_batch_system import BatchJobs
from pegconf.smoke import plan
from pegconf.smoke.report import text
from pegconf.smoke.request import Request
from tests.conftest import Person
from tests.stand_in_commands import command

if TYPE_CHECKING:
    from pathlib import Path

SCRIPT = "#!/bin/sh\n#OAR -n peg-1\n\necho hello\n"


def test_oar_gets_the_script_as_a_word(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    command(tmp_path, "oarsub", f'printf "%s|" "$@" > {tmp_path}/words', "echo OAR_JOB_ID=42")
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    jobs = BatchJobs(KNOWN["oar"], "peg-1", None)
    jobs.submit("peg-1-0", SCRIPT)
    assert jobs.refusals == []
    assert (tmp_path / "words").read_text() == "-n|peg-1|\necho hello\n|"


def test_htcondor_gets_its_description_on_standard_input(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    command(tmp_path, "condor_submit", f"test $# = 0 && cat > {tmp_path}/script", "echo submitted to cluster 35.")
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    jobs = BatchJobs(KNOWN["htcondor"], "peg-1", None)
    jobs.submit("peg-1-0", "Executable = /bin/sh\n\nQueue\n")
    assert jobs.refusals == []
    assert (tmp_path / "script").read_text() == "Executable = /bin/sh\n\nQueue\n"


def test_that_it_was_never_run_there_is_said_before(tmp_path: Path) -> None:
    file = tmp_path / "jobqueue.yaml"
    file.write_text("jobqueue: {moab: {cores: 2, memory: 4GB, processes: 2, walltime: '04:00:00'}}\n")
    loaded = sources.readable(sources.load(os.environ, file))
    section = sections.choose(sections.collect(loaded, None), None)
    planned = plan.make(section, KNOWN["moab"], 2)
    said = text.announce(Request(section, loaded, KNOWN["moab"], planned, on_batch=True), 2)
    assert "  pegconf has never been run on Moab: its words are from the manual\n" in said


def pbs_commands(folder: Path) -> None:
    """A PBS without a queue: qsub starts the script at once, and its number is its process group."""
    jobs = folder / "jobs"
    jobs.mkdir()
    command(
        folder,
        "qsub",
        f"cd {jobs}",
        "cat > script.$$",
        'name=$(sed -n "s/^#PBS -N //p" script.$$)',
        'logs=$(sed -n "s|^#PBS -o \\(.*\\)/$|\\1|p" script.$$)',
        'setsid bash script.$$ > "$logs/$$.pbs01.OU" 2>&1 < /dev/null & echo "$name $!" > $$.pbs01',
        'echo "$$.pbs01"',
    )
    command(
        folder,
        "qselect",
        f"cd {jobs}",
        'test "$1" = -x && shift',
        'test "$1 $3 $4" = "-N -u $(id -un)" || exit 2',
        'grep -l "^$2 " -- *.pbs01 2> /dev/null || true',
    )
    command(
        folder,
        "qstat",
        f"cd {jobs}",
        'for job; do test -f "$job" || continue; read name group < "$job"',
        'state="F\\n    Exit_status = 0"; kill -s 0 -- "-$group" 2> /dev/null && state=R',
        'printf "Job Id: %s\\n    Job_Name = %s\\n    job_state = $state\\n" "$job" "$name"; done',
    )
    command(folder, "qdel", f"cd {jobs}", 'for job; do read name group < "$job"; kill -s KILL -- "-$group"; done')


@pytest.mark.slow
def test_the_whole_way_with_commands_that_print_what_pbs_s_manual_shows(person: Person, tmp_path: Path) -> None:
    pbs_commands(tmp_path)
    user = Person(person.home, {**person.environment, "PATH": f"{tmp_path}:{os.environ['PATH']}"})
    shape = (
        "--queue",
        "q",
        "--cores-per-node",
        "4",
        "--memory-per-node",
        "8GB",
        "--interface",
        "lo",
        "--memory",
        "1GB",
    )
    assert user.runs("init", "--scheduler", "pbs", *shape, "--yes").code == 0
    user.leave_the_port()
    ran = user.runs("smoke-test", "pbs", "--columns", "50", "--timeout", "60")
    assert ran.code == 0, ran.out + ran.err
    listed = [(tmp_path / "qstat").as_posix(), *(file.name for file in (tmp_path / "jobs").glob("*.pbs01"))]
    states = subprocess.run(listed, capture_output=True, text=True, check=True).stdout
    assert (states.count("job_state = F"), states.count("job_state = R")) == (1, 0)
