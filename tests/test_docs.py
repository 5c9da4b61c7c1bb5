"""What the pages say is what pegconf does, and their links lead somewhere."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

import pegconf
from pegconf.cli.app import app
from tests.docs import console, pages, reference
from tests.docs.pages import CHECKOUT, DOCS, Turn

if TYPE_CHECKING:
    from pathlib import Path

README = CHECKOUT / "README.md"
EVERY = [*pages.pages(), CHECKOUT / "CONTRIBUTING.md", CHECKOUT / "CHANGELOG.md"]
COMMANDS = {str(command.name) for command in app().registered_commands}
LANGUAGES = {f"```{language}" for language in ("console", "json", "python", "sh", "text", "yaml")}
"""Fences: `console` is run, `text` is for what no test can run."""


def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def without_code(page: Path) -> str:
    """A page's prose."""
    return re.sub(r"(?ms)^```.*?^```$|`[^`\n]*`", "", text_of(page))


def links(page: Path) -> list[str]:
    return re.findall(r"\]\(([^)]+)\)", without_code(page))


def anchors(page: Path) -> set[str]:
    """What GitHub makes of a page's headings."""
    headings = re.findall(r"(?m)^#+ (.*)$", re.sub(r"(?ms)^```.*?^```$", "", text_of(page)))
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


BLOCKS = [
    pytest.param(block, id=block.name, marks=[pytest.mark.slow] if block.runs("smoke-test") else [])
    for block in pages.all_blocks()
]


@pytest.mark.parametrize("block", BLOCKS)
def test_a_console_block_shows_what_is_printed(block: pages.Block) -> None:
    printed = console.run(block)
    if not console.agrees(block.turns, printed):
        told = console.masked(pages.text_of(block.turns))
        assert console.masked(pages.text_of(printed)) == told, f"python -m tests.docs.console {block.name}"


def test_a_block_that_tells_another_thing_is_written_anew(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    commands = "$ pegconf --version\npegconf {}\n$ (exit 4)\n$ echo $?\n{}\n"
    text = f"<!-- run on: no batch system -->\n```console\n{commands}```\n"
    page.write_text(text.format("of old", 0), encoding="utf-8")
    console.write(page, ["another"])
    assert text_of(page) == text.format("of old", 0)
    console.write(page, ["page-1"])
    assert text_of(page) == text.format(pegconf.__version__, 4)


@pytest.mark.parametrize(
    ("told", "same"),
    [
        ("a\nb 1.5 s\nc\n", True),
        ("a\n...\nc\n", True),
        ("a\nb 9 s\n...\nc\n", True),
        ("a\n...\n", True),
        ("a\nc\n", False),
        ("a\nb 1.5 s\n", False),
        ("a\n...\nd\n", False),
        ("a\nb ...\nc\n", False),
    ],
)
def test_what_agrees_with_what_is_printed(told: str, same: bool) -> None:
    assert console.agrees((Turn("x", told),), (Turn("x", "a\nb 1.5 s\nc\n"),)) == same


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("```console\n$ true\n```\n", "say where the blocks run, one of stand-in LSF, no batch system, not ''"),
        (
            "<!-- run on: no batch system -->\n```console\ntrue\n```\n",
            "a console block begins with a command: 'true\\\\n'",
        ),
        (
            "<!-- run on: no batch system -->\n<!-- types: y -->\n```console\n$ true\n$ false\n```\n",
            "answers are typed into one command, not 2",
        ),
    ],
)
def test_a_block_that_cannot_be_run_is_refused(tmp_path: Path, text: str, reason: str) -> None:
    page = tmp_path / "page.md"
    page.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=reason):
        pages.blocks(page)


def test_only_the_readme_leaves_lines_out() -> None:
    cut = {block.page for block in pages.all_blocks() if "\n...\n" in pages.text_of(block.turns)}
    assert cut == {README}


@pytest.mark.parametrize("page", EVERY, ids=lambda page: page.stem)
def test_every_fence_names_a_language_that_is_looked_at(page: Path) -> None:
    fences = re.findall(r"(?m)^.*```.*$", re.sub(r"(?<!`)`[^`\n]+`(?!`)", "", text_of(page)))
    assert [fence for fence in fences[::2] if fence not in LANGUAGES] == []
    assert set(fences[1::2]) <= {"```"}


def test_the_rules_and_the_causes_are_those_of_the_code() -> None:
    assert reference.stale() == [], "run: python -m tests.docs.reference"


def test_the_readme_is_read_in_five_minutes() -> None:
    assert len(text_of(README).splitlines()) <= 150


def test_the_readme_has_no_link_that_breaks_on_pypi() -> None:
    assert [link for link in links(README) if not link.startswith("https://")] == []


def test_the_readme_names_pages_that_are_there() -> None:
    named = re.findall(r"`((?:docs/|[A-Z]+\.md)[\w./-]*)`", text_of(README))
    assert len(named) > 5
    assert [name for name in named if not (CHECKOUT / name).exists()] == []


@pytest.mark.parametrize("page", EVERY, ids=lambda page: page.stem)
def test_links_within_the_pages_lead_somewhere(page: Path) -> None:
    broken = []
    for link in links(page):
        if link.startswith("https://"):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            broken.append(link)
    assert broken == []


def test_each_command_has_a_page_and_a_row_in_the_readme() -> None:
    assert {page.stem for page in (DOCS / "commands").glob("*.md")} == COMMANDS
    assert set(re.findall(r"(?m)^\| `pegconf ([a-z-]+)", text_of(README))) == COMMANDS


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_a_command_s_page_begins_with_its_name_and_shows_a_run(command: str) -> None:
    page = DOCS / "commands" / f"{command}.md"
    assert text_of(page).splitlines()[0] == f"# pegconf {command}"
    assert any(block.runs(command) for block in pages.blocks(page))
