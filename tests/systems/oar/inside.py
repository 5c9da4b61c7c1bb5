"""Run as the first process of new namespaces: bring OAR and its database up there, say `ready`, wait to be ended.

OAR insists on /etc/oar and /var/lib/oar; here these are copies in a temporary folder, in a mount namespace that nobody
else sees. PostgreSQL, the node's sshd and OAR's own server listen on the loopback of a network namespace that has
nothing else. The installed oarsub is hidden from others (tests/systems/oar/install): here it can be run.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Final

from tests.systems.gridengine import settings
from tests.systems.gridengine.inside import cover, open_folders, run, until, without

CORES: Final = 8
MEMORY_PER_CORE: Final = 2000
DATABASE: Final = "/usr/lib/postgresql"
SUBMIT: Final = "/usr/bin/oarsub"
_SETUID: Final = 0o6755
# No cgroups in here, so no resource manager; and a node that is there is alive.
_CONFIGURATION: Final = {
    "DB_BASE_PASSWD": "oar",
    "DB_BASE_PASSWD_RO": "oar_ro",
    "SERVER_HOSTNAME": settings.HOST,
    "PINGCHECKER_GENERIC_COMMAND": "/bin/true",
    "SCHEDULER_JOB_SECURITY_TIME": "1",
}
_LEFT_OUT: Final = ("JOB_RESOURCE_MANAGER", "CPUSET_PATH", "PINGCHECKER_SENTINELLE")


def as_account(name: str, *words: str) -> tuple[str, ...]:
    """A command as one of the daemons' accounts."""
    account = ("setpriv", f"--reuid={name}", f"--regid={name}", "--init-groups")
    return (*account, "env", f"HOME=/var/lib/{name}", *words)


def own_files(state: Path) -> None:
    """Show OAR's folders, the host's name and an ordinary user's account from the temporary folder."""
    for number, folder in enumerate(("/etc/oar", "/var/lib/oar")):
        run("cp", "-a", folder, str(state / f"own-{number}"))
        cover(folder, state / f"own-{number}")
    run("mount", "-t", "tmpfs", "-o", "mode=755", "tmpfs", "/run")
    for name, owner in (("oar", "oar"), ("postgresql", "postgres"), ("sshd", "root")):
        Path("/run", name).mkdir()
        shutil.chown(Path("/run", name), owner)
    files = {
        "hosts": f"127.0.0.1 {settings.HOST} localhost\n",
        "passwd": without(settings.USER, "/etc/passwd") + settings.account(state),
        "group": without(settings.USER, "/etc/group") + f"{settings.USER}:x:{settings.USER_ID}:\n",
    }
    for name, text in files.items():
        (state / name).write_text(text, encoding="utf-8")
        cover(f"/etc/{name}", state / name)
    (state / "home").mkdir()
    os.chown(state / "home", settings.USER_ID, settings.USER_ID)
    log, submit = state / "oar.log", state / "oarsub"
    log.touch()
    shutil.chown(log, "oar", "oar")
    Path("/var/log/oar.log").touch()
    cover("/var/log/oar.log", log)
    shutil.copyfile(SUBMIT, submit)
    shutil.chown(submit, "root", "oar")
    submit.chmod(_SETUID)
    cover(SUBMIT, submit)


def configure() -> None:
    """Change this copy of oar.conf."""
    file = Path("/etc/oar/oar.conf")
    kept = [
        line
        for line in file.read_text(encoding="utf-8").splitlines()
        if not line.startswith((*(f"{name}=" for name in _CONFIGURATION), *_LEFT_OUT))
    ]
    file.write_text("\n".join([*kept, *(f'{name}="{value}"' for name, value in _CONFIGURATION.items()), ""]))


def start_database(state: Path) -> None:
    """Start PostgreSQL with empty files of its own, and make OAR's tables."""
    folder = state / "database"
    folder.mkdir()
    shutil.chown(folder, "postgres")
    programs = max(Path(DATABASE).iterdir(), key=lambda one: int(one.name)) / "bin"
    run(*as_account("postgres", str(programs / "initdb"), "-A", "trust", "-D", str(folder / "data")))
    options = "-c listen_addresses=127.0.0.1 -c fsync=off"
    log = str(folder / "log")
    run(*as_account("postgres", f"{programs}/pg_ctl", "-w", "-D", f"{folder}/data", "-o", options, "-l", log, "start"))
    admin = ("--db-host", "127.0.0.1", "--db-admin-user", "postgres", "--db-admin-pass", "any")
    run("oar-database", "--create", *admin)


def start(state: Path) -> None:
    """Start the daemons and describe one node."""
    run("ip", "link", "set", "lo", "up")
    run("hostname", settings.HOST)
    os.umask(0o022)
    configure()
    start_database(state)
    run("/usr/sbin/sshd", "-f", "/etc/oar/sshd_config", "-o", "ListenAddress=127.0.0.1")
    with (state / "almighty.log").open("w", encoding="utf-8") as log:
        subprocess.Popen(as_account("oar", "Almighty"), stdout=log, stderr=log, stdin=subprocess.DEVNULL)
    for name in ("core", "mem_core"):
        run("oarproperty", "-a", name)
    for core in range(1, CORES + 1):
        run("oarnodesetting", "-a", "-h", settings.HOST, "-p", f"core={core}", "-p", f"mem_core={MEMORY_PER_CORE}")
    until("oarnodes", says="state : Alive")


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
