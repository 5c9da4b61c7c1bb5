"""The pages of docs/: their console blocks run and compared, and the two pages that are made from the code."""

from __future__ import annotations
