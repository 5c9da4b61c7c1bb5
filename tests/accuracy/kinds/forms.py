"""The same values in other forms of YAML, duplicated, anchored, and with the slips of an editor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.accuracy.case import Case, each
from tests.accuracy.kinds.keys import AS_GOOD

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.accuracy.good import Good


def cases(good: Good) -> Iterator[Case]:
    """What YAML has many ways to write, and what an editor makes of it."""
    for label, text in _wholes(good).items():
        yield Case("yaml", good.system, good.section, label, text, good.text)
    yield from _duplicates(good)
    yield from _lines(good)
    yield from each(
        "yaml",
        good,
        "death-timeout",
        (("90 # seconds", "90"), ("090", "90"), ("0x5A", "90"), ("1:30", "90"), ("9_0", "90")),
    )
    yield from each(
        "yaml",
        good,
        "cores",
        (("0o4", "4"), ("04", "4"), ("0x4", "4"), ("4 # of 16", "4"), ("!!int '4'", "4"), ("+4", "4")),
    )
    yield from each("yaml", good, "cores", (("0b100", "4"), ("!!str 4", "4"), ("010", "10"), ("1_6", "16")))
    yield from each(
        "yaml",
        good,
        "memory",
        (("!!str 8GB", "8GB"), ("&m 8GB", "8GB"), ("*m", "8GB"), ("8GB#x", "8GB"), ("8GB #x", "8GB")),
    )
    yield from each(
        "yaml",
        good,
        "memory",
        (("|\n      8GB", "8GB"), (">\n      8GB", "8GB"), ("\n      8GB", "8GB"), ('"8\\x47B"', "8GB")),
    )
    name = "insar-worker"
    for raw in (
        f'"{name}"',
        f"'{name}'",
        f"!!str {name}",
        f"&n {name}",
        f">-\n      {name}",
        f"\n      {name}",
        f"{name}   ",
    ):
        yield from each("yaml", good, "name", ((raw, name),))


def _wholes(good: Good) -> dict[str, str]:
    pairs = list(good.values.items())
    text, flow = good.text, ", ".join(f"{key}: {raw}" for key, raw in pairs)
    head, _, body = text.partition(f"  {good.section}:\n")
    own_lines = body.splitlines(keepends=True)
    half = len(pairs) // 2
    merged = "".join(f"  {key}: {raw}\n" for key, raw in pairs[:half])
    others = f"  cores: 16\n{merged.replace('  cores: 4', '  cores: 16')}"
    rest = "".join(own_lines[half:])
    return {
        "flow": good.around("").rstrip("\n") + f" {{{flow}}}\n",
        "quoted keys": text.replace("    cores:", "    'cores':").replace("    memory:", '    "memory":'),
        "a document mark": f"---\n{text}",
        "two documents": f"{text}---\njobqueue: {{}}\n",
        "a document end": f"{text}...\n",
        "a version": f"%YAML 1.1\n---\n{text}",
        "a byte order mark": f"\ufeff{text}",
        "carriage returns": text.replace("\n", "\r\n"),
        "no last newline": text.rstrip("\n"),
        "spaces behind": text.replace("\n", "   \n"),
        "comments": text.replace("\n", " # so it is\n"),
        "empty lines": text.replace("\n", "\n\n"),
        "deeper": head + f"  {good.section}:\n" + body.replace("    ", "        "),
        "a merge key": f"x-base: &base\n{merged}{head}  {good.section}:\n    <<: *base\n{rest}",
        "a merge key below": f"x-base: &base\n{merged}{head}  {good.section}:\n{rest}    <<: *base\n",
        "a merge key and its own": f"x-base: &base\n{others}{head}  {good.section}:\n    <<: *base\n{body}",
        "an alias": f"x-base: &base\n{body.replace('    ', '  ')}{head}  {good.section}: *base\n",
        "an unknown alias": f"{head}  {good.section}: *base\n",
        "a tab before a key": text.replace("    cores:", "\tcores:"),
        "a tab for four spaces": text.replace("    ", "\t"),
        "a tab before a value": text.replace("cores: 4", "cores:\t4"),
        "a tab behind a value": text.replace("cores: 4", "cores: 4\t"),
        "a tab and a comment": text.replace("cores: 4", "cores: 4\t# x"),
        "no space behind a colon": text.replace("cores: 4", "cores:4"),
        "an equals sign": text.replace("cores: 4", "cores = 4"),
        "one space less": text.replace("    cores:", "   cores:"),
        "one space more": text.replace("    cores:", "     cores:"),
        "curly quotes": text.replace("memory: 8GB", "memory: \u20188GB\u2019"),
        "a space that is none": text.replace("memory: 8GB", "memory: 8\u00a0GB"),
        "an open quote": text.replace("memory: 8GB", "memory: '8GB"),
        "a comma behind": text.replace("memory: 8GB", "memory: 8GB,"),
        "nothing at all": "",
        "a comment only": "# jobqueue:\n",
        "the section twice": text + f"  {good.section}:\n    cores: 4\n",
        "jobqueue twice": text + f"jobqueue:\n  {good.section}:\n    cores: 4\n",
        "a zero width space": text.replace("    cores:", "    \u200bcores:"),
        "a control character": text.replace("8GB", "8\x07GB"),
        "latin letters": text.replace("insar-worker", "ins\u00e4r-w\u00f6rker"),
    }


def _duplicates(good: Good) -> Iterator[Case]:
    for key, raw in good.values.items():
        other = {"cores": "8", "memory": "16GB", "name": "other"}.get(key)
        twice = f"{good.text}    {key}: {raw}\n"
        yield Case("duplicates", good.system, good.section, f"{key} twice, the same", twice, good.text)
        if other is not None:
            # Whichever of the two was meant, the reader of the file cannot know.
            text = f"{good.text}    {key}: {other}\n"
            yield Case("duplicates", good.system, good.section, f"{key} twice", text, None)


def _lines(good: Good) -> Iterator[Case]:
    """Each line commented away, indented otherwise, without its colon, or joined to the one before."""
    lines = good.text.splitlines(keepends=True)
    start = next(number for number, line in enumerate(lines) if line.startswith("    "))
    for number in range(start, len(lines)):
        key = lines[number].strip().partition(":")[0]
        before, line, after = "".join(lines[:number]), lines[number], "".join(lines[number + 1 :])
        slips = {
            "indented less": f"{before}{line[1:]}{after}",
            "indented more": f"{before}  {line}{after}",
            "at the left": f"{before}{line.lstrip()}{after}",
            "without a colon": f"{before}{line.replace(':', '', 1)}{after}",
            "with two colons": f"{before}{line.replace(':', '::', 1)}{after}",
            "with a dash": f"{before}    - {line.lstrip()}{after}",
            "with a semicolon": f"{before}{line.rstrip()};\n{after}",
        }
        if key in AS_GOOD:
            del slips["with two colons"]
        for label, text in slips.items():
            yield Case("slips", good.system, good.section, f"{key} {label}", text, good.text)
