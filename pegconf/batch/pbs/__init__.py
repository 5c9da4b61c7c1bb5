"""PBS Pro, OpenPBS, Torque and Moab: their words, their commands, and how to read what they print."""

from __future__ import annotations
