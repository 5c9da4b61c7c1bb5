"""validate --submit-check on a real Grid Engine, as an ordinary user: its own words at the key that caused them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from pegconf.config import catalogue

if TYPE_CHECKING:
    from tests.systems.gridengine.cluster import Cluster

pytestmark = pytest.mark.slow
CHECK = ("pegconf", "validate", "--submit-check", "--select", "PEG4", "checked.yaml")
TAKEN = "Grid Engine was asked with qsub -w v: it takes section sge\n"


def section(**changed: Any) -> str:
    """A complete section for Grid Engine; `changed` has `_` for `-` in the keys' names."""
    values = catalogue.complete("sge") | {"cores": 2, "memory": "1GB", "queue": "all.q", "walltime": "04:00:00"}
    values |= {"name": "dask-worker", "processes": 1, "interface": "lo"}
    values |= {"resource-spec": "h_vmem=1G", "job-extra-directives": ["-pe smp 2"]}
    values |= {key.replace("_", "-"): value for key, value in changed.items()}
    return yaml.safe_dump({"jobqueue": {"sge": values}}, sort_keys=False)


def write(here: Cluster, **changed: Any) -> str:
    text = section(**changed)
    written = here.run("sh", "-c", "cat > checked.yaml", given=text)
    assert written[0] == 0, written
    return text


@pytest.mark.parametrize("resources", ["h_vmem=1G", "mem_free=500M", "mem_free=500M,h_vmem=1G", None])
def test_a_good_section_is_taken_and_nothing_is_submitted(gridengine: Cluster, resources: str | None) -> None:
    write(gridengine, resource_spec=resources)
    assert gridengine.run(*CHECK) == (0, "checked.yaml: sge: nothing wrong found\n", TAKEN)
    assert gridengine.run("qstat") == (0, "", "")


REFUSED = "Grid Engine refuses it: "
NEVER = "it would never start: "


@pytest.mark.parametrize(
    ("changed", "code", "key", "there", "message"),
    [
        (
            {"queue": "nosuch.q"},
            "PEG402",
            "queue",
            "nosuch.q",
            REFUSED + 'Job was rejected because job requests unknown queue "nosuch.q"',
        ),
        (
            {"project": "nosuch"},
            "PEG402",
            "project",
            "nosuch",
            REFUSED + 'job rejected: the requested project "nosuch" does not exist',
        ),
        (
            {"walltime": "48:00:00"},
            "PEG403",
            "walltime",
            "48:00:00",
            NEVER + '(-l h_rt=172800) cannot run in queue "all.q" because of cluster queue',
        ),
        (
            {"queue": "short.q"},
            "PEG403",
            "walltime",
            "04:00:00",
            NEVER + '(-l h_rt=14400) cannot run in queue "short.q" because of cluster queue',
        ),
        (
            {"resource_spec": "h_vmem=900G"},
            "PEG403",
            "resource-spec",
            "h_vmem=900G",
            NEVER
            + '(-l h_rt=14400,h_vmem=900G) cannot run in queue "node01" because it offers only hc:h_vmem=100.000G',
        ),
        (
            {"job_extra_directives": ["-pe smp 20"]},
            "PEG403",
            "job-extra-directives",
            "-pe smp 20",
            NEVER + 'cannot run in PE "smp" because it only offers 0 slots',
        ),
        (
            {"resource_spec": "mem_free=500M", "job_extra_directives": ["-pe smp 20"]},
            "PEG403",
            "job-extra-directives",
            "-pe smp 20",
            NEVER + 'cannot run in PE "smp" because it only offers 0 slots',
        ),
        (
            {"job_extra_directives": ["-pe nosuch 2"]},
            "PEG402",
            "job-extra-directives",
            "-pe nosuch 2",
            REFUSED + 'job rejected: the requested parallel environment "nosuch" does not exist',
        ),
        ({"resource_spec": "nosuch=1"}, "PEG402", "resource-spec", "nosuch=1", REFUSED + 'unknown resource "nosuch"'),
        (
            {"job_extra_directives": ["-pe smp 2", "-l gpu=1"]},
            "PEG402",
            "job-extra-directives",
            "-l gpu=1",
            REFUSED + 'unknown resource "gpu"',
        ),
        (
            {"resource_spec": "h_vmem=lots"},
            "PEG402",
            "resource-spec",
            "h_vmem=lots",
            REFUSED + 'attribute "h_vmem" is not a memory value',
        ),
        (
            {"job_extra_directives": ["-pe smp 2", "-nosuch"]},
            "PEG402",
            "job-extra-directives",
            "-nosuch",
            REFUSED + 'Unable to read script file because of error: invalid option argument "-nosuch"',
        ),
    ],
)
def test_what_grid_engine_has_against_it_stands_at_the_key(
    gridengine: Cluster, changed: dict[str, Any], code: str, key: str, there: str, message: str
) -> None:
    lines = write(gridengine, **changed).splitlines()
    ended, out, err = gridengine.run(*CHECK, "--format", "json")
    assert (ended, err) == (1, ""), out
    (one,) = json.loads(out)["findings"]
    assert (one["code"], one["key"], one["message"]) == (code, key, message)
    assert lines[one["line"] - 1][one["column"] - 1 :].strip("'") == there
    assert gridengine.run("qstat") == (0, "", "")


def test_memory_that_no_host_has_at_all_is_told_from_memory_that_is_not_free(gridengine: Cluster) -> None:
    """What hosts have is known to `qsub -w v`, what they have free is not."""
    write(gridengine, resource_spec="mem_free=900G")
    code, out, _ = gridengine.run(*CHECK, "--format", "json")
    (one,) = json.loads(out)["findings"]
    assert (code, one["code"], one["key"]) == (1, "PEG403", "resource-spec")
    assert one["message"].startswith(
        'it would never start: (-l h_rt=14400,mem_total=900G) cannot run in queue "node01"'
        " because it offers only hl:mem_total="
    )


def test_a_full_queue_is_no_failure(gridengine: Cluster) -> None:
    taken = gridengine.run(
        "qsub", "-N", "mine", "-pe", "smp", "8", "-o", "/dev/null", "-j", "y", "-b", "y", "sleep", "300"
    )
    assert taken[0] == 0, taken
    try:
        gridengine.run("sh", "-c", "while ! qstat -s r | grep -q mine; do sleep 0.2; done")
        write(gridengine)
        assert gridengine.run(*CHECK) == (0, "checked.yaml: sge: nothing wrong found\n", TAKEN)
        write(gridengine, resource_spec="mem_free=500M")
        code, out, err = gridengine.run(*CHECK, "--format", "json")
        (one,) = json.loads(out)["findings"]
        assert (code, err, one["code"]) == (0, TAKEN, "PEG404")
        assert one["message"] == (
            'it would not start now: (-l slots=1) cannot run in queue "node01" because it offers only hc:slots=0.000000'
        )
        assert [line.split()[2] for line in gridengine.run("qstat")[1].splitlines()[2:]] == ["mine"]
    finally:
        gridengine.run("qdel", "-u", "pegtest")
