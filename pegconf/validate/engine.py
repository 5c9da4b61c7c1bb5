"""What is wrong with a configuration, layer by layer: text, keys, meaning, this machine, script, batch system."""

from __future__ import annotations

import contextlib
import functools
from dataclasses import replace
from itertools import groupby, islice
from typing import TYPE_CHECKING, Any, Final

from pegconf.config import document
from pegconf.config.sections import canonical, choose, collect
from pegconf.config.sources import Sources
from pegconf.core.errors import CannotGoOnError, RefusedError
from pegconf.core.model import Finding, Layer, Node, Queue, Report, Severity, Skipped
from pegconf.core.units import parse_bytes
from pegconf.site import files as sites
from pegconf.validate.rules.all_rules import FILE_RULES, SECTION_RULES, SOURCES_RULES
from pegconf.validate.rules.base import Problem, SectionRule, Subject, finding
from pegconf.validate.rules.file.nesting import is_stray_setting
from pegconf.validate.rules.file.text import TOO_MUCH

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from pegconf.batch.acceptance import Said
    from pegconf.config.sections import Section
    from pegconf.core.model import Site
    from pegconf.validate.rules.base import Rule

    Ask = Callable[[Subject], tuple[Said, ...]]


RULES: Final[tuple[Rule, ...]] = (
    *FILE_RULES,
    *SOURCES_RULES,
    *SECTION_RULES,
)
"""All rules, by code."""
_LOOK_ALL_THE_SAME: Final = (Layer.MEANING, Layer.MACHINE)
"""Layers that are looked at after errors in those above, as far as what they find does not follow from these."""
MAX_FINDINGS: Final = 5_000
"""A person reads a few; what makes more is no configuration, and to look on would take minutes."""
_LAYERS: Final = (Layer.KEYS, Layer.MEANING, Layer.MACHINE, Layer.SCRIPT, Layer.SCHEDULER)


def _every(_code: str) -> bool:
    return True


def check(
    sources: Sources,
    *,
    scheduler: str | None = None,
    site: Site | None = None,
    name: str | None = None,
    interfaces: tuple[str, ...] | None = None,
    script: bool = False,
    ask: Ask | None = None,
    wanted: Callable[[str], bool] = _every,
) -> Report:
    """All findings in what dask would load; `name` restricts to one section, `interfaces` None leaves this machine out.

    `ask` asks the batch system what it says to the script, which is then made too. `wanted` says which codes count; one
    that does not count stops no later layer. Raises CannotGoOnError where there are sections and none has that name.
    """
    found = list(islice(_of_files(sources, wanted, here=interfaces is not None), MAX_FINDINGS + 1))
    sections = _chosen(sources, scheduler, name)
    skipped: list[Skipped] = []
    left_out = {
        Layer.MACHINE: interfaces is None,
        Layer.SCRIPT: not script and ask is None,
        Layer.SCHEDULER: ask is None,
    }
    rules = {
        layer: [rule for rule in SECTION_RULES if rule.layer is layer and wanted(rule.code)]
        for layer in _LAYERS
        if not left_out.get(layer)
    }
    find = functools.cache(sites.find)
    of_files = _by_section(found)
    for section in sections:
        if len(found) > MAX_FINDINGS:
            skipped.append(Skipped(section.name, Layer.KEYS, f"more than {MAX_FINDINGS:,} findings before it"))
            continue
        before = of_files.get(canonical(section.name), [])
        subject = replace(_subject(section, site or find(_site_asked(section)), interfaces), sources=sources)
        more, left = _layers(subject, rules, before, ask)
        found.extend(more)
        skipped.extend(left)
    if name is not None:
        found = [one for one in found if one.section is None or canonical(one.section) == canonical(name)]
    if len(found) > MAX_FINDINGS:
        message = f"more than {MAX_FINDINGS:,} findings; what comes after them is not looked at"
        whole = Problem(sources.documents[0].mark_at(0, 0) if sources.documents else None, message)
        found = [*found[:MAX_FINDINGS], *([finding(TOO_MUCH, whole)] if wanted(TOO_MUCH.code) else [])]
    order = {source.file: number for number, source in enumerate(sources.documents)}
    return Report(
        tuple(sorted(dict.fromkeys(found), key=lambda one: _place(one, order))),
        tuple(skipped),
        tuple(source.file for source in sources.documents),
        tuple(section.name for section in sections),
    )


def _of_files(sources: Sources, wanted: Callable[[str], bool], *, here: bool) -> Iterator[Finding]:
    """The findings in the files' texts, one file at a time, and with `here` those in all of them together."""
    for source in sources.documents:
        for rule in FILE_RULES:
            if wanted(rule.code):
                yield from (finding(rule, problem) for problem in rule.check(source))
    for rule_of_all in SOURCES_RULES if here else ():
        if wanted(rule_of_all.code):
            yield from (finding(rule_of_all, problem) for problem in rule_of_all.check(sources))


def check_text(text: str, file: Path, **options: Any) -> Report:
    """All findings in a text as if it stood in that file; takes the options of `check`."""
    return check(Sources((document.parse(text, file),)), **options)


def _chosen(sources: Sources, scheduler: str | None, name: str | None) -> tuple[Section, ...]:
    sections = tuple(
        section for section in collect(sources, scheduler) if not is_stray_setting(section.name, section.value)
    )
    if name is None:
        return sections
    unread = any(source.error for source in sources.documents)
    if not sections or (unread and all(canonical(section.name) != canonical(name) for section in sections)):
        return ()
    return (choose(sections, name),)


def _by_section(found: list[Finding]) -> dict[str, list[Finding]]:
    """The findings of each section, by the section's name as dask compares it."""
    belonging: dict[str, list[Finding]] = {}
    for one in found:
        if one.section is not None:
            belonging.setdefault(canonical(one.section), []).append(one)
    return belonging


def _layers(
    subject: Subject, rules: Mapping[Layer, list[SectionRule]], before: list[Finding], ask: Ask | None
) -> tuple[list[Finding], list[Skipped]]:
    """A section's findings, layer by layer, and the layers left out after one with errors."""
    found: list[Finding] = []
    section = subject.section
    usable = section.value.is_mapping or section.value.content is None
    last, errors = Layer.TEXT, [one.code for one in before if one.severity is Severity.ERROR]
    for number, layer in enumerate(rules):
        if not usable or (errors and (last is Layer.TEXT or layer not in _LOOK_ALL_THE_SAME)):
            codes = ", ".join(code for code, _ in groupby(sorted(errors))) or "it is no mapping"
            because = f"errors in its {last}: {codes}" if errors else codes
            return found, [Skipped(section.name, left, because) for left in list(rules)[number:]]
        if layer is Layer.SCRIPT and subject.batch_system is None:
            because = f"no scripts for {section.batch_system or 'an unknown batch system'} in this release"
            return found, [Skipped(section.name, left, because) for left in list(rules)[number:]]
        if layer is Layer.SCHEDULER and ask is not None:
            try:
                subject = replace(subject, said=ask(subject))
            except CannotGoOnError as error:
                return found, [Skipped(section.name, layer, error.message)]
        every = (_finding(rule, problem, section) for rule in rules[layer] for problem in rule.check(subject))
        counts = _counts(section, found)
        new = list(islice((one for one in every if not errors or counts(one)), MAX_FINDINGS + 1))
        found.extend(new)
        wrong = [one.code for one in new if one.severity is Severity.ERROR]
        last, errors = (layer, [*errors, *wrong]) if wrong or not errors else (last, errors)
    return found, []


def _counts(section: Section, found: list[Finding]) -> Callable[[Finding], bool]:
    """Which findings count after an error: those about a key that is set, and that nothing worse is said of already."""
    wrong = {one.key for one in found if one.severity is Severity.ERROR}
    return lambda one: one.key in section.settings and one.key not in wrong


def _finding(rule: SectionRule, problem: Problem, section: Section) -> Finding:
    """A problem as a finding; of a value that a variable sets, the message names the variable."""
    setting = section.settings.get(problem.key or "")
    if problem.mark is None and setting is not None and setting.variable is not None:
        problem = replace(problem, message=f"{setting.variable}: {problem.message}")
    return finding(rule, problem, section.name)


def _site_asked(section: Section) -> str | None:
    """The site that `pegconf:` names for a section."""
    asked = section.asked.get("site")
    return asked if isinstance(asked, str) else None


def _subject(section: Section, site: Site | None, interfaces: tuple[str, ...] | None) -> Subject:
    """A section with its site, unless that has another batch system, its queue and its node."""
    if site is not None and section.batch_system is None:
        section = replace(section, batch_system=site.scheduler)
    if site is not None and section.batch_system != site.scheduler:
        site = None
    queue = site.queue(section.get("queue") or site.default_queue) if site is not None else None
    node = _node(section.asked.get("node"))
    if node is not None and queue is None:
        name = section.get("queue")
        queue = Queue(name if isinstance(name, str) else "", node)
    elif node is not None and queue is not None:
        queue = replace(queue, node=node)
    return Subject(section, site, queue, interfaces)


def _node(asked: Any) -> Node | None:
    """The node's shape that `pegconf:` holds, or None where it does not fit the schema."""
    if not isinstance(asked, dict):
        return None
    cores, memory = asked.get("cores"), asked.get("memory")
    usable = asked.get("usable-cores", cores)
    with contextlib.suppress(RefusedError, OverflowError):
        if type(cores) is int and type(usable) is int and isinstance(memory, str):
            return Node(cores, usable, parse_bytes(memory))
    return None


def _place(one: Finding, order: dict[Path, int]) -> tuple[int, int, int, str]:
    if one.mark is None:
        return (len(order), 0, 0, one.code)
    return (order.get(one.mark.file, len(order)), one.mark.line, one.mark.column, one.code)


def not_asked(report: Report) -> CannotGoOnError | None:
    """Why the batch system was asked about no section of a report; None where it was, or where errors come first."""
    why = {left.section: left.because for left in report.skipped if left.layer is Layer.SCHEDULER}
    if report.has_errors or not report.sections or not why.keys() >= set(report.sections):
        return None
    message = f"the batch system was not asked: {'; '.join(dict.fromkeys(why.values()))}"
    return CannotGoOnError(message, "run this on a login node, or prove the section with pegconf smoke-test")


def no_section(report: Report) -> CannotGoOnError:
    """Why there was nothing to look at."""
    files = ", ".join(str(file) for file in report.files[:3])
    where = f" in {files}" if files else ""
    message = f"there is no section under jobqueue:{where}"
    if not files:
        message = "nothing that dask would read has a jobqueue: section"
    return CannotGoOnError(message, "write one with: pegconf init")
