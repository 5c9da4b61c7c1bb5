"""OAR: its words, its commands, and how to read what they print."""

from __future__ import annotations
