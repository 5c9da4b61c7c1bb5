"""What a scheduler noted of itself, and what is none of that."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from pegconf.jobs import driver_notes
from pegconf.jobs.driver_notes import Identity, Noted

if TYPE_CHECKING:
    from pathlib import Path

SAID = {"id": "Scheduler-7", "address": "tls://10.2.0.11:41003", "services": {"dashboard": 40123}, "workers": {"a": {}}}
NOTED = Noted("10.2.0.11", 40123, Identity("Scheduler-7", "tls://10.2.0.11:41003", 1))


def test_where_it_is_and_who() -> None:
    assert driver_notes.parse(json.dumps(SAID)) == NOTED


@pytest.mark.parametrize(
    "changed",
    [
        {"address": None},
        {"address": "tcp://"},
        {"services": {}},
        {"services": {"dashboard": 0}},
        {"workers": None},
        {"services": {"dashboard": 1e999}},
        {"id": "x\x1b[2J"},
        {"address": "tcp://h\x07:1"},
    ],
)
def test_what_does_not_say_it(changed: dict[str, object]) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - its words are Python's
        driver_notes.parse(json.dumps(SAID | changed))


@pytest.mark.parametrize("text", ["", "[]", "7", "[" * 10_000])
def test_what_is_no_scheduler_file(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - its words are Python's
        driver_notes.parse(text)


def test_a_jobs_note_is_in_the_state_folder(tmp_path: Path) -> None:
    state = {"XDG_STATE_HOME": str(tmp_path)}
    assert driver_notes.of_job(state, "insar-driver", "17") is None
    file = driver_notes.file(state, "insar-driver", "17")
    assert file == tmp_path / "pegconf" / "schedulers" / "insar-driver-17.json"
    file.parent.mkdir(parents=True)
    file.write_text(json.dumps(SAID), encoding="utf-8")
    assert driver_notes.of_job(state, "insar-driver", "17") == NOTED
    # As PBS lists it; in the job the id is cut.
    assert driver_notes.of_job(state, "insar-driver", "17.server") == NOTED
    assert driver_notes.of_job(state, "insar-driver", "../17") is None
    file.write_text("half of", encoding="utf-8")
    assert driver_notes.of_job(state, "insar-driver", "17") is None
