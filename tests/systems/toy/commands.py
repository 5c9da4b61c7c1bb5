"""The toy's commands: `toysub`, `toyls`, `toyshow`, `toykill`, `toylanes`, which start real processes of this host.

$TOY_STATE is a folder with a folder for each job: its title, script, output, process id, and, when it has ended, how.
"""

from __future__ import annotations

import contextlib
import os
import shlex
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

LANES: Final = {"quick": (60, 2, 4000), "slow": (6000, 2, 4000)}
"""Minutes of a job, slots and megabytes of a machine, by lane."""
_KNOWN: Final = {"--title", "--lane", "--budget", "--slots", "--ram", "--span", "--log", "--freeze", "--stay"}


def _state() -> Path:
    return Path(os.environ["TOY_STATE"])


def _wishes(script: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in script.splitlines():
        if line.startswith("#TOY "):
            option, _, value = line.removeprefix("#TOY ").strip().partition(" ")
            found[option] = " ".join(shlex.split(value))
    return found


def toysub(_words: list[str]) -> int:
    """Take the script on standard input, and start it unless it is frozen."""
    script = sys.stdin.read()
    wishes = _wishes(script)
    unknown = sorted(wishes.keys() - _KNOWN)
    if unknown:
        return _refused(f"never heard of {unknown[0]}")
    lane = wishes.get("--lane", "slow")
    if lane not in LANES:
        return _refused(f"there is no lane by the name of {lane}")
    if int(wishes.get("--slots", "1")) > LANES[lane][1]:
        return _refused(f"no machine of lane {lane} has that many slots")
    number = 1
    while True:
        folder = _state() / f"t{number}"
        with contextlib.suppress(FileExistsError):
            folder.mkdir(parents=True)
            break
        number += 1
    (folder / "title").write_text(wishes.get("--title", ""), encoding="utf-8")
    (folder / "script").write_text(script, encoding="utf-8")
    (folder / "script").chmod(0o755)
    if "--freeze" not in wishes:
        _start(folder, Path(wishes.get("--log", str(folder))) / f"{folder.name}.log")
    print(f"welcome aboard, your ticket is {folder.name}")
    return 0


def _refused(words: str) -> int:
    print(f"toysub: go away: {words}", file=sys.stderr)
    return 3


def _start(folder: Path, log: Path) -> None:
    words = 'printf %s $$ > "$1/pid"; "$1/script"; printf %s $? > "$1/code"'
    environment = os.environ | {"TOY_TICKET": folder.name}
    with log.open("wb") as out:
        subprocess.Popen(
            ["/bin/sh", "-c", words, "toyjob", str(folder)],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            env=environment,
            start_new_session=True,
        )
    while not (folder / "pid").exists() or not (folder / "pid").read_text(encoding="utf-8"):
        os.sched_yield()


def _state_of(folder: Path) -> str:
    if (folder / "killed").exists():
        return "thrown-off"
    if (folder / "code").exists():
        return "arrived" if (folder / "code").read_text(encoding="utf-8") == "0" else "crashed"
    return "riding" if (folder / "pid").exists() else "frozen"


def _of(words: list[str]) -> list[Path]:
    """The jobs of a title (`--title NAME`), or those with these tickets."""
    every = sorted(_state().glob("t*"))
    if words[:1] == ["--title"]:
        return [folder for folder in every if (folder / "title").read_text(encoding="utf-8") == words[1]]
    return [folder for folder in every if folder.name in words]


def toyls(words: list[str]) -> int:
    """A line for each job: ticket, state, host, title."""
    for folder in _of(words):
        state = _state_of(folder)
        host = "here" if state == "riding" else "-"
        print(folder.name, state, host, (folder / "title").read_text(encoding="utf-8"), sep=" / ")
    return 0


def toyshow(words: list[str]) -> int:
    """Why a job does not ride."""
    for folder in _of(words):
        state = _state_of(folder)
        code = (folder / "code").read_text(encoding="utf-8") if state == "crashed" else ""
        print({"frozen": "waits: frozen by its owner", "crashed": f"over: exit {code}"}.get(state, f"over: {state}"))
    return 0


def toykill(words: list[str]) -> int:
    """End jobs at once, with all that they have started."""
    for folder in _of(words):
        if _state_of(folder) in {"riding", "frozen"}:
            (folder / "killed").touch()
            with contextlib.suppress(FileNotFoundError, ProcessLookupError):
                os.killpg(int((folder / "pid").read_text(encoding="utf-8")), signal.SIGKILL)
    return 0


def toylanes(_words: list[str]) -> int:
    """The lanes and what their machines have."""
    print("Toy 1.0, railway of Lummerland")
    for name, (minutes, slots, megabytes) in LANES.items():
        print(f"lane {name}: {minutes} minutes, 3 machines of {slots} slots and {megabytes} MB")
    return 0


COMMANDS: Final[tuple[Callable[[list[str]], int], ...]] = (toysub, toyls, toyshow, toykill, toylanes)

if __name__ == "__main__":
    sys.exit({one.__name__: one for one in COMMANDS}[sys.argv[1]](sys.argv[2:]))
