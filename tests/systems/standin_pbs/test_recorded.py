"""The stand-in PBS says, word for word, what was recorded on OpenPBS 23.06: whole sessions, in their order."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from tests.running import until
from tests.systems.standin_pbs.control import StandInPbs, start
from tests.systems.standin_pbs.presets import recorded as recorded_cluster
from tests.systems.standin_pbs.transcripts import Transcript, recorded

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

COMMANDS = ("qsub", "qstat", "qselect", "qdel", "pbsnodes", "qhold", "qrls", "qsig")
PATH = (
    "/software/dask0/bin:/opt/pbs-23.6/bin:/usr/local/bin:/usr/bin:/bin:/usr/local/games:/usr/games:/opt/pbs-23.6/bin"
)
LOOKS = ("qstat", "qselect", "pbsnodes", "cat", "tail")
"""Commands that may be asked again until the jobs are as far as they were."""
MANAGED = {
    "qmgr -c 'set server job_history_enable = true'": {"history": True},
    "qmgr -c 'unset server job_history_enable'": {"history": False},
    "qmgr -c 'set server query_other_jobs = false'": {"query_other_jobs": False},
    "qmgr -c 'set server query_other_jobs = true'": {"query_other_jobs": True},
}
NEVER = 1e9


@dataclass(frozen=True)
class Session:
    """A stand-in with the recorded cluster, and the homes of the people who gave the commands."""

    pbs: StandInPbs
    homes: Path

    def call(self, wanted: Transcript) -> Transcript:
        """Give one command line as its user did, and return what came of it."""
        home = self.homes / wanted.user
        folder = home / "rec" if wanted.user != "root" else home
        folder.mkdir(parents=True, exist_ok=True)
        environment = {
            "HOME": f"/home/{wanted.user}",
            "LOGNAME": wanted.user,
            "PATH": PATH,
            "MAIL": f"/var/mail/{wanted.user}",
            "SHELL": "/bin/bash",
        }
        known = " ".join(f"hash -p {self.pbs.path}/{name} {name};" for name in COMMANDS)
        # xargs and command substitutions look on PATH alone.
        command = wanted.command.replace("xargs -r qdel", f"xargs -r {self.pbs.path}/qdel")
        # A job that ran on is to run on here too, however long the commands take.
        command = re.sub(r"sleep (60|300)\b", "sleep 86400", command)
        done = subprocess.run(
            ["/bin/bash", "-c", f"{known}\n{command}"],
            env=self.pbs.environment(environment, wanted.user) | {"PATH": PATH},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            cwd=folder,
        )
        return Transcript(wanted.user, wanted.command, done.stdout, done.stderr, done.returncode)

    def replay(self, wanted: Transcript) -> None:
        """Give a command, a look again and again until it shows what was recorded, and compare all of it."""
        if wanted.command in MANAGED:
            self.pbs.change(**MANAGED[wanted.command])
            return
        if wanted.id:
            self.number_is(wanted.id)
        found = self.call(wanted)

        def as_recorded() -> bool:
            nonlocal found
            found = self.call(wanted)
            return found.same_each_time() == wanted.same_each_time()

        if found.same_each_time() != wanted.same_each_time() and wanted.command.split()[0] in LOOKS:
            until(as_recorded)
        assert found.same_each_time() == wanted.same_each_time()

    def number_is(self, job_id: str) -> None:
        """Give the next job that number, as OpenPBS counts some of what it refuses too."""
        with self.pbs.store.locked():
            self.pbs.store.set_count("next_id", int(job_id.partition(".")[0].removesuffix("[]")))

    def state(self, job_id: str) -> tuple[str, int]:
        """A job's state and substate."""
        job = self.pbs.store.job(key(job_id))
        return (job.state, job.substate) if job is not None else ("", 0)


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    """The cluster of the recordings, idle."""
    homes = tmp_path / "home"
    pbs = start(tmp_path / "state", recorded_cluster())
    pbs.change(mounted=("/home", str(homes)), poll_interval=0.3)
    yield Session(pbs, homes)
    pbs.stop()


def test_idle_cluster_is_shown_as_recorded(session: Session) -> None:
    for wanted in recorded("pbs-listings"):
        session.replay(wanted)


@pytest.mark.slow
def test_a_session_of_refusals_goes_as_recorded(session: Session) -> None:
    for wanted in recorded("pbs-refusals"):
        session.replay(wanted)


@pytest.mark.slow
def test_limits_of_a_user_are_kept_as_recorded(session: Session) -> None:
    for wanted in recorded("pbs-limits"):
        session.replay(wanted)


def test_commands_say_that_the_server_is_down_as_recorded(session: Session) -> None:
    session.pbs.change(server_down=True)
    for wanted in recorded("pbs-server-down"):
        session.replay(wanted)


@pytest.mark.slow
@pytest.mark.parametrize("history", ["off", "on"])
def test_a_session_goes_as_recorded(session: Session, history: str) -> None:
    """Jobs of every kind from their submission to their end, with the server's history of jobs and without."""
    session.pbs.change(hold_pending=True, mom_poll=NEVER, stage_out_tries=NEVER)
    for wanted, settings in arranged(recorded(f"pbs-history-{history}"), session):
        session.pbs.change(**settings)
        session.replay(wanted)


def arranged(transcripts: list[Transcript], session: Session) -> Iterator[tuple[Transcript, dict[str, Any]]]:
    """Each transcript with what is to be changed before it, so that each job is as far as it was in the recording."""
    ids = [one.id for one in transcripts if one.id]
    running, _, _, _, walltime, *_, suspended, lost, _ = ids
    array = next(one for one in ids if "[]" in one)
    listings = 0
    for number, wanted in enumerate(transcripts):
        before = transcripts[number - 1].command
        settings: dict[str, Any] = {}
        listings += wanted.command == "qstat"
        if wanted.command.startswith("qhold"):
            session.pbs.change(hold_pending=False, waiting=(key(array),))
            until(lambda: session.state(suspended) == ("R", 42) and session.state(lost)[0] == "E")
            until(lambda: {session.state(one)[0] for one in ids[1:4]} == {"F"})
            settings = {"deaf": (key(running), key(suspended))}
        elif wanted.command == "qstat" and listings == 1:
            settings = {"waiting": ()}
        elif wanted.command == "qstat" and listings == 2:
            settings = {"mom_poll": 0.0, "deaf": tuple(key(one) for one in (running, suspended) if one in wanted.out)}
        elif wanted.command == f"qstat -f {running}" and "job_state = E" in wanted.out:
            settings = {"leaving_for": NEVER, "deaf": (key(suspended),)}
        elif wanted.command == f"qstat -f {running}" and before == wanted.command:
            settings = {"leaving_for": 0.0, "deaf": (key(suspended),)}
        elif wanted.command == f"qstat -f '{walltime}'":
            settings = {"deaf": (), "stage_out_tries": 0.0}
        yield wanted, settings


def key(job_id: str) -> str:
    """An id without the server."""
    return job_id.partition(".")[0]
