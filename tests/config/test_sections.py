"""Sections as dask merges them, and which batch system each is for."""

from __future__ import annotations

from pathlib import Path

import pytest

from pegconf.config import catalogue, document
from pegconf.config.sections import Section, choose, collect
from pegconf.config.sources import Sources, Variable
from pegconf.core.errors import CannotGoOnError, UsageError

FILE = Path("/etc/dask/jobqueue.yaml")


def sections(*texts: str, variables: tuple[Variable, ...] = (), scheduler: str | None = None) -> dict[str, Section]:
    documents = tuple(document.parse(text, FILE.with_name(f"{number}.yaml")) for number, text in enumerate(texts))
    return {section.name: section for section in collect(Sources(documents, variables), scheduler)}


def test_a_setting_knows_its_place() -> None:
    setting = sections("jobqueue:\n  lsf:\n    log_directory: /tmp\n")["lsf"].settings["log-directory"]
    assert (setting.written, setting.plain, setting.origin) == ("log_directory", "/tmp", "/etc/dask/0.yaml:3")
    assert setting.mark is not None
    assert (setting.mark.line, setting.mark.column, setting.mark.width) == (3, 20, 4)


def test_the_own_section_inherits_and_a_named_one_does_not() -> None:
    found = sections("jobqueue: {lsf: {cores: 2}, insar: {cores: 2}}")
    assert found["lsf"].values() == catalogue.defaults("lsf") | {"cores": 2}
    assert found["insar"].values() == {"cores": 2}
    assert (found["lsf"].get("walltime"), found["insar"].get("walltime")) == ("00:30", None)


def test_later_files_win_and_mappings_join() -> None:
    found = sections(
        "jobqueue: {lsf: {cores: 2, memory: 4GB, scheduler-options: {port: 1, host: a}}}",
        "jobqueue: {lsf: {cores: 3, scheduler_options: {port: 2}}}",
    )["lsf"]
    settings = {name: setting.plain for name, setting in found.settings.items()}
    assert settings == {"cores": 3, "memory": "4GB", "scheduler-options": {"port": 2, "host": "a"}}


def test_hyphens_and_underscores_are_one_section() -> None:
    found = sections(
        "jobqueue: {in-sar: {cores: 1}}",
        "jobqueue: {in_sar: {memory: 4GB}}",
        variables=(Variable("DASK_JOBQUEUE__IN_SAR__QUEUE", ("jobqueue", "in_sar", "queue"), "x"),),
    )
    assert {name: sorted(section.settings) for name, section in found.items()} == {
        "in-sar": ["cores", "memory", "queue"]
    }


def test_of_two_spellings_in_one_file_the_first_counts() -> None:
    setting = sections("jobqueue: {lsf: {log_directory: /a, log-directory: /b}}")["lsf"].settings["log-directory"]
    assert (setting.written, setting.plain) == ("log_directory", "/a")


@pytest.mark.parametrize(
    ("text", "scheduler", "system"),
    [
        ("jobqueue: {lsf: {}}", None, "lsf"),
        ("jobqueue: {lsf: {}}", "slurm", "slurm"),
        ("jobqueue: {a: {lsf-units: mb}}", None, "lsf"),
        ("jobqueue: {a: {job_cpu: 1}}", None, "slurm"),
        ("jobqueue: {a: {job-cpu: 1, ncpus: 1}}", None, None),
        ("jobqueue: {a: {cores: 1}}", None, None),
        ("pegconf: {sections: {a: {scheduler: oar}}}\njobqueue: {a: {lsf-units: mb}}", None, "oar"),
        ("pegconf: {sections: {a: {scheduler: nonsense}}}\njobqueue: {a: {lsf-units: mb}}", None, "lsf"),
        ("pegconf: {sections: {a: [1]}}\njobqueue: {a: {lsf-units: mb}}", None, "lsf"),
    ],
)
def test_the_batch_system(text: str, scheduler: str | None, system: str | None) -> None:
    (section,) = sections(text, scheduler=scheduler).values()
    assert section.batch_system == system


def test_what_was_asked_belongs_to_its_section() -> None:
    asked = "pegconf: {version: 1, login: me@host, sections: {lsf: {scheduler: lsf, site: pegasus}}}"
    section = sections(f"{asked}\njobqueue: {{lsf: {{}}}}")["lsf"]
    assert (section.asked, section.login) == ({"scheduler": "lsf", "site": "pegasus"}, "me@host")


def test_a_variable_makes_a_section() -> None:
    section = sections(variables=(Variable("DASK_JOBQUEUE__LSF__CORES", ("jobqueue", "lsf", "cores"), 2),))["lsf"]
    assert (section.get("cores"), section.mark, section.settings["cores"].origin) == (
        2,
        None,
        "DASK_JOBQUEUE__LSF__CORES",
    )


@pytest.mark.parametrize(
    ("text", "name", "chosen"),
    [
        ("jobqueue: {lsf: {}, a: {}}", None, "lsf"),
        ("jobqueue: {a: {}}", None, "a"),
        ("jobqueue: {in-sar: {}, lsf: {}}", "in_sar", "in-sar"),
    ],
)
def test_choose(text: str, name: str | None, chosen: str) -> None:
    assert choose(list(sections(text).values()), name).name == chosen


def test_choose_names_what_there_is() -> None:
    several = list(sections("jobqueue: {lsf: {}, slurm: {}}").values())
    with pytest.raises(UsageError) as many:
        choose(several, None)
    assert many.value.hint == "name one of: lsf, slurm"
    with pytest.raises(CannotGoOnError, match="no section 'x'"):
        choose(several, "x")
    with pytest.raises(CannotGoOnError, match="no section under jobqueue:"):
        choose([], None)
