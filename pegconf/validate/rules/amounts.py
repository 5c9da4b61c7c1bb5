"""What a job asks for against what its workers use and what a node has: one comparison for all batch systems."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pegconf.batch import requested
from pegconf.config.render import quoted
from pegconf.config.yaml_tree import members
from pegconf.core.units import count, show_bytes
from pegconf.validate.rules.base import Problem, Subject

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from pegconf.batch.requested import Amount, Place
    from pegconf.core.model import Severity

EXTRA: Final = ("job-extra-directives", "job-extra")


def bytes_of(subject: Subject) -> int | None:
    """Bytes of the job's memory in force, or None where it is not set or cannot be read."""
    return requested.bytes_of(subject.section.get("memory"))


def problem(
    subject: Subject,
    place: Place,
    message: str,
    effect: str = "",
    fix: str | None = None,
    severity: Severity | None = None,
) -> Problem:
    """A problem with what stands in a place."""
    setting, mark = subject.settings.get(place.key), subject.section.mark
    if setting is not None:
        content = setting.value.content
        item = content[place.item] if isinstance(place.item, int) else setting.value
        item = members(setting.value)[place.item][1] if isinstance(place.item, str) else item
        mark = setting.mark_of(item)
    return Problem(mark, message, effect, fix, place.key, severity)


def right(subject: Subject, asked: Amount) -> str | None:
    """What to write in an amount's place, as YAML has it."""
    key, item, text = asked.place.key, asked.place.item, asked.right
    if text is None or isinstance(item, str):
        return text and f"{item}: {text}"
    text = text if text == "null" else quoted(text)
    setting = subject.settings.get(key)
    return f"- {text}" if item is not None else f"{setting.written if setting else key}: {text}"


def other_cores(
    subject: Subject,
    keys: Collection[str],
    less: str = "",
    more: str = "",
    message: str = "{words} is {text} and cores is {cores}",
) -> Iterator[Problem]:
    """The numbers of cores in these keys that are fewer or more than Dask uses; no effect, no problem."""
    cores = subject.number("cores")
    for asked in subject.requested.of_cores:
        if cores is None or cores < 1 or asked.amount in {None, cores} or asked.place.key not in keys:
            continue
        effect = less if asked.amount < cores else more
        words = {"words": asked.words, "text": asked.text, "cores": cores, "idle": asked.amount - cores}
        words |= {"run": count(cores, "thread", "runs", "run"), "reserved": count(asked.amount, "reserved core")}
        if effect:
            yield problem(subject, asked.place, message.format(**words), effect.format(**words), right(subject, asked))


def less_memory(
    subject: Subject,
    keys: Collection[str],
    effect: str | Callable[[Amount], str],
    message: str = "{words}, {bytes}, is below memory, {memory}",
    least: int = 1,
) -> Iterator[Problem]:
    """The amounts of memory in these keys, from `least` on, that are below what Dask's workers may use."""
    memory = bytes_of(subject)
    for asked in subject.requested.of_memory if memory else ():
        if memory and asked.total is not None and least <= asked.total < memory and asked.place.key in keys:
            words = {"words": asked.words, "bytes": show_bytes(asked.total), "memory": show_bytes(memory)}
            becomes = effect if isinstance(effect, str) else effect(asked)
            yield problem(subject, asked.place, message.format(**words), becomes, right(subject, asked))


def extra_over_node(subject: Subject) -> Iterator[Problem]:
    """The cores and the memory among the extra directives that are more than a node of the job's queue has."""
    node = subject.queue.node if subject.queue else None
    if node is None:
        return
    where, effect = of_queue(subject), f"the job {subject.impossible.over_node}"
    asking = subject.requested
    for asked in (*asking.of_cores, *asking.of_memory):
        if asked.place.item is None or not asked.of_node or asked.amount is None:
            continue
        message = f"{asked.of_node} asks for {asked.amount} cores, and a node{where} has {node.cores}"
        most = node.cores
        if asked not in asking.of_cores:
            message = f"{asked.of_node} is {show_bytes(asked.amount)}, and a node{where} has {show_bytes(node.memory)}"
            most = node.memory
        if asked.amount > most:
            yield problem(subject, asked.place, message, effect)


def of_queue(subject: Subject) -> str:
    """The queue's name in a message about its nodes."""
    return f" of queue {subject.queue.name}" if subject.queue and subject.queue.name else ""
