"""PEG3xx and PEG4xx: this host and its files, the job script, and what the batch system says to it."""

from __future__ import annotations
