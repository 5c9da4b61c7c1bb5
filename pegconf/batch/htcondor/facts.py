"""What an HTCondor says of itself: its slots, in the words of condor_status; it has no queues and no limits of time.

Taken from the manual (condor_status, condor_config_val, Machine ClassAd Attributes of HTCondor 23) and from public code
that reads these attributes, not run.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

from pegconf.batch.facts import MIB, Detected, FoundQueue, Machine, Said

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pegconf.batch.facts import Heard

POOL: Final = "pool"
VERSION: Final = "condor_version"
_ATTRIBUTES: Final = (
    "Machine,SlotType,Cpus,Memory,GPUs,TotalSlotCpus,TotalSlotMemory,TotalSlotGPUs,TotalGPUs,DetectedGPUs"
)
SLOTS: Final = f'condor_status -json -attributes {_ATTRIBUTES} -constraint SlotType=!="Dynamic"'
HOST: Final = "condor_config_val COLLECTOR_HOST"
COLLECTOR: Final = "condor_status -collector -af Machine"
_SOURCE: Final = "from condor_status"


def machines(text: str) -> tuple[Machine, ...]:
    """The slots that jobs are cut from, a partitionable one usually being a whole machine; a static one is as it is.

    A job runs in one slot, and so that is what counts as a node; dynamic ones are parts of another.
    """
    try:
        loaded = json.loads(text or "[]")
    except ValueError:
        return ()
    slots = loaded if isinstance(loaded, list) else ()
    found = (_machine(slot) for slot in slots if isinstance(slot, dict) and slot.get("SlotType") != "Dynamic")
    return tuple(machine for machine in found if machine is not None)


def _machine(slot: Mapping[str, Any]) -> Machine | None:
    """A slot; None where its cores or memory (in MiB) are not told. What jobs have taken is counted in its totals."""
    static = slot.get("SlotType") == "Static"
    cores = _number(slot.get("TotalSlotCpus")) or (_number(slot.get("Cpus")) if static else 0)
    memory = _number(slot.get("TotalSlotMemory")) or (_number(slot.get("Memory")) if static else 0)
    if not cores or not memory:
        return None
    names = ("GPUs",) if static else ("TotalSlotGPUs", "TotalGPUs", "DetectedGPUs")
    gpus = next((_number(slot[name]) for name in names if name in slot), 0)
    return Machine(cores, cores, memory * MIB, gpus)


def _number(value: Any) -> int:
    """A whole number above 0, or the number of names in `GPU-a, GPU-b`; 0 for what is neither."""
    if isinstance(value, str):
        names = [name for name in re.split(r"[,\s]+", value) if re.fullmatch(r"(?:CUDA\d+|GPU-[\w-]+)", name)]
        return int(value) if re.fullmatch(r"\d{1,15}", value) else len(names)
    return int(value) if isinstance(value, (int, float)) and value > 0 else 0


def pool(text: str) -> str | None:
    """The host of `cm.example.org:9618?sock=collector`, the first of several; None where none is told."""
    match = re.match(r"\s*<?([A-Za-z0-9][A-Za-z0-9.-]*)", text)
    return match[1] if match else None


def lines(_heard: Heard, _user: str) -> tuple[str, ...]:
    """Its version, its slots, and what the pool is called."""
    return (VERSION, SLOTS, HOST, COLLECTOR)


def read(heard: Heard, _user: str, _environ: Mapping[str, str]) -> Detected | None:
    """The facts in what the commands said: all slots as one queue, whose name is asked of nobody.

    None where condor_version does not say what it is.
    """
    match = re.search(r"CondorVersion: *([\w.]+)", heard.text(VERSION))
    if match is None:
        return None
    version = match[1]
    facts = {}
    for command, source in ((HOST, f"from {HOST}"), (COLLECTOR, "from condor_status -collector")):
        name = pool(heard.text(command))
        if name is not None and "cluster" not in facts:
            facts["cluster"] = Said(name, source)
    found = machines(heard.text(SLOTS))
    if not found:
        told = "names no slot" if heard.text(SLOTS).strip() in {"[]", ""} else "prints what is not understood"
        answer = heard.answers.get(SLOTS)
        words = told if answer is not None and answer.code == 0 else heard.how(SLOTS)
        return Detected("htcondor", version, facts=facts, silence=f"condor_status {words}")
    facts["default-queue"] = Said(POOL, "all slots: HTCondor has no queues")
    queue = FoundQueue(POOL, _SOURCE, machines=found, machines_source=_SOURCE)
    return Detected("htcondor", version, (queue,), facts=facts)
