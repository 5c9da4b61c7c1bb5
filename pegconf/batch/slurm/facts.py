"""What a Slurm says of itself: its command lines, and pure functions on their output (recorded on 22.05)."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from pegconf.batch.facts import Detected, FoundQueue, Machine, Said
from pegconf.core.units import MIB, show_bytes

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pegconf.batch.facts import Heard

# With -e nodes of different shapes have rows of their own, and without a width no number is cut: `sinfo -N -l` prints
# 1030000 MB as 103000.
SINFO: Final = "sinfo -e -h -o %P|%a|%l|%L|%D|%c|%X|%Y|%Z|%m|%d|%f|%G|%t|%N"
_FIELDS: Final = 15
_TIME: Final = re.compile(r"(?:(?P<days>\d+)-)?(?P<clock>\d+(?::\d+){0,2})")
_GPUS: Final = re.compile(r"(?:^|,)(?:gres:)?gpu(?::[^:,()]+)??:(?P<count>\d+)(?=[,(]|$)")
_ENFORCED: Final = re.compile(r"^AccountingStorageEnforce\s*=\s*(\S+)", re.MULTILINE)
_CLUSTER: Final = re.compile(r"^ClusterName\s*=\s*(\S+)", re.MULTILINE)
_STATES: Final = {
    "down": "down now: it takes jobs and starts none",
    "drain": "draining now: it refuses jobs",
    "inact": "inactive now: it refuses jobs",
}


@dataclass(frozen=True, slots=True)
class Partition:
    """One partition of `sinfo`, with its kinds of nodes."""

    name: str
    is_default: bool
    state: str
    default_walltime: int | None
    max_walltime: int | None
    machines: tuple[Machine, ...]
    threads_per_core: int


def parse_time(text: str) -> int | None:
    """Seconds of `1-00:00:00`, `12:00:00`, `15:00` (minutes and seconds) or `30` (minutes); None for `infinite`."""
    match = _TIME.fullmatch(text.strip())
    if match is None:
        return None
    parts = [int(part) for part in match["clock"].split(":")]
    if match["days"] is not None:
        hours, minutes, seconds = (*parts, 0, 0)[:3]
        return ((int(match["days"]) * 24 + hours) * 60 + minutes) * 60 + seconds
    if len(parts) == 1:
        return parts[0] * 60
    hours, minutes, seconds = parts if len(parts) == 3 else (0, *parts)  # noqa: PLR2004 - h:m:s
    return (hours * 60 + minutes) * 60 + seconds


def gpus(gres: str) -> int:
    """The GPUs in `gpu:a100:4`, `gpu:2(S:0-1)` or `gpu:a100:2,gpu:v100:2`."""
    return sum(int(match["count"]) for match in _GPUS.finditer(gres))


def partitions(text: str) -> tuple[Partition, ...]:
    """The partitions in the output of SINFO; `%c` counts threads, as sbatch's -c does."""
    rows: dict[str, list[list[str]]] = {}
    for line in text.splitlines():
        fields = line.strip().split("|")
        if len(fields) == _FIELDS:
            rows.setdefault(fields[0], []).append(fields)
    return tuple(
        Partition(
            name=name.removesuffix("*"),
            is_default=name.endswith("*"),
            state=mine[0][1],
            max_walltime=parse_time(mine[0][2]),
            default_walltime=parse_time(mine[0][3]),
            machines=tuple(filter(None, map(_machine, mine))),
            threads_per_core=max(int(fields[8]) if fields[8].isdecimal() else 1 for fields in mine),
        )
        for name, mine in rows.items()
    )


def _machine(fields: list[str]) -> Machine | None:
    """A row's nodes; None where it has none, or a number stands for a range (`16+`)."""
    nodes, cpus, megabytes = fields[4], fields[5], fields[9]
    if not (nodes.isdecimal() and cpus.isdecimal() and megabytes.isdecimal()) or "0" in {nodes, cpus, megabytes}:
        return None
    return Machine(int(cpus), int(cpus), int(megabytes) * MIB, gpus(fields[12]), int(nodes))


def cluster_name(config: str) -> str | None:
    """The cluster's name in `scontrol show config`."""
    match = _CLUSTER.search(config)
    return match[1] if match else None


def limits(text: str) -> dict[str, dict[str, str]]:
    """The settings of each partition in `scontrol show partition`, by partition."""
    found = {}
    for block in re.split(r"(?:^|\n)(?=PartitionName=)", text):
        settings = dict(word.split("=", 1) for word in block.split() if "=" in word)
        if "PartitionName" in settings:
            found[settings["PartitionName"]] = settings
    return found


def accounts(assoc: str, user: str) -> tuple[str, ...]:
    """This user's accounts in `sacctmgr -n -P show assoc format=account,user,partition,qos`, each once."""
    return tuple(dict.fromkeys(one.account for one in associations(assoc, user)))


@dataclass(frozen=True, slots=True)
class Association:
    """What lets a user's jobs be charged to an account: in one partition or, without a name, in all, with these QOS."""

    account: str
    partition: str
    qos: frozenset[str]


def associations(assoc: str, user: str) -> tuple[Association, ...]:
    """This user's rows of `sacctmgr -n -P show assoc format=account,user,partition,qos`."""
    rows = [line.split("|") for line in assoc.splitlines()]
    return tuple(
        Association(account, partition, frozenset(filter(None, qos.split(","))))
        for account, whose, partition, qos in (row for row in rows if len(row) == 4)  # noqa: PLR2004 - four fields
        if whose == user and account
    )


def default_account(text: str) -> str | None:
    """The account in `sacctmgr -n -P show user NAME format=user,defaultaccount`."""
    words = text.strip().split("|")
    return words[1] if len(words) == 2 and words[1] else None  # noqa: PLR2004 - user, account


def lines(_heard: Heard, user: str) -> tuple[str, ...]:
    """The command lines that are asked, all at once."""
    return ("sinfo -V", SINFO, "scontrol show config", "scontrol show partition", _assoc(user), _whose(user))


def _assoc(user: str) -> str:
    return f"sacctmgr -n -P show assoc where user={user} format=account,user,partition,qos"


def _whose(user: str) -> str:
    return f"sacctmgr -n -P show user {user} format=user,defaultaccount"


def read(heard: Heard, user: str, environ: Mapping[str, str]) -> Detected | None:
    """The facts in what the commands said; None where sinfo does not say what it is."""
    version = heard.text("sinfo -V").strip()
    if not version:
        return None
    found = partitions(heard.text(SINFO))
    if not found:
        return Detected("slurm", version, silence=f"sinfo {heard.how(SINFO)}")
    chosen = environ.get("SBATCH_ACCOUNT")
    own = chosen or default_account(heard.text(_whose(user)))
    listed = accounts(heard.text(_assoc(user)), user)
    mine = tuple(dict.fromkeys((own, *listed) if own else listed))
    settings = limits(heard.text("scontrol show partition"))
    facts = {}
    name = cluster_name(heard.text("scontrol show config"))
    if name is not None:
        facts["cluster"] = Said(name, "from scontrol show config")
    default = next((one.name for one in found if one.is_default), None)
    if default is not None:
        facts["default-queue"] = Said(default, "from sinfo")
    enforced = _ENFORCED.search(heard.text("scontrol show config"))
    words = enforced[1].split(",") if enforced else []
    rights = associations(heard.text(_assoc(user)), user) if "associations" in words else ()
    if "qos" not in words:
        rights = tuple(replace(one, qos=frozenset()) for one in rights)
    queues = tuple(_queue(one, settings.get(one.name, {}), mine, rights) for one in found)
    source = "from SBATCH_ACCOUNT" if chosen else "from sacctmgr"
    return Detected("slurm", version, queues, mine, source, facts)


def _queue(
    found: Partition, settings: Mapping[str, str], mine: Iterable[str], rights: tuple[Association, ...]
) -> FoundQueue:
    most = settings.get("MaxMemPerNode", "")
    cap = int(most) * MIB if most.isdecimal() and int(most) else None
    machines = found.machines
    notes = []
    if cap is not None:
        machines = tuple(Machine(m.cores, m.usable, min(m.memory, cap), m.gpus, m.count) for m in machines)
        notes.append(f"at most {show_bytes(cap)} a node")
    if found.threads_per_core > 1:
        notes.append(f"where a core has {found.threads_per_core} threads, each counts as a core")
    if settings.get("OverSubscribe") == "EXCLUSIVE":
        notes.append("a job gets, and is charged for, whole nodes")
    allowed = any(_serves(one, found.name, settings) for one in rights) if rights else _allowed(settings, set(mine))
    return FoundQueue(
        name=found.name,
        source="from sinfo",
        default_walltime=found.default_walltime,
        max_walltime=found.max_walltime,
        closed=_closed(found.state),
        allowed=allowed,
        machines=machines,
        machines_source="from sinfo",
        notes=tuple(notes),
    )


def _closed(state: str) -> str:
    if state == "up":
        return ""
    return next((words for prefix, words in _STATES.items() if state.startswith(prefix)), f"{state} now")


def _allowed(settings: Mapping[str, str], mine: set[str]) -> bool | None:
    """Whether one of the user's accounts may submit there; sinfo itself hides what AllowGroups forbids."""
    allowed, denied = settings.get("AllowAccounts", "ALL"), settings.get("DenyAccounts", "")
    if not mine:
        return None
    if allowed != "ALL" and not mine & set(allowed.split(",")):
        return False
    return not denied or bool(mine - set(denied.split(",")))


def _serves(one: Association, partition: str, settings: Mapping[str, str]) -> bool:
    """Whether an association that Slurm enforces lets a job into a partition, with one of its QOS where it has any."""
    if one.partition not in {"", partition} or not _allowed(settings, {one.account}):
        return False
    allowed, denied = settings.get("AllowQos", "ALL"), settings.get("DenyQos", "")
    usable = one.qos if allowed == "ALL" else one.qos & set(allowed.split(","))
    return not one.qos or bool(usable - set(denied.split(",")))
