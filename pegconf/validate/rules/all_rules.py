"""What can be wrong with a configuration, one file per subject; the tuples below are all rules there are."""

from __future__ import annotations

from typing import Final

from pegconf.validate.rules.file import distributed, modeline, nesting, readings, spellings, text
from pegconf.validate.rules.host import dask_files, login_node, other_batch_system, permissions, this_host
from pegconf.validate.rules.keys import (
    lists,
    missing,
    old_names,
    options,
    pegconf_mapping,
    placeholders,
    scheduler_values,
    tls,
    types,
    unknown_keys,
    worker_command,
)
from pegconf.validate.rules.values import (
    amounts,
    cores,
    dashboard,
    directives,
    directives_twice,
    folders,
    gridengine,
    htcondor_and_oar,
    lifetime,
    local,
    log_directory,
    lsf,
    memory,
    names,
    prologue,
    queue_and_node,
    requests,
    reserved,
    slurm,
    submission,
    walltime,
    worker_options,
)

FILE_RULES: Final = (
    *text.RULES,
    *nesting.RULES,
    *spellings.RULES,
    *distributed.RULES,
    *readings.RULES,
    *tls.RULES,
    *modeline.RULES,
    *pegconf_mapping.RULES,
)
SOURCES_RULES: Final = (*this_host.FILES, *dask_files.RULES, *tls.FILES, *permissions.FILES, *login_node.FILES)
SECTION_RULES: Final = (
    *unknown_keys.RULES,
    *old_names.RULES,
    *missing.RULES,
    *placeholders.RULES,
    *types.RULES,
    *lists.RULES,
    *options.RULES,
    *walltime.RULES,
    *memory.RULES,
    *cores.RULES,
    *queue_and_node.RULES,
    *slurm.RULES,
    *local.RULES,
    *names.RULES,
    *log_directory.RULES,
    *folders.RULES,
    *directives.RULES,
    *prologue.RULES,
    *worker_options.RULES,
    *dashboard.RULES,
    *lifetime.RULES,
    *directives_twice.RULES,
    *submission.RULES,
    *gridengine.RULES,
    *lsf.RULES,
    *amounts.RULES,
    *htcondor_and_oar.RULES,
    *requests.RULES,
    *reserved.RULES,
    *worker_command.RULES,
    *scheduler_values.RULES,
    *this_host.RULES,
    *login_node.RULES,
    *other_batch_system.RULES,
    *permissions.RULES,
)
