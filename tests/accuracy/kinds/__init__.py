"""The kinds of mutation, one file per subject; each `cases` takes a good section and yields changed ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.accuracy import good
from tests.accuracy.kinds import forms, keys, lists, names, numbers, options, places, times, types, units

if TYPE_CHECKING:
    from tests.accuracy.case import Case

_OF_ANY_SECTION = (types, keys, lists, options)
_OF_ITS_OWN = (units, times, numbers, names, places, forms)
"""In a named section no default stands behind a value; what a value means there is the same."""


def every() -> tuple[Case, ...]:
    """All cases there are, each once, in the same order every time."""
    made = (
        case
        for section in good.sections()
        for maker in (*_OF_ANY_SECTION, *(_OF_ITS_OWN if section.own else ()))
        for case in maker.cases(section)
    )
    return tuple({(case.system, case.section, case.text, case.meant): case for case in made}.values())
