from __future__ import annotations

from pathlib import Path

import yaml

from pegconf.config import document, sections, show
from pegconf.config.sources import Sources, Variable

TEXT = """\
jobqueue:
  mine:
    cores: 2
    walltime: '04:00'
    log_directory: /scratch/x
    shebang: '#!/bin/bash'
    scheduler-options: {dashboard_address: ':9000'}
"""


def test_each_value_with_the_line_or_variable_that_set_it() -> None:
    variables = (Variable("DASK_JOBQUEUE__MINE__QUEUE", ("jobqueue", "mine", "queue"), "general"),)
    found = sections.collect(Sources((document.parse(TEXT, Path("a.yaml")),), variables), "lsf")
    assert show.text(found[0]).splitlines() == [
        "mine:  # lsf",
        "  cores: 2                                         # a.yaml:3",
        '  walltime: "04:00"                                # a.yaml:4',
        "  log-directory: /scratch/x                        # a.yaml:5",
        '  shebang: "#!/bin/bash"                           # a.yaml:6',
        "  scheduler-options: {dashboard_address: ':9000'}  # a.yaml:7",
        "  queue: general                                   # DASK_JOBQUEUE__MINE__QUEUE",
    ]


def test_what_is_shown_is_yaml_of_the_same_values() -> None:
    found = sections.collect(Sources((document.parse(TEXT, Path("a.yaml")),)))
    assert yaml.safe_load(show.text(found[0]))["mine"] == found[0].values()


def test_what_lost_stands_below_what_counts() -> None:
    first = document.parse("jobqueue: {lsf: {queue: normal, scheduler-options: {port: 1, host: a}}}", Path("a.yaml"))
    second = document.parse("jobqueue:\n  lsf:\n    queue: long\n    scheduler_options: {port: 2}\n", Path("b.yaml"))
    variables = (Variable("DASK_JOBQUEUE__LSF__QUEUE", ("jobqueue", "lsf", "queue"), "general"),)
    (found,) = sections.collect(Sources((first, second), variables))
    lines = [line for line in show.text(found).splitlines() if not line.endswith("dask-jobqueue's default")]
    assert [" ".join(line.split()) for line in lines] == [
        "lsf: # lsf",
        "queue: general # DASK_JOBQUEUE__LSF__QUEUE",
        "# instead of long from b.yaml:3",
        "# instead of normal from a.yaml:1",
        "scheduler-options: {port: 2, host: a} # b.yaml:4, a.yaml:1",
        "# instead of 1 from a.yaml:1",
    ]


def test_a_default_that_is_a_mapping_takes_the_place_of_null() -> None:
    (found,) = sections.collect(Sources((document.parse("jobqueue: {lsf: {scheduler-options: }}", Path("a.yaml")),)))
    lines = [
        " ".join(line.split()) for line in show.text(found).splitlines() if "options" in line or "null from" in line
    ]
    assert lines == ["scheduler-options: {} # dask-jobqueue's default", "# instead of null from a.yaml:1"]
