"""Run as the first process of new namespaces: bring Grid Engine up there, say `ready`, and wait to be ended.

Debian's daemons insist on /var/lib/gridengine and /var/spool/gridengine; here these are a temporary folder's, in a
mount namespace that nobody else sees. The network namespace has a loopback interface only, so nothing listens
elsewhere, and when this process ends the kernel ends all others of its process namespace: daemons and jobs.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from tests.systems.gridengine import settings

SECONDS = 300


def run(*words: str) -> str:
    """Run a command to its end."""
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(words)}: {done.stdout}{done.stderr}")
    return done.stdout


def until(*words: str, says: str) -> None:
    """Run a command again and again until it succeeds and says that."""
    ends = time.monotonic() + SECONDS
    while time.monotonic() < ends:
        done = subprocess.run(words, capture_output=True, text=True, check=False)
        if done.returncode == 0 and says in done.stdout:
            return
        time.sleep(0.2)
    raise RuntimeError(f"{' '.join(words)} did not say {says!r} in {SECONDS} s")


def cover(target: str, source: Path) -> None:
    """Show `source` at `target`, in these namespaces only."""
    run("mount", "--bind", str(source), target)


def open_folders(state: Path, folders: list[Path]) -> None:
    """Let an ordinary user reach folders below one that is closed to others, such as root's home.

    The closed one is covered by an open one with nothing else in it.
    """
    closed: dict[Path, list[Path]] = {}
    for folder in folders:
        for parent in reversed(folder.parents):
            if not parent.stat().st_mode & 0o001:
                closed.setdefault(parent, []).append(folder)
                break
    for number, (parent, within) in enumerate(closed.items()):
        instead = state / f"open-{number}"
        for folder in within:
            (instead / folder.relative_to(parent)).mkdir(parents=True, exist_ok=True)
            cover(str(instead / folder.relative_to(parent)), folder)
        run("mount", "--rbind", str(instead), str(parent))


def own_files(state: Path) -> None:
    """Show the cell, the spool, the host's name and an ordinary user's account from the temporary folder."""
    for name, target in (("cell", settings.CELL), ("spool", settings.SPOOL)):
        run("cp", "-a", target, str(state / name))
        cover(target, state / name)
    files = {
        "hosts": f"127.0.0.1 {settings.HOST} localhost\n",
        "passwd": without(settings.USER, "/etc/passwd") + settings.account(state),
        "group": without(settings.USER, "/etc/group") + f"{settings.USER}:x:{settings.USER_ID}:\n",
    }
    for name, text in files.items():
        (state / name).write_text(text, encoding="utf-8")
        cover(f"/etc/{name}", state / name)
    home = state / "home"
    home.mkdir()
    os.chown(home, settings.USER_ID, settings.USER_ID)
    Path(settings.CELL, "common/act_qmaster").write_text(f"{settings.HOST}\n", encoding="utf-8")


def without(user: str, file: str) -> str:
    """A file of accounts without one user's line."""
    lines = Path(file).read_text(encoding="utf-8").splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith(f"{user}:"))


def start(state: Path) -> None:
    """Start both daemons and configure a queue on one host."""
    run("ip", "link", "set", "lo", "up")
    run("hostname", settings.HOST)
    # Whatever ran this may have left a mask that hides the daemons' files from their own users.
    os.umask(0o022)
    os.environ["SGE_ROOT"] = settings.ROOT
    run("sge_qmaster")
    until("qconf", "-sh", says=settings.HOST)
    for words in settings.configuration(state, run):
        run("qconf", *words)
    run("sge_execd")
    # Before its first report a host has no memory to give.
    until("qhost", "-h", settings.HOST, "-F", "mem_free", says="mem_free=")


def main(state: Path, folders: list[Path]) -> None:
    """Bring it up, then take in orphans until the end."""
    run("mount", "--make-rprivate", "/")
    own_files(state)
    open_folders(state, folders)
    start(state)
    print("ready", flush=True)
    # As the first process it inherits what jobs leave behind; ignoring SIGCHLD makes the kernel reap them.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while True:
        signal.pause()


if __name__ == "__main__":
    main(Path(sys.argv[1]), [Path(word) for word in sys.argv[2:]])
