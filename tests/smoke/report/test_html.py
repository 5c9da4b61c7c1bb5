"""The page of `smoke-test --report`, as a real browser shows it."""

from __future__ import annotations

import re
import signal
from html import unescape
from typing import TYPE_CHECKING

import pytest

from pegconf.smoke.report import html as page
from pegconf.smoke.report import svg
from tests import example
from tests.running import ended, until_it_says
from tests.smoke import outcomes

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Person
    from tests.systems.browser.fixtures import Browser
    from tests.systems.standin_lsf.control import StandInLsf

TOKEN = "d41d8cd98f00b204"


def loads(html: str) -> list[str]:
    """What the page itself (not what stands in the frame) would fetch."""
    outside = re.sub(r'srcdoc="[^"]*"', "", html)
    return re.findall(r"(?:src|href)\s*=|url\(|@import|<script|<link", outside)


def test_the_page_needs_nothing_but_itself() -> None:
    html = page.render(outcomes.WORKS, "lsf", "cores: 2", "#!/bin/sh", "<script src=x></script>")
    assert loads(html) == []
    assert "default-src 'none'" in html


@pytest.mark.slow
def test_a_browser_shows_verdict_jobs_and_timings(browser: Browser, tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    file.write_text(page.render(outcomes.WORKS, "lsf", "cores: 2", "#BSUB -n 2"), encoding="utf-8")
    dom = browser.dom(file)
    assert '<h1 class="works">It works: section lsf ran 4 workers on LSF</h1>' in dom
    assert re.findall(r"<h2>(.*?)</h2>", dom) == [
        "Jobs",
        "Timings",
        "Workers",
        "Nodes",
        "Checks",
        "Section",
        "Job script",
    ]
    assert dom.count("<rect") == 2 * 3 + 3
    assert "Python proven: /conda/bin/python" in dom


@pytest.mark.slow
def test_no_text_of_others_runs_or_breaks_out(browser: Browser, tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    hostile = outcomes.HOSTILE
    file.write_text(page.render(outcomes.BROKEN, hostile, hostile, hostile), encoding="utf-8")
    dom = browser.dom(file)
    assert "<title>smoke test of" in dom
    assert (dom.count("<script"), dom.count("<img")) == (0, 0)


@pytest.mark.slow
def test_scripts_in_the_frame_run_without_loading_anything(browser: Browser, tmp_path: Path) -> None:
    other = tmp_path / "other.js"
    other.write_text("parent.document.body.id = 'loaded'", encoding="utf-8")
    file = tmp_path / "report.html"
    inside = f"<script>parent.document.title = 'drawn'</script><script src='{other.as_uri()}'></script>"
    file.write_text(page.render(outcomes.WORKS, "lsf", "", "", inside), encoding="utf-8")
    dom = browser.dom(file)
    assert ("<title>drawn</title>" in dom, 'id="loaded"' in dom) == (True, False)


def test_a_job_that_never_started_is_one_bar() -> None:
    assert re.findall(r'<rect class="(\w)"', svg.timeline(outcomes.BROKEN.jobs)) == ["a", "b", "a"]


def configure(user: Person, logs: Path) -> None:
    user.write(example.configuration(logs, job_script_prologue=[f"export API_TOKEN={TOKEN}"]))


@pytest.mark.parametrize(
    ("span", "marks"),
    [
        (10.5, [0, 2, 4, 6, 8, 10]),
        (1.0, [0, 0.2, 0.4, 0.6, 0.8, 1.0]),
        (6.0, [0, 1, 2, 3, 4, 5, 6]),
        (3600.0, [0, 1000, 2000, 3000]),
    ],
)
def test_the_axis_has_round_seconds(span: float, marks: list[float]) -> None:
    assert svg.ticks(span) == marks


@pytest.mark.slow
def test_a_test_that_works_replaces_an_older_page(user: Person, lsf: StandInLsf, tmp_path: Path) -> None:
    configure(user, tmp_path)
    file = user.home / "report.html"
    file.write_text("old", encoding="utf-8")
    ran = user.runs("smoke-test", "--columns", "100", "--report", "report.html")
    html = file.read_text(encoding="utf-8")
    assert (ran.code, loads(html)) == (0, []), ran
    assert '<h1 class="works">' in html
    assert "Dask&#x27;s own performance report" in html
    assert "export API_TOKEN=[taken out]" in html
    assert TOKEN not in html
    framed = unescape(html.partition('srcdoc="')[2].partition('"')[0])
    assert "</html>" in framed
    assert re.findall(r"<(?:script|link|img)[^>]*(?:src|href)=[\"']?https?:", framed) == []
    assert list(user.home.glob(".report*")) == []


@pytest.mark.slow
def test_a_page_that_cannot_be_written_is_refused_before_any_job(user: Person, lsf: StandInLsf, tmp_path: Path) -> None:
    configure(user, tmp_path)
    ran = user.runs("smoke-test", "--report", "nowhere/report.html")
    assert (ran.code, ran.out) == (3, "")
    assert ran.err.startswith("pegconf: nowhere/report.html cannot be written: there is no folder ")
    assert lsf.jobs() == []


@pytest.mark.slow
def test_a_test_that_waits_in_vain_leaves_a_page_too(user: Person, lsf: StandInLsf, tmp_path: Path) -> None:
    configure(user, tmp_path)
    lsf.change(hold_pending=True)
    ran = user.runs("smoke-test", "--timeout", "20", "--report", "report.html")
    assert ran.code == 4, ran
    assert '<h1 class="wait">It has not started: ' in (user.home / "report.html").read_text(encoding="utf-8")


@pytest.mark.slow
def test_ctrl_c_leaves_a_page_too(user: Person, lsf: StandInLsf, tmp_path: Path) -> None:
    configure(user, tmp_path)
    process = user.start("smoke-test", "--columns", "6000", "--report", "report.html")
    until_it_says(process, "sequentially")
    process.send_signal(signal.SIGINT)
    ran = ended(process)
    assert ran.code == 130, ran
    html = (user.home / "report.html").read_text(encoding="utf-8")
    assert '<h1 class="wait">It came to no verdict: stopped by SIGINT' in html
