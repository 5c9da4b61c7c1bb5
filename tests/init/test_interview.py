from __future__ import annotations

from dataclasses import dataclass, field, replace

import pytest

from pegconf.core.errors import UsageError
from pegconf.core.model import Node
from pegconf.init import interview
from pegconf.init.defaults import Known
from pegconf.site import files
from tests.example import PEGASUS_ANSWERS

GB = 10**9
PEGASUS = Known("dana", "/home/dana", site=files.load("pegasus"), site_word="pegasus")
NO_SITE = Known("dana", "/home/dana", interfaces=("lo", "eth0"))
ASKS = "dask-jobqueue asks for span[hosts=1]"
NODE = {"queue": "short", "cores-per-node": "8", "memory-per-node": "16GB"}


@dataclass
class Script:
    """Answers in the order they are given; what was asked, refused and shown is kept."""

    answers: list[str]
    right: bool = True
    asked: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    facts: dict[str, str] = field(default_factory=dict)

    def dialogue(self) -> interview.Dialogue:
        return interview.Dialogue(self.ask, self.show)

    def ask(self, question: interview.Question, refused: str) -> str:
        self.asked.append(question.option)
        self.refused += [refused] if refused else []
        return self.answers.pop(0) or question.default or ""

    def show(self, title: str, facts: tuple[interview.Fact, ...]) -> bool:
        self.facts = {fact.label: fact.value for fact in facts}
        return self.right


def test_with_a_site_only_what_it_does_not_know_is_asked() -> None:
    script = Script(["dwg11@pegasus.ccs.miami.edu", "insarlab", "", "ifgram"])
    assert interview.interview(PEGASUS, {}, script.dialogue()) == PEGASUS_ANSWERS
    assert script.asked == ["--login", "--project", "--work", "--name"]


def test_the_table_holds_the_site_s_facts() -> None:
    script = Script(["", "p", "", ""])
    interview.interview(PEGASUS, {"queue": "debug"}, script.dialogue())
    assert script.facts == {
        "batch system": "lsf",
        "queue": "debug",
        "cores of a node": "16",
        "of them for jobs": "16",
        "memory of a node": "32GB",
        "interface": "ib0",
        "unit of limits": "mb",
        "cores of a job": "2",
        "memory of a job": "4GB",
        "walltime": "00:30",
        "output": "/scratch/dana/dask-logs",
        "scratch": "/scratch/dana/dask-scratch",
    }


def test_facts_that_are_not_right_are_asked_one_by_one() -> None:
    script = Script(
        ["", "", "normal", "", "", "", "none", "", "4", "8GB", "10:00", "", "", "p", "numpy", ""], right=False
    )
    answers = interview.interview(PEGASUS, {}, script.dialogue())
    assert (answers.queue, answers.node, answers.interface) == ("normal", Node(16, 16, 50 * GB), None)
    assert (answers.cores, answers.memory, answers.processes, answers.walltime) == (4, 8 * GB, 1, 36000)


def test_options_are_answers_and_not_asked_again() -> None:
    script = Script([""])
    given = {"login": "a@b", "project": "none", "processes": "1", "cores": "3", "python": "/opt/py/bin/python"}
    answers = interview.interview(NO_SITE, {**NODE, **given, "names": "one two"}, Script([""] * 8).dialogue())
    assert (answers.cores, answers.processes, answers.python) == (3, 1, "/opt/py/bin/python")
    assert (answers.interface, answers.names, answers.memory) == ("eth0", ("one", "two"), 4 * GB)
    assert script.asked == []


@pytest.mark.parametrize(
    ("option", "answer", "reason"),
    [
        ("walltime", "200:00", "200:00 is 8 d 8 h; the queue general ends jobs after 7 d (168:00)"),
        ("walltime", "04:00:00", "'04:00:00' has seconds; LSF reads [hours:]minutes: write 04:00"),
        ("cores", "16", "a job of 16 cores fits no node: 15 of a node's 16 cores are for jobs"),
        ("memory", "4", "'4' has no unit: write 4GB or 4MB"),
        ("memory", "30GB", "30.0 GB and 25% headroom are 37.5 GB, more than a node's 32.0 GB"),
        ("project", 'in"sar', 'in"sar has a quote in it, which ends the directive early: write the name alone'),
        ("project", "none", "a project is required here"),
        (
            "queue",
            "parallel",
            f"the queue parallel insists on span[ptile=16], and {ASKS}: choose another queue",
        ),
        ("usable-cores", "17", "17 are more than the 16 cores that a node has"),
        ("log-directory", "logs", "'logs' is not absolute: write it from / on"),
        (
            "login",
            "-ox@y",
            "the user '-ox' begins with -, which ssh takes for an option",
        ),
        ("names", "slurm", "slurm is a batch system's own section: choose another name"),
        ("names", "a-b a_b", "a_b stands there twice (dask takes - and _ as the same)"),
        ("interface", "ib0; rm", "'ib0; rm' is no interface: a name such as ib0 has up to 15 letters and digits"),
        ("processes", "3", "2 cores cannot be shared evenly by 3 processes: 1 or 2 can"),
    ],
)
def test_an_answer_that_cannot_be_is_refused_with_the_reason(option: str, answer: str, reason: str) -> None:
    with pytest.raises(UsageError) as error:
        interview.interview(PEGASUS, {"project": "p", option: answer}, Script([""] * 20).dialogue())
    assert error.value.message.endswith(f"{answer!r}: {reason}")


def test_a_refused_answer_is_asked_again() -> None:
    script = Script(["", 'in"sar', "", "insarlab", "", ""])
    answers = interview.interview(PEGASUS, {}, script.dialogue())
    assert answers.project == "insarlab"
    assert script.refused == [
        'in"sar has a quote in it, which ends the directive early: write the name alone',
        "an answer is needed",
    ]


def test_the_file_s_values_come_first_unless_they_cannot_be() -> None:
    known = replace(PEGASUS, saved={"queue": "normal", "cores": "99", "walltime": "43200", "project": "old"})
    script = Script([""] * 4)
    answers = interview.interview(known, {}, script.dialogue())
    assert (answers.queue, answers.cores, answers.walltime, answers.project) == ("normal", 2, 4 * 3600, "old")


def test_what_yes_cannot_answer_is_named() -> None:
    assert interview.unanswered(NO_SITE, {}) == ("--queue", "--cores-per-node", "--memory-per-node")
    assert interview.unanswered(NO_SITE, NODE) == ()
    assert interview.unanswered(PEGASUS, {}) == ("--project",)
