"""The shell text that asks a node, run by the shells that are here."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from pegconf.site import node_answer, node_questions
from pegconf.site.node_questions import Ask

SHELLS = [shell for shell in ("dash", "bash", "ksh", "mksh") if shutil.which(shell)]


def run(script: str, shell: str = "sh", **variables: str) -> str:
    """What the text prints, as the beginning of a script on standard input that goes on after it."""
    done = subprocess.run(
        [shell, "-s"],
        input=f"set -eu\n{script}\necho goes on\n",
        env={"PATH": os.environ["PATH"], **variables},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr, done.stdout.splitlines()[-1]) == (0, "", "goes on")
    return done.stdout


def asked(ask: Ask, shell: str = "sh", **variables: str) -> node_answer.NodeFacts:
    found = node_answer.parse(run(node_questions.render(ask), shell, **variables))
    assert found is not None
    assert found.complete
    return found


@pytest.mark.parametrize("shell", SHELLS)
def test_every_shell_says_what_this_machine_has(shell: str) -> None:
    found = asked(Ask(seconds=20), shell, LSB_JOBID="4711", OMP_NUM_THREADS="1")
    here = {
        name: address.address
        for name, addresses in psutil.net_if_addrs().items()
        for address in addresses
        if address.family is socket.AF_INET
    }
    assert {link.name: link.address.partition("/")[0] for link in found.links} == here
    assert found.host == os.uname().nodename
    assert found.cores == len(os.sched_getaffinity(0))
    assert found.memory_of_node == psutil.virtual_memory().total
    assert found.variables == {"LSB_JOBID": "4711", "OMP_NUM_THREADS": "1"}
    assert found.late == ()


def test_directories_are_tried_and_left_as_they_were(tmp_path: Path) -> None:
    made = tmp_path / "of me"
    made.mkdir()
    wanted = ("$HERE", "$HERE/of me/not/yet", "$NOT_SET", "/proc", "/no/such/$(touch $HERE/trap)")
    found = asked(Ask(directories=wanted, write_megabytes=1, seconds=20), HERE=str(tmp_path))
    seen = {one.asked: (one.path, one.exists, one.writable) for one in found.directories}
    assert seen == {
        "$HERE": (str(tmp_path), True, True),
        "$HERE/of me/not/yet": ("$HERE/of me/not/yet", False, False),
        "$NOT_SET": ("", False, False),
        "/proc": ("/proc", True, False),
        "/no/such/$(touch $HERE/trap)": ("/no/such/$(touch $HERE/trap)", False, os.geteuid() == 0),
    }
    (first,) = (one for one in found.directories if one.asked == "$HERE")
    assert first.filesystem
    assert first.free
    assert first.speed
    assert sorted(tmp_path.rglob("*")) == [made]


def test_a_directory_that_is_still_to_be_made_counts_by_the_folder_above_it(tmp_path: Path) -> None:
    (found,) = asked(Ask(directories=(f"{tmp_path}/a/b",), seconds=20)).directories
    assert (found.exists, found.writable) == (False, True)
    assert list(tmp_path.iterdir()) == []


def test_pythons_are_asked_for_their_packages() -> None:
    found = asked(Ask(pythons=(sys.executable, "/no/such/python"), seconds=60))
    seen = {one.asked: one for one in found.pythons}
    here = seen[sys.executable]
    assert (here.path, here.version, here.imports) == (sys.executable, sys.version.split()[0], True)
    assert here.distributed == here.dask != ""
    assert seen["/no/such/python"].trouble == "does not exist"


@pytest.mark.parametrize("python", [sys.executable, "/no/such/python"])
def test_tcp_is_tried_with_python_or_bash(python: str) -> None:
    with socket.socket() as listening, socket.socket() as deaf:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        deaf.bind(("127.0.0.1", 0))
        addresses = (listening.getsockname(), deaf.getsockname())
        found = asked(Ask(pythons=(python,), addresses=addresses, seconds=20))
    reached = {address: words == "" for address, words in found.connects.items()}
    assert reached == {f"{host}:{port}": number == 0 for number, (host, port) in enumerate(addresses)}
    assert [words for words in found.connects.values() if words] != []
    assert all("refused" in words for words in found.connects.values() if words)


def stuck(folder: Path) -> str:
    """A Python that does not answer in time."""
    python = folder / "python"
    python.write_text("#!/bin/sh\nexec sleep 20\n", encoding="utf-8")
    python.chmod(0o755)
    return str(python)


def asked_without(command: str, folder: Path, ask: Ask) -> node_answer.NodeFacts:
    """The answer where a command is missing."""
    folder.mkdir()
    for directory in ("/usr/bin", "/bin", "/usr/sbin", "/sbin"):
        for file in Path(directory).iterdir():
            link = folder / file.name
            if file.name != command and not link.exists():
                link.symlink_to(file)
    text = node_questions.render(ask).replace(":/usr/bin:/bin:/usr/sbin:/sbin", "")
    found = node_answer.parse(run(text, PATH=str(folder)))
    assert found is not None
    assert (found.complete, found.host) == (True, os.uname().nodename)
    return found


def test_a_command_that_hangs_is_ended_and_the_rest_is_there(tmp_path: Path) -> None:
    python = stuck(tmp_path)
    found = asked(Ask(pythons=(python,), seconds=5))
    assert found.pythons == (node_answer.Interpreter(python, python, trouble="gave no answer"),)
    assert found.host == os.uname().nodename


def test_what_cannot_be_ended_is_named_and_left_behind(tmp_path: Path) -> None:
    python = stuck(tmp_path)
    found = asked_without("timeout", tmp_path / "bin", Ask(pythons=(python,), seconds=5))
    assert (found.pythons, found.late) == ((), (f"python {python}",))


@pytest.mark.parametrize("missing", ["ip", "nproc", "df", "timeout", "hostname"])
def test_without_a_command_the_rest_is_there(missing: str, tmp_path: Path) -> None:
    found = asked_without(missing, tmp_path / "bin", Ask(directories=("/tmp",), seconds=20))
    whole = asked(Ask(directories=("/tmp",), seconds=20))
    if missing != "nproc":
        assert found.cores == whole.cores
    assert found.cores_of_node == whole.cores_of_node
    if missing != "ip" or shutil.which("ifconfig"):
        assert sorted(found.interfaces) == sorted(whole.interfaces)
    assert [replace(one, free=None, filesystem="", total=None) for one in found.directories] == [
        replace(one, free=None, filesystem="", total=None) for one in whole.directories
    ]


def test_the_text_stands_for_itself() -> None:
    plain = node_questions.render(Ask())
    assert plain.count("\n  peg_part ") == 5
    assert "# PARTS" not in plain
