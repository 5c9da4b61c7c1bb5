"""The verification job: start a section's cluster, compute on it, and leave nothing behind."""

from __future__ import annotations
