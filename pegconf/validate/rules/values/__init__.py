"""PEG2xx: what the values mean: walltime, memory, cores, queue, directives."""

from __future__ import annotations
