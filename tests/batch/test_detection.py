"""By what each batch system is told on a host, and what only it says and is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest

from pegconf.batch import systems
from pegconf.batch.facts import Heard

if TYPE_CHECKING:
    from collections.abc import Mapping


class Told(NamedTuple):
    """What tells of one."""

    detect_by: tuple[str, ...] = ()
    configured_by: tuple[str, ...] = ()
    own_facts: Mapping[str, str] = {}
    questions: tuple[str, ...] = ()
    has_queues: bool = True


PER_CORE = {"reserve-per-core": "whether memory is reserved per core"}
TOLD = {
    "lsf": Told(
        ("bsub", "lsid"),
        ("$LSF_ENVDIR", "/etc/lsf.conf"),
        {"memory-unit": "the unit of limits", **PER_CORE},
        ("memory-unit",),
    ),
    "slurm": Told(("sbatch", "sinfo"), ("$SLURM_CONF", "/etc/slurm/slurm.conf", "/run/slurm/conf/slurm.conf")),
    "sge": Told(
        ("qconf", "qsub"),
        ("$SGE_ROOT",),
        {**PER_CORE, "memory-resource": "the resource that holds memory back"},
        ("parallel-environment", "memory-resource"),
    ),
    "moab": Told(("msub",)),
    "pbs": Told(
        ("qsub",),
        ("$PBS_CONF_FILE", "/etc/pbs.conf", "/var/spool/torque/server_name"),
        {"flavour": "the kind of PBS"},
        ("flavour",),
    ),
    "oar": Told(
        ("oarsub",),
        ("/etc/oar/oar.conf",),
        {"memory-property": "the property for memory per core"},
        ("memory-property",),
    ),
    "htcondor": Told(
        ("condor_submit",), ("$CONDOR_CONFIG", "/etc/condor/condor_config"), questions=("disk",), has_queues=False
    ),
    "local": Told(has_queues=False),
}


@pytest.mark.parametrize("name", TOLD)
def test_what_tells_of_a_batch_system(name: str) -> None:
    system = systems.KNOWN[name]
    own_facts = dict(system.own_facts)
    assert TOLD[name] == (
        system.detect_by,
        system.configured_by,
        own_facts,
        system.questions,
        system.has_queues,
    )
    assert list(own_facts) == list(TOLD[name].own_facts)


def test_a_host_is_asked_for_one_before_those_whose_commands_it_has_too() -> None:
    assert [system.name for system in systems.in_turn()] == list(TOLD)


@pytest.mark.parametrize("name", TOLD)
def test_it_may_be_where_all_of_its_commands_are(name: str) -> None:
    system, told = systems.KNOWN[name], TOLD[name].detect_by
    assert system.may_be_here(told.__contains__) is (told != ())
    for missing in told:
        assert not system.may_be_here((set(told) - {missing}).__contains__)


def test_without_a_batch_system_nobody_is_asked() -> None:
    local = systems.KNOWN["local"]
    assert (local.fact_files({}), local.fact_lines(Heard(), "alice"), local.read_facts(Heard(), "alice", {})) == (
        (),
        (),
        None,
    )


@pytest.mark.parametrize(
    ("system", "question", "offered"),
    [
        ("pbs", "flavour", ("pbspro", "")),
        ("oar", "memory-property", ("not_applicable", "")),
        ("sge", "parallel-environment", ("smp", "the usual name; qconf -spl lists them")),
        ("sge", "memory-resource", ("mem_free", "known everywhere; ask the site which one it counts")),
        ("htcondor", "disk", ("4GB", "1 GB a core")),
        (
            "htcondor",
            "local-directory",
            ("$_CONDOR_SCRATCH_DIR", "a job's own scratch, which its disk is counted in"),
        ),
        ("local", "interface", ("lo", "workers and scheduler are on this machine")),
    ],
)
def test_what_is_offered_where_nobody_knows_better(system: str, question: str, offered: tuple[str, str]) -> None:
    assert systems.KNOWN[system].usual(question, {"cores": 4}, {}) == offered
    assert systems.KNOWN[system].usual("names", {"cores": 4}, {}) is None
