"""The questions of init in their order; who answers them is an argument: a person, or the defaults shown."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pegconf.batch import systems
from pegconf.core.errors import RefusedError, UsageError
from pegconf.init import answers
from pegconf.init.answers import Answers
from pegconf.init.dashboard import CHOICES, Pages
from pegconf.init.defaults import Offer, offers
from pegconf.init.questions import LOGIN, SPECS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pegconf.init.defaults import Got, Known
    from pegconf.init.questions import Spec


@dataclass(frozen=True, slots=True)
class Question:
    """One question: its option, its words, and the default with its source; None where it has no default."""

    option: str
    words: str
    default: str | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of the table of what is known: what it is, the value and where it comes from."""

    label: str
    value: str
    source: str


@dataclass(frozen=True, slots=True)
class Dialogue:
    """Who answers: `ask` gets a question and why the last answer was refused; `right` gets the table of facts."""

    ask: Callable[[Question, str], str]
    right: Callable[[str, tuple[Fact, ...]], bool]


def interview(known: Known, given: Mapping[str, str], dialogue: Dialogue) -> Answers:
    """All answers: options first, then what the site knows as one table, then the rest one by one.

    `given` holds the options' texts by the names of SPECS (and `python`, `gpus`, `dashboard`,
    `dashboard-port`); a refused one is a UsageError.
    """
    got: Got = {}
    python = _python(known, given)
    told = given.get("gpus") or known.saved.get("gpus", "0")
    got["gpus"] = _option("--gpus", told, lambda: answers.gpus(told))
    pages = _pages(known, given)
    facts = [spec for spec in SPECS if spec.fact]
    if known.site is not None:
        if known.site.detected:
            # On the cluster itself the user is known; elsewhere the folders wait for the login's.
            facts = [LOGIN, *facts]
        else:
            got["login"] = _put(LOGIN, known, given, got, dialogue)
        _take_site(facts, known, given, got, dialogue)
    for spec in SPECS:
        if spec.name not in got and _asked(spec, got):
            got[spec.name] = _put(spec, known, given, got, dialogue)
    asked = [spec for spec in SPECS if spec.name in got]
    plain = {spec.name.replace("-", "_"): got[spec.name] for spec in asked if not spec.detail}
    for name in ("scheduler", "memory_unit", "cores_per_node", "usable_cores", "memory_per_node"):
        plain.pop(name, None)
    plain["details"] = {spec.name: got[spec.name] for spec in asked if spec.detail}
    system = systems.KNOWN[got["scheduler"]]
    if got["gpus"] and not system.asks_for_gpus:
        raise UsageError(
            f"--gpus: {system.title} has no word of its own for GPUs, only the site's",
            "leave it out and add the site's resource to resource-spec: in the file",
        )
    # What a batch system does not have, it does not ask either.
    absent: Got = {"queue": "", "walltime": 0, "project": None, "log_directory": None}
    plain = absent | plain
    plain["gpus"] = got["gpus"]
    plain |= {"node": got["node"], "unit": got.get("memory-unit", "mb")}
    plain |= {"site": known.site, "site_word": known.site_word, "seen_interfaces": known.probe.interfaces}
    plain["pages"] = pages
    plain["scheduler_interface"] = known.probe.scheduler_interfaces.get(plain["interface"])
    return Answers(system=system, python=python, **plain)


def _python(known: Known, given: Mapping[str, str]) -> str | None:
    if "python" in given:
        return str(_option("--python", given["python"], lambda: answers.python(given["python"])))
    return known.probe.python or known.saved.get("python")


def _pages(known: Known, given: Mapping[str, str]) -> Pages:
    """Where the web pages are to listen, as far as options say so."""
    kind, port = given.get("dashboard"), given.get("dashboard-port")
    return Pages(
        None if kind is None else _option("--dashboard", kind, lambda: answers.choice(kind, CHOICES)),
        None
        if port is None
        else _option("--dashboard-port", port, lambda: answers.dashboard_port(port, known.own_port)),
        known.free_port,
    )


def _asked(spec: Spec, got: Got) -> bool:
    """Whether the batch system chosen so far asks it; one that is not chosen yet is being asked for."""
    return "scheduler" not in got or spec.belongs_to(got["scheduler"])


def not_asked(system: str, given: Mapping[str, str]) -> tuple[str, ...]:
    """The options that were given although the batch system has no such question."""
    return tuple(spec.option for spec in SPECS if spec.name in given and not spec.belongs_to(system))


def _take_site(facts: list[Spec], known: Known, given: Mapping[str, str], got: Got, dialogue: Dialogue) -> None:
    """Show what is known as one table; where it is not right, forget what was not given as an option."""
    site = known.site
    assert site is not None
    table = []
    for spec in facts:
        if not _asked(spec, got):
            continue
        offer = _offer(spec, known, got)
        if spec.name in given or offer is None:
            got[spec.name] = _put(spec, known, given, got, dialogue)
            value, source = (
                given.get(spec.name, str(got[spec.name])),
                spec.option if spec.name in given else "as answered",
            )
        else:
            got[spec.name] = spec.parse(offer.text, known, got)
            value, source = offer.text, offer.source
        table.append(Fact(spec.label, value, source))
    if not dialogue.right(site.title, tuple(table)):
        for spec in facts:
            got.pop(spec.name, None)


def _put(spec: Spec, known: Known, given: Mapping[str, str], got: Got, dialogue: Dialogue) -> Any:
    if spec.name in given:
        return _take_option(spec, known, given, got)
    offer = _offer(spec, known, got)
    question = Question(spec.option, spec.words, offer.text if offer else None, offer.source if offer else "")
    refused = ""
    while True:
        try:
            return spec.parse(dialogue.ask(question, refused), known, got)
        except RefusedError as error:
            refused = str(error)


def _take_option(spec: Spec, known: Known, given: Mapping[str, str], got: Got) -> Any:
    option = "--processes" if spec.name == "processes" and given[spec.name].isdecimal() else spec.option
    return _option(option, given[spec.name], lambda: spec.parse(given[spec.name], known, got))


def _option(option: str, raw: str, parse: Callable[[], Any]) -> Any:
    try:
        return parse()
    except RefusedError as error:
        raise UsageError(f"{option} {raw!r}: {error}", f"give another {option}") from None


def _offer(spec: Spec, known: Known, got: Got) -> Offer | None:
    """The first candidate that its own question takes."""
    for candidate in offers(spec.name, known, got):
        try:
            spec.parse(candidate.text, known, dict(got))
        except RefusedError:
            continue
        return candidate
    return None


# They have a default as soon as the node's cores and memory are known.
_OF_THE_NODE = {"usable-cores", "cores", "memory", "processes"}


def unanswered(known: Known, given: Mapping[str, str]) -> tuple[str, ...]:
    """The options of the questions that have no default here, which --yes cannot answer; raises UsageError as well."""
    return _without_asking(known, given)[1]


def so_far(known: Known, given: Mapping[str, str]) -> Got:
    """The answers that are there without asking anybody: the options, and the defaults; raises UsageError."""
    return {**_without_asking(known, given)[0], "python": _python(known, given)}


def _without_asking(known: Known, given: Mapping[str, str]) -> tuple[Got, tuple[str, ...]]:
    got: Got = {}
    missing = []
    for spec in SPECS:
        with contextlib.suppress(KeyError):
            # A KeyError: it depends on an answer that is missing itself.
            if not _asked(spec, got):
                continue
            if spec.name in given:
                got[spec.name] = _take_option(spec, known, given, got)
                continue
            offer = _offer(spec, known, got)
            if offer is not None:
                got[spec.name] = spec.parse(offer.text, known, got)
            elif spec.name not in _OF_THE_NODE:
                missing.append(spec.option)
    return got, tuple(missing)
