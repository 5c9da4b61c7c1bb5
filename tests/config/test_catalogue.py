from __future__ import annotations

from types import MappingProxyType

import pytest
import yaml

from pegconf.batch.local import Local
from pegconf.batch.systems import KNOWN
from pegconf.config import catalogue
from pegconf.config.catalogue import Key

SYSTEMS = ("lsf", "slurm", "pbs", "sge", "htcondor", "oar", "moab", "local")


@pytest.mark.parametrize("system", SYSTEMS)
def test_every_key_of_the_installed_dask_jobqueue_is_declared(system: str) -> None:
    undeclared = set(catalogue.defaults(system)) - set(catalogue.keys())
    assert undeclared == set()


@pytest.mark.parametrize("system", SYSTEMS)
def test_no_key_is_declared_for_a_batch_system_that_lacks_it(system: str) -> None:
    defaults = catalogue.defaults(system)
    own = {name for name, key in catalogue.keys().items() if key.systems and key.belongs_to(system)}
    assert {name for name in defaults if catalogue.keys()[name].systems} == own & set(defaults)
    assert all(catalogue.keys()[name].belongs_to(system) for name in defaults)


def test_the_defaults_are_the_installed_file_s() -> None:
    installed = yaml.safe_load(catalogue.defaults_file().read_text())["jobqueue"]["lsf"]
    assert catalogue.defaults("lsf") == installed
    assert list(catalogue.defaults("lsf")) == list(installed)


def test_a_complete_section_has_the_next_release_s_keys_at_its_end() -> None:
    complete = catalogue.complete("lsf")
    assert complete == {**catalogue.defaults("lsf"), "job-script-epilogue": []}


def test_the_keys_of_a_type_are_those_that_may_be_of_it() -> None:
    assert list(catalogue.of_type("object")) == ["job-extra", "job-extra-directives", "scheduler-options"]


def test_deprecated_keys_name_a_key_that_exists() -> None:
    assert catalogue.renamed() == {
        "extra": "worker-extra-args",
        "env-extra": "job-script-prologue",
        "job-extra": "job-extra-directives",
        "header-skip": "job-directives-skip",
    }
    assert set(catalogue.renamed().values()) <= set(catalogue.keys())


class OfItsOwn(Local):
    """A batch system that dask-jobqueue's own jobqueue.yaml has no section of."""

    name = "own"
    default_section = MappingProxyType({"cores": 3, "queue": None, "lane": "fast"})
    own_keys = MappingProxyType({"lane": {"type": ["string", "null"], "x-comment": "lane of the road"}})


def test_a_batch_system_s_own_section_and_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    before = catalogue.keys()
    monkeypatch.setitem(KNOWN, "own", OfItsOwn())
    assert catalogue.defaults("own") == {"cores": 3, "queue": None, "lane": "fast"}
    assert list(catalogue.keys()) == [*before, "lane"]
    assert catalogue.keys()["lane"] == Key("lane", ("string", "null"), "lane of the road", systems=("own",))
    assert [name for name, key in catalogue.keys().items() if key.systems and key.belongs_to("own")] == [
        "queue",
        "lane",
    ]
    assert catalogue.of_type("string")["lane"].belongs_to("own")
    entry = catalogue.form_of_pegconf()["properties"]["sections"]["additionalProperties"]["properties"]
    assert entry["scheduler"]["enum"][-2:] == ["local", "own"]


def test_hyphens_and_underscores_are_the_same() -> None:
    assert catalogue.canonical("log_directory") == "log-directory"
