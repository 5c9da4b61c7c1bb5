"""The questions of init in their order; who answers them is an argument: a person, or the defaults shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from pegconf import answers, catalogue, schedulers, sizing
from pegconf.answers import Answers
from pegconf.errors import RefusedError, UsageError
from pegconf.model import Node
from pegconf.offers import Offer, offers

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pegconf.offers import Got, Known


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


@dataclass(frozen=True, slots=True)
class _Spec:
    name: str
    option: str
    label: str
    words: str
    parse: Callable[[str, Known, Got], Any]
    fact: bool = True


def _words(key: str) -> str:
    return catalogue.keys()[key].question or catalogue.keys()[key].comment


def _usable_cores(raw: str, _: Known, got: Got) -> int:
    usable, cores = answers.count(raw), got["cores-per-node"]
    if usable > cores:
        raise RefusedError(f"{usable} are more than the {cores} cores that a node has")
    return usable


def _memory_per_node(raw: str, _: Known, got: Got) -> int:
    memory = answers.node_memory(raw, got["cores-per-node"])
    got["node"] = Node(got["cores-per-node"], got["usable-cores"], memory)
    return memory


def _cores(raw: str, known: Known, got: Got) -> int:
    cores = answers.count(raw)
    _fits(known, got, cores, sizing.SMALLEST_MEMORY, 1)
    return cores


def _memory(raw: str, known: Known, got: Got) -> int:
    memory = answers.amount(raw)
    _fits(known, got, got["cores"], memory, 1)
    return memory


def _processes(raw: str, known: Known, got: Got) -> int:
    processes = answers.processes(raw, got["cores"])
    _fits(known, got, got["cores"], got["memory"], processes)
    return processes


def _fits(known: Known, got: Got, cores: int, memory: int, processes: int) -> None:
    unit = got["memory-unit"]
    sizing.shape(got["node"], cores, memory, processes, known.headroom, unit=unit, per_core=known.per_core)


def _project(raw: str, known: Known, _: Got) -> str | None:
    return answers.project(raw, required=known.site is not None and known.site.project_required)


def _walltime(raw: str, known: Known, got: Got) -> int:
    queue = known.site.queue(got["queue"]) if known.site else None
    return answers.walltime(raw, schedulers.KNOWN[got["scheduler"]], queue)


_WORK: Final = "Where does the time go: into Python itself (python), or into numpy and the like (numpy)"

_LOGIN: Final = _Spec(
    "login", "--login", "login", "Login (user@host; none)", lambda raw, *_: answers.login(raw), fact=False
)
SPECS: Final = (
    _Spec(
        "scheduler",
        "--scheduler",
        "batch system",
        "Batch system",
        lambda raw, *_: answers.choice(raw, tuple(schedulers.KNOWN)),
    ),
    _LOGIN,
    _Spec("queue", "--queue", "queue", _words("queue"), lambda raw, known, _: answers.queue(raw, known.site)),
    _Spec(
        "cores-per-node", "--cores-per-node", "cores of a node", "Cores of a node", lambda raw, *_: answers.count(raw)
    ),
    _Spec("usable-cores", "--usable-cores", "of them for jobs", "How many of them are for jobs", _usable_cores),
    _Spec("memory-per-node", "--memory-per-node", "memory of a node", "Memory of a node", _memory_per_node),
    _Spec(
        "interface", "--interface", "interface", f"{_words('interface')} (none)", lambda raw, *_: answers.interface(raw)
    ),
    _Spec("memory-unit", "--memory-unit", "unit of limits", _words("lsf-units"), lambda raw, *_: answers.unit(raw)),
    _Spec("cores", "--cores", "cores of a job", _words("cores"), _cores),
    _Spec("memory", "--memory", "memory of a job", _words("memory"), _memory),
    _Spec("walltime", "--walltime", "walltime", _words("walltime"), _walltime),
    _Spec(
        "log-directory",
        "--log-directory",
        "output",
        _words("log-directory"),
        lambda raw, known, _: answers.folder(raw, known.home),
    ),
    _Spec(
        "local-directory",
        "--local-directory",
        "scratch",
        _words("local-directory"),
        lambda raw, known, _: answers.shell_folder(raw, known.home),
    ),
    _Spec("project", "--project", "project", _words("project"), _project, fact=False),
    _Spec("processes", "--work", "work", _WORK, _processes, fact=False),
    _Spec(
        "names",
        "--name",
        "sections",
        "Names of further sections for single scripts",
        lambda raw, *_: answers.names(raw),
        fact=False,
    ),
)


def interview(known: Known, given: Mapping[str, str], dialogue: Dialogue) -> Answers:
    """All answers: options first, then what the site knows as one table, then the rest one by one.

    `given` holds the options' texts by the names of SPECS (and `python`); a refused one is a UsageError.
    """
    got: Got = {}
    python = known.saved.get("python")
    if "python" in given:
        python = _option("--python", given["python"], lambda: answers.python(given["python"]))
    facts = [spec for spec in SPECS if spec.fact]
    if known.site is not None:
        # The folders hold the login's user, so it is asked before the table is shown.
        got["login"] = _put(_LOGIN, known, given, got, dialogue)
        _take_site(facts, known, given, got, dialogue)
    for spec in SPECS:
        if spec.name not in got:
            got[spec.name] = _put(spec, known, given, got, dialogue)
    plain = {spec.name.replace("-", "_"): got[spec.name] for spec in SPECS}
    for name in ("scheduler", "memory_unit", "cores_per_node", "usable_cores", "memory_per_node"):
        del plain[name]
    system = schedulers.KNOWN[got["scheduler"]]
    of_site = {"site": known.site, "site_word": known.site_word}
    return Answers(system=system, node=got["node"], unit=got["memory-unit"], python=python, **of_site, **plain)


def _take_site(facts: list[_Spec], known: Known, given: Mapping[str, str], got: Got, dialogue: Dialogue) -> None:
    """Show what is known as one table; where it is not right, forget what was not given as an option."""
    site = known.site
    assert site is not None
    table = []
    for spec in facts:
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
            del got[spec.name]


def _put(spec: _Spec, known: Known, given: Mapping[str, str], got: Got, dialogue: Dialogue) -> Any:
    if spec.name in given:
        option = "--processes" if spec.name == "processes" and given[spec.name].isdecimal() else spec.option
        return _option(option, given[spec.name], lambda: spec.parse(given[spec.name], known, got))
    offer = _offer(spec, known, got)
    question = Question(spec.option, spec.words, offer.text if offer else None, offer.source if offer else "")
    refused = ""
    while True:
        try:
            return spec.parse(dialogue.ask(question, refused), known, got)
        except RefusedError as error:
            refused = str(error)


def _option(option: str, raw: str, parse: Callable[[], Any]) -> Any:
    try:
        return parse()
    except RefusedError as error:
        raise UsageError(f"{option} {raw!r}: {error}", f"give another {option}") from None


def _offer(spec: _Spec, known: Known, got: Got) -> Offer | None:
    """The first candidate that its own question takes."""
    for candidate in offers(spec.name, known, got):
        try:
            spec.parse(candidate.text, known, dict(got))
        except RefusedError:
            continue
        return candidate
    return None


def unanswered(known: Known, given: Mapping[str, str]) -> tuple[str, ...]:
    """The options of the questions that have no default here, which --yes cannot answer."""
    got: Got = {}
    missing = []
    for spec in SPECS:
        offer = Offer(given[spec.name]) if spec.name in given else _safe_offer(spec, known, got)
        if offer is None:
            missing.append(spec.option)
            continue
        try:
            got[spec.name] = spec.parse(offer.text, known, got)
        except (RefusedError, KeyError):
            continue
    return tuple(missing)


def _safe_offer(spec: _Spec, known: Known, got: Got) -> Offer | None:
    """The default, or an empty one where it depends on an answer that is missing itself."""
    try:
        return _offer(spec, known, got)
    except KeyError:
        return Offer("")
