"""What a section asks OAR for, in its own words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from pegconf.batch.oar import request
from pegconf.config.render import quoted
from pegconf.core.model import Layer, Severity
from pegconf.validate.rules import amounts
from pegconf.validate.rules.base import Problem, SectionRule, Subject, at, shown
from pegconf.validate.rules.extra_directives import extras

if TYPE_CHECKING:
    from collections.abc import Iterator


def no_property(subject: Subject) -> Iterator[Problem]:
    """Without the name of OAR's property for memory per core dask-jobqueue asks for cores only, and warns every time.

    `oarnodes` lists the properties, memcore or mem_core for instance; where there is none, `not_applicable` says so
    (dask_jobqueue/oar.py).

    Wrong:

        jobqueue:
          oar: {cores: 2, memory: 4GB, memory-per-core-property-name: null}

    Right:

        jobqueue:
          oar: {cores: 2, memory: 4GB, memory-per-core-property-name: memcore}
    """
    name = "memory-per-core-property-name"
    setting, text = subject.settings.get(name), subject.text(name)
    if subject.section.batch_system != "oar":
        return
    if setting is not None and text is not None and not re.fullmatch(r"[A-Za-z_]\w*", text, re.ASCII):
        message = f"{name} {shown(text)} is no name of a property"
        yield at(setting, message, f"becomes: -p {text[:40]}>=...", "not_applicable", Severity.ERROR)
    if subject.section.get(name) is not None:
        return
    mark = setting.mark if setting else subject.section.mark
    effect = "UserWarning: OAR Job memory reserved resources will not be set"
    yield Problem(mark, f"{name} is not set", effect, f"{name}: not_applicable", name)


def oar_spec(subject: Subject) -> Iterator[Problem]:
    """OAR's resource-spec says how many cores of one node; what it says replaces `cores` for OAR, not for Dask.

    Without `nodes=1` OAR takes the cores where it finds them, also on several nodes, and a worker uses those of the
    first (oarsub(1); dask_jobqueue/oar.py writes `/nodes=1/core=N`). dask-jobqueue puts `walltime=` behind it, so that
    it has none of its own.

    Wrong:

        jobqueue:
          oar: {cores: 4, memory: 8GB, resource-spec: /core=4}

    Right:

        jobqueue:
          oar: {cores: 4, memory: 8GB, resource-spec: /nodes=1/core=4}
    """
    setting, text, cores = subject.settings.get("resource-spec"), subject.text("resource-spec"), subject.number("cores")
    if subject.section.batch_system != "oar" or setting is None or not text or cores is None:
        return
    fix, asked = quoted(f"/nodes=1/core={cores}"), request.parse(text)
    if "+" in text or asked.nodes not in {None, "1"}:
        effect = "a worker uses one; more workers are more jobs: cluster.scale(jobs=...)"
        yield at(setting, f"resource-spec asks for {asked.nodes} nodes", effect, fix)
    elif asked.nodes is None and cores > 1 and asked.inside:
        yield at(setting, "resource-spec does not ask for one node", "the cores may be on several nodes", fix)
    more = "the other cores are paid for and idle"
    yield from amounts.other_cores(subject, ("resource-spec",), "{run} on {text} reserved", more)
    if "walltime" in text:
        effect = "dask-jobqueue adds the key's own: oarsub gets two"
        yield at(setting, "resource-spec has a walltime, which is a key of its own", effect)


def oar_property(subject: Subject) -> Iterator[Problem]:
    """dask-jobqueue puts its property of memory behind your own `-p`, in quotes, and quotes inside break it.

    Of `-p "cluster='x'"` it makes `-p '"cluster='x'" AND memcore>=1908'`, which the shell's rules take apart to
    `"cluster=x" AND memcore>=1908` (dask_jobqueue/oar.py, return_last_job_property). Without quotes, or with
    `memory-per-core-property-name: not_applicable`, it is right.

    Wrong:

        jobqueue:
          oar:
            cores: 2
            memory: 4GB
            memory-per-core-property-name: memcore
            job-extra-directives: ["-p \\"cluster='x'\\""]

    Right:

        jobqueue:
          oar:
            cores: 2
            memory: 4GB
            memory-per-core-property-name: memcore
            job-extra-directives: [-p cluster=x]
    """
    named = subject.text("memory-per-core-property-name")
    if subject.section.batch_system != "oar" or not named or named == "not_applicable":
        return
    for extra in extras(subject, ("-p",)):
        if re.search("[\"']", extra.item.content):
            effect = "oarsub gets the property without its quotes, or in two parts"
            fix = f"- -p {extra.value}".replace("'", "").replace('"', "")[:100]
            yield extra.problem(f"{shown(extra.item.content)} has quotes of its own", effect, fix)


RULES: Final = (
    SectionRule("PEG286", Severity.WARNING, "OAR's property for memory is not named", Layer.MEANING, no_property),
    SectionRule("PEG298", Severity.WARNING, "other cores asked of OAR than used", Layer.MEANING, oar_spec),
    SectionRule("PEG299", Severity.WARNING, "quotes inside OAR's property", Layer.MEANING, oar_property),
)
