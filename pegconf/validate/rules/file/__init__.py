"""PEG0xx: whether a file can be read at all, and whether dask reads what stands in it."""

from __future__ import annotations
