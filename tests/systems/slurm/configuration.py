"""The configuration of a small Slurm on loopback addresses: two nodes of 16 cores, a large one, three partitions.

Every daemon binds its own loopback address only (NoCtldInAddrAny, NoInAddrAny), and nodes claim more than this machine
has (config_overrides). Nothing below /etc is read or written: SLURM_CONF names this file, AuthInfo munge's own socket.
"""

from __future__ import annotations

import socket
from dataclasses import dataclass
from pathlib import Path
from typing import Final

NODES: Final = {"sc01": "127.0.2.1", "sc02": "127.0.2.2", "sbig01": "127.0.2.11"}

_TEXT: Final = """\
ClusterName=pegtest
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={controller_port}
SlurmdPort={node_port}
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket
CommunicationParameters=NoCtldInAddrAny,NoInAddrAny
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool-%n
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd-%n.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd-%n.log
SwitchType=switch/none
MpiDefault=none
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
SchedulerType=sched/backfill
SchedulerParameters=bf_interval=2,sched_interval=2,batch_sched_delay=0
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
SlurmdParameters=config_overrides
ReturnToService=2
MailProg=/bin/true
KillWait=3
MinJobAge=3600
DefMemPerCPU=2000
NodeName=sc01 NodeAddr=127.0.2.1 NodeHostname=sc01 CPUs=16 Boards=1 SocketsPerBoard=2 CoresPerSocket=8 RealMemory=64000
NodeName=sc02 NodeAddr=127.0.2.2 NodeHostname=sc02 CPUs=16 Boards=1 SocketsPerBoard=2 CoresPerSocket=8 RealMemory=64000
NodeName=sbig01 NodeAddr=127.0.2.11 NodeHostname=sbig01 CPUs=64 Boards=1 SocketsPerBoard=2 CoresPerSocket=32 \
RealMemory=1030000
PartitionName=general Nodes=sc[01-02] Default=YES DefaultTime=01:00:00 MaxTime=1-00:00:00 State=UP
PartitionName=short Nodes=sc[01-02],sbig01 DefaultTime=00:05:00 MaxTime=00:15:00 State=UP
PartitionName=bigmem Nodes=sbig01 DefaultTime=04:00:00 MaxTime=7-00:00:00 State=UP
"""


@dataclass(frozen=True)
class Ports:
    """Where the controller and the nodes listen, each on its own loopback address."""

    controller: int
    node: int


def free_ports() -> Ports:
    """Two ports that nobody uses now."""
    with socket.socket() as first, socket.socket() as second:
        first.bind(("127.0.0.1", 0))
        second.bind(("127.0.0.1", 0))
        return Ports(first.getsockname()[1], second.getsockname()[1])


NO_ACCOUNTING: Final = "AccountingStorageType=accounting_storage/none\n"


def write(folder: Path, ports: Ports, more: str = NO_ACCOUNTING) -> Path:
    """Write slurm.conf into a folder that all users can read, with the nodes' /etc/hosts, and return it."""
    (folder / "state").mkdir()
    for node in NODES:
        (folder / f"spool-{node}").mkdir()
    hosts = [Path("/etc/hosts").read_text(encoding="utf-8"), *(f"{ip} {node}" for node, ip in NODES.items()), ""]
    (folder / "hosts").write_text("\n".join(hosts), encoding="utf-8")
    host = socket.gethostname().split(".")[0]
    conf = folder / "slurm.conf"
    text = _TEXT.format(host=host, folder=folder, controller_port=ports.controller, node_port=ports.node)
    conf.write_text(text + more, encoding="utf-8")
    return conf
