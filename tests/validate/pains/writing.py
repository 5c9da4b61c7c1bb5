"""How a file is written: YAML, keys, names, lists."""

from __future__ import annotations

from typing import Final

from tests.validate.pains.pain import Pain, lsf, of

PAINS: Final = (
    Pain("YAML-60", {"PEG201": lsf("walltime: 12:00:00")}),
    Pain("YAML-BOOL", {"PEG241": lsf("queue: no")}),
    Pain("YAML-NONE", {"PEG242": lsf("queue: None")}),
    Pain("YAML-TILDE", {"PEG251": lsf("log-directory: ~")}),
    Pain("YAML-HASH", {"PEG265": lsf("shebang: #!/bin/bash")}),
    Pain("YAML-COLON", {"PEG124": lsf("job-script-prologue: [echo a: b]")}),
    Pain("YAML-DUP", {"PEG005": lsf("cores: 4")}),
    Pain("HYPHEN-UNDERSCORE", {"PEG009": lsf("log-directory: /a\n    log_directory: /b")}),
    Pain("NUM-AS-STR", {"PEG121": "jobqueue: {lsf: {cores: '4', memory: 4GB}}"}),
    Pain("ACCT-NUM", {"PEG241": lsf("project: 012345")}),
    Pain("KEY-TYPO", {"PEG101": lsf("wall-time: '02:00'\n    partition: short")}),
    Pain("KEY-DEPRECATED", {"PEG103": lsf("env-extra: []")}),
    Pain("OLD-AND-NEW", {"PEG104": lsf("env-extra: [echo a]\n    job-script-prologue: [echo b]")}),
    Pain("ACCT-PROJ", {"PEG102": lsf("account: abc"), "PEG103": of("slurm", "project: abc")}),
    Pain("NAMED-MISSING", {"PEG111": "jobqueue: {insar: {cores: 4, memory: 8GB, queue: short, lsf-units: mb}}"}),
    Pain("NAMED-UPGRADE", {"PEG111": ""}),
    Pain("NAMED-WARN", {"PEG112": ""}),
    Pain(
        "NAMED-DOT",
        {"PEG114": "jobqueue: {v1.0: {cores: 4, memory: 8GB}}", "PEG007": "jobqueue: {insar: }"},
    ),
    Pain("LIST-AS-STRING", {"PEG122": lsf("worker-extra-args: '--lifetime 55m'")}),
    Pain("NULL-LIST", {"PEG123": lsf("job-directives-skip: null")}),
    Pain("BRACES", {"PEG123": lsf("job-extra-directives: {-gpu: num=1}")}),
    Pain("MAP-OVER-LIST", {"PEG125": of("htcondor", "disk: 1GB\n    job-extra-directives: ['+x = 1']")}),
    Pain("SKIP-SUBSTR", {"PEG122": lsf("job-directives-skip: '-M'"), "PEG263": lsf("job-directives-skip: ['-']")}),
    Pain("PREFIX-DUP", {"PEG261": lsf("job-extra-directives: ['#BSUB -x']")}),
    Pain("NAME-SPACE", {"PEG244": lsf("name: my worker")}),
    Pain("SCHEDOPT-NAME", {"PEG273": lsf("scheduler-options: {dashboard-address: ':8788'}")}),
    Pain("JQ-VS-DIST", {"PEG271": lsf("worker-extra-args: ['--nprocs', '2']")}),
    Pain("FORGOT-SCALE", {"PEG101": lsf("n-workers: 4")}, elsewhere="init prints a program that calls scale(jobs=2)"),
    Pain("PROLOGUE-SHELL", {"PEG266": lsf("job-script-prologue: [conda activate insar]")}),
    Pain("VARS-IN-YAML", {"PEG243": lsf("queue: $QUEUENAME"), "PEG251": lsf("log-directory: $HOME/logs")}),
    Pain("CFG-MALFORMED", {"PEG001": "jobqueue:\n\tlsf: {}\n", "PEG004": "a sentence\n"}),
    Pain("CFG-NESTING", {"PEG008": "lsf: {cores: 4, memory: 4GB}\n"}),
)
