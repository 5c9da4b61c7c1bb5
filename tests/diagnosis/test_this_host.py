"""What stands in the way on this host, of what dask said, the ports in use and what a submit command printed."""

from __future__ import annotations

import errno
import os
import socket
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from pegconf.batch.systems import KNOWN
from pegconf.config import sections, sources
from pegconf.diagnosis import this_host
from pegconf.jobs.timeline import Accepted

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pegconf.config.sections import Section

ANY_NUMBER = r"(?P<job_id>\d+)"
"""dask-jobqueue's own pattern (core.py)."""
NOT_RUNNING = "cannot get address of non-running Server"


@pytest.fixture
def section(tmp_path: Path) -> Callable[[str], Section]:
    """What makes a section with those scheduler-options."""
    file = tmp_path / "jobqueue.yaml"

    def made(options: str) -> Section:
        file.write_text(f"jobqueue:\n  lsf:\n    scheduler-options: {options}\n", encoding="utf-8")
        return sections.collect(sources.load({"HOME": str(tmp_path)}, file))[0]

    return made


def test_a_port_that_this_process_has_is_named_with_it(section: Callable[[str], Section]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        found = this_host.no_scheduler(section(f"{{port: {port}, host: 127.0.0.1}}"), NOT_RUNNING)
    assert found is not None
    assert found.code == "PEG637"
    assert found.sentence.startswith(f"Dask's scheduler does not start: port {port} of this host is taken by ")
    assert found.sentence.endswith(f"(process {os.getpid()})")


@pytest.mark.parametrize("options", ["null", "{port: 0}", "{port: many}", "{host: 'tcp://127.0.0.1:70000'}", "[port]"])
def test_where_no_port_is_taken_dasks_own_words_stand(section: Callable[[str], Section], options: str) -> None:
    assert this_host.no_scheduler(section(options), NOT_RUNNING) is None


def test_an_interface_that_is_not_here_is_named(section: Callable[[str], Section]) -> None:
    found = this_host.no_scheduler(
        section("null"), "'ib7' is not a valid network interface. Valid network interfaces are: []"
    )
    assert found is not None
    assert (found.code, found.sentence) == ("PEG639", "Dask's scheduler does not start: this host has no interface ib7")


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (errno.EACCES, "the log directory /logs cannot be written on this host: Permission denied"),
        (errno.ENOSPC, "the log directory /logs is full on this host: No space left on device"),
        (errno.EDQUOT, "the log directory /logs is full on this host: Disk quota exceeded"),
    ],
)
def test_a_folder_is_full_or_cannot_be_written(number: int, said: str) -> None:
    assert this_host.log_directory("/logs", OSError(number, os.strerror(number))).sentence == said


PEGASUS = "Job is submitted to <proj2019> project.\nJob <17> is submitted to queue <general>.\n"


def test_another_number_that_dask_jobqueue_takes_is_named_with_its_line() -> None:
    accepted = {"17": Accepted("peg-0", 0.0, PEGASUS)}
    (found,) = this_host.misread_id(accepted, ANY_NUMBER, KNOWN["lsf"], "dask-worker")
    assert (found.code, found.sentence, found.way_out) == (
        "PEG643",
        (
            "dask-jobqueue takes 2019 for the id of job 17, since bsub prints first: "
            "Job is submitted to <proj2019> project."
        ),
        (
            "cluster.close() would cancel job 2019 and not yours: cancel what still waits by bkill -J dask-worker 0, "
            "or use a project without digits"
        ),
    )


@pytest.mark.parametrize(
    ("job_id", "said"),
    [
        ("17", "Job <17> is submitted to queue <general>.\n"),
        ("17.server", "17.server\n"),
        ("17", "17.server\n"),
        ("1", ""),
    ],
)
def test_an_id_that_is_read_rightly_is_no_note(job_id: str, said: str) -> None:
    accepted = {job_id: replace(Accepted("peg-0", 0.0), said=said)}
    assert list(this_host.misread_id(accepted, ANY_NUMBER, KNOWN["lsf"], "dask-worker")) == []
