"""A busy host is no fault of the section: what is late is waited for, and said to be late and not wrong."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil
import pytest
from distributed import Client, LocalCluster

from pegconf.batch.gridengine.jobs import SGE
from pegconf.batch.job import QueuedJob, State
from pegconf.batch.lsf.jobs import LSF
from pegconf.config import document, sections
from pegconf.config.sources import Sources
from pegconf.diagnosis import find_cause
from pegconf.diagnosis.run_context import Scene
from pegconf.jobs.on_batch_system import BatchJobs
from pegconf.jobs.wait_for_workers import Wait, Waited, Wanted
from pegconf.measure import three_sums
from tests import example
from tests.running import ended, until, until_it_says
from tests.stand_in_commands import command
from tests.systems.standin_lsf.cluster import Fault

if TYPE_CHECKING:
    from tests.conftest import Person
    from tests.systems.standin_lsf.control import StandInLsf

SMALL = ("--columns", "100")
SCHEDULER = "tcp://10.2.0.4:41003"
NANNY = "2026-11-27 20:48:58,674 - distributed.nanny - INFO -         Start Nanny at: 'tcp://10.2.0.11:34471'"
NODE = """\
PEGCONF-PROBE\tbegin\t1
PEGCONF-PROBE\thost\tn001\tLinux 5.14
PEGCONF-PROBE\tpython\t/env/bin/python\t/env/bin/python\tyes\t{python}
PEGCONF-PROBE\tconnects\t10.2.0.4:41003\t{connects}
PEGCONF-PROBE\tend
PEGCONF-PROBE\tprologue\tdone
"""


@pytest.mark.slow
def test_a_worker_that_starts_slower_than_the_sections_patience_is_waited_for(
    user: Person, lsf: StandInLsf, tmp_path: Path
) -> None:
    """No worker is up within half a second, and none within the section's minute where the node is busy enough."""
    user.write(example.configuration(tmp_path, death_timeout=0.5))
    ran = user.runs("smoke-test", *SMALL)
    assert ran.code == 0, ran
    assert "--death-timeout 300 " in lsf.script(1)


@pytest.mark.slow
def test_a_worker_that_does_not_read_for_a_while_is_not_lost(person: Person, tmp_path: Path) -> None:
    """Here the kernel would give it up after 11 s; without a word in the configuration after 30 s."""
    text = example.configuration(tmp_path, memory="4GB")
    person.write(f"{text}distributed: {{comm: {{timeouts: {{tcp: 11s}}}}}}\n")
    process = person.start("smoke-test", "--on", "local", "--columns", "6000")
    until_it_says(process, "in parallel, each worker sent its slices")
    worker = until(lambda: worker_of(person))
    assert worker is not None
    worker.send_signal(signal.SIGSTOP)
    time.sleep(25)
    worker.send_signal(signal.SIGCONT)
    ran = ended(process)
    assert ran.code == 0, ran


def worker_of(person: Person) -> psutil.Process | None:
    """A worker's own process, which its nanny has started."""
    for process in psutil.process_iter():
        try:
            if "spawn_main" in " ".join(process.cmdline()) and process.environ().get("HOME") == str(person.home):
                return process
        except psutil.Error:
            continue
    return None


@pytest.mark.slow
@pytest.mark.parametrize(
    "fault",
    [Fault(exit_code=255, text="LSF is busy. Please wait ...", times=2), Fault(delay=25.0, times=1)],
    ids=["fails", "late"],
)
def test_a_listing_that_does_not_come_is_asked_for_again(
    user: Person, lsf: StandInLsf, tmp_path: Path, fault: Fault
) -> None:
    user.write(example.configuration(tmp_path))
    lsf.fault("bjobs", fault)
    ran = user.runs("smoke-test", *SMALL)
    assert ran.code == 0, ran


class Overtaken(Client):  # type: ignore[misc]
    """A client whose own thread forgets the workers before the thread that asked for them wakes up.

    It does so every two seconds (distributed/client.py: _update_scheduler_info).
    """

    busy = False

    def sync(self, *words: Any, **options: Any) -> Any:
        answer = super().sync(*words, **options)
        if self.busy:
            self._scheduler_identity: dict[str, Any] = {"workers": {}}
        return answer


def test_a_thread_that_wakes_up_late_takes_no_worker_for_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(three_sums, "LOOK_EVERY", 0.0)
    with (
        LocalCluster(n_workers=1, processes=False, dashboard_address="127.0.0.1:0") as cluster,
        Overtaken(cluster) as client,
    ):
        look = three_sums.losses(client)
        client.busy = True
        look()


def silent(*outputs: str) -> str:
    """The code that comes of jobs which run, have printed this, and whose workers are not there when the time is up."""
    text = example.configuration(Path("/logs"), interface=None)
    section = sections.collect(Sources((document.parse(text, Path("jobqueue.yaml")),)))[0]
    jobs = tuple(QueuedJob(str(number), "peg-1", State.RUNNING, "n001") for number in range(len(outputs)))
    said = {str(number): output for number, output in enumerate(outputs)}
    scene = Scene(section, LSF, LSF.title, SCHEDULER, jobs, said)
    return find_cause.waited(Waited(Wait.SILENT, Wanted(4, 2, 2, 4, 300), jobs, 0, 300.0), scene).code


def node(python: str = "python=3.11.7 dask=2026.8.0 distributed=2026.8.0", connects: str = "yes") -> str:
    return NODE.format(python=python, connects=connects)


@pytest.mark.parametrize(
    ("outputs", "code"),
    [
        # The node or the nanny has got through to the scheduler: nothing is wrong.
        ((node(), node()), "PEG644"),
        ((NANNY, node()), "PEG644"),
        ((node(python="", connects="") + NANNY,), "PEG644"),
        # Of one job nothing is known, or what is known is bad.
        ((node(), ""), "PEG605"),
        ((node(connects="no [Errno 113] No route to host"),), "PEG616"),
        ((node(python="cannot execute binary file"),), "PEG613"),
        # A Python that said nothing in time hangs, or its node is busy.
        ((node(python="", connects=""),), "PEG605"),
    ],
)
def test_workers_that_are_late_are_no_failure_where_they_reach_the_scheduler(
    outputs: tuple[str, ...], code: str
) -> None:
    assert silent(*outputs) == code
    assert (code in find_cause.NO_FAILURE) == (code == "PEG644")


def test_a_listing_that_is_late_knows_nothing_of_a_job_that_came_meanwhile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    command(tmp_path, "qstat", "printf 'Following jobs do not exist: \\n7\\n' >&2", "exit 1")
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    jobs: Any = BatchJobs(SGE, "peg-1", None)
    jobs._submitted["7"] = 100.0
    assert jobs._gone(set(), asked=99.0) == ()
    assert jobs._gone(set(), asked=109.0) == ()
    assert jobs._gone(set(), asked=111.0) == (QueuedJob("7", "peg-1", State.DONE),)
