from __future__ import annotations

from pathlib import Path

import yaml

from pegconf import document, sections, show
from pegconf.sources import Sources, Variable

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
