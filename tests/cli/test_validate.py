"""`pegconf validate` and `pegconf explain` as people run them: output, exit code, and no traceback."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import jsonschema
import pytest
import typer
from typer.testing import CliRunner

from pegconf.cli.explain import explain
from pegconf.core import resources
from pegconf.diagnosis.causes import CODES
from pegconf.validate.engine import RULES

if TYPE_CHECKING:
    from pathlib import Path

    from pegconf.validate.rules.base import Rule

PRIVATE = (
    "scheduler-options: {dashboard_address: '127.0.0.1:0'}, worker-extra-args: ['--dashboard-address', '127.0.0.1:0']"
)
GOOD = f"cores: 2, memory: 4GB, processes: 1, walltime: '04:00', lsf-units: mb, log-directory: /tmp, {PRIVATE}"
BAD = "jobqueue: {lsf: {cores: 0}}\n"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / ".config" / "dask").mkdir(parents=True)
    return tmp_path


def run(home: Path, *words: str, environ: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    variables = {"HOME": str(home), "PATH": "/usr/bin:/bin", "DASK_ROOT_CONFIG": str(home / "none"), **(environ or {})}
    command = [sys.executable, "-m", "pegconf", *words]
    done = subprocess.run(command, env=variables, cwd=home, capture_output=True, text=True, check=False, timeout=60)
    assert "Traceback" not in done.stderr
    return done


def configured(home: Path, content: str) -> Path:
    file = home / ".config" / "dask" / "jobqueue.yaml"
    file.write_text(content, encoding="utf-8")
    return file


def test_nothing_wrong(home: Path) -> None:
    configured(
        home,
        f"private: &private {{{PRIVATE}}}\n"
        f"jobqueue: {{lsf: {{{GOOD}}}, slurm: {{<<: *private, cores: 1, memory: 4GB, walltime: '1:00:00', "
        "log-directory: /tmp}}",
    )
    done = run(home, "validate")
    assert (done.returncode, done.stdout, done.stderr) == (
        0,
        "~/.config/dask/jobqueue.yaml: lsf, slurm: nothing wrong found\n",
        "",
    )


def test_warnings_alone_are_fine(home: Path) -> None:
    configured(home, f"jobqueue: {{lsf: {{{GOOD}, worker-image: x}}}}")
    done = run(home, "validate")
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "1 warning in 1 file")


def test_errors(home: Path) -> None:
    configured(home, f"jobqueue:\n  lsf:\n    <<: {{{GOOD}}}\n    walltime: 12:00:00\n")
    done = run(home, "validate")
    assert done.returncode == 1
    assert done.stdout.startswith("~/.config/dask/jobqueue.yaml:4:15: PEG201 error  walltime is the number 43200,")
    assert done.stdout.splitlines()[-1].startswith("1 error in 1 file")


def test_not_yaml_anywhere_dask_looks(home: Path) -> None:
    configured(home, f"jobqueue: {{lsf: {{{GOOD}}}}}")
    (home / ".config" / "dask" / "distributed.yaml").write_text("a: [", encoding="utf-8")
    done = run(home, "validate")
    assert (done.returncode, "PEG001" in done.stdout) == (1, True)


@pytest.mark.parametrize("content", [None, "", "# all commented\n", "jobqueue:\n", "distributed: {}\n"])
def test_no_configuration_at_all(home: Path, content: str | None) -> None:
    if content is not None:
        configured(home, content)
    done = run(home, "validate")
    assert (done.returncode, done.stdout, done.stderr) == (
        3,
        "",
        "pegconf: nothing that dask would read has a jobqueue: section\n         write one with: pegconf init\n",
    )


def test_an_empty_file_beside_a_configured_one(home: Path) -> None:
    configured(home, "")
    (home / ".config" / "dask" / "more.yaml").write_text(f"jobqueue: {{lsf: {{{GOOD}}}}}", encoding="utf-8")
    assert run(home, "validate").returncode == 0


def test_a_variable_configures(home: Path) -> None:
    done = run(home, "validate", environ={"DASK_JOBQUEUE__LSF__CORES": "0"})
    assert (done.returncode, "DASK_JOBQUEUE__LSF__CORES: cores is 0" in done.stdout) == (1, True)


def test_no_such_file_a_folder_and_a_file_without_sections(home: Path) -> None:
    (home / "empty.yaml").write_text("", encoding="utf-8")
    for path, words in (
        ("nosuch.yaml", "there is no file"),
        (".", "is a folder"),
        ("empty.yaml", "no section under jobqueue:"),
    ):
        done = run(home, "validate", path)
        assert (done.returncode, words in done.stderr) == (3, True)
        assert run(home, "validate", "--file", path).returncode == 3


def test_a_missing_file_hides_no_findings_of_the_others(home: Path) -> None:
    (home / "bad.yaml").write_text(BAD, encoding="utf-8")
    (home / "good.yaml").write_text(f"jobqueue: {{lsf: {{{GOOD}}}}}", encoding="utf-8")
    done = run(home, "validate", "nosuch.yaml", "bad.yaml", "good.yaml")
    assert (done.returncode, "bad.yaml:1:25: PEG221 error" in done.stdout) == (3, True)
    assert done.stderr == "pegconf: there is no file nosuch.yaml\n         write one with: pegconf init\n"
    assert run(home, "validate", "bad.yaml", "good.yaml").returncode == 1


def test_each_file_stands_alone(home: Path) -> None:
    configured(home, BAD)
    (home / "good.yaml").write_text(f"jobqueue: {{lsf: {{{GOOD}}}}}", encoding="utf-8")
    assert run(home, "validate", "good.yaml").stdout == "~/good.yaml: lsf: nothing wrong found\n".replace("~/", "")


def test_json_is_one_document(home: Path) -> None:
    (home / "bad.yaml").write_text(BAD, encoding="utf-8")
    done = run(home, "validate", "bad.yaml", "nosuch.yaml", "--format", "json")
    data = json.loads(done.stdout)
    jsonschema.validate(data, resources.schema("report"))
    assert (done.returncode, data["stopped"]) == (3, ["there is no file nosuch.yaml"])


def test_github(home: Path) -> None:
    (home / "bad.yaml").write_text(BAD, encoding="utf-8")
    lines = run(home, "validate", "bad.yaml", "--format", "github", "--select", "PEG221").stdout.splitlines()
    assert lines == [
        "::error file=bad.yaml,line=1,col=25,title=PEG221::cores is 0 (the batch system refuses it)%0Awrite: cores: 1"
    ]


def test_select_and_ignore(home: Path) -> None:
    (home / "bad.yaml").write_text(BAD, encoding="utf-8")
    assert run(home, "validate", "bad.yaml", "--ignore", "PEG221").returncode == 0
    assert run(home, "validate", "bad.yaml", "--select", "PEG21,peg204").returncode == 0
    done = run(home, "validate", "bad.yaml", "--select", "PEG222x")
    assert (done.returncode, "did you mean PEG222" in done.stderr) == (2, True)


@pytest.mark.parametrize(
    "words", [("--scheduler", "lfs"), ("--site", "pegasos"), ("--format", "xml"), ("--no-such-option",)]
)
def test_wrong_usage(home: Path, words: tuple[str, ...]) -> None:
    configured(home, BAD)
    assert run(home, "validate", *words).returncode == 2


def test_the_names_that_are_there(home: Path) -> None:
    configured(home, f"jobqueue: {{lsf: {{{GOOD}}}}}")
    done = run(home, "validate", "--name", "insar")
    assert (done.returncode, "the sections are: lsf" in done.stderr) == (3, True)


def test_the_site_is_told(home: Path) -> None:
    configured(home, f"jobqueue: {{lsf: {{{GOOD}, project: a, queue: nosuch}}}}")
    done = run(home, "validate", "--site", "pegasus")
    assert (done.returncode, "PEG234" in done.stdout) == (0, True)


def test_neither_dask_nor_numpy_is_imported(home: Path) -> None:
    configured(home, f"jobqueue: {{lsf: {{{GOOD}}}}}")
    program = (
        "import sys; from pegconf.cli.app import app; app()(['validate'], standalone_mode=False)\n"
        "print(sorted({'dask', 'distributed', 'dask_jobqueue', 'numpy', 'jsonschema'} & set(sys.modules)))"
    )
    variables = {"HOME": str(home), "PATH": "/usr/bin:/bin", "DASK_ROOT_CONFIG": str(home / "none")}
    done = subprocess.run([sys.executable, "-c", program], env=variables, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
    assert sorted(path.name for path in (home / ".config" / "dask").iterdir()) == ["jobqueue.yaml"]


def test_a_hook_s_call_imports_no_typer(home: Path) -> None:
    (home / "good.yaml").write_text(f"jobqueue: {{lsf: {{{GOOD}}}}}", encoding="utf-8")
    program = (
        "import sys; from pegconf.cli import main; sys.argv[1:] = ['validate', 'good.yaml']\n"
        "try:\n    main()\nexcept SystemExit as end:\n    print(end.code, 'typer' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=home, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["good.yaml: lsf: nothing wrong found", "0 False"]


def test_the_script_layer(home: Path) -> None:
    configured(home, f"jobqueue: {{lsf: {{{GOOD}}}}}")
    done = run(home, "validate", "--script")
    assert (done.returncode, done.stdout) == (0, "~/.config/dask/jobqueue.yaml: lsf: nothing wrong found\n")


def test_a_terminal_without_utf8(home: Path) -> None:
    configured(home, "jobqueue: {lsf: {cores: 0, name: 計算}}")
    assert run(home, "validate", environ={"PYTHONIOENCODING": "ascii"}).returncode == 1


@pytest.fixture(scope="module")
def alone() -> typer.Typer:
    app = typer.Typer(rich_markup_mode=None)
    app.command()(explain)
    return app


def test_explain_lists_every_code(alone: typer.Typer) -> None:
    done = CliRunner().invoke(alone)
    assert [line.split()[0] for line in done.stdout.splitlines()] == sorted(known.code for known in (*RULES, *CODES))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_explain_one(alone: typer.Typer, rule: Rule) -> None:
    done = CliRunner().invoke(alone, [rule.code.lower()])
    assert (done.exit_code, done.stdout.splitlines()[0]) == (0, f"{rule.code} {rule.severity}: {rule.title}")
    assert len(done.stdout.splitlines()) > 5


def test_explain_with_an_example(alone: typer.Typer) -> None:
    assert (
        CliRunner().invoke(alone, ["PEG112"]).stdout
        == """\
PEG112 warning: a named section lacks job-extra

A named section without `job-extra` is warned of using it.

Its default in dask_jobqueue/core.py is [], which counts as used; `job-extra: null` is silent.

Wrong:

    pegconf: {version: 1, sections: {insar: {scheduler: lsf}}}
    jobqueue:
      insar:  # without job-extra
        cores: 2
        memory: 4GB

Right:

    pegconf: {version: 1, sections: {insar: {scheduler: lsf}}}
    jobqueue:
      insar:
        cores: 2
        memory: 4GB
        job-extra: null

Around an example is a complete section, such as pegconf init writes, with nothing else wrong in it.
"""
    )


def test_explain_an_unknown_code(alone: typer.Typer) -> None:
    done = CliRunner().invoke(alone, ["PEG2O1"])
    assert (done.exit_code, done.stderr) == (
        2,
        "pegconf: there is no code 'PEG2O1'\n         did you mean PEG621, PEG291, PEG281?\n",
    )
