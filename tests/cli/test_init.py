from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from pegconf.init import existing_file
from tests import running
from tests.terminal import talk

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Person

NOTHING_MORE = (("and tls to encrypt [loopback]: ", "\r"),)
PEGASUS = ("--site", "pegasus", "--login", "dwg11@pegasus.ccs.miami.edu")


def folders(person: Person) -> tuple[str, ...]:
    return ("--log-directory", f"{person.home}/logs", "--local-directory", f"{person.home}/scratch")


def test_pegasus_with_yes_gives_a_section_that_runs(person: Person) -> None:
    ran = person.runs(
        "init", *PEGASUS, "--project", "insarlab", "--name", "ifgram_inversion", *folders(person), "--yes"
    )
    assert (ran.code, "Traceback" in ran.err) == (0, False)
    assert ran.out.splitlines()[0] == f"wrote {person.file}: lsf, ifgram_inversion"
    assert ran.out.endswith(
        "  from dask_jobqueue import LSFCluster\n"
        '  cluster = LSFCluster(config_name="ifgram_inversion")\n'
        "  cluster.scale(jobs=4)\n"
        "  client = cluster.get_client()\n"
    )
    validated = person.runs("validate")
    assert validated.code == 0
    assert set(re.findall(r"PEG\d+ \w+", validated.out)) <= {"PEG301 warning", "PEG302 warning"}
    used = person.python(
        "from dask_jobqueue import LSFCluster\n"
        # This machine has no ib0, and other tests may hold the dashboard's port.
        "OPTIONS = {'interface': 'lo', 'dashboard_address': ':0'}\n"
        "cluster = LSFCluster(config_name='ifgram_inversion', scheduler_options=OPTIONS)\n"
        "print(cluster.job_script())\ncluster.close()\n"
    )
    assert (used.code, used.err) == (0, "")
    wanted = (
        *(
            "#BSUB -q general\n",
            '#BSUB -P "insarlab"\n',
            "#BSUB -n 2\n",
            "#BSUB -W 04:00\n",
        ),
        *(
            '#BSUB -R "span[hosts=1] rusage[mem=2500]"\n',
            "#BSUB -M 5000\n",
            "--nworkers 2 ",
            "--nthreads 1 ",
            "--interface ib0",
        ),
    )
    assert [words for words in wanted if words not in used.out] == []
    # LSFs that are not IBM's take one only.
    assert used.out.count("#BSUB -R ") == 1


def test_a_dry_run_prints_the_file_and_writes_nothing(person: Person) -> None:
    words = ("init", *PEGASUS, "--project", "insarlab", *folders(person), "--yes")
    dry = person.runs(*words, "--dry-run")
    assert (dry.code, list(person.home.iterdir())) == (0, [])
    person.runs(*words)
    assert person.file.read_text() == dry.out


def test_again_with_the_same_answers_changes_nothing(person: Person) -> None:
    person.runs("init", *PEGASUS, "--project", "insarlab", *folders(person), "--yes")
    before = person.file.read_bytes()
    again = person.runs("init", "--yes")
    assert again.out.startswith(f"{person.file} says so already; nothing was written\n")
    assert (person.file.read_bytes(), len(list(person.file.parent.iterdir()))) == (before, 1)


def test_a_name_more_leaves_the_other_sections_and_a_backup(person: Person) -> None:
    person.runs("init", *PEGASUS, "--project", "insarlab", *folders(person), "--yes")
    before = person.file.read_text()
    ran = person.runs("init", "--name", "big", "--cores", "4", "--work", "numpy", "--yes")
    backup = next(person.file.parent.glob("*.backup-*"))
    assert (ran.code, backup.read_text()) == (0, before)
    assert ran.out.splitlines()[:2] == [f"wrote {person.file}: big", f"the old one is {backup}"]
    head = before.split("\npegconf:\n")[0]
    assert person.file.read_text().startswith(f"{head}\n  big:\n    name: big ")
    assert "+  big:" in ran.err


@pytest.mark.parametrize("columns", [80, 120])
def test_a_person_answers_wrongly_and_is_asked_again(person: Person, columns: int) -> None:
    steps = [
        ("Login, user@host or none [", "-x@y\r"),
        ("not that: the user '-x' begins with -", ""),
        ("Login, user@host or none [", "dwg11@pegasus.ccs.miami.edu\r"),
        ("right? [Y/n] ", "perhaps\r"),
        ("not that: y or n", "\r"),
        ("Project: ", 'in"sar\r'),
        ("not that: ", ""),
        ("Project: ", "insarlab\r"),
        ("numpy (and the like) [python]: ", "\r"),
        ("single scripts [none]: ", "ifgram\r"),
        ("and tls to encrypt [loopback]: ", "perhaps\r"),
        ("not that: 'perhaps' is not one of: loopback, none", "\r"),
        ("jobqueue.yaml? [Y/n] ", "\r"),
    ]
    code, screen = talk(person, ["--site", "pegasus", *folders(person)], steps, columns)
    assert code == 0, screen
    assert [line for line in screen.splitlines() if len(line) > columns and line.startswith(" ")] == []
    asked = person.file.read_bytes()
    person.file.unlink()
    person.runs("init", *PEGASUS, "--project", "insarlab", "--name", "ifgram", *folders(person), "--yes")
    assert person.file.read_bytes() == asked


def test_no_at_the_last_question_writes_nothing(person: Person) -> None:
    words = [*PEGASUS, "--project", "insarlab", "--work", "python", "--name", "ifgram", *folders(person)]
    code, screen = talk(person, words, [("right? [Y/n] ", "y\r"), *NOTHING_MORE, ("jobqueue.yaml? [Y/n] ", "n\r")])
    assert (code, "nothing was written" in screen, list(person.home.iterdir())) == (0, True, [])


@pytest.mark.parametrize(
    ("key", "code", "words"),
    [("\x03", 130, "pegconf: stopped; nothing was written"), ("\x04", 2, "pegconf: the input ended at a question")],
)
def test_ctrl_c_and_ctrl_d_at_a_question_write_nothing(person: Person, key: str, code: int, words: str) -> None:
    ended, screen = talk(person, [*PEGASUS], [("right? [Y/n] ", "y\r"), ("Project: ", key)])
    assert (ended, words in screen, "Traceback" in screen, list(person.home.iterdir())) == (code, True, False, [])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "take the defaults with --yes, and what has no default: --queue --cores-per-node --memory-per-node\n"),
        (("--yes",), "no default for: --queue --cores-per-node --memory-per-node\n"),
        ((*PEGASUS, "--yes"), "no default for: --project\n"),
        ((*PEGASUS, "--project", "p"), "no terminal to ask questions on\n         take the defaults with --yes\n"),
        ((*PEGASUS, "--project", "p", "--walltime", "200:00", "--yes"), "--walltime '200:00': 200:00 is 8 d 8 h;"),
        (("--site", "olympus", "--yes"), "there is no site 'olympus'\n"),
        (("--scheduler", "pbspro", "--yes"), "--scheduler 'pbspro': 'pbspro' is not one of: lsf"),
        (("--processes", "2", "--work", "numpy"), "--processes and --work answer the same question"),
    ],
)
def test_wrong_usage_is_one_sentence_and_the_way_out(person: Person, words: tuple[str, ...], said: str) -> None:
    ran = person.runs("init", *words)
    assert (ran.code, ran.out, said in ran.err, "Traceback" in ran.err) == (2, "", True, False), ran.err
    assert list(person.home.iterdir()) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("jobqueue: {lsf: {cores: 1}}\n", "is in braces or no mapping"),
        ("jobqueue: [\n", "jobqueue.yaml:2:1: "),
        ("\udcff", "is not UTF-8 text"),
    ],
)
def test_a_file_that_cannot_be_edited_stays(person: Person, text: str, said: str) -> None:
    person.write("")
    person.file.write_bytes(text.encode(errors="surrogateescape"))
    ran = person.runs("init", *PEGASUS, "--project", "p", "--yes")
    assert (ran.code, said in ran.err, ran.out) == (3, True, "")
    assert person.file.read_bytes() == text.encode(errors="surrogateescape")


def test_a_folder_in_the_file_s_place_is_said(person: Person) -> None:
    person.file.mkdir(parents=True)
    ran = person.runs("init", *PEGASUS, "--project", "p", "--yes")
    assert (ran.code, ran.err.splitlines()[0]) == (3, f"pegconf: {person.file} is a folder, not a file")


def test_what_dask_jobqueue_left_is_replaced_with_a_word(person: Person) -> None:
    person.write(existing_file.untouched_defaults())
    ran = person.runs("init", *PEGASUS, "--project", "p", *folders(person), "--yes")
    assert (ran.code, "all comments; it is replaced" in ran.err) == (0, True)
    assert person.file.read_text().startswith("# Dask on Pegasus, University of Miami, made by pegconf")


def test_two_at_once_lose_nothing(person: Person) -> None:
    words = ("init", *PEGASUS, "--project", "p", *folders(person), "--yes", "--name")
    both = [person.start(*words, name) for name in ("one", "two")]
    codes = [running.ended(process).code for process in both]
    assert sorted(codes) in ([0, 0], [0, 3])
    text = person.file.read_text()
    assert [f"\n  {name}:\n" in text for name in ("one", "two")] == [code == 0 for code in codes]
    assert not list(person.file.parent.glob(".*"))


def test_a_folder_that_cannot_be_made_is_a_note(person: Person) -> None:
    (person.home / "file").write_text("")
    bad = f"{person.home}/file/logs"
    ran = person.runs("init", *PEGASUS, "--project", "p", *folders(person), "--log-directory", bad, "--yes")
    assert ran.code == 0
    assert f"{bad} cannot be made here (Not a directory); on the cluster type: mkdir -p {bad}" in ran.err


def test_a_file_elsewhere_says_how_dask_finds_it(person: Person, tmp_path: Path) -> None:
    file = tmp_path / "group.yaml"
    ran = person.runs("init", *PEGASUS, "--project", "p", *folders(person), "--yes", "--file", str(file))
    assert (ran.code, f"export DASK_CONFIG={file}" in ran.err, person.file.exists()) == (0, True, False)
    assert person.runs("validate", str(file)).code == 0


def test_without_a_site_the_node_is_asked_and_kept(person: Person) -> None:
    node = ("--queue", "short", "--cores-per-node", "8", "--memory-per-node", "16GB", "--interface", "lo")
    ran = person.runs("init", *node, *folders(person), "--login", "none", "--yes")
    assert ran.code == 0, ran.err
    kept = "    lsf: {scheduler: lsf, interface-verified: false, node: {cores: 8, usable-cores: 8, memory: '16GB'}}\n"
    assert person.file.read_text().endswith(kept)
    assert person.runs("validate").code == 0
