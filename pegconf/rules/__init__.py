"""What can be wrong with a configuration, one file per subject; the tuples below are all rules there are."""

from __future__ import annotations

from typing import Final

from pegconf.rules import (
    asked,
    dashboard,
    deprecated,
    directives,
    distributed,
    gridengine,
    here,
    lifetime,
    lists,
    local,
    memory,
    missing,
    modeline,
    names,
    nesting,
    options,
    others,
    paths,
    placeholders,
    prologue,
    readings,
    requests,
    shape,
    site,
    slurm,
    submission,
    surroundings,
    text,
    twice,
    types,
    walltime,
    workers,
)
from pegconf.rules import keys as key_rules

FILE_RULES: Final = (*text.RULES, *nesting.RULES, *distributed.RULES, *readings.RULES, *modeline.RULES, *asked.RULES)
SOURCES_RULES: Final = (*here.FILES, *surroundings.RULES)
SECTION_RULES: Final = (
    *key_rules.RULES,
    *deprecated.RULES,
    *missing.RULES,
    *placeholders.RULES,
    *types.RULES,
    *lists.RULES,
    *options.RULES,
    *walltime.RULES,
    *memory.RULES,
    *shape.RULES,
    *site.RULES,
    *slurm.RULES,
    *local.RULES,
    *names.RULES,
    *paths.RULES,
    *directives.RULES,
    *prologue.RULES,
    *workers.RULES,
    *dashboard.RULES,
    *lifetime.RULES,
    *twice.RULES,
    *submission.RULES,
    *gridengine.RULES,
    *others.RULES,
    *requests.RULES,
    *here.RULES,
)
