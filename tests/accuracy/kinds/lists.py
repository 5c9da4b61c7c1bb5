"""Lists as text, text as lists, and items that are no text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tests.accuracy.case import NOBODY, Case, each

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.accuracy.good import Good

_SIGNS: Final = {"lsf": "#BSUB", "slurm": "#SBATCH", "pbs": "#PBS", "moab": "#PBS", "sge": "#$", "oar": "#OAR"}


def cases(good: Good) -> Iterator[Case]:
    """Each list of words or lines in the forms people write it in."""
    first = {"worker-extra-args": "--lifetime 225m", "job-script-prologue": "export OMP_NUM_THREADS=1"}
    if good.system == "local":
        first.pop("job-script-prologue")
    if good.system not in {"htcondor", "local"}:
        first["job-extra-directives"] = _DIRECTIVES[good.system]
    for key, line in first.items():
        meant = f"['{line}']"
        table = (
            (f"'{line}'", meant),
            (f'"{line}"', meant),
            (line, meant),
            (f"|\n      {line}", meant),
            (f">-\n      {line}", meant),
            (f"|\n      {line}\n      {line}", f"['{line}', '{line}']"),
            (f"{{{line}}}" if ":" not in line else "{}", meant),
            (f"{{'{line}': null}}", meant),
            (f"[['{line}']]", meant),
            (f"\n      - '{line}'", meant),
            (f"\n    - '{line}'", meant),
            (f"\n      - {line}", meant),
            (f"\n      '{line}'", meant),
            (f"\n      -'{line}'", meant),
            (f"\n      - {line}: 1", NOBODY),
            (f"['{line}', null]", meant if key == "job-script-prologue" else NOBODY),
            (f"['{line}', true]", NOBODY),
            (f"['{line}', {{a: b}}]", NOBODY),
            (f"['{line}', [a, b]]", NOBODY),
            (f"['{line}'\n      ]", meant),
            (f"['{line}'", meant),
            ("0", NOBODY),
            ("3", NOBODY),
            ("true", NOBODY),
            ("false", NOBODY),
            ("''", "[]"),
            ("{}", "[]"),
            ("[]", "[]"),
            ("['']", "['']" if key != "job-extra-directives" else NOBODY),
            ("[null]", NOBODY if key != "job-script-prologue" else "[]"),
        )
        yield from each("lists", good, key, table)
    yield from _words(good)
    yield from _directives(good)
    yield from _skips(good)


_DIRECTIVES: Final = {
    "lsf": '-R "rusage[mem=2500]"',
    "slurm": "-C skylake",
    "pbs": "-r n",
    "moab": "-l mem=9537mb",
    "sge": "-pe smp 4",
    "oar": "-t besteffort",
}


def _words(good: Good) -> Iterator[Case]:
    """The worker's words: one item or several, numbers among them."""
    proper = "['--lifetime', '225m']"
    table = (
        ("['--lifetime 225m']", proper),
        ("['--lifetime=225m']", proper),
        ("[--lifetime, 225m]", proper),
        ("[--lifetime, 13500]", "['--lifetime', '13500']"),
        ("[--lifetime, 3:45:00]", "['--lifetime', '13500']"),
        ("[--lifetime, '3:45:00']", proper),
        ("[--lifetime, 03:45:00]", proper),
        ("[--lifetime, 3h45m]", proper),
        ("[--lifetme, 225m]", proper),
        ("[lifetime, 225m]", proper),
        ("[-lifetime, 225m]", proper),
        ("[--lifetime]", NOBODY),
        ("[--lifetime, '']", NOBODY),
        ("[--lifetime, soon]", NOBODY),
        ("[--lifetime, 225m, --lifetime-stagger, 4 min]", "['--lifetime', '225m', '--lifetime-stagger', '4m']"),
        ("['--lifetime', '225m,']", proper),
        ("['--lifetime, 225m']", proper),
        ("['--lifetime', '225m', '&']", NOBODY),
        ("{--lifetime: 225m}", proper),
        ("\n      --lifetime: 225m", proper),
        ("\n      - --lifetime: 225m", proper),
        ("\n      - --lifetime\n      - 225m", proper),
        ("['--nprocs', '2']", NOBODY),
        ("['--nthreads', '2']", "[]"),
        ("['--nthreads', '8']", NOBODY),
        ("['--nworkers', '2']", "[]"),
        ("['--memory-limit', '4GB']", "[]"),
        ("['--memory-limit', '80GB']", NOBODY),
        ("['--memory-limit', '1']", NOBODY),
        ("['--no-nanny']", NOBODY),
        ("['--worker-port', '9000:9100']", "['--worker-port', '9000:9100']"),
        ("['--worker-port', 9000]", "['--worker-port', '9000']"),
        ("[--worker-port, 90:10]", NOBODY),
        ("['--resources', 'GPU=1']", "['--resources', 'GPU=1']"),
        ("['--resources GPU=1 MEM=2']", NOBODY),
    )
    yield from each("worker words", good, "worker-extra-args", table)


def _directives(good: Good) -> Iterator[Case]:
    sign = _SIGNS.get(good.system)
    key = "job-extra-directives"
    if good.system == "htcondor":
        table = (
            ("['RequestMemory = 9537']", "{RequestMemory: '9537'}"),
            ("'RequestMemory = 9537'", "{RequestMemory: '9537'}"),
            ("[{RequestMemory: '9537'}]", "{RequestMemory: '9537'}"),
            ("{RequestMemory: 9537}", "{RequestMemory: '9537'}"),
            ("\n      RequestMemory: 9537", "{RequestMemory: '9537'}"),
            ("\n      - RequestMemory: 9537", "{RequestMemory: '9537'}"),
            ("{RequestMemory: [9537]}", "{RequestMemory: '9537'}"),
            ("{RequestMemory: null}", NOBODY),
            ("{RequestMemory: 4000}", NOBODY),
            ("{'RequestMemory = 9537': null}", "{RequestMemory: '9537'}"),
            ("17", NOBODY),
        )
        yield from each("directives", good, key, table)
    if sign is None:
        return
    line = _DIRECTIVES[good.system]
    meant = f"['{line}']"
    table = (
        (f"['{sign} {line}']", meant),
        (f"['{sign}{line}']", meant),
        (f"[' {line}']", meant),
        (f"['{line[1:]}']", meant),
        (f"['{line[1:]}', '{line}']", NOBODY),
        (f"['#{line}']", NOBODY),
        ("[8]", NOBODY),
        ("[general]", NOBODY),
        ("['-']", NOBODY),
        ("['--']", NOBODY),
        (
            f"['{line}\n\n      {sign} -m n']" if good.system in {"pbs", "moab"} else f"['{line}']",
            NOBODY if good.system in {"pbs", "moab"} else meant,
        ),
    )
    yield from each("directives", good, key, table)


def _skips(good: Good) -> Iterator[Case]:
    """job-directives-skip takes lines away; what it takes besides those that were meant is silent."""
    key = "job-directives-skip"
    if good.system == "htcondor":
        commands = (
            ("[Stream_Output]", "[Stream_Output]"),
            ("[stream_output]", NOBODY),
            ("[Foo]", NOBODY),
            ("Stream_Output", "[Stream_Output]"),
            ("[1]", NOBODY),
        )
        yield from each("lists", good, key, commands)
    if good.system in _SIGNS:
        table = (
            ("[' -q ']", "[' -q ']"),
            (f"['{_SIGNS[good.system]}']", NOBODY),
            ("['-']", NOBODY),
            ("['']", NOBODY),
            ("'-q'", "[' -q ']"),
            ("-q", "[' -q ']"),
            ("[1]", NOBODY),
            ("[null]", NOBODY),
            ("null", "[]"),
            ("3", NOBODY),
            ("{-q: null}", "['-q']"),
        )
        yield from each("lists", good, key, table)
