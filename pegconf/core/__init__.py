"""What everything speaks of: errors with exit codes, units, sites and findings, commands with a time limit."""

from __future__ import annotations
