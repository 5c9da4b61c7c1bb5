"""What init asks a person about who can reach the scheduler: whether there is a dashboard, and encryption."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from pegconf.cli import prompt
from pegconf.config import sources
from pegconf.core.errors import RefusedError
from pegconf.init import answers as parsing
from pegconf.init import dashboard, plan, tls_and_pages
from pegconf.init.interview import Question
from pegconf.site import certificates

if TYPE_CHECKING:
    from pathlib import Path

    from pegconf.init.answers import Answers
    from pegconf.init.existing_file import Existing

_FITS: Final = (
    ("loopback", "all of its pages, your code and logs: enough on a compute node that you have alone"),
    ("none", "a page that says ok: for a login node; pegconf tunnel then has nothing to show"),
)
_TLS: Final = "tls"


def offered(answers: Answers, before: Existing, tls: bool | None, *, person: bool) -> tuple[Answers, bool | None]:
    """The answers and `tls` with what a person chose where no option said it; --yes changes nothing.

    Both are one question where both are open, so that nobody answers more than they have to.
    """
    if not person:
        return answers, tls
    now = _present(answers, before)
    if now is not None:
        prompt.table("What the dashboard, which has no password, leaves to other users of the scheduler's host", _FITS)
    encryptable = tls is None and _encryptable(answers, before.path)
    if now is None:
        return answers, True if encryptable and _yes_in_full() else tls
    words = "Dashboard, loopback or none" + (", and tls to encrypt" if encryptable else "")
    kind, encrypted = _chosen(Question("--dashboard", words, now), now, encryptable=encryptable)
    # What is so already is left as it is, to the byte.
    if kind != now:
        answers = replace(answers, pages=replace(answers.pages, kind=kind))
    return answers, True if encrypted else tls


def _present(answers: Answers, before: Existing) -> str | None:
    """What there is of a dashboard now; None where an option or an address of the user's own says it."""
    found = [before.section(name) for name in (*answers.names, answers.system.name)]
    options = next((section.get("scheduler-options") for section in found if section is not None), None)
    return dashboard.kind_of(options) if answers.pages.kind is None else None


def _encryptable(answers: Answers, path: Path) -> bool:
    """Whether TLS can be offered, with what it is for: not where it is on already, or cannot be had here."""
    own = path.parent == sources.user_file(os.environ).parent
    if not own or (path.parent / tls_and_pages.TLS_FILE).is_file():
        return False
    who = plan.whom(answers.interface)
    prompt.hint(f"Dask's connections have no password either: {who} can run code as you. TLS closes them.", indent="")
    if not certificates.can_make():
        how = f"{certificates.HOW_TO_INSTALL}; then: pegconf init --tls"
        prompt.hint(f"It needs the package cryptography, which is not installed: {how}", indent="")
        return False
    return True


def _chosen(question: Question, now: str, *, encryptable: bool) -> tuple[str, bool]:
    """The kind of dashboard, and whether connections are to be encrypted: `none`, `loopback tls`, `tls` alone."""
    refused = ""
    while True:
        words = prompt.person().ask(question, refused).lower().replace(",", " ").split()
        encrypted = encryptable and _TLS in words
        rest = [word for word in words if not (encrypted and word in {_TLS, "and"})]
        try:
            return parsing.choice(" ".join(rest) or now, dashboard.CHOICES), encrypted
        except RefusedError as error:
            refused = str(error)


def _yes_in_full() -> bool:
    question = "Encrypt them, for all of your Dask programs? yes in full, or no [no]: "
    while True:
        answer = prompt.read_line(question).lower()
        if answer in {"", "n", "no"}:
            return False
        if answer == "yes":
            return True
        prompt.hint("not that: yes in full, or no")
