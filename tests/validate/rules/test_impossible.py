"""What becomes of a job that can never run as it is, said of each batch system in its own way."""

from __future__ import annotations

from pathlib import Path

import pytest

from pegconf.core.model import Node, Queue, Site
from pegconf.validate import engine as validate
from tests.validate.rules.test_extra_directives import COMMON, OWN

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


def effect(system: str, code: str, keys: str) -> str:
    """What one finding says would follow, on a cluster with a queue of one day on nodes of 16 cores and 32 GB."""
    site = Site("here", "Here", system, (Queue("general", Node(16, 16, 32 * GB), max_walltime=DAY),), "general")
    text = f"jobqueue:\n  {system}:\n    <<: {{{COMMON}, {OWN[system]}}}\n    {keys}\n"
    (found,) = [one for one in validate.check_text(text, Path("jobqueue.yaml"), site=site).findings if one.code == code]
    return found.effect


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
