"""What `--fix` makes of a file."""

from __future__ import annotations

import pytest

from pegconf.config import sections
from pegconf.jobs import script as jobscript
from tests.validate.mending import after, keys, mended, sources_of


@pytest.mark.parametrize(
    ("system", "wrong", "right"),
    [
        # an old name of a key
        ("lsf", "    env-extra: [a]  # why\n", "    job-script-prologue: [a]  # why\n"),
        ("lsf", "    env_extra: [a]\n", "    job_script_prologue: [a]\n"),
        ("lsf", "    'env-extra': [a]\n", "    job-script-prologue: [a]\n"),
        ("lsf", "    env-extra:\n    # why\n    - a # b\n", "    job-script-prologue:\n    # why\n    - a # b\n"),
        ("lsf", "    env-extra: []\n", "    env-extra: null\n"),
        ("lsf", "    extra: '' # c\n", "    extra: null # c\n"),
        ("lsf", "    job-extra: {}\n", "    job-extra: null\n"),
        (
            "lsf",
            "    env-extra: [a]  # old\n    job-script-prologue: []  # new\n",
            "    env-extra: null  # old\n    job-script-prologue: [a]  # new\n",
        ),
        (
            "lsf",
            "    job-script-prologue:  # new\n    env-extra: [a]\n",
            "    job-script-prologue: [a]  # new\n    env-extra: null\n",
        ),
        (
            "lsf",
            "    env-extra:\n      - a # b\n    job-script-prologue: []  # new\n",
            "    job-script-prologue:\n      - a # b\n    env-extra: null  # new\n",
        ),
        ("lsf", "    extra: [a]\n    worker-extra-args: [a]\n", "    extra: null\n    worker-extra-args: [a]\n"),
        ("slurm", "    project: abc\n", "    account: abc\n"),
        ("pbs", "    project: abc # c\n    account:\n", "    project: null # c\n    account: abc\n"),
        # a key of another batch system
        ("lsf", "    account: abc\n", "    project: abc\n"),
        ("sge", "    project: null\n    account: 'a b'\n", "    project: 'a b'\n    account: null\n"),
        # numbers in quotes
        ("lsf", "    processes: '2'  # c\n", "    processes: 2  # c\n"),
        ("lsf", "    processes: 2,\n", "    processes: 2\n"),
        # text for a list
        ("lsf", "    job-extra-directives: -x\n", "    job-extra-directives: ['-x']\n"),
        ("lsf", "    job-extra-directives: '-J it''s'\n", "    job-extra-directives: ['-J it''s']\n"),
        ("lsf", '    job-extra-directives: "-a\\tb"\n', "    job-extra-directives: ['-a\tb']\n"),
        ("lsf", "    job-extra-directives: -x\n      -y\n", "    job-extra-directives: ['-x -y']\n"),
        ("lsf", "    job-extra-directives:\n      -x\n", "    job-extra-directives: ['-x']\n"),
        ("lsf", "    job-extra-directives: >\n      -x\n      -y\n\n", "    job-extra-directives: ['-x -y']\n\n"),
        (
            "lsf",
            "    job-script-prologue: |-  # why\n        a #b\n\n          c  \n\n    # end\n",
            "    job-script-prologue:   # why\n        - 'a #b'\n\n        - '  c  '\n\n    # end\n",
        ),
        ("lsf", "    worker-extra-args: ''\n", "    worker-extra-args: []\n"),
        # no list
        ("lsf", "    job-script-prologue: null # c\n", "    job-script-prologue: [] # c\n"),
        ("lsf", "    job-script-prologue:\n    # c\n", "    job-script-prologue: []\n    # c\n"),
        ("lsf", "    job-script-prologue: ~\n", "    job-script-prologue: []\n"),
        ("slurm", "    job-extra-directives: {-C x}\n", "    job-extra-directives: ['-C x']\n"),
        ("slurm", "    job-extra-directives: {-C x: null, -G: '1'}\n", "    job-extra-directives: ['-C x', '-G 1']\n"),
        # the sign twice
        ("lsf", "    job-extra-directives: ['#BSUB -x', -y]\n", "    job-extra-directives: ['-x', -y]\n"),
        (
            "slurm",
            "    job-extra-directives:\n      - '#SBATCH -C x'  # c\n      - \"#SBATCH  -G 1\"\n",
            "    job-extra-directives:\n      - '-C x'  # c\n      - '-G 1'\n",
        ),
        # several at once
        ("slurm", "    job-extra: {-C x}\n", "    job-extra-directives: ['-C x']\n"),
        ("lsf", "    job_extra: '#BSUB -x'\n", "    job_extra_directives: ['-x']\n"),
    ],
)  # fmt: skip
def test_a_key_is_mended_and_every_other_byte_stays(system: str, wrong: str, right: str) -> None:
    assert after(keys(system, wrong)) == keys(system, right)


@pytest.mark.parametrize(
    ("system", "wrong", "right"),
    [
        ("lsf", "12:00:00", "'12:00'"),
        ("lsf", "12:00", "'12:00'"),
        ("lsf", "'00:30:00'", "'00:30'"),
        ("lsf", "4h", "'04:00'"),
        ("slurm", "12:00:00", "'12:00:00'"),
        ("slurm", "100:00:00", "'4-04:00:00'"),
        ("pbs", "12:00:00", "'12:00:00'"),
        ("moab", "1:12:00:00", "'36:00:00'"),
        ("sge", "12:00:00", "'12:00:00'"),
        ("oar", "12:00", "'12:00:00'"),
        # Hours and minutes, or minutes and seconds: nobody can tell.
        ("slurm", "12:00", "12:00"),
        ("pbs", "12:00", "12:00"),
        ("sge", "12:30", "12:30"),
        ("lsf", "240", "240"),
        ("lsf", "soon", "soon"),
    ],
)
def test_a_walltime_is_written_in_the_batch_system_s_own_words(system: str, wrong: str, right: str) -> None:
    assert after(keys(system, f"    walltime: {wrong}  # c\n")) == keys(system, f"    walltime: {right}  # c\n")


def script(text: str) -> str:
    sources = sources_of(text)
    return jobscript.build(sections.collect(sources)[0], sources)


@pytest.mark.parametrize(
    ("system", "wrong"),
    [
        ("lsf", "    env-extra: [module load x]\n    job-extra: ['-x']\n    extra: [--lifetime, 5m]\n"),
        ("lsf", "    env-extra: [module load x]\n    job-script-prologue: []\n"),
        ("lsf", "    env-extra: []\n    header-skip: ['-M ']\n"),
        ("slurm", "    job-extra: {-C x}\n    project: abc\n"),
        ("pbs", "    project: abc\n    walltime: '01:00:00'\n"),
        ("pbs", "    worker-extra-args: ''\n"),
    ],
)
def test_what_worked_gives_the_same_job_script(system: str, wrong: str) -> None:
    text = keys(system, wrong)
    assert after(text) != text
    assert script(after(text)) == script(text)


@pytest.mark.parametrize(
    ("wrong", "lines"),
    [
        ("walltime: 12:00:00", ["#BSUB -W 12:00"]),
        ("job-extra-directives: -gpu num=1", ["#BSUB -gpu num=1"]),
        ("job-extra-directives: ['#BSUB -x']", ["#BSUB -x"]),
        ("job-extra-directives: {-C: x, -y: null}", ["#BSUB -C x", "#BSUB -y"]),
        ("account: insarlab", ['#BSUB -P "insarlab"']),
        ("job-script-prologue: |\n      cat <<E\n      a\n       b\n      E", ["cat <<E", "a", " b", "E"]),
    ],
)
def test_what_did_not_work_does_what_was_meant(wrong: str, lines: list[str]) -> None:
    made = script(after(keys("lsf", f"    {wrong}\n"))).splitlines()
    assert [line for line in made if line in lines] == lines


def test_a_named_section_gets_every_key_it_lacks_and_makes_a_job() -> None:
    text = (
        "pegconf: {version: 1, sections: {insar: {scheduler: lsf}}}\njobqueue:\n    insar:\n"
        "        cores: 2\n        memory: 4GB\n        queue: general # mine\n        # walltime: 1:00\n"
        "\n    # the end\n"
    )
    new = after(text)
    head, _, tail = text.partition("        # walltime: 1:00\n")
    assert new.startswith(head)
    assert new.endswith(tail)
    assert "        # walltime: 1:00\n        name: 'dask-worker'\n        processes: null\n" in new
    assert mended(new).report.has_errors is False
    assert "#BSUB -q general" in script(new)


@pytest.mark.parametrize(
    ("before", "begins", "ends"),
    [
        ("{cores: 2, memory: 4GB}", "{cores: 2, memory: 4GB, name: 'dask-worker', ", ", scheduler-options: {}}\n"),
        ("{cores: 2, memory: 4GB,}", "{cores: 2, memory: 4GB,name: 'dask-worker', ", ", scheduler-options: {}}\n"),
        (
            "{cores: 2, # a,\n    memory: 4GB # b\n  }",
            "{cores: 2, # a,\n    memory: 4GB # b\n  , name: 'dask-worker',\n  processes: null,\n",
            "  scheduler-options: {},\n  }\n",
        ),
        ("\n    <<: {cores: 2}\n    memory: 4GB", "\n    <<: {cores: 2}\n    memory: 4GB\n    name:", "options: {}\n"),
        (
            "\n    cores: 2\n    memory:\n      4GB",
            "\n    cores: 2\n    memory:\n      4GB\n    name:",
            "options: {}\n",
        ),
        ("\n    cores: 2\n    queue: |\n      a\n\n", "\n    cores: 2\n    queue: |\n      a\n    name:", "{}\n\n\n"),
    ],
)
def test_keys_are_added_in_the_section_s_own_style(before: str, begins: str, ends: str) -> None:
    new = after(f"jobqueue:\n  insar: {before}\n", scheduler="lsf")
    assert new.startswith(f"jobqueue:\n  insar: {begins}")
    assert new.endswith(ends)


def test_line_ends_and_a_missing_last_one_stay() -> None:
    text = "jobqueue:\r\n  insar:\r\n    cores: 2 # c\r\n    env-extra: |\r\n      a\r\n      b"
    new = after(text, scheduler="lsf")
    assert new.startswith("jobqueue:\r\n  insar:\r\n    cores: 2 # c\r\n    job-script-prologue:\r\n      - 'a'\r\n")
    assert new.count("\n") == new.count("\r\n")
    assert not new.endswith("\n")
