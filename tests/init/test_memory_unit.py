"""LSF's unit of limits: what init writes in it, validate reads in it, and proposes the very same."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pegconf.init import existing_file, plan
from pegconf.site import files
from pegconf.validate import engine
from tests.example import PEGASUS_ANSWERS

if TYPE_CHECKING:
    from pegconf.core.model import Site

FILE = Path("/home/me/.config/dask/jobqueue.yaml")
MEMORY = {"PEG215", "PEG232", "PEG233", "PEG238"}
UNITS = [
    ("kb", True, "2500"),
    ("mb", True, "2500"),
    ("gb", True, "3"),
    ("kb", False, "5000"),
    ("mb", False, "5000"),
    ("gb", False, "5"),
]


def made(site: Site, unit: str) -> str:
    """What init writes for 2 cores and 4 GB on a site like Pegasus."""
    answers = replace(PEGASUS_ANSWERS, site=site, unit=unit, names=())
    return plan.plan(existing_file.existing(Path("/nonexistent/jobqueue.yaml")), answers, only_named=False).text


def about_memory(text: str, site: Site | None) -> list[tuple[str, str, str | None]]:
    found = engine.check_text(text, FILE, site=site).findings
    return [(one.code, one.message, one.fix) for one in found if one.code in MEMORY]


@pytest.mark.parametrize("of_site", [True, False], ids=["the site's unit", "a unit that only the section has"])
@pytest.mark.parametrize(("unit", "per_core", "number"), UNITS)
def test_what_init_reserves_is_enough_for_validate(unit: str, per_core: bool, number: str, of_site: bool) -> None:
    site = replace(files.load("pegasus"), memory_unit=unit if of_site else None, reserve_per_core=per_core)
    text = made(site, unit)
    assert f"'-R \"span[hosts=1] rusage[mem={number}]\"'" in text
    assert about_memory(text, site) == []


@pytest.mark.parametrize(("unit", "per_core", "number"), UNITS)
def test_what_validate_proposes_is_what_init_writes(unit: str, per_core: bool, number: str) -> None:
    site = replace(files.load("pegasus"), memory_unit=unit, reserve_per_core=per_core)
    text = made(site, unit).replace(f"rusage[mem={number}]", "rusage[mem=1]")
    held = {"kb": 1, "mb": 1, "gb": 1000}[unit] * (2 if per_core else 1)
    shown = f"{held / 1000:.1f} GB" if held >= 1000 else f"{held} MB"
    where = "rusage[mem=1] for 2 cores" if per_core else "rusage[mem=1]"
    message = f"{where} reserves {shown}, and memory is 4.0 GB"
    assert about_memory(text, site) == [("PEG233", message, f'-R "span[hosts=1] rusage[mem={number}]"')]


@pytest.mark.parametrize(
    ("unit", "number", "held"),
    [("kb", "5000", "2 MB"), ("mb", "5000", "2 MB"), ("gb", "5", "2.0 GB"), ("GB", "5", "2.0 GB")],
)
def test_a_section_without_a_site_goes_by_its_own_unit(unit: str, number: str, held: str) -> None:
    keys = f"cores: 2, memory: 4GB, lsf-units: {unit}, job-extra-directives: ['-R \"rusage[mem=1]\"']"
    message = f"rusage[mem=1] holds back {held} at most, and memory is 4.0 GB"
    assert about_memory(f"jobqueue: {{lsf: {{{keys}}}}}", None) == [
        ("PEG238", message, f"- '-R \"rusage[mem={number}]\"'")
    ]
    assert about_memory(f"jobqueue: {{lsf: {{{keys.replace('mem=1', f'mem={number}')}}}}}", None) == []
