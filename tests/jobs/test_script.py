from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pegconf.config import document, sections
from pegconf.config.sources import Sources
from pegconf.core.errors import CannotGoOnError
from pegconf.jobs import script
from tests import example


def build(logs: Path, **changed: Any) -> str:
    text = example.configuration(logs, **changed)
    sources = Sources((document.parse(text, Path("jobqueue.yaml")),))
    return script.build(sections.collect(sources)[0], sources)


def test_the_script_is_dask_jobqueues_and_nothing_is_made(tmp_path: Path) -> None:
    logs = tmp_path / "logs"
    assert (
        build(logs, python="/opt/python")
        == f"""\
#!/usr/bin/env bash

#BSUB -J dask-worker
#BSUB -e {logs}/WORKER-NAME-%J.err
#BSUB -o {logs}/WORKER-NAME-%J.out
#BSUB -q general
#BSUB -P "insarlab"
#BSUB -n 2
#BSUB -R "span[hosts=1]"
#BSUB -M 1000
#BSUB -W 04:00
#BSUB -R "rusage[mem=625]"

/opt/python -m distributed.cli.dask_worker tcp://SCHEDULER-ADDRESS:PORT --name WORKER-NAME --nthreads 1\
 --memory-limit 476.84MiB --nworkers 2 --nanny --death-timeout 60 --local-directory {logs}\
 --lifetime 235m --dashboard-address 127.0.0.1:0 --interface lo
"""
    )
    assert list(tmp_path.iterdir()) == []


def test_what_dask_jobqueue_refuses_is_said_in_its_words(tmp_path: Path) -> None:
    with pytest.raises(CannotGoOnError, match=r"section 'lsf': TypeError: unsupported operand type"):
        build(tmp_path, mem="8GB")


def test_a_section_for_another_batch_system_is_not_guessed_at(tmp_path: Path) -> None:
    sources = Sources((document.parse("jobqueue: {mine: {cores: 1}}", tmp_path / "jobqueue.yaml"),))
    with pytest.raises(CannotGoOnError, match="batch system of section 'mine' cannot be told"):
        script.build(sections.collect(sources)[0], sources)
