"""Keys misspelt, missing, added, deprecated, and with underscores."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Final

from tests.accuracy.case import CALLED, NOBODY, Case, instead

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.accuracy.good import Good

SEED: Final = 20260704
_OTHER_WORDS: Final = {
    "queue": ("partition", "que", "queue-name"),
    "walltime": ("time", "wall-time", "wall_time", "runtime", "max-walltime"),
    "name": ("job-name", "job_name"),
    "log-directory": ("log-dir", "logs", "log_dir"),
    "local-directory": ("local-dir", "scratch", "temp-directory"),
    "python": ("python-executable",),
    "processes": ("nprocs", "procs", "n-processes", "nprocesses"),
    "job-script-prologue": ("prologue", "env", "script-prologue", "job-script-prolog"),
    "job-extra-directives": ("directives", "extra-directives", "job-directives", "job_extra_directive"),
    "worker-extra-args": ("extra-args", "worker-extra", "worker-args", "dask-worker-extra-args"),
    "death-timeout": ("timeout", "death-time-out"),
    "scheduler-options": ("scheduler_opts", "scheduler"),
    "lsf-units": ("units", "lsf_unit"),
    "resource-spec": ("resource", "resources", "resource_specs"),
    "project": ("proj", "charge"),
    "account": ("acct", "charge", "account-name"),
}
_NEW_NAMES: Final = {
    "worker-extra-args": "extra",
    "job-script-prologue": "env-extra",
    "job-extra-directives": "job-extra",
    "job-directives-skip": "header-skip",
    "account": "project",
}
AS_GOOD: Final = {"worker-command", "use-stdin", "ncpus", "job-cpu"}
"""Keys whose default comes to the same as the good section's value."""
_STRANGERS: Final = (
    ("nanny", "false"), ("n-workers", "4"), ("protocol", "tls://"), ("security", "true"), ("host", "login1"),
    ("port", "8786"), ("dashboard-address", "':8790'"), ("gpus", "1"), ("nodes", "2"), ("exclusive", "true"),
    ("silence-logs", "debug"),
)  # fmt: skip
_FOREIGN: Final = (
    ("ncpus", "8", ("lsf",)),
    ("mem", "20000000000", ("lsf",)),
    ("job-cpu", "8", ("slurm",)),
    ("job-mem", "20G", ("slurm",)),
    ("resource-spec", "'select=1:ncpus=8'", ("pbs", "moab", "sge", "oar")),
    ("disk", "4GB", ("htcondor",)),
    ("queue", "general", ("lsf", "slurm", "pbs", "moab", "sge", "oar")),
    ("account", "physics", ("slurm", "pbs", "moab")),
    ("project", "physics", ("lsf", "sge", "oar", "slurm", "pbs", "moab")),
    ("lsf-units", "mb", ("lsf",)),
    ("use-stdin", "true", ("lsf",)),
)


def cases(good: Good) -> Iterator[Case]:
    """Every way in which a key is not the one that is looked up."""
    yield from _misspelt(good)
    yield from _missing(good)
    yield from _extra(good)
    yield from _deprecated(good)
    yield from _underscored(good)


def _misspelt(good: Good) -> Iterator[Case]:
    chance = random.Random(f"{SEED}{good.system}{good.section}")
    for key, raw in good.values.items():
        unread = key == "name" and good.system in {"htcondor", "local"}
        if raw in {"null", "[]"} or key in AS_GOOD or unread:
            continue  # Where the default is as good, nothing is lost by a wrong spelling.
        at = chance.randrange(1, len(key) - 1)
        wrong = {
            key[:at] + key[at + 1 :],
            key[:at] + key[at] + key[at:],
            key[:at] + chance.choice("aeiost") + key[at:],
            key.capitalize(),
            key.replace("-", "") if "-" in key else key + "s",
            *_OTHER_WORDS.get(key, ()),
        }
        for spelling in sorted(wrong - {key, *good.values}):
            yield _case("spelling", good, f"{spelling} for {key}", good.renamed(key, spelling), good)


def _missing(good: Good) -> Iterator[Case]:
    for key in good.values:
        without = good.having({key: None})
        # What stands in nobody's file is meant by nobody: the default is right, where there is one.
        text = without.text
        if key in CALLED:
            yield Case("missing", good.system, good.section, f"no {key}", text, good.text, (key,))
        else:
            yield Case("missing", good.system, good.section, f"no {key}", text, text)


def _extra(good: Good) -> Iterator[Case]:
    for key, raw in _STRANGERS:
        added = good.having({key: raw})
        yield Case("extra", good.system, good.section, f"{key}: {raw} added", added.text, None)
    for key, raw, systems in _FOREIGN:
        if good.system in systems:
            continue
        yield Case("extra", good.system, good.section, f"{key}: {raw} added", good.having({key: raw}).text, None)
    if "project" in good.values:
        same = good.having({"account": good.values["project"]})
        yield _case("extra", good, "account as project", same, good)
    for key, raw in (("partition", "null"), ("comment", "made by hand"), ("job-script-epilogue", "[]")):
        yield _case("extra", good, f"{key}: {raw} added", good.having({key: raw}), good)


def _deprecated(good: Good) -> Iterator[Case]:
    for new, old in _NEW_NAMES.items():
        if new not in good.values or (new == "job-directives-skip"):
            continue
        raw, empty = good.values[new], "{}" if good.values[new][:1] == "{" else "[]"
        if new == "account":
            empty = "null"
        yield _case("deprecated", good, f"{old} for {new}", good.having({old: raw, new: empty}), good)
        yield _case("deprecated", good, f"{old} and no {new}", good.having({old: raw, new: None}), good)
        yield _case("deprecated", good, f"{old} as {new}", good.having({old: raw}), good)
        if new != "account":
            yield _case("deprecated", good, f"{old} empty", good.having({old: empty}), good)
            more = "{RequestGpus: '1'}" if raw[:1] == "{" else "['--more']"
            yield Case(
                "deprecated", good.system, good.section, f"{old}: {more} besides", good.having({old: more}).text, None
            )
        else:
            yield Case(
                "deprecated",
                good.system,
                good.section,
                f"{old}: physics besides",
                good.having({old: "physics"}).text,
                None,
            )
    if good.system not in {"htcondor", "local"}:
        yield _case("deprecated", good, "header-skip empty", good.having({"header-skip": "[]"}), good)
        skip = {"header-skip": "[' -q ']", "job-directives-skip": "[]"}
        meant = good.having({"job-directives-skip": "[' -q ']"})
        yield _case("deprecated", good, "header-skip for job-directives-skip", good.having(skip), meant)


def _underscored(good: Good) -> Iterator[Case]:
    for key in (key for key in good.values if "-" in key):
        yield _case("underscores", good, key.replace("-", "_"), good.renamed(key, key.replace("-", "_")), good)
    whole = good
    for key in good.values:
        whole = whole.renamed(key, key.replace("-", "_"))
    yield _case("underscores", good, "every key", whole, good)
    for old, raw in (
        ("log-directory", "/tmp/elsewhere"),
        ("death-timeout", "300"),
        ("local-directory", "/tmp/elsewhere"),
    ):
        both = good.having({old.replace("-", "_"): raw})
        meant = good.having({old: raw})
        yield _case("underscores", good, f"{old} twice", both, meant)
        yield _case(
            "underscores", good, f"{old} twice, the same", good.having({old.replace("-", "_"): good.values[old]}), good
        )
        first = good.renamed(old, old.replace("-", "_")).having({old: raw})
        yield _case("underscores", good, f"{old} twice, hyphen last", first, meant)
    if not good.own:
        yield instead(
            "underscores",
            good,
            "name",
            "my worker",
            NOBODY if good.system not in {"htcondor", "local"} else "my worker",
        )


def _case(kind: str, good: Good, label: str, changed: Good, meant: Good) -> Case:
    return Case(kind, good.system, good.section, label, changed.text, meant.text)
