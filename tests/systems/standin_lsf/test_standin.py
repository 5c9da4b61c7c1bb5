"""The stand-in LSF takes jobs, holds them back and shows them as LSF does."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.systems.standin_lsf.site import Site

SCRIPT = """#!/usr/bin/env bash
#BSUB -J worker
#BSUB -q general
#BSUB -P "some project"
#BSUB -n 2
#BSUB -R "span[hosts=1]"
#BSUB -M 200
#BSUB -W 00:05
#BSUB -o out.%J
#BSUB -e err.%J
echo "$LSB_JOBID $LSB_JOBINDEX $LSB_HOSTS|$LSB_MCPU_HOSTS|$LSB_QUEUE $LSB_JOBNAME $LSB_OUTPUTFILE ${BASH_VERSION:+bash}"
echo "$PWD $LS_SUBCWD $TRAVELS"
echo complaint >&2
"""


def test_script_on_standard_input_runs_with_its_directives(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """The lines of the script count, the environment and the folder travel, the report is LSF's."""
    monkeypatch.setenv("TRAVELS", "along")
    found = site.call("bsub", script=SCRIPT)
    assert (found.stdout, found.stderr) == ("Job <1> is submitted to queue <general>.\n", "")
    job = site.ended()
    assert (job.status, job.name, job.slots, job.project) == ("DONE", "worker", 2, "some project")
    assert (job.memory_limit_kb, job.run_limit, job.exit_code) == (200 * 1024, 5.0, 0)
    text = (site.folder / "out.1").read_text(encoding="utf-8")
    assert text.startswith("Sender: LSF System <lsfadmin@n001>\nSubject: Job 1: <worker> Done\n")
    body = text.partition("The output (if any) follows:\n\n")[2].splitlines()
    assert body[0] == "1 0 n001 n001|n001 2 |general worker out.1 bash"
    assert body[1] == f"{site.folder} {site.folder} along"
    assert "Read file <err.1> for stderr output of this job." in body
    assert (site.folder / "err.1").read_text(encoding="utf-8") == "complaint\n"


def test_command_line_wins_over_the_script(site: Site) -> None:
    """An option given to bsub replaces the one in the script; the rest of the script stands."""
    site.lsf.change(hold_pending=True)
    site.call("bsub", "-J", "other", "-W", "7", script=f"{SCRIPT}#BSUB -n 3 # late\n")
    assert (site.job().name, site.job().run_limit, site.job().slots) == ("other", 7.0, 3)


def test_file_as_argument_is_a_command_without_directives(site: Site) -> None:
    """`bsub FILE` reads no `#BSUB` line; a file that is gone by then ends with 127."""
    (site.folder / "job.sh").write_text("#BSUB -J named\nexit 3\n", encoding="utf-8")
    site.call("bsub", "sh", "job.sh")
    assert site.call("bsub", f"{site.folder}/gone.sh").stdout == "Job <2> is submitted to default queue <general>.\n"
    assert (site.ended(1).name, site.ended(1).exit_code, site.ended(2).exit_code) == ("sh job.sh", 3, 127)
    assert "Exited with exit code 3." in site.call("bjobs", "-l", "1").stdout


def test_output_is_kept_back_and_peeked_and_appended(site: Site) -> None:
    """No output file exists while the job runs; bpeek shows the text; the end appends to a file that is there."""
    (site.folder / "log").write_text("before\n", encoding="utf-8")
    site.call("bsub", "-o", "log", "-e", "%J.err", "echo so far; until test -e over; do sleep 0.05; done")
    site.until(lambda: "so far" in site.call("bpeek", "1").stdout)
    assert site.call("bpeek").stdout.startswith("<< output from stdout >>\nso far\n")
    assert (site.folder / "log").read_text(encoding="utf-8") == "before\n"
    assert not (site.folder / "1.err").exists()
    (site.folder / "over").touch()
    site.ended()
    assert (site.folder / "log").read_text(encoding="utf-8").startswith("before\nSender: LSF System")
    assert (site.folder / "1.err").exists()


def test_missing_log_folder_loses_the_output_only(site: Site) -> None:
    """A job whose output has no place is DONE all the same."""
    site.call("bsub", "-o", "none/log", "echo lost")
    assert (site.ended().status, site.job().output_lost) == ("DONE", True)
    assert list(site.folder.iterdir()) == []


def test_jobs_wait_for_slots_and_start_in_turn(site: Site) -> None:
    """What does not fit is pending with the recorded reason and starts when room appears."""
    site.call("bsub", "-n", "15", "-R", "rusage[mem=100]", "sleep 30")
    site.call("bsub", "-J", "second", "true")
    site.running()
    assert site.job(2).status == "PEND"
    assert " Job slot limit reached: 1 host;\n" in site.call("bjobs", "-p").stdout
    assert " Job slot limit reached: n001;\n" in site.call("bjobs", "-lp", "2").stdout
    assert site.call("bkill", "1").stdout == "Job <1> is being terminated\n"
    assert site.ended(2).status == "DONE"


def test_memory_is_reserved_per_slot_or_per_job(site: Site) -> None:
    """Reserved megabytes count per slot where the settings say so; what never fits stays pending."""
    site.call("bsub", "-n", "4", "-R", "rusage[mem=9000]", "true")
    site.until(lambda: "(mem) not satisfied: 1 host;" in site.call("bjobs", "-p").stdout)
    site.lsf.change(reserve_per_slot=False)
    assert site.ended().status == "DONE"


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"hold_pending": True}, "Job slot limit reached: 1 host;"),
        ({"jobs_per_user": 0}, "The user has reached his/her job slot limit: 1 host;"),
    ],
)
def test_jobs_wait_while_the_settings_say_so(site: Site, settings: dict[str, object], reason: str) -> None:
    """Everything can be held pending and released."""
    site.lsf.change(**settings)
    site.call("bsub", "true")
    time.sleep(0.2)
    assert site.job().status == "PEND"
    assert reason in site.call("bjobs", "-p").stdout
    site.lsf.change(hold_pending=False, jobs_per_user=None)
    assert site.ended().status == "DONE"


def test_held_dated_and_dependent_jobs_wait(site: Site) -> None:
    """`-H`, `-b` and `-w` keep a job from starting, each with its reason; `-t` removes a held one."""
    site.call("bsub", "-J", "first", "-H", "-t", "23:59", "true")
    later = site.call("bsub", "-b", time.strftime("%H:%M", time.localtime(time.time() + 7200)), "true")
    site.call("bsub", "-w", "ended(first)", "true")
    assert later.stderr.startswith("Job will be scheduled after ")
    assert site.job(1).status == "PSUSP"
    reasons = site.call("bjobs", "-p").stdout
    for words in ("suspended by the user while pending", "specified start time", "dependency condition not satisfied"):
        assert f"{words}: 1 host;" in reasons
    site.lsf.change(clock_ahead=90000.0)
    assert (site.ended(1).status, site.ended(2).status, site.ended(3).status) == ("EXIT", "DONE", "DONE")
