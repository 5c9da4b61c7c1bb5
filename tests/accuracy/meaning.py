"""The oracle: what a job script asks the batch system for, and what its worker is told, with nothing of pegconf."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from tests.accuracy import grammar
from tests.accuracy.grammar import NonsenseError

if TYPE_CHECKING:
    from collections.abc import Callable

Reader = tuple[str, "Callable[[str], Any]"]
_SIGNS: Final = {"lsf": "#BSUB", "slurm": "#SBATCH", "pbs": "#PBS", "moab": "#PBS", "sge": "#$", "oar": "#OAR"}
_ROUNDING: Final = 0.01
LEAST_MEMORY: Final = 64 * 2**20


@dataclass
class Meaning:
    """What one script means, by subject, and what in it no batch system or worker can make sense of."""

    told: dict[str, Any] = field(default_factory=dict)
    nonsense: list[str] = field(default_factory=list)

    def put(self, subject: str, read: Callable[[], Any]) -> None:
        """Keep what `read` says of a subject, or that it is nonsense."""
        try:
            self.told[subject] = read()
        except NonsenseError as error:
            self.nonsense.append(str(error))


def _words(subject: str) -> Reader:
    return (subject, lambda text: grammar.word(text, subject))


def _object_name(text: str) -> str:
    """sge_types(1): an object_name does not begin with a digit."""
    if text[:1].isdigit():
        raise NonsenseError(f"-N {text}")
    return grammar.word(text, "name")


def _time(system: str) -> Reader:
    return ("walltime", lambda text: grammar.seconds(system, text))


def _place(subject: str) -> Reader:
    return (subject, lambda text: grammar.folder(text, subject))


_READERS: Final[dict[str, dict[str, Reader]]] = {
    "lsf": {
        "-J": _words("name"),
        "-q": _words("queue"),
        "-P": _words("account"),
        "-n": ("cores", lambda text: grammar.whole(text, "-n")),
        "-M": ("memory", grammar.lsf_bytes),
        "-W": _time("lsf"),
        "-e": _place("errors"),
        "-o": _place("output"),
    },
    "slurm": {
        "-J": _words("name"),
        "-p": _words("queue"),
        "-A": _words("account"),
        "--cpus-per-task": ("cores", lambda text: grammar.whole(text, "--cpus-per-task")),
        "--mem": ("memory", grammar.slurm_bytes),
        "-t": _time("slurm"),
        "-e": _place("errors"),
        "-o": _place("output"),
    },
    "pbs": {"-N": _words("name"), "-q": _words("queue"), "-A": _words("account")},
    "sge": {
        "-N": ("name", _object_name),
        "-q": _words("queue"),
        "-P": _words("account"),
        "-e": _place("errors"),
        "-o": _place("output"),
    },
    "oar": {"-n": _words("name"), "-q": _words("queue"), "--project": _words("account"), "-O": _place("output")},
}
_READERS["pbs"] |= {"-e": _place("errors"), "-o": _place("output")}
_READERS["moab"] = _READERS["pbs"]


def of(system: str, script: str, worker: Callable[[list[str]], dict[str, Any]]) -> Meaning:
    """The meaning of a job script; `worker` reads the words of a worker's command and raises NonsenseError."""
    meaning = Meaning()
    if system == "htcondor":
        command = _htcondor(script, meaning)
        lines = command.split("; ")
    else:
        first, _, rest = script.partition("\n")
        if system != "local":
            meaning.put("shebang", lambda: _interpreter(first))
        lines = [line for line in rest.splitlines() if line.strip()]
        sign = _SIGNS.get(system)
        for line in [line for line in lines if sign and line.startswith(sign)]:
            _directive(system, line[len(sign or "") :], meaning)
        lines = [line for line in lines if not (sign and line.startswith(sign))]
    meaning.told["prologue"] = lines[:-1]
    for line in lines[:-1]:
        if len(line.strip()) == 1 or line.strip() == "None":
            meaning.nonsense.append(f"prologue {line!r}")
    meaning.put("worker", lambda: worker(_command(system, lines[-1] if lines else "")))
    if "others" in meaning.told:
        meaning.told["others"].sort()
    _enough(meaning)
    return meaning


def _interpreter(line: str) -> str:
    if not re.fullmatch(r"#!\s*/\S+( \S+)?", line):
        raise NonsenseError(f"first line {line!r}")
    return line


def _command(system: str, line: str) -> list[str]:
    """The words of a command as a shell splits them, or as LocalJob does."""
    if system == "local":
        return line.split()
    try:
        return shlex.split(line)
    except ValueError as error:
        raise NonsenseError(f"command: {error}") from None


def _directive(system: str, text: str, meaning: Meaning) -> None:
    """One directive: an option that dask-jobqueue writes by its grammar, any other as its words."""
    try:
        words = shlex.split(text)
    except ValueError:
        words = []
    if not text.startswith(" ") or not words or not re.match(r"-{1,2}[A-Za-z]", words[0]):
        meaning.nonsense.append(f"directive {text!r}")
        return
    option, equals, value = words[0].partition("=")
    rest = [value, *words[1:]] if equals else words[1:]
    if option == "-l" and len(rest) == 1:
        _resources(system, rest[0], meaning)
        return
    reader = _READERS[system].get(option)
    if reader is None or (system == "lsf" and option == "-N") or len(rest) != 1:
        if reader is not None and (system, option) != ("lsf", "-N"):
            meaning.nonsense.append(f"directive {text!r}")
        if any(word in {"None", "True", "False"} or word.startswith(("{", "#")) for word in words):
            meaning.nonsense.append(f"directive {text!r}")
        meaning.told.setdefault("others", []).append(words)
        return
    subject, read = reader
    meaning.put(subject, lambda: read(rest[0]))


def _resources(system: str, text: str, meaning: Meaning) -> None:
    """-l: a walltime, a chunk, cores of a node, memory; what is left is compared as it stands."""
    for part in re.split(r"[,:]" if system in {"pbs", "moab"} and "walltime" not in text else ",", text):
        name, equals, value = part.partition("=")
        if name in {"walltime", "h_rt"}:
            meaning.put("walltime", lambda value=value: grammar.seconds(system, value))  # type: ignore[misc]
        elif name in {"ncpus", "ppn"}:
            meaning.put("cores", lambda value=value: grammar.whole(value, "cores"))  # type: ignore[misc]
        elif name == "mem":
            meaning.put("memory", lambda value=value: grammar.pbs_bytes(value))  # type: ignore[misc]
        elif system == "oar" and "/core=" in part:
            meaning.put("cores", lambda part=part: grammar.whole(part.rpartition("=")[2], "cores"))  # type: ignore[misc]
            meaning.told.setdefault("resources", []).append(part.rpartition("/")[0])
        elif not equals or not value or value in {"None", "True", "False"}:
            meaning.nonsense.append(f"-l {text}")
        else:
            meaning.told.setdefault("resources", []).append(part)


def _htcondor(script: str, meaning: Meaning) -> str:
    """The commands of a submit description; returns the shell's words behind `-c`."""
    first, _, rest = script.partition("\n")
    meaning.put("shebang", lambda: _interpreter(first))
    commands = dict(re.findall(r"^(\S+) = (.*)$", rest, re.MULTILINE))
    for line in rest.splitlines():
        if line.strip() and line.strip() != "Queue" and not re.match(r"[+A-Za-z_.]+ = \S", line):
            meaning.nonsense.append(f"command {line!r}")
    arguments = commands.pop("Arguments", "")
    numbers = {"MY.DaskWorkerCores": "cores", "MY.DaskWorkerMemory": "limit", "MY.DaskWorkerDisk": "disk"}
    for name, subject in numbers.items():
        if name in commands:
            meaning.put(subject, lambda name=name: grammar.whole(commands[name], name))  # type: ignore[misc]
    if commands.get("RequestMemory", "").isdigit():
        meaning.told["memory"] = float(int(commands["RequestMemory"]) * 2**20)
    if "LogDirectory" in commands:
        meaning.put("output", lambda: grammar.folder(commands["LogDirectory"], "LogDirectory"))
    for name, value in commands.items():
        if value == "None" or value.startswith(("[", "{")):
            meaning.nonsense.append(f"{name} = {value}")
    left = {name: value for name, value in commands.items() if name not in {*numbers, "LogDirectory", "RequestMemory"}}
    meaning.told["commands"] = left
    return _unquoted(arguments)


def _unquoted(arguments: str) -> str:
    """The second argument in condor_submit's new syntax: '' and "" stand for one quote inside the quotes."""
    match = re.fullmatch(r"\"-c (?:'(.*)'|([^' ]*))\"", arguments, re.DOTALL)
    return (match[1] or match[2] or "").replace("''", "'").replace('""', '"') if match else ""


def _enough(meaning: Meaning) -> None:
    """What a job asks for must be what its workers use: cores at least their threads, memory their limits."""
    worker = meaning.told.get("worker")
    if not worker:
        return
    if "cores" in meaning.told and meaning.told["cores"] < worker["workers"] * worker["threads"]:
        meaning.nonsense.append(f"{meaning.told['cores']} cores for {worker['workers']} x {worker['threads']} threads")
    if meaning.told.get("walltime", worker.get("lifetime", 0.0) + 1) <= worker.get("lifetime", 0.0):
        meaning.nonsense.append(
            f"a lifetime of {worker['lifetime']:.0f} s in a walltime of {meaning.told['walltime']} s"
        )
    memory = meaning.told.get("memory")
    if memory is not None and memory < worker["workers"] * worker["memory"] * (1 - _ROUNDING):
        meaning.nonsense.append(f"{memory:.0f} bytes for {worker['workers']} x {worker['memory']:.0f}")


def differences(meant: dict[str, Any], told: dict[str, Any]) -> list[str]:
    """The subjects in which two meanings differ by more than rounding; the order of other directives is no matter."""
    return sorted(name for name in {*meant, *told} if not _same(meant.get(name), told.get(name)))


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return abs(one - other) <= _ROUNDING * max(abs(one), abs(other))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_same(one[name], other[name]) for name in one)
    return bool(one == other)
