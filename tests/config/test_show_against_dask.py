"""`show` against `dask.config.get` over generated layouts of files and variables; a layout is a home with its files."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import yaml

from pegconf.config import catalogue, sections, show, sources

if TYPE_CHECKING:
    from pathlib import Path

LAYOUTS = 300
BY_DASK = """\
import json, os, sys
import dask.config, yaml
defaults = yaml.safe_load(open(sys.argv[1], encoding="utf-8"))
for environ in json.load(sys.stdin):
    os.environ.clear()
    os.environ.update(environ)
    config = {}
    dask.config.refresh(config=config, defaults=[], paths=dask.config._get_paths(), env=os.environ)
    dask.config.update(config, defaults, priority="new-defaults", defaults={})
    sections = dask.config.get("jobqueue", config=config)
    print(json.dumps({name: dask.config.get(f"jobqueue.{name}", config=config) for name in sections}))
"""
FOLDERS = ("root", ".config/dask", "more")
NAMES = ("jobqueue.yaml", "jobqueue.yml", "zz.yaml", "a.json", "Distributed.YAML", "jobqueue.yaml.bak")
SECTIONS = ("lsf", "slurm", "in-sar", "in_sar", "mine")
KEYS: dict[str, tuple[Any, ...]] = {
    "cores": (1, 2, None),
    "queue": ("general", "normal", None, "no"),
    "log-directory": ("/a", "/b"),
    "log_directory": ("/c", None),
    "walltime": ("12:00", "01:00", 720),
    "job-extra-directives": ([], ["-x"], ["-x", "-y"], None),
    "scheduler-options": (
        {},
        {"port": 1},
        {"dashboard_address": ":1"},
        {"dashboard-address": ":2", "x": {"y": 1}},
        None,
    ),
    "scheduler_options": ({"host": "a", "x": {"z": 2}}, 5),
}
VARIABLES = {
    "DASK_JOBQUEUE__LSF__QUEUE": ("other", "none", "12"),
    "DASK_JOBQUEUE__LSF__LOG_DIRECTORY": ("/v",),
    "DASK_JOBQUEUE__LSF__SCHEDULER_OPTIONS__PORT": ("7",),
    "DASK_JOBQUEUE__LSF__SCHEDULER_OPTIONS__X__Y": ("[1, 2]",),
    "DASK_JOBQUEUE__IN_SAR__CORES": ("9",),
    "DASK_JOBQUEUE__MINE": ("{'cores': 5, 'scheduler-options': {'port': 3}}", "{}"),
    "DASK_JOBQUEUE_LSF_CORES": ("99",),
}


def section(some: random.Random) -> dict[str, Any]:
    return {key: some.choice(KEYS[key]) for key in some.sample(sorted(KEYS), some.randint(0, 5))}


def text(some: random.Random) -> str:
    """A file: JSON, which is YAML too, or a base that sections merge with `<<`."""
    found = {name: section(some) for name in some.sample(SECTIONS, some.randint(1, 3))}
    if some.random() < 0.5:
        return json.dumps({"jobqueue": found})
    merged = "".join(
        f"  {name}:\n    <<: {some.choice(['*base', '[*base, *other]'])}\n"
        + "".join(f"    {key}: {json.dumps(value)}\n" for key, value in keys.items())
        for name, keys in found.items()
    )
    return f"base: &base {json.dumps(section(some))}\nother: &other {json.dumps(section(some))}\njobqueue:\n{merged}"


def layout(some: random.Random, home: Path) -> dict[str, str]:
    """One home with its files, and the environment that points to it."""
    environ = {"HOME": str(home), "PATH": "/usr/bin:/bin", "DASK_ROOT_CONFIG": str(home / "root")}
    for _ in range(some.randint(1, 4)):
        file = home / some.choice(FOLDERS) / some.choice(NAMES)
        file.parent.mkdir(parents=True, exist_ok=True)
        body = text(some)
        file.write_text(body, encoding="utf-8")
    if some.random() < 0.4:
        environ["DASK_CONFIG"] = str(home / some.choice(["more", "more/zz.yaml", "nowhere"]))
    for name in some.sample(sorted(VARIABLES), some.randint(0, 3)):
        environ[name] = some.choice(VARIABLES[name])
    return environ


def with_hyphens(value: Any) -> Any:
    """A mapping's names with hyphens: dask takes both spellings as one, and either may be the one it keeps."""
    if isinstance(value, dict):
        return {name.replace("_", "-"): with_hyphens(inner) for name, inner in value.items()}
    return value


def shown(environ: dict[str, str]) -> dict[str, Any]:
    found = sections.collect(sources.load(environ))
    return {each.name: yaml.safe_load(show.text(each))[each.name] or {} for each in found}


def test_what_is_shown_is_what_dask_has(tmp_path: Path) -> None:
    some = random.Random(20240501)
    environs = [layout(some, tmp_path / str(number)) for number in range(LAYOUTS)]
    done = subprocess.run(
        [sys.executable, "-c", BY_DASK, str(catalogue.defaults_file())],
        input=json.dumps(environs),
        capture_output=True,
        text=True,
        check=True,
    )
    differ = []
    for environ, line in zip(environs, done.stdout.splitlines(), strict=True):
        by_pegconf = with_hyphens(shown(environ))
        by_dask = {name: keys for name, keys in with_hyphens(json.loads(line)).items() if name in by_pegconf}
        if by_pegconf != by_dask:
            differ.append((environ, by_pegconf, by_dask))
    assert differ == []
