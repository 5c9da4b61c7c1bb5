"""A real Grid Engine on this machine for the tests: Debian's daemons in namespaces of their own."""

from __future__ import annotations
