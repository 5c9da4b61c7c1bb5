"""From a few answers to a file."""

from __future__ import annotations
