"""`--fix` on random documents: sections in many styles, with comments, anchors and what people get wrong."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pegconf.config import document
from pegconf.config.sources import Sources
from pegconf.validate import engine, fix

FILE = Path("jobqueue.yaml")
OLD = {
    "env-extra": "job-script-prologue",
    "extra": "worker-extra-args",
    "job-extra": "job-extra-directives",
    "header-skip": "job-directives-skip",
}
LISTS = [*OLD, *OLD.values()]
TEXTS = ["module load x", "-x", "it's # no comment", "#BSUB -x", "#SBATCH -C x", "a: b", "50%", "\N{SNOWMAN}"]


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def in_lines(*items: str) -> str:
    return "\n".join(["", *(f"      - {quoted(item)}" for item in items)])


ITEMS = st.lists(st.sampled_from(TEXTS), min_size=1, max_size=3)
WRONG_LISTS = st.one_of(
    st.sampled_from(["", "null", "~", "[]", "''", "{}", "{-C x}", "{-C x: null}", "{-C: x}", "&{n} []", "[ #{n}\n  ]"]),
    st.sampled_from(TEXTS).map(quoted),
    ITEMS.map(lambda items: "[" + ", ".join(quoted(item) for item in items) + "]"),
    ITEMS.map(lambda items: in_lines(*items)),
    ITEMS.map(lambda items: "|\n" + "\n".join(f"      {item}" for item in items)),
    ITEMS.map(lambda items: "|- # {n}\n" + "\n\n".join(f"        {item}" for item in items) + "\n"),
    ITEMS.map(lambda items: ">\n" + "\n".join(f"      {item}" for item in items)),
)  # fmt: skip
WALLTIMES = ["12:00:00", "12:00", "'00:30:00'", "1:30", "4h", "240", "null", "1-12:00:00", "&{n} 1:00:00"]
OTHERS = {
    "walltime": st.sampled_from(WALLTIMES),
    "account": st.sampled_from(["abc", "null", "'a b'"]),
    "project": st.sampled_from(["abc", "null", "012"]),
    "cores": st.sampled_from(["2", "'2'", "2,"]),
    "processes": st.sampled_from(["1", "'1'", ""]),
    "scheduler-options": st.sampled_from(["{}", "null", "{dashboard_address: ':0'}"]),
}
FINE = {"memory": "4GB", "queue": "'a # b'", "local-directory": '"/tmp/\\u00e9"', "python": "|\n      python"}
"""Keys that --fix has nothing to say about."""

HEADS = ["", "# {n}\n", "other: &other {walltime: 1:00:00, env-extra: [x]} # {n}\n"]


@st.composite
def keys(draw: st.DrawFn, name: str) -> str:
    """One key in lines, its value in some style, a comment on it or above it; `{n}` stands for a comment's number."""
    value = FINE.get(name) or draw(OTHERS.get(name, WRONG_LISTS))
    spelled = draw(st.sampled_from([name, name, name.replace("-", "_"), quoted(name)]))
    line = f"    {spelled}: {value}".rstrip(" ")
    if "\n" not in line:
        line += draw(st.sampled_from(["", "", "  # {n}", " #{n}\t", "  "]))
    return draw(st.sampled_from(["", "", "    # {n}\n", "# {n}\n", "\n", "      # {n}\n\n"])) + line


@st.composite
def files(draw: st.DrawFn) -> str:
    """A file of one to three sections; the last may be the first one's alias, and each may merge what is not theirs."""
    head = draw(st.sampled_from(HEADS))
    parts = [head, "jobqueue:  # {n}\n"]
    names = draw(
        st.lists(st.sampled_from(["lsf", "slurm", "pbs", "sge", "insar"]), min_size=1, max_size=3, unique=True)
    )
    anchor = draw(st.sampled_from(["", "", " &first"]))
    for number, name in enumerate(names):
        parts.append(f"  {name}:{'' if number else anchor} # {{n}}\n")
        parts.append("    <<: *other\n" if head.startswith("other") and draw(st.booleans()) else "")
        parts.append("    <<: *first\n" if anchor and number and draw(st.booleans()) else "")
        chosen = draw(st.lists(st.sampled_from([*LISTS, *OTHERS, *FINE]), min_size=1, max_size=5, unique=True))
        parts += [draw(keys(key)) + "\n" for key in chosen]
        parts.append(draw(st.sampled_from(["", "", "\n", "    # {n}\n", "  # {n}\n\n"])))
    parts.append("  oar: *first\n" if anchor and draw(st.booleans()) else "")
    text = "".join(parts)
    for number in range(text.count("{n}")):
        text = text.replace("{n}", f"c{number}", 1)
    text = draw(st.sampled_from([text, text, text.removesuffix("\n")]))
    return text.replace("\n", "\r\n") if draw(st.integers(0, 4)) == 0 else text


def mended(text: str, scheduler: str | None) -> fix.Repair:
    sources = Sources((document.parse(text, FILE),))
    return fix.repair(sources, lambda found: engine.check(found, scheduler=scheduler), lambda _: "")


def unaffected(text: str) -> Any:
    """Every value but those of the keys that --fix may mend, as PyYAML reads them."""
    root = yaml.safe_load(text)
    sections = root.pop("jobqueue")
    return root, {
        name: [values.get(key, values.get(key.replace("-", "_"))) for key in FINE if name != "insar"]
        for name, values in sections.items()
    }


@settings(deadline=None, max_examples=60)
@given(files(), st.sampled_from([None, None, "lsf", "slurm"]))
@example("jobqueue:\n  lsf:\n    env-extra: |\n      a", None)
def test_what_holds_for_every_file(text: str, scheduler: str | None) -> None:
    made = mended(text, scheduler)
    new = made.after.documents[0].text
    assert (made.fixed == ()) == (new == text)
    assert mended(new, scheduler).fixed == ()
    assert re.findall(r"#\s?c\d+", new) == re.findall(r"#\s?c\d+", text)
    assert unaffected(new) == unaffected(text)
    assert new.endswith("\n") == text.endswith("\n")
    if "\r\n" in text:
        assert new.count("\n") == new.count("\r\n")
    assert max((one.line for one in made.fixed), default=1) <= len(text.splitlines())
