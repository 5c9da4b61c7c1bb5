"""What a smoke test was and what came of it: as text, page, JSON, live view and archive."""

from __future__ import annotations
