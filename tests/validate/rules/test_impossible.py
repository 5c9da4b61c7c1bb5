"""What becomes of a job that can never run as it is, said of each batch system in its own way."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pegconf.core.model import Node, Queue, Site
from pegconf.validate import engine
from tests.validate.rules.test_extra_directives import COMMON, NOT_ABOUT_THIS, OWN

if TYPE_CHECKING:
    from pegconf.core.model import Finding

GB = 10**9
DAY = 86_400
REFUSED_OR_WAITS = "is refused, or waits for ever"
IN_QW = "waits for ever in the state qw, or is refused where the site verifies jobs (qsub -w e)"
NO_QUEUE = {
    "lsf": "bsub says: No such queue. Job not submitted.",
    "slurm": "sbatch says: invalid partition specified",
    "pbs": "qsub says: Unknown queue",
    "moab": "the job is refused, or waits for ever",
    "sge": 'qsub says: Job was rejected because job requests unknown queue "genral"',
    "oar": "oarsub says: ERROR : The queue genral does not exist",
}
OVER_WALLTIME = {
    "lsf": "is refused",
    "slurm": "waits for ever (PartitionTimeLimit), or is refused where EnforcePartLimits is set",
    "pbs": "is refused",
    "moab": REFUSED_OR_WAITS,
    "sge": IN_QW,
    "oar": "is refused by the site's admission rules",
}
OVER_NODE = {
    "lsf": "waits for ever",
    "slurm": "is refused: Requested node configuration is not available",
    "pbs": "waits for ever; Torque refuses it",
    "moab": REFUSED_OR_WAITS,
    "sge": IN_QW,
    "oar": "is refused: There are not enough resources for your request",
    "htcondor": "stays idle for ever",
}


def look(system: str, keys: str, *, project_required: bool = False) -> tuple[Finding, ...]:
    """What is found in a section for a cluster with a queue of one day on nodes of 16 cores and 32 GB."""
    queues = (Queue("general", Node(16, 16, 32 * GB), max_walltime=DAY),)
    site = Site("here", "Here", system, queues, "general", project_required=project_required)
    text = f"jobqueue:\n  {system}:\n    <<: {{{COMMON}, {OWN[system]}}}\n    {keys}\n"
    return engine.check_text(text, Path("jobqueue.yaml"), site=site).findings


def found(system: str, keys: str, *, project_required: bool = False) -> list[str]:
    """The codes of what is found, but for a queue that contradicts the key."""
    findings = look(system, keys, project_required=project_required)
    return [one.code for one in findings if one.code not in {*NOT_ABOUT_THIS, "PEG246"}]


def effect(system: str, code: str, keys: str) -> str:
    """What one finding says would follow."""
    (one,) = [one for one in look(system, keys) if one.code == code]
    return one.effect


@pytest.mark.parametrize("system", NO_QUEUE)
def test_a_queue_that_the_site_does_not_list(system: str) -> None:
    assert effect(system, "PEG234", "queue: genral") == NO_QUEUE[system]


@pytest.mark.parametrize("system", OVER_WALLTIME)
def test_a_walltime_over_the_queues(system: str) -> None:
    days = {"lsf": "48:00", "oar": "48", "slurm": "2-00:00:00"}.get(system, "48:00:00")
    assert effect(system, "PEG203", f"walltime: '{days}'") == f"the job {OVER_WALLTIME[system]}"


@pytest.mark.parametrize(
    ("system", "key", "directive", "expected"),
    [
        ("lsf", "'0'", "-W 0", "bsub refuses it, or ends the job at once"),
        ("slurm", "'0'", "-t 0", "the job waits for ever in a partition that has a limit"),
        ("slurm", "UNLIMITED", "-t UNLIMITED", "the job waits for ever in a partition that has a limit"),
        ("slurm", "4h", "-t 4h", "sbatch refuses it"),
        ("pbs", "'0'", "-l walltime=0", "qsub refuses it, or ends the job at once"),
        ("moab", "4h", "-l walltime=4h", "msub refuses it"),
        ("sge", "4h", "-l h_rt=4h", "qsub refuses it"),
        ("oar", "'0'", "-l walltime=0", "oarsub takes it, and the job has no time to run"),
        ("oar", "4h", "-l /core=2,walltime=4h", "oarsub refuses it"),
    ],
)
def test_a_walltime_that_is_not_read_leads_to_the_same_in_a_key_and_among_the_directives(
    system: str, key: str, directive: str, expected: str
) -> None:
    assert effect(system, "PEG202", f"walltime: {key}") == expected
    assert effect(system, "PEG209", f"job-extra-directives: ['{directive}']") == expected


@pytest.mark.parametrize("system", OVER_NODE)
def test_more_than_a_node_has(system: str) -> None:
    assert effect(system, "PEG231", "cores: 17") == f"the job {OVER_NODE[system]}"
    assert effect(system, "PEG232", "memory: 33GB") == f"the job {OVER_NODE[system]}"


@pytest.mark.parametrize(
    ("system", "directive"),
    [
        ("lsf", "-q"),
        ("slurm", "-p"),
        ("slurm", "--partition"),
        ("pbs", "-q"),
        ("moab", "-q"),
        ("sge", "-q"),
        ("oar", "-q"),
    ],
)
def test_a_queue_among_the_extras_that_the_site_does_not_list(system: str, directive: str) -> None:
    assert effect(system, "PEG269", f"job-extra-directives: ['{directive} nosuch']") == "it lists general"
    assert found(system, f"job-extra-directives: ['{directive} general']") == []


@pytest.mark.parametrize(
    ("system", "directive", "more"),
    [
        ("lsf", "-W 24:00", "-W 24:01"),
        ("slurm", "-t 1-00:00:00", "--time=1-00:01:00"),
        ("pbs", "-l walltime=24:00:00", "-l walltime=24:00:01"),
        ("moab", "-l walltime=24:00:00", "-l walltime=1:00:00:01"),
        ("sge", "-l h_rt=24:00:00", "-l h_rt=24:00:01"),
        ("oar", "-l /core=2,walltime=24", "-l /core=2,walltime=24:00:01"),
    ],
)
def test_a_walltime_among_the_extras_over_the_queues(system: str, directive: str, more: str) -> None:
    assert effect(system, "PEG209", f"job-extra-directives: ['{more}']") == f"the job {OVER_WALLTIME[system]}"
    assert "PEG209" not in found(system, f"job-extra-directives: ['{directive}']")


@pytest.mark.parametrize(
    ("system", "extras", "more"),
    [
        ("lsf", "['-n 16']", "['-n 17']"),
        ("slurm", "['-c 16']", "['--cpus-per-task=17']"),
        ("slurm", "['--mem=29G']", "['--mem=31G']"),
        ("pbs", "['-l select=1:ncpus=16:mem=29gb']", "['-l select=1:ncpus=17']"),
        ("pbs", "['-l nodes=1:ppn=16,mem=29gb']", "['-l nodes=1:ppn=17']"),
        ("pbs", "['-l select=1:ncpus=2:vmem=60gb']", "['-l select=1:ncpus=2:mem=30gb']"),
        ("moab", "['-l mem=29gb']", "['-l mem=30gb']"),
        ("moab", "['-l nodes=1:ppn=16']", "['-l nodes=1:ppn=17']"),
        ("sge", "['-pe smp 16']", "['-pe smp 17']"),
        ("sge", "['-pe openmpi 17']", "['-pe smp 17-32']"),
        ("sge", "['-l h_vmem=99G']", "['-l s_rt=60,mem_free=30G']"),
        ("oar", "['-l /nodes=1/core=16']", "['-l /nodes=1/core=17']"),
        ("oar", "['-l /core=17']", "['-l /nodes=1/cpu=2/core=9']"),
        ("htcondor", "{RequestCpus: 16}", "{request_cpus: 17}"),
        ("htcondor", "{RequestMemory: 30000}", "{RequestMemory: 30GB}"),
    ],
)
def test_more_than_a_node_has_among_the_extras(system: str, extras: str, more: str) -> None:
    assert effect(system, "PEG269", f"job-extra-directives: {more}") == f"the job {OVER_NODE[system]}"
    assert "PEG269" not in found(system, f"job-extra-directives: {extras}")


@pytest.mark.parametrize(
    ("system", "directive"),
    [
        ("lsf", "-P lab"),
        ("slurm", "--account=lab"),
        ("pbs", "-A lab"),
        ("moab", "-A lab"),
        ("sge", "-P lab"),
        ("oar", "--project lab"),
    ],
)
def test_a_project_among_the_extras_is_one(system: str, directive: str) -> None:
    assert found(system, "job-extra-directives: []", project_required=True) == ["PEG236"]
    assert found(system, f"job-extra-directives: ['{directive}']", project_required=True) == []


@pytest.mark.parametrize(
    ("system", "option"),
    [("lsf", "-q"), ("slurm", "-p"), ("pbs", "-q"), ("moab", "-q"), ("sge", "-q"), ("oar", "-q")],
)
def test_an_option_is_the_batch_systems_own(system: str, option: str) -> None:
    assert effect(system, "PEG243", "queue: $QUEUE") == f"the job asks for {option} $QUEUE, as it is written"


@pytest.mark.parametrize(
    ("system", "option"), [("lsf", "-J"), ("slurm", "-J"), ("pbs", "-N"), ("sge", "-N"), ("oar", "-n")]
)
def test_the_option_of_a_name_is_the_batch_systems_own(system: str, option: str) -> None:
    assert effect(system, "PEG243", "name: $NAME") == f"the job asks for {option} $NAME, as it is written"
