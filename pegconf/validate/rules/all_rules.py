"""What can be wrong with a configuration, one file per subject; the tuples below are all rules there are."""

from __future__ import annotations

from typing import Final

from pegconf.validate.rules.file import modeline, nesting, readings, spellings, text
from pegconf.validate.rules.host import (
    certificates,
    dask_files,
    job_script,
    login_node,
    other_batch_system,
    permissions,
    ports,
    this_host,
)
from pegconf.validate.rules.host import (
    lsf as lsf_of_this_host,
)
from pegconf.validate.rules.keys import (
    distributed,
    lists,
    missing,
    old_names,
    options,
    pegconf_mapping,
    placeholders,
    types,
    unknown_keys,
    worker_command,
)
from pegconf.validate.rules.values import (
    cores,
    dashboard,
    directives,
    directives_skip,
    folders,
    gpus,
    gridengine,
    htcondor,
    lifetime,
    local,
    lsf,
    memory,
    names,
    oar,
    pbs,
    prologue,
    queue_and_node,
    slurm,
    submission,
    walltime,
    worker_options,
)

FILE_RULES: Final = (
    *modeline.RULES,
    *nesting.RULES,
    *readings.RULES,
    *spellings.RULES,
    *text.RULES,
    *distributed.RULES,
    *pegconf_mapping.RULES,
)
SOURCES_RULES: Final = (
    *certificates.FILES,
    *dask_files.RULES,
    *login_node.FILES,
    *permissions.FILES,
)
SECTION_RULES: Final = (
    *lists.RULES,
    *missing.RULES,
    *old_names.RULES,
    *options.RULES,
    *placeholders.RULES,
    *types.RULES,
    *unknown_keys.RULES,
    *worker_command.RULES,
    *cores.RULES,
    *dashboard.RULES,
    *directives.RULES,
    *directives_skip.RULES,
    *folders.RULES,
    *gpus.RULES,
    *gridengine.RULES,
    *htcondor.RULES,
    *lifetime.RULES,
    *local.RULES,
    *lsf.RULES,
    *memory.RULES,
    *names.RULES,
    *oar.RULES,
    *pbs.RULES,
    *prologue.RULES,
    *queue_and_node.RULES,
    *slurm.RULES,
    *submission.RULES,
    *walltime.RULES,
    *worker_options.RULES,
    *job_script.RULES,
    *login_node.RULES,
    *lsf_of_this_host.RULES,
    *other_batch_system.RULES,
    *permissions.RULES,
    *ports.RULES,
    *this_host.RULES,
)
