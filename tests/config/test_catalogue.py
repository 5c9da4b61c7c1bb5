from __future__ import annotations

import pytest
import yaml

from pegconf.config import catalogue

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


def test_hyphens_and_underscores_are_the_same() -> None:
    assert catalogue.canonical("log_directory") == "log-directory"
