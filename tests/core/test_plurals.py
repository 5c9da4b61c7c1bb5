"""One of a thing is said as one: `1 core`, `1 warning`, whoever counts."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pegconf.config import catalogue
from pegconf.core import sizing, units
from pegconf.core.errors import RefusedError
from pegconf.core.model import Node
from pegconf.init import answers, plan
from pegconf.site import files
from pegconf.validate import engine
from tests.example import PEGASUS_ANSWERS

if TYPE_CHECKING:
    from tests.conftest import Person

GB = 10**9


@pytest.mark.parametrize(
    ("number", "noun", "verbs", "text"),
    [
        (1, "job", (), "1 job"),
        (2, "job", (), "2 jobs"),
        (0, "process", (), "0 processes"),
        (1, "process", (), "1 process"),
        ("1,000", "column", (), "1,000 columns"),
        ("0.5", "second", (), "0.5 seconds"),
        (1, "key", ("is", "are"), "1 key is"),
        (9, "key", ("is", "are"), "9 keys are"),
    ],
)
def test_a_number_with_its_noun(number: int | str, noun: str, verbs: tuple[str, ...], text: str) -> None:
    assert units.count(number, noun, *verbs) == text


@pytest.mark.parametrize(
    ("section", "said"),
    [
        ("lsf: {cores: 1, processes: 2, memory: 4GB}", "2 processes share 1 core"),
        ("lsf: {cores: 3, processes: 2, memory: 4GB}", "2 x 1 thread; 1 of 3 cores stay idle"),
        ("lsf: {cores: 2, ncpus: 1, memory: 4GB}", "2 threads run on 1 reserved core"),
        ("lsf: {cores: 2, memory: 4GB, mem: 1}", "mem is 1 byte"),
        ("lsf: {cores: 2, memory: 4GB, death-timeout: 1}", "death-timeout is 1 second"),
        ("lsf: {cores: 1, memory: 8GB, job-extra-directives: ['-R \"rusage[mem=1]\"']}", "rusage[mem=1] for 1 core"),
        (
            "lsf: {cores: 1, memory: 8GB, job-script-prologue: [export OMP_NUM_THREADS=8]}",
            "times 1 thread of Dask is 8",
        ),
        ("sge: {cores: 2, memory: 4GB}", "cores is 2 and the job asks for 1 slot"),
        ("pbs: {cores: 1, memory: 4GB, resource-spec: 'select=1:ncpus=0:mem=9gb'}", "1 thread runs on 0 reserved"),
        ("oar: {cores: 1, memory: 4GB, resource-spec: /nodes=1/core=0}", "1 thread runs on 0 reserved"),
        ("htcondor: {cores: 1, memory: 4GB, disk: 1}", "disk 1 is 1 byte"),
    ],
)
def test_a_finding_counts_one(section: str, said: str) -> None:
    site = files.load("pegasus") if section.startswith("lsf") else None
    found = engine.check_text(f"jobqueue: {{{section}}}", Path("jobqueue.yaml"), site=site).findings
    assert said in "\n".join(f"{one.message}\n{one.effect}" for one in found)


def test_one_key_is_missing() -> None:
    keys = ", ".join(
        f"{name}: null" for name in catalogue.defaults("lsf") if name not in {"cores", "memory", "interface"}
    )
    text = (
        "pegconf: {version: 1, sections: {insar: {scheduler: lsf}}}\n"
        f"jobqueue: {{insar: {{cores: 2, memory: 4GB, {keys}}}}}\n"
    )
    found = engine.check_text(text, Path("jobqueue.yaml")).findings
    assert [one.message for one in found if one.code == "PEG111"] == ["1 key is missing: interface"]


@pytest.mark.parametrize(
    ("cores", "processes", "reason"),
    [
        (2, 1, "a job of 2 cores fits no node: 1 of a node's 1 core is for jobs"),
        (1, 2, "1 core cannot be shared evenly by 2 processes: 1 can"),
    ],
)
def test_a_node_of_one_core(cores: int, processes: int, reason: str) -> None:
    with pytest.raises(RefusedError) as refused:
        sizing.shape(Node(1, 1, 8 * GB), cores, GB, processes)
    assert str(refused.value) == reason
    with pytest.raises(RefusedError) as refused:
        answers.node_memory("10MB", 1)
    assert str(refused.value) == "10 MB is too little for a node of 1 core"


def test_the_table_of_init_counts_one() -> None:
    site = replace(files.load("pegasus"), jobs_before_pending=1)
    one = replace(PEGASUS_ANSWERS, site=site, cores=1, memory=GB, processes=1, names=())
    rows = dict(plan.amounts(one))
    assert rows["one job"] == "1 core, 1.0 GB: 1 worker of 1 thread and 1.0 GB"
    assert rows["jobs at most"] == "about 1 before more stay pending: 1 core, 1 node"


@pytest.mark.parametrize(("others", "said"), [("old", "1 warning: "), ("old older", "2 warnings: ")])
def test_init_counts_the_warnings(person: Person, others: str, said: str) -> None:
    person.write("jobqueue:\n" + "".join(f"  {name}:\n    cores: 2\n    memory: 4GB\n" for name in others.split()))
    ran = person.runs("init", "--site", "pegasus", "--project", "p", "--login", "none", "--yes", "--dry-run")
    told = [line for line in ran.err.splitlines() if "pegconf validate shows" in line]
    assert told == [f"{said}pegconf validate shows {'it' if said.startswith('1 ') else 'them'}"], ran
