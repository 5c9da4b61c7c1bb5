"""A Slurm as a site has it: accounts, QOS and limits that are enforced, and a site's own rules in lua.

slurmdbd keeps the accounts in a MariaDB below the same temporary folder, which listens on a socket there and nowhere
else. `job_submit.lua` and `cli_filter.lua` refuse in the words of real sites, each in a partition of its own.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tests.running import run
from tests.systems.slurm import configuration, daemons, people

if TYPE_CHECKING:
    from collections.abc import Iterator

_PROGRAMS: Final = (*daemons.PROGRAMS, "mariadbd", "slurmdbd", "sacctmgr", "sacct")
_SYSTEM_TABLES: Final = Path("/usr/share/mysql/mysql_system_tables.sql")
"""Of mariadb-server-core: slurmdbd stores procedures in them."""
_RULES: Final = ("job_submit.lua", "cli_filter.lua")
_CONF: Final = """\
AccountingStorageType=accounting_storage/slurmdbd
AccountingStorageHost=127.0.0.1
AccountingStoragePort={port}
AccountingStoragePass={folder}/munge.socket
AccountingStorageEnforce=associations,limits,qos
EnforcePartLimits=ALL
JobSubmitPlugins=lua
CliFilterPlugins=lua
PartitionName=climate Nodes=sc[01-02] DefaultTime=01:00:00 MaxTime=1-00:00:00 AllowAccounts=climate State=UP
PartitionName=longonly Nodes=sc[01-02] DefaultTime=01:00:00 MaxTime=1-00:00:00 AllowQos=long State=UP
PartitionName=percpu Nodes=sc[01-02] DefaultTime=01:00:00 MaxTime=1-00:00:00 State=UP
PartitionName=filtered Nodes=sc[01-02] DefaultTime=01:00:00 MaxTime=1-00:00:00 State=UP
PartitionName=needsqos Nodes=sc[01-02] DefaultTime=01:00:00 MaxTime=1-00:00:00 State=UP
PartitionName=whole Nodes=sc[01-02] DefaultTime=01:00:00 MaxTime=1-00:00:00 State=UP
PartitionName=nomem Nodes=sc[01-02] DefaultTime=01:00:00 MaxTime=1-00:00:00 State=UP
"""
_DBD: Final = """\
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket
DbdHost=localhost
DbdAddr=127.0.0.1
DbdPort={port}
SlurmUser=root
StorageType=accounting_storage/mysql
StorageHost=localhost
StorageUser=root
StorageLoc=slurm_acct_db
PidFile={folder}/slurmdbd.pid
LogFile={folder}/slurmdbd.log
DebugLevel=info
"""
QOS: Final = {
    "short": ("MaxWall=00:15:00",),
    "strict": ("MaxWall=00:15:00", "MaxTRESPerJob=cpu=4", "Flags=DenyOnLimit"),
    "one": ("MaxJobsPerUser=1",),
    "onesubmitted": ("MaxSubmitJobsPerUser=1",),
    "four": ("MaxTRESPerJob=cpu=4",),
    "fourinall": ("MaxTRESPerUser=cpu=4",),
    "lean": ("MaxTRESPerJob=mem=1G",),
    "long": (),
    "staff": (),
}
"""What each allows; `long` and `staff` are not for the user."""
_GIVEN: Final = "normal,short,strict,one,onesubmitted,four,fourinall,lean"
ASSOCIATIONS: Final = (
    ("research", f"qos={_GIVEN}"),
    ("climate", "partition=bigmem", "qos=normal"),
    ("smallgroup", "qos=normal", "GrpTRES=cpu=4"),
    ("shortgroup", "qos=normal", "MaxWall=00:15:00"),
)
"""The user's accounts with what each is for; the first is the default one."""


def missing() -> str:
    """Why it cannot be started here, or nothing."""
    return daemons.missing(_PROGRAMS)


@dataclass
class AccountingSlurm(daemons.Slurm):
    """A running Slurm with accounting."""

    _port: int = field(default_factory=lambda: configuration.free_ports().controller)

    @property
    def environment(self) -> dict[str, str]:
        """What a command needs to speak to it, and slurmdbd to its database."""
        return super().environment | {"MYSQL_UNIX_PORT": str(self.folder / "mariadb.socket")}

    def _configure(self) -> None:
        accounting = _CONF.format(folder=self.folder, port=self._port)
        configuration.write(self.folder, configuration.free_ports(), accounting)
        for rules in _RULES:
            shutil.copy(Path(__file__).with_name(rules), self.folder)
        dbd = self.folder / "slurmdbd.conf"
        dbd.touch(0o600)
        dbd.write_text(_DBD.format(folder=self.folder, port=self._port), encoding="utf-8")

    def _before_the_controller(self) -> None:
        self._start_database()
        self._start("slurmdbd", "-D")
        daemons.wait(lambda: "normal" in self.run("sacctmgr", "-n", "show", "qos"), self.logs)
        self._add("cluster", "pegtest")
        for name, limits in QOS.items():
            self._add("qos", name, *limits)
        for account, *given in ASSOCIATIONS:
            self._add("account", account, "Organization=pegtest", "Description=pegtest")
            self._add("user", people.NAME, f"account={account}", *given)

    def _start_database(self) -> None:
        data = self.folder / "mariadb"
        data.mkdir(0o700)
        # Only root reaches the folder of its data and, so, needs no rights in it.
        options = ("--no-defaults", f"--datadir={data}", "--user=root", "--innodb-flush-log-at-trx-commit=0")
        tables = _SYSTEM_TABLES.read_text(encoding="utf-8")
        self._to_its_end("mariadbd", *options, "--bootstrap", text=f"create database mysql;\nuse mysql;\n{tables}")
        socket = self.folder / "mariadb.socket"
        self._start("mariadbd", *options, f"--socket={socket}", "--skip-networking", "--skip-grant-tables")
        daemons.wait(socket.exists, self.logs)

    def _add(self, *words: str) -> None:
        self._to_its_end("sacctmgr", "-i", "add", *words)

    def _to_its_end(self, *words: str, text: str | None = None) -> None:
        done = run(words, text, env=os.environ | self.environment)
        if done.code != 0:
            raise daemons.NotStartedError(f"{words[0]}: {done.out}{done.err}")


@contextlib.contextmanager
def running() -> Iterator[AccountingSlurm]:
    """One that is stopped in every case."""
    with daemons.started(AccountingSlurm) as slurm:
        yield slurm


if __name__ == "__main__":
    # By hand: `python -m tests.systems.slurm.accounting` prints what to export, and stops it at the end of its input.
    with running() as by_hand:
        print(f"export SLURM_CONF={by_hand.conf}", flush=True)
        sys.stdin.read()
