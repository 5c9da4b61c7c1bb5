"""A job against the cluster it is for: its queues, its nodes, its ways."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from pegconf.batch.lsf import request
from pegconf.core.model import Layer, Severity
from pegconf.core.units import show_bytes
from pegconf.validate.rules import amounts
from pegconf.validate.rules.amounts import bytes_of, of_queue
from pegconf.validate.rules.base import Problem, SectionRule, Subject, at, shown
from pegconf.validate.rules.extra_directives import extras, left_out
from pegconf.validate.rules.values.lsf import reserved

if TYPE_CHECKING:
    from collections.abc import Iterator


def cores_over_node(subject: Subject) -> Iterator[Problem]:
    """A job's cores must be on one node (`span[hosts=1]`); a job for more cores than a node has never runs.

    Slurm and OAR refuse it. LSF, Grid Engine and PBS let it wait, as if the cluster were busy, and LSF does not say
    that it never fits (dask-jobqueue#172). Some queues leave a core of each node to the system; a job
    for that one too is a warning, since it depends on the queue's settings of the day.

    Wrong:

        pegconf: {version: 1, sections: {lsf: {scheduler: lsf, site: pegasus}}}
        jobqueue:
          lsf: {queue: general, cores: 40, memory: 20GB}

    Right:

        pegconf: {version: 1, sections: {lsf: {scheduler: lsf, site: pegasus}}}
        jobqueue:
          lsf: {queue: general, cores: 15, memory: 20GB}
    """
    key = subject.directives.cores_key
    name = key if subject.number(key) else "cores"
    setting, cores = subject.settings.get(name), subject.number(name)
    node = subject.queue.node if subject.queue else None
    if setting is None or cores is None or node is None or cores <= node.usable_cores:
        return
    where = of_queue(subject)
    if cores > node.cores:
        message = f"{name} is {cores}, and a node{where} has {node.cores}"
        yield at(setting, message, f"the job {subject.impossible.over_node}", str(node.usable_cores))
    else:
        message = f"{name} is {cores}, and jobs may use {node.usable_cores} of a node's {node.cores}{where}"
        effect = f"where the queue keeps to that, the job {subject.impossible.over_node}"
        yield at(setting, message, effect, str(node.usable_cores), severity=Severity.WARNING)


def memory_over_node(subject: Subject) -> Iterator[Problem]:
    """A job for more memory than a node has never runs: it waits as if the cluster were busy, or is refused.

    What LSF holds back for a job is `rusage[mem=]`, on most sites for each core; so `rusage[mem=2500]` and 15 cores are
    37.5 GB.

    Wrong:

        pegconf: {version: 1, sections: {lsf: {scheduler: lsf, site: pegasus}}}
        jobqueue:
          lsf: {queue: general, cores: 15, memory: 64GB}

    Right:

        pegconf: {version: 1, sections: {lsf: {scheduler: lsf, site: pegasus}}}
        jobqueue:
          lsf: {queue: general, cores: 15, memory: 30GB}
    """
    node = subject.queue.node if subject.queue else None
    amount, setting = bytes_of(subject), subject.settings.get("memory")
    if node is None:
        return
    if setting is not None and amount is not None and amount > node.memory:
        message = f"memory is {show_bytes(amount)}, and a node{of_queue(subject)} has {show_bytes(node.memory)}"
        yield at(setting, message, f"the job {subject.impossible.over_node}", f"{node.memory // 10**9}GB")
        return
    asked, words = reserved(subject)
    if asked is not None and asked.total and asked.total > node.memory:
        whole = f"{words} is {show_bytes(asked.total)} in all"
        message = f"{whole}; a node{of_queue(subject)} has {show_bytes(node.memory)}"
        yield amounts.problem(subject, asked.place, message, f"the job {subject.impossible.over_node}")


def unknown_queue(subject: Subject) -> Iterator[Problem]:
    """A queue that the site's file does not list: the submit command refuses the job, bsub with "No such queue".

    dask-jobqueue drops bsub's answer. Queues come and go, so this is a warning: `bqueues`, `sinfo`, `qconf -sql` or
    `qstat -Q` has the truth.

    Wrong:

        pegconf: {version: 1, sections: {lsf: {scheduler: lsf, site: pegasus}}}
        jobqueue:
          lsf: {cores: 2, memory: 4GB, queue: genral}

    Right:

        pegconf: {version: 1, sections: {lsf: {scheduler: lsf, site: pegasus}}}
        jobqueue:
          lsf: {cores: 2, memory: 4GB, queue: general}
    """
    setting, site, name = subject.settings.get("queue"), subject.site, subject.text("queue")
    if setting is not None and site is not None and name and site.queue(name) is None:
        names = ", ".join(queue.name for queue in site.queues)
        message = f"site {site.name} lists no queue {shown(name)}; it lists {names}"
        yield at(setting, message, subject.impossible.no_queue.format(queue=name[:60]), site.default_queue)


def required_span(subject: Subject) -> Iterator[Problem]:
    """A queue that insists on its own span[...] refuses the jobs of dask-jobqueue, which ask for span[hosts=1].

    On Pegasus `parallel` takes nothing but `span[ptile=16]`, for jobs over several nodes. A worker of 16 cores can ask
    for it, if `job-directives-skip: ['span[hosts=1]']` takes dask-jobqueue's own away.

    Wrong:

        pegconf: {version: 1, sections: {lsf: {scheduler: lsf, site: pegasus}}}
        jobqueue:
          lsf: {cores: 2, memory: 4GB, queue: parallel}

    Right:

        pegconf: {version: 1, sections: {lsf: {scheduler: lsf, site: pegasus}}}
        jobqueue:
          lsf: {cores: 2, memory: 4GB, queue: general}
    """
    setting, queue = subject.settings.get("queue"), subject.queue
    if setting is None or queue is None or queue.required_span is None:
        return
    asked = [extra for extra in extras(subject, ("-R",)) if queue.required_span in extra.value.replace(" ", "")]
    one_host = '#BSUB -R "span[hosts=1]"'
    if not asked:
        message = f"queue {queue.name} takes only jobs with {queue.required_span}"
        effect = "a job of dask-jobqueue asks for span[hosts=1], and is refused"
        yield at(setting, message, effect, subject.site.default_queue if subject.site else None)
    elif request.slots(subject.section.values()) > 1 and not left_out(subject, one_host):
        message = f"{queue.required_span} stands beside span[hosts=1], which dask-jobqueue writes"
        effect = f"queue {queue.name} takes no other span"
        yield asked[0].problem(message, effect, "job-directives-skip: ['span[hosts=1]']")


def folder_not_for_jobs(subject: Subject) -> Iterator[Problem]:
    """Some folders are not made for what jobs write, and a site says so: on Pegasus that is /nethome.

    Running jobs out of /nethome "degrades the performance of the entire system", and accounts have been suspended for
    it (the cluster's documentation, docs/pegasus/jobs/1-lsf.rst). Workers write to local-directory when they spill.

    Wrong:

        pegconf: {version: 1, sections: {lsf: {scheduler: lsf, site: pegasus}}}
        jobqueue:
          lsf: {cores: 2, memory: 4GB, local-directory: /nethome/me/scratch}

    Right:

        pegconf: {version: 1, sections: {lsf: {scheduler: lsf, site: pegasus}}}
        jobqueue:
          lsf: {cores: 2, memory: 4GB, local-directory: /scratch/me/dask-scratch}
    """
    site = subject.site
    for name in ("local-directory", "log-directory") if site is not None else ():
        setting, text = subject.settings.get(name), subject.text(name)
        if site is None or setting is None or not text:
            continue
        for folder in site.not_for_jobs:
            if f"{text.rstrip('/')}/".startswith(f"{folder.rstrip('/')}/"):
                own = site.local_directory if name == "local-directory" else site.log_directory
                message = f"{name} is under {folder}, which site {site.name} keeps jobs out of"
                fix = own.replace("{user}", "YOU") if own else None
                yield at(setting, message, "it slows the system down for everybody", fix)


def no_project(subject: Subject) -> Iterator[Problem]:
    """The site charges every job to a project, and the section names none.

    bsub then takes $LSB_DEFAULTPROJECT or the site's default, or refuses the job.

    Wrong:

        pegconf: {version: 1, sections: {lsf: {scheduler: lsf, site: pegasus}}}
        jobqueue:
          lsf: {cores: 2, memory: 4GB, project: null}

    Right:

        pegconf: {version: 1, sections: {lsf: {scheduler: lsf, site: pegasus}}}
        jobqueue:
          lsf: {cores: 2, memory: 4GB, project: insarlab}
    """
    site, key = subject.site, subject.directives.account_key or "project"
    setting = subject.settings.get(key)
    if site is None or not site.project_required or subject.section.get(key) is not None:
        return
    if any(extra.value for extra in extras(subject, (subject.directives.account,))):
        return
    mark = setting.mark if setting else subject.section.mark
    message = f"site {site.name} wants {'an' if key == 'account' else 'a'} {key}, and none is set"
    yield Problem(mark, message, "the job may be refused", f"{key}: the name of your {key}", key)


# Several queues, or a host of one, are left alone.
_ONE_QUEUE: Final = re.compile(r"[\w.-]+")


def extra_not_there(subject: Subject) -> Iterator[Problem]:
    """An extra directive for more cores or memory than a node of the site has, or for a queue that it does not list.

    Extra directives come later in the script than those of the keys, and count (see PEG246). Looked at are those of
    each batch system: `-n`, `-c`, `ncpus=`, `ppn=`, `-pe`, `core=`, RequestCpus; `--mem`, `mem=`, `mem_free=`,
    RequestMemory.

    Wrong:

        pegconf: {version: 1, sections: {lsf: {scheduler: lsf, site: pegasus}}}
        jobqueue:
          lsf: {queue: general, cores: 4, memory: 8GB, job-extra-directives: ['-n 40']}

    Right:

        pegconf: {version: 1, sections: {lsf: {scheduler: lsf, site: pegasus}}}
        jobqueue:
          lsf: {queue: general, cores: 4, memory: 8GB, job-extra-directives: ['-n 4']}
    """
    site = subject.site
    if site is not None:
        for extra in extras(subject, (subject.directives.queue,)):
            name = extra.value.strip("\"' ")
            if _ONE_QUEUE.fullmatch(name) and site.queue(name) is None:
                message = f"site {site.name} lists no queue {shown(name)}"
                names = ", ".join(queue.name for queue in site.queues)
                yield extra.problem(message, f"it lists {names}", severity=Severity.WARNING)
    yield from amounts.extra_over_node(subject)


RULES: Final = (
    SectionRule("PEG231", Severity.ERROR, "more cores than a node has", Layer.MEANING, cores_over_node),
    SectionRule("PEG232", Severity.ERROR, "more memory than a node has", Layer.MEANING, memory_over_node),
    SectionRule("PEG234", Severity.WARNING, "a queue the site does not list", Layer.MEANING, unknown_queue),
    SectionRule("PEG235", Severity.WARNING, "a queue for another kind of job", Layer.MEANING, required_span),
    SectionRule("PEG236", Severity.WARNING, "no project where the site wants one", Layer.MEANING, no_project),
    SectionRule("PEG237", Severity.WARNING, "a folder not for jobs", Layer.MEANING, folder_not_for_jobs),
    SectionRule(
        "PEG269", Severity.ERROR, "an extra directive for what the site has not", Layer.MEANING, extra_not_there
    ),
)
