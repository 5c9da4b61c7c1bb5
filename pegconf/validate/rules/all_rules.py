"""What can be wrong with a configuration, one file per subject; the tuples below are all rules there are."""

from __future__ import annotations

from typing import Final

from pegconf.validate.rules.file import distributed, modeline, nesting, readings, spellings, text
from pegconf.validate.rules.host import dask_files as surroundings
from pegconf.validate.rules.host import login_node as host
from pegconf.validate.rules.host import other_batch_system as elsewhere
from pegconf.validate.rules.host import permissions as private
from pegconf.validate.rules.host import this_host as here
from pegconf.validate.rules.keys import lists, missing, options, placeholders, scheduler_values, tls, types
from pegconf.validate.rules.keys import old_names as deprecated
from pegconf.validate.rules.keys import pegconf_mapping as asked
from pegconf.validate.rules.keys import unknown_keys as key_rules
from pegconf.validate.rules.keys import worker_command as command
from pegconf.validate.rules.values import (
    amounts,
    dashboard,
    directives,
    folders,
    gridengine,
    lifetime,
    local,
    lsf,
    memory,
    names,
    prologue,
    requests,
    reserved,
    slurm,
    submission,
    walltime,
)
from pegconf.validate.rules.values import cores as shape
from pegconf.validate.rules.values import directives_twice as twice
from pegconf.validate.rules.values import htcondor_and_oar as others
from pegconf.validate.rules.values import log_directory as paths
from pegconf.validate.rules.values import queue_and_node as site
from pegconf.validate.rules.values import worker_options as workers

FILE_RULES: Final = (
    *text.RULES,
    *nesting.RULES,
    *spellings.RULES,
    *distributed.RULES,
    *readings.RULES,
    *tls.RULES,
    *modeline.RULES,
    *asked.RULES,
)
SOURCES_RULES: Final = (*here.FILES, *surroundings.RULES, *tls.FILES, *private.FILES, *host.FILES)
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
    *folders.RULES,
    *directives.RULES,
    *prologue.RULES,
    *workers.RULES,
    *dashboard.RULES,
    *lifetime.RULES,
    *twice.RULES,
    *submission.RULES,
    *gridengine.RULES,
    *lsf.RULES,
    *amounts.RULES,
    *others.RULES,
    *requests.RULES,
    *reserved.RULES,
    *command.RULES,
    *scheduler_values.RULES,
    *here.RULES,
    *host.RULES,
    *elsewhere.RULES,
    *private.RULES,
)
