"""What init asks a person about who can reach the scheduler: whether there is a dashboard, and encryption."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from pegconf import answers as parsing
from pegconf import beside, certificates, pages, sources
from pegconf import init as making
from pegconf.cli import prompt
from pegconf.errors import RefusedError
from pegconf.questions import Question

if TYPE_CHECKING:
    from pathlib import Path

    from pegconf.answers import Answers
    from pegconf.existing import Existing

_FITS: Final = (
    ("loopback", "all of its pages, your code and logs: enough on a compute node that you have alone"),
    ("none", "a page that says ok: for a login node; pegconf tunnel then has nothing to show"),
)


def offered(answers: Answers, before: Existing, tls: bool | None, *, person: bool) -> tuple[Answers, bool | None]:
    """The answers and `tls` with what a person chose where no option said it; --yes changes nothing."""
    if not person:
        return answers, tls
    answers = _dashboard(answers, before)
    return answers, _encryption(answers, before.path) if tls is None else tls


def _dashboard(answers: Answers, before: Existing) -> Answers:
    """Ask whether there is a dashboard, by where the scheduler runs; a section that has another address keeps it."""
    found = [before.section(name) for name in (*answers.names, answers.system.name)]
    options = next((section.get("scheduler-options") for section in found if section is not None), None)
    now = pages.kind_of(options)
    if answers.pages.kind is not None or now is None:
        return answers
    prompt.table("What the dashboard, which has no password, leaves to other users of the scheduler's host", _FITS)
    question = Question("--dashboard", "Dashboard, loopback or none", now)
    refused = ""
    while True:
        try:
            kind = parsing.choice(prompt.person().ask(question, refused), pages.CHOICES)
        except RefusedError as error:
            refused = str(error)
            continue
        # What is so already is left as it is, to the byte.
        return answers if kind == now else replace(answers, pages=replace(answers.pages, kind=kind))


def _encryption(answers: Answers, path: Path) -> bool | None:
    """Offer TLS, which takes a yes in full; None where it is on already, is not wanted, or cannot be had here."""
    own = path.parent == sources.user_file(os.environ).parent
    if not own or (path.parent / beside.TLS_FILE).is_file():
        return None
    who = making.whom(answers.interface)
    prompt.hint(f"Dask's connections have no password either: {who} can run code as you.", indent="")
    if not certificates.can_make():
        how = f"{certificates.HOW_TO_INSTALL}; then: pegconf init --tls"
        prompt.hint(
            f"TLS would close them; it needs the package cryptography, which is not installed: {how}", indent=""
        )
        return None
    question = "Encrypt them, for all of your Dask programs? yes in full, or no [no]: "
    while True:
        answer = prompt.read_line(question).lower()
        if answer in {"", "n", "no"}:
            return None
        if answer == "yes":
            return True
        prompt.hint("not that: yes in full, or no")
