"""The only file that knows where schemas/ and templates/ lie: in the package of a wheel, beside it in a checkout."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

_PACKAGE: Final = Path(__file__).resolve().parents[1]
_ROOT: Final = _PACKAGE if (_PACKAGE / "schemas").is_dir() else _PACKAGE.parent

SCHEMAS: Final = _ROOT / "schemas"
SITES: Final = _ROOT / "templates" / "sites"
JOBQUEUE_SCHEMA: Final = SCHEMAS / "jobqueue.schema.json"


def schema(name: str) -> dict[str, Any]:
    """The JSON schema `schemas/<name>.schema.json` as a mapping."""
    loaded: dict[str, Any] = json.loads((SCHEMAS / f"{name}.schema.json").read_text(encoding="utf-8"))
    return loaded


def template(name: str) -> str:
    """The text of `templates/<name>`."""
    return (_ROOT / "templates" / name).read_text(encoding="utf-8")
