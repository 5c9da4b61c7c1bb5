"""Layers, what is skipped after an error, where a finding is placed, and files meant to break a reader."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pegconf.config import catalogue, document, sources
from pegconf.config.sources import Sources
from pegconf.core.errors import CannotGoOnError
from pegconf.core.model import Finding, Layer, Mark, Report, Severity, Skipped
from pegconf.site import files
from pegconf.validate import engine, report_json, report_text

FILE = Path("/home/me/.config/dask/jobqueue.yaml")
GOOD = (
    "cores: 2, memory: 4GB, processes: 1, walltime: '04:00', lsf-units: mb, log-directory: /tmp, "
    "scheduler-options: {dashboard_address: '127.0.0.1:0'}, "
    "worker-extra-args: [--dashboard-address, '127.0.0.1:0']"
)


def codes(content: str, **options: object) -> list[str]:
    return [one.code for one in engine.check_text(content, FILE, **options).findings]


def test_a_finding_in_full() -> None:
    line = "    walltime: 12:00:00"
    report = engine.check_text(f"jobqueue:\n  lsf:\n    <<: {{{GOOD}}}\n{line}\n", FILE)
    assert report.findings == (
        Finding(
            "PEG201",
            Severity.ERROR,
            "walltime is the number 43200, not text",
            Mark(FILE, 4, 15, 8, line),
            "lsf",
            "walltime",
            "YAML reads this as base 60; the job would ask for -W 43200 (30 d)",
            "walltime: '12:00'",
        ),
    )


def test_nothing_wrong() -> None:
    report = engine.check_text(f"jobqueue: {{lsf: {{{GOOD}}}}}", FILE)
    assert (report.findings, report.skipped, report.sections, report.files) == ((), (), ("lsf",), (FILE,))


def test_after_an_error_the_other_keys_are_looked_at_all_the_same() -> None:
    """What follows from the error is not said: of its own key nothing more, of keys that are not set nothing."""
    content = f"jobqueue:\n  lsf: {{{GOOD}, wall-time: '1:00', queue: None, project: [x]}}\n"
    assert codes(content) == ["PEG101", "PEG242", "PEG121"]


def test_an_error_in_the_text_skips_the_later_layers_of_its_section_only() -> None:
    content = (
        f"jobqueue:\n  lsf: {{{GOOD}, queue: a, queue: None}}\n  slurm: {{cores: 1, memory: 16, walltime: '1:0:0'}}\n"
    )
    report = engine.check_text(content, FILE, interfaces=("lo",))
    errors = [(one.section, one.code) for one in report.findings if one.severity is Severity.ERROR]
    assert errors == [("lsf", "PEG005"), ("slurm", "PEG211")]
    assert report.skipped == (
        Skipped("lsf", Layer.KEYS, "errors in its text: PEG005"),
        Skipped("lsf", Layer.MEANING, "errors in its text: PEG005"),
        Skipped("lsf", Layer.MACHINE, "errors in its text: PEG005"),
    )


def test_an_ignored_error_skips_nothing() -> None:
    content = f"jobqueue:\n  lsf: {{{GOOD}, queue: [None], queue: None}}\n"
    assert codes(content) == ["PEG005"]
    assert codes(content, wanted=lambda code: code != "PEG005") == ["PEG242"]


def test_only_the_section_asked_for() -> None:
    content = f"jobqueue:\n  lsf: {{{GOOD}}}\n  slurm: {{cores: 0}}\n"
    assert codes(content, name="lsf") == []


def test_a_section_that_is_not_there() -> None:
    with pytest.raises(CannotGoOnError, match="no section 'insar'"):
        engine.check_text(f"jobqueue: {{lsf: {{{GOOD}}}}}", FILE, name="insar")


def test_the_site_that_is_given_or_that_the_file_names() -> None:
    content = f"jobqueue: {{lsf: {{{GOOD}, project: a, queue: debug}}}}"
    asked = "pegconf: {version: 1, sections: {lsf: {scheduler: lsf, site: pegasus}}}\n"
    assert codes(content, site=files.load("pegasus")) == ["PEG203"]
    assert codes(asked + content) == ["PEG203"]
    assert codes(content) == []


def test_a_node_that_no_site_holds() -> None:
    asked = (
        "pegconf: {version: 1, sections: {lsf: {scheduler: lsf, node: {cores: 8, usable-cores: 7, memory: 16GB}}}}\n"
    )
    assert codes(asked + "jobqueue: {lsf: {" + GOOD.replace("cores: 2", "cores: 9") + "}}") == ["PEG231"]
    assert codes(asked + "jobqueue: {lsf: {" + GOOD.replace("4GB", "20GB") + "}}") == ["PEG232"]


def test_memory_reserved_per_core_is_counted_per_core() -> None:
    asked = "pegconf: {version: 1, sections: {lsf: {scheduler: lsf, site: pegasus}}}\n"
    keys = GOOD.replace("cores: 2", "cores: 15") + ", project: a, queue: general"
    content = f"{asked}jobqueue:\n  lsf:\n    <<: {{{keys}}}\n    job-extra-directives: ['-R \"rusage[mem=2500]\"']\n"
    (finding,) = engine.check_text(content, FILE).findings
    assert (finding.code, finding.message) == (
        "PEG232",
        "rusage[mem=2500] for 15 cores is 37.5 GB in all; a node of queue general has 32.0 GB",
    )


def test_a_variable_is_named_in_place_of_a_file() -> None:
    environ = {"HOME": "/nonexistent", "DASK_JOBQUEUE__LSF__CORES": "0", "DASK_ROOT_CONFIG": "/nonexistent"}
    report = engine.check(Sources((), tuple(sources.variables(environ))[:1]))
    found = [(one.code, one.message, one.mark) for one in report.findings if one.severity is Severity.ERROR]
    assert found == [("PEG221", "DASK_JOBQUEUE__LSF__CORES: cores is 0", None)]


def test_two_files_are_merged_and_the_lost_value_is_named(tmp_path: Path) -> None:
    first = document.parse(f"jobqueue: {{lsf: {{{GOOD}}}}}", tmp_path / "jobqueue.yaml")
    second = document.parse("jobqueue: {lsf: {cores: 0}}", tmp_path / "more.yaml")
    report = engine.check(Sources((first, second)), interfaces=("lo",))
    found = {one.code: (one.mark.file.name if one.mark else "", one.effect) for one in report.findings}
    assert found == {
        "PEG221": ("more.yaml", "the batch system refuses it"),
        "PEG304": ("more.yaml", f"2 of {tmp_path}/jobqueue.yaml:1 is lost"),
    }


def test_an_unreadable_file_does_not_hide_the_others() -> None:
    bad = document.parse("a: [", FILE.with_name("distributed.yaml"))
    other = document.parse("jobqueue: {lsf: {cores: 0}}", FILE)
    assert {one.code for one in engine.check(Sources((bad, other))).findings} >= {"PEG001", "PEG221"}


def test_the_script_layer_asks_dask_jobqueue() -> None:
    shared = GOOD.replace("walltime: '04:00', lsf-units: mb, ", "")
    content = f"jobqueue: {{lsf: {{{GOOD}}}, htcondor: {{{shared}}}, slurm: {{{shared}, lsf-units: mb}}}}"
    found = [("htcondor", "PEG285"), ("slurm", "PEG102")]
    assert [(one.section, one.code) for one in engine.check_text(content, FILE).findings] == found
    report = engine.check_text(content, FILE, script=True)
    # HTCondor's disk is not set: a warning, as the program may give it, and without it there is no script.
    assert [(one.section, one.code) for one in report.findings] == [found[0], ("htcondor", "PEG401"), *found[1:]]
    assert report.skipped == (Skipped("slurm", Layer.SCRIPT, "errors in its keys: PEG102"),)


HOSTILE = {
    "brackets": "[" * 100_000,
    "braces": "{" * 100_000,
    "indents": "".join(f"{' ' * depth}a:\n" for depth in range(2_000)),
    "one long line": "jobqueue: {lsf: {cores: '" + "x" * 1_000_000 + "'}}",
    "alias bomb": "a: &a [x,x,x,x,x,x,x,x,x]\n"
    + "".join(
        f"{b}: &{b} [*{a},*{a},*{a},*{a},*{a},*{a},*{a},*{a},*{a}]\n"
        for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    ),
    "alias chain": "a0: &a0 [1]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}]\n" for n in range(1, 700)),
    "merge chain": "a0: &a0 {x: 1}\n" + "".join(f"a{n}: &a{n}\n  <<: *a{n - 1}\n" for n in range(1, 700)),
    "alias of itself": "a: &a [*a]",
    "base 60": "a: 1" + ":1" * 200_000,
    "many digits": "jobqueue: {lsf: {cores: " + "1" * 5_000 + "}}",
    "hex": "jobqueue: {lsf: {cores: 0x" + "f" * 5_000 + "}}",
    "NUL": "jobqueue: {lsf: {name: a\0b}}",
    "escape": "jobqueue: {lsf: {name: \x1b[31mred}}",
    "lone CR": "jobqueue:\r  lsf:\r    cores: 0\r",
    "CRLF": "jobqueue:\r\n  lsf:\r\n    cores: 0\r\n",
    "BOM": "\ufeffjobqueue: {lsf: {cores: 0}}",
    "NEL": "jobqueue: {lsf: {name: 'a\x85b'}}",
    "sections of all kinds": "jobqueue: {1: {a: 1}, null: {}, 2024-01-01: 3, lsf: [1], slurm: text, oar: null}",
    "keys of all kinds": "jobqueue: {lsf: {1: 1, null: 2, 2024-01-01: 3, true: 4, 1.5: 5, '': 6}}",
    "pegconf is text": "pegconf: x\njobqueue: {lsf: {}}",
    "pegconf is a list": "pegconf: [1]\njobqueue: {lsf: {}}",
    "pegconf of wrong types": "pegconf: {version: [], sections: {lsf: {scheduler: [], site: {}, node: 3}, 1: []}}\n"
    "jobqueue: {lsf: {}}",
    "node of wrong types": "pegconf: {sections: {lsf: {node: {cores: x, memory: [1]}}}}\njobqueue: {lsf: {}}",
    "a list of sections": "pegconf: {version: 1, sections: [1]}\njobqueue: [lsf]",
    "a set": "jobqueue: !!set {lsf}",
    "pairs": "jobqueue: !!omap [lsf: {cores: 1}]",
    "bytes": "jobqueue: {lsf: {name: !!binary aGVsbG8=}}",
    "not a number": "jobqueue: {lsf: {cores: .nan, memory: .inf, processes: -.inf, death-timeout: .nan, mem: .nan}}",
    "two documents": "a: 1\n---\nb: 2\n",
    "lone surrogate": 'jobqueue: {lsf: {name: "\\uD800", log-directory: "/\\uD800/a", python: "/\\uD800"}}',
    "python tag": "a: !!python/object/apply:os.system [ls]",
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_files_get_a_verdict(content: str) -> None:
    report = engine.check(Sources((document.decode(content.encode(), FILE),)), interfaces=("lo",))
    everything_is_shown(report)


def test_binary_gets_a_sentence() -> None:
    report = engine.check(Sources((document.decode(bytes(range(256)), FILE),)))
    assert [(one.code, one.message) for one in report.findings] == [("PEG002", "byte 0x80 is not UTF-8 text")]


def test_fifty_megabytes_get_a_sentence(tmp_path: Path) -> None:
    file = tmp_path / "big.yaml"
    with file.open("wb") as stream:
        stream.truncate(50_000_000)
    report = engine.check(sources.load({}, file))
    assert [one.code for one in report.findings] == ["PEG003"]


def everything_is_shown(report: Report) -> None:
    shown = report_text.render(report)
    assert all(line.isprintable() for line in shown.splitlines())
    report_json.as_json(report)
    report_json.as_github(report)


SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.dates(),
    st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=12),
    st.sampled_from(
        ["12:00", "00:30", "4GB", "16", "~/x", "$A", "None", "-M", "ib0", '-R "rusage[mem=9]"', "--lifetime 5h"]
    ),
)
KEYS = st.one_of(st.sampled_from(sorted(catalogue.keys())), SCALARS)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3), max_leaves=6
)
SECTIONS = st.dictionaries(KEYS, VALUES, max_size=12)
NAMES = st.sampled_from(["lsf", "slurm", "htcondor", "insar", "LSF", 1, None, "pbs"])
ASKED = st.fixed_dictionaries(
    {},
    optional={
        "version": VALUES,
        "sections": VALUES
        | st.dictionaries(
            NAMES,
            VALUES
            | st.fixed_dictionaries(
                {"scheduler": st.just("lsf")}, optional={"site": st.just("pegasus") | VALUES, "node": VALUES}
            ),
            max_size=2,
        ),
    },
)
TREES = st.fixed_dictionaries(
    {"jobqueue": st.dictionaries(NAMES, SECTIONS | VALUES, max_size=3)},
    optional={"pegconf": ASKED | VALUES, "x": VALUES},
)


@settings(max_examples=150, deadline=None)
@given(TREES)
@example({"jobqueue": {"lsf": {"memory": float("nan"), "walltime": float("inf"), "death-timeout": "nan"}}})
def test_any_tree_gets_a_verdict(tree: object) -> None:
    content = yaml.safe_dump(tree, allow_unicode=True)
    for site in (None, files.load("pegasus")):
        report = engine.check_text(content, FILE, interfaces=("lo",), site=site, wanted=lambda code: code[3] != "1")
        everything_is_shown(report)
    everything_is_shown(engine.check_text(content, FILE, interfaces=("lo",)))


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_get_a_verdict(data: bytes) -> None:
    everything_is_shown(engine.check(Sources((document.decode(data, FILE),))))


PIECES = st.lists(
    st.sampled_from([*"ab:-[]{}'\"#&*!|>%@` \t\n,?~0123.", "jobqueue:", "lsf:", "\n  ", "\n    ", ": ", "- ", "<<: "]),
    max_size=30,
)


@settings(max_examples=300, deadline=None)
@given(PIECES.map("".join))
@example("a: null\t# b")
@example("- \t- a")
@example("a:\tb")
@example("{a\t: b}")
@example('"\\UFFFFFFFF"')
@example("%YAML 1.x\n---\na")
def test_a_text_is_refused_when_dask_refuses_it(content: str) -> None:
    try:
        yaml.safe_load(content)
        loads = True
    except (yaml.YAMLError, ValueError, OverflowError, TypeError, AttributeError, LookupError):
        loads = False
    assert (document.parse(content, FILE).error is None) is loads
