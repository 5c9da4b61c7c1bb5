"""Sections for dask-jobqueue's own LocalCluster: processes of this machine, without a batch system."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import yaml

from pegconf.site import this_host
from tests.smoke.test_local import workers_of

if TYPE_CHECKING:
    from tests.conftest import Person

SMALL = ("--memory", "1GB")


def configure(person: Person, *more: str) -> None:
    scratch = ("--local-directory", f"{person.home}/scratch")
    ran = person.runs("init", "--scheduler", "local", *SMALL, *scratch, *more, "--yes")
    assert ran.code == 0, ran.err


def test_nothing_need_be_answered(person: Person) -> None:
    ran = person.runs("init", "--scheduler", "local", "--local-directory", f"{person.home}/scratch", "--yes")
    assert ran.code == 0, ran.err
    assert "  from dask_jobqueue.local import LocalCluster\n  cluster = LocalCluster()\n" in ran.out
    written = yaml.safe_load(person.file.read_text())
    section = written["jobqueue"]["local"]
    assert {"walltime", "queue", "project", "account", "shebang"} & set(section) == set()
    assert {name: section[name] for name in ("interface", "log-directory", "worker-extra-args")} == {
        "interface": "lo",
        "log-directory": None,
        "worker-extra-args": ["--dashboard-address", "127.0.0.1:0"],
    }
    assert written["pegconf"]["sections"]["local"]["node"]["cores"] == this_host.as_node().cores
    checked = person.runs("validate", "--script", "--ignore", "PEG312")
    assert (checked.code, checked.out) == (0, "~/.config/dask/jobqueue.yaml: local: nothing wrong found\n")
    again = person.runs("init", "--yes")
    assert "says so already; nothing was written" in again.out


def test_the_script_is_one_command(person: Person) -> None:
    configure(person, "--python", "/opt/python", "--cores", "2", "--work", "numpy")
    ran = person.runs("script")
    assert ran.code == 0
    assert ran.out.strip() == (
        "/opt/python -m distributed.cli.dask_worker tcp://SCHEDULER-ADDRESS:PORT --name WORKER-NAME --nthreads 2 "
        f"--memory-limit 0.93GiB --nanny --death-timeout 60 --local-directory {person.home}/scratch "
        "--dashboard-address 127.0.0.1:0 --interface lo"
    )


def test_what_a_local_section_has_no_use_for_is_said(person: Person) -> None:
    ran = person.runs("init", "--scheduler", "local", *SMALL, "--walltime", "4", "--project", "p", "--yes", "--dry-run")
    assert ran.code == 0
    assert "--walltime means nothing to this machine, and is left out\n" in ran.err
    assert "--project means nothing to this machine, and is left out\n" in ran.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("init", "--scheduler", "local", "--local-directory", "$TMPDIR", "--yes"), "no shell reads the words"),
        (("script", "--driver", "x.py"), "section 'local' is a local one: it has no jobs to run the program in"),
        (("smoke-test", "--on", "scheduler"), "a local section has no batch system"),
        (("smoke-test", "--walltime", "5"), "a LocalCluster has no walltime"),
    ],
)
def test_what_cannot_be_is_wrong_usage(person: Person, words: tuple[str, ...], said: str) -> None:
    configure(person)
    ran = person.runs(*words)
    assert (ran.code, said in ran.err) == (2, True), ran


def test_the_dashboard_is_here(person: Person) -> None:
    configure(person)
    ran = person.runs("tunnel", "--configured")
    assert (ran.code, ran.out) == (
        0,
        "# no tunnel is needed for a local section: on this machine open http://localhost:8787/status\n",
    )
    line = person.runs("tunnel", "--configured", "--login", "me@host").out.splitlines()[0]
    assert (line.split()[:2], line.split()[-3:]) == (
        ["ssh", "-N"],
        ["-L", "127.0.0.1:8787:127.0.0.1:8787", "me@host"],
    )


@pytest.mark.slow
def test_four_workers_run_and_none_is_left(person: Person) -> None:
    configure(person, "--cores", "1")
    person.leave_the_port()
    ran = person.runs("smoke-test", "--workers", "4", "--columns", "100")
    assert ran.code == 0, ran
    assert ran.out.startswith("Section local on this machine: 4 workers in 4 jobs of 1 core and 1.0 GB\n")
    assert "It works: section local ran 4 workers on this machine" in ran.out
    assert ran.out.endswith("No job of this test is left on this machine.\n")
    assert workers_of(person) == []
    assert list(person.home.glob("**/peg-*")) == []


@pytest.mark.slow
def test_dask_jobqueue_itself_runs_the_section(person: Person) -> None:
    configure(person, "--cores", "1")
    person.leave_the_port()
    ran = person.python(
        "from dask_jobqueue.local import LocalCluster\n"
        "cluster = LocalCluster()\n"
        "cluster.scale(jobs=2)\n"
        "client = cluster.get_client()\n"
        "client.wait_for_workers(2)\n"
        "print('sum', sum(client.gather(client.map(lambda x: x + 1, range(10)))))\n"
        "client.close()\n"
        "cluster.close()\n"
    )
    assert (ran.code, ran.out) == (0, "sum 55\n"), ran


@pytest.mark.slow
def test_no_shell_reads_the_script(person: Person) -> None:
    """As in LocalCluster itself, a line of the prologue is run in place of the worker; validate says so before."""
    configure(person, "--cores", "1")
    text = person.file.read_text().replace("job-script-prologue: []", "job-script-prologue: [echo hello]")
    person.write(text)
    person.leave_the_port()
    checked = person.runs("validate")
    assert (checked.code, "PEG291 error" in checked.out) == (1, True)
    ran = person.runs("smoke-test", "--workers", "1", "--columns", "100")
    assert (ran.code, "ended before its workers connected" in ran.out) == (1, True), ran
    assert workers_of(person) == []
