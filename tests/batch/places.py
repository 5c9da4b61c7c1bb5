"""Where a job is asked for something, in the words of tests."""

from __future__ import annotations

from pegconf.batch.requested import Place


def extra(item: int | str) -> Place:
    """An item of a section's extra directives."""
    return Place("job-extra-directives", item)


def directive(number: int) -> Place:
    """A directive of a script, by its number."""
    return Place("", number)
