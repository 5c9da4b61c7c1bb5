"""A batch system that answers as recorded, to whatever a check asks it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pegconf.batch.acceptance import Case
from pegconf.batch.systems import KNOWN
from pegconf.core.command_output import Answer

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping, Sequence

    from pegconf.batch.acceptance import Said


def case(system: str, directives: Sequence[str], answers: Mapping[str, Answer]) -> Case:
    """A script of these directives, and a cluster that answers a command line by the most words known."""
    known = KNOWN[system]
    assert known.trial is not None
    script = "#!/bin/sh\n" + "".join(f"{known.directives.sign} {one}\n" for one in directives) + "true\n"

    def run(words: Sequence[str], given: str | None) -> Answer:
        line = " ".join([*words, "with totals" if given is not None and "mem_total=" in given else "", ""])
        return answers[max((begin for begin in answers if line.startswith(f"{begin} ")), key=len)]

    return Case(known.trial, known.refusals, known.directives.sign, script, known.of_script(script), run, no_job)


def no_job(_case: Case, _command: object) -> Generator[Said, None, bool]:
    """Nothing can be submitted to it."""
    raise NotImplementedError


def refused(words: str, code: int | None = 1) -> Answer:
    return Answer("a command", code, "", words)


def took(printed: str = "") -> Answer:
    return Answer("a command", 0, printed, "")
