"""`pegconf init` without --site, where the cluster itself answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import yaml

from tests.conftest import Person
from tests.systems.standin_lsf import control, presets
from tests.terminal import talk

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.systems.standin_lsf.control import StandInLsf


@pytest.fixture
def other(tmp_path: Path) -> Iterator[StandInLsf]:
    """The cluster on which the transcripts were recorded, which no shipped site describes."""
    standing = control.start(tmp_path / "recorded", presets.recorded())
    yield standing
    standing.stop()


def on(person: Person, standing: StandInLsf) -> Person:
    return Person(person.home, standing.environment(person.environment))


def folders(person: Person) -> tuple[str, ...]:
    return ("--log-directory", f"{person.home}/logs", "--local-directory", f"{person.home}/scratch")


def written(person: Person) -> tuple[dict[str, Any], dict[str, Any]]:
    """The section and its entry in `pegconf:`."""
    root = yaml.safe_load(person.file.read_text())
    return root["jobqueue"]["lsf"], root["pegconf"]["sections"]["lsf"]


def test_a_known_cluster_needs_only_the_project(user: Person) -> None:
    ran = user.runs("init", "--project", "insarlab", *folders(user), "--yes")
    assert ran.code == 0, ran.err
    section, entry = written(user)
    assert (section["queue"], section["project"], section["lsf-units"]) == ("general", "insarlab", "mb")
    assert (section["cores"], section["memory"], section["walltime"]) == (2, "4GB", "04:00")
    assert (entry["site"], entry["cluster"]) == ("pegasus", "pegasus")
    assert entry["node"] == {"cores": 16, "usable-cores": 15, "memory": "32GiB"}
    said = " ".join(ran.err.split())
    assert "its file has queues that the cluster has not: normal, parallel, bigmem, debug, interactive" in said
    assert "from bparams -l" in said
    assert user.runs("validate").code == 0


def test_a_required_project_that_cannot_be_read_is_asked_for(user: Person) -> None:
    ran = user.runs("init", "--yes")
    assert (ran.code, "no default for: --project" in ran.err, user.file.exists()) == (2, True, False)


def test_an_unknown_cluster_needs_nothing(person: Person, other: StandInLsf) -> None:
    somebody = on(person, other)
    ran = somebody.runs("init", *folders(person), "--yes")
    assert ran.code == 0, ran.err
    section, entry = written(somebody)
    assert (section["queue"], section["walltime"]) == ("general", "04:00")
    assert (entry["cluster"], "site" in entry) == ("lsftest", False)
    # Here LSF counts rusage[mem=] for the whole job.
    assert section["job-extra-directives"] == [f'-R "span[hosts=1] rusage[mem={section["mem"] // 10**6}]"']
    assert somebody.runs("validate").code == 0
    again = somebody.runs("init", "--yes")
    assert again.out.startswith(f"{somebody.file} says so already; nothing was written\n"), again


def test_another_queue_has_its_own_nodes_and_limits(person: Person, other: StandInLsf) -> None:
    somebody = on(person, other)
    assert somebody.runs("init", "--queue", "short", *folders(person), "--yes").code == 0
    section, entry = written(somebody)
    assert (section["queue"], section["walltime"], entry["node"]["cores"]) == ("short", "00:15", 16)
    assert somebody.runs("init", "--queue", "bigmem", "--walltime", "04:00", "--yes").code == 0
    assert written(somebody)[1]["node"] == {"cores": 64, "usable-cores": 64, "memory": "1047892MiB"}


def test_a_person_presses_enter_six_times_at_most(person: Person, other: StandInLsf) -> None:
    steps = [
        ("right? [Y/n] ", "\r"),
        ("Project [none]: ", "\r"),
        ("numpy (and the like) [python]: ", "\r"),
        ("single scripts [none]: ", "\r"),
        ("and tls to encrypt [loopback]: ", "\r"),
        ("jobqueue.yaml? [Y/n] ", "\r"),
    ]
    code, screen = talk(on(person, other), folders(person), steps, 120)
    assert code == 0, screen
    assert "Known of the LSF cluster lsftest" in screen


def test_a_project_of_the_environment_is_the_default(user: Person) -> None:
    with_project = Person(user.home, {**user.environment, "LSB_DEFAULTPROJECT": "insarlab"})
    assert with_project.runs("init", *folders(user), "--yes").code == 0
    assert written(user)[0]["project"] == "insarlab"


def test_what_was_answered_for_another_cluster_is_no_default(user: Person, other: StandInLsf) -> None:
    words = ("--queue", "general", "--cores", "4", "--project", "insarlab", *folders(user), "--yes")
    assert user.runs("init", *words).code == 0
    ran = on(user, other).runs("init", *folders(user), "--yes")
    assert ran.code == 0, ran.err
    assert "the file's answers are for pegasus; this is lsftest" in ran.err
    section, entry = written(user)
    assert (section["cores"], section["project"], entry["cluster"], "site" in entry) == (2, None, "lsftest", False)


def test_a_daemon_that_is_down_is_said_and_the_questions_are_as_without(user: Person, lsf: StandInLsf) -> None:
    lsf.change(lim_down=True)
    ran = user.runs("init", "--yes")
    assert (ran.code, "LSF is here, but nothing is known of its queues: lsid" in ran.err) == (2, True)
    assert "no default for: --queue --cores-per-node --memory-per-node" in ran.err


def test_a_site_that_is_named_goes_before_the_cluster(person: Person, other: StandInLsf) -> None:
    ran = on(person, other).runs("init", "--site", "pegasus", "--project", "p", *folders(person), "--yes")
    assert (ran.code, written(person)[1]["site"]) == (0, "pegasus"), ran.err


@pytest.mark.slow
def test_what_was_detected_runs(user: Person, lsf: StandInLsf) -> None:
    assert user.runs("init", "--project", "insarlab", *folders(user), "--yes").code == 0
    assert user.runs("validate").code == 0
    ran = user.runs("smoke-test", "--workers", "4", "--columns", "100")
    assert ran.code == 0, ran
    assert "It works: section lsf ran 4 workers on LSF" in ran.out
    lsf.wait_until_empty()
